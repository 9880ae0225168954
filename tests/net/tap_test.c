/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap_test.c - the switch's tap without sockets: what a port's last records
 * and a capture hold of frames that pass, and of those that are dropped, each
 * with its reason; who hears which port; a capture that does not keep up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/lib_seed.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/vswitch_parts.h"
#include "vmnet/tap/tap.h"
#include "vmnet/tap/tap_drop.h"

#define PORTS 3u

/* A network with a tap, and one who captures. */
struct net {
	struct tap tap;
	struct hub *hub;
	struct port *port[PORTS];
	struct tap_ring *ring;
	int ring_fd, bell;
	int capture;		/* or -1 */
	struct tap_slot got;
	uint64_t bad;
};

static int open_net(void **state)
{
	struct net *n = calloc(1, sizeof(*n));
	struct port *p;
	unsigned int i;

	unsetenv(TAP_LAST_VARIABLE);
	tap_open(&n->tap);
	n->hub = hub_new(&plain_network, 5, 1234);
	hub_set_link(n->hub, true);
	for (i = 0; i < PORTS; i++) {
		p = n->port[i] = port_new(-1, &client_port, i, i + 1);
		tap_port_open(&n->tap, &p->tap, i + 1);
		p->mac[0] = 2;
		p->mac[5] = (uint8_t)(i + 1);
		p->station = true;
		hub_join(n->hub, p);
		p->link = true;
	}
	n->ring = tapring_create(&n->ring_fd);
	n->bell = eventfd(0, EFD_NONBLOCK);
	n->capture = -1;
	*state = n;
	return !n->ring;
}

static int close_net(void **state)
{
	struct net *n = *state;
	unsigned int i;

	for (i = 0; i < PORTS; i++) {
		if (!n->port[i])
			continue;
		assert_true(port_check(n->port[i]));
		hub_leave(n->hub, n->port[i]);
		port_free(n->port[i]);
	}
	assert_true(hub_check(n->hub));
	if (n->capture >= 0)
		tap_capture_close(&n->tap, n->capture);
	assert_int_equal(n->bad, 0);
	hub_free(n->hub);
	tapring_detach(n->ring);
	close(n->ring_fd);
	close(n->bell);
	free(n);
	return 0;
}

/* listen_to() - of all frames all bytes, from now on. */
static void listen_to(struct net *n, uint32_t number)
{
	const struct tap_want want = { .number = number,
				       .snap = VMNET_FRAME_MAX };

	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
}

/* got() - the next record is in n->got. */
static bool got(struct net *n)
{
	tap_flush(&n->tap);
	return tapring_take(n->ring, &n->got, &n->bad);
}

/* must_get() - it is of that port, that way and for that reason; 0: none. */
static void must_get(struct net *n, uint32_t number, enum tap_way way,
		     unsigned int drop)
{
	struct tap_port_told told;

	assert_true(got(n));
	tapring_port(n->ring, n->got.mark.port, &told);
	assert_int_equal(told.number, number);
	assert_int_equal(n->got.mark.way, way);
	assert_int_equal(n->got.mark.drop, drop);
}

/* told() - what is counted of the first port that was described. */
static const struct tap_port_told *told(struct net *n)
{
	static struct tap_port_told t;

	tapring_port(n->ring, 0, &t);
	return &t;
}

/* say() - station @from to station @to, 0: all; numbers of ports. */
static void say_as(struct net *n, unsigned int from, uint8_t sender, uint8_t to,
		   size_t len)
{
	uint8_t frame[VMNET_FRAME_MAX + 1];

	memset(frame, 0xaa, sizeof(frame));
	memset(frame, to ? 0 : 0xff, 12);
	memset(frame + 6, 0, 6);
	frame[6] = 2;
	frame[11] = sender;
	if (to) {
		frame[0] = 2;
		frame[5] = to;
	}
	if (port_accept(n->port[from - 1], frame, len))
		hub_input(n->hub, n->port[from - 1], frame, len, 77);
}

static void say(struct net *n, unsigned int from, uint8_t to, size_t len)
{
	say_as(n, from, (uint8_t)from, to, len);
}

/* take() - port @number's peer takes what waits for it. */
static void take(struct net *n, unsigned int number)
{
	port_sent(n->port[number - 1], n->port[number - 1]->queued);
}

static const struct tap_record *last(const struct net *n, unsigned int number)
{
	const struct tap_port *p = &n->port[number - 1]->tap;

	assert_true(p->noted > 0);
	return &p->last[(p->noted - 1) % TAP_LAST];
}

/* ---- the last of each port ---------------------------------------------- */

static void both_ways_are_kept(void **state)
{
	struct net *n = *state;

	say(n, 1, 2, 200);
	take(n, 2);
	assert_int_equal(last(n, 1)->mark.way, TAP_FROM_PEER);
	assert_int_equal(last(n, 1)->mark.len, 200);
	assert_int_equal(last(n, 1)->mark.kept, TAP_HEADERS);
	assert_int_equal(last(n, 1)->mark.ns, 77);
	assert_int_equal(last(n, 1)->mark.drop, 0);
	assert_int_equal(last(n, 1)->data[TAP_HEADERS - 1], 0xaa);
	assert_int_equal(last(n, 2)->mark.way, TAP_TO_PEER);
	assert_true(last(n, 2)->mark.serial > last(n, 1)->mark.serial);
	assert_int_equal(n->port[2]->tap.noted, 0);
	say(n, 1, 2, 60);
	assert_int_equal(last(n, 1)->mark.kept, 60);
}

/* Each frame that a port counts is one record, whatever becomes of it. */
static void as_many_as_are_counted(void **state)
{
	unsigned int seed = test_seed(1), i, k;
	struct net *n = *state;
	const struct port *p;

	for (i = 0; i < 20000; i++) {
		k = (unsigned int)rand_r(&seed);
		say_as(n, 1 + k % 3, (uint8_t)(1 + (k >> 4) % 4),
		       (uint8_t)((k >> 8) % 5), (k >> 12) % 1600 % 1520);
		if (k % 512 == 0)
			take(n, 1 + (k >> 20) % 3);
	}
	for (i = 0; i < PORTS; i++) {
		p = n->port[i];
		assert_int_equal(p->tap.noted,
				 p->received + p->offered - p->queued);
	}
}

static void off_is_off(void **state)
{
	struct tap_port port = { 0 };
	struct tap tap = { 0 };

	(void)state;
	setenv(TAP_LAST_VARIABLE, "off", 1);
	tap_open(&tap);
	unsetenv(TAP_LAST_VARIABLE);
	tap_port_open(&tap, &port, 1);
	assert_null(port.last);
	assert_false(tap_hears(&port));
	tap_frame(&port, TAP_TO_PEER, 0, "", 0);
	assert_int_equal(tap.serial, 0);
	tap_port_close(&port);
}

static void last_is_dumped(void **state)
{
	const struct tap_want want = { .number = 2, .last = true,
				       .snap = VMNET_FRAME_MAX };
	struct net *n = *state;
	unsigned int i;

	for (i = 0; i < TAP_LAST + 10; i++) {
		say(n, 1, 2, 300 + i);
		take(n, 2);
	}
	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	for (i = 0; i < TAP_LAST; i++) {
		must_get(n, 2, TAP_TO_PEER, 0);
		assert_int_equal(n->got.mark.len, 310 + i);
		assert_int_equal(n->got.mark.kept, TAP_HEADERS);
	}
	assert_false(got(n));
	assert_true(atomic_load(&n->ring->ended));
	/* What comes now is not of the last. */
	say(n, 1, 2, 60);
	assert_false(got(n));
	assert_false(tapring_ask(n->ring));
}

/* Together they have more than there is room for: the latest of each one. */
static void last_of_many_ports(void **state)
{
	enum { MANY = 70, SHARE = TAP_SLOTS / MANY };
	static struct tap_port port[MANY];
	const struct tap_want want = { .last = true, .snap = 20 };
	struct net *n = *state;
	unsigned int i, k;
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };

	for (i = 0; i < MANY; i++) {
		tap_port_open(&n->tap, &port[i], 100 + i);
		tap_port_join(&port[i], "vmnet6", NULL, "bridge");
		for (k = 0; k < TAP_LAST; k++)
			tap_frame(&port[i], TAP_TO_PEER, 0, frame, 60 + k);
	}
	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	for (i = 0; i < MANY; i++)
		for (k = TAP_LAST - SHARE; k < TAP_LAST; k++) {
			must_get(n, 100 + i, TAP_TO_PEER, 0);
			assert_int_equal(n->got.mark.len, 60 + k);
			assert_int_equal(n->got.mark.lost, 0);
		}
	assert_false(got(n));
	for (i = 0; i < MANY; i++)
		tap_port_close(&port[i]);
}

/* ---- captures ----------------------------------------------------------- */

static void one_port_is_heard(void **state)
{
	struct net *n = *state;

	listen_to(n, 1);
	say(n, 1, 2, 1000);
	say(n, 2, 1, 60);
	say(n, 2, 3, 60);
	take(n, 1);
	must_get(n, 1, TAP_FROM_PEER, 0);
	assert_int_equal(n->got.mark.kept, 1000);
	assert_int_equal(n->got.data[999], 0xaa);
	assert_true(n->got.mark.ns > 77);
	must_get(n, 1, TAP_TO_PEER, 0);
	assert_int_equal(n->got.mark.kept, 60);
	assert_false(got(n));
	assert_string_equal(told(n)->name, "port 1: client (vmnet5)");
	assert_int_equal(told(n)->mac[5], 1);
	assert_int_equal(told(n)->seen, 2);
	assert_int_equal(told(n)->dropped, 0);
	/* It left: no more is heard. */
	tap_capture_close(&n->tap, n->capture);
	n->capture = -1;
	say(n, 1, 2, 60);
	assert_int_equal(n->port[0]->tap.captures, 0);
}

static void a_network_is_heard(void **state)
{
	const struct tap_want want = { .network = "vmnet5", .snap = 20 };
	struct net *n = *state;

	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	say(n, 1, 0, 60);
	take(n, 2);
	must_get(n, 1, TAP_FROM_PEER, 0);
	assert_int_equal(n->got.mark.kept, 20);
	must_get(n, 2, TAP_TO_PEER, 0);
	assert_false(got(n));
	/* Who leaves it is not heard, and is again when it comes back. */
	hub_leave(n->hub, n->port[1]);
	say(n, 1, 0, 60);
	must_get(n, 1, TAP_FROM_PEER, 0);
	hub_join(n->hub, n->port[1]);
	say(n, 2, 1, 60);
	must_get(n, 2, TAP_FROM_PEER, 0);
	assert_int_equal(tapring_ports(n->ring), PORTS + 1);
}

/* As many as the switch can have are heard, each with its last records. */
static void all_ports_have_a_tap(void **state)
{
	static struct tap_port port[FDB_PORTS];
	const struct tap_want want = { .snap = 20 };
	struct net *n = *state;
	unsigned int i;

	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	for (i = 0; i < FDB_PORTS - PORTS; i++) {
		tap_port_open(&n->tap, &port[i], 100 + i);
		tap_port_join(&port[i], "vmnet6", NULL, "bridge");
		assert_int_equal(port[i].captures, 1);
		assert_non_null(port[i].last);
	}
	tap_frame(&port[i - 1], TAP_FROM_PEER, 0, "", 0);
	must_get(n, 100 + i - 1, TAP_FROM_PEER, 0);
	while (i--)
		tap_port_close(&port[i]);
}

/* Ports come and go for as long as somebody captures all. Who comes when there
 * is no room for its description is counted. */
static void ports_without_end(void **state)
{
	struct tap_port port = { 0 };
	const struct tap_want want = { .snap = 20 };
	struct net *n = *state;
	unsigned int i;

	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	for (i = 0; i < 2 * TAP_TOLD - PORTS; i++) {
		tap_port_open(&n->tap, &port, 100 + i);
		tap_port_join(&port, "vmnet6", NULL, "bridge");
		assert_int_equal(port.captures, i < TAP_TOLD - PORTS);
		if (port.captures) {
			tap_frame(&port, TAP_FROM_PEER, 0, "", 0);
			must_get(n, 100 + i, TAP_FROM_PEER, 0);
		}
		tap_port_close(&port);
	}
	assert_int_equal(tapring_unheard(n->ring), TAP_TOLD);
	say(n, 1, 0, 60);	/* the others are heard as before */
	must_get(n, 1, TAP_FROM_PEER, 0);
}

/* It waits for its card, and hears it from its first frame on. */
static void a_card_that_comes_later(void **state)
{
	struct tap_want want = { .mac = { 2, 0, 0, 0, 0, 3 }, .snap = 60 };
	struct net *n = *state;

	hub_leave(n->hub, n->port[2]);
	tap_port_close(&n->port[2]->tap);
	n->capture = tap_capture_open(&n->tap, n->ring_fd, n->bell, &want);
	assert_true(n->capture >= 0);
	tap_port_open(&n->tap, &n->port[2]->tap, 9);
	hub_join(n->hub, n->port[2]);
	say(n, 3, 0, 60);
	must_get(n, 9, TAP_FROM_PEER, 0);
	assert_false(got(n));
}

static void nobody_to_hear(void **state)
{
	struct tap_want want = { .number = 4, .snap = 60 };
	struct net *n = *state;
	unsigned int i;

	assert_int_equal(tap_capture_open(&n->tap, n->ring_fd, n->bell, &want),
			 -ENOENT);
	want.number = 0;
	strcpy(want.network, "vmnet6");
	assert_int_equal(tap_capture_open(&n->tap, n->ring_fd, n->bell, &want),
			 -ENOENT);
	assert_int_equal(tap_capture_open(&n->tap, n->bell, n->bell, &want),
			 -EPROTO);
	want.network[0] = 0;
	for (i = 0; i < TAP_CAPTURES; i++)
		assert_int_equal(tap_capture_open(&n->tap, n->ring_fd, n->bell,
						  &want),
				 i);
	assert_int_equal(tap_capture_open(&n->tap, n->ring_fd, n->bell, &want),
			 -EBUSY);
	for (i = 0; i < TAP_CAPTURES; i++)
		tap_capture_close(&n->tap, (int)i);
	assert_int_equal(n->tap.captures, 0);
}

static void the_port_goes(void **state)
{
	struct net *n = *state;

	listen_to(n, 3);
	say(n, 1, 3, 60);
	hub_leave(n->hub, n->port[2]);
	assert_true(tapring_ask(n->ring));
	port_free(n->port[2]);
	n->port[2] = NULL;
	assert_true(atomic_load(&n->ring->ended));
	assert_int_equal(poll(&(struct pollfd){ n->bell, POLLIN, 0 }, 1, 0), 1);
	must_get(n, 3, TAP_TO_PEER, 1 + DROP_port_left);
	assert_false(got(n));
}

static void the_bell_rings_if_asked(void **state)
{
	struct pollfd bell = { .events = POLLIN };
	struct net *n = *state;

	bell.fd = n->bell;
	listen_to(n, 1);
	say(n, 1, 0, 60);
	tap_flush(&n->tap);
	assert_int_equal(poll(&bell, 1, 0), 0);
	assert_false(tapring_ask(n->ring));	/* there is one already */
	must_get(n, 1, TAP_FROM_PEER, 0);
	assert_true(tapring_ask(n->ring));
	say(n, 1, 0, 60);
	assert_int_equal(poll(&bell, 1, 0), 0);	/* not before the round ends */
	tap_flush(&n->tap);
	assert_int_equal(poll(&bell, 1, 0), 1);
	must_get(n, 1, TAP_FROM_PEER, 0);
}

/* ---- drops --------------------------------------------------------------- */

static void the_hub_drops(void **state)
{
	uint8_t group[60] = { 2, 0, 0, 0, 0, 2, 3 };
	struct net *n = *state;

	listen_to(n, 1);
	say_as(n, 1, 7, 2, 60);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_source_forged);
	say(n, 1, 1, 60);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_hairpin);
	assert_int_equal(last(n, 1)->mark.drop, 1 + DROP_hairpin);
	hub_input(n->hub, n->port[0], group, sizeof(group), 1);
	n->port[0]->received++, n->port[0]->in++;
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_source_group);
	n->hub->link = false;
	say(n, 1, 2, 60);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_link_down);
	n->hub->link = true;
	assert_int_equal(told(n)->seen, 4);
	assert_int_equal(told(n)->dropped, 4);
	/* One that is not dropped is not marked by the next one's fate. */
	say(n, 1, 0, 60);
	say_as(n, 1, 7, 2, 60);
	must_get(n, 1, TAP_FROM_PEER, 0);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_source_forged);
	assert_int_equal(n->port[1]->tap.noted, 0);
}

static void the_port_drops(void **state)
{
	struct net *n = *state;
	unsigned int i;

	listen_to(n, 1);
	say(n, 1, 2, 13);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_frame_short);
	assert_int_equal(n->got.mark.len, 13);
	say(n, 1, 2, 1519);
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_frame_long);
	assert_int_equal(n->got.mark.len, 1519);
	assert_int_equal(n->got.mark.kept, 1518);
	port_drop_unseen(n->port[0], DROP_ring_broken, 5);
	n->port[0]->received += 5;
	must_get(n, 1, TAP_FROM_PEER, 1 + DROP_ring_broken);
	assert_int_equal(n->got.mark.unseen, 5);
	assert_int_equal(n->got.mark.len, 0);
	for (i = 0; i <= PORT_QUEUE; i++)
		say(n, 2, 1, 60);
	must_get(n, 1, TAP_TO_PEER, 1 + DROP_port_queue_full);
	port_lose(n->port[0], DROP_wire_full);
	must_get(n, 1, TAP_TO_PEER, 1 + DROP_wire_full);
	assert_int_equal(told(n)->seen, 9);
	assert_int_equal(told(n)->dropped, 9);
	assert_string_equal(tap_drop_word(1 + DROP_wire_full), "wire_full");
	assert_string_equal(tap_drop_word(TAP_DROPS),
			    drop_names[DROP_COUNT - 1]);
}

/* conditions() - what port 1's link does with what its peer sends. */
static struct line *conditions(struct net *n, struct vswitch *sw,
			       const char *const words[3])
{
	struct vmnet_conditions c = { .given = 0 };
	char error[200];
	unsigned int i;

	for (i = 0; i < 3; i++)
		assert_true(
			conditions_parse(&c, words[i], error, sizeof(error)));
	assert_int_equal(conditioned_change(sw, n->port[0], CONDITIONS_IN, &c),
			 0);
	return &n->port[0]->conditions->in;
}

/* put_numbered() - a frame into the line. */
static void put_numbered(struct net *n, uint8_t number, size_t len)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };

	frame[20] = number;
	assert_true(port_accept(n->port[0], frame, len));
	conditioned_take(n->port[0], frame, len, 1);
}

/* A link whose room shrinks has none for frames that it holds to be overtaken:
 * those are lost, and told, and not the ones that come then. */
static void a_link_drops(void **state)
{
	static const char *const wide[] = { "reorder=50%:8", "delay=10s",
					    "seed=1" },
				*const tight[] = { "rate=100k", "delay=0ms",
						   "seed=1" };
	static struct vswitch sw;
	unsigned int fates[256] = { 0 }, dropped = 0, i, k;
	struct net *n = *state;
	struct line *line;

	sw.port[0] = n->port[0];
	n->port[0]->state = PORT_JOINED;
	listen_to(n, 1);
	conditions(n, &sw, wide);
	for (i = 0; i < 60; i++)
		put_numbered(n, (uint8_t)i, 1500);
	line = conditions(n, &sw, tight);
	assert_true(line->held.frames > 0);
	for (; i < 100; i++)
		put_numbered(n, (uint8_t)i, 60);
	for (k = 0; k < 100 && line_waiting(line); k++) {
		conditioned_tend(&sw, 60 * NSEC_PER_SEC);
		take(n, 2);
	}
	assert_int_equal(line_waiting(line), 0);
	while (got(n)) {
		fates[n->got.data[20]]++;
		if (!n->got.mark.drop)
			continue;
		assert_int_equal(n->got.mark.drop, 1 + DROP_conditions_full);
		dropped++;
	}
	for (i = 0; i < 100; i++)
		assert_int_equal(fates[i], 1);
	assert_int_equal(dropped, line->full);
	assert_true(line->full > 40);
	frame_pool_close(&sw.lines);
}

/* ---- who does not keep up, or means ill ---------------------------------- */

static void who_is_slow_loses_copies(void **state)
{
	struct net *n = *state;
	unsigned int i;

	listen_to(n, 1);
	for (i = 0; i < TAP_SLOTS + 100; i++)
		say(n, 1, 2, 60), take(n, 2);
	assert_int_equal(n->port[1]->out, TAP_SLOTS + 100);
	for (i = 0; i < TAP_SLOTS; i++) {
		must_get(n, 1, TAP_FROM_PEER, 0);
		assert_int_equal(n->got.mark.lost, 0);
	}
	assert_false(got(n));
	assert_int_equal(told(n)->lost, 100);
	say(n, 1, 2, 60);
	must_get(n, 1, TAP_FROM_PEER, 0);
	assert_int_equal(n->got.mark.lost, 100);
	/* The fate of one that was lost is not another one's. */
	for (i = 0; i < TAP_SLOTS; i++)
		say(n, 1, 2, 60);
	say_as(n, 1, 7, 2, 60);
	for (i = 0; i < TAP_SLOTS; i++)
		must_get(n, 1, TAP_FROM_PEER, 0);
	assert_int_equal(told(n)->lost, 101);
	assert_int_equal(told(n)->dropped, 1);
	/* One copy may be of many frames: all that are seen are lost or got. */
	for (i = 0; i < TAP_SLOTS; i++)
		say(n, 1, 2, 60);
	port_drop_unseen(n->port[0], DROP_ring_broken, 5);
	n->port[0]->received += 5;
	assert_int_equal(told(n)->lost, 106);
	assert_int_equal(told(n)->dropped, 6);
	for (i = 0; i < TAP_SLOTS; i++)
		must_get(n, 1, TAP_FROM_PEER, 0);
	say(n, 1, 2, 60);
	must_get(n, 1, TAP_FROM_PEER, 0);
	assert_int_equal(n->got.mark.lost, 5);
}

/* The switch takes nothing of the ring on trust. */
static void a_client_that_scribbles(void **state)
{
	unsigned int seed = test_seed(1), i;
	struct net *n = *state;

	listen_to(n, 1);
	for (i = 0; i < 3 * TAP_SLOTS; i++) {
		atomic_store(&n->ring->tail, (uint32_t)rand_r(&seed));
		atomic_store(&n->ring->head, (uint32_t)rand_r(&seed));
		atomic_store(&n->ring->ports, (uint32_t)rand_r(&seed));
		atomic_store(&n->ring->port[0].lost, 0);
		say(n, 1, i & 1 ? 2 : 1, 60);
		tap_flush(&n->tap);
	}
	assert_int_equal(n->tap.capture[n->capture].count[0].seen,
			 3 * TAP_SLOTS);
}

/* The client takes nothing of it on trust, either. */
static void a_switch_that_scribbles(void **state)
{
	static const struct {
		struct tap_mark mark;
		bool good;
	} marks[] = {
		{ { .len = 60, .kept = 60 }, true },
		{ { .len = 60, .kept = 61 }, false },
		{ { .len = 2000, .kept = 1518, .drop = TAP_DROPS }, true },
		{ { .len = 2000, .kept = 1519 }, false },
		{ { .len = 70000, .kept = 65535 }, false },
		{ { .drop = TAP_DROPS + 1 }, false },
		{ { .way = TAP_WAYS }, false },
		{ { .port = 1 }, false },
		{ { .unseen = 3 }, true },
		{ { .unseen = 3, .len = 1 }, false },
	};
	struct net *n = *state;
	struct tap_port_told t;
	uint64_t bad = 0, before;
	uint32_t head = 0;
	unsigned int i;

	atomic_store(&n->ring->ports, 1);
	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		n->ring->slot[head % TAP_SLOTS].mark = marks[i].mark;
		atomic_store(&n->ring->head, ++head);
		before = bad;
		assert_int_equal(tapring_take(n->ring, &n->got, &bad),
				 marks[i].good);
		assert_int_equal(bad - before, !marks[i].good);
	}
	/* More than there can be: none of it, and an end. */
	atomic_store(&n->ring->head, head + TAP_SLOTS + 1);
	assert_false(tapring_take(n->ring, &n->got, &bad));
	assert_true(tapring_ask(n->ring));
	atomic_store(&n->ring->ports, UINT32_MAX);
	assert_int_equal(tapring_ports(n->ring), TAP_TOLD);
	memset(n->ring->port[3].name, '\n', TAP_NAME_MAX);
	tapring_port(n->ring, 3, &t);
	assert_int_equal(strlen(t.name), TAP_NAME_MAX - 1);
	assert_int_equal(t.name[0], '?');
}

#define test(f) cmocka_unit_test_setup_teardown(f, open_net, close_net)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(both_ways_are_kept), test(as_many_as_are_counted),
		cmocka_unit_test(off_is_off), test(last_is_dumped),
		test(last_of_many_ports),
		test(one_port_is_heard), test(a_network_is_heard),
		test(all_ports_have_a_tap), test(ports_without_end),
		test(a_card_that_comes_later), test(nobody_to_hear),
		test(the_port_goes), test(the_bell_rings_if_asked),
		test(the_hub_drops), test(the_port_drops), test(a_link_drops),
		test(who_is_slow_loses_copies), test(a_client_that_scribbles),
		test(a_switch_that_scribbles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
