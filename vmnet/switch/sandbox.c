/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - what vmnet-switch may ask of the kernel once it serves.
 *
 * All of it is in this one list, to which docs/THREATS.md gives the reasons.
 * What must not come in, whatever the need: a call that names a file, an
 * address or a process (its keeper is asked for such things: child.h). An
 * address would lead a packet socket to another interface, by bind() or with
 * one frame: so there is no sendmsg(), whose addresses a filter can not see,
 * and no descriptor can be handed out by it either. Options of sockets are
 * there by name: not the one that takes a packet socket's filter away.
 */
#include "vmnet/switch/sandbox.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/privileges.h"
#include "base/sandbox.h"

#define ALL 0xffffffffu
#define NO_ADDRESS (~0ull)	/* all bits of the pointer are 0 */

#define SWITCH_CALLS(CALL, CALL_IF, CALL_IF2)				\
	/* the loop */							\
	CALL(epoll_wait) CALL(epoll_pwait2) CALL(ppoll)			\
	CALL(epoll_ctl)							\
	CALL(clock_gettime) CALL(clock_getres) CALL(getpid)		\
	CALL(getrandom)							\
	/* clients, the NAT, the wire, the keeper, bells */		\
	CALL(accept4) CALL(recvfrom) CALL(recvmsg) CALL(recvmmsg)	\
	CALL_IF(sendto, 4, NO_ADDRESS, 0)				\
	CALL(read) CALL(write) CALL(writev) CALL(close)			\
	CALL_IF2(setsockopt, 1, SOL_SOCKET, 2, SO_SNDBUF)		\
	/* the wire's losses and its interface's state */		\
	CALL_IF2(getsockopt, 1, SOL_PACKET, 2, PACKET_STATISTICS)	\
	CALL_IF2(getsockopt, 1, SOL_SOCKET, 2, SO_ERROR)		\
	CALL(getsockname)						\
	CALL_IF(ioctl, 1, ALL, SIOCGIFINDEX)				\
	CALL_IF(ioctl, 1, ALL, SIOCGIFFLAGS)				\
	CALL_IF(ioctl, 1, ALL, SIOCGIFMTU)				\
	/* rings that a client brings are checked */			\
	CALL_IF(fcntl, 1, ALL, F_SETFL)					\
	CALL_IF(fcntl, 1, ALL, F_GET_SEALS)				\
	CALL(fstat)							\
	/* and mapped, never executable; a VMM that sleeps on them */	\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(futex)

/* What no file of ours asks for: malloc(); what libc makes of epoll_wait() and
 * fstat(); signals and the end. */
#define SWITCH_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mprotect, 2, PROT_EXEC, 0)				\
	CALL(mremap) CALL(madvise) CALL(brk)				\
	CALL(epoll_pwait) CALL_IF(newfstatat, 3, ALL, AT_EMPTY_PATH)	\
	CALL(rt_sigreturn) CALL(restart_syscall)			\
	CALL(exit) CALL(exit_group)

static const struct sandbox_rule switch_rules[] = {
	SWITCH_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF, SANDBOX_CALL_IF2)
	SWITCH_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int switch_sandbox_close(void)
{
	/* Sockets stay in the networks where they were made. */
	int had = privileges_drop(0);

	if (had < 0)
		return had;
	return sandbox_enter(switch_rules, ARRAY_SIZE(switch_rules));
}
