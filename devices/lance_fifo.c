/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_fifo.c - Am79C970A: frames between memory and the chip's FIFOs.
 *
 * All bytes of frames, and nothing else, pass here. With BSWP (CSR3 bit 2) the
 * memory is taken for that of a big-endian machine: the four bytes of each
 * aligned DWord come in the opposite order, so that byte a of a buffer is at
 * a ^ 3. The initialization block, descriptors and registers are never
 * swapped.
 */
#include "base/bytes.h"
#include "devices/lance_csr.h"
#include "devices/lance_frames.h"

#define DWORD 4u

/* A part of a transfer that lies in one DWord, from its highest byte down. */
struct lane {
	uint32_t at;
	uint32_t len;
	uint8_t byte[DWORD];
};

static bool big_endian(const struct lance *l)
{
	return l->regs->csr[3] & CSR3_BSWP;
}

/* lane_at() - as much of the @len bytes from @addr on as one DWord has */
static struct lane lane_at(uint32_t addr, size_t len)
{
	uint32_t first = addr % DWORD;
	uint32_t n = (uint32_t)MIN(len, (size_t)(DWORD - first));

	return (struct lane){ .at = addr - first + DWORD - first - n,
			      .len = n };
}

int lance_fifo_read(struct lance *l, uint32_t addr, uint8_t *buf, size_t len)
{
	struct lane lane;
	uint32_t i;
	int rc;

	if (!big_endian(l))
		return dma_wire_read(&l->dma, addr, buf, len);
	for (; len; addr += lane.len, len -= lane.len) {
		lane = lane_at(addr, len);
		rc = dma_wire_read(&l->dma, lane.at, lane.byte, lane.len);
		if (rc)
			return rc;
		for (i = lane.len; i--;)
			*buf++ = lane.byte[i];
	}
	return 0;
}

int lance_fifo_write(struct lance *l, uint32_t addr, const uint8_t *buf,
		     size_t len)
{
	struct lane lane;
	uint32_t i;
	int rc;

	if (!big_endian(l))
		return dma_wire_write(&l->dma, addr, buf, len);
	for (; len; addr += lane.len, len -= lane.len) {
		lane = lane_at(addr, len);
		for (i = lane.len; i--;)
			lane.byte[i] = *buf++;
		rc = dma_wire_write(&l->dma, lane.at, lane.byte, lane.len);
		if (rc)
			return rc;
	}
	return 0;
}
