/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pause.c - a machine that stands still: `hostel ctl NAME pause`.
 *
 * The host world keeps the CPU. Only what may end the pause is waited for: the
 * control socket, signals, Ctrl-], the VMM's end. No frame, no byte and no
 * alarm is looked at, so no process of the machine uses the host's CPU.
 *
 * For the guest nothing has happened, as if the whole machine had been frozen:
 *
 *	its clocks (TSC, PIT, PM timer, RTC) stand, all of them, and go on where
 *		they were: none goes back, none jumps, and no interrupt of a
 *		timer is owed;
 *	so its time of day is behind from then on, by what it was paused;
 *	frames wait in VMNet's rings as far as there is room, the rest are lost
 *		there and counted; what is typed waits in the terminal.
 *
 * A reset ends a pause.
 */
#include "vmapp/vm.h"

#include <poll.h>

#include "base/check.h"
#include "base/clock.h"
#include "vmdriver/worldswitch.h"

/* Both clocks are read in fewer ticks than this if nothing comes between. */
#define PAIR_TICKS	40000u
#define PAIR_TRIES	10

/* clocks_read() - both of the host's clocks at one moment; Return: the TSC. */
static uint64_t clocks_read(uint64_t *now_ns)
{
	uint64_t from, to;
	int i;

	for (i = 0; i < PAIR_TRIES; i++) {
		from = door_tsc();
		*now_ns = clock_now_ns();
		to = door_tsc();
		if (to - from < PAIR_TICKS)
			break;
	}
	return from;
}

/* pass_over() - guest time has stood still for @ns, and @tsc. */
static void pass_over(struct vm *vm, uint64_t ns, uint64_t tsc)
{
	struct hostreply *reply = &vm->cross->reply;

	vm->start_ns += ns;
	vm->taken_ns += ns;
	vm->start_tsc += tsc;
	vm->paused_ns += ns;
	vm->paused_tsc += tsc;
	reply->paused_ns += ns;
	reply->paused_tsc += tsc;
}

/* pass_on() - until now it has: what is asked for next, a report, counts it. */
static void pass_on(struct vm *vm, uint64_t *began_ns, uint64_t *began_tsc)
{
	uint64_t ns, tsc = clocks_read(&ns);

	pass_over(vm, ns - *began_ns, tsc - *began_tsc);
	*began_ns = ns;
	*began_tsc = tsc;
}

/* pause_wait() - until there is something that may end the pause, which has
 * been counted until @began_ns and @began_tsc. */
static void pause_wait(struct vm *vm, uint64_t *began_ns, uint64_t *began_tsc)
{
	struct pollfd p[4 + PC_LINES] = {
		{ .fd = vm->control.outer.fd, .events = POLLIN },
		{ .fd = vm->signals.fd, .events = POLLIN },
		{ .fd = vm->vmm_pidfd, .events = POLLIN },
		{ .fd = vm->screen.events.fd, .events = POLLIN },
	};

	lines_poll(vm, p + 4);
	int n = poll(p, ARRAY_SIZE(p), -1);

	pass_on(vm, began_ns, began_tsc);
	if (n < 0)
		return;
	if (p[0].revents)
		control_turn(&vm->control);
	if (p[1].revents)
		signals_take(vm);
	if (p[2].revents)
		vm->paused = false;	/* vm_switch() finds out */
	if (p[3].revents)
		screen_turn(&vm->screen);	/* it may have a picture */
	lines_peek(vm);
}

void pause_rest(struct vm *vm)
{
	uint64_t began_ns, began_tsc;
	bool frozen = vm->frozen;

	if (!vm->paused)
		return;
	began_tsc = clocks_read(&began_ns);
	if (!frozen) {
		vm->call_ns = vm_now_ns(vm);
		vm->taken_ns = began_ns;
	}
	vm->frozen = true;
	while (vm->paused && !vm->report_asked && vm->outcome == VM_RUNNING)
		pause_wait(vm, &began_ns, &began_tsc);
	vm->frozen = frozen;
	pass_on(vm, &began_ns, &began_tsc);
}
