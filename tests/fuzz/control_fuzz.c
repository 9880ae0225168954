/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control_fuzz.c - a running machine and those who talk to it: clients come,
 * send any bytes in any pieces, read or do not, and go; each gets answers of a
 * bounded size or is cut off, and nothing of it stays. And any bytes as the
 * answer of a machine.
 *
 * Input: a word for each step. What is sent is its next bytes, or a request
 * out of some with one byte changed.
 *
 * tests/fuzz: runs 6000
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "tests/fuzz/target.h"
#include "vmapp/control/control.h"
#include "vmapp/control/request.h"

#define PEERS 12	/* more than are served at a time */

struct bench {
	struct control control;
	struct fuzz_input in;
	int door;
	uint64_t ticket;	/* of one that wants its answer later */
	int peer[PEERS];	/* -1: not there */
};

/* One less than a word has room for, and more than that. */
#define TEN "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN "012345678"

static const char *const lines[] = {
	"{\"verb\":\"status\"}\n",
	"{\"verb\":\"link\",\"words\":[\"0\",\"down\"]}\n",
	"{\"verb\":\"pause\",\"words\":[]}\n{\"verb\":\"resume\"}\n",
	"{\"verb\":\"status\",\"x\":[[[{\"y\":\"\\u005b\\\"\"}]]]}\n",
	"{\"verb\":\"no-such\",\"words\":[1,2.5e3,true,null]}\n",
	"{\"verb\":\"" LONG "\"}\n",
	"{\"verb\":\"link\",\"words\":[\"" LONG "5\",\"up\"]}\n",
	"{\"ok\":true,\"report\":{\"a\":[0,1]}}\n",
	"{\"ok\":false,\"error\":\"e\",\"status\":64}\n",
};

const char *fuzz_open(void)
{
	json_object_seed(1);
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	if (n < ARRAY_SIZE(lines)) {
		/* Client 1 comes, and sends it. */
		const uint8_t first[] = { 0, 1, 1, 1,
					  (uint8_t)strlen(lines[n]) };

		memcpy(buf, first, sizeof(first));
		memcpy(buf + sizeof(first), lines[n], strlen(lines[n]));
		return sizeof(first) + strlen(lines[n]);
	}
	if (n >= ARRAY_SIZE(lines) + 8)
		return 0;
	return fuzz_noise(buf, size, 500, n, 3, 5);
}

/* with_end() - @n times @c, and a newline. */
static char *with_end(const char *c, size_t n)
{
	char *text = malloc(n + 2);

	ASSERT(text);
	memset(text, *c, n);
	memcpy(text + n, "\n", 2);
	return text;
}

/* answer() - what request_decode() makes of it; some are long. */
static char *answer(void *owner, const char *line, size_t len, bool *last)
{
	char why[REQUEST_WHY_SIZE] = "", *text;
	struct request r;
	struct bench *b = owner;
	unsigned int i;

	ASSERT(len < CONTROL_LINE);
	if (!request_decode(line, len, &r, why, last)) {
		ASSERT(*why && memchr(why, 0, sizeof(why)));
		for (i = 0; why[i]; i++)
			ASSERT(why[i] >= ' ' && why[i] <= '~');
		if (len % 7 == 3)
			return NULL;
		text = with_end("", 0);
	} else {
		ASSERT(r.verb < VERBS);
		for (i = 0; i < REQUEST_WORDS; i++)
			ASSERT(strlen(r.words[i]) < REQUEST_TEXT_SIZE);
		if (r.verb == VERB_PAUSE) {
			b->ticket = b->control.ticket;
			return CONTROL_LATER;
		}
		/* One that is too long, some that no socket takes at once. */
		text = with_end("a",
				r.verb == VERB_LINK   ? CONTROL_ANSWER_MAX :
				r.verb == VERB_REPORT ? CONTROL_ANSWER_MAX - 1 :
							100);
	}
	return text;
}

/* ---- what clients do --------------------------------------------------- */

static int *peer(struct bench *b)
{
	return &b->peer[fuzz_byte(&b->in) % PEERS];
}

static void comes(struct bench *b)
{
	int *p = peer(b), pair[2];
	uint8_t word = 0;

	if (*p >= 0)
		return;
	ASSERT(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
	fdpass_send(b->door, &word, sizeof(word), &pair[1], 1);
	close(pair[1]);
	*p = pair[0];
}

static void sends(struct bench *b)
{
	int *p = peer(b);
	char buf[256];
	size_t n = fuzz_byte(&b->in);

	n = fuzz_bytes(&b->in, buf, n);
	if (*p >= 0)
		(void)!send(*p, buf, n, MSG_NOSIGNAL);
}

static void asks(struct bench *b)
{
	const char *line = lines[fuzz_byte(&b->in) % ARRAY_SIZE(lines)];
	size_t n = strlen(line);
	int *p = peer(b);
	char buf[160];

	memcpy(buf, line, n);
	buf[fuzz_word(&b->in) % n] ^= (char)(fuzz_byte(&b->in) & 0x1f);
	if (*p >= 0)
		(void)!send(*p, buf, n, MSG_NOSIGNAL);
}

static void floods(struct bench *b)
{
	const char *line = lines[fuzz_byte(&b->in) % ARRAY_SIZE(lines)];
	unsigned int i = fuzz_byte(&b->in);
	size_t n = strlen(line) - (i & 1);	/* perhaps with no end */
	int *p = peer(b);

	while (*p >= 0 && i--)
		(void)!send(*p, line, n, MSG_NOSIGNAL);
}

static void reads(struct bench *b)
{
	int *p = peer(b);
	char buf[4096];

	if (*p >= 0 && recv(*p, buf, sizeof(buf), 0) == 0) {
		close(*p);
		*p = -1;
	}
}

static void goes(struct bench *b)
{
	int *p = peer(b);

	if (*p < 0)
		return;
	close(*p);
	*p = -1;
}

static void ends(struct bench *b)
{
	int *p = peer(b);

	if (*p >= 0)
		shutdown(*p, SHUT_WR);
}

/* time_passes() - as far as a client is judged by it. */
static void time_passes(struct bench *b)
{
	struct control_client *cl =
		&b->control.client[fuzz_byte(&b->in) % CONTROL_CLIENTS];

	if (cl->source.fd >= 0)
		cl->heard_ns -= CONTROL_LATER_NS;
}

/* finishes() - what somebody waits for; with a descriptor, or too long. */
static void finishes(struct bench *b)
{
	uint8_t how = fuzz_byte(&b->in);

	control_finish(&b->control, b->ticket - (how >> 6),
		       with_end("b", how & 1 ? CONTROL_ANSWER_MAX : 60),
		       how & 2 ? dup(b->door) : -1);
}

static void (*const steps[])(struct bench *) = {
	comes, sends, asks, comes, asks, reads, floods, goes, ends,
	time_passes, comes, sends, finishes, finishes,
};

/* check() - what is promised after each turn. */
static void check(const struct control *c)
{
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		const struct control_client *cl = &c->client[i];

		if (cl->source.fd < 0)
			continue;
		ASSERT(cl->in_len < CONTROL_LINE);
		ASSERT(!cl->out || cl->out_done < cl->out_len);
		ASSERT(!cl->out || cl->out_len <= CONTROL_ANSWER_MAX);
		/* Whoever makes it wait has an end. */
		ASSERT(!(cl->out || cl->in_len) || c->inner.timer_ns);
	}
}

/* machine_answers() - the other side of it: `hostel ctl`. */
static void machine_answers(const uint8_t *data, size_t size)
{
	json_t *o = answer_decode((const char *)data, size);

	ASSERT(!o || json_is_boolean(json_object_get(o, "ok")));
	json_decref(o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before = fuzz_descriptors(), i;
	struct bench *b = calloc(1, sizeof(*b));
	int pair[2];

	ASSERT(b);
	machine_answers(data, size);
	b->in = (struct fuzz_input){ data, size };
	for (i = 0; i < PEERS; i++)
		b->peer[i] = -1;
	ASSERT(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair));
	b->door = pair[0];
	ASSERT(!control_open(&b->control, pair[1], answer, b));
	while (b->in.left) {
		steps[fuzz_byte(&b->in) % ARRAY_SIZE(steps)](b);
		control_serve(&b->control);
		check(&b->control);
	}
	for (i = 0; i < PEERS; i++)
		if (b->peer[i] >= 0)
			close(b->peer[i]);
	control_close(&b->control);
	close(pair[0]);
	close(pair[1]);
	free(b);
	ASSERT(fuzz_descriptors() == before);
	return 0;
}
