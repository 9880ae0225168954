/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writelog.h - what the interpreter writes to guest RAM, so that it can be
 * taken back: for lockstep.
 *
 * 1. While a log is attached (mmu->log), the TLB gives no fast writes, so
 *    each comes by the slow path, which logs it.
 * 2. Whether an accessed or dirty bit is set depends on what a TLB holds, and
 *    translated code has its own: those that walks of either engine set may
 *    differ.
 */
#ifndef VMM_MMU_WRITELOG_H
#define VMM_MMU_WRITELOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ia32/types.h"

struct cpu;

struct write_entry {
	uint8_t *host;
	paddr at;
	uint8_t len;
	bool walk;		/* accessed and dirty bits */
	uint8_t old[16], new[16];
};

enum write_log_what { LOG_OFF, LOG_ALL, LOG_WALKS };

struct write_log {
	enum write_log_what what;
	struct write_entry *entry;
	size_t count, room;
	size_t all;		/* entries of LOG_ALL: the first ones */
};

/* write_log_begin() - forget all, and log all from now on. */
void write_log_begin(struct write_log *log);
/* write_log_walks() - what was logged is complete; from now on walks. */
void write_log_walks(struct write_log *log);
void write_log_end(struct write_log *log);

/* write_log_add() - @len bytes at @host will become @bytes. */
void write_log_add(struct write_log *log, uint8_t *host, paddr at,
		   const void *bytes, uint32_t len);
/* write_log_walk() - a walk will make the low half of an entry @v. */
void write_log_walk(struct write_log *log, uint8_t *host, paddr at, uint32_t v);
/* write_log_undo() / write_log_redo() - put the old or the new bytes there. */
void write_log_undo(struct cpu *cpu, const struct write_log *log);
void write_log_redo(struct cpu *cpu, const struct write_log *log);
/* write_log_same() - is memory as the log's writes left it? */
bool write_log_same(const struct write_log *log);
void write_log_free(struct write_log *log);

#endif
