/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticks.h - timer interrupts that the guest is owed, and when it gets them.
 *
 * A guest that counts timer interrupts as its clock can not know that its
 * processor stood still. So none is lost: what came too early, or could not be
 * seen because the host ran something else, is owed and given later.
 *
 * But one right after the other leaves a guest that is slow, or seldom run, no
 * time for anything else: it takes interrupt after interrupt, and the program
 * below gets nowhere. So after each handler the guest has as long for itself as
 * the handler took, in CPU time that it really had. At most half of its time
 * goes to timer interrupts, however slow it is run.
 *
 * 1. All times here but a period are CPU time of the guest's thread.
 * 2. Ticks of more than TICKS_OWED_MOST_NS are dropped: a machine that stood
 *    still for an hour shall not count an hour's ticks.
 */
#ifndef VMM_TICKS_H
#define VMM_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#define TICKS_OWED_MOST_NS 10000000000ull

struct ticks {
	uint32_t owed;
	bool out;		/* the timer's pin, as the chip has it */
	bool handled;		/* the last one's handler has ended */
	bool rested;		/* the guest has halted since the last one */
	uint64_t taken_ran;	/* the last one was taken */
	uint64_t free_ran;	/* the next may be given */
};

/* ticks_owe() - @n more; @period_ns: between two, 0: the timer gives one only,
 * and so no more than one is owed. */
void ticks_owe(struct ticks *t, uint32_t n, uint64_t period_ns);
/* ticks_taken_at_rest() - the guest takes one. Return: true if it had nothing
 * to do, and is owed none: then no CPU time has to be asked for, a system call
 * each time, and ticks_taken() is not to be called. */
bool ticks_taken_at_rest(struct ticks *t);
/* ticks_taken() - the guest takes one. */
void ticks_taken(struct ticks *t, uint64_t ran, uint64_t period_ns);
/* ticks_over() - its handler has ended. Return: false if that is known. */
bool ticks_over(struct ticks *t, uint64_t ran);
/* ticks_idle() - the guest has nothing to do but to wait for one. */
void ticks_idle(struct ticks *t);
/* ticks_wait() - how much the guest is to run before the next one. */
uint64_t ticks_wait(const struct ticks *t, uint64_t ran);

#endif
