/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_x87_env.c - x87 control instructions and the state images.
 *
 * The host makes and loads the 32-bit protected-mode image; here it is put
 * into, or taken from, the layout of the guest's mode and operand size (SDM
 * volume 1, figures 8-9 to 8-12), with the guest's own pointers.
 */
#include "vmm/cpu/fpu_state.h"

#include <string.h>

#include "base/bytes.h"

#define ENV32	28u	/* bytes of an environment, 32-bit layouts */
#define ENV16	14u
#define REGS	80u	/* bytes of the eight registers behind it */

/* Where the pointers are in the host's image. */
#define HOST_FIP	12
#define HOST_FCS	16	/* and FOP in bits 26:16 */
#define HOST_FDP	20
#define HOST_FDS	24

static uint32_t env_size(const struct insn *in)
{
	return in->opsize == 4 ? ENV32 : ENV16;
}

static void pack_prot32(const struct cpu_fpu *f, uint8_t *env)
{
	put_le32(env + HOST_FIP, f->fip);
	put_le32(env + HOST_FCS, f->fcs | (uint32_t)f->fop << 16);
	put_le32(env + HOST_FDP, f->fdp);
	put_le32(env + HOST_FDS, f->fds | 0xffff0000u);
}

static void pack_real32(const struct cpu_fpu *f, uint8_t *env)
{
	uint32_t ip = ((uint32_t)f->fcs << 4) + f->fip;
	uint32_t dp = ((uint32_t)f->fds << 4) + f->fdp;

	put_le32(env + 12, ip | 0xffff0000u);
	put_le32(env + 16, (ip & 0xffff0000u) >> 4 | f->fop);
	put_le32(env + 20, dp | 0xffff0000u);
	put_le32(env + 24, (dp & 0xffff0000u) >> 4);
}

static void pack_prot16(const struct cpu_fpu *f, uint8_t *env)
{
	put_le16(env + 6, (uint16_t)f->fip);
	put_le16(env + 8, f->fcs);
	put_le16(env + 10, (uint16_t)f->fdp);
	put_le16(env + 12, f->fds);
}

static void pack_real16(const struct cpu_fpu *f, uint8_t *env)
{
	uint32_t ip = ((uint32_t)f->fcs << 4) + f->fip;
	uint32_t dp = ((uint32_t)f->fds << 4) + f->fdp;

	put_le16(env + 6, (uint16_t)ip);
	put_le16(env + 8, (uint16_t)((ip >> 4 & 0xf000) | f->fop));
	put_le16(env + 10, (uint16_t)dp);
	put_le16(env + 12, (uint16_t)(dp >> 4 & 0xf000));
}

/* env_pack() - from the host's image to the guest's layout, in place. */
static void env_pack(struct cpu *cpu, const struct insn *in, uint8_t *env)
{
	const struct cpu_fpu *f = cpu->fpu;
	bool real = cpu_real_segments(cpu);

	if (in->opsize == 4) {
		if (real)
			pack_real32(f, env);
		else
			pack_prot32(f, env);
		return;
	}
	put_le16(env + 2, get_le16(env + 4));	/* FSW */
	put_le16(env + 4, get_le16(env + 8));	/* FTW */
	if (real)
		pack_real16(f, env);
	else
		pack_prot16(f, env);
}

static void unpack32(struct cpu_fpu *f, const uint8_t *env, bool real)
{
	uint32_t cs = get_le32(env + HOST_FCS), ds = get_le32(env + HOST_FDS);

	if (real) {
		f->fip = get_le16(env + 12) | (cs << 4 & 0xffff0000u);
		f->fdp = get_le16(env + 20) | (ds << 4 & 0xffff0000u);
		f->fcs = f->fds = 0;
		f->fop = cs & 0x7ff;
	} else {
		f->fip = get_le32(env + HOST_FIP);
		f->fdp = get_le32(env + HOST_FDP);
		f->fcs = (uint16_t)cs;
		f->fds = (uint16_t)ds;
		f->fop = cs >> 16 & 0x7ff;
	}
}

static void unpack16(struct cpu_fpu *f, const uint8_t *env, bool real)
{
	uint16_t cs = get_le16(env + 8), ds = get_le16(env + 12);

	f->fip = get_le16(env + 6);
	f->fdp = get_le16(env + 10);
	f->fop = 0;		/* there is no room for it */
	if (real) {
		f->fip |= (cs & 0xf000u) << 4;
		f->fdp |= (ds & 0xf000u) << 4;
		f->fop = cs & 0x7ff;
		cs = ds = 0;
	}
	f->fcs = cs;
	f->fds = ds;
}

/* env_unpack() - the pointers to @cpu, the rest to a host image. */
static void env_unpack(struct cpu *cpu, const struct insn *in,
		       const uint8_t *env, uint8_t *host)
{
	bool real = cpu_real_segments(cpu);

	memset(host, 0, ENV32);
	put_le16(host, get_le16(env));
	if (in->opsize == 4) {
		put_le16(host + 4, get_le16(env + 4));
		put_le16(host + 8, get_le16(env + 8));
		unpack32(cpu->fpu, env, real);
	} else {
		put_le16(host + 4, get_le16(env + 2));
		put_le16(host + 8, get_le16(env + 4));
		unpack16(cpu->fpu, env, real);
	}
}

/* env_align() - an image of @size bytes is one of words or doublewords; also
 * the ten bytes of each register in it. */
static void env_align(struct cpu *cpu, const struct insn *in, uint32_t ea,
		      uint32_t size, bool write)
{
	mem_align(cpu, in->seg, ea, size, in->opsize, write);
}

void x87_fldenv(struct cpu *cpu, const struct insn *in)
{
	uint8_t env[ENV32], host[ENV32];
	uint32_t ea = insn_ea(cpu, in);

	if (!x87_begin(cpu))
		return;
	env_align(cpu, in, ea, env_size(in), false);
	mem_read(cpu, in->seg, ea, env, env_size(in));
	env_unpack(cpu, in, env, host);
	asm volatile("fldenv %0" : : "m"(host));
	fpu_settle(cpu);
}

void x87_fnstenv(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in), size = env_size(in);
	uint8_t env[ENV32];

	x87_begin_nowait(cpu);
	env_align(cpu, in, ea, size, true);
	mem_probe_write(cpu, in->seg, ea, size);
	/* It masks all exceptions, and so does this. */
	asm volatile("fnstenv %0" : "=m"(env));
	env_pack(cpu, in, env);
	mem_write(cpu, in->seg, ea, env, size);
	fpu_settle(cpu);
}

void x87_frstor(struct cpu *cpu, const struct insn *in)
{
	uint8_t img[ENV32 + REGS], host[ENV32 + REGS];
	uint32_t ea = insn_ea(cpu, in), env = env_size(in);

	if (!x87_begin(cpu))
		return;
	env_align(cpu, in, ea, env + REGS, false);
	mem_read(cpu, in->seg, ea, img, env + REGS);
	env_unpack(cpu, in, img, host);
	memcpy(host + ENV32, img + env, REGS);
	asm volatile("frstor %0" : : "m"(host));
	fpu_settle(cpu);
}

void x87_clear_pointers(struct cpu *cpu)
{
	struct cpu_fpu *f = cpu->fpu;

	f->fip = f->fdp = 0;
	f->fcs = f->fds = f->fop = 0;
}

void x87_fnsave(struct cpu *cpu, const struct insn *in)
{
	uint32_t ea = insn_ea(cpu, in), env = env_size(in);
	uint8_t img[ENV32 + REGS];

	x87_begin_nowait(cpu);
	env_align(cpu, in, ea, env + REGS, true);
	mem_probe_write(cpu, in->seg, ea, env + REGS);
	asm volatile("fnsave %0" : "=m"(img));
	env_pack(cpu, in, img);
	memmove(img + env, img + ENV32, REGS);
	mem_write(cpu, in->seg, ea, img, env + REGS);
	x87_clear_pointers(cpu);
	fpu_settle(cpu);
}

void x87_fldcw(struct cpu *cpu, const struct insn *in)
{
	uint16_t cw;

	if (!x87_begin(cpu))
		return;
	cw = mem_read16(cpu, in->seg, insn_ea(cpu, in));
	asm volatile("fldcw %0" : : "m"(cw));
	fpu_settle(cpu);
}

void x87_fnstcw(struct cpu *cpu, const struct insn *in)
{
	uint16_t cw;

	x87_begin_nowait(cpu);
	asm volatile("fnstcw %0" : "=m"(cw));
	mem_write16(cpu, in->seg, insn_ea(cpu, in), cw);
}

void x87_fnstsw(struct cpu *cpu, const struct insn *in)
{
	uint16_t sw;

	x87_begin_nowait(cpu);
	asm volatile("fnstsw %0" : "=m"(sw));
	mem_write16(cpu, in->seg, insn_ea(cpu, in), sw);
}

void x87_fnstsw_ax(struct cpu *cpu, const struct insn *in)
{
	uint16_t sw;

	(void)in;
	x87_begin_nowait(cpu);
	asm volatile("fnstsw %0" : "=m"(sw));
	set_reg16(cpu, REG_EAX, sw);
}

void x87_fninit(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	x87_begin_nowait(cpu);
	asm volatile("fninit");
	x87_clear_pointers(cpu);
	fpu_settle(cpu);
}

void x87_fnclex(struct cpu *cpu, const struct insn *in)
{
	(void)in;
	x87_begin_nowait(cpu);
	asm volatile("fnclex");
	fpu_settle(cpu);
}

static void fx_begin(struct cpu *cpu)
{
	if (cpu->cr0 & (CR0_EM | CR0_TS))
		cpu_raise(cpu, VEC_NM, 0);
}

void fpu_fxsave(struct cpu *cpu, const struct insn *in)
{
	uint8_t img[FX_USED];
	uint32_t ea;

	fx_begin(cpu);
	ea = fpu_mem16(cpu, in);
	mem_probe_write(cpu, in->seg, ea, FX_SIZE);
	fpu_fx_pack(cpu, img);
	mem_write(cpu, in->seg, ea, img, sizeof(img));
}

void fpu_fxrstor(struct cpu *cpu, const struct insn *in)
{
	uint8_t img[FX_SIZE];

	fx_begin(cpu);
	mem_read(cpu, in->seg, fpu_mem16(cpu, in), img, sizeof(img));
	if (get_le32(img + FX_MXCSR) & ~MXCSR_VALID)
		cpu_raise(cpu, VEC_GP, 0);
	fpu_fx_unpack(cpu, img);
}

void sse_ldmxcsr(struct cpu *cpu, const struct insn *in)
{
	uint32_t v;

	sse_begin(cpu);
	v = mem_read32(cpu, in->seg, insn_ea(cpu, in));
	if (v & ~MXCSR_VALID)
		cpu_raise(cpu, VEC_GP, 0);
	cpu->fpu->mxcsr = v;
}

void sse_stmxcsr(struct cpu *cpu, const struct insn *in)
{
	sse_begin(cpu);
	mem_write32(cpu, in->seg, insn_ea(cpu, in), cpu->fpu->mxcsr);
}
