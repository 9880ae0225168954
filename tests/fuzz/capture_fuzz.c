/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_fuzz.c - frames that are captured, while the ring between the switch
 * and who captures changes under both: any filter, any frames, captures that
 * come and go, ports that join and leave. The file stays whole, the switch's
 * books hold, and nothing is without end.
 *
 * tests/fuzz: runs 3000
 */
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/vswitch_parts.h"
#include "vmnet/tap/capture.h"
#include "vmnet/tap/tap_drop.h"

#define PORTS	3u
#define STEPS	48u

static struct {
	struct fuzz_input in;
	uint32_t seed;
	struct tap tap;
	struct hub *hub;
	struct port *port[PORTS];
	uint32_t numbers;
	int capture;		/* in struct tap; -1: none */
	/* who captures */
	struct tap_ring *ring;	/* as it has mapped it */
	int fd, bell, null;
	struct capture c;
	struct sieve sieve;
	struct pcapng out;
} b;

const char *fuzz_open(void)
{
	b.ring = tapring_create(&b.fd);
	b.bell = eventfd(0, EFD_NONBLOCK);
	b.null = open("/dev/null", O_WRONLY);
	return b.ring && b.bell >= 0 && b.null >= 0 ? NULL : "no memory";
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n >= 12)
		return 0;
	i = fuzz_noise(buf, size, 300, n, 5, 7);
	put_le32(buf, n < 8 ? 0 : n * 0x9e3779b9u);	/* most with peace */
	return i;
}

/* ---- the switch --------------------------------------------------------- */

static void comes(unsigned int i)
{
	struct port *p = port_new(-1, &client_port, i, ++b.numbers);

	ASSERT(p);
	p->mac[0] = 2;
	p->mac[5] = (uint8_t)i;
	p->station = true;
	tap_port_open(&b.tap, &p->tap, p->number);
	hub_join(b.hub, p);
	b.port[i] = p;
}

static void goes(unsigned int i)
{
	hub_leave(b.hub, b.port[i]);
	ASSERT(port_check(b.port[i]));
	port_free(b.port[i]);
}

static void comes_and_goes(void)
{
	unsigned int i = fuzz_byte(&b.in) % PORTS;

	goes(i);
	comes(i);
}

static void says(void)
{
	uint8_t frame[VMNET_FRAME_MAX + 1] = { 2 }, how = fuzz_byte(&b.in);
	size_t len = fuzz_word(&b.in) % sizeof(frame);
	struct port *p = b.port[how % PORTS];
	unsigned int n = how >> 5;

	frame[5] = how >> 2 & 3;
	frame[6] = 2;
	frame[11] = (uint8_t)p->slot;
	fuzz_bytes(&b.in, frame + 11, 40);
	do
		if (port_accept(p, frame, len))
			hub_input(b.hub, p, frame, len, 1);
	while (n--);
}

static void drops(void)
{
	struct port *p = b.port[fuzz_byte(&b.in) % PORTS];

	if (p->queued)
		port_sent(p, 1 + fuzz_byte(&b.in) % p->queued);
	p->received += 3;
	port_drop_unseen(p, DROP_ring_broken, 3);
}

static void flushes(void)
{
	tap_flush(&b.tap);
}

/* ---- who captures -------------------------------------------------------- */

/* draw_filter() - words that libpcap knows, in any order; none that it would
 * look up. */
static void draw_filter(char *text, size_t size)
{
	static const char *const words[] = {
		"arp", "or", "icmp", "and", "not", "(", ")", "ip", "udp",
		"port 53", "ether[", "0", "]", "= 2", "ip[9:4]", "> 1500",
		"len", "vlan 3", "ip6", "broadcast", "host 10.0.2.2",
		"ether host 02:00:00:00:00:01", "tcp[13] & 7", "!= 0", "mpls",
		"greater 99", "ether proto 0x88b5", "inbound", "multicast",
		"net 10", "ip[ip[0]]", "* 7 / 0",
	};
	uint8_t n = fuzz_byte(&b.in) % 8;
	size_t len = 0;

	*text = 0;
	while (n-- && len < size - 40)
		len += (size_t)snprintf(
			text + len, size - len, "%s ",
			words[fuzz_byte(&b.in) % ARRAY_SIZE(words)]);
}

static void capture_ends(void)
{
	if (b.capture < 0)
		return;
	fuzz_scribble_end();
	tap_capture_close(&b.tap, b.capture);
	capture_end(&b.c, 7);
	sieve_close(&b.sieve);
	ASSERT(pcapng_flush(&b.out) == 0);
	b.capture = -1;
}

static void capture_begins(void)
{
	static char filter[400], why[256];
	struct tap_want want = { .snap = 1 + fuzz_word(&b.in) %
						     VMNET_FRAME_MAX };
	uint8_t how = fuzz_byte(&b.in);

	capture_ends();
	memset(b.ring, 0, offsetof(struct tap_ring, slot));
	draw_filter(filter, sizeof(filter));
	if (!sieve_open(&b.sieve, filter, VMNET_FRAME_MAX, why, sizeof(why)))
		ASSERT(*why);
	want.number = how & 1 ? b.port[how >> 1 & 1]->number : 0;
	want.mac[0] = how & 4 ? 2 : 0;
	want.mac[5] = how & 4 ? 1 : 0;
	want.last = how & 8;
	if (how & 16)
		strcpy(want.network, "vmnet5");
	b.capture = tap_capture_open(&b.tap, b.fd, b.bell, &want);
	if (b.capture < 0) {
		sieve_close(&b.sieve);
		return;
	}
	memset(&b.c, 0, sizeof(b.c));
	b.c.ring = b.ring;
	b.c.sieve = &b.sieve;
	b.c.out = &b.out;
	b.c.filter = filter;
	b.c.snap = want.snap;
	pcapng_open(&b.out, b.null, "", "");
	capture_begin(&b.c, 1, 1);
	fuzz_scribble(b.ring, sizeof(*b.ring), b.seed);
	fuzz_scribble(b.tap.capture[b.capture].ring, sizeof(*b.ring), b.seed);
	b.seed += b.seed ? 64 : 0;
}

static void looks(void)
{
	char text[300];

	if (b.capture < 0)
		return;
	capture_some(&b.c, TAP_SLOTS);
	tapring_ask(b.ring);
	capture_sum(&b.c, text, sizeof(text));
	ASSERT(strlen(text) < sizeof(text) - 1);
}

static void looks_in_order(void)
{
	if (b.capture >= 0)
		ASSERT(capture_last(&b.c));
}

/* writes() - into the ring, as a switch would that means ill: a record that is
 * nearly right, and other words. */
static void writes(void)
{
	uint8_t n = fuzz_byte(&b.in);
	uint32_t tail = atomic_load(&b.ring->tail);
	struct tap_mark m = { 0 };

	m.kept = fuzz_word(&b.in);
	m.len = n & 1 ? fuzz_long(&b.in) : UINT32_MAX;
	m.port = fuzz_byte(&b.in) % 8;
	m.way = n >> 1 & 3;
	m.drop = fuzz_byte(&b.in) % (TAP_DROPS + 3);
	m.unseen = n & 0x20 ? fuzz_long(&b.in) : 0;
	b.ring->slot[tail % TAP_SLOTS].mark = m;
	if (n & 8)
		atomic_store(&b.ring->ports, fuzz_byte(&b.in));
	if (n & 0x10)
		atomic_store(&b.ring->head, tail + fuzz_word(&b.in));
	if (n & 0x40)
		atomic_store(&b.ring->tail, fuzz_long(&b.in));
	fuzz_bytes(&b.in, (uint8_t *)b.ring->port[n & 3].name, n >> 5);
}

static void (*const steps[])(void) = {
	says, says, drops, flushes, looks, capture_begins, comes_and_goes,
	capture_ends, writes, looks_in_order, says, looks,
};

/* ---- a run --------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int i;

	b.in = (struct fuzz_input){ data, size };
	b.seed = fuzz_long(&b.in);
	b.capture = -1;
	b.numbers = 0;
	memset(&b.tap, 0, sizeof(b.tap));
	tap_open(&b.tap);
	b.hub = hub_new(&plain_network, 5, 1);
	ASSERT(b.hub);
	b.hub->link = true;
	for (i = 0; i < PORTS; i++)
		comes(i);
	for (i = 0; i < STEPS && b.in.left; i++)
		steps[fuzz_byte(&b.in) % ARRAY_SIZE(steps)]();
	capture_ends();
	for (i = 0; i < PORTS; i++)
		goes(i);
	ASSERT(hub_check(b.hub) && !b.tap.captures);
	hub_free(b.hub);
	return 0;
}
