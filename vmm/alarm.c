// SPDX-License-Identifier: BSD-2-Clause
/*
 * alarm.c - a host timer for the chips' alarms.
 *
 * Translated code comes back only when it is asked to, and so does a string
 * instruction of the interpreter: so the next alarm is set as a timer of the
 * host, whose signal raises a bit in the attention word. VMApp sends that
 * signal, too, when it has raised a bit itself.
 *
 * A signal costs more than to wake up from a sleep that has an end. So while
 * an idle guest sleeps from alarm to alarm (halt.c), the sleep ends at the
 * alarm, and the timer is set to ALARM_LATE_NS after it. The guest's handler
 * is over by then as a rule, and has the next alarm set: the timer is moved
 * when the guest sleeps again, and never rings. If the guest runs on instead,
 * it rings before that next alarm is due, and is then set aright.
 */
#include <time.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmm/vmm.h"

uint64_t alarm_next_other(const struct vmm *vmm)
{
	uint64_t first = CLOCK_NEVER;
	unsigned int i;

	for (i = 0; i < PC_ALARMS; i++)
		if (i != PC_ALARM_PIT)
			first = MIN(first, vmm->pc.state->alarm_ns[i]);
	for (i = 0; i < ALARM_COUNT; i++)
		first = MIN(first, vmm->alarm_ns[i]);
	return first;
}

uint64_t alarm_next(const struct vmm *vmm)
{
	return MIN(alarm_next_other(vmm),
		   vmm->pc.state->alarm_ns[PC_ALARM_PIT]);
}

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC),
				  .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

struct timespec alarm_host_time(const struct vmm *vmm, uint64_t when_ns)
{
	return timespec_of(gclock_host_ns(&vmm->gclock, when_ns));
}

/* set_timer() - @at_ns: host time, or CLOCK_NEVER
 * #syscalls[vmm] timer_settime */
static void set_timer(struct vmm *vmm, uint64_t at_ns, bool late)
{
	struct itimerspec t = { 0 };

	vmm->timer_late = late;
	if (at_ns == vmm->timer_ns)
		return;
	vmm->timer_ns = at_ns;
	if (at_ns != CLOCK_NEVER)
		t.it_value = timespec_of(at_ns);
	timer_settime(vmm->timer, TIMER_ABSTIME, &t, NULL);
}

void alarm_arm(struct vmm *vmm)
{
	uint64_t at = alarm_next(vmm);

	gclock_tick(&vmm->gclock, vmm->pc.state->alarm_ns[PC_ALARM_PIT]);
	if (at != CLOCK_NEVER)
		at = gclock_host_ns(&vmm->gclock, at);
	if (!vmm->timer_late || vmm->timer_ns > at)
		set_timer(vmm, at, false);
}

void alarm_arm_late(struct vmm *vmm, uint64_t due)
{
	set_timer(vmm, gclock_host_ns(&vmm->gclock, due) + ALARM_LATE_NS, true);
}

void alarm_rang(struct vmm *vmm)
{
	vmm->timer_ns = CLOCK_NEVER;
	vmm->timer_late = false;
}
