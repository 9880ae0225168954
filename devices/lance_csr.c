/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_csr.c - Am79C970A: CSRs and BCRs, their access rules and effects.
 *
 * Part of the register half. One table says for each CSR who may write which
 * bits; the few registers that do something when written have a function.
 *
 * Choices where the data sheet leaves room:
 *   - an undefined register reads as 0 and ignores writes;
 *   - a restricted register may always be read; written without STOP or SPND
 *     it does not change;
 *   - ring lengths (CSR76, CSR78) of 0 are stored as "one descriptor";
 *   - there is no serial EEPROM: PVALID and EEDET read 0, and PREAD sets the
 *     registers that an EEPROM would load to their H_RESET values;
 *   - BSWP and INTLEVEL are kept but do nothing: the wires carry bytes in
 *     order, and levels by meaning.
 */
#include "devices/lance_csr.h"

#include <string.h>

enum csr_rule {
	CSR_NONE,	/* undefined */
	CSR_RO,
	CSR_ANY,	/* writable at any time */
	CSR_HALT,	/* writable with STOP or SPND */
};

struct csr_row {
	enum csr_rule rule;
	uint16_t mask;
};

/* table: 9.4, 9.6, 9.12; registers with effects are in lance_csr_write() */
static const struct csr_row csr_table[LANCE_CSRS] = {
	[0] = { CSR_RO, 0 },
	[1] = { CSR_HALT, 0xfffc },
	[2] = { CSR_HALT, 0xffff },
	[3] = { CSR_ANY, CSR3_WRITABLE },
	[4 ... 6] = { CSR_RO, 0 },
	[8 ... 15] = { CSR_HALT, 0xffff },
	[18 ... 47] = { CSR_HALT, 0xffff },
	[60 ... 78] = { CSR_HALT, 0xffff },
	[CSR_FIFO] = { CSR_HALT, 0x3fff },
	[82] = { CSR_HALT, 0xffff },
	[84 ... 86] = { CSR_HALT, 0xffff },
	[CSR_CHIP_LO] = { CSR_RO, 0 },
	[CSR_CHIP_HI] = { CSR_RO, 0 },
	[94] = { CSR_RO, 0 },
	[CSR_BUS_TIMEOUT] = { CSR_HALT, 0xffff },
	[CSR_MISSED] = { CSR_RO, 0 },
	[CSR_COLLISIONS] = { CSR_RO, 0 },
	[CSR_ALIGN] = { CSR_ANY, CSR122_RCVALGN },
	[CSR_TEST] = { CSR_RO, 0 },
};

static bool lance_halted(const struct lance_regs *r)
{
	return (r->csr[0] & CSR0_STOP) || (r->csr[5] & CSR5_SPND);
}

/* CSR16, 17 and 58 are other names of CSR1, 2 and BCR20. */
static uint8_t csr_alias(uint8_t n)
{
	return n == 16 || n == 17 ? (uint8_t)(n - 15) : n;
}

/* csr4_causes() - unmasked causes in CSR4; UINT has no mask */
static unsigned int csr4_causes(const struct lance_regs *r)
{
	unsigned int v = r->csr[4];
	unsigned int causes = v & CSR4_W1C & ~((v & CSR4_MASKS) << 1);

	if (lance_style(r) == STYLE_ILACC)
		causes &= ~(unsigned int)CSR4_NOT_ILACC;
	return causes;
}

/* csr5_causes() - enabled causes in CSR5: each enable is one bit below */
static unsigned int csr5_causes(const struct lance_regs *r)
{
	unsigned int v = r->csr[5];

	return v & CSR5_W1C & (v << 1);
}

bool lance_csr0_intr(const struct lance_regs *r)
{
	return (r->csr[0] & CSR0_CAUSES & ~r->csr[3]) ||
	       csr4_causes(r) || csr5_causes(r);
}

/*
 * lance_irq_update() - INTA needs IENA, but for SINT and SLPINT
 *
 * The wire is told of changes only: it may cost a message to another world.
 */
void lance_irq_update(struct lance *l)
{
	struct lance_regs *r = l->regs;
	bool level = ((r->csr[0] & CSR0_IENA) && lance_csr0_intr(r)) ||
		     (csr5_causes(r) & (CSR5_SINT | CSR5_SLPINT));

	if (level == !!r->irq_level)
		return;
	r->irq_level = level;
	if (level)
		l->stats->irqs++;
	irq_wire_set(&l->irq, level);
}

uint32_t lance_csr_read(const struct lance_regs *r, uint8_t n)
{
	n = csr_alias(n);
	switch (n) {
	case 0:
		return (uint32_t)((r->csr[0] & ~(CSR0_ERR | CSR0_INTR)) |
				  (r->csr[0] & CSR0_ERRORS ? CSR0_ERR : 0) |
				  (lance_csr0_intr(r) ? CSR0_INTR : 0));
	case CSR_STYLE:
		return lance_bcr_read(r, BCR_STYLE);
	case CSR_FIFO:
		return r->csr[CSR_FIFO] | 0xc000u;
	case CSR_CHIP_LO:
		return LANCE_CHIP_ID;
	case CSR_CHIP_HI:
		return LANCE_CHIP_ID >> 16;
	default:
		if (n >= LANCE_CSRS || csr_table[n].rule == CSR_NONE)
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
	uint16_t work = 0;

	r->csr[5] = (uint16_t)((old & CSR5_W1C & ~v) | (v & CSR5_PLAIN) |
			       (old & v & CSR5_SPND));
	r->todo &= (uint16_t)~LANCE_DO_SUSPEND;
	if ((v & CSR5_SPND) && !(old & CSR5_SPND) &&
	    !(r->csr[0] & CSR0_STOP))
		work = LANCE_DO_SUSPEND;
	if (!(v & CSR5_SPND) && (old & CSR5_SPND))
		work = LANCE_DO_XMT;
	r->todo |= work;
	lance_irq_update(l);
	return work ? CHIP_NEEDS_HOST : CHIP_DONE;
}

static void csr_write_plain(struct lance_regs *r, uint8_t n, uint16_t v)
{
	const struct csr_row *row;

	if (n >= LANCE_CSRS)
		return;
	row = &csr_table[n];
	if (row->rule != CSR_ANY &&
	    (row->rule != CSR_HALT || !lance_halted(r)))
		return;
	if ((n == CSR_RX_LENGTH || n == CSR_TX_LENGTH) && v == 0)
		v = 0xffff;
	r->csr[n] = (uint16_t)((r->csr[n] & ~row->mask) | (v & row->mask));
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

/* led_out() - LEDOUT: the OR of the enabled signals that are true now */
static uint16_t led_out(const struct lance_regs *r, uint16_t led)
{
	bool link = lance_link_pass(r);
	bool on = (led & (LED_LNKSTE | LED_RXPOLE)) && link;

	if ((led & LED_FDLSE) && (r->bcr[BCR_DUPLEX] & BCR9_FDEN) && link)
		on = true;
	return on ? LED_LEDOUT : 0;	/* nothing is ever "just now" */
}

uint16_t lance_bcr_read(const struct lance_regs *r, uint8_t n)
{
	uint16_t v;

	if (n >= LANCE_BCRS)
		return 0;
	v = r->bcr[n];
	if (n >= BCR_LED_LINK && n <= BCR_LED3)
		return (uint16_t)((v & ~LED_LEDOUT) | led_out(r, v));
	return v;
}

/* bcr_eeprom_loaded() - what the EEPROM would load, at reset value (9.13) */
static void bcr_eeprom_loaded(struct lance_regs *r)
{
	r->bcr[2] = 0x0002;
	r->bcr[4] = 0x00c0;
	r->bcr[5] = 0x0084;
	r->bcr[6] = 0x0088;
	r->bcr[7] = 0x0090;
	r->bcr[9] = 0x0000;
	r->bcr[18] = (uint16_t)(0x9001 | (r->bcr[18] & BCR18_DWIO));
	r->bcr[22] = 0xff06;
}

void lance_bcr_defaults(struct lance_regs *r)
{
	memset(r->bcr, 0, sizeof(r->bcr));
	r->bcr[0] = 0x0005;
	r->bcr[1] = 0x0005;
	bcr_eeprom_loaded(r);
	r->bcr[19] = 0x0002;
	r->bcr[20] = BCR20_CSRPCNET;
}

static uint16_t bcr20_value(uint16_t v)
{
	static const uint16_t caps[] = {
		[STYLE_LANCE] = BCR20_CSRPCNET,
		[STYLE_ILACC] = BCR20_SSIZE32,
		[STYLE_PCNET] = BCR20_CSRPCNET | BCR20_SSIZE32,
		[STYLE_PCNET2] = BCR20_CSRPCNET | BCR20_SSIZE32,
	};
	uint16_t style = v & BCR20_SWSTYLE;

	return (uint16_t)((v & (BCR20_APERREN | BCR20_SWSTYLE)) |
			  caps[style <= STYLE_PCNET2 ? style : 0]);
}

/* bcr_set() - write the bits of @mask */
static void bcr_set(struct lance_regs *r, unsigned int n, uint16_t v,
		    uint16_t mask)
{
	r->bcr[n] = (uint16_t)((r->bcr[n] & ~mask) | (v & mask));
}

/* table: who may write what */
void lance_bcr_write(struct lance *l, uint8_t n, uint16_t v)
{
	struct lance_regs *r = l->regs;

	switch (n) {
	case BCR_MISC:
		bcr_set(r, n, v, 0x41bf);
		return;
	case 4 ... 7:
		bcr_set(r, n, v, 0x63ff);
		return;
	case BCR_DUPLEX:
		bcr_set(r, n, v, BCR9_FDRPAD | BCR9_AUIFD | BCR9_FDEN);
		return;
	case 16:
	case 17:
	case 21:
		bcr_set(r, n, v, 0xffff);
		return;
	}
	if (!lance_halted(r))
		return;
	switch (n) {
	case BCR_BUS:
		bcr_set(r, n, v, 0xf360);
		break;
	case BCR_EEPROM:
		if (v & BCR19_PREAD)
			bcr_eeprom_loaded(r);
		bcr_set(r, n, v, 0x0017);
		break;
	case BCR_STYLE:
		r->bcr[n] = bcr20_value(v);
		break;
	case BCR_LATENCY:
		bcr_set(r, n, v, 0xffff);
		break;
	}
	lance_irq_update(l);	/* ILACC style has fewer causes */
}
