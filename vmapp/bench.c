/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - `hostel bench`: what can be measured, and the way to the scripts
 * that do it, which lie in bench/ beside the build. They are not installed:
 * they want the guests that are built there.
 */
#include "vmapp/bench.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/check.h"
#include "base/log.h"
#include "vmdriver/iopath.h"

static const struct manual_row benches[] = {
	{ .term = "paper", .text = "the figures and tables of the paper, ours "
		"beside theirs" },
	{ .term = "cpu", .text = "the processor beside the host's and QEMU's" },
	{ .term = "hosts", .text = "what must hold on every host: NAT, and an "
		"idle VM" },
	{ .term = "real", .text = "Debian's own programs: compilers, exec, "
		"packers, a data base" },
	{ .term = "busy", .text = "boots and keys beside busy processes, and "
		"QEMU's" },
	{ .term = "serial", .text = "COM1 to a file and to a pty, and QEMU's" },
	{ .term = "disk", .text = "a raw disk by DMA, the CPU left beside it, "
		"an idle VM with one" },
	{ .term = "net", .text = "VMNet's networks beside slirp4netns, passt and "
		"QEMU" },
	{ .term = "screen", .text = "a screen redrawn, at rest and typed at, "
		"and QEMU's" },
	{ .term = "soak", .text = "gigabytes each way on every path, and none "
		"lost" },
	{ .term = NULL }
};

static const struct manual_list lists[] = {
	{ .title = "Benches", .rows = benches, .operands = true },
	{ .title = NULL }
};

const struct manual bench_manual = {
	.name = "hostel bench", .section = 1,
	.summary = "measure, in a source tree",
	.synopsis = (const char *const []) { "", "NAME [OPTION...]", NULL },
	.about = (const char *const []) {
		"Measures; NAME --help says how. Alone it says what there is. "
		"The benches are in the source tree and use the guests that "
		"are built there; they are not installed.",
		NULL
	},
	.lists = lists,
	.see = "hostel(1)",
};

/* print_paths() - the ladder: with each line one step more is on. For the
 * scripts: they know no step by its name. */
static int print_paths(void)
{
	static const char *const names[] = {
#define STEP_NAME(step) #step,
		IO_PATH_STEPS(STEP_NAME)
#undef STEP_NAME
	};
	size_t i, j;

	puts("hosted");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (j = 0; j <= i; j++)
			printf("%s%c", names[j], j < i ? ',' : '\n');
	return 0;
}

/* find_script() - @path receives that of bench/@name, @build the folder that
 * this program lies in; dies if there is no such script. */
static void find_script(const char *name, char *path, char *build)
{
	int err = beside("", build, PATH_MAX);

	if (err)
		die("the folder of this program can not be found: %s",
		    strerror(-err));
	*strrchr(build, '/') = '\0';
	if (snprintf(path, PATH_MAX, "%s/../bench/%s", build, name) <
		    PATH_MAX &&
	    access(path, X_OK) == 0)
		return;
	die("the benches are not installed, and %s is not in a source tree; run "
	    "build/hostel bench %s there",
	    build, name);
}

int bench_main(int argc, char **argv)
{
	char path[PATH_MAX], build[PATH_MAX], option[] = "--build";
	char *args[64] = { path, option, build };
	const struct manual_row *bench;
	int i;

	if (!argc)
		manual_help(&bench_manual, stdout);
	if (!argc)
		return 0;
	if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))
		manual_exit(&bench_manual, argc, argv);
	if (!strcmp(argv[0], "paths") && argc > 1)
		usage_exit("usage: hostel bench paths   the choices of "
			   "--io-path, with each line one step more\n",
			   argc - 1, argv + 1);
	if (!strcmp(argv[0], "paths"))
		return print_paths();
	for (bench = benches; bench->term; bench++)
		if (!strcmp(argv[0], bench->term))
			break;
	if (!bench->term)
		die_usage("there is no bench '%s'; see 'hostel bench'",
			  argv[0]);
	if (argc + 3 > (int)ARRAY_SIZE(args))
		die_usage("too many arguments");
	find_script(argv[0], path, build);
	for (i = 1; i < argc; i++)
		args[i + 2] = argv[i];
	signal(SIGPIPE, SIG_DFL);	/* as a shell expects it */
	execv(path, args);
	die("can not start %s: %s", path, strerror(errno));
}
