/* SPDX-License-Identifier: BSD-2-Clause */
/* complete.h - what bash completes, from the tables of --help. */
#ifndef TOOLS_MANUAL_COMPLETE_H
#define TOOLS_MANUAL_COMPLETE_H

#include <stdio.h>

#include "base/manual.h"

/**
 * complete_tables() - write the tables for complete.bash, as its functions
 * @all: the manuals of all programs and commands
 * @count: how many
 * @to: where to
 */
void complete_tables(const struct manual *const *all, size_t count, FILE *to);

#endif
