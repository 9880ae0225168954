/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bytering.h - bytes from one process to another, by memory that both map.
 *
 * A ring has one producer and one consumer at a time.
 *
 * 1. Nobody trusts the memory: positions are masked before they are used, and
 *    bytes copied out before anybody looks at them. Nonsense loses or repeats
 *    bytes of this ring, and is counted; nothing else comes of it.
 * 2. Who has nothing to do says so in the ring (asks), looks once more, and
 *    sleeps; the other side wakes it only if asked, and once.
 * 3. All that a side knows lies in the ring itself: two processes that never
 *    run at the same time can be the same side of it.
 */
#ifndef BASE_BYTERING_H
#define BASE_BYTERING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define BYTERING_SIZE	65536u	/* bytes; a power of two */

struct byte_ring {
	/* [producer] */
	_Alignas(64) _Atomic uint32_t head;	/* bytes put, ever */
	_Atomic uint32_t room_asked;	/* "tell me when there is room" */
	/* [consumer] */
	_Alignas(64) _Atomic uint32_t tail;	/* bytes taken, ever */
	_Atomic uint32_t bytes_asked;	/* "wake me when there are bytes":
					 * a futex that it sleeps on */
	_Alignas(64) uint8_t bytes[BYTERING_SIZE];
};

/* bytering_count() - bytes that wait, at most BYTERING_SIZE. */
uint32_t bytering_count(const struct byte_ring *ring);

/* bytering_put() - put in one byte. Return: false if the ring is full. */
bool bytering_put(struct byte_ring *ring, uint8_t byte);

/**
 * bytering_get() - take bytes out
 * @buf: receives them
 * @max: its size
 * @bad: counted up if the positions made no sense; the ring is then empty
 *
 * Return: how many; 0: the ring is empty.
 */
uint32_t bytering_get(struct byte_ring *ring, uint8_t *buf, uint32_t max,
		      uint64_t *bad);

/* bytering_ask_bytes() - the consumer will sleep. Return: false if it should
 * not, as there are bytes. */
bool bytering_ask_bytes(struct byte_ring *ring);

/* bytering_ask_room() - the producer waits until no more than half of the ring
 * is full. Return: false if it need not wait: fewer than @most bytes wait. */
bool bytering_ask_room(struct byte_ring *ring, uint32_t most);

/* bytering_bytes_due() - after a put: must the consumer be woken? Asked for
 * once, said once. */
bool bytering_bytes_due(struct byte_ring *ring);

/* bytering_room_due() - after a get: must the producer be told of room? */
bool bytering_room_due(struct byte_ring *ring);

/* bytering_sleep() - after bytering_ask_bytes(): until bytering_wake(), or for
 * no reason. #syscalls[app] futex */
void bytering_sleep(struct byte_ring *ring);
/* bytering_wake() - end the consumer's sleep, also if it is about to begin.
 * #syscalls[app vmm] futex */
void bytering_wake(struct byte_ring *ring);

#endif
