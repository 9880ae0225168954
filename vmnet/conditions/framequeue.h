/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * framequeue.h - frames that wait for their time, first in, first out.
 *
 * 1. They lie one behind another in pieces of FRAME_PIECE bytes, which all
 *    queues have from one pool; a piece whose frames are gone goes back. So a
 *    queue takes the memory of what waits in it, not of what could.
 * 2. The pool keeps FRAME_SPARES pieces; beyond that they are given back.
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
	uint64_t came_ns;	/* when it came, or its turn */
	uint64_t due_ns;	/* when it goes on */
	uint64_t ordinal;	/* in its line */
	int32_t shift;		/* struct fate */
	uint16_t len;
	uint16_t taken;		/* bytes of this record */
	uint8_t data[];
};

struct frame_queue {
	struct frame_pool *pool;
	struct frame_piece *first, *last;
	unsigned int frames;
	size_t bytes;		/* of the frames */
	size_t taken;		/* with what is beside them */
};

/**
 * frame_queue_add() - a copy of the frame, behind all others
 * @len: up to VMNET_FRAME_MAX
 *
 * Return: it, until it is taken out; NULL: there is no memory.
 */
struct frame_waiting *frame_queue_add(struct frame_queue *q,
				      const uint8_t *frame, size_t len);

/* frame_queue_first() - Return: NULL: there is none. */
struct frame_waiting *frame_queue_first(const struct frame_queue *q);

/* frame_queue_remove() - the first one is gone; there is one. */
void frame_queue_remove(struct frame_queue *q);

/* frame_queue_each() - call @visit with each, the first one first. */
void frame_queue_each(struct frame_queue *q,
		      void (*visit)(void *arg, struct frame_waiting *f,
				    uint64_t now_ns),
		      void *arg, uint64_t now_ns);

/* frame_pool_close() - give all back; no queue has a frame any more. */
void frame_pool_close(struct frame_pool *pool);

#endif
