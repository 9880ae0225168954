/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worldswitch_probe.c - what a world switch costs on this host.
 *
 * Two processes hand the CPU back and forth through the real door: both on
 * one CPU, on two, and where the host's scheduler puts them. Prints the
 * median, the 99th percentile and the mean of a round trip. Run it beside busy
 * processes, too: then the mean says what waiting for a CPU adds.
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
#define MOST_NS	(5 * NSEC_PER_SEC)	/* beside others it is slow */
#define ANYWHERE (-1)

static void pin(const cpu_set_t *all, int nth)
{
	cpu_set_t one;
	int cpu;

	if (nth == ANYWHERE) {
		sched_setaffinity(0, sizeof(*all), all);
		return;
	}
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

static void show(const char *what, uint64_t *took, int n)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < n; i++)
		sum += took[i];
	qsort(took, (size_t)n, sizeof(took[0]), compare);
	printf("world switch, round trip, %s: median %.2f us, p99 %.2f us, "
	       "mean %.2f us\n",
	       what, (double)took[n / 2] / 1e3,
	       (double)took[n * 99 / 100] / 1e3, (double)sum / n / 1e3);
}

/* measure() - round trips with the worlds on CPUs number @host and @other. */
static void measure(const char *what, const cpu_set_t *all, int host, int other)
{
	static uint64_t took[ROUNDS];
	struct crosspage *cross;
	uint64_t start, begun;
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
	pin(all, host);
	begun = clock_now_ns();
	for (i = -WARM_UP; i < ROUNDS; i++) {
		if (i > 0 && clock_now_ns() - begun > MOST_NS)
			break;
		start = clock_now_ns();
		worldswitch(cross, DOOR_HOST);
		if (i >= 0)
			took[i] = clock_now_ns() - start;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	show(what, took, i);
	crosspage_close(cross);
	close(fd);
}

int main(void)
{
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	measure("both worlds on one CPU", &all, 0, 0);
	if (CPU_COUNT(&all) > 1) {
		measure("on two CPUs", &all, 0, 1);
		measure("anywhere", &all, ANYWHERE, ANYWHERE);
	}
	return 0;
}
