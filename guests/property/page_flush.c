// SPDX-License-Identifier: BSD-2-Clause
/* page_flush.c - stale entries end at INVLPG or a CR3 load; global ones at
 * INVLPG or a change of CR4.PGE; a missing page is never remembered. */
#include "guests/property/rt.h"

#define LIN 0x00b00000u
#define ONE 0x00c00000u
#define TWO 0x00d00000u

static void point(uint32_t phys, uint32_t more)
{
	*pte(LIN) = phys | PTE_P | PTE_W | more;
}

static uint32_t look(void)
{
	return *at32(LIN);
}

void guest_main(void)
{
	uint32_t v;

	paging_on(0);
	*at32(ONE) = 1;
	*at32(TWO) = 2;
	point(ONE, 0);
	invlpg(LIN);
	CHECK_EQ(look(), 1);
	point(TWO, 0);
	v = look();			/* either is right */
	CHECK(v == 1 || v == 2);
	invlpg(LIN);
	CHECK_EQ(look(), 2);
	point(ONE, 0);
	write_cr3(read_cr3());
	CHECK_EQ(look(), 1);
	/* From not present to present: no flush is needed. */
	*pte(LIN) = 0;
	invlpg(LIN);
	CHECK_EQ(rt_try(read32, (void *)LIN), 14);
	point(TWO, 0);
	CHECK_EQ(look(), 2);
	/* Global. */
	write_cr4(0x80);
	point(ONE, PTE_G);
	invlpg(LIN);
	CHECK_EQ(look(), 1);
	point(TWO, PTE_G);
	write_cr3(read_cr3());
	v = look();
	CHECK(v == 1 || v == 2);
	invlpg(LIN);
	CHECK_EQ(look(), 2);
	point(ONE, PTE_G);
	write_cr4(0);
	CHECK_EQ(look(), 1);
	/* CR0.PG off and on again. */
	point(TWO, 0);
	write_cr0(read_cr0() & ~0x80000000);
	write_cr0(read_cr0() | 0x80000000);
	CHECK_EQ(look(), 2);
}
