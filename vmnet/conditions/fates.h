/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fates.h - what happens to each frame of a link: by chance, but each run with
 * the same seed gives the same.
 *
 * 1. A frame's fate follows from the stream, its ordinal and the conditions
 *    only: not from time, nor from other frames' fates. Gilbert's bursts are
 *    the exception: their state goes from ordinal to ordinal.
 * 2. Each kind of chance has a random number of its own for each ordinal. So
 *    duplication, if it is turned on, does not change which frames are lost.
 */
#ifndef VMNET_FATES_H
#define VMNET_FATES_H

#include <stdbool.h>
#include <stdint.h>

#include "vmnet/proto/conditions.h"

struct fates {
	uint64_t stream;
	uint64_t ordinal;	/* of the next frame */
	bool bad;		/* Gilbert's state */
};

struct fate {
	bool lost, twice, corrupt, late;
	uint32_t bit;		/* if corrupt: which bit; any number */
	int32_t shift;		/* of the delay, in parts of the jitter:
				 * INT32_MIN all of it earlier, INT32_MAX all
				 * of it later */
};

/**
 * fates_begin() - begin a stream, at ordinal 0
 * @seed: the user's
 * @mac: 6 bytes, of the port's card: what tells one port from another in each
 *	 run
 * @direction: CONDITIONS_IN or CONDITIONS_OUT
 */
void fates_begin(struct fates *f, uint64_t seed, const uint8_t *mac,
		 unsigned int direction);

/* fates_next() - Return: the next frame's fate under conditions @c. */
struct fate fates_next(struct fates *f, const struct vmnet_conditions *c);

#endif
