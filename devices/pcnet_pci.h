/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcnet_pci.h - Am79C970A: its 256 bytes of PCI configuration space (9.1).
 *
 * Plain data and masks. The board plugs the two functions into its PCI bus
 * and asks where the two windows are after each write.
 */
#ifndef DEVICES_PCNET_PCI_H
#define DEVICES_PCNET_PCI_H

#include <stdbool.h>
#include <stdint.h>

struct lance_regs;

#define PCNET_PCI_VENDOR	0x1022
#define PCNET_PCI_DEVICE	0x2000
#define PCNET_PCI_REVISION	0x16	/* data sheet: 1xh */

struct pcnet_pci_regs {
	uint8_t config[256];
};

struct pcnet_pci {
	struct pcnet_pci_regs *regs;
	const struct lance_regs *lance;	/* BCR22 is MIN_GNT, MAX_LAT; or NULL */
};

/* pcnet_pci_reset() - RST#: clear the space (H_RESET; not S_RESET or STOP) */
void pcnet_pci_reset(struct pcnet_pci *p);

/**
 * pcnet_pci_config_read() - read 1, 2 or 4 bytes
 * @off: 0-255; bytes beyond read as 0
 * @width: bytes
 */
uint32_t pcnet_pci_config_read(const struct pcnet_pci *p, uint32_t off,
			       unsigned int width);

/**
 * pcnet_pci_config_write() - write 1, 2 or 4 bytes, as far as writable
 *
 * Return: true if a window or the bus mastering may have changed.
 */
bool pcnet_pci_config_write(struct pcnet_pci *p, uint32_t off,
			    unsigned int width, uint32_t value);

/* pcnet_pci_bus_master() - may the chip do DMA (BMEN)? */
bool pcnet_pci_bus_master(const struct pcnet_pci *p);

/* pcnet_pci_master_abort() - note that DMA met no memory (RMABORT) */
void pcnet_pci_master_abort(struct pcnet_pci *p);

#endif
