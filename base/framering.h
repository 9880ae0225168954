/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * framering.h - Ethernet frames from one process to another, by memory that
 * both map.
 *
 * A pair is two rings, one for each direction, in one sealed memfd. A ring has
 * one producer and one consumer at a time.
 *
 * 1. Nobody trusts the memory: a position is masked before it is used, a
 *    length checked before anything is copied, and a frame copied out before
 *    anything looks at it. Nonsense loses frames, and is counted; nothing
 *    else comes of it.
 * 2. Who has nothing to do says so in the ring (asks), looks once more, and
 *    sleeps; the other side rings its bell only if asked, once for a batch.
 *    So no bell rings while both are awake.
 * 3. All that a side knows lies in the ring itself: two processes that never
 *    run at the same time can be the same side of it.
 */
#ifndef BASE_FRAMERING_H
#define BASE_FRAMERING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stamper.h"

#define RING_SLOTS	256u
#define RING_FRAME_MAX	1518u
#define RING_EARLY	16u	/* who puts in many tells the consumer after so
				 * many, so that both work at the same time */
#define RING_STAMPED	0x8000u	/* in @len: there is a stamp */

struct ring_slot {
	uint16_t len;
	uint8_t data[RING_FRAME_MAX];
	struct ring_stamp stamp;	/* with RING_STAMPED; else not looked
					 * at, for it costs a cache line */
};

struct frame_ring {
	/* [producer] */
	_Alignas(64) _Atomic uint32_t head;	/* frames put, ever */
	_Atomic uint32_t room_asked;	/* "ring when there is room" */
	/* [consumer] */
	_Alignas(64) _Atomic uint32_t tail;	/* frames taken, ever */
	_Atomic uint32_t frames_asked;	/* "wake me so when there is a frame":
					 * enum ring_wake */
	_Alignas(64) struct ring_slot slot[RING_SLOTS];
};

/* How the consumer of a ring wants to be woken. */
enum ring_wake {
	RING_WAKE_NOT,		/* it is awake */
	RING_WAKE_BELL,		/* ring its bell */
	RING_WAKE_SLEEPER,	/* it sleeps on ring_pair.notice: a futex */
	RING_WAKE_NAP,		/* it looks again in a moment; ring its bell if
				 * no more comes until then */
};

/* The bits of ring_pair.notice: what the client should look at. */
#define RING_NOTICE_FRAMES	1u	/* there are frames in to_client */
#define RING_NOTICE_ROOM	2u	/* there is room in to_switch again */

struct ring_pair {
	struct frame_ring to_switch, to_client;
	/* [set by the switch, cleared by the client] */
	_Alignas(64) _Atomic uint32_t notice;
	struct card_times times;
};

/**
 * ring_create() - a new pair, both rings empty
 * @fd: receives its sealed memfd, the caller's
 *
 * Return: the mapping, or NULL with errno set.
 */
struct ring_pair *ring_create(int *fd);

/**
 * ring_attach() - map a pair that another process made
 *
 * Return: the mapping; NULL if @fd is not such a file.
 */
struct ring_pair *ring_attach(int fd);
/* ring_detach() - unmap a pair; NULL: nothing. #syscalls[app switch] munmap */
void ring_detach(struct ring_pair *pair);

/* ring_reset() - empty both rings, and take no stamps; nobody else may be
 * looking. */
void ring_reset(struct ring_pair *pair);

/**
 * ring_put_stamped() - put in one frame
 * @len: at most RING_FRAME_MAX
 * @stamp: goes with it; NULL: none does
 *
 * Return: false if the ring is full.
 */
bool ring_put_stamped(struct frame_ring *ring, const void *frame, size_t len,
		      const struct ring_stamp *stamp);

/* ring_put() - put a frame that has no stamp: see ring_put_stamped(). */
static inline bool ring_put(struct frame_ring *ring, const void *frame,
			    size_t len)
{
	return ring_put_stamped(ring, frame, len, NULL);
}

/**
 * ring_get_stamped() - take out one frame
 * @buf: RING_FRAME_MAX bytes
 * @bad: counted up for what made no sense and was left out
 * @stamp: receives what goes with it; its put is 0 if nothing does. It may be
 *	   anything: the other side wrote it. NULL: it is of no interest
 *
 * Return: its length; 0: the ring is empty.
 */
size_t ring_get_stamped(struct frame_ring *ring, void *buf, uint64_t *bad,
			struct ring_stamp *stamp);

/* ring_get() - take a frame, and ignore its stamp: see ring_get_stamped(). */
static inline size_t ring_get(struct frame_ring *ring, void *buf, uint64_t *bad)
{
	return ring_get_stamped(ring, buf, bad, NULL);
}

/* ring_peek() - the length that ring_get() would give now; 0: the ring is
 * empty, or holds nonsense first. */
size_t ring_peek(const struct frame_ring *ring);

/**
 * ring_next() - ring_peek(), or have whoever puts a frame in ring the bell
 *
 * Return: 0: it will. Else how long the next frame says that it is, or 1 if
 * that is not known: ring_get() tells.
 */
size_t ring_next(struct frame_ring *ring);

/* ring_count() - frames that wait, at most RING_SLOTS. */
unsigned int ring_count(const struct frame_ring *ring);

/* ring_ask_frames() - the consumer will sleep, and is to be woken like that.
 * Return: false if it should not: there are frames. */
bool ring_ask_frames(struct frame_ring *ring, enum ring_wake how);
/* ring_ask_room() - the producer will sleep, and is to be woken when there is
 * room. Return: false if it should not sleep: there is room. */
bool ring_ask_room(struct frame_ring *ring);

/* ring_put_or_ask() - ring_put_stamped(); if there is no room, ring_ask_room().
 * Return: false if the producer should sleep. */
bool ring_put_or_ask(struct frame_ring *ring, const void *frame, size_t len,
		     const struct ring_stamp *stamp);

/* ring_nap() - the consumer will look again in a moment, and asks for no
 * wake-up but that of ring_rest_due(). */
void ring_nap(struct frame_ring *ring);
/* ring_nap_end() - the consumer is awake. */
void ring_nap_end(struct frame_ring *ring);

/* ring_frames_due() - after ring_put(): must the consumer be woken, and how?
 * Asked for once, said once; RING_WAKE_NAP is none. */
enum ring_wake ring_frames_due(struct frame_ring *ring);
/* ring_frames_wake() - after ring_put(): how would the consumer be woken now?
 * It goes on asking: ring_frames_due() takes that away. */
enum ring_wake ring_frames_wake(const struct frame_ring *ring);
/* ring_rest_due() - by a producer that puts in no more for now: are there
 * frames before which the consumer naps? Then its bell is to be rung. Asked for
 * once, said once. */
bool ring_rest_due(struct frame_ring *ring);
/* ring_room_due() - after ring_get(): must the producer be woken? Asked for
 * once, said once. */
bool ring_room_due(struct frame_ring *ring);

/* ring_wake_sleeper() - after the notice was set.
 * #syscalls[switch] futex */
void ring_wake_sleeper(struct ring_pair *pair);

/* bell_ring() / bell_hush() - an eventfd, non-blocking.
 * #syscalls[app switch nat capture] write read
 * #syscalls[vmm serial disk nbd] write */
void bell_ring(int fd);
void bell_hush(int fd);

#endif
