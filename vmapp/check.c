// SPDX-License-Identifier: BSD-2-Clause
/* check.c - `hostel check`: see check.h. */
#include "vmapp/check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/log.h"
#include "vmapp/check_rows.h"
#include "vmapp/version.h"

static const struct manual_row options[] = {
	{ .term = "--json", .text = "the same as one JSON object" },
	{ .term = "--brief", .text = "the first line only" },
	{ .term = "--words", .text = "what HOSTEL_HOST can take away from this "
		"host, for tests" },
	{ .term = NULL }
};

static const struct manual_row exits[] = {
	{ .term = "0", .text = "all is good" },
	{ .term = "1", .text = "machines are slower than they could be" },
	{ .term = "2", .text = "none runs here" },
	{ .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Exit status", .rows = exits },
	{ .title = NULL }
};

const struct manual check_manual = {
	.name = "hostel check", .section = 1,
	.summary = "say what this host offers, and lacks",
	.synopsis = (const char *const []) {
		"[--json | --brief | --words]", NULL
	},
	.about = (const char *const []) {
		"Says what this host offers, what it lacks, what each lack "
		"costs and what can be done about it. The first line sums up.",
		NULL
	},
	.lists = lists,
	.see = "hostel(1), hostel-run(1)",
};

static const char *const status_names[] = {
	[CHECK_GOOD] = "good", [CHECK_NOTE] = "note",
	[CHECK_SLOWER] = "slower", [CHECK_UNABLE] = "unable",
};

/* exit_status() - of the worst row. */
static int exit_status(enum check_status s)
{
	return s == CHECK_UNABLE ? 2 : s == CHECK_SLOWER;
}

/* summary_write() - one line, of any host. */
static void summary_write(const struct check *c, char *text, size_t size)
{
	const struct check_row *row;
	size_t i, n;

	switch (check_worst(c, &row)) {
	case CHECK_UNABLE:
		snprintf(text, size, "This host runs no machine: %s: %s",
			 row->name, row->found);
		break;
	case CHECK_SLOWER:
		n = (size_t)snprintf(text, size,
				     "This host is slower than "
				     "it could be:");
		for (i = 0; i < c->count && n < size; i++)
			if (c->row[i].status == CHECK_SLOWER)
				n += (size_t)snprintf(
					text + n, size - n, "%s %s (%s)",
					strchr(text, '(') ? "," : "",
					c->row[i].name, c->row[i].found);
		break;
	default:
		snprintf(text, size,
			 "This host is good: %s, %s, a page fault "
			 "%.1f us, a world switch %.1f us",
			 c->cpu, c->kernel, c->costs.fault, c->costs.trip);
	}
}

static void print_row(const struct check_row *r)
{
	printf("  %-16s %-7s %s\n", r->name, status_names[r->status], r->found);
	if (*r->cost)
		printf("%27sit costs: %s\n", "", r->cost);
	if (*r->advice)
		printf("%27sto do: %s\n", "", r->advice);
}

static void print_denied(void)
{
	uint32_t denied = host_denied_mask();
	unsigned int f;

	if (!denied)
		return;
	printf("\nHOSTEL_HOST takes away:");
	for (f = 0; f < HOST_FEATURES; f++)
		if (denied >> f & 1)
			printf(" %s", host_word((enum host_feature)f));
	putchar('\n');
}

static json_t *json_row(const struct check_row *r)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", r->name, "status",
			 status_names[r->status], "found", r->found, "cost",
			 r->cost, "advice", r->advice);
}

static json_t *json_costs(const struct check_costs *k)
{
	return json_pack("{s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "system_call",
			 k->call, "clock", k->clock, "signal", k->signal,
			 "fault_and_map", k->fault, "map_page", k->page,
			 "map_16_pages", k->pages16, "world_switch", k->trip);
}

static void print_json(const struct check *c, enum check_status worst,
		       const char *first)
{
	json_t *o = json_object(), *rows = json_array(), *denied = json_array();
	uint32_t mask = host_denied_mask();
	unsigned int f;
	size_t i;

	for (i = 0; i < c->count; i++)
		json_array_append_new(rows, json_row(&c->row[i]));
	for (f = 0; f < HOST_FEATURES; f++)
		if (mask >> f & 1)
			json_array_append_new(
				denied,
				json_string(host_word((enum host_feature)f)));
	json_object_set_new(o, "version", json_string(version_text()));
	json_object_set_new(o, "status",
			    json_string(worst == CHECK_NOTE ?
						"good" :
						status_names[worst]));
	json_object_set_new(o, "summary", json_string(first));
	json_object_set_new(o, "processor", json_string(c->cpu));
	json_object_set_new(o, "kernel", json_string(c->kernel));
	json_object_set_new(o, "costs_us", json_costs(&c->costs));
	json_object_set_new(o, "taken_away", denied);
	json_object_set_new(o, "rows", rows);
	json_dumpfd(o, STDOUT_FILENO, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
	printf("\n");
	json_decref(o);
}

static int print_words(void)
{
	unsigned int f;
	size_t k;

	puts("HOSTEL_HOST=WORD,WORD,... makes this host look like a poorer "
	     "one:\n");
	for (f = 0; f < HOST_FEATURES; f++)
		printf("  no-%-14s %s\n", host_word((enum host_feature)f),
		       host_what((enum host_feature)f));
	for (k = 0; host_kernel_word(k); k++)
		printf("  %-17s no system call younger than that kernel's\n",
		       host_kernel_word(k));
	return 0;
}

int check_main(int argc, char **argv)
{
	const char *how = argc ? argv[0] : "";
	const struct check_row *row;
	enum check_status worst;
	static struct check c;
	char first[512];
	size_t i;

	if (argc == 1 && (!strcmp(how, "--help") || !strcmp(how, "-h")))
		manual_exit(&check_manual, argc, argv);
	if (argc == 1 && !strcmp(how, "--words"))
		return print_words();
	if (argc > 1 ||
	    (argc && strcmp(how, "--json") && strcmp(how, "--brief")))
		die_usage(
			"'hostel check' takes --json, --brief or --words; see "
			"'hostel check --help'");
	check_look(&c);
	worst = check_worst(&c, &row);
	summary_write(&c, first, sizeof(first));
	if (!strcmp(how, "--json")) {
		print_json(&c, worst, first);
		return exit_status(worst);
	}
	puts(first);
	if (strcmp(how, "--brief")) {
		putchar('\n');
		for (i = 0; i < c.count; i++)
			print_row(&c.row[i]);
		print_denied();
	}
	return exit_status(worst);
}
