/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_sys_test.c - the x87 and SSE instructions that systems use: images of
 * the state, error pointers, CR0 and CR4, faults, FERR#; and the question
 * which instructions there are.
 */
#include "tests/unit/lib_box.h"
#include "tests/unit/lib_native.h"

#include <Zydis/Zydis.h>

#include "ia32/decode.h"
#include "vmm/cpu/fpu_vec.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static void sse_on(struct box *b)
{
	cpu_write_cr4(b->cpu, CR4_OSFXSR | CR4_OSXMMEXCPT);
}

/* sample_state() - three registers in use, C bits, a rounding mode. */
static void sample_state(uint8_t *fx)
{
	unsigned int i;

	memset(fx, 0, 512);
	put_le16(fx, 0x0f7f);
	put_le16(fx + 2, 0x2d21);	/* TOP = 5; C0 C2 PE IE */
	fx[4] = 0xe0;
	for (i = 0; i < 8; i++) {
		put_le64(fx + 32 + 16 * i, 0x8000000000000000ull + i);
		put_le16(fx + 40 + 16 * i, (uint16_t)(i == 1 ? 0 : 0x4000 + i));
	}
	put_le32(fx + 24, 0x1fa0);
	for (i = 0; i < 128; i++)
		fx[160 + i] = (uint8_t)(i * 3 + 1);
}

/* ---- images ------------------------------------------------------------ */

/* native_env() - what the host's FNSTENV says of the same state, as the
 * three words that do not depend on where things are. */
static void native_env(const uint8_t *fx, uint16_t out[3])
{
	static const uint8_t code[] = { 0xd9, 0x36 };	/* fnstenv (rsi) */
	uint8_t env[28];
	struct native n;

	native_open(&n);
	memcpy(n.fx, fx, sizeof(n.fx));
	n.operand = env;
	native_run(&n, code, sizeof(code));
	native_close(&n);
	out[0] = get_le16(env);
	out[1] = get_le16(env + 4);
	out[2] = get_le16(env + 8);
}

/* run_env() - FLD m32, which leaves pointers; then @code at CODE + 0x20. */
static void run_env(struct box *b, uint8_t *fx, const uint8_t *code, size_t len)
{
	sse_on(b);
	sample_state(fx);
	cpu_fpu_set(b->cpu, fx);
	b->cpu->gpr[REG_ESI] = DATA;
	b->cpu->gpr[REG_EDI] = DATA + 0x100;
	box_put32(b, DATA, 0x3fc00000);
	BOX_CODE(b, CODE, 0xd9, 0x06, 0xf4);		/* fld (esi) */
	box_fine(b);
	cpu_fpu_get(b->cpu, fx);
	box_bytes(b, CODE + 0x20, code, len);
	b->cpu->eip = CODE + 0x20;
	b->cpu->halted = false;
	box_fine(b);
}

static void test_fnstenv_prot32(void **state)
{
	static const uint8_t code[] = { 0xd9, 0x37, 0xf4 };
	uint8_t fx[512], after[512];
	uint16_t w[3];
	struct box b;

	(void)state;
	box_open(&b);
	run_env(&b, fx, code, sizeof(code));
	cpu_fpu_get(b.cpu, after);
	native_env(fx, w);
	assert_int_equal(box_get32(&b, DATA + 0x100), w[0] | 0xffff0000);
	assert_int_equal(box_get32(&b, DATA + 0x104), w[1] | 0xffff0000);
	assert_int_equal(box_get32(&b, DATA + 0x108), w[2] | 0xffff0000);
	assert_int_equal(box_get32(&b, DATA + 0x10c), CODE);
	assert_int_equal(box_get32(&b, DATA + 0x110), 0x01060000 | CS0);
	assert_int_equal(box_get32(&b, DATA + 0x114), DATA);
	assert_int_equal(box_get32(&b, DATA + 0x118), 0xffff0000 | DS0);
	/* All exceptions are masked now, nothing else has changed. */
	put_le16(fx, get_le16(fx) | 0x3f);
	assert_memory_equal(after, fx, 512);
	box_close(&b);
}

static void test_fnstenv_prot16(void **state)
{
	static const uint8_t code[] = { 0x66, 0xd9, 0x37, 0xf4 };
	uint8_t fx[512];
	uint16_t w[3];
	struct box b;

	(void)state;
	box_open(&b);
	box_put16(&b, DATA + 0x10e, 0x5a5a);
	run_env(&b, fx, code, sizeof(code));
	cpu_fpu_sync(b.cpu);
	native_env(fx, w);
	assert_int_equal(box_get16(&b, DATA + 0x100), w[0]);
	assert_int_equal(box_get16(&b, DATA + 0x102), w[1]);
	assert_int_equal(box_get16(&b, DATA + 0x104), w[2]);
	assert_int_equal(box_get16(&b, DATA + 0x106), CODE & 0xffff);
	assert_int_equal(box_get16(&b, DATA + 0x108), CS0);
	assert_int_equal(box_get16(&b, DATA + 0x10a), DATA & 0xffff);
	assert_int_equal(box_get16(&b, DATA + 0x10c), DS0);
	assert_int_equal(box_get16(&b, DATA + 0x10e), 0x5a5a);
	box_close(&b);
}

/* Real mode, segments other than 0, both operand sizes. */
static void test_fnstenv_real(void **state)
{
	uint8_t fx[512];
	struct box b;

	(void)state;
	box_open_real(&b);
	sample_state(fx);
	cpu_fpu_set(b.cpu, fx);
	seg_load_real(b.cpu, SEG_DS, 0x2345);
	seg_load_real(b.cpu, SEG_CS, 0x1234);
	cpu_segments_changed(b.cpu);
	/* flds [0x6789]; fnstenv [0x100]; fnstenvd [0x200]; hlt */
	BOX_CODE(&b, 0x12340 + 0x4321, 0xd9, 0x06, 0x89, 0x67, 0xd9, 0x36, 0, 1,
		 0x66, 0xd9, 0x36, 0, 2, 0xf4);
	assert_int_equal(b.cpu->eip, 0x4321);
	box_run(&b);
	/* CS:IP is 16661, DS:DX is 29bd9; opcode 1, ModRM 06. */
	assert_int_equal(box_get16(&b, 0x23450 + 0x106), 0x6661);
	assert_int_equal(box_get16(&b, 0x23450 + 0x108), 0x1106);
	assert_int_equal(box_get16(&b, 0x23450 + 0x10a), 0x9bd9);
	assert_int_equal(box_get16(&b, 0x23450 + 0x10c), 0x2000);
	assert_int_equal(box_get32(&b, 0x23450 + 0x20c), 0xffff6661);
	assert_int_equal(box_get32(&b, 0x23450 + 0x210), 0x00001106);
	assert_int_equal(box_get32(&b, 0x23450 + 0x214), 0xffff9bd9);
	assert_int_equal(box_get32(&b, 0x23450 + 0x218), 0x00002000);
	box_close(&b);
}

/* FNSAVE, FRSTOR in both sizes: everything comes back that fits. */
static void save_restore(bool wide)
{
	/* fnsave (edi); fldz; hlt, then: frstor (edi); hlt */
	static const uint8_t save[] = { 0x66, 0xdd, 0x37, 0xd9, 0xee, 0xf4 };
	static const uint8_t load[] = { 0x66, 0xdd, 0x27, 0xf4 };
	uint8_t fx[512], after[512];
	struct box b;

	box_open(&b);
	box_put8(&b, DATA + 0x100 + (wide ? 108 : 94), 0xa5);
	run_env(&b, fx, save + wide, sizeof(save) - wide);
	assert_int_equal(box_get8(&b, DATA + 0x100 + (wide ? 108 : 94)), 0xa5);
	cpu_fpu_get(b.cpu, after);
	assert_int_equal(get_le16(after), 0x37f);
	assert_int_equal(get_le16(after + 2), 0x3800);
	box_bytes(&b, CODE + 0x40, load + wide, sizeof(load) - wide);
	b.cpu->eip = CODE + 0x40;
	b.cpu->halted = false;
	box_fine(&b);
	cpu_fpu_get(b.cpu, after);
	if (!wide) {	/* no opcode, and 16 bits of each offset */
		put_le16(fx + 6, 0);
		put_le32(fx + 8, CODE & 0xffff);
		put_le32(fx + 16, DATA & 0xffff);
	}
	assert_memory_equal(after, fx, 512);
	box_close(&b);
}

static void test_fnsave_frstor(void **state)
{
	(void)state;
	save_restore(true);
	save_restore(false);
}

static void test_fxsave_fxrstor(void **state)
{
	uint8_t fx[512], after[512];
	struct box b;

	(void)state;
	box_open(&b);
	sse_on(&b);
	sample_state(fx);
	put_le16(fx + 6, 0x123);
	put_le32(fx + 8, 0x11223344);
	put_le32(fx + 12, CS3);
	put_le32(fx + 16, 0x55667788);
	put_le32(fx + 20, DS3);
	box_bytes(&b, DATA, fx, 512);
	box_put32(&b, DATA + 0x400 + 288, 0xa5a5a5a5);
	b.cpu->gpr[REG_ESI] = DATA;
	/* fxrstor (esi); fxsave 0x400(esi); hlt */
	BOX_CODE(&b, CODE, 0x0f, 0xae, 0x0e, 0x0f, 0xae, 0x86, 0, 4, 0, 0,
		 0xf4);
	box_fine(&b);
	memcpy(after, guestmem_ptr(&b.ram, DATA + 0x400, 512), 512);
	assert_int_equal(get_le32(after + 28), 0xffff);	/* MXCSR_MASK */
	assert_int_equal(get_le32(after + 288), 0xa5a5a5a5);
	put_le32(fx + 28, 0xffff);
	assert_memory_equal(after, fx, 288);
	box_close(&b);
}

/* ---- pointers ---------------------------------------------------------- */

/* pointers() - the code at CODE ends with those of a register instruction. */
static void pointers(struct box *b, uint16_t fop, uint32_t fip)
{
	uint8_t fx[512];

	b->cpu->gpr[REG_ESI] = DATA;
	box_fine(b);
	cpu_fpu_get(b->cpu, fx);
	assert_int_equal(get_le16(fx + 6), fop);
	assert_int_equal(get_le32(fx + 8), fip);
	assert_int_equal(get_le32(fx + 12), CS0);
	assert_int_equal(get_le32(fx + 16), 0);	/* no operand so far */
}

/* Control instructions keep them; FNOP is none (SDM volume 1, 8.1.8). */
static void test_pointers(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	/* fninit; fld1; fld %st(0); fnstcw (esi); fnclex; wait */
	BOX_CODE(&b, CODE, 0xdb, 0xe3, 0xd9, 0xe8, 0xd9, 0xc0, 0xd9, 0x3e, 0xdb,
		 0xe2, 0x9b, 0xf4);
	pointers(&b, 0x1c0, CODE + 4);
	box_close(&b);
	box_open(&b);
	/* the same; fnop */
	BOX_CODE(&b, CODE, 0xdb, 0xe3, 0xd9, 0xe8, 0xd9, 0xc0, 0xd9, 0x3e, 0xdb,
		 0xe2, 0x9b, 0xd9, 0xd0, 0xf4);
	pointers(&b, 0x1d0, CODE + 11);
	box_close(&b);
}

/* ---- CR0, CR4 ---------------------------------------------------------- */

struct gate {
	uint32_t cr0, cr4;
	uint8_t code[4];
	int vector;		/* -1: none */
};

static void test_availability(void **state)
{
	static const struct gate gates[] = {
		{ CR0_TS, 0, { 0xd9, 0xe8 }, VEC_NM },
		{ CR0_EM, 0, { 0xd9, 0xe8 }, VEC_NM },
		{ CR0_TS, 0, { 0xdb, 0xe3 }, VEC_NM },
		{ CR0_MP, 0, { 0xd9, 0xe8 }, -1 },
		{ CR0_TS, 0, { 0x9b }, -1 },
		{ CR0_MP, 0, { 0x9b }, -1 },
		{ CR0_MP | CR0_TS, 0, { 0x9b }, VEC_NM },
		{ CR0_EM, 0, { 0x9b }, -1 },
		{ CR0_TS, 0, { 0x0f, 0x77 }, VEC_NM },
		{ CR0_EM, 0, { 0x0f, 0x77 }, VEC_UD },
		{ CR0_EM | CR0_TS, 0, { 0x0f, 0xef, 0xc0 }, VEC_UD },
		{ 0, 0, { 0x0f, 0xef, 0xc0 }, -1 },
		{ 0, 0, { 0x0f, 0x57, 0xc0 }, VEC_UD },
		{ 0, CR4_OSFXSR, { 0x0f, 0x57, 0xc0 }, -1 },
		{ CR0_TS, CR4_OSFXSR, { 0x0f, 0x57, 0xc0 }, VEC_NM },
		{ CR0_TS, 0, { 0x0f, 0x57, 0xc0 }, VEC_UD },
		{ CR0_EM, CR4_OSFXSR, { 0x0f, 0x57, 0xc0 }, VEC_UD },
		{ CR0_TS, CR4_OSFXSR, { 0x0f, 0xae, 0x1e }, VEC_NM },
		{ 0, 0, { 0x0f, 0xae, 0x1e }, VEC_UD },	/* stmxcsr */
		{ CR0_TS, CR4_OSFXSR, { 0x0f, 0xae, 0x06 }, VEC_NM },
		{ CR0_EM, 0, { 0x0f, 0xae, 0x06 }, VEC_NM }, /* fxsave */
		{ 0, 0, { 0x0f, 0xae, 0x06 }, -1 },
		{ CR0_TS | CR0_EM, 0, { 0x0f, 0xae, 0xf8 }, -1 }, /* sfence */
		{ CR0_TS | CR0_EM, 0, { 0x0f, 0xc3, 0x06 }, -1 }, /* movnti */
		{ CR0_TS | CR0_EM, 0, { 0x0f, 0xae, 0x3e }, -1 }, /* clflush */
	};
	struct box b;
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_LEN(gates); i++) {
		box_open(&b);
		cpu_write_cr0(b.cpu, b.cpu->cr0 | gates[i].cr0);
		cpu_write_cr4(b.cpu, gates[i].cr4);
		b.cpu->gpr[REG_ESI] = DATA;
		len = gates[i].code[0] == 0x9b ? 1 : gates[i].code[2] ? 3 : 2;
		BOX_CODE(&b, CODE, gates[i].code[0], gates[i].code[1],
			 gates[i].code[2]);
		box_put8(&b, CODE + (uint32_t)len, 0xf4);
		if (gates[i].vector < 0)
			box_fine(&b);
		else
			box_int(&b, (unsigned int)gates[i].vector);
		box_close(&b);
	}
}

/* ---- faults leave everything as it was --------------------------------- */

/* fault_keeps() - @code at level 3, with DS limited to DATA + 15. */
static void fault_keeps(const uint8_t *code, size_t len, uint32_t esi)
{
	uint8_t fx[512], after[512];
	struct box b;

	box_open(&b);
	sse_on(&b);
	sample_state(fx);
	put_le32(fx + 28, 0xffff);
	/* Bit 63 of each MM register is set, and so are those of XMM3:
	 * masks that reach beyond the limit. */
	cpu_fpu_set(b.cpu, fx);
	box_level3(&b);
	b.cpu->seg[SEG_DS].limit = DATA + 15;
	b.cpu->gpr[REG_ESI] = b.cpu->gpr[REG_EDI] = esi;
	box_bytes(&b, CODE, code, len);
	b.cpu->eip = CODE;
	box_fault(&b, VEC_GP, 0);
	assert_int_equal(box_top(&b, 1), CODE);
	cpu_fpu_get(b.cpu, after);
	assert_memory_equal(after, fx, 512);
	assert_int_equal(box_get32(&b, DATA + 12), 0);
	box_close(&b);
}

static void test_faults(void **state)
{
	static const uint8_t code[][4] = {
		{ 0xd9, 0x1e },		/* fstps */
		{ 0xdd, 0x1e },		/* fstpl */
		{ 0xdb, 0x3e },		/* fstpt */
		{ 0xdf, 0x36 },		/* fbstp */
		{ 0xdf, 0x3e },		/* fistpll */
		{ 0xd9, 0x06 },		/* flds */
		{ 0xd8, 0x06 },		/* fadds */
		{ 0xd9, 0x36 },		/* fnstenv */
		{ 0xd9, 0x26 },		/* fldenv */
		{ 0xdd, 0x36 },		/* fnsave */
		{ 0xdd, 0x26 },		/* frstor */
		{ 0x0f, 0x6f, 0x06 },	/* movq load */
		{ 0x0f, 0x7f, 0x06 },	/* movq store */
		{ 0x0f, 0x7e, 0x06 },	/* movd store */
		{ 0x0f, 0xfc, 0x06 },	/* paddb */
		{ 0x0f, 0xf7, 0xc1 },	/* maskmovq */
		{ 0x66, 0x0f, 0xf7, 0xc3 }, /* maskmovdqu */
		{ 0x0f, 0x2c, 0x06 },	/* cvttps2pi */
		{ 0x0f, 0x58, 0x06 },	/* addps */
		{ 0x0f, 0x11, 0x06 },	/* movups store */
		{ 0x0f, 0xae, 0x06 },	/* fxsave */
		{ 0x0f, 0xae, 0x0e },	/* fxrstor */
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(code); i++)
		fault_keeps(code[i], 4, DATA + 14);
}

static void test_alignment(void **state)
{
	static const uint8_t gp[][4] = {
		{ 0x0f, 0x58, 0x06 }, { 0x0f, 0x28, 0x06 },
		{ 0x0f, 0x29, 0x06 }, { 0x66, 0x0f, 0x6f, 0x06 },
		{ 0x66, 0x0f, 0xe7, 0x06 }, { 0x0f, 0x2b, 0x06 },
		{ 0x0f, 0xc6, 0x06, 0 }, { 0x66, 0x0f, 0x2d, 0x06 },
		{ 0x0f, 0xae, 0x06 }, { 0x0f, 0xae, 0x0e },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(gp); i++)
		fault_keeps(gp[i], 4, 0x58008);
}

static void test_mxcsr_reserved(void **state)
{
	struct box b;

	(void)state;
	box_open(&b);
	sse_on(&b);
	b.cpu->gpr[REG_ESI] = DATA;
	box_put32(&b, DATA, 0x11f80);
	BOX_CODE(&b, CODE, 0x0f, 0xae, 0x16);	/* ldmxcsr */
	box_fault(&b, VEC_GP, 0);
	box_put32(&b, DATA + 24, 0x80001f80);
	BOX_CODE(&b, CODE, 0x0f, 0xae, 0x0e);	/* fxrstor */
	box_fault(&b, VEC_GP, 0);
	box_close(&b);
}

static void test_xm_without_os(void **state)
{
	uint8_t fx[512];
	struct box b;

	(void)state;
	box_open(&b);
	sample_state(fx);
	put_le32(fx + 24, 0x1d80);	/* zero divide is not masked */
	memset(fx + 160, 0, 32);
	put_le32(fx + 160, 0x3f800000);
	cpu_fpu_set(b.cpu, fx);
	cpu_write_cr4(b.cpu, CR4_OSFXSR);
	BOX_CODE(&b, CODE, 0xf3, 0x0f, 0x5e, 0xc1);	/* divss xmm1, xmm0 */
	box_int(&b, VEC_UD);
	cpu_write_cr4(b.cpu, CR4_OSFXSR | CR4_OSXMMEXCPT);
	BOX_CODE(&b, CODE, 0xf3, 0x0f, 0x5e, 0xc1);
	box_int(&b, VEC_XM);
	cpu_fpu_get(b.cpu, fx);
	assert_int_equal(get_le32(fx + 24), 0x1d84);
	assert_int_equal(get_le32(fx + 160), 0x3f800000);
	box_close(&b);
}

/* ---- FERR# ------------------------------------------------------------- */

struct ferr_pin {
	bool level;
	unsigned int changes;
};

static void on_ferr_pin(void *board, bool level)
{
	struct ferr_pin *pin = board;

	pin->level = level;
	pin->changes++;
}

static void test_ferr(void **state)
{
	struct ferr_pin pin = { false, 0 };
	struct box b;

	(void)state;
	box_open(&b);
	cpu_write_cr0(b.cpu, CR0_PE);	/* NE = 0 */
	b.cpu->pins.board = &pin;
	b.cpu->pins.ferr = on_ferr_pin;
	b.cpu->gpr[REG_ESI] = DATA;
	box_put16(&b, DATA, 0x37b);
	/* fninit; fldcw (esi); fld1; fldz; divide; nop; wait; hlt */
	BOX_CODE(&b, CODE, 0xdb, 0xe3, 0xd9, 0x2e, 0xd9, 0xe8, 0xd9, 0xee, 0xde,
		 0xf9, 0x90, 0x9b, 0xf4);
	box_step(&b, 4);
	assert_false(pin.level);
	box_step(&b, 2);		/* the division, the NOP */
	assert_true(pin.level);
	assert_int_equal(b.cpu->eip, CODE + 11);
	box_step(&b, 20);		/* WAIT waits */
	assert_int_equal(b.cpu->eip, CODE + 11);
	assert_false(b.cpu->halted);
	assert_int_equal(pin.changes, 1);
	BOX_CODE(&b, CODE + 0x20, 0xdb, 0xe2, 0x9b, 0xf4);	/* fnclex */
	b.cpu->eip = CODE + 0x20;
	box_run(&b);
	assert_false(pin.level);
	assert_int_equal(b.cpu->eip, CODE + 0x24);
	b.cpu->pins.board = &b;
	box_close(&b);
}

/* ---- which instructions there are -------------------------------------- */

/* is_ours() - does our processor have it? */
static bool is_ours(const ZydisDecodedInstruction *zi)
{
	switch (zi->meta.isa_set) {
	case ZYDIS_ISA_SET_X87: case ZYDIS_ISA_SET_FCMOV:
	case ZYDIS_ISA_SET_PENTIUMMMX: case ZYDIS_ISA_SET_SSE:
	case ZYDIS_ISA_SET_SSE2: case ZYDIS_ISA_SET_SSEMXCSR:
	case ZYDIS_ISA_SET_SSE2MMX: case ZYDIS_ISA_SET_FXSAVE:
	case ZYDIS_ISA_SET_CLFSH: case ZYDIS_ISA_SET_SSE3:
	case ZYDIS_ISA_SET_SSE3X87: case ZYDIS_ISA_SET_SSSE3:
	case ZYDIS_ISA_SET_SSSE3MMX: case ZYDIS_ISA_SET_SSE4:
	case ZYDIS_ISA_SET_SSE42:
		return true;
	case ZYDIS_ISA_SET_PPRO:	/* FCOMI is, and so is CMOV */
		return zi->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
	default:
		return false;
	}
}

/* check_one() - do Zydis and fpu_select() agree about these bytes? */
static unsigned int check_one(const ZydisDecoder *dec, const uint8_t *code)
{
	ZydisDecodedInstruction zi;
	struct ia32_decoded d;
	struct insn in;
	bool want, got;

	if (!ZYAN_SUCCESS(
		    ZydisDecoderDecodeInstruction(dec, NULL, code, 12, &zi)) ||
	    ia32_decode(&d, code, 12, true) != IA32_OK)
		return 0;
	want = is_ours(&zi);
	in = (struct insn){
		.map = d.map, .opcode = d.opcode, .modrm = d.modrm,
		.prefix = d.prefix, .mod = d.mod, .reg = d.reg, .rm = d.rm,
	};
	got = fpu_select(&in) != NULL;
	if (want != got)
		fail_msg("%02x %02x %02x %02x (%s): %s", code[0], code[1],
			 code[2], code[3], ZydisMnemonicGetString(zi.mnemonic),
			 want ? "missing" : "should be #UD");
	return got;
}

static void test_complete(void **state)
{
	static const uint8_t prefixes[] = { 0, 0x66, 0xf3, 0xf2 };
	unsigned int p, op, modrm, n = 0;
	uint8_t code[16] = { 0 };
	ZydisDecoder dec;

	(void)state;
	ZydisDecoderInit(&dec, ZYDIS_MACHINE_MODE_LEGACY_32,
			 ZYDIS_STACK_WIDTH_32);
	for (p = 0; p < 4; p++)
		for (op = 0; op < 256; op++)
			for (modrm = 0; modrm < 256; modrm++) {
				/* Prefetches are NOPs: another family's. */
				if (op == 0x18 || op == 0x0d)
					continue;
				code[0] = prefixes[p];
				code[1] = 0x0f;
				code[2] = (uint8_t)op;
				code[3] = (uint8_t)modrm;
				n += check_one(&dec, code + (p == 0));
			}
	for (op = 0xd8; op <= 0xdf; op++)
		for (modrm = 0; modrm < 256; modrm++) {
			code[0] = (uint8_t)op;
			code[1] = (uint8_t)modrm;
			n += check_one(&dec, code);
		}
	print_message("# %u encodings\n", n);
	assert_true(n > 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fnstenv_prot32),
		cmocka_unit_test(test_fnstenv_prot16),
		cmocka_unit_test(test_fnstenv_real),
		cmocka_unit_test(test_fnsave_frstor),
		cmocka_unit_test(test_fxsave_fxrstor),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_availability),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_mxcsr_reserved),
		cmocka_unit_test(test_xm_without_os),
		cmocka_unit_test(test_ferr),
		cmocka_unit_test(test_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
