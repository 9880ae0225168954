/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - one direction of a port's link, with its conditions: frames are put
 * in at one end and taken out at the other, later.
 *
 * 1. in + copies = out + waiting + lost + full + left (line_check()).
 * 2. In this order: a frame may be lost, doubled, get a wrong bit, be held to
 *    be overtaken; then it waits for its turn at the rate; then for the delay.
 *    So the delay is added to the rate, as on a long wire, and a doubled frame
 *    takes twice the time at the rate.
 * 3. Frames come out in the order in which they were put in, whatever the
 *    jitter. Only a frame that is to be overtaken is held until as many others
 *    have come as the conditions say, or for LINE_HOLD_NS.
 * 4. A frame's turn is computed from the turn of the frame before, not from the
 *    time of a look. So a late look does not lower the rate.
 * 5. A line has room for what rate and delay need (line_room()), so that a
 *    delay alone loses no frame, but for LINE_MOST bytes at most. The pool
 *    promises that room when the conditions are set, so other lines can not
 *    take it.
 */
#ifndef VMNET_LINE_H
#define VMNET_LINE_H

#include "vmnet/conditions/fates.h"
#include "vmnet/conditions/framequeue.h"

#define LINE_MOST	(64u << 20)	/* 10 Gb/s for 50 ms, 1 for 500 */
#define LINE_LEAST	(128u << 10)	/* without a rate */
#define LINE_LEAST_RATE	(16u << 10)	/* with one: ten long frames */
#define LINE_FASTEST	10000000000ull	/* bit/s, without a rate */
#define LINE_QUEUE_NS	100000000ull	/* of frames may wait for the rate */
#define LINE_HOLD_NS	20000000ull
/* What a pool promises to all lines. */
#define LINE_POOL_MOST	(512u << 20)

#define LINE_NEVER	UINT64_MAX

struct line;

/* line_told - who is told of each frame that a line loses as it should, or, if
 * @full, for want of room: when it is put in or, if it was held, later. The
 * frame holds until the call is over. */
typedef void line_told(void *owner, const struct line *line, bool full,
		       const uint8_t *frame, size_t len);

struct line {
	line_told *told;	/* NULL: nobody is told */
	void *owner;		/* for @told */
	struct vmnet_conditions set;	/* complete, with defaults */
	struct fates fates;
	struct frame_queue waiting;	/* in the order of due_ns */
	struct frame_queue held;	/* frames that are to be overtaken */
	size_t room;		/* bytes of frames that may wait */
	size_t promised;	/* bytes of memory for them, heads included */
	uint64_t free_ns;	/* when the last frame is through the rate */
	uint64_t last_ns;	/* when the last frame is due */
	/* counters */
	uint64_t in, copies, out, lost, full, left;
};

/* line_open() - begin with a perfect line: no conditions. Then @told and @owner
 * may be set. @pool: kept, not owned */
void line_open(struct line *line, struct frame_pool *pool);

/* line_room() - bytes of frames that a line with these conditions holds. */
size_t line_room(const struct vmnet_conditions *c);

/**
 * line_set() - set other conditions; frames that wait come when they were due,
 * or earlier if they would be due earlier now
 * @c: all conditions, not only changes; conditions_ok() is true
 *
 * Return: 0; or -ENOMEM: the pool can not promise that room, and all is as it
 * was.
 */
int line_set(struct line *line, const struct vmnet_conditions *c,
	     uint64_t now_ns);

/* line_seed() - begin chance anew, with the seed of the conditions: see
 * fates_begin(). */
void line_seed(struct line *line, const uint8_t *mac, unsigned int direction);

/* line_put() - put a frame in; copied. It may be lost or not fit: the counters
 * say so. @now_ns: clock_now_ns(), never less than before */
void line_put(struct line *line, const uint8_t *frame, size_t len,
	      uint64_t now_ns);

/* line_due() - Return: the first frame, if it is due; it stays in the line.
 * NULL: none is due. */
const struct frame_waiting *line_due(struct line *line, uint64_t now_ns);

/* line_done() - take out the frame that line_due() returned. */
void line_done(struct line *line);

/* line_next_ns() - Return: when the next frame is due; LINE_NEVER: not before
 * another is put in. */
uint64_t line_next_ns(const struct line *line);

/* line_waiting() - Return: how many frames are in the line. */
unsigned int line_waiting(const struct line *line);

/* line_leave() - the port leaves its network: drop all frames, and count them
 * as left. */
void line_leave(struct line *line);

/* line_close() - line_leave(), and give the room back to the pool. */
void line_close(struct line *line);

/* line_check() - does invariant 1 hold? */
bool line_check(const struct line *line);

#endif
