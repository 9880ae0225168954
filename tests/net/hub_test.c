/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hub_test.c - the switch without sockets: addresses, flooding, books, and
 * the messages of its socket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/lib_seed.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/bridge/bridged_network.h"
#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/hub.h"
#include "vmnet/nat/nat_filter.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/vswitch_parts.h"

#define PORTS 4u

struct net {
	struct hub *hub;
	struct port *port[PORTS];
};

static int open_net(void **state)
{
	struct net *n = calloc(1, sizeof(*n));
	unsigned int i;

	n->hub = hub_new(&plain_network, 5, 1234);
	hub_set_link(n->hub, true);
	for (i = 0; i < PORTS; i++) {
		n->port[i] = port_new(-1, &client_port, i, i + 1);
		hub_join(n->hub, n->port[i]);
		n->port[i]->link = true;	/* as its reply said */
	}
	*state = n;
	return 0;
}

static int close_net(void **state)
{
	struct net *n = *state;
	unsigned int i;

	assert_true(hub_check(n->hub));
	assert_true(fdb_check(&n->hub->fdb));
	for (i = 0; i < PORTS; i++) {
		assert_true(port_check(n->port[i]));
		if (n->port[i]->hub)
			hub_leave(n->hub, n->port[i]);
		port_free(n->port[i]);
	}
	hub_free(n->hub);
	free(n);
	return 0;
}

/* say() - port @from sends a frame of station @src to station @dst. */
static void say(struct net *n, unsigned int from, uint8_t src, uint8_t dst,
		uint64_t now)
{
	uint8_t frame[60] = { 0 };

	memset(frame, dst == 0xff ? 0xff : 0, 6);
	frame[5] = dst;
	frame[6] = 0x02;
	frame[11] = src;
	if (dst != 0xff)
		frame[0] = 0x02;
	if (port_accept(n->port[from], frame, sizeof(frame)))
		hub_input(n->hub, n->port[from], frame, sizeof(frame), now);
}

static void floods_then_learns(void **state)
{
	struct net *n = *state;

	say(n, 0, 10, 11, 1);		/* unknown: to all others */
	assert_int_equal(n->port[0]->queued, 0);
	assert_int_equal(n->port[1]->queued, 1);
	assert_int_equal(n->port[3]->queued, 1);
	say(n, 1, 11, 10, 2);		/* known: to port 0 alone */
	assert_int_equal(n->port[0]->queued, 1);
	assert_int_equal(n->port[2]->queued, 1);
	say(n, 2, 10, 12, 3);		/* 10 has moved to port 2 */
	say(n, 1, 11, 10, 4);
	assert_int_equal(n->port[0]->queued, 2);
	assert_int_equal(n->hub->fdb.moved, 1);
}

static void broadcast_goes_to_all(void **state)
{
	struct net *n = *state;

	say(n, 0, 10, 0xff, 1);
	assert_int_equal(n->port[1]->queued + n->port[2]->queued +
				 n->port[3]->queued,
			 3);
}

static void old_addresses_are_forgotten(void **state)
{
	struct net *n = *state;

	say(n, 1, 11, 10, 1);
	say(n, 0, 10, 11, FDB_AGE_NS * 2);
	assert_int_equal(n->port[2]->queued, 2);	/* flooded again */
}

static void hairpins_and_groups_are_dropped(void **state)
{
	struct net *n = *state;
	uint8_t frame[60] = { 0x02, 0, 0, 0, 0, 1, 0x03 };

	say(n, 0, 10, 0xff, 1);
	say(n, 0, 11, 10, 2);
	assert_int_equal(n->hub->drops[DROP_hairpin], 1);
	port_accept(n->port[0], NULL, 60);
	hub_input(n->hub, n->port[0], frame, 60, 3);
	assert_int_equal(n->hub->drops[DROP_source_group], 1);
}

static void one_port_can_not_fill_the_table(void **state)
{
	struct net *n = *state;
	uint8_t frame[60] = { 0x02, 0, 0, 0, 0, 1, 0x02 };
	unsigned int i;

	say(n, 1, 11, 0xff, 1);
	for (i = 0; i < 5000; i++) {
		put_le32(frame + 8, i * 2654435761u);
		port_accept(n->port[0], NULL, 60);
		hub_input(n->hub, n->port[0], frame, 60, 2 + i);
	}
	assert_in_range(fdb_used(&n->hub->fdb), 2, FDB_PER_PORT + 1);
	assert_true(fdb_check(&n->hub->fdb));
	/* The other port's address is still known. */
	assert_int_equal(fdb_lookup(&n->hub->fdb,
				    (const uint8_t *)"\x02\0\0\0\0\x0b", 6000),
			 1);
}

static void a_full_queue_is_counted(void **state)
{
	struct net *n = *state;
	unsigned int i;

	for (i = 0; i < PORT_QUEUE + 10; i++)	/* slowly: it is no storm */
		say(n, 0, 10, 0xff, (i + 1) * (NSEC_PER_SEC / FLOOD_RATE));
	assert_int_equal(n->port[1]->queued, PORT_QUEUE);
	assert_int_equal(n->port[1]->drops[DROP_port_queue_full], 10);
}

static void link_down_stops_all(void **state)
{
	struct net *n = *state;

	hub_set_link(n->hub, false);
	say(n, 0, 10, 0xff, 1);
	assert_int_equal(n->hub->drops[DROP_link_down], 1);
	assert_int_equal(n->port[1]->queued, 0);
	assert_true(n->port[1]->event_pending);
	hub_set_link(n->hub, true);
}

static void wrong_lengths_are_refused(void **state)
{
	struct net *n = *state;

	assert_false(port_accept(n->port[0], NULL, 0));
	assert_false(port_accept(n->port[0], NULL, 13));
	assert_true(port_accept(n->port[0], NULL, 14));
	assert_true(port_accept(n->port[0], NULL, 1518));
	assert_false(port_accept(n->port[0], NULL, 1519));
	assert_false(port_accept(n->port[0], NULL, SIZE_MAX));
}

/* become() - the port is the card of station @src, as its hello says. */
static void become(struct net *n, unsigned int i, uint8_t src, bool any_mac)
{
	struct port *port = n->port[i];

	hub_leave(n->hub, port);
	port->mac[0] = 0x02;
	port->mac[5] = src;
	port->station = true;
	port->any_mac = any_mac;
	hub_join(n->hub, port);
}

static void a_card_sends_as_itself_only(void **state)
{
	struct net *n = *state;

	become(n, 0, 10, false);
	become(n, 1, 11, false);
	say(n, 1, 10, 0xff, 1);		/* as another card: it is lost */
	say(n, 1, 12, 0xff, 2);		/* as nobody's */
	assert_int_equal(n->hub->drops[DROP_source_forged], 2);
	assert_int_equal(n->port[0]->queued + n->port[2]->queued, 0);
	assert_true(n->port[1]->forged_pending);
	assert_false(n->port[0]->forged_pending);
	say(n, 2, 12, 10, 3);		/* and 10's frames still find it */
	say(n, 0, 10, 11, 4);
	assert_int_equal(n->port[0]->queued, 1);
	assert_int_equal(n->port[1]->queued, 1);
	assert_int_equal(n->port[3]->queued, 0);
}

/* Who may send from any address may not from that of another card, nor may the
 * wire; and it is not forgotten in silence. */
static void a_card_keeps_its_address(void **state)
{
	struct net *n = *state;

	become(n, 0, 10, false);
	become(n, 1, 11, true);
	n->port[2]->ops = &uplink_port;
	say(n, 1, 10, 0xff, 1);
	say(n, 2, 10, 0xff, 2);
	assert_int_equal(n->hub->drops[DROP_source_forged], 2);
	say(n, 1, 12, 0xff, 3);		/* but from any other */
	assert_int_equal(n->hub->drops[DROP_source_forged], 2);
	say(n, 3, 13, 12, FDB_AGE_NS);
	say(n, 3, 13, 10, FDB_AGE_NS * 3);
	assert_int_equal(n->port[1]->queued, 1);
	assert_int_equal(n->port[0]->queued, 2);
	n->port[2]->ops = &client_port;
}

/* The first of two has it; when that leaves, the other. */
static void two_cards_of_one_address(void **state)
{
	struct net *n = *state;

	become(n, 0, 10, false);
	become(n, 1, 10, false);
	say(n, 1, 10, 0xff, 1);
	assert_int_equal(n->hub->drops[DROP_source_forged], 1);
	say(n, 2, 12, 10, 2);
	assert_int_equal(n->port[0]->queued, 1);
	assert_int_equal(n->port[1]->queued, 0);
	hub_leave(n->hub, n->port[0]);
	say(n, 2, 12, 10, 3);
	assert_int_equal(n->port[1]->queued, 1);
	say(n, 1, 10, 0xff, 4);
	assert_int_equal(n->hub->drops[DROP_source_forged], 1);
}

static uint16_t far_host(const struct port *port)
{
	return (uint16_t)(0x1200 + port->slot);
}

/* A subnet may have more than 256 addresses. */
static void names_have_whole_numbers(void **state)
{
	struct vmnet_names names;
	struct net *n = *state;
	unsigned int i;

	become(n, 0, 10, false);
	become(n, 1, 11, false);
	for (i = 0; i < 2; i++) {
		n->port[i]->came = i + 1;
		n->port[i]->owner.pid = 100;
		n->port[i]->owner.name[0] = (char)('a' + i);
	}
	hub_names(n->hub, far_host, &names);
	assert_int_equal(names.count, 2);
	assert_int_equal(names.row[0].host, 0x1200);
	assert_int_equal(names.row[1].host, 0x1201);
}

/* A full table has room for a card all the same. */
static void a_full_table_fixes_addresses(void **state)
{
	struct fdb fdb;
	uint8_t mac[6] = { 2 };
	unsigned int i;

	(void)state;
	fdb_init(&fdb, 1);
	for (i = 0; i < FDB_SIZE; i++) {
		put_le16(mac + 4, (uint16_t)i);
		assert_true(fdb_learn(&fdb, mac, i / 32, 1));
	}
	mac[1] = 1;
	assert_true(fdb_fix(&fdb, mac, 40, 2));
	assert_false(fdb_fix(&fdb, mac, 41, 2));
	assert_false(fdb_learn(&fdb, mac, 41, 2));
	for (i = 0; i < 1000; i++) {	/* its port invents others */
		put_le16(mac + 2, (uint16_t)(i + 1));
		assert_true(fdb_learn(&fdb, mac, 40, FDB_AGE_NS * 2 + i));
	}
	assert_true(fdb_check(&fdb));
	put_le16(mac + 2, 0);
	assert_int_equal(fdb_lookup(&fdb, mac, FDB_AGE_NS * 3), 40);
}

/* give_rings() - as a client with rings brings them. */
static void give_rings(struct port *port)
{
	int fd;

	port->rings = ring_create(&fd);
	assert_non_null(port->rings);
	close(fd);
	ring_reset(port->rings);
}

static void take_rings(struct port *port)
{
	ring_detach(port->rings);
	port->rings = NULL;
}

/* What is no frame is one turn, too: a ring that is filled with such things
 * as fast as it is emptied must not keep the switch. */
static void a_ring_is_taken_step_by_step(void **state)
{
	struct net *n = *state;
	struct port *port = n->port[0];
	uint8_t frame[RING_FRAME_MAX] = { 0 };
	unsigned int i;
	size_t len;

	give_rings(port);
	for (i = 0; i < 5; i++)
		ring_put(&port->rings->to_switch, frame, 5);
	ring_put(&port->rings->to_switch, frame, 60);
	for (i = 5; i > 0; i--) {
		assert_true(port_take(port, frame, &len));
		assert_int_equal(len, 0);
		assert_int_equal(ring_count(&port->rings->to_switch), i);
	}
	assert_true(port_take(port, frame, &len));
	assert_int_equal(len, 60);
	assert_false(port_take(port, frame, &len));
	assert_int_equal(port->drops[DROP_frame_short], 5);
	take_rings(port);
}

/* got_in_order() - frames of these times, the oldest first, are in the ring. */
static void got_in_order(struct port *port, uint8_t first, unsigned int n)
{
	uint8_t frame[RING_FRAME_MAX];
	uint64_t bad = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		assert_int_equal(ring_get(&port->rings->to_client, frame, &bad),
				 60);
		assert_int_equal(frame[11], (uint8_t)(first + i));
	}
	assert_int_equal(bad, 0);
}

/* A frame is copied out of one ring and into the other, and nowhere else while
 * there is room; what has to wait keeps its place, behind an event, too. */
static void a_frame_goes_straight_to_a_ring(void **state)
{
	struct net *n = *state;
	struct port *port = n->port[1];
	struct frame_ring *ring;
	int fd[2];
	unsigned int i;

	give_rings(port);
	ring = &port->rings->to_client;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	port->fd = fd[0];
	say(n, 0, 0, 0xff, 1);
	assert_int_equal(ring_count(ring), 1);
	assert_int_equal(port->queued, 0);
	assert_int_equal(port->out, 1);
	assert_int_equal(port->out_bytes, 60);
	assert_int_equal(port->rings->notice, 0);
	assert_true(port_has_work(port));
	assert_int_equal(port_flush(port), 0);	/* now it is told */
	assert_int_equal(port->rings->notice, RING_NOTICE_FRAMES);
	assert_false(port_has_work(port));
	for (i = 1; i <= RING_SLOTS; i++)
		say(n, 0, (uint8_t)i, 0xff, i * (NSEC_PER_SEC / FLOOD_RATE));
	assert_int_equal(port->queued, 1);
	got_in_order(port, 0, 10);
	say(n, 0, (uint8_t)i++, 0xff, NSEC_PER_SEC);	/* room: it waits */
	assert_int_equal(port->queued, 2);
	assert_int_equal(port_flush(port), 0);
	assert_int_equal(port->queued, 0);
	port_set_link(port, false);
	say(n, 0, (uint8_t)i, 0xff, NSEC_PER_SEC);
	assert_int_equal(port->queued, 1);	/* the event first */
	assert_int_equal(port_flush(port), 0);
	got_in_order(port, 10, RING_SLOTS - 10 + 3);
	assert_int_equal(ring_count(ring), 0);
	take_rings(port);
	port->fd = -1;
	close(fd[0]);
	close(fd[1]);
}

/* ---- messages ---------------------------------------------------------- */

static void hello_is_checked(void **state)
{
	const struct vmnet_hello good = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .mac = { 0, 0x50, 0x56, 1, 2, 3 },
		.network = "nat" };
	struct vmnet_hello h = good, out;
	unsigned int nr = 0;

	(void)state;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_OK);
	assert_int_equal(nr, 8);
	assert_int_equal(decode_hello(&h, sizeof(h) - 1, &out, &nr),
			 VMNET_BAD_SIZE);
	assert_int_equal(decode_hello(&h, 0, &out, &nr), VMNET_BAD_SIZE);
	h.magic++;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_MAGIC);
	h = good, h.version++;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_VERSION);
	h = good, h.flags = VMNET_HELLO_ANY_MAC | VMNET_HELLO_RINGS;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_OK);
	h.flags = VMNET_HELLO_ANY_MAC | VMNET_HELLO_STATS;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_FLAGS);
	h = good, h.flags = 0x80;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_FLAGS);
	h = good, h.mac[0] = 1;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_BAD_MAC);
	h = good, memset(h.network, 'x', sizeof(h.network));
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_NETWORK);
	h = good, strcpy(h.network, "vmnet0");	/* has it an interface? */
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_OK);
	assert_int_equal(nr, 0);
	h = good, strcpy(h.owner.name, "a\"b");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_OWNER);
	h = good, h.owner.name[70] = 'x';
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_OWNER);
	h = good, memset(h.owner.name, 'x', sizeof(h.owner.name));
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_OWNER);
	h = good, h.owner.zero[2] = 1;
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_OWNER);
	h = good, strcpy(h.network, "bridged=");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_NO_NAME);
	h = good, strcpy(h.network, "bridged=0123456789abcde");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr), VMNET_OK);
	assert_int_equal(nr, 0);
	assert_string_equal(proto_iface(out.network), "0123456789abcde");
	h = good, strcpy(h.network, "bridged=..");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_NETWORK);
	h = good, strcpy(h.network, "bridged=../eth0");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_NETWORK);
	h = good, strcpy(h.network, "vmnet255");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_NETWORK);
	h = good, strcpy(h.network, "vmnet07");
	assert_int_equal(decode_hello(&h, sizeof(h), &out, &nr),
			 VMNET_BAD_NETWORK);
}

static void replies_and_events_are_checked(void **state)
{
	struct vmnet_reply r = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .frame_max = VMNET_FRAME_MAX }, ro;
	struct vmnet_event e = { .type = VMNET_EVENT_LINK, .value = 1 }, eo;

	(void)state;
	assert_int_equal(decode_reply(&r, sizeof(r), &ro), 0);
	assert_true(decode_reply(&r, sizeof(r) - 1, &ro) < 0);
	r.link = 7;
	assert_true(decode_reply(&r, sizeof(r), &ro) < 0);
	r.link = 0, r.status = VMNET_STATUS_COUNT;
	assert_true(decode_reply(&r, sizeof(r), &ro) < 0);
	assert_int_equal(decode_event(&e, sizeof(e), &eo), 0);
	assert_true(decode_event(&e, 3, &eo) < 0);
	e.value = 2;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.value = 1, e.count = 1;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.type = VMNET_EVENT_PROMISCUOUS;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.count = 0;
	assert_int_equal(decode_event(&e, sizeof(e), &eo), 0);
	e.type = VMNET_EVENT_DROPS, e.count = 1;
	assert_int_equal(decode_event(&e, sizeof(e), &eo), 0);
	assert_int_equal(eo.count, 1);
	e.value = NAT_DROP_COUNT;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.type = VMNET_EVENT_FORGED, e.value = 0, e.count = 0;
	assert_int_equal(decode_event(&e, sizeof(e), &eo), 0);
	e.value = 1;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.value = 0, e.zero = 1;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
}

/* ---- the statistics ---------------------------------------------------- */

/* fill() - all counters from @from to @to are as long as they can be. */
static void fill(void *from, void *to)
{
	memset(from, 0xff, (size_t)((uint8_t *)to - (uint8_t *)from));
}

static void full_port(struct port *port, struct hub *hub)
{
	port->state = PORT_JOINED;
	port->hub = hub;
	port->number = UINT32_MAX;
	port->queued = UINT32_MAX;
	fill(&port->received, port + 1);
}

/* full_link() - conditions that take as many words as there are. */
static void full_link(struct vswitch *sw, struct port *port)
{
	static const struct vmnet_conditions all = {
		.given = COND_ALL, .rate = 1234567, .seed = UINT64_MAX,
		.burst = 10000, .delay = 1234567, .jitter = 1234567,
		.loss = 123456789, .gilbert_p = 123456789,
		.gilbert_r = 123456789, .gilbert_h = 123456789,
		.gilbert_k = 123456789, .duplicate = 123456789,
		.reorder = 123456789, .gap = 64, .corrupt = 123456789,
	};
	struct port_conditions *pc;

	assert_true(conditions_ok(&all));
	assert_int_equal(conditioned_change(sw, port, CONDITIONS_BOTH, &all),
			 0);
	pc = port->conditions;
	fill(&pc->in.in, &pc->in + 1);
	fill(&pc->out.in, &pc->out + 1);
}

static void all_statistics_fit(void **state)
{
	struct bridge bridge = { .sums = UINT64_MAX, .cuts = UINT64_MAX };
	struct vswitch *sw = calloc(1, sizeof(*sw));
	char *text = malloc(VMNET_STATS_MAX);
	unsigned int i;
	json_t *o;
	size_t len;

	(void)state;
	fill(sw->refused, sw + 1);
	for (i = 0; i < VSWITCH_HUBS; i++) {
		sw->hub[i] = hub_new(&bridged_network, 254, 1);
		sw->hub[i]->own = &bridge;
		strcpy(sw->hub[i]->iface, "0123456789abcde");
		fill(&sw->hub[i]->in, sw->hub[i]->drops + DROP_COUNT);
	}
	for (i = 0; i < FDB_PORTS; i++) {
		sw->port[i] = port_new(-1, &client_port, i, 1);
		full_port(sw->port[i], sw->hub[0]);
		full_link(sw, sw->port[i]);
	}
	len = vswitch_stats(sw, text, VMNET_STATS_MAX);
	assert_true(len > 30000);
	/* jansson's integers are signed: the longest ones do not fit. */
	o = json_loadb(text, len, JSON_DECODE_INT_AS_REAL, NULL);
	assert_non_null(o);
	assert_int_equal(json_array_size(json_object_get(o, "ports")),
			 FDB_PORTS);
	assert_int_equal(json_object_size(json_object_get(o, "drops")),
			 NAT_DROP_COUNT);
	json_decref(o);
	/* All of it or nothing. */
	assert_int_equal(vswitch_stats(sw, text, len), 0);
	assert_int_equal(vswitch_stats(sw, text, len + 1), len);
	for (i = 0; i < FDB_PORTS; i++) {
		sw->port[i]->hub = NULL;
		port_free(sw->port[i]);
	}
	for (i = 0; i < VSWITCH_HUBS; i++)
		hub_free(sw->hub[i]);
	free(sw);
	free(text);
}

/* ---- the NAT's filter -------------------------------------------------- */

/* sum16() - the Internet checksum, the long way. */
static uint32_t sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	size_t i;

	for (i = 0; i < n; i += 2)
		sum += (uint32_t)p[i] << 8 | (i + 1 < n ? p[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* tcp_good() - is the checksum of the segment right? */
static bool tcp_good(const uint8_t *ip, size_t len)
{
	uint32_t sum = 6 + (uint32_t)len;

	sum = sum16(ip + 12, 8, sum);
	return sum16(ip + 20, len, sum) == 0xffff;
}

static const uint8_t nat_address[6] = { 0x52, 0x55, 10, 0, 2, 2 };
static const struct vmnet_nat_setup nat_setup = { .host = 15,
	.prefix = 24, .subnet = NAT_NETWORK, .dhcp = 1,
	.mac = { 0, 0x50, 0x56, 1, 2, 3 } };

/* filtered() - Return: where the frame goes; @why: if it is lost. */
static enum nat_way filtered(uint8_t *frame, size_t len, enum nat_drop *why)
{
	struct nat_packet p;

	return nat_filter(frame, len, &nat_setup, &p, why);
}

static void make_tcp(uint8_t *frame, size_t data, uint8_t flags,
		     uint16_t urgent, unsigned int *seed)
{
	uint8_t *ip = frame + 14, *tcp = ip + 20;
	size_t i, len = 20 + data;
	uint32_t sum;

	memset(frame, 0, 14 + 20 + len);
	memcpy(frame, nat_address, 6);
	frame[12] = 8;
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(20 + len));
	ip[9] = 6;
	put_be32(ip + 12, 0x0a00020f);
	put_be32(ip + 16, 0x0a000202);
	put_be16(ip + 10, (uint16_t)~sum16(ip, 20, 0));
	for (i = 0; i < len; i++)
		tcp[i] = (uint8_t)rand_r(seed);
	tcp[12] = 0x50;
	tcp[13] = flags;
	put_be16(tcp + 18, urgent);
	put_be16(tcp + 16, 0);
	sum = sum16(ip + 12, 8, 6 + (uint32_t)len);
	sum = sum16(tcp, len, sum);
	put_be16(tcp + 16, (uint16_t)~sum);
}

static void urgent_data_is_disarmed(void **state)
{
	unsigned int i, seed = test_seed((unsigned int)clock_now_ns());
	uint8_t frame[200];
	enum nat_drop why;
	size_t data;

	(void)state;
	for (i = 0; i < 20000; i++) {
		data = (unsigned int)rand_r(&seed) % 100;
		make_tcp(frame, data, 0x38, (uint16_t)rand_r(&seed), &seed);
		assert_true(tcp_good(frame + 14, 20 + data));
		assert_int_equal(filtered(frame, 54 + data, &why),
				 NAT_TO_STACK);
		assert_true(tcp_good(frame + 14, 20 + data));
		assert_int_equal(frame[14 + 20 + 13], 0x18);
		assert_int_equal(get_be16(frame + 14 + 20 + 18), 0);
	}
}

/* resum() - the IP header's checksum, anew. */
static void resum(uint8_t *frame)
{
	put_be16(frame + 24, 0);
	put_be16(frame + 24, (uint16_t)~sum16(frame + 14, 20, 0));
}

static void other_frames_are_left_alone(void **state)
{
	unsigned int i, seed = test_seed((unsigned int)clock_now_ns());
	uint8_t frame[200], before[200];
	enum nat_drop why = 0;
	size_t len;

	(void)state;
	make_tcp(frame, 50, 0x18, 0, &seed);
	memcpy(before, frame, sizeof(frame));
	assert_int_equal(filtered(frame, 104, &why), NAT_TO_STACK);
	assert_memory_equal(frame, before, 104);
	frame[14 + 6] = 0x20;			/* more fragments */
	resum(frame);
	assert_int_equal(filtered(frame, 104, &why), NAT_LOST);
	assert_int_equal(why, DROP_nat_fragment);
	frame[14 + 6] = 0, frame[14 + 7] = 1;	/* not the first */
	resum(frame);
	assert_int_equal(filtered(frame, 104, &why), NAT_LOST);
	assert_int_equal(why, DROP_nat_fragment);
	for (i = 0; i < 100000; i++) {		/* garbage of any length */
		len = (unsigned int)rand_r(&seed) % sizeof(frame);
		frame[(unsigned int)rand_r(&seed) % sizeof(frame)] =
			(uint8_t)rand_r(&seed);
		filtered(frame, len, &why);
	}
}

/* The NAT's own address or groups; nobody's inside is looked for outside. */
static void only_what_is_for_the_nat(void **state)
{
	static const struct {
		uint32_t from, to;
		enum nat_way way;
		enum nat_drop why;
	} rows[] = {
		{ 0x0a00020f, 0x08080808, NAT_TO_STACK, 0 },
		{ 0x0a0002fe, 0x0a000202, NAT_TO_STACK, 0 },
		{ 0x0a00020f, 0x0a000203, NAT_TO_NAMES, 0 },
		{ 0x0a00020f, 0x0a000210, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x0a000201, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x0a000200, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x7f000001, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x7fffffff, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x00000000, NAT_LOST, DROP_nat_inside },
		{ 0x0a00020f, 0x0a0002ff, NAT_IGNORED, 0 },
		{ 0x0a00020f, 0xe00000fb, NAT_IGNORED, 0 },
		{ 0x0a00020f, 0xffffffff, NAT_IGNORED, 0 },
		{ 0x0a000202, 0x08080808, NAT_LOST, DROP_nat_sender },
		{ 0x0a000203, 0x08080808, NAT_LOST, DROP_nat_sender },
		{ 0x7f000001, 0x08080808, NAT_LOST, DROP_nat_sender },
		{ 0xc0a80101, 0x08080808, NAT_LOST, DROP_nat_sender },
		{ 0x00000000, 0x08080808, NAT_LOST, DROP_nat_sender },
	};
	unsigned int seed = test_seed(1);
	uint8_t frame[200];
	enum nat_drop why;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make_tcp(frame, 10, 0x18, 0, &seed);
		put_be32(frame + 26, rows[i].from);
		put_be32(frame + 30, rows[i].to);
		resum(frame);
		why = 0;
		assert_int_equal(filtered(frame, 64, &why), rows[i].way);
		assert_int_equal(why, rows[i].why);
	}
	make_tcp(frame, 10, 0x18, 0, &seed);
	frame[5] = 9;			/* to a station that there is not */
	assert_int_equal(filtered(frame, 64, &why), NAT_LOST);
	assert_int_equal(why, DROP_nat_not_ours);
	memset(frame, 0xff, 6);
	assert_int_equal(filtered(frame, 64, &why), NAT_TO_STACK);
	frame[12] = 0x88, frame[13] = 0xf8;	/* NC-SI: libslirp answers */
	assert_int_equal(filtered(frame, 64, &why), NAT_IGNORED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_net, close_net)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_for_the_nat),
		T(floods_then_learns), T(broadcast_goes_to_all),
		T(old_addresses_are_forgotten),
		T(hairpins_and_groups_are_dropped),
		T(one_port_can_not_fill_the_table),
		T(a_full_queue_is_counted), T(link_down_stops_all),
		T(wrong_lengths_are_refused), T(a_ring_is_taken_step_by_step),
		T(a_frame_goes_straight_to_a_ring),
		T(a_card_sends_as_itself_only), T(a_card_keeps_its_address),
		T(two_cards_of_one_address), T(names_have_whole_numbers),
		cmocka_unit_test(a_full_table_fixes_addresses),
		cmocka_unit_test(hello_is_checked),
		cmocka_unit_test(replies_and_events_are_checked),
		cmocka_unit_test(all_statistics_fit),
		cmocka_unit_test(urgent_data_is_disarmed),
		cmocka_unit_test(other_frames_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
