/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_engine.h - who can run a case: the host's CPU, and our engines.
 */
#ifndef TESTS_INSN_LIB_ENGINE_H
#define TESTS_INSN_LIB_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tests/insn/case.h"
#include "vmdriver/guestmem.h"
#include "vmm/cpu/cpu.h"

struct oracle {
	pid_t pid;
	int to, from;		/* its standard input and output */
	struct case_batch *batch;
};

/* oracle_open() - start native32; fails the test if it can not. */
void oracle_open(struct oracle *o);
void oracle_close(struct oracle *o);
/* oracle_run() - run the first @n cases of the batch. */
void oracle_run(struct oracle *o, uint32_t n);

struct engine {
	struct guestmem ram;
	struct cpu *cpu;
	_Atomic uint32_t attention;
};

void engine_open(struct engine *e);
void engine_close(struct engine *e);
/* engine_run() - run one case; the answer goes to @out. */
void engine_run(struct engine *e, const struct insn_case *c,
		struct case_state *out);

/* case_differs() - what is different, in words; false if nothing is. */
bool case_differs(const struct insn_case *c, const struct case_state *ours,
		  char *text, size_t size);

#endif
