/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pace.h - how often the picture is looked at.
 *
 * While somebody types or much changes: 60 times a second. At rest, when only a
 * cursor blinks: so seldom that looks take less than a hundredth of a CPU, but
 * often enough that a change is seen soon. Pure.
 */
#ifndef SCREEN_PACE_H
#define SCREEN_PACE_H

#include <stdint.h>

struct pace {
	uint64_t due_ns;	/* time of the next look; 0: at once */
	uint64_t busy_ns;	/* until this time looks are frequent */
	uint64_t cost_ns;	/* CPU time that a look took lately */
};

/* pace_input() - somebody typed or pointed, so the picture may change soon.
 * @now_ns: CLOCK_MONOTONIC */
void pace_input(struct pace *p, uint64_t now_ns);

/* pace_looked() - a look has ended: it took @cost_ns of CPU, and found @tiles
 * tiles changed. Sets the time of the next one. */
void pace_looked(struct pace *p, uint64_t now_ns, uint64_t cost_ns,
		 unsigned int tiles);

#endif
