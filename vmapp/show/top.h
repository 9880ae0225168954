/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * top.h - what all machines do now: samples of what they and VMNet have
 * counted, and the differences between two samples, as rows.
 *
 * 1. A machine that does not answer in time, or has vanished, gets a row
 *    without figures; the others do not wait for it. The next sample asks it
 *    again.
 * 2. What machines say is not trusted: their names are made printable, and what
 *    should be a number and is none counts as 0.
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
	bool told;		/* it has answered; else what follows is 0 */
	double wall_s;		/* since power-on */
	double vmm_s, switch_s, vmapp_s; /* in the worlds, and between them */
	double code_ms, vmm_ms;	/* the guest's code, and the rest of the VMM
				 * world, by the profiling timer's samples */
	double switches, exits, irqs;
	double frames_out, frames_in, bytes_out, bytes_in, drops;
};

struct top_network {
	char name[TOP_NAME], kind[16];
	unsigned int ports;
	double frames, bytes, drops;	/* that came in; lost at its ports */
};

struct top_sample {
	double s;		/* when it was taken: CLOCK_MONOTONIC */
	unsigned int machines, networks;
	struct top_machine machine[TOP_MACHINES];
	struct top_network network[TOP_NETWORKS];
};

/* A machine between two samples. */
struct top_row {
	const struct top_machine *m;
	bool known;		/* value[] is filled in */
	double value[TOP_COLUMNS];
};

struct top_net_row {
	const struct top_network *n;
	double frames, mbps;	/* frames and megabits per second */
};

struct top_table {
	double s;		/* seconds between the samples */
	unsigned int machines, networks;
	struct top_row row[TOP_MACHINES];
	struct top_net_row net[TOP_NETWORKS];
};

/* What the user wants to see. */
struct top_view {
	int sort;		/* enum top_column; -1: by name */
	bool reverse;		/* the smallest first */
	double interval;	/* seconds between two samples */
	bool json;		/* print JSON */
	long batches;		/* print so many tables; 0: show a screen */
};

/* top_sample_take() - ask all machines and VMNet. @sample: receives what they
 * have counted */
void top_sample_take(struct top_sample *sample);

/* top_between() - make the table of what happened between two samples.
 * @a: the earlier one; NULL: there is none, so no figures. @b: the later one;
 * the rows point into it. @view: says how to sort */
void top_between(struct top_table *t, const struct top_sample *a,
		 const struct top_sample *b, const struct top_view *view);

/* top_read() - read the command line's words into @view; dies if they make no
 * sense. */
void top_read(struct top_view *view, int argc, char **argv);

/* ---- lines ------------------------------------------------------------- */

/* Kinds of lines, for a screen to colour. */
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

/* top_column_word() - Return: the word for --sort of an enum top_column, or of
 * -1: "name". */
const char *top_column_word(int column);

/* ---- the command ------------------------------------------------------- */

extern const struct manual top_manual;

/* top_main() - `hostel top`. @argc, @argv: the words behind it. Return: the
 * exit status. */
int top_main(int argc, char **argv);

#endif
