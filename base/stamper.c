/* SPDX-License-Identifier: BSD-2-Clause */
/* stamper.c - the card's side of the time line: see stamper.h. */
#include "base/stamper.h"

#include <string.h>

#include "base/clock.h"

static void stamp_note(struct stamper *s, enum card_hop hop, uint64_t from,
		       uint64_t to)
{
	latency_add(&s->times->hop[hop], from, to);
}

/* stamp_turn() - is this one of @every? @count: since the last that was */
static bool stamp_turn(const struct stamper *s, uint32_t *count)
{
	uint32_t every = 0;

	if (s->times)
		every = atomic_load_explicit(&s->times->every,
					     memory_order_relaxed);
	if (!every || ++*count < every)
		return false;
	*count = 0;
	return true;
}

void stamper_told(struct stamper *s)
{
	if (stamper_on(s) && !s->told && stamp_turn(s, &s->outs))
		s->told = clock_now_ns();
}

void stamper_look(struct stamper *s)
{
	if (s->told)
		stamp_note(s, CARD_HOP_OUT_LOOK, s->told, clock_now_ns());
	s->told = 0;
	if (s->due)
		s->out.began = clock_now_ns();
}

const struct ring_stamp *stamper_stamp(struct stamper *s)
{
	stamper_sent(s);	/* the one before */
	if (!s->due)
		return NULL;
	s->out.put = clock_now_ns();
	return &s->out;
}

void stamper_put(struct stamper *s, bool put)
{
	if (!put) {
		s->out.put = 0;
		return;
	}
	if (s->out.put)
		stamp_note(s, CARD_HOP_OUT_FETCH, s->out.began, s->out.put);
	/* The next one begins with a look, or here. */
	s->due = stamp_turn(s, &s->frames);
	if (s->due)
		s->out.began = clock_now_ns();
}

void stamper_sent(struct stamper *s)
{
	if (s->out.put)
		stamp_note(s, CARD_HOP_OUT_BACK, s->out.put, clock_now_ns());
	s->out.put = 0;
}

void stamper_taken(struct stamper *s, const struct ring_stamp *stamp)
{
	s->taken = 0;
	if (!stamp->put || !stamper_on(s))
		return;
	s->in = *stamp;
	s->taken = clock_now_ns();
	stamp_note(s, CARD_HOP_IN_RING, stamp->put, s->taken);
}

void stamper_delivered(struct stamper *s)
{
	uint64_t now;

	if (!s->taken)
		return;
	now = clock_now_ns();
	stamp_note(s, CARD_HOP_IN_CARD, s->taken, now);
	stamp_note(s, CARD_HOP_IN_TOTAL, s->in.began, now);
	s->taken = 0;
	if (!s->back)
		s->back = now;
}

void stamper_irq(struct stamper *s)
{
	if (!s->back || s->acked)
		return;
	s->acked = clock_now_ns();
	stamp_note(s, CARD_HOP_IN_IRQ, s->back, s->acked);
}

void stamper_status(struct stamper *s)
{
	if (s->acked)
		stamp_note(s, CARD_HOP_IN_DRIVER, s->acked, clock_now_ns());
	s->back = s->acked = 0;
}
