/* SPDX-License-Identifier: BSD-2-Clause */
/* decode_test.c - instruction bytes to fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ia32/decode.h"
#include "ia32/regs.h"

#define NONE REG_COUNT

/* What is expected of one instruction. */
struct expect {
	uint8_t bytes[16];
	bool code32;
	uint8_t map, opcode, len, opsize, adsize, mod, seg, base, index, scale;
	uint32_t disp, imm;
	uint16_t imm2;
};

static const struct expect cases[] = {
	/* mov eax,[ebx+esi*4+8] */
	{ { 0x8b, 0x44, 0xb3, 8 }, true, 0, 0x8b, 4, 4, 4, 1, SEG_DS,
	  REG_EBX, REG_ESI, 2, 8, 0, 0 },
	/* mov eax,[esp]; [ebp-4]; [ebp*2+disp32]: default segments */
	{ { 0x8b, 0x04, 0x24 }, true, 0, 0x8b, 3, 4, 4, 0, SEG_SS,
	  REG_ESP, NONE, 0, 0, 0, 0 },
	{ { 0x8b, 0x45, 0xfc }, true, 0, 0x8b, 3, 4, 4, 1, SEG_SS,
	  REG_EBP, NONE, 0, 0xfffffffc, 0, 0 },
	{ { 0x8b, 0x04, 0x6d, 1, 2, 3, 4 }, true, 0, 0x8b, 7, 4, 4, 0, SEG_DS,
	  NONE, REG_EBP, 1, 0x04030201, 0, 0 },
	/* an override; the last one wins */
	{ { 0x26, 0x64, 0x8b, 0x45, 0 }, true, 0, 0x8b, 5, 4, 4, 1, SEG_FS,
	  REG_EBP, NONE, 0, 0, 0, 0 },
	/* 16-bit addressing: [bp+si], [disp16], [bp+disp8] */
	{ { 0x8b, 0x02 }, false, 0, 0x8b, 2, 2, 2, 0, SEG_SS, REG_EBP,
	  REG_ESI, 0, 0, 0, 0 },
	{ { 0x8b, 0x06, 0x34, 0x92 }, false, 0, 0x8b, 4, 2, 2, 0, SEG_DS,
	  NONE, NONE, 0, 0xffff9234, 0, 0 },
	{ { 0x67, 0x66, 0x8b, 0x46, 2 }, true, 0, 0x8b, 5, 2, 2, 1, SEG_SS,
	  REG_EBP, NONE, 0, 2, 0, 0 },
	/* immediates: sign-extended or not */
	{ { 0x83, 0xc0, 0xff }, true, 0, 0x83, 3, 4, 4, 3, SEG_DS, NONE, NONE,
	  0, 0, 0xffffffff, 0 },
	{ { 0xc1, 0xe0, 0xff }, true, 0, 0xc1, 3, 4, 4, 3, SEG_DS, NONE, NONE,
	  0, 0, 0xff, 0 },
	{ { 0xcd, 0x80 }, true, 0, 0xcd, 2, 4, 4, 0xff, SEG_DS, NONE, NONE,
	  0, 0, 0x80, 0 },
	{ { 0x66, 0xe9, 0xfe, 0xff }, true, 0, 0xe9, 4, 2, 4, 0xff, SEG_DS,
	  NONE, NONE, 0, 0, 0xfffffffe, 0 },
	/* far pointer, ENTER, moffs */
	{ { 0xea, 1, 2, 3, 4, 5, 6 }, true, 0, 0xea, 7, 4, 4, 0xff, SEG_DS,
	  NONE, NONE, 0, 0, 0x04030201, 0x0605 },
	{ { 0xc8, 1, 2, 3 }, true, 0, 0xc8, 4, 4, 4, 0xff, SEG_DS, NONE, NONE,
	  0, 0, 0x0201, 3 },
	{ { 0x65, 0xa1, 4, 3, 2, 0xf1 }, true, 0, 0xa1, 6, 4, 4, 0xff, SEG_GS,
	  NONE, NONE, 0, 0xf1020304, 0, 0 },
	/* MOV CR ignores mod; ENDBR is a NOP; undocumented codes */
	{ { 0x0f, 0x20, 0x00 }, true, 1, 0x20, 3, 4, 4, 0, SEG_DS, REG_EAX,
	  NONE, 0, 0, 0, 0 },
	{ { 0xf3, 0x0f, 0x1e, 0xfb }, true, 1, 0x1e, 4, 4, 4, 3, SEG_DS, NONE,
	  NONE, 0, 0, 0, 0 },
	{ { 0xd6 }, true, 0, 0xd6, 1, 4, 4, 0xff, SEG_DS, NONE, NONE, 0, 0, 0,
	  0 },
	{ { 0xf1 }, true, 0, 0xf1, 1, 4, 4, 0xff, SEG_DS, NONE, NONE, 0, 0, 0,
	  0 },
	{ { 0xf6, 0xc8, 0x12 }, true, 0, 0xf6, 3, 4, 4, 3, SEG_DS, NONE, NONE,
	  0, 0, 0x12, 0 },
};

static void fields(void **state)
{
	struct ia32_decoded d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct expect *e = &cases[i];

		assert_int_equal(ia32_decode(&d, e->bytes, 16, e->code32),
				 IA32_OK);
		assert_int_equal(d.map, e->map);
		assert_int_equal(d.opcode, e->opcode);
		assert_int_equal(d.len, e->len);
		assert_int_equal(d.opsize, e->opsize);
		assert_int_equal(d.adsize, e->adsize);
		assert_int_equal(d.mod, e->mod);
		assert_int_equal(d.seg, e->seg);
		assert_int_equal(d.base, e->base);
		assert_int_equal(d.index, e->index);
		assert_int_equal(d.scale, e->scale);
		assert_int_equal(d.disp, e->disp);
		assert_int_equal(d.imm, e->imm);
		assert_int_equal(d.imm2, e->imm2);
	}
}

/* Each instruction is IA32_MORE for each count of bytes below its length. */
static void never_looks_too_far(void **state)
{
	struct ia32_decoded d;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (n = 1; n < cases[i].len; n++)
			assert_int_equal(ia32_decode(&d, cases[i].bytes, n,
						     cases[i].code32),
					 IA32_MORE);
		assert_int_equal(ia32_decode(&d, cases[i].bytes, n,
					     cases[i].code32), IA32_OK);
	}
}

static void refused(void **state)
{
	static const uint8_t bad[][4] = {
		{ 0xf0, 0x89, 0x03 },		/* lock mov */
		{ 0xf0, 0x01, 0xd8 },		/* lock add reg,reg */
		{ 0xc5, 0xf8, 0x77 },		/* AVX */
		{ 0x0f, 0x0f, 0xc1, 0xbf },	/* 3DNow! */
		{ 0x8d, 0xc0 },			/* lea reg,reg */
		{ 0x8c, 0xf0 },			/* mov from a 7th segment */
	};
	uint8_t longest[16];
	struct ia32_decoded d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ia32_decode(&d, bad[i], 4, true),
				 IA32_INVALID);
	memset(longest, 0x66, sizeof(longest));
	longest[15] = 0x90;
	assert_int_equal(ia32_decode(&d, longest, 16, true), IA32_TOO_LONG);
	assert_int_equal(ia32_decode(&d, longest + 1, 15, true), IA32_OK);
}

static void disassembly(void **state)
{
	const uint8_t jmp[] = { 0xeb, 0xfe }, bad[] = { 0x0f, 0xff };
	char text[64];

	(void)state;
	assert_int_equal(ia32_disasm(text, sizeof(text), jmp, 2, 32, 0x1000),
			 2);
	assert_string_equal(text, "jmp 0x00001000");
	assert_int_equal(ia32_disasm(text, sizeof(text), bad, 1, 32, 0), 1);
	assert_string_equal(text, "(bad)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields), cmocka_unit_test(never_looks_too_far),
		cmocka_unit_test(refused), cmocka_unit_test(disassembly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
