/* SPDX-License-Identifier: BSD-2-Clause */
/* serial_port.c - COM1, as either world answers it: see serial_port.h. */
#include "machine/serial_port.h"

/* As often a guest must look at the line status, and at nothing else. Linux
 * does so 16 times before it fills the FIFO to send. */
#define ASKED_IN_EARNEST 64u

/* Of the PC16550D (data sheet, 8.1, 8.4 to 8.6). */
#define UART_THR	0u	/* offset of the transmitter's register */
#define UART_LSR	5u	/* and of the line status */
#define UART_LSR_THRE	0x20
#define UART_LCR_DLAB	0x80
#define UART_IER_RDA	0x01
#define UART_MCR_RTS	0x02
#define UART_MCR_LOOP	0x10

static bool crowded(const struct byte_ring *out)
{
	return bytering_count(out) >= BYTERING_SIZE - COM1_RESERVE;
}

/* send_byte() - a byte_wire's put(). */
static bool send_byte(void *board, unsigned int pin, uint8_t byte)
{
	struct com1 *c = board;
	struct byte_ring *out = &c->line->out;

	(void)pin;
	bytering_put(out, byte);	/* it has room: com1_blocked() */
	if (bytering_bytes_due(out))
		bytering_wake(out);
	return !crowded(out) ||
	       !bytering_ask_room(out, BYTERING_SIZE - COM1_RESERVE);
}

/* receive() - hand over what came, as far as the chip has room. */
static void receive(struct com1 *c)
{
	uint64_t bad = 0;
	unsigned int i;
	uint8_t byte;

	if (!c->line->listening)
		return;
	for (i = 0; i < I16550_FIFO && i16550_may_receive(&c->chip) &&
	     bytering_get(&c->line->in, &byte, 1, &bad); i++)
		i16550_receive(&c->chip, byte);
}

void com1_look(struct com1 *c)
{
	if (c->chip.regs->full && !crowded(&c->line->out))
		i16550_room(&c->chip);
	receive(c);
}

/* accessed() - does the guest listen? It is ready to receive by its own word
 * ("request to send"), or it does nothing but ask whether something came. */
static void accessed(struct com1 *c, bool asks)
{
	const struct i16550_regs *r = c->chip.regs;
	struct com1_line *line = c->line;

	line->asked = asks ? line->asked + 1 : 0;
	if ((r->mcr & (UART_MCR_RTS | UART_MCR_LOOP)) == UART_MCR_RTS ||
	    line->asked == ASKED_IN_EARNEST)
		line->listening = true;
	receive(c);
}

uint8_t com1_read(struct com1 *c, unsigned int offset)
{
	uint8_t value;

	if (c->chip.regs->full)
		com1_look(c);
	value = i16550_port_read(&c->chip, offset);
	/* Who waits for room to send asks as often. */
	accessed(c, offset == UART_LSR && (value & UART_LSR_THRE));
	return value;
}

void com1_write(struct com1 *c, unsigned int offset, uint8_t value)
{
	i16550_port_write(&c->chip, offset, value);
	accessed(c, false);
}

bool com1_blocked(const struct com1 *c, unsigned int offset)
{
	const struct i16550_regs *r = c->chip.regs;

	return offset == UART_THR && r->full &&
	       !(r->lcr & UART_LCR_DLAB) && !(r->mcr & UART_MCR_LOOP) &&
	       bytering_count(&c->line->out) >= BYTERING_SIZE;
}

bool com1_halted(struct com1 *c)
{
	if (c->line->listening || !(c->chip.regs->ier & UART_IER_RDA))
		return false;
	c->line->listening = true;
	receive(c);
	return true;
}

bool com1_hungry(struct com1 *c)
{
	return c->line->listening && !bytering_count(&c->line->in) &&
	       bytering_room_due(&c->line->in);
}

void com1_power_on(struct com1 *c)
{
	i16550_reset(&c->chip);
}

void com1_wire(struct com1 *c, struct com1_line *line, struct irq_wire irq,
	       struct clock_wire clock)
{
	c->line = line;
	c->chip.regs = &line->regs;
	c->chip.irq = irq;
	c->chip.clock = clock;
	c->chip.tx = (struct byte_wire){ send_byte, c, 0 };
}
