/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * piix3_ide.h - the PIIX3's IDE function (8086:7010): its configuration space.
 *
 * Source: Intel 82371SB data sheet, 2.3. The two channels are where a PC has
 * them always (1F0h, 170h), if bit 15 of their timing registers is on; BAR4 is
 * where the bus master's 16 ports are. Timings are kept and have no effect.
 */
#ifndef DEVICES_DISK_PIIX3_IDE_H
#define DEVICES_DISK_PIIX3_IDE_H

#include "devices/pci.h"

/* piix3_ide_init() - the function as it is at power-on. */
void piix3_ide_init(struct pci_config *config);

/* piix3_ide_write() - as pci_config_write(). */
void piix3_ide_write(struct pci_config *config, uint32_t off,
		     unsigned int width, uint32_t value);

/* piix3_ide_decodes() - does channel @n answer its ports? */
bool piix3_ide_decodes(const struct pci_config *config, unsigned int n);

/* piix3_ide_master() - may it use the bus? */
bool piix3_ide_master(const struct pci_config *config);

/* piix3_ide_abort() - it met nobody there (status bit 13). */
void piix3_ide_abort(struct pci_config *config);

#endif
