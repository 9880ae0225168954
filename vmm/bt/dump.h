/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dump.h - what each stage of the translator did, as text (--dump).
 *
 * 1. Nothing is formatted unless the stage was asked for.
 * 2. A record is one write(): what was said before a crash is in the file.
 */
#ifndef VMM_BT_DUMP_H
#define VMM_BT_DUMP_H

#include "base/check.h"
#include "vmdriver/dumpstage.h"
#include "vmm/bt/bt.h"

static inline bool dumps(const struct bt *bt, enum dump_stage stage)
{
	return UNLIKELY(bt->dump >> stage & 1);
}

/* dump() - one line, "STAGE: text". */
void dump(const struct bt *bt, enum dump_stage stage, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* dump_guest() - an instruction of the guest at @eip, behind @note. */
void dump_guest(const struct bt *bt, enum dump_stage stage, uint32_t eip,
		const uint8_t *bytes, size_t len, const char *note);

/* dump_host() - the host code from cache offset @from to @to. */
void dump_host(const struct bt *bt, uint32_t from, uint32_t to);

#endif
