/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_in.c - what comes for the guest: from the host's end of a cable
 * (cable.h) into the ring of its line.
 *
 * 1. Some input can not be watched (a plain file, /dev/null): epoll refuses
 *    it, as it is always ready. It is read when the guest has taken all that
 *    came before, and so it can not keep us busy.
 * 2. The VMM may write anything into the ring at any time: how much waits is
 *    never more than was put in, and one turn reads once.
 */
#include "vmapp/back/serial.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "vmapp/back/cable.h"

/* in_put() - a byte came: into the cable, and into the ring as well. */
static void in_put(struct serial_back *back, uint8_t byte)
{
	struct cable_waiting *w = back->in.waiting;

	w->bytes[(w->head + w->count++) % sizeof(w->bytes)] = byte;
	bytering_put(&back->line->in, byte);
}

/* in_taken() - what the chip has taken no longer waits. */
static void in_taken(struct serial_back *back)
{
	struct cable_waiting *w = back->in.waiting;
	uint32_t there = bytering_count(&back->line->in); /* read once */
	uint32_t left = MIN(there, w->count);

	w->head = (w->head + w->count - left) % (uint32_t)sizeof(w->bytes);
	w->count = left;
}

static bool in_full(const struct serial_in *in)
{
	return in->waiting->count >= sizeof(in->waiting->bytes);
}

/* in_break() - a client pressed it: the guest is told, before what is read
 * next. */
static void in_break(struct serial_back *back)
{
	uint64_t n;

	if (back->in.bell.fd >= 0 &&
	    read(back->in.bell.fd, &n, sizeof(n)) == (ssize_t)sizeof(n))
		back->line->breaks++;
}

/* in_fill() - read once, where there is room; Return: false if nothing came. */
static bool in_fill(struct serial_back *back)
{
	struct serial_in *in = &back->in;
	uint8_t buf[sizeof(in->waiting->bytes)];
	ssize_t n;
	size_t i, count;

	n = read(in->fd, buf, sizeof(buf) - in->waiting->count);
	in_break(back);	/* it was rung before these were sent */
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		events_watch(back->events, &in->source, 0);
		in->fd = -1;	/* end of input */
		if (in->device)
			log_warn("%s: this host's serial port has gone",
				 back->name);
		return false;
	}
	count = (size_t)n;
	if (in->terminal)
		count = back->owner.typed(back->owner.self, buf, count);
	for (i = 0; i < count; i++)
		in_put(back, buf[i]);
	return true;
}

/* in_ask() - be told when the guest has taken all that came. Return: false if
 * it has. */
static bool in_ask(struct serial_back *back)
{
	return bytering_ask_room(&back->line->in, 1);
}

/* in_read_on() - what can not be watched is read when the guest wants it and
 * has nothing; once, so that this ends. */
static void in_read_on(struct serial_back *back)
{
	if (!in_ask(back) && back->line->listening)
		in_fill(back);
	in_ask(back);
}

void serial_turn(struct serial_back *back)
{
	struct serial_in *in = &back->in;
	bool full;

	in_taken(back);
	if (in->fd >= 0 && in->always_ready)
		in_read_on(back);
	if (in->fd >= 0 && !in->always_ready) {
		full = in_full(in) && in_ask(back);
		events_watch(back->events, &in->source, full ? 0 : EPOLLIN);
	}
	back->owner.look(back->owner.self, back);
}

int serial_key(const struct serial_back *back)
{
	const struct serial_in *in = &back->in;

	return back->plugged && in->terminal && in->fd >= 0 &&
			       !in->always_ready && !in_full(in) ?
		       in->fd :
		       -1;
}

void serial_peek(struct serial_back *back)
{
	struct pollfd p = { .events = POLLIN };

	if (back->plugged)
		in_taken(back);
	p.fd = serial_key(back);
	if (p.fd >= 0 && poll(&p, 1, 0) > 0)
		in_fill(back);
}

static void in_ready(void *owner, struct source *src, uint32_t got)
{
	struct serial_back *back = owner;

	(void)src, (void)got;
	/* Watched only while there is room, but room may have gone. */
	in_taken(back);
	if (!in_full(&back->in) && in_fill(back))
		back->owner.look(back->owner.self, back);
}

static void bell_ready(void *owner, struct source *src, uint32_t got)
{
	struct serial_back *back = owner;

	(void)src, (void)got;
	in_break(back);
	back->owner.look(back->owner.self, back);
}

/* in_open() - what waits in the cable from an earlier life comes first. */
static void in_open(struct serial_back *back, const struct cable *cable)
{
	struct serial_in *in = &back->in;
	struct cable_waiting *w = cable->waiting;
	uint32_t i;

	in->fd = cable->in;
	in->device = cable->device;
	in->terminal = cable->raw && back->owner.typed;
	in->waiting = w;
	in->bell = (struct source){ .fd = cable->bell, .owner = back,
				    .ready = bell_ready };
	if (cable->bell >= 0)
		events_watch(back->events, &in->bell, EPOLLIN);
	/* A life before this one may have left anything there. */
	w->head %= (uint32_t)sizeof(w->bytes);
	w->count = MIN(w->count, (uint32_t)sizeof(w->bytes));
	for (i = 0; i < w->count; i++)
		bytering_put(&back->line->in,
			     w->bytes[(w->head + i) % sizeof(w->bytes)]);
	if (in->fd < 0)
		return;
	in->source = (struct source){ .fd = in->fd, .owner = back,
				      .ready = in_ready };
	in->always_ready = !events_watch(back->events, &in->source, EPOLLIN);
	serial_turn(back);	/* not watched if it is full */
}

void serial_open(struct serial_back *back, const char *name,
		 struct byte_line *line, struct events *events,
		 const struct serial_owner *owner, const struct cable *cable)
{
	back->name = name;
	back->plugged = cable->in >= 0 || cable->out >= 0;
	back->line = line;
	back->events = events;
	back->owner = *owner;
	back->out.fd = cable->out;
	back->out.lossy = cable->lossy;
	in_open(back, cable);
}
