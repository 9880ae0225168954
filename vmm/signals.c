/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - what the host's signals do to a VMM.
 *
 * SIGALRM: an alarm of a chip is due (alarm.c), or VMApp has raised a bit of
 * the attention word; whatever the VMM is at, it is led to look at the word.
 * SIGPROF: a sample of what it is at. Faults of translated code are
 * bt/fault.c's. It knows all that may be interrupted, so that nobody else
 * has to.
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

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

int vmm_signals_open(struct vmm *vmm)
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
