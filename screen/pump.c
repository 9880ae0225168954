/* SPDX-License-Identifier: BSD-2-Clause */
/* pump.c - the thread that clients of the screen talk to: see pump.h. */
#include "screen/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"

/* Bytes that are read at once, from either side. */
#define CHUNK	(64u << 10)

/* Time between two clients that are accepted. */
#define REST_NS	10000000u

/* ---- bytes that wait --------------------------------------------------- */

static size_t pump_waiting(const struct pump_bytes *b)
{
	return b->len - b->done;
}

/* bytes_add() - append @n bytes. Return: false: no memory, or more than
 * PUMP_WAITING_MOST would wait. */
static bool bytes_add(struct pump_bytes *b, const void *data, size_t n)
{
	uint8_t *more;
	size_t room;

	if (!n)
		return true;
	if (pump_waiting(b) + n > PUMP_WAITING_MOST)
		return false;
	if (b->done && b->len + n > b->room) {
		memmove(b->data, b->data + b->done, pump_waiting(b));
		b->len -= b->done;
		b->done = 0;
	}
	if (b->len + n > b->room) {
		room = MAX(2 * b->room, b->len + n);
		more = realloc(b->data, room);
		if (!more)
			return false;
		b->data = more;
		b->room = room;
	}
	memcpy(b->data + b->len, data, n);
	b->len += n;
	return true;
}

static void bytes_free(struct pump_bytes *b)
{
	free(b->data);
	*b = (struct pump_bytes){ NULL, 0, 0, 0 };
}

/* bytes_send() - send what @sock takes now, and free a large buffer that is
 * empty. Return: false: the other side is gone. */
static bool bytes_send(struct pump_bytes *b, int sock, bool *moved)
{
	ssize_t n;

	if (!pump_waiting(b))
		return true;
	n = send(sock, b->data + b->done, pump_waiting(b),
		 MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	*moved = true;
	b->done += (size_t)n;
	if (!pump_waiting(b) && b->room > 2 * CHUNK)
		bytes_free(b);
	else if (!pump_waiting(b))
		b->len = b->done = 0;
	return true;
}

/* ---- one client -------------------------------------------------------- */

static void client_close(struct pump_client *c)
{
	if (c->sock >= 0)
		close(c->sock);
	if (c->lib >= 0)
		close(c->lib);
	bytes_free(&c->in);
	bytes_free(&c->to_client);
	bytes_free(&c->to_lib);
	c->sock = c->lib = -1;
}

/* is_in() - does the library know the client, and is its handshake over? */
static bool is_in(const struct pump_client *c)
{
	return c->gate.state == RFB_TALKS;
}

/* pump_say() - send bytes of RFB to the client. */
static bool pump_say(struct pump_client *c, const void *data, size_t n)
{
	uint8_t head[WEBSOCKET_HEAD];

	if (c->framed &&
	    !bytes_add(&c->to_client, head, websocket_head(n, head)))
		return false;
	return bytes_add(&c->to_client, data, n);
}

/* pump_greet() - send the server's version. The library will send it as well,
 * later; that is skipped. */
static bool pump_greet(struct pump_client *c)
{
	c->skip = RFB_VERSION_LEN;
	return pump_say(c, RFB_VERSION, RFB_VERSION_LEN);
}

/* pump_join() - the client has sent its version: give the library its end of a
 * socket pair. */
static bool pump_join(struct pump *p, struct pump_client *c)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       pair) < 0)
		return false;
	c->lib = pair[0];
	/* Its version goes first: the library looks for it at once. */
	if (send(c->lib, c->to_lib.data, pump_waiting(&c->to_lib),
		 MSG_DONTWAIT) == (ssize_t)pump_waiting(&c->to_lib) &&
	    write(p->news, &pair[1], sizeof(pair[1])) == sizeof(pair[1])) {
		c->to_lib.len = c->to_lib.done = 0;
		return true;
	}
	close(pair[1]);
	return false;
}

/* hear_rfb() - @n bytes of RFB came, at most CHUNK. Return: false: cut the
 * client off. */
static bool hear_rfb(struct pump *p, struct pump_client *c, const uint8_t *in,
		     size_t n)
{
	uint8_t out[CHUNK + RFB_GATE_HELD];
	ssize_t got = rfb_gate_feed(&c->gate, in, n, out);

	return got >= 0 && bytes_add(&c->to_lib, out, (size_t)got) &&
	       (c->lib >= 0 || c->gate.state == RFB_SAYS_VERSION ||
		pump_join(p, c));
}

/* hear_frames() - bytes of a WebSocket came. */
static bool hear_frames(struct pump *p, struct pump_client *c,
			const uint8_t *in, size_t n)
{
	struct websocket_reply reply;
	uint8_t out[CHUNK];
	size_t at, used;
	ssize_t got;

	for (at = 0; at < n && !c->closing; at += used) {
		got = websocket_feed(&c->frames, in + at, n - at, &used, out,
				     &reply);
		if (got < 0 || !hear_rfb(p, c, out, (size_t)got) ||
		    !bytes_add(&c->to_client, reply.bytes, reply.len))
			return false;
		c->closing = reply.end;
	}
	return true;
}

/* hear_request() - bytes of a browser's request came. */
static bool hear_request(struct pump *p, struct pump_client *c,
			 const uint8_t *in, size_t n)
{
	struct http_answer a;
	size_t end;

	if (!bytes_add(&c->in, in, n))
		return false;
	end = http_end((const char *)c->in.data, c->in.len);
	if (!end)
		return c->in.len <= HTTP_REQUEST_MOST;
	/* What a browser says before it has an answer is not a WebSocket's. */
	http_answer(p->web, (const char *)c->in.data, end, &a);
	bytes_free(&c->in);
	if (!bytes_add(&c->to_client, a.head, strlen(a.head)) ||
	    !bytes_add(&c->to_client, a.body, a.body_len))
		return false;
	c->framed = a.websocket;
	c->closing = !a.websocket;
	return c->closing || pump_greet(c);
}

/* client_hear() - read once from the client. Return: false: it is gone, or is
 * to be cut off. */
static bool client_hear(struct pump *p, struct pump_client *c)
{
	uint8_t in[CHUNK];
	ssize_t n = recv(c->sock, in, sizeof(in), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	if (c->framed)
		return hear_frames(p, c, in, (size_t)n);
	return c->web ? hear_request(p, c, in, (size_t)n) :
			hear_rfb(p, c, in, (size_t)n);
}

/* library_hear() - read once from the library. Return: false: no memory. */
static bool library_hear(struct pump_client *c)
{
	uint8_t in[CHUNK];
	size_t skip;
	ssize_t n = recv(c->lib, in, sizeof(in), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0) {
		/* It has ended this one; what it said last is still sent. */
		close(c->lib);
		c->lib = -1;
		c->closing = true;
		return true;
	}
	skip = MIN(c->skip, (size_t)n);
	c->skip -= skip;
	return (size_t)n == skip || pump_say(c, in + skip, (size_t)n - skip);
}

/* ask_on() - pass the client's request for a picture on, once it has taken all
 * that waits for it. */
static bool ask_on(struct pump_client *c)
{
	uint8_t request[RFB_REQUEST_LEN];

	if (c->lib < 0 || pump_waiting(&c->to_client))
		return true;
	return bytes_add(&c->to_lib, request,
			 rfb_gate_request(&c->gate, request));
}

/* client_due() - when it is cut off if nothing moves; UINT64_MAX: never. */
static uint64_t client_due(const struct pump_client *c)
{
	if (c->gate.state == RFB_SAYS_RESPONSE)
		return c->since_ns + PUMP_PASSWORD_NS;
	if (!is_in(c))
		return c->since_ns + PUMP_PATIENCE_NS;
	return pump_waiting(&c->to_client) ? c->since_ns + PUMP_STUCK_NS :
					     UINT64_MAX;
}

/* client_turn() - read from both sides what they have, and write what they
 * take. */
static void client_turn(struct pump *p, struct pump_client *c, short client,
			short lib, uint64_t now)
{
	bool good = true, moved = false, heard = false;
	bool idle = !pump_waiting(&c->to_client);
	enum rfb_state step = c->gate.state;

	if (lib & (POLLIN | POLLHUP | POLLERR))
		good = library_hear(c);
	if (good && client & (POLLIN | POLLHUP | POLLERR) && !c->closing)
		good = client_hear(p, c);
	else if (client & (POLLHUP | POLLERR))
		good = false;
	good = good && bytes_send(&c->to_client, c->sock, &moved) &&
	       ask_on(c) &&
	       (c->lib < 0 || bytes_send(&c->to_lib, c->lib, &heard));
	if (c->gate.state != step || (is_in(c) && (moved || idle)))
		c->since_ns = now;
	if (!good || (c->closing && !pump_waiting(&c->to_client)) ||
	    client_due(c) <= now)
		client_close(c);
}

/* ---- all of them ------------------------------------------------------- */

/* free_client() - Return: a place for a client, perhaps of one that has not
 * finished its handshake; NULL: there is none. */
static struct pump_client *free_client(struct pump *p)
{
	struct pump_client *it = NULL;
	unsigned int i;

	for (i = 0; i < PUMP_CLIENTS; i++) {
		struct pump_client *c = &p->client[i];

		if (c->sock < 0)
			return c;
		if (!is_in(c) && (!it || c->since_ns < it->since_ns))
			it = c;
	}
	if (it)
		client_close(it);
	return it;
}

static void take_in(struct pump *p, int listener, uint64_t now)
{
	int sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct pump_client *c;

	p->rested_ns = now + REST_NS;
	if (sock < 0)
		return;
	c = free_client(p);
	if (!c) {
		close(sock);
		return;
	}
	*c = (struct pump_client){ .sock = sock, .lib = -1, .since_ns = now,
				   .web = p->web != NULL };
	rfb_gate_open(&c->gate, p->password);
	if (!c->web && !pump_greet(c))
		client_close(c);
}

/* pump_fill() - fill in what to poll for. Return: when to look at the
 * latest. */
static uint64_t pump_fill(struct pump *p, struct pollfd *f, uint64_t now)
{
	bool rests = now < p->rested_ns;
	uint64_t due = rests ? p->rested_ns : UINT64_MAX;
	unsigned int i;

	for (i = 0; i < PUMP_LISTENERS; i++)
		*f++ = (struct pollfd){ rests ? -1 : p->listener[i], POLLIN,
					0 };
	for (i = 0; i < PUMP_CLIENTS; i++) {
		const struct pump_client *c = &p->client[i];
		short in = c->closing || pump_waiting(&c->to_lib) > CHUNK ?
				   0 :
				   POLLIN;
		short out = pump_waiting(&c->to_client) ? POLLOUT : 0;

		*f++ = (struct pollfd){ c->sock, (short)(in | out), 0 };
		out = pump_waiting(&c->to_lib) ? POLLOUT : 0;
		*f++ = (struct pollfd){ c->sock < 0 ? -1 : c->lib,
					(short)(POLLIN | out), 0 };
		if (c->sock >= 0)
			due = MIN(due, client_due(c));
	}
	return due;
}

/* pump_turn() - #syscalls[screen] poll accept4 recvfrom sendto socketpair write
 * close */
static void pump_turn(struct pump *p)
{
	struct pollfd f[PUMP_LISTENERS + 2 * PUMP_CLIENTS], *at;
	uint64_t now = clock_now_ns(), due = pump_fill(p, f, now);
	unsigned int i;
	int ms = -1;

	if (due != UINT64_MAX)
		ms = due > now ? (int)((due - now) / 1000000) + 1 : 0;
	if (poll(f, PUMP_LISTENERS + 2 * PUMP_CLIENTS, ms) < 0)
		return;
	now = clock_now_ns();
	at = f + PUMP_LISTENERS;
	for (i = 0; i < PUMP_CLIENTS; i++, at += 2)
		if (p->client[i].sock >= 0)
			client_turn(p, &p->client[i], at[0].revents,
				    at[1].revents, now);
	for (i = 0; i < PUMP_LISTENERS; i++)
		if (f[i].revents & POLLIN)
			take_in(p, f[i].fd, now);
}

static void *pump_thread(void *arg)
{
	for (;;)
		pump_turn(arg);
	return NULL;
}

int pump_start(struct pump *p, int *news)
{
	unsigned int i;
	int ends[2];

	for (i = 0; i < PUMP_CLIENTS; i++)
		p->client[i].sock = p->client[i].lib = -1;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	p->news = ends[1];
	*news = ends[0];
	return thread_start(&p->thread, pump_thread, p);
}
