/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.h - is the host busy: does the guest wait for a CPU that others have?
 *
 * The VMM world measures it on itself. What passed, less what it gave away or
 * slept, less the CPU time that it got, is what it waited; and each world waits
 * when the other has let go and it is not run. A VM that waits for more than
 * a part of what it needs is on a busy host; to become quiet again takes a
 * second without.
 */
#ifndef VMM_SHARE_H
#define VMM_SHARE_H

#include <stdbool.h>
#include <stdint.h>

struct share {
	bool busy;
	unsigned int calm;	/* windows in a row without a wait, at most
				 * SHARE_CALM */
	/* the window under way */
	uint64_t begun_ns, begun_tsc, begun_ran;
	uint64_t away_tsc;	/* not ours: given away, or slept */
	uint64_t late_tsc;	/* of that: one of both worlds was to run, but
				 * was not run yet */
};

/* After so many windows it is not busy. */
#define SHARE_CALM 10u

/* share_away() - the CPU was given away or slept on for @ticks of the host's
 * TSC; for @late of these one of both worlds had it and was not run. */
void share_away(struct share *s, uint64_t ticks, uint64_t late);

/**
 * share_look() - to be called often
 * @now_ns, @tsc: the host's time
 * @ran_ns: asks for the CPU time of this thread; a system call
 *
 * Return: true if s->busy has changed.
 */
bool share_look(struct share *s, uint64_t now_ns, uint64_t tsc,
		uint64_t (*ran_ns)(void));

#endif
