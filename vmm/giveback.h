/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * giveback.h - what a guest that is idle does not need goes back to the host.
 *
 * Translated code and what describes it grow with what the guest runs: 100 MB
 * after a compiler. A guest that was halted nearly all the time for half a
 * minute has no use for most of it. All of it goes: what the guest still runs
 * is made anew, in milliseconds, and nothing has to be noted about what it
 * runs.
 *
 * 1. Idleness is a share of time, not an absence of events: an idle kernel may
 *    take 250 timer interrupts a second.
 * 2. There is an alarm only while the guest halts, and only while there is
 *    something to give back. Who is busy has none.
 */
#ifndef VMM_GIVEBACK_H
#define VMM_GIVEBACK_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;
struct vmm;

#define GIVEBACK_WINDOW_NS 10000000000ull	/* of guest time */
#define GIVEBACK_WINDOWS 3u	/* idle ones in a row */
#define GIVEBACK_LEAST (8u << 20)	/* bytes: less is not worth it */

struct giveback {
	uint64_t begun_tsc;	/* the window under way */
	uint64_t halted_tsc;	/* ticks of it that the guest was halted */
	unsigned int idle;	/* windows in a row that were idle */
};

/* giveback_halted() - the guest was halted for @ticks of the host's TSC. */
void giveback_halted(struct giveback *g, uint64_t ticks);
/* giveback_begin() - a window begins at @tsc. */
void giveback_begin(struct giveback *g, uint64_t tsc);
/* giveback_end() - it ends at @tsc. Return: true if the guest was idle in it
 * and those before it, GIVEBACK_WINDOWS in all; these are counted anew. */
bool giveback_end(struct giveback *g, uint64_t tsc);

/* giveback_all() - all that was made of the guest's code goes; not to be called
 * while code is run. */
void giveback_all(struct cpu *cpu);

/* giveback_halt() - the guest is about to be halted: there is to be an alarm
 * if it has more than a little. */
void giveback_halt(struct vmm *vmm);
/* giveback_tick() - that alarm is due. */
void giveback_tick(struct vmm *vmm);

#endif
