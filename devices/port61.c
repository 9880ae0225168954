/* SPDX-License-Identifier: BSD-2-Clause */
/* port61.c - speaker and gate port: see port61.h. */
#include "devices/port61.h"

#define GATE2		0x01
#define WRITABLE	0x0f
#define REFRESH		0x10
#define OUT2		0x20
#define REFRESH_NS	15085u

void port61_reset(struct port61 *p)
{
	p->regs->control = 0;
	i8254_set_gate(p->timer, 2, false);
}

uint8_t port61_read(struct port61 *p)
{
	uint8_t v = p->regs->control & WRITABLE;

	if (clock_wire_now(&p->clock) / REFRESH_NS & 1)
		v |= REFRESH;
	if (i8254_out(p->timer, 2))
		v |= OUT2;
	return v;
}

void port61_write(struct port61 *p, uint8_t value)
{
	p->regs->control = value & WRITABLE;
	i8254_set_gate(p->timer, 2, value & GATE2);
}
