/* SPDX-License-Identifier: BSD-2-Clause */
/* giveback.c - memory of an idle guest's: see giveback.h. */
#include "vmm/giveback.h"

#include <malloc.h>

#include "base/clock.h"
#include "vmdriver/worldswitch.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/block.h"
#include "vmm/cpu/cpu.h"
#include "vmm/vmm.h"

/* Of an idle window, one part in so many is not halted at most. */
#define BUSY_PART 16u

void giveback_halted(struct giveback *g, uint64_t ticks)
{
	g->halted_tsc += ticks;
}

void giveback_begin(struct giveback *g, uint64_t tsc)
{
	g->begun_tsc = tsc;
	g->halted_tsc = 0;
}

bool giveback_end(struct giveback *g, uint64_t tsc)
{
	uint64_t all = tsc - g->begun_tsc;

	g->idle = g->halted_tsc < all - all / BUSY_PART ? 0 : g->idle + 1;
	if (g->idle < GIVEBACK_WINDOWS)
		return false;
	g->idle = 0;
	return true;
}

/* bytes_held() - bytes that could be given back. */
static uint64_t bytes_held(const struct cpu *cpu)
{
	return blocks_held(cpu) + (cpu->bt ? cpu->bt->stats.held : 0);
}

static void window_begin(struct vmm *vmm)
{
	giveback_begin(&vmm->giveback, door_tsc());
	vmm->alarm_ns[ALARM_GIVEBACK] = vmm_now_ns(vmm) + GIVEBACK_WINDOW_NS;
}

void giveback_halt(struct vmm *vmm)
{
	if (vmm->alarm_ns[ALARM_GIVEBACK] != CLOCK_NEVER ||
	    bytes_held(vmm->cpu) < GIVEBACK_LEAST)
		return;
	vmm->giveback.idle = 0;
	window_begin(vmm);
}

void giveback_all(struct cpu *cpu)
{
	mmu_forget_code(cpu);
	codepages_trim(cpu->mmu->code);
	mmu_flush(cpu, true);	/* there is no code to be protected */
	blocks_give_back(cpu);
	if (cpu->bt)
		bt_give_back(cpu);
	malloc_trim(0);
}

void giveback_tick(struct vmm *vmm)
{
	struct giveback *g = &vmm->giveback;

	vmm->alarm_ns[ALARM_GIVEBACK] = CLOCK_NEVER;
	if (giveback_end(g, door_tsc()))
		giveback_all(vmm->cpu);
	else if (g->idle)
		window_begin(vmm);
	/* Else it was busy: the next halt begins. */
}
