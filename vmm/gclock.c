/* SPDX-License-Identifier: BSD-2-Clause */
/* gclock.c - the guest's time: see gclock.h. */
#include "vmm/gclock.h"

#include <string.h>

#include "base/bytes.h"

/* Less than this between two looks is not looked into: to ask for CPU time is
 * a system call. Linux gives a calibration up in which one turn of its loop
 * took ten times as long as another (pit_calibrate_tsc()). */
#define GAP_NS		8000u

/* What is left of a longer gap beside the guest's own work, so that time goes
 * on however the host's clocks are rounded. */
#define GAP_LEFT_NS	1000u

#define POLL_END_NS	500000u
#define POLL_LONGEST_NS	2000000000u

/* After so many readings of ports with no gap between them, a gap before the
 * next one is not the guest's if it is as short as an interrupt of the host. */
#define DENSE		8u
#define HICCUP_NS	200000u

/* So many readings in a row are a calibration, and not a clock that is read
 * now and then: Linux compares its clocks twice a second, with a few readings
 * each. With no such row for SETTLED_NS of the host's time, the guest's TSC is
 * the host's. */
#define POLL_ROW	32u
#define SETTLED_NS	300000000u

/* A kernel has unpacked itself and comes to its clocks in this time. */
#define FIRST_ROW_NS	5000000000u

/* A reading of both clocks in fewer ticks than this was not disturbed. */
#define PAIR_TICKS	40000u
#define PAIR_TRIES	10
#define RATE_SHIFT	20

static uint64_t host_now(const struct gclock *g)
{
	return g->host.now_ns(g->host.arg);
}

static uint64_t host_tsc(const struct gclock *g)
{
	return g->host.tsc(g->host.arg);
}

/* host_pair() - both of the host's clocks at one moment; Return: the TSC. */
static uint64_t host_pair(const struct gclock *g, uint64_t *now)
{
	uint64_t from, to;
	int i;

	for (i = 0; i < PAIR_TRIES; i++) {
		from = host_tsc(g);
		*now = host_now(g);
		to = host_tsc(g);
		if (to - from < PAIR_TICKS)
			break;
	}
	return from;
}

/* rate_measure() - by how far both clocks have come since power-on. Once: the
 * TSC's lag is then a function of the lag, with no steps. */
static void rate_measure(struct gclock *g)
{
	uint64_t now, tsc = host_pair(g, &now);

	if (now > g->boot_ns)
		g->rate = (uint64_t)(((unsigned __int128)(tsc - g->boot_tsc)
				      << RATE_SHIFT) /
				     (now - g->boot_ns));
}

static uint64_t lag_tsc(const struct gclock *g)
{
	return (uint64_t)((unsigned __int128)g->lag_ns * g->rate >> RATE_SHIFT);
}

/* gclock_polls() - no time is given back. */
static bool gclock_polls(const struct gclock *g)
{
	return g->polls > 1 && !g->tired;
}

/* gclock_returns() - or is it? */
static bool gclock_returns(const struct gclock *g)
{
	return !g->hold && !gclock_polls(g);
}

static void lag_add(struct gclock *g, uint64_t ns)
{
	if (!g->rate)
		rate_measure(g);
	g->lag_ns += ns;
	if (g->lag_ns > GCLOCK_LAG_MOST_NS) {
		g->lag_ns = GCLOCK_LAG_MOST_NS;
		g->sooner = true;
	}
}

/* lag_return() - the guest ran, or rested, for @ns, until @now of the host's
 * time. */
static void lag_return(struct gclock *g, uint64_t now, uint64_t ns)
{
	uint64_t t = now - g->boot_ns - g->lag_ns, back;

	if (!gclock_returns(g) || t >= g->tick_ns)
		return;
	back = MIN(g->lag_ns, ns * GCLOCK_RETURN);
	g->lag_ns -= MIN(back, g->tick_ns - t);
}

/* row_begin() - what was polled before is over. */
static void row_begin(struct gclock *g)
{
	g->sooner |= gclock_polls(g) && g->lag_ns;
	g->tired = false;
	g->polls = 0;
	g->dense = 0;
	g->unread_ns = 0;
}

static void gap_judged(struct gclock *g, uint64_t now, uint64_t ran)
{
	g->judged_ns = now;
	g->judged_ran = ran;
}

/* gap_judge() - a gap: was that the guest, or did the host run something else?
 * Return: what of it was the guest. */
static uint64_t gap_judge(struct gclock *g, uint64_t now, bool read)
{
	uint64_t ran = g->host.ran_ns(g->host.arg);
	uint64_t passed = now - g->judged_ns, worked = ran - g->judged_ran;
	uint64_t gap = now - g->seen_ns, taken = 0;

	if (passed > worked)
		taken = MIN(passed - worked, gap);
	/* The host's own interrupts are counted as our CPU time. */
	if (read && g->dense >= DENSE && gap - taken < HICCUP_NS)
		taken = gap;
	g->dense = 0;
	if (taken > GAP_LEFT_NS && g->asked)
		lag_add(g, taken - GAP_LEFT_NS);
	gap_judged(g, now, ran);
	return gap - taken;
}

/* gclock_look() - a clock is looked at, and @read by the guest. @now: the
 * host's time. Return: guest time. */
static uint64_t gclock_look(struct gclock *g, uint64_t now, bool read)
{
	uint64_t work = 0, t;

	if (!g->seen_ns)
		gap_judged(g, now, g->host.ran_ns(g->host.arg));
	else
		work = now - g->seen_ns > GAP_NS ? gap_judge(g, now, read) :
						   now - g->seen_ns;
	g->seen_ns = now;
	/* First: an interrupt's handler may end a row in the middle of a
	 * calibration, but no leap may follow. */
	lag_return(g, now, work);
	g->unread_ns += work;
	if (g->unread_ns > POLL_END_NS)
		row_begin(g);
	if (read)
		g->unread_ns = 0;
	t = now - g->boot_ns - g->lag_ns;
	if (gclock_polls(g) && t - g->begun_ns > POLL_LONGEST_NS) {
		g->tired = true;
		g->sooner = true;
	}
	return t;
}

void gclock_init(struct gclock *g, const struct gclock_host *host,
		 uint64_t boot_ns, uint64_t boot_tsc)
{
	memset(g, 0, sizeof(*g));
	g->host = *host;
	g->boot_ns = boot_ns;
	g->boot_tsc = boot_tsc;
	g->asked = true;	/* a kernel calibrates first of all */
	g->tick_ns = UINT64_MAX;
	g->port_ns = host_now(g) + FIRST_ROW_NS;
}

uint64_t gclock_now(struct gclock *g)
{
	if (!g->asked)
		return host_now(g) - g->boot_ns;	/* there is no lag */
	return gclock_look(g, host_now(g), false);
}

uint64_t gclock_poll(struct gclock *g)
{
	uint64_t t = gclock_look(g, host_now(g), true);

	if (!g->polls)
		g->begun_ns = t;
	if (g->dense < DENSE)
		g->dense++;
	if (g->polls < POLL_ROW)
		g->polls++;
	if (g->polls == POLL_ROW && !g->tired) {
		g->asked = true;
		g->port_ns = g->seen_ns;
	}
	return t;
}

uint64_t gclock_tsc(struct gclock *g)
{
	uint64_t now, t;

	if (g->asked) {
		/* What the host takes from here on is for the next look. */
		t = host_pair(g, &now);
		gclock_look(g, now, true);
	} else {
		t = host_tsc(g);
	}
	t -= g->boot_tsc + lag_tsc(g);
	if ((int64_t)(t - g->last_tsc) < 0)
		t = g->last_tsc;
	g->last_tsc = t;
	return t;
}

void gclock_interrupted(struct gclock *g)
{
	g->dense = 0;
}

void gclock_away(struct gclock *g, bool rested)
{
	uint64_t now;

	row_begin(g);	/* no calibration needs the host world */
	if (!rested)
		return;
	if (g->asked && g->seen_ns) {
		now = host_now(g);
		lag_return(g, now, now - g->seen_ns);
	}
	g->seen_ns = 0;
}

void gclock_pause(struct gclock *g, uint64_t ns, uint64_t tsc)
{
	g->boot_ns += ns;
	g->boot_tsc += tsc;
	g->port_ns += ns;
	if (g->seen_ns)
		g->seen_ns += ns;
	g->judged_ns += ns;
}

void gclock_hold(struct gclock *g, bool hold)
{
	g->sooner |= g->hold && !hold && g->lag_ns;
	g->hold = hold;
}

void gclock_tick(struct gclock *g, uint64_t due_ns)
{
	g->tick_ns = due_ns;
}

void gclock_settle(struct gclock *g, bool busy)
{
	uint64_t now;

	if (!g->asked && busy) {
		g->asked = true;
		g->seen_ns = 0;	/* what was taken before is past */
	}
	if (!g->asked || busy || g->lag_ns)
		return;
	now = host_now(g);
	if (now > g->port_ns + SETTLED_NS || g->tired)
		g->asked = false;
}

uint64_t gclock_host_ns(const struct gclock *g, uint64_t ns)
{
	uint64_t at = ns + g->boot_ns + g->lag_ns, now, left;

	if (!g->lag_ns || !gclock_returns(g))
		return at;
	now = host_now(g);
	if (at <= now)
		return at;
	left = at - now;	/* without a return of the lag */
	return now + MAX(left / (GCLOCK_RETURN + 1),
			 left > g->lag_ns ? left - g->lag_ns : 0);
}
