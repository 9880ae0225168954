/* SPDX-License-Identifier: BSD-2-Clause */
/* storm.c - a line that stays up leaves the guest time: see storm.h. */
#include "vmm/storm.h"

#include "base/bytes.h"

uint16_t storm_lines(struct storm *s, uint16_t lines)
{
	uint16_t fell = s->lines & (uint16_t)~lines;
	unsigned int i;

	s->lines = lines;
	s->held &= lines;
	for (i = 0; fell >> i; i++)
		if (fell >> i & 1)
			s->taken[i] = 0;
	return lines & (uint16_t)~s->held;
}

bool storm_taken(struct storm *s, unsigned int line)
{
	if (!(s->lines >> line & 1))
		return false;
	s->taken[line]++;
	return s->taken[line] == STORM_LONG / 2 || s->taken[line] == STORM_LONG;
}

uint64_t storm_rest(struct storm *s, unsigned int line, uint64_t now)
{
	uint64_t took;

	if (s->taken[line] < STORM_LONG) {
		s->half_ns = now;
		return 0;
	}
	took = 2 * (now - MIN(s->half_ns, now));
	s->taken[line] = 0;
	s->held |= (uint16_t)(1u << line);
	s->rests++;
	return MIN(MAX(took * STORM_REST, STORM_REST_LEAST_NS),
		   STORM_REST_MOST_NS);
}

void storm_over(struct storm *s)
{
	s->held = 0;
}
