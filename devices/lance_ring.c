/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_ring.c - Am79C970A, work half: start, initialization block, polling.
 *
 * lance_work() does what regs->todo says, in the chip's order: read the
 * initialization block, load the rings and switch on, transmit, suspend.
 * Frames themselves are in lance_tx.c and lance_rx.c.
 */
#include "devices/lance_ring.h"

#include "base/bytes.h"
#include "devices/lance_desc.h"
#include "devices/lance_frames.h"

#define RX_POLL_NS	1000000ull

/* ring_length_set() - ring length from the code in the init block (9.7) */
static void ring_length_set(struct lance_regs *r, unsigned int csr,
			    unsigned int code)
{
	unsigned int len = 1u << MIN(code, 9u);

	r->csr[csr] = (uint16_t)(0u - len);
}

/* init_block_16() - the layout of SSIZE32 = 0; @b: 24 bytes */
static void init_block_16(struct lance_regs *r, const uint8_t *b)
{
	unsigned int i, rlen = b[0x13] >> 5, tlen = b[0x17] >> 5;

	r->csr[CSR_MODE] = get_le16(b);
	for (i = 0; i < 3; i++)
		r->csr[CSR_PADR + i] = get_le16(b + 2 + 2 * (size_t)i);
	for (i = 0; i < 4; i++)
		r->csr[CSR_LADRF + i] = get_le16(b + 8 + 2 * (size_t)i);
	lance_csr_set_pair(r, CSR_RX_BASE, get_le32(b + 0x10) & 0xffffff);
	lance_csr_set_pair(r, CSR_TX_BASE, get_le32(b + 0x14) & 0xffffff);
	r->csr[CSR_LENGTHS] = (uint16_t)(tlen << 12 | rlen << 8);
	ring_length_set(r, CSR_RX_LENGTH, rlen);
	ring_length_set(r, CSR_TX_LENGTH, tlen);
}

/* init_block_32() - the layout of SSIZE32 = 1; @b: 28 bytes */
static void init_block_32(struct lance_regs *r, const uint8_t *b)
{
	unsigned int i, rlen = b[2] >> 4, tlen = b[3] >> 4;

	r->csr[CSR_MODE] = get_le16(b);
	for (i = 0; i < 3; i++)
		r->csr[CSR_PADR + i] = get_le16(b + 4 + 2 * (size_t)i);
	for (i = 0; i < 4; i++)
		r->csr[CSR_LADRF + i] = get_le16(b + 0xc + 2 * (size_t)i);
	lance_csr_set_pair(r, CSR_RX_BASE, get_le32(b + 0x14));
	lance_csr_set_pair(r, CSR_TX_BASE, get_le32(b + 0x18));
	r->csr[CSR_LENGTHS] = (uint16_t)(tlen << 12 | rlen << 8);
	ring_length_set(r, CSR_RX_LENGTH, rlen);
	ring_length_set(r, CSR_TX_LENGTH, tlen);
}

/* lance_init_block() - INIT: read the block that CSR1 and CSR2 point at */
static void lance_init_block(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint32_t at = lance_csr_pair(r, CSR_IADR_LO) & ~3u;
	bool wide = lance_style(r) != STYLE_LANCE;
	uint8_t b[28];

	if (dma_wire_read(&l->dma, at, b, wide ? 28 : 24)) {
		lance_abort(l);
		return;
	}
	if (wide)
		init_block_32(r, b);
	else
		init_block_16(r, b);
	r->csr[CSR_POLL] = 0;
	r->csr[0] |= CSR0_IDON;
}

/* lance_start() - STRT: both rings from their first descriptor, then on */
static void lance_start(struct lance *l)
{
	struct lance_regs *r = l->regs;
	struct lance_ring ring;
	int tx;

	for (tx = 0; tx <= 1; tx++) {
		lance_ring_load(&ring, l, tx);
		ring.pos = 0;
		lance_ring_store(&ring, l);
	}
	if (!(r->csr[CSR_MODE] & MODE_DRX))
		r->csr[0] |= CSR0_RXON;
	if (!(r->csr[CSR_MODE] & MODE_DTX))
		r->csr[0] |= CSR0_TXON;
}

/* lance_do() - the chip is busy: what does the register half ask for? */
static void lance_do(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint16_t todo = LANCE_ONCE(r->todo);
	bool send = todo & LANCE_DO_XMT;

	r->todo = 0;
	if (todo & LANCE_DO_INIT)
		lance_init_block(l);
	if ((todo & LANCE_DO_STRT) && !(r->csr[0] & CSR0_STOP))
		lance_start(l);
	if (todo & LANCE_DO_STRT)
		send |= lance_polls_tx(r);
	/* After a refused frame, any call may be the news of room. */
	if (send || r->cable_full_ns) {
		r->csr[0] &= (uint16_t)~CSR0_TDMD;
		lance_tx_run(l);
	}
	if ((todo & LANCE_DO_SUSPEND) && !(r->csr[0] & CSR0_STOP))
		r->csr[5] |= CSR5_SPND;
	lance_irq_update(l);
}

void lance_work(struct lance *l)
{
	if (l->busy)
		return;
	l->busy = true;
	lance_do(l);
	lance_alarm_update(l);
	l->busy = false;
}

/* next_wait() - twice as long as the last time, within limits */
static uint64_t next_wait(uint64_t last, uint64_t least)
{
	uint64_t wait = last < LANCE_POLL_MAX_NS ? 2 * last : last;

	return MAX(MIN(wait, LANCE_POLL_MAX_NS), least);
}

static void tx_tick(struct lance *l, uint64_t now)
{
	struct lance_regs *r = l->regs;
	uint64_t least = lance_tx_interval(r);
	uint32_t found;

	l->stats->tx_polls++;
	found = lance_tx_run(l);
	if (found || !r->tdmd_seen)
		r->tx_wait_ns = least;
	else
		r->tx_wait_ns = next_wait(r->tx_wait_ns, least);
	r->tx_poll_ns = now + r->tx_wait_ns;
	lance_irq_update(l);
}

void lance_idle(struct lance *l)
{
	if (!l->regs->tint_waits)
		return;
	l->regs->tint_waits = 0;
	lance_irq_update(l);
}

void lance_tick(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint64_t now = clock_wire_now(&l->clock);

	if (l->busy)
		return;
	l->busy = true;
	r->alarm_ns = CLOCK_NEVER;	/* it rang: ask anew in any case */
	if (r->todo)
		lance_do(l);
	else if (lance_tx_polling(r) && now >= r->tx_poll_ns)
		tx_tick(l, now);
	if (r->rx_waiting && now >= r->rx_poll_ns) {
		r->rx_wait_ns = next_wait(r->rx_wait_ns, RX_POLL_NS);
		r->rx_poll_ns = now + r->rx_wait_ns;
	}
	if (now >= r->tint_due_ns) {
		r->tint_due_ns = CLOCK_NEVER;
		lance_idle(l);
	}
	lance_alarm_update(l);
	l->busy = false;
}

bool lance_promiscuous(const struct lance *l)
{
	return l->regs->csr[CSR_MODE] & MODE_PROM;
}

void lance_link(struct lance *l, bool up)
{
	l->regs->link_up = up;
}
