/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_ring_test.c - frames by shared memory through the real vmnetd: with
 * a station that has rings too, with one at a socket, without loss while the
 * receiver reads, and with a client that lies.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fdpass.h"
#include "tests/net/lib_daemon.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

static void plug(struct vmnet_client *c, const char *net, const uint8_t mac[6])
{
	if (vmnet_client_open_rings(c, net, mac, false) < 0)
		fail_msg("%s", c->why);
	assert_true(vmnet_client_link(c));
	assert_true(vmnet_client_bell(c) >= 0);
}

static size_t make_frame(uint8_t *frame, const uint8_t *to, const uint8_t *from,
			 uint32_t i)
{
	size_t len = 60 + i * 37 % (VMNET_FRAME_MAX - 59);

	memset(frame, (int)i, len);
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, 0x88b5);
	put_le32(frame + 14, i);
	return len;
}

/* pass() - @n frames from @a to @b, at most @ahead on their way at a time. */
static void pass(struct vmnet_client *a, const uint8_t *from,
		 struct vmnet_client *b, const uint8_t *to, uint32_t n,
		 uint32_t ahead)
{
	uint8_t frame[VMNET_FRAME_MAX], got[VMNET_FRAME_MAX];
	uint32_t in = 0, out = 0;
	size_t len;

	while (out < n) {
		while (in < n && in - out < ahead) {
			len = make_frame(frame, to, from, in);
			if (vmnet_client_send(a, frame, len) < 0)
				break;
			in++;
		}
		vmnet_client_flush(a);
		len = make_frame(frame, to, from, out);
		assert_int_equal(daemon_receive(b, got), len);
		assert_memory_equal(frame, got, len);
		out++;
	}
}

static void both_with_rings(void **state)
{
	struct vmnet_client a, b;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	plug(&b, "vmnet5", mac_b);
	pass(&a, mac_a, &b, mac_b, 20000, 200);
	pass(&b, mac_b, &a, mac_a, 20000, 1);
	assert_int_equal(vmnet_client_send(&a, "x", 1), -EMSGSIZE);
	assert_int_equal(a.stats.frames_out, 20000);
	assert_int_equal(a.stats.frames_in, 20000);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* The switch is awake, naps or sleeps: whichever, nothing stays behind. */
static void bursts_do_not_wait_for_more(void **state)
{
	struct vmnet_client a, b;
	unsigned int i, seed = 1;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	plug(&b, "vmnet5", mac_b);
	for (i = 0; i < 2000; i++) {
		pass(&a, mac_a, &b, mac_b, 1 + (uint32_t)rand_r(&seed) % 40,
		     40);
		usleep((useconds_t)rand_r(&seed) % 500);
	}
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void one_at_a_socket(void **state)
{
	struct vmnet_client a, b;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "vmnet5", mac_b);
	pass(&a, mac_a, &b, mac_b, 5000, 200);
	pass(&b, mac_b, &a, mac_a, 5000, 200);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void the_vector_says_so(void **state)
{
	struct vmnet_client a, b;
	uint8_t frame[VMNET_FRAME_MAX];
	unsigned int i;

	(void)state;
	if (vmnet_client_open_rings(&a, "vmnet5", mac_a, true) < 0)
		fail_msg("%s", a.why);
	plug(&b, "vmnet5", mac_b);
	while (vmnet_client_recv(&a, frame, sizeof(frame)) >= 0)
		;
	assert_false(vmnet_client_noticed(&a));
	make_frame(frame, mac_a, mac_b, 1);
	assert_int_equal(vmnet_client_send(&b, frame, 60), 0);
	vmnet_client_flush(&b);
	for (i = 0; i < 200 && !vmnet_client_noticed(&a); i++)
		usleep(10000);
	assert_true(vmnet_client_noticed(&a));
	/* The bell is apart: only who waits for it itself hears it. */
	assert_int_equal(poll(&(struct pollfd){ vmnet_client_bell(&a),
						POLLIN, 0 }, 1, 2000), 1);
	assert_int_equal(poll(&(struct pollfd){ vmnet_client_fd(&a),
						POLLIN, 0 }, 1, 0), 0);
	assert_int_equal(vmnet_client_recv(&a, frame, sizeof(frame)), 60);
	assert_int_equal(vmnet_client_recv(&a, frame, sizeof(frame)), -EAGAIN);
	assert_false(vmnet_client_noticed(&a));
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void a_full_ring_has_room_again(void **state)
{
	struct vmnet_client a;
	uint8_t frame[VMNET_FRAME_MAX];
	unsigned int i, n = 0;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	make_frame(frame, mac_b, mac_a, 1);
	/* Nobody is woken: the ring gets full. On a busy host the switch may be
	 * awake still, and take some; then once more, when it has slept. */
	for (i = 0; i < 20 && (!n || n > RING_SLOTS + 1); i++) {
		vmnet_client_flush(&a);
		usleep(100000);
		for (n = 0; vmnet_client_send(&a, frame, 1000) == 0; n++)
			;
	}
	assert_in_range(n, RING_SLOTS, RING_SLOTS + 1);
	vmnet_client_flush(&a);
	for (i = 0; i < 200 && !(a.rings->notice & RING_NOTICE_ROOM); i++)
		usleep(10000);
	assert_true(a.rings->notice & RING_NOTICE_ROOM);
	assert_int_equal(vmnet_client_send(&a, frame, 1000), 0);
	vmnet_client_close(&a);
}

static void rings_outlast_the_daemon(void **state)
{
	struct vmnet_client a, b;
	struct ring_pair *rings;
	uint8_t frame[VMNET_FRAME_MAX];
	unsigned int i;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	plug(&b, "vmnet5", mac_b);
	rings = a.rings;
	daemon_kill("switch");
	for (i = 0; i < 1000 && !(a.stats.reconnects && b.stats.reconnects &&
				  a.link && b.link);
	     i++) {
		vmnet_client_recv(&a, frame, sizeof(frame));
		vmnet_client_recv(&b, frame, sizeof(frame));
		usleep(10000);
	}
	assert_ptr_equal(rings, a.rings);
	pass(&a, mac_a, &b, mac_b, 1000, 50);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* hello() - say hello with these descriptors; Return: the connection. */
static int hello(uint16_t flags, const int *fds, size_t n, uint16_t *status)
{
	struct vmnet_hello h = { .magic = VMNET_MAGIC, .flags = flags,
		.version = VMNET_VERSION, .mac = { 2 }, .network = "vmnet5" };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct vmnet_reply reply = { .status = 999 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, daemon_path("vmnet.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(fdpass_send(fd, &h, sizeof(h), fds, n), 0);
	assert_true(recv(fd, &reply, sizeof(reply), 0) > 0);
	*status = reply.status;
	return fd;
}

/* refusal() - say hello with these descriptors, and go. Return: what was
 * answered. */
static int refusal(uint16_t flags, const int *fds, size_t n)
{
	uint16_t status;

	close(hello(flags, fds, n, &status));
	return status;
}

static void liars_are_refused(void **state)
{
	struct vmnet_client a, b;
	int fds[8], i;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	for (i = 0; i < 8; i++)
		fds[i] = open("/dev/zero", O_RDWR | O_CLOEXEC);
	assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, 3), VMNET_BAD_RINGS);
	assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, 0), VMNET_BAD_RINGS);
	assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, 8), VMNET_BAD_RINGS);
	assert_int_equal(refusal(0, fds, 3), VMNET_BAD_RINGS);
	for (i = 0; i < 8; i++)
		close(fds[i]);
	/* Nonsense in a ring harms its own port alone. */
	plug(&b, "vmnet5", mac_b);
	for (i = 0; i < 1000; i++) {
		atomic_store(&b.rings->to_switch.head, (uint32_t)rand());
		atomic_store(&b.rings->to_switch.tail, (uint32_t)rand());
		b.rings->to_switch.slot[i % 256].len = (uint16_t)rand();
		atomic_store(&b.rings->to_client.tail, (uint32_t)rand());
		bell_ring(b.ring_fds[RING_FD_SWITCH_BELL]);
		usleep(100);
	}
	vmnet_client_close(&b);
	plug(&b, "vmnet5", mac_b);
	pass(&a, mac_a, &b, mac_b, 1000, 50);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* ---- what a hostile client keeps, or never ends ------------------------- */

static pid_t switch_pid(void)
{
	pid_t pid = daemon_pid("switch");

	assert_true(pid > 0);
	return pid;
}

/* cpu_ticks() - what a process has used of its CPU so far. */
static unsigned long cpu_ticks(pid_t pid)
{
	unsigned long user = 0, kernel = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f,
				"%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u "
				"%*u %*u %*u %*u %lu %lu",
				&user, &kernel),
			 2);
	fclose(f);
	return user + kernel;
}

/* is_quiet() - does the switch sleep? It may take a tenth of a CPU. */
static bool is_quiet(pid_t pid)
{
	unsigned long before = cpu_ticks(pid);
	long second = sysconf(_SC_CLK_TCK);

	sleep(1);
	return cpu_ticks(pid) - before <= (unsigned long)second / 10;
}

/* ring_fds() - what a client with rings brings; its bells are the caller's. */
static struct ring_pair *ring_fds(int *fds)
{
	struct ring_pair *pair = ring_create(&fds[RING_FD_PAIR]);

	assert_non_null(pair);
	ring_reset(pair);
	fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return pair;
}

/* A client that leaves can go on ringing: it has the file of the bell. */
static void a_bell_outlasts_its_port(void **state)
{
	struct vmnet_client a, b;
	int fds[RING_FDS], i;
	pid_t pid;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	pid = switch_pid();
	ring_detach(ring_fds(fds));
	for (i = 0; i < 50; i++)
		assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, RING_FDS),
				 VMNET_OK);
	usleep(100000);
	bell_ring(fds[RING_FD_SWITCH_BELL]);
	assert_true(is_quiet(pid));
	plug(&b, "vmnet5", mac_b);
	pass(&a, mac_a, &b, mac_b, 1000, 50);
	assert_int_equal(switch_pid(), pid);
	for (i = 0; i < RING_FDS; i++)
		close(fds[i]);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* Nor does it matter what the bell is while the port lives: to read this one
 * changes it by one. */
static void a_bell_that_never_ends(void **state)
{
	struct vmnet_client a;
	uint16_t status;
	int fds[RING_FDS], fd, i;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	ring_detach(ring_fds(fds));
	close(fds[RING_FD_SWITCH_BELL]);
	fds[RING_FD_SWITCH_BELL] =
		eventfd(1 << 30, EFD_CLOEXEC | EFD_SEMAPHORE);
	fd = hello(VMNET_HELLO_RINGS, fds, RING_FDS, &status);
	assert_int_equal(status, VMNET_OK);
	assert_true(is_quiet(switch_pid()));
	close(fd);
	for (i = 0; i < RING_FDS; i++)
		close(fds[i]);
	vmnet_client_close(&a);
}

/* dead_child() - a pidfd of one: it can be read for ever. -1: no pidfds. */
static int dead_child(void)
{
	pid_t child = fork();
	int fd;

	if (child == 0)
		_exit(0);
	fd = (int)syscall(SYS_pidfd_open, child, 0);
	waitpid(child, NULL, 0);
	return fd;
}

static void only_eventfds_are_bells(void **state)
{
	struct vmnet_client a;
	int fds[RING_FDS], pipes[2], pair[2], bell, bad[7], place;
	size_t i;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	ring_detach(ring_fds(fds));
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	bad[0] = dead_child();
	bad[1] = pipes[0], bad[2] = pipes[1], bad[3] = pair[0];
	bad[4] = fds[RING_FD_PAIR];
	bad[5] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	bad[6] = epoll_create1(EPOLL_CLOEXEC);
	assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, RING_FDS), VMNET_OK);
	for (i = 0; i < ARRAY_SIZE(bad) * 2; i++) {
		if (bad[i / 2] < 0)
			continue;	/* this host has no pidfds */
		place = i % 2 ? RING_FD_SWITCH_BELL : RING_FD_CLIENT_BELL;
		bell = fds[place];
		fds[place] = bad[i / 2];
		assert_int_equal(refusal(VMNET_HELLO_RINGS, fds, RING_FDS),
				 VMNET_BAD_RINGS);
		fds[place] = bell;
	}
	assert_true(is_quiet(switch_pid()));
	for (i = 0; i < RING_FDS; i++)
		close(fds[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (i != 4 && bad[i] >= 0)
			close(bad[i]);
	close(pair[1]);
	vmnet_client_close(&a);
}

/* is_closed() - has everybody else closed the pipe that @fd reads? */
static bool is_closed(int fd)
{
	struct pollfd p = { .fd = fd };

	return poll(&p, 1, 3000) == 1 && (p.revents & POLLHUP);
}

/* A message of no bytes can bring descriptors: they must not stay. */
static void a_message_of_nothing_leaves_nothing(void **state)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct msghdr mh = { .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&mh);
	struct vmnet_client a;
	int pipes[2], fd;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	strcpy(addr.sun_path, daemon_path("vmnet.sock"));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &pipes[1], sizeof(int));
	assert_int_equal(sendmsg(fd, &mh, 0), 0);
	close(pipes[1]);
	assert_true(is_closed(pipes[0]));
	close(pipes[0]);
	close(fd);
	vmnet_client_close(&a);
}

/* A ring that is filled with what is no frame as fast as it is emptied. */
struct scribble {
	struct frame_ring *ring;
	_Atomic bool over;
};

static void *scribble(void *arg)
{
	struct scribble *s = arg;

	while (!s->over)
		atomic_store(&s->ring->head, atomic_load(&s->ring->tail) + 200);
	return NULL;
}

static void a_ring_without_end(void **state)
{
	struct vmnet_client a, b, bad;
	struct scribble s = { .over = false };
	pthread_t t;
	unsigned int i;

	(void)state;
	plug(&a, "vmnet5", mac_a);
	plug(&b, "vmnet5", mac_b);
	plug(&bad, "vmnet5", (const uint8_t *)"\x02\0\0\0\0\1");
	s.ring = &bad.rings->to_switch;
	for (i = 0; i < RING_SLOTS; i++)
		s.ring->slot[i].len = 5;
	pthread_create(&t, NULL, scribble, &s);
	bell_ring(bad.ring_fds[RING_FD_SWITCH_BELL]);
	usleep(100000);
	pass(&a, mac_a, &b, mac_b, 1000, 50);
	s.over = true;
	pthread_join(t, NULL);
	assert_non_null(strstr(daemon_stats(), "\"frame_short\": "));
	vmnet_client_close(&a);
	vmnet_client_close(&b);
	vmnet_client_close(&bad);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					      daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(both_with_rings), T(bursts_do_not_wait_for_more),
		T(one_at_a_socket),
		T(the_vector_says_so), T(a_full_ring_has_room_again),
		T(rings_outlast_the_daemon), T(liars_are_refused),
		T(a_bell_outlasts_its_port), T(a_bell_that_never_ends),
		T(only_eventfds_are_bells),
		T(a_message_of_nothing_leaves_nothing),
		T(a_ring_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
