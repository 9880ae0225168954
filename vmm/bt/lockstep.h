/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lockstep.h - both engines, compared at the end of each block: for finding
 * bugs (--cpu lockstep).
 */
#ifndef VMM_BT_LOCKSTEP_H
#define VMM_BT_LOCKSTEP_H

#include <stdbool.h>

struct cpu;

/* lockstep_create() - compare from now on; the processor has a translator.
 * Return: false if out of memory. */
bool lockstep_create(struct cpu *cpu);
/* lockstep_destroy() - compare no more; nothing to do if it does not. */
void lockstep_destroy(struct cpu *cpu);

/*
 * lockstep_run() - run the block at CS:EIP on both engines
 *
 * Called with cpu->fault armed and bt_ready(). Raises what the block raises;
 * stops the processor if the engines differ.
 */
void lockstep_run(struct cpu *cpu);

#endif
