/* SPDX-License-Identifier: BSD-2-Clause */
/* reportrows.h - the parts of a report that are laid out as the paper's. */
#ifndef VMAPP_REPORTROWS_H
#define VMAPP_REPORTROWS_H

#include <jansson.h>

/* report_rows_table() - its Tables 1 and 2; nothing if @report has no rows. */
void report_rows_table(const json_t *report);

/* report_steps_table() - its Figure 5, if the run had --stamps. */
void report_steps_table(const json_t *report);

#endif
