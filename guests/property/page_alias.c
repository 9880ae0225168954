// SPDX-License-Identifier: BSD-2-Clause
/* page_alias.c - one frame at two addresses; accesses across two pages whose
 * frames are apart; a fault in the second half changes nothing. */
#include "guests/property/rt.h"

#define A 0x00b00000u	/* A and A + 4096 are mapped to F and G */
#define F 0x00c00000u
#define G 0x00d05000u
#define B 0x00b10000u	/* F again */

void guest_main(void)
{
	uint32_t i;

	paging_on(0);
	*pte(A) = F | PTE_P | PTE_W;
	*pte(A + 4096) = G | PTE_P | PTE_W;
	*pte(B) = F | PTE_P | PTE_W;
	invlpg(A);
	invlpg(A + 4096);
	invlpg(B);
	for (i = 0; i < 100; i++) {
		*at32(A + 8 * i) = i;
		CHECK_EQ(*at32(B + 8 * i), i);
		*at32(B + 8 * i) = ~i;
		CHECK_EQ(*at32(A + 8 * i), ~i);
	}
	for (i = 1; i < 4; i++) {
		*at32(A + 4096 - i) = 0x44332211;
		CHECK_EQ(*at8(F + 4096 - i), 0x11);
		CHECK_EQ(*at8(G + 3 - i), 0x44);
		CHECK_EQ(*at32(A + 4096 - i), 0x44332211);
	}
	*at32(A + 4092) = 0;
	*pte(A + 4096) = 0;
	invlpg(A + 4096);
	CHECK_EQ(rt_try(write32, (void *)(A + 4094)), 14);
	CHECK_EQ(caught_cr2, A + 4096);
	CHECK_EQ(*at32(B + 4092), 0);
	CHECK_EQ(*pte(A + 4096), 0);
}
