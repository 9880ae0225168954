/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bell_test.c - when a card's client is woken: at once if it sleeps, or sends
 * little; a busy one only if it has not looked by itself.
 *
 * The switch runs in this thread, round by round, with two cards on a network.
 * What is "busy" is told by the clock, and this host may run something else at
 * any time: so a busy card is tried again and again, until it was one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/switch/move.h"
#include "vmnet/switch/vswitch_parts.h"

enum { CARD, OTHER, CARDS };

#define TRIES		1000u
#define SOME_FRAMES	20u	/* in one round: enough to be busy */

static struct {
	struct vswitch sw;
	int listen;
	struct {
		int peer, bell;
		struct port *port;
		struct ring_pair *rings;	/* as its client has them */
	} card[CARDS];
} b;

static void plug(struct hub *hub, unsigned int i)
{
	int pair[2], fds[RING_FDS];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0,
				    pair),
			 0);
	b.card[i].peer = pair[1];
	b.card[i].port = vswitch_add_port(&b.sw, pair[0], &client_port);
	assert_non_null(b.card[i].port);
	b.card[i].port->mac[0] = 2;
	b.card[i].port->mac[5] = (uint8_t)i;
	b.card[i].port->station = b.card[i].port->link = true;
	b.card[i].rings = ring_create(&fds[RING_FD_PAIR]);
	assert_non_null(b.card[i].rings);
	ring_reset(b.card[i].rings);
	fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b.card[i].bell = dup(fds[RING_FD_CLIENT_BELL]);
	assert_true(port_use_rings(b.card[i].port, fds));
	hub_join(hub, b.card[i].port);
	hub->clients++;
	b.sw.clients++;
}

static int open_switch(void **state)
{
	struct hub *hub;
	unsigned int i;

	(void)state;
	memset(&b, 0, sizeof(b));
	b.listen = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(vswitch_open(&b.sw, b.listen, -1), 0);
	hub = vswitch_get_hub(&b.sw, 5, "");
	assert_non_null(hub);
	for (i = 0; i < CARDS; i++)
		plug(hub, i);
	return 0;
}

static int close_switch(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < CARDS; i++) {
		assert_true(port_check(b.card[i].port));
		ring_detach(b.card[i].rings);
		close(b.card[i].peer);
		close(b.card[i].bell);
	}
	vswitch_close(&b.sw);
	close(b.listen);
	return 0;
}

/* put() - @n frames into the ring of machine @from, for the other one */
static void put(unsigned int from, unsigned int n)
{
	uint8_t frame[60] = { 2, 0, 0, 0, 0, (uint8_t)(CARDS - 1 - from),
			      2, 0, 0, 0, 0, (uint8_t)from, 0x88, 0xb5 };

	while (n--)
		ring_put(&b.card[from].rings->to_switch, frame, sizeof(frame));
}

/* take_all() - the client of a card looks. */
static void take_all(unsigned int i)
{
	uint8_t frame[RING_FRAME_MAX];
	uint64_t bad = 0;

	while (ring_get(&b.card[i].rings->to_client, frame, &bad))
		;
	atomic_store(&b.card[i].rings->notice, 0);
	ring_ask_frames(&b.card[i].rings->to_client, RING_WAKE_BELL);
}

/* rang() - since it was asked last? */
static bool rang(unsigned int i)
{
	uint64_t n;

	return read(b.card[i].bell, &n, sizeof(n)) == (ssize_t)sizeof(n);
}

/* busy_round() - a round in which the card sends much, and a frame comes for
 * it. Return: was it busy still when its client was to be told? */
static bool busy_round(enum ring_wake asks)
{
	take_all(CARD);
	take_all(OTHER);
	rang(CARD);
	ring_ask_frames(&b.card[CARD].rings->to_client, asks);
	put(CARD, SOME_FRAMES);
	put(OTHER, 1);
	assert_true(vswitch_round(&b.sw, 0));
	assert_int_equal(ring_count(&b.card[CARD].rings->to_client), 1);
	assert_true(b.card[CARD].rings->notice & RING_NOTICE_FRAMES);
	return b.card[CARD].port->bell_ns != 0;
}

/* be_busy() - its bell waits from now on. */
static void be_busy(void)
{
	unsigned int i;

	for (i = 0; i < TRIES && !busy_round(RING_WAKE_BELL); i++)
		assert_true(rang(CARD));
	assert_true(i < TRIES);
	assert_false(rang(CARD));
}

static void a_lone_frame_rings(void **state)
{
	(void)state;
	put(OTHER, 1);
	vswitch_round(&b.sw, 0);
	assert_int_equal(b.card[CARD].port->bell_ns, 0);
	assert_true(rang(CARD));
}

static void a_busy_card_that_looks_needs_no_bell(void **state)
{
	(void)state;
	be_busy();
	take_all(CARD);
	usleep(1000);		/* longer than it may wait */
	vswitch_round(&b.sw, 0);
	assert_int_equal(b.card[CARD].port->bell_ns, 0);
	assert_false(rang(CARD));
	assert_int_equal(
		atomic_load(&b.card[CARD].rings->to_client.frames_asked),
		RING_WAKE_BELL);
}

static void one_that_does_not_is_rung_for(void **state)
{
	unsigned int i;
	bool did = false;

	(void)state;
	be_busy();
	/* The switch wakes for that by itself. */
	for (i = 0; i < 3 && !did; i++) {
		vswitch_round(&b.sw, 10 * NSEC_PER_SEC);
		did = rang(CARD);
		usleep(1000);
	}
	assert_true(did);
	assert_int_equal(b.card[CARD].port->bell_ns, 0);
	/* And once. */
	vswitch_round(&b.sw, 0);
	assert_false(rang(CARD));
}

/* rings_by() - the card's bell, which waits until @until_ns, is rung then. */
static void rings_by(uint64_t until_ns)
{
	bool did, due;

	do {
		due = clock_now_ns() >= until_ns;
		vswitch_round(&b.sw, 0);
		did = rang(CARD);
	} while (!did && !due);
	assert_true(did);
	assert_int_equal(b.card[CARD].port->bell_ns, 0);
}

/* Nor is it forgotten when no more goes into its ring, and frames wait behind
 * that. */
static void one_whose_ring_is_full_is_rung_for(void **state)
{
	struct port *port = b.card[CARD].port;
	uint64_t until;

	(void)state;
	be_busy();
	port->bell_ns = clock_now_ns() + 10 * NSEC_PER_SEC;
	put(OTHER, RING_SLOTS);
	while (!port->queued)
		vswitch_round(&b.sw, 0);
	assert_false(rang(CARD));
	until = clock_now_ns() + NSEC_PER_SEC / 20;
	port->bell_ns = until;
	rings_by(until);
}

/* Nor is it forgotten when the card is moved: what is in its ring stays. */
static void one_that_is_moved_is_rung_for(void **state)
{
	const struct vmnet_ask ask = {
		.magic = VMNET_MAGIC, .version = VMNET_VERSION, .number = 1,
		.what = VMNET_ASK_MOVE,
		.hello = { .magic = VMNET_MAGIC, .version = VMNET_VERSION,
			   .mac = { 2 }, .network = "vmnet6" },
	};
	struct port *port = b.card[CARD].port;
	uint64_t until;

	(void)state;
	be_busy();
	until = clock_now_ns() + NSEC_PER_SEC / 20;
	port->bell_ns = until;		/* and not before */
	assert_true(client_ask(&b.sw, port, &ask, sizeof(ask)));
	assert_int_equal(port->hub->network, 6);
	assert_int_equal(ring_count(&b.card[CARD].rings->to_client), 1);
	rings_by(until);
}

/* What came first counts, and not each frame anew. */
static void more_frames_do_not_put_it_off(void **state)
{
	unsigned int i;
	uint64_t due;

	(void)state;
	be_busy();
	due = b.card[CARD].port->bell_ns;
	for (i = 0; i < TRIES && clock_now_ns() < due; i++) {
		put(CARD, SOME_FRAMES);
		put(OTHER, 1);
		vswitch_round(&b.sw, 0);
	}
	put(CARD, SOME_FRAMES);
	put(OTHER, 1);
	while (clock_now_ns() < due)
		;
	vswitch_round(&b.sw, 0);
	assert_true(rang(CARD));
}

static void who_sleeps_is_woken_at_once(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		assert_false(busy_round(RING_WAKE_SLEEPER));
		assert_int_equal(
			atomic_load(
				&b.card[CARD].rings->to_client.frames_asked),
			RING_WAKE_NOT);
		assert_false(rang(CARD));
	}
}

/* room_round() - a client that waits for room, and wants to be woken so. */
static void room_round(enum ring_wake asks)
{
	take_all(CARD);
	put(CARD, RING_SLOTS);
	assert_true(ring_ask_room(&b.card[CARD].rings->to_switch));
	ring_ask_frames(&b.card[CARD].rings->to_client, asks);
	vswitch_round(&b.sw, 0);
	vswitch_round(&b.sw, 0);
	assert_true(b.card[CARD].rings->notice & RING_NOTICE_ROOM);
	assert_int_equal(b.card[CARD].rings->to_switch.room_asked, 0);
}

/* A bell is heard by another process, which has to wake the sleeper then. */
static void who_sleeps_hears_of_room_too(void **state)
{
	(void)state;
	room_round(RING_WAKE_SLEEPER);
	assert_false(rang(CARD));
	room_round(RING_WAKE_NOT);
	assert_true(rang(CARD));
}

#define T(name) \
	cmocka_unit_test_setup_teardown(name, open_switch, close_switch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_lone_frame_rings),
		T(a_busy_card_that_looks_needs_no_bell),
		T(one_that_is_moved_is_rung_for),
		T(one_that_does_not_is_rung_for),
		T(one_whose_ring_is_full_is_rung_for),
		T(more_frames_do_not_put_it_off),
		T(who_sleeps_is_woken_at_once),
		T(who_sleeps_hears_of_room_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
