/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_gen.h - values worth trying: integers, floating-point numbers, whole
 * processor states, drawn from a seeded generator.
 *
 * 1. One seed gives one sequence, on every machine.
 */
#ifndef TESTS_INSN_LIB_GEN_H
#define TESTS_INSN_LIB_GEN_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_case.h"

struct rng {
	uint64_t s;
};

/* rng_next() - the next 32 bits (splitmix64). */
uint32_t rng_next(struct rng *r);

/* rng_below() - 0 to @n - 1. */
uint32_t rng_below(struct rng *r, uint32_t n);

/* rng_one_in() - true once in @n. */
bool rng_one_in(struct rng *r, uint32_t n);

/* What a memory operand is filled with. */
enum pool { POOL_INT, POOL_F32, POOL_F64, POOL_F80, POOL_FEW };

/* gen_int() - 0, 1, -1, the ends of every width and their neighbours. */
uint32_t gen_int(struct rng *r);

/* gen_fill() - 16 bytes of that kind of value. */
void gen_fill(struct rng *r, enum pool pool, uint8_t out[16]);

/* What the floating-point state of a case holds. */
enum fpstate { FP_CLEAN, FP_X87, FP_MMX, FP_F32, FP_F64, FP_VINT };

/* gen_fx() - a legal FXSAVE image. */
void gen_fx(struct rng *r, enum fpstate kind, uint8_t fx[512]);

/* gen_state() - registers, flags and memory: pointers where programs have
 * them (ESP, EBP, ESI, EDI, EBX lie in CASE_MEM). */
void gen_state(struct rng *r, enum fpstate kind, struct case_in *in);

#endif
