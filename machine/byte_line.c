/* SPDX-License-Identifier: BSD-2-Clause */
/* byte_line.c - bytes between a chip and VMApp: see byte_line.h. */
#include "machine/byte_line.h"

bool byte_line_room(const struct byte_line *line)
{
	return bytering_count(&line->out) < BYTERING_SIZE - BYTE_LINE_RESERVE;
}

/* line_put() - a byte_wire's put(). */
static bool line_put(void *board, unsigned int pin, uint8_t byte)
{
	struct byte_line *line = board;
	struct byte_ring *out = &line->out;

	(void)pin;
	/* This may use the reserve. When that is full too, the guest was made
	 * to wait before it came here (struct isa_ops, blocked). */
	bytering_put(out, byte);
	if (bytering_bytes_due(out))
		bytering_wake(out);
	return byte_line_room(line) ||
	       !bytering_ask_room(out, BYTERING_SIZE - BYTE_LINE_RESERVE);
}

struct byte_wire byte_line_wire(struct byte_line *line)
{
	if (!line->plugged)
		return (struct byte_wire){ 0 };
	return (struct byte_wire){ line_put, line, 0 };
}

bool byte_line_hungry(struct byte_line *line)
{
	return line->listening && !bytering_count(&line->in) &&
	       bytering_room_due(&line->in);
}
