// SPDX-License-Identifier: BSD-2-Clause
/*
 * lib_recode.c - write the code of a case for 64-bit mode; see lib_recode.h.
 *
 * Each instruction is decoded as 32-bit code, changed as the head of
 * lib_recode.h says, and decoded as 64-bit code: the two must have the same
 * mnemonic and the same operands of the same size. So it is Zydis that knows
 * what is different in 64-bit mode; the few things that its tables do not
 * show are in unlike().
 */
#include "tests/insn/lib_recode.h"

#include <Zydis/Zydis.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "ia32/regs.h"

/* One instruction, as it was found. */
struct found {
	ZydisDecodedInstruction d;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
	const uint8_t *b;	/* its bytes */
	uint8_t padded[ZYDIS_MAX_INSTRUCTION_LENGTH];
	bool lock;		/* a LOCK that is not allowed; b, d and op are
				 * without it */
	uint32_t len;		/* with that */
	uint32_t cut;		/* bytes that are on the next, absent page */
	uint32_t at;		/* offset in the code page */
};

static bool decode(ZydisMachineMode mode, const uint8_t *b, uint32_t n,
		   ZydisDecodedInstruction *d, ZydisDecodedOperand *op)
{
	ZydisDecoder z;

	ZydisDecoderInit(&z, mode,
			 mode == ZYDIS_MACHINE_MODE_LONG_64 ?
				 ZYDIS_STACK_WIDTH_64 :
				 ZYDIS_STACK_WIDTH_32);
	return ZYAN_SUCCESS(ZydisDecoderDecodeFull(&z, b, n, d, op));
}

/* decode_without_lock() - Zydis refuses a LOCK where the processor does: what
 * would it be without? */
static bool decode_without_lock(struct found *f)
{
	uint8_t *at = memchr(f->padded, 0xf0, 4);

	if (!at)
		return false;
	memmove(at, at + 1, (size_t)(f->padded + sizeof(f->padded) - at - 1));
	f->lock = decode(ZYDIS_MACHINE_MODE_LEGACY_32, f->b,
			 sizeof(f->padded) - 1, &f->d, f->op) &&
		  at - f->padded <= f->d.raw.prefix_count;
	return f->lock;
}

/* find() - the instruction at offset @at of the case's code. What lies behind
 * the code is HLT, or the next page: of what is cut off there, any bytes do
 * that make an instruction of it, as fetching them faults. */
static bool find(const struct case_in *in, uint32_t at, struct found *f)
{
	static const uint8_t pad[] = { 0xf4, 0x00, 0x10, 0x08, 0xf0 };
	uint32_t left = in->code_len - at, n = MIN(left, sizeof(f->padded));
	bool end = in->code_at + in->code_len == CASE_CODE_SIZE, found;
	unsigned int i = 0;

	f->b = f->padded;
	f->at = in->code_at + at;
	f->lock = false;
	do {
		memset(f->padded, pad[i], sizeof(f->padded));
		memcpy(f->padded, in->code + at, n);
		found = decode(ZYDIS_MACHINE_MODE_LEGACY_32, f->b,
			       sizeof(f->padded), &f->d, f->op) ||
			decode_without_lock(f);
	} while (!found && end && ++i < sizeof(pad));
	if (!found)
		return false;
	if (f->d.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && f->d.opcode == 0x82)
		f->padded[f->d.raw.modrm.offset - 1] = 0x80;
	f->len = f->d.length + f->lock;
	f->cut = f->len > left ? f->len - left : 0;
	return !f->cut || end;
}

static bool is_branch(const ZydisDecodedInstruction *d)
{
	return d->raw.imm[0].is_relative;
}

/* counts() - LOOP and JECXZ: their address size is that of the counter. */
static bool counts(const ZydisDecodedInstruction *d)
{
	return d->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && d->opcode >= 0xe0 &&
	       d->opcode <= 0xe3;
}

static bool selects(const struct found *f)
{
	unsigned int i;

	for (i = 0; i < f->d.operand_count_visible; i++)
		if (f->op[i].type == ZYDIS_OPERAND_TYPE_POINTER ||
		    (f->op[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		     ZydisRegisterGetClass(f->op[i].reg.value) ==
			     ZYDIS_REGCLASS_SEGMENT))
			return true;
	return false;
}

static bool addresses(const struct found *f)
{
	unsigned int i;

	for (i = 0; i < f->d.operand_count; i++)
		if (f->op[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			return true;
	return false;
}

/* unlike() - what decodes alike and is different all the same: selectors, and
 * what uses them; CS, FS and GS, which have no limits or rights in 64-bit
 * mode; the image that has 16 XMM registers there; LEAVE's and ENTER's
 * stack; branches of 16 bits. */
static bool unlike(const struct found *f)	/* table */
{
	unsigned int i;

	for (i = 0; i < f->d.raw.prefix_count; i++)
		switch (f->d.raw.prefixes[i].value) {
		case 0x2e: case 0x64: case 0x65:
			if (addresses(f))
				return true;
		}
	switch (f->d.mnemonic) {
	case ZYDIS_MNEMONIC_LFS: case ZYDIS_MNEMONIC_LGS:
	case ZYDIS_MNEMONIC_LSS:
	case ZYDIS_MNEMONIC_LAR: case ZYDIS_MNEMONIC_LSL:
	case ZYDIS_MNEMONIC_VERR: case ZYDIS_MNEMONIC_VERW:
	case ZYDIS_MNEMONIC_FXSAVE:
	case ZYDIS_MNEMONIC_LEAVE: case ZYDIS_MNEMONIC_ENTER:
	case ZYDIS_MNEMONIC_CALL: case ZYDIS_MNEMONIC_RET:
	case ZYDIS_MNEMONIC_IRET: case ZYDIS_MNEMONIC_IRETD:
	case ZYDIS_MNEMONIC_SYSCALL: case ZYDIS_MNEMONIC_SYSENTER:
		return true;
	default:
		return selects(f) ||
		       f->d.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR ||
		       (is_branch(&f->d) && f->d.operand_width == 16);
	}
}

static bool same_register(ZydisRegister a, ZydisRegister b)
{
	switch (a) {
	case ZYDIS_REGISTER_EIP:
		return b == ZYDIS_REGISTER_RIP;
	case ZYDIS_REGISTER_EFLAGS:
		return b == ZYDIS_REGISTER_RFLAGS;
	case ZYDIS_REGISTER_ESP:
		return b == ZYDIS_REGISTER_RSP || b == a;
	default:
		return a == b;
	}
}

/* same_operand() - @old and @now are the same; what is known to be written
 * anew, addresses and displacements, is not looked at. */
static bool same_operand(const ZydisDecodedOperand *old,
			 const ZydisDecodedOperand *now, bool absolute)
{
	if (old->type != now->type || old->actions != now->actions)
		return false;
	switch (old->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		return same_register(old->reg.value, now->reg.value);
	case ZYDIS_OPERAND_TYPE_MEMORY:
		if (old->size != now->size || old->mem.type != now->mem.type)
			return false;
		return absolute ||
		       (same_register(old->mem.base, now->mem.base) &&
			old->mem.index == now->mem.index &&
			old->mem.scale == now->mem.scale &&
			(uint32_t)old->mem.disp.value ==
				(uint32_t)now->mem.disp.value);
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		return old->imm.is_relative == now->imm.is_relative &&
		       (old->imm.is_relative ||
			(old->size == now->size &&
			 old->imm.value.u == now->imm.value.u));
	default:
		return false;
	}
}

/* jumps_to_register() - JMP r32 is JMP r64, whose upper half is 0. */
static bool jumps_to_register(const struct found *f)
{
	return f->d.mnemonic == ZYDIS_MNEMONIC_JMP &&
	       f->op[0].type == ZYDIS_OPERAND_TYPE_REGISTER &&
	       f->d.operand_width == 32;
}

/* same_there() - @s is in 64-bit mode what @f is in 32-bit mode. */
static bool same_there(const struct found *f, const struct recode_step *s,
		       bool absolute)
{
	ZydisDecodedInstruction d;
	ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
	unsigned int i;

	if (!decode(ZYDIS_MACHINE_MODE_LONG_64, s->code, s->len, &d, op) ||
	    d.length != s->len)
		return false;
	if (jumps_to_register(f))
		return true;
	if (counts(&f->d))
		return d.opcode == f->d.opcode && d.address_width == 32;
	if (d.mnemonic != f->d.mnemonic ||
	    d.operand_count != f->d.operand_count)
		return false;
	/* Refused at CPL 3, whatever its operands are. */
	if (f->d.attributes & ZYDIS_ATTRIB_IS_PRIVILEGED)
		return true;
	for (i = 0; i < d.operand_count; i++)
		if (!same_operand(&f->op[i], &op[i], absolute))
			return false;
	return true;
}

/* effective16() - the 16-bit address of @f, if its registers still are what
 * they were at the start and it lies about CASE_LOW. What is cut off never
 * has its address looked at. */
static bool effective16(const struct recode *c, const struct case_in *in,
			const struct found *f, uint32_t *at)
{
	static const uint8_t base[] = { REG_EBX, REG_EBX, REG_EBP, REG_EBP,
					REG_ESI, REG_EDI, REG_EBP, REG_EBX };
	static const uint8_t index[] = { REG_ESI, REG_EDI, REG_ESI, REG_EDI };
	const uint32_t *g = in->st.gpr;
	uint32_t rm = f->d.raw.modrm.rm;
	uint32_t used = 0, sum = (uint32_t)f->d.raw.disp.value;

	if (f->d.raw.modrm.mod != 0 || rm != 6) {
		used |= 1u << base[rm];
		sum += g[base[rm]];
		if (rm < 4) {
			used |= 1u << index[rm];
			sum += g[index[rm]];
		}
	}
	sum = f->cut ? CASE_LOW : sum & 0xffff;
	*at = sum;
	return !(used & c->written) && sum >= CASE_LOW - 0x1000 &&
	       sum < CASE_LOW + CASE_MEM_SIZE + 0x1000;
}

static void put(struct recode_step *s, const void *bytes, uint32_t n)
{
	ASSERT(s->len + n <= sizeof(s->code));
	memcpy(s->code + s->len, bytes, n);
	s->len += n;
}

static void put_byte(struct recode_step *s, uint32_t byte)
{
	uint8_t b = (uint8_t)byte;

	put(s, &b, 1);
}

/* put_absolute() - @f with [@at] as its memory operand. */
static void put_absolute(struct recode_step *s, const struct found *f,
			 uint32_t at)
{
	uint32_t m = f->d.raw.modrm.offset;
	uint32_t tail = m + 1u + f->d.raw.disp.size / 8u;
	uint8_t disp[4];

	put_byte(s, 0x67);
	put(s, f->b, m);
	put_byte(s, f->d.raw.modrm.reg << 3 | 4u);
	put_byte(s, 0x25);
	put_le32(disp, at);
	put(s, disp, 4);
	put(s, f->b + tail, f->d.length - tail);
}

/* stacks() - the instruction uses the stack as well. */
static bool stacks(const struct found *f)
{
	unsigned int i;

	for (i = f->d.operand_count_visible; i < f->d.operand_count; i++)
		if (f->op[i].type == ZYDIS_OPERAND_TYPE_MEMORY)
			return true;
	return false;
}

/* write_address16() - @f has a 16-bit address. Of two accesses, it could not
 * be told which one faulted. */
static bool write_address16(struct recode *c, const struct case_in *in,
			    struct recode_step *s, const struct found *f)
{
	uint8_t bare[ZYDIS_MAX_INSTRUCTION_LENGTH];
	struct found g = *f;
	uint32_t at, i, n = 0;

	if (!f->d.raw.modrm.offset || f->d.raw.modrm.mod == 3 || stacks(f) ||
	    !effective16(c, in, f, &at))
		return false;
	switch (f->d.mnemonic) {
	case ZYDIS_MNEMONIC_BT: case ZYDIS_MNEMONIC_BTC:
	case ZYDIS_MNEMONIC_BTR: case ZYDIS_MNEMONIC_BTS:
		/* The bit may be afar, and its address wraps. */
		if (f->op[1].type == ZYDIS_OPERAND_TYPE_REGISTER)
			return false;
		break;
	case ZYDIS_MNEMONIC_LEA:
		break;
	default:
		at += CASE_MEM - CASE_LOW;
		c->moved = true;
	}
	for (i = 0; i < f->d.length; i++)	/* without its own 67h */
		if (i >= f->d.raw.prefix_count || f->b[i] != 0x67)
			bare[n++] = f->b[i];
	g.b = bare;
	g.d.raw.modrm.offset -= (uint8_t)(f->d.length - n);
	g.d.length = (uint8_t)n;
	put_absolute(s, &g, at);
	return true;
}

/* write_stack() - a push or a pop of 32 bits that is not the last one: nobody
 * looks at it but for what it moves. Return: false if @f is none. */
static bool write_stack(struct recode_step *s, const struct found *f)
{
	static const uint8_t down[] = { 0x67, 0x8d, 0x64, 0x24, 0xfc };
	static const uint8_t up[] = { 0x67, 0x8d, 0x64, 0x24, 0x04 };
	uint8_t imm[4];
	uint32_t n = f->b[0] & 7;

	if (f->d.raw.prefix_count || f->lock)
		return false;
	switch (f->b[0]) {
	case 0x50 ... 0x57:		/* mov [esp-4],r */
		put(s, (uint8_t []){ 0x67, 0x89, (uint8_t)(0x44 | n << 3),
				     0x24, 0xfc }, 5);
		break;
	case 0x58 ... 0x5f:		/* mov r,[esp] */
		put(s, (uint8_t []){ 0x67, 0x8b, (uint8_t)(0x04 | n << 3),
				     0x24 }, 4);
		if (n == REG_ESP)
			return true;
		s->second = s->len;
		put(s, up, sizeof(up));
		return true;
	case 0x68:
	case 0x6a:			/* mov dword [esp-4],imm */
		put_le32(imm, (uint32_t)f->d.raw.imm[0].value.s);
		put(s, (uint8_t []){ 0x67, 0xc7, 0x44, 0x24, 0xfc }, 5);
		put(s, imm, 4);
		break;
	default:
		return false;
	}
	s->second = s->len;
	put(s, down, sizeof(down));
	return true;
}

/* write_plain() - the instruction, changed where it must be. */
static bool write_plain(struct recode *c, const struct case_in *in,
			struct recode_step *s, const struct found *f)
{
	const ZydisDecodedInstruction *d = &f->d;
	bool map0 = d->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT;
	bool prefix = counts(d), absolute = false;

	if (addresses(f) && d->raw.modrm.offset && d->raw.modrm.mod != 3)
		prefix = true;
	else if (d->meta.category == ZYDIS_CATEGORY_STRINGOP ||
		 d->meta.category == ZYDIS_CATEGORY_IOSTRINGOP ||
		 d->mnemonic == ZYDIS_MNEMONIC_XLAT ||
		 d->mnemonic == ZYDIS_MNEMONIC_MASKMOVQ ||
		 d->mnemonic == ZYDIS_MNEMONIC_MASKMOVDQU ||
		 (map0 && d->opcode >= 0xa0 && d->opcode <= 0xa3))
		prefix = true;
	if (d->address_width == 16 && prefix) {
		if (!write_address16(c, in, s, f))
			return false;
		absolute = true;
	} else if (prefix && d->raw.modrm.offset && d->raw.modrm.mod == 0 &&
		   d->raw.modrm.rm == 5) {
		put_absolute(s, f, (uint32_t)d->raw.disp.value);
	} else if (map0 && d->opcode >= 0x40 && d->opcode <= 0x4f) {
		put(s, f->b, d->length - 1u);
		put_byte(s, 0xff);
		put_byte(s,
			 (d->opcode < 0x48 ? 0xc0u : 0xc8u) | (d->opcode & 7u));
	} else {
		if (prefix)
			put_byte(s, 0x67);
		put(s, f->b, d->length);
	}
	return same_there(f, s, absolute);
}

/* note_writes() - which registers are no longer what they were. */
static void note_writes(struct recode *c, const struct found *f)
{
	unsigned int i;

	for (i = 0; i < f->d.operand_count; i++) {
		ZydisRegister big;

		if (f->op[i].type != ZYDIS_OPERAND_TYPE_REGISTER ||
		    !(f->op[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE))
			continue;
		big = ZydisRegisterGetLargestEnclosing(
			ZYDIS_MACHINE_MODE_LEGACY_32, f->op[i].reg.value);
		if (big >= ZYDIS_REGISTER_EAX && big <= ZYDIS_REGISTER_EDI)
			c->written |= 1u << (big - ZYDIS_REGISTER_EAX);
	}
}

static bool write_step(struct recode *c, const struct case_in *in,
		       const struct found *f)
{
	struct recode_step *s = &c->step[c->n];
	bool last = f->at - in->code_at + f->len >= in->code_len;

	if (c->n == RECODE_MAX)
		return false;
	s->len = s->second = s->target = 0;
	s->from = f->at;
	if ((last || !write_stack(s, f)) &&
	    (unlike(f) || !write_plain(c, in, s, f)))
		return false;
	if (f->lock) {
		memmove(s->code + 1, s->code, s->len++);
		s->code[0] = 0xf0;
	}
	if (is_branch(&f->d) && !f->cut) {
		s->rel_size = f->d.raw.imm[0].size / 8u;
		s->target = f->at + f->len + (uint32_t)f->d.raw.imm[0].value.s;
	}
	if (s->len - f->cut > ZYDIS_MAX_INSTRUCTION_LENGTH && !s->second)
		return false;
	s->len -= f->cut;
	note_writes(c, f);
	c->n++;
	return true;
}

/* target_there() - where the instruction at offset @from is now. */
static bool target_there(const struct recode *c, uint32_t from, uint32_t *to)
{
	unsigned int i;

	*to = from;
	if (from >= c->end || from < MIN(c->start, c->step[0].from))
		return true;
	for (i = 0; i < c->n; i++)
		if (c->step[i].from == from) {
			*to = c->step[i].to;
			return true;
		}
	return false;
}

/* link_branch() - write its displacement. */
static bool link_branch(const struct recode *c, struct recode_step *s)
{
	uint8_t *rel = s->code + s->len - s->rel_size;
	uint32_t to;
	int32_t by;

	if (!target_there(c, s->target, &to))
		return false;
	by = (int32_t)(to - s->to - s->len);
	if (s->rel_size == 4) {
		put_le32(rel, (uint32_t)by);
		return true;
	}
	*rel = (uint8_t)by;
	return by >= -128 && by < 128;
}

/* lay() - place the new code such that it ends where the old one did. */
static bool lay(struct recode *c, const struct case_in *in, struct case_in *out)
{
	uint32_t len = 0, i;

	for (i = 0; i < c->n; i++)
		len += c->step[i].len;
	if (len > c->end || len > CASE_CODE_MAX)
		return false;
	c->start = c->end - len;
	for (i = 0, len = c->start; i < c->n; len += c->step[i++].len)
		c->step[i].to = len;
	memcpy(out, in, sizeof(*out));
	for (i = 0; i < c->n; i++) {
		struct recode_step *s = &c->step[i];

		if (s->target && !link_branch(c, s))
			return false;
		memcpy(out->code + s->to - c->start, s->code, s->len);
	}
	out->code_at = c->start;
	out->code_len = c->end - c->start;
	out->st.eip = CASE_CODE + c->start;
	return true;
}

/* write_steps() - all of the code, each instruction by itself. */
static bool write_steps(struct recode *c, const struct case_in *in)
{
	uint32_t at = 0;
	struct found f;

	c->n = 0;
	c->written = 0;
	c->moved = false;
	c->end = in->code_at + in->code_len;
	while (at < in->code_len) {
		if (!find(in, at, &f) || !write_step(c, in, &f))
			return false;
		at += f.len;
	}
	return c->n;
}

bool recode_case(const struct case_in *in, struct recode *c,
		 struct case_in *out)
{
	return write_steps(c, in) && lay(c, in, out);
}

bool recode_knows(struct case_in *in, const uint8_t *code, uint32_t len)
{
	struct recode c;

	memcpy(in->code, code, len);
	in->code[len] = 0xf4;
	in->code_len = len + 1;
	in->code_at = 0;
	return write_steps(&c, in);
}

bool recode_answer(const struct recode *c, struct case_out *out)
{
	uint32_t at = out->st.eip - CASE_CODE, i;

	if (out->used || (out->vector == VEC_PF && out->cr2 >= 0xffffe000u))
		return false;
	out->used = 0;
	if (c->moved && out->vector == VEC_PF &&
	    out->cr2 - (CASE_MEM - 0x2000) < CASE_MEM_SIZE + 0x4000)
		out->cr2 -= CASE_MEM - CASE_LOW;
	if (at < c->start || at >= c->end)
		return at >= c->end || at < MIN(c->start, c->step[0].from);
	for (i = 0; i < c->n; i++)
		if (at == c->step[i].to ||
		    (c->step[i].second &&
		     at == c->step[i].to + c->step[i].second)) {
			out->st.eip = CASE_CODE + c->step[i].from;
			return true;
		}
	return false;
}

void recode_facts(const struct case_in *in, struct recode_facts *facts)
{
	struct found f;
	uint32_t at = 0;

	memset(facts, 0, sizeof(*facts));
	while (at < in->code_len && find(in, at, &f)) {
		at += f.len;
		if (f.d.cpu_flags)
			facts->undefined |= f.d.cpu_flags->undefined;
		switch (f.d.mnemonic) {
		case ZYDIS_MNEMONIC_INT1:
			facts->icebp = true;
			break;
		case ZYDIS_MNEMONIC_POPCNT:
			facts->popcnt = true;
			break;
		case ZYDIS_MNEMONIC_MOVBE:
			facts->movbe = true;
			break;
		case ZYDIS_MNEMONIC_RCPPS: case ZYDIS_MNEMONIC_RCPSS:
		case ZYDIS_MNEMONIC_RSQRTPS: case ZYDIS_MNEMONIC_RSQRTSS:
			facts->approximate = true;
			break;
		default:
			break;
		}
	}
}
