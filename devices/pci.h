/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pci.h - a PCI bus with configuration mechanism 1, and the two bridges of a
 * 440FX machine.
 *
 * Sources: PCI Local Bus Specification 2.2, chapter 6; Intel 82441FX (host
 * bridge, 8086:1237), 82371SB (PIIX3 ISA bridge, 8086:7000) data sheets.
 *
 * 1. A slot holds up to eight functions; one with more than function 0 says so
 *    in the header type of that (0Eh, bit 7). All other buses are empty.
 * 2. Offsets 0-3 of the port window are CONFIG_ADDRESS (CF8h; DWord only),
 *    4-7 CONFIG_DATA; offset 1 as a byte is the reset control register
 *    (CF9h), which pulls the reset wire.
 * 3. What is not there reads as all ones.
 */
#ifndef DEVICES_PCI_H
#define DEVICES_PCI_H

#include "devices/wires.h"

#define PCI_SLOTS	32
#define PCI_FUNCTIONS	8

/**
 * pci_bar() - where a window of a function is (6.2.5.1)
 * @config: its first 64 bytes
 * @bar: 0-5
 * @io: I/O space, else memory
 * @base: receives its first port or address
 *
 * Return: false if it is not decoded: its space is turned off in the command
 * register, or it was given no place.
 */
bool pci_bar(const uint8_t *config, unsigned int bar, bool io, uint32_t *base);

/* A function: how its 256 bytes are read and written. */
struct pci_function {
	void *self;		/* NULL: there is none */
	uint32_t (*read)(void *self, uint32_t off, unsigned int width);
	void (*write)(void *self, uint32_t off, unsigned int width,
		      uint32_t value);
};

struct pci_bus_regs {
	uint32_t address;	/* CONFIG_ADDRESS */
	uint8_t reset_control;	/* CF9h */
};

struct pci_bus {
	struct pci_bus_regs *regs;
	struct pci_function slot[PCI_SLOTS][PCI_FUNCTIONS];
	struct irq_wire reset;
};

/* pci_bus_reset() - the address register is 0; functions are the board's. */
void pci_bus_reset(struct pci_bus *bus);
/* pci_port_read() / pci_port_write() - an access by configuration mechanism 1
 * of @width 1, 2 or 4 bytes. @offset: from CF8h, 0-7 */
uint32_t pci_port_read(struct pci_bus *bus, unsigned int offset,
		       unsigned int width);
void pci_port_write(struct pci_bus *bus, unsigned int offset,
		    unsigned int width, uint32_t value);

/*
 * A function that is nothing but registers: bytes, and which bits of them can
 * be written.
 */
struct pci_config {
	uint8_t byte[256];
	uint8_t mask[256];
};

/* Registers of every function (6.1), by their offsets. */
#define PCI_COMMAND		0x04
#define PCI_STATUS		0x06
#define PCI_HEADER_TYPE		0x0e
#define PCI_HEADER_MULTI	0x80	/* of function 0: there are others */
#define PCI_BAR0		0x10
#define PCI_SUBSYSTEM		0x2c	/* vendor; its id is behind it */
#define PCI_INTERRUPT_LINE	0x3c
#define PCI_INTERRUPT_PIN	0x3d

/* pci_identity() - clear a function, and say what it is. @class_revision: the
 * DWord at 08h */
void pci_identity(struct pci_config *c, uint16_t vendor, uint16_t device,
		  uint32_t class_revision);

/* pci_config_read() / pci_config_write() - pci_function's, of a struct
 * pci_config. @off: 0-255; @width: 1, 2 or 4 bytes, which do not pass the end
 */
uint32_t pci_config_read(void *config, uint32_t off, unsigned int width);
void pci_config_write(void *config, uint32_t off, unsigned int width,
		      uint32_t value);

/* i440fx_init() - the host bridge; piix3_init() - the ISA bridge. */
void i440fx_init(struct pci_config *c);
void piix3_init(struct pci_config *c);

/* A part of C0000-FFFFF that a nibble of the host bridge's PAM registers (59h
 * to 5Fh) tells of. */
#define I440FX_PAMS	13u
struct i440fx_pam {
	uint32_t first, size;	/* addresses, bytes */
	bool read, write;	/* goes to RAM; else to the PCI bus */
};

/* i440fx_pam() - what the registers say of part @n, by addresses from 0 on. */
struct i440fx_pam i440fx_pam(const struct pci_config *c, unsigned int n);

/* i440fx_all_ram() - as firmware: all parts are RAM. */
void i440fx_all_ram(struct pci_config *c);

/**
 * piix3_route() - the IRQ line that PIRQ @pirq (0-3) is routed to
 *
 * Return: 0-15, or -1 if it is routed nowhere (register 60h + @pirq bit 7).
 */
int piix3_route(const struct pci_config *c, unsigned int pirq);

/* piix3_set_route() - what the firmware would have set. */
void piix3_set_route(struct pci_config *c, unsigned int pirq, uint8_t line);

#endif
