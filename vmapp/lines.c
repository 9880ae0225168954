/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - the machine's lines of bytes (machine/pc.def, LINE): each chip's
 * end joined to a back end, and the console's escape key.
 *
 * 1. Ctrl-] quits. It is looked for only where a line is at a terminal, so
 *    that a pipe or a pseudo-terminal may carry any byte.
 * 2. The machine waits for a line only in lines_wait() and lines_end(). Keys
 *    and signals are heard meanwhile.
 */
#include "vmapp/vm.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/framering.h"

#define ESCAPE_KEY 0x1d	/* Ctrl-] */

#define LOOK_MS		10	/* for a key or a signal, while we wait */
#define QUIT_MS		200	/* for what is not written at a quit */

#define NSEC_PER_MSEC	1000000ull

/* line_typed() - a serial_owner's: bytes up to the escape key are the
 * guest's. */
static size_t line_typed(void *self, const uint8_t *bytes, size_t n)
{
	const uint8_t *key = memchr(bytes, ESCAPE_KEY, n);
	struct vm *vm = self;

	if (!key)
		return n;
	vm->outcome = VM_QUIT;
	return (size_t)(key - bytes);
}

/* line_look() - a serial_owner's: there are bytes for the chip, or room. At a
 * reset, bytes in the chip are lost. */
static void line_look(void *self, struct serial_back *back)
{
	struct vm *vm = self;

	if (vm->outcome == VM_RUNNING)
		pc_line_look(&vm->board.pc, (unsigned int)(back - vm->line));
}

void lines_plug(struct vm *vm, const struct cable cables[PC_LINES])
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		vm->cross->pc.line[i].plugged = cables[i].in >= 0 ||
						cables[i].out >= 0;
}

void lines_open(struct vm *vm, const struct cable cables[PC_LINES])
{
	const struct serial_owner owner = { vm, line_look, line_typed };
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		serial_open(&vm->line[i], pc_line_names[i],
			    &vm->cross->pc.line[i], &vm->events, &owner,
			    &cables[i]);
}

int lines_start(struct vm *vm)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < PC_LINES && !err; i++)
		if (vm->line[i].plugged)
			err = serial_start(&vm->line[i]);
	return err;
}

void lines_turn(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (vm->line[i].plugged)
			serial_turn(&vm->line[i]);
}

void lines_poll(const struct vm *vm, struct pollfd *p)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		p[i] = (struct pollfd){ .fd = serial_key(&vm->line[i]),
					.events = POLLIN };
}

void lines_peek(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		serial_peek(&vm->line[i]);
}

void lines_wait(struct vm *vm, unsigned int line)
{
	while (vm->outcome == VM_RUNNING && serial_full(&vm->line[line])) {
		events_wait(&vm->events, LOOK_MS * NSEC_PER_MSEC);
		pause_rest(vm);
	}
}

void lines_flush(struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		serial_flush(&vm->line[i]);
}

bool lines_run(const struct vm *vm)
{
	unsigned int i;

	for (i = 0; i < PC_LINES; i++)
		if (vm->line[i].out.runs)
			return true;
	return false;
}

/* lines_finished() - wait for a moment; Return: true if all threads have
 * ended. */
static bool lines_finished(struct vm *vm)
{
	struct pollfd p[PC_LINES + 1] = {
		[PC_LINES] = { .fd = vm->signals.fd, .events = POLLIN },
	};
	bool all = true;
	unsigned int i;

	for (i = 0; i < PC_LINES; i++) {
		all &= serial_finished(&vm->line[i]);
		p[i].fd = vm->line[i].out.runs ? vm->line[i].out.bell : -1;
		p[i].events = POLLIN;
	}
	if (all)
		return true;
	poll(p, PC_LINES + 1, LOOK_MS);
	for (i = 0; i < PC_LINES; i++)
		if (p[i].fd >= 0)
			bell_hush(p[i].fd);
	if (p[PC_LINES].revents)
		signals_take(vm);
	lines_peek(vm);
	return false;
}

void lines_end(struct vm *vm)
{
	enum vm_outcome how = vm->outcome;
	uint64_t until = clock_now_ns() + QUIT_MS * NSEC_PER_MSEC;
	unsigned int i;

	if (!lines_run(vm))
		return;
	for (i = 0; i < PC_LINES; i++)
		serial_finish(&vm->line[i]);
	/* Who quits does not wait for who reads, at any time. */
	vm->outcome = how == VM_QUIT ? VM_QUIT : VM_RUNNING;
	while (!lines_finished(vm) &&
	       (vm->outcome == VM_RUNNING || clock_now_ns() < until))
		;
	/* A reset that the user does not want any more is a quit. */
	if (how != VM_RESET || vm->outcome == VM_RUNNING)
		vm->outcome = how;
}
