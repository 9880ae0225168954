/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_test.c - `hostel net explain`: each limit that cards alone can bring
 * about is brought about, and named; the rest by what is counted of it.
 * (tests/boot/explain.sh has a guest that is short of CPU.)
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_station.h"
#include "vmapp/net/verdict.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* ---- what is counted --------------------------------------------------- */

/* A look at a port that moves frames and has room for all. */
static struct look moving(double s)
{
	return (struct look){
		.s = s, .who = "web:0", .link = true,
		.in = (uint64_t)(1000 * s), .in_bytes = (uint64_t)(1e6 * s),
		.out = (uint64_t)(1000 * s), .out_bytes = (uint64_t)(1e6 * s),
		.machine = true, .wall_s = s,
		.idle_s = s / 2,
	};
}

static void judged(const struct look *b, enum verdict wanted)
{
	const struct look a = moving(10);
	char text[VERDICT_TEXT];
	enum verdict v = verdict_of(&a, b, text);

	if (v != wanted)
		fail_msg("%s, not %s: %s", verdict_word(v),
			 verdict_word(wanted), text);
	assert_true(strlen(text) > 40 && strlen(text) < VERDICT_TEXT - 1);
}

static void what_is_counted_is_judged(void **state)
{
	struct look b;

	(void)state;
	b = moving(11);
	judged(&b, VERDICT_UNKNOWN);
	b.idle_s = 5.05;
	judged(&b, VERDICT_GUEST_CPU);
	b.machine = false;
	judged(&b, VERDICT_UNKNOWN);
	b.to.delay_us = 50000;
	judged(&b, VERDICT_DELAY);
	b = moving(11), b.link = false;
	judged(&b, VERDICT_LINK_DOWN);
	b = moving(11), b.nat = true, b.nat_cpu_s = 0.95;
	judged(&b, VERDICT_NAT_BUSY);
	b.unread = 1;
	judged(&b, VERDICT_READER);
	b = moving(11), b.stalls = 3;
	judged(&b, VERDICT_RING);
	b.stalls = 2;
	judged(&b, VERDICT_UNKNOWN);
	b = moving(11), b.from.rate = 8200000;
	judged(&b, VERDICT_RATE);
	b.from.rate = 20000000;
	judged(&b, VERDICT_UNKNOWN);
	b.from.full = 1;
	judged(&b, VERDICT_RATE);
	b = moving(11), b.to.lost = 1;
	judged(&b, VERDICT_LOSS);
}

/* VMNet or the machine may have begun anew in between. */
static void counters_that_begin_anew_are_nothing(void **state)
{
	struct look a = moving(10), b = moving(11);
	char text[VERDICT_TEXT];

	(void)state;
	a.unread = a.peers_unread = a.stalls = a.shut_ms = 100000;
	a.from.lost = a.to.full = a.keeps = 100000;
	a.nat_state = b.nat_state = true;
	assert_int_equal(verdict_of(&a, &b, text), VERDICT_UNKNOWN);
	/* A clock that stands: no infinite rate of anything. */
	b.s = a.s;
	verdict_of(&a, &b, text);
}

/* What waits at the host's sockets for a guest that does not read, though
 * hardly a frame passes. */
static void a_guest_that_does_not_read(void **state)
{
	struct look a = moving(10), b = moving(10);
	char text[VERDICT_TEXT];

	(void)state;
	b.s = 11;
	assert_int_equal(verdict_of(&a, &b, text), VERDICT_IDLE);
	a.kept_unread = b.kept_unread = 60;
	assert_int_equal(verdict_of(&a, &b, text), VERDICT_GUEST_READS);
}

/* ---- real processes ---------------------------------------------------- */

/* tidy() - what `hostel net explain` has looked for machines in. */
static int tidy(void **state)
{
	rmdir(daemon_path("machines"));
	return daemon_tear_down(state);
}

static int tidy_station(void **state)
{
	rmdir(daemon_path("machines"));
	return station_tear_down(state);
}

static void plug_into(struct vmnet_client *c, const char *network,
		      const uint8_t mac[6], const char *machine)
{
	const struct vmnet_plug plug = { .network = network, .mac = mac,
		.machine = machine, .machine_pid = getpid(), .rings = true };

	if (vmnet_client_plug(c, &plug) < 0)
		fail_msg("%s", c->why);
}

static void plug_as(struct vmnet_client *c, const uint8_t mac[6],
		    const char *machine)
{
	plug_into(c, "vmnet5", mac, machine);
}

/* How a child drives two cards. */
struct drive {
	struct vmnet_client *from, *to;
	bool reads;		/* what is for @to is taken */
	unsigned int rest_us;	/* between frames */
};

static _Noreturn void drive(const struct drive *d)
{
	uint8_t frame[1500] = { 0 }, got[VMNET_FRAME_MAX];
	unsigned int i;

	alarm(30);
	memcpy(frame, mac_b, 6);
	memcpy(frame + 6, d->from->hello.mac, 6);
	put_be16(frame + 12, 0x88b5);
	for (i = 0;; i++) {
		vmnet_client_send(d->from, frame, sizeof(frame));
		vmnet_client_flush(d->from);
		while (d->reads &&
		       vmnet_client_recv(d->to, got, sizeof(got)) > 0)
			;
		if (d->rest_us)
			usleep(d->rest_us);
	}
}

/* driven() - what explain says of @port meanwhile. */
static void driven(const struct drive *d, const char *port, const char *wanted)
{
	char words[80];
	pid_t pid = fork();
	int status;

	if (pid == 0)
		drive(d);
	usleep(200000);
	snprintf(words, sizeof(words), "net explain %s", port);
	status = hostel(words);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(status, 0);
	if (!strstr(hostel_said, wanted))
		fail_msg("no %s: %s", wanted, hostel_said);
}

static void an_idle_port(void **state)
{
	struct vmnet_client a;

	(void)state;
	plug_as(&a, mac_a, "web");
	assert_int_equal(hostel("net explain web"), 0);
	assert_non_null(strstr(hostel_said, "web:0: idle"));
	assert_int_equal(hostel("net explain"), 0);
	assert_non_null(strstr(hostel_said, "web:0: idle"));
	assert_int_equal(hostel("net explain --json"), 0);
	assert_non_null(strstr(hostel_said, "\"limit\":\"idle\""));
	assert_int_equal(hostel("net explain db"), 69);
	assert_int_equal(hostel("net explain 999"), 69);
	assert_int_equal(hostel("net explain web x"), 64);
	vmnet_client_close(&a);
}

/* As many as one host may have, and none is left out. */
static void many_idle_ports(void **state)
{
	enum { MANY = 40 };
	static struct vmnet_client c[MANY];
	uint8_t mac[6] = { 0x00, 0x50, 0x56 };
	char name[16];
	unsigned int i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		mac[5] = (uint8_t)i;
		snprintf(name, sizeof(name), "m%u", i);
		plug_as(&c[i], mac, name);
	}
	assert_int_equal(hostel("net explain"), 0);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "m%u:0: idle", i);
		if (!strstr(hostel_said, name))
			fail_msg("no %s: %s", name, hostel_said);
	}
	for (i = 0; i < MANY; i++)
		vmnet_client_close(&c[i]);
}

static void a_slow_reader(void **state)
{
	struct vmnet_client a, b;
	const struct drive d = { .from = &a, .to = &b };

	(void)state;
	plug_as(&a, mac_a, "web");
	plug_as(&b, mac_b, "db");
	driven(&d, "web", "web:0: peer-slow");
	assert_non_null(strstr(hostel_said, "db:0"));
	driven(&d, "db", "db:0: receiver-slow");
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void a_slow_link(void **state)
{
	struct vmnet_client a, b;
	const struct drive d = { &a, &b, true, 500 };

	(void)state;
	plug_as(&a, mac_a, "web");
	plug_as(&b, mac_b, "db");
	assert_int_equal(hostel("net link web in rate=1M"), 0);
	driven(&d, "web", "web:0: link-rate");
	assert_int_equal(hostel("net link web in rate=0 loss=20%"), 0);
	usleep(300000);
	driven(&d, "web", "web:0: link-loss");
	assert_int_equal(hostel("net link web clear"), 0);
	assert_int_equal(hostel("net link web out delay=3ms"), 0);
	driven(&d, "web", "web:0: link-delay");
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* flood() - into a ring, as long as there is room. */
static _Noreturn void flood(struct vmnet_client *c)
{
	uint8_t frame[1500] = { 0 };

	alarm(30);
	memcpy(frame, mac_b, 6);
	memcpy(frame + 6, c->hello.mac, 6);
	for (;;)
		if (vmnet_client_send(c, frame, sizeof(frame)) < 0) {
			vmnet_client_flush(c);
			usleep(100);	/* a card waits until it is told */
		}
}

/* hobble() - the switch runs for a third of a millisecond in three. */
static _Noreturn void hobble(pid_t pid)
{
	alarm(30);
	for (;;) {
		kill(pid, SIGSTOP);
		usleep(3000);
		kill(pid, SIGCONT);
		usleep(300);
	}
}

/* A card that sends more than the switch can take fills its own ring. Where the
 * switch has a CPU of its own it can take all, so here it seldom runs. */
static void a_flood(void **state)
{
	pid_t sender, stopper, pid;
	struct vmnet_client c;
	int status;

	(void)state;
	plug_as(&c, mac_a, "web");
	pid = daemon_pid("switch");
	assert_true(pid > 0);
	sender = fork();
	if (sender == 0)
		flood(&c);
	stopper = fork();
	if (stopper == 0)
		hobble(pid);
	usleep(200000);
	status = hostel("net explain web");
	kill(stopper, SIGKILL);
	waitpid(stopper, NULL, 0);
	kill(pid, SIGCONT);
	kill(sender, SIGKILL);
	waitpid(sender, NULL, 0);
	vmnet_client_close(&c);
	assert_int_equal(status, 0);
	if (!strstr(hostel_said, "web:0: ring-full"))
		fail_msg("%s", hostel_said);
}

/* Traffic that meets no limit here: then that is said. */
static void what_is_not_known_is_said(void **state)
{
	struct vmnet_client a, b;
	const struct drive d = { &a, &b, true, 2000 };

	(void)state;
	plug_as(&a, mac_a, "web");
	plug_as(&b, mac_b, "db");
	driven(&d, "web", "web:0: unknown");
	assert_non_null(strstr(hostel_said, "not seen from here"));
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* A server that never reads: the guest waits for its window. */
static void a_slow_peer_behind_the_nat(void **state)
{
	struct station *s = *state;
	struct segment g = { .to = STATION_GATEWAY, .window = 60000 };
	int fd = station_server(SOCK_STREAM, &g.port), size = 4096, peer;
	uint8_t data[1000] = { 0 };
	unsigned int i;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	peer = station_connect(s, &g, fd);
	g.data = data;
	g.len = sizeof(data);
	g.flags = TCP_ACK | TCP_PSH;
	for (i = 0; i < 60; i++) {
		station_send_tcp(s, &g);
		g.seq += sizeof(data);
	}
	usleep(300000);
	assert_int_equal(hostel("net explain 1"), 0);
	if (!strstr(hostel_said, ": nat-window"))
		fail_msg("%s", hostel_said);
	close(peer);
	close(fd);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, tidy)
#define S(f) cmocka_unit_test_setup_teardown(f, station_set_up, \
					      tidy_station)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_counted_is_judged),
		cmocka_unit_test(counters_that_begin_anew_are_nothing),
		cmocka_unit_test(a_guest_that_does_not_read),
		T(an_idle_port), T(many_idle_ports), T(a_slow_reader),
		T(a_slow_link), T(a_flood),
		T(what_is_not_known_is_said), S(a_slow_peer_behind_the_nat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
