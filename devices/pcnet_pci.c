/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcnet_pci.c - Am79C970A: PCI configuration space (9.1).
 *
 * Two tables of the size of the space say which bits a write changes and
 * which it clears by writing one. BAR sizing falls out of the masks: bits
 * 4-0 of the windows (32 bytes each) and 15-1 of the expansion ROM (64 KB) are
 * not writable. The board has no ROM chip: where its window is put, reads are
 * all ones, as of any address that nobody answers, and software that looks
 * for the signature 55h AAh sees that there is none.
 */
#include "devices/pcnet_pci.h"

#include <string.h>

#include "base/bytes.h"
#include "devices/lance_csr.h"

enum {
	PCI_COMMAND = 0x04,
	PCI_STATUS = 0x06,
	PCI_LATENCY = 0x0d,
	PCI_IO_BASE = 0x10,
	PCI_MEM_BASE = 0x14,
	PCI_ROM_BASE = 0x30,
	PCI_INT_LINE = 0x3c,
	PCI_INT_PIN = 0x3d,
	PCI_MIN_GNT = 0x3e,
};

#define COMMAND_MASTER	0x04
#define STATUS_RMABORT	0x20	/* of the high byte */

static const uint8_t writable[256] = {
	[PCI_COMMAND] = 0x47, [PCI_COMMAND + 1] = 0x01,
	[PCI_LATENCY] = 0xff,
	[PCI_IO_BASE] = 0xe0, 0xff, 0xff, 0xff,
	[PCI_MEM_BASE] = 0xe0, 0xff, 0xff, 0xff,
	[PCI_ROM_BASE] = 0x01, 0x00, 0xff, 0xff,
	[PCI_INT_LINE] = 0xff,
};

static const uint8_t clearable[256] = {
	[PCI_STATUS + 1] = 0xf1, /* PERR SERR RMABORT RTABORT DATAPERR */
};

void pcnet_pci_reset(struct pcnet_pci *p)
{
	uint8_t *c = p->regs->config;

	memset(c, 0, sizeof(p->regs->config));
	put_le16(c + 0x00, PCNET_PCI_VENDOR);
	put_le16(c + 0x02, PCNET_PCI_DEVICE);
	put_le16(c + PCI_STATUS, 0x0280);
	c[0x08] = PCNET_PCI_REVISION;
	c[0x0b] = 0x02;		/* network controller, Ethernet */
	c[PCI_IO_BASE] = 0x01;
	c[PCI_INT_PIN] = 0x01;	/* INTA# */
	put_le16(c + PCI_MIN_GNT, 0xff06);
}

static uint8_t config_byte(const struct pcnet_pci *p, uint32_t off)
{
	uint16_t latency;

	if (off >= sizeof(p->regs->config))
		return 0;
	if (p->lance && (off == PCI_MIN_GNT || off == PCI_MIN_GNT + 1)) {
		latency = p->lance->bcr[BCR_LATENCY];
		return (uint8_t)(off == PCI_MIN_GNT ? latency : latency >> 8);
	}
	return p->regs->config[off];
}

uint32_t pcnet_pci_config_read(const struct pcnet_pci *p, uint32_t off,
			       unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width && i < 4; i++)
		v |= (uint32_t)config_byte(p, off + i) << (8 * i);
	return v;
}

bool pcnet_pci_config_write(struct pcnet_pci *p, uint32_t off,
			    unsigned int width, uint32_t value)
{
	bool moved = false;
	unsigned int i;
	uint32_t at;
	uint8_t b, old;

	for (i = 0; i < width && i < 4; i++) {
		at = off + i;
		if (at >= sizeof(p->regs->config))
			break;
		b = (uint8_t)(value >> (8 * i));
		old = p->regs->config[at];
		p->regs->config[at] =
			(uint8_t)((old & ~writable[at] & ~(b & clearable[at])) |
				  (b & writable[at]));
		if (p->regs->config[at] != old &&
		    (at == PCI_COMMAND ||
		     (at >= PCI_IO_BASE && at < PCI_MEM_BASE + 4)))
			moved = true;
	}
	return moved;
}

bool pcnet_pci_bus_master(const struct pcnet_pci *p)
{
	return p->regs->config[PCI_COMMAND] & COMMAND_MASTER;
}

void pcnet_pci_master_abort(struct pcnet_pci *p)
{
	p->regs->config[PCI_STATUS + 1] |= STATUS_RMABORT;
}
