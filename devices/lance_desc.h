/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_desc.h - Am79C970A: rings and descriptors in guest memory (9.7, 9.8).
 *
 * A struct lance_ring is a local copy of what the registers say of a ring,
 * made at the start of a call, so that bounds can not change under way.
 * A struct lance_desc is one descriptor, read once, in the 32-bit layout
 * whatever the software style is. Private to devices/lance_*.c.
 */
#ifndef DEVICES_LANCE_DESC_H
#define DEVICES_LANCE_DESC_H

#include "devices/lance_csr.h"

struct lance_ring {
	const struct dma_wire *dma;
	enum lance_style style;
	bool tx;
	uint32_t base;
	uint32_t high;		/* top address byte, style 0 only */
	uint32_t len;		/* descriptors, 1 to 65535 */
	uint32_t pos;		/* current descriptor, below len */
};

struct lance_desc {
	uint32_t at;		/* its own address */
	uint32_t addr;		/* of the buffer */
	uint32_t flags;		/* DESC_*, RMD_*, TMD_* */
};

/* lance_ring_load() - copy a ring's place and position from the registers */
void lance_ring_load(struct lance_ring *ring, const struct lance *l, bool tx);

/* lance_ring_store() - the position back to the registers */
void lance_ring_store(const struct lance_ring *ring, struct lance *l);

/* lance_ring_step() - advance @n descriptors, @n at most the ring's length */
void lance_ring_step(struct lance_ring *ring, uint32_t n);

/**
 * lance_desc_read() - read the descriptor @ahead of the current one
 * @ahead: less than the ring's length
 *
 * Return: 0, or negative: no RAM there.
 */
int lance_desc_read(const struct lance_ring *ring, uint32_t ahead,
		    struct lance_desc *d);

/* lance_desc_status() - write TMD2 or MCNT; before the flags, always */
int lance_desc_status(const struct lance_ring *ring, const struct lance_desc *d,
		      uint32_t status);

/* lance_desc_flags() - write the flags; without OWN this gives it back */
int lance_desc_flags(const struct lance_ring *ring, const struct lance_desc *d,
		     uint32_t flags);

/* lance_desc_len() - bytes of buffer; BCNT is a two's complement, 0 is 0 */
static inline size_t lance_desc_len(const struct lance_desc *d)
{
	return (0u - d->flags) & DESC_BCNT;
}

#endif
