/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move_test.c - a card that is moved to another network while it is plugged in:
 * by its socket and by rings; what it sent before stays on the old network,
 * every sum holds, and a card that may not move stays where it was.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t mac_c[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };
static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

static void plug(struct vmnet_client *c, const char *net, const uint8_t *mac,
		 bool rings)
{
	const struct vmnet_plug p = { .network = net,
				      .mac = mac,
				      .rings = rings };

	if (vmnet_client_plug(c, &p) < 0)
		fail_msg("%s", c->why);
	assert_true(vmnet_client_link(c));
}

/* say() - a broadcast, told by its last byte. */
static void say(struct vmnet_client *c, const uint8_t *from, uint8_t what)
{
	uint8_t frame[60] = { 0 };

	memcpy(frame, all, 6);
	memcpy(frame + 6, from, 6);
	put_be16(frame + 12, 0x88b5);
	frame[59] = what;
	assert_int_equal(vmnet_client_send(c, frame, sizeof(frame)), 0);
	vmnet_client_flush(c);
}

/* heard() - the next frame's last byte; -1: none comes. */
static int heard(struct vmnet_client *c)
{
	uint8_t got[VMNET_FRAME_MAX];
	ssize_t n = daemon_receive(c, got);

	return n == 60 ? got[59] : -1;
}

/* answer() - of what was asked; all frames that come before are lost. */
static enum vmnet_status answer(struct vmnet_client *c)
{
	struct pollfd p = { .fd = vmnet_client_fd(c), .events = POLLIN };
	uint64_t end = clock_now_ns() + 10 * NSEC_PER_SEC;
	enum vmnet_status status = VMNET_STATUS_COUNT;
	uint8_t buf[VMNET_FRAME_MAX];

	while (!vmnet_client_answer(c, &status) && clock_now_ns() < end) {
		poll(&p, 1, 50);
		vmnet_client_recv(c, buf, sizeof(buf));
	}
	return status;
}

static enum vmnet_status moved(struct vmnet_client *c, const char *network)
{
	enum vmnet_status status = vmnet_client_move(c, network);

	return status == VMNET_OK ? answer(c) : status;
}

static uint64_t number(const json_t *o, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(o, key));
}

static uint64_t drops(const json_t *o)
{
	const json_t *list = json_object_get(o, "drops"), *n;
	const char *why;
	uint64_t sum = 0;

	json_object_foreach((json_t *)(uintptr_t)list, why, n)
		sum += (uint64_t)json_integer_value(n);
	return sum;
}

static json_t *stats(void)
{
	json_t *o = json_loads(daemon_stats(), 0, NULL);

	assert_non_null(o);
	return o;
}

/* sums_hold() - of each port and each network that there is, and between
 * them. */
static void sums_hold(void)
{
	json_t *o = stats(), *list = json_object_get(o, "ports");
	json_t *p;
	size_t i;

	assert_true(json_array_size(list) > 0);
	json_array_foreach(list, i, p) assert_int_equal(
		number(p, "messages_in") + number(p, "offered"),
		number(p, "frames_in") + number(p, "frames_out") +
			number(p, "queued") + drops(p));
	json_array_foreach(json_object_get(o, "hubs"), i, p)
		assert_int_equal(number(p, "in") + number(p, "copies"),
				 number(p, "out") + drops(p));
	json_decref(o);
	if (hostel("net stats") != 0)
		fail_msg("%s", hostel_said);
}

/* port_network() - where the switch has the port; -1: nowhere. */
static long port_network(uint32_t port)
{
	json_t *o = stats(), *p;
	long n = -1;
	size_t i;

	json_array_foreach(json_object_get(o, "ports"), i,
			   p) if (number(p, "port") == port)
		n = (long)number(p, "network");
	json_decref(o);
	return n;
}

static void move_it(bool rings)
{
	struct vmnet_client a, b, c;
	uint32_t port;

	plug(&a, "vmnet5", mac_a, rings);
	plug(&b, "vmnet5", mac_b, false);
	plug(&c, "vmnet6", mac_c, false);
	port = a.port;
	say(&a, mac_a, 1);
	assert_int_equal(heard(&b), 1);
	say(&a, mac_a, 2); /* just before: for the old one */
	assert_int_equal(moved(&a, "vmnet6"), VMNET_OK);
	assert_int_equal(a.port, port);
	assert_int_equal(port_network(port), 6);
	assert_false(vmnet_client_link(&a));
	assert_int_equal(heard(&b), 2);
	assert_int_equal(heard(&c), -1);
	assert_true(daemon_wait_link(&a, true));
	say(&a, mac_a, 3);
	assert_int_equal(heard(&c), 3);
	say(&b, mac_b, 4);
	assert_int_equal(heard(&a), -1);
	say(&c, mac_c, 5);
	assert_int_equal(heard(&a), 5);
	assert_int_equal(a.stats.link_changes, 3); /* up, down, up */
	sums_hold();
	vmnet_client_close(&a);
	vmnet_client_close(&b);
	vmnet_client_close(&c);
}

static void by_its_socket(void **state)
{
	(void)state;
	move_it(false);
}

static void by_rings(void **state)
{
	(void)state;
	move_it(true);
}

/* The old network ends with its last card; a frame for a card that is gone from
 * there finds nobody. What its guest did not take is counted. */
static void what_waits_is_counted(void **state)
{
	struct vmnet_client a, b;
	json_t *o, *p, *d;
	uint64_t lost = 0;
	unsigned int i;
	size_t k;

	(void)state;
	plug(&a, "vmnet5", mac_a, true);
	plug(&b, "vmnet5", mac_b, true);
	for (i = 0; i < RING_SLOTS + 50; i++) { /* a takes none of them */
		say(&b, mac_b, (uint8_t)i);
		if (i % 64 == 0)
			usleep(20000);
	}
	usleep(100000);
	assert_int_equal(vmnet_client_move(&a, "vmnet6"), VMNET_OK);
	usleep(200000);
	o = stats();
	json_array_foreach(json_object_get(o, "ports"), k,
			   p) if (number(p, "port") == a.port)
	{
		d = json_object_get(p, "drops");
		lost = number(d, "port_moved");
		assert_int_equal(number(p, "queued"), 0);
		assert_int_equal(number(p, "network"), 6);
	}
	json_decref(o);
	assert_int_equal(lost, 50);
	sums_hold();
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void to_a_nat_and_back(void **state)
{
	const struct vmnet_wishes wishes = { .host_loopback = true };
	const struct vmnet_plug on_nat = {
		.network = "nat", .mac = mac_a, .rings = true, .wishes = &wishes
	};
	struct vmnet_client a;
	json_t *o;

	(void)state;
	assert_int_equal(vmnet_client_plug(&a, &on_nat), 0);
	assert_int_equal(moved(&a, "vmnet6"), VMNET_OK);
	assert_true(daemon_wait_link(&a, true));
	o = stats();
	assert_int_equal(number(o, "nat_pid"), 0); /* its NAT is gone */
	assert_int_equal(json_array_size(json_object_get(o, "ports")), 1);
	assert_int_equal(json_array_size(json_object_get(o, "hubs")), 1);
	json_decref(o);
	/* It wants what it wanted of the other NAT. */
	assert_int_equal(moved(&a, "nat"), VMNET_OK);
	assert_true(daemon_wait_link(&a, true));
	o = stats();
	assert_true(number(o, "nat_pid") > 0);
	assert_int_equal(number(o, "nat_starts"), 2);
	json_decref(o);
	assert_true(a.hello.flags & VMNET_HELLO_HOST_LOOPBACK);
	assert_int_equal(moved(&a, "hostonly"), VMNET_OK);
	assert_int_equal(moved(&a, "nat"), VMNET_OK);
	assert_int_equal(moved(&a, "vmnet7"), VMNET_OK);
	sums_hold();
	vmnet_client_close(&a);
}

/* What is on a card's slow link when it is moved is lost: it is not to come out
 * on another network than the one that it was sent on. */
static void what_is_on_its_link(void **state)
{
	struct vmnet_conditions slow = { .given = 0 };
	struct vmnet_plug p = { .network = "vmnet5", .mac = mac_a,
				.in = &slow, .out = &slow };
	struct vmnet_client a, old, new;
	char error[256];

	(void)state;
	assert_true(
		conditions_parse(&slow, "delay=1500ms", error, sizeof(error)));
	plug(&old, "vmnet5", mac_b, false);
	plug(&new, "vmnet6", mac_c, false);
	assert_int_equal(vmnet_client_plug(&a, &p), 0);
	say(&a, mac_a, 1);
	say(&old, mac_b, 2);
	usleep(300000);
	assert_int_equal(moved(&a, "vmnet6"), VMNET_OK);
	assert_int_equal(heard(&new), -1);
	assert_int_equal(heard(&old), -1);
	assert_int_equal(heard(&a), -1);
	assert_non_null(strstr(daemon_stats(), "\"port_left\": 1"));
	sums_hold();
	/* It goes on, as slow as before. */
	assert_true(daemon_wait_link(&a, true));
	say(&a, mac_a, 3);
	assert_int_equal(heard(&new), 3);
	sums_hold();
	vmnet_client_close(&a);
	vmnet_client_close(&old);
	vmnet_client_close(&new);
}

static void refused_it_stays(void **state)
{
	struct vmnet_client a, b;
	uint64_t changes;

	(void)state;
	plug(&a, "vmnet5", mac_a, true);
	plug(&b, "vmnet5", mac_b, false);
	assert_int_equal(moved(&a, "vmnet999"), VMNET_BAD_NETWORK);
	assert_int_equal(moved(&a, "bridged"), VMNET_NO_NAME);
	changes = a.stats.link_changes;
	/* Whoever may open no interface hears that first. */
	assert_int_not_equal(moved(&a, "bridged=not-there"), VMNET_OK);
	assert_true(vmnet_client_link(&a));
	assert_int_equal(a.stats.link_changes, changes + 2);
	assert_int_equal(port_network(a.port), 5);
	assert_string_equal(a.hello.network, "vmnet5");
	say(&a, mac_a, 1);
	assert_int_equal(heard(&b), 1);
	say(&b, mac_b, 2);
	assert_int_equal(heard(&a), 2);
	/* To where it is: nothing to do, but a look at the cable. */
	assert_int_equal(moved(&a, "vmnet5"), VMNET_OK);
	assert_true(daemon_wait_link(&a, true));
	sums_hold();
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* Cards that talk and are moved, at random: the books balance all the time. No
 * guest is there that would have to see the link go. */
static void at_random(void **state)
{
	static const char *const networks[] = { "vmnet5", "vmnet6", "hostonly",
						"nat" };
	static const uint8_t *const macs[] = { mac_a, mac_b, mac_c };
	uint8_t frame[60] = { 0 }, got[VMNET_FRAME_MAX];
	uint32_t draw = test_seed(1);
	struct vmnet_client c[3];
	unsigned int i, k, n;

	(void)state;
	for (k = 0; k < 3; k++)
		plug(&c[k], "vmnet5", macs[k], k != 0);
	for (i = 0; i < 120; i++) {
		draw = draw * 1664525u + 1013904223u;
		k = (draw >> 8) % 3;
		memset(frame, 255, 6);
		memcpy(frame + 6, macs[k], 6);
		for (n = draw >> 16 & 63; n; n--)
			vmnet_client_send(&c[k], frame, sizeof(frame));
		vmnet_client_flush(&c[k]);
		if (draw >> 24 & 1)
			assert_int_equal(moved(&c[k], networks[draw >> 25 & 3]),
					 VMNET_OK);
		c[k].moved_ms = c[k].moved;	/* it is over */
		while (draw >> 27 & 1 &&
		       vmnet_client_recv(&c[k], got, sizeof(got)) >= 0)
			;
		if (i % 20 == 19)
			sums_hold();
	}
	for (k = 0; k < 3; k++)
		vmnet_client_close(&c[k]);
}

/* VMNet dies under a card that was moved: it comes back where it was moved to.
 * What it is asked for meanwhile is answered. */
static void the_daemon_dies(void **state)
{
	struct vmnet_client a;
	json_t *o;
	pid_t pid;

	(void)state;
	plug(&a, "vmnet5", mac_a, true);
	assert_int_equal(moved(&a, "vmnet6"), VMNET_OK);
	o = stats();
	pid = (pid_t)number(o, "switch_pid");
	json_decref(o);
	assert_true(daemon_wait_link(&a, true));
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(vmnet_client_move(&a, "vmnet7"), VMNET_OK);
	assert_int_equal(vmnet_client_move(&a, "vmnet8"), VMNET_BUSY);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(answer(&a), VMNET_GONE);
	assert_int_equal(vmnet_client_move(&a, "vmnet8"), VMNET_GONE);
	assert_true(daemon_wait_link(&a, true));
	assert_int_equal(port_network(a.port), 6);
	vmnet_client_close(&a);
}

/* A move that is refused soon after one that was done: nothing is due then,
 * and who waits for news sleeps. */
static void a_refused_move_is_over(void **state)
{
	uint8_t frame[VMNET_FRAME_MAX];
	struct vmnet_client a;
	struct pollfd p;
	unsigned int i;

	(void)state;
	plug(&a, "vmnet5", mac_a, true);
	assert_int_equal(moved(&a, "vmnet6"), VMNET_OK);
	assert_int_not_equal(moved(&a, "bridged=no-such"), VMNET_OK);
	usleep((VMNET_MOVED_MS + 300) * 1000);
	p = (struct pollfd){ .fd = a.poll_fd, .events = POLLIN };
	for (i = 0; i < 100 && poll(&p, 1, 0); i++)
		vmnet_client_recv(&a, frame, sizeof(frame));
	assert_in_range(i, 0, 99);
	assert_true(vmnet_client_link(&a));
	vmnet_client_close(&a);
}

/* Whoever asks for nonsense, or does not wait, harms nobody. */
static void who_asks_for_nonsense(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct vmnet_hello h = { .magic = VMNET_MAGIC,
				 .version = VMNET_VERSION,
				 .mac = { 2 },
				 .network = "vmnet5" };
	struct vmnet_ask ask = { .magic = VMNET_MAGIC,
				 .version = VMNET_VERSION,
				 .what = 77,
				 .number = 1 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	struct vmnet_client a;
	struct vmnet_event e;
	uint8_t reply[64];

	(void)state;
	plug(&a, "vmnet5", mac_a, false);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s",
		 daemon_path("vmnet.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(send(fd, &h, sizeof(h), 0), sizeof(h));
	assert_int_equal(recv(fd, reply, sizeof(reply), 0),
			 sizeof(struct vmnet_reply));
	assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	assert_int_equal(recv(fd, &e, sizeof(e), 0), sizeof(e));
	assert_int_equal(e.type, VMNET_EVENT_ANSWER);
	assert_int_equal(e.value, VMNET_BAD_ASK);
	assert_int_equal(e.count, 1);
	/* A forwarded port of a card that is on no NAT. */
	ask.what = VMNET_ASK_FORWARD, ask.number = 2;
	ask.forward = (struct vmnet_forward){ .proto = FORWARD_TCP,
					      .port = 2222,
					      .guest_port = 22 };
	assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	assert_int_equal(recv(fd, &e, sizeof(e), 0), sizeof(e));
	assert_int_equal(e.value, VMNET_NOT_NAT);
	/* It waits for an interface to be opened, and goes. */
	ask.what = VMNET_ASK_MOVE, ask.hello = h, ask.number = 3;
	memset(&ask.forward, 0, sizeof(ask.forward));
	strcpy(ask.hello.network, "bridged=not-there");
	assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	ask.number = 4;
	assert_int_equal(send(fd, &ask, sizeof(ask), 0), sizeof(ask));
	close(fd);
	usleep(200000);
	sums_hold();
	vmnet_client_close(&a);
}

/* A card knows what its network is. */
static void the_kind_goes_with_it(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x77 };
	struct vmnet_client c;

	(void)state;
	daemon_plug(&c, "vmnet7", mac);
	assert_int_equal(c.kind, NET_PRIVATE);
	assert_int_equal(moved(&c, "nat"), VMNET_OK);
	assert_int_equal(c.kind, NET_NAT);
	assert_int_equal(moved(&c, "hostonly"), VMNET_OK);
	assert_int_equal(c.kind, NET_HOSTONLY);
	vmnet_client_close(&c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(by_its_socket),	  T(by_rings),
		T(what_waits_is_counted), T(to_a_nat_and_back),
		T(what_is_on_its_link),
		T(refused_it_stays), T(at_random),	  T(the_daemon_dies),
		T(a_refused_move_is_over),
		T(who_asks_for_nonsense), T(the_kind_goes_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
