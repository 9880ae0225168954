/* SPDX-License-Identifier: BSD-2-Clause */
/* runmanual.c - what `hostel run` tells of itself: options.def for --help, and
 * vmxkeys.def besides for the man page. See base/manual.h. */
#include "base/runfolder.h"
#include "vmapp/config/options.h"

static const struct manual_row options[] = {
#define OPTION(name, value, set, words, vmx, text) \
	{ name, value, text, words, vmx, false },
#define PART(name, value, set, text) \
	{ "," name, value, text, NULL, NULL, true },
#define CONDITION(name, take, example, text) \
	PART(#name "=", example, take, text)
#include "vmapp/config/options.def"
	{ .term = NULL }
};

static const struct manual_row statuses[] = {
	{ .term = "0", .text = "after a power-off (or a reset with "
		"--no-reboot)" },
	{ .term = "2v+1", .text = "after a debug exit" },
	{ .term = "64", .text = "a mistake on the command line or in a .vmx "
		"file" },
	{ .term = "69", .text = "the machine can not be set up" },
	{ .term = "70", .text = "the guest can not go on" },
	{ .term = "128+n", .text = "after signal n" },
	{ .term = "130", .text = "after Ctrl-]" },
	{ .term = NULL }
};

/* How a device's keys begin; see vmx.c. */
#define KEY_MACHINE ""
#define KEY_NIC "ethernetN."
#define KEY_SERIAL "serialN."
#define KEY_PARALLEL "parallel0."
#define KEY_IDE "ideN:N."
#define KEY_FLOPPY "floppyN."

static const struct manual_row vmx_keys[] = {
#define VMX_KEY(device, word, set, example, text) \
	{ KEY_##device word, "= \"" example "\"", text, NULL, NULL, false },
#include "vmapp/config/vmxkeys.def"
	{ .term = NULL }
};

static const char vmx_about[] =
	"FILE.vmx is a file as VMware writes it: a setting in each line, key = "
	"\"value\". '#' begins a comment; keys are not case-sensitive; a file "
	"that is named in a value is looked for from the .vmx file's own "
	"folder. The command line counts more. A mistake is told with its line, "
	"and nothing starts. N is 0 to 3, of serialN, ideN:N and floppyN 0 or "
	"1; # is any number."
#define VMX_NOT(device, word, unless, why) " " KEY_##device word
	" These settings are errors, unless they are FALSE or ask for what there "
	"is, as what they are of is not there:"
#include "vmapp/config/vmxkeys.def"
	"."
#define VMX_QUIET(device, word) " " KEY_##device word
#define VMX_HARMLESS(device, word) " " KEY_##device word
	" These settings of VMware's are known and have no effect:"
#include "vmapp/config/vmxkeys.def"
	". All others are named in one warning.";

static const struct manual_row variables[] = {
	{ .term = "HOSTEL_CODE_CACHE", .text = "as --code-cache, which counts "
		"more" },
	RUNFOLDER_ROW,
	{ .term = "HOSTEL_VMNETD", .text = "another vmnetd to start" },
	{ .term = "HOSTEL_VNC_PASSWORD", .text = "of --display vnc, instead "
		"of one at random; of eight characters at most; none if it is "
		"empty" },
	{ .term = "HOSTEL_NOVNC", .text = "the folder of noVNC's page, for "
		"--display web (without it /usr/share/novnc, or novnc beside "
		"hostel-screen)" },
	{ .term = "HOSTEL_HOST", .text = "takes away from this host, for tests: "
		"see 'hostel check --words'" },
	{ .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Options", .rows = options },
	{ .title = "Settings of a .vmx file", .rows = vmx_keys,
	  .about = vmx_about, .page_only = true },
	{ .title = "Exit status", .rows = statuses },
	{ .title = "Environment", .rows = variables, .page_only = true },
	{ .title = NULL }
};

const struct manual run_manual = {
	.name = "hostel run", .section = 1,
	.summary = "boot a virtual PC",
	.synopsis = (const char *const []) {
		"[FILE.vmx] [OPTION...]", NULL
	},
	.about = (const char *const []) {
		"Boot a virtual PC. On a terminal its screen is shown there, "
		"and COM1 is plugged into nothing; with --kernel COM1 is the "
		"terminal, and no screen is shown. Ctrl-] quits.",
		NULL
	},
	.lists = lists,
	.files = "vmx",
	.see = "hostel(1), hostel-report(1), vmnetd(8), vmnet-bridge(8)",
};
