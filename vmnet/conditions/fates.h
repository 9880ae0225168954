/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fates.h - what happens to each frame of a link, by chance and yet the same
 * in each run.
 *
 * 1. A frame's fate follows from the stream, its ordinal and the conditions,
 *    and nothing else: not from time, nor from what other frames' fate was,
 *    but for Gilbert's bursts, where the state goes from ordinal to ordinal.
 * 2. Each kind of chance has a number of its own for each ordinal: to turn
 *    duplication on does not change which frames are lost.
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
	uint32_t bit;		/* which one is wrong: any number */
	int32_t shift;		/* of the delay: of the jitter, INT32_MIN is
				 * all of it earlier, INT32_MAX later */
};

/**
 * fates_begin() - from ordinal 0 on
 * @seed: the user's
 * @mac: 6 bytes, of the port's card: what tells one port from another in each
 *	 run
 * @direction: CONDITIONS_IN or CONDITIONS_OUT
 */
void fates_begin(struct fates *f, uint64_t seed, const uint8_t *mac,
		 unsigned int direction);

/* fates_next() - the next frame's. */
struct fate fates_next(struct fates *f, const struct vmnet_conditions *c);

#endif
