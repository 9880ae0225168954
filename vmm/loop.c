/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop.c - the VMM world's run loop: attention? -> alarms -> run -> why did
 * we stop -> table.
 */
#include "vmm/vmm.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmdriver/affinity.h"
#include "vmdriver/attention.h"
#include "vmdriver/worldswitch.h"
#include "vmm/cpu/cpu.h"
#include "vmm/disk.h"
#include "vmm/halt.h"
#include "vmm/mmu/mmu.h"
#include "vmm/nic.h"

/* Instructions of the interpreter between two looks at the clock, if no alarm
 * says sooner that it is time. */
#define LOOP_BUDGET 2000

/*
 * send_tick() - send the frames that send combining held back for a tick
 *
 * If they left with another world switch the alarm is not cancelled, which
 * would cost a system call. It then fires with nothing due.
 */
static void send_tick(struct vmm *vmm, uint64_t now)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK };
	uint64_t due = sendcombine_due(&vmm->combine);

	if (due <= now) {
		call.worker = (uint8_t)sendcombine_card(&vmm->combine);
		vmm_hostcall(vmm, &call);
		due = CLOCK_NEVER;
	}
	vmm->alarm_ns[ALARM_SEND] = due;
}

/* pit_tick() - counter 0 is due. Ticks that went by while the host ran
 * something else are owed. */
static void pit_tick(struct vmm *vmm)
{
	struct i8254 *pit = &vmm->pc.pit;

	i8254_tick(pit);
	if (!pit->missed)
		return;
	ticks_owe(&vmm->ticks, pit->missed, i8254_period_ns(pit));
	pit->missed = 0;
	if (vmm->alarm_ns[ALARM_TICK] == CLOCK_NEVER)
		virq_timer_pay(vmm);
}

/* take_alarm() - is alarm number @alarm of the machine due? Then it is off. */
static bool take_alarm(struct vmm *vmm, unsigned int alarm, uint64_t now)
{
	uint64_t *at = &vmm->pc.state->alarm_ns[alarm];

	if (*at > now)
		return false;
	*at = CLOCK_NEVER;
	return true;
}

/* run_nic_alarms() - run the cards' alarms that are due. A card whose frames
 * VMApp moves is VMApp's to look after, which it does at each call. */
static void run_nic_alarms(struct vmm *vmm, uint64_t now)
{
	const struct hostcall yield = { .kind = HOSTCALL_YIELD };
	bool others = false;
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++)
		if (!nic_here(vmm, i))
			others |= vmm->pc.state->alarm_ns[PC_ALARM_NIC0 + i] <=
				  now;
		else if (take_alarm(vmm, PC_ALARM_NIC0 + i, now))
			pcnet_tick(&vmm->pc.nic[i]);
	if (others)
		vmm_hostcall(vmm, &yield);
}

static void run_alarms(struct vmm *vmm)
{
	unsigned int i;
	uint64_t now;

	vmm_clocks_settle(vmm);
	if (alarm_next(vmm) == CLOCK_NEVER)
		return;
	now = vmm_now_ns(vmm);
	if (take_alarm(vmm, PC_ALARM_PIT, now))
		pit_tick(vmm);
	if (vmm->alarm_ns[ALARM_TICK] <= now)
		virq_timer_pay(vmm);
	if (vmm->alarm_ns[ALARM_STORM] <= now)
		virq_storm_over(vmm);
	if (vmm->alarm_ns[ALARM_SEND] <= now)
		send_tick(vmm, now);
	if (take_alarm(vmm, PC_ALARM_RTC, now))
		mc146818_tick(&vmm->pc.rtc);
	if (take_alarm(vmm, PC_ALARM_KEYBOARD, now))
		pc_keyboard_tick(&vmm->pc);
	if (take_alarm(vmm, PC_ALARM_FLOPPY, now))
		i82077aa_tick(&vmm->pc.floppy);
	if (take_alarm(vmm, PC_ALARM_KBC, now))
		i8042_look(&vmm->pc.kbc);
	if (take_alarm(vmm, PC_ALARM_PM, now))
		piix4_pm_tick(&vmm->pc.pm);
	for (i = 0; i < PC_LINES; i++)
		if (take_alarm(vmm, PC_ALARM_LINE0 + i, now))
			pc_line_tick(&vmm->pc, i);
	if (vmm->alarm_ns[ALARM_DISK] <= now)
		vmm_disk_tick(vmm);
	if (vmm->alarm_ns[ALARM_GIVEBACK] <= now)
		giveback_tick(vmm);
	run_nic_alarms(vmm, now);
	alarm_arm(vmm);
}

static void call_host(struct vmm *vmm, enum hostcall_kind kind,
		      uint64_t deadline_ns)
{
	struct hostcall call = { .kind = kind, .deadline_ns = deadline_ns };

	vmm_hostcall(vmm, &call);
}

static void stop_machine(struct vmm *vmm, bool triple_fault, const char *text)
{
	struct stop_info *stop = &vmm->cross->stop;

	stop->eip = vmm->cpu->eip;
	stop->cs = vmm->cpu->seg[SEG_CS].sel;
	stop->triple_fault = triple_fault;
	snprintf(stop->text, sizeof(stop->text), "%s", text);
	stop->byte_count = (uint8_t)mmu_peek(
		vmm->cpu, vmm->cpu->seg[SEG_CS].base + stop->eip, stop->bytes,
		sizeof(stop->bytes));
	call_host(vmm, HOSTCALL_STOP, CLOCK_NEVER);
}

static void on_budget(struct vmm *vmm)
{
	vmm->cross->account.exits_budget++;
}

static void on_attention(struct vmm *vmm)
{
	vmm->cross->account.exits_attention++;
}

static void on_halt(struct vmm *vmm)
{
	uint64_t due;

	vmm->cross->account.exits_halt++;
	ticks_idle(&vmm->ticks);
	giveback_halt(vmm);
	vmm_disk_idle(vmm);
	run_alarms(vmm);
	virq_timer_pay(vmm);
	nic_idle(vmm);
	/* One that is shut out ends no HLT: who halts so has most likely halted
	 * for good. */
	if (cpu_interrupted(vmm->cpu) || halt_here(vmm))
		return;
	/* What waits to be sent goes with this call: no alarm for it. */
	due = MIN(pc_alarm_next(&vmm->pc), vmm->alarm_ns[ALARM_STORM]);
	due = MIN(due, vmm->alarm_ns[ALARM_GIVEBACK]);
	if (due != CLOCK_NEVER)
		due = gclock_host_ns(&vmm->gclock, due) - vmm->gclock.boot_ns;
	call_host(vmm, HOSTCALL_HALT, due);
}

static void on_shutdown(struct vmm *vmm)
{
	stop_machine(vmm, true, "triple fault");
}

static void on_unimplemented(struct vmm *vmm)
{
	stop_machine(vmm, false,
		     vmm->cpu->stop_text ? vmm->cpu->stop_text :
					   "not implemented");
}

static void (*const on_exit_table[])(struct vmm *) = {
	[CPU_EXIT_BUDGET] = on_budget,
	[CPU_EXIT_ATTENTION] = on_attention,
	[CPU_EXIT_HALT] = on_halt,
	[CPU_EXIT_SHUTDOWN] = on_shutdown,
	[CPU_EXIT_UNIMPLEMENTED] = on_unimplemented,
};

/* attention_attend() - handle the attention bits that were raised. The host
 * world gets the CPU for those that are not of this one. */
static void attention_attend(struct vmm *vmm)
{
	uint32_t bits = attention_take(&vmm->cross->attention);

	if (bits & ATTENTION_ALARM)
		alarm_rang(vmm);
	if (bits & ATTENTION_NET)
		nic_poll(vmm);
	vmm_disk_look(vmm);		/* not every answer raises a bit */
	if (bits & ~(ATTENTION_ALARM | ATTENTION_NET | ATTENTION_DISK))
		call_host(vmm, HOSTCALL_YIELD, CLOCK_NEVER);
}

/* look_at_share() - is the host busy? Then both worlds may run on any CPU, else
 * they stay on this one (docs/decisions/0002). */
static void look_at_share(struct vmm *vmm)
{
	int cpu;

	if (!share_look(&vmm->share, clock_now_ns(), door_tsc(), vmm_ran_ns))
		return;
	cpu = vmm->share.busy ? AFFINITY_ANY : affinity_here();
	vmm->cross->home_cpu = cpu;
	affinity_set(&vmm->cpus, cpu);
}

void vmm_run(struct vmm *vmm)
{
	call_host(vmm, HOSTCALL_READY, CLOCK_NEVER);
	for (;;) {
		attention_attend(vmm);
		look_at_share(vmm);
		run_alarms(vmm);
		on_exit_table[cpu_run(vmm->cpu, LOOP_BUDGET)](vmm);
	}
}
