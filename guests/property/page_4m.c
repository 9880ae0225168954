// SPDX-License-Identifier: BSD-2-Clause
/* page_4m.c - 4 MiB pages: address, dirty bit, PSE on and off. */
#include "guests/property/rt.h"

#define LIN  0x40000000u
#define PHYS 0x00c00000u

void guest_main(void)
{
	paging_on(0x10);
	page_dir[LIN >> 22] = PHYS | PTE_P | PTE_W | PTE_PS;
	*at32(PHYS + 0x3ff000) = 0xabcd;
	CHECK_EQ(*at32(LIN + 0x3ff000), 0xabcd);
	CHECK_EQ(page_dir[LIN >> 22] & (PTE_A | PTE_D), PTE_A);
	*at32(LIN + 0x123456) = 77;
	CHECK_EQ(page_dir[LIN >> 22] & (PTE_A | PTE_D), PTE_A | PTE_D);
	CHECK_EQ(*at32(PHYS + 0x123456), 77);
	CHECK_EQ(rt_try_user(read32, (void *)LIN), 14);
	CHECK_EQ(caught.err & 7, 5);
	/* Back to a table in the same slot. */
	page_dir[LIN >> 22] = page_dir[0];
	invlpg(LIN + 0x100000);
	write_cr3(read_cr3());
	CHECK_EQ(*at32(LIN + 0x100000), *at32(0x100000));
}
