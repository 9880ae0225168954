/* SPDX-License-Identifier: BSD-2-Clause */
/* halt.c - a halted guest: see halt.h. */
#include "vmm/halt.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/framering.h"
#include "vmdriver/attention.h"
#include "vmdriver/iopath.h"
#include "vmdriver/worldswitch.h"
#include "vmm/cpu/cpu.h"
#include "vmm/nic.h"
#include "vmm/vmm.h"

static bool ours(const struct vmm *vmm)
{
	unsigned int i;

	if (!(vmm->cross->io_path & IO_PATH_direct) || !vmm->halt.quiet ||
	    vmm->halt.unable ||
	    sendcombine_due(&vmm->combine) != CLOCK_NEVER)
		return false;
	for (i = 0; i < vmm->nic_count; i++)
		if (!nic_here(vmm, i))
			return false;
	return true;
}

/* wait_for() - a word that has to be 0 for us to sleep. */
static struct futex_waitv wait_for(_Atomic uint32_t *word)
{
	return (struct futex_waitv){ .uaddr = (uintptr_t)word,
				     .flags = FUTEX_32 };
}

/* sleep_here() - until one of the words changes, or an alarm is due. */
static void sleep_here(struct vmm *vmm)
{
	uint64_t due = vmm->halt.idle ? alarm_next(vmm) : CLOCK_NEVER;
	struct timespec end = alarm_host_time(vmm, due);
	struct futex_waitv words[1 + NIC_MAX];
	unsigned int i, n = 0;
	int err = 0;

	if (due != CLOCK_NEVER)
		alarm_arm_late(vmm);	/* else the timer's signal ends it */

	words[n++] = wait_for(&vmm->cross->attention);
	for (i = 0; i < vmm->nic_count; i++)
		words[n++] = wait_for(&vmm->nic[i].rings->notice);
	if (syscall(SYS_futex_waitv, words, n, 0,
		    due == CLOCK_NEVER ? NULL : &end, CLOCK_MONOTONIC) < 0)
		err = errno;
	vmm->halt.unable = err && err != EAGAIN && err != EINTR &&
			   err != ETIMEDOUT;
	vmm->halt.idle = err == ETIMEDOUT ||
			 atomic_load(&vmm->cross->attention) == ATTENTION_ALARM;
	if (err != ETIMEDOUT)
		alarm_arm(vmm);
}

/* asked() - VMNet is to wake us in our sleep; false: it has something now. */
static bool asked(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct ring_pair *rings = vmm->nic[i].rings;

		if (atomic_exchange(&rings->notice, 0) ||
		    !ring_ask_frames(&rings->to_client, RING_WAKE_SLEEPER))
			return false;
	}
	return true;
}

/* awake() - from now on it is to ring the bell. Return: false if it has put
 * something in before it could know. */
static bool awake(struct vmm *vmm)
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
	uint8_t row = vmm->cpu->rows.now;
	uint64_t since = door_tsc();
	bool sleeps;

	if (!ours(vmm))
		return false;
	account_begin(&vmm->cpu->rows, ROW_IDLE_IRQ);
	sleeps = asked(vmm);
	if (sleeps)
		sleep_here(vmm);
	vmm->cpu->rows.now = row;
	vmm->cross->account.tsc_halted += door_tsc() - since;
	if (!awake(vmm) || !sleeps)
		nic_poll(vmm);
	return true;
}
