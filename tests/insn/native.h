/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * native.h - between the two halves of a native runner: what is the same for
 * 32-bit and 64-bit processes (native_main.c), and what is not
 * (native32_main.c, native64_main.c).
 */
#ifndef TESTS_INSN_NATIVE_H
#define TESTS_INSN_NATIVE_H

#include <stdint.h>

#include "tests/insn/lib_case.h"

struct ucontext;

/* The common half. */
extern uint8_t own_stack[8192];

/* native_main() - called first; never returns. @share: where it shall be. */
void native_main(struct case_share *share);

/* The other half. */

/* run_case() - load the state and jump to the code; comes back when
 * leave_case() is called, from a signal handler. */
void run_case(struct case_slot *slot);
_Noreturn void leave_case(void);

long arch_syscall(long nr, long a, long b, long c, long d);

/* arch_map() - mmap. Return: the address, or a negative errno. */
long arch_map(uintptr_t at, uint32_t len, int prot, int flags, int fd);

/* arch_take_state() - the interrupted registers, from the signal frame. */
void arch_take_state(struct case_out *out, const struct ucontext *uc);

#endif
