/* SPDX-License-Identifier: BSD-2-Clause */
/* port92.c - fast reset and A20: see port92.h. */
#include "devices/port92.h"

#define FAST_RESET	0x01
#define A20_OPEN	0x02

void port92_reset(struct port92 *p)
{
	p->regs->control = A20_OPEN;
	irq_wire_set(&p->a20, true);
}

uint8_t port92_read(const struct port92 *p)
{
	return p->regs->control;
}

void port92_write(struct port92 *p, uint8_t value)
{
	uint8_t rises = value & (uint8_t)~p->regs->control;

	p->regs->control = value;
	irq_wire_set(&p->a20, value & A20_OPEN);
	if (!(rises & FAST_RESET))
		return;
	irq_wire_set(&p->reset, true);
	irq_wire_set(&p->reset, false);
}
