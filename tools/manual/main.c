/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - make the man pages and what a shell completes from the tables that
 * --help is printed from.
 *
 * usage: manual pages DIR DATE	write NAME.SECTION for each into DIR
 *	  manual complete	print the tables for complete.bash
 *
 * The programs that are only started by others (hostel-vmm, hostel-top,
 * vmnet-nat, vmnet-dhcp, vmnet-capture) have no page: hostel(1) says what they
 * are.
 * cpubench64 and realbench64 are parts of bench/, which explains them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/manual.h"
#include "guests/nettest.h"
#include "tools/manual/complete.h"
#include "tools/manual/roff.h"
#include "vmapp/bench.h"
#include "vmapp/check.h"
#include "vmapp/config/options.h"
#include "vmapp/control/commands.h"
#include "vmapp/manuals.h"
#include "vmapp/net/net.h"
#include "vmapp/show/top.h"
#include "vmapp/version.h"
#include "vmnet/manuals.h"

static const struct manual *const manuals[] = {
	&hostel_manual, &vmnetd_manual, &bridge_manual, &adapter_manual,
	&nettest_manual,
#define COMMAND(name, value, main, manual, text) &manual,
#include "vmapp/commands.def"
#undef COMMAND
};

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* write_page() - Return: 0, or 1 after it has said why not. */
static int write_page(const struct manual *m, const char *dir, const char *date)
{
	char path[4096], *blank;
	size_t n = strlen(dir) + 1;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%u", dir, m->name, m->section);
	while ((blank = strchr(path + n, ' ')))
		*blank = '-';
	f = fopen(path, "we");
	if (!f)
		return fail(path);
	roff_page(m, date, version_text(), f);
	return fclose(f) ? fail(path) : 0;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "complete")) {
		complete_tables(manuals, ARRAY_SIZE(manuals), stdout);
		return fflush(stdout) ? fail("standard output") : 0;
	}
	if (argc != 4 || strcmp(argv[1], "pages") != 0) {
		fputs("usage: manual pages DIR DATE | manual complete\n",
		      stderr);
		return 64;
	}
	for (i = 0; i < ARRAY_SIZE(manuals); i++)
		if (write_page(manuals[i], argv[2], argv[3]))
			return 1;
	return 0;
}
