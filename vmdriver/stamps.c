/* SPDX-License-Identifier: BSD-2-Clause */
/* stamps.c - histograms of ticks: see stamps.h. */
#include "vmdriver/stamps.h"

#include "base/bytes.h"

#define SUB_BITS 5u

const char *const step_names[STEP_COUNT] = {
#define STEP(name, text) [STEP_##name] = text,
#include "vmdriver/account.def"
};

/* bucket_of() - exact below LATENCY_SUB, then by octave and its parts. */
static unsigned int bucket_of(uint64_t ticks)
{
	unsigned int octave, i;

	if (ticks < LATENCY_SUB)
		return (unsigned int)ticks;
	octave = 63 - (unsigned int)__builtin_clzll(ticks) - SUB_BITS;
	i = (octave + 1) * LATENCY_SUB +
	    (unsigned int)(ticks >> octave) % LATENCY_SUB;
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
	uint64_t ticks = to > from ? to - from : 0;

	l->sum += ticks;
	l->n[bucket_of(ticks)]++;
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
