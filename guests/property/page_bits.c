// SPDX-License-Identifier: BSD-2-Clause
/* page_bits.c - the accessed and dirty bits of both levels. */
#include "guests/property/rt.h"

#define PAGE 0x00900000u

void guest_main(void)
{
	volatile uint32_t *e = pte(PAGE), *d = &page_dir[PAGE >> 22];

	paging_on(0);
	CHECK(!(*e & (PTE_A | PTE_D)));
	CHECK(!(*d & PTE_A));
	(void)*at32(PAGE);
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A);
	CHECK_EQ(*d & PTE_A, PTE_A);
	*at32(PAGE) = 1;		/* no flush: it walks again */
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A | PTE_D);
	*e &= ~(PTE_A | PTE_D);
	invlpg(PAGE);
	(void)*at8(PAGE);
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A);
	*e &= ~(PTE_A | PTE_D);
	write_cr3(read_cr3());
	*at8(PAGE + 4095) = 1;
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A | PTE_D);
	/* A page that faults gets neither. */
	*pte(PAGE + 4096) &= ~PTE_P;
	invlpg(PAGE + 4096);
	CHECK_EQ(rt_try(write32, (void *)(PAGE + 4096)), 14);
	CHECK(!(*pte(PAGE + 4096) & (PTE_A | PTE_D)));
}
