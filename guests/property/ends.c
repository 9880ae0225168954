// SPDX-License-Identifier: BSD-2-Clause
/*
 * ends.c - a program whose flat segments end before 4 GiB, at a page's end, as
 * NetBSD's and OpenBSD's do, and under Linux with exec-shield that of CS. What
 * is at the end works; what is behind it is #GP, or #SS, though there are
 * pages; and both hold when the end moves, however hot the code is by then.
 *
 * A jump over the end of code is refused where it begins (SDM volume 2, "JMP"),
 * or, by the translator, where it leads (decision 0029).
 */
#include "guests/property/rt.h"

#define AREA	0x00a00000u	/* four pages that belong to nobody */
#define PAGE	0x1000u
#define LARGE	0x40000000u	/* a large page, at ... */
#define FRAMES	0x00c00000u
#define TURNS	40u

#define GP	13
#define SS	12
#define DONE	0x80

static const uint32_t flat = 0xffffffffu;

/* ends() - of code, of SS, DS and ES, and of GS. */
static void ends(uint32_t code, uint32_t data)
{
	gdt[SEL_CODE3 / 8] = descriptor(0, code >> 12, 0xc0fa);
	gdt[SEL_DATA3 / 8] = descriptor(0, data >> 12, 0xc0f2);
}

static void put(uint32_t at, const char *code, unsigned int len)
{
	while (len--)
		*at8(at++) = (uint8_t)*code++;
}

#define PUT(at, code) put(at, code, sizeof(code) - 1)

/* run() - from @eip on, with @ebx: it ends by @vector, at @at. */
static void run(uint32_t eip, uint32_t ebx, int vector, uint32_t at)
{
	const struct regs r = { .eip = eip, .ebx = ebx, .edi = ebx,
				.ecx = 16, .eflags = 2,
				.esp = (uint32_t)user_stack +
				       sizeof(user_stack) };

	CHECK_EQ(rt_run_user(&r), vector);
	CHECK_EQ(caught.eip, at);
	if (vector != DONE)
		CHECK_EQ(caught.err, 0);
}

/* refused() - what is at @eip leads to @to, behind the end of code. */
static void refused(uint32_t eip, uint32_t from, uint32_t to)
{
	const struct regs r = { .eip = eip, .eflags = 2,
				.esp = (uint32_t)user_stack +
				       sizeof(user_stack) - 8 };

	CHECK_EQ(rt_run_user(&r), GP);
	CHECK(caught.eip == from || caught.eip == to);
	CHECK_EQ(caught.err, 0);
}

/* code_ends() - a page jumps, falls or returns into the next one. */
static void code_ends(void)
{
	const uint32_t by_return = AREA + 0x10, by_fall = AREA + PAGE - 1;
	const uint32_t by_jump = AREA + 0x30, over = AREA + 0xffe;
	const uint32_t next = AREA + PAGE, late = next + 0x100;
	unsigned int i;

	PUT(by_return, "\x68\x00\x11\xa0\x00\xc3");	/* push late; ret */
	PUT(by_jump, "\xb8\x00\x11\xa0\x00\xff\xe0");	/* mov; jmp eax */
	PUT(late, "\xcd\x80");
	for (i = 0; i < TURNS; i++) {
		ends(next + PAGE - 1, flat);
		run(by_jump, 0, DONE, late + 2);
		run(by_return, 0, DONE, late + 2);
		PUT(by_fall, "\x90\xcd\x80");
		run(by_fall, 0, DONE, next + 2);
		PUT(over, "\xb0\x07\xcd\x80");
		run(over, 0, DONE, next + 2);
		PUT(over, "\xb8\x07\x00\x00\x00\xcd\x80");
		run(over, 0, DONE, over + 7);
		CHECK_EQ(caught.eax, 7);
		ends(next - 1, flat);
		run(over, 0, GP, over);
		*pte(next) = 0;		/* the limit comes first */
		invlpg(next);
		PUT(over, "\xb8\x08");
		run(over, 0, GP, over);
		*pte(next) = next | PTE_P | PTE_W | PTE_U;
		refused(by_jump, by_jump + 5, late);
		refused(by_return, by_return + 5, late);
		PUT(over, "\xb0\x09\xcd\x80");
		run(over, 0, GP, next);
		CHECK_EQ(caught.eax & 0xff, 9);
	}
}

/* calls_and_returns() - a return address on the stack leads behind the end. */
static void calls_and_returns(void)
{
	const uint32_t caller = AREA + PAGE + 0x10, called = AREA + 0x100;
	unsigned int i;

	/* call called; int 80h; that one returns. */
	PUT(caller, "\xe8\xeb\xf0\xff\xff\xcd\x80");
	PUT(called, "\xc3");
	for (i = 0; i < TURNS; i++) {
		ends(AREA + 2 * PAGE - 1, flat);
		run(caller, 0, DONE, caller + 7);
		ends(AREA + PAGE - 1, flat);
		*at32((uint32_t)user_stack + sizeof(user_stack) - 8) =
			caller + 5;
		refused(called, called, caller + 5);
	}
}

/* data_ends() - loads, stores, pushes and strings up to it and over it. */
static void data_ends(void)
{
	const uint32_t load = AREA, store = AREA + 0x20, push = AREA + 0x40;
	const uint32_t string = AREA + 0x60, by_gs = AREA + 0x80;
	const uint32_t end = AREA + 2 * PAGE;
	unsigned int i;

	PUT(load, "\x8b\x03\xcd\x80");		/* mov eax,[ebx] */
	PUT(store, "\x89\x1b\xcd\x80");		/* mov [ebx],ebx */
	PUT(push, "\x89\xdc\x50\xcd\x80");	/* mov esp,ebx; push eax */
	PUT(string, "\xf3\xaa\xcd\x80");	/* rep stosb */
	PUT(by_gs, "\x65\x8b\x03\xcd\x80");
	for (i = 0; i < TURNS; i++) {
		ends(flat, flat);
		run(load, end, DONE, load + 4);
		run(store, end, DONE, store + 4);
		ends(flat, end - 1);
		run(load, end - 4, DONE, load + 4);
		run(load, end - 3, GP, load);
		run(load, end, GP, load);
		run(load, 0xfffffffc, GP, load);
		run(store, end - 4, DONE, store + 4);
		CHECK_EQ(*at32(end - 4), end - 4);
		run(store, end - 1, GP, store);
		run(store, end + PAGE, GP, store);
		run(push, end, DONE, push + 5);
		run(push, end + 2, SS, push + 2);
		run(push, end + 4, SS, push + 2);
		run(string, end - 16, DONE, string + 4);
		run(string, end - 6, GP, string);
		CHECK_EQ(caught.ecx, 10);
		CHECK_EQ(caught.edi, end);
		*pte(end) = 0;		/* the limit comes first */
		invlpg(end);
		run(load, end, GP, load);
		run(load, end - 2, GP, load);
		*pte(end) = end | PTE_P | PTE_W | PTE_U;
	}
	/* One segment may end later than the others. */
	gdt[SEL_FREE / 8] = descriptor(0, 0xfffff, 0xc0f2);
	PUT(by_gs - 4, "\x8e\xea\x90\x90");	/* mov gs,edx */
	for (i = 0; i < TURNS; i++) {
		const struct regs r = { .eip = by_gs - 4, .ebx = end,
					.edx = SEL_FREE | 3, .eflags = 2,
					.esp = (uint32_t)user_stack + 4096 };

		CHECK_EQ(rt_run_user(&r), DONE);
		CHECK_EQ(caught.eax, end);
	}
}

/* code_is_read() - by CS, whose end may be before that of data. */
static void code_is_read(void)
{
	const uint32_t load = AREA + 0x200;
	unsigned int i;

	PUT(load, "\x2e\x8b\x03\xcd\x80");	/* mov eax,cs:[ebx] */
	ends(AREA + PAGE - 1, flat);
	for (i = 0; i < TURNS; i++) {
		run(load, AREA + PAGE - 4, DONE, load + 5);
		run(load, AREA + PAGE - 3, GP, load);
	}
}

/* in_a_large_page() - the end is in its middle, and there is code in it. */
static void in_a_large_page(void)
{
	const uint32_t store = AREA + 0x220, call = AREA + 0x230;
	const uint32_t end = LARGE + 0x5000;
	unsigned int i;

	PUT(store, "\x89\x03\xcd\x80");	/* mov [ebx],eax */
	PUT(call, "\xff\xd3\xcd\x80");	/* call ebx */
	page_dir[LARGE >> 22] = FRAMES | PTE_P | PTE_W | PTE_U | PTE_PS;
	for (i = 0; i < TURNS; i++) {
		ends(flat, end - 1);
		PUT(LARGE + 0x3000, "\xc3");
		run(call, LARGE + 0x3000, DONE, call + 4);
		run(store, end - 4, DONE, store + 4);
		run(store, end - 3, GP, store);
		run(store, LARGE + 0x3000, DONE, store + 4);
		run(store, end, GP, store);
		PUT(LARGE + 0x6000, "\xc3");
		run(call, LARGE + 0x6000, DONE, call + 4);
		ends(flat, flat);
		run(store, end, DONE, store + 4);
		run(call, LARGE + 0x6000, DONE, call + 4);
	}
}

/* a_loop() - 100,000 turns: property.sh looks at who runs them. */
static void a_loop(void)
{
	const uint32_t loop = AREA + 0x240;

	/* mov ecx,100000; 1: inc dword [ebx]; dec ecx; jnz 1b; int 80h */
	PUT(loop, "\xb9\xa0\x86\x01\x00\xff\x03\x49\x75\xfb\xcd\x80");
	ends(AREA + PAGE - 1, AREA + 2 * PAGE - 1);
	*at32(AREA + PAGE) = 0;
	run(loop, AREA + PAGE, DONE, loop + 12);
	CHECK_EQ(*at32(AREA + PAGE), 100000);
}

void guest_main(void)
{
	paging_on(0x10);
	code_ends();
	calls_and_returns();
	data_ends();
	code_is_read();
	in_a_large_page();
	a_loop();
}
