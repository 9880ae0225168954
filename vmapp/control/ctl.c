/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl.c - `hostel ctl`: ask a running machine for something. */
#include "vmapp/control/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/runfolder.h"
#include "vmapp/back/drivefile.h"
#include "vmapp/control/ask.h"
#include "vmapp/control/brought.h"

/* A VMM that does not give the CPU back is ended after ten seconds: by then
 * its machine answers, or is gone. */
#define WAIT_MS 15000
/* What is typed takes its time; a guest that does not read it ends that. */
#define TYPE_WAIT_MS 900000

static const struct manual_row verbs[] = {
#define VERB(id, name, words, what, help) \
	{ .term = name, .value = what, .text = help },
#include "vmapp/control/verbs.def"
#undef VERB
	{ .term = NULL }
};

static const struct manual_row options[] = {
	{ .term = "--json", .text = "print the answer as it came: one object" },
	{ .term = NULL }
};

static const struct manual_row statuses[] = {
	{ .term = "0", .text = "it was done" },
	{ .term = "64", .text = "it can not be asked that" },
	{ .term = "69", .text = "there is no such machine, it does not "
		"answer, or it can not do that now" },
	{ .term = NULL }
};

static const struct manual_row variables[] = {
	RUNFOLDER_ROW, { .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Verbs", .rows = verbs },
	{ .title = "Options", .rows = options },
	{ .title = "Exit status", .rows = statuses },
	{ .title = "Environment", .rows = variables, .page_only = true },
	{ .title = NULL }
};

const struct manual ctl_manual = {
	.name = "hostel ctl", .section = 1,
	.summary = "ask a running machine for something",
	.synopsis = (const char *const []) { "NAME VERB... [--json]", NULL },
	.about = (const char *const []) {
		"NAME is what --name of 'hostel run' gave it, or the process "
		"number of its hostel; 'hostel ps' lists both. A name goes "
		"before a number, and @NUMBER is always one.",
		"While a machine is paused all its clocks stand, and frames "
		"that have no room are lost; its guest's time of day is behind "
		"from then on. A reset ends a pause; a cable that was pulled "
		"stays out.",
		"Keys are a, 1, f2, ret, esc, spc, tab, backspace, up, "
		"pgdn, kp_5, ... and any character that a key types without "
		"Shift; joined by - they are held together. Text is typed as "
		"on a US keyboard. Both are answered when the guest has "
		"fetched the last key.",
		"X and Y of mouse with a sign, as in +10 -5, are movement to "
		"the right and down. Without one they are a place, from 0 0 "
		"to 65535 65535, which needs a guest that drives VMware's "
		"pointer. BUTTONS are what is down from then on, joined by +: "
		"left, right, middle, fourth, fifth, or none; or click, "
		"wheel-up, wheel-down.",
		"A card that is moved to another network has no link for "
		"four seconds: its guest sees the cable pulled and plugged in, "
		"and asks for a new address. What is wrong with the network "
		"leaves the card where it was. A reset leaves it where it is.",
		"Ports are forwarded to a card on nat, with NIC to that one; "
		"they are written as after forward= of 'hostel run', and at "
		"127.0.0.1 if no address is given. Connections that came by "
		"one stay when it is removed. A card that is moved away, and "
		"back, has them again.",
		"A picture and the text of the screen are there whatever "
		"--display says, also while the machine is paused.",
		NULL
	},
	.lists = lists,
	.see = "hostel(1), hostel-run(1), hostel-ps(1)",
};

/* pid_of() - "1234" or "@1234". Return: 0: it is no number. */
static long pid_of(const char *name)
{
	const char *digits = name + (*name == '@');
	char *end;
	long pid = strtol(digits, &end, 10);

	return *digits >= '0' && *digits <= '9' && !*end && pid > 0 ? pid : 0;
}

/* pick() - which of @n machines is meant; -1: none. */
static int pick(const struct place_found *found, int n, const char *name)
{
	long pid = pid_of(name);
	int i;

	for (i = 0; i < n; i++)
		if (!strcmp(found[i].name, name))
			return i;
	for (i = 0; i < n; i++)
		if (pid && found[i].pid == pid)
			return i;
	return -1;
}

/* die_unknown() - say what there is. */
static _Noreturn void die_unknown(const struct place_found *found, int n,
				  const char *name)
{
	char list[256] = "";
	int i;

	for (i = 0; i < n && strlen(list) < sizeof(list) - 80; i++) {
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
			 i ? ", %s" : "%s", found[i].name);
		if (!*found[i].name)
			snprintf(list + strlen(list),
				 sizeof(list) - strlen(list), "%d",
				 (int)found[i].pid);
	}
	if (!n)
		die("no machine '%.64s' runs, nor any other one of yours",
		    name);
	die("no machine '%.64s' runs; there %s %s%s", name,
	    n == 1 ? "is" : "are", list, i < n ? ", ..." : "");
}

/* connect_to() - Return: a socket. */
static int connect_to(const char *name)
{
	static struct place_found found[ASK_MACHINES];
	int i, n = ask_machines(found), it = pick(found, n, name);

	if (it < 0)
		die_unknown(found, n, name);
	for (i = 0; i < n; i++)
		if (i != it)
			close(found[i].sock);
	return found[it].sock;
}

static void print_drives(const json_t *drives)
{
	const json_t *d;
	size_t i;

	for (i = 0; i < json_array_size(drives); i++) {
		d = json_array_get(drives, i);
		printf("%-11s %s, %s%s, %s\n", ask_text(d, "drive"),
		       ask_text(d, "kind"), ask_text(d, "file"),
		       json_is_true(json_object_get(d, "read_only")) ?
			       " (read-only)" :
			       "",
		       ask_text(d, "state"));
	}
}

/* print_forwards() - of one card. */
static void print_forwards(const json_t *nic, size_t i)
{
	const json_t *list = json_object_get(nic, "forwards");
	size_t k;

	for (k = 0; k < json_array_size(list); k++)
		printf("nic %zu       %s\n", i,
		       ask_word(json_array_get(list, k)));
}

/* print_all_forwards() - those of a card that is elsewhere lead nowhere. */
static void print_all_forwards(const json_t *cards)
{
	size_t i;

	for (i = 0; i < json_array_size(cards); i++)
		print_forwards(json_array_get(cards, i), i);
}

static void print_status(const json_t *o)
{
	const json_t *nics = json_object_get(o, "networks"), *nic;
	size_t i;

	printf("name        %s\n", ask_text(o, "name"));
	printf("pid         %d\n",
	       (int)json_integer_value(json_object_get(o, "pid")));
	printf("state       %s\n", ask_text(o, "state"));
	printf("engine      %s\n", ask_text(o, "engine"));
	printf("memory      %lld MiB\n",
	       (long long)json_integer_value(json_object_get(o, "memory")) >>
		       20);
	printf("guest time  %.1f s\n",
	       json_number_value(json_object_get(o, "guest_time_s")));
	print_drives(json_object_get(o, "drives"));
	for (i = 0; i < json_array_size(nics); i++) {
		nic = json_array_get(nics, i);
		printf("nic %zu       %s, %s, link %s%s\n", i,
		       ask_text(nic, "network"), ask_text(nic, "mac"),
		       json_is_true(json_object_get(nic, "link")) ? "up" :
								    "down",
		       json_is_false(json_object_get(nic, "plugged")) ?
			       " (the cable is out)" :
			       "");
		print_forwards(nic, i);
	}
}

/* medium_kind() - what the drive of that name takes; which there are is the
 * machine's to know. */
static enum drive_kind medium_kind(const char *drive)
{
	if (!strncasecmp(drive, "ide", 3) || !strcasecmp(drive, "cdrom"))
		return DRIVE_CDROM;
	if (!strncasecmp(drive, "floppy", 6) || !drive[1])
		return DRIVE_FLOPPY;
	die_usage("insert: no drive is called '%.64s': say cdrom, a, b, or a "
		  "name that 'status' lists",
		  drive);
}

/* open_medium() - of "insert DRIVE F": here, as the machine can open nothing.
 * A CD's is never written. Return: a descriptor; @words[1]: what the machine
 * is to call it. */
static int open_medium(char **words)
{
	static char name[REQUEST_WORD_SIZE];
	char why[DRIVEFILE_WHY_SIZE];
	const char *base;
	static struct drive_config d;
	static struct drivefile f;
	char *c;

	if (!drive_parse(&d, medium_kind(words[0]), "insert", words[1], why))
		die_usage("%s", why);
	if (!*d.file || d.format != DISK_RAW)
		die_usage("insert: only a raw image can be put in while a "
			  "machine runs");
	if (drivefile_open(&f, &d, false, why) < 0)
		die("%s", why);
	if (*why)
		log_warn("%s", why);
	base = strrchr(d.file, '/');
	snprintf(name, sizeof(name), "%.79s", base ? base + 1 : d.file);
	for (c = name; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	words[1] = name;
	return f.fd;
}

/* exit_status() - what the answer says it is. */
static int exit_status(const json_t *o)
{
	const json_t *status = json_object_get(o, "status");

	if (json_is_true(json_object_get(o, "ok")))
		return 0;
	return json_integer_value(status) == EXIT_USAGE ? EXIT_USAGE :
							  EXIT_SETUP;
}

/* print_answer() - for people. */
static void print_answer(const json_t *o, enum verb verb)
{
	if (!json_is_true(json_object_get(o, "ok"))) {
		log_error("%s", ask_text(o, "error"));
		return;
	}
	if (verb == VERB_STATUS)
		print_status(o);
	if (verb == VERB_FORWARD)
		print_all_forwards(json_object_get(o, "cards"));
	if (verb == VERB_SCREEN_TEXT)
		fputs(json_string_value(json_object_get(o, "text")), stdout);
	if (verb == VERB_REPORT) {
		json_dumpf(json_object_get(o, "report"), stdout,
			   JSON_INDENT(2) | JSON_ENSURE_ASCII);
		putchar('\n');
	}
}

int ctl_main(int argc, char **argv)
{
	char why[REQUEST_WHY_SIZE];
	bool json = false;
	enum verb verb;
	json_t *o;
	int sock, status, fd = -1, back;
	/* Where the file goes is not the machine's to know. */
	char *no_path[] = { (char *)"-", NULL }, **words = argv + 2;

	if (argc && !strcmp(argv[argc - 1], "--json"))
		json = true, argv[--argc] = NULL;
	if (argc < 2 || argv[0][0] == '-')
		manual_exit(&ctl_manual, argc, argv);
	verb = request_check(argv[1], (size_t)argc - 2, why);
	if (verb == VERBS)
		die_usage("%s; see 'hostel ctl --help'", why);
	if (verb == VERB_SCREENSHOT)
		words = no_path;
	if (verb == VERB_INSERT)
		fd = open_medium(words);
	if (!ask_check(verb, words, why))
		die_usage("%s", why);
	sock = connect_to(argv[0]);
	o = ask(sock, verb, words, fd,
		verb == VERB_KEY || verb == VERB_TEXT ? TYPE_WAIT_MS : WAIT_MS,
		&back);
	close(sock);
	if (!o)
		die("the machine '%.64s' did not answer; it may have just "
		    "ended",
		    argv[0]);
	if (json_is_true(json_object_get(o, "ok")) &&
	    (verb == VERB_SCREENSHOT || verb == VERB_SCREEN_TEXT))
		o = brought_take(o, verb == VERB_SCREENSHOT ? argv[2] : NULL,
				 back);
	else if (back >= 0)
		close(back);
	if (json) {
		json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	} else {
		print_answer(o, verb);
	}
	status = exit_status(o);
	json_decref(o);
	return status;
}
