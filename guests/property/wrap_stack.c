// SPDX-License-Identifier: BSD-2-Clause
/*
 * wrap_stack.c - the stack and strings over the ends of the address space:
 * ESP, EBP, ESI and EDI wrap, SI and DI do at 64 KiB and leave the upper
 * halves alone.
 *
 * The last page and the first one are two frames that lie side by side at
 * ALIAS as well, where each case runs first. A number that is a pointer may
 * differ by where it was, all else must be the same. An element that lies
 * over the end itself may fault or not, but engines must not differ: the sum
 * of all that was seen is printed.
 */
#include "guests/property/rt.h"

#define HIGH	0xfffff000u	/* the last page; page 0 is behind it */
#define HIGH16	0x0000f000u	/* the last page of 64 KiB */
#define ALIAS	0x00c00000u	/* both, side by side */
#define END	(ALIAS + 4096)
#define ALIAS16	0x00007000u	/* the same for 16-bit addresses */
#define END16	(ALIAS16 + 4096)
#define ELSEWHERE 0x00009080u	/* the other string */
#define UPPER	0x12340000u	/* of registers that 16 bits are used of */
#define FILL	0x00b00000u	/* the same again, always there */
#define AROUND	128u		/* bytes looked at below and above the end */
#define FLAGS	0xa97u		/* what POPF and IRET find */

/* What points to the end. */
enum where { STACK = 1, FRAME = 2, SI = 4, DI = 8, SHORT = 16 };
/* What is found there. */
enum found { PATTERN, CODE, FLAG, RETURN };

struct test {
	const char *name;
	uint32_t code, size, where, found;
};

extern const struct test tests_begin[], tests_end[];
extern uint8_t landing[];

/* TEST() - @size: of one element, which can be over the end. */
#define TEST(name, size, where, found, insn)				\
	__asm__(".pushsection .text\n"					\
		"90: " insn "\nint $0x80\n"				\
		".popsection\n.pushsection .rodata.str\n"		\
		"96: .asciz \"" name "\"\n.popsection\n"		\
		".pushsection .rodata.tests, \"a\"\n"			\
		".long 96b, 90b, " #size ", " #where ", " #found "\n"	\
		".popsection\n");

__asm__(".set STACK, 1; .set FRAME, 2; .set SI, 4; .set DI, 8\n"
	".set SHORT, 16\n"
	".set PATTERN, 0; .set CODE, 1; .set FLAG, 2; .set RETURN, 3\n"
	".pushsection .text\nlanding: int $0x80\n.popsection\n"
	".pushsection .rodata.tests, \"a\"\n.align 4\ntests_begin:\n"
	".popsection\n");
TEST("push", 4, STACK, PATTERN, "pushl %eax")
TEST("pushes", 4, STACK, PATTERN, "pushl %eax; pushl %ecx; pushl $7; pushl %edx")
TEST("push imm8", 4, STACK, PATTERN, "pushl $-2")
TEST("push sp", 4, STACK, PATTERN, "pushl %esp")
TEST("push m", 4, STACK, PATTERN, "pushl 4(%esp)")
TEST("push 16", 2, STACK, PATTERN, "pushw %ax")
TEST("push ds", 4, STACK, PATTERN, "pushl %ds")
TEST("pushf", 4, STACK, PATTERN, "pushfl")
TEST("pusha", 4, STACK, PATTERN, "pushal")
TEST("pusha 16", 2, STACK, PATTERN, "pushaw")
TEST("pop", 4, STACK, PATTERN, "popl %eax")
TEST("pops", 4, STACK, PATTERN, "popl %eax; popl %ecx; popl %edx")
TEST("pop m", 4, STACK, PATTERN, "popl 8(%esp)")
TEST("pop sp", 4, STACK, PATTERN, "popl %esp")
TEST("pop 16", 2, STACK, PATTERN, "popw %ax")
TEST("popf", 4, STACK, FLAG, "popfl")
TEST("popf 16", 2, STACK, FLAG, "popfw")
TEST("popa", 4, STACK, PATTERN, "popal")
TEST("in and out", 4, STACK, PATTERN,
     "popl %ecx; pushl %eax; pushl %ecx; movl (%esp), %edx; popl 4(%esp)")
TEST("call", 4, STACK, PATTERN, "call landing")
TEST("call r", 4, STACK, PATTERN, "call *%ebx")
TEST("calls", 4, STACK, PATTERN, "call 1f; 1: call 2f; 2: call landing")
TEST("call and ret", 4, STACK, PATTERN, "call 2f; jmp 3f; 2: ret; 3:")
TEST("ret", 4, STACK, CODE, "ret")
TEST("ret n", 4, STACK, CODE, "ret $24")
TEST("ret far", 4, STACK, RETURN, "lret")
TEST("iret", 4, STACK, RETURN, "iret")
TEST("enter", 4, STACK, PATTERN, "enter $20, $0")
TEST("enter 3", 4, STACK + FRAME, PATTERN, "enter $4, $3")
TEST("leave", 4, FRAME, PATTERN, "leave")
TEST("lodsb", 1, SI, PATTERN, "lodsb")
TEST("lodsl", 4, SI, PATTERN, "lodsl; lodsl; lodsl")
TEST("lodsl down", 4, SI, PATTERN, "std; lodsl; lodsl; lodsl")
TEST("rep lodsw", 2, SI, PATTERN, "rep lodsw")
TEST("stosb", 1, DI, PATTERN, "stosb; stosb; stosb")
TEST("stosl", 4, DI, PATTERN, "stosl; stosl; stosl")
TEST("rep stosb", 1, DI, PATTERN, "rep stosb")
TEST("rep stosl", 4, DI, PATTERN, "rep stosl")
TEST("rep stosl down", 4, DI, PATTERN, "std; rep stosl")
TEST("rep stosb down", 1, DI, PATTERN, "std; rep stosb")
TEST("movsl", 4, SI, PATTERN, "movsl; movsl; movsl")
TEST("rep movsb", 1, SI + DI, PATTERN, "leal 19(%edi), %edi; rep movsb")
TEST("rep movsb over itself", 1, SI + DI, PATTERN, "leal 1(%edi), %edi; rep movsb")
TEST("rep movsl", 4, DI, PATTERN, "rep movsl")
TEST("rep movsl from", 4, SI, PATTERN, "rep movsl")
TEST("rep movsw down", 2, SI + DI, PATTERN, "std; leal 12(%edi), %edi; rep movsw")
TEST("rep movsl down", 4, SI, PATTERN, "std; rep movsl")
TEST("scasl", 4, DI, PATTERN, "scasl; scasl; scasl")
TEST("repne scasb", 1, DI, PATTERN, "repne scasb")
TEST("repne scasl down", 4, DI, PATTERN, "std; repne scasl")
TEST("cmpsl", 4, SI + DI, PATTERN, "cmpsl; cmpsl")
TEST("repe cmpsb", 1, SI + DI, PATTERN, "repe cmpsb")
TEST("repe cmpsl", 4, SI + DI, PATTERN, "repe cmpsl")
TEST("16: stosb", 1, DI + SHORT, PATTERN, "addr16 rep stosb")
TEST("16: lodsl", 4, SI + SHORT, PATTERN, "addr16 rep lodsl")
TEST("16: movsw", 2, SI + DI + SHORT, PATTERN, "addr16 rep movsw")
TEST("16: movsl down", 4, SI + SHORT, PATTERN, "std; addr16 rep movsl")
TEST("16: cmpsb", 1, SI + DI + SHORT, PATTERN, "addr16 repe cmpsb")
__asm__(".pushsection .rodata.tests, \"a\"\ntests_end:\n.popsection\n");

struct result {
	struct trap t;
	uint32_t cr2;
	uint32_t mem[2 * AROUND / 4];
};

static const struct test *test;
static uint32_t high_table[1024] __attribute__((aligned(4096)));
static uint32_t sum;

static void add(uint32_t v)
{
	sum = (sum << 5 | sum >> 27) * 0x9e3779b1u + v;
}

static void fill(uint32_t at)
{
	uint32_t i, value = test->found == FLAG ? FLAGS : (uint32_t)landing;

	for (i = 0; i < 2 * AROUND; i++)
		*at8(FILL + 4096 - AROUND + i) = (uint8_t)(i * 37 + 11);
	for (i = 0; i < 256; i++)
		*at8(ELSEWHERE - 128 + i) = (uint8_t)(i * 37 + 3);
	at += FILL + 4096;
	if (test->found != PATTERN)
		for (i = 0; i < 32; i += 4)
			*at32(at + i) = value;
	if (test->found == RETURN) {
		*at32(at + 4) = SEL_CODE3;
		*at32(at + 8) = FLAGS;
	}
}

static void run(uint32_t at, struct result *res)
{
	const uint32_t upper = test->where & SHORT ? UPPER : 0;
	const struct regs r = {
		.eax = 0x0b305580, .ebx = (uint32_t)landing,
		.ecx = 17 | upper, .edx = 0x55667788,
		.esp = test->where & STACK ? at : (uint32_t)user_stack + 4096,
		.ebp = test->where & FRAME ? at : ELSEWHERE,
		.esi = (test->where & SI ? at : ELSEWHERE) | upper,
		.edi = (test->where & DI ? at : ELSEWHERE) | upper,
		.eip = test->code, .eflags = 2,
	};
	uint32_t i;

	rt_run_user(&r);
	res->t = caught;
	res->cr2 = caught.vector == 14 ? caught_cr2 : 0;
	for (i = 0; i < 2 * AROUND; i += 4)
		res->mem[i / 4] = *at32(FILL + 4096 - AROUND + i);
}

static void wrong(uint32_t at, const char *what)
{
	put_text(test->name);
	put_text(" at ");
	put_hex(at);
	put_text(": ");
	check_failed(what, 0);
}

/* end() - where the end is for the first run. */
static uint32_t end(void)
{
	return test->where & SHORT ? END16 : END;
}

/* alike() - the same, or a pointer. */
static int alike(uint32_t want, uint32_t got)
{
	if (test->where & SHORT)
		return want == got || (want >> 16 == got >> 16 &&
				       (uint16_t)(want - END16 - got) == 0);
	return want == got || want - END == got;
}

/* halves_alike() - 16 bits each. */
static int halves_alike(uint32_t want, uint32_t got)
{
	uint16_t low = (uint16_t)(want - got);
	uint16_t high = (uint16_t)((want >> 16) - (got >> 16));

	return (!low || low == (uint16_t)END) &&
	       (!high || high == (uint16_t)END);
}

static void compare(uint32_t at, const struct result *want,
		    const struct result *got)
{
	const uint32_t *w = &want->t.edi, *g = &got->t.edi;
	unsigned int i;

	if (want->t.vector != got->t.vector || want->t.err != got->t.err ||
	    want->t.eip != got->t.eip)
		wrong(at, "the same trap");
	if (want->cr2 && !alike(want->cr2, got->cr2))
		wrong(at, "cr2");
	for (i = 0; i < 8; i++)
		if (i != 3 && !alike(w[i], g[i]))
			wrong(at, "the same registers");
	if (!alike(want->t.esp, got->t.esp))
		wrong(at, "esp");
	if ((want->t.eflags ^ got->t.eflags) & 0xffff)
		wrong(at, "the same flags");
	for (i = 0; i < 2 * AROUND / 4; i++)
		if (!alike(want->mem[i], got->mem[i]) &&
		    (test->size != 2 ||
		     !halves_alike(want->mem[i], got->mem[i])))
			wrong(at, "the same memory");
}

static void note(const struct result *r)
{
	unsigned int i;

	add(r->t.vector);
	add(r->t.err);
	add(r->t.eip - test->code);
	add(r->cr2);
	add(r->t.ecx);
	add(r->t.esi);
	add(r->t.edi);
	add(r->t.esp);
	for (i = 0; i < 2 * AROUND / 4; i++)
		add(r->mem[i]);
}

/* one() - @at: so far behind the end, or below it. */
static void one(uint32_t at)
{
	uint32_t here = test->where & SHORT ? at & 0xffff : at;
	struct result want, got;
	unsigned int i;

	fill(at);
	run(end() + at, &want);
	high_table[1023] &= ~(PTE_A | PTE_D);
	*pte(0) &= ~(PTE_A | PTE_D);
	*pte(HIGH16) &= ~(PTE_A | PTE_D);
	invlpg(HIGH);
	invlpg(0);
	invlpg(HIGH16);
	for (i = 0; i < 2; i++) {
		fill(at);
		run(here, &got);
		note(&got);
		if (!(at & (test->size - 1)))
			compare(at, &want, &got);
	}
}

static void every_test(const char *what)
{
	int at;

	sum = 0;
	for (test = tests_begin; test < tests_end; test++)
		for (at = -40; at <= 40; at++)
			if (!(at & 3) || at > -10)
				one((uint32_t)at);
	put_text(what);
	put_hex(sum);
	put_text("\n");
}

/* set_pages() - rights of the last page and the first, here and at ALIAS. */
static void set_pages(uint32_t high, uint32_t low)
{
	high_table[1023] = *pte(HIGH16) = ALIAS | high;
	*pte(ALIAS) = *pte(ALIAS16) = ALIAS | high;
	*pte(0) = *pte(END) = *pte(END16) = END | low;
	write_cr3(read_cr3());
}

void guest_main(void)
{
	const uint32_t rw = PTE_P | PTE_W | PTE_U, ro = PTE_P | PTE_U;

	paging_on(0);
	page_dir[1023] = (uint32_t)high_table | rw;
	*pte(FILL) = ALIAS | rw;
	*pte(FILL + 4096) = END | rw;
	set_pages(rw, rw);
	every_test("both: ");
	set_pages(0, rw);
	every_test("no last page: ");
	set_pages(rw, 0);
	every_test("no first page: ");
	set_pages(ro, rw);
	every_test("last page read-only: ");
	set_pages(rw, ro);
	every_test("first page read-only: ");
}
