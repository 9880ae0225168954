// SPDX-License-Identifier: BSD-2-Clause
/*
 * smc.c - places in code that cost host faults: what was seen to happen, and
 * how often.
 *
 * Places are remembered by their keys (vmdriver/guestmem.h). There are
 *
 * 1. immediates that the guest writes to again and again. Such a one is
 *    translated as a load from where it lies; its bytes do not count as code.
 * 2. instructions that write to frames with code;
 * 3. instructions of the guest's kernel whose pages its window does not have:
 *    pages of the program, seldom one of them twice;
 * 4. stores of a program to pages that the guest has yet to provide, as after
 *    malloc().
 *
 * Those of 2 and 3 become callouts; a store of 4 only where its page is not the
 * last one's. A callout takes nanoseconds, a host fault and a mapping take
 * microseconds. All this guesses the future: a wrong guess costs time only.
 *
 * The table forgets: a new place takes the slot of an old one. It is far larger
 * than what the host's caches hold, so smc_frames[] counts, for some frames
 * together, how many places in them are often; where that is 0 nobody has to
 * look.
 */
#include "vmm/bt/bt.h"

#define OFTEN 4

static uint64_t place_slot(paddr at, enum smc_kind kind)
{
	uint64_t h = (at << 2 | kind) * 0x9e3779b97f4a7c15ull;

	return h >> (64 - SMC_BITS);
}

/* count_set() - a place was seen that many times. */
static void count_set(struct bt *bt, struct smc_place *p, uint8_t count)
{
	bt->smc_frames[SMC_FRAME(p->at)] +=
		(count >= OFTEN) - (p->count >= OFTEN);
	p->count = count;
}

void smc_note(struct bt *bt, paddr at, enum smc_kind kind)
{
	struct smc_place *p = &bt->smc[place_slot(at, kind)];

	if (p->at != at || p->kind != kind) {
		count_set(bt, p, 0);
		*p = (struct smc_place){ .at = at, .kind = (uint8_t)kind };
	}
	if (p->count < OFTEN)
		count_set(bt, p, p->count + 1u);
}

void smc_forget(struct bt *bt, paddr at, enum smc_kind kind)
{
	struct smc_place *p = &bt->smc[place_slot(at, kind)];

	if (p->at != at || p->kind != kind)
		return;
	count_set(bt, p, 0);
	if (p->forgotten < SMC_FORGOTTEN)
		p->forgotten++;
}

unsigned int smc_forgotten(const struct bt *bt, paddr at, enum smc_kind kind)
{
	const struct smc_place *p = &bt->smc[place_slot(at, kind)];

	return p->at == at && p->kind == kind ? p->forgotten : 0;
}

bool smc_find(const struct bt *bt, paddr at, enum smc_kind kind)
{
	const struct smc_place *p = &bt->smc[place_slot(at, kind)];

	return p->at == at && p->kind == kind && p->count >= OFTEN;
}
