// SPDX-License-Identifier: BSD-2-Clause
/* page_pae.c - three levels: 4 KiB and 2 MiB pages, A and D bits, faults. */
#include "guests/property/rt.h"

static uint64_t pdpt[4] __attribute__((aligned(32)));
static uint64_t dir[512] __attribute__((aligned(4096)));
static uint64_t dir3[512] __attribute__((aligned(4096)));
static uint64_t table[512] __attribute__((aligned(4096)));

void guest_main(void)
{
	volatile uint64_t *e = &table[5], *d = &dir[7];
	unsigned int i;

	for (i = 0; i < 8; i++)
		dir[i] = (uint64_t)i << 21 | PTE_P | PTE_W | PTE_PS;
	for (i = 0; i < 512; i++)
		table[i] = (0x900000ull + i * 4096) | PTE_P | PTE_W;
	dir3[0] = (uint32_t)table | PTE_P | PTE_W;
	pdpt[0] = (uint32_t)dir | PTE_P;
	pdpt[3] = (uint32_t)dir3 | PTE_P;
	write_cr4(0x20);
	write_cr3((uint32_t)pdpt);
	write_cr0(read_cr0() | 0x80000000);
	*at32(0x905010) = 4711;
	CHECK_EQ(*at32(0xc0005010), 4711);
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A);
	*at32(0xc0005010) = 1;
	CHECK_EQ(*e & (PTE_A | PTE_D), PTE_A | PTE_D);
	CHECK_EQ(*at32(0x905010), 1);
	CHECK(!(*d & PTE_A));
	*at32(0xe00000) = 9;
	CHECK_EQ(*d & (PTE_A | PTE_D), PTE_A | PTE_D);
	/* No page directory pointer; no table; no page. */
	CHECK_EQ(rt_try(read32, (void *)0x40000000), 14);
	CHECK_EQ(caught.err & 7, 0);
	CHECK_EQ(rt_try(write32, (void *)0xc0200000), 14);
	CHECK_EQ(caught.err & 7, 2);
	table[6] = 0;
	invlpg(0xc0006000);
	CHECK_EQ(rt_try(read32, (void *)0xc0006ffd), 14);
	CHECK_EQ(caught_cr2, 0xc0006ffd);
	/* A new pointer counts only from the next load of CR3. */
	pdpt[1] = (uint32_t)dir | PTE_P;
	write_cr3((uint32_t)pdpt);
	CHECK_EQ(*at32(0x40905010), 1);
}
