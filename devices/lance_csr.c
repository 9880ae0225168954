/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_csr.c - Am79C970A: the CSRs, their access rules and effects.
 *
 * Part of the register half. One table says for each CSR who may write which
 * bits; the few registers that do something when written have a function.
 *
 * Choices where the data sheet leaves room:
 *   - an undefined register reads as 0 and ignores writes;
 *   - a restricted register may always be read; written without STOP or SPND
 *     it does not change;
 *   - ring lengths (CSR76, CSR78) of 0 are stored as "one descriptor".
 */
#include "devices/lance_csr.h"

/* table: 9.4, 9.6, 9.12; registers with effects are in lance_csr_write() */
static const struct lance_reg_row csr_table[LANCE_CSRS] = {
	[0] = { REG_RO, 0 },
	[1] = { REG_HALT, 0xfffc },
	[2] = { REG_HALT, 0xffff },
	[3] = { REG_ANY, CSR3_WRITABLE },
	[4 ... 6] = { REG_RO, 0 },
	[8 ... 15] = { REG_HALT, 0xffff },
	[18 ... 47] = { REG_HALT, 0xffff },
	[60 ... 78] = { REG_HALT, 0xffff },
	[CSR_FIFO] = { REG_HALT, 0x3fff },
	[82] = { REG_HALT, 0xffff },
	[84 ... 86] = { REG_HALT, 0xffff },
	[CSR_CHIP_LO] = { REG_RO, 0 },
	[CSR_CHIP_HI] = { REG_RO, 0 },
	[94] = { REG_RO, 0 },
	[CSR_BUS_TIMEOUT] = { REG_HALT, 0xffff },
	[CSR_MISSED] = { REG_RO, 0 },
	[CSR_COLLISIONS] = { REG_RO, 0 },
	[CSR_ALIGN] = { REG_ANY, CSR122_RCVALGN },
	[CSR_TEST] = { REG_RO, 0 },
};

/* CSR16, 17 and 58 are other names of CSR1, 2 and BCR20. */
static uint8_t csr_alias(uint8_t n)
{
	return n == 16 || n == 17 ? (uint8_t)(n - 15) : n;
}

uint32_t lance_csr_read(const struct lance_regs *r, uint8_t n)
{
	n = csr_alias(n);
	switch (n) {
	case 0:
		return (uint32_t)((r->csr[0] & ~(CSR0_ERR | CSR0_INTR)) |
				  (r->csr[0] & CSR0_ERRORS ? CSR0_ERR : 0) |
				  (lance_intr(r) ? CSR0_INTR : 0));
	case CSR_STYLE:
		return r->bcr[BCR_STYLE];
	case CSR_FIFO:
		return r->csr[CSR_FIFO] | 0xc000u;
	case CSR_CHIP_LO:
		return LANCE_CHIP_ID;
	case CSR_CHIP_HI:
		return LANCE_CHIP_ID >> 16;
	default:
		if (n >= LANCE_CSRS || csr_table[n].rule == REG_NONE)
			return 0;
		return r->csr[n];
	}
}

/* csr0_start() - INIT and STRT act when they go from 0 to 1 (9.4) */
static uint16_t csr0_start(struct lance_regs *r, uint16_t v, uint16_t bit,
			   uint16_t work)
{
	if (!(v & bit) || (r->csr[0] & bit))
		return 0;
	r->csr[0] |= bit;
	r->csr[0] &= (uint16_t)~CSR0_STOP;
	return work;
}

static enum chip_answer csr0_write(struct lance *l, uint16_t v)
{
	struct lance_regs *r = l->regs;
	uint16_t work = 0;

	if (v & CSR0_STOP) {	/* overrides all else in this write */
		if (!(r->csr[0] & CSR0_STOP))
			lance_stop(l);
		return CHIP_DONE;
	}
	r->csr[0] &= (uint16_t)~((v & CSR0_W1C) | CSR0_IENA);
	r->csr[0] |= v & CSR0_IENA;
	work |= csr0_start(r, v, CSR0_INIT, LANCE_DO_INIT);
	work |= csr0_start(r, v, CSR0_STRT, LANCE_DO_STRT);
	if ((v & CSR0_TDMD) && (r->csr[0] & CSR0_TXON)) {
		r->csr[0] |= CSR0_TDMD;
		r->tdmd_seen = 1;
		if (!(r->csr[5] & CSR5_SPND))	/* else at the end of SPND */
			work |= LANCE_DO_XMT;
	}
	r->todo |= work;
	lance_irq_update(l);
	return work || r->rx_waiting ? CHIP_NEEDS_HOST : CHIP_DONE;
}

static enum chip_answer csr4_write(struct lance *l, uint16_t v)
{
	struct lance_regs *r = l->regs;
	uint16_t old = r->csr[4];
	uint16_t now = (uint16_t)((old & CSR4_W1C & ~v) | (v & CSR4_PLAIN));

	/* EN124: set by the first write after a reset or never. */
	if (r->csr4_written)
		v &= old | (uint16_t)~CSR4_EN124;
	r->csr4_written = 1;
	now |= v & CSR4_EN124;
	if (v & CSR4_UINTCMD)
		now |= CSR4_UINT;
	r->csr[4] = now;
	lance_irq_update(l);
	if (!(old & CSR4_DPOLL) || (now & CSR4_DPOLL) ||
	    !(r->csr[0] & CSR0_TXON))
		return CHIP_DONE;
	r->todo |= LANCE_DO_XMT;	/* polling is on again */
	return CHIP_NEEDS_HOST;
}

/* csr5_write() - SPND reads 1 only once the work half has come to rest */
static enum chip_answer csr5_write(struct lance *l, uint16_t v)
{
	struct lance_regs *r = l->regs;
	uint16_t old = r->csr[5];
	bool resume = !(v & CSR5_SPND) && (old & CSR5_SPND);
	uint16_t work = 0;

	r->csr[5] = (uint16_t)((old & CSR5_W1C & ~v) | (v & CSR5_PLAIN) |
			       (old & v & CSR5_SPND));
	r->todo &= (uint16_t)~LANCE_DO_SUSPEND;
	if ((v & CSR5_SPND) && !(old & CSR5_SPND) && !(r->csr[0] & CSR0_STOP))
		work = LANCE_DO_SUSPEND;
	if (resume && (lance_polls_tx(r) || (r->csr[0] & CSR0_TDMD)))
		work = LANCE_DO_XMT;
	r->todo |= work;
	lance_irq_update(l);
	/* Even with nothing to send: frames may be waiting to come in. */
	return work || resume ? CHIP_NEEDS_HOST : CHIP_DONE;
}

static void csr_write_plain(struct lance_regs *r, uint8_t n, uint16_t v)
{
	if (n >= LANCE_CSRS || !lance_may_write(r, &csr_table[n]))
		return;
	if ((n == CSR_RX_LENGTH || n == CSR_TX_LENGTH) && v == 0)
		v = 0xffff;
	lance_reg_set(&r->csr[n], v, csr_table[n].mask);
}

enum chip_answer lance_csr_write(struct lance *l, uint8_t n, uint16_t v)
{
	struct lance_regs *r = l->regs;

	n = csr_alias(n);
	switch (n) {
	case 0:
		return csr0_write(l, v);
	case 3:
		csr_write_plain(r, n, v);
		lance_irq_update(l);
		return r->rx_waiting ? CHIP_NEEDS_HOST : CHIP_DONE;
	case 4:
		return csr4_write(l, v);
	case 5:
		return csr5_write(l, v);
	case CSR_STYLE:
		lance_bcr_write(l, BCR_STYLE, v);
		return CHIP_DONE;
	case CSR_TEST:
		if (r->csr[4] & CSR4_EN124)
			r->csr[CSR_TEST] = v & CSR124_WRITABLE;
		return CHIP_DONE;
	default:
		csr_write_plain(r, n, v);
		return CHIP_DONE;
	}
}
