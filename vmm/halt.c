/* SPDX-License-Identifier: BSD-2-Clause */
/* halt.c - a halted guest: see halt.h. */
#include "vmm/halt.h"

#include <errno.h>
#include <ucontext.h>

#include "base/clock.h"
#include "base/framering.h"
#include "devices/lance_ring.h"
#include "vmdriver/attention.h"
#include "vmdriver/iopath.h"
#include "vmdriver/worldswitch.h"
#include "vmm/cpu/cpu.h"
#include "vmm/disk.h"
#include "vmm/nic.h"
#include "vmm/sleep.h"
#include "vmm/vmm.h"

void halt_interrupt(void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;

	if (r[REG_RIP] >= (greg_t)(uintptr_t)sleep_begin &&
	    r[REG_RIP] < (greg_t)(uintptr_t)sleep_end)
		r[REG_RIP] = (greg_t)(uintptr_t)sleep_not;
}

static bool halt_is_ours(const struct vmm *vmm)
{
	unsigned int i;

	if (!(vmm->cross->options.io_path & IO_PATH_direct) ||
	    sendcombine_due(&vmm->combine) != CLOCK_NEVER)
		return false;
	if (!vmm->halt.quiet && !vmm_disk_waits(vmm))
		return false;
	for (i = 0; i < vmm->nic_count; i++)
		if (!nic_here(vmm, i))
			return false;
	return true;
}

/* used() - what did the guest do since its last sleep? */
static enum doze_use used(struct vmm *vmm)
{
	enum doze_use use = vmm->doze.touched ? DOZE_CHIP : DOZE_TICK;

	if (vmm->cpu->user_ran || vmm->ticks.owed ||
	    !(vmm->cpu->cr0 & CR0_PG) || vmm->cross->options.no_doze)
		use = DOZE_PROGRAM;
	vmm->doze.touched = false;
	vmm->cpu->user_ran = false;
	return use;
}

/* idle_until() - the end of a sleep that alarms end: the next one, or later
 * ticks of the timer's (doze.h). */
static uint64_t idle_until(struct vmm *vmm)
{
	return doze_until(&vmm->doze, used(vmm), door_tsc(),
			  vmm->pc.state->alarm_ns[PC_ALARM_PIT],
			  alarm_next_other(vmm));
}

/* sleep_here() - until there is news, or an alarm is due. The run loop looks
 * at all alarms after it. */
static void sleep_here(struct vmm *vmm)
{
	uint64_t due = vmm->halt.idle ? idle_until(vmm) : CLOCK_NEVER;
	struct timespec end = alarm_host_time(vmm, due);
	_Atomic uint32_t *word = &vmm->cross->attention;
	long err;

	if (due != CLOCK_NEVER)
		alarm_arm_late(vmm, due); /* else its signal ends it */
	if (vmm->nic_count)
		word = &vmm->nic[vmm->halt.card].rings->notice;
	err = sleep_on(&vmm->cross->attention, word,
		       due == CLOCK_NEVER ? NULL : &end);
	if (due != CLOCK_NEVER && err == -ETIMEDOUT)
		vmm->cross->account.ticks_slept += vmm->doze.over;
	vmm->halt.idle = err == -ETIMEDOUT ||
			 atomic_load(&vmm->cross->attention) == ATTENTION_ALARM;
}

/* frame_waits() - is there a frame that the chip can take? For one that has no
 * room the chip looks by its alarm, which ends a sleep. */
static bool frame_waits(struct vmm *vmm, unsigned int i)
{
	size_t len = ring_peek(&vmm->nic[i].rings->to_client);

	return !len || lance_can_receive(&vmm->pc.nic[i].lance, len);
}

/* bells_asked() - VMNet is to wake us in our sleep; false: it has something
 * now. */
static bool bells_asked(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct ring_pair *rings = vmm->nic[i].rings;

		if (atomic_exchange(&rings->notice, 0) ||
		    (!ring_ask_frames(&rings->to_client,
				      i == vmm->halt.card ? RING_WAKE_SLEEPER :
							    RING_WAKE_BELL) &&
		     frame_waits(vmm, i)))
			return false;
	}
	return true;
}

/* bell_asked() - from now on it is to ring the bell. Return: false if it has
 * put something in before it could know. */
static bool bell_asked(struct vmm *vmm)
{
	bool nothing = true;
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct ring_pair *rings = vmm->nic[i].rings;

		if (!ring_ask_frames(&rings->to_client, RING_WAKE_BELL) ||
		    atomic_load(&rings->notice))
			nothing = false;
	}
	return nothing;
}

bool halt_here(struct vmm *vmm)
{
	uint64_t since = door_tsc();
	uint8_t row;
	bool sleeps;

	if (!halt_is_ours(vmm))
		return false;
	row = account_begin(&vmm->cpu->rows, ROW_IDLE_IRQ);
	nic_rest(vmm);
	sleeps = bells_asked(vmm);
	if (sleeps && !vmm_disk_await(vmm))
		sleep_here(vmm);
	account_to(&vmm->cpu->rows, row);
	doze_slept(&vmm->doze, since, door_tsc());
	since = vmm->doze.slept_tsc;
	vmm->cross->account.tsc_halted += since;
	giveback_halted(&vmm->giveback, since);
	share_away(&vmm->share, since, 0);
	gclock_away(&vmm->gclock, true);
	if (!bell_asked(vmm) || !sleeps)
		nic_poll(vmm);
	return true;
}
