/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paging.c - accessed and dirty bits, WP, 4 MiB pages, INVLPG and the old
 * entry that stays until it, error codes, two addresses for one frame.
 */
#include "guests/property/guest.h"

#define P 1u
#define W 2u
#define A 0x20u
#define D 0x40u
#define PS 0x80u
#define VIRT 0x10000000u	/* where the test page is seen */
#define ALIAS 0x10001000u

static volatile uint32_t dir[1024] __attribute__((aligned(4096)));
static volatile uint32_t table[1024] __attribute__((aligned(4096)));
static volatile uint32_t page[2][1024] __attribute__((aligned(4096)));
static volatile uint32_t faults, code, address;

void trap(struct frame *f)
{
	uint32_t cr2;

	if (f->vector != 14)
		return;
	__asm__ volatile("mov %%cr2, %0" : "=r"(cr2));
	faults++;
	code = f->code;
	address = cr2;
	/* Mend what the test broke, and go on. */
	table[(cr2 >> 12) & 1023] |= P | W;
	__asm__ volatile("invlpg (%0)" : : "r"(cr2) : "memory");
}

static void invlpg(uint32_t a)
{
	__asm__ volatile("invlpg (%0)" : : "r"(a) : "memory");
}

static void start_paging(void)
{
	uint32_t v;

	dir[0] = 0 | P | W | PS;	/* the guest itself, one to one */
	dir[1] = 0x400000 | P | W | PS;
	dir[VIRT >> 22] = (uint32_t)table | P | W;
	table[0] = (uint32_t)page[0] | P | W;
	table[1] = (uint32_t)page[0] | P | W;
	__asm__ volatile("mov %%cr4, %0; or $0x10, %0; mov %0, %%cr4"
			 : "=r"(v));
	__asm__ volatile("mov %0, %%cr3" : : "r"(dir));
	__asm__ volatile("mov %%cr0, %0; or $0x80010000, %0; mov %0, %%cr0"
			 : "=r"(v) : : "memory");
}

int main(void)
{
	volatile uint32_t *v = (volatile uint32_t *)VIRT;
	volatile uint32_t *alias = (volatile uint32_t *)ALIAS;

	start_paging();
	/* A on a read, D on a write. */
	EXPECT((table[0] & (A | D)) == 0);
	(void)v[0];
	EXPECT((table[0] & (A | D)) == A);
	v[0] = 7;
	EXPECT((table[0] & (A | D)) == (A | D));
	EXPECT(page[0][0] == 7 && alias[0] == 7);
	EXPECT(faults == 0);
	/* WP holds for the supervisor: error code 3. */
	table[0] &= ~W;
	invlpg(VIRT);
	v[1] = 8;
	EXPECT(faults == 1 && code == 3 && address == VIRT + 4);
	/* Not present, a read: 0. */
	table[0] &= ~P;
	invlpg(VIRT);
	(void)v[2];
	EXPECT(faults == 2 && code == 0 && address == VIRT + 8);
	/* A changed entry counts after INVLPG. */
	page[1][0] = 99;
	(void)v[0];
	table[0] = (uint32_t)page[1] | P | W;
	invlpg(VIRT);
	EXPECT(v[0] == 99);
	say("PASS");
	return 0;
}
