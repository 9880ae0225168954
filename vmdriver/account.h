/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * account.h - what is counted on the way of a frame, and where time went.
 *
 * 1. Each counter has one writer: the world that owns the door when it
 *    counts. They only grow.
 * 2. They lie in the cross page, so a broken VMM can make its own numbers
 *    wrong. Nothing but the report ever reads them.
 * 3. Times are in ticks of the host's TSC; samples in milliseconds.
 *
 * What the instruments cost, and how that was measured, stands in
 * docs/decisions/0009.
 */
#ifndef VMDRIVER_ACCOUNT_H
#define VMDRIVER_ACCOUNT_H

#include <signal.h>
#include <stdint.h>

#include "devices/lance_regs.h"

enum world {
	WORLD_HOST, WORLD_VMM, WORLD_COUNT,
	WORLD_PATH = WORLD_COUNT	/* in pc.def: as --io-path says */
};

enum hostcall_kind {
#define CALL(name, text) HOSTCALL_##name,
#include "vmdriver/calls.def"
#undef CALL
	HOSTCALL_COUNT
};

enum chip_id {
	CHIP_LINE0 = 0,		/* + enum pc_line */
	CHIP_BEFORE_LINES = CHIP_LINE0 - 1,
#define LINE(id, name, kind, first, count, world, irq) CHIP_##id,
#include "machine/pc.def"
#define CHIP(name, text) CHIP_##name,
#include "vmdriver/account.def"
	CHIP_COUNT
};

enum combine_flush {
#define FLUSH(name, text) FLUSH_##name,
#include "vmdriver/account.def"
	FLUSH_COUNT
};

enum engine_count {
#define BT_COUNT(name, text) ENGINE_##name,
#define WIN_COUNT(name, text) ENGINE_##name,
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
	ENGINE_COUNTS
};

#define IRQ_LINES 16

enum account_row {
#define ROW(name, text) ROW_##name,
#include "vmdriver/account.def"
	ROW_COUNT
};

/*
 * What a world is doing, row by row. A timer of its own CPU time takes the
 * samples, so an idle machine is not woken for them.
 */
struct account_rows {
	volatile uint8_t now;		/* enum account_row */
	uint64_t begun[ROW_COUNT];	/* times, where that means anything */
	uint64_t samples[ROW_COUNT];	/* milliseconds of CPU time */
};

/* account_begin() - from now on, this. Return: what it was until now. */
static inline uint8_t account_begin(struct account_rows *rows,
				    enum account_row row)
{
	uint8_t was = rows->now;

	rows->now = (uint8_t)row;
	rows->begun[row]++;
	return was;
}

/* account_to() - from now on @row, which is not counted once more: back to what
 * was before, or on with what is counted elsewhere. */
static inline void account_to(struct account_rows *rows, uint8_t row)
{
	rows->now = row;
}

/* account_more() - @row was begun @times more: by translated code, which does
 * not say so each time. */
static inline void account_more(struct account_rows *rows, enum account_row row,
				uint64_t times)
{
	rows->begun[row] += times;
}

/**
 * account_sampler() - have samples taken of the calling thread
 * @on_sample: the signal's handler; calls account_sample()
 *
 * There is one for each millisecond of CPU time, or each tick of the host,
 * whichever is longer: the signal then stands for several. It is SIGPROF;
 * threads that do not want it block it. Nothing depends on samples, so a host
 * that has no such timer just gives none.
 *
 * #syscalls rt_sigaction timer_create timer_settime
 */
void account_sampler(void (*on_sample)(int, siginfo_t *, void *));

/* account_sample() - a sample found @rows in this row. */
static inline void account_sample(struct account_rows *rows, uint8_t row,
				  const siginfo_t *info)
{
	rows->samples[row] += 1 + (unsigned int)info->si_overrun;
}

/* Send combining (vmm/sendcombine.h). */
struct combine_stats {
#define COMBINE_COUNTER(field, word) uint64_t field;
#include "vmdriver/counters.def"
	uint64_t flushes[FLUSH_COUNT];	/* times that some went, by reason */
};

struct account {
	/* [both worlds, by the rule above] */
	uint64_t switches[HOSTCALL_COUNT];	/* round trips by reason */
	uint64_t ports[CHIP_COUNT][WORLD_COUNT]; /* accesses, by who answered */
	uint64_t csrs[LANCE_CSRS];		/* of CHIP_LANCE_RDP, by CSR */
	uint64_t irqs[IRQ_LINES];		/* interrupts the guest took */
	/* [VMM] */
#define VMM_COUNTER(field, object, word) uint64_t field;
#define VMM_TICKS(field) uint64_t field;
#include "vmdriver/counters.def"
	uint64_t dropped_writes; /* to ROM, and the like (guestmem.h): the
				  * report adds the host world's */
	uint64_t engine[ENGINE_COUNTS];	/* the translator's own */
	struct combine_stats combine;
	struct account_rows rows;
	/* [host] */
#define HOST_COUNTER(field, object, word) uint64_t field;
#define HOST_TICKS(field) uint64_t field;
#include "vmdriver/counters.def"
};

/* account_chip_row() - what the VMM's time with an access counts as, where it
 * answers itself. */
enum account_row account_chip_row(enum chip_id chip);

/* The names in --report, indexed by the enums above. */
extern const char *const hostcall_names[HOSTCALL_COUNT];
extern const char *const chip_names[CHIP_COUNT];
extern const char *const flush_names[FLUSH_COUNT];
extern const char *const row_names[ROW_COUNT];
extern const char *const engine_count_names[ENGINE_COUNTS];

#endif
