// SPDX-License-Identifier: BSD-2-Clause
/*
 * realbench_latency.c - how late a timer comes. See the header.
 */
#include "guests/realbench.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guests/benchloops.h"

#define PERIOD_NS 1000000
#define PRIORITY 50

/* compute() - arithmetic, over more memory than is in the first cache. */
static _Noreturn void compute(void)
{
	static volatile uint32_t v[1 << 16];
	uint32_t x = 1;

	for (;;) {
		x = x * 1664525 + 1013904223;
		v[x >> 16] += x;
	}
}

static _Noreturn void start_programs(void)
{
	static char *const argv[] = { (char *)"true", NULL };

	for (;;)
		loop_exec(1, "/bin/true", argv);
}

/* busy_start() - a process that ends when this one does, at the latest. */
static pid_t busy_start(void (*work)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	work();
	_exit(1);
}

static void busy_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* late_us() - sleep until the next period; microseconds that it was late. */
static uint32_t late_us(struct timespec *due)
{
	struct timespec now;
	int64_t ns;

	due->tv_nsec += PERIOD_NS;
	if (due->tv_nsec >= 1000000000) {
		due->tv_nsec -= 1000000000;
		due->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, due, NULL))
		;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (int64_t)(now.tv_sec - due->tv_sec) * 1000000000 +
	     (now.tv_nsec - due->tv_nsec);
	return ns > 0 ? (uint32_t)(ns / 1000) : 0;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void latency_measure(struct latency *l, unsigned int seconds)
{
	unsigned int count = seconds * (1000000000 / PERIOD_NS);
	uint32_t *late = calloc(count, sizeof(*late));
	struct sched_param was, fifo = { .sched_priority = PRIORITY };
	int policy = sched_getscheduler(0);
	pid_t busy[2];
	struct timespec due;

	if (!late || sched_getparam(0, &was) < 0)
		fail("latency");
	busy[0] = busy_start(compute);
	busy[1] = busy_start(start_programs);
	mlockall(MCL_CURRENT);
	sched_setscheduler(0, SCHED_FIFO, &fifo);	/* if it may */
	clock_gettime(CLOCK_MONOTONIC, &due);
	for (unsigned int i = 0; i < count; i++)
		late[i] = late_us(&due);
	sched_setscheduler(0, policy, &was);
	munlockall();
	busy_stop(busy[0]);
	busy_stop(busy[1]);
	qsort(late, count, sizeof(*late), by_value);
	l->count = count;
	l->max_ms = late[count - 1] / 1e3;
	l->p99_ms = late[(size_t)count * 99 / 100] / 1e3;
	free(late);
}
