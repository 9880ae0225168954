/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges_test.c - a process that has given up its privileges tries to use
 * them, on this host and on poorer ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fds.h"
#include "base/host.h"
#include "base/privileges.h"
#include "tests/lib_skip.h"

/* This host, and what it is without this and that (base/host.def). */
static const char *const hosts[] = {
	"", "no-namespaces", "no-landlock", "no-namespaces,linux-4.18",
};

/* dropped() - what @f returns in a child that has dropped all but @keep on a
 * host of that kind; @f is told which walls there are. */
static int dropped(const char *words, uint32_t keep, int (*f)(uint32_t had))
{
	int status, had;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setenv("HOSTEL_HOST", words, 1);
		host_pretend_or_die();
		had = privileges_drop(keep);
		_exit(had < 0 ? 99 : f((uint32_t)had));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int tell_walls(uint32_t had)
{
	return (int)had;
}

static uint32_t walls(const char *words, uint32_t keep)
{
	return (uint32_t)dropped(words, keep, tell_walls);
}

static int look_for_capabilities(uint32_t had)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct c[2];
	int cap, bounded;

	if (syscall(SYS_capget, &head, c) < 0)
		return 1;
	if (c[0].effective | c[1].effective | c[0].permitted | c[1].permitted |
	    c[0].inheritable | c[1].inheritable)
		return 2;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 3;
	/* Who had none, and no namespace of his own, could not clear it. */
	for (cap = 0; (bounded = prctl(PR_CAPBSET_READ, cap, 0, 0, 0)) >= 0;
	     cap++)
		if (bounded && ((had & PRIVILEGES_BIT(USER)) || !getuid()))
			return 4;
	return !(had & PRIVILEGES_BIT(CAPABILITIES));
}

static void no_capability_is_left(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hosts); i++)
		assert_int_equal(dropped(hosts[i], 0, look_for_capabilities),
				 0);
}

static int look_for_files(uint32_t had)
{
	DIR *root = opendir("/");
	struct dirent *e;

	(void)had;
	if (open("/etc/passwd", O_RDONLY) >= 0 ||
	    open("/proc/self/mem", O_RDONLY) >= 0 ||
	    open("/x", O_RDWR | O_CREAT, 0600) >= 0)
		return 1;
	while (root && (e = readdir(root)))
		if (*e->d_name != '.')
			return 2;
	/* Not by the folder above, which an open root would have. */
	if (chdir("..") == 0 && open("etc/passwd", O_RDONLY) >= 0)
		return 3;
	return 0;
}

/* Each of two walls is enough. */
static void no_file_is_left(void **state)
{
	static const struct { const char *words; uint32_t keep; } ways[] = {
		{ "", 0 },
		{ "", PRIVILEGES_BIT(LANDLOCK) },
		{ "", PRIVILEGES_BIT(ROOT) },
		{ "no-namespaces", 0 },
		{ "no-landlock", 0 },
	};
	const uint32_t files = PRIVILEGES_BIT(ROOT) | PRIVILEGES_BIT(LANDLOCK);
	unsigned int tried = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (!(walls(ways[i].words, ways[i].keep) & files))
			continue;
		tried++;
		assert_int_equal(dropped(ways[i].words, ways[i].keep,
					 look_for_files),
				 0);
	}
	if (!tried)
		skip_because("this host has neither namespaces nor Landlock");
}

static int look_for_interfaces(uint32_t had)
{
	struct if_nameindex *all = if_nameindex(), *i;
	int others = 0;

	(void)had;
	for (i = all; i && i->if_index; i++)
		others += strcmp(i->if_name, "lo") != 0;
	return others;
}

static void no_network_is_left(void **state)
{
	(void)state;
	if (!(walls("", 0) & PRIVILEGES_BIT(NET)))
		skip_because("this host gives no network namespace");
	assert_int_equal(dropped("", 0, look_for_interfaces), 0);
}

static int look_for_port(uint32_t had)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(a);
	int other = socket(AF_INET, SOCK_STREAM, 0);

	(void)had;
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return 1;
	return connect(other, (struct sockaddr *)&a, sizeof(a)) < 0;
}

static void a_network_can_be_kept(void **state)
{
	(void)state;
	assert_int_equal(walls("", PRIVILEGES_BIT(NET)) & PRIVILEGES_BIT(NET),
			 0);
	assert_int_equal(dropped("", PRIVILEGES_BIT(NET), look_for_port), 0);
}

static int stay(uint32_t had)
{
	(void)had;
	return pause();
}

/* A process that changes what it may do can lose the signal that ends it with
 * its parent; ours must not, and its parent must still be able to end it. */
static void it_ends_with_its_parent(void **state)
{
	pid_t between, child;
	int pair[2], status;
	char c;

	(void)state;
	assert_int_equal(pipe(pair), 0);
	between = fork();
	if (between == 0) {
		child = fork();
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (privileges_drop(0) < 0 ||
			    write(pair[1], "x", 1) < 0)
				_exit(1);
			stay(0);
		}
		close(pair[1]);
		_exit(read(pair[0], &c, 1) != 1);
	}
	close(pair[1]);
	assert_int_equal(waitpid(between, &status, 0), between);
	assert_int_equal(status, 0);
	/* The child holds the pipe's other end until it is gone. */
	alarm(20);
	assert_int_equal(read(pair[0], &c, 1), 0);
	alarm(0);
	close(pair[0]);
}

static void a_child_of_before_can_be_ended(void **state)
{
	pid_t between = fork(), child;
	int status;

	(void)state;
	if (between == 0) {
		child = fork();
		if (child == 0)
			_exit(privileges_drop(0) < 0 || stay(0));
		usleep(50000);
		if (privileges_drop(0) < 0 || kill(child, SIGKILL) < 0 ||
		    waitpid(child, &status, 0) != child)
			_exit(1);
		_exit(!WIFSIGNALED(status));
	}
	assert_int_equal(waitpid(between, &status, 0), between);
	assert_int_equal(status, 0);
}

/* look_into_folder() - in a child: 0, or what could be reached that must not
 * be, or could not what must. */
static int look_into_folder(const char *words, int folder)
{
	int had, fd;

	setenv("HOSTEL_HOST", words, 1);
	host_pretend_or_die();
	had = privileges_drop_to(0, &folder);
	if (had < 0)
		return 99;
	fd = openat(folder, "inside", O_RDONLY);
	if (fd < 0)
		return 1;
	/* Without both of these walls it is the walk that holds. */
	if (!(had & (PRIVILEGES_BIT(ROOT) | PRIVILEGES_BIT(LANDLOCK))))
		return 0;
	if (openat(folder, "../outside", O_RDONLY) >= 0)
		return 2;
	if (open("/etc/passwd", O_RDONLY) >= 0)
		return 3;
	if (openat(folder, "inside", O_RDWR) >= 0)
		return 4;
	if (openat(folder, "new", O_WRONLY | O_CREAT, 0600) >= 0)
		return 5;
	if ((had & PRIVILEGES_BIT(ROOT)) &&
	    faccessat(folder, "../outside", F_OK, 0) == 0)
		return 6;
	return 0;
}

static void touch(const char *folder, const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void one_folder_can_be_left(void **state)
{
	char dir[] = "/tmp/hostel-folder-XXXXXX", sub[64], path[96];
	int folder, status;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/sub", dir);
	assert_int_equal(mkdir(sub, 0700), 0);
	touch(dir, "outside");
	touch(sub, "inside");
	folder = open(sub, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < ARRAY_SIZE(hosts); i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(look_into_folder(hosts[i], folder));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	close(folder);
	snprintf(path, sizeof(path), "%s/inside", sub);
	unlink(path);
	snprintf(path, sizeof(path), "%s/outside", dir);
	unlink(path);
	assert_int_equal(rmdir(sub), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* What this host was made to lack is not said to be there. */
static void it_says_what_was_had(void **state)
{
	const uint32_t landlock = PRIVILEGES_BIT(LANDLOCK);
	unsigned int w;

	(void)state;
	assert_int_equal(walls("no-namespaces", 0) & ~landlock,
			 PRIVILEGES_BIT(CAPABILITIES));
	assert_int_equal(walls("no-landlock", 0) & landlock, 0);
	for (w = 0; w < PRIVILEGES_COUNT; w++)
		assert_true(strlen(privileges_words(w)) > 2);
}

/* What is not ours is closed, and nothing else. */
static void inherited_descriptors_are_closed(void **state)
{
	int theirs = open("/dev/null", O_RDWR);
	int ours = open("/dev/null", O_RDWR | O_CLOEXEC), status;
	pid_t child;

	(void)state;
	assert_int_equal(dup2(theirs, 777), 777);
	child = fork();
	if (child == 0) {
		fds_close_inherited();
		_exit(fcntl(theirs, F_GETFD) >= 0 || fcntl(777, F_GETFD) >= 0 ||
		      fcntl(ours, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(theirs), close(ours), close(777);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_capability_is_left),
		cmocka_unit_test(no_file_is_left),
		cmocka_unit_test(no_network_is_left),
		cmocka_unit_test(a_network_can_be_kept),
		cmocka_unit_test(it_ends_with_its_parent),
		cmocka_unit_test(a_child_of_before_can_be_ended),
		cmocka_unit_test(one_folder_can_be_left),
		cmocka_unit_test(it_says_what_was_had),
		cmocka_unit_test(inherited_descriptors_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
