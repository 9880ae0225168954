/* SPDX-License-Identifier: BSD-2-Clause */
/* fpu_sse4.c - SSE4.1 and SSE4.2. Source: Intel SDM volume 2. */
#include "vmm/cpu/fpu_vec.h"

/* ---- what a stub carries out ------------------------------------------- */

/* operand() - the second one: a register, or @size bytes of memory, which are
 * put into @mem. */
static const union xmm *operand(struct cpu *cpu, const struct insn *in,
				unsigned int size, union xmm *mem)
{
	sse_begin(cpu);
	if (!insn_is_mem(in))
		return &cpu->fpu->xmm[in->rm];
	sse_read(cpu, in, size, mem);
	return mem;
}

/* sse_imm_int() - one of a row of stubs, by the immediate. */
void sse_imm_int(struct cpu *cpu, const struct insn *in)
{
	const struct fpu_op *op = fpu_op_of(in);
	union xmm mem;
	const union xmm *src = operand(cpu, in, op->size, &mem);

	stub_nth(op->stub,
		 (in->imm & 0xff) * IMM_STRIDE)(&cpu->fpu->xmm[in->reg], src);
}

static void imm_fp(struct cpu *cpu, const struct insn *in, const union xmm *src)
{
	const struct fpu_op *op = fpu_op_of(in);

	sse_run(cpu, op, stub_nth(op->stub, (in->imm & 0xff) * IMM_STRIDE),
		&cpu->fpu->xmm[in->reg], src);
}

void sse_imm_fp(struct cpu *cpu, const struct insn *in)
{
	union xmm mem;

	imm_fp(cpu, in, operand(cpu, in, fpu_op_of(in)->size, &mem));
}

/*
 * sse_dp() - DPPS and DPPD: products, sums of two, their sum. With an exception
 * unmasked they are done one after the other, as the first one that raises
 * something leaves the flags of the rest alone.
 */
void sse_dp(struct cpu *cpu, const struct insn *in)
{
	union xmm mem;
	const union xmm *src = operand(cpu, in, 16, &mem);
	const struct fpu_op *ops =
		fpu_ops[in->opcode == 0x40 ? OPP_NP : OPP_66];
	unsigned int i, lanes = in->opcode == 0x40 ? 1 : 2;
	union xmm a = cpu->fpu->xmm[in->reg], b = *src;

	if ((cpu->fpu->mxcsr & MXCSR_MASKS) != MXCSR_MASKS) {
		for (i = 0; i < 4; i++)
			if (!(in->imm >> (4 + i / lanes) & 1))
				a.d[i] = b.d[i] = 0;
		sse_run(cpu, &ops[0x59], ops[0x59].stub, &a, &b);
		b = lanes == 1 ? (union xmm){ .d = { a.d[1], a.d[3] } } :
				 (union xmm){ .q = { a.q[1] } };
		a = lanes == 1 ? (union xmm){ .d = { a.d[0], a.d[2] } } :
				 (union xmm){ .q = { a.q[0] } };
		sse_run(cpu, &ops[0x58], ops[0x58].stub, &a, &b);
		b = (union xmm){ .d = { a.d[1] } };
		a = (union xmm){ .d = { a.d[0] } };
		if (lanes == 1)
			sse_run(cpu, &ops[0x58], ops[0x58].stub, &a, &b);
	}
	imm_fp(cpu, in, src);
}

void sse_ptest(struct cpu *cpu, const struct insn *in)
{
	union xmm mem;
	const union xmm *src = operand(cpu, in, 16, &mem);

	cpu->aflags = fpu_ptest(&cpu->fpu->xmm[in->reg], src) & FL_ARITH;
}

/* string() - PCMPESTRM, PCMPESTRI, PCMPISTRM, PCMPISTRI: opcodes 60 to 63. */
static void string(struct cpu *cpu, const struct insn *in, const union xmm *src)
{
	struct sse_strings s = {
		.first = cpu->fpu->xmm[in->reg],
		.eax = cpu->gpr[REG_EAX], .edx = cpu->gpr[REG_EDX],
	};

	cpu->aflags = stub_nth(fpu_op_of(in)->stub,
			       (in->imm & 0xff) * STR_STRIDE)(&s, src) &
		      FL_ARITH;
	if (in->opcode & 1)
		cpu->gpr[REG_ECX] = s.index;
	else
		cpu->fpu->xmm[0] = s.mask;
}

void sse_string_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	string(cpu, in, &cpu->fpu->xmm[in->rm]);
}

/* Its operand need not be aligned. */
void sse_string_mem(struct cpu *cpu, const struct insn *in)
{
	union xmm src;

	sse_begin(cpu);
	mem_read(cpu, in->seg, insn_ea(cpu, in), &src, 16);
	string(cpu, in, &src);
}

/* ---- what C does -------------------------------------------------------- */

/* sse_blendv() - lanes of @src where the sign bit in XMM0 is set: of bytes for
 * opcode 10, floats for 14, doubles for 15. */
void sse_blendv(struct cpu *cpu, const struct insn *in)
{
	union xmm mem;
	const union xmm *src = operand(cpu, in, 16, &mem);
	unsigned int bytes = in->opcode == 0x10 ? 1 :
			     in->opcode == 0x14 ? 4 :
						  8;
	union xmm *dst = &cpu->fpu->xmm[in->reg];
	union xmm mask = cpu->fpu->xmm[0];
	unsigned int i;

	for (i = 0; i < 16; i++)
		if (mask.b[i | (bytes - 1)] & 0x80)
			dst->b[i] = src->b[i];
}

/* lane() - what PEXTRB (14), PEXTRW (15), PEXTRD (16) and EXTRACTPS (17)
 * take out. */
static uint32_t lane(const struct cpu *cpu, const struct insn *in)
{
	const union xmm *v = &cpu->fpu->xmm[in->reg];

	if (in->opcode == 0x14)
		return v->b[in->imm & 15];
	return in->opcode == 0x15 ? v->w[in->imm & 7] : v->d[in->imm & 3];
}

void sse_extract_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	cpu->gpr[in->rm] = lane(cpu, in);
}

void sse_extract_mem(struct cpu *cpu, const struct insn *in)
{
	uint32_t v = lane(cpu, in);

	sse_begin(cpu);
	if (in->opcode == 0x14)
		mem_write8(cpu, in->seg, insn_ea(cpu, in), (uint8_t)v);
	else if (in->opcode == 0x15)
		mem_write16(cpu, in->seg, insn_ea(cpu, in), (uint16_t)v);
	else
		mem_write32(cpu, in->seg, insn_ea(cpu, in), v);
}

/* insert() - PINSRB (20) and PINSRD (22). */
static void insert(struct cpu *cpu, const struct insn *in, uint32_t v)
{
	union xmm *dst = &cpu->fpu->xmm[in->reg];

	if (in->opcode == 0x20)
		dst->b[in->imm & 15] = (uint8_t)v;
	else
		dst->d[in->imm & 3] = v;
}

void sse_insert_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	insert(cpu, in, cpu->gpr[in->rm]);
}

void sse_insert_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	insert(cpu, in,
	       in->opcode == 0x20 ? mem_read8(cpu, in->seg, insn_ea(cpu, in)) :
				    mem_read32(cpu, in->seg, insn_ea(cpu, in)));
}

static void insertps(struct cpu *cpu, const struct insn *in, uint32_t v)
{
	union xmm *dst = &cpu->fpu->xmm[in->reg];
	unsigned int i;

	dst->d[in->imm >> 4 & 3] = v;
	for (i = 0; i < 4; i++)
		if (in->imm >> i & 1)
			dst->d[i] = 0;
}

void sse_insertps_reg(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	insertps(cpu, in, cpu->fpu->xmm[in->rm].d[in->imm >> 6 & 3]);
}

/* From memory there is one float: which of four is not asked. */
void sse_insertps_mem(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	insertps(cpu, in, mem_read32(cpu, in->seg, insn_ea(cpu, in)));
}

/* crc_source() - CRC32's: 1 byte for F0, else @size bytes. */
static uint32_t crc_source(struct cpu *cpu, const struct insn *in,
			   unsigned int size)
{
	uint32_t ea;

	if (!insn_is_mem(in))
		return size == 1 ? reg8(cpu, in->rm) : cpu->gpr[in->rm];
	ea = insn_ea(cpu, in);
	if (size == 1)
		return mem_read8(cpu, in->seg, ea);
	return size == 2 ? mem_read16(cpu, in->seg, ea) :
			   mem_read32(cpu, in->seg, ea);
}

/* CRC32 works on general registers, and asks for no SSE state. */
void sse_crc32(struct cpu *cpu, const struct insn *in)
{
	unsigned int size = in->opcode == 0xf0 ? 1 : in->opsize;
	uint32_t v = crc_source(cpu, in, size), crc = cpu->gpr[in->reg];

	if (size == 1)
		asm("crc32b %1, %0" : "+r"(crc) : "r"((uint8_t)v));
	else if (size == 2)
		asm("crc32w %1, %0" : "+r"(crc) : "r"((uint16_t)v));
	else
		asm("crc32l %1, %0" : "+r"(crc) : "r"(v));
	cpu->gpr[in->reg] = crc;
}
