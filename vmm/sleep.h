/* SPDX-License-Identifier: BSD-2-Clause */
/* sleep.h - a sleep that no signal comes too early for: see sleep.S. */
#ifndef VMM_SLEEP_H
#define VMM_SLEEP_H

#include <stdatomic.h>
#include <stdint.h>

struct timespec;

/**
 * sleep_on() - sleep on a futex word that is 0
 * @attention: if it is not 0, there is no sleep
 * @word: what is slept on; shared with other processes
 * @end: when to wake up, by CLOCK_MONOTONIC; NULL: never
 *
 * Return: 0 when woken; -EAGAIN: @word was not 0; -EINTR: a signal, or
 * @attention; -ETIMEDOUT.
 * #syscalls[vmm] futex
 */
long sleep_on(_Atomic uint32_t *attention, _Atomic uint32_t *word,
	      const struct timespec *end);

/* Where a signal would be too early, and where it sends the sleeper then. */
extern const char sleep_begin[], sleep_end[], sleep_not[];

#endif
