/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_compare.h - do two processors agree, and if not, where?
 */
#ifndef TESTS_INSN_LIB_COMPARE_H
#define TESTS_INSN_LIB_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_case.h"

/**
 * case_same() - do both agree, but for what is undefined?
 * @in: the case
 * @host: what the host did; what it need not have done is taken back
 * @ours: what our engine did
 */
bool case_same(const struct case_in *in, struct case_out *host,
	       const struct case_out *ours);

/* case_settle() - take back what the host need not have done. Return: false
 * if it did what no other processor can be asked to do. */
bool case_settle(const struct case_in *in, struct case_out *host);

/* case_key() - a hash of all that goes into the case. */
uint64_t case_key(const struct case_in *in);

/* case_hash() - a hash of all of its end that case_same() looks at.
 * @undefined: EFLAGS that are left out, beside the case's own */
uint64_t case_hash(const struct case_in *in, const struct case_out *out,
		   uint32_t undefined);

#endif
