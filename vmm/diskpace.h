/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskpace.h - a guest that has something else to do keeps its CPU beside a
 * disk: when is an answer told to it?
 *
 * An answer comes within microseconds where the image is in the host's memory.
 * The driver's work for a request takes many times that, and the program that
 * asked goes before others as it always waits; so whatever else there is to do
 * would get what the driver leaves, a fifth of the CPU. No disk of this kind is
 * so fast. So the others are owed DISKPACE_PART times what a request cost, and
 * once that is more than DISKPACE_OWED_NS an answer is held until they have had
 * it. One held answer for some ten requests: the alarm that ends it costs as
 * much as a request.
 *
 * What a request costs is measured: the time from one answer to the next
 * request. Four times that would be four fifths for the others if it were all;
 * but the way from the request back to them is not seen.
 *
 * 1. Nothing is held from a guest that waits: of one that halts, or looks at
 *    the drive's registers, all that was measured is forgotten.
 * 2. Nor from one that was never seen to halt while it waited for a disk: its
 *    idle loop looks like work.
 * 3. No answer is held for longer than DISKPACE_OWED_NS and DISKPACE_PART times
 *    DISKPACE_COST_NS.
 * 4. All times are guest time, in ns.
 */
#ifndef VMM_DISKPACE_H
#define VMM_DISKPACE_H

#include <stdbool.h>
#include <stdint.h>

#define DISKPACE_PART		11u
#define DISKPACE_OWED_NS	5000000u
/* What a request costs at most: if it was longer, others ran meanwhile. */
#define DISKPACE_COST_NS	100000u

struct diskpace {
	bool halts;		/* it was seen to, waiting for a disk */
	bool told;		/* the last answer was, ... */
	uint64_t told_ns;	/* then */
	uint64_t even_ns;	/* nothing is owed from then on */
	bool holds;		/* until then */
};

/* diskpace_asked() - the guest has begun a request. */
void diskpace_asked(struct diskpace *p, uint64_t now);

/* diskpace_told() - it was told that a request is over. */
void diskpace_told(struct diskpace *p, uint64_t now);

/* diskpace_waits() - it has nothing else to do. @halts: as it halts while a
 * request is under way */
void diskpace_waits(struct diskpace *p, bool halts);

/* diskpace_until() - Return: until when an answer is held; 0: it is not. */
uint64_t diskpace_until(const struct diskpace *p, uint64_t now);

#endif
