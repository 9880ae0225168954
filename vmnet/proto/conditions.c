/* SPDX-License-Identifier: BSD-2-Clause */
/* conditions.c - what a link does to frames: see conditions.h. */
#include "vmnet/proto/conditions.h"

#include <string.h>

/* chances_ok() - is none of them more than always? */
static bool chances_ok(const struct vmnet_conditions *c)
{
	const uint32_t chance[] = {
		c->loss, c->gilbert_p, c->gilbert_r, c->gilbert_h,
		c->gilbert_k, c->duplicate, c->reorder, c->corrupt,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chance); i++)
		if (chance[i] > CONDITIONS_ALWAYS)
			return false;
	return true;
}

bool conditions_ok(const struct vmnet_conditions *c)
{
	bool rate = !c->rate || (c->rate >= CONDITIONS_RATE_LEAST &&
				 c->rate <= CONDITIONS_RATE_MOST);

	return rate && chances_ok(c) && !(c->given & ~(uint32_t)COND_ALL) &&
	       c->burst <= CONDITIONS_BURST_MOST &&
	       c->delay <= CONDITIONS_DELAY_MOST &&
	       c->jitter <= CONDITIONS_DELAY_MOST &&
	       c->gap <= CONDITIONS_GAP_MOST && (!c->reorder || c->gap) &&
	       (!c->gilbert_p || c->gilbert_r) && !c->zero;
}

bool conditions_none(const struct vmnet_conditions *c)
{
	return !(c->rate | c->delay | c->jitter | c->loss | c->gilbert_p |
		 c->duplicate | c->reorder | c->corrupt);
}

void conditions_change(struct vmnet_conditions *to,
		       const struct vmnet_conditions *change)
{
	uint32_t given = change->given;

#define TAKE(bit, field) \
	(to->field = given & COND_##bit ? change->field : to->field)
	TAKE(rate, rate);
	TAKE(burst, burst);
	TAKE(delay, delay);
	TAKE(jitter, jitter);
	TAKE(loss, loss);
	TAKE(gilbert, gilbert_p);
	TAKE(gilbert, gilbert_r);
	TAKE(gilbert, gilbert_h);
	TAKE(gilbert, gilbert_k);
	TAKE(duplicate, duplicate);
	TAKE(reorder, reorder);
	TAKE(reorder, gap);
	TAKE(corrupt, corrupt);
	TAKE(seed, seed);
#undef TAKE
	to->given |= given;
}
