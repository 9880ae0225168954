// SPDX-License-Identifier: BSD-2-Clause
/* page_errors.c - who may touch what: error codes, CR2, CR0.WP. */
#include "guests/property/rt.h"

#define PAGE 0x00a00000u

static void expect(uint32_t flags, int user, void (*fn)(void *), int err)
{
	uint32_t at = PAGE + 0x123;
	int v;

	*pte(PAGE) = PAGE | flags;
	invlpg(PAGE);
	v = user ? rt_try_user(fn, (void *)at) : rt_try(fn, (void *)at);
	if (err < 0) {
		CHECK_EQ(v, user ? 0x80 : -1);
		return;
	}
	CHECK_EQ(v, 14);
	CHECK_EQ(caught.err & 7, err);
	CHECK_EQ(caught_cr2, at);
	CHECK(!(*pte(PAGE) & PTE_D));
}

void guest_main(void)
{
	paging_on(0);
	expect(0, 0, read32, 0);
	expect(0, 0, write32, 2);
	expect(0, 1, read32, 4);
	expect(0, 1, write32, 6);
	expect(PTE_P, 1, read32, 5);
	expect(PTE_P | PTE_W, 1, write32, 7);
	expect(PTE_P | PTE_U, 1, read32, -1);
	expect(PTE_P | PTE_U, 1, write32, 7);
	expect(PTE_P | PTE_U | PTE_W, 1, write32, -1);
	expect(PTE_P, 0, write32, -1);		/* WP is off */
	write_cr0(read_cr0() | 0x10000);
	expect(PTE_P, 0, write32, 3);
	expect(PTE_P, 0, read32, -1);
	expect(PTE_P | PTE_U, 0, write32, 3);
	expect(PTE_P | PTE_W, 0, write32, -1);
	/* The directory's bits count as well. */
	page_dir[PAGE >> 22] &= ~PTE_W;
	write_cr3(read_cr3());
	expect(PTE_P | PTE_U | PTE_W, 1, write32, 7);
	expect(PTE_P | PTE_U | PTE_W, 0, write32, 3);
	page_dir[PAGE >> 22] = (page_dir[PAGE >> 22] | PTE_W) & ~PTE_U;
	write_cr3(read_cr3());
	expect(PTE_P | PTE_U | PTE_W, 1, read32, 5);
	expect(PTE_P | PTE_U | PTE_W, 0, write32, -1);
}
