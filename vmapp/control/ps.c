/* SPDX-License-Identifier: BSD-2-Clause */
/* ps.c - `hostel ps`: the machines of this user that run. */
#include "vmapp/control/commands.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/runfolder.h"
#include "vmapp/control/ask.h"

/* A machine that does not answer in that time is shown as "silent". */
#define WAIT_MS 2000

static const struct manual_row options[] = {
	{ .term = "--json", .text = "an array, with an object for each as "
		"'hostel ctl NAME status --json' prints it" },
	{ .term = NULL }
};

static const struct manual_row variables[] = {
	RUNFOLDER_ROW, { .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Environment", .rows = variables, .page_only = true },
	{ .title = NULL }
};

const struct manual ps_manual = {
	.name = "hostel ps", .section = 1,
	.summary = "list your machines that run",
	.synopsis = (const char *const []) { "[--json]", NULL },
	.about = (const char *const []) {
		"Lists the machines of this user that run. A machine is named "
		"by --name of 'hostel run'; one without a name is spoken of by "
		"its process number. The state \"silent\" is of one that does "
		"not answer: it has just begun, or is stopped.",
		NULL
	},
	.lists = lists,
	.see = "hostel(1), hostel-ctl(1)",
};

/* ps_row() - what is known of one. Return: a new object. */
static json_t *ps_row(const struct place_found *m)
{
	json_t *o = ask(m->sock, VERB_STATUS, NULL, -1, WAIT_MS, NULL);
	bool good = json_is_true(json_object_get(o, "ok"));

	if (!good) {
		json_decref(o);
		o = json_pack("{s:s}", "state", "silent");
	}
	/* Whose socket it is, not what it says. */
	json_object_set_new(o, "pid", json_integer(m->pid));
	json_object_set_new(o, "name",
			    *m->name ? json_string(m->name) : json_null());
	json_object_del(o, "ok");
	return o;
}

/* ps_networks() - of a machine, with commas; @size bytes. */
static const char *ps_networks(const json_t *o, char *text, size_t size)
{
	const json_t *list = json_object_get(o, "networks");
	size_t i;

	*text = '\0';
	for (i = 0; i < json_array_size(list); i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s",
			 i ? "," : "",
			 ask_text(json_array_get(list, i), "network"));
	return *text ? text : "-";
}

static void print_table(const json_t *all)
{
	char text[128];
	size_t i;

	printf("%-20s %8s %-8s %-8s %s\n", "NAME", "PID", "STATE", "ENGINE",
	       "NETWORKS");
	for (i = 0; i < json_array_size(all); i++) {
		const json_t *o = json_array_get(all, i);

		printf("%-20s %8d %-8s %-8s %s\n", ask_text(o, "name"),
		       (int)json_integer_value(json_object_get(o, "pid")),
		       ask_text(o, "state"), ask_text(o, "engine"),
		       ps_networks(o, text, sizeof(text)));
	}
}

/* tell_folder() - none was found: where was it looked? */
static void tell_folder(void)
{
	char dir[PATH_MAX], why[PLACE_WHY_SIZE];

	if (runfolder_find(dir, sizeof(dir), why, sizeof(why)) == 0)
		log_info("no machine runs that has its socket in %s", dir);
}

int ps_main(int argc, char **argv)
{
	static struct place_found found[ASK_MACHINES];
	bool json = argc == 1 && !strcmp(argv[0], "--json");
	json_t *all;
	int i, n;

	if (argc && !json)
		manual_exit(&ps_manual, argc, argv);
	all = json_array();
	n = ask_machines(found);
	for (i = 0; i < n; i++) {
		json_array_append_new(all, ps_row(&found[i]));
		close(found[i].sock);
	}
	if (json) {
		json_dumpf(all, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
		putchar('\n');
	} else {
		print_table(all);
		if (!n)
			tell_folder();
	}
	json_decref(all);
	return 0;
}
