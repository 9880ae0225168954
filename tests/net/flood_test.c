/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flood_test.c - a machine that floods, sends what is no frame or never reads
 * harms itself: what it floods is limited, by a named reason; and two others
 * keep nine tenths of what the switch does for them.
 *
 * The switch runs in this thread, round by round, with ports and rings as
 * vmnetd has them, so that the CPU time of its rounds is all that counts: not
 * what else this host does. Both rates are taken in turn, many times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/sanitized.h"
#include "tests/lib_skip.h"
#include "vmnet/bridge/bridged_network.h"
#include "vmnet/switch/vswitch_parts.h"

/* The two of whom it is told, who floods, one that never reads, and others. */
enum { SENDER, RECEIVER, BAD, DEAF, PORTS = 12 };

static struct {
	struct vswitch sw;
	struct hub *hub;
	int listen;
	int peer[PORTS];
	struct port *port[PORTS];
	struct ring_pair *rings[PORTS];	/* as the machine has them mapped */
} b;

/* ---- a switch ---------------------------------------------------------- */

static void give_rings(unsigned int i)
{
	int fds[RING_FDS];

	b.rings[i] = ring_create(&fds[RING_FD_PAIR]);
	assert_non_null(b.rings[i]);
	ring_reset(b.rings[i]);
	fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	assert_true(port_use_rings(b.port[i], fds));
	vswitch_watch_bell(&b.sw, b.port[i]);
}

static void plug(unsigned int i)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				    pair),
			 0);
	b.peer[i] = pair[1];
	b.port[i] = vswitch_add_port(&b.sw, pair[0], &client_port);
	assert_non_null(b.port[i]);
	b.port[i]->mac[0] = 2;
	b.port[i]->mac[5] = (uint8_t)i;
	b.port[i]->station = true;
	b.port[i]->link = true;
	give_rings(i);
	hub_join(b.hub, b.port[i]);
	b.hub->clients++;
	b.sw.clients++;
}

static int open_switch(void **state)
{
	unsigned int i;

	(void)state;
	memset(&b, 0, sizeof(b));
	b.listen = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(vswitch_open(&b.sw, b.listen, -1), 0);
	b.hub = vswitch_get_hub(&b.sw, 5, "");
	assert_non_null(b.hub);
	for (i = 0; i < PORTS; i++)
		plug(i);
	return 0;
}

static int close_switch(void **state)
{
	unsigned int i;

	(void)state;
	assert_true(hub_check(b.hub));
	for (i = 0; i < PORTS; i++) {
		assert_true(port_check(b.port[i]));
		ring_detach(b.rings[i]);
		close(b.peer[i]);
	}
	vswitch_close(&b.sw);
	close(b.listen);
	return 0;
}

/* make() - a frame of machine @from to machine @to; PORTS: to all */
static void make(uint8_t frame[60], unsigned int from, unsigned int to)
{
	memset(frame, 0, 60);
	frame[0] = 2;
	frame[5] = (uint8_t)to;
	if (to == PORTS)
		memset(frame, 255, 6);
	frame[6] = 2;
	frame[11] = (uint8_t)from;
	put_be16(frame + 12, 0x88b5);
}

/* say() - a frame comes in at a port, at that time. */
static void say(unsigned int from, unsigned int to, uint64_t now_ns)
{
	uint8_t frame[60];

	make(frame, from, to);
	assert_true(port_accept(b.port[from], frame, sizeof(frame)));
	hub_input(b.hub, b.port[from], frame, sizeof(frame), now_ns);
}

/* got() - frames that a machine has in its ring; they are read. */
static unsigned int got(unsigned int i)
{
	struct frame_ring *ring = &b.rings[i]->to_client;
	unsigned int n = ring_count(ring);

	atomic_store(&ring->tail, atomic_load(&ring->head));
	return n;
}

/* ---- what is limited ---------------------------------------------------- */

static void a_storm_is_limited(void **state)
{
	const uint64_t second = NSEC_PER_SEC;
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		say(BAD, PORTS, second);
	assert_int_equal(b.hub->drops[DROP_flood_limit], 1000 - FLOOD_BURST);
	assert_int_equal(got(RECEIVER), FLOOD_BURST);
	/* others may, and it may speak to somebody */
	say(SENDER, PORTS, second);
	say(BAD, RECEIVER, second);
	assert_int_equal(b.hub->drops[DROP_flood_limit], 1000 - FLOOD_BURST);
	assert_int_equal(got(RECEIVER), 2);
	/* a tenth of a second later it may again, for so long */
	for (i = 0; i < 1000; i++)
		say(BAD, PORTS, second + second / 100);
	assert_int_equal(got(RECEIVER), FLOOD_RATE / 100);
}

/* Groups, and who is not there: the same. */
static void so_are_groups_and_the_unknown(void **state)
{
	uint8_t frame[60];
	unsigned int i;

	(void)state;
	make(frame, BAD, PORTS);
	frame[0] = 1;
	for (i = 0; i < 300; i++) {
		assert_true(port_accept(b.port[BAD], frame, sizeof(frame)));
		hub_input(b.hub, b.port[BAD], frame, sizeof(frame), 1);
		say(BAD, 100, 1);
	}
	assert_int_equal(got(RECEIVER), FLOOD_BURST);
	assert_int_equal(b.hub->drops[DROP_flood_limit], 600 - FLOOD_BURST);
}

/* On a bridged network nearly everybody can be an address that the switch does
 * not know: these go to the wire, and there alone if it is too much. */
static void the_wire_has_the_unknown(void **state)
{
	const unsigned int wire = PORTS - 1;
	unsigned int i;

	(void)state;
	b.port[wire]->ops = &uplink_port;
	for (i = 0; i < FLOOD_BURST + 200; i++)
		say(BAD, 100, 1);
	assert_int_equal(b.hub->drops[DROP_flood_limit], 0);
	assert_int_equal(b.port[wire]->offered, FLOOD_BURST + 200);
	assert_int_equal(got(RECEIVER), FLOOD_BURST);
	say(BAD, PORTS, 1);	/* but no storm */
	assert_int_equal(b.hub->drops[DROP_flood_limit], 1);
	b.port[wire]->ops = &client_port;
}

/* An address is known for five minutes, and not a nanosecond longer. */
static void addresses_age(void **state)
{
	(void)state;
	hub_leave(b.hub, b.port[DEAF]);
	b.port[DEAF]->station = false;	/* who it is is learned only */
	hub_join(b.hub, b.port[DEAF]);
	say(DEAF, PORTS, 5);
	got(RECEIVER);
	say(SENDER, DEAF, 5 + FDB_AGE_NS - 1);
	assert_int_equal(got(RECEIVER), 0);
	say(SENDER, DEAF, 5 + FDB_AGE_NS);
	assert_int_equal(got(RECEIVER), 1);
	assert_int_equal(b.hub->fdb.aged, 1);
}

/* ---- what the neighbours keep ------------------------------------------- */

/* fill() - a ring is full of a frame. */
static void fill(unsigned int from, const uint8_t *frame, size_t len)
{
	while (ring_put(&b.rings[from]->to_switch, frame, len))
		;
}

static void does_nothing(void)
{
}

static void floods_all(void)
{
	uint8_t frame[60];

	make(frame, BAD, PORTS);
	fill(BAD, frame, sizeof(frame));
}

static void floods_nobody(void)
{
	uint8_t frame[60];

	make(frame, BAD, 100);
	fill(BAD, frame, sizeof(frame));
}

static void floods_the_deaf(void)
{
	uint8_t frame[60];

	make(frame, BAD, DEAF);
	fill(BAD, frame, sizeof(frame));
}

static void sends_as_another(void)
{
	uint8_t frame[60];

	make(frame, SENDER, RECEIVER);
	fill(BAD, frame, sizeof(frame));
}

static void sends_runts(void)
{
	fill(BAD, (const uint8_t *)"runt", 4);
}

static void sends_giants(void)
{
	static const uint8_t giant[RING_FRAME_MAX];

	fill(BAD, giant, sizeof(giant));
}

/* A length that there is none of, in every slot, and positions of any kind. */
static void writes_garbage(void)
{
	static uint32_t n;
	struct frame_ring *ring = &b.rings[BAD]->to_switch;
	unsigned int i;

	for (i = 0; i < RING_SLOTS; i++)
		ring->slot[i].len = (uint16_t)(i % 2 ? 0xffff : 0);
	n = n * 1664525u + 1013904223u;
	atomic_store(&ring->head, n);
	atomic_store(&b.rings[BAD]->to_client.tail, n * 7);
}

/* is_quiet() - what BAD has not got rid of yet is gone. */
static void is_quiet(void)
{
	struct frame_ring *ring = &b.rings[BAD]->to_switch;

	atomic_store(&ring->tail, atomic_load(&ring->head));
	got(BAD);
}

/* rounds() - frames from SENDER to RECEIVER for each second of the switch's
 * CPU time, while BAD does that before each round. */
static double rounds(unsigned int n, void (*bad)(void))
{
	struct timespec from, to;
	uint64_t frames = 0;
	double spent = 0;
	uint8_t frame[60];
	unsigned int i;

	make(frame, SENDER, RECEIVER);
	while (n--) {
		fill(SENDER, frame, sizeof(frame));
		bad();
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
		assert_true(vswitch_round(&b.sw, 0));
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
		spent += (double)(to.tv_sec - from.tv_sec) +
			 (double)(to.tv_nsec - from.tv_nsec) / 1e9;
		for (i = 0; i < PORTS; i++)
			if (i == RECEIVER)
				frames += got(i);
			else if (i != DEAF && i != BAD)
				got(i);
	}
	return (double)frames / spent;
}

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, c = *(const double *)y;

	return (a > c) - (a < c);
}

/* kept() - the middle of many readings: what part of their rate they keep */
static double kept(void (*bad)(void))
{
	double part[41];
	unsigned int i;

	rounds(300, bad);	/* what it may do at once is done */
	for (i = 0; i < ARRAY_SIZE(part); i++) {
		is_quiet();
		part[i] = 1 / rounds(60, does_nothing);
		part[i] *= rounds(60, bad);
	}
	qsort(part, ARRAY_SIZE(part), sizeof(*part), by_size);
	return part[ARRAY_SIZE(part) / 2];
}

static void neighbours_keep_their_rate(void **state)
{
	static const struct {
		const char *what;
		void (*bad)(void);
	} rows[] = {
		{ "floods all", floods_all },
		{ "floods nobody", floods_nobody },
		{ "floods one that never reads", floods_the_deaf },
		{ "sends as another", sends_as_another },
		{ "sends runts", sends_runts },
		{ "sends giants", sends_giants },
		{ "writes garbage", writes_garbage },
	};
	unsigned int tries;
	uint64_t lost;
	double part;
	size_t i;

	(void)state;
#if SANITIZED
	skip_because("a sanitizer makes a look at a frame dearer than a copy");
#endif
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		lost = b.port[RECEIVER]->drops[DROP_port_queue_full];
		/* Who shares the processor's caches with us makes both rates
		 * less, but not alike: let it have time to do other things. */
		for (tries = 0, part = 0; part < 0.9 && tries < 3; tries++)
			part = kept(rows[i].bad);
		print_message("# %s: the neighbours keep %.0f %%\n",
			      rows[i].what, part * 100);
		assert_int_equal(b.port[RECEIVER]->drops[DROP_port_queue_full],
				 lost);
		if (part < 0.9)
			fail_msg("%s: they keep %.2f", rows[i].what, part);
	}
}

/* Who sends what is heard again has its whole turn again. */
static void a_turn_comes_back(void **state)
{
	uint8_t frame[60];

	(void)state;
	rounds(20, floods_the_deaf);
	assert_int_equal(b.port[BAD]->turn, TURN_LEAST);
	assert_int_equal(b.port[SENDER]->turn, RING_BATCH);
	is_quiet();
	make(frame, BAD, RECEIVER);
	while (b.port[BAD]->turn < RING_BATCH) {
		fill(BAD, frame, sizeof(frame));
		assert_true(vswitch_round(&b.sw, 0));
		assert_true(got(RECEIVER) >= TURN_LEAST);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_switch, close_switch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_storm_is_limited), T(so_are_groups_and_the_unknown),
		T(the_wire_has_the_unknown), T(addresses_age),
		T(neighbours_keep_their_rate), T(a_turn_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
