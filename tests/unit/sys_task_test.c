/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_task_test.c - hardware tasks: JMP, CALL, INT and IRET between TSSs.
 */
#include "tests/unit/lib_box.h"

enum { GATE = FREE, SLOT = FREE + 8 };

/* Offsets in a 32-bit and a 16-bit TSS. */
enum { T_CR3 = 0x1c, T_EIP = 0x20, T_EFLAGS = 0x24, T_EAX = 0x28,
       T_ESP = 0x38, T_ES = 0x48, T_CS = 0x4c, T_SS = 0x50, T_DS = 0x54,
       T_FS = 0x58, T_GS = 0x5c, T_LDT = 0x60, T_TRAP = 0x64 };

/* task_b() - fill TSS_B: level 0, starts at @eip. */
static void task_b(struct box *b, uint32_t eip)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		box_put32(b, TSS_B + T_EAX + 4 * i, 0xb0000000 + i);
	box_put32(b, TSS_B + T_EIP, eip);
	box_put32(b, TSS_B + T_EFLAGS, FL_ONE | FL_CF);
	box_put32(b, TSS_B + T_ESP, STACK_B);
	box_put16(b, TSS_B + T_CS, CS0);
	box_put16(b, TSS_B + T_SS, DS0);
	box_put16(b, TSS_B + T_DS, DS0);
	box_put16(b, TSS_B + T_ES, DS3);
	box_put16(b, TSS_B + T_LDT, LDTR);
}

/* far_op() - lcall (9A) or ljmp (EA) to @sel; hlt */
static void far_op(struct box *b, uint8_t op, uint16_t sel)
{
	BOX_CODE(b, CODE, op, 0, 0, 0, 0, sel & 0xff, sel >> 8, 0xf4);
}

static void test_call_and_iret(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, CODE + 0x100);
	BOX_CODE(&b, CODE + 0x100, 0xcf, 0xf4);
	far_op(&b, 0x9a, TR_B);
	b.cpu->gpr[REG_EBX] = 0x12345678;
	b.cpu->aflags = FL_ZF;
	box_step(&b, 1);
	/* In the new task. */
	assert_int_equal(b.cpu->eip, CODE + 0x100);
	assert_int_equal(b.cpu->tr.sel, TR_B);
	assert_int_equal(b.cpu->tr.base, TSS_B);
	assert_int_equal(b.cpu->gpr[REG_EAX], 0xb0000000);
	assert_int_equal(b.cpu->gpr[REG_EDI], 0xb0000007);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK_B);
	assert_int_equal(b.cpu->seg[SEG_ES].sel, DS3);
	assert_int_equal(b.cpu->seg[SEG_GS].attr, 0);
	assert_int_equal(cpu_eflags(b.cpu), FL_NT | FL_CF | FL_ONE);
	assert_true(b.cpu->cr0 & CR0_TS);
	assert_int_equal(box_get16(&b, TSS_B), TR);	/* the back link */
	assert_int_equal(box_get8(&b, GDT + TR + 5), A_TSS32 | 2);
	assert_int_equal(box_get8(&b, GDT + TR_B + 5), A_TSS32 | 2);
	/* What the old one left. */
	assert_int_equal(box_get32(&b, TSS + T_EIP), CODE + 7);
	assert_int_equal(box_get32(&b, TSS + T_EFLAGS), FL_ZF | FL_ONE);
	assert_int_equal(box_get32(&b, TSS + T_EAX + 12), 0x12345678);
	assert_int_equal(box_get16(&b, TSS + T_CS), CS0);
	box_fine(&b);
	/* Back again. */
	assert_int_equal(b.cpu->eip, CODE + 8);
	assert_int_equal(b.cpu->tr.sel, TR);
	assert_int_equal(b.cpu->gpr[REG_EBX], 0x12345678);
	assert_int_equal(cpu_eflags(b.cpu), FL_ZF | FL_ONE);
	assert_int_equal(box_get8(&b, GDT + TR_B + 5), A_TSS32);
	assert_int_equal(box_get8(&b, GDT + TR + 5), A_TSS32 | 2);
	/* NT is not in the image that IRET saved. */
	assert_int_equal(box_get32(&b, TSS_B + T_EFLAGS), FL_CF | FL_ONE);
	assert_int_equal(box_get32(&b, TSS_B + T_EIP), CODE + 0x101);
	box_close(&b);
}

static void test_jmp(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, CODE + 0x100);
	box_put8(&b, CODE + 0x100, 0xf4);
	far_op(&b, 0xea, TR_B);
	box_put16(&b, TSS_B, 0x7777);
	b.cpu->dr[7] |= 0x155;
	box_fine(&b);
	assert_int_equal(box_get16(&b, TSS_B), 0x7777);	/* no link */
	assert_int_equal(cpu_eflags(b.cpu), FL_CF | FL_ONE);
	assert_int_equal(box_get8(&b, GDT + TR + 5), A_TSS32);
	assert_int_equal(box_get8(&b, GDT + TR_B + 5), A_TSS32 | 2);
	assert_int_equal(b.cpu->dr[7], 0x400);	/* local enables gone */
	box_close(&b);
}

/* Through a task gate that level 3 may use, to a task of level 3. */
static void test_task_gate(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, CODE + 0x100);
	box_put16(&b, TSS_B + T_CS, CS3);
	box_put16(&b, TSS_B + T_SS, DS3);
	box_put16(&b, TSS_B + T_DS, DS3);
	box_put32(&b, TSS_B + 4, STACK0);
	box_put32(&b, TSS_B + 8, DS0);
	box_put16(&b, CODE + 0x100, 0x0b0f);
	box_gate(&b, GDT + GATE, TR_B, 0, A_TASK | A_DPL3, 0);
	box_level3(&b);
	far_op(&b, 0x9a, TR_B);			/* the TSS itself: no */
	box_fault(&b, VEC_GP, TR_B);
	box_level3(&b);
	far_op(&b, 0x9a, GATE);
	box_int(&b, VEC_UD);
	assert_int_equal(b.cpu->tr.sel, TR_B);
	assert_int_equal(box_top(&b, 0), CODE + 0x100);
	assert_int_equal(box_top(&b, 1), CS3);
	box_close(&b);
}

/* An exception through a task gate: its error code is on the new stack, and
 * the old task's EIP is the faulting instruction. */
static void test_fault_by_task(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, HANDLERS + 16 * VEC_GP);
	box_gate(&b, IDT + 8 * VEC_GP, TR_B, 0, A_TASK, 0);
	BOX_CODE(&b, CODE, 0x8e, 0xd8);		/* mov ds, ax */
	b.cpu->gpr[REG_EAX] = 0x100;
	box_fault(&b, VEC_GP, 0x100);
	assert_int_equal(b.cpu->gpr[REG_ESP], STACK_B - 4);
	assert_int_equal(box_get32(&b, TSS + T_EIP), CODE);
	assert_int_equal(box_get32(&b, TSS + T_EFLAGS), FL_RF | FL_ONE);
	assert_int_equal(box_get16(&b, TSS_B), TR);
	/* Again: the task is busy, so #GP can not be delivered: #DF. */
	BOX_CODE(&b, CODE, 0x8e, 0xd8);
	b.cpu->gpr[REG_EAX] = 0x100;
	box_fault(&b, VEC_DF, 0);
	box_close(&b);
}

static void test_sixteen_bit(void **state)
{
	struct box b;
	unsigned int i;

	(void)state;
	box_open(&b);
	for (i = 0; i < 8; i++)
		box_put16(&b, TSS_16 + 0x12 + 2 * i, (uint16_t)(0x1600 + i));
	box_put16(&b, TSS_16 + 0x0e, 0x10);		/* IP */
	box_put16(&b, TSS_16 + 0x10, FL_ONE | FL_SF);
	box_put16(&b, TSS_16 + 0x22, DS3);
	box_put16(&b, TSS_16 + 0x24, CS16);
	box_put16(&b, TSS_16 + 0x26, DS16);
	box_put16(&b, TSS_16 + 0x28, DS16);
	box_put8(&b, BASE16 + 0x10, 0xcf);
	far_op(&b, 0x9a, TR_16);
	b.cpu->gpr[REG_EDX] = 0xdddd5555;
	box_step(&b, 1);
	assert_int_equal(b.cpu->tr.sel, TR_16);
	assert_int_equal(b.cpu->eip, 0x10);
	assert_false(b.cpu->code32);
	assert_int_equal(b.cpu->gpr[REG_ESI] & 0xffff, 0x1606);
	assert_int_equal(b.cpu->seg[SEG_FS].sel, 0);
	assert_int_equal(cpu_eflags(b.cpu), FL_NT | FL_SF | FL_ONE);
	assert_int_equal(box_get16(&b, TSS_16), TR);
	box_fine(&b);
	assert_int_equal(b.cpu->gpr[REG_EDX], 0xdddd5555);
	assert_int_equal(b.cpu->eip, CODE + 8);
	assert_int_equal(box_get8(&b, GDT + TR_16 + 5), A_TSS16);
	box_close(&b);
}

/* What is wrong with the new TSS is a fault of the old task. */
static void test_bad_tss(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, CODE);
	far_op(&b, 0x9a, TR);			/* busy */
	box_fault(&b, VEC_GP, TR);
	box_desc(&b, TR_B, TSS_B, 0x66, A_TSS32, 0);
	far_op(&b, 0x9a, TR_B);			/* too small */
	box_fault(&b, VEC_TS, TR_B);
	box_desc(&b, TR_B, TSS_B, 0x67, A_TSS32 & ~A_P, 0);
	far_op(&b, 0x9a, TR_B);
	box_fault(&b, VEC_NP, TR_B);
	box_gate(&b, GDT + GATE, DS0, 0, A_TASK, 0);
	far_op(&b, 0x9a, GATE);
	box_fault(&b, VEC_GP, DS0);
	box_gate(&b, GDT + GATE, 0x84, 0, A_TASK, 0);	/* in the LDT */
	far_op(&b, 0x9a, GATE);
	box_fault(&b, VEC_GP, 0x84);
	/* IRET with NT: the link must be a busy TSS. */
	box_put16(&b, TSS, TR_B);
	box_desc(&b, TR_B, TSS_B, 0x67, A_TSS32, 0);
	BOX_CODE(&b, CODE, 0xcf);
	b.cpu->eflags |= FL_NT;
	box_fault(&b, VEC_TS, TR_B);
	box_put16(&b, TSS, 0);
	BOX_CODE(&b, CODE, 0xcf);
	b.cpu->eflags |= FL_NT;
	box_fault(&b, VEC_TS, 0);
	assert_int_equal(b.cpu->tr.sel, TR);
	box_close(&b);
}

/* What is wrong with its segments is a fault of the new one. */
static void test_bad_segments(void **state)
{
	static const struct {
		uint16_t field, sel;
		uint8_t vector;
		uint32_t code;
	} rows[] = {
		{ T_LDT, DS0, VEC_TS, DS0 },
		{ T_LDT, 0x100, VEC_TS, 0x100 },
		{ T_CS, 0, VEC_TS, 0 },
		{ T_CS, DS0, VEC_TS, DS0 },
		{ T_CS, SLOT, VEC_TS, SLOT },	/* data, not present */
		{ T_DS, 0x100, VEC_TS, 0x100 },
		{ T_DS, SLOT, VEC_NP, SLOT },
		{ T_GS, TR, VEC_TS, TR },
		{ T_SS, 0, VEC_TS, 0 },
		{ T_SS, DS3, VEC_TS, DS3 & ~3 },
		{ T_SS, SLOT, VEC_SS, SLOT },
	};
	struct box b;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		box_open(&b);
		task_b(&b, CODE + 0x100);
		box_desc(&b, SLOT, 0, 0xfffff, A_DATA0 & ~A_P, F_32);
		box_put16(&b, TSS_B + rows[i].field, rows[i].sel);
		/* The new task has no good stack perhaps: the fault goes to
		 * a third task, whose TSS then links to it. */
		box_gate(&b, IDT + 8 * rows[i].vector, TR_B + 16, 0, A_TASK, 0);
		box_desc(&b, TR_B + 16, TSS_B + 0x100, 0x67, A_TSS32, 0);
		box_bytes(&b, TSS_B + 0x100, guestmem_ptr(&b.ram, TSS_B, 0x68),
			  0x68);
		box_put32(&b, TSS_B + 0x100 + T_EIP,
			  HANDLERS + 16 * rows[i].vector);
		box_put16(&b, TSS_B + 0x100 + T_CS, CS0);
		box_put16(&b, TSS_B + 0x100 + T_SS, DS0);
		box_put16(&b, TSS_B + 0x100 + T_DS, DS0);
		box_put16(&b, TSS_B + 0x100 + T_GS, DS0);
		box_put16(&b, TSS_B + 0x100 + T_LDT, LDTR);
		far_op(&b, 0x9a, TR_B);
		box_fault(&b, rows[i].vector, rows[i].code);
		assert_int_equal(box_get16(&b, TSS_B + 0x100), TR_B);
		/* At its first instruction, with all else loaded. */
		assert_int_equal(box_get32(&b, TSS_B + T_EIP), CODE + 0x100);
		assert_int_equal(box_get32(&b, TSS_B + T_EAX), 0xb0000000);
		assert_int_equal(box_get32(&b, TSS + T_EIP), CODE + 7);
		box_close(&b);
	}
}

/* Into virtual-8086 mode by a task, with the trap bit: #DB at once. */
static void test_v86_task_with_trap(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	task_b(&b, 0x20);
	box_put32(&b, TSS_B + T_EFLAGS, FL_VM | FL_ONE);
	box_put16(&b, TSS_B + T_CS, V86 >> 4);
	box_put16(&b, TSS_B + T_SS, V86 >> 4);
	box_put16(&b, TSS_B + T_DS, 0xffff);
	box_put32(&b, TSS_B + 4, STACK0);
	box_put32(&b, TSS_B + 8, DS0);
	box_put16(&b, TSS_B + T_TRAP, 1);
	far_op(&b, 0xea, TR_B);
	box_int(&b, VEC_DB);
	assert_int_equal(b.cpu->dr[6] & 0xe00f, 0x8000);
	assert_int_equal(box_top(&b, 0), 0x20);
	assert_int_equal(box_top(&b, 1), V86 >> 4);
	assert_int_equal(box_top(&b, 2), FL_VM | FL_ONE);
	assert_int_equal(box_top(&b, 6), 0xffff);
	box_close(&b);
}

/* With paging on, the new task has its own CR3. */
static void test_new_address_space(void **state)
{
	struct box b;
	unsigned int i;

	(void)state;
	box_open(&b);
	task_b(&b, CODE + 0x100);
	/* Two directories, one table each: they differ at DATA only. */
	for (i = 0; i < 1024; i++) {
		box_put32(&b, PAGES + 0x1000 + 4 * i, i << 12 | 3);
		box_put32(&b, PAGES + 0x3000 + 4 * i, i << 12 | 3);
	}
	box_put32(&b, PAGES, (PAGES + 0x1000) | 3);
	box_put32(&b, PAGES + 0x2000, (PAGES + 0x3000) | 3);
	box_put32(&b, PAGES + 0x3000 + 4 * (DATA >> 12), 0x300000 | 3);
	box_put32(&b, TSS_B + T_CR3, PAGES + 0x2000);
	box_put8(&b, DATA, 1);
	box_put8(&b, 0x300000, 2);
	cpu_write_cr3(b.cpu, PAGES);
	cpu_write_cr0(b.cpu, b.cpu->cr0 | CR0_PG);
	/* mov al, [DATA]; lcall TR_B; there: mov bl, [DATA]; hlt */
	BOX_CODE(&b, CODE + 0x100, 0x8a, 0x1d, 0, 0, 6, 0, 0xf4);
	BOX_CODE(&b, CODE, 0xa0, 0, 0, 6, 0, 0xea, 0, 0, 0, 0, TR_B, 0);
	box_step(&b, 1);
	assert_int_equal(b.cpu->gpr[REG_EAX] & 0xff, 1);
	box_fine(&b);
	assert_int_equal(b.cpu->cr3, PAGES + 0x2000);
	assert_int_equal(b.cpu->gpr[REG_EBX] & 0xff, 2);
	box_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_call_and_iret),
		cmocka_unit_test(test_jmp),
		cmocka_unit_test(test_task_gate),
		cmocka_unit_test(test_fault_by_task),
		cmocka_unit_test(test_sixteen_bit),
		cmocka_unit_test(test_bad_tss),
		cmocka_unit_test(test_bad_segments),
		cmocka_unit_test(test_v86_task_with_trap),
		cmocka_unit_test(test_new_address_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
