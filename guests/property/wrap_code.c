// SPDX-License-Identifier: BSD-2-Clause
/*
 * wrap_code.c - code over the end of the address space: jumps, calls and
 * returns wrap at 4 GiB, and the pages that instructions lie in are the ones
 * that fault.
 *
 * One piece of code is put over the end at each of its bytes, and beside the
 * end (see wrap_stack.c for ALIAS), where it runs first. An instruction that
 * lies over the end itself may fault or not, and so may going on from the
 * last byte to the first; but what is done is what is done at ALIAS, and the
 * engines must not differ: the sum of all that was seen is printed.
 */
#include "guests/property/rt.h"

#define HIGH	0xfffff000u	/* the last page; page 0 is behind it */
#define ALIAS	0x00c00000u	/* both, side by side */
#define END	(ALIAS + 4096)
#define FILL	0x00b00000u	/* the same again, always there */
#define TURNS	3u

__asm__(".pushsection .rodata\n"
	"piece:\n"
	"incl %eax\n"
	"movl $0x12345678, %ecx\n"
	"addl %ecx, %eax\n"
	"call 1f\n"
	"jmp 2f\n"
	"1: leal 0x11(%eax, %ecx, 4), %edx\n"
	"ret\n"
	"3: ud2\n"
	"2: testl %edx, %edx\n"
	"jz 3b\n"
	".byte 0x0f, 0x85; .long 4f - . - 4\n"	/* jnz, 32 bits */
	"ud2\n"
	"6: movl (%esp), %esi\n"
	"leal (%esi, %ebp), %edi\n"	/* over the UD2 */
	"movl %edi, (%esp)\n"
	"ret\n"
	"4: movl $3, %ebx\n"
	"5: decl %ebx\n"
	"jnz 5b\n"
	"movl $2, %ebp\n"
	"call 6b\n"
	"ud2\n"
	"xorl %edi, %edi\n"
	"int $0x80\n"
	"piece_end:\n"
	".popsection\n");
extern const uint8_t piece[], piece_end[];

static uint32_t high_table[1024] __attribute__((aligned(4096)));
static uint32_t sum;

static void add(uint32_t v)
{
	sum = (sum << 5 | sum >> 27) * 0x9e3779b1u + v;
}

static void run(uint32_t eip, int user, struct trap *t)
{
	const struct regs r = {
		.eax = 5, .esp = (uint32_t)user_stack + 4096, .eip = eip,
		.eflags = 2,
	};

	if (user)
		rt_run_user(&r);
	else
		rt_run(&r);
	*t = caught;
	if (t->vector == 14)
		t->esp_here = caught_cr2;
	else
		t->esp_here = 0;
}

static void wrong(uint32_t k, const char *what)
{
	put_text("with this byte of the code first in page 0: ");
	put_hex(k);
	put_text(": ");
	check_failed(what, 0);
}

/* compare() - what was done is the same; @t ended it early, maybe. */
static void compare(uint32_t k, const struct trap *want, const struct trap *t)
{
	if (t->vector != want->vector || t->err != want->err)
		wrong(k, "the same trap");
	if (want->esp_here && t->esp_here != want->esp_here - END)
		wrong(k, "cr2");
	if (t->eip != want->eip - END)
		wrong(k, "eip");
	if (t->eax != want->eax || t->ebx != want->ebx || t->ecx != want->ecx ||
	    t->edx != want->edx || t->ebp != want->ebp)
		wrong(k, "the same registers");
	if ((t->esi != want->esi && t->esi != want->esi - END) ||
	    (t->edi != want->edi && t->edi != want->edi - END))
		wrong(k, "a return address");
	if ((t->eflags ^ want->eflags) & 0xffff)
		wrong(k, "the same flags");
}

static void note(const struct trap *t, uint32_t k)
{
	add(t->vector);
	add(t->err);
	add(t->eip + k);
	add(t->esp_here);
	add(t->eax);
	add(t->esi + k);
}

/* one() - the code with byte @k at linear 0. */
static void one(uint32_t k, int user)
{
	struct trap want, got;
	uint32_t i;

	for (i = 0; i < (uint32_t)(piece_end - piece); i++)
		*at8(FILL + 4096 - k + i) = piece[i];
	run(END - k, user, &want);
	for (i = 0; i < TURNS; i++) {
		run(-k, user, &got);
		note(&got, k);
		/* The limit is found before the page, if it is looked at. */
		if (got.vector != 13)
			compare(k, &want, &got);
	}
}

static void every_byte(const char *what)
{
	uint32_t k;

	sum = 0;
	for (k = 0; k <= (uint32_t)(piece_end - piece); k++) {
		one(k, 0);
		one(k, 1);
	}
	put_text(what);
	put_hex(sum);
	put_text("\n");
}

/* set_pages() - rights of the last page and the first, here and at ALIAS. */
static void set_pages(uint32_t high, uint32_t low)
{
	high_table[1023] = *pte(ALIAS) = ALIAS | high;
	*pte(0) = *pte(END) = END | low;
	write_cr3(read_cr3());
}

void guest_main(void)
{
	const uint32_t rw = PTE_P | PTE_W | PTE_U;

	paging_on(0);
	page_dir[1023] = (uint32_t)high_table | rw;
	*pte(FILL) = ALIAS | rw;
	*pte(FILL + 4096) = END | rw;
	set_pages(rw, rw);
	every_byte("both: ");
	set_pages(0, rw);
	every_byte("no last page: ");
	set_pages(rw, 0);
	every_byte("no first page: ");
	set_pages(rw, PTE_P | PTE_W);
	every_byte("first page the system's: ");
}
