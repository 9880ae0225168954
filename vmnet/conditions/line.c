/* SPDX-License-Identifier: BSD-2-Clause */
/* line.c - one direction of a port's link: see line.h. */
#include "vmnet/conditions/line.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/proto/proto.h"

#define NSEC_PER_USEC 1000ull

void line_open(struct line *line, struct frame_pool *pool)
{
	memset(line, 0, sizeof(*line));
	line->waiting.pool = line->held.pool = pool;
}

/* ---- room -------------------------------------------------------------- */

size_t line_room(const struct vmnet_conditions *c)
{
	uint64_t rate = c->rate ? MIN(c->rate, LINE_FASTEST) : LINE_FASTEST;
	uint64_t ns = (c->delay + (uint64_t)c->jitter) * NSEC_PER_USEC;
	uint64_t bytes, least;

	if (c->rate)
		ns += LINE_QUEUE_NS;
	/* at most 20.1 s of 10 Gb/s: it fits */
	bytes = rate / 8 * (ns / NSEC_PER_USEC) / 1000000 + c->burst;
	least = c->rate ? LINE_LEAST_RATE : LINE_LEAST;
	return (size_t)MIN(MAX(bytes, least), (uint64_t)LINE_MOST);
}

/* line_promise() - Return: bytes of memory for so much room, with the records'
 * heads: little more for long frames, up to half as much again for short
 * ones. */
static size_t line_promise(const struct vmnet_conditions *c)
{
	size_t room = line_room(c);

	return conditions_none(c) ? 0 : room + room / 4;
}

void line_seed(struct line *line, const uint8_t *mac, unsigned int direction)
{
	fates_begin(&line->fates, line->set.seed, mac, direction);
}

/* line_keep() - put a copy into one of the queues. Return: NULL: there is no
 * room. */
static struct frame_waiting *line_keep(struct line *line, struct frame_queue *q,
				       const uint8_t *frame, size_t len)
{
	size_t bytes = line->waiting.bytes + line->held.bytes + len;
	size_t taken = line->waiting.taken + line->held.taken + len;
	struct frame_waiting *f = NULL;

	if (bytes <= line->room && taken <= line->room + line->room / 4)
		f = frame_queue_add(q, frame, len);
	return f;
}

/* ---- time -------------------------------------------------------------- */

/* turn_ns() - when a frame of @len bytes is through the rate. A pause before it
 * saves time for one burst, and no more. */
static uint64_t turn_ns(struct line *line, size_t len, uint64_t now_ns)
{
	const struct vmnet_conditions *c = &line->set;
	uint64_t saved;

	if (!c->rate)
		return now_ns;
	saved = c->burst * 8ull * NSEC_PER_SEC / c->rate;
	if (line->free_ns + saved < now_ns)
		line->free_ns = now_ns - saved;
	line->free_ns += len * 8ull * NSEC_PER_SEC / c->rate;
	return MAX(line->free_ns, now_ns);
}

/* due_ns() - when a frame of @len bytes is through the rate and the delay; not
 * before any frame that came earlier. @shift: struct fate's */
static uint64_t due_ns(struct line *line, size_t len, int32_t shift,
		       uint64_t now_ns)
{
	const struct vmnet_conditions *c = &line->set;
	int64_t delay = (int64_t)(c->delay * NSEC_PER_USEC) +
			(int64_t)c->jitter * shift / (INT32_MAX / 1000);
	uint64_t due = turn_ns(line, len, now_ns);

	if (delay > 0)
		due += (uint64_t)delay;
	line->last_ns = MAX(line->last_ns, due);
	return line->last_ns;
}

/* line_hurry() - a frame that waits comes no later than under the new
 * conditions. */
static void line_hurry(void *arg, struct frame_waiting *f, uint64_t now_ns)
{
	uint64_t due = due_ns(arg, f->len, 0, now_ns);

	f->due_ns = MIN(f->due_ns, due);
}

int line_set(struct line *line, const struct vmnet_conditions *c,
	     uint64_t now_ns)
{
	struct frame_pool *pool = line->waiting.pool;
	size_t promise = line_promise(c);

	if (pool->promised - line->promised + promise > LINE_POOL_MOST)
		return -ENOMEM;
	pool->promised = pool->promised - line->promised + promise;
	line->promised = promise;
	line->room = line_room(c);
	line->set = *c;
	line->free_ns = line->last_ns = 0;
	frame_queue_each(&line->waiting, line_hurry, line, now_ns);
	return 0;
}

/* line_tell() - a frame is lost: tell it. */
static void line_tell(const struct line *line, bool full, const uint8_t *frame,
		      size_t len)
{
	if (line->told)
		line->told(line->owner, line, full, frame, len);
}

/* line_full() - there is no room for a frame. */
static void line_full(struct line *line, const uint8_t *frame, size_t len)
{
	line->full++;
	line_tell(line, true, frame, len);
}

/* line_pass() - queue a frame for its turn at the rate, then its delay. */
static void line_pass(struct line *line, const uint8_t *frame, size_t len,
		      int32_t shift, uint64_t now_ns)
{
	struct frame_waiting *f = line_keep(line, &line->waiting, frame, len);

	if (!f) {
		line_full(line, frame, len);
		return;
	}
	f->came_ns = now_ns;
	f->due_ns = due_ns(line, len, shift, now_ns);
}

/* line_release() - queue the first of the held frames for its turn. */
static void line_release(struct line *line, uint64_t now_ns)
{
	struct frame_waiting *f = frame_queue_first(&line->held);
	uint8_t frame[VMNET_FRAME_MAX];
	size_t len = f->len;
	int32_t shift = f->shift;

	memcpy(frame, f->data, len);
	frame_queue_remove(&line->held);
	line_pass(line, frame, len, shift, now_ns);
}

/* release_overtaken() - release held frames that enough others have
 * overtaken. */
static void release_overtaken(struct line *line, uint64_t now_ns)
{
	const struct frame_waiting *f;

	while ((f = frame_queue_first(&line->held)) &&
	       f->ordinal + MAX(line->set.gap, 1) < line->fates.ordinal)
		line_release(line, now_ns);
}

/* release_late() - release held frames that have waited for LINE_HOLD_NS. */
static void release_late(struct line *line, uint64_t now_ns)
{
	const struct frame_waiting *f;

	while ((f = frame_queue_first(&line->held)) && f->due_ns <= now_ns)
		line_release(line, f->due_ns);
}

/* ---- frames ------------------------------------------------------------ */

static void line_hold(struct line *line, const uint8_t *frame, size_t len,
		      int32_t shift, uint64_t now_ns)
{
	struct frame_waiting *f = line_keep(line, &line->held, frame, len);

	if (!f) {
		line_full(line, frame, len);
		return;
	}
	f->due_ns = now_ns + LINE_HOLD_NS;
	f->ordinal = line->fates.ordinal - 1;
	f->shift = shift;
}

/* line_spoil() - flip one bit behind the addresses and the type, which the
 * receiver has to find. */
static void line_spoil(uint8_t *frame, size_t len, uint32_t bit)
{
	if (len <= VMNET_FRAME_MIN)
		return;
	bit %= (uint32_t)(len - VMNET_FRAME_MIN) * 8;
	frame[VMNET_FRAME_MIN + bit / 8] ^= (uint8_t)(1 << bit % 8);
}

void line_put(struct line *line, const uint8_t *frame, size_t len,
	      uint64_t now_ns)
{
	struct fate fate = fates_next(&line->fates, &line->set);
	unsigned int copies = fate.lost ? 0 : 1 + fate.twice, i;
	uint8_t spoilt[VMNET_FRAME_MAX];

	line->in++;
	if (fate.lost) {
		line->lost++;
		line_tell(line, false, frame, len);
	}
	line->copies += copies > 1;
	if (fate.corrupt && copies) {
		memcpy(spoilt, frame, len);
		line_spoil(spoilt, len, fate.bit);
		frame = spoilt;
	}
	for (i = 0; i < copies; i++) {
		if (fate.late)
			line_hold(line, frame, len, fate.shift, now_ns);
		else
			line_pass(line, frame, len, fate.shift, now_ns);
	}
	release_overtaken(line, now_ns);
}

const struct frame_waiting *line_due(struct line *line, uint64_t now_ns)
{
	const struct frame_waiting *f;

	release_late(line, now_ns);
	f = frame_queue_first(&line->waiting);
	return f && f->due_ns <= now_ns ? f : NULL;
}

void line_done(struct line *line)
{
	frame_queue_remove(&line->waiting);
	line->out++;
}

uint64_t line_next_ns(const struct line *line)
{
	const struct frame_waiting *w = frame_queue_first(&line->waiting);
	const struct frame_waiting *h = frame_queue_first(&line->held);
	uint64_t next = w ? w->due_ns : LINE_NEVER;

	return h ? MIN(next, h->due_ns) : next;
}

unsigned int line_waiting(const struct line *line)
{
	return line->waiting.frames + line->held.frames;
}

void line_leave(struct line *line)
{
	line->left += line_waiting(line);
	while (line->waiting.frames)
		frame_queue_remove(&line->waiting);
	while (line->held.frames)
		frame_queue_remove(&line->held);
	line->free_ns = line->last_ns = 0;
}

void line_close(struct line *line)
{
	line_leave(line);
	line->waiting.pool->promised -= line->promised;
	line->promised = 0;
}

bool line_check(const struct line *line)
{
	return line->in + line->copies == line->out + line_waiting(line) +
						  line->lost + line->full +
						  line->left;
}
