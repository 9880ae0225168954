/* SPDX-License-Identifier: BSD-2-Clause */
/* bytering.c - bytes by shared memory: see bytering.h. */
#include "base/bytering.h"

#include <linux/futex.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bytes.h"

#define MASK (BYTERING_SIZE - 1)

uint32_t bytering_count(const struct byte_ring *ring)
{
	uint32_t n = atomic_load(&ring->head) - atomic_load(&ring->tail);

	return MIN(n, BYTERING_SIZE);
}

bool bytering_put(struct byte_ring *ring, uint8_t byte)
{
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

	if (head - tail >= BYTERING_SIZE)
		return false;
	ring->bytes[head & MASK] = byte;
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	return true;
}

uint32_t bytering_get(struct byte_ring *ring, uint8_t *buf, uint32_t max,
		      uint64_t *bad)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	uint32_t n = head - tail, first;

	if (n > BYTERING_SIZE) {	/* no producer does that */
		++*bad;
		atomic_store_explicit(&ring->tail, head, memory_order_release);
		return 0;
	}
	n = MIN(n, max);
	if (!n)
		return 0;
	first = MIN(n, BYTERING_SIZE - (tail & MASK));
	memcpy(buf, ring->bytes + (tail & MASK), first);
	memcpy(buf + first, ring->bytes, n - first);
	atomic_store_explicit(&ring->tail, tail + n, memory_order_release);
	return n;
}

bool bytering_ask_bytes(struct byte_ring *ring)
{
	atomic_store(&ring->bytes_asked, 1);
	return atomic_load(&ring->head) == atomic_load(&ring->tail);
}

bool bytering_ask_room(struct byte_ring *ring, uint32_t most)
{
	atomic_store(&ring->room_asked, 1);
	return bytering_count(ring) >= most;
}

/* ring_due() - the other side stored its wish, then looked; we stored what it
 * looks for, and now look for its wish: one of the two sees the other. */
static bool ring_due(_Atomic uint32_t *asked)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(asked, memory_order_relaxed) &&
	       atomic_exchange(asked, 0);
}

bool bytering_bytes_due(struct byte_ring *ring)
{
	return ring_due(&ring->bytes_asked);
}

bool bytering_room_due(struct byte_ring *ring)
{
	/* Half of it: else there would be news for each byte. */
	return bytering_count(ring) <= BYTERING_SIZE / 2 &&
	       ring_due(&ring->room_asked);
}

void bytering_sleep(struct byte_ring *ring)
{
	/* Two processes: not FUTEX_PRIVATE. */
	syscall(SYS_futex, &ring->bytes_asked, FUTEX_WAIT, 1, NULL, NULL, 0);
}

void bytering_wake(struct byte_ring *ring)
{
	atomic_store(&ring->bytes_asked, 0);
	syscall(SYS_futex, &ring->bytes_asked, FUTEX_WAKE, 1, NULL, NULL, 0);
}
