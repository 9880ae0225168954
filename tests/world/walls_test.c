/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walls_test.c - a process behind hostel-app's walls, vmnet-switch's,
 * vmnet-nat's or hostel-vmm's, which does what one that was taken over would
 * try: each call ends it at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/sanitized.h"
#include "tests/lib_skip.h"
#include "vmapp/keeper.h"
#include "vmapp/sandbox.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/doorfd.h"
#include "vmm/sandbox.h"
#include "vmnet/nat/nat_sandbox.h"
#include "vmnet/switch/sandbox.h"

/* behind() - run @f behind walls, in a child; Return: its wait status. */
static int behind(int (*walls)(void), void (*f)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (walls())
			_exit(99);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* Raw calls: the kernel's answer is asked for, not libc's. */
#define TRY(name, ...) \
	static void try_##name(void) { syscall(__VA_ARGS__); }

static char *const no_words[] = { NULL };
static const struct sockaddr_un somewhere = { .sun_family = AF_UNIX };

TRY(open, SYS_open, "/etc/passwd", O_RDONLY)
TRY(openat, SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY)
TRY(creat, SYS_creat, "/tmp/hostel-walls", 0600)
TRY(memfd, SYS_memfd_create, "x", 0)
TRY(unlink, SYS_unlink, "/tmp/hostel-walls")
TRY(rename, SYS_rename, "/tmp/hostel-a", "/tmp/hostel-b")
TRY(readlink, SYS_readlink, "/proc/self/exe", NULL, 0)
TRY(execve, SYS_execve, "/bin/true", no_words, no_words)
TRY(fork, SYS_fork)
TRY(clone, SYS_clone, SIGCHLD, 0, 0, 0, 0)
TRY(clone3, SYS_clone3, NULL, 0)
TRY(vfork, SYS_vfork)
TRY(socket, SYS_socket, AF_UNIX, SOCK_STREAM, 0)
TRY(packet, SYS_socket, AF_PACKET, SOCK_RAW, 0)
TRY(socketpair, SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, NULL)
TRY(connect, SYS_connect, 0, &somewhere, sizeof(somewhere))
TRY(bind, SYS_bind, 0, &somewhere, sizeof(somewhere))
TRY(kill, SYS_kill, 0, 0)
TRY(tgkill, SYS_tgkill, 1, 1, 0)
TRY(pidfd_open, SYS_pidfd_open, 1, 0)
TRY(ptrace, SYS_ptrace, PTRACE_ATTACH, 1, 0, 0)
TRY(process_vm_readv, SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)
TRY(type_a_key, SYS_ioctl, 0, TIOCSTI, "x")
TRY(executable, SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC,
    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
TRY(make_executable, SYS_mprotect, 0x10000, 4096, PROT_EXEC)
TRY(setuid, SYS_setuid, 0)
TRY(chroot, SYS_chroot, "/")
TRY(mount, SYS_mount, "x", "/", "x", 0, 0)
TRY(unshare, SYS_unshare, 0x10000000)
TRY(bpf, SYS_bpf, 0, 0, 0)
TRY(io_uring, SYS_io_uring_setup, 1, NULL)
TRY(keyctl, SYS_keyctl, 0, 0, 0, 0, 0)
TRY(prctl, SYS_prctl, 4, 1, 0, 0, 0)	/* to be traceable again */
TRY(fcntl, SYS_fcntl, 0, F_SETOWN, 1)
TRY(stat, SYS_newfstatat, AT_FDCWD, "/etc/passwd", NULL, 0)
TRY(member, SYS_setsockopt, 0, 263, 1, NULL, 0)	/* SOL_PACKET */
TRY(dup2, SYS_dup2, 0, 1)

/* Calls by the door of 32-bit programs, where numbers mean other calls. */
static void try_int80(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
}

/* expect_killed() - by the walls, whatever the kernel would say. */
static void expect_killed(int (*walls)(void), void (*f)(void), const char *name)
{
	int status = behind(walls, f);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		fail_msg("%s was let through (status %#x)", name, status);
}

static void all_killed(int (*walls)(void))
{
	static const struct { const char *name; void (*f)(void); } tries[] = {
#define ROW(name) { #name, try_##name }
		ROW(open), ROW(openat), ROW(creat), ROW(memfd), ROW(unlink),
		ROW(rename), ROW(readlink), ROW(execve), ROW(fork),
		ROW(clone), ROW(clone3), ROW(vfork), ROW(socket), ROW(packet),
		ROW(socketpair), ROW(connect), ROW(bind), ROW(kill),
		ROW(tgkill), ROW(pidfd_open), ROW(ptrace),
		ROW(process_vm_readv), ROW(type_a_key), ROW(executable),
		ROW(make_executable), ROW(setuid), ROW(chroot), ROW(mount),
		ROW(unshare), ROW(bpf), ROW(io_uring), ROW(keyctl), ROW(prctl),
		ROW(fcntl), ROW(dup2), ROW(stat), ROW(member), ROW(int80),
#undef ROW
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		/* To bind and connect what sockets it may have is its work. */
		if (walls == nat_sandbox_close &&
		    (tries[i].f == try_connect || tries[i].f == try_bind))
			continue;
		expect_killed(walls, tries[i].f, tries[i].name);
	}
}

static int app_walls(void)
{
	return app_sandbox_close(0);
}

static pid_t victim;	/* the VMM's number, where there are no pidfds */

static int app_walls_by_number(void)
{
	pid_t self = getpid();

	victim = fork();
	if (victim == 0) {
		while (getppid() == self)
			usleep(10000);
		_exit(0);
	}
	return victim < 0 ? -errno : app_sandbox_close(victim);
}

static void kill_victim(void)
{
	siginfo_t info = { 0 };
	int status;

	if (kill(victim, SIGKILL) < 0 ||
	    waitid(P_PID, (id_t)victim, &info, WEXITED | WNOWAIT) < 0 ||
	    info.si_pid != victim || waitpid(victim, &status, 0) != victim ||
	    !WIFSIGNALED(status))
		_exit(1);
}

TRY(kill_group, SYS_kill, -victim, 0)
TRY(kill_wide, SYS_kill, 1, 0)

static void one_number_can_be_signalled(void **state)
{
	static void (*const others[])(void) = {
		try_kill, try_kill_group, try_kill_wide, try_tgkill,
	};
	size_t i;
	int status;

	(void)state;
	assert_int_equal(behind(app_walls_by_number, kill_victim), 0);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		status = behind(app_walls_by_number, others[i]);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static void what_is_not_needed_kills(void **state)
{
	(void)state;
	all_killed(app_walls);
	all_killed(switch_sandbox_close);
	all_killed(nat_sandbox_close);
}

TRY(datagrams, SYS_socket, AF_UNIX, SOCK_DGRAM, 0)
TRY(netlink, SYS_socket, AF_NETLINK, SOCK_RAW, 0)
TRY(vsock, SYS_socket, AF_VSOCK, SOCK_STREAM, 0)
TRY(alg, SYS_socket, AF_ALG, SOCK_SEQPACKET, 0)
TRY(shadow, SYS_openat, AT_FDCWD, "/etc/shadow", O_RDONLY)
TRY(memory, SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR)
TRY(names, SYS_openat, AT_FDCWD, "/etc/resolv.conf", O_RDONLY)
TRY(owner, SYS_ioctl, 0, FIOSETOWN, no_words)
TRY(sendmsg_fd, SYS_sendmsg, 0, NULL, 0)	/* descriptors leave by it */
TRY(nat_bind, SYS_bind, 0, NULL, 0)	/* at no address that is not IPv4 */

/* The NAT's own: what it once could, and no kind of socket but two. It may
 * listen, at IPv4 addresses: ports are forwarded while it runs. */
static void the_nat_has_sockets_only(void **state)
{
	static const struct { const char *name; void (*f)(void); } tries[] = {
#define ROW(name) { #name, try_##name }
		ROW(datagrams), ROW(netlink), ROW(vsock), ROW(alg),
		ROW(shadow), ROW(memory), ROW(names), ROW(owner),
		ROW(sendmsg_fd), ROW(nat_bind),
#undef ROW
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tries); i++)
		expect_killed(nat_sandbox_close, tries[i].f, tries[i].name);
}

/* Forwarded ports, which are opened before the walls close. */
static int forwarded_udp, forwarded_tcp;

/* port_open() - Return: a socket at a free port of this host's 127.0.0.1. */
static int port_open(int type)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* What the NAT does all day. */
static void use_sockets(void)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int udp = socket(AF_INET, SOCK_DGRAM, 0), on = 1;

	if (getsockname(forwarded_udp, (struct sockaddr *)&a, &len) < 0 ||
	    sendto(udp, "x", 1, 0, (struct sockaddr *)&a, len) != 1 ||
	    recv(forwarded_udp, &on, 1, 0) != 1)
		_exit(1);
	if (getsockname(forwarded_tcp, (struct sockaddr *)&a, &len) < 0 ||
	    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    connect(tcp, (struct sockaddr *)&a, len) < 0 ||
	    accept4(forwarded_tcp, NULL, NULL, SOCK_CLOEXEC) < 0 ||
	    ioctl(tcp, FIONBIO, &on) < 0)
		_exit(2);
	socket(AF_INET6, SOCK_STREAM, 0);	/* the host may have none */
}

static void the_nat_works_behind_its_walls(void **state)
{
	(void)state;
	forwarded_udp = port_open(SOCK_DGRAM);
	forwarded_tcp = port_open(SOCK_STREAM);
	assert_int_equal(listen(forwarded_tcp, 1), 0);
	assert_int_equal(behind(nat_sandbox_close, use_sockets), 0);
	close(forwarded_udp);
	close(forwarded_tcp);
}

/* A packet socket sends where a frame's address says, whatever it is bound to,
 * and an option takes its filter away. */
static const struct sockaddr_ll other_iface = { .sll_family = AF_PACKET,
						.sll_ifindex = 1 };

TRY(sendto, SYS_sendto, 0, "x", 1, 0, &other_iface, sizeof(other_iface))
TRY(sendmmsg, SYS_sendmmsg, 0, NULL, 0, 0)
TRY(sendmsg, SYS_sendmsg, 0, NULL, 0)
TRY(detach, SYS_setsockopt, 0, SOL_SOCKET, SO_DETACH_FILTER, NULL, 0)
TRY(attach, SYS_setsockopt, 0, SOL_SOCKET, SO_ATTACH_FILTER, NULL, 0)
TRY(device, SYS_setsockopt, 0, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)
TRY(fanout, SYS_setsockopt, 0, SOL_PACKET, SO_SNDBUF, NULL, 0)
TRY(peer, SYS_getsockopt, 0, SOL_SOCKET, SO_PEERCRED, NULL, NULL)

static int ready;	/* a socket, made before the walls */

static void send_as_the_switch_does(void)
{
	struct iovec v = { (void *)"xy", 2 };
	int size = 1 << 17;

	if (send(ready, "x", 1, MSG_DONTWAIT) != 1 ||
	    writev(ready, &v, 1) != 2 ||
	    setsockopt(ready, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) < 0)
		_exit(1);
}

static void a_packet_socket_stays_as_it_is(void **state)
{
	int pair[2];

	(void)state;
	expect_killed(switch_sandbox_close, try_sendto, "sendto");
	expect_killed(switch_sandbox_close, try_sendmmsg, "sendmmsg");
	expect_killed(switch_sandbox_close, try_sendmsg, "sendmsg");
	expect_killed(switch_sandbox_close, try_detach, "SO_DETACH_FILTER");
	expect_killed(switch_sandbox_close, try_attach, "SO_ATTACH_FILTER");
	expect_killed(switch_sandbox_close, try_device, "SO_BINDTODEVICE");
	expect_killed(switch_sandbox_close, try_fanout, "SOL_PACKET");
	expect_killed(switch_sandbox_close, try_peer, "SO_PEERCRED");
	expect_killed(app_walls, try_sendto, "hostel-app's sendto");
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ready = pair[0];
	assert_int_equal(behind(switch_sandbox_close, send_as_the_switch_does),
			 0);
	close(pair[0]), close(pair[1]);
}

/* A call of another ABI ends the process, not the thread that made it. */
static void *call_x32(void *arg)
{
	syscall(0x40000000 | SYS_getpid);
	return arg;
}

static pthread_barrier_t inside;

static void *wait_then_call_x32(void *arg)
{
	pthread_barrier_wait(&inside);
	return call_x32(arg);
}

static int with_a_thread(int (*walls)(void))
{
	pthread_t t;
	int err;

	pthread_barrier_init(&inside, NULL, 2);
	pthread_create(&t, NULL, wait_then_call_x32, NULL);
	err = walls();
	pthread_barrier_wait(&inside);
	pthread_join(t, NULL);
	return err;
}

static int app_with_a_thread(void)
{
	return with_a_thread(app_walls);
}

static int switch_with_a_thread(void)
{
	return with_a_thread(switch_sandbox_close);
}

static void do_nothing(void)
{
}

static void a_foreign_call_ends_the_process(void **state)
{
	(void)state;
	expect_killed(app_with_a_thread, do_nothing, "x32, hostel-app");
	expect_killed(switch_with_a_thread, do_nothing, "x32, vmnet-switch");
}

/* vmm_walls() - as hostel-vmm closes itself in, with RAM of its own. */
static int vmm_walls(void)
{
	int fd = memfd_create("ram", 0);

	if (fd < 0 || ftruncate(fd, 1 << 20) < 0 || dup2(fd, DOOR_FD_RAM) < 0)
		return -errno;
	return sandbox_close(DOOR_FD_RAM, NULL, 0);
}

/* Not even to say something: what it has to say is kept in the cross page. */
TRY(write, SYS_write, 2, "x", 1)
TRY(read, SYS_read, DOOR_FD_RAM, no_words, 1)
TRY(recvmsg, SYS_recvmsg, 0, NULL, 0)
TRY(foreign, SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE, DOOR_FD_CROSS, 0)

TRY(shared, SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS, -1, 0)

static void the_vmm_may_do_less(void **state)
{
	static void (*const more[])(void) = {
		try_write, try_read, try_sendmsg, try_recvmsg, try_foreign,
		try_shared,
	};
	size_t i;
	int status;

	(void)state;
#if SANITIZED
	skip_because("a sanitizer reports with the calls tried here");
#endif
	all_killed(vmm_walls);
	for (i = 0; i < ARRAY_SIZE(more); i++) {
		status = behind(vmm_walls, more[i]);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static struct crosspage *page;	/* outlives who speaks its last words */

static void keep_dying(void)
{
	log_keep(page->last_words, sizeof(page->last_words));
	die("no %s left", "luck");
}

static void keep_asserting(void)
{
	log_keep(page->last_words, sizeof(page->last_words));
	ASSERT(!page);
}

static void use_ram(void)
{
	char *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		       DOOR_FD_RAM, 0);

	if (m == MAP_FAILED)
		_exit(1);
	m[0] = 1;
	if (mprotect(m, 4096, PROT_READ) < 0 || munmap(m, 4096) < 0)
		_exit(2);
}

/* said() - what a VMM leaves that does @f; Return: its wait status. */
static int said(void (*f)(void), char words[LAST_WORDS_SIZE])
{
	int fd, status;

	page = crosspage_create(&fd);
	assert_non_null(page);
	status = behind(vmm_walls, f);
	last_words_decode(page, words);
	crosspage_close(page);
	close(fd);
	return status;
}

static void the_vmm_is_heard(void **state)
{
	char words[LAST_WORDS_SIZE];
	int status;

	(void)state;
	status = said(use_ram, words);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_string_equal(words, "");
	status = said(keep_dying, words);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_SETUP);
	assert_string_equal(words, "no luck left");
	status = said(keep_asserting, words);
	assert_true(WIFSIGNALED(status));
	assert_non_null(strstr(words, "walls_test.c:"));
	assert_non_null(strstr(words, "!page is false"));
}

static _Atomic bool closed;

static void *thread(void *arg)
{
	while (!closed)
		;
	execl("/bin/true", "true", NULL);
	return arg;
}

/* A thread that was there before is behind the walls, too. */
static void threads_are_inside(void **state)
{
	pthread_t t;
	pid_t child;
	int status;

	(void)state;
	child = fork();
	if (child == 0) {
		pthread_create(&t, NULL, thread, NULL);
		if (app_sandbox_close(0))
			_exit(99);
		closed = true;
		pthread_join(t, NULL);
		_exit(98);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

/* What hostel-app does all day. */
static void do_daily_work(void)
{
	struct epoll_event e;
	struct pollfd p = { .fd = ready, .events = POLLOUT };
	struct timespec ts;
	int fd = -1;
	char *m;

	if (poll(&p, 1, 0) != 1 || epoll_wait(0, &e, 1, 0) == 0)
		_exit(1);
	m = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED || mprotect(m, 4096, PROT_READ) < 0 ||
	    munmap(m, 1 << 20) < 0)
		_exit(2);
	m = malloc(1 << 22);
	m = realloc(m, 1 << 23);
	if (!m || syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts) < 0)
		_exit(3);
	free(m);
	if (keeper_ask(ready, KEEPER_DIAL, &fd) != 0 || fd < 0 ||
	    write(fd, "x", 1) != 1 || close(fd) < 0)
		_exit(4);
}

/* serve() - a keeper of our own, which hands over a pipe. */
static void *serve(void *arg)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	int32_t err = 0;
	struct iovec iov = { &err, sizeof(err) };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&mh);
	const int *fds = arg;
	char request;

	assert_int_equal(recv(fds[0], &request, 1, 0), 1);
	assert_int_equal(request, KEEPER_DIAL);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fds[1], sizeof(int));
	assert_int_equal(sendmsg(fds[0], &mh, 0), sizeof(err));
	return NULL;
}

static void what_is_needed_works(void **state)
{
	int pair[2], pipes[2], fds[2], status;
	pthread_t keeper;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(pipe(pipes), 0);
	ready = pair[1];
	fds[0] = pair[0], fds[1] = pipes[1];
	pthread_create(&keeper, NULL, serve, fds);
	status = behind(app_walls, do_daily_work);
	pthread_join(keeper, NULL);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	close(pair[0]), close(pair[1]), close(pipes[0]), close(pipes[1]);
}

/* A keeper that is gone, or answers nonsense, is an error and no more. */
static void a_bad_keeper(void **state)
{
	int pair[2], fd = 5;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	send(pair[0], "xx", 2, 0);
	assert_int_equal(keeper_ask(pair[1], KEEPER_DIAL, &fd), -EPIPE);
	assert_int_equal(fd, -1);
	close(pair[0]);
	assert_int_equal(keeper_ask(pair[1], KEEPER_READY, NULL), -EPIPE);
	close(pair[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_needed_kills),
		cmocka_unit_test(a_packet_socket_stays_as_it_is),
		cmocka_unit_test(a_foreign_call_ends_the_process),
		cmocka_unit_test(the_nat_has_sockets_only),
		cmocka_unit_test(the_nat_works_behind_its_walls),
		cmocka_unit_test(one_number_can_be_signalled),
		cmocka_unit_test(the_vmm_may_do_less),
		cmocka_unit_test(the_vmm_is_heard),
		cmocka_unit_test(threads_are_inside),
		cmocka_unit_test(a_foreign_call_ends_the_process),
		cmocka_unit_test(what_is_needed_works),
		cmocka_unit_test(a_bad_keeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
