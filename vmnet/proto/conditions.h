/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditions.h - what a link does to the frames of one direction of a port: its
 * form in messages, and its form as text.
 *
 * 1. All zero is a perfect link.
 * 2. @given says which conditions a user has named; conditions_change() sets
 *    these and leaves the others as they are.
 * 3. Values that conditions_ok() accepts can be combined freely: a jitter above
 *    the delay makes no frame arrive before it was sent, and a burst without a
 *    rate does nothing.
 */
#ifndef VMNET_PROTO_CONDITIONS_H
#define VMNET_PROTO_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define CONDITIONS_ALWAYS	1000000000u	/* chances are of this: 100 % */
#define CONDITIONS_RATE_LEAST	1000u
#define CONDITIONS_RATE_MOST	100000000000ull
#define CONDITIONS_BURST_MOST	(16u << 20)
#define CONDITIONS_DELAY_MOST	10000000u	/* us */
#define CONDITIONS_GAP_MOST	64u

/* The two directions of a port, from its machine and to it: bits. */
enum { CONDITIONS_IN = 1, CONDITIONS_OUT = 2, CONDITIONS_BOTH = 3 };

#define CONDITION(name, take, example, text) COND_WORD_##name,
enum condition_word {
#include "vmnet/proto/conditions.def"
	COND_WORDS
};
#define CONDITION(name, take, example, text) \
	COND_##name = 1 << COND_WORD_##name,
enum condition_bit {
#include "vmnet/proto/conditions.def"
	COND_ALL = (1 << COND_WORDS) - 1
};

/* Little-endian in a message, as all of proto.h. A message may hold any bits:
 * conditions_ok() checks them. */
struct vmnet_conditions {
	uint64_t rate;		/* bit/s; 0: no limit */
	uint64_t seed;
	uint32_t given;		/* COND_* */
	uint32_t burst;		/* bytes */
	uint32_t delay, jitter;	/* us */
	/* chances, of CONDITIONS_ALWAYS */
	uint32_t loss;
	uint32_t gilbert_p;	/* a good time turns bad; 0: never */
	uint32_t gilbert_r;	/* a bad one turns good */
	uint32_t gilbert_h;	/* a frame passes in a bad one */
	uint32_t gilbert_k;	/* and in a good one */
	uint32_t duplicate;
	uint32_t reorder;
	uint32_t gap;		/* how many frames overtake a reordered one */
	uint32_t corrupt;
	uint32_t zero;
};
BUILD_ASSERT(sizeof(struct vmnet_conditions) == 72);

/* conditions_ok() - are all values within their bounds? */
bool conditions_ok(const struct vmnet_conditions *c);

/* conditions_none() - is it a perfect link, which changes no frame? */
bool conditions_none(const struct vmnet_conditions *c);

/* conditions_change() - set in @to what is given in @change. */
void conditions_change(struct vmnet_conditions *to,
		       const struct vmnet_conditions *change);

/* ---- conditions_text.c ------------------------------------------------- */

#define CONDITIONS_TEXT	320u

/* conditions_is_word() - does it begin with one of the words and '='? */
bool conditions_is_word(const char *word);

/**
 * conditions_parse() - take one word, "delay=50ms"
 * @c: gets what it says; @c->given, too
 * @error, @size: else one sentence for the user
 *
 * Return: false: it makes no sense; @c is as before.
 */
bool conditions_parse(struct vmnet_conditions *c, const char *word, char *error,
		      size_t size);

/* conditions_print() - as a user would write it, with blanks between; "" for
 * a perfect link. @buf: CONDITIONS_TEXT bytes. Return: @buf. */
const char *conditions_print(const struct vmnet_conditions *c, char *buf);

#endif
