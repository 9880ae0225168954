/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * latency.h - how long something took, many times: a histogram.
 *
 * 1. Its size is fixed, whatever is added. Times are in the unit of who adds
 *    them: ticks of the TSC (vmdriver/stamps.h), or nanoseconds
 *    (base/stamper.h).
 * 2. Buckets are 1/32 of an octave wide: a quantile is right to within 2 %.
 * 3. One that lies in memory of others may hold anything: what is read of it
 *    is then some number, and nothing else comes of it.
 */
#ifndef BASE_LATENCY_H
#define BASE_LATENCY_H

#include <stdint.h>

#define LATENCY_SUB	32u	/* buckets in an octave */
#define LATENCY_OCTAVES	31u	/* from 2^5 on: to 2^36 */
#define LATENCY_BUCKETS	(LATENCY_SUB * (LATENCY_OCTAVES + 1))

struct latency {
	uint64_t sum;
	uint32_t n[LATENCY_BUCKETS];
};

/* latency_add() - one more, that took from @from to @to; 0 if that is less. */
void latency_add(struct latency *l, uint64_t from, uint64_t to);

/* latency_count() - how many there are. */
uint64_t latency_count(const struct latency *l);

/**
 * latency_quantile() - how long it took at most, in so many of all cases
 * @permille: 500 is the median
 *
 * Return: the middle of a bucket; 0 if there are none.
 */
uint64_t latency_quantile(const struct latency *l, unsigned int permille);

/* latency_max() - the longest, as latency_quantile() has it. */
uint64_t latency_max(const struct latency *l);

#endif
