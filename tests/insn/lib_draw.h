/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_draw.h - all cases that are drawn from a line of the tables.
 *
 * 1. What is drawn depends on the seed, the line's name and its words only:
 *    not on other lines, nor on who asks.
 */
#ifndef TESTS_INSN_LIB_DRAW_H
#define TESTS_INSN_LIB_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_spec.h"

/* Where the cases go. */
struct draw_sink {
	void *user;
	struct case_in *(*next)(void *user);	/* place for one */
	bool (*add)(void *user, const struct spec *s);	/* it is filled in */
};

/* Return: false as soon as add() does. */
typedef bool draw_fn(const struct spec *s, uint64_t seed,
		     const struct draw_sink *to);

/* draw_values() - with different operands, flags, addressing modes, prefixes
 * and page ends: see lib_spec.h. */
draw_fn draw_values;

/**
 * draw_ends() - with its operand, its stack or its strings on every end of a
 * page
 *
 * The line is drawn at every place where an access of up to 16 bytes lies
 * across an end: of present and absent pages, either way round, of two
 * present ones, of a read-only and an absent one; and at some where only long
 * operands do. Before the instruction comes, by turns, nothing, a PUSH, a POP,
 * or an ADD or SUB of ESP: in a translation, ESP is then kept elsewhere when
 * the fault comes, and so are the flags.
 */
draw_fn draw_ends;

/**
 * draw_odd() - with its operand, its stack or its strings at each distance from
 * a multiple of 16, while alignment checks are on (EFLAGS.AC; Linux sets
 * CR0.AM); but for lines where processors are free to check or not
 */
draw_fn draw_odd;

#endif
