/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worldswitch.h - hand the VM's one CPU from one world to the other.
 *
 * How this differs from the paper. There, a world switch saved the host's
 * whole processor state (CR3, IDT, GDT, segments, debug registers) and loaded
 * the monitor's, on one physical CPU, in kernel mode: 8.9 us round trip on a
 * 733 MHz machine. Ours is a hand-off between two ordinary processes through
 * one futex word: publish, wake the other, sleep. The kernel does the state
 * saving. So what is called a world switch here is a process hand-off; it
 * is kept because it costs what theirs did (microseconds, where a function
 * call costs nanoseconds), so that the paper's trade-offs are real; and it
 * buys what theirs did not: a guest that breaks out into the VMM world holds
 * a process with no files, no sockets and a dozen system calls.
 *
 * Theory of operation. crosspage.owner names the world that runs. The owner
 * writes its message, stores the other's name (release), wakes the futex
 * and waits until its own name is there again (acquire). So all plain fields
 * of the cross page have one user at a time.
 *
 * 1. Only the owner gives the CPU away; nobody takes it. The one exception
 *    is worldswitch_abandon(): the host world's watcher declares the other
 *    side dead.
 * 2. A waiting world sleeps in the kernel; it does not spin (measured: a
 *    spin wins a microsecond and costs the second core).
 * 3. Nothing the other side writes into the word can hang or crash us: any
 *    value but our own name means "not yet", and death is noticed from
 *    outside (SIGCHLD on one side, the parent-death signal on the other).
 */
#ifndef VMDRIVER_WORLDSWITCH_H
#define VMDRIVER_WORLDSWITCH_H

#include <stdbool.h>
#include <stdint.h>

struct crosspage;

enum door_owner {
	DOOR_HOST = 1,
	DOOR_VMM = 2,
	DOOR_GONE = 3,	/* the other side is dead */
};

/**
 * worldswitch() - give the CPU away and wait until it comes back
 * @cross: the cross page; the caller owns the CPU and wrote its message
 * @me: who calls
 *
 * Return: true when the CPU is ours again; false if the other side is gone
 *         (host world only).
 *
 * #syscalls[vmm app] futex
 */
bool worldswitch(struct crosspage *cross, enum door_owner me);

/* How a wait of the host world ended. */
enum door_wait {
	DOOR_BACK,	/* the CPU is ours again */
	DOOR_DEAD,	/* the other side is gone */
	DOOR_ASKED,	/* somebody wants us to look at something; the CPU is
			 * still the other's */
};

/**
 * worldswitch_give() - the host world's worldswitch() in two steps, so that it
 * can be woken while the VMM world has the CPU
 * worldswitch_wait_asked() - the second one; may be called again
 * @asked: set by who wants to wake us, and calls worldswitch_nudge() then, and
 *         again if nothing happens: a single one may come too early
 */
void worldswitch_give(struct crosspage *cross);
enum door_wait worldswitch_wait_asked(struct crosspage *cross,
				      const _Atomic bool *asked);
void worldswitch_nudge(struct crosspage *cross);

/* worldswitch_wait() - the waiting half: for a world that starts asleep. */
bool worldswitch_wait(struct crosspage *cross, enum door_owner me);

/* worldswitch_abandon() - wake the host world: its VMM is dead. */
void worldswitch_abandon(struct crosspage *cross);

/* door_tsc() - the host's time stamp counter. */
static inline uint64_t door_tsc(void)
{
	return __builtin_ia32_rdtsc();
}

#endif
