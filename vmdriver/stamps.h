/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamps.h - where the time of one frame goes: TSC stamps along its way out
 * and in (--stamps), as in the paper's Figure 5.
 *
 * Each world notes when it had what; the VMM puts both together when the way
 * is over, and adds each step (account.def: STEP) to a histogram. With
 * several frames at a time, their sends are one step, and what is between
 * them belongs to the step after.
 *
 * Without --stamps nothing is noted: stamp() is 0, and all else asks that.
 */
#ifndef VMDRIVER_STAMPS_H
#define VMDRIVER_STAMPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/latency.h"
#include "vmdriver/worldswitch.h"

enum step {
#define STEP(name, text) STEP_##name,
#include "vmdriver/account.def"
	STEP_COUNT
};

/* One trip to whoever moves frames. Times are the TSC's; 0: it was not so. */
struct trip_stamps {
	uint64_t noticed;	/* something for the guest had come in */
	uint64_t begun;		/* VMApp, or the VMM's work half, had the CPU */
	uint64_t send_first, send_ticks;	/* in VMNet's hands */
	uint64_t recv_first, recv_ticks;
	uint64_t chip_ticks;	/* in the Lance's receive path */
	uint32_t frames_out, frames_in;
};

/* The whole account of --stamps. */
struct stamps_account {
	uint64_t frames_out, frames_in;	/* on the ways that were measured */
	struct latency step[STEP_COUNT];
};

extern const char *const step_names[STEP_COUNT];

/* stamp() - the time, if it is wanted. */
static inline uint64_t stamp(bool wanted)
{
	return wanted ? door_tsc() : 0;
}

/* trip_sent() - a frame was given to VMNet, from @since until now. */
static inline void trip_sent(struct trip_stamps *t, uint64_t since)
{
	if (!since)
		return;
	if (!t->send_first)
		t->send_first = since;
	t->send_ticks += door_tsc() - since;
	t->frames_out++;
}

/* trip_flushed() - and VMNet was told of the frames, from @since until now. */
static inline void trip_flushed(struct trip_stamps *t, uint64_t since)
{
	if (since && t->send_first)
		t->send_ticks += door_tsc() - since;
}

/* trip_taken() - a frame was taken from VMNet, from @since until now. */
static inline void trip_taken(struct trip_stamps *t, uint64_t since)
{
	if (!since)
		return;
	if (!t->recv_first)
		t->recv_first = since;
	t->recv_ticks += door_tsc() - since;
}

/* trip_delivered() - and given to the chip, from @since until now. */
static inline void trip_delivered(struct trip_stamps *t, uint64_t since)
{
	if (!since)
		return;
	t->chip_ticks += door_tsc() - since;
	t->frames_in++;
}

#endif
