/* SPDX-License-Identifier: BSD-2-Clause */
/* timeline.c - the switch's side of the time line: see timeline.h. */
#include "vmnet/tap/timeline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"

/* ---- on and off -------------------------------------------------------- */

void timelines_open(struct timelines *all)
{
	const char *word = getenv(TIMELINE_VARIABLE);
	unsigned long n = word ? strtoul(word, NULL, 10) : 0;

	all->always = (uint32_t)MIN(n, (unsigned long)UINT32_MAX);
}

int timeline_on(struct timelines *all, unsigned int slot, uint32_t number,
		struct card_times *card, uint32_t every)
{
	struct timeline *line;

	ASSERT(slot < TIMELINE_PORTS && every);
	timeline_off(all, slot);
	line = calloc(1, sizeof(*line));
	if (!line)
		return -ENOMEM;
	line->number = number;
	line->every = every;
	line->card = card;
	if (card) {
		memcpy(line->before, card->hop, sizeof(line->before));
		atomic_store(&card->every, every);
	}
	all->of[slot] = line;
	return 0;
}

void timeline_off(struct timelines *all, unsigned int slot)
{
	struct timeline *line = all->of[slot];

	if (!line)
		return;
	if (line->card)
		atomic_store(&line->card->every, 0);
	free(line);
	all->of[slot] = NULL;
}

void timeline_card(const struct timeline *line, enum card_hop hop,
		   struct latency *l)
{
	const struct latency *before = &line->before[hop];
	unsigned int i;

	memset(l, 0, sizeof(*l));
	if (!line->card)
		return;
	memcpy(l, &line->card->hop[hop], sizeof(*l));
	l->sum -= before->sum;
	for (i = 0; i < LATENCY_BUCKETS; i++)
		l->n[i] -= before->n[i];
}

/* ---- lines ------------------------------------------------------------- */

static void line_note(struct timeline *line, enum switch_hop hop, uint64_t from,
		      uint64_t to)
{
	latency_add(&line->hop[hop], from, to);
}

static void note_for(struct timeline *line, enum switch_hop hop, uint64_t ns)
{
	latency_add(&line->hop[hop], 0, ns);
}

/* line_turn() - is this frame one of @every? @count: frames since the last such
 * one */
static bool line_turn(const struct timeline *line, uint32_t *count)
{
	if (++*count < line->every)
		return false;
	*count = 0;
	return true;
}

/* line_named() - Return: the line of that name; NULL: it has gone. */
static struct timeline *line_named(const struct timelines *all,
				   const struct line_name *name)
{
	struct timeline *line = name->number ? all->of[name->slot] : NULL;

	return line && line->number == name->number ? line : NULL;
}

static struct line_name name_of(const struct timelines *all, unsigned int slot)
{
	return (struct line_name){ all->of[slot]->number, slot };
}

/* line_pass() - the frame that the switch handles now comes from that port. */
static void line_pass(struct timelines *all, unsigned int slot, uint64_t began,
		      uint64_t now)
{
	all->passing = (struct frame_times){
		.from = name_of(all, slot), .began = began, .at = now,
	};
}

/* ---- in ---------------------------------------------------------------- */

/* line_believed() - is it a time within the last TIMELINE_BELIEVED? */
static bool line_believed(uint64_t then, uint64_t now)
{
	return then <= now && now - then < TIMELINE_BELIEVED;
}

/* stamp_now() - Return: the time now, if @stamp is there and can be believed;
 * else 0 */
static uint64_t stamp_now(const struct ring_stamp *stamp)
{
	uint64_t now = stamp->put ? clock_now_ns() : 0;

	return now && line_believed(stamp->put, now) &&
			       line_believed(stamp->began, stamp->put) ?
		       now :
		       0;
}

void timeline_from_card(struct timelines *all, unsigned int slot,
			const struct ring_stamp *stamp)
{
	uint64_t now;

	timeline_over(all);
	now = stamp_now(stamp);
	if (!now)
		return;
	line_note(all->of[slot], SWITCH_HOP_OUT_RING, stamp->put, now);
	line_pass(all, slot, stamp->began, now);
}

void timeline_from_socket(struct timelines *all, unsigned int slot)
{
	struct timeline *line = all->of[slot];
	uint64_t now;

	timeline_over(all);
	if (!line_turn(line, &line->outs))
		return;
	now = clock_now_ns();
	line_pass(all, slot, now, now);
}

void timeline_from_link(struct timelines *all, unsigned int slot, bool in,
			uint64_t came_ns)
{
	struct timeline *line = all->of[slot];
	uint64_t now;

	timeline_over(all);
	if (!line_turn(line, in ? &line->ins : &line->outs))
		return;
	now = clock_now_ns();
	line_note(line, in ? SWITCH_HOP_IN_LINK : SWITCH_HOP_OUT_LINK, came_ns,
		  now);
	if (in)
		all->passing = (struct frame_times){
			.to = name_of(all, slot), .at = now };
	else
		line_pass(all, slot, came_ns, now);
}

void timeline_from_nat(struct timelines *all, unsigned int slot,
		       const struct ring_stamp *stamp)
{
	struct timeline *line = all->of[slot];
	uint64_t now;

	timeline_over(all);
	now = stamp_now(stamp);
	if (!now)
		return;
	line_note(line, SWITCH_HOP_IN_NAT, stamp->began, stamp->put);
	line_note(line, SWITCH_HOP_IN_NAT_WAIT, stamp->put, now);
	all->passing = (struct frame_times){ .to = name_of(all, slot),
					     .at = now };
}

/* ---- out --------------------------------------------------------------- */

/* offered_from() - note in @t the line of the port that the frame came from. */
static void offered_from(struct timelines *all, struct frame_times *t,
			 uint64_t now)
{
	struct timeline *line = line_named(all, &all->passing.from);

	if (!line)
		return;
	t->from = all->passing.from;
	t->began = all->passing.began;
	line_note(line, SWITCH_HOP_OUT_SWITCH, all->passing.at, now);
	all->passing.from.number = 0;	/* of its copies the first counts */
}

bool timeline_offered(struct timelines *all, unsigned int slot,
		      struct frame_times *t)
{
	const struct frame_times *p = &all->passing;
	bool any = p->from.number || p->to.number;
	struct timeline *to = all->of[slot];
	uint64_t now;

	*t = (struct frame_times){ .at = 0 };
	if (!any && !(to && line_turn(to, &to->ins)))
		return false;
	now = clock_now_ns();
	if (to) {
		t->to = name_of(all, slot);
		to->ins = 0;
		if (any)
			line_note(to, SWITCH_HOP_IN_SWITCH, p->at, now);
	}
	offered_from(all, t, now);
	t->at = now;
	return t->from.number || t->to.number;
}

const struct ring_stamp *timeline_stamp(const struct frame_times *t,
					struct ring_stamp *stamp)
{
	if (!t->to.number)
		return NULL;
	*stamp = (struct ring_stamp){ t->at, clock_now_ns() };
	return stamp;
}

const struct ring_stamp *timeline_nat_stamp(const struct frame_times *t,
					    struct ring_stamp *stamp)
{
	if (!t->from.number)
		return NULL;
	*stamp = (struct ring_stamp){ t->began, clock_now_ns() };
	return stamp;
}

void timeline_given(struct timelines *all, const struct frame_times *t,
		    bool nat)
{
	struct timeline *from = line_named(all, &t->from);
	struct timeline *to = line_named(all, &t->to);
	uint64_t now = clock_now_ns();

	if (to)
		line_note(to, SWITCH_HOP_IN_QUEUE, t->at, now);
	if (!from)
		return;
	line_note(from, SWITCH_HOP_OUT_QUEUE, t->at, now);
	if (!nat)
		line_note(from, SWITCH_HOP_OUT_TOTAL, t->began, now);
}

void timeline_nat_done(struct timelines *all, unsigned int slot,
		       uint32_t before, uint32_t waited, uint32_t took)
{
	struct timeline *line = all->of[slot];

	if (!line)
		return;
	note_for(line, SWITCH_HOP_OUT_NAT_WAIT, waited);
	note_for(line, SWITCH_HOP_OUT_NAT, took);
	note_for(line, SWITCH_HOP_OUT_TOTAL, (uint64_t)before + waited + took);
}
