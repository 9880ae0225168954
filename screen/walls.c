/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walls.c - what hostel-screen may ask of the kernel: see walls.h.
 *
 * Three lists: what all kinds of display need; what clients at sockets need,
 * and libvncserver for them; what a terminal needs, and ncurses for it.
 */
#include "screen/walls.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "screen/client/message.h"

/* Memory that may come: two pictures of the largest size, what the library
 * makes of them, what waits for clients; the pump's stack. */
#define GROWS		(384ull << 20)
#define GROWS_SPACE	(768ull << 20)

#define SCREEN_CALLS(CALL, CALL_IF)					\
	CALL(poll) CALL(read) CALL(write) CALL(close) CALL(recvmsg)	\
	CALL(sendmsg) CALL(clock_gettime)				\
	/* pictures */							\
	CALL_IF(memfd_create, 1, ~0xfull, 0)				\
	/* clients at sockets: the pump */				\
	CALL(accept4) CALL(recvfrom) CALL_IF(sendto, 4, ~0ull, 0)	\
	CALL_IF(socketpair, 0, 0xffffffff, AF_UNIX)

/* What no file of ours asks for: malloc(), what libc makes of poll(), signals
 * and the end. */
#define SCREEN_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL_IF(mprotect, 2, PROT_EXEC, 0) \
	CALL(munmap) CALL(mremap) CALL(madvise) CALL(brk) CALL(ppoll)	\
	CALL(futex) CALL(rt_sigreturn) CALL(restart_syscall) CALL(exit)	\
	CALL(exit_group)

/* libvncserver, for its ends of socket pairs. */
#define SCREEN_VNC_CALLS(CALL, CALL_IF, CALL_IF2)			\
	CALL(select) CALL(pselect6) CALL(getpeername) CALL(gettimeofday) \
	CALL_IF(fcntl, 1, 0xffffffff, F_GETFL)				\
	CALL_IF(fcntl, 1, 0xffffffff, F_SETFL)				\
	CALL_IF2(setsockopt, 1, IPPROTO_TCP, 2, TCP_NODELAY)

/* ncurses, for the terminal. (Not TIOCSTI, which types into it.) */
#define SCREEN_TEXT_CALLS(CALL, CALL_IF)				\
	CALL_IF(ioctl, 1, 0xffffffff, TCGETS)				\
	CALL_IF(ioctl, 1, 0xffffffff, TCSETS)				\
	CALL_IF(ioctl, 1, 0xffffffff, TCSETSW)				\
	CALL_IF(ioctl, 1, 0xffffffff, TCSETSF)				\
	CALL_IF(ioctl, 1, 0xffffffff, TIOCGWINSZ)			\
	CALL(rt_sigaction) CALL(rt_sigprocmask) CALL(clock_nanosleep)

static const struct sandbox_rule common[] = {
	SCREEN_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	SCREEN_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

static const struct sandbox_rule for_vnc[] = {
	SCREEN_VNC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF, SANDBOX_CALL_IF2)
};

static const struct sandbox_rule for_text[] = {
	SCREEN_TEXT_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

int walls_prepare(void)
{
	int had;

	limits_memory(GROWS, GROWS_SPACE);
	had = privileges_drop(0);
	return had < 0 ? had : 0;
}

int walls_close(enum display_kind kind)
{
	struct sandbox_rule rules[ARRAY_SIZE(common) + ARRAY_SIZE(for_vnc) +
				  ARRAY_SIZE(for_text)];
	size_t n = ARRAY_SIZE(common);

	memcpy(rules, common, sizeof(common));
	if (kind == DISPLAY_VNC || kind == DISPLAY_WEB) {
		memcpy(rules + n, for_vnc, sizeof(for_vnc));
		n += ARRAY_SIZE(for_vnc);
	}
	if (kind == DISPLAY_TEXT) {
		memcpy(rules + n, for_text, sizeof(for_text));
		n += ARRAY_SIZE(for_text);
	}
	return sandbox_enter(rules, n);
}
