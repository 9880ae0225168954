/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon_test.c - VMNet with its real processes: started on demand, shared,
 * killed, lied to, and gone in the end.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/net/lib_daemon.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t mac_c[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };

/* wait_changes() - until the link has changed so often; false: it did not. */
static bool wait_changes(struct vmnet_client *c, uint64_t changes)
{
	struct pollfd p = { .fd = vmnet_client_fd(c), .events = POLLIN };
	uint64_t end = clock_now_ns() + 5 * NSEC_PER_SEC;
	uint8_t buf[VMNET_FRAME_MAX];

	while (c->stats.link_changes < changes && clock_now_ns() < end) {
		poll(&p, 1, 50);
		vmnet_client_recv(c, buf, sizeof(buf));
	}
	return c->stats.link_changes >= changes;
}

static void make_frame(uint8_t *frame, size_t len, const uint8_t *to,
		       const uint8_t *from, unsigned int i)
{
	memset(frame, (int)i, len);
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, 0x88b5);
}

static void frames_cross(void **state)
{
	uint8_t frame[VMNET_FRAME_MAX], got[VMNET_FRAME_MAX];
	struct vmnet_client a, b;
	unsigned int i;
	size_t len;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "vmnet5", mac_b);
	for (i = 0; i < 1000; i++) {
		len = 14 + i * 37 % (VMNET_FRAME_MAX - 13);
		make_frame(frame, len, mac_b, mac_a, i);
		assert_int_equal(vmnet_client_send(&a, frame, len), 0);
		assert_int_equal(daemon_receive(&b, got), len);
		assert_memory_equal(frame, got, len);
	}
	assert_int_equal(vmnet_client_send(&a, frame, 13), -EMSGSIZE);
	assert_int_equal(vmnet_client_send(&a, frame, 1519), -EMSGSIZE);
	assert_int_equal(a.stats.starts + b.stats.starts, 1);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* A station answers ARP for another's address: who asks is not led astray. */
static void nobody_takes_anothers_frames(void **state)
{
	const struct vmnet_plug any = { .network = "vmnet5", .mac = mac_c,
					.any_mac = true, .rings = true };
	uint8_t frame[60], got[VMNET_FRAME_MAX];
	struct vmnet_client a, b, c;
	unsigned int i;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "vmnet5", mac_b);
	assert_int_equal(vmnet_client_plug(&c, &any), 0);
	for (i = 0; i < 50; i++) {
		make_frame(frame, 60, mac_b, mac_a, 1);
		assert_int_equal(vmnet_client_send(&b, frame, 60), 0);
		assert_int_equal(vmnet_client_send(&c, frame, 60), 0);
		vmnet_client_flush(&c);
		make_frame(frame, 60, mac_a, mac_b, i);
		assert_int_equal(vmnet_client_send(&b, frame, 60), 0);
		assert_int_equal(daemon_receive(&a, got), 60);
		assert_memory_equal(frame, got, 60);
	}
	/* Who did it is told, and only who may may use another one. */
	make_frame(frame, 60, mac_a, (const uint8_t *)"\x02\0\0\0\0\7", 9);
	assert_int_equal(vmnet_client_send(&b, frame, 60), 0);
	assert_int_equal(daemon_receive(&a, got), 0);
	assert_int_equal(vmnet_client_send(&c, frame, 60), 0);
	vmnet_client_flush(&c);
	assert_int_equal(daemon_receive(&a, got), 60);
	vmnet_client_recv(&b, got, sizeof(got));
	assert_true(b.forged);
	assert_false(a.forged);
	assert_non_null(strstr(daemon_stats(), "\"source_forged\": "));
	vmnet_client_close(&a);
	vmnet_client_close(&b);
	vmnet_client_close(&c);
}

static void networks_are_separate(void **state)
{
	uint8_t frame[60], got[VMNET_FRAME_MAX];
	struct vmnet_client a, b;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "hostonly", mac_b);
	make_frame(frame, 60, mac_b, mac_a, 1);
	vmnet_client_send(&a, frame, 60);
	assert_int_equal(daemon_receive(&b, got), 0);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void bad_networks_are_refused(void **state)
{
	struct vmnet_client c;

	(void)state;
	assert_int_equal(vmnet_client_open(&c, "bridged", mac_a), -EINVAL);
	assert_true(strlen(c.why) > 10);
	assert_int_equal(vmnet_client_open(&c, "vmnet999", mac_a), -EINVAL);
	assert_int_equal(vmnet_client_open(&c, "", mac_a), -EINVAL);
}

/* raw() - a connection of our own, to say what no client would. */
static int raw(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s",
		 daemon_path("vmnet.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	return fd;
}

static unsigned int refusal(const void *msg, size_t len)
{
	struct vmnet_reply reply = { .status = 0xffff };
	struct pollfd p = { .events = POLLIN };

	p.fd = raw();
	assert_int_equal(send(p.fd, msg, len, MSG_NOSIGNAL), len);
	assert_int_equal(poll(&p, 1, 3000), 1);
	recv(p.fd, &reply, sizeof(reply), 0);
	close(p.fd);
	return reply.status;
}

static void liars_are_refused_and_counted(void **state)
{
	struct vmnet_hello h = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .mac = { 2 }, .network = "vmnet5" };
	const char *text;
	uint8_t big[4000] = { 0 };
	struct vmnet_client a;
	int fd, silent;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	silent = raw();			/* connects and says nothing */
	assert_int_equal(refusal("x", 1), VMNET_BAD_SIZE);
	assert_int_equal(refusal(big, sizeof(big)), VMNET_BAD_SIZE);
	h.magic = 1;
	assert_int_equal(refusal(&h, sizeof(h)), VMNET_BAD_MAGIC);
	h.magic = VMNET_MAGIC, h.version = 99;
	assert_int_equal(refusal(&h, sizeof(h)), VMNET_BAD_VERSION);
	h.version = VMNET_VERSION, h.network[0] = 'X';
	assert_int_equal(refusal(&h, sizeof(h)), VMNET_BAD_NETWORK);
	/* A joined port that sends frames of wrong sizes stays, unheard. */
	h.network[0] = 'v';
	fd = raw();
	send(fd, &h, sizeof(h), 0);
	usleep(50000);
	send(fd, big, 3, 0);
	send(fd, big, 4000, 0);
	usleep(50000);
	text = daemon_stats();
	assert_non_null(strstr(text, "\"refused\": 5"));
	assert_non_null(strstr(text, "\"frame_short\": 1"));
	assert_non_null(strstr(text, "\"frame_long\": 1"));
	close(fd);
	sleep(3);			/* the silent one is put out */
	text = daemon_stats();
	assert_non_null(strstr(text, "\"hello_timeouts\": 1"));
	close(silent);
	vmnet_client_close(&a);
}

static void a_flood_stops_nobody(void **state)
{
	uint8_t frame[1500], got[VMNET_FRAME_MAX];
	struct vmnet_client a, b, deaf;
	unsigned int i;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "vmnet5", mac_b);
	daemon_plug(&deaf, "vmnet5", (const uint8_t *)"\x02\0\0\0\0\1");
	for (i = 0; i < 20000; i++) {	/* broadcasts: the deaf one's too */
		memset(frame, 0xff, sizeof(frame));
		memcpy(frame + 6, mac_a, 6);
		vmnet_client_send(&a, frame, sizeof(frame));
		while (vmnet_client_recv(&b, got, sizeof(got)) > 0)
			;
	}
	while (daemon_receive(&b, got) > 0 && got[0] == 0xff && i--)
		;
	make_frame(frame, 100, mac_b, mac_a, 7);
	assert_int_equal(vmnet_client_send(&a, frame, 100), 0);
	assert_int_equal(daemon_receive(&b, got), 100);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
	vmnet_client_close(&deaf);
}

/* pid_in_stats() - a number that the daemon tells of itself. */
static pid_t pid_in_stats(const char *name)
{
	const char *p = strstr(daemon_stats(), name);

	assert_non_null(p);
	return (pid_t)atoi(p + strlen(name) + 3);
}

static void nat_killed_comes_back(void **state)
{
	struct vmnet_client a;
	pid_t nat;

	(void)state;
	daemon_plug(&a, "nat", mac_a);
	/* After a while: then a new NAT is there at once, and the loss must
	 * be told all the same. */
	usleep(700000);
	nat = pid_in_stats("nat_pid");
	assert_true(nat > 1);
	assert_int_equal(kill(nat, SIGKILL), 0);
	assert_true(wait_changes(&a, 3));	/* up, down, up */
	assert_true(vmnet_client_link(&a));
	assert_true(pid_in_stats("nat_pid") != nat);
	vmnet_client_close(&a);
}

static void daemon_killed_comes_back(void **state)
{
	uint8_t frame[60], got[VMNET_FRAME_MAX];
	struct vmnet_client a, b;
	unsigned int tries;

	(void)state;
	daemon_plug(&a, "vmnet5", mac_a);
	daemon_plug(&b, "vmnet5", mac_b);
	assert_int_equal(kill(pid_in_stats("switch_pid"), SIGKILL), 0);
	assert_true(daemon_wait_link(&a, false));
	assert_true(daemon_wait_link(&b, false));
	make_frame(frame, 60, mac_b, mac_a, 1);
	assert_int_equal(vmnet_client_send(&a, frame, 60), -EPIPE);
	assert_true(daemon_wait_link(&a, true));
	assert_true(daemon_wait_link(&b, true));
	assert_int_equal(a.stats.reconnects, 1);
	for (tries = 0; tries < 3; tries++) {
		vmnet_client_send(&a, frame, 60);
		if (daemon_receive(&b, got) == 60)
			break;
	}
	assert_true(tries < 3);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					      daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_cross), T(nobody_takes_anothers_frames),
		T(networks_are_separate),
		T(bad_networks_are_refused),
		T(liars_are_refused_and_counted), T(a_flood_stops_nobody),
		T(nat_killed_comes_back), T(daemon_killed_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
