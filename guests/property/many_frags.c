// SPDX-License-Identifier: BSD-2-Clause
/*
 * many_frags.c - more code than a translator keeps: 700,000 pieces that jump
 * from page to page, all of it run twice, then in between what was run first.
 */
#include "guests/property/rt.h"

#define CODE	0x00400000u
#define CODE_END 0x01f00000u
#define PAGES	((CODE_END - CODE) / 4096)
#define PIECES	(4096u / PIECE)	/* of a page */
#define PIECE	32u

static uint8_t number(uint32_t page, uint32_t piece)
{
	return (uint8_t)((page * 7 + piece * 3) & 63);
}

/* write_piece() - EAX grows by a number; on to another piece of the next
 * page, or back. */
static void write_piece(uint32_t page, uint32_t piece)
{
	uint32_t at = CODE + page * 4096 + piece * PIECE;
	uint32_t to = CODE + (page + 1) * 4096 + (piece ^ 5) * PIECE;

	*at8(at) = 0x83;		/* add eax, number */
	*at8(at + 1) = 0xc0;
	*at8(at + 2) = number(page, piece);
	if (page + 1 == PAGES) {
		*at8(at + 3) = 0xc3;
		return;
	}
	*at8(at + 3) = 0xe9;
	*at32(at + 4) = to - (at + 8);
}

static uint32_t call(uint32_t page, uint32_t piece)
{
	uint32_t v = 0;

	__asm__ volatile("call *%1" : "+a"(v)
			 : "r"(CODE + page * 4096 + piece * PIECE)
			 : "memory", "cc");
	return v;
}

/* expected() - by the same way through the numbers. */
static uint32_t expected(uint32_t page, uint32_t piece)
{
	uint32_t v = 0;

	for (; page < PAGES; page++, piece ^= 5)
		v += number(page, piece);
	return v;
}

void guest_main(void)
{
	uint32_t page, piece, turn, i;

	paging_on(0x10);
	for (i = 4; i < 8; i++)
		page_dir[i] = i << 22 | PTE_P | PTE_W | PTE_U | PTE_PS;
	write_cr3(read_cr3());
	for (page = 0; page < PAGES; page++)
		for (piece = 0; piece < PIECES; piece++)
			write_piece(page, piece);
	for (turn = 0; turn < 2; turn++)
		for (piece = 0; piece < PIECES; piece++)
			CHECK_EQ(call(0, piece), expected(0, piece));
	for (i = 0; i < 20000; i++) {
		page = PAGES - 1 - i * 77 % 40;
		piece = i * 31 % PIECES;
		CHECK_EQ(call(page, piece), expected(page, piece));
	}
}
