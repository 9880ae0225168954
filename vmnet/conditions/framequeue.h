/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * framequeue.h - frames that wait for their time, first in, first out.
 *
 * 1. Frames lie one behind another in pieces of FRAME_PIECE bytes, which all
 *    queues take from one pool; a piece without frames goes back there. So a
 *    queue takes memory for the frames in it, not for those that it may hold.
 * 2. The pool keeps FRAME_SPARES pieces; more are freed.
 */
#ifndef VMNET_FRAMEQUEUE_H
#define VMNET_FRAMEQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_PIECE	65536u
#define FRAME_SPARES	64u

struct frame_piece;

struct frame_pool {
	struct frame_piece *spare;
	unsigned int spares;
	size_t promised;	/* bytes that lines may use, all together */
};

struct frame_waiting {
	uint64_t came_ns;	/* when it came; later, its turn at the rate */
	uint64_t due_ns;	/* when it is due */
	uint64_t ordinal;	/* its number in its line, from 0 */
	int32_t shift;		/* struct fate's */
	uint16_t len;		/* bytes of the frame */
	uint16_t taken;		/* bytes of this record */
	uint8_t data[];
};

struct frame_queue {
	struct frame_pool *pool;
	struct frame_piece *first, *last;
	unsigned int frames;
	size_t bytes;		/* of frames */
	size_t taken;		/* of records: frames and their heads */
};

/**
 * frame_queue_add() - put a copy of a frame behind all others
 * @len: up to VMNET_FRAME_MAX
 *
 * Return: the copy, which stays until frame_queue_remove(); NULL: no memory.
 */
struct frame_waiting *frame_queue_add(struct frame_queue *q,
				      const uint8_t *frame, size_t len);

/* frame_queue_first() - Return: the first frame; NULL: there is none. */
struct frame_waiting *frame_queue_first(const struct frame_queue *q);

/* frame_queue_remove() - take out the first frame; there is one. */
void frame_queue_remove(struct frame_queue *q);

/* frame_queue_each() - call @visit with each frame, the first one first. */
void frame_queue_each(struct frame_queue *q,
		      void (*visit)(void *arg, struct frame_waiting *f,
				    uint64_t now_ns),
		      void *arg, uint64_t now_ns);

/* frame_pool_close() - free all pieces; no queue has a frame any more. */
void frame_pool_close(struct frame_pool *pool);

#endif
