/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * top.h - what all machines do now: samples of what they and VMNet count, and
 * what lies between two of them, as rows.
 *
 * 1. A machine that does not answer in time, or vanishes in between, has no
 *    figures, and keeps nobody: the next sample asks it again.
 * 2. What machines say is not trusted: names of theirs are made printable,
 *    numbers are numbers.
 * 3. The screen, batches and --json show the same rows.
 */
#ifndef VMAPP_TOP_H
#define VMAPP_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/manual.h"

#define TOP_MACHINES	256u
#define TOP_NETWORKS	16u
#define TOP_NAME	80u

enum top_column {
#define TOP_COLUMN(id, head, width, decimals, text) TOP_##id,
#include "vmapp/show/top.def"
	TOP_COLUMNS
};

/* What a machine has counted since it began. */
struct top_machine {
	char name[TOP_NAME], state[12];
	pid_t pid;
	bool told;		/* all that follows */
	double wall_s, vmm_s, switch_s, vmapp_s;
	double code_ms, vmm_ms;	/* of the VMM's world, by samples of it */
	double switches, exits, irqs;
	double frames_out, frames_in, bytes_out, bytes_in, drops;
};

struct top_network {
	char name[TOP_NAME], kind[16];
	unsigned int ports;
	double frames, bytes, drops;	/* that came in; lost at its ports */
};

struct top_sample {
	double s;
	unsigned int machines, networks;
	struct top_machine machine[TOP_MACHINES];
	struct top_network network[TOP_NETWORKS];
};

/* A machine between two samples. */
struct top_row {
	const struct top_machine *m;
	bool known;		/* the figures */
	double value[TOP_COLUMNS];
};

struct top_net_row {
	const struct top_network *n;
	double frames, mbps;	/* a second */
};

struct top_table {
	double s;		/* between the samples */
	unsigned int machines, networks;
	struct top_row row[TOP_MACHINES];
	struct top_net_row net[TOP_NETWORKS];
};

/* How it is shown. */
struct top_view {
	int sort;		/* enum top_column; -1: by name */
	bool reverse;
	double interval;	/* seconds */
	bool json;
	long batches;		/* so many; 0: a screen */
};

/* top_sample_take() - ask all. */
void top_sample_take(struct top_sample *sample);

/* top_between() - @a: NULL: there is no sample before. Rows point into @b. */
void top_between(struct top_table *t, const struct top_sample *a,
		 const struct top_sample *b, const struct top_view *view);

/* top_read() - the words of the command line; dies if they make no sense. */
void top_read(struct top_view *view, int argc, char **argv);

/* ---- lines ------------------------------------------------------------- */

/* What a line is, for a screen. */
enum top_line { TOP_LINE_TITLE, TOP_LINE_HEAD, TOP_LINE_ROW, TOP_LINE_NOTE };

/**
 * top_lines() - the table as lines of text, each given to @line
 * @width: of the screen; columns that do not fit are left out, the last ones
 *	   first. 0: any
 * @first: machines before this one are left out
 */
void top_lines(const struct top_table *t, const struct top_view *view,
	       unsigned int width, unsigned int first,
	       void (*line)(void *arg, enum top_line what, const char *text),
	       void *arg);

/* top_column_word() - for --sort; "name" for -1. */
const char *top_column_word(int column);

/* ---- the command ------------------------------------------------------- */

extern const struct manual top_manual;

int top_main(int argc, char **argv);

#endif
