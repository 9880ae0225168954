// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_near.c - loads and stores of the guest's kernel that keep finding
 * other pages: those that copy by way of a page that the kernel maps for
 * itself, uses, and unmaps (Linux with high memory does so for each page).
 *
 * Such an instruction would fault on each page, and have it mapped and unmapped
 * in the window; as a callout it takes 50 ns for each word. So it remembers
 * the page that it used last, and where that is in guest RAM (struct
 * near_page), and is a callout only where the page is another one. Nothing of
 * it needs a window; what is remembered is forgotten when the guest flushes
 * its TLB.
 */
#include "vmm/bt/translate.h"

#define WIDTH 4u	/* bytes of an access */

bool trans_has_near(const struct trans *t)
{
	const struct insn *in = t->in;

	return !trans_user(t) && in->map == MAP_1BYTE && in->adsize == 4 &&
	       (in->opcode == 0x89 || in->opcode == 0x8b) &&
	       in->opsize == WIDTH && insn_is_mem(in) && in->seg < SEG_FS &&
	       in->seg != SEG_CS && in->reg != REG_ESP;
}

/* near_access() - the load or store itself, in guest RAM. */
static void near_access(struct trans *t, struct mem at_host)
{
	const struct insn *in = t->in;

	emit_lea(&t->e, R9, trans_plain_ea(t));
	emit_load64(&t->e, R10, at_host);
	emit_mem(&t->e, (struct opc){ .opcode = in->opcode },
		 trans_reg(t, in->reg),
		 (struct mem){ R10, R9, 0, MEM_HOST, 0 });
}

void trans_near(struct trans *t)
{
	static const struct opc store64 = { .opcode = 0x89, .w = true };
	const struct mem both = { R10, R9, 0, MEM_HOST, 0 };
	const struct mem difference = { RCX, R10, 0, MEM_HOST, 0 };
	unsigned int write = t->in->opcode == 0x89;
	unsigned int n = t->bt->nears++ % NEAR_PAGES;
	struct near_page *near = &t->cpu->near[write][n];
	uint32_t off = (uint32_t)((uint8_t *)near - (uint8_t *)t->cpu);
	struct mem last = trans_plain_ea(t);
	struct slow slow;

#define NEAR(what) \
	mem_host(R15, off + (uint32_t)offsetof(struct near_page, what))
	t->near = near;
	near->minus_page = NEAR_NONE;
	last.disp += WIDTH - 1;
	trans_page_of(t, R10, trans_plain_ea(t));
	trans_page_of(t, R9, last);
	emit_lea64(&t->e, R10, both);
	emit_mem(&t->e, store64, R10, NEAR(page));
	emit_mov(&t->e, R9, RCX);
	emit_load64(&t->e, RCX, NEAR(minus_page));
	emit_lea64(&t->e, RCX, difference);
	slow = trans_unless_zero(t);
	emit_mov(&t->e, RCX, R9);
	near_access(t, NEAR(host));
	trans_slow_end(t, slow);
#undef NEAR
}
