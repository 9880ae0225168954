/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tap_probe.c - what the last records of each port (vmnet/tap/tap.h) cost the
 * switch, and what a capture does: frames from one port's rings to another's,
 * without, with, and captured, in turn. Of many rounds the shortest counts, as
 * others want the CPU, too; of such figures the median.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/vswitch_parts.h"

#define ROUNDS	1000u		/* of RING_BATCH frames */
#define TURNS	15u

enum how { OFF, LAST, CAPTURED, HOWS };

struct bench {
	struct tap tap;
	struct hub *hub;
	struct port *port[2];
	struct ring_pair *pair[2];	/* as its client has it */
	struct tap_ring *ring;
	uint64_t bad;
};

static void plug(struct bench *b, unsigned int i)
{
	int fds[RING_FDS], socks[2];

	b->pair[i] = ring_create(&fds[RING_FD_PAIR]);
	fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_NONBLOCK);
	fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_NONBLOCK);
	if (!b->pair[i] || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks))
		die("no rings");
	b->port[i] = port_new(socks[0], &client_port, i, i + 1);
	if (!b->port[i] || !port_use_rings(b->port[i], fds))
		die("no port");
	b->port[i]->mac[0] = 2;
	b->port[i]->mac[5] = (uint8_t)i;
	b->port[i]->station = true;
	tap_port_open(&b->tap, &b->port[i]->tap, i + 1);
	hub_join(b->hub, b->port[i]);
}

/* batch() - what the switch does in a round, and nothing of what the clients
 * do. Return: the switch's time, in ns. */
static uint64_t batch(struct bench *b, const uint8_t *frame, size_t len)
{
	uint8_t buf[RING_FRAME_MAX];
	struct tap_slot slot;
	uint64_t start, ns;
	unsigned int i;
	size_t n;

	for (i = 0; i < RING_BATCH; i++)
		ring_put(&b->pair[0]->to_switch, frame, len);
	start = clock_now_ns();
	while (port_take(b->port[0], buf, &n))
		hub_input(b->hub, b->port[0], buf, n, start);
	port_take_end(b->port[0]);
	port_flush(b->port[1]);
	tap_flush(&b->tap);
	ns = clock_now_ns() - start;
	while (ring_get(&b->pair[1]->to_client, buf, &b->bad))
		;
	while (b->ring && tapring_take(b->ring, &slot, &b->bad))
		;
	return ns;
}

static double measure(enum how how, size_t len)
{
	const struct tap_want want = { .snap = VMNET_FRAME_MAX };
	uint8_t frame[VMNET_FRAME_MAX] = { 2, 0, 0, 0, 0, 1, 2 };
	struct bench *b = calloc(1, sizeof(*b));
	uint64_t least = UINT64_MAX, one;
	unsigned int i;
	int fd;

	b->tap.keep_last = how != OFF;
	b->hub = hub_new(&plain_network, 5, 1);
	b->hub->link = true;
	plug(b, 0);
	plug(b, 1);
	if (how == CAPTURED) {
		b->ring = tapring_create(&fd);
		if (!b->ring || tap_capture_open(&b->tap, fd, -1, &want) != 0)
			die("no capture");
	}
	for (i = 0; i < ROUNDS; i++) {
		one = batch(b, frame, len);
		if (one < least)
			least = one;
	}
	ASSERT(b->port[1]->out == ROUNDS * RING_BATCH && !b->bad);
	for (i = 0; i < 2; i++) {
		hub_leave(b->hub, b->port[i]);
		port_free(b->port[i]);
		ring_detach(b->pair[i]);
	}
	hub_free(b->hub);
	tapring_detach(b->ring);
	free(b);
	return (double)least / RING_BATCH;
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void compare(size_t len)
{
	double got[HOWS][TURNS];
	unsigned int turn, how;

	for (turn = 0; turn < TURNS; turn++)
		for (how = 0; how < HOWS; how++)
			got[how][turn] = measure((enum how)how, len);
	for (how = 0; how < HOWS; how++)
		qsort(got[how], TURNS, sizeof(got[how][0]), order);
	printf("tap %4zu bytes: %6.1f ns a frame without, %6.1f with the last "
	       "records, %6.1f with a capture as well\n",
	       len, got[OFF][TURNS / 2], got[LAST][TURNS / 2],
	       got[CAPTURED][TURNS / 2]);
}

int main(void)
{
	log_init("tap_probe", LOG_WARN);
	compare(60);
	compare(1514);
	return 0;
}
