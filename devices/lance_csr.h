/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_csr.h - Am79C970A: the registers behind RDP and BDP, and what the
 * chip's files ask of them. Private to devices/lance_*.c.
 */
#ifndef DEVICES_LANCE_CSR_H
#define DEVICES_LANCE_CSR_H

#include "devices/lance_bits.h"
#include "devices/lance_regs.h"

/*
 * Read a register exactly once. The other world may change it at any time:
 * what is checked has to be what is used.
 */
#define LANCE_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))

/* Who may write a register that does nothing when written, and which bits. */
enum lance_reg_rule {
	REG_NONE,	/* undefined */
	REG_RO,
	REG_ANY,	/* writable at any time */
	REG_HALT,	/* writable with STOP or SPND */
};

struct lance_reg_row {
	enum lance_reg_rule rule;
	uint16_t mask;
};

/* lance_halted() - is it stopped or suspended (STOP, SPND)? */
static inline bool lance_halted(const struct lance_regs *r)
{
	return (r->csr[0] & CSR0_STOP) || (r->csr[5] & CSR5_SPND);
}

/* lance_may_write() - does @row's rule let the guest write now? */
static inline bool lance_may_write(const struct lance_regs *r,
				   const struct lance_reg_row *row)
{
	return row->rule == REG_ANY ||
	       (row->rule == REG_HALT && lance_halted(r));
}

/* lance_reg_set() - write the bits of @mask */
static inline void lance_reg_set(uint16_t *reg, uint16_t v, uint16_t mask)
{
	*reg = (uint16_t)((*reg & ~mask) | (v & mask));
}

/* lance_csr_read() - CSR @n as the guest sees it (32 bits for CSR88) */
uint32_t lance_csr_read(const struct lance_regs *r, uint8_t n);

/* lance_intr() - is any unmasked cause present (INTR, 9.5)? */
bool lance_intr(const struct lance_regs *r);

/* lance_csr_write() - write CSR @n as far as the rules allow */
enum chip_answer lance_csr_write(struct lance *l, uint8_t n, uint16_t v);

/* lance_bcr_read() - BCR @n as the guest sees it */
uint16_t lance_bcr_read(const struct lance *l, uint8_t n);

/* lance_bcr_write() - write BCR @n as far as the rules allow */
void lance_bcr_write(struct lance *l, uint8_t n, uint16_t v);

/* lance_bcr_reset() - H_RESET values (9.13) but for what the EEPROM loads */
void lance_bcr_reset(struct lance *l);

/* lance_bcr_load() - @v into BCR @n, whose fixed bits stay */
void lance_bcr_load(struct lance_regs *r, uint8_t n, uint16_t v);

/* lance_eeprom_load() - read the EEPROM: APROM, eight BCRs, PVALID */
void lance_eeprom_load(struct lance *l);

/* lance_eeprom_drive() - its pins are as BCR19 says */
void lance_eeprom_drive(struct lance *l);

/* lance_eeprom_edo() - bit 0 of BCR19 as the host reads it */
bool lance_eeprom_edo(const struct lance *l);

/* lance_style() - the software style in force; a reserved one acts as 0 */
static inline enum lance_style lance_style(const struct lance_regs *r)
{
	unsigned int v = LANCE_ONCE(r->bcr[BCR_STYLE]) & BCR20_SWSTYLE;

	return v <= STYLE_PCNET2 ? (enum lance_style)v : STYLE_LANCE;
}

/* lance_link_pass() - link pass state: real, or not tested (DLNKTST) */
static inline bool lance_link_pass(const struct lance_regs *r)
{
	return r->link_up || (r->csr[CSR_MODE] & MODE_DLNKTST);
}

/* lance_polls_tx() - does it look at the transmit ring unasked (DPOLL)? */
static inline bool lance_polls_tx(const struct lance_regs *r)
{
	return !(r->csr[4] & CSR4_DPOLL);
}

/* lance_csr_pair() / lance_csr_set_pair() - the address whose low half is in
 * CSR @lo, and whose high half is in the next. */
static inline uint32_t lance_csr_pair(const struct lance_regs *r,
				      unsigned int lo)
{
	return (uint32_t)r->csr[lo] | (uint32_t)r->csr[lo + 1] << 16;
}

static inline void lance_csr_set_pair(struct lance_regs *r, unsigned int lo,
				      uint32_t v)
{
	r->csr[lo] = (uint16_t)v;
	r->csr[lo + 1] = (uint16_t)(v >> 16);
}

#endif
