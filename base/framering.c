/* SPDX-License-Identifier: BSD-2-Clause */
/* framering.c - frames by shared memory: see framering.h. */
#include "base/framering.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"

struct ring_pair *ring_create(int *fd)
{
	return memfd_share("frames", sizeof(struct ring_pair), fd);
}

struct ring_pair *ring_attach(int fd)
{
	return memfd_attach(fd, sizeof(struct ring_pair));
}

void ring_detach(struct ring_pair *pair)
{
	if (pair)
		munmap(pair, sizeof(*pair));
}

static void reset_one(struct frame_ring *ring)
{
	atomic_store(&ring->head, 0);
	atomic_store(&ring->tail, 0);
	atomic_store(&ring->room_asked, 0);
	/* The first frame rings: nobody has looked yet. */
	atomic_store(&ring->frames_asked, RING_WAKE_BELL);
}

void ring_reset(struct ring_pair *pair)
{
	reset_one(&pair->to_switch);
	reset_one(&pair->to_client);
	atomic_store(&pair->notice, 0);
	atomic_store(&pair->times.every, 0);
}

bool ring_put_stamped(struct frame_ring *ring, const void *frame, size_t len,
		      const struct ring_stamp *stamp)
{
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	struct ring_slot *slot = &ring->slot[head % RING_SLOTS];

	ASSERT(len <= RING_FRAME_MAX);
	if (head - tail >= RING_SLOTS)
		return false;
	slot->len = (uint16_t)(len | (stamp ? RING_STAMPED : 0));
	memcpy(slot->data, frame, len);
	if (stamp)
		slot->stamp = *stamp;
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	return true;
}

/* slot_len() - as it is there; @stamped: with a stamp */
static size_t slot_len(const struct ring_slot *slot, bool *stamped)
{
	uint16_t len = *(const volatile uint16_t *)&slot->len;

	*stamped = len & RING_STAMPED;
	return len & (RING_STAMPED - 1);
}

/* slot_stamp() - a copy of it; one that nobody wrote is none. */
static void slot_stamp(const struct ring_slot *slot, bool stamped,
		       struct ring_stamp *stamp)
{
	if (!stamp)
		return;
	stamp->put = 0;
	if (stamped)
		*stamp = slot->stamp;
}

size_t ring_get_stamped(struct frame_ring *ring, void *buf, uint64_t *bad,
			struct ring_stamp *stamp)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
	const struct ring_slot *slot;
	size_t len = 0;
	bool stamped;

	while (len == 0 && tail != head) {
		if (head - tail > RING_SLOTS) {	/* no producer does that */
			++*bad;
			tail = head;
			break;
		}
		slot = &ring->slot[tail++ % RING_SLOTS];
		len = slot_len(slot, &stamped);
		if (len == 0 || len > RING_FRAME_MAX) {
			++*bad;
			len = 0;
			continue;
		}
		memcpy(buf, slot->data, len);
		slot_stamp(slot, stamped, stamp);
	}
	atomic_store_explicit(&ring->tail, tail, memory_order_release);
	return len;
}

size_t ring_peek(const struct frame_ring *ring)
{
	uint32_t tail = atomic_load(&ring->tail);
	bool stamped;
	size_t len;

	if (atomic_load(&ring->head) == tail)
		return 0;
	len = slot_len(&ring->slot[tail % RING_SLOTS], &stamped);
	return len <= RING_FRAME_MAX ? len : 0;
}

unsigned int ring_count(const struct frame_ring *ring)
{
	uint32_t n = atomic_load(&ring->head) - atomic_load(&ring->tail);

	return MIN(n, RING_SLOTS);
}

bool ring_ask_frames(struct frame_ring *ring, enum ring_wake how)
{
	/* Asked so already, and not answered yet: a store would only take the
	 * line from the other side, at each frame that a guest sends. */
	if (atomic_load(&ring->frames_asked) != (uint32_t)how)
		atomic_store(&ring->frames_asked, (uint32_t)how);
	return atomic_load(&ring->head) == atomic_load(&ring->tail);
}

bool ring_ask_room(struct frame_ring *ring)
{
	atomic_store(&ring->room_asked, 1);
	return atomic_load(&ring->head) - atomic_load(&ring->tail) >=
	       RING_SLOTS;
}

size_t ring_next(struct frame_ring *ring)
{
	size_t len = ring_peek(ring);

	if (len || ring_ask_frames(ring, RING_WAKE_BELL))
		return len;
	return MAX(ring_peek(ring), 1u);
}

bool ring_put_or_ask(struct frame_ring *ring, const void *frame, size_t len,
		     const struct ring_stamp *stamp)
{
	unsigned int tries;

	/* A consumer can take from it meanwhile, but only so much: one that
	 * writes there for ever does not keep us. */
	for (tries = 0; tries < RING_SLOTS; tries++) {
		if (ring_put_stamped(ring, frame, len, stamp))
			return true;
		if (ring_ask_room(ring))
			break;
	}
	return false;
}

/* wake_due() - the other side stored its wish, then looked; we stored what it
 * looks for, and now look for its wish: one of the two sees the other. */
static uint32_t wake_due(_Atomic uint32_t *asked)
{
	atomic_thread_fence(memory_order_seq_cst);
	return atomic_load_explicit(asked, memory_order_relaxed) ?
		       atomic_exchange(asked, 0) :
		       0;
}

void ring_nap(struct frame_ring *ring)
{
	atomic_store_explicit(&ring->frames_asked, RING_WAKE_NAP,
			      memory_order_relaxed);
}

void ring_nap_end(struct frame_ring *ring)
{
	if (atomic_load_explicit(&ring->frames_asked, memory_order_relaxed) ==
	    RING_WAKE_NAP)
		atomic_store_explicit(&ring->frames_asked, RING_WAKE_NOT,
				      memory_order_relaxed);
}

bool ring_rest_due(struct frame_ring *ring)
{
	return atomic_load_explicit(&ring->frames_asked,
				    memory_order_relaxed) == RING_WAKE_NAP &&
	       ring_count(ring) > 0 &&
	       atomic_exchange(&ring->frames_asked, RING_WAKE_NOT);
}

/* wake_of() - what somebody else wrote: nonsense is a bell, which is always
 * safe. */
static enum ring_wake wake_of(uint32_t asked)
{
	switch (asked) {
	case RING_WAKE_NAP:
	case 0:
		return RING_WAKE_NOT;
	case RING_WAKE_SLEEPER:
		return RING_WAKE_SLEEPER;
	default:
		return RING_WAKE_BELL;
	}
}

enum ring_wake ring_frames_due(struct frame_ring *ring)
{
	/* Before we look for a nap, too: what comes after one is a wish. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&ring->frames_asked, memory_order_relaxed) ==
		    RING_WAKE_NAP ||
	    ring_count(ring) == 0)	/* its consumer has had them all */
		return RING_WAKE_NOT;
	return wake_of(wake_due(&ring->frames_asked));
}

enum ring_wake ring_frames_wake(const struct frame_ring *ring)
{
	atomic_thread_fence(memory_order_seq_cst);
	return wake_of(atomic_load_explicit(&ring->frames_asked,
					    memory_order_relaxed));
}

void ring_wake_sleeper(struct ring_pair *pair)
{
	/* Two processes: not FUTEX_PRIVATE. */
	syscall(SYS_futex, &pair->notice, FUTEX_WAKE, 1, NULL, NULL, 0);
}

bool ring_room_due(struct frame_ring *ring)
{
	/* Half of it: else a bell would ring for each frame. */
	return ring_count(ring) <= RING_SLOTS / 2 &&
	       wake_due(&ring->room_asked);
}

void bell_ring(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) < 0)
		return;		/* it rings already */
}

void bell_hush(int fd)
{
	uint64_t rings;

	if (read(fd, &rings, sizeof(rings)) < 0)
		return;		/* it was silent */
}
