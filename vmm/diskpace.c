/* SPDX-License-Identifier: BSD-2-Clause */
/* diskpace.c - a guest keeps its CPU beside a disk: see diskpace.h. */
#include "vmm/diskpace.h"

#include "base/bytes.h"

void diskpace_asked(struct diskpace *p, uint64_t now)
{
	uint64_t cost;

	if (!p->told || !p->halts)
		return;
	p->told = false;
	cost = MIN(now - MIN(now, p->told_ns), DISKPACE_COST_NS);
	p->even_ns = MAX(p->even_ns, now) + cost * DISKPACE_PART;
	p->holds = p->even_ns - now > DISKPACE_OWED_NS;
}

void diskpace_told(struct diskpace *p, uint64_t now)
{
	p->told = true;
	p->told_ns = now;
	p->holds = false;
}

void diskpace_waits(struct diskpace *p, bool halts)
{
	*p = (struct diskpace){ .halts = p->halts || halts };
}

uint64_t diskpace_until(const struct diskpace *p, uint64_t now)
{
	return p->holds && p->even_ns > now ? p->even_ns : 0;
}
