/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - what hostel-app may ask of the kernel once it is set up.
 *
 * All of it is in this one list, to which docs/THREATS.md gives the reasons.
 * What must not come in, whatever the need: a call that names a file, an
 * address or a process (the keeper is asked for such things), and ioctl(),
 * which could type into the terminal.
 */
#include "vmapp/sandbox.h"

#include <string.h>
#include <sys/mman.h>

#include "base/check.h"
#include "base/fds.h"
#include "base/privileges.h"
#include "base/sandbox.h"

#define APP_CALLS(CALL, CALL_IF)					\
	/* the loop: descriptors, deadlines, the world switch */	\
	CALL(futex) CALL(epoll_wait) CALL(epoll_pwait2)			\
	CALL(epoll_ctl) CALL(poll) CALL(ppoll)				\
	CALL(timerfd_settime) CALL(clock_gettime)			\
	/* what is held: terminal, files, VMNet's sockets, the keeper */ \
	CALL(read) CALL(write) CALL(close) CALL(munmap) CALL(recvfrom)	\
	CALL(recvmsg) CALL_IF(sendto, 4, ~0ull, 0) CALL(sendmsg)	\
	/* how large a floppy is that is put in */			\
	CALL(fstat)							\
	/* the VMM's process, by its pidfd; reap it */			\
	CALL(pidfd_send_signal) CALL(waitid) CALL(wait4)		\
	/* where the calling thread itself runs */			\
	CALL_IF(sched_setaffinity, 0, 0xffffffff, 0)			\
	/* the report */						\
	CALL(getrusage)

/* What no file of ours asks for: malloc(), memory that is never executable; an
 * epoll_wait() that libc makes of epoll_pwait; threads, signals, the end. */
#define APP_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL_IF(mprotect, 2, PROT_EXEC, 0) \
	CALL(mremap) CALL(madvise) CALL(brk) CALL(epoll_pwait)		\
	CALL(rt_sigprocmask) CALL(rt_sigreturn)				\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule app_rules[] = {
	APP_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	APP_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int app_sandbox_prepare(void)
{
	int had;

	fds_close_inherited();
	had = privileges_drop(0);
	return had < 0 ? had : 0;
}

int app_sandbox_close(pid_t by_number)
{
	struct sandbox_rule rules[ARRAY_SIZE(app_rules) + 1];
	size_t n = ARRAY_SIZE(app_rules);

	memcpy(rules, app_rules, sizeof(app_rules));
	if (by_number)
		rules[n++] = (struct sandbox_rule){
			.nr = SYS_kill, .arg = 0, .mask = 0xffffffffu,
			.value = (uint32_t)by_number,
		};
	return sandbox_enter(rules, n);
}
