/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_board.h - wires for one chip on a bench: a clock, levels, bytes. */
#ifndef TESTS_CHIP_LIB_BOARD_H
#define TESTS_CHIP_LIB_BOARD_H

#include "devices/wires.h"

#define BENCH_WIRES 4

struct bench {
	uint64_t now_ns, alarm_ns;
	bool level[BENCH_WIRES];
	unsigned int rises[BENCH_WIRES];
	uint8_t bytes[64];
	unsigned int byte_count;
	bool line_full;		/* takes a byte, and wants no more */
};

void bench_reset(struct bench *b);
struct irq_wire bench_irq(struct bench *b, unsigned int pin);
struct clock_wire bench_clock(struct bench *b);
struct byte_wire bench_bytes(struct bench *b);

#endif
