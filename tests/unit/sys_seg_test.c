/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_seg_test.c - segment loads and the instructions that ask about
 * selectors, each with every check that can refuse it.
 */
#include "tests/unit/lib_box.h"

#define OK 0xff		/* no fault is expected */

/* The GDT slots under test. */
enum {
	S_NP = FREE, S_RO = FREE + 8, S_DPL2 = FREE + 16, S_XO = FREE + 24,
	S_CONF = FREE + 32, S_SSNP = FREE + 40, S_RCODE = FREE + 48,
};

static void slots(struct box *b)
{
	box_desc(b, S_NP, 0, 0xffff, A_DATA0 & ~A_P, 0);
	box_desc(b, S_RO, 0, 0xffff, 0x90, 0);
	box_desc(b, S_DPL2, 0, 0xffff, 0xd2, 0);
	box_desc(b, S_XO, 0, 0xffff, 0x98, 0);
	box_desc(b, S_CONF, 0, 0xffff, A_CONF0, F_32);
	box_desc(b, S_SSNP, 0, 0xffff, A_DATA0 & ~A_P, F_32);
	box_desc(b, S_RCODE, 0, 0xffff, A_CODE0, F_32);
	box_desc(b, 4, 0x123000, 0xfff, A_DATA0, F_32);	/* LDT entry 0 */
	box_desc(b, 0xfc, 0, 0xfff, A_DATA0, F_32);	/* its last */
}

struct load {
	uint16_t sel;
	uint8_t level;		/* 0 or 3 */
	uint8_t vector;		/* or OK */
	uint32_t code;
};

/* mov sreg, ax; hlt (at level 3, HLT itself is #GP(0): ud2 instead) */
static void try_load(unsigned int sreg, const struct load *l)
{
	struct box b;

	box_open(&b);
	slots(&b);
	if (l->level == 3)
		box_level3(&b);
	BOX_CODE(&b, CODE, 0x8e, 0xc0 | sreg << 3, 0x0f, 0x0b);
	b.cpu->gpr[REG_EAX] = l->sel;
	if (l->vector == OK) {
		box_int(&b, VEC_UD);
		/* The handler of level 3's #UD has a stack of its own. */
		assert_int_equal(sreg == SEG_SS && l->level == 3 ?
					 box_top(&b, 4) :
					 b.cpu->seg[sreg].sel,
				 l->sel);
	} else {
		box_fault(&b, l->vector, l->code);
		assert_int_equal(box_top(&b, 1), CODE);
	}
	box_close(&b);
}

static void test_load_data(void **state)
{
	static const struct load loads[] = {
		{ DS0, 0, OK, 0 },
		{ DS3, 0, OK, 0 },
		{ DS3 & ~3, 0, OK, 0 },
		{ 0, 0, OK, 0 },
		{ 3, 0, OK, 0 },
		{ 4, 0, OK, 0 },
		{ 0xfc, 0, OK, 0 },
		{ S_RO, 0, OK, 0 },
		{ S_RCODE, 0, OK, 0 },
		{ S_CONF | 3, 0, OK, 0 },
		{ 0x100, 0, VEC_GP, 0x100 },	/* beyond the GDT */
		{ 0x104, 0, VEC_GP, 0x104 },	/* beyond the LDT */
		{ S_NP, 0, VEC_NP, S_NP },
		{ S_XO, 0, VEC_GP, S_XO },	/* execute-only */
		{ TR, 0, VEC_GP, TR },		/* a system segment */
		{ DS0 | 3, 0, VEC_GP, DS0 },	/* RPL above DPL */
		{ S_DPL2 | 3, 0, VEC_GP, S_DPL2 },
		{ S_DPL2 | 2, 0, OK, 0 },
		{ DS0, 3, VEC_GP, DS0 },	/* CPL above DPL */
		{ S_CONF | 3, 3, OK, 0 },	/* conforming: any level */
		{ DS3, 3, OK, 0 },
		{ 0, 3, OK, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		try_load(i % 2 ? SEG_ES : SEG_GS, &loads[i]);
}

static void test_load_stack(void **state)
{
	static const struct load loads[] = {
		{ DS0, 0, OK, 0 },
		{ 0, 0, VEC_GP, 0 },
		{ 3, 3, VEC_GP, 0 },
		{ S_RO, 0, VEC_GP, S_RO },	/* read-only */
		{ S_RCODE, 0, VEC_GP, S_RCODE },
		{ DS3, 0, VEC_GP, DS3 & ~3 },	/* DPL 3 at level 0 */
		{ DS0 | 1, 0, VEC_GP, DS0 },	/* RPL is not CPL */
		{ S_SSNP, 0, VEC_SS, S_SSNP },
		{ DS0, 3, VEC_GP, DS0 },
		{ DS3, 3, OK, 0 },
		{ 0x100, 0, VEC_GP, 0x100 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		try_load(SEG_SS, &loads[i]);
}

static void test_load_sets(void **state)
{
	struct box b;
	struct segment *s;

	(void)state;
	box_open(&b);
	box_desc(&b, FREE, 0x12345678, 0x9abcd, A_DATA0, F_4K);
	BOX_CODE(&b, CODE, 0x8e, 0xe0, 0xf4);	/* mov fs, ax */
	b.cpu->gpr[REG_EAX] = FREE;
	box_fine(&b);
	s = &b.cpu->seg[SEG_FS];
	assert_int_equal(s->base, 0x12345678);
	assert_int_equal(s->limit, 0x9abcdfff);
	assert_int_equal(s->attr, DESC_P | DESC_S | DESC_W | DESC_A | DESC_G);
	/* The accessed bit was set in the table too. */
	assert_int_equal(box_get8(&b, GDT + FREE + 5), A_DATA0 | 1);
	/* A null selector makes the segment unusable: mov al, fs:[0]. */
	BOX_CODE(&b, CODE, 0x8e, 0xe0, 0x64, 0xa0, 0, 0, 0, 0, 0xf4);
	b.cpu->gpr[REG_EAX] = 0;
	box_fault(&b, VEC_GP, 0);
	assert_int_equal(box_top(&b, 1), CODE + 2);
	box_close(&b);
}

static void test_mov_cs_undefined(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	BOX_CODE(&b, CODE, 0x8e, 0xc8);
	box_int(&b, VEC_UD);
	box_close(&b);
}

static void test_push_pop_sreg(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* push ds; pop es; push fs; pop gs; pushw cs; hlt */
	BOX_CODE(&b, CODE, 0x1e, 0x07, 0x0f, 0xa0, 0x0f, 0xa9, 0x66, 0x0e,
		 0xf4);
	b.cpu->seg[SEG_ES].sel = 0;
	b.cpu->seg[SEG_GS].sel = 0;
	box_fine(&b);
	assert_int_equal(b.cpu->seg[SEG_ES].sel, DS0);
	assert_int_equal(b.cpu->seg[SEG_GS].sel, DS0);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 2);
	assert_int_equal(box_get16(&b, STACK0 - 2), CS0);
	/* A refused POP leaves ESP alone: push 0x100; pop ds. */
	BOX_CODE(&b, CODE, 0x68, 0, 1, 0, 0, 0x1f);
	b.cpu->gpr[REG_ESP] = STACK0;
	box_fault(&b, VEC_GP, 0x100);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 4 - 16);
	box_close(&b);
}

/* POP SS moves the stack pointer by the old SS's size. */
static void test_pop_ss_width(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_put32(&b, STACK0, DS16);
	BOX_CODE(&b, CODE, 0x17, 0xf4);	/* pop ss */
	b.cpu->gpr[REG_ESP] = STACK0;
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 + 4);
	assert_false(b.cpu->stack32);
	box_close(&b);
}

static void test_far_pointers(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_put32(&b, DATA, 0x11223344);
	box_put16(&b, DATA + 4, DS3);
	/* les eax, [DATA]; then, with 16-bit operands, lfs cx, [DATA + 2] */
	BOX_CODE(&b, CODE, 0xc4, 0x05, 0, 0, 6, 0, 0xf4);
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x11223344);
	assert_int_equal(b.cpu->seg[SEG_ES].sel, DS3);
	BOX_CODE(&b, CODE, 0x66, 0x0f, 0xb4, 0x0d, 2, 0, 6, 0, 0xf4);
	b.cpu->gpr[REG_ECX] = 0xaaaaaaaa;
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_ECX], 0xaaaa1122);
	assert_int_equal(b.cpu->seg[SEG_FS].sel, DS3);
	/* A refused selector leaves the register: lss esp, [DATA] */
	BOX_CODE(&b, CODE, 0x0f, 0xb2, 0x25, 0, 0, 6, 0);
	b.cpu->gpr[REG_ESP] = STACK0;
	box_fault(&b, VEC_GP, DS3 & ~3);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 16);
	box_close(&b);
}

/* In real mode a load keeps the limit: big real mode. */
static void test_big_real(void **state)
{
	struct box b;

	(void)state;
	box_open_real(&b);
	b.cpu->seg[SEG_DS].limit = 0xffffffff;
	box_put8(&b, 0x200010, 0x5a);
	/* mov ax, 0; mov ds, ax; mov al, [dword 0x200010]; hlt */
	BOX_CODE(&b, 0x500, 0xb8, 0, 0, 0x8e, 0xd8, 0x67, 0xa0, 0x10, 0, 0x20,
		 0, 0xf4);
	box_run(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX] & 0xff, 0x5a);
	assert_int_equal(b.cpu->seg[SEG_DS].limit, 0xffffffff);
	box_close(&b);
}

/* An interrupt waits until the instruction behind a load of SS is done. */
static void test_ss_shadow(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* mov ss, ax; mov esp, STACK3; nop; ud2 */
	BOX_CODE(&b, CODE, 0x8e, 0xd0, 0xbc, 0, 0x80, 3, 0, 0x90, 0x0f, 0x0b);
	b.cpu->gpr[REG_EAX] = DS0;
	b.cpu->eflags |= FL_IF;
	box_step(&b, 1);
	b.cpu->intr = true;
	b.vector = 0x40;
	box_int(&b, 0x40);
	assert_int_equal(box_top(&b, 0), CODE + 7);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK3 - 12);
	box_close(&b);
}

/* ---- asking ------------------------------------------------------------ */

/* ask() - run 0F @op /@reg with AX = @sel at @level. Return: ZF; *out: EDX. */
static bool ask(unsigned int op, unsigned int reg, uint16_t sel,
		unsigned int level, uint32_t *out)
{
	struct box b;
	bool zf;

	box_open(&b);
	slots(&b);
	if (level == 3)
		box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, op, 0xc0 | reg << 3, 0x0f, 0x0b);
	b.cpu->gpr[REG_EAX] = sel;
	b.cpu->gpr[REG_EDX] = 0xdddddddd;
	b.cpu->aflags = FL_CF | FL_SF;
	box_int(&b, VEC_UD);
	zf = b.cpu->aflags & FL_ZF;
	assert_int_equal(b.cpu->aflags & FL_ARITH & ~FL_ZF, FL_CF | FL_SF);
	if (out)
		*out = b.cpu->gpr[REG_EDX];
	box_close(&b);
	return zf;
}

static void test_lar_lsl(void **state)
{
	uint32_t v;

	(void)state;
	assert_true(ask(2, REG_EDX, CS3, 3, &v));
	assert_int_equal(v, 0x00cffa00);
	assert_true(ask(3, REG_EDX, CS3, 3, &v));
	assert_int_equal(v, 0xffffffff);
	assert_true(ask(3, REG_EDX, TR, 0, &v));
	assert_int_equal(v, 0x67);
	assert_true(ask(2, REG_EDX, S_NP, 0, &v));	/* present or not */
	/* Refusals leave the register alone. */
	assert_false(ask(2, REG_EDX, 0, 0, &v));
	assert_int_equal(v, 0xdddddddd);
	assert_false(ask(2, REG_EDX, CS0, 3, &v));
	assert_false(ask(3, REG_EDX, DS0 | 3, 0, &v));
	assert_false(ask(3, REG_EDX, 0x100, 0, &v));
	assert_true(ask(2, REG_EDX, S_CONF | 3, 3, &v));
}

static void test_lar_gates(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_gate(&b, GDT + FREE, CS0, HANDLERS, A_CALL32, 0);
	box_gate(&b, GDT + FREE + 8, CS0, HANDLERS, A_INT32, 0);
	/* lar eax, ecx; lsl edx, ecx; hlt with a call gate */
	BOX_CODE(&b, CODE, 0x0f, 2, 0xc1, 0xf4);
	b.cpu->gpr[REG_ECX] = FREE;
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0x00008c00);
	assert_true(b.cpu->aflags & FL_ZF);
	BOX_CODE(&b, CODE, 0x0f, 3, 0xc1, 0xf4);
	box_fine(&b);
	assert_false(b.cpu->aflags & FL_ZF);	/* a gate has no limit */
	BOX_CODE(&b, CODE, 0x0f, 2, 0xc1, 0xf4);
	b.cpu->gpr[REG_ECX] = FREE + 8;
	box_fine(&b);
	assert_false(b.cpu->aflags & FL_ZF);	/* LAR knows no IDT gate */
	box_close(&b);
}

static void test_verr_verw(void **state)
{
	(void)state;
	assert_true(ask(0, 4, DS0, 0, NULL));
	assert_true(ask(0, 5, DS0, 0, NULL));
	assert_true(ask(0, 4, S_RO, 0, NULL));
	assert_false(ask(0, 5, S_RO, 0, NULL));
	assert_false(ask(0, 4, S_XO, 0, NULL));
	assert_true(ask(0, 4, S_RCODE, 0, NULL));
	assert_false(ask(0, 5, S_RCODE, 0, NULL));
	assert_true(ask(0, 4, S_CONF | 3, 3, NULL));
	assert_false(ask(0, 4, DS0, 3, NULL));
	assert_false(ask(0, 4, TR, 0, NULL));
	assert_false(ask(0, 4, 0, 0, NULL));
	assert_true(ask(0, 5, DS3, 3, NULL));
}

static void test_arpl(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	BOX_CODE(&b, CODE, 0x63, 0xc8, 0xf4);	/* arpl ax, cx */
	b.cpu->gpr[REG_EAX] = 0xffff0010;
	b.cpu->gpr[REG_ECX] = 3;
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0xffff0013);
	assert_true(b.cpu->aflags & FL_ZF);
	BOX_CODE(&b, CODE, 0x63, 0xc8, 0xf4);
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0xffff0013);
	assert_false(b.cpu->aflags & FL_ZF);
	box_close(&b);
	box_open_real(&b);
	BOX_CODE(&b, 0x500, 0x63, 0xc8);
	box_run(&b);
	assert_int_equal(b.cpu->eip, 16 * VEC_UD + 1);
	box_close(&b);
}

/* group6() - 0F 00 /@reg with AX at level 0. */
static void group6(struct box *b, unsigned int reg, uint16_t sel)
{
	BOX_CODE(b, CODE, 0x0f, 0x00, 0xc0 | reg << 3, 0xf4);
	b->cpu->gpr[REG_EAX] = 0xffff0000 | sel;
	b->cpu->gpr[REG_ESP] = STACK0;
}

static void test_lldt_ltr(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_desc(&b, FREE, 0x5000, 0x1f, A_LDT, 0);
	box_desc(&b, FREE + 8, 0x5000, 0x1f, A_LDT & ~A_P, 0);
	group6(&b, 2, FREE);
	box_fine(&b);
	assert_int_equal(b.cpu->ldtr.base, 0x5000);
	assert_int_equal(b.cpu->ldtr.limit, 0x1f);
	group6(&b, 0, 0);			/* sldt eax: zero-extended */
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], FREE);
	group6(&b, 2, 0);
	box_fine(&b);
	group6(&b, 2, FREE + 8);
	box_fault(&b, VEC_NP, FREE + 8);
	group6(&b, 2, DS0);
	box_fault(&b, VEC_GP, DS0);
	group6(&b, 2, 4);			/* from the LDT itself */
	box_fault(&b, VEC_GP, 4);
	/* With no LDT its selectors are out of their table. */
	BOX_CODE(&b, CODE, 0x8e, 0xd8, 0xf4);
	b.cpu->gpr[REG_EAX] = 4;
	b.cpu->gpr[REG_ESP] = STACK0;
	box_fault(&b, VEC_GP, 4);

	group6(&b, 3, TR_B);
	box_fine(&b);
	assert_int_equal(b.cpu->tr.base, TSS_B);
	assert_int_equal(box_get8(&b, GDT + TR_B + 5), A_TSS32 | 2);
	group6(&b, 3, TR_B);			/* busy now */
	box_fault(&b, VEC_GP, TR_B);
	group6(&b, 3, 0);
	box_fault(&b, VEC_GP, 0);
	group6(&b, 1, 0);
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EAX], TR_B);
	box_level3(&b);
	box_put32(&b, TSS_B + 4, STACK0);
	box_put32(&b, TSS_B + 8, DS0);
	BOX_CODE(&b, CODE, 0x0f, 0x00, 0xd0);
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load_data),
		cmocka_unit_test(test_load_stack),
		cmocka_unit_test(test_load_sets),
		cmocka_unit_test(test_mov_cs_undefined),
		cmocka_unit_test(test_push_pop_sreg),
		cmocka_unit_test(test_pop_ss_width),
		cmocka_unit_test(test_far_pointers),
		cmocka_unit_test(test_big_real),
		cmocka_unit_test(test_ss_shadow),
		cmocka_unit_test(test_lar_lsl),
		cmocka_unit_test(test_lar_gates),
		cmocka_unit_test(test_verr_verw),
		cmocka_unit_test(test_arpl),
		cmocka_unit_test(test_lldt_ltr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
