/* SPDX-License-Identifier: BSD-2-Clause */
/* roff.h - a man page, in man(7)'s macros, from a program's table. */
#ifndef TOOLS_MANUAL_ROFF_H
#define TOOLS_MANUAL_ROFF_H

#include <stdio.h>

#include "base/manual.h"

/**
 * roff_page() - write the page
 * @m: whose
 * @date: "2001-06-25", for its foot; "": none
 * @version: which Hostel this is
 * @to: where to
 */
void roff_page(const struct manual *m, const char *date, const char *version,
	       FILE *to);

#endif
