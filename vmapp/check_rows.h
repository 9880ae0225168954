/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_rows.h - what `hostel check` looks at, one row each.
 */
#ifndef VMAPP_CHECK_ROWS_H
#define VMAPP_CHECK_ROWS_H

#include <stddef.h>

#include "vmapp/check_cost.h"

enum check_status {
	CHECK_GOOD,
	CHECK_NOTE,	/* what is not there is not missed */
	CHECK_SLOWER,	/* they would be faster with it */
	CHECK_UNABLE,	/* none runs */
};

#define CHECK_ROWS	16u
#define CHECK_TEXT	160u

struct check_row {
	const char *name;
	enum check_status status;
	char found[CHECK_TEXT];
	char cost[CHECK_TEXT];		/* of the lack; "": none */
	char advice[CHECK_TEXT];	/* "": nothing to be done */
};

struct check {
	struct check_row row[CHECK_ROWS];
	size_t count;
	struct check_costs costs;
	char cpu[64], kernel[128];	/* their names */
};

/* check_look() - fill in all of it; takes some 50 ms. */
void check_look(struct check *c);

/* check_worst() - the status of the whole host; @row: the first one with it. */
enum check_status check_worst(const struct check *c,
			      const struct check_row **row);

#endif
