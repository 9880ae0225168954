/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring_fuzz.c - frames by shared memory, with a hostile other side: the
 * switch's port on one ring pair, a client's plug on another, while all of
 * both changes under them. No frame of a wrong length comes out, no step is
 * without end, and the port's books balance.
 *
 * tests/fuzz: runs 8000
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmnet/client/client.h"
#include "vmnet/switch/vswitch_parts.h"

#define STEPS 64u

struct bench {
	struct fuzz_input in;
	struct port *port;
	struct vmnet_client client;
	int peer[2];		/* of the port's socket, of the client's */
};

static struct ring_pair *pairs[2];
static int pair_fds[2], bells[4];

const char *fuzz_open(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		pairs[i] = ring_create(&pair_fds[i]);
	for (i = 0; i < ARRAY_SIZE(bells); i++)
		bells[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return pairs[0] && pairs[1] ? NULL : "no memory for rings";
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	unsigned int i;

	if (n >= 8)
		return 0;
	for (i = 0; i < 200 && i < size; i++)
		buf[i] = (uint8_t)(i * 37 + n * 101);
	put_le32(buf, n < 2 ? 0 : n * 0x9e3779b9u);	/* two with peace */
	return i;
}

/* ---- set up and take down ---------------------------------------------- */

static void open_port(struct bench *b)
{
	int fds[RING_FDS] = { dup(pair_fds[0]), dup(bells[0]),
			      dup(bells[1]) };
	int socks[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, socks))
		ASSERT(!"a socket pair");
	b->peer[0] = socks[1];
	b->port = port_new(socks[0], &client_port, 0, 1);
	ASSERT(b->port && port_use_rings(b->port, fds));
	b->port->state = PORT_JOINED;
}

static int dial_nobody(void *arg)
{
	(void)arg;
	return -EAGAIN;
}

static void open_client(struct bench *b)
{
	struct vmnet_client *c = &b->client;
	int socks[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, socks))
		ASSERT(!"a socket pair");
	b->peer[1] = socks[1];
	c->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->sock = socks[0];
	c->timer = -1;
	c->dial = dial_nobody;
	c->state = VMNET_CLIENT_UP;
	c->link = true;
	c->ring_fds[RING_FD_PAIR] = dup(pair_fds[1]);
	c->ring_fds[RING_FD_SWITCH_BELL] = dup(bells[2]);
	c->ring_fds[RING_FD_CLIENT_BELL] = dup(bells[3]);
	c->rings = ring_attach(pair_fds[1]);
	ASSERT(c->rings);
}

static void close_all(struct bench *b)
{
	port_drop_queue(b->port);
	ASSERT(port_check(b->port));
	port_free(b->port);
	vmnet_client_close(&b->client);
	close(b->peer[0]);
	close(b->peer[1]);
}

/* ---- steps ------------------------------------------------------------- */

static void port_takes(struct bench *b)
{
	uint8_t frame[RING_FRAME_MAX];
	size_t len;

	if (port_take(b->port, frame, &len))
		ASSERT(!len ||
		       (len >= VMNET_FRAME_MIN && len <= VMNET_FRAME_MAX));
	port_take_end(b->port);
	ring_ask_frames(&b->port->rings->to_switch, RING_WAKE_BELL);
}

static void port_gives(struct bench *b)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };
	unsigned int n = fuzz_byte(&b->in);

	while (n--)
		port_offer(b->port, frame, VMNET_FRAME_MIN + n);
	port_flush(b->port);
}

static void client_takes(struct bench *b)
{
	uint8_t frame[VMNET_FRAME_MAX];
	ssize_t n = vmnet_client_recv(&b->client, frame, sizeof(frame));

	ASSERT(n == 0 || n == -EAGAIN ||
	       (n >= (ssize_t)VMNET_FRAME_MIN &&
		n <= (ssize_t)VMNET_FRAME_MAX));
}

static void client_gives(struct bench *b)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };
	unsigned int n = fuzz_byte(&b->in);

	while (n--)
		vmnet_client_send(&b->client, frame, VMNET_FRAME_MIN + n);
	vmnet_client_flush(&b->client);
	vmnet_client_hush(&b->client);
}

static void peer_says(struct bench *b)
{
	uint8_t msg[40];
	unsigned int which = fuzz_byte(&b->in) & 1;
	size_t n = fuzz_byte(&b->in) % sizeof(msg);

	n = fuzz_bytes(&b->in, msg, n);
	if (send(b->peer[which], msg, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;		/* its socket is full */
	vmnet_client_news(&b->client);
}

/* good_frames() - without these, nothing would get past the first check. */
static void good_frames(struct bench *b)
{
	uint8_t frame[RING_FRAME_MAX] = { 0 };
	unsigned int n = fuzz_byte(&b->in);
	size_t len = fuzz_word(&b->in) % (RING_FRAME_MAX + 1);

	while (n--) {
		ring_put(&pairs[0]->to_switch, frame, len);
		ring_put(&pairs[1]->to_client, frame, len);
	}
}

static void (*const steps[])(struct bench *) = {
	port_takes, port_gives, client_takes, client_gives, peer_says,
	good_frames, port_takes, client_takes,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bench b = { .in = { data, size } };
	uint32_t seed = fuzz_long(&b.in);
	unsigned int i;

	ring_reset(pairs[0]);
	ring_reset(pairs[1]);
	open_port(&b);
	open_client(&b);
	/* Where they look: each has mapped its pair anew. */
	fuzz_scribble(b.port->rings, sizeof(*b.port->rings), seed);
	fuzz_scribble(b.client.rings, sizeof(*b.client.rings), seed);
	for (i = 0; i < STEPS && b.in.left; i++)
		steps[fuzz_byte(&b.in) % ARRAY_SIZE(steps)](&b);
	fuzz_scribble_end();
	close_all(&b);
	return 0;
}
