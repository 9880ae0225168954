// SPDX-License-Identifier: BSD-2-Clause
/* smc.c - code that is changed: the next instruction, another page, through
 * an alias, across a page end, by a string instruction, by a new mapping. */
#include "guests/property/rt.h"

#define CODE  0x00a00000u
#define ALIAS 0x00b00000u
#define OTHER 0x00c00000u

static uint32_t call(uint32_t at)
{
	uint32_t v;

	__asm__ volatile("call *%1" : "=a"(v) : "r"(at) : "ecx", "edx",
			 "memory", "cc");
	return v;
}

/* emit() - mov eax, v; ret */
static void emit(uint32_t at, uint32_t v)
{
	*at8(at) = 0xb8;
	*at32(at + 1) = v;
	*at8(at + 5) = 0xc3;
}

static void own_next_instruction(void)
{
	uint32_t i, v;

	for (i = 0; i < 1000; i++) {
		__asm__ volatile("movl %1, 1f+1\n"
				 "1: movl $0, %%eax\n"
				 : "=a"(v) : "c"(i) : "memory");
		CHECK_EQ(v, i);
	}
}

static void string_over_code(void)
{
	static const uint8_t nops[16] = { [0 ... 15] = 0x90 };
	uint32_t v = 5, n = 4;
	const void *from = nops;
	void *to;

	/* The INCs behind the copy are NOPs when they are reached. */
	__asm__ volatile("movl $1f, %%edi\n"
			 "rep movsb\n"
			 "1: incl %%eax; incl %%eax; incl %%eax; incl %%eax\n"
			 : "+a"(v), "+c"(n), "+S"(from), "=&D"(to)
			 : : "memory");
	CHECK_EQ(v, 5);
}

void guest_main(void)
{
	uint32_t i;

	own_next_instruction();
	string_over_code();
	paging_on(0);
	own_next_instruction();
	for (i = 0; i < 500; i++) {
		emit(CODE, i);
		CHECK_EQ(call(CODE), i);
	}
	*pte(ALIAS) = CODE | PTE_P | PTE_W;
	invlpg(ALIAS);
	for (i = 0; i < 500; i++) {
		*at32(ALIAS + 1) = i * 3;
		CHECK_EQ(call(CODE), i * 3);
	}
	for (i = 1; i < 5; i++) {	/* across the page end */
		emit(CODE + 4096 - i, 100);
		CHECK_EQ(call(CODE + 4096 - i), 100);
		*at8(CODE + 4096) ^= 1;
		CHECK(call(CODE + 4096 - i) != 100);
		*at8(CODE + 4096) ^= 1;
		CHECK_EQ(call(CODE + 4096 - i), 100);
	}
	emit(OTHER, 55);
	emit(CODE, 44);
	CHECK_EQ(call(CODE), 44);
	*pte(CODE) = OTHER | PTE_P | PTE_W;
	invlpg(CODE);
	CHECK_EQ(call(CODE), 55);
	*pte(CODE) = CODE | PTE_P | PTE_W;
	invlpg(CODE);
	CHECK_EQ(call(CODE), 44);
}
