/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worldswitch_probe.c - what a world switch costs on this host.
 *
 * Two processes hand the CPU back and forth through the real door, first on
 * one CPU (as hostel does it), then on two. Prints the median and the 99th
 * percentile of a round trip.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/worldswitch.h"

#define WARM_UP	1000
#define ROUNDS	20000

static void pin(const cpu_set_t *all, int nth)
{
	cpu_set_t one;
	int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, all) && nth-- == 0)
			break;
	if (cpu == CPU_SETSIZE)
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* measure() - round trips with the other world on CPU number @other. */
static void measure(const char *what, const cpu_set_t *all, int other)
{
	static uint64_t took[ROUNDS];
	struct crosspage *cross;
	uint64_t start;
	pid_t child;
	int fd, i;

	cross = crosspage_create(&fd);
	if (!cross)
		die("no cross page");
	atomic_store(&cross->owner, DOOR_HOST);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pin(all, other);
		worldswitch_wait(cross, DOOR_VMM);
		for (;;)
			worldswitch(cross, DOOR_VMM);
	}
	pin(all, 0);
	for (i = -WARM_UP; i < ROUNDS; i++) {
		start = clock_now_ns();
		worldswitch(cross, DOOR_HOST);
		if (i >= 0)
			took[i] = clock_now_ns() - start;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	qsort(took, ROUNDS, sizeof(took[0]), compare);
	printf("world switch, round trip, %s: median %.2f us, p99 %.2f us\n",
	       what, (double)took[ROUNDS / 2] / 1e3,
	       (double)took[ROUNDS * 99 / 100] / 1e3);
	crosspage_close(cross);
	close(fd);
}

int main(void)
{
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	measure("both worlds on one CPU", &all, 0);
	if (CPU_COUNT(&all) > 1)
		measure("on two CPUs", &all, 1);
	return 0;
}
