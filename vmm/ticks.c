/* SPDX-License-Identifier: BSD-2-Clause */
/* ticks.c - timer interrupts that the guest is owed: see ticks.h. */
#include "vmm/ticks.h"

#include "base/bytes.h"

/* What the guest has for itself at least. */
#define FREE_LEAST_NS	20000u

/* A handler's end may not be seen: it need not return by IRET. Then it has
 * ended after a period, or after this. */
#define HANDLER_MOST_NS	1000000u

void ticks_owe(struct ticks *t, uint32_t n, uint64_t period_ns)
{
	uint64_t most = period_ns ? TICKS_OWED_MOST_NS / period_ns : 1;

	t->owed = (uint32_t)MIN((uint64_t)t->owed + n, MAX(most, 1u));
}

bool ticks_taken_at_rest(struct ticks *t)
{
	bool rested = t->rested && !t->owed;

	t->rested = false;
	return rested;
}

void ticks_taken(struct ticks *t, uint64_t ran, uint64_t period_ns)
{
	t->handled = false;
	t->taken_ran = ran;
	t->free_ran = ran + MAX(period_ns, HANDLER_MOST_NS);
}

bool ticks_over(struct ticks *t, uint64_t ran)
{
	uint64_t took = ran - t->taken_ran;

	if (t->handled)
		return false;
	t->handled = true;
	t->free_ran = ran + MAX(took, FREE_LEAST_NS);
	return true;
}

void ticks_idle(struct ticks *t)
{
	t->handled = true;
	t->rested = true;
	t->free_ran = 0;
}

uint64_t ticks_wait(const struct ticks *t, uint64_t ran)
{
	return ran < t->free_ran ? t->free_ran - ran : 0;
}
