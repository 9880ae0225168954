// SPDX-License-Identifier: BSD-2-Clause
/*
 * page_code.c - hot code whose pages change: what runs behind INVLPG or a load
 * of CR3 is what the tables say then, by whatever jump it is reached, in small
 * and large pages, global ones, and more address spaces than anyone keeps.
 */
#include "guests/property/rt.h"

#define CALLER	0x40000000u	/* a page that calls, jumps or falls into ... */
#define CALLED	0x40001000u	/* ... this one */
#define LARGE	0x40400000u	/* a large page */
#define FRAME0	0x00800000u
#define FRAMES	4u
#define TURNS	60u
#define SPACES	40u		/* more than the VMM has windows */

enum way { BY_CALL, BY_JUMP, BY_POINTER, BY_FALL, WAYS };

static uint32_t table[1024] __attribute__((aligned(4096)));
static uint32_t dirs[SPACES][1024] __attribute__((aligned(4096)));
static uint32_t own_tables[SPACES][1024] __attribute__((aligned(4096)));
static uint32_t rights = PTE_P | PTE_W | PTE_U;

static void bytes(uint32_t at, uint32_t v, unsigned int n)
{
	for (; n--; v >>= 8)
		*at8(at++) = (uint8_t)v;
}

/* called_frame() - frame @k: at its start, EAX becomes @k. */
static uint32_t called_frame(unsigned int k)
{
	return FRAME0 + k * 4096;
}

/* caller_frame() - frame @k: goes to CALLED by each way; a call adds @k times
 * 256 when it comes back. */
static uint32_t caller_frame(unsigned int k)
{
	return FRAME0 + (FRAMES + k) * 4096;
}

static uint32_t entry_at(enum way way)
{
	return way == BY_FALL ? CALLER + 0xffe : CALLER + way * 32u;
}

static void write_frames(void)
{
	unsigned int k;
	uint32_t at;

	for (k = 0; k < FRAMES; k++) {
		at = called_frame(k);
		bytes(at, 0xb8, 1);
		bytes(at + 1, k, 4);
		bytes(at + 5, 0xc3, 1);
		at = caller_frame(k);
		bytes(at, 0xe8, 1);		/* call; add eax; ret */
		bytes(at + 1, CALLED - (CALLER + 5), 4);
		bytes(at + 5, 0x05, 1);
		bytes(at + 6, k << 8, 4);
		bytes(at + 10, 0xc3, 1);
		bytes(at + 32, 0xe9, 1);	/* jmp */
		bytes(at + 33, CALLED - (CALLER + 37), 4);
		bytes(at + 64, 0xb9, 1);	/* mov ecx; call *ecx */
		bytes(at + 65, CALLED, 4);
		bytes(at + 69, 0xd1ff, 2);
		bytes(at + 71, 0x05, 1);
		bytes(at + 72, k << 8, 4);
		bytes(at + 76, 0xc3, 1);
		bytes(at + 0xffe, 0x9090, 2);	/* and on to CALLED */
	}
}

static uint32_t call(uint32_t at)
{
	uint32_t v;

	__asm__ volatile("call *%1" : "=a"(v) : "r"(at) : "ecx", "edx",
			 "memory", "cc");
	return v;
}

static void call_in_ring3(void *at)
{
	call((uint32_t)at);
}

static uint32_t wanted(enum way way, unsigned int caller, unsigned int called)
{
	return called | (way == BY_CALL || way == BY_POINTER ? caller << 8 : 0);
}

static void map(uint32_t *t, unsigned int caller, unsigned int called)
{
	t[0] = caller_frame(caller) | rights;
	t[1] = called_frame(called) | rights;
}

/* flush() - by one way or another. */
static void flush(unsigned int i)
{
	if (i & 1) {
		invlpg(CALLER + 0x123);
		invlpg(CALLED + 0xfff);
	} else if (rights & PTE_G) {
		write_cr4(read_cr4() & ~0x80u);
		write_cr4(read_cr4() | 0x80);
	} else {
		write_cr3(read_cr3());
	}
}

/* flush_code() - seven bytes of code that flush @page, by INVLPG or, if it is
 * not global, by CR3 and EAX. */
static void flush_code(uint32_t at, unsigned int i, uint32_t page)
{
	if ((i & 1) || (rights & PTE_G)) {
		bytes(at, 0x3d010f, 3);
		bytes(at + 3, page, 4);
	} else {
		bytes(at, 0xd8200f, 3);
		bytes(at + 3, 0x90d8220f, 4);
	}
}

/* remapped() - either page, then both, are other frames each time. */
static void remapped(void)
{
	unsigned int i, caller = 0, called = 0, way, k;

	for (i = 0; i < TURNS; i++) {
		caller = i & 4 ? (caller + 1) % FRAMES : caller;
		called = i & 2 ? (called + 1) % FRAMES : called;
		map(table, caller, called);
		flush(i);
		for (way = 0; way < WAYS; way++)
			for (k = 0; k < 3; k++)
				CHECK_EQ(call(entry_at(way)),
					 wanted(way, caller, called));
	}
}

/* taken_away() - a page that code jumps to all the time is missing, or the
 * system's. */
static void taken_away(void)
{
	unsigned int i, way;

	for (i = 0; i < TURNS; i++)
		for (way = 0; way < WAYS; way++) {
			map(table, 1, 2);
			flush(i);
			CHECK_EQ(rt_try_user(call_in_ring3,
					     (void *)entry_at(way)),
				 0x80);
			table[1] &= i & 2 ? ~PTE_P : ~PTE_U;
			flush(i);
			CHECK_EQ(rt_try_user(call_in_ring3,
					     (void *)entry_at(way)),
				 14);
			CHECK_EQ(caught_cr2, CALLED);
			CHECK_EQ(caught.eip, CALLED);
			CHECK_EQ(caught.err & 0xf, i & 2 ? 4 : 5);
		}
}

/* while_called() - the caller's page is another one when it is come back to. */
static void while_called(void)
{
	unsigned int i, k;

	for (i = 0; i < TURNS; i++) {
		uint32_t at = called_frame(0), pte = (uint32_t)&table[0];

		k = (i + 1) % FRAMES;
		map(table, i % FRAMES, 0);
		flush(1);
		bytes(at, 0x05c7, 2);		/* mov [pte], caller k */
		bytes(at + 2, pte, 4);
		bytes(at + 6, caller_frame(k) | rights, 4);
		flush_code(at + 10, i, CALLER);
		bytes(at + 17, 0xb8, 1);
		bytes(at + 18, 0, 4);
		bytes(at + 22, 0xc3, 1);
		CHECK_EQ(call(entry_at(BY_CALL)), k << 8);
		map(table, i % FRAMES, 0);
		flush(1);
		CHECK_EQ(call(entry_at(BY_POINTER)), k << 8);
	}
	write_frames();
}

/* under_itself() - code takes its own page away: the instruction behind the
 * flush is the other frame's. */
static void under_itself(void)
{
	unsigned int i, k;

	for (i = 0; i < 2 * TURNS; i++) {
		for (k = 0; k < 2; k++) {
			uint32_t at = called_frame(k) + 0x200;

			bytes(at, 0x05c7, 2);	/* mov [pte], the other */
			bytes(at + 2, (uint32_t)&table[1], 4);
			bytes(at + 6, called_frame(!k) | rights, 4);
			flush_code(at + 10, i, CALLED);
			bytes(at + 17, 0xb8, 1);
			bytes(at + 18, 0x100 + k, 4);
			bytes(at + 22, 0xc3, 1);
		}
		map(table, 0, i & 1);
		flush(1);
		CHECK_EQ(call(CALLED + 0x200), 0x100 + !(i & 1));
	}
}

/* spaces() - each has tables of its own; some are changed while away. */
static void spaces(void)
{
	unsigned int i, s, way;

	for (s = 0; s < SPACES; s++) {
		for (i = 0; i < 1024; i++)
			dirs[s][i] = page_dir[i];
		dirs[s][CALLER >> 22] = (uint32_t)own_tables[s] | PTE_P |
					PTE_W | PTE_U;
		map(own_tables[s], s % FRAMES, s / FRAMES % FRAMES);
	}
	for (i = 0; i < 12 * SPACES; i++) {
		s = i * 7 % SPACES;
		write_cr3((uint32_t)dirs[s]);
		for (way = 0; way < WAYS; way++)
			CHECK_EQ(call(entry_at(way)),
				 wanted(way, (s + i / SPACES) % FRAMES,
					s / FRAMES % FRAMES));
		/* The next time round. */
		map(own_tables[s], (s + i / SPACES + 1) % FRAMES,
		    s / FRAMES % FRAMES);
	}
	/* One after another in the same directory and table. */
	for (i = 0; i < TURNS; i++) {
		map(own_tables[0], i % FRAMES, i / 2 % FRAMES);
		dirs[0][CALLER >> 22] = (uint32_t)own_tables[0] | PTE_P |
					PTE_W | PTE_U;
		write_cr3((uint32_t)dirs[0]);
		for (way = 0; way < WAYS; way++)
			CHECK_EQ(call(entry_at(way)),
				 wanted(way, i % FRAMES, i / 2 % FRAMES));
	}
	write_cr3((uint32_t)page_dir);
}

/* large() - code in a large page that becomes another one, or small ones. Any
 * address in it flushes it while the tables map it as a large one. */
static void large(uint32_t more)
{
	static const uint32_t bases[2] = { 0x00c00000, 0x01000000 };
	volatile uint32_t *pde = &page_dir[LARGE >> 22];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		*pde = bases[i] | PTE_P | PTE_W | PTE_PS;
		write_cr3(read_cr3());
		bytes(LARGE + 0x3000, 0xb8, 1);
		bytes(LARGE + 0x3001, 0x1000 + i, 4);
		bytes(LARGE + 0x3005, 0xc3, 1);
	}
	for (i = 0; i < TURNS; i++) {
		*pde = bases[i & 1] | PTE_P | PTE_W | PTE_PS | more;
		/* Any address of a large page, but this one of a small one. */
		invlpg(LARGE + (i % 3 == 1 ? 0x3000 : i * 0x12345 & 0x3fffff));
		CHECK_EQ(call(LARGE + 0x3000), 0x1000 + (i & 1));
		if (i % 3)
			continue;
		table[3] = called_frame(i % FRAMES) | rights;
		*pde = (uint32_t)table | PTE_P | PTE_W | PTE_U;
		invlpg(LARGE + 0x3000);
		CHECK_EQ(call(LARGE + 0x3000), i % FRAMES);
	}
}

void guest_main(void)
{
	paging_on(0x10);
	write_frames();
	page_dir[CALLER >> 22] = (uint32_t)table | PTE_P | PTE_W | PTE_U;
	remapped();
	taken_away();
	while_called();
	under_itself();
	spaces();
	large(0);
	write_cr4(0x90);
	rights |= PTE_G;
	remapped();
	taken_away();
	while_called();
	under_itself();
	large(PTE_G);
}
