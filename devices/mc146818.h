/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mc146818.h - Motorola MC146818A real-time clock with 128 bytes of RAM.
 *
 * Source: MC146818A data sheet; the century byte (32h) is the PC's custom.
 *
 * 1. The time of day is epoch_offset_s + the clock wire: nothing ticks while
 *    nobody looks. Alarms are asked of the clock wire only while an
 *    interrupt that needs them is enabled.
 * 2. Update-in-progress is seen during the last 244 us of each second.
 */
#ifndef DEVICES_MC146818_H
#define DEVICES_MC146818_H

#include "devices/wires.h"

#define MC146818_RAM 128

struct mc146818_regs {
	int64_t offset_s;	/* seconds of UTC at clock wire 0 */
	uint64_t seen_s;	/* clock wire second of the last update flags */
	uint64_t periodic_ns;	/* next periodic interrupt; 0: none planned */
	uint8_t index;		/* port 0 */
	uint8_t flags;		/* register C */
	uint8_t ram[MC146818_RAM]; /* time registers: as last set or read */
};

struct mc146818 {
	struct mc146818_regs *regs;
	struct irq_wire irq;	/* IRQ 8 */
	struct clock_wire clock;
};

/* mc146818_reset() - power-on; @utc_s: the time of day now, in seconds of
 * the Unix epoch. RAM is cleared. */
void mc146818_reset(struct mc146818 *c, int64_t utc_s);
/* mc146818_port_read() / mc146818_port_write() - an access. @offset: 0 index,
 * 1 data */
uint8_t mc146818_port_read(struct mc146818 *c, unsigned int offset);
void mc146818_port_write(struct mc146818 *c, unsigned int offset,
			 uint8_t value);
/* mc146818_tick() - the alarm rang, or might have. */
void mc146818_tick(struct mc146818 *c);
/* mc146818_set_ram() - what the board's firmware leaves there; @index 0-127. */
void mc146818_set_ram(struct mc146818 *c, unsigned int index, uint8_t value);

#endif
