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

/* wait_for_me() - @asked: or NULL; true there ends it, too. */
static enum door_wait wait_for_me(struct crosspage *cross, enum door_owner me,
				  const _Atomic bool *asked)
{
	uint32_t now;

	for (;;) {
		now = atomic_load_explicit(&cross->owner, memory_order_acquire);
		if (now == (uint32_t)me)
			return DOOR_BACK;
		if (now == DOOR_GONE && me == DOOR_HOST)
			return DOOR_DEAD;
		if (asked && atomic_load(asked))
			return DOOR_ASKED;
		/* EINTR and EAGAIN: look again. */
		syscall(SYS_futex, &cross->owner, FUTEX_WAIT, now, NULL, NULL,
			0);
	}
}

static void owner_give(struct crosspage *cross, enum door_owner me)
{
	uint32_t expected = me;
	uint32_t other = me == DOOR_HOST ? DOOR_VMM : DOOR_HOST;

	/* Fails only if the watcher has declared the other side dead. */
	if (atomic_compare_exchange_strong(&cross->owner, &expected, other))
		futex_wake(&cross->owner);
}

bool worldswitch_wait(struct crosspage *cross, enum door_owner me)
{
	return wait_for_me(cross, me, NULL) == DOOR_BACK;
}

bool worldswitch(struct crosspage *cross, enum door_owner me)
{
	owner_give(cross, me);
	return worldswitch_wait(cross, me);
}

void worldswitch_give(struct crosspage *cross)
{
	owner_give(cross, DOOR_HOST);
}

enum door_wait worldswitch_wait_asked(struct crosspage *cross,
				      const _Atomic bool *asked)
{
	return wait_for_me(cross, DOOR_HOST, asked);
}

void worldswitch_nudge(struct crosspage *cross)
{
	futex_wake(&cross->owner);
}

void worldswitch_abandon(struct crosspage *cross)
{
	atomic_store(&cross->owner, DOOR_GONE);
	futex_wake(&cross->owner);
}
