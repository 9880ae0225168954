/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticks.h - a clock for the small guests that never end, and how they print
 * what they count. Built with the run-time of guests/property.
 */
#ifndef GUESTS_TICKS_H
#define GUESTS_TICKS_H

#include "guests/property/rt.h"

#define PIT_HZ 1193182u

static volatile uint32_t ticks;	/* interrupts of the PIT so far */

static inline void on_tick(struct trap *t)
{
	(void)t;
	ticks++;
	outb(0x20, 0x20);
}

/* start_ticks() - from now on, @rate times a second; all other IRQs are off. */
static inline void start_ticks(uint32_t rate)
{
	outb(0x20, 0x11);	/* 8259: vectors from 20h on, IRQ 0 alone */
	outb(0x21, 0x20);
	outb(0x21, 0x04);
	outb(0x21, 0x01);
	outb(0x21, 0xfe);
	trap_hook[0x20] = on_tick;
	outb(0x43, 0x34);
	outb(0x40, (uint8_t)(PIT_HZ / rate));
	outb(0x40, (uint8_t)(PIT_HZ / rate >> 8));
	__asm__ volatile("sti");
}

/* put_number() - hexadecimal, with a blank before it. */
static inline void put_number(uint32_t v)
{
	put_text(" ");
	put_hex(v);
}

#endif
