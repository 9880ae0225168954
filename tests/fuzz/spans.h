/* SPDX-License-Identifier: BSD-2-Clause */
/* spans.h - what is true of every address map, whoever wrote its state. */
#ifndef TESTS_FUZZ_SPANS_H
#define TESTS_FUZZ_SPANS_H

#include "base/check.h"
#include "vmdriver/guestmem.h"

/* span_in_file() - @len bytes from offset @key on lie in the memory file. */
static inline void span_in_file(const struct guestmem *gm, uint64_t key,
				uint64_t len)
{
	ASSERT(key < gm->file_size && len <= gm->file_size - key);
}

/* spans_ok() - they are in order, do not overlap, and lie in the file. */
static inline void spans_ok(const struct guestmem *gm)
{
	uint64_t end = 0;
	uint32_t i;

	ASSERT(gm->map.count <= MEMMAP_EDGES);
	for (i = 0; i < gm->map.count; i++) {
		const struct mem_span *s = &gm->map.span[i];

		ASSERT(s->first >= end && s->size > 0);
		end = s->first + s->size;
		ASSERT(end > s->first && end <= MEMMAP_TOP);
		if (s->read != MEM_NONE)
			span_in_file(gm, s->read, s->size);
		if (s->write < MEM_DROP)
			span_in_file(gm, s->write, s->size);
	}
}

#endif
