/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_folder.c - a process that opens files of one folder: see nat_folder.h. */
#include "vmnet/nat/nat_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "base/fds.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"

#define FOLDER_GROWS	(4ull << 20)
#define FOLDER_SPACE	(16ull << 20)

/* These and no others, and never without O_NOFOLLOW: nothing is written or
 * made, and no link leads anywhere. */
#define OPEN_FLAGS \
	(O_PATH | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
#define OPEN_MASK	(0xffffffffu & ~(unsigned int)OPEN_FLAGS)

#define FOLDER_CALLS(CALL, CALL_IF)					\
	CALL(poll) CALL(recvfrom) CALL(sendmsg) CALL(close)		\
	CALL_IF(openat, 2, OPEN_MASK, O_NOFOLLOW)			\
	CALL(newfstatat) CALL(readlinkat)

/* malloc(), last words, signals and the end. */
#define FOLDER_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(ppoll) CALL(write) CALL(futex) CALL(rt_sigreturn)		\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule folder_rules[] = {
	FOLDER_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	FOLDER_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

/* decode_asked() - is it a question whose name ends within it? */
static bool decode_asked(const void *msg, size_t len, struct folder_asked *a)
{
	if (len != sizeof(*a))
		return false;
	memcpy(a, msg, sizeof(*a));
	return memchr(a->name, '\0', sizeof(a->name)) != NULL;
}

static void answer(int sock, int folder, const struct folder_asked *asked)
{
	struct folder_answer a = { .number = asked->number };
	int fd = folder_open(folder, asked->name, &a.size);

	if (fd < 0)
		a.err = fd;
	/* Who asks without listening gets no answer. */
	fdpass_send(sock, &a, sizeof(a), &fd, fd >= 0);
	if (fd >= 0)
		close(fd);
}

void folder_serve(int sock, int folder)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	uint8_t msg[sizeof(struct folder_asked) + 1];
	struct folder_asked asked;
	ssize_t n;

	for (;;) {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return;
		n = recv(sock, msg, sizeof(msg), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return;
		if (decode_asked(msg, (size_t)n, &asked))
			answer(sock, folder, &asked);
	}
}

/* folder_hold_only() - close all descriptors but the standard three and these
 * two, which become 3 and 4. */
static void folder_hold_only(int *sock, int *folder)
{
	int s = fcntl(*sock, F_DUPFD_CLOEXEC, 16);
	int f = fcntl(*folder, F_DUPFD_CLOEXEC, 16);

	if (s < 0 || f < 0 || dup2(s, 3) < 0 || dup2(f, 4) < 0)
		_exit(1);
	fds_close(5, ~0u);
	*sock = 3;
	*folder = 4;
}

static _Noreturn void folder_process(int sock, int folder, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);	/* it died before we asked */
	prctl(PR_SET_NAME, "vmnet-folder");
	folder_hold_only(&sock, &folder);
	limits_memory(FOLDER_GROWS, FOLDER_SPACE);
	if (privileges_drop_to(0, &folder) < 0 ||
	    sandbox_enter(folder_rules, ARRAY_SIZE(folder_rules)) < 0)
		die("the sandbox of the TFTP folder can not be closed");
	folder_serve(sock, folder);
	_exit(0);
}

int nat_folder_start(int folder)
{
	pid_t parent = getpid(), pid;
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		folder_process(pair[1], folder, parent);
	err = -errno;
	close(pair[1]);
	close(folder);
	if (pid < 0) {
		close(pair[0]);
		return err;
	}
	return pair[0];
}
