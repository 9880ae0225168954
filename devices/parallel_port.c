/* SPDX-License-Identifier: BSD-2-Clause */
/* parallel_port.c - the PC's printer port: see parallel_port.h. */
#include "devices/parallel_port.h"

#include <string.h>

/* lpt_acknowledge() - the printer has the byte: heard if interrupts are on. */
static void lpt_acknowledge(struct parallel_port *p)
{
	p->regs->acked = (p->regs->control & PARALLEL_IRQ) != 0;
	irq_wire_set(&p->irq, p->regs->acked);
}

static uint8_t read_status(const struct parallel_port *p)
{
	const struct parallel_port_regs *r = p->regs;
	uint8_t v = PARALLEL_STATUS_ACK | PARALLEL_STATUS_ONLINE |
		    PARALLEL_STATUS_OK | PARALLEL_STATUS_OPEN;

	if (!p->printer.put)
		return v | PARALLEL_STATUS_NOPAPER;
	if (!r->full && !(r->control & PARALLEL_STROBE))
		v |= PARALLEL_STATUS_READY;
	return v;
}

/* lpt_strobe() - the printer looks at the data lines. */
static void lpt_strobe(struct parallel_port *p)
{
	struct parallel_port_regs *r = p->regs;

	r->acked = 0;
	if (p->printer.put && !r->full)
		r->full = !p->printer.put(p->printer.board, p->printer.pin,
					  r->data);
}

static void write_control(struct parallel_port *p, uint8_t value)
{
	struct parallel_port_regs *r = p->regs;
	uint8_t changed = r->control ^ value;

	r->control = value & PARALLEL_CONTROL;
	if (!(value & PARALLEL_IRQ))
		r->acked = 0;
	if (changed & value & PARALLEL_STROBE)
		lpt_strobe(p);
	if (changed & PARALLEL_STROBE && !(value & PARALLEL_STROBE) &&
	    p->printer.put && !r->full)
		lpt_acknowledge(p);
	irq_wire_set(&p->irq, r->acked);
}

static uint8_t parallel_read(void *port, unsigned int offset)
{
	const struct parallel_port *p = port;

	switch (offset) {
	case 0:
		return p->regs->data;
	case 1:
		return read_status(p);
	default:
		return (uint8_t)(p->regs->control | ~PARALLEL_CONTROL);
	}
}

static void parallel_write(void *port, unsigned int offset, uint8_t value)
{
	struct parallel_port *p = port;

	if (offset == 0)
		p->regs->data = value;
	else if (offset == 2)
		write_control(p, value);
}

/* parallel_look() - the line has room again: that ends BUSY, and the byte that
 * filled it is acknowledged now. */
static void parallel_look(void *port, bool room)
{
	struct parallel_port *p = port;

	if (!room || !p->regs->full)
		return;
	p->regs->full = 0;
	if (!(p->regs->control & PARALLEL_STROBE))
		lpt_acknowledge(p);
}

static void parallel_reset(void *port)
{
	struct parallel_port *p = port;

	memset(p->regs, 0, sizeof(*p->regs));
	irq_wire_set(&p->irq, false);
}

const struct isa_ops parallel_port_ops = {
	.reset = parallel_reset,
	.port_read = parallel_read, .port_write = parallel_write,
	.look = parallel_look,
};
