/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.c - a machine from power-on to its end, and the host world's run loop:
 * enter the guest -> why did it come back -> table -> events -> again.
 *
 * vm_open() acquires, vm_close() releases in reverse order and may be called
 * on a half-made machine: every field starts as "not there".
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/log.h"
#include "vmapp/boot/boot.h"
#include "vmapp/config/tftp.h"
#include "vmapp/keeper.h"
#include "vmapp/sandbox.h"
#include "vmdriver/affinity.h"
#include "vmdriver/worldswitch.h"

/* While the VMM makes one call after the other, the host's descriptors have a
 * turn after this time. */
#define LOOK_NS 10000000u

/* Bytes that VMApp may still allocate when start-up is over: the stacks of a
 * few threads (THREAD_STACK), a few hundred KiB for reports and for what VMNet
 * tells. malloc() reserves more addresses than it uses. */
#define GROWS		(96ull << 20)
#define GROWS_SPACE	(256ull << 20)

/* vm_explain() - say what failed; Return: false. */
static bool vm_explain(const char *what, int err)
{
	log_error("%s: %s", what, strerror(-err));
	return false;
}

/* vm_open_door() - RAM, the cross page, and what is fixed in it. */
static bool vm_open_door(struct vm *vm)
{
	const struct vm_config *config = vm->config;
	struct memfile parts = { .ram = config->memory,
				 .video = VGA_MEMORY + VGA_SHOWN_SIZE };
	struct crosspage *cross;
	int err;

	firmware_parts(&vm->firmware, &parts);
	err = guestmem_renew(&vm->ram, dup(vm->memory), &parts);
	if (err == -EFBIG)
		return vm_explain(
			"no memory for the guest: it is a file, whose "
			"size is limited here ('ulimit -f')",
			err);
	if (err)
		return vm_explain("no memory for the guest (try a smaller "
				  "--memory)",
				  err);
	cross = crosspage_create(&vm->cross_fd);
	if (!cross)
		return vm_explain("no cross page", -errno);
	vm->cross = cross;
	vm->start_ns = vm->taken_ns = clock_now_ns();
	vm->start_tsc = door_tsc();
	cross->boot_ns = vm->start_ns;
	cross->boot_tsc = vm->start_tsc;
	cross->memory = parts;
	cross->nic_count = config->nic_count;
	cross->options = config->options;
	cross->host_denied = host_denied_mask();
	affinity_all(&vm->cpus);
	cross->home_cpu = vm->home_cpu = affinity_here();
	atomic_store(&cross->owner, DOOR_HOST);
	return true;
}

/* vm_close_in() - start-up is over: close the sandbox, after which nothing new
 * can be opened. Return: false if that failed, which is explained. */
static bool vm_close_in(struct vm *vm)
{
	unsigned int i;
	int err;

	for (i = 0; i < vm->board.nic_count; i++)
		vmnet_client_dial_by(&vm->board.nic[i].net, vm_dial, vm);
	tftp_close(vm->config);	/* from now on the keeper hands them in */
	err = keeper_ask(vm->keeper, KEEPER_READY, NULL);
	if (err)
		return vm_explain("no answer from the process that was started "
				  "first",
				  err);
	err = app_sandbox_close(vm->vmm_pidfd < 0 ? vm->vmm_pid : 0);
	return !err || vm_explain("the sandbox can not be closed", err);
}

/* The machine whose time on_sample() accounts, or NULL: the timer goes on until
 * the process ends. */
static struct vm *_Atomic sampled_vm;

static void on_sample(int sig, siginfo_t *info, void *context)
{
	struct vm *vm = sampled_vm;

	(void)sig, (void)context;
	if (vm)
		account_sample(&vm->rows, vm->rows.now, info);
}

/* tell_direct() - write to the cross page which cards' rings and which disks'
 * channels the VMM is given. */
static void tell_direct(struct vm *vm)
{
	uint32_t direct = 0;
	unsigned int i;

	for (i = 0; i < vm->board.nic_count; i++)
		direct |= (uint32_t)vm->board.nic[i].direct << i;
	vm->cross->direct_nics = direct;
	vm->cross->direct_disks = disks_direct(vm);
}

/* on_woken() - a descriptor has something for the guest (events.woken). */
static void on_woken(void *owner)
{
	struct vm *vm = owner;

	vm->cross->trip.noticed = stamp(vm->config->options.stamps);
}

static bool vm_open(struct vm *vm, const struct vm_setting *set)
{
	int err;

	if (!firmware_open(&vm->firmware, vm->config) || !vm_open_door(vm))
		return false;
	if (!vm->config->kernel)
		firmware_load(&vm->firmware, &vm->ram, &vm->cross->entry);
	else if (!boot_load(&vm->ram, vm->config, &vm->cross->entry))
		return false;
	err = events_open(&vm->events);
	if (!err)
		err = signals_watch(vm);
	if (err)
		return vm_explain("no epoll set", err);
	vm->events.woken = on_woken;
	vm->events.owner = vm;
	err = disks_open(vm, set->disks);
	if (err)
		return vm_explain("no memory that a disk process shares", err);
	lines_plug(vm, set->cables);
	board_init(&vm->board, vm);
	if (!board_plug(&vm->board))
		return false;
	tell_direct(vm);
	err = typist_open(&vm->typist, vm);
	if (!err)
		err = verbs_open(vm, set->door);
	if (err)
		return vm_explain("no events of the control socket", err);
	if (!vm_screen_open(vm))
		return false;
	lines_open(vm, set->cables);
	err = vmmproc_start(vm);
	if (err == -ENOTSUP)
		return vm_explain(
			"this host lets a process send no signals, not "
			"even to its own children; have its filter "
			"allow kill()",
			err);
	if (err)
		return vm_explain(
			"hostel-vmm, which belongs beside hostel, can "
			"not be started",
			err);
	/* Both read files. Once the sandbox is closed they could not. */
	report_prepare();
	limits_memory(GROWS, GROWS_SPACE);
	err = app_sandbox_prepare();
	if (err)
		return vm_explain("capabilities can not be given up", err);
	/* Threads start after it: capabilities are a thread's own, and one
	 * that was there before would keep them. */
	err = lines_start(vm);
	if (err)
		return vm_explain("no thread for what the guest sends", err);
	err = watcher_start(vm);
	if (err)
		return vm_explain("no watcher thread", err);
	/* After the watcher was made: that thread stays free to run
	 * elsewhere while the guest has this CPU. */
	affinity_set(&vm->cpus, vm->home_cpu);
	sampled_vm = vm;
	account_sampler(on_sample);
	return vm_close_in(vm);
}

static void vm_close(struct vm *vm)
{
	vmmproc_end(vm);
	board_unplug(&vm->board);
	control_close(&vm->control);
	screen_close(&vm->screen);
	disks_close(vm);
	typist_close(&vm->typist);
	events_close(&vm->events);
	if (vm->signals.fd >= 0)
		close(vm->signals.fd);
	if (!lines_run(vm))	/* else a thread uses it */
		crosspage_close(vm->cross);
	if (vm->cross_fd >= 0)
		close(vm->cross_fd);
	guestmem_close(&vm->ram);
	firmware_close(&vm->firmware);
}

/* vmm_did_not_begin() - the VMM ended before its guest ran, and has told the
 * user why. A VMM that its guest took over was entered more than once, so it
 * can not pass for one. */
static bool vmm_did_not_begin(const struct vm *vm)
{
	return atomic_load(&vm->trips) == 1 && WIFEXITED(vm->vmm_status) &&
	       WEXITSTATUS(vm->vmm_status) == EXIT_SETUP;
}

/* vmm_is_gone() - the VMM's process ended by itself: that is a fault. */
static void vmm_is_gone(struct vm *vm)
{
	char words[LAST_WORDS_SIZE];

	vmmproc_end(vm);
	lines_flush(vm);
	if (vmm_did_not_begin(vm)) {
		vm->outcome = VM_FAILED;
		return;
	}
	last_words_decode(vm->cross, words);
	if (atomic_load(&vm->vmm_stuck))
		log_error("hostel-vmm did not give the CPU back within ten "
			  "seconds of being asked and was ended; the guest is "
			  "lost");
	else if (*words)
		log_error("hostel-vmm gave up, the guest is lost: %s", words);
	else if (WIFSIGNALED(vm->vmm_status))
		log_error("hostel-vmm was ended by signal %d (%s); the guest "
			  "is lost",
			  WTERMSIG(vm->vmm_status),
			  strsignal(WTERMSIG(vm->vmm_status)));
	else
		log_error("hostel-vmm ended by itself with status %d; the "
			  "guest is lost",
			  WEXITSTATUS(vm->vmm_status));
	vm->outcome = VM_STOPPED;
}

/* follow_home() - run on the CPU that the VMM world has chosen for both. */
static void follow_home(struct vm *vm)
{
	int32_t cpu = *(const volatile int32_t *)&vm->cross->home_cpu;

	if (cpu == vm->home_cpu)
		return;
	vm->home_cpu = cpu;
	affinity_set(&vm->cpus, cpu);
}

/* look_alone() - the VMM world has had the CPU for long: has the user asked to
 * quit? Touches nothing that the VMM may be using. */
static void look_alone(struct vm *vm)
{
	atomic_store(&vm->look, false);
	signals_take(vm);
	lines_peek(vm);
}

/* vm_switch() - give the CPU to the VMM world, wait until it comes back.
 * Return: false if it does not: the VMM is gone, or the user quits. */
static bool vm_switch(struct vm *vm)
{
	enum door_wait how;

	worldswitch_give(vm->cross);
	while ((how = worldswitch_wait_asked(vm->cross, &vm->look)) ==
	       DOOR_ASKED) {
		look_alone(vm);
		if (vm->outcome != VM_RUNNING)
			return false;
	}
	if (how == DOOR_DEAD)
		vmm_is_gone(vm);
	return how == DOOR_BACK;
}

/* look_around() - once in LOOK_NS, give the host's descriptors a turn. */
static void look_around(struct vm *vm)
{
	uint64_t now = clock_now_ns();

	lines_turn(vm);
	if (now - vm->looked_ns < LOOK_NS)
		return;
	vm->looked_ns = now;
	events_wait(&vm->events, 0);
}

/* follow_clock() - take guest time from the VMM's call; it can not be ahead of
 * the host's. */
static void follow_clock(struct vm *vm, const struct hostcall *call)
{
	vm->taken_ns = clock_now_ns();
	vm->call_ns = MIN(call->now_ns, vm->taken_ns - vm->start_ns);
}

/**
 * vm_enter() - give the CPU to the VMM world until it calls
 * @call: receives the checked call
 *
 * Return: false if the VMM is gone or sent nonsense, which is explained, or if
 * the user quits.
 */
static bool vm_enter(struct vm *vm, struct hostcall *call)
{
	struct account *acc = &vm->cross->account;
	uint64_t left, back, taken;
	bool there;

	atomic_fetch_add(&vm->trips, 1);	/* before the watcher looks */
	watcher_arm(vm);
	account_begin(&vm->rows, ROW_SWITCH);
	left = door_tsc();
	vm->cross->reply.tsc = left;
	there = vm_switch(vm);
	atomic_fetch_add(&vm->trips, 1);
	if (!there)
		return false;
	back = door_tsc();
	vm->cross->host_taken_tsc = back;
	follow_home(vm);
	if (vm->config->options.stamps)
		vm->cross->trip = (struct trip_stamps){ .begun = back };
	if (!hostcall_decode(vm->cross, vm->board.nic_count, call)) {
		acc->refused_calls++;
		log_error("the VMM world sent a malformed call; the guest is "
			  "lost");
		vm->outcome = VM_STOPPED;
		return false;
	}
	follow_clock(vm, call);
	board_follow_map(&vm->board);
	taken = *(const volatile uint64_t *)&vm->cross->vmm_taken_tsc;
	/* The VMM's stamps are only believed as far as they make sense. */
	if (taken < left || taken > call->tsc || call->tsc > back)
		taken = left, call->tsc = back;
	acc->tsc_switch += (taken - left) + (back - call->tsc);
	acc->tsc_vmm += call->tsc - taken;
	return true;
}

static void vm_report(struct vm *vm)
{
	vm->report_asked = false;
	if (vm->report_fd >= 0)
		report_write(vm);
}

/* heed_pins() - a chip of either world may have pulled a pin of the board that
 * ends the run: debug exit, power off, reset. */
static void heed_pins(struct vm *vm)
{
	uint32_t pins = atomic_load(&vm->cross->irq_pins);

	if (vm->outcome != VM_RUNNING)
		return;
	vm->exit_value = *(const volatile uint8_t *)&vm->cross->pc.debug_exit;
	if (pins >> PIN_DEBUG_EXIT & 1)
		vm->outcome = VM_DEBUG_EXIT;
	else if (pins >> PIN_POWER_OFF & 1)
		vm->outcome = VM_POWER_OFF;
	else if (pins >> PIN_RESET & 1)
		vm->outcome = VM_RESET;
}

/* stand_still() - while the machine is paused; reports may be asked for. */
static void stand_still(struct vm *vm)
{
	while (vm->paused && vm->outcome == VM_RUNNING) {
		pause_rest(vm);
		if (vm->report_asked)
			vm_report(vm);
	}
}

/* vm_loop() - until there is an outcome. */
static void vm_loop(struct vm *vm)
{
	struct account *acc = &vm->cross->account;
	struct hostcall call;
	uint64_t start, paused;

	while (vm->outcome == VM_RUNNING && vm_enter(vm, &call)) {
		start = door_tsc();
		paused = vm->paused_tsc;
		vm->cross->reply.value = 0;
		vm->cross->reply.flags = 0;
		vm->cross->reply.paused_ns = 0;
		vm->cross->reply.paused_tsc = 0;
		hostcall_run(vm, &call);
		heed_pins(vm);
		look_around(vm);
		stand_still(vm);
		board_run_alarms(&vm->board);
		if (call.kind != HOSTCALL_HALT)
			acc->tsc_host +=
				door_tsc() - start - (vm->paused_tsc - paused);
		/* After the call, so that the report counts it. */
		if (vm->report_asked)
			vm_report(vm);
	}
}

/* vm_exit_status() - the outcome, as `hostel run --help` tells it */
static int vm_exit_status(const struct vm *vm)
{
	switch (vm->outcome) {
	case VM_POWER_OFF:
	case VM_RESET:
		return 0;
	case VM_QUIT:
		return EXIT_BY_SIGNAL(vm->quit_signal ? vm->quit_signal :
							SIGINT);
	case VM_DEBUG_EXIT:
		return (vm->exit_value << 1 | 1) & 0xff;
	case VM_STOPPED:
		return EXIT_GUEST_STOPPED;
	default:
		return EXIT_SETUP;
	}
}

/* say_quit() - the guest has not ended by itself. */
static void say_quit(const struct vm *vm)
{
	if (vm->outcome != VM_QUIT)
		return;
	log_info("ended by %s%s; the guest was not shut down",
		 vm->quit_signal ? "SIG" :
		 vm->quit_by_control ? "'hostel ctl'" :
				       "Ctrl-]",
		 vm->quit_signal ? sigabbrev_np(vm->quit_signal) : "");
}

int vm_run(const struct vm_setting *set)
{
	struct vm *vm = calloc(1, sizeof(*vm));
	int status;

	if (!vm)
		die("out of memory");
	vm->config = set->config;
	vm->keeper = set->keeper;
	vm->keeper_pid = getppid();
	vm->kept = set->kept;
	vm->memory = set->memory;
	vm->words = set->words;
	vm->report_fd = set->report;
	vm->faulted = set->faulted;
	vm->dump_fd = set->dump;
	vm->cross_fd = vm->vmm_pidfd = vm->child_fd = -1;
	vm->watch_fd = vm->quit_fd = -1;
	vm->ram.fd = vm->signals.fd = vm->screen.source.fd = -1;
	vm->events = vm->control.outer = vm->control.inner = EVENTS_CLOSED;
	vm->screen.events = EVENTS_CLOSED;
	if (vm_open(vm, set)) {
		vm_loop(vm);
		vmmproc_end(vm);
		lines_end(vm);
		vm_report(vm);
		say_quit(vm);
		battery_note(&vm->kept->battery, &vm->board.pc.rtc);
		if (vm->outcome == VM_RESET)
			keeper_ask(vm->keeper,
				   vm->faulted ? KEEPER_FAULTED : KEEPER_AGAIN,
				   NULL);
	} else {
		vm->outcome = VM_FAILED;
	}
	status = vm_exit_status(vm);
	sampled_vm = NULL;
	vm_close(vm);
	if (!lines_run(vm))
		free(vm);
	return status;
}
