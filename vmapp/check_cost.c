// SPDX-License-Identifier: BSD-2-Clause
/*
 * check_cost.c - measure what the VMM's work is made of: see check_cost.h.
 */
#include "vmapp/check_cost.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/clock.h"
#include "ia32/types.h"
#include "vmdriver/affinity.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/guestmem.h"
#include "vmdriver/worldswitch.h"

#define TIMES	51u		/* an odd number: the median is one of them */
#define CALLS	100u
#define RAM	(8u << 20)
#define RAM_AT	(1u << 20)	/* beyond the hole */
#define RUN	16u		/* pages in one mapping */
#define AREA	(RUN * TIMES * PAGE_SIZE)
#define NOT_MEASURED (-1.0)

static int cost_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static double median_us(uint64_t *took)
{
	qsort(took, TIMES, sizeof(took[0]), cost_compare);
	return (double)took[TIMES / 2] / 1e3;
}

static void syscall_once(void)
{
	syscall(SYS_getppid);
}

static void clock_once(void)
{
	clock_now_ns();
}

/* cost_once() - of what is too short for the clock */
static double cost_once(void (*what)(void))
{
	uint64_t took[TIMES], start;
	unsigned int i, k;

	for (i = 0; i < TIMES; i++) {
		start = clock_now_ns();
		for (k = 0; k < CALLS; k++)
			what();
		took[i] = clock_now_ns() - start;
	}
	return median_us(took) / CALLS;
}

/* ---- faults ------------------------------------------------------------- */

/* Memory like a window of the VMM's: nothing, into which pages of RAM come.
 * Signal handlers have no other way to it. */
static struct {
	struct guestmem ram;
	uint8_t *at;
} area;

/* on_skip() - go on behind the access. */
static void on_skip(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig, (void)info;
	uc->uc_mcontext.gregs[REG_RIP] += 2;	/* of mov al, [rdi] */
}

static void *map_pages(const void *at, size_t pages, int flags)
{
	size_t off = (size_t)((const uint8_t *)at - area.at) & ~PAGE_MASK;

	return mmap(area.at + off, pages * PAGE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED | flags, area.ram.fd,
		    RAM_AT + (off_t)off);
}

static void on_map(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	map_pages(info->si_addr, 1, MAP_POPULATE);
}

static void byte_touch(const uint8_t *at)
{
	__asm__ volatile("movb (%%rdi), %%al" : : "D"(at) : "rax", "memory");
}

/* cost_touch() - of an access to nothing, with @handler. */
static double cost_touch(void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction sa = { .sa_sigaction = handler,
				.sa_flags = SA_SIGINFO }, old;
	uint64_t took[TIMES], start;
	unsigned int i;

	if (sigaction(SIGSEGV, &sa, &old) < 0)
		return NOT_MEASURED;
	for (i = 0; i < TIMES; i++) {
		start = clock_now_ns();
		byte_touch(area.at + i * PAGE_SIZE);
		took[i] = clock_now_ns() - start;
	}
	sigaction(SIGSEGV, &old, NULL);
	return median_us(took);
}

static double cost_map(size_t pages)
{
	uint64_t took[TIMES], start;
	unsigned int i;
	void *p;

	for (i = 0; i < TIMES; i++) {
		start = clock_now_ns();
		p = map_pages(area.at + i * pages * PAGE_SIZE, pages,
			      MAP_POPULATE);
		took[i] = clock_now_ns() - start;
		if (p == MAP_FAILED)
			return NOT_MEASURED;
	}
	return median_us(took);
}

static bool area_open(void)
{
	area.ram.fd = -1;
	if (guestmem_create(&area.ram, RAM) < 0)
		return false;
	area.at = mmap(NULL, AREA, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return area.at != MAP_FAILED;
}

static void area_clear(void)
{
	mmap(area.at, AREA, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

static void costs_of_faults(struct check_costs *c)
{
	if (area_open()) {
		/* RAM that is there already, as a guest's mostly is. */
		memset(guestmem_ptr(&area.ram, RAM_AT, AREA), 1, AREA);
		c->signal = cost_touch(on_skip);
		c->fault = cost_touch(on_map);
		area_clear();
		c->page = cost_map(1);
		area_clear();
		c->pages16 = cost_map(RUN);
		munmap(area.at, AREA);
	}
	guestmem_close(&area.ram);
}

/* ---- the door ----------------------------------------------------------- */

static _Noreturn void other_world(struct crosspage *cross)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worldswitch_wait(cross, DOOR_VMM);
	for (;;)
		worldswitch(cross, DOOR_VMM);
}

static double cost_trip(void)
{
	uint64_t took[TIMES], start;
	struct crosspage *cross;
	cpu_set_t before;
	unsigned int i;
	pid_t child;
	int fd;

	cross = crosspage_create(&fd);
	if (!cross)
		return NOT_MEASURED;
	atomic_store(&cross->owner, DOOR_HOST);
	/* Both worlds on one CPU, as a machine's are. */
	affinity_all(&before);
	affinity_set(&before, affinity_here());
	child = fork();
	if (child == 0)
		other_world(cross);
	for (i = 0; child > 0 && i < 2 * TIMES; i++) {
		start = clock_now_ns();
		worldswitch(cross, DOOR_HOST);
		took[i % TIMES] = clock_now_ns() - start;
	}
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	affinity_set(&before, AFFINITY_ANY);
	crosspage_close(cross);
	close(fd);
	return child > 0 ? median_us(took) : NOT_MEASURED;
}

void check_costs(struct check_costs *c)
{
	*c = (struct check_costs){
		.signal = NOT_MEASURED, .fault = NOT_MEASURED,
		.page = NOT_MEASURED, .pages16 = NOT_MEASURED,
	};
	c->call = cost_once(syscall_once);
	c->clock = cost_once(clock_once);
	costs_of_faults(c);
	c->trip = cost_trip();
}
