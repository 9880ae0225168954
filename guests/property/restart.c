// SPDX-License-Identifier: BSD-2-Clause
/* restart.c - instructions that fault half-way go on as if nothing had been:
 * string moves, PUSHA, POPA, ENTER, LEAVE, XCHG. */
#include "guests/property/rt.h"

#define AREA 0x00b00000u	/* pages that come when they are asked for */
#define PAGES 16

static volatile uint32_t faults;

static void on_fault(struct trap *t)
{
	uint32_t at = read_cr2();

	if (at - AREA >= PAGES * 4096)
		check_failed("a fault elsewhere", (int)t->eip);
	faults++;
	*pte(at) |= PTE_P;
	invlpg(at);
}

static void drop(void)
{
	uint32_t i;

	for (i = 0; i < PAGES; i++) {
		*pte(AREA + i * 4096) &= ~PTE_P;
		invlpg(AREA + i * 4096);
	}
	faults = 0;
}

static void string_moves(void)
{
	uint32_t i, n = 4 * 4096 / 4, si = AREA + 2, di = AREA + 8 * 4096 + 1;

	for (i = 0; i < 4 * 4096; i++)
		*at8(AREA + 2 + i) = (uint8_t)(i * 13);
	drop();
	__asm__ volatile("rep movsl" : "+c"(n), "+S"(si), "+D"(di) : : "memory");
	CHECK_EQ(n, 0);
	CHECK_EQ(si, AREA + 2 + 4 * 4096);
	CHECK_EQ(di, AREA + 12 * 4096 + 1);
	CHECK_EQ(faults, 10);
	for (i = 0; i < 4 * 4096; i++)
		CHECK_EQ(*at8(AREA + 8 * 4096 + 1 + i), (uint8_t)(i * 13));
}

/* stack_work() - run on a stack that straddles a missing page. */
static void stack_work(void *at)
{
	uint32_t top = (uint32_t)at, sum, esp;

	__asm__ volatile("movl %%ebp, %%edx\n"
			 "movl %%esp, %%ecx\n"
			 "movl %2, %%esp\n"
			 "pushal\n"
			 "movl 24(%%esp), %%eax\n"	/* ECX as pushed */
			 "subl %%ecx, %%eax\n"
			 "movl %%eax, 28(%%esp)\n"
			 "popal\n"
			 "movl %%esp, %%ebp\n"
			 "enter $16, $1\n"
			 "movl %%ebp, (%%esp)\n"
			 "leave\n"
			 "movl %%esp, %1\n"
			 "movl %%ecx, %%esp\n"
			 "movl %%edx, %%ebp\n"
			 : "=&a"(sum), "=&S"(esp) : "D"(top)
			 : "ecx", "edx", "memory", "cc");
	if (sum || esp != top)
		__asm__ volatile("ud2");
}

void guest_main(void)
{
	uint32_t i, v;

	paging_on(0);
	trap_hook[14] = on_fault;
	string_moves();
	for (i = 0; i < 4; i++) {
		drop();
		v = 0x11111111 * (i + 1);
		__asm__ volatile("xchgl %0, %1"
				 : "+r"(v), "+m"(*at32(AREA + 4096 - i)));
		CHECK(faults >= 1);
	}
	/* In ring 3, so that the handler has a stack of its own. */
	for (i = 0; i <= 36; i += 2) {
		drop();
		CHECK_EQ(rt_try_user(stack_work, (void *)(AREA + 4096 + i)),
			 0x80);
		CHECK(faults >= 1);
	}
}
