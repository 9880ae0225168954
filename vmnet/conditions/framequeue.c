/* SPDX-License-Identifier: BSD-2-Clause */
/* framequeue.c - frames that wait for their time: see framequeue.h. */
#include "vmnet/conditions/framequeue.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/proto.h"

struct frame_piece {
	struct frame_piece *next;
	uint32_t begin, end;	/* of the records, in @data */
	uint8_t data[FRAME_PIECE - 16] __attribute__((aligned(8)));
};
BUILD_ASSERT(sizeof(struct frame_piece) == FRAME_PIECE);

static struct frame_piece *piece_take(struct frame_pool *pool)
{
	struct frame_piece *piece = pool->spare;

	if (piece) {
		pool->spare = piece->next;
		pool->spares--;
	} else {
		piece = malloc(sizeof(*piece));
	}
	if (piece) {
		piece->next = NULL;
		piece->begin = piece->end = 0;
	}
	return piece;
}

static void piece_give(struct frame_pool *pool, struct frame_piece *piece)
{
	if (pool->spares == FRAME_SPARES) {
		free(piece);
		return;
	}
	piece->next = pool->spare;
	pool->spare = piece;
	pool->spares++;
}

/* piece_for() - Return: the piece for a record of that size; NULL: no
 * memory. */
static struct frame_piece *piece_for(struct frame_queue *q, size_t size)
{
	struct frame_piece *piece;

	if (q->last && q->last->end + size <= sizeof(q->last->data))
		return q->last;
	piece = piece_take(q->pool);
	if (!piece)
		return NULL;
	if (q->last)
		q->last->next = piece;
	else
		q->first = piece;
	return q->last = piece;
}

struct frame_waiting *frame_queue_add(struct frame_queue *q,
				      const uint8_t *frame, size_t len)
{
	size_t size = ROUND_UP(sizeof(struct frame_waiting) + len, 8);
	struct frame_piece *piece;
	struct frame_waiting *f;

	ASSERT(len <= VMNET_FRAME_MAX);
	piece = piece_for(q, size);
	if (!piece)
		return NULL;
	f = (struct frame_waiting *)(void *)(piece->data + piece->end);
	f->len = (uint16_t)len;
	f->taken = (uint16_t)size;
	memcpy(f->data, frame, len);
	piece->end += (uint32_t)size;
	q->frames++;
	q->bytes += len;
	q->taken += size;
	return f;
}

struct frame_waiting *frame_queue_first(const struct frame_queue *q)
{
	struct frame_piece *piece = q->first;

	return piece ? (void *)(piece->data + piece->begin) : NULL;
}

void frame_queue_remove(struct frame_queue *q)
{
	struct frame_waiting *f = frame_queue_first(q);
	struct frame_piece *piece = q->first;

	ASSERT(f);
	q->frames--;
	q->bytes -= f->len;
	q->taken -= f->taken;
	piece->begin += f->taken;
	if (piece->begin < piece->end)
		return;
	q->first = piece->next;
	if (!q->first)
		q->last = NULL;
	piece_give(q->pool, piece);
}

void frame_queue_each(struct frame_queue *q,
		      void (*visit)(void *arg, struct frame_waiting *f,
				    uint64_t now_ns),
		      void *arg, uint64_t now_ns)
{
	struct frame_piece *piece;
	struct frame_waiting *f;
	uint32_t at;

	for (piece = q->first; piece; piece = piece->next)
		for (at = piece->begin; at < piece->end; at += f->taken) {
			f = (void *)(piece->data + at);
			visit(arg, f, now_ns);
		}
}

void frame_pool_close(struct frame_pool *pool)
{
	struct frame_piece *piece;

	while ((piece = pool->spare)) {
		pool->spare = piece->next;
		free(piece);
	}
	pool->spares = 0;
}
