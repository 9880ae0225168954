// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_random.c - draw sequences of valid instructions.
 *
 * Bytes are drawn with likely shapes, then Zydis says what they are, and what
 * does not fit (lib_random.h) is drawn again. So there is no table here of
 * what exists: whatever Zydis knows of our processor comes up.
 */
#include "tests/insn/lib_random.h"

#include <Zydis/Zydis.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"
#include "tests/insn/lib_recode.h"

#define NEAR_BELOW	16u	/* operands may begin so far before CASE_MEM */

struct draw {
	struct rng *r;
	ZydisDecoder decoder;
	uint32_t pinned;	/* registers that point into CASE_MEM */
	uint32_t start[8];	/* what they point to at the start */
	bool small_ecx;		/* ECX is a small count, and stays one */
	struct case_in *only64;	/* lib_recode.c must know it; to try it in */
};

static bool extension_fits(ZydisISAExt ext)
{
	switch (ext) {
	case ZYDIS_ISA_EXT_BASE:
	case ZYDIS_ISA_EXT_X87:
	case ZYDIS_ISA_EXT_MMX:
	case ZYDIS_ISA_EXT_SSE:
	case ZYDIS_ISA_EXT_SSE2:
	case ZYDIS_ISA_EXT_PAUSE:
	case ZYDIS_ISA_EXT_LONGMODE:
		return true;
	default:
		return false;
	}
}

static bool mnemonic_fits(const ZydisDecodedInstruction *d)	/* table */
{
	switch (d->mnemonic) {
	/* the kernel's, or the kernel helps */
	case ZYDIS_MNEMONIC_INT: case ZYDIS_MNEMONIC_SYSCALL:
	case ZYDIS_MNEMONIC_SYSENTER: case ZYDIS_MNEMONIC_SYSRET:
	case ZYDIS_MNEMONIC_SYSEXIT: case ZYDIS_MNEMONIC_SGDT:
	case ZYDIS_MNEMONIC_SIDT: case ZYDIS_MNEMONIC_SLDT:
	case ZYDIS_MNEMONIC_SMSW: case ZYDIS_MNEMONIC_STR:
	case ZYDIS_MNEMONIC_CPUID: case ZYDIS_MNEMONIC_RDTSC:
	case ZYDIS_MNEMONIC_RDPMC: case ZYDIS_MNEMONIC_RSM:
	/* what selects */
	case ZYDIS_MNEMONIC_LAR: case ZYDIS_MNEMONIC_LSL:
	case ZYDIS_MNEMONIC_VERR: case ZYDIS_MNEMONIC_VERW:
	case ZYDIS_MNEMONIC_LDS: case ZYDIS_MNEMONIC_LES:
	case ZYDIS_MNEMONIC_LFS: case ZYDIS_MNEMONIC_LGS:
	case ZYDIS_MNEMONIC_LSS: case ZYDIS_MNEMONIC_IRET:
	case ZYDIS_MNEMONIC_IRETD: case ZYDIS_MNEMONIC_IRETQ:
	case ZYDIS_MNEMONIC_RET:
	/* what moves the stack afar, and what may set TF, NT or AC */
	case ZYDIS_MNEMONIC_LEAVE: case ZYDIS_MNEMONIC_ENTER:
	case ZYDIS_MNEMONIC_POPF: case ZYDIS_MNEMONIC_POPFD:
	case ZYDIS_MNEMONIC_POPA: case ZYDIS_MNEMONIC_POPAD:
	case ZYDIS_MNEMONIC_PUSHA: case ZYDIS_MNEMONIC_PUSHAD:
	/* images with pointers in them: see lib_compare.c */
	case ZYDIS_MNEMONIC_FNSTENV: case ZYDIS_MNEMONIC_FNSAVE:
	case ZYDIS_MNEMONIC_FXSAVE: case ZYDIS_MNEMONIC_FLDENV:
	case ZYDIS_MNEMONIC_FRSTOR: case ZYDIS_MNEMONIC_FXRSTOR:
	/* not in every processor's model */
	case ZYDIS_MNEMONIC_CLFLUSH: case ZYDIS_MNEMONIC_UD0:
	case ZYDIS_MNEMONIC_UD1:
	case ZYDIS_MNEMONIC_FISTTP:
	/* two memory operands: which one faults first is not laid down */
	case ZYDIS_MNEMONIC_CMPSB: case ZYDIS_MNEMONIC_CMPSW:
	case ZYDIS_MNEMONIC_CMPSD:
		return d->mnemonic == ZYDIS_MNEMONIC_CMPSD &&
		       d->meta.isa_ext == ZYDIS_ISA_EXT_SSE2;
	default:
		return true;
	}
}

static int gpr_of(ZydisRegister reg)
{
	ZydisRegister big = ZydisRegisterGetLargestEnclosing(
		ZYDIS_MACHINE_MODE_LEGACY_32, reg);

	if (big < ZYDIS_REGISTER_EAX || big > ZYDIS_REGISTER_EDI)
		return -1;
	return (int)(big - ZYDIS_REGISTER_EAX);
}

static bool is_string(const ZydisDecodedInstruction *d)
{
	return d->meta.category == ZYDIS_CATEGORY_STRINGOP;
}

/* register_fits() - nothing pinned is written but by those who may. */
static bool register_fits(const struct draw *w,
			  const ZydisDecodedInstruction *d,
			  const ZydisDecodedOperand *op)
{
	int n = gpr_of(op->reg.value);
	bool writes = op->actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;
	bool hidden = op->visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN;

	if (op->reg.value >= ZYDIS_REGISTER_ES &&
	    op->reg.value <= ZYDIS_REGISTER_GS && writes)
		return false;
	if (n < 0 || !writes)
		return true;
	if (n == REG_ESP)
		return hidden;		/* push, pop, call */
	if (n == REG_ECX && w->small_ecx)
		return is_string(d);	/* REP counts it down */
	if (w->pinned & 1u << n)
		return is_string(d) && hidden;
	return true;
}

/* memory_fits() - in CASE_MEM, or just around it. */
static bool memory_fits(const struct draw *w, const ZydisDecodedOperand *op)
{
	uint32_t at = (uint32_t)op->mem.disp.value;
	int base = gpr_of(op->mem.base), index = gpr_of(op->mem.index);

	if (op->mem.type == ZYDIS_MEMOP_TYPE_AGEN)
		return true;
	if (op->mem.base != ZYDIS_REGISTER_NONE) {
		if (base < 0 || !(w->pinned & 1u << base) ||
		    ZydisRegisterGetClass(op->mem.base) != ZYDIS_REGCLASS_GPR32)
			return false;
		at += w->start[base];
	}
	if (op->mem.index != ZYDIS_REGISTER_NONE &&
	    !(index == REG_ECX && w->small_ecx) &&
	    op->mem.index != ZYDIS_REGISTER_AL)		/* XLAT */
		return false;
	return at - (CASE_MEM - NEAR_BELOW) < CASE_MEM_SIZE + NEAR_BELOW;
}

static bool operands_fit(const struct draw *w, const ZydisDecodedInstruction *d,
			 const ZydisDecodedOperand *op)
{
	unsigned int i;

	for (i = 0; i < d->operand_count; i++) {
		if (op[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    !register_fits(w, d, &op[i]))
			return false;
		if (op[i].type == ZYDIS_OPERAND_TYPE_MEMORY &&
		    !memory_fits(w, &op[i]))
			return false;
		if (op[i].type == ZYDIS_OPERAND_TYPE_POINTER)
			return false;
	}
	return true;
}

/* fits() - may these bytes be part of a sequence? */
static bool fits(struct draw *w, const ZydisDecodedInstruction *d,
		 const ZydisDecodedOperand *op)
{
	if (!extension_fits(d->meta.isa_ext) || !mnemonic_fits(d))
		return false;
	/* With a register, a NOP to Intel and undefined to AMD. */
	if (d->opcode_map == ZYDIS_OPCODE_MAP_0F && d->opcode == 0x0d)
		return false;
	/* With an empty mask, what its segment does is not laid down. */
	if ((d->mnemonic == ZYDIS_MNEMONIC_MASKMOVQ ||
	     d->mnemonic == ZYDIS_MNEMONIC_MASKMOVDQU) &&
	    d->attributes & ZYDIS_ATTRIB_HAS_SEGMENT)
		return false;
	switch (d->meta.category) {
	case ZYDIS_CATEGORY_CALL:
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_UNCOND_BR:
	case ZYDIS_CATEGORY_COND_BR:	/* drawn by draw_branch() */
	case ZYDIS_CATEGORY_SYSTEM:
	case ZYDIS_CATEGORY_INTERRUPT:
	case ZYDIS_CATEGORY_IO:
	case ZYDIS_CATEGORY_IOSTRINGOP:
	case ZYDIS_CATEGORY_SEGOP:
		return d->meta.category == ZYDIS_CATEGORY_SYSTEM &&
		       rng_one_in(w->r, 64);
	default:
		break;
	}
	/* What always faults ends a sequence: let it be rare. */
	if ((d->attributes & ZYDIS_ATTRIB_IS_PRIVILEGED) &&
	    !rng_one_in(w->r, 64))
		return false;
	if ((d->attributes &
	     (ZYDIS_ATTRIB_HAS_SEGMENT_FS | ZYDIS_ATTRIB_HAS_SEGMENT_GS)) &&
	    !rng_one_in(w->r, 64))
		return false;
	return operands_fit(w, d, op);
}

static unsigned int draw_prefixes(struct rng *r, uint8_t *b)
{
	static const uint8_t segs[] = { 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65 };
	unsigned int n = 0;

	if (rng_one_in(r, 20))
		b[n++] = segs[rng_below(r, sizeof(segs))];
	if (rng_one_in(r, 4))
		b[n++] = 0x66;
	if (rng_one_in(r, 8))
		b[n++] = rng_one_in(r, 2) ? 0xf2 : 0xf3;
	if (rng_one_in(r, 24))
		b[n++] = 0xf0;
	return n;
}

/* draw_bytes() - prefixes, opcode, and a likely ModRM with what follows. */
static void draw_bytes(struct draw *w, uint8_t b[24])
{
	static const uint8_t rms[] = { 3, 5, 6, 7 };
	struct rng *r = w->r;
	unsigned int n = draw_prefixes(r, b), mod, rm;

	if (!rng_one_in(r, 3))
		b[n++] = 0x0f;
	else if (rng_one_in(r, 3))
		b[n++] = (uint8_t)(0xd8 + rng_below(r, 8));
	if (!n || b[n - 1] < 0xd8 || b[n - 1] > 0xdf)
		b[n++] = (uint8_t)rng_next(r);
	mod = rng_below(r, 4);
	rm = mod == 3 ? rng_below(r, 8) :
	     rng_one_in(r, 4) ? 4 :
				rms[rng_below(r, 4)];
	b[n++] = (uint8_t)(mod << 6 | rng_below(r, 8) << 3 | rm);
	if (mod != 3 && rm == 4)	/* a SIB byte: no index, or ECX */
		b[n++] = (uint8_t)(rng_below(r, 4) << 6 |
				   (rng_one_in(r, 2) ? 0x20 : 0x08) |
				   rng_below(r, 8));
	if (mod == 0 && rm == 5) {
		put_le32(b + n, CASE_MEM + rng_below(r, CASE_MEM_SIZE));
		n += 4;
	} else if (mod == 1) {
		b[n++] = (uint8_t)rng_next(r);
	} else if (mod == 2) {
		put_le32(b + n, rng_below(r, 0x800) - 0x400);
		n += 4;
	}
	put_le32(b + n, gen_int(r));
	put_le32(b + n + 4, gen_int(r));
}

/* draw_branch() - Jcc, JMP, LOOP, JECXZ; the target comes with seq_lay(). */
static void draw_branch(struct draw *w, struct seq *s)
{
	uint32_t kind = rng_below(w->r, 24);
	uint8_t *b = s->code[s->n];

	b[0] = (uint8_t)(kind < 16    ? 0x70 + kind :
			 kind == 16   ? 0xeb :
			 w->small_ecx ? 0xe3 :
					0xe0 + kind % 4);
	b[1] = 0;
	s->len[s->n] = 2;
	s->branch[s->n] = (uint8_t)(1 + rng_below(w->r, 4));
	s->n++;
}

/* draw_esp() - ADD and SUB of small numbers, LEA, AND, INC, DEC, of 16 bits
 * only, a sum with ECX: all that programs do to ESP, but for pushes. */
static void draw_esp(struct draw *w, struct seq *s)
{
	const uint8_t by = (uint8_t)(rng_below(w->r, 33) * 4 - 64);
	const uint8_t forms[][6] = {
		{ 0x83, 0xc4, by }, { 0x83, 0xec, by },
		{ 0x81, 0xc4, by }, { 0x81, 0xec, by },
		{ 0x8d, 0x64, 0x24, by }, { 0x83, 0xe4, 0xfc },
		{ 0x44 }, { 0x4c }, { 0x66, 0x83, 0xc4, by },
		{ 0x01, 0xcc }, { 0x0f, 0x44, 0xe4 },
	};
	static const uint8_t lens[] = { 3, 3, 6, 6, 4, 3, 1, 1, 4, 2, 3 };
	uint32_t i = rng_below(w->r, rng_one_in(w->r, 2) ? 4 :
				     w->small_ecx	 ? 11 :
							   9);

	memcpy(s->code[s->n], forms[i], sizeof(forms[i]));
	s->len[s->n] = lens[i];
	s->branch[s->n] = 0;
	s->n++;
}

/* answerable() - is there an oracle for it? */
static bool answerable(const struct draw *w, const uint8_t *b, uint32_t len)
{
	return !w->only64 || recode_knows(w->only64, b, len);
}

static void draw_instruction(struct draw *w, struct seq *s)
{
	ZydisDecodedInstruction d;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
	uint8_t b[24];

	if (rng_one_in(w->r, 12)) {
		draw_branch(w, s);
		return;
	}
	if (rng_one_in(w->r, 8)) {
		draw_esp(w, s);
		return;
	}
	do
		draw_bytes(w, b);
	while (!ZYAN_SUCCESS(
		       ZydisDecoderDecodeFull(&w->decoder, b, 15, &d, op)) ||
	       !fits(w, &d, op) || !answerable(w, b, d.length));
	memcpy(s->code[s->n], b, d.length);
	s->len[s->n] = d.length;
	s->branch[s->n] = 0;
	s->n++;
}

static void draw_registers(struct draw *w, struct case_in *in)
{
	static const uint8_t may[] = { REG_EBX, REG_EBP, REG_ESI, REG_EDI };
	static const uint8_t kinds[] = { FP_X87, FP_MMX, FP_MMX, FP_F32,
					 FP_F64, FP_VINT };
	unsigned int i;

	gen_state(w->r, kinds[rng_below(w->r, sizeof(kinds))], in);
	if (rng_one_in(w->r, 2))	/* SSE beside x87 state */
		gen_fx(w->r, FP_X87, in->st.fx);
	w->pinned = 1u << REG_ESP;
	for (i = 0; i < sizeof(may); i++) {
		if (rng_one_in(w->r, 3))
			in->st.gpr[may[i]] = gen_int(w->r);
		else
			w->pinned |= 1u << may[i];
	}
	w->small_ecx = rng_one_in(w->r, 2);
	if (w->small_ecx)
		in->st.gpr[REG_ECX] = rng_below(w->r, 12);
	memcpy(w->start, in->st.gpr, sizeof(w->start));
	in->st.eflags &= ~FL_NT;
	for (i = 0; i < 64; i++) {
		uint32_t at = rng_below(w->r, CASE_MEM_SIZE / 16) * 16;

		gen_fill(w->r, (enum pool)rng_below(w->r, 5), in->mem + at);
	}
}

void seq_draw(struct rng *r, bool only64, struct seq *seq, struct case_in *in)
{
	struct draw w = { .r = r, .only64 = only64 ? in : NULL };
	unsigned int n = 1 + rng_below(r, SEQ_MAX);

	ZydisDecoderInit(&w.decoder, ZYDIS_MACHINE_MODE_LEGACY_32,
			 ZYDIS_STACK_WIDTH_32);
	draw_registers(&w, in);
	seq->n = 0;
	while (seq->n < n)
		draw_instruction(&w, seq);
}

void seq_lay(const struct seq *seq, uint32_t mask, struct case_in *in)
{
	uint32_t at[SEQ_MAX + 1], len = 0, to;
	unsigned int i;

	for (i = 0; i < seq->n; i++) {
		at[i] = len;
		if (mask & 1u << i) {
			memcpy(in->code + len, seq->code[i], seq->len[i]);
			len += seq->len[i];
		}
	}
	at[seq->n] = len;
	for (i = 0; i < seq->n; i++) {
		if (!(mask & 1u << i) || !seq->branch[i])
			continue;
		to = MIN(i + 1 + seq->branch[i], seq->n);
		in->code[at[i] + 1] = (uint8_t)(at[to] - at[i] - 2);
	}
	in->code_len = len;
	in->code_at = 0x400;
	in->st.eip = CASE_CODE + in->code_at;
}
