/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_bcr.c - Am79C970A: the BCRs, the registers behind BDP (9.13).
 *
 * Part of the register half. Where the data sheet leaves room: an undefined
 * register reads as 0 and ignores writes.
 */
#include <string.h>

#include "devices/lance_csr.h"

/* table: 9.13; registers with effects are in lance_bcr_write() */
static const struct lance_reg_row bcr_table[LANCE_BCRS] = {
	[BCR_MISC] = { REG_ANY, 0x41bf },
	[BCR_LED_LINK ... BCR_LED3] = { REG_ANY, 0x63ff },
	[BCR_DUPLEX] = { REG_ANY, BCR9_FDRPAD | BCR9_AUIFD | BCR9_FDEN },
	[16 ... 17] = { REG_ANY, 0xffff },	/* I/O base, of others */
	[BCR_BUS] = { REG_HALT, 0xf360 },	/* not DWIO, LINBC */
	[BCR_EEPROM] = { REG_HALT, BCR19_WRITABLE },
	[BCR_STYLE] = { REG_HALT, 0 },
	[21] = { REG_ANY, 0xffff },
	[BCR_LATENCY] = { REG_HALT, 0xffff },
};

/* led_out() - LEDOUT: the OR of the enabled signals that are true now */
static uint16_t led_out(const struct lance_regs *r, uint16_t led)
{
	bool link = lance_link_pass(r);
	bool on = (led & (LED_LNKSTE | LED_RXPOLE)) && link;

	if ((led & LED_FDLSE) && (r->bcr[BCR_DUPLEX] & BCR9_FDEN) && link)
		on = true;
	if ((led & LED_MPSE) && (r->csr[5] & CSR5_MPINT))
		on = true;
	return on ? LED_LEDOUT : 0;	/* nothing is ever "just now" */
}

uint16_t lance_bcr_read(const struct lance *l, uint8_t n)
{
	const struct lance_regs *r = l->regs;
	uint16_t v;

	if (n >= LANCE_BCRS)
		return 0;
	v = r->bcr[n];
	if (n >= BCR_LED_LINK && n <= BCR_LED3)
		return (uint16_t)((v & ~LED_LEDOUT) | led_out(r, v));
	if (n == BCR_EEPROM)
		return (uint16_t)((v & ~BCR19_EDI) |
				  (lance_eeprom_edo(l) ? BCR19_EDI : 0));
	return v;
}

void lance_bcr_load(struct lance_regs *r, uint8_t n, uint16_t v)
{
	if (n < LANCE_BCRS)
		lance_reg_set(&r->bcr[n], v, bcr_table[n].mask);
}

void lance_bcr_reset(struct lance *l)
{
	struct lance_regs *r = l->regs;

	memset(r->bcr, 0, sizeof(r->bcr));
	r->bcr[0] = 0x0005;
	r->bcr[1] = 0x0005;
	r->bcr[BCR_BUS] = 0x0001;
	r->bcr[BCR_EEPROM] = BCR19_ESK | (l->eeprom ? BCR19_EEDET : 0);
	r->bcr[BCR_STYLE] = BCR20_CSRPCNET;
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

void lance_bcr_write(struct lance *l, uint8_t n, uint16_t v)
{
	struct lance_regs *r = l->regs;

	if (n >= LANCE_BCRS || !lance_may_write(r, &bcr_table[n]))
		return;
	lance_reg_set(&r->bcr[n], v, bcr_table[n].mask);
	if (n == BCR_EEPROM) {
		if (v & BCR19_PREAD)
			lance_eeprom_load(l);
		lance_eeprom_drive(l);
	}
	if (n == BCR_STYLE)
		r->bcr[n] = bcr20_value(v);
	lance_irq_update(l);	/* INTLEVEL; ILACC style has fewer causes */
}
