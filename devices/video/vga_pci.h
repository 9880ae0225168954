/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_pci.h - the PCI configuration space of a standard VGA (1234:1111).
 *
 * Source: the description of QEMU's "standard VGA". BAR0 is the video memory,
 * 16 MiB, prefetchable; BAR2 its registers, 4 KiB. No interrupt pin, no ROM
 * chip: firmware has the card's BIOS from elsewhere.
 */
#ifndef DEVICES_VIDEO_VGA_PCI_H
#define DEVICES_VIDEO_VGA_PCI_H

#include "devices/pci.h"

#define VGA_PCI_VENDOR	0x1234
#define VGA_PCI_DEVICE	0x1111

/* vga_pci_init() - power-on: no window is decoded. */
void vga_pci_init(struct pci_config *c);

#endif
