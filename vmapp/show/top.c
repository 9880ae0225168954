/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * top.c - `hostel top`: its words, and its batches. The screen is another
 * program (top_main.c), which has ncurses.
 */
#include "vmapp/show/top.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/log.h"
#include "base/runfolder.h"

#define INTERVAL	1.0	/* seconds */
#define INTERVAL_LEAST	0.1
#define INTERVAL_MOST	3600.0
#define BATCHES_MOST	1000000000l

static const struct manual_row options[] = {
	{ .term = "--batch", .value = "N", .text = "no screen: N tables, one "
		"behind the other" },
	{ .term = "--once", .text = "as --batch 1" },
	{ .term = "--json", .text = "no screen: each table as one object in "
		"one line; with --batch, else one of them" },
	{ .term = "--interval", .value = "S", .text = "so many seconds for "
		"each, 0.1 to 3600; else 1" },
	{ .term = "--sort", .value = "COLUMN", .text = "the most of that first "
		"(busy); or by name", .words = "name"
#define TOP_COLUMN(id, head, width, decimals, text) " " #id
#include "vmapp/show/top.def"
	},
	{ .term = "--reverse", .text = "the least first" },
	{ .term = NULL }
};

static const struct manual_row columns[] = {
#define TOP_COLUMN(id, head_, width, decimals, text_) \
	{ .term = #id, .text = head_ ": " text_ },
#include "vmapp/show/top.def"
	{ .term = NULL }
};

static const struct manual_row keys[] = {
	{ .term = "q", .text = "end it; so does Ctrl-C" },
	{ .term = "left, right", .text = "sort by the column before, or behind" },
	{ .term = "up, down, PgUp, PgDn, Home", .text = "which machines are "
		"shown, where not all have room" },
	{ .term = "r", .text = "the least first, or the most" },
	{ .term = "blank", .text = "look now" },
	{ .term = "h, ?", .text = "the keys" },
	{ .term = NULL }
};

static const struct manual_row variables[] = {
	RUNFOLDER_ROW, { .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Columns", .rows = columns, .about = "Of the last interval, "
	  "in a second, but for DROPS. Where a screen has no room the last "
	  "ones are left out." },
	{ .title = "Keys", .rows = keys },
	{ .title = "Environment", .rows = variables, .page_only = true },
	{ .title = NULL }
};

const struct manual top_manual = {
	.name = "hostel top", .section = 1,
	.summary = "what your machines and networks do now",
	.synopsis = TEXTS("[OPTION...]"),
	.about = TEXTS("Shows this user's machines that run, live: where their "
		       "time goes, between guest, VMM and VMApp; world "
		       "switches, exits, interrupts, frames and what was lost; "
		       "and below them VMNet's networks.",
		       "A machine that does not answer in 0.4 s is \"silent\", "
		       "and has no figures until it does. To ask a machine is "
		       "two world switches of its."),
	.lists = lists,
	.see = "hostel(1), hostel-ps(1), hostel-ctl(1), hostel-net(1)",
};

/* ---- words ------------------------------------------------------------- */

/* is_option() - is the next word that option? @value: receives its value, if it
 * takes one: "--x V" or "--x=V" */
static bool is_option(const char *name, const char **value, int *argc,
		      char ***argv)
{
	size_t len = strlen(name);
	const char *word = **argv;

	if (strncmp(word, name, len) != 0 ||
	    (word[len] && (word[len] != '=' || !value)))
		return false;
	--*argc, ++*argv;
	if (!value)
		return true;
	if (word[len]) {
		*value = word + len + 1;
		return true;
	}
	if (!*argc)
		die_usage("top: %s needs a value", name);
	*value = **argv;
	--*argc, ++*argv;
	return true;
}

static int read_sort(const char *word)
{
	int i;

	for (i = -1; i < TOP_COLUMNS; i++)
		if (!strcmp(word, top_column_word(i)))
			return i;
	die_usage("top: there is no column '%.32s'; see 'hostel top --help'",
		  word);
}

static double read_number(const char *name, const char *word, double least,
			  double most)
{
	char *end;
	double n = strtod(word, &end);

	if (end == word || *end || !(n >= least && n <= most))
		die_usage("top: %s '%.32s': give %g to %g", name, word, least,
			  most);
	return n;
}

static void read_one(struct top_view *view, int *argc, char ***argv)
{
	const char *value;

	if (is_option("--once", NULL, argc, argv))
		view->batches = 1;
	else if (is_option("--json", NULL, argc, argv))
		view->json = true;
	else if (is_option("--reverse", NULL, argc, argv))
		view->reverse = true;
	else if (is_option("--batch", &value, argc, argv))
		view->batches = (long)floor(
			read_number("--batch", value, 1, BATCHES_MOST));
	else if (is_option("--interval", &value, argc, argv))
		view->interval = read_number("--interval", value,
					     INTERVAL_LEAST, INTERVAL_MOST);
	else if (is_option("--sort", &value, argc, argv))
		view->sort = read_sort(value);
	else
		die_usage("top: '%.32s' is no option of it; see 'hostel top "
			  "--help'",
			  **argv);
}

void top_read(struct top_view *view, int argc, char **argv)
{
	*view = (struct top_view){ .sort = TOP_busy, .interval = INTERVAL };
	while (argc)
		read_one(view, &argc, &argv);
	if (view->json && !view->batches)
		view->batches = 1;
}

/* ---- batches ----------------------------------------------------------- */

static void print_line(void *arg, enum top_line what, const char *text)
{
	(void)arg, (void)what;
	puts(text);
}

/* row_json() - a row as JSON; figures that are not known are null. */
static json_t *row_json(const struct top_row *r)
{
	json_t *o = json_pack("{s:s?,s:I,s:s}", "name",
			      *r->m->name ? r->m->name : NULL, "pid",
			      (json_int_t)r->m->pid, "state", r->m->state);
	int i;

	for (i = 0; i < TOP_COLUMNS; i++)
		json_object_set_new(o, top_column_word(i),
				    r->known ? json_real(r->value[i]) :
					       json_null());
	return o;
}

static void print_json(const struct top_table *t)
{
	json_t *machines = json_array(), *nets = json_array(), *o;
	unsigned int i;

	for (i = 0; i < t->machines; i++)
		json_array_append_new(machines, row_json(&t->row[i]));
	for (i = 0; i < t->networks; i++)
		json_array_append_new(
			nets,
			json_pack("{s:s,s:s,s:i,s:f,s:f,s:f}", "name",
				  t->net[i].n->name, "kind", t->net[i].n->kind,
				  "ports", (int)t->net[i].n->ports, "frames",
				  t->net[i].frames, "mbps", t->net[i].mbps,
				  "drops", t->net[i].n->drops));
	o = json_pack("{s:f,s:o,s:o}", "interval_s", t->s, "machines", machines,
		      "networks", nets);
	json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(o);
}

static void pause_s(double s)
{
	struct timespec ts = { (time_t)s, (long)((s - floor(s)) * 1e9) };

	nanosleep(&ts, NULL);
}

/* top_batches() - print tables until there were enough, or nobody reads
 * them. */
static void top_batches(const struct top_view *view)
{
	static struct top_sample sample[2];
	static struct top_table t;
	long i;

	top_sample_take(&sample[0]);
	for (i = 0; i < view->batches; i++) {
		pause_s(view->interval);
		top_sample_take(&sample[(i + 1) & 1]);
		top_between(&t, &sample[i & 1], &sample[(i + 1) & 1], view);
		if (view->json)
			print_json(&t);
		else
			top_lines(&t, view, 0, 0, print_line, NULL);
		if (!view->json && i + 1 < view->batches)
			putchar('\n');
		if (fflush(stdout) != 0)
			return;
	}
}

int top_main(int argc, char **argv)
{
	struct top_view view;
	char path[512];
	int i;

	for (i = 0; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			manual_exit(&top_manual, argc, argv);
	top_read(&view, argc, argv);
	if (view.batches) {
		top_batches(&view);
		return 0;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		die_usage("top: a screen takes a terminal; for scripts there "
			  "are --batch, --once and --json");
	if (beside("hostel-top", path, sizeof(path)) == 0) {
		argv[-1] = path;
		execv(path, argv - 1);
	}
	die("can not start %s: %s", path, strerror(errno));
}
