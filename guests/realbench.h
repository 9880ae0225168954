// SPDX-License-Identifier: BSD-2-Clause
/*
 * realbench.h - the part of realbench that waits: how late a timer comes.
 */
#ifndef GUESTS_REALBENCH_H
#define GUESTS_REALBENCH_H

struct latency {
	double max_ms, p99_ms;
	unsigned int count;	/* times that it woke up */
};

/**
 * latency_measure() - sleep to each next millisecond, on a busy machine
 * @seconds: how long
 *
 * Two processes keep the machine busy: one computes, one forks and execs.
 * Where that is allowed, who sleeps has a real-time priority.
 */
void latency_measure(struct latency *l, unsigned int seconds);

#endif
