/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pace.h - how often the picture is looked at.
 *
 * While somebody types or much changes, 60 times a second; at rest, when only
 * a cursor blinks, as seldom as keeps the looks below a hundredth of a CPU,
 * whatever one costs here, but often enough that what changes is seen soon.
 * Pure.
 */
#ifndef SCREEN_PACE_H
#define SCREEN_PACE_H

#include <stdint.h>

struct pace {
	uint64_t due_ns;	/* the next look; 0: at once */
	uint64_t busy_ns;	/* until then something is going on */
	uint64_t cost_ns;	/* CPU time of a look, of late */
};

/* pace_input() - somebody typed or pointed: an answer may come soon. */
void pace_input(struct pace *p, uint64_t now_ns);

/* pace_looked() - there was a look: it took @cost_ns of CPU, and found so many
 * tiles changed. */
void pace_looked(struct pace *p, uint64_t now_ns, uint64_t cost_ns,
		 unsigned int tiles);

#endif
