// SPDX-License-Identifier: BSD-2-Clause
/*
 * again.c - how much of what is translated was translated before, since
 * power-on: as those bytes, with that key (vmdriver/guestmem.h).
 *
 * Two things are told apart. Fragments that are made anew had been lost:
 * killed, evicted, or found by an address that changed. And instructions are in
 * two fragments where what the first one has can not be entered in its middle
 * (cache_inside()), or where the second one is a hot loop's, with ESP in rsp;
 * these bytes are translated again, too, but nothing was lost.
 *
 * A look at each instruction would need megabytes, and miss the host's caches
 * each time. So one in AGAIN_SAMPLE is looked at, and one fragment in
 * AGAIN_FRAGS, chosen by their keys: whoever was looked at once is so each
 * time. Of what was seen two bits are kept in a table, by key and bytes. Others
 * may have set both bits: 0.2 % of what is looked at after a compiler, a few
 * per cent after ten times as much code.
 */
#include <string.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "vmdriver/guestmem.h"
#include "vmm/bt/bt.h"

#define ODD 0x9e3779b97f4a7c15ull	/* spreads bits */

/* place_chosen() - is what is at @at the one of 1 << @bits that is looked
 * at? */
static bool place_chosen(paddr at, unsigned int bits)
{
	return (uint64_t)at * ODD >> (64 - bits) == 0;
}

/* bytes_mix() - @len bytes at @at, at most 15, as a number; @mode: of a
 * fragment that begins with them, and 1. */
static uint64_t bytes_mix(paddr at, const uint8_t *bytes, unsigned int len,
			  unsigned int mode)
{
	uint64_t part[2] = { 0 };
	uint64_t h = at + ((uint64_t)(len | mode << 4) << 48);

	memcpy(part, bytes, MIN(len, sizeof(part)));
	h = (h ^ h >> 29) * ODD;
	h = (h ^ h >> 32 ^ part[0]) * ODD;
	h = (h ^ h >> 29 ^ part[1]) * ODD;
	return (h ^ h >> 32) * ODD;
}

/* bit_take() - set bit @i. Return: it was set. */
static bool bit_take(uint64_t *bits, uint32_t i)
{
	bool was = has_bit(bits, i);

	set_bit(bits, i);
	return was;
}

/* number_seen() - was it, by the number that it has? From now on it was. */
static bool number_seen(struct bt *bt, uint64_t h)
{
	bool first = bit_take(bt->again, (uint32_t)(h >> (64 - AGAIN_BITS)));
	bool second = bit_take(bt->again, (uint32_t)h % (1u << AGAIN_BITS));

	return first && second;
}

static void insn_look(struct bt *bt, paddr at, const uint8_t *bytes,
		      unsigned int len)
{
	bt->stats.looked += len;
	if (number_seen(bt, bytes_mix(at, bytes, len, 0)))
		bt->stats.again += len;
}

static void look_at_first(struct bt *bt, const struct gblock *gb,
			  const uint8_t *bytes, unsigned int len)
{
	bt->stats.looked_frags++;
	if (number_seen(bt, bytes_mix(gb->key, bytes, len, gb->mode + 1u)))
		bt->stats.anew++;
}

void again_note(struct cpu *cpu, const struct gblock *gb)
{
	unsigned int room = PAGE_SIZE - (unsigned int)(gb->key & PAGE_MASK);
	unsigned int len = MIN(gb->len, room), at, i;
	const uint8_t *bytes = guestmem_at(cpu->ram, gb->key, len);

	if (!bytes)
		return;
	if (place_chosen(gb->key, AGAIN_FRAGS_BITS))
		look_at_first(cpu->bt, gb, bytes, MIN(gb->in[0].len, len));
	for (i = at = 0; at < len; at += gb->in[i++].len)
		if (place_chosen(gb->key + at, AGAIN_SAMPLE_BITS))
			insn_look(cpu->bt, gb->key + at, bytes + at,
				  MIN(gb->in[i].len, len - at));
}
