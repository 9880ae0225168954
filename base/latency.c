/* SPDX-License-Identifier: BSD-2-Clause */
/* latency.c - histograms of times: see latency.h. */
#include "base/latency.h"

#include "base/bytes.h"

#define SUB_BITS 5u

/* bucket_of() - exact below LATENCY_SUB, then by octave and its parts. */
static unsigned int bucket_of(uint64_t time)
{
	unsigned int octave, i;

	if (time < LATENCY_SUB)
		return (unsigned int)time;
	octave = 63 - (unsigned int)__builtin_clzll(time) - SUB_BITS;
	i = (octave + 1) * LATENCY_SUB +
	    (unsigned int)(time >> octave) % LATENCY_SUB;
	return MIN(i, LATENCY_BUCKETS - 1);
}

/* middle_of() - of a bucket. */
static uint64_t middle_of(unsigned int bucket)
{
	unsigned int octave;

	if (bucket < LATENCY_SUB)
		return bucket;
	octave = bucket / LATENCY_SUB - 1;
	return ((uint64_t)(LATENCY_SUB + bucket % LATENCY_SUB) << octave) +
	       (1ull << octave) / 2;
}

void latency_add(struct latency *l, uint64_t from, uint64_t to)
{
	uint64_t time = to > from ? to - from : 0;

	l->sum += time;
	l->n[bucket_of(time)]++;
}

uint64_t latency_count(const struct latency *l)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		sum += l->n[i];
	return sum;
}

uint64_t latency_quantile(const struct latency *l, unsigned int permille)
{
	uint64_t wanted = (latency_count(l) * permille + 999) / 1000, sum = 0;
	unsigned int i;

	for (i = 0; i < LATENCY_BUCKETS; i++) {
		sum += l->n[i];
		if (sum && sum >= wanted)
			return middle_of(i);
	}
	return 0;
}

uint64_t latency_max(const struct latency *l)
{
	unsigned int i;

	for (i = LATENCY_BUCKETS; i-- > 0;)
		if (l->n[i])
			return middle_of(i);
	return 0;
}
