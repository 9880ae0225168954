/* SPDX-License-Identifier: BSD-2-Clause */
/* vga_pci.c - the PCI configuration space of a standard VGA: see vga_pci.h. */
#include "devices/video/vga_pci.h"

#include <string.h>

#include "base/bytes.h"

void vga_pci_init(struct pci_config *c)
{
	memset(c, 0, sizeof(*c));
	put_le16(c->byte, VGA_PCI_VENDOR);
	put_le16(c->byte + 2, VGA_PCI_DEVICE);
	c->byte[0x08] = 2;		/* revision */
	c->byte[0x0b] = 3;		/* a display, of the kind VGA */
	c->byte[0x10] = 8;		/* BAR0: prefetchable */
	put_le16(c->byte + 0x2c, 0x1af4);
	put_le16(c->byte + 0x2e, 0x1100);
	c->mask[0x04] = 0x03;		/* decode ports, memory */
	c->mask[0x13] = 0xff;		/* 16 MiB */
	put_le16(c->mask + 0x19, 0xfff0);	/* BAR2: 4 KiB */
	c->mask[0x1b] = 0xff;
	c->mask[0x3c] = 0xff;		/* interrupt line: a note */
}
