/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - `hostel bench`: what can be measured, and the way to the scripts
 * that do it, which lie in bench/ beside the build, or where they are
 * installed.
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

static const struct {
	const char *name, *text;
} benches[] = {
	{ "paper", "the figures and tables of the paper, ours beside theirs" },
	{ "cpu", "the processor beside the host's and QEMU's" },
	{ "hosts", "what must hold on every host: NAT, and an idle VM" },
	{ "real", "Debian's own programs: compilers, exec, packers, a data base" },
	{ "busy", "boots and keys beside busy processes, and QEMU's" },
	{ "serial", "COM1 to a file and to a pty, and QEMU's" },
	{ "soak", "gigabytes each way on every path, and none lost" },
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

static int print_list(void)
{
	size_t i;

	puts("usage: hostel bench NAME [options]   measure; NAME --help says "
	     "how\n");
	for (i = 0; i < ARRAY_SIZE(benches); i++)
		printf("  %-8s %s\n", benches[i].name, benches[i].text);
	return 0;
}

/* find_script() - @path receives that of bench/@name, @build the folder that
 * this program lies in; dies if there is no such script. */
static void find_script(const char *name, char *path, char *build)
{
	static const char *const places[] = {
		"/../bench", "/../share/hostel/bench",
	};
	int err = beside("", build, PATH_MAX);
	size_t i;

	if (err)
		die("the folder of this program can not be found: %s",
		    strerror(-err));
	*strrchr(build, '/') = '\0';
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (snprintf(path, PATH_MAX, "%s%s/%s", build, places[i],
			     name) < PATH_MAX && access(path, X_OK) == 0)
			return;
	}
	die("bench/%s is neither beside this build (%s) nor installed", name,
	    build);
}

int bench_main(int argc, char **argv)
{
	char path[PATH_MAX], build[PATH_MAX], option[] = "--build";
	char *args[64] = { path, option, build };
	int i;

	if (!argc || !strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"))
		return print_list();
	if (!strcmp(argv[0], "paths") && argc > 1)
		usage_exit("usage: hostel bench paths   the choices of "
			   "--io-path, with each line one step more\n",
			   argc - 1, argv + 1);
	if (!strcmp(argv[0], "paths"))
		return print_paths();
	for (i = 0; i < (int)ARRAY_SIZE(benches); i++)
		if (!strcmp(argv[0], benches[i].name))
			break;
	if (i == (int)ARRAY_SIZE(benches))
		die_usage("there is no bench '%s'; see 'hostel bench'", argv[0]);
	if (argc + 3 > (int)ARRAY_SIZE(args))
		die_usage("too many arguments");
	find_script(argv[0], path, build);
	for (i = 1; i < argc; i++)
		args[i + 2] = argv[i];
	signal(SIGPIPE, SIG_DFL);	/* as a shell expects it */
	execv(path, args);
	die("can not start %s: %s", path, strerror(errno));
}
