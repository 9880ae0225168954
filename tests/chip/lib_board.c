/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_board.c - wires for one chip on a bench: see lib_board.h. */
#include "tests/chip/lib_board.h"

#include <string.h>

static void set_level(void *board, unsigned int pin, bool level)
{
	struct bench *b = board;

	b->rises[pin] += level && !b->level[pin];
	b->level[pin] = level;
}

static uint64_t bench_now(void *board)
{
	return ((struct bench *)board)->now_ns;
}

static void bench_alarm(void *board, unsigned int pin, uint64_t when_ns)
{
	(void)pin;
	((struct bench *)board)->alarm_ns = when_ns;
}

static bool bench_put(void *board, unsigned int pin, uint8_t byte)
{
	struct bench *b = board;

	(void)pin;
	b->bytes[b->byte_count++ % sizeof(b->bytes)] = byte;
	return !b->line_full;
}

void bench_reset(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->alarm_ns = CLOCK_NEVER;
}

struct irq_wire bench_irq(struct bench *b, unsigned int pin)
{
	return (struct irq_wire){ set_level, b, pin };
}

struct clock_wire bench_clock(struct bench *b)
{
	return (struct clock_wire){ bench_now, bench_alarm, b, 0 };
}

struct byte_wire bench_bytes(struct bench *b)
{
	return (struct byte_wire){ bench_put, b, 0 };
}
