/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_eeprom.c - Am79C970A: what the chip does with its serial EEPROM.
 *
 * Part of the register half. After H_RESET, and when the host sets PREAD, the
 * chip reads 36 bytes by the same four pins that the host can move by BCR19,
 * and loads the APROM and eight BCRs from them. The bytes are good if their
 * sum is FFh; else PVALID is 0 and the BCRs get their H_RESET values. The
 * APROM shows the bytes either way.
 *
 * The bytes, as the facts have them (9.2, 9.13; byte 0 of each word is its
 * low half); the places of the single BCRs are our choice:
 *
 *   00-0f	APROM: address, 0, hardware ID, checksum, "WW"
 *   10-1d	BCR2, 4, 5, 6, 7, 9, 18, low byte first
 *   1e		0
 *   1f		adjusts the sum
 *   20-21	BCR22
 *   22-23	0
 *
 * CSR12-14, the address that frames are compared with, are not loaded from it:
 * they are undefined until INIT or a write (9.2, 9.4), and 0 here, as cards
 * were seen to have them. Linux's driver says "CSR address invalid" then, and
 * takes the APROM's.
 *
 * Bit 0 of BCR19 shows EEDO while the host selects the EEPROM (EEN and ECS),
 * and 0 at other times. A read takes no time: PREAD always reads 0.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_csr.h"

#define LOADED_BYTES	36
#define ADJUST_AT	0x1f
#define GOOD_SUM	0xff
#define READ_COMMAND	0x180u	/* start bit and opcode; address in 5-0 */
#define READ_BITS	9

#define APROM_HARDWARE_ID	0x11
#define APROM_W			0x57

/* table: which BCR is where, and its H_RESET value */
static const struct {
	uint8_t at;
	uint8_t bcr;
	uint16_t reset;
} loaded[] = {
	{ 0x10, BCR_MISC, BCR2_ASEL },	 { 0x12, 4, LED_PSE | LED_LNKSTE },
	{ 0x14, 5, LED_PSE | LED_RCVE }, { 0x16, 6, LED_PSE | LED_RXPOLE },
	{ 0x18, 7, LED_PSE | LED_XMTE }, { 0x1a, BCR_DUPLEX, 0 },
	{ 0x1c, BCR_BUS, 0x9001 },	 { 0x20, BCR_LATENCY, 0xff06 },
};

static uint8_t sum_of(const uint8_t *b, size_t len)
{
	uint8_t sum = 0;

	while (len--)
		sum = (uint8_t)(sum + *b++);
	return sum;
}

/* aprom_image() - the address PROM with its checksum and "WW" (9.2) */
static void aprom_image(uint8_t p[16], const uint8_t mac[6])
{
	unsigned int i, sum = 0;

	memcpy(p, mac, 6);
	p[9] = APROM_HARDWARE_ID;
	p[14] = APROM_W;
	p[15] = APROM_W;
	for (i = 0; i < 16; i++)
		sum += p[i];	/* bytes 12 and 13 are still 0 */
	put_le16(p + 12, (uint16_t)sum);
}

void lance_eeprom_program(struct eeprom_93c46 *e, const uint8_t mac[6])
{
	uint8_t b[LOADED_BYTES] = { 0 };
	unsigned int i;

	aprom_image(b, mac);
	for (i = 0; i < ARRAY_SIZE(loaded); i++)
		put_le16(b + loaded[i].at, loaded[i].reset);
	b[ADJUST_AT] = (uint8_t)(GOOD_SUM - sum_of(b, sizeof(b)));
	memset(e->word, 0xff, sizeof(e->word));
	for (i = 0; i < sizeof(b) / 2; i++)
		e->word[i] = get_le16(b + 2 * (size_t)i);
}

/* eeprom_pulse() - one bit to the EEPROM; Return: the one that comes back */
static unsigned int eeprom_pulse(struct eeprom_93c46 *e, unsigned int di)
{
	eeprom_93c46_pins(e, true, false, di);
	eeprom_93c46_pins(e, true, true, di);
	return eeprom_93c46_do(e);
}

static uint16_t read_word(struct eeprom_93c46 *e, unsigned int address)
{
	unsigned int command = READ_COMMAND | address, v = 0, i;

	eeprom_93c46_pins(e, false, false, false);
	eeprom_93c46_pins(e, true, false, false);
	for (i = READ_BITS; i--;)
		eeprom_pulse(e, command >> i & 1);
	for (i = 0; i < 16; i++)
		v = v << 1 | eeprom_pulse(e, 0);
	eeprom_93c46_pins(e, false, false, false);
	return (uint16_t)v;
}

/* load_bytes() - into APROM and BCRs; Return: is the sum right? */
static bool load_bytes(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint8_t b[LOADED_BYTES];
	unsigned int i;

	for (i = 0; i < sizeof(b) / 2; i++)
		put_le16(b + 2 * (size_t)i, read_word(l->eeprom, i));
	memcpy(r->aprom, b, sizeof(r->aprom));
	if (sum_of(b, sizeof(b)) != GOOD_SUM)
		return false;
	for (i = 0; i < ARRAY_SIZE(loaded); i++)
		lance_bcr_load(r, loaded[i].bcr, get_le16(b + loaded[i].at));
	return true;
}

void lance_eeprom_load(struct lance *l)
{
	struct lance_regs *r = l->regs;
	unsigned int i;

	r->bcr[BCR_EEPROM] &= (uint16_t)~BCR19_PVALID;
	for (i = 0; i < ARRAY_SIZE(loaded); i++)
		lance_bcr_load(r, loaded[i].bcr, loaded[i].reset);
	if (l->eeprom && load_bytes(l))
		r->bcr[BCR_EEPROM] |= BCR19_PVALID;
}

void lance_eeprom_drive(struct lance *l)
{
	uint16_t v = l->regs->bcr[BCR_EEPROM];

	if (!l->eeprom)
		return;
	if (v & BCR19_EEN)
		eeprom_93c46_pins(l->eeprom, v & BCR19_ECS, v & BCR19_ESK,
				  v & BCR19_EDI);
	else
		eeprom_93c46_pins(l->eeprom, false, false, false);
}

bool lance_eeprom_edo(const struct lance *l)
{
	const uint16_t selected = BCR19_EEN | BCR19_ECS;

	return l->eeprom && (l->regs->bcr[BCR_EEPROM] & selected) == selected &&
	       eeprom_93c46_do(l->eeprom);
}
