/* SPDX-License-Identifier: BSD-2-Clause */
/* writelog.c - what was written to guest RAM: see writelog.h. */
#include "vmm/mmu/writelog.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "ia32/paging.h"
#include "vmm/cpu/cpu.h"
#include "vmm/mmu/codepage.h"
#include "vmm/mmu/mmu.h"

void write_log_begin(struct write_log *log)
{
	log->what = LOG_ALL;
	log->count = log->all = 0;
}

void write_log_walks(struct write_log *log)
{
	log->what = LOG_WALKS;
	log->all = log->count;
}

void write_log_end(struct write_log *log)
{
	log->what = LOG_OFF;
}

static struct write_entry *log_more(struct write_log *log)
{
	struct write_entry *e;

	if (log->count == log->room) {
		/* Not realloc(): the sandbox has no mremap. */
		log->room = log->room ? log->room * 2 : 256;
		e = malloc(log->room * sizeof(*e));
		if (!e)
			die("out of memory for the log of lockstep");
		if (log->count)
			memcpy(e, log->entry, log->count * sizeof(*e));
		free(log->entry);
		log->entry = e;
	}
	return &log->entry[log->count++];
}

void write_log_add(struct write_log *log, uint8_t *host, paddr at,
		   const void *bytes, uint32_t len)
{
	const uint8_t *from = bytes;
	struct write_entry *e;
	uint32_t n;

	if (log->what != LOG_ALL)
		return;
	for (; len > 0; len -= n, host += n, at += n, from += n) {
		e = log_more(log);
		n = MIN(len, (uint32_t)sizeof(e->old));
		e->host = host;
		e->at = at;
		e->len = (uint8_t)n;
		e->walk = false;
		memcpy(e->old, host, n);
		memcpy(e->new, from, n);
	}
}

void write_log_walk(struct write_log *log, uint8_t *host, paddr at, uint32_t v)
{
	struct write_entry *e;

	if (log->what == LOG_OFF)
		return;
	e = log_more(log);
	e->host = host;
	e->at = at;
	e->len = 4;
	e->walk = true;
	memcpy(e->old, host, 4);
	put_le32(e->new, v);
}

void write_log_undo(struct cpu *cpu, const struct write_log *log)
{
	size_t i;

	for (i = log->all; i-- > 0;) {
		const struct write_entry *e = &log->entry[i];

		memcpy(e->host, e->old, e->len);
		codepages_written(cpu->mmu->code, e->at, e->len);
	}
}

void write_log_redo(struct cpu *cpu, const struct write_log *log)
{
	size_t i;

	for (i = 0; i < log->all; i++) {
		const struct write_entry *e = &log->entry[i];

		if (!memcmp(e->host, e->new, e->len))
			continue;
		memcpy(e->host, e->new, e->len);
		codepages_written(cpu->mmu->code, e->at, e->len);
	}
}

/* log_hidden() - does an entry after @i write to @host, too? */
static bool log_hidden(const struct write_log *log, size_t i,
		       const uint8_t *host)
{
	for (i++; i < log->all; i++)
		if (host >= log->entry[i].host &&
		    host < log->entry[i].host + log->entry[i].len)
			return true;
	return false;
}

/* log_walked() - may this byte differ in its bits A and D? */
static bool log_walked(const struct write_log *log, const uint8_t *host)
{
	size_t i;

	for (i = 0; i < log->count; i++)
		if (log->entry[i].walk && log->entry[i].host == host)
			return true;
	return false;
}

bool write_log_same(const struct write_log *log)
{
	unsigned int j, differ;
	size_t i;

	for (i = 0; i < log->all; i++) {
		const struct write_entry *e = &log->entry[i];

		if (!memcmp(e->host, e->new, e->len))
			continue;
		for (j = 0; j < e->len; j++) {
			differ = e->host[j] ^ e->new[j];
			if (!differ || log_hidden(log, i, e->host + j) ||
			    (!(differ & ~(PTE_A | PTE_D)) &&
			     log_walked(log, e->host + j)))
				continue;
			return false;
		}
	}
	return true;
}

void write_log_free(struct write_log *log)
{
	free(log->entry);
	log->entry = NULL;
	log->count = log->room = 0;
}
