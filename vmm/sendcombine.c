/* SPDX-License-Identifier: BSD-2-Clause */
/* sendcombine.c - send combining: see sendcombine.h. */
#include "vmm/sendcombine.h"

#include <string.h>

#include "devices/wires.h"

#define RATE_ONE 256u		/* one switch a period */

void sendcombine_init(struct sendcombine *sc, struct combine_stats *stats)
{
	memset(sc, 0, sizeof(*sc));
	sc->stats = stats;
	sc->oldest_ns = CLOCK_NEVER;
}

/* rate_estimate() - work out the rate, if a period or more has ended. */
static void rate_estimate(struct sendcombine *sc, uint64_t now_ns)
{
	uint64_t period = now_ns / COMBINE_PERIOD_NS;
	bool was_on = sc->on;

	/* Ends after some forty turns at most: then the rate is 0. */
	while (sc->period < period && (sc->rate || sc->count)) {
		sc->rate = sc->rate * 3 / 4 + sc->count * (RATE_ONE / 4);
		sc->count = 0;
		sc->period++;
		sc->on = sc->rate >=
			 RATE_ONE * (sc->on ? COMBINE_OFF : COMBINE_ON);
	}
	sc->period = period;
	if (sc->on && !was_on)
		sc->stats->turned_on++;
}

bool sendcombine_hold(struct sendcombine *sc, uint64_t now_ns,
		      unsigned int card, uint32_t frames,
		      uint32_t combine_limit)
{
	uint32_t before = sc->waiting[card];

	rate_estimate(sc, now_ns);
	sc->full = frames > combine_limit;
	if (!sc->on || sc->full)
		return false;	/* the switch that follows is counted */
	sc->count++;
	sc->waiting[card] = frames;
	sc->stats->held += frames > before ? frames - before : 0;
	if (sc->oldest_ns == CLOCK_NEVER)
		sc->oldest_ns = now_ns;
	return true;
}

/* flush_reason() - what ends the waiting? */
static enum combine_flush flush_reason(const struct sendcombine *sc,
				       uint64_t now_ns, enum hostcall_kind kind)
{
	switch (kind) {
	case HOSTCALL_HALT:
		return FLUSH_HALT;
	case HOSTCALL_YIELD:
		return FLUSH_HOST_IRQ;
	case HOSTCALL_PORT_READ:
	case HOSTCALL_PORT_WRITE:
	case HOSTCALL_MMIO_READ:
	case HOSTCALL_MMIO_WRITE:
		return FLUSH_PORT;
	default:
		return sc->full ? FLUSH_FULL :
		       now_ns >= sendcombine_due(sc) ? FLUSH_TICK :
						       FLUSH_OTHER;
	}
}

void sendcombine_switch(struct sendcombine *sc, uint64_t now_ns,
			enum hostcall_kind kind)
{
	rate_estimate(sc, now_ns);
	sc->count++;
	if (sc->oldest_ns != CLOCK_NEVER)
		sc->stats->flushes[flush_reason(sc, now_ns, kind)]++;
	memset(sc->waiting, 0, sizeof(sc->waiting));
	sc->oldest_ns = CLOCK_NEVER;
	sc->full = false;
}

uint64_t sendcombine_due(const struct sendcombine *sc)
{
	return sc->oldest_ns == CLOCK_NEVER ? CLOCK_NEVER :
					      sc->oldest_ns + COMBINE_TICK_NS;
}

unsigned int sendcombine_card(const struct sendcombine *sc)
{
	unsigned int i;

	for (i = NIC_MAX - 1; i > 0 && !sc->waiting[i]; i--)
		;
	return i;
}
