/* SPDX-License-Identifier: BSD-2-Clause */
/* decode_test.c - instruction bytes to fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <cmocka.h>

#include "base/check.h"
#include "ia32/decode.h"
#include "ia32/decode_table.h"
#include "ia32/regs.h"
#include "tests/lib_seed.h"

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
					     cases[i].code32),
				 IA32_OK);
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

/* What newer processors take for the begin of something longer: two bytes are
 * enough to know that it is nothing here. */
static void later_escapes_ask_for_no_more(void **state)
{
	static const uint8_t bad[][2] = {
		{ 0xc5, 0xf8 }, { 0xc4, 0xc4 }, { 0x62, 0xf1 }, { 0x8f, 0xe8 },
		{ 0x8f, 0x08 }, { 0x0f, 0x0f },
	};
	static const uint8_t good[][2] = {
		{ 0xc5, 0x05 }, { 0xc4, 0x05 }, { 0x62, 0x05 }, { 0x8f, 0x05 },
	};
	uint8_t bytes[IA32_MAX_LEN];
	struct ia32_decoded d;
	size_t i;

	(void)state;
	memset(bytes, 0x2e, sizeof(bytes));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(bytes + IA32_MAX_LEN - 2, bad[i], 2);
		assert_int_equal(ia32_decode(&d, bad[i], 2, true),
				 IA32_INVALID);
		assert_int_equal(ia32_decode(&d, bytes, IA32_MAX_LEN, true),
				 IA32_INVALID);
	}
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(ia32_decode(&d, good[i], 2, true), IA32_MORE);
}

/* ---- the table against Zydis ------------------------------------------- */

/* The bytes under test lie at the end of a page that has no other behind. */
struct against {
	uint8_t *page, *bytes;
	unsigned long valid, taken;	/* instructions; by the table */
};

static int against_setup(void **state)
{
	static struct against a;

	a.page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (a.page == MAP_FAILED || mprotect(a.page + 4096, 4096, PROT_NONE))
		return -1;
	a.bytes = a.page + 4096 - IA32_MAX_LEN;
	*state = &a;
	return 0;
}

static int against_teardown(void **state)
{
	struct against *a = *state;

	return munmap(a->page, 8192);
}

static void print_fields(const char *who, const struct ia32_decoded *d)
{
	printf("# %s: disp %x imm %x imm2 %x map %u opcode %x modrm %x prefix "
	       "%x len %u opsize %u adsize %u mod %x reg %u rm %u seg %u "
	       "base %u index %u scale %u\n",
	       who, d->disp, d->imm, d->imm2, d->map, d->opcode, d->modrm,
	       d->prefix, d->len, d->opsize, d->adsize, d->mod, d->reg, d->rm,
	       d->seg, d->base, d->index, d->scale);
}

/* check() - both say the same of the bytes; all fields are compared. */
static void check(struct against *a, bool code32)
{
	struct ia32_decoded got, want;
	enum ia32_status st;
	unsigned int i;

	BUILD_ASSERT(sizeof(got) == 24);	/* no padding in it */
	st = ia32_decode_fully(&want, a->bytes, IA32_MAX_LEN, code32);
	a->valid += st == IA32_OK;
	a->taken += decode_table(&got, a->bytes, code32);
	if (ia32_decode(&got, a->bytes, IA32_MAX_LEN, code32) == st &&
	    memcmp(&got, &want, sizeof(got)) == 0)
		return;
	printf("# %u-bit code, bytes", code32 ? 32 : 16);
	for (i = 0; i < IA32_MAX_LEN; i++)
		printf(" %02x", a->bytes[i]);
	printf("\n# status %d of Zydis\n", st);
	print_fields("Zydis", &want);
	print_fields("here", &got);
	fail();
}

/* check_modrms() - all of one opcode; @n bytes are before the ModRM byte. */
static void check_modrms(struct against *a, unsigned int n, bool code32)
{
	static const uint8_t sibs[] = { 0x92, 0x00, 0x24, 0x25, 0x65, 0xe4,
					0x9d, 0xff };
	unsigned int m, i;

	for (m = 0; m < 256; m++) {
		a->bytes[n] = (uint8_t)m;
		for (i = 0; i < sizeof(sibs); i++) {
			a->bytes[n + 1] = sibs[i];
			check(a, code32);
			if (m >= 0xc0 || (m & 7) != 4)
				break;
		}
	}
}

static void table_is_zydis(void **state)
{
	static const char *const prefixes[] = {
		"", "\x66", "\x67", "\xf2", "\xf3", "\xf0", "\x66\xf3",
		"\xf2\x66", "\xf2\xf3", "\x65\x66", "\x26\x64",
		"\x36\xf3\x66", "\x2e\x66\x66", "\x67\x66", "\x3e\x67\xf3",
		"\x65\x66\x66\x66",
	};
	static const uint8_t tail[IA32_MAX_LEN] = {
		0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8, 0x89, 0x9a,
	};
	struct against *a = *state;
	unsigned int i, n, op;

	a->valid = a->taken = 0;
	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		for (op = 0; op < 512; op++) {
			memcpy(a->bytes, tail, IA32_MAX_LEN);
			n = (unsigned int)strlen(prefixes[i]);
			memcpy(a->bytes, prefixes[i], n);
			if (op >= 256)
				a->bytes[n++] = 0x0f;
			a->bytes[n++] = (uint8_t)op;
			check_modrms(a, n, true);
			check_modrms(a, n, false);
		}
	}
	/* Or else Zydis is compared with itself. */
	assert_true(a->taken > a->valid / 2);
}

static uint8_t some_prefix(void)
{
	static const uint8_t prefixes[] = { 0x66, 0x66, 0x67, 0xf2, 0xf3, 0xf0,
					    0x26, 0x2e, 0x36, 0x3e, 0x64,
					    0x65 };

	return prefixes[(unsigned int)rand() % sizeof(prefixes)];
}

static void random_bytes(void **state)
{
	struct against *a = *state;
	unsigned int n, i, p;

	srand(test_seed((unsigned int)time(NULL)));
	for (n = 0; n < 500000; n++) {
		for (i = 0; i < IA32_MAX_LEN; i++)
			a->bytes[i] = (uint8_t)(rand() >> 8);
		p = (unsigned int)rand() % 20;	/* mostly none */
		for (i = 0; i + 12 < p; i++)
			a->bytes[i] = some_prefix();
		if (n & 1)
			a->bytes[i] = 0x0f;
		check(a, n & 6);
	}
}

/* Some instructions that the table has to know. */
static void table_knows(void **state)
{
	static const uint8_t usual[][IA32_MAX_LEN] = {
		{ 0x55 }, { 0x89, 0xe5 }, { 0x8b, 0x45, 0x08 }, { 0xc3 },
		{ 0xe8, 1, 2, 3, 4 }, { 0x74, 0x10 }, { 0x0f, 0x84, 1, 2, 3 },
		{ 0x0f, 0xb6, 0x04, 0x24 }, { 0x65, 0xa1, 0x14 },
		{ 0xf7, 0xc6, 1, 0, 0, 0 }, { 0x66, 0x0f, 0xef, 0xc0 },
		{ 0xf3, 0x0f, 0x6f, 0x06 }, { 0xf3, 0xa5 }, { 0xdd, 0x45, 8 },
		{ 0x66, 0x90 }, { 0x66, 0xc7, 0x45, 8, 1, 2 },
	};
	struct ia32_decoded d;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(usual); i++)
		assert_true(decode_table(&d, usual[i], true));
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
		cmocka_unit_test(refused),
		cmocka_unit_test(later_escapes_ask_for_no_more),
		cmocka_unit_test(disassembly),
		cmocka_unit_test_setup_teardown(table_is_zydis, against_setup,
						against_teardown),
		cmocka_unit_test_setup_teardown(random_bytes, against_setup,
						against_teardown),
		cmocka_unit_test(table_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
