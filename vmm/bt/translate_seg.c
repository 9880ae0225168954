// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_seg.c - loads of DS and ES that change nothing.
 *
 * A kernel loads both at each entry and exit, mostly with the selector that
 * is there already. Such a load has no effect if the descriptor is still the
 * one that was loaded; so translated code looks at just that, and all other
 * loads are callouts. When one of them has loaded flat data, it notes what
 * there was to see (struct flat_load); a note can be old, for nobody else
 * cares about it but LGDT, but it holds if and only if
 * 1. the selector is the noted one (and a null one is never noted),
 * 2. the register still holds what that load made of it, and
 * 3. the descriptor in memory is still the same, accessed bit included.
 * The privilege checks went well then, and so they do at CPL 0.
 */
#include <string.h>

#include "vmm/bt/translate.h"

/* The second half of a struct segment is compared as one. */
#define LIVE offsetof(struct segment, attr)
_Static_assert(offsetof(struct segment, sel) == LIVE + 4 &&
		       sizeof(struct segment) == LIVE + 8,
	       "attr and sel");

static unsigned int index_of(unsigned int seg)
{
	return seg == SEG_DS;
}

void bt_note_load(struct cpu *cpu, unsigned int seg)
{
	const struct segment *s = &cpu->seg[seg];
	struct flat_load *n = &cpu->hot.load[index_of(seg)];
	uint64_t live, raw;

	n->sel = 0;
	if (!bt_flat_data(s) || !seg_descriptor(cpu, s, &n->at, &raw))
		return;
	memcpy(&live, (const uint8_t *)s + LIVE, sizeof(live));
	n->live = -live;
	n->raw = -raw;
	n->sel = 0x10000u - s->sel;
}

unsigned int bt_loads(const struct insn *in)
{
	unsigned int seg = in->opcode == 0x8e ? in->reg : in->opcode >> 3;

	return in->map == MAP_1BYTE &&
			       (in->opcode == 0x8e || in->opcode == 0x07 ||
				in->opcode == 0x1f) &&
			       (seg == SEG_DS || seg == SEG_ES) ?
		       seg + 1 :
		       0;
}

/* back_unless_zero() - go to @slow, which was before, if rcx is not 0. */
static void back_unless_zero(struct trans *t, const uint8_t *slow)
{
	uint8_t *zero = emit_skip(&t->e, SHORT_JRCXZ);
	uint8_t *back = emit_skip(&t->e, SHORT_JMP);

	back[-1] = (uint8_t)(slow - back);
	emit_land(&t->e, zero);
}

/* load_try() - load segment register @seg with the low half of host register
 * @sel, which is not r9. The flags stay; r9, r10, r11 do not. */
static void load_try(struct trans *t, unsigned int seg, unsigned int sel)
{
	const struct mem sum = { RCX, R10, 0, MEM_HOST, -0x10000u };
	const struct mem sum64 = { RCX, R10, 0, MEM_HOST, 0 };
	uint32_t n = OFF(hot.load) +
		     index_of(seg) * (uint32_t)sizeof(struct flat_load);
	uint32_t live = OFF(seg) + seg * (uint32_t)sizeof(struct segment) +
			(uint32_t)LIVE;
	struct slow slow;

#define NOTED(what) \
	mem_host(R15, n + (uint32_t)offsetof(struct flat_load, what))
	emit_mov(&t->e, R9, RCX);
	emit_reg(&t->e, (struct opc){ .map = MAP_0F, .opcode = 0xb7 }, RCX,
		 sel);
	emit_load(&t->e, R10, NOTED(sel));
	emit_lea(&t->e, RCX, sum);
	slow = trans_unless_zero(t);
	emit_load64(&t->e, RCX, mem_host(R15, live));
	emit_load64(&t->e, R10, NOTED(live));
	emit_lea64(&t->e, RCX, sum64);
	back_unless_zero(t, slow.at);
	emit_mov(&t->e, RCX, R9);	/* what follows can fault */
	emit_load(&t->e, R10, NOTED(at));
	emit_load64(&t->e, R10, mem_sum(R10));
	emit_load64(&t->e, R11, NOTED(raw));
	emit_lea64(&t->e, RCX, (struct mem){ R10, R11, 0, MEM_HOST, 0 });
	back_unless_zero(t, slow.at);
	emit_mov(&t->e, RCX, R9);
	if (t->in->opcode != 0x8e)
		emit_lea64(&t->e, t->sp, mem_host(t->sp, 4));
	trans_slow_end(t, slow);
#undef NOTED
}

bool do_mov_to_sreg(struct trans *t)
{
	if (trans_user(t) || insn_is_mem(t->in) || !bt_loads(t->in))
		return false;
	load_try(t, t->in->reg, trans_reg(t, t->in->rm));
	return true;
}

bool do_pop_sreg(struct trans *t)
{
	if (trans_user(t) || t->in->opsize != 4)
		return false;
	emit_load(&t->e, R10, trans_stack(t, 0));
	load_try(t, t->in->opcode >> 3, R10);
	return true;
}
