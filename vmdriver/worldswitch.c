/* SPDX-License-Identifier: BSD-2-Clause */
/* worldswitch.c - the hand-off: see worldswitch.h. */
#include "vmdriver/worldswitch.h"

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vmdriver/crosspage.h"

static void futex_wake(_Atomic uint32_t *word)
{
	/* Two processes: not FUTEX_PRIVATE. */
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

bool worldswitch_wait(struct crosspage *cross, enum door_owner me)
{
	uint32_t now;

	for (;;) {
		now = atomic_load_explicit(&cross->owner,
					   memory_order_acquire);
		if (now == (uint32_t)me)
			return true;
		if (now == DOOR_GONE && me == DOOR_HOST)
			return false;
		/* EINTR and EAGAIN: look again. */
		syscall(SYS_futex, &cross->owner, FUTEX_WAIT, now, NULL,
			NULL, 0);
	}
}

bool worldswitch(struct crosspage *cross, enum door_owner me)
{
	uint32_t expected = me;
	uint32_t other = me == DOOR_HOST ? DOOR_VMM : DOOR_HOST;

	/* Fails only if the watcher has declared the other side dead. */
	if (atomic_compare_exchange_strong(&cross->owner, &expected, other))
		futex_wake(&cross->owner);
	return worldswitch_wait(cross, me);
}

void worldswitch_abandon(struct crosspage *cross)
{
	atomic_store(&cross->owner, DOOR_GONE);
	futex_wake(&cross->owner);
}
