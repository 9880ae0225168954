// SPDX-License-Identifier: BSD-2-Clause
/*
 * hot_faults.c - instructions that ran well many times fault on a missing or
 * read-only page, at every way to lie across its end: the handler finds the
 * state before the instruction, and what comes out is what comes out without
 * the fault.
 *
 * Each case is assembled twice. The first copy tells the state before the
 * instruction by INT 82h, and runs with all pages there; the second has the
 * instruction in the middle of straight code, and is the one that faults.
 * The sum of all that handlers saw is printed, as each engine must say the
 * same.
 */
#include "guests/property/rt.h"

#define AREA	0x00a00000u	/* four areas of two pages: SI, DI, SP, BP */
#define APART	0x00010000u
#define AREAS	4
#define LOOKED	256u		/* bytes compared around each page end */
#define FLAGS_KEPT 0xffffu	/* not RF */

struct test {
	const char *name;
	uint32_t plain, plain_insn, plain_end;
	uint32_t hot, hot_insn, hot_end;
	uint32_t step;		/* of a REP: bytes each time */
};

extern const struct test tests_begin[], tests_end[];
extern uint8_t landing[];

/*
 * TEST() - @pre and the instruction; EDX:EAX, EBX, ECX (12) are numbers, the
 * others point to AREA. @step: see struct test.
 */
#define TEST(name, step, pre, insn)					\
	__asm__(".pushsection .text\n"					\
		"90: " pre "\nint $0x82\n91: " insn "\n92: int $0x83\n"	\
		"93: " pre "\n94: " insn "\n95: int $0x83\n"		\
		".popsection\n.pushsection .rodata.str\n"		\
		"96: .asciz \"" name "\"\n.popsection\n"		\
		".pushsection .rodata.tests, \"a\"\n"			\
		".long 96b, 90b, 91b, 92b, 93b, 94b, 95b, " #step "\n"	\
		".popsection\n");

#define PUSHES "pushl %eax; addl %ebx, %eax; pushl $5"
#define POPS   "popl %eax; popl %edx; cmpl %ebx, %edx"
#define FLAGS  "addl %ebx, %eax; stc"

__asm__(".pushsection .text\nlanding: int $0x83\n.popsection\n"
	".pushsection .rodata.tests, \"a\"\n.align 4\ntests_begin:\n"
	".popsection\n");
TEST("load", 0, FLAGS, "movl (%esi), %edx")
TEST("load 8", 0, PUSHES, "movb (%esi), %ah")
TEST("movzx 16", 0, POPS, "movzwl (%esi), %edx")
TEST("store", 0, PUSHES, "movl %ecx, (%edi)")
TEST("store 8", 0, FLAGS, "movb %ch, (%edi)")
TEST("store imm", 0, POPS, "movl $0x12345678, (%edi)")
TEST("adc m", 0, FLAGS, "adcl %ebx, (%edi)")
TEST("sbb r", 0, FLAGS, "sbbl (%esi), %ebx")
TEST("inc m", 0, PUSHES, "incl (%edi)")
TEST("neg m", 0, FLAGS, "negl (%edi)")
TEST("rcl m", 0, FLAGS, "rcll $1, (%edi)")
TEST("bts m", 0, PUSHES, "btsl $7, (%edi)")
TEST("push", 0, FLAGS, "pushl %ecx")
TEST("push 2", 0, PUSHES, "pushl %ecx")
TEST("push imm", 0, PUSHES, "pushl $0x7654321")
TEST("push sp", 0, PUSHES, "pushl %esp")
TEST("push m", 0, PUSHES, "pushl (%esi)")
TEST("push 16", 0, PUSHES, "pushw %cx")
TEST("pushf", 0, FLAGS, "pushfl")
TEST("pop", 0, FLAGS, "popl %ecx")
TEST("pop 2", 0, POPS, "popl %ecx")
TEST("pop sp", 0, POPS, "popl %esp")
TEST("pop m", 0, POPS, "popl (%edi)")
TEST("pop m sp", 0, POPS, "popl 4(%esp)")
TEST("call", 0, PUSHES, "call landing")
TEST("call m", 0, PUSHES, "call *(%esi)")
TEST("jmp m", 0, PUSHES, "jmp *(%esi)")
TEST("ret", 0, "movl $landing, (%esp); movl $landing, 4(%esp); popl %eax",
     "ret")
TEST("ret n", 0, "movl $landing, (%esp); addl %eax, %ebx", "ret $8")
TEST("movs", 0, FLAGS, "movsl")
TEST("movs down", 0, "std", "movsl")
TEST("stos", 0, PUSHES, "stosl")
TEST("lods", 0, POPS, "lodsl")
TEST("scas", 0, FLAGS, "scasl")
TEST("cmps", 0, FLAGS, "cmpsl")
TEST("rep movsb", 1, FLAGS, "rep movsb")
TEST("rep movsl", 4, PUSHES, "rep movsl")
TEST("rep movsl down", 4, "std", "rep movsl")
TEST("rep stosw", 2, FLAGS, "rep stosw")
TEST("rep stosl", 4, POPS, "rep stosl")
TEST("rep lodsl", 4, FLAGS, "rep lodsl")
TEST("xchg", 0, FLAGS, "xchgl %ecx, (%edi)")
TEST("xadd", 0, FLAGS, "xaddl %ecx, (%edi)")
TEST("cmpxchg", 0, FLAGS, "cmpxchgl %ecx, (%edi)")
TEST("cmpxchg =", 0, "movl (%edi), %eax", "lock cmpxchgl %ecx, (%edi)")
TEST("cmpxchg8b", 0, FLAGS, "cmpxchg8b (%edi)")
TEST("leave", 0, PUSHES, "leave")
TEST("enter", 0, PUSHES, "enter $16, $0")
TEST("enter 2", 0, FLAGS, "enter $8, $2")
TEST("pusha", 0, PUSHES, "pushal")
TEST("popa", 0, POPS, "popal")
TEST("fld", 0, "fninit; " FLAGS, "fldl (%esi)\nfstpl (%edi)")
TEST("fld 80", 0, "fninit; " FLAGS, "fldt (%esi)\nfstpt (%edi)")
TEST("fst", 0, "fninit; fldpi; " PUSHES, "fstpl (%edi)")
TEST("fst 80", 0, "fninit; fldpi; " FLAGS, "fstpt (%edi)")
TEST("fadd", 0, "fninit; fldpi", "fadds (%esi)\nfstps (%edi)")
TEST("fist", 0, "fninit; fldpi; " FLAGS, "fistpl (%edi)")
TEST("movaps", 0, PUSHES, "movaps (%esi), %xmm0\nmovups %xmm0, (%edi)")
TEST("movaps to", 0, "movups (%esp), %xmm1; " FLAGS, "movaps %xmm1, (%edi)")
TEST("movups", 0, FLAGS, "movups (%esi), %xmm0\nmovups %xmm0, (%edi)")
TEST("movq", 0, FLAGS, "movsd (%esi), %xmm0\nmovsd %xmm0, (%edi)")
TEST("div 0", 0, "subl %ecx, %ecx; " PUSHES, "divl %ecx")
TEST("idiv min", 0, "movl $0x80000000, %eax; cltd; orl $-1, %ecx", "idivl %ecx")
TEST("idiv m", 0, "movl $1, %edx; " PUSHES, "idivl (%esi)")
TEST("bound", 0, FLAGS, "boundl %ecx, (%esi)")
__asm__(".pushsection .rodata.tests, \"a\"\ntests_end:\n.popsection\n");

static const struct test *test;
static struct trap before;	/* what the first copy told */
static struct trap start;
static uint32_t insn_now, end_now, faults, sum;
static uint8_t *const areas = (uint8_t *)AREA;
static uint8_t wanted[AREAS][LOOKED];
static volatile uint32_t *dropped;

static void add(uint32_t v)
{
	sum = (sum << 5 | sum >> 27) * 0x9e3779b1u + v;
}

static uint32_t page_end(unsigned int area)
{
	return AREA + area * APART + 4096;
}

static void on_told(struct trap *t)
{
	before = *t;
}

static void wrong(const struct trap *t, const char *what)
{
	put_text(test->name);
	put_text(": ");
	put_text(what);
	put_text("; eip ");
	put_hex(t->eip);
	check_failed("a state is kept", 0);
}

/* check_state() - that of @t is the one @want, but for where it is. */
static void check_state(const struct trap *t, const struct trap *want)
{
	uint32_t n = want->ecx - t->ecx, d = n * test->step;

	if (test->step) {
		if (n > 12)
			wrong(t, "ecx");
		if (want->eflags & 0x400)
			d = -d;
		if (t->edi != want->edi && t->edi - want->edi != d)
			wrong(t, "edi");
		if (t->esi != want->esi && t->esi - want->esi != d)
			wrong(t, "esi");
	} else if (t->ecx != want->ecx || t->esi != want->esi ||
		   t->edi != want->edi) {
		wrong(t, "ecx, esi or edi");
	}
	if ((!test->step && t->eax != want->eax) || t->ebx != want->ebx ||
	    t->edx != want->edx)
		wrong(t, "eax, ebx or edx");
	if (t->ebp != want->ebp || t->esp != want->esp)
		wrong(t, "ebp or esp");
	if ((t->eflags ^ want->eflags) & FLAGS_KEPT)
		wrong(t, "eflags");
}

static void on_page_fault(struct trap *t)
{
	uint32_t at = read_cr2();
	volatile uint32_t *e = pte(at);

	if (at - AREA >= AREAS * APART || e != dropped)
		wrong(t, "a fault elsewhere");
	if ((t->err & 5) != (4 | (*e & PTE_P)))
		wrong(t, "error code");
	if ((*e & PTE_P) && !(t->err & 2))
		wrong(t, "error code of a write");
	if (t->eip == insn_now)
		check_state(t, &before);
	faults++;
	add(t->eip - insn_now);
	add(at);
	add(t->err);
	add(t->ecx);
	add(t->edi);
	add(t->esp);
	*e |= PTE_P | PTE_W;
	invlpg(at);
}

/* on_skip() - #DE, #BR, #GP: nothing was done, go on behind it. */
static void on_skip(struct trap *t)
{
	if (t->eip == insn_now)
		check_state(t, &before);
	add(t->vector);
	add(t->err);
	t->eip = end_now;
}

static void enter(void *arg)
{
	(void)arg;
	__asm__ volatile("movl %0, %%eax\n"
			 "movl %%eax, %%ds\n"
			 "movl %%eax, %%es\n"
			 "pushl %%eax\n"
			 "pushl %1\n"
			 "pushl $2\n"
			 "pushl %2\n"
			 "pushl %3\n"
			 "movl %4, %%ebp\n"
			 "movl %5, %%esi\n"
			 "movl %6, %%edi\n"
			 "movl $0x71234567, %%eax\n"
			 "movl $0x12345678, %%ebx\n"
			 "movl $12, %%ecx\n"
			 "movl $0x02030405, %%edx\n"
			 "iret\n"
			 : : "i"(SEL_DATA3), "m"(start.esp), "i"(SEL_CODE3),
			   "m"(start.eip), "m"(start.ebp), "m"(start.esi),
			   "m"(start.edi) : "memory");
	__builtin_unreachable();
}

static void fill(void)
{
	uint32_t a, i;

	for (a = 0; a < AREAS; a++)
		for (i = 0; i < LOOKED; i++)
			*at8(page_end(a) - LOOKED / 2 + i) =
				(uint8_t)(i * 29 + a * 7);
	*at32(start.esi) = (uint32_t)landing;
}

static void set_page(unsigned int page, uint32_t bits)
{
	uint32_t at = page_end(page >> 1) - 4096 + 4096 * (page & 1);

	dropped = pte(at);
	*dropped = (*dropped & ~(PTE_P | PTE_W)) | bits;
	invlpg(at);
}

static void run(uint32_t eip, uint32_t insn, uint32_t end)
{
	start.eip = eip;
	insn_now = insn;
	end_now = end;
	CHECK_EQ(rt_try(enter, 0), 0x83);
}

/* compare() - with the first copy's @end state and memory. */
static void compare(const struct trap *end)
{
	uint32_t a, i, sp = caught.esp;

	if (caught.esp == end->esp && sp - page_end(2) + 128 < 252 &&
	    *at32(sp) == test->hot_end)
		*at32(sp) = test->plain_end;	/* a CALL's */
	if (caught.eax != end->eax || caught.ecx != end->ecx ||
	    caught.edx != end->edx || caught.ebx != end->ebx ||
	    caught.esi != end->esi || caught.edi != end->edi ||
	    caught.ebp != end->ebp || caught.esp != end->esp)
		wrong(&caught, "registers at the end");
	if ((caught.eflags ^ end->eflags) & FLAGS_KEPT)
		wrong(&caught, "flags at the end");
	for (a = 0; a < AREAS; a++)
		for (i = 0; i < LOOKED; i++)
			if (*at8(page_end(a) - LOOKED / 2 + i) != wanted[a][i])
				wrong(&caught, "memory at the end");
}

/* place() - all pointers @below their page ends. */
static void place(uint32_t below)
{
	struct trap end;
	uint32_t a, i;

	start.esi = page_end(0) - below;
	start.edi = page_end(1) - below;
	start.esp = page_end(2) - below;
	start.ebp = page_end(3) - below;
	fill();
	run(test->plain, test->plain_insn, test->plain_end);
	end = caught;
	for (a = 0; a < AREAS; a++)
		for (i = 0; i < LOOKED; i++)
			wanted[a][i] = areas[a * APART + 4096 - LOOKED / 2 + i];
	for (i = 0; i < 4 * AREAS; i++) {
		fill();
		set_page(i >> 1, i & 1 ? PTE_P : 0);
		run(test->hot, test->hot_insn, test->hot_end);
		set_page(i >> 1, PTE_P | PTE_W);
		compare(&end);
		fill();
		run(test->hot, test->hot_insn, test->hot_end);
		compare(&end);
	}
}

void guest_main(void)
{
	static const uint8_t below[] = { 0, 1, 2, 3, 4, 6, 8, 12, 13, 16, 32 };
	unsigned int i;

	paging_on(0);
	write_cr4(0x600);
	for (i = 0x82; i < 0x84; i++)
		idt[i] |= 0x600000000000u;
	trap_hook[0x82] = on_told;
	trap_hook[0] = trap_hook[5] = trap_hook[13] = on_skip;
	trap_hook[14] = on_page_fault;
	for (test = tests_begin; test < tests_end; test++) {
		faults = 0;
		for (i = 0; i < sizeof(below); i++)
			place(below[i]);
		put_text(test->name);
		put_text(": ");
		put_hex(faults);
		put_text(" ");
		put_hex(sum);
		put_text("\n");
	}
}
