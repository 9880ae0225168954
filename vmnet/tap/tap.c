/* SPDX-License-Identifier: BSD-2-Clause */
/* tap.c - the switch's side of seeing frames: see tap.h. */
#include "vmnet/tap/tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/framering.h"

/* Records that may wait for a flush. */
#define UNSEEN_MOST	(TAP_SLOTS / 16)

/* ---- records ----------------------------------------------------------- */

/* keep_last() - put a record among the port's last ones. */
static void keep_last(struct tap_port *port, const struct tap_mark *mark,
		      const void *frame)
{
	struct tap_record *r = &port->last[port->noted++ % TAP_LAST];

	r->mark = *mark;
	/* Nearly always so many: a copy that the compiler makes itself. */
	if (mark->len >= TAP_HEADERS) {
		r->mark.kept = TAP_HEADERS;
		memcpy(r->data, frame, TAP_HEADERS);
	} else {
		r->mark.kept = (uint16_t)mark->len;
		memcpy(r->data, frame, mark->len);
	}
}

/* tap_publish() - let the client see all records that were put, and wake it if
 * it sleeps. */
static void tap_publish(struct tap_capture *c)
{
	c->published = c->head;
	atomic_store(&c->ring->head, c->head);
	if (atomic_load(&c->ring->asked) && atomic_exchange(&c->ring->asked, 0))
		bell_ring(c->bell);
}

/* capture_count() - count frames of a port. @drop: were they lost by the
 * switch? */
static void capture_count(struct tap_capture *c, unsigned int port,
			  uint64_t seen, uint64_t dropped)
{
	struct tap_port_told *told = &c->ring->port[port];

	atomic_store_explicit(&told->seen, c->count[port].seen += seen,
			      memory_order_relaxed);
	atomic_store_explicit(&told->dropped, c->count[port].dropped += dropped,
			      memory_order_relaxed);
}

/**
 * capture_put() - put one record into the ring of a capture
 * @port: index of its description
 * @mark: all but port, kept and lost
 * @kept: bytes that @frame has; no more than wanted are taken
 *
 * Return: false: there was no room, and it is counted.
 */
static bool capture_put(struct tap_capture *c, unsigned int port,
			const struct tap_mark *mark, const void *frame,
			size_t kept)
{
	uint32_t tail =
		atomic_load_explicit(&c->ring->tail, memory_order_acquire);
	struct tap_slot *slot = &c->ring->slot[c->head % TAP_SLOTS];
	uint64_t frames = mark->unseen ? mark->unseen : 1;
	struct tap_mark m = *mark;

	capture_count(c, port, frames, m.drop ? frames : 0);
	if (c->head - tail >= TAP_SLOTS) {
		atomic_store_explicit(&c->ring->port[port].lost,
				      c->count[port].lost += frames,
				      memory_order_relaxed);
		return false;
	}
	m.port = (uint16_t)port;
	m.kept = (uint16_t)MIN(kept, (size_t)c->want.snap);
	m.lost = (uint32_t)(c->count[port].lost - c->count[port].told);
	c->count[port].told = c->count[port].lost;
	slot->mark = m;
	memcpy(slot->data, frame, m.kept);
	c->head++;
	return true;
}

/* captures_note() - put a record into the rings of all captures that hear the
 * port. @enter: it is tap_enter()'s */
static void captures_note(struct tap_port *port, struct tap_mark *mark,
			  const void *frame, bool enter)
{
	size_t kept = MIN(mark->len, VMNET_FRAME_MAX);
	struct tap_capture *c;
	unsigned int i;
	bool put;

	mark->ns = clock_now_ns();
	for (i = 0; i < TAP_CAPTURES; i++) {
		if (!(port->captures & 1u << i))
			continue;
		c = &port->tap->capture[i];
		/* All before is decided on. */
		if (enter && c->head - c->published >= UNSEEN_MOST)
			tap_publish(c);
		put = capture_put(c, port->index[i], mark, frame, kept);
		if (!enter)
			continue;
		c->entered = put;
		c->enter = c->head - 1;
	}
}

void tap_note(struct tap_port *port, enum tap_way way, unsigned int drop,
	      const void *frame, size_t len)
{
	struct tap_mark mark = {
		.ns = port->tap->now_ns, .serial = port->tap->serial++,
		.len = (uint32_t)len, .way = (uint8_t)way,
		.drop = (uint8_t)drop,
	};

	if (!frame) {
		mark.unseen = (uint32_t)MIN(len, UINT32_MAX);
		mark.len = 0;
		frame = "";
	}
	if (port->last)
		keep_last(port, &mark, frame);
	if (port->captures)
		captures_note(port, &mark, frame,
			      way == TAP_FROM_PEER && !drop);
}

void tap_fate(struct tap_port *port, unsigned int drop)
{
	struct tap_capture *c;
	unsigned int i;

	if (port->last)
		port->last[port->enter % TAP_LAST].mark.drop = (uint8_t)drop;
	for (i = 0; i < TAP_CAPTURES; i++) {
		if (!(port->captures & 1u << i))
			continue;
		c = &port->tap->capture[i];
		capture_count(c, port->index[i], 0, 1);
		if (c->entered)
			c->ring->slot[c->enter % TAP_SLOTS].mark.drop =
				(uint8_t)drop;
	}
}

/* ---- who hears which port ---------------------------------------------- */

static bool mac_none(const uint8_t mac[6])
{
	static const uint8_t none[6];

	return !memcmp(mac, none, sizeof(none));
}

static bool tap_wanted(const struct tap_want *want, const struct tap_port *port)
{
	if (want->number && want->number != port->number)
		return false;
	if (!mac_none(want->mac) && memcmp(want->mac, port->mac, 6))
		return false;
	/* One that has been on none is nobody's yet. */
	if (!want->network[0])
		return port->network[0];
	return port->joined && !strcmp(want->network, port->network);
}

/* tap_describe() - describe a port in a capture's ring. Return: the index of
 * its description; -1: there is no room. */
static int tap_describe(struct tap_capture *c, const struct tap_port *port)
{
	struct tap_port_told *told;

	if (c->ports == TAP_TOLD) {
		atomic_store(&c->ring->unheard, ++c->unheard);
		return -1;
	}
	told = &c->ring->port[c->ports];
	told->number = port->number;
	memcpy(told->mac, port->mac, sizeof(told->mac));
	snprintf(told->name, sizeof(told->name), "port %u: %s (%s)",
		 (unsigned int)port->number, port->whose, port->network);
	atomic_store(&c->ring->ports, c->ports + 1);
	return (int)c->ports++;
}

/* offer_port() - have each capture that wants the port hear it. */
static void offer_port(struct tap_port *port)
{
	struct tap_capture *c;
	unsigned int i;
	int index;

	for (i = 0; i < TAP_CAPTURES; i++) {
		c = &port->tap->capture[i];
		if (!c->ring || c->want.last || port->captures & 1u << i ||
		    !tap_wanted(&c->want, port))
			continue;
		index = tap_describe(c, port);
		if (index < 0)
			continue;
		port->index[i] = (uint16_t)index;
		port->captures |= 1u << i;
	}
}

void tap_port_open(struct tap *tap, struct tap_port *port, uint32_t number)
{
	unsigned int i;

	for (i = 0; i < TAP_PORTS && tap->port[i]; i++)
		;
	if (i == TAP_PORTS)
		return;
	tap->port[i] = port;
	port->tap = tap;
	port->number = number;
	if (tap->keep_last)
		port->last = calloc(TAP_LAST, sizeof(*port->last));
}

void tap_port_join(struct tap_port *port, const char *network,
		   const uint8_t *mac, const char *whose)
{
	if (!port->tap)
		return;
	port->joined = true;
	snprintf(port->network, sizeof(port->network), "%s", network);
	snprintf(port->whose, sizeof(port->whose), "%s", whose);
	if (mac)
		memcpy(port->mac, mac, sizeof(port->mac));
	offer_port(port);
}

void tap_port_leave(struct tap_port *port)
{
	unsigned int i;

	port->joined = false;
	for (i = 0; port->tap && i < TAP_CAPTURES; i++)
		if (port->captures & 1u << i &&
		    !tap_wanted(&port->tap->capture[i].want, port))
			port->captures &= ~(1u << i);
}

/* capture_end() - tell the client that there will be no more records. */
static void capture_end(struct tap_capture *c)
{
	atomic_store(&c->ring->ended, 1);
	tap_publish(c);
}

void tap_port_close(struct tap_port *port)
{
	struct tap *tap = port->tap;
	unsigned int i;

	for (i = 0; tap && i < TAP_PORTS; i++)
		if (tap->port[i] == port)
			tap->port[i] = NULL;
	for (i = 0; tap && i < TAP_CAPTURES; i++)
		if (port->captures & 1u << i && tap->capture[i].want.number)
			capture_end(&tap->capture[i]);
	free(port->last);
	memset(port, 0, sizeof(*port));
}

/* ---- captures ---------------------------------------------------------- */

/* last_share() - Return: how many last records of each port a capture gets, so
 * that those of all ports find room. */
static uint32_t last_share(const struct tap *tap, const struct tap_want *want)
{
	unsigned int i, ports = 0;

	for (i = 0; i < TAP_PORTS; i++)
		ports += tap->port[i] && tap->port[i]->noted &&
			 tap_wanted(want, tap->port[i]);
	return MIN(TAP_LAST, TAP_SLOTS / MAX(ports, 1u));
}

/* put_last() - put a port's last records into a ring, @share at most, oldest
 * first. */
static void put_last(struct tap_capture *c, const struct tap_port *port,
		     uint32_t share)
{
	uint32_t n = MIN(port->noted, share), i;
	const struct tap_record *r;
	int index = tap_describe(c, port);

	if (index < 0 || !port->last)
		return;
	for (i = port->noted - n; i != port->noted; i++) {
		r = &port->last[i % TAP_LAST];
		capture_put(c, (unsigned int)index, &r->mark, r->data,
			    r->mark.kept);
	}
}

/* find_ports() - have a new capture hear the ports that it wants. Return: is
 * there any? */
static bool find_ports(struct tap *tap, struct tap_capture *c)
{
	const uint32_t share = last_share(tap, &c->want);
	bool any = false;
	unsigned int i;

	for (i = 0; i < TAP_PORTS; i++) {
		if (!tap->port[i] || !tap_wanted(&c->want, tap->port[i]))
			continue;
		any = true;
		if (c->want.last)
			put_last(c, tap->port[i], share);
		else
			offer_port(tap->port[i]);
	}
	return any;
}

int tap_capture_open(struct tap *tap, int fd, int bell,
		     const struct tap_want *want)
{
	struct tap_capture *c;
	int i;

	for (i = 0; i < (int)TAP_CAPTURES && tap->capture[i].ring; i++)
		;
	if (i == (int)TAP_CAPTURES)
		return -EBUSY;
	c = &tap->capture[i];
	memset(c, 0, sizeof(*c));
	c->ring = tapring_attach(fd);
	if (!c->ring)
		return -EPROTO;
	c->bell = bell;
	c->want = *want;
	tap->captures++;
	/* One that waits for a card may come before it. */
	if (!find_ports(tap, c) && (mac_none(want->mac) || want->last)) {
		tap_capture_close(tap, i);
		return -ENOENT;
	}
	if (want->last)
		capture_end(c);
	return i;
}

void tap_capture_close(struct tap *tap, int capture)
{
	unsigned int i;

	for (i = 0; i < TAP_PORTS; i++)
		if (tap->port[i])
			tap->port[i]->captures &= ~(1u << capture);
	capture_end(&tap->capture[capture]);
	tapring_detach(tap->capture[capture].ring);
	tap->capture[capture].ring = NULL;
	tap->captures--;
}

void tap_flush(struct tap *tap)
{
	struct tap_capture *c;
	unsigned int i;

	if (!tap->captures)
		return;
	for (i = 0; i < TAP_CAPTURES; i++) {
		c = &tap->capture[i];
		if (c->ring && c->head != c->published)
			tap_publish(c);
	}
}

void tap_open(struct tap *tap)
{
	const char *word = getenv(TAP_LAST_VARIABLE);

	tap->keep_last = !word || strcmp(word, "off") != 0;
}
