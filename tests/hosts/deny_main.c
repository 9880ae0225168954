/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deny_main.c - run a command on a poorer host, for tests.
 *
 * usage: deny [CALL[=ENOSYS],...] -- COMMAND...
 *
 * The system calls named answer EPERM, as a container's filter has them, or
 * ENOSYS, as other filters and old kernels do. HOSTEL_HOST is obeyed
 * (base/host.h), also for a command that does not look at it itself.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/log.h"

/* answer() - cut "=EPERM" or "=ENOSYS" off @name; Return: which it was. */
static int answer(char *name)
{
	char *is = strchr(name, '=');

	if (!is)
		return EPERM;
	*is++ = '\0';
	if (strcmp(is, "EPERM") != 0 && strcmp(is, "ENOSYS") != 0)
		die("no answer '%s'", is);
	return is[1] == 'P' ? EPERM : ENOSYS;
}

static void deny_or_die(char *names)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	char *name;
	int nr, err;

	if (!ctx)
		die("no filter");
	for (name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		err = answer(name);
		nr = seccomp_syscall_resolve_name(name);
		if (nr < 0 || seccomp_rule_add(ctx, SCMP_ACT_ERRNO(err), nr, 0))
			die("no system call '%s'", name);
	}
	if (seccomp_load(ctx))
		die("the filter can not be set");
	seccomp_release(ctx);
}

int main(int argc, char **argv)
{
	int i = 1;

	log_init("deny", LOG_INFO);
	if (argc > 1 && strcmp(argv[1], "--") != 0)
		deny_or_die(argv[i++]);
	if (i + 1 >= argc || strcmp(argv[i], "--") != 0)
		die("usage: deny [CALL[=ENOSYS],...] -- COMMAND...");
	host_pretend_or_die();
	execvp(argv[i + 1], argv + i + 1);
	die("%s: %s", argv[i + 1], strerror(errno));
}
