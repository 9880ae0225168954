/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm.h - an interrupt line that stays up leaves the guest time for itself.
 *
 * A PCI chip pulls its line until the driver clears the cause. A cause that
 * the driver does not know (a Lance's CSR4.UINT, or BCR2.INTLEVEL, set by a
 * program behind the driver's back) is never cleared. The guest then takes
 * interrupt after interrupt, at IRET, at STI, and executes nothing between. A
 * PC is little better: its controllers and bus are so slow that an instruction
 * gets through now and then.
 *
 * So when a line has been taken STORM_LONG times and was never low in between,
 * the controllers see it low for STORM_REST times as long as the interrupts
 * took. An interrupt handler that works is not touched: it makes its line
 * fall. Neither is an edge: there is none while a line stays up.
 *
 * 1. A line that falls is no storm: what was counted of it is forgotten.
 * 2. A line that is held is seen again at storm_over(), if it is still up.
 * 3. All times are guest time, in ns.
 */
#ifndef VMM_STORM_H
#define VMM_STORM_H

#include <stdbool.h>
#include <stdint.h>

#define STORM_LINES	16u
#define STORM_LONG	200u
#define STORM_REST	3u		/* a storm has a quarter of the time */
#define STORM_REST_LEAST_NS	1000000ull
#define STORM_REST_MOST_NS	50000000ull

struct storm {
	uint16_t lines;		/* as the chips pull them */
	uint16_t held;		/* of them: shown as low */
	uint64_t half_ns;	/* STORM_LONG / 2 had been taken */
	uint64_t rests;		/* counted, ever */
	uint16_t taken[STORM_LINES];	/* since the line rose */
};

/* storm_lines() - the chips pull @lines. Return: what is to be shown. */
uint16_t storm_lines(struct storm *s, uint16_t lines);

/* storm_taken() - the guest takes @line, which is below STORM_LINES. Return:
 * true if storm_rest() is to be called, which needs the time. */
bool storm_taken(struct storm *s, unsigned int line);

/* storm_rest() - after storm_taken(). Return: how long the line is held from
 * @now on, then storm_over() is due; 0: it is not held. */
uint64_t storm_rest(struct storm *s, unsigned int line, uint64_t now);

/* storm_over() - the rest is over: no line is held any more. */
void storm_over(struct storm *s);

#endif
