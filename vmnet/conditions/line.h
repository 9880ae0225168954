/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - one direction of a port's link, with its conditions: frames are put
 * in at one end and taken out at the other, later.
 *
 * 1. in + copies = out + waiting + lost + full + left (line_check()).
 * 2. The order of what happens to a frame: it is lost or not, gets a copy, a
 *    wrong bit, is overtaken; then it waits for its turn at the rate; then for
 *    its delay. So the delay comes on top of the rate, as on a long wire, and
 *    two frames of a copy take twice the time.
 * 3. What is put in comes out in the same order, whatever the jitter; but a
 *    frame that is chosen for it is held until so many others have come, or
 *    for LINE_HOLD_NS if they do not.
 * 4. Times add up: a frame's turn follows from that of the one before, not
 *    from when somebody looked, so a look that comes late costs no rate.
 * 5. A line holds what the rate and the delay need (line_room()), so that a
 *    delay alone costs no sender a frame, and LINE_MOST bytes at most. The
 *    pool promises a line its room when the conditions are set: how much
 *    others have waiting makes no difference to it.
 */
#ifndef VMNET_LINE_H
#define VMNET_LINE_H

#include "vmnet/conditions/fates.h"
#include "vmnet/conditions/framequeue.h"

#define LINE_MOST	(64u << 20)	/* 10 Gb/s for 50 ms, 1 for 500 */
#define LINE_LEAST	(128u << 10)
#define LINE_FASTEST	10000000000ull	/* bit/s, without a rate */
#define LINE_QUEUE_NS	100000000ull	/* of frames may wait for the rate */
#define LINE_HOLD_NS	20000000ull
/* What a pool promises to all lines. */
#define LINE_POOL_MOST	(512u << 20)

#define LINE_NEVER	UINT64_MAX

struct line {
	struct vmnet_conditions set;	/* all of it, not only what was given */
	struct fates fates;
	struct frame_queue waiting;	/* by due_ns; none before another */
	struct frame_queue held;	/* to be overtaken */
	size_t room;		/* bytes of frames that may wait */
	size_t promised;	/* and with what is beside them */
	uint64_t free_ns;	/* when the last one is through the rate */
	uint64_t last_ns;	/* when the last one is due */
	/* counters */
	uint64_t in, copies, out, lost, full, left;
};

/* line_open() - a perfect one. */
void line_open(struct line *line, struct frame_pool *pool);

/* line_room() - bytes of frames that a line with these conditions holds. */
size_t line_room(const struct vmnet_conditions *c);

/**
 * line_set() - other conditions from now on; what waits comes when it was to,
 * or earlier, if it would under these
 * @c: all of them; conditions_ok()
 *
 * Return: 0; or -ENOMEM: the pool can not promise that room, and all is as it
 * was.
 */
int line_set(struct line *line, const struct vmnet_conditions *c,
	     uint64_t now_ns);

/* line_seed() - fates begin anew: see fates_begin(). */
void line_seed(struct line *line, const uint8_t *mac, unsigned int direction);

/* line_put() - a frame comes. @now_ns: clock_now_ns(), never less than before
 */
void line_put(struct line *line, const uint8_t *frame, size_t len,
	      uint64_t now_ns);

/* line_due() - Return: the first frame whose time has come; it is still there.
 * NULL: there is none. */
const struct frame_waiting *line_due(struct line *line, uint64_t now_ns);

/* line_done() - what line_due() gave has gone on. */
void line_done(struct line *line);

/* line_next_ns() - when to look; LINE_NEVER: when more has come. */
uint64_t line_next_ns(const struct line *line);

/* line_waiting() - how many frames are in it. */
unsigned int line_waiting(const struct line *line);

/* line_leave() - what waits is lost: the port leaves its network. */
void line_leave(struct line *line);

/* line_close() - the same, and the pool promises it nothing any more. */
void line_close(struct line *line);

/* line_check() - does invariant 1 hold? */
bool line_check(const struct line *line);

#endif
