// SPDX-License-Identifier: BSD-2-Clause
/*
 * translate_port.c - port accesses that are no more than memory accesses.
 *
 * All others are callouts: a call of C code, but no way out of translated
 * code. One port, the Lance's address port, is used for each access to any
 * of its registers and does nothing but remember what is written to it. The
 * board says which port that is now (bt_plain_port()).
 */
#include "vmm/bt/translate.h"

void bt_plain_port(struct cpu *cpu, uint16_t port, uint16_t *word)
{
	if (!cpu->bt || cpu->bt->lockstep)
		return;		/* lockstep: an access is made once for both */
	cpu->hot.plain_port = -(uint32_t)port;
	cpu->hot.plain_word = word;
}

void bt_no_plain_port(struct cpu *cpu)
{
	cpu->hot.plain_port = NO_PLAIN_PORT;
}

uint64_t bt_plain_count(struct cpu *cpu)
{
	uint64_t n = cpu->hot.plain_count;

	cpu->hot.plain_count = 0;
	return n;
}

static const struct opc movzx8 = { .map = MAP_0F, .opcode = 0xb6 };
static const struct opc movzx16 = { .map = MAP_0F, .opcode = 0xb7 };
static const struct opc store16 = { .prefix = PFX_66, .opcode = 0x89 };

/* use_word() - AX and the word; bits 15-8 of the word are 0. */
static void use_word(struct trans *t, bool out)
{
	emit_load64(&t->e, R10, mem_host(R15, OFF(hot.plain_word)));
	if (out) {
		emit_reg(&t->e, movzx8, R9, RAX);
		emit_mem(&t->e, store16, R9, mem_host(R10, 0));
	} else {
		emit_mem(&t->e, movzx8, R9, mem_host(R10, 0));
		emit_reg(&t->e, store16, R9, RAX);
	}
}

/* do_port() - IN AX,DX and OUT DX,AX: is it the plain port? No flags. */
bool do_port(struct trans *t)
{
	struct mem sum = { RCX, R10, 0, MEM_HOST, 0 };
	struct slow slow;

	if (t->in->opsize != 2 || (t->in->prefix & (PFX_F2 | PFX_F3)) ||
	    trans_user(t) || t->bt->lockstep)
		return false;
	emit_mov(&t->e, R9, RCX);
	emit_reg(&t->e, movzx16, RCX, RDX);
	emit_load(&t->e, R10, mem_host(R15, OFF(hot.plain_port)));
	emit_lea(&t->e, RCX, sum);
	slow = trans_unless_zero(t);
	emit_mov(&t->e, RCX, R9);
	use_word(t, t->in->opcode == 0xef);
	trans_count(t, OFF(hot.plain_count), 1);
	trans_slow_end(t, slow);
	return true;
}
