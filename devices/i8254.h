/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8254.h - Intel 8254 programmable interval timer, as in a PC/AT.
 *
 * Source: Intel 8254 data sheet (order 231164).
 *
 * 1. Nothing counts by itself: a counter's state is worked out from the time
 *    since it was loaded, so a chip that was not looked at for a while is
 *    still right.
 * 2. OUT of counter 0 is the irq wire. Its next edge is asked of the clock
 *    wire; i8254_tick() follows at or after that time. Periods that were
 *    missed give one edge: an edge-triggered controller could not have
 *    remembered more either. How many there were is kept for the board.
 * 3. The clock is 1193182 Hz, worked out from nanoseconds without drift.
 */
#ifndef DEVICES_I8254_H
#define DEVICES_I8254_H

#include "devices/wires.h"

#define I8254_HZ	1193182u
#define I8254_COUNTERS	3

struct i8254_counter {
	uint64_t start_ns;	/* when the count under way was loaded */
	uint32_t reload;	/* 1-65536 (binary value, also in BCD mode) */
	uint32_t seen_cycle;	/* periods whose edge was given */
	uint16_t latch;		/* counter latch */
	uint16_t paused;	/* value while the gate holds it */
	uint8_t latch_bytes;	/* of the latch still to be read: 0-2 */
	uint8_t status;		/* latched status byte */
	uint8_t status_latched;
	uint8_t mode;		/* 0-5 */
	uint8_t access;		/* 1 low, 2 high, 3 low then high */
	uint8_t bcd;
	uint8_t high_next;	/* access 3: the high byte is next to read */
	uint8_t write_high;	/* access 3: the high byte is next to come */
	uint8_t write_low;	/* the low byte, waiting for the high one */
	uint8_t loaded;		/* a count was written since the mode was set */
	uint8_t gate;
	uint8_t triggered;	/* modes 1, 5: the gate rose */
};

struct i8254_regs {
	struct i8254_counter counter[I8254_COUNTERS];
	uint8_t out0;		/* level on the irq wire */
};

struct i8254 {
	struct i8254_regs *regs;
	struct irq_wire out0;
	struct clock_wire clock;
	uint32_t missed;	/* periods of counter 0 that went by before a
				 * tick was looked at; the board takes it */
};

/* i8254_reset() - power-on: counters idle, gates 0 and 1 high. */
void i8254_reset(struct i8254 *t);
/* i8254_port_read() / i8254_port_write() - an access. @offset: 0-2 a counter,
 * 3 the control word, which reads as nothing */
uint8_t i8254_port_read(struct i8254 *t, unsigned int offset);
void i8254_port_write(struct i8254 *t, unsigned int offset, uint8_t value);
/* i8254_tick() - the alarm rang, or might have. */
void i8254_tick(struct i8254 *t);
/* i8254_period_ns() - between two edges of counter 0; 0: it gives one only. */
uint64_t i8254_period_ns(const struct i8254 *t);
/* i8254_set_gate() - counter 2's gate (port 61h bit 0). */
void i8254_set_gate(struct i8254 *t, unsigned int counter, bool level);
/* i8254_out() - a counter's OUT pin now. */
bool i8254_out(struct i8254 *t, unsigned int counter);

#endif
