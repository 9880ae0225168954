/* SPDX-License-Identifier: BSD-2-Clause */
/* debug_port.c - a port for a log: see debug_port.h. */
#include "devices/debug_port.h"

static void debug_reset(void *port)
{
	((struct debug_port *)port)->regs->full = 0;
}

static uint8_t debug_read(void *port, unsigned int offset)
{
	const struct debug_port *p = port;

	(void)offset;
	return p->log.put ? DEBUG_PORT_THERE : 0xff;
}

static void debug_write(void *port, unsigned int offset, uint8_t value)
{
	struct debug_port *p = port;

	(void)offset;
	if (p->log.put)
		p->regs->full = !p->log.put(p->log.board, p->log.pin, value);
}

static void debug_look(void *port, bool room)
{
	if (room)
		((struct debug_port *)port)->regs->full = 0;
}

static bool debug_blocked(const void *port, unsigned int offset)
{
	(void)offset;
	return ((const struct debug_port *)port)->regs->full != 0;
}

const struct isa_ops debug_port_ops = {
	.reset = debug_reset,
	.port_read = debug_read,
	.port_write = debug_write,
	.look = debug_look,
	.blocked = debug_blocked,
};
