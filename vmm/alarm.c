// SPDX-License-Identifier: BSD-2-Clause
/*
 * alarm.c - a host timer for the chips' alarms.
 *
 * Translated code comes back only when it is asked to, and so does a string
 * instruction of the interpreter: so the next alarm is set as a timer of the
 * host, whose signal raises a bit in the attention word. VMApp sends the same
 * signal when it has raised one.
 *
 * A signal costs more than to wake up from a sleep that has an end. So while
 * an idle guest sleeps from alarm to alarm (halt.c), the sleep ends at the
 * alarm, and the timer is set to ALARM_LATE_NS after it. The guest's handler
 * is over by then as a rule, and has the next alarm set: the timer is moved
 * when the guest sleeps again, and never rings. If the guest runs on instead,
 * it rings before that next alarm is due, and is then set aright.
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmdriver/attention.h"
#include "vmm/bt/bt.h"
#include "vmm/halt.h"
#include "vmm/vmm.h"

/* What the signal handlers need. */
static _Atomic uint32_t *alarm_word;
static struct cpu *sampled_cpu;

/* on_alarm() - the timer's signal, or VMApp's after it raised a bit. */
static void on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	if (info->si_code == SI_TIMER)
		attention_raise(alarm_word, ATTENTION_ALARM);
	halt_interrupt(context);
	bt_interrupt(context);
}

static void on_sample(int sig, siginfo_t *info, void *context)
{
	struct cpu *cpu = sampled_cpu;

	(void)sig;
	account_sample(&cpu->rows, bt_sample(cpu, context), info);
}

int alarm_create(struct vmm *vmm)
{
	struct sigaction sa = { .sa_sigaction = on_alarm,
				.sa_flags = SA_SIGINFO | SA_ONSTACK |
					    SA_RESTART };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL,
			       .sigev_signo = SIGALRM };

	/* A halted guest's alarms are to be as exact as a running one's. */
	prctl(PR_SET_TIMERSLACK, 1);
	alarm_word = &vmm->cross->attention;
	sampled_cpu = vmm->cpu;
	sigemptyset(&sa.sa_mask);
	if (sigaction(SIGALRM, &sa, NULL) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &ev, &vmm->timer) < 0)
		return -errno;
	vmm->timer_ns = CLOCK_NEVER;
	account_sampler(on_sample);
	return 0;
}

uint64_t alarm_next(const struct vmm *vmm)
{
	uint64_t first = pc_alarm_next(&vmm->pc);
	unsigned int i;

	for (i = 0; i < ALARM_COUNT; i++)
		first = MIN(first, vmm->alarm_ns[i]);
	return first;
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

	if (at != CLOCK_NEVER)
		at = gclock_host_ns(&vmm->gclock, at);
	if (!vmm->timer_late || vmm->timer_ns > at)
		set_timer(vmm, at, false);
}

void alarm_arm_late(struct vmm *vmm)
{
	set_timer(vmm, gclock_host_ns(&vmm->gclock, alarm_next(vmm)) +
		  ALARM_LATE_NS, true);
}

void alarm_rang(struct vmm *vmm)
{
	vmm->timer_ns = CLOCK_NEVER;
	vmm->timer_late = false;
}
