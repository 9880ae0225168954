/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_select.c - which instructions are ours.
 *
 * UD0, UD1, UD2, RSM (there is no SMM to come back from), SYSCALL and the
 * rest of the unassigned map find no handler anywhere: that is their #UD.
 */
#include <stddef.h>

#include "vmm/cpu/sys.h"

/* table */
static insn_fn *select_1byte(const struct insn *in)
{
	switch (in->opcode) {
	case 0x06: case 0x0e: case 0x16: case 0x1e:
		return sys_push_sreg;
	case 0x07: case 0x17: case 0x1f:
		return sys_pop_sreg;
	case 0x63:
		return sys_arpl;
	case 0x6c: case 0x6d:
		return sys_ins;
	case 0x6e: case 0x6f:
		return sys_outs;
	case 0x8c:
		return sys_mov_from_sreg;
	case 0x8e:
		return sys_mov_to_sreg;
	case 0x9a:
		return sys_call_ptr;
	case 0x9c:
		return sys_pushf;
	case 0x9d:
		return sys_popf;
	case 0xc4: case 0xc5:
		return insn_is_mem(in) ? sys_load_far_pointer : NULL;
	case 0xca: case 0xcb:
		return sys_retf;
	case 0xcc:
		return sys_int3;
	case 0xcd:
		return sys_int_n;
	case 0xce:
		return sys_into;
	case 0xcf:
		return sys_iret;
	case 0xe4: case 0xe5: case 0xec: case 0xed:
		return sys_in;
	case 0xe6: case 0xe7: case 0xee: case 0xef:
		return sys_out;
	case 0xea:
		return sys_jmp_ptr;
	case 0xf1:
		return sys_icebp;
	case 0xf4:
		return sys_hlt;
	case 0xfa:
		return sys_cli;
	case 0xfb:
		return sys_sti;
	case 0xff:
		if (!insn_is_mem(in))
			return NULL;
		if (in->reg == 3)
			return sys_call_mem;
		return in->reg == 5 ? sys_jmp_mem : NULL;
	}
	return NULL;
}

/* select_group7() - 0F 01: only SMSW and LMSW take a register. */
static insn_fn *select_group7(const struct insn *in)
{
	if (in->reg == 5)
		return NULL;
	if (!insn_is_mem(in) && in->reg != 4 && in->reg != 6)
		return NULL;
	return sys_group7;
}

/* table */
static insn_fn *select_0f(const struct insn *in)
{
	switch (in->opcode) {
	case 0x00:
		return in->reg < 6 ? sys_group6 : NULL;
	case 0x01:
		return select_group7(in);
	case 0x02:
		return sys_lar;
	case 0x03:
		return sys_lsl;
	case 0x06:
		return sys_clts;
	case 0x08: case 0x09:
		return sys_wbinvd;
	case 0x20:
		return sys_mov_from_cr;
	case 0x21:
		return sys_mov_from_dr;
	case 0x22:
		return sys_mov_to_cr;
	case 0x23:
		return sys_mov_to_dr;
	case 0x30:
		return sys_wrmsr;
	case 0x31:
		return sys_rdtsc;
	case 0x32:
		return sys_rdmsr;
	case 0x33:
		return sys_rdpmc;
	case 0x34:
		return sys_sysenter;
	case 0x35:
		return sys_sysexit;
	case 0xa0: case 0xa8:
		return sys_push_sreg;
	case 0xa1: case 0xa9:
		return sys_pop_sreg;
	case 0xa2:
		return sys_cpuid;
	case 0xb2: case 0xb4: case 0xb5:
		return insn_is_mem(in) ? sys_load_far_pointer : NULL;
	}
	return NULL;
}

insn_fn *sys_select(const struct insn *in)
{
	if (in->map == MAP_1BYTE)
		return select_1byte(in);
	if (in->map == MAP_0F)
		return select_0f(in);
	return NULL;
}
