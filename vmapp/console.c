/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - bytes between COM1 and the host's end of its cable (cable.h).
 *
 * 1. Ctrl-] quits; it is looked for only where the input is a terminal, so
 *    that a pipe may carry any byte.
 * 2. What the UART has no room for waits in the cable, and the input is not
 *    read when that is full: nothing typed or piped in is lost, but what is in
 *    the UART when the guest resets the machine, as there.
 * 3. Nothing is handed to the UART before the guest listens. A driver empties
 *    the FIFO when it finds the chip and again when it opens it, some time
 *    after it turned the interrupt on; what a pipe holds at power-on would
 *    be gone.
 * 4. Some input can not be watched (a plain file, /dev/null): epoll refuses
 *    it, as it is always ready. It is read when the UART has room, and so it
 *    can not keep us busy.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "devices/i16550.h"

#define ESCAPE_KEY 0x1d	/* Ctrl-] */

/* How long a reader may keep the guest waiting, where perhaps none is. */
#define LOSSY_WAIT_MS 500

/* As often a guest must look at the line status, and at nothing else. Linux
 * does so 16 times before it fills the FIFO to send. */
#define ASKED_IN_EARNEST 64u

/* Of the PC16550D, what tells that a guest listens (data sheet, 8.4 to 8.6). */
#define UART_LSR	5u	/* offset of the line status register */
#define UART_IER_RDA	0x01
#define UART_MCR_RTS	0x02
#define UART_MCR_LOOP	0x10

/* wait_for_room() - before a byte is written: a descriptor that others use,
 * too, is not ours to make one that does not block. Return: false: give the
 * byte up, as nobody reads, or as we are to end. */
static bool wait_for_room(struct vm *vm)
{
	struct console *con = &vm->console;
	struct pollfd p[] = {
		{ .fd = con->out, .events = POLLOUT },
		{ .fd = vm->events.signal_fd, .events = POLLIN },
	};
	int n;

	do {
		n = poll(p, 2, con->lossy ? LOSSY_WAIT_MS : -1);
		if (n > 0 && p[1].revents)
			events_signal(vm);
	} while (n > 0 && !p[0].revents && vm->outcome == VM_RUNNING);
	con->deaf = n == 0;
	return n > 0 && p[0].revents;
}

void console_put(void *board, unsigned int pin, uint8_t byte)
{
	struct vm *vm = board;
	struct console *con = &vm->console;

	(void)pin;
	if (con->out < 0 || (!con->lossy && !wait_for_room(vm)))
		return;
	while (write(con->out, &byte, 1) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN) {
			con->out = -1;	/* nobody reads any more */
			return;
		}
		if (con->deaf || !wait_for_room(vm))
			return;
	}
	con->deaf = false;
}

/* console_take() - @n bytes came; Return: false if one was the escape key. */
static bool console_take(struct console *con, const uint8_t *buf, size_t n)
{
	struct cable_waiting *w = con->waiting;
	size_t i;

	for (i = 0; i < n; i++) {
		if (con->raw && buf[i] == ESCAPE_KEY)
			return false;
		w->bytes[(w->head + w->count++) % sizeof(w->bytes)] = buf[i];
	}
	return true;
}

/* console_fill() - read once; Return: false if nothing came. */
static bool console_fill(struct vm *vm)
{
	struct console *con = &vm->console;
	uint8_t buf[sizeof(con->waiting->bytes)];
	ssize_t n;

	n = read(con->in, buf, sizeof(buf) - con->waiting->count);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		events_watch(vm, &con->source, 0);
		con->in = -1;	/* end of input */
		return false;
	}
	if (!console_take(con, buf, (size_t)n))
		vm->outcome = VM_QUIT;
	return true;
}

static void hand_over(struct vm *vm)
{
	struct cable_waiting *w = vm->console.waiting;

	while (w->count &&
	       i16550_receive(&vm->board.com1, w->bytes[w->head])) {
		w->head = (w->head + 1) % (uint32_t)sizeof(w->bytes);
		w->count--;
	}
}

static void console_pump(struct vm *vm)
{
	struct console *con = &vm->console;

	if (con->listening)
		hand_over(vm);
	while (con->always_ready && con->in >= 0 && con->listening &&
	       !con->waiting->count && console_fill(vm))
		hand_over(vm);
	if (con->in >= 0 && !con->always_ready)
		events_watch(vm, &con->source, con->waiting->count <
			     sizeof(con->waiting->bytes) ? EPOLLIN : 0);
}

void console_look(struct vm *vm)
{
	struct console *con = &vm->console;
	struct pollfd p = { .fd = con->in, .events = POLLIN };

	if (!con->raw || con->in < 0 || con->always_ready ||
	    con->waiting->count == sizeof(con->waiting->bytes) ||
	    poll(&p, 1, 0) <= 0)
		return;
	con->looked = true;
	console_fill(vm);
}

void console_looked(struct vm *vm)
{
	if (!vm->console.looked)
		return;
	vm->console.looked = false;
	console_pump(vm);
}

static void console_ready(struct vm *vm, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	/* Watched only while there is room. */
	if (console_fill(vm))
		console_pump(vm);
}

void console_accessed(struct vm *vm, unsigned int offset, bool write)
{
	const struct i16550_regs *r = &vm->board.com1_regs;
	struct console *con = &vm->console;
	bool status = offset == UART_LSR && !write;

	/* It is ready to receive by its own word ("request to send"), or it
	 * does nothing but ask whether something came. */
	con->asked = status ? con->asked + 1 : 0;
	if ((r->mcr & (UART_MCR_RTS | UART_MCR_LOOP)) == UART_MCR_RTS ||
	    con->asked == ASKED_IN_EARNEST)
		con->listening = true;
	console_pump(vm);
}

bool console_halted(struct vm *vm)
{
	struct console *con = &vm->console;

	if (con->listening || !(vm->board.com1_regs.ier & UART_IER_RDA))
		return false;
	con->listening = true;
	console_pump(vm);
	return true;
}

void console_open(struct vm *vm, const struct cable *cable)
{
	struct console *con = &vm->console;

	con->in = cable->in;
	con->out = cable->out;
	con->raw = cable->raw;
	con->lossy = cable->lossy;
	con->waiting = cable->waiting;
	/* A life before this one may have left anything there. */
	con->waiting->head %= (uint32_t)sizeof(con->waiting->bytes);
	con->waiting->count = MIN(con->waiting->count,
				  (uint32_t)sizeof(con->waiting->bytes));
	if (con->in < 0)
		return;
	con->source.fd = con->in;
	con->source.ready = console_ready;
	con->always_ready = !events_watch(vm, &con->source, EPOLLIN);
	console_pump(vm);	/* not watched if it is full */
}
