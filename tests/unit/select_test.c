/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select_test.c - the table of handlers against all files being asked in turn,
 * and against a list of what ends a block: over all opcodes and ModRM bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "vmm/cpu/int.h"

/* ask_all() - the handler, whoever has it; *@family gets whose it is. */
static insn_fn *ask_all(const struct insn *in, enum insn_family *family)
{
	static insn_fn *(*const files[])(const struct insn *) = {
		int_alu_select, int_mov_select, int_flow_select,
		int_stack_select, int_shift_select, int_string_select,
		int_muldiv_select, int_bits_select, int_xchg_select,
		int_misc_select, sys_select, fpu_select,
	};
	insn_fn *fn = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(files) && !fn; i++)
		fn = files[i](in);
	*family = !fn			     ? FAMILY_NONE :
		  files[i - 1] == sys_select ? FAMILY_SYS :
		  files[i - 1] == fpu_select ? FAMILY_FPU :
					       FAMILY_INT;
	return fn;
}

/* What ends a block whatever ModRM says: first and last opcode. */
static const uint8_t enders[][2] = {
	{ 0x17, 0x17 }, { 0x6c, 0x7f }, { 0x9a, 0x9a }, { 0x9d, 0x9d },
	{ 0xc2, 0xc3 }, { 0xca, 0xcf }, { 0xe0, 0xef }, { 0xf1, 0xf1 },
	{ 0xf4, 0xf4 }, { 0xfb, 0xfb },
}, enders_0f[][2] = {
	{ 0x21, 0x23 }, { 0x30, 0x30 }, { 0x34, 0x35 }, { 0x80, 0x8f },
	{ 0xb2, 0xb2 },
};

static bool listed(uint8_t op, const uint8_t (*list)[2], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (op >= list[i][0] && op <= list[i][1])
			return true;
	return false;
}

static bool must_end(const struct insn *in)
{
	uint8_t op = in->opcode;

	if (in->map == MAP_0F)
		return listed(op, enders_0f, ARRAY_SIZE(enders_0f)) ||
		       (op == 0x01 && in->reg >= 6);	/* LMSW INVLPG */
	if (in->map != MAP_1BYTE)
		return false;
	if (int_string_select(in))
		return in->prefix & (PFX_F2 | PFX_F3);
	return listed(op, enders, ARRAY_SIZE(enders)) ||
	       (op == 0x8e && in->reg == SEG_SS) ||
	       (op == 0xff && in->reg >= 2 && in->reg <= 5);
}

/* check() - Return: is it one that has a handler? */
static bool check(const uint8_t *bytes, bool code32)
{
	enum insn_family family;
	struct insn in;
	insn_fn *fn;

	if (insn_decode(&in, bytes, IA32_MAX_LEN, code32) != IA32_OK)
		return false;
	fn = ask_all(&in, &family);
	if (in.family == family && (!fn || in.fn == fn) &&
	    in.ends == (!fn || must_end(&in)))
		return fn;
	fail_msg("%02x %02x %02x %02x: family %u, not %u; ends: %u; handler "
		 "%p, not %p",
		 bytes[0], bytes[1], bytes[2], bytes[3], in.family, family,
		 in.ends, (void *)in.fn, (void *)fn);
	return false;
}

static void table_is_everybody(void **state)
{
	static const char *const starts[] = { "", "\x0f", "\x0f\x38",
					      "\x0f\x3a" };
	static const char *const prefixes[] = { "", "\x66", "\xf2", "\xf3",
						"\x66\xf2", "\x66\xf3" };
	uint8_t bytes[IA32_MAX_LEN + 1] = { 0 };
	unsigned int i, op, modrm, known = 0;
	size_t n;

	(void)state;
	for (i = 0; i < 4 * ARRAY_SIZE(prefixes); i++) {
		strcpy((char *)bytes, prefixes[i / 4]);
		strcat((char *)bytes, starts[i % 4]);
		n = strlen((char *)bytes);
		for (op = 0; op < 256; op++) {
			bytes[n] = (uint8_t)op;
			for (modrm = 0; modrm < 256; modrm++) {
				bytes[n + 1] = (uint8_t)modrm;
				known += check(bytes, true);
				known += check(bytes, false);
			}
		}
	}
	assert_true(known > 1200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
