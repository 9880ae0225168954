/* SPDX-License-Identifier: BSD-2-Clause */
/* piix3_ide.c - the IDE function's configuration space: see piix3_ide.h. */
#include "devices/disk/piix3_ide.h"

#include <string.h>

#define BAR4		0x20
#define TIMING		0x40	/* a word for each channel */
#define LATENCY		0x0d

#define COMMAND_IO	0x01u
#define COMMAND_MASTER	0x04u
#define STATUS_ABORT	0x20u	/* of the high byte; cleared by a one */
#define DECODES		0x80u	/* of a timing register's high byte */

void piix3_ide_init(struct pci_config *c)
{
	/* A bus master, with the channels at 1F0h and 170h. */
	pci_identity(c, 0x8086, 0x7010, 0x01018000);
	c->byte[PCI_STATUS] = 0x80;	/* fast back-to-back */
	c->byte[PCI_STATUS + 1] = 0x02;
	c->byte[BAR4] = 0x01;		/* ports */
	c->mask[PCI_COMMAND] = COMMAND_IO | COMMAND_MASTER;
	c->mask[LATENCY] = 0xf0;
	/* The chip has 16 bits of it; SeaBIOS then asks for 4 GiB of ports. */
	c->mask[BAR4] = 0xf0;
	memset(c->mask + BAR4 + 1, 0xff, 3);
	memset(c->mask + TIMING, 0xff, 5);
}

void piix3_ide_write(struct pci_config *c, uint32_t off, unsigned int width,
		     uint32_t value)
{
	unsigned int i;

	pci_config_write(c, off, width, value);
	for (i = 0; i < width; i++)
		if (off + i == PCI_STATUS + 1)
			c->byte[PCI_STATUS + 1] &=
				(uint8_t)~(value >> 8 * i & STATUS_ABORT);
}

bool piix3_ide_decodes(const struct pci_config *c, unsigned int n)
{
	return c->byte[PCI_COMMAND] & COMMAND_IO &&
	       c->byte[TIMING + 1 + 2 * (n & 1)] & DECODES;
}

bool piix3_ide_master(const struct pci_config *c)
{
	return c->byte[PCI_COMMAND] & COMMAND_MASTER;
}

void piix3_ide_abort(struct pci_config *c)
{
	c->byte[PCI_STATUS + 1] |= STATUS_ABORT;
}
