/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clocks.c - the guest's time (gclock.h), from this host's clocks.
 *
 * hot.tsc_asked follows gclock.asked: at once when it becomes true, as then
 * there may soon be a lag; at the run loop's next turn when it becomes false.
 */
#include <time.h>

#include "base/clock.h"
#include "vmdriver/attention.h"
#include "vmdriver/worldswitch.h"
#include "vmm/cpu/cpu.h"
#include "vmm/vmm.h"

static uint64_t clocks_now(void *arg)
{
	(void)arg;
	return clock_now_ns();
}

static uint64_t clocks_tsc(void *arg)
{
	(void)arg;
	return door_tsc();
}

static uint64_t clocks_ran(void *arg)
{
	(void)arg;
	return vmm_ran_ns();
}

uint64_t vmm_ran_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* clocks_follow() - where the guest's time runs faster from now on, its alarms
 * are due before the timer that they were set for. */
static void clocks_follow(struct vmm *vmm)
{
	vmm->cpu->hot.tsc_asked = vmm->gclock.asked;
	if (vmm->gclock.sooner)
		attention_raise(&vmm->cross->attention, ATTENTION_ALARM);
	vmm->gclock.sooner = false;
}

void vmm_clocks_init(struct vmm *vmm)
{
	const struct gclock_host host = {
		clocks_now, clocks_tsc, clocks_ran, NULL,
	};

	gclock_init(&vmm->gclock, &host, vmm->cross->boot_ns,
		    vmm->cross->boot_tsc);
}

void vmm_clocks_paused(struct vmm *vmm, uint64_t ns, uint64_t tsc)
{
	gclock_pause(&vmm->gclock, ns, tsc);
	vmm->cpu->pins.tsc_start += tsc;
	/* The call may have come from the middle of translated code. */
	vmm->cpu->hot.tsc_offset -= tsc;
}

uint64_t vmm_now_ns(struct vmm *vmm)
{
	return gclock_now(&vmm->gclock);
}

uint64_t vmm_poll_ns(struct vmm *vmm)
{
	uint64_t now = gclock_poll(&vmm->gclock);

	clocks_follow(vmm);
	return now;
}

uint64_t vmm_tsc(struct vmm *vmm)
{
	uint64_t now = gclock_tsc(&vmm->gclock);

	clocks_follow(vmm);
	return now;
}

void vmm_clocks_settle(struct vmm *vmm)
{
	gclock_hold(&vmm->gclock, vmm->ticks.owed != 0);
	gclock_settle(&vmm->gclock, vmm->share.calm < SHARE_CALM);
	vmm->gclock.sooner = false;	/* alarms are looked at next */
	vmm->cpu->hot.tsc_asked = vmm->gclock.asked;
}
