/* SPDX-License-Identifier: BSD-2-Clause */
/* serial_port.c - a UART at the end of a line: see serial_port.h. */
#include "machine/serial_port.h"

/* A guest that reads LSR so many times in a row, and accesses nothing else,
 * polls for input. Linux reads it 16 times before it fills the FIFO to send. */
#define ASKED_IN_EARNEST 64u

/* Registers of the PC16550D, by offset, and bits (data sheet, 8.1, 8.4 to
 * 8.6). */
#define UART_THR	0u	/* transmitter holding register */
/* struct serial_port_regs, rests */
enum { REST_WANTED = 1, REST_ALARM };

#define UART_MCR	4u	/* modem control */
#define UART_LSR	5u	/* line status */
#define UART_LSR_THRE	0x20
#define UART_LCR_DLAB	0x80
#define UART_IER_RDA	0x01
#define UART_MCR_RTS	0x02
#define UART_MCR_LOOP	0x10

/* rest_begin() - if the guest has taken all that the FIFO had: until the alarm
 * rings. That is the chip's as well; if the chip has set it, it rings soon
 * enough. */
static void rest_begin(struct serial_port *p)
{
	const struct clock_wire *clock = &p->uart.clock;

	if (p->regs->rests != REST_WANTED || p->regs->uart.count)
		return;
	p->regs->rests = REST_ALARM;
	if (!p->regs->uart.thre_waits)
		clock_wire_alarm(clock, clock_wire_now(clock) + SERIAL_REST_NS);
}

/* line_rest() - a burst is over: receive nothing. */
static void line_rest(struct serial_port *p)
{
	p->regs->came = p->regs->turns = 0;
	if (p->uart.clock.alarm)
		p->regs->rests = REST_WANTED;
}

/* break_due() - hand over a break, if one came. Return: is there one that the
 * chip can not take yet? */
static bool break_due(struct serial_port *p)
{
	uint32_t breaks = *(const volatile uint32_t *)&p->line->breaks;

	if (breaks == p->regs->breaks)
		return false;
	if (!i16550_break(&p->uart))
		return true;
	p->regs->breaks = breaks;
	return false;
}

/* line_receive() - hand bytes of the line to the chip, while it has room. */
static void line_receive(struct serial_port *p)
{
	uint64_t bad = 0;
	unsigned int i;
	uint8_t byte;

	rest_begin(p);
	if (!p->line->listening || p->regs->rests || break_due(p))
		return;
	for (i = 0; i < I16550_FIFO && i16550_may_receive(&p->uart) &&
		    bytering_get(&p->line->in, &byte, 1, &bad);
	     i++)
		i16550_receive(&p->uart, byte);
	p->regs->came += i;
	if (i && p->regs->dry)
		p->regs->turns++;
	p->regs->dry = !p->regs->uart.count;
	if (p->regs->came >= SERIAL_BURST || p->regs->turns >= SERIAL_TURNS)
		line_rest(p);
}

static void serial_look(void *port, bool room)
{
	struct serial_port *p = port;

	if (room && p->regs->uart.full)
		i16550_room(&p->uart);
	line_receive(p);
}

/* hear_modem() - does the guest listen? From its first RTS on, RTS says so. In
 * loopback, which tests the chip, RTS means nothing. */
static void hear_modem(struct serial_port *p, uint8_t mcr)
{
	if (mcr & UART_MCR_LOOP)
		return;
	if (mcr & UART_MCR_RTS)
		p->regs->says_rts = true;
	if (p->regs->says_rts)
		p->line->listening = (mcr & UART_MCR_RTS) != 0;
}

/* line_accessed() - after an access. @asks: it was a read of LSR with THR
 * empty. A guest that does nothing else polls for input, so it listens. */
static void line_accessed(struct serial_port *p, bool asks)
{
	struct serial_port_regs *r = p->regs;

	r->asked = asks ? r->asked + 1 : 0;
	if (r->asked == ASKED_IN_EARNEST)
		p->line->listening = true;
	line_receive(p);
}

static uint8_t serial_port_read(void *port, unsigned int offset)
{
	struct serial_port *p = port;
	uint8_t value;

	if (p->regs->uart.full)
		serial_look(p, byte_line_room(p->line));
	value = i16550_port_read(&p->uart, offset);
	/* A guest that waits for room to send reads LSR as often, but finds
	 * THR not empty. */
	line_accessed(p, offset == UART_LSR && (value & UART_LSR_THRE));
	return value;
}

static void serial_port_write(void *port, unsigned int offset, uint8_t value)
{
	struct serial_port *p = port;

	i16550_port_write(&p->uart, offset, value);
	if (offset == UART_MCR)
		hear_modem(p, value);
	line_accessed(p, false);
}

static bool serial_blocked(const void *port, unsigned int offset)
{
	const struct serial_port *p = port;
	const struct i16550_regs *r = &p->regs->uart;

	return offset == UART_THR && r->full && !(r->lcr & UART_LCR_DLAB) &&
	       !(r->mcr & UART_MCR_LOOP) &&
	       bytering_count(&p->line->out) >= BYTERING_SIZE;
}

static bool serial_halted(void *port)
{
	struct serial_port *p = port;

	if (p->line->listening || p->regs->says_rts ||
	    !(p->regs->uart.ier & UART_IER_RDA))
		return false;
	p->line->listening = true;
	line_receive(p);
	return true;
}

static void serial_reset(void *port)
{
	struct serial_port *p = port;

	*p->regs = (struct serial_port_regs){ 0 };
	i16550_reset(&p->uart);
}

static void serial_tick(void *port)
{
	struct serial_port *p = port;

	if (p->regs->rests == REST_ALARM)
		p->regs->rests = 0;
	i16550_tick(&p->uart);
	line_receive(p);
}

const struct isa_ops serial_port_ops = {
	.reset = serial_reset,
	.port_read = serial_port_read, .port_write = serial_port_write,
	.tick = serial_tick, .look = serial_look,
	.blocked = serial_blocked, .halted = serial_halted,
};

void serial_port_wire(struct serial_port *port, struct serial_port_regs *regs,
		      struct byte_line *line, struct irq_wire irq,
		      struct clock_wire clock)
{
	port->regs = regs;
	port->line = line;
	port->uart.regs = &regs->uart;
	port->uart.irq = irq;
	port->uart.clock = clock;
	port->uart.tx = byte_line_wire(line);
}
