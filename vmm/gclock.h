/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gclock.h - the guest's time: one for PIT, PM timer, port 61h, TSC and timer
 * interrupts.
 *
 * Theory of operation
 *
 * A kernel compares its clocks. It reads two of them in a loop and takes what
 * passed on one for what passed on the other; it counts timer interrupts, and
 * looks whether the TSC agrees. On a busy host its processor is away for
 * milliseconds at any place: between the two readings of a pair, or between an
 * interrupt that is due and one that is taken. Linux then refuses a clock that
 * is right. A real machine has nothing like it.
 *
 * So guest time is the host's less a lag. What the host took away from the
 * guest is added to the lag: for the guest nothing has happened. So is what a
 * call of the host world took, which may have waited for a CPU. The lag is
 * given back while the guest runs or rests: its time then runs faster, at most
 * 1 + RETURN times as fast as the host's, on all of its clocks. Interrupts of
 * its timer come closer together, but not one right after the other, and none
 * of the lag is given back between one that is due and its coming.
 *
 * While the guest polls a clock nothing is given back: it may be a calibration
 * of a clock by the processor's own speed. Polling is a row of readings with
 * less than POLL_END_NS of the guest's own work between each and the next. Who
 * polls for more than POLL_LONGEST_NS is not calibrating.
 *
 * Translated code reads the host's TSC itself, and knows of no lag. So where
 * there may be one, each reading of the TSC has to come here (@asked): while a
 * guest polls, and unless the host is known not to be busy. Else there is no
 * lag, and what the host takes away is a jump of all clocks.
 *
 * 1. Guest time never goes back, on any of the clocks.
 * 2. All clocks lag by one number of nanoseconds.
 * 3. What the guest slept is not taken away.
 * 4. The lag is GCLOCK_LAG_MOST_NS at most; the guest's time jumps by what is
 *    more.
 */
#ifndef VMM_GCLOCK_H
#define VMM_GCLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define GCLOCK_RETURN	10u
#define GCLOCK_LAG_MOST_NS 10000000000ull

/* Where time comes from; a test has its own. */
struct gclock_host {
	uint64_t (*now_ns)(void *arg);	/* CLOCK_MONOTONIC */
	uint64_t (*tsc)(void *arg);	/* the host's counter */
	uint64_t (*ran_ns)(void *arg);	/* CPU time of the guest's thread */
	void *arg;
};

struct gclock {
	struct gclock_host host;
	/* the host's, at power-on; later by what the machine was paused */
	uint64_t boot_ns, boot_tsc;
	uint64_t lag_ns;
	uint64_t rate;		/* ticks of the TSC in 2^20 ns; 0: not known */
	bool asked;		/* each reading of the TSC has to come here */
	bool hold;		/* no lag is given back for now */
	uint64_t tick_ns;	/* guest time up to which it is */
	bool sooner;		/* alarms may be due sooner than it was said;
				 * the caller takes it back */
	/* the row of readings under way */
	bool tired;		/* it is too long to be a calibration */
	unsigned int polls;	/* readings of ports */
	unsigned int dense;	/* of these, the last with no gap between */
	uint64_t unread_ns;	/* the guest's work since the last reading */
	uint64_t begun_ns;	/* guest time of the first of these */
	uint64_t port_ns;	/* host time when a port was last polled */
	/* looks */
	uint64_t seen_ns;	/* host time of the last; 0: none that counts */
	uint64_t judged_ns;	/* host time of the last that asked for the
				 * CPU time */
	uint64_t judged_ran;	/* the CPU time then */
	uint64_t last_tsc;	/* as last read here */
};

/* gclock_init() - power on. @boot_ns, @boot_tsc: the host's clocks then. */
void gclock_init(struct gclock *g, const struct gclock_host *host,
		 uint64_t boot_ns, uint64_t boot_tsc);
/* gclock_now() - guest time: nanoseconds since power-on. */
uint64_t gclock_now(struct gclock *g);
/* gclock_poll() - guest time, when the guest reads a clock by a port. */
uint64_t gclock_poll(struct gclock *g);
/* gclock_tsc() - the guest reads its TSC: ticks since power-on. */
uint64_t gclock_tsc(struct gclock *g);
/* gclock_interrupted() - the guest takes an interrupt: its next reading may be
 * late by its own work. */
void gclock_interrupted(struct gclock *g);
/* gclock_away() - the CPU was given away, and is back. @rested: the guest was
 * halted meanwhile. */
void gclock_away(struct gclock *g, bool rested);
/* gclock_pause() - the machine stood still for @ns of the host's time, and @tsc
 * of its counter, up to now: none of it was the guest's. Before gclock_away().
 */
void gclock_pause(struct gclock *g, uint64_t ns, uint64_t tsc);
/* gclock_hold() - give no lag back while @hold: the guest is behind with the
 * interrupts of its timer, and would count less time than its TSC. */
void gclock_hold(struct gclock *g, bool hold);
/* gclock_tick() - the guest's timer is due at guest time @due_ns; UINT64_MAX:
 * never. No lag is given back beyond: a guest that is told of a tick late, with
 * its TSC that much ahead, compares the two and distrusts one. */
void gclock_tick(struct gclock *g, uint64_t due_ns);
/* gclock_settle() - to be called now and then. @busy: the host may be. Decides
 * if the TSC is to be asked for. */
void gclock_settle(struct gclock *g, bool busy);
/* gclock_host_ns() - when guest time will be @ns, if the host takes nothing
 * away: the host's CLOCK_MONOTONIC. */
uint64_t gclock_host_ns(const struct gclock *g, uint64_t ns);

#endif
