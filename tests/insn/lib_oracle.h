/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_oracle.h - who knows how a case ends on a real processor.
 *
 * A host that runs 32-bit programs answers each case (native32). On any other
 * one, the first of these that can:
 *	native64	the host CPU in 64-bit mode, where the code means the
 *			same there, or can be written so that it does
 *	recorded	what a host that ran 32-bit programs answered
 *	qemu-i386	native32 under QEMU's user emulation, for the lines of
 *			qemu.def; it checks no alignment
 * What nobody answers is compared among our engines.
 *
 * 1. The slots of a batch belong to the oracle from oracle_begin() to
 *    oracle_finish(), but for slot.in, which all may read.
 */
#ifndef TESTS_INSN_LIB_ORACLE_H
#define TESTS_INSN_LIB_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/insn/lib_native.h"
#include "tests/insn/lib_recode.h"
#include "tests/insn/lib_recorded.h"

enum oracle_kind {
	ORACLE_NONE,
	ORACLE_NATIVE32,
	ORACLE_NATIVE64,
	ORACLE_RECORDED,
	ORACLE_QEMU,
	ORACLE_KINDS
};

extern const char *const oracle_names[ORACLE_KINDS];

#define ORACLE_BIT(kind)	(1u << ORACLE_##kind)
#define ORACLES_WITHOUT_IA32	(ORACLE_BIT(NATIVE64) |	\
				 ORACLE_BIT(RECORDED) |	\
				 ORACLE_BIT(QEMU))

/* Why nobody answers, if somebody should. */
enum oracle_lack {
	LACK_NOTHING,
	LACK_STALE,	/* recorded for other inputs */
	LACK_LIES,	/* this host's answer is known to be wrong */
	LACK_CPU,	/* its processor has no such instruction */
	LACK_KINDS
};

extern const char *const oracle_lacks[LACK_KINDS];

struct oracle_answer {
	enum oracle_kind by;
	enum oracle_lack lack;
	uint32_t undefined;	/* EFLAGS: the recorded answer has none */
	uint32_t hash;		/* by ORACLE_RECORDED: all there is */
};

struct oracle {
	uint32_t kinds;		/* bits: who there is */
	bool expects_recorded;	/* each case should be in the file */
	bool icebp_lies;	/* see oracle_open() */
	bool popcnt, movbe;	/* the host's processor has them */
	bool qemu_knows_all;	/* ask it about lines it is not known for */
	struct native native32, native64, qemu;
	struct recorded recorded;
	/* The batch under way. */
	struct oracle_answer answer[CASE_BATCH];
	struct recode code[CASE_BATCH];
	uint8_t at64[CASE_BATCH], at_qemu[CASE_BATCH];	/* slots there */
	unsigned int n, n64, n_qemu;
};

/* oracles_wanted() - native32, if this host runs it (HOSTEL_HOST=no-ia32 can
 * take that away); else the others. */
uint32_t oracles_wanted(void);

/**
 * oracle_open() - start those of @kinds that there are
 * @o: filled in; release with oracle_close()
 *
 * Some hypervisors leave EIP at an ICEBP (F1) when it traps. That is tried
 * out, and such a host is not asked about it.
 *
 * Return: false if native32 or native64 was asked for and does not run here;
 * the file and QEMU may be missing.
 */
bool oracle_open(struct oracle *o, uint32_t kinds);
void oracle_close(struct oracle *o);

/* oracle_slots() - where batches have to lie, or NULL: anywhere. */
struct case_slot *oracle_slots(struct oracle *o);

/**
 * oracle_begin() - let a batch be answered
 * @slot: @n of them; from oracle_slots(), if that gives any
 * @line: the names of their lines in the tables; NULL: of no table
 */
bool oracle_begin(struct oracle *o, struct case_slot *slot,
		  const char *const *line, unsigned int n);

/* oracle_finish() - wait for it: slot.out and o->answer are there. */
bool oracle_finish(struct oracle *o, struct case_slot *slot);

/**
 * oracle_agrees() - does an engine's end agree with the answer?
 * @a: the answer; for ORACLE_NONE, @want is another engine's end
 * @want: may be changed: what the host need not have done is taken back
 */
bool oracle_agrees(const struct oracle_answer *a, const struct case_in *in,
		   struct case_out *want, const struct case_out *got);

#endif
