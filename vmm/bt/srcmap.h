/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * srcmap.h - where each instruction begins, in the host code and in the
 * guest's, and what the state is there.
 *
 * 1. It is asked at a host fault only, and there is one for each fragment: so
 *    it is packed, mostly two bytes for an instruction, and read from its
 *    beginning.
 * 2. Entries are in the order of both codes.
 */
#ifndef VMM_BT_SRCMAP_H
#define VMM_BT_SRCMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Flags not computed yet: those of an ADD or SUB of ESP and an immediate. Only
 * a fault before the next write to the flags needs them.
 */
struct owed {
	int16_t imm;
	int16_t before;		/* ESP before it - its register now */
	uint8_t how;		/* enum owed_how */
};
enum owed_how { OWED_NOTHING, OWED_ADD, OWED_SUB };

struct srcmap {
	uint16_t host;		/* bytes from the fragment's entry */
	uint16_t guest;		/* bytes from its first instruction */
	int16_t esp;		/* the guest's ESP - its register there */
	uint8_t biased;		/* BIASED_*: host pointers at a fault */
	uint8_t swapped;	/* 1 + a register whose low two bytes are
				 * swapped at a fault; 0: none; at most 4 */
	bool store;		/* trans_touch() could check it */
	struct owed owed;
};
#define BIASED_SI 1u
#define BIASED_DI 2u

#define SRCMAP_MOST 14u	/* bytes that an entry takes at most */

/**
 * srcmap_pack() - put entries where they stay
 * @map: @count of them, at least one, in order
 * @to: room for SRCMAP_MOST bytes for each
 *
 * Return: how many bytes they took.
 */
size_t srcmap_pack(uint8_t *to, const struct srcmap *map, size_t count);

/**
 * srcmap_plain() - can code be entered at the start of an instruction?
 * @from: @count entries, packed
 * @guest: where it begins, in bytes from the first one
 * @host: receives where it is, in bytes from the fragment's entry
 *
 * Return: false if no instruction begins there, or if the state is not as it
 * is where a fragment begins: ESP in its register, no flags owed.
 */
bool srcmap_plain(const uint8_t *from, size_t count, uint32_t guest,
		  uint32_t *host);

/* srcmap_find() - of @count entries packed at @from the last one that begins at
 * or before @host; the first one if none does. */
struct srcmap srcmap_find(const uint8_t *from, size_t count, uint32_t host);

#endif
