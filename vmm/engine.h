/* SPDX-License-Identifier: BSD-2-Clause */
/* engine.h - which engine runs the guest. */
#ifndef VMM_ENGINE_H
#define VMM_ENGINE_H

struct cpu;
struct crosspage;

/**
 * engine_choose() - give the processor the engine that is asked for
 * @cpu: with the interpreter, which all others fall back on
 * @cross: says which (engine, code_cache, host_denied, dump_stages,
 *	count_insns), and is told what runs (engine_runs), and if that is not
 *	it, why (engine_why)
 *
 * What runs if there can be no translator is for VMApp to say: it knows what
 * the user asked for. Ends the process if there is no memory for lockstep.
 */
void engine_choose(struct cpu *cpu, struct crosspage *cross);

#endif
