/* SPDX-License-Identifier: BSD-2-Clause */
/* fates.c - what happens to each frame of a link: see fates.h. */
#include "vmnet/conditions/fates.h"

#include <string.h>

/* What a random number is drawn for. */
enum draw {
	DRAW_LOSS, DRAW_STATE, DRAW_BURST, DRAW_TWICE, DRAW_LATE, DRAW_CORRUPT,
	DRAW_BIT, DRAW_SHIFT,
	DRAWS = 8		/* for each ordinal */
};

#define GOLDEN 0x9e3779b97f4a7c15ull	/* 2^64 by the golden ratio */

/* chance_mix() - each bit of @x changes half of those of the answer: the
 * finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom
 * Number Generators, 2014). It is a permutation. */
static uint64_t chance_mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/* chance_draw() - Return: the frame's random number for @what. */
static uint32_t chance_draw(const struct fates *f, enum draw what)
{
	return (uint32_t)(chance_mix(f->stream +
				     (f->ordinal * DRAWS + what) * GOLDEN) >>
			  32);
}

/* chance_happens() - does something with that chance happen? */
static bool chance_happens(const struct fates *f, enum draw what,
			   uint32_t chance)
{
	return chance && (uint64_t)chance_draw(f, what) * CONDITIONS_ALWAYS >>
				 32 < chance;
}

void fates_begin(struct fates *f, uint64_t seed, const uint8_t *mac,
		 unsigned int direction)
{
	uint64_t port = direction;

	memcpy((uint8_t *)&port + 2, mac, 6);
	f->stream = chance_mix(chance_mix(seed + GOLDEN) ^ port);
	f->ordinal = 0;
	f->bad = false;
}

/* burst_loses() - one step of Gilbert's and Elliott's model: first the state,
 * then the frame (Elliott: Estimates of Error Rates for Codes on Burst-Noise
 * Channels, 1963). */
static bool burst_loses(struct fates *f, const struct vmnet_conditions *c)
{
	uint32_t turns = f->bad ? c->gilbert_r : c->gilbert_p;
	uint32_t passes;

	if (!c->gilbert_p) {
		f->bad = false;
		return false;
	}
	if (chance_happens(f, DRAW_STATE, turns))
		f->bad = !f->bad;
	passes = f->bad ? c->gilbert_h : c->gilbert_k;
	return !chance_happens(f, DRAW_BURST, passes);
}

struct fate fates_next(struct fates *f, const struct vmnet_conditions *c)
{
	bool burst = burst_loses(f, c);
	struct fate fate = {
		.lost = burst || chance_happens(f, DRAW_LOSS, c->loss),
		.twice = chance_happens(f, DRAW_TWICE, c->duplicate),
		.late = chance_happens(f, DRAW_LATE, c->reorder),
		.corrupt = chance_happens(f, DRAW_CORRUPT, c->corrupt),
		.bit = chance_draw(f, DRAW_BIT),
		.shift = (int32_t)chance_draw(f, DRAW_SHIFT),
	};

	f->ordinal++;
	return fate;
}
