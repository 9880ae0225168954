/* SPDX-License-Identifier: BSD-2-Clause */
/* nettest_manual.c - what nettest tells of itself. */
#include "guests/nettest.h"

static const struct manual_row options[] = {
#define OPTION(name, id, value, words, text) \
	{ "--" name, value, text, words, NULL, false },
#include "guests/nettest.def"
#undef OPTION
	{ .term = NULL }
};

static const struct manual_row statuses[] = {
	{ .term = "0", .text = "all went well" },
	{ .term = "1", .text = "the transfer failed, or a checksum is wrong" },
	{ .term = "64", .text = "a mistake on the command line" },
	{ .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Exit status", .rows = statuses, .page_only = true },
	{ .title = NULL }
};

const struct manual nettest_manual = {
	.name = "nettest", .section = 1,
	.summary = "measure TCP between two machines",
	.synopsis = (const char *const []) {
		"serve [--port P] [--bind ADDR] [--once N] [--give F] "
			"[--save F]",
		"send HOST [--size 4096] [--bytes 100M] [--check | --file F]",
		"recv HOST [--size 4096] [--bytes 100M] [--check | --file F]",
		"pingpong HOST [--size 1] [--bytes 200]",
		"answer [--port P] [--bind ADDR] [--once N]",
		"connects HOST [--bytes 200]",
		NULL
	},
	.about = (const char *const []) {
		"Measures TCP between two machines: the same buffer is sent "
		"again and again. HOST is the IPv4 address of the machine that "
		"runs `nettest serve`.",
		"connects tells how many short connections a second reach a "
		"machine that runs `nettest answer`: a byte there and back in "
		"each, one after another, as many as --bytes says.",
		NULL
	},
	.lists = lists,
	.see = "hostel(1)",
};
