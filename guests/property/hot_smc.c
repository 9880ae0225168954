// SPDX-License-Identifier: BSD-2-Clause
/*
 * hot_smc.c - code that is written while it is hot: what runs is what is in
 * memory, whoever wrote it, by whatever instruction and address.
 */
#include "guests/property/rt.h"

#define CODE	0x00a00000u	/* two pages of code */
#define ALIAS	0x00b00000u	/* the same frames */
#define SECOND	0x00c00000u	/* what the second page changes to */
#define TURNS	401u	/* odd: INC turns into DEC and back */

static uint32_t call(uint32_t at)
{
	uint32_t v = 0;

	__asm__ volatile("call *%1" : "+a"(v) : "r"(at) : "ecx", "edx",
			 "memory", "cc");
	return v;
}

static void bytes(uint32_t at, const uint8_t *from, unsigned int n)
{
	while (n--)
		*at8(at++) = *from++;
}

/* ahead() - each kind of store changes an instruction of the same block. */
static void ahead(void)
{
	uint32_t i, v, d;

	for (i = 1; i < TURNS; i++) {
		__asm__ volatile("movl %2, 1f+1\n"	/* the next one */
				 "1: movl $0, %%eax\n"
				 "movb %b2, 2f+1\n"	/* one further on */
				 "incl %%edx\n"
				 "2: movb $0, %%al\n"
				 "xorb $8, 3f\n"	/* INC or DEC */
				 "3: incl %%edx\n"
				 : "=&a"(v), "=&d"(d) : "c"(i), "1"(7)
				 : "memory");
		CHECK_EQ(v, i);
		CHECK_EQ(d, i & 1 ? 7 : 9);
	}
	for (i = 1; i < TURNS; i++) {
		__asm__ volatile("movl $1f+1, %%edi\n"
				 "movl %2, %%eax\n"
				 "stosl\n"
				 "1: movl $0, %1\n"
				 "movl %%esp, %%ebx\n"
				 "movl $2f+5, %%esp\n"
				 "pushl %%eax\n"
				 "2: movl $0, %%edi\n"
				 "movl %%ebx, %%esp\n"
				 "xchgl %%eax, 3f+1\n"
				 "3: movl $0, %%eax\n"
				 "addl %%edi, %%eax\n"
				 : "=&a"(v), "=&d"(d) : "c"(i)
				 : "memory", "edi", "ebx");
		CHECK_EQ(v, 2 * i);
		CHECK_EQ(d, i);
	}
	for (i = 1; i < TURNS; i++) {
		__asm__ volatile("movl %%esp, %%ebx\n"
				 "movl $2f+5, %%esp\n"
				 "call 1f\n"	/* its return address */
				 "1: movl %%ebx, %%esp\n"
				 "2: movl $0, %0\n"
				 "subl $1b, %0\n"
				 : "=a"(v) : : "memory", "ebx");
		CHECK_EQ(v, 0);
	}
}

/* neighbours() - a counter in the middle of the loop that counts. */
static void neighbours(void)
{
	uint32_t i, v;

	for (i = 0; i < 20; i++) {
		__asm__ volatile("movl $0, 2f\n"
				 "movl $300, %%ecx\n"
				 "1: addl $3, 2f\n"
				 "jmp 3f\n"
				 "2: .long 0\n"
				 "3: movl 2b, %%eax\n"
				 "decl 2b\n"
				 "decl %%ecx\n"
				 "jnz 1b\n"
				 : "=a"(v) : : "ecx", "memory");
		CHECK_EQ(v, 601);
	}
}

/* entries() - three ways into the same bytes, all see a change. */
static void entries(uint32_t by)
{
	static const uint8_t code[] = {
		0xb8, 0x40, 0x40, 0x40, 0xc3,	/* mov eax, c3404040 */
		0xc3,
	};
	uint32_t i;

	bytes(CODE, code, sizeof(code));
	for (i = 0; i < TURNS; i++) {
		CHECK_EQ(call(CODE), 0xc3404040 + (i & 1 ? 0x808 : 0));
		CHECK_EQ(call(CODE + 1), i & 1 ? -1u : 3);
		CHECK_EQ(call(CODE + 2), i & 1 ? 0 : 2);
		CHECK_EQ(call(CODE + 3), 1);
		*at8(by + 1) ^= 8;
		*at8(by + 2) ^= 8;
	}
}

/* caller() - the place a CALL returns to is changed by the called. */
static void caller(uint32_t by)
{
	static const uint8_t code[] = {
		0xe8, 0x0b, 0, 0, 0,		/* call +16 */
		0xb8, 0, 0, 0, 0,		/* mov eax, 0 */
		0xc3,
	};
	static const uint8_t called[] = {
		0x89, 0x11,			/* mov [ecx], edx */
		0xc3,
	};
	uint32_t i, v;

	bytes(CODE, code, sizeof(code));
	bytes(CODE + 16, called, sizeof(called));
	for (i = 0; i < TURNS; i++) {
		__asm__ volatile("call *%1" : "=a"(v) : "b"(CODE), "d"(i),
				 "c"(by + 6) : "memory", "cc");
		CHECK_EQ(v, i);
	}
}

/* targets() - where direct jumps and calls go is changed. */
static void targets(uint32_t by)
{
	static const uint8_t code[] = {
		0xe8, 0x1b, 0, 0, 0,		/* call +20 or +30 */
		0x85, 0xc0,			/* test eax, eax */
		0x74, 0x05,			/* jz or jnz over the next */
		0x05, 0, 1, 0, 0,		/* add eax, 100 */
		0xc3,
	};
	static const uint8_t a[] = { 0xb8, 1, 0, 0, 0, 0xc3 };
	static const uint8_t b[] = { 0xb8, 0, 0, 0, 0, 0xc3 };
	uint32_t i, want;

	bytes(CODE, code, sizeof(code));
	bytes(CODE + 0x20, a, sizeof(a));
	bytes(CODE + 0x30, b, sizeof(b));
	for (i = 0; i < TURNS; i++) {
		*at8(by + 1) = i & 1 ? 0x2b : 0x1b;
		*at8(by + 7) = i & 2 ? 0x75 : 0x74;
		want = i & 1 ? 0 : 1;
		if (!want == !!(i & 2))
			want += 0x100;
		CHECK_EQ(call(CODE), want);
	}
}

/* string() - REP MOVSB puts one of two functions in the place of a hot one. */
static void string(uint32_t by)
{
	static const uint8_t one[] = { 0x83, 0xc0, 5, 0x40, 0x40, 0xc3 };
	static const uint8_t two[] = { 0x40, 0x83, 0xc0, 5, 0xc3, 0xc3 };
	uint32_t i;

	for (i = 0; i < TURNS; i++) {
		const uint8_t *from = i & 1 ? two : one;
		uint32_t to = by, n = sizeof(one);

		__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n)
				 : : "memory");
		CHECK_EQ(call(CODE), i & 1 ? 6 : 7);
	}
}

/* straddle() - an instruction on two pages, changed on either, or by a store
 * on both. */
static void straddle(uint32_t by)
{
	uint32_t i, k, at, to;

	for (k = 0; k < 7; k++) {
		at = CODE + 4096 - k;
		to = by + 4096 - k;
		*at8(at) = 0xb8;
		*at8(at + 5) = 0xc3;
		for (i = 0; i < TURNS; i++) {
			*at32(to + 1) = i * 0x01010101;
			CHECK_EQ(call(at), i * 0x01010101);
			*at8(to + 1 + (i & 3)) ^= 0x80;
			CHECK_EQ(call(at),
				 (i * 0x01010101) ^ 0x80u << (i & 3) * 8);
		}
	}
}

/* second_page() - what an instruction goes on in is another frame. */
static void second_page(void)
{
	uint32_t i, k, at;

	for (k = 1; k < 6; k++) {
		at = CODE + 4096 - k;
		*at8(at) = 0xb8;
		*at32(at + 1) = 0x11111111;
		*at8(at + 5) = 0xc3;
		*at8(SECOND) = *at8(SECOND + 1) = 0x22;
		*at8(SECOND + 2) = *at8(SECOND + 3) = 0x22;
		*at8(SECOND + 5 - k) = 0xc3;
		for (i = 0; i < TURNS; i++) {
			uint32_t rest = k > 4 ? 0 : 0x11111111u << (k - 1) * 8;

			*pte(CODE + 4096) = (i & 1 ? SECOND : CODE + 4096) |
					    PTE_P | PTE_W;
			invlpg(CODE + 4096);
			CHECK_EQ(call(at), 0x11111111 + (i & 1 ? rest : 0));
		}
		*pte(CODE + 4096) = (CODE + 4096) | PTE_P | PTE_W;
		invlpg(CODE + 4096);
	}
}

/* recycle() - frames are code, then data, then other code. */
static void recycle(void)
{
	uint32_t i, k, at;

	for (i = 0; i < TURNS; i++) {
		at = SECOND + (i % 7) * 4096;
		for (k = 0; k < 1024; k += 32) {
			*at8(at + k * 4 + i % 5) = 0xb8;
			*at32(at + k * 4 + i % 5 + 1) = i + k;
			*at8(at + k * 4 + i % 5 + 5) = 0xc3;
		}
		for (k = 0; k < 1024; k += 32)
			CHECK_EQ(call(at + k * 4 + i % 5), i + k);
		if (i & 1)
			for (k = 0; k < 1024; k++)
				*at32(at + k * 4) = k;
	}
}

/* on_stack() - trampolines wherever the stack is. */
static uint32_t on_stack(uint32_t n)
{
	volatile uint8_t code[16];
	uint32_t v;

	code[0] = 0xb8;
	code[1] = (uint8_t)n;
	code[2] = code[3] = code[4] = 0;
	code[5] = 0xc3;
	v = call((uint32_t)code);
	return n ? v + on_stack(n - 1) : v;
}

void guest_main(void)
{
	uint32_t i;

	ahead();
	neighbours();
	entries(CODE);
	caller(CODE);
	targets(CODE);
	string(CODE);
	straddle(CODE);
	paging_on(0);
	*pte(ALIAS) = CODE | PTE_P | PTE_W;
	*pte(ALIAS + 4096) = (CODE + 4096) | PTE_P | PTE_W;
	write_cr3(read_cr3());
	ahead();
	neighbours();
	for (i = 0; i < 2; i++) {
		uint32_t by = i ? CODE : ALIAS;

		entries(by);
		caller(by);
		targets(by);
		string(by);
		straddle(by);
	}
	second_page();
	recycle();
	for (i = 0; i < 50; i++)
		CHECK_EQ(on_stack(50), 1275);
}
