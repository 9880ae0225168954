/* SPDX-License-Identifier: BSD-2-Clause */
/* pace.c - how often the picture is looked at: see pace.h. */
#include "screen/pace.h"

#include "base/bytes.h"

#define MS 1000000ull

#define FAST_NS		(16 * MS)
#define REST_NS		(50 * MS)
#define REST_MOST_NS	(300 * MS)

/* How long it stays fast after a change, and after a key. */
#define AFTER_CHANGE_NS (100 * MS)
#define AFTER_INPUT_NS	(500 * MS)

/* A cursor lies on at most so many tiles. */
#define CURSOR_TILES	2u

/* Of a CPU: one look's cost in so many. */
#define REST_SHARE	150u
#define FAST_SHARE	2u

void pace_input(struct pace *p, uint64_t now_ns)
{
	p->busy_ns = now_ns + AFTER_INPUT_NS;
	p->due_ns = MIN(p->due_ns, now_ns + FAST_NS);
}

void pace_looked(struct pace *p, uint64_t now_ns, uint64_t cost_ns,
		 unsigned int tiles)
{
	uint64_t wait;

	/* One that was interrupted is no measure of all. */
	p->cost_ns = p->cost_ns ? (3 * p->cost_ns + cost_ns) / 4 : cost_ns;
	if (tiles > CURSOR_TILES)
		p->busy_ns = MAX(p->busy_ns, now_ns + AFTER_CHANGE_NS);
	if (now_ns < p->busy_ns)
		wait = MAX(FAST_NS, FAST_SHARE * p->cost_ns);
	else
		wait = MIN(REST_MOST_NS, MAX(REST_NS, REST_SHARE * p->cost_ns));
	p->due_ns = now_ns + wait;
}
