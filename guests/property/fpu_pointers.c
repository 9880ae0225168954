// SPDX-License-Identifier: BSD-2-Clause
/*
 * fpu_pointers.c - where the last x87 instruction and its operand were: FIP,
 * FCS, FOP, FDP and FDS, by FNSTENV, FXSAVE and in handlers, for code that is
 * cold and code that is hot.
 */
#include "guests/property/rt.h"

#define ROUNDS	100u
#define ABSENT	0xa00000u	/* a page */
#define MF	16
#define PF	14

struct env {
	uint32_t cw, sw, tw, ip, cs_op, dp, ds;
};

static struct env env;
/* What assembly code names. */
#define NAMED __attribute__((used, aligned(16)))
static volatile uint8_t fx[512] NAMED;
static volatile float two NAMED = 2, zero NAMED;
static volatile uint32_t at NAMED;	/* the instruction that is meant */
static volatile uint32_t at2 NAMED;	/* where handlers go on */
static volatile uint32_t fault_at;

/* expect() - that env tells of the instruction at @at with operand @dp. */
static void expect(uint32_t dp, uint32_t cs, uint32_t ds)
{
	uint32_t i = at;

	while (*at8(i) < 0xd8)	/* a prefix */
		i++;
	CHECK_EQ(env.ip, at);
	CHECK_EQ(env.cs_op & 0xffff, cs);
	CHECK_EQ(env.cs_op >> 16, (uint32_t)(*at8(i) & 7) << 8 | *at8(i + 1));
	CHECK_EQ(env.dp, dp);
	CHECK_EQ(env.ds & 0xffff, ds);
}

static void expect_flat(const volatile void *dp)
{
	expect((uint32_t)dp, SEL_CODE0, SEL_DATA0);
}

#define AT	"movl $1f, at\n"

static void by_register(void)
{
	const volatile float *p = &two;

	/* The base changes between the operand and who asks for it. */
	__asm__ volatile(AT "fninit\n"
			 "1: flds (%1)\n"
			 "xorl %1, %1\n"
			 "fnstenv %0"
			 : "=m"(env), "+r"(p) : : "memory");
	expect_flat(&two);
}

static void by_name(void)
{
	__asm__ volatile(AT "fninit\n"
			 "1: flds two\n"
			 "fnstenv %0" : "=m"(env) : : "memory");
	expect_flat(&two);
}

/* The last instruction has no operand: FDP stays, whatever runs between. */
static void operand_stays(void)
{
	__asm__ volatile(AT "fninit\n"
			 "flds two\n"
			 "movl $3, %%ecx\n"
			 "2: fld1\n"
			 "1: fstp %%st(0)\n"
			 "decl %%ecx\n"
			 "jnz 2b\n"
			 "fnstenv %0" : "=m"(env) : : "ecx", "memory");
	expect_flat(&two);
}

static void on_the_stack(void)
{
	uint32_t esp;

	__asm__ volatile(AT "fninit\n"
			 "pushl $0x40000000\n"
			 "movl %%esp, %1\n"
			 "1: flds (%%esp)\n"
			 "addl $4, %%esp\n"
			 "fnstenv %0" : "=m"(env), "=r"(esp) : : "memory");
	expect_flat((void *)esp);
}

/* FNINIT forgets; control instructions do not count, FNOP does. */
static void forgotten(void)
{
	__asm__ volatile(AT "flds two\n"
			 "jmp 2f\n"
			 "2: fninit\n"
			 "jmp 3f\n"
			 "3: fnstenv %0" : "=m"(env) : : "memory");
	CHECK_EQ(env.ip, 0);
	CHECK_EQ(env.cs_op, 0);
	CHECK_EQ(env.dp, 0);
	CHECK_EQ(env.ds & 0xffff, 0);
	__asm__ volatile("movl $4f, at\n"
			 "4: fnop\n"
			 "fnstcw %1\n"
			 "fldcw %1\n"
			 "fwait\n"
			 "fnstenv %0\n"
			 "1:" : "=m"(env), "=m"(fx) : : "memory");
	expect(0, SEL_CODE0, 0);
}

static void by_fs(void)
{
	__asm__ volatile(AT "fninit\n"
			 "movl %1, %%fs\n"
			 "1: flds %%fs:two\n"
			 "fnstenv %0"
			 : "=m"(env) : "r"(SEL_FREE) : "memory");
	expect((uint32_t)&two, SEL_CODE0, SEL_FREE);
}

static void by_fxsave(void)
{
	__asm__ volatile(AT "fninit\n"
			 "1: flds two\n"
			 "fxsave fx" : : : "memory");
	env.ip = *(uint32_t *)(fx + 8);
	env.cs_op = *(uint16_t *)(fx + 12) | (uint32_t) * (uint16_t *)(fx + 6)
						     << 16;
	env.dp = *(uint32_t *)(fx + 16);
	env.ds = *(uint16_t *)(fx + 20);
	expect_flat(&two);
}

/* ---- handlers ----------------------------------------------------------- */

static void on_trap(struct trap *t)
{
	fault_at = t->eip;
	__asm__ volatile("fnstenv %0\n"
			 "fninit" : "=m"(env) : : "memory");
	t->eip = at2;
}

/* The error shows at the next x87 instruction, which is not the one. */
static void unmasked(void)
{
	static const uint16_t cw = 0x37b;

	__asm__ volatile("movl $1f, at\n"
			 "movl $3f, at2\n"
			 "fninit\n"
			 "fldcw %0\n"
			 "fld1\n"
			 "1: fdivs zero\n"
			 "2: fld1\n"
			 "3:" : : "m"(cw) : "memory");
	expect_flat(&zero);
	__asm__ volatile("movl $1f, at\n"
			 "movl $3f, at2\n"
			 "fninit\n"
			 "fldcw %0\n"
			 "flds two\n"
			 "fldz\n"
			 "1: fdivrp\n"
			 "jmp 2f\n"
			 "2: fwait\n"
			 "3:" : : "m"(cw) : "memory");
	expect_flat(&two);
}

/* A page fault in the middle of a row of them. */
static void faulting(void)
{
	__asm__ volatile("movl $1f, at\n"
			 "movl $3f, at2\n"
			 "fninit\n"
			 "fld1\n"
			 "1: fadds two\n"
			 "2: fadds %c0\n"
			 "3:" : : "i"(ABSENT) : "memory");
	expect_flat(&two);
	CHECK(fault_at > at);
}

/* ---- a program ---------------------------------------------------------- */

static void user(void *arg)
{
	(void)arg;
	__asm__ volatile(AT "fninit\n"
			 "1: flds two" : : : "memory");
}

static void of_a_program(void)
{
	CHECK_EQ(rt_try_user(user, 0), 0x80);
	__asm__ volatile("fnstenv %0" : "=m"(env) : : "memory");
	expect((uint32_t)&two, SEL_CODE3, SEL_DATA3);
}

void guest_main(void)
{
	unsigned int i;

	write_cr0((read_cr0() & ~0xcu) | 0x22);		/* NE, MP */
	write_cr4(0x600);	/* OSFXSR, OSXMMEXCPT */
	gdt[SEL_FREE / 8] = descriptor(0, 0xfffff, 0xc093);
	gdt_load();
	paging_on(0x600);
	*pte(ABSENT) = 0;
	invlpg(ABSENT);
	trap_hook[MF] = trap_hook[PF] = on_trap;
	for (i = 0; i < ROUNDS; i++) {
		by_register();
		by_name();
		operand_stays();
		on_the_stack();
		forgotten();
		by_fs();
		by_fxsave();
		unmasked();
		faulting();
		of_a_program();
	}
}
