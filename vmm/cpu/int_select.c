/* SPDX-License-Identifier: BSD-2-Clause */
/* int_select.c - find the handler of an integer instruction. */
#include "vmm/cpu/int.h"

insn_fn *int_select(const struct insn *in)
{
	insn_fn *(*const families[])(const struct insn *) = {
		int_alu_select, int_mov_select, int_flow_select,
		int_stack_select, int_shift_select, int_string_select,
		int_muldiv_select, int_bits_select, int_xchg_select,
		int_misc_select,
	};
	insn_fn *fn;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		fn = families[i](in);
		if (fn)
			return fn;
	}
	return NULL;
}

bool int_ends_block(const struct insn *in)
{
	uint8_t op = in->opcode;

	if (in->map == MAP_0F)
		return (op & 0xf0) == 0x80;			/* Jcc */
	if (in->map != MAP_1BYTE)
		return false;
	if (int_string_select(in))	/* may come back to itself */
		return in->prefix & (PFX_F2 | PFX_F3);
	return (op & 0xf0) == 0x70 || (op >= 0xe0 && op <= 0xe3) ||
	       op == 0xe8 || op == 0xe9 || op == 0xeb || op == 0xc2 ||
	       op == 0xc3 || (op == 0xff && (in->reg == 2 || in->reg == 4));
}
