// SPDX-License-Identifier: BSD-2-Clause
/*
 * pam.c - the host bridge's PAM registers: each part of C0000-FFFFF is RAM to
 * be read, to be written, both or neither, and its neighbours are not touched.
 * There is no ROM: what is not RAM reads as ones. (Intel 82441FX, 3.2.18)
 */
#include "guests/property/rt.h"

#define PARTS 13u

static void out32(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static uint32_t in32(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

/* The memory barrier is the compiler's: other memory lies there afterwards. */
static void out8(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static uint32_t part_first(uint32_t n)
{
	return n == PARTS - 1 ? 0xf0000 : 0xc0000 + n * 0x4000;
}

static uint32_t part_end(uint32_t n)
{
	return n == PARTS - 1 ? 0x100000 : part_first(n) + 0x4000;
}

/* part_set() - bits of @access: 1 is to be read, 2 to be written. */
static void part_set(uint32_t n, uint8_t access)
{
	uint32_t nibble = n == PARTS - 1 ? 1 : n + 2;
	uint32_t reg = 0x59 + nibble / 2;
	uint8_t was;

	out32(0xcf8, 0x80000000 | (reg & ~3u));
	was = inb((uint16_t)(0xcfc + (reg & 3)));
	was &= nibble & 1 ? 0x0f : 0xf0;
	out8((uint16_t)(0xcfc + (reg & 3)),
	     (uint8_t)(was | access << (nibble & 1 ? 4 : 0)));
}

/* ends() - the first and the last word of a part read @first and @last. */
static void ends(uint32_t n, uint32_t first, uint32_t last)
{
	CHECK_EQ(*at32(part_first(n)), first);
	CHECK_EQ(*at32(part_end(n) - 4), last);
}

static void write_ends(uint32_t n, uint32_t first, uint32_t last)
{
	*at32(part_first(n)) = first;
	*at32(part_end(n) - 4) = last;
}

static void each_access(uint32_t n)
{
	part_set(n, 0);
	ends(n, 0xffffffff, 0xffffffff);
	write_ends(n, 1, 2);
	part_set(n, 3);
	ends(n, 0x1000 + n, 0x2000 + n);
	part_set(n, 2);
	ends(n, 0xffffffff, 0xffffffff);
	write_ends(n, 0x3000 + n, 0x4000 + n);
	ends(n, 0xffffffff, 0xffffffff);
	part_set(n, 1);
	ends(n, 0x3000 + n, 0x4000 + n);
	write_ends(n, 5, 6);
	ends(n, 0x3000 + n, 0x4000 + n);
	part_set(n, 3);
	ends(n, 0x3000 + n, 0x4000 + n);
	write_ends(n, 0x1000 + n, 0x2000 + n);
}

static void each_part(void)
{
	const uint32_t below = *at32(0xbfffc);	/* the screen's */
	uint32_t n, i;

	for (n = 0; n < PARTS; n++)
		write_ends(n, 0x1000 + n, 0x2000 + n);
	for (n = 0; n < PARTS; n++) {
		each_access(n);
		for (i = 0; i < PARTS; i++)
			ends(i, 0x1000 + i, 0x2000 + i);
	}
	CHECK_EQ(*at32(0xbfffc), below);
}

static void run(void *at)
{
	((void (*)(void))at)();
}

/* Code there, or ones, which are no instruction. */
static void code_comes_and_goes(uint32_t n)
{
	uint8_t *at = (uint8_t *)(uintptr_t)part_first(n);
	uint32_t i;

	for (i = 0; i < 40; i++) {
		*(volatile uint8_t *)at = i & 1 ? 0xc3 : 0x90;
		((volatile uint8_t *)at)[1] = 0xc3;	/* ret */
		CHECK_EQ(rt_try(run, at), -1);
		part_set(n, 2);
		*(volatile uint8_t *)at = 0xcc;		/* to RAM */
		CHECK_EQ(rt_try(run, at), 6);		/* FF FF */
		part_set(n, 1);
		CHECK_EQ(*(volatile uint8_t *)at, 0xcc);
		*(volatile uint8_t *)at = 0x90;		/* nowhere */
		CHECK_EQ(*(volatile uint8_t *)at, 0xcc);
		part_set(n, 3);
	}
}

void guest_main(void)
{
	out32(0xcf8, 0x80000000);
	CHECK_EQ(in32(0xcfc), 0x12378086);
	each_part();
	code_comes_and_goes(2);
	paging_on(0);
	each_part();
	code_comes_and_goes(PARTS - 1);
}
