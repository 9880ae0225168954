/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select.c - which file has an instruction's handler, and does it end a block?
 *
 * One look into a table by opcode says who is asked. What no row names, or
 * whoever is asked does not know, is #UD.
 */
#include "vmm/cpu/int.h"

/*
 * When execution may not simply go on behind it.
 *
 * Jumps, far transfers and interrupts, of course. What can change the flags
 * the run loop looks at (POPF, STI), the mode or the page tables (MOV CR, LMSW,
 * INVLPG), breakpoints (MOV DR); port accesses, because a chip may raise an
 * interrupt or write to the page that holds this very block; WRMSR for the
 * clock; HLT. A load of SS and STI hold interrupts off until after the next
 * instruction, and the run loop looks at that only between blocks. A repeated
 * string instruction may come back to itself.
 */
enum ends { NEVER, ALWAYS, REPEATED, IF_SS, IF_GROUP7_67 };

struct row {
	insn_fn *(*select)(const struct insn *in);
	uint8_t family;		/* enum insn_family */
	uint8_t ends;		/* enum ends */
};

#define INT(first, last, file, ends) \
	[first ... last] = { int_##file##_select, FAMILY_INT, ends }
#define SYS(first, last, ends) \
	[first ... last] = { sys_select, FAMILY_SYS, ends }
#define FPU(first, last) \
	[first ... last] = { fpu_select, FAMILY_FPU, NEVER }

/* table */
static const struct row rows_1byte[256] = {
	INT(0x00, 0x05, alu, NEVER), SYS(0x06, 0x07, NEVER),
	INT(0x08, 0x0d, alu, NEVER), SYS(0x0e, 0x0e, NEVER),
	INT(0x10, 0x15, alu, NEVER), SYS(0x16, 0x16, NEVER),
	SYS(0x17, 0x17, ALWAYS),	/* POP SS */
	INT(0x18, 0x1d, alu, NEVER), SYS(0x1e, 0x1f, NEVER),
	INT(0x20, 0x25, alu, NEVER), INT(0x27, 0x27, misc, NEVER),
	INT(0x28, 0x2d, alu, NEVER), INT(0x2f, 0x2f, misc, NEVER),
	INT(0x30, 0x35, alu, NEVER), INT(0x37, 0x37, misc, NEVER),
	INT(0x38, 0x3d, alu, NEVER), INT(0x3f, 0x3f, misc, NEVER),
	INT(0x40, 0x4f, alu, NEVER), INT(0x50, 0x61, stack, NEVER),
	INT(0x62, 0x62, misc, NEVER), SYS(0x63, 0x63, NEVER),
	INT(0x68, 0x68, stack, NEVER), INT(0x69, 0x69, muldiv, NEVER),
	INT(0x6a, 0x6a, stack, NEVER), INT(0x6b, 0x6b, muldiv, NEVER),
	SYS(0x6c, 0x6f, ALWAYS), INT(0x70, 0x7f, flow, ALWAYS),
	INT(0x80, 0x85, alu, NEVER), INT(0x86, 0x87, xchg, NEVER),
	INT(0x88, 0x8b, mov, NEVER), SYS(0x8c, 0x8c, NEVER),
	INT(0x8d, 0x8d, mov, NEVER), SYS(0x8e, 0x8e, IF_SS),
	INT(0x8f, 0x8f, stack, NEVER), INT(0x90, 0x97, xchg, NEVER),
	INT(0x98, 0x99, mov, NEVER), SYS(0x9a, 0x9a, ALWAYS),
	FPU(0x9b, 0x9b), SYS(0x9c, 0x9c, NEVER), SYS(0x9d, 0x9d, ALWAYS),
	INT(0x9e, 0x9f, misc, NEVER), INT(0xa0, 0xa3, mov, NEVER),
	INT(0xa4, 0xa7, string, REPEATED), INT(0xa8, 0xa9, alu, NEVER),
	INT(0xaa, 0xaf, string, REPEATED), INT(0xb0, 0xbf, mov, NEVER),
	INT(0xc0, 0xc1, shift, NEVER), INT(0xc2, 0xc3, flow, ALWAYS),
	SYS(0xc4, 0xc5, NEVER), INT(0xc6, 0xc7, mov, NEVER),
	INT(0xc8, 0xc9, stack, NEVER), SYS(0xca, 0xcf, ALWAYS),
	INT(0xd0, 0xd3, shift, NEVER), INT(0xd4, 0xd6, misc, NEVER),
	INT(0xd7, 0xd7, mov, NEVER), FPU(0xd8, 0xdf),
	INT(0xe0, 0xe3, flow, ALWAYS), SYS(0xe4, 0xe7, ALWAYS),
	INT(0xe8, 0xe9, flow, ALWAYS), SYS(0xea, 0xea, ALWAYS),
	INT(0xeb, 0xeb, flow, ALWAYS), SYS(0xec, 0xef, ALWAYS),
	SYS(0xf1, 0xf1, ALWAYS), SYS(0xf4, 0xf4, ALWAYS),
	INT(0xf5, 0xf5, misc, NEVER), INT(0xf8, 0xf9, misc, NEVER),
	SYS(0xfa, 0xfa, NEVER), SYS(0xfb, 0xfb, ALWAYS),
	INT(0xfc, 0xfd, misc, NEVER), INT(0xfe, 0xfe, alu, NEVER),
};

/* table: opcodes F6 and F7, and FF, by ModRM.reg */
static const struct row rows_group3[8] = {
	INT(0, 3, alu, NEVER), INT(4, 7, muldiv, NEVER),
};
static const struct row rows_group5[8] = {
	INT(0, 1, alu, NEVER), INT(2, 2, flow, ALWAYS), SYS(3, 3, ALWAYS),
	INT(4, 4, flow, ALWAYS), SYS(5, 5, ALWAYS), INT(6, 6, stack, NEVER),
};

/* table */
static const struct row rows_0f[256] = {
	SYS(0x00, 0x00, NEVER), SYS(0x01, 0x01, IF_GROUP7_67),
	SYS(0x02, 0x03, NEVER), SYS(0x06, 0x06, NEVER),
	SYS(0x08, 0x09, NEVER), INT(0x0d, 0x0d, misc, NEVER),
	FPU(0x10, 0x17), INT(0x18, 0x1f, misc, NEVER),
	SYS(0x20, 0x20, NEVER), SYS(0x21, 0x23, ALWAYS), FPU(0x28, 0x2f),
	SYS(0x30, 0x30, ALWAYS), SYS(0x31, 0x33, NEVER),
	SYS(0x34, 0x35, ALWAYS), INT(0x40, 0x4f, mov, NEVER),
	FPU(0x50, 0x7f), INT(0x80, 0x8f, flow, ALWAYS),
	INT(0x90, 0x9f, mov, NEVER), SYS(0xa0, 0xa2, NEVER),
	INT(0xa3, 0xa3, bits, NEVER), INT(0xa4, 0xa5, shift, NEVER),
	SYS(0xa8, 0xa9, NEVER), INT(0xab, 0xab, bits, NEVER),
	INT(0xac, 0xad, shift, NEVER), FPU(0xae, 0xae),
	INT(0xaf, 0xaf, muldiv, NEVER), INT(0xb0, 0xb1, xchg, NEVER),
	SYS(0xb2, 0xb2, ALWAYS),	/* LSS */
	INT(0xb3, 0xb3, bits, NEVER), SYS(0xb4, 0xb5, NEVER),
	INT(0xb6, 0xb7, mov, NEVER), INT(0xb8, 0xb8, bits, NEVER),
	INT(0xba, 0xbd, bits, NEVER), INT(0xbe, 0xbf, mov, NEVER),
	INT(0xc0, 0xc1, xchg, NEVER), FPU(0xc2, 0xc6),
	INT(0xc7, 0xcf, xchg, NEVER), FPU(0xd0, 0xff),
};

/* MOVBE, which is CRC32 with F2; everything else behind 0F 38 and 0F 3A. */
static const struct row row_movbe = { int_mov_select, FAMILY_INT, NEVER };
static const struct row row_rest = { fpu_select, FAMILY_FPU, NEVER };

static const struct row *cpu_find(const struct insn *in)
{
	if (in->map == MAP_0F)
		return &rows_0f[in->opcode];
	if (in->map != MAP_1BYTE)
		return in->map == MAP_0F38 && (in->opcode & 0xfe) == 0xf0 &&
				       !(in->prefix & PFX_F2) ?
			       &row_movbe :
			       &row_rest;
	if ((in->opcode & 0xfe) == 0xf6)
		return &rows_group3[in->reg];
	return in->opcode == 0xff ? &rows_group5[in->reg] :
				    &rows_1byte[in->opcode];
}

static bool ends_here(const struct insn *in, enum ends ends)
{
	switch (ends) {
	case NEVER:
		return false;
	case REPEATED:
		return in->prefix & (PFX_F2 | PFX_F3);
	case IF_SS:
		return in->reg == SEG_SS;
	case IF_GROUP7_67:
		return in->reg >= 6;
	default:
		return true;
	}
}

void insn_select(struct insn *in)
{
	const struct row *row = cpu_find(in);

	in->fn = row->select ? row->select(in) : NULL;
	in->family = in->fn ? row->family : FAMILY_NONE;
	in->ends = !in->fn || ends_here(in, row->ends);
}
