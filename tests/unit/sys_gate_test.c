/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_gate_test.c - control between levels and modes: far transfers, call
 * gates, interrupts, IRET, virtual-8086 mode, SYSENTER.
 */
#include "tests/unit/lib_box.h"

enum { GATE = FREE, CONF = FREE + 8, NPCODE = FREE + 16, CODE2 = FREE + 24 };

/* ---- far JMP, CALL, RETF at one level ---------------------------------- */

struct jump {
	uint16_t sel;
	uint32_t off;
	uint8_t vector;		/* 0: arrives */
	uint32_t code;
};

static void test_jmp_checks(void **state)
{
	static const struct jump jumps[] = {
		{ CS0, HANDLERS + 0xff0, 0, 0 },
		{ CS0 | 3, 0, VEC_GP, CS0 },	/* RPL above CPL */
		{ CONF | 3, HANDLERS + 0xff0, 0, 0 },
		{ 0, 0, VEC_GP, 0 },
		{ 0x100, 0, VEC_GP, 0x100 },
		{ DS0, 0, VEC_GP, DS0 },
		{ CS3, 0, VEC_GP, CS3 & ~3 },
		{ NPCODE, 0, VEC_NP, NPCODE },
		{ CODE2, 0x10000, VEC_GP, 0 },	/* beyond the limit */
		{ LDTR, 0, VEC_GP, LDTR },
		{ TR, 0, VEC_GP, TR },		/* busy */
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		box_open(&b);
		box_desc(&b, CONF, 0, 0xfffff, A_CONF0, F_32 | F_4K);
		box_desc(&b, NPCODE, 0, 0xfff, A_CODE0 & ~A_P, F_32);
		box_desc(&b, CODE2, 0, 0xffff, A_CODE0, F_32);
		BOX_CODE(&b, CODE, 0xea, 0, 0, 0, 0, 0, 0);
		box_put32(&b, CODE + 1, jumps[i].off);
		box_put16(&b, CODE + 5, jumps[i].sel);
		if (jumps[i].vector) {
			box_fault(&b, jumps[i].vector, jumps[i].code);
			assert_int_equal(box_top(&b, 1), CODE);
			assert_int_equal(box_top(&b, 2), CS0);
		} else {
			box_run(&b);
			assert_int_equal(b.cpu->eip, jumps[i].off + 1);
			assert_int_equal(b.cpu->seg[SEG_CS].sel,
					 jumps[i].sel & ~3);
		}
		box_close(&b);
	}
}

static void test_call_retf(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* push 7; lcall CS16:0x10; hlt ... there: lretl 4 (66 CA) */
	BOX_CODE(&b, BASE16 + 0x10, 0x66, 0xca, 4, 0);
	BOX_CODE(&b, CODE, 0x6a, 7, 0x9a, 0x10, 0, 0, 0, CS16, 0, 0xf4);
	box_step(&b, 2);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, CS16);
	assert_false(b.cpu->code32);
	assert_int_equal(b.cpu->eip, 0x10);
	assert_int_equal(box_top(&b, 0), CODE + 9);
	assert_int_equal(box_top(&b, 1), CS0);
	box_fine(&b);
	assert_int_equal(b.cpu->eip, CODE + 10);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0);
	box_close(&b);
}

/* Nothing of a far call shows if its second push faults. */
static void test_call_restartable(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	b.cpu->seg[SEG_SS].limit = STACK0 - 7;	/* and it expands down */
	b.cpu->seg[SEG_SS].attr |= DESC_E;
	b.cpu->gpr[REG_ESP] = STACK0;
	box_put32(&b, STACK0 - 4, 0x77777777);
	/* #SS goes to a task of its own: its stack is good. */
	box_gate(&b, IDT + 8 * VEC_SS, TR_B, 0, A_TASK, 0);
	box_put32(&b, TSS_B + 0x20, HANDLERS + 16 * VEC_SS);
	box_put32(&b, TSS_B + 0x24, 2);
	box_put32(&b, TSS_B + 0x38, STACK_B);
	box_put32(&b, TSS_B + 0x4c, CS0);
	box_put32(&b, TSS_B + 0x50, DS0);
	BOX_CODE(&b, CODE, 0x9a, 0, 0, 1, 0, CS0, 0);
	box_fault(&b, VEC_SS, 0);
	assert_int_equal(box_get32(&b, STACK0 - 4), 0x77777777);
	assert_int_equal(box_get32(&b, TSS + 0x38), STACK0);	/* old ESP */
	assert_int_equal(box_get32(&b, TSS + 0x20), CODE);	/* old EIP */
	box_close(&b);
}

/* On a 16-bit stack a frame wraps from SP 0 to the top. */
static void test_stack16_wraps(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_desc(&b, FREE, BASE16, 0xffff, A_DATA0, 0);
	/* lss esp, [DATA]; lcall CS0:CODE+0x40; there: lret */
	box_put32(&b, DATA, 0xabcd0004);
	box_put16(&b, DATA + 4, FREE);
	box_put8(&b, CODE + 0x40, 0xcb);
	BOX_CODE(&b, CODE, 0x0f, 0xb2, 0x25, 0, 0, 6, 0, 0x9a, 0x40, 0, 1, 0,
		 CS0, 0, 0xf4);
	box_step(&b, 2);
	assert_int_equal(b.cpu->gpr[REG_ESP], 0xabcdfffc);
	assert_int_equal(box_get32(&b, BASE16), CS0);
	assert_int_equal(box_get32(&b, BASE16 + 0xfffc), CODE + 14);
	box_fine(&b);
	assert_int_equal(b.cpu->eip, CODE + 15);
	assert_int_equal(b.cpu->gpr[REG_ESP], 0xabcd0004);
	box_close(&b);
}

/* ---- call gates -------------------------------------------------------- */

/* level3_calls() - at level 3: push 1; push 2; lcall GATE|3:0; ud2 */
static void level3_calls(struct box *b)
{
	box_level3(b);
	BOX_CODE(b, CODE, 0x6a, 1, 0x6a, 2, 0x9a, 0xff, 0xff, 0xff, 0xff,
		 GATE | 3, 0, 0x0f, 0x0b);
}

static void test_call_gate(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_gate(&b, GDT + GATE, CS0, CODE + 0x100, A_CALL32 | A_DPL3, 2);
	level3_calls(&b);
	/* mov ax, DS0; mov ds, ax; mov fs, ax; mov ax, DS3; mov es, ax;
	 * lret 8 */
	BOX_CODE(&b, CODE + 0x100, 0x66, 0xb8, DS0, 0, 0x8e, 0xd8, 0x8e, 0xe0,
		 0x66, 0xb8, DS3, 0, 0x8e, 0xc0, 0xca, 8, 0);
	b.cpu->eip = CODE;
	box_step(&b, 3);
	assert_int_equal(b.cpu->cpl, 0);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, CS0);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 24);
	assert_int_equal(box_top(&b, 0), CODE + 11);
	assert_int_equal(box_top(&b, 1), CS3);
	assert_int_equal(box_top(&b, 2), 2);
	assert_int_equal(box_top(&b, 3), 1);
	assert_int_equal(box_top(&b, 4), STACK3 - 8);
	assert_int_equal(box_top(&b, 5), DS3);
	box_int(&b, VEC_UD);			/* back at level 3 */
	assert_int_equal(box_top(&b, 0), CODE + 11);
	assert_int_equal(box_top(&b, 1), CS3);
	assert_int_equal(box_top(&b, 3), STACK3);	/* both released */
	assert_int_equal(box_top(&b, 4), DS3);
	/* Level 0 segments did not come along. */
	assert_int_equal(b.cpu->seg[SEG_DS].sel, 0);
	assert_int_equal(b.cpu->seg[SEG_FS].sel, 0);
	assert_int_equal(b.cpu->seg[SEG_ES].sel, DS3);
	box_close(&b);
}

/* A 16-bit gate: 16-bit frame and offset, words as parameters. */
static void test_call_gate16(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_desc(&b, CODE2, CODE, 0xffff, A_CODE0, F_32);
	box_gate(&b, GDT + GATE, CODE2, 0x77770100, A_CALL16 | A_DPL3, 3);
	level3_calls(&b);
	box_put8(&b, CODE + 0x100, 0xf4);
	box_run(&b);
	assert_int_equal(b.cpu->eip, 0x101);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 14);
	assert_int_equal(box_get16(&b, STACK0 - 2), DS3);
	assert_int_equal(box_get16(&b, STACK0 - 4), (STACK3 - 8) & 0xffff);
	assert_int_equal(box_get16(&b, STACK0 - 6), 1);
	assert_int_equal(box_get16(&b, STACK0 - 8), 0);
	assert_int_equal(box_get16(&b, STACK0 - 10), 2);
	assert_int_equal(box_get16(&b, STACK0 - 12), CS3);
	assert_int_equal(box_get16(&b, STACK0 - 14), (CODE + 11) & 0xffff);
	box_close(&b);
}

static void test_call_gate_checks(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* The gate's DPL. */
	box_gate(&b, GDT + GATE, CS0, CODE, A_CALL32, 0);
	level3_calls(&b);
	box_fault(&b, VEC_GP, GATE);
	/* Not present. */
	box_gate(&b, GDT + GATE, CS0, CODE, (A_CALL32 | A_DPL3) & ~A_P, 0);
	level3_calls(&b);
	box_fault(&b, VEC_NP, GATE);
	/* Null and bad code selectors. */
	box_gate(&b, GDT + GATE, 0, CODE, A_CALL32 | A_DPL3, 0);
	level3_calls(&b);
	box_fault(&b, VEC_GP, 0);
	box_gate(&b, GDT + GATE, DS0, CODE, A_CALL32 | A_DPL3, 0);
	level3_calls(&b);
	box_fault(&b, VEC_GP, DS0);
	/* JMP through a gate must not change the level. */
	box_gate(&b, GDT + GATE, CS0, CODE, A_CALL32 | A_DPL3, 0);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0xea, 0, 0, 0, 0, GATE | 3, 0);
	box_fault(&b, VEC_GP, CS0);
	/* Through a conforming segment it stays at level 3. */
	box_desc(&b, CONF, 0, 0xfffff, A_CONF0, F_32 | F_4K);
	box_gate(&b, GDT + GATE, CONF, CODE + 0x100, A_CALL32 | A_DPL3, 0);
	level3_calls(&b);
	box_put16(&b, CODE + 0x100, 0x0b0f);
	box_int(&b, VEC_UD);
	assert_int_equal(box_top(&b, 1), CONF | 3);
	assert_int_equal(box_top(&b, 3), STACK3 - 16);
	box_close(&b);
}

/* The TSS's stack, when it is no good. */
static void test_inner_stack_checks(void **state)
{
	static const struct { uint16_t ss; uint8_t vector; uint32_t code; }
	rows[] = {
		{ 0, VEC_TS, 0 },
		{ DS3, VEC_TS, DS3 & ~3 },	/* RPL, DPL not 1 */
		{ CS0, VEC_TS, CS0 },
		{ 0x100, VEC_TS, 0x100 },
		{ NPCODE | 1, VEC_SS, NPCODE },	/* not present */
		{ CODE2 | 1, VEC_SS, CODE2 },	/* no room */
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_open(&b);
		/* A gate to level 1, so that level 0 can take the fault. */
		box_desc(&b, CONF, 0, 0xfffff, A_CODE0 | 0x20, F_32 | F_4K);
		box_desc(&b, NPCODE, 0, 0xfffff, 0x32, F_32 | F_4K);
		box_desc(&b, CODE2, 0, 0xfff, A_DATA0 | 0x20, F_32);
		box_gate(&b, GDT + GATE, CONF | 1, CODE, A_CALL32 | A_DPL3, 0);
		box_put32(&b, TSS + 12, STACK_B);
		box_put32(&b, TSS + 16, rows[i].ss);
		level3_calls(&b);
		box_fault(&b, rows[i].vector, rows[i].code);
		assert_int_equal(box_top(&b, 1), CODE + 4);
		box_close(&b);
	}
	/* A TSS that ends before the stack's selector. */
	box_open(&b);
	box_desc(&b, CONF, 0, 0xfffff, A_CODE0 | 0x20, F_32 | F_4K);
	box_gate(&b, GDT + GATE, CONF | 1, CODE, A_CALL32 | A_DPL3, 0);
	b.cpu->tr.limit = 16;
	level3_calls(&b);
	box_fault(&b, VEC_TS, TR);
	box_close(&b);
}

/* ---- interrupts and IRET ----------------------------------------------- */

static void test_int_and_back(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_gate(&b, IDT + 8 * 0x80, CS0, CODE + 0x100, A_INT32 | A_DPL3, 0);
	BOX_CODE(&b, CODE + 0x100, 0xcf);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0xcd, 0x80, 0x0f, 0x0b);
	cpu_set_eflags(b.cpu, FL_IF | FL_CF | FL_DF);
	box_step(&b, 1);
	assert_int_equal(b.cpu->cpl, 0);
	assert_int_equal(cpu_eflags(b.cpu), FL_CF | FL_DF | FL_ONE);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 20);
	assert_int_equal(box_top(&b, 0), CODE + 2);
	assert_int_equal(box_top(&b, 1), CS3);
	assert_int_equal(box_top(&b, 2), FL_IF | FL_CF | FL_DF | FL_ONE);
	assert_int_equal(box_top(&b, 3), STACK3);
	assert_int_equal(box_top(&b, 4), DS3);
	box_step(&b, 1);
	assert_int_equal(b.cpu->cpl, 3);
	assert_int_equal(b.cpu->eip, CODE + 2);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK3);
	assert_int_equal(cpu_eflags(b.cpu), FL_IF | FL_CF | FL_DF | FL_ONE);
	box_int(&b, VEC_UD);
	/* A fault's image has RF set. */
	assert_int_equal(box_top(&b, 2),
			 FL_RF | FL_IF | FL_CF | FL_DF | FL_ONE);
	box_close(&b);
}

static void test_trap_gate_keeps_if(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_gate(&b, IDT + 8 * 0x80, CS0, HANDLERS + 16 * 0x80, A_TRAP32, 0);
	BOX_CODE(&b, CODE, 0xcd, 0x80);
	cpu_set_eflags(b.cpu, FL_IF | FL_NT);
	box_int(&b, 0x80);
	assert_int_equal(cpu_eflags(b.cpu), FL_IF | FL_ONE);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 12);
	box_close(&b);
}

static void test_int_checks(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0xcd, 0x80);		/* gate's DPL is 0 */
	box_fault(&b, VEC_GP, 0x80 * 8 + 2);
	assert_int_equal(box_top(&b, 1), CODE);
	/* INT1 asks no DPL. */
	box_level3(&b);
	BOX_CODE(&b, CODE, 0xf1);
	box_int(&b, VEC_DB);
	assert_int_equal(box_top(&b, 0), CODE + 1);
	/* Not present; software has no EXT, a fault on the way has. */
	box_gate(&b, IDT + 8 * 0x81, CS0, 0, (A_INT32 | A_DPL3) & ~A_P, 0);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0xcd, 0x81);
	box_fault(&b, VEC_NP, 0x81 * 8 + 2);
	box_gate(&b, IDT + 8 * VEC_UD, CS0, 0, A_INT32 & ~A_P, 0);
	BOX_CODE(&b, CODE, 0x0f, 0x0b);
	box_fault(&b, VEC_NP, VEC_UD * 8 + 2 + 1);
	box_gate(&b, IDT + 8 * VEC_UD, 0x100, 0, A_INT32, 0);
	BOX_CODE(&b, CODE, 0x0f, 0x0b);
	box_fault(&b, VEC_GP, 0x100 + 1);
	box_gate(&b, IDT + 8 * VEC_UD, 0, 0, A_INT32, 0);
	BOX_CODE(&b, CODE, 0x0f, 0x0b);
	box_fault(&b, VEC_GP, 1);
	/* No such type of gate. */
	box_gate(&b, IDT + 8 * 0x82, CS0, 0, A_CALL32, 0);
	BOX_CODE(&b, CODE, 0xcd, 0x82);
	box_fault(&b, VEC_GP, 0x82 * 8 + 2);
	/* Beyond the IDT. */
	b.cpu->idtr.limit = 0x7f * 8 + 7;
	BOX_CODE(&b, CODE, 0xcd, 0x80);
	box_fault(&b, VEC_GP, 0x80 * 8 + 2);
	box_close(&b);
}

/* A 16-bit interrupt gate under 32-bit code, and back with a 16-bit IRET. */
static void test_gate16_and_back(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_desc(&b, CODE2, CODE, 0xffff, A_CODE0, 0);
	box_gate(&b, IDT + 8 * 0x80, CODE2, 0x55550100, A_INT16, 0);
	box_desc(&b, CONF, CODE, 0xffff, A_CODE0, F_32);
	BOX_CODE(&b, CODE + 0x100, 0xcf);	/* iretw: 16-bit code */
	BOX_CODE(&b, CODE, 0xea, 8, 0, 0, 0, CONF, 0, 0x90, 0xcd, 0x80, 0xf4);
	cpu_set_eflags(b.cpu, FL_IF | FL_ID | FL_ZF);
	box_step(&b, 2);
	assert_false(b.cpu->eflags & FL_IF);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 6);
	assert_int_equal(box_get16(&b, STACK0 - 6), 10);
	assert_int_equal(box_get16(&b, STACK0 - 4), CONF);
	assert_int_equal(box_get16(&b, STACK0 - 2), FL_IF | FL_ZF | FL_ONE);
	box_fine(&b);
	assert_int_equal(b.cpu->eip, 11);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, CONF);
	assert_int_equal(cpu_eflags(b.cpu), FL_IF | FL_ID | FL_ZF | FL_ONE);
	box_close(&b);
}

/* IRET to a 16-bit stack loads SP only. */
static void test_iret_to_stack16(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_desc(&b, GATE, BASE16, 0xffff, A_DATA3, 0);
	/* push ss, esp, flags, cs, eip by hand; iret */
	b.cpu->gpr[REG_ESP] = STACK0 - 20;
	box_put32(&b, STACK0 - 4, GATE | 3);
	box_put32(&b, STACK0 - 8, 0x99991000);
	box_put32(&b, STACK0 - 12, FL_ONE);
	box_put32(&b, STACK0 - 16, CS3);
	box_put32(&b, STACK0 - 20, CODE + 0x100);
	BOX_CODE(&b, CODE, 0xcf);
	box_step(&b, 1);
	assert_int_equal(b.cpu->gpr[REG_ESP], (STACK0 & 0xffff0000) | 0x1000);
	assert_int_equal(b.cpu->cpl, 3);
	box_close(&b);
}

struct iret_row {
	uint32_t eip, cs, ss;
	uint8_t vector;
	uint32_t code;
};

static void test_iret_checks(void **state)
{
	static const struct iret_row rows[] = {
		{ 0, 0, DS3, VEC_GP, 0 },
		{ 0, 0x100, DS3, VEC_GP, 0x100 },
		{ 0, DS0, DS3, VEC_GP, DS0 },
		{ 0, CS0 | 3, DS3, VEC_GP, CS0 },	/* DPL is not RPL */
		{ 0, CS3 & ~3, DS3, VEC_GP, CS3 & ~3 },
		{ 0, NPCODE | 3, DS3, VEC_NP, NPCODE },
		{ 0, CS3, 0, VEC_GP, 0 },
		{ 0, CS3, DS0, VEC_GP, DS0 },
		{ 0, CS3, CS3, VEC_GP, CS3 & ~3 },
		{ 0, CS3, CODE2 | 3, VEC_SS, CODE2 },	/* not present */
		{ 0x10000, GATE | 3, DS3, VEC_GP, 0 },	/* EIP */
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_open(&b);
		box_desc(&b, NPCODE, 0, 0xfffff, A_CODE3 & ~A_P, F_32 | F_4K);
		box_desc(&b, CODE2, 0, 0xfffff, A_DATA3 & ~A_P, F_32 | F_4K);
		box_desc(&b, GATE, 0, 0xffff, A_CODE3, F_32);
		b.cpu->gpr[REG_ESP] = STACK0 - 20;
		box_put32(&b, STACK0 - 4, rows[i].ss);
		box_put32(&b, STACK0 - 8, STACK3);
		box_put32(&b, STACK0 - 12, FL_ONE);
		box_put32(&b, STACK0 - 16, rows[i].cs);
		box_put32(&b, STACK0 - 20, rows[i].eip);
		BOX_CODE(&b, CODE, 0xcf);
		box_fault(&b, rows[i].vector, rows[i].code);
		assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 36);
		assert_int_equal(box_top(&b, 1), CODE);
		box_close(&b);
	}
}

/* What IRET may change in EFLAGS at level 3. */
static void test_iret_flags_level3(void **state)
{
	uint32_t all = FL_ARITH | FL_DF | FL_IF | FL_IOPL | FL_AC | FL_ID |
		       FL_VIF | FL_VIP | FL_VM;
	struct box b;

	(void)state;
	box_open(&b);
	box_level3(&b);
	b.cpu->gpr[REG_ESP] = STACK3 - 12;
	box_put32(&b, STACK3 - 4, all);
	box_put32(&b, STACK3 - 8, CS3);
	box_put32(&b, STACK3 - 12, CODE + 0x100);
	BOX_CODE(&b, CODE, 0xcf);
	box_step(&b, 1);
	assert_int_equal(b.cpu->eip, CODE + 0x100);
	assert_int_equal(cpu_eflags(b.cpu),
			 FL_ARITH | FL_DF | FL_AC | FL_ID | FL_ONE);
	box_close(&b);
}

static void test_nmi_masked_until_iret(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	BOX_CODE(&b, HANDLERS + 16 * VEC_NMI, 0x90, 0xcf);	/* nop; iret */
	BOX_CODE(&b, CODE, 0x90, 0x90, 0xf4);
	b.cpu->nmi = true;
	box_step(&b, 1);		/* taken, and its NOP run */
	assert_int_equal(b.cpu->eip, HANDLERS + 16 * VEC_NMI + 1);
	assert_true(b.cpu->nmi_masked);
	b.cpu->nmi = true;		/* a second one waits */
	box_step(&b, 1);
	assert_int_equal(b.cpu->eip, CODE);
	assert_false(b.cpu->nmi_masked);
	assert_true(b.cpu->nmi);
	box_step(&b, 1);
	assert_int_equal(b.cpu->eip, HANDLERS + 16 * VEC_NMI + 1);
	box_close(&b);
}

/* ---- real mode --------------------------------------------------------- */

static void test_real_int(void **state)
{
	struct box b;

	(void)state;
	box_open_real(&b);
	box_put32(&b, 4 * 0x21, 0x00a00010);	/* 00a0:0010 */
	BOX_CODE(&b, 0xa10, 0xcf);
	/* sti; int 0x21; hlt */
	BOX_CODE(&b, 0x500, 0xfb, 0xcd, 0x21, 0xf4);
	b.cpu->aflags = FL_CF;
	box_step(&b, 2);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, 0xa0);
	assert_int_equal(b.cpu->seg[SEG_CS].base, 0xa00);
	assert_int_equal(b.cpu->eip, 0x10);
	assert_false(b.cpu->eflags & FL_IF);
	assert_int_equal(box_get16(&b, 0x7ffe), FL_IF | FL_CF | FL_ONE);
	assert_int_equal(box_get16(&b, 0x7ffc), 0);
	assert_int_equal(box_get16(&b, 0x7ffa), 0x503);
	box_run(&b);
	assert_int_equal(b.cpu->eip, 0x504);
	assert_true(b.cpu->eflags & FL_IF);
	/* A fault has no error code in real mode: a word across the limit. */
	BOX_CODE(&b, 0x500, 0xa1, 0xff, 0xff);
	b.cpu->gpr[REG_ESP] = 0x8000;
	box_run(&b);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, 0x900);
	assert_int_equal(b.cpu->eip, 16 * VEC_GP + 1);
	assert_int_equal(b.cpu->gpr[REG_ESP], 0x7ffa);
	box_close(&b);
}

static void test_real_far(void **state)
{
	struct box b;

	(void)state;
	box_open_real(&b);
	/* lcall 0x100:4; hlt; at 0x1004: lret 2 */
	BOX_CODE(&b, 0x1004, 0xca, 2, 0);
	BOX_CODE(&b, 0x500, 0x9a, 4, 0, 0, 1, 0xf4);
	box_step(&b, 1);
	assert_int_equal(b.cpu->seg[SEG_CS].base, 0x1000);
	assert_int_equal(b.cpu->eip, 4);
	assert_int_equal(box_get32(&b, 0x7ffc), 0x0505);
	box_run(&b);
	assert_int_equal(b.cpu->eip, 0x506);
	assert_int_equal(b.cpu->gpr[REG_ESP], 0x8002);
	box_close(&b);
}

/* ---- virtual-8086 mode ------------------------------------------------- */

/* From level 0 by IRET into virtual-8086 mode, out by #GP, in again. */
static void test_v86_round_trip(void **state)
{
	static const uint16_t sels[] = { V86 >> 4, 0x1111, 0x2222, 0x3333,
					 0x4444 };
	struct box b;
	uint32_t frame = STACK0 - 36;
	unsigned int i;

	(void)state;
	box_open(&b);
	box_put32(&b, frame, 0x100);
	box_put32(&b, frame + 4, V86 >> 4);
	box_put32(&b, frame + 8, FL_VM | FL_IF | FL_ONE);
	box_put32(&b, frame + 12, 0x1000);
	for (i = 0; i < 5; i++)		/* ss, es, ds, fs, gs */
		box_put32(&b, frame + 16 + 4 * i, sels[i]);
	/* In there: mov ax, 0x1234; mov ds, ax; cli (IOPL 0: #GP) */
	BOX_CODE(&b, V86 + 0x100, 0xb8, 0x34, 0x12, 0x8e, 0xd8, 0xfa);
	BOX_CODE(&b, CODE, 0xcf);
	b.cpu->gpr[REG_ESP] = frame;
	box_step(&b, 1);
	assert_true(cpu_v86(b.cpu));
	assert_int_equal(b.cpu->cpl, 3);
	assert_int_equal(b.cpu->seg[SEG_GS].base, 0x44440);
	assert_int_equal(b.cpu->seg[SEG_ES].limit, 0xffff);
	box_fault(&b, VEC_GP, 0);
	assert_false(b.cpu->eflags & FL_VM);
	assert_int_equal(b.cpu->cpl, 0);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK0 - 40);
	assert_int_equal(box_top(&b, 1), 0x105);
	assert_int_equal(box_top(&b, 2), V86 >> 4);
	assert_int_equal(box_top(&b, 3), FL_RF | FL_VM | FL_IF | FL_ONE);
	assert_int_equal(box_top(&b, 4), 0x1000);
	assert_int_equal(box_top(&b, 5), V86 >> 4);
	assert_int_equal(box_top(&b, 6), 0x1111);
	assert_int_equal(box_top(&b, 7), 0x1234);
	assert_int_equal(box_top(&b, 8), 0x3333);
	assert_int_equal(box_top(&b, 9), 0x4444);
	assert_int_equal(b.cpu->seg[SEG_DS].sel, 0);
	assert_int_equal(b.cpu->seg[SEG_DS].attr, 0);
	/* The monitor skips the CLI: add esp, 4; inc dword [esp]; iret */
	BOX_CODE(&b, CODE, 0x83, 0xc4, 4, 0xff, 4, 0x24, 0xcf);
	box_step(&b, 3);
	assert_true(cpu_v86(b.cpu));
	assert_int_equal(b.cpu->eip, 0x106);
	assert_int_equal(b.cpu->seg[SEG_DS].sel, 0x1234);
	box_close(&b);
}

/* What traps in virtual-8086 mode with IOPL 0, and what does not. */
static void test_v86_traps(void **state)
{
	static const uint8_t trap[][2] = {
		{ 0xfa }, { 0xfb }, { 0x9c }, { 0x9d }, { 0xcf },
		{ 0xcd, 0x80 }, { 0xf4 },
		{ 0xe4, 0x60 },		/* the bitmap is empty: all denied */
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(trap) / sizeof(trap[0]); i++) {
		box_open(&b);
		box_v86(&b, 0);
		BOX_CODE(&b, V86, trap[i][0], trap[i][1]);
		box_fault(&b, VEC_GP, 0);
		assert_int_equal(box_top(&b, 1), 0);
		box_close(&b);
	}
	box_open(&b);
	box_v86(&b, 0);
	BOX_CODE(&b, V86, 0xcc);	/* INT3: the gate's DPL counts */
	box_fault(&b, VEC_GP, VEC_BP * 8 + 2);
	box_gate(&b, IDT + 8 * VEC_BP, CS0, HANDLERS + 16 * VEC_BP,
		 A_INT32 | A_DPL3, 0);
	box_v86(&b, 0);
	BOX_CODE(&b, V86, 0xcc);
	box_int(&b, VEC_BP);
	box_v86(&b, 0);
	BOX_CODE(&b, V86, 0x0f, 0x00, 0xc0);	/* sldt */
	box_int(&b, VEC_UD);
	box_close(&b);
}

static void test_v86_iopl3(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_gate(&b, IDT + 8 * 0x80, CS0, HANDLERS + 16 * 0x80,
		 A_INT32 | A_DPL3, 0);
	box_v86(&b, 3);
	/* sti; pushf; popf; cli; pushfd; int 0x80 */
	BOX_CODE(&b, V86, 0xfb, 0x9c, 0x9d, 0xfa, 0x66, 0x9c, 0xcd, 0x80);
	box_int(&b, 0x80);
	assert_int_equal(box_top(&b, 0), 8);
	/* PUSHFD shows no VM. */
	assert_int_equal(box_get32(&b, V86 + 0xffc), FL_IOPL | FL_ONE);
	box_close(&b);
	/* A handler must run at level 0: this one would at level 3. */
	box_open(&b);
	box_gate(&b, IDT + 8 * 0x80, CS3, CODE, A_INT32 | A_DPL3, 0);
	box_v86(&b, 3);
	BOX_CODE(&b, V86, 0xcd, 0x80);
	box_fault(&b, VEC_GP, CS3 & ~3);
	box_close(&b);
}

static void test_v86_far(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	box_v86(&b, 3);
	/* lcall 0x5010:2; there: iret of a frame made by pushf; lcall */
	BOX_CODE(&b, V86 + 0x102, 0xcf);
	BOX_CODE(&b, V86, 0x9c, 0x9a, 2, 0, 0x10, 0x50, 0x0f, 0x0b);
	box_int(&b, VEC_UD);
	assert_int_equal(box_top(&b, 0), 6);
	assert_int_equal(box_top(&b, 3), 0x1000);
	box_close(&b);
}

/* ---- SYSENTER ---------------------------------------------------------- */

static void test_sysenter_sysexit(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	b.cpu->sysenter_cs = CS0;
	b.cpu->sysenter_eip = CODE + 0x100;
	b.cpu->sysenter_esp = STACK_B;
	BOX_CODE(&b, CODE + 0x100, 0x0f, 0x35);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x34, 0x0f, 0x0b);
	cpu_set_eflags(b.cpu, FL_IF | FL_CF);
	b.cpu->gpr[REG_EDX] = CODE + 2;
	b.cpu->gpr[REG_ECX] = STACK3 - 64;
	box_step(&b, 1);
	assert_int_equal(b.cpu->cpl, 0);
	assert_int_equal(b.cpu->seg[SEG_CS].sel, CS0);
	assert_int_equal(b.cpu->seg[SEG_SS].sel, DS0);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK_B);
	assert_int_equal(cpu_eflags(b.cpu), FL_CF | FL_ONE);
	box_int(&b, VEC_UD);
	assert_int_equal(box_top(&b, 1), CS3);	/* CS0 + 16, RPL 3 */
	assert_int_equal(box_top(&b, 3), STACK3 - 64);
	assert_int_equal(box_top(&b, 4), DS3);
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x35);		/* not at level 3 */
	box_fault(&b, VEC_GP, 0);
	b.cpu->sysenter_cs = 3;
	box_level3(&b);
	BOX_CODE(&b, CODE, 0x0f, 0x34);
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jmp_checks),
		cmocka_unit_test(test_call_retf),
		cmocka_unit_test(test_call_restartable),
		cmocka_unit_test(test_stack16_wraps),
		cmocka_unit_test(test_call_gate),
		cmocka_unit_test(test_call_gate16),
		cmocka_unit_test(test_call_gate_checks),
		cmocka_unit_test(test_inner_stack_checks),
		cmocka_unit_test(test_int_and_back),
		cmocka_unit_test(test_trap_gate_keeps_if),
		cmocka_unit_test(test_int_checks),
		cmocka_unit_test(test_gate16_and_back),
		cmocka_unit_test(test_iret_to_stack16),
		cmocka_unit_test(test_iret_checks),
		cmocka_unit_test(test_iret_flags_level3),
		cmocka_unit_test(test_nmi_masked_until_iret),
		cmocka_unit_test(test_real_int),
		cmocka_unit_test(test_real_far),
		cmocka_unit_test(test_v86_round_trip),
		cmocka_unit_test(test_v86_traps),
		cmocka_unit_test(test_v86_iopl3),
		cmocka_unit_test(test_v86_far),
		cmocka_unit_test(test_sysenter_sysexit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
