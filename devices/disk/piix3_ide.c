/* SPDX-License-Identifier: BSD-2-Clause */
/* piix3_ide.c - the IDE function's configuration space: see piix3_ide.h. */
#include "devices/disk/piix3_ide.h"

#include <string.h>

#include "base/bytes.h"

enum { COMMAND = 0x04, STATUS = 0x06, BAR4 = 0x20, TIMING = 0x40 };

#define COMMAND_IO	0x01u
#define COMMAND_MASTER	0x04u
#define STATUS_ABORT	0x20u	/* of the high byte */
#define DECODES		0x80u	/* of a timing register's high byte */

void piix3_ide_init(struct pci_config *c)
{
	memset(c, 0, sizeof(*c));
	put_le16(c->byte, 0x8086);
	put_le16(c->byte + 2, 0x7010);
	c->byte[STATUS] = 0x80;		/* fast back-to-back */
	c->byte[STATUS + 1] = 0x02;
	c->byte[0x09] = 0x80;		/* a bus master, channels at 1F0, 170 */
	c->byte[0x0a] = 0x01;		/* IDE */
	c->byte[0x0b] = 0x01;		/* mass storage */
	c->byte[BAR4] = 0x01;
	c->mask[COMMAND] = COMMAND_IO | COMMAND_MASTER;
	c->mask[0x0d] = 0xf0;
	c->mask[BAR4] = 0xf0;
	c->mask[BAR4 + 1] = 0xff;
	memset(c->mask + TIMING, 0xff, 5);
}

void piix3_ide_set_up(struct pci_config *c, uint16_t base)
{
	c->byte[COMMAND] |= COMMAND_IO | COMMAND_MASTER;
	put_le16(c->byte + BAR4, base | 1);
	c->byte[TIMING + 1] |= DECODES;
	c->byte[TIMING + 3] |= DECODES;
}

bool piix3_ide_decodes(const struct pci_config *c, unsigned int n)
{
	return c->byte[COMMAND] & COMMAND_IO &&
	       c->byte[TIMING + 1 + 2 * (n & 1)] & DECODES;
}

bool piix3_ide_master(const struct pci_config *c)
{
	return c->byte[COMMAND] & COMMAND_MASTER;
}

void piix3_ide_abort(struct pci_config *c)
{
	c->byte[STATUS + 1] |= STATUS_ABORT;
}
