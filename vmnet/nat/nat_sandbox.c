/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_sandbox.c - what vmnet-nat may ask of the kernel once it serves.
 *
 * All of it is in this one list, to which docs/THREATS.md gives the reasons.
 * What must not come in, whatever the need: a call that names a file or a
 * process, and a socket of any other family. An AF_UNIX socket leads to the
 * user's other services, AF_NETLINK and AF_PACKET to the host's network,
 * AF_VSOCK to the hypervisor below.
 */
#include "vmnet/nat/nat_sandbox.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/privileges.h"
#include "base/sandbox.h"

#define ALL 0xffffffffu

#define NAT_CALLS(CALL, CALL_IF)					\
	/* sockets, of the host's network and the one to the switch */	\
	CALL_IF(socket, 0, ALL, AF_INET)				\
	CALL_IF(socket, 0, ALL, AF_INET6)				\
	CALL(connect) CALL(recvfrom) CALL(recvmsg) CALL(sendto)		\
	CALL(close)							\
	/* a UDP port that is to be forwarded; IPv4, by its length */	\
	CALL_IF(bind, 2, ALL, sizeof(struct sockaddr_in))		\
	CALL(getsockopt)						\
	CALL_IF(setsockopt, 1, ALL, SOL_SOCKET)				\
	CALL_IF(setsockopt, 1, ALL, IPPROTO_TCP)			\
	CALL_IF(setsockopt, 1, ALL, IPPROTO_IP)				\
	CALL_IF(setsockopt, 1, ALL, IPPROTO_IPV6)			\
	CALL_IF(ioctl, 1, ALL, FIONREAD)				\
	/* a file of the TFTP folder, that another process opened */	\
	CALL(pread64)							\
	/* the loop, and last words */					\
	CALL(poll) CALL(read) CALL(write) CALL(clock_gettime)

/* What libslirp and its glib ask for on top: TCP ports that are to be
 * forwarded, connections that come in by one, their addresses, a descriptor's
 * and a file's flags; times, a seed. */
#define NAT_SLIRP_CALLS(CALL, CALL_IF)					\
	CALL(listen)							\
	CALL(accept) CALL(accept4) CALL(shutdown)			\
	CALL(getsockname) CALL(getpeername)				\
	CALL_IF(ioctl, 1, ALL, FIONBIO)					\
	CALL_IF(fcntl, 1, ALL, F_GETFD) CALL_IF(fcntl, 1, ALL, F_SETFD)	\
	CALL_IF(fcntl, 1, ALL, F_GETFL) CALL_IF(fcntl, 1, ALL, F_SETFL)	\
	CALL(gettimeofday) CALL(getrandom)

/* What no file of ours asks for: malloc(), memory that is never executable;
 * what libc makes of poll(); its last words; signals and the end. */
#define NAT_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL_IF(mprotect, 2, PROT_EXEC, 0) \
	CALL(munmap) CALL(mremap) CALL(madvise) CALL(brk)		\
	CALL(ppoll) CALL(writev) CALL(futex) CALL(getpid)		\
	CALL(rt_sigreturn) CALL(rt_sigprocmask) CALL(restart_syscall)	\
	CALL(exit) CALL(exit_group)

static const struct sandbox_rule nat_rules[] = {
	NAT_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	NAT_SLIRP_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	NAT_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int nat_sandbox_close(void)
{
	int had = privileges_drop(PRIVILEGES_BIT(NET));

	if (had < 0)
		return had;
	return sandbox_enter(nat_rules, ARRAY_SIZE(nat_rules));
}
