/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * raise.c - leave the instruction under way: with a fault, or for good.
 *
 * All that runs instructions or reaches memory calls these, from however deep;
 * they jump to where interp.c has armed cpu->fault, and call nobody.
 */
#include "vmm/cpu/sys.h"

_Noreturn void cpu_raise(struct cpu *cpu, uint8_t vector, uint32_t code)
{
	/* Vectors that push an error code (SDM volume 3, table 6-1). */
	const uint32_t with_code = 1u << VEC_DF | 1u << VEC_TS | 1u << VEC_NP |
				   1u << VEC_SS | 1u << VEC_GP | 1u << VEC_PF |
				   1u << VEC_AC;

	cpu->fault_vector = vector;
	cpu->fault_has_code = vector < 32 && (with_code >> vector & 1);
	cpu->fault_code = code;
	longjmp(cpu->fault, LANDED_FAULT);
}

_Noreturn void cpu_stop(struct cpu *cpu, const char *text)
{
	cpu->stop_text = text;
	longjmp(cpu->fault, LANDED_STOP);
}

void require_cpl0(struct cpu *cpu)
{
	if (cpu->cpl != 0)
		cpu_raise(cpu, VEC_GP, 0);
}
