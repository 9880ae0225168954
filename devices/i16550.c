/* SPDX-License-Identifier: BSD-2-Clause */
/* i16550.c - the UART: see i16550.h. */
#include "devices/i16550.h"

#include <string.h>

#define IER_RDA		0x01
#define IER_THRE	0x02
#define IER_LINE	0x04
#define IER_MODEM	0x08

#define FCR_ENABLE	0x01
#define FCR_CLEAR_RX	0x02

#define LCR_DLAB	0x80

#define MCR_DTR		0x01
#define MCR_RTS		0x02
#define MCR_OUT1	0x04
#define MCR_OUT2	0x08
#define MCR_LOOP	0x10

#define LSR_DR		0x01
#define LSR_OVERRUN	0x02
#define LSR_BREAK	0x10
#define LSR_THRE	0x20
#define LSR_TEMT	0x40

#define MSR_CTS		0x10
#define MSR_DSR		0x20
#define MSR_RI		0x40
#define MSR_DCD		0x80

#define IIR_NONE	0x01
#define IIR_MODEM	0x00
#define IIR_THRE	0x02
#define IIR_RDA		0x04
#define IIR_LINE	0x06
#define IIR_TIMEOUT	0x0c
#define IIR_FIFOS	0xc0

static const uint8_t trigger_level[4] = { 1, 4, 8, 14 };

static bool fifo_on(const struct i16550_regs *r)
{
	return r->fcr & FCR_ENABLE;
}

static unsigned int fifo_room(const struct i16550_regs *r)
{
	unsigned int size = fifo_on(r) ? I16550_FIFO : 1;

	return r->count < size ? size - r->count : 0;
}

/* uart_iir() - the cause with the highest priority (table 4). */
static uint8_t uart_iir(const struct i16550_regs *r)
{
	unsigned int level = fifo_on(r) ? trigger_level[r->fcr >> 6] : 1;

	if ((r->ier & IER_LINE) && r->lsr_errors)
		return IIR_LINE;
	if ((r->ier & IER_RDA) && r->count)
		return r->count >= level ? IIR_RDA : IIR_TIMEOUT;
	if ((r->ier & IER_THRE) && r->thre_pending)
		return IIR_THRE;
	if ((r->ier & IER_MODEM) && r->msr_delta)
		return IIR_MODEM;
	return IIR_NONE;
}

/* thre_due() - may the pin tell of THRE now? If not, the alarm is set. */
static bool thre_due(struct i16550 *u)
{
	struct i16550_regs *r = u->regs;
	uint64_t now;

	if (r->thre_told || !u->clock.alarm)
		return true;
	if (r->thre_waits)
		return false;
	now = clock_wire_now(&u->clock);
	/* Nonsense, or the other world's clock, is not waited for. */
	if (now < r->thre_ns && r->thre_ns - now <= I16550_THRE_NS) {
		r->thre_waits = 1;
		clock_wire_alarm(&u->clock, r->thre_ns);
		return false;
	}
	r->thre_told = 1;
	r->thre_ns = now + I16550_THRE_NS;
	return true;
}

static void uart_update(struct i16550 *u)
{
	/* A PC's board gates the interrupt with OUT2; in loopback the pin
	 * itself is inactive, but PCs' chips still interrupt then. */
	bool gate = u->regs->mcr & (MCR_OUT2 | MCR_LOOP);
	uint8_t cause = gate ? uart_iir(u->regs) : IIR_NONE;

	irq_wire_set(&u->irq,
		     cause != IIR_NONE && (cause != IIR_THRE || thre_due(u)));
}

/* uart_msr() - the modem lines: in loopback the outputs, else "all there". */
static uint8_t uart_msr(const struct i16550_regs *r)
{
	uint8_t v = 0;

	if (!(r->mcr & MCR_LOOP))
		return MSR_CTS | MSR_DSR | MSR_DCD;
	if (r->mcr & MCR_RTS)
		v |= MSR_CTS;
	if (r->mcr & MCR_DTR)
		v |= MSR_DSR;
	if (r->mcr & MCR_OUT1)
		v |= MSR_RI;
	if (r->mcr & MCR_OUT2)
		v |= MSR_DCD;
	return v;
}

static bool uart_push(struct i16550_regs *r, uint8_t byte)
{
	if (!fifo_room(r))
		return false;
	r->fifo[(r->head + r->count) % I16550_FIFO] = byte;
	r->count++;
	return true;
}

static uint8_t uart_pop(struct i16550_regs *r)
{
	uint8_t v;

	if (!r->count)
		return 0;
	v = r->fifo[r->head % I16550_FIFO];
	r->head = (uint8_t)((r->head + 1u) % I16550_FIFO);
	r->count--;
	return v;
}

/* thre_set() - THR is empty: an interrupt, unless the line has no room. */
static void thre_set(struct i16550_regs *r)
{
	r->thre_pending = !r->full;
	r->thre_told = 0;
}

static void write_thr(struct i16550 *u, uint8_t value)
{
	struct i16550_regs *r = u->regs;

	/* It takes the interrupt back, so that the next one is an edge. */
	r->thre_pending = 0;
	if (r->thre_told)
		uart_update(u);
	if (r->mcr & MCR_LOOP) {
		if (!uart_push(r, value))
			r->lsr_errors |= LSR_OVERRUN;
	} else if (u->tx.put) {
		r->full = !u->tx.put(u->tx.board, u->tx.pin, value);
	}
	thre_set(r);
}

static void write_ier(struct i16550_regs *r, uint8_t value)
{
	/* Enabling THRE while it is empty interrupts at once: Linux takes a
	 * chip for broken that does so the first time only. */
	if ((value & IER_THRE) && !(r->ier & IER_THRE))
		thre_set(r);
	r->ier = value & 0x0f;
}

static void write_fcr(struct i16550_regs *r, uint8_t value)
{
	if (((r->fcr ^ value) & FCR_ENABLE) || (value & FCR_CLEAR_RX))
		r->count = 0;
	r->fcr = value & FCR_ENABLE ? value & 0xc9 : 0;
}

static void write_mcr(struct i16550_regs *r, uint8_t value)
{
	uint8_t before = uart_msr(r), changed;

	r->mcr = value & 0x1f;
	changed = before ^ uart_msr(r);
	/* Delta bits, in the order of the lines; RI counts falling edges. */
	r->msr_delta |= (changed >> 4) & 0x0b;
	if (before & changed & MSR_RI)
		r->msr_delta |= MSR_RI >> 4;
}

static uint8_t read_iir(struct i16550_regs *r)
{
	uint8_t v = uart_iir(r);

	if (v == IIR_THRE)
		r->thre_pending = 0;
	return fifo_on(r) ? v | IIR_FIFOS : v;
}

static uint8_t read_lsr(struct i16550_regs *r)
{
	uint8_t v = r->lsr_errors & 0x1e;

	if (!r->full)
		v |= LSR_THRE | LSR_TEMT;
	r->lsr_errors = 0;
	return r->count ? v | LSR_DR : v;
}

static uint8_t read_msr(struct i16550_regs *r)
{
	uint8_t v = uart_msr(r) | (r->msr_delta & 0x0f);

	r->msr_delta = 0;
	return v;
}

uint8_t i16550_port_read(struct i16550 *u, unsigned int offset)
{
	struct i16550_regs *r = u->regs;
	bool dlab = r->lcr & LCR_DLAB;
	uint8_t v = 0;

	switch (offset & 7) {
	case 0:
		v = dlab ? r->dll : uart_pop(r);
		break;
	case 1:
		v = dlab ? r->dlm : r->ier;
		break;
	case 2:
		v = read_iir(r);
		break;
	case 3:
		v = r->lcr;
		break;
	case 4:
		v = r->mcr;
		break;
	case 5:
		v = read_lsr(r);
		break;
	case 6:
		v = read_msr(r);
		break;
	default:
		v = r->scr;
	}
	uart_update(u);
	return v;
}

void i16550_port_write(struct i16550 *u, unsigned int offset, uint8_t value)
{
	struct i16550_regs *r = u->regs;
	bool dlab = r->lcr & LCR_DLAB;

	switch (offset & 7) {
	case 0:
		if (dlab)
			r->dll = value;
		else
			write_thr(u, value);
		break;
	case 1:
		if (dlab)
			r->dlm = value;
		else
			write_ier(r, value);
		break;
	case 2:
		write_fcr(r, value);
		break;
	case 3:
		r->lcr = value;
		break;
	case 4:
		write_mcr(r, value);
		break;
	case 7:
		r->scr = value;
		break;
	default:
		break;	/* LSR and MSR: factory test only */
	}
	uart_update(u);
}

bool i16550_may_receive(const struct i16550 *u)
{
	/* In loopback the receiver is cut off from the line. */
	return !(u->regs->mcr & MCR_LOOP) && fifo_room(u->regs);
}

bool i16550_break(struct i16550 *u)
{
	struct i16550_regs *r = u->regs;

	if (r->mcr & MCR_LOOP)
		return true;
	if (r->count)
		return false;
	uart_push(r, 0);
	r->lsr_errors |= LSR_BREAK;
	uart_update(u);
	return true;
}

bool i16550_receive(struct i16550 *u, uint8_t byte)
{
	if (!i16550_may_receive(u) || !uart_push(u->regs, byte))
		return false;
	uart_update(u);
	return true;
}

void i16550_room(struct i16550 *u)
{
	if (!u->regs->full)
		return;
	u->regs->full = 0;
	thre_set(u->regs);
	uart_update(u);
}

void i16550_tick(struct i16550 *u)
{
	u->regs->thre_waits = 0;
	u->regs->thre_ns = 0;
	uart_update(u);
}

void i16550_reset(struct i16550 *u)
{
	memset(u->regs, 0, sizeof(*u->regs));
	u->regs->dll = 12;
	u->regs->thre_pending = 1;
	uart_update(u);
}
