/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - the names of what is counted, and the sampler: see account.h. */
#include "vmdriver/account.h"

#include <time.h>

#define SAMPLE_NS 1000000

const char *const hostcall_names[HOSTCALL_COUNT] = {
#define CALL(name, text) [HOSTCALL_##name] = text,
#include "vmdriver/calls.def"
#undef CALL
};

const char *const engine_count_names[ENGINE_COUNTS] = {
#define BT_COUNT(name, text) [ENGINE_##name] = text,
#define WIN_COUNT(name, text) [ENGINE_##name] = text,
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
};

const char *const chip_names[CHIP_COUNT] = {
#define LINE(id, name, kind, first, count, world, irq) [CHIP_##id] = #name,
#include "machine/pc.def"
#define CHIP(name, text) [CHIP_##name] = text,
#include "vmdriver/account.def"
};

enum account_row account_chip_row(enum chip_id chip)
{
	switch (chip) {
#define CHIP_ROW(name, row)	\
	case CHIP_##name:	\
		return ROW_##row;
#include "vmdriver/account.def"
	default:
		return ROW_PORT_VMM;
	}
}

const char *const flush_names[FLUSH_COUNT] = {
#define FLUSH(name, text) [FLUSH_##name] = text,
#include "vmdriver/account.def"
};

const char *const row_names[ROW_COUNT] = {
#define ROW(name, text) [ROW_##name] = text,
#include "vmdriver/account.def"
};

void account_sampler(void (*on_sample)(int, siginfo_t *, void *))
{
	struct sigaction sa = { .sa_sigaction = on_sample,
				.sa_flags = SA_SIGINFO | SA_ONSTACK |
					    SA_RESTART };
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL,
			       .sigev_signo = SIGPROF };
	struct itimerspec t = { { 0, SAMPLE_NS }, { 0, SAMPLE_NS } };
	timer_t timer;

	/* An alarm of the VMM's has to see what it interrupts. */
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGALRM);
	if (sigaction(SIGPROF, &sa, NULL) == 0 &&
	    timer_create(CLOCK_THREAD_CPUTIME_ID, &ev, &timer) == 0)
		timer_settime(timer, 0, &t, NULL);
}
