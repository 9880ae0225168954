// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_touch.c - a program's stores that keep touching new pages.
 *
 * malloc() has one such store. The guest provides a page when it is touched:
 * by way of a host fault and a signal, some 4 us. A callout finds out in 0.1;
 * so such a store becomes one where its page is not that of its last callout.
 * It is a guess: a store that is not a callout can fault like any other. A REP
 * STOS, with which calloc() clears, always is one.
 */
#include "base/check.h"
#include "vmm/bt/translate.h"

static bool is_rep_stos(const struct insn *in)
{
	return (in->opcode & 0xfe) == 0xaa && (in->prefix & PFX_F3);
}

/* is_mov_to_mem() - of a byte or 4, a register (but AH to BH, which some
 * operands can not be had with) or a number. */
static bool is_mov_to_mem(const struct insn *in)
{
	if (!insn_is_mem(in))
		return false;
	switch (in->opcode) {
	case 0x88: return in->reg < 4;
	case 0x89: return in->opsize == 4;
	case 0xc6: return in->reg == 0;
	case 0xc7: return in->reg == 0 && in->opsize == 4;
	default: return false;
	}
}

bool trans_may_touch(const struct trans *t)
{
	const struct insn *in = t->in;

	if (!trans_user(t) || in->map != MAP_1BYTE || in->adsize != 4)
		return false;
	return is_rep_stos(in) ||
	       (is_mov_to_mem(in) && in->seg < SEG_FS && in->seg != SEG_CS);
}

/*
 * The address times 16 has the page in bits 35-16; bits 15-0 are taken from it
 * by adding their complement, and 1. No AND: that sets flags.
 */
void trans_page_of(struct trans *t, unsigned int to, struct mem m)
{
	const struct mem twice = { (uint8_t)to, (uint8_t)to, 0, MEM_HOST, 0 };
	const struct mem eight = { NO_REG, (uint8_t)to, 3, MEM_HOST, 0 };
	const struct mem less = { (uint8_t)to, R11, 0, MEM_HOST, 1 };

	emit_lea(&t->e, to, m);
	emit_lea64(&t->e, to, twice);
	emit_lea64(&t->e, to, eight);
	emit_reg(&t->e, (struct opc){ .map = MAP_0F, .opcode = 0xb7 }, R11,
		 to);				/* movzx r11d, low 16 */
	emit_reg(&t->e, (struct opc){ .opcode = 0xf7, .w = true }, 2, R11);
	emit_lea64(&t->e, to, less);		/* not r11, and the sum */
}

void trans_touch(struct trans *t)
{
	static const struct opc store64 = { .opcode = 0x89, .w = true };
	const struct mem difference = { RCX, R10, 0, MEM_HOST, 0 };
	unsigned int n = t->bt->touches++ % TOUCHES;
	uint32_t off = OFF(touch) + n * (uint32_t)sizeof(struct touch);
	struct slow slow;
	uint8_t *back;
	bool done;

	if (is_rep_stos(t->in)) {
		trans_callout(t);
		return;
	}
#define TOUCH(what) \
	mem_host(R15, off + (uint32_t)offsetof(struct touch, what))
	t->touch = &t->cpu->touch[n];
	*t->touch = (struct touch){ .minus_page = 1, .left = TOUCHER_STORES };
	trans_page_of(t, R10, trans_plain_ea(t));
	emit_mem(&t->e, store64, R10, TOUCH(page));
	emit_mov(&t->e, R9, RCX);
	emit_load64(&t->e, RCX, TOUCH(minus_page));
	emit_lea64(&t->e, RCX, difference);
	slow = trans_unless_zero(t);
	emit_load(&t->e, RCX, TOUCH(left));
	emit_lea(&t->e, RCX, mem_host(RCX, -1u));
	emit_store(&t->e, TOUCH(left), RCX);
	back = emit_skip(&t->e, SHORT_JRCXZ);
	back[-1] = (uint8_t)(slow.at - back);
	emit_mov(&t->e, RCX, R9);
	done = t->row->how(t);
	ASSERT(done);
	trans_slow_end(t, slow);
#undef TOUCH
}
