// SPDX-License-Identifier: BSD-2-Clause
/* page_self.c - a directory that maps itself: tables edited through it. */
#include "guests/property/rt.h"

#define WINDOW(lin) at32(0xffc00000u + ((lin) >> 12) * 4)
#define LIN 0x00b00000u

void guest_main(void)
{
	uint32_t i;

	paging_on(0);
	page_dir[1023] = (uint32_t)page_dir | PTE_P | PTE_W;
	write_cr3(read_cr3());
	CHECK_EQ(*at32(0xfffff000 + 1023 * 4) & ~0xfffu, (uint32_t)page_dir);
	CHECK_EQ(*WINDOW(LIN) & ~0xfffu, LIN);
	for (i = 0; i < 64; i++) {
		*at32(0xc00000 + i * 4096) = i;
		*WINDOW(LIN) = (0xc00000 + i * 4096) | PTE_P | PTE_W;
		invlpg(LIN);
		CHECK_EQ(*at32(LIN), i);
		CHECK(*WINDOW(LIN) & PTE_A);
	}
	/* Take the window's own entry away, through the window. */
	*at32(0xfffff000 + 1023 * 4) = 0;
	write_cr3(read_cr3());
	CHECK_EQ(rt_try(read32, (void *)0xfffff000), 14);
}
