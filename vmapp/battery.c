/* SPDX-License-Identifier: BSD-2-Clause */
/* battery.c - what the clock's battery keeps: see battery.h. */
#include "vmapp/battery.h"

#include <string.h>
#include <time.h>

#define RAM_FIRST	0x0eu	/* below are the time and the registers */
#define RAM_SHUTDOWN	0x0fu
#define AHEAD_MOST	(200ll * 365 * 86400)	/* no clock is set so far */

/* bounded() - a number of seconds that may be anything */
static int64_t bounded(int64_t s)
{
	return s < -AHEAD_MOST || s > AHEAD_MOST ? 0 : s;
}

int64_t battery_time(const struct battery *b)
{
	return (int64_t)time(NULL) + bounded(b->ahead_s);
}

void battery_begin(struct battery *b, struct mc146818 *rtc)
{
	unsigned int i;

	b->began_s = rtc->regs->offset_s;
	for (i = RAM_FIRST; b->was && i < MC146818_RAM; i++)
		if (i != RAM_SHUTDOWN)
			mc146818_set_ram(rtc, i, b->ram[i]);
}

void battery_note(struct battery *b, const struct mc146818 *rtc)
{
	/* The guest has set its clock by that much; both may be anything. */
	int64_t moved =
		(int64_t)((uint64_t)rtc->regs->offset_s - (uint64_t)b->began_s);

	b->ahead_s = bounded(bounded(b->ahead_s) + bounded(moved));
	memcpy(b->ram, rtc->regs->ram, sizeof(b->ram));
	b->was = 1;
}
