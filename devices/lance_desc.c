/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_desc.c - Am79C970A: the four descriptor layouts (9.8).
 *
 * offset  style 0 (16-bit)        styles 1, 2     style 3
 *   +0    address 15-0            address         status or MCNT
 *   +2    flags, address 23-16
 *   +4    BCNT                    flags, BCNT     flags, BCNT
 *   +6    status or MCNT
 *   +8    -                       status or MCNT  address
 *
 * Addresses are 32 bits and wrap; whether RAM is there, the wire knows.
 */
#include "devices/lance_desc.h"

#include "base/bytes.h"

static uint32_t desc_size(const struct lance_ring *ring)
{
	return ring->style == STYLE_LANCE ? 8 : 16;
}

/* ring_index() - a count register: 0 is the last, -(len-1) the first */
static uint32_t ring_index(uint16_t count, uint32_t len)
{
	uint32_t to_go = (uint16_t)(0u - count);

	return to_go < len ? len - 1 - to_go : 0;
}

void lance_ring_load(struct lance_ring *ring, const struct lance *l, bool tx)
{
	const struct lance_regs *r = l->regs;
	unsigned int base = tx ? CSR_TX_BASE : CSR_RX_BASE;
	unsigned int length = tx ? CSR_TX_LENGTH : CSR_RX_LENGTH;
	unsigned int count = tx ? CSR_TX_COUNT : CSR_RX_COUNT;
	uint32_t len = (uint16_t)(0u - LANCE_ONCE(r->csr[length]));

	ring->dma = &l->dma;
	ring->style = lance_style(r);
	ring->tx = tx;
	ring->len = len ? len : 1;
	ring->pos = ring_index(LANCE_ONCE(r->csr[count]), ring->len);
	ring->base = lance_csr_pair(r, base) & ~(desc_size(ring) - 1);
	ring->high = 0;
	if (ring->style == STYLE_LANCE) {
		ring->high = (r->csr[CSR_IADR_HI] & 0xff00u) << 16;
		ring->base = (ring->base & 0xffffff) | ring->high;
	}
}

static uint32_t desc_at(const struct lance_ring *ring, uint32_t ahead)
{
	uint32_t i = ring->pos + ahead;

	if (i >= ring->len)
		i -= ring->len;
	return ring->base + i * desc_size(ring);
}

void lance_ring_store(const struct lance_ring *ring, struct lance *l)
{
	struct lance_regs *r = l->regs;
	unsigned int count = ring->tx ? CSR_TX_COUNT : CSR_RX_COUNT;
	unsigned int now = ring->tx ? CSR_TX_CURRENT : CSR_RX_CURRENT;
	unsigned int next = ring->tx ? CSR_TX_NEXT : CSR_RX_NEXT;

	r->csr[count] = (uint16_t)(ring->pos + 1 - ring->len);
	lance_csr_set_pair(r, now, desc_at(ring, 0));
	lance_csr_set_pair(r, next, desc_at(ring, 1));
}

void lance_ring_step(struct lance_ring *ring, uint32_t n)
{
	ring->pos += n;
	if (ring->pos >= ring->len)
		ring->pos -= ring->len;
}

int lance_desc_read(const struct lance_ring *ring, uint32_t ahead,
		    struct lance_desc *d)
{
	uint8_t b[12];
	int rc;

	d->at = desc_at(ring, ahead);
	if (ring->style == STYLE_LANCE) {
		rc = dma_wire_read(ring->dma, d->at, b, 8);
		if (rc)
			return rc;
		d->addr = get_le16(b) | (uint32_t)b[2] << 16 | ring->high;
		d->flags = (uint32_t)b[3] << 24 | get_le16(b + 4);
		return 0;
	}
	rc = dma_wire_read(ring->dma, d->at, b, sizeof(b));
	if (rc)
		return rc;
	d->addr = get_le32(ring->style == STYLE_PCNET2 ? b + 8 : b);
	d->flags = get_le32(b + 4);
	return 0;
}

int lance_desc_status(const struct lance_ring *ring, const struct lance_desc *d,
		      uint32_t status)
{
	uint8_t b[4];

	if (ring->style == STYLE_LANCE) {
		put_le16(b, (uint16_t)(ring->tx ? status >> 16 : status));
		return dma_wire_write(ring->dma, d->at + 6, b, 2);
	}
	put_le32(b, status);
	return dma_wire_write(ring->dma,
			      ring->style == STYLE_PCNET2 ? d->at : d->at + 8,
			      b, sizeof(b));
}

int lance_desc_flags(const struct lance_ring *ring, const struct lance_desc *d,
		     uint32_t flags)
{
	uint8_t b[4];

	if (ring->style == STYLE_LANCE) {
		b[0] = (uint8_t)(d->addr >> 16);
		b[1] = (uint8_t)(flags >> 24);
		return dma_wire_write(ring->dma, d->at + 2, b, 2);
	}
	put_le32(b, flags);
	return dma_wire_write(ring->dma, d->at + 4, b, sizeof(b));
}
