/* SPDX-License-Identifier: BSD-2-Clause */
/* fpu_state.c - make, reset, move and show the x87, MMX and SSE state. */
#include "vmm/cpu/fpu_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmm/mmu/mmu.h"

#define FCW_RESET 0x0040u	/* RESET#, SDM volume 3, table 9-1 */

bool cpu_fpu_create(struct cpu *cpu)
{
	struct cpu_fpu *f = aligned_alloc(64, sizeof(*f));

	if (!f)
		return false;
	memset(f, 0, sizeof(*f));
	cpu->fpu = f;
	cpu_fpu_reset(cpu);
	return true;
}

void cpu_fpu_destroy(struct cpu *cpu)
{
	cpu_fpu_sync(cpu);
	free(cpu->fpu);
	cpu->fpu = NULL;
}

void cpu_fpu_reset(struct cpu *cpu)
{
	uint8_t fx[FX_SIZE] = { 0 };

	put_le16(fx, FCW_RESET);
	fx[4] = 0xff;		/* all tagged valid, all zero */
	put_le32(fx + FX_MXCSR, MXCSR_INIT);
	cpu_fpu_set(cpu, fx);
}

void cpu_fpu_sync(struct cpu *cpu)
{
	struct cpu_fpu *f = cpu->fpu;

	if (!f->live)
		return;
	fpu_host_save(f->img);
	fpu_host_drop();
	f->live = false;
}

void cpu_fpu_get(struct cpu *cpu, void *fxsave512)
{
	memset(fxsave512, 0, FX_SIZE);
	fpu_fx_pack(cpu, fxsave512);
	cpu_fpu_sync(cpu);
}

void cpu_fpu_set(struct cpu *cpu, const void *fxsave512)
{
	fpu_fx_unpack(cpu, fxsave512);
	cpu_fpu_sync(cpu);
}

void fpu_own_slow(struct cpu_fpu *f)
{
	fpu_host_load(f->img);
	f->live = true;
}

/* ferr_set() - drive the FERR pin, if there is one. */
static void ferr_set(struct cpu *cpu, bool level)
{
	if (cpu->fpu->ferr == level)
		return;
	cpu->fpu->ferr = level;
	if (cpu->pins.ferr)
		cpu->pins.ferr(cpu->pins.board, level);
}

void fpu_settle(struct cpu *cpu)
{
	struct cpu_fpu *f = cpu->fpu;
	uint16_t sw, cw;

	asm volatile("fnstsw %0" : "=m"(sw));
	asm volatile("fnstcw %0" : "=m"(cw));
	f->pending = sw & X87_ES;
	f->unmasked = ~cw & X87_EXC;
	ferr_set(cpu, f->pending && !(cpu->cr0 & CR0_NE));
}

void fpu_error(struct cpu *cpu)
{
	if (cpu->cr0 & CR0_NE)
		cpu_raise(cpu, VEC_MF, 0);
	/* SDM volume 1, D.2.1.1: stop here until the interrupt comes. */
	ferr_set(cpu, true);
	cpu->next_eip = cpu->eip;
	cpu->mmu->code->cut = true;
}

void fpu_fx_pack(struct cpu *cpu, uint8_t *out)
{
	struct cpu_fpu *f = cpu->fpu;

	if (f->live)
		fpu_host_save(f->img);
	memcpy(out, f->img, FX_X87_END);
	put_le16(out + FX_FOP, f->fop);
	put_le32(out + FX_FIP, f->fip);
	put_le32(out + FX_FCS, f->fcs);
	put_le32(out + FX_FDP, f->fdp);
	put_le32(out + FX_FDS, f->fds);
	put_le32(out + FX_MXCSR, f->mxcsr);
	put_le32(out + FX_MXCSR_MASK, MXCSR_VALID);
	memcpy(out + FX_XMM, f->xmm, sizeof(f->xmm));
}

void fpu_fx_unpack(struct cpu *cpu, const uint8_t *in)
{
	struct cpu_fpu *f = cpu->fpu;

	f->fop = get_le16(in + FX_FOP) & 0x7ff;
	f->fip = get_le32(in + FX_FIP);
	f->fcs = get_le16(in + FX_FCS);
	f->fdp = get_le32(in + FX_FDP);
	f->fds = get_le16(in + FX_FDS);
	f->mxcsr = get_le32(in + FX_MXCSR) & MXCSR_VALID;
	memcpy(f->xmm, in + FX_XMM, sizeof(f->xmm));
	memset(f->img, 0, sizeof(f->img));
	memcpy(f->img, in, FX_X87_END);
	memset(f->img + FX_FOP, 0, FX_MXCSR - FX_FOP);
	put_le32(f->img + FX_MXCSR, MXCSR_INIT);
	put_le32(f->img + FX_MXCSR_MASK, 0);
	fpu_own_slow(f);
	fpu_settle(cpu);
}
