/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel_test.c - what base/ does with calls that old kernels lack: the same
 * with the call, and where HOSTEL_HOST has taken it away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/fds.h"
#include "base/host.h"
#include "base/memfd.h"
#include "base/poll_ns.h"
#include "tests/lib_skip.h"

#define MFD_NOEXEC	0x8u
#define SEAL_EXEC	0x20
#define SEALS		(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
#define FAR_FD		900
#define FARTHER_FD	70000	/* where the limit can be that high */

/* A check says 0, or the line where it went wrong. */
#define WANT(what) do { if (!(what)) return __LINE__ - 1; } while (0)

/* on_host() - run @f in a child of a host that lacks @words; Return: what it
 * says. (-1, and 255 as exit status: it was killed.) */
static int on_host(const char *words, int (*f)(void))
{
	int status, line[2];
	int said = -1;
	pid_t child;

	assert_int_equal(pipe(line), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		setenv("HOSTEL_HOST", words, 1);
		host_pretend_or_die();
		/* It may close the pipe: a copy where it does not look. */
		said = dup2(line[1], 2) < 0 ? -1 : f();
		_exit(write(2, &said, sizeof(said)) != sizeof(said));
	}
	close(line[1]);
	if (read(line[0], &said, sizeof(said)) != sizeof(said))
		said = -1;
	close(line[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return said;
}

static bool fd_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static int closing(void)
{
	const struct rlimit far = { FARTHER_FD + 1, FARTHER_FD + 1 };
	int fd;

	for (fd = 10; fd < 20; fd++)
		WANT(dup2(2, fd) == fd);
	WANT(dup2(2, FAR_FD) == FAR_FD);
	if (setrlimit(RLIMIT_NOFILE, &far) == 0)
		WANT(dup2(2, FARTHER_FD) == FARTHER_FD);
	fds_close(12, 14);
	for (fd = 10; fd < 20; fd++)
		WANT(fd_open(fd) == (fd < 12 || fd > 14));
	fds_close(15, 12);			/* none */
	WANT(fd_open(15) && fd_open(11));
	fds_close(16, ~0u);
	WANT(fd_open(15) && !fd_open(16) && !fd_open(19) && !fd_open(FAR_FD));
	WANT(!fd_open(FARTHER_FD));
	fds_close(3, ~0u);
	for (fd = 3; fd < 64; fd++)
		WANT(!fd_open(fd));
	return 0;
}

/* closing_blind() - close descriptors where there is no /proc: in an empty
 * root. */
static int closing_blind(void)
{
	char root[] = "/tmp/hostel-kernel-XXXXXX";
	bool inside;
	int here;

	WANT(mkdtemp(root));
	here = open("/tmp", O_PATH | O_DIRECTORY);
	inside = chroot(root) == 0;
	WANT(unlinkat(here, strrchr(root, '/') + 1, AT_REMOVEDIR) == 0);
	if (!inside)
		return -2;
	WANT(access("/proc/self/fd", F_OK) < 0);
	return closing();
}

static void descriptors_are_closed(void **state)
{
	(void)state;
	assert_int_equal(on_host("", closing), 0);
	assert_int_equal(on_host("no-close-range", closing), 0);
}

static void descriptors_are_closed_without_proc(void **state)
{
	int said = on_host("no-close-range", closing_blind);

	(void)state;
	if (said == -2)
		skip_because("only root may chroot, to where no /proc is");
	assert_int_equal(said, 0);
}

static int waiting(void)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = 77 };
	struct epoll_event got = { 0 };
	int set = epoll_create1(0), bell = eventfd(0, EFD_NONBLOCK);
	uint64_t start = clock_now_ns();

	WANT(epoll_ctl(set, EPOLL_CTL_ADD, bell, &e) == 0);
	WANT(poll_ns(set, &got, 1, 0) == 0);
	WANT(poll_ns(set, &got, 1, 3000000) == 0);
	WANT(clock_now_ns() - start >= 3000000);
	WANT(eventfd_write(bell, 1) == 0);
	start = clock_now_ns();
	WANT(poll_ns(set, &got, 1, 3600 * NSEC_PER_SEC) == 1);
	WANT(got.data.u32 == 77);
	WANT(poll_ns(set, &got, 1, POLL_FOREVER) == 1);
	WANT(poll_ns(set, &got, 1, 0) == 1);
	return 0;
}

/* napping() - a short sleep is one: neither none nor a millisecond. The best
 * of many, as this host may be busy. */
static int napping(void)
{
	int set = epoll_create1(0), i;
	uint64_t best = UINT64_MAX, start, took;
	struct epoll_event got;

	for (i = 0; i < 200; i++) {
		start = clock_now_ns();
		WANT(poll_ns(set, &got, 1, 50000) == 0);
		took = clock_now_ns() - start;
		WANT(took >= 50000);
		best = MIN(best, took);
	}
	WANT(best < 900000);
	return 0;
}

static void waits_end_when_they_should(void **state)
{
	static const char *const hosts[] = { "", "no-epoll-pwait2" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hosts); i++) {
		assert_int_equal(on_host(hosts[i], waiting), 0);
		assert_int_equal(on_host(hosts[i], napping), 0);
	}
}

static int sealing(void)
{
	int fd = memfd_sealed("test", 8192);
	uint64_t size = 0;
	void *p;

	WANT(fd >= 0 && memfd_check(fd, &size) == 0 && size == 8192);
	WANT(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	WANT(ftruncate(fd, 4096) < 0 && ftruncate(fd, 16384) < 0);
	fd = memfd_open("code");
	WANT(fd >= 0 && ftruncate(fd, 4096) == 0);
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	WANT(p != MAP_FAILED);
	WANT(memfd_check(fd, &size) == -EPROTO);
	WANT(memfd_check(-1, &size) == -EBADF);
	return 0;
}

static void memory_is_sealed(void **state)
{
	(void)state;
	assert_int_equal(on_host("", sealing), 0);
	assert_int_equal(on_host("no-noexec-seal", sealing), 0);
}

/* More seals than ours are no harm, but for those that forbid to write. */
static void more_seals_are_taken(void **state)
{
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create("test", flags | MFD_NOEXEC);
	uint64_t size;

	(void)state;
	if (fd < 0)
		skip_because("this kernel has no MFD_NOEXEC_SEAL (Linux 6.3)");
	assert_int_equal(ftruncate(fd, 4096), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	assert_int_equal(fcntl(fd, F_GET_SEALS) & SEAL_EXEC, SEAL_EXEC);
	assert_int_equal(memfd_check(fd, &size), 0);
	close(fd);
	fd = memfd_create("test", flags | MFD_NOEXEC);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_WRITE), 0);
	assert_int_equal(memfd_check(fd, &size), -EPROTO);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_are_closed),
		cmocka_unit_test(descriptors_are_closed_without_proc),
		cmocka_unit_test(waits_end_when_they_should),
		cmocka_unit_test(memory_is_sealed),
		cmocka_unit_test(more_seals_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
