/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_regs.c - Am79C970A, register half: the 32 ports and the resets.
 *
 * Choices where the data sheet says "undefined" (9.2): an access that is
 * not legal in the present mode (WIO or DWIO) reads all ones and writes
 * nothing, so that a driver's probe sees at once that it used the wrong
 * mode. The APROM may be read in any width in both modes: drivers do.
 */
#include "devices/lance_regs.h"

#include <string.h>

#include "base/check.h"
#include "devices/lance_csr.h"

void lance_init(struct lance *l, struct lance_regs *regs,
		struct lance_stats *stats)
{
	memset(l, 0, sizeof(*l));
	l->regs = regs;
	l->stats = stats;
	ether_crc_init(&l->crc);
}

/* soft_reset() - S_RESET (9.3) */
static void soft_reset(struct lance *l)
{
	struct lance_regs *r = l->regs;

	r->csr[3] = 0;
	r->csr[5] &= CSR5_KEPT;
	r->csr[CSR_MODE] &= (uint16_t)~MODE_RESETS;
	r->csr[CSR_FIFO] = 0x1410;
	r->csr[82] = 0;
	r->csr[CSR_BUS_TIMEOUT] = 0x0600;
	r->csr[CSR_ALIGN] = 0;
	r->csr[CSR_TEST] = 0;
	r->rap = 0;
	r->bcr[BCR_BUS] &= (uint16_t)~(BCR18_DWIO | BCR18_EXTREQ);
	lance_stop(l);
	r->csr[4] = CSR4_RESET;
	r->csr4_written = 0;
}

void lance_hard_reset(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint8_t link_up = r->link_up;

	memset(r, 0, sizeof(*r));
	r->link_up = link_up;
	r->alarm_ns = CLOCK_NEVER;
	r->irq_level = 1;	/* unknown: make the wire hear of the 0 */
	lance_bcr_reset(l);
	soft_reset(l);
	lance_eeprom_load(l);
	lance_irq_update(l);
}

enum lance_port lance_port_kind(const struct lance_regs *r, uint32_t offset,
				unsigned int width, bool write)
{
	static const enum lance_port after_aprom[4] = {
		LANCE_PORT_RDP, LANCE_PORT_RAP,
		LANCE_PORT_RESET, LANCE_PORT_BDP,
	};
	bool dwio = r->bcr[BCR_BUS] & BCR18_DWIO;
	uint32_t i;

	if (offset >= LANCE_PORTS || (width != 1 && width != 2 && width != 4))
		return LANCE_PORT_NONE;
	if (offset < sizeof(r->aprom))
		return offset + width <= sizeof(r->aprom) ? LANCE_PORT_APROM :
							    LANCE_PORT_NONE;
	if (!dwio && write && width == 4 && offset == 16)
		return LANCE_PORT_RDP;	/* the write that switches */
	if (width != (dwio ? 4u : 2u) || offset % width)
		return LANCE_PORT_NONE;
	i = (offset - 16) / width;
	return i < ARRAY_SIZE(after_aprom) ? after_aprom[i] : LANCE_PORT_NONE;
}

static void aprom_write(struct lance_regs *r, uint32_t offset,
			unsigned int width, uint32_t value)
{
	unsigned int i;

	if (!(r->bcr[BCR_MISC] & BCR2_APROMWE))
		return;
	for (i = 0; i < width; i++)
		r->aprom[offset + i] = (uint8_t)(value >> (8 * i));
}

static uint32_t aprom_read(const struct lance_regs *r, uint32_t offset,
			   unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width; i++)
		v |= (uint32_t)r->aprom[offset + i] << (8 * i);
	return v;
}

/* rdp_answer() - what the write of a CSR leaves to do, and how soon. */
static enum chip_answer rdp_answer(const struct lance_regs *r, uint8_t rap,
				   uint32_t value, enum chip_answer said)
{
	if (said == CHIP_DONE || !r->todo)
		return said == CHIP_DONE ? CHIP_DONE : CHIP_LOOK;
	/* TDMD is all that means LANCE_DO_XMT in CSR0; without it, what waits
	 * there still may. */
	if (rap != 0 || r->todo != LANCE_DO_XMT)
		return CHIP_NEEDS_HOST;
	return value & CSR0_TDMD ? CHIP_MAY_WAIT : CHIP_LOOK;
}

enum chip_answer lance_port_write(struct lance *l, uint32_t offset,
				  unsigned int width, uint32_t value)
{
	struct lance_regs *r = l->regs;
	uint8_t rap = (uint8_t)LANCE_ONCE(r->rap);

	switch (lance_port_kind(r, offset, width, true)) {
	case LANCE_PORT_APROM:
		aprom_write(r, offset, width, value);
		break;
	case LANCE_PORT_RDP:
		if (width == 4)
			r->bcr[BCR_BUS] |= BCR18_DWIO;
		return rdp_answer(r, rap, value,
				  lance_csr_write(l, rap, (uint16_t)value));
	case LANCE_PORT_RAP:
		r->rap = value & 0xff;
		break;
	case LANCE_PORT_BDP:
		lance_bcr_write(l, rap, (uint16_t)value);
		break;
	case LANCE_PORT_RESET:	/* only a read resets */
	case LANCE_PORT_NONE:
		break;
	}
	return CHIP_DONE;
}

enum chip_answer lance_port_read(struct lance *l, uint32_t offset,
				 unsigned int width, uint32_t *value)
{
	struct lance_regs *r = l->regs;
	uint8_t rap = (uint8_t)LANCE_ONCE(r->rap);

	switch (lance_port_kind(r, offset, width, false)) {
	case LANCE_PORT_APROM:
		*value = aprom_read(r, offset, width);
		break;
	case LANCE_PORT_RDP:
		*value = lance_csr_read(r, rap);
		if (width == 2)
			*value &= 0xffff;
		break;
	case LANCE_PORT_RAP:
		*value = rap;
		break;
	case LANCE_PORT_BDP:
		*value = lance_bcr_read(l, rap);
		break;
	case LANCE_PORT_RESET:
		soft_reset(l);
		*value = 0;
		break;
	case LANCE_PORT_NONE:
		*value = width < 4 ? (1u << (8 * width)) - 1 : UINT32_MAX;
		break;
	}
	return CHIP_DONE;
}

void lance_batch(uint64_t *batches, uint64_t frames)
{
	uint64_t most = 1;	/* in bucket i */
	unsigned int i;

	if (!frames)
		return;
	for (i = 0; i < LANCE_BATCHES - 1 && frames > most; i++)
		most = most < 4 ? most + 1 : 2 * most;
	batches[i]++;
}

bool lance_port_stops(const struct lance_regs *r, uint32_t offset,
		      unsigned int width, bool write, uint32_t value)
{
	switch (lance_port_kind(r, offset, width, write)) {
	case LANCE_PORT_RDP:
		return write && (uint8_t)r->rap == 0 && (value & CSR0_STOP);
	case LANCE_PORT_RESET:
		return !write;
	default:
		return false;
	}
}

const char *lance_drop_name(enum lance_drop drop)
{
	static const char *const names[] = {
#define LANCE_DROP(name, text) #name,
#include "devices/lance_drops.def"
#undef LANCE_DROP
	};

	BUILD_ASSERT(ARRAY_SIZE(names) == LANCE_DROPS);
	return (unsigned int)drop < LANCE_DROPS ? names[drop] : "?";
}
