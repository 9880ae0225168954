/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostcalls.c - what the VMM world asks of the host world: one function for
 * each row of calls.def.
 *
 * hostcall_decode() has checked the call: nothing here can fail because of
 * it. What the VMM claims about its guest's end (stop_info) is printed, never
 * believed.
 */
#include "vmapp/vm.h"

#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/poll_ns.h"
#include "devices/wires.h"
#include "vmdriver/attention.h"

/* The longest time for which frames alone are looked for. */
#define YIELD_LOOK_NS 1000000u

/*
 * do_ready() - what will run the guest? Whoever named an engine gets that one
 * or none; who did not is told, before the guest says a word.
 */
static void do_ready(struct vm *vm, const struct hostcall *call)
{
	const struct vm_config *config = vm->config;

	(void)call;
	/* Once is enough: what is said here, it could say for ever. */
	if (vm->vmm_ready)
		return;
	vm->vmm_ready = true;
	vm->engine = engine_decode(vm->cross, vm->engine_why);
	if (vm->engine == config->options.engine)
		return;
	if (config->engine_given || config->dump) {
		log_error("%s needs the translator, which can not be had "
			  "here: %s; 'hostel check' says more",
			  config->engine_given ? "this --cpu" : "--dump",
			  vm->engine_why);
		vm->outcome = VM_FAILED;
		return;
	}
	log_warn("the interpreter runs this guest, about 40 times slower than "
		 "translation, which can not be had here: %s; 'hostel check' "
		 "says more",
		 vm->engine_why);
}

/* access_chip() - the guest's clock stands still meanwhile. */
static void access_chip(struct vm *vm, const struct hostcall *call,
			enum pc_space space, bool write)
{
	struct pc_access a = { .width = call->width, .write = write,
			       .value = write ? call->value : 0xffffffff };

	vm->frozen = true;
	board_access(&vm->board, space, call->at, &a);
	vm->frozen = false;
	if (!write)
		vm->cross->reply.value = a.value;
}

static void do_port_read(struct vm *vm, const struct hostcall *call)
{
	access_chip(vm, call, PC_SPACE_IO, false);
}

static void do_port_write(struct vm *vm, const struct hostcall *call)
{
	access_chip(vm, call, PC_SPACE_IO, true);
}

static void do_mmio_read(struct vm *vm, const struct hostcall *call)
{
	access_chip(vm, call, PC_SPACE_MEM, false);
}

static void do_mmio_write(struct vm *vm, const struct hostcall *call)
{
	access_chip(vm, call, PC_SPACE_MEM, true);
}

static void do_chip_work(struct vm *vm, const struct hostcall *call)
{
	pc_work(&vm->board.pc, (enum pc_worker)call->worker);
}

/* take_noticed() - cards whose bit is set in VMNet's vectors. Return: true
 * if there were any. */
static bool take_noticed(struct vm *vm)
{
	struct board *b = &vm->board;
	bool any = false;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		if (nic_noticed(&b->nic[i])) {
			pcnet_poll(&b->pc.nic[i]);
			any = true;
		}
	return any;
}

/* bells_listen() - with direct: the bells of cards and disks are the watcher's
 * while the guest runs, and ours while it is halted. */
static void bells_listen(struct vm *vm, bool on)
{
	unsigned int i;

	for (i = 0; i < vm->board.nic_count; i++)
		nic_listen(&vm->board.nic[i], on);
	disks_listen(vm, on);
}

/* disk_told() - the watcher has told the VMM of a disk, too late. */
static bool disk_told(struct vm *vm)
{
	return atomic_load(&vm->cross->attention) & ATTENTION_DISK;
}

/* do_halt() - nothing to run: wait for an event or the guest's next timer. */
static void do_halt(struct vm *vm, const struct hostcall *call)
{
	uint64_t start = clock_now_ns();
	uint64_t due = CLOCK_NEVER;

	if (call->deadline_ns != CLOCK_NEVER)
		due = vm->start_ns + call->deadline_ns;

	account_begin(&vm->rows, ROW_IDLE_IRQ);
	if (pc_halted(&vm->board.pc))
		return;
	bells_listen(vm, true);
	/* What the watcher told the VMM too late is ours to take. */
	if (due > start && !take_noticed(vm) && !disk_told(vm))
		events_wait(&vm->events,
			    due == CLOCK_NEVER ? POLL_FOREVER : due - start);
	bells_listen(vm, false);
	vm->idle_ns += clock_now_ns() - start;
}

/*
 * do_yield() - a host interrupt: look at everything, wait for nothing
 *
 * As in the paper, what the shared vector tells needs no look at the host's
 * descriptors. They have their turn all the same, after YIELD_LOOK_NS.
 */
static void do_yield(struct vm *vm, const struct hostcall *call)
{
	uint64_t now = clock_now_ns();

	(void)call;
	account_begin(&vm->rows, ROW_HOST_IRQ);
	if (take_noticed(vm) && now - vm->looked_ns < YIELD_LOOK_NS)
		return;
	vm->looked_ns = now;
	events_wait(&vm->events, 0);
}

/*
 * triple_fault() - the processor shuts down, and a PC's board then resets it
 *
 * Who reboots so by design may do it often: it is told once.
 */
static void triple_fault(struct vm *vm, const struct stop_info *stop,
			 const char *bytes)
{
	if (!vm->faulted)
		log_warn("the guest was reset by a triple fault at "
			 "%04x:%08x; bytes%s (this is said once; --no-reboot "
			 "ends the run there)",
			 stop->cs, stop->eip, bytes);
	vm->faulted = true;
	vm->outcome = VM_RESET;
}

static void do_stop(struct vm *vm, const struct hostcall *call)
{
	struct stop_info stop;
	char bytes[3 * sizeof(stop.bytes) + 1] = "";
	unsigned int i;

	(void)call;
	lines_flush(vm);
	stop_decode(vm->cross, &stop);
	for (i = 0; i < stop.byte_count; i++)
		snprintf(bytes + 3 * i, 4, " %02x", stop.bytes[i]);
	if (stop.triple_fault && !vm->config->no_reboot) {
		triple_fault(vm, &stop, bytes);
		return;
	}
	log_error("the guest stopped at %04x:%08x: %s; bytes%s", stop.cs,
		  stop.eip, stop.text, bytes);
	vm->outcome = VM_STOPPED;
}

static void (*const hostcall_table[HOSTCALL_COUNT])
	(struct vm *, const struct hostcall *) = {
	[HOSTCALL_READY] = do_ready,
	[HOSTCALL_PORT_READ] = do_port_read,
	[HOSTCALL_PORT_WRITE] = do_port_write,
	[HOSTCALL_MMIO_READ] = do_mmio_read,
	[HOSTCALL_MMIO_WRITE] = do_mmio_write,
	[HOSTCALL_CHIP_WORK] = do_chip_work,
	[HOSTCALL_HALT] = do_halt,
	[HOSTCALL_YIELD] = do_yield,
	[HOSTCALL_STOP] = do_stop,
};

void hostcall_run(struct vm *vm, const struct hostcall *call)
{
	account_to(&vm->rows, ROW_DEVICES);	/* if nobody says better */
	if (board_send(&vm->board) && call->kind == HOSTCALL_HALT)
		return;		/* it has an interrupt to wake up for */
	hostcall_table[call->kind](vm, call);
}
