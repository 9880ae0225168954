/* SPDX-License-Identifier: BSD-2-Clause */
/* manuals.c - what hostel and its small commands tell: see manuals.h. */
#include "vmapp/manuals.h"

static const struct manual_row commands[] = {
#define COMMAND(name, value, main, manual, text) \
	{ name, value, text, NULL, NULL, false },
#include "vmapp/commands.def"
#undef COMMAND
	{ .term = NULL }
};

static const struct manual_row options[] = {
	{ .term = "--help", .text = "as help" },
	{ .term = "--version", .text = "as version" },
	{ .term = NULL }
};

static const struct manual_row files[] = {
	{ .term = "bin/hostel, bin/vmnetd, bin/vmnet-bridge, bin/vmnet-adapter, "
		"bin/nettest",
	  .text = "what people start" },
	{ .term = "libexec/hostel/hostel-vmm",
	  .text = "runs the guest, behind walls; started by hostel, not by "
		"hand" },
	{ .term = "libexec/hostel/hostel-screen",
	  .text = "shows a machine's screen; started by hostel, not by hand" },
	{ .term = "libexec/hostel/hostel-disk, libexec/hostel/hostel-disk-nbd",
	  .text = "has a drive's image, the latter one by qemu-nbd; started by "
		"hostel, not by hand" },
	{ .term = "libexec/hostel/vmnet-nat, libexec/hostel/vmnet-dhcp",
	  .text = "NAT for a card, and addresses for the network hostonly; "
		"started by vmnetd, not by hand" },
	{ .term = "libexec/hostel/vmnet-vde", .text = "a cable between a "
		"network and a VDE switch; started by hostel net vde or "
		"vmnetd, not by hand" },
	{ .term = "libexec/hostel/vmnet-capture", .text = "writes what passes "
		"a network; started by hostel net capture, not by hand" },
	{ .term = "libexec/hostel/hostel-top", .text = "the screen of hostel "
		"top, by ncurses; started by that" },
	{ .term = "share/doc/hostel", .text = "how it is built, what it "
		"trusts, and its licence; begin with README.md" },
	{ .term = NULL }
};

static const struct manual_list hostel_lists[] = {
	{ .title = "Commands", .rows = commands, .operands = true },
	{ .title = "Options", .rows = options, .page_only = true },
	{ .title = "Files", .rows = files, .page_only = true },
	{ .title = NULL }
};

const struct manual hostel_manual = {
	.name = "hostel", .section = 1,
	.summary = "boot unmodified IA-32 PCs as ordinary processes",
	.synopsis = TEXTS("COMMAND [ARGUMENT...]", "--version"),
	.about = TEXTS("Hostel boots unmodified IA-32 PCs as ordinary "
		       "processes: no VT-x, no kernel module, no root.",
		       "Each command tells more by --help, and in its page of "
		       "the manual: hostel-run(1) and so on."),
	.lists = hostel_lists,
	.see = "hostel-run(1), vmnetd(8), vmnet-bridge(8), vmnet-adapter(8), nettest(1)",
};

const struct manual report_manual = {
	.name = "hostel report", .section = 1,
	.summary = "show what a machine's --report wrote",
	.synopsis = TEXTS("FILE.json"),
	.about = TEXTS("Shows what 'hostel run --report FILE.json' wrote as a "
		       "table for people."),
	.files = "json",
	.see = "hostel(1), hostel-run(1)",
};

const struct manual help_manual = {
	.name = "hostel help", .section = 1,
	.summary = "say which commands there are",
	.synopsis = TEXTS(""),
	.about = TEXTS("Says which commands hostel has."),
	.see = "hostel(1)",
};

const struct manual version_manual = {
	.name = "hostel version", .section = 1,
	.summary = "say which Hostel this is",
	.synopsis = TEXTS(""),
	.about = TEXTS("Says which Hostel this is: its version, and what "
		       "commit it was built from."),
	.see = "hostel(1)",
};
