// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_ea.c - where an instruction's operand in memory lies, for the host.
 *
 * Segments but FS and GS have base 0 and need no look (bt_ready()). FS and GS
 * cost two loads of their base; but a thread's segment is in r8, and so are
 * operands at a constant offset in it.
 */
#include "base/bytes.h"
#include "vmm/bt/translate.h"

#define OPERAND_MOST 128u /* bytes of an operand, and more than any has */

bool trans_fs_gs(const struct insn *in)
{
	return insn_is_mem(in) && in->seg >= SEG_FS;
}

/* trans_plain_ea() - the memory operand, as if its segment had base 0. */
struct mem trans_plain_ea(const struct trans *t)
{
	const struct insn *in = t->in;

	return (struct mem){
		.base = in->base == REG_ZERO ? NO_REG :
			(uint8_t)trans_reg(t, in->base),
		.index = in->index == REG_ZERO ? NO_REG : in->index,
		.scale = in->scale, .space = MEM_WINDOW,
		.disp = in->disp + (in->base == REG_ESP ? t->esp : 0),
	};
}

/* trans_below_limit() - is the operand, at a constant offset, one that the
 * thread's segment has? */
static bool trans_below_limit(const struct trans *t)
{
	const struct segment *s = bt_thread_segment(t->cpu);

	return bt_has_limit(s) && t->in->disp < 1u << 30 &&
	       t->in->disp + OPERAND_MOST - 1 <= s->limit;
}

/*
 * trans_by_r8() - is it at a constant offset in r8's segment?
 *
 * That is users' GS, with offsets taken as signed; and the kernel's FS, where
 * Linux has addresses of the upper half as offsets, and a base that may well
 * be "negative". In both cases r8 + the sign-extended offset is the host
 * address, or, where a 32-bit sum wraps against that guess, in the nothing
 * beside the window. If the segment is no such one, it always faults.
 *
 * With MODE_LIMIT the segment has a limit (those of the BSDs do), and these are
 * offsets that are well below that: bt->reach keeps what is relied on, and r8
 * is no address where a segment ends before it.
 */
bool trans_by_r8(const struct trans *t)
{
	const struct insn *in = t->in;

	if (in->base != REG_ZERO || in->index != REG_ZERO)
		return false;
	if (t->f->mode & MODE_LIMIT)
		return in->seg == (trans_user(t) ? SEG_GS : SEG_FS) &&
		       trans_below_limit(t);
	return trans_user(t) ? in->seg == SEG_GS :
			       in->seg == SEG_FS && in->disp >= 1u << 31 &&
				       in->disp < -NEAR_DISP;
}

/* reach_note() - code relies on the operand's being in the segment. */
static void reach_note(const struct trans *t)
{
	uint32_t *reach = &t->bt->reach[trans_user(t)];

	if (t->f->mode & MODE_LIMIT)
		*reach = MAX(*reach, t->in->disp + OPERAND_MOST - 1);
}

struct mem trans_ea(struct trans *t)
{
	const struct insn *in = t->in;
	struct mem m = trans_plain_ea(t);

	if (in->seg < SEG_FS)
		return m;
	if (trans_by_r8(t)) {
		reach_note(t);
		return mem_host(R8, in->disp);
	}
	emit_load64(&t->e, R10,
		    mem_host(R15, in->seg == SEG_FS ? OFF(hot.segp[0]) :
						      OFF(hot.segp[1])));
	emit_load(&t->e, R10, mem_host(R10, 0));
	m.space = MEM_SUM;
	if (m.base == NO_REG) {
		m.base = R10;
		return m;
	}
	emit_lea(&t->e, R11, m);
	return (struct mem){ R10, R11, 0, MEM_SUM, 0 };
}
