#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# orphans.sh - hostel is killed while it starts, where orphans are not the
# child of process 1: under a subreaper, as systemd --user is one, and what
# many containers begin with. Nothing is left, however early it was.
. "$(dirname "$0")/lib_guest.bash"
tries=150

guest loop <<'END'
_start:	jmp _start
END
# reaper COMMAND... - start it $tries times, kill it a little later each time,
# and wait for all that it started; status 1 if something stays
cat >"$work/reaper.c" <<'END'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* left() - after five seconds; Return: a child that still runs, or 0. */
static pid_t left(void)
{
	siginfo_t info;
	int i;

	for (i = 0; i < 100; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
			return 0;
		usleep(10000);
	}
	return 1;
}

int main(int argc, char **argv)
{
	int i, tries = atoi(argv[1]), bad = 0;
	char command[64];
	pid_t child;

	(void)argc;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (i = 0; i < tries; i++) {
		child = fork();
		if (child == 0) {
			execv(argv[2], argv + 2);
			_exit(127);
		}
		usleep((useconds_t)(i * 100));
		kill(child, SIGKILL);
		if (!left())
			continue;
		bad++;
		printf("# killed after %d us: ", i * 100);
		fflush(stdout);
		snprintf(command, sizeof(command),
			 "ps -o pid=,comm= --ppid %d | grep hostel",
			 getpid());
		if (system(command))
			printf("?\n");
		snprintf(command, sizeof(command), "pkill -9 -P %d hostel",
			 getpid());
		if (system(command))
			printf("# and it can not be killed\n");
	}
	return bad != 0;
}
END
check "a subreaper can be built" gcc -D_GNU_SOURCE -o "$work/reaper" \
	"$work/reaper.c"
check "killed early, $tries times: nothing is left" "$work/reaper" "$tries" \
	"$build/hostel" run --net none --kernel "$work/loop" 2>"$work/err"
finish
