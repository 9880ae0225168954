/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_in.c - what is typed into COM1: from the host's end of its cable
 * (cable.h) into the ring of machine/byte_line.h.
 *
 * 1. Ctrl-] quits; it is looked for only where the input is a terminal, so
 *    that a pipe may carry any byte.
 * 2. What is in the ring waits in the cable as well until the UART has taken
 *    it, and the input is not read when that is full: nothing typed or piped
 *    in is lost, but what is in the UART when the guest resets the machine, as
 *    there.
 * 3. Some input can not be watched (a plain file, /dev/null): epoll refuses
 *    it, as it is always ready. It is read when the guest has taken all that
 *    came before, and so it can not keep us busy.
 * 4. The VMM may write anything into the ring at any time: how much waits is
 *    never more than was put in, and one turn reads once.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/bytering.h"
#include "base/bytes.h"

#define ESCAPE_KEY 0x1d	/* Ctrl-] */

/* console_put() - a byte came: into the cable, and into the ring as well. */
static void console_put(struct vm *vm, uint8_t byte)
{
	struct cable_waiting *w = vm->console.waiting;

	w->bytes[(w->head + w->count++) % sizeof(w->bytes)] = byte;
	bytering_put(&vm->cross->pc.line[LINE_COM1].in, byte);
}

/* console_taken() - what the UART has taken no longer waits. */
static void console_taken(struct vm *vm)
{
	struct cable_waiting *w = vm->console.waiting;
	struct byte_ring *in = &vm->cross->pc.line[LINE_COM1].in;
	uint32_t left = MIN(bytering_count(in), w->count);

	w->head = (w->head + w->count - left) % (uint32_t)sizeof(w->bytes);
	w->count = left;
}

static bool console_full(const struct console *con)
{
	return con->waiting->count == sizeof(con->waiting->bytes);
}

/* console_take() - @n bytes came; Return: false if one was the escape key. */
static bool console_take(struct vm *vm, const uint8_t *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (vm->console.raw && buf[i] == ESCAPE_KEY)
			return false;
		console_put(vm, buf[i]);
	}
	return true;
}

/* console_fill() - read once, where there is room; Return: false if nothing
 * came. */
static bool console_fill(struct vm *vm)
{
	struct console *con = &vm->console;
	uint8_t buf[sizeof(con->waiting->bytes)];
	ssize_t n;

	n = read(con->in, buf, sizeof(buf) - con->waiting->count);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		events_watch(&vm->events, &con->source, 0);
		con->in = -1;	/* end of input */
		return false;
	}
	if (!console_take(vm, buf, (size_t)n))
		vm->outcome = VM_QUIT;
	return true;
}

/* console_ask() - be told when the guest has taken all that came. Return:
 * false if it has. */
static bool console_ask(struct vm *vm)
{
	return bytering_ask_room(&vm->cross->pc.line[LINE_COM1].in, 1);
}

/* console_read_on() - what can not be watched is read when the guest wants it
 * and has nothing; once, so that this ends. */
static void console_read_on(struct vm *vm)
{
	if (!console_ask(vm) && vm->cross->pc.line[LINE_COM1].listening)
		console_fill(vm);
	console_ask(vm);
}

void console_turn(struct vm *vm)
{
	struct console *con = &vm->console;
	bool full;

	console_taken(vm);
	if (con->in >= 0 && con->always_ready)
		console_read_on(vm);
	if (con->in >= 0 && !con->always_ready) {
		full = console_full(con) && console_ask(vm);
		events_watch(&vm->events, &con->source, full ? 0 : EPOLLIN);
	}
	/* At a reset, what is in the UART goes with it. */
	if (vm->outcome == VM_RUNNING)
		pc_line_look(&vm->board.pc, LINE_COM1);
}

void console_look(struct vm *vm)
{
	struct console *con = &vm->console;
	struct pollfd p = { .fd = con->in, .events = POLLIN };

	if (!con->raw || con->in < 0 || con->always_ready)
		return;
	console_taken(vm);
	if (!console_full(con) && poll(&p, 1, 0) > 0)
		console_fill(vm);
}

static void console_ready(void *owner, struct source *src, uint32_t got)
{
	struct vm *vm = owner;

	(void)src, (void)got;
	/* Watched only while there is room, but room may have gone. */
	console_taken(vm);
	if (!console_full(&vm->console) && console_fill(vm))
		pc_line_look(&vm->board.pc, LINE_COM1);
}

void console_open(struct vm *vm, const struct cable *cable)
{
	struct console *con = &vm->console;
	struct cable_waiting *w = cable->waiting;
	uint32_t i;

	con->in = cable->in;
	con->raw = cable->raw;
	con->waiting = w;
	/* A life before this one may have left anything there. */
	w->head %= (uint32_t)sizeof(w->bytes);
	w->count = MIN(w->count, (uint32_t)sizeof(w->bytes));
	for (i = 0; i < w->count; i++)
		bytering_put(&vm->cross->pc.line[LINE_COM1].in,
			     w->bytes[(w->head + i) % sizeof(w->bytes)]);
	if (con->in < 0)
		return;
	con->source = (struct source){ .fd = con->in, .owner = vm,
				       .ready = console_ready };
	con->always_ready = !events_watch(&vm->events, &con->source, EPOLLIN);
	console_turn(vm);	/* not watched if it is full */
}
