/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acpi.h - the ACPI tables of our machine: power-off, PM timer, PCI routing.
 *
 * Source: ACPI specification 2.0: 5.2 (tables; FADT in its 1.0 form of 116
 * bytes), 6.2 (_CRS, _PRT), 16 (_S5), 17 (AML).
 */
#ifndef VMAPP_ACPI_H
#define VMAPP_ACPI_H

#include <stddef.h>
#include <stdint.h>

/* A chip of the ISA bus, which a system finds by its name alone. */
struct acpi_isa {
	char name[5];		/* of the device, four letters */
	char id[8];		/* "PNP0303": a plug and play identifier */
	uint8_t unit;		/* _UID */
	uint8_t irq;		/* 0: none */
	uint8_t dma;		/* a channel of 8 bits; 0: none */
	struct {
		uint16_t first;
		uint8_t count;	/* 0: no more ports */
	} ports[2];
};

/* What of the board the tables describe. */
struct acpi_platform {
	uint16_t pm_base;	/* first port of the PM block (piix4_pm.h) */
	uint16_t smi_port;
	uint8_t sci_irq;
	uint32_t mmio_base;	/* first address above RAM that PCI may use */
	const struct acpi_isa *isa;	/* NULL: none is told of */
	unsigned int isa_count;
	uint8_t isa_slot;	/* of the bridge that leads to them */
	unsigned int slots;	/* _PRT entries: PCI slots with an INTA */
	struct {
		uint8_t slot, irq;
	} route[8];
};

/**
 * acpi_build() - write all tables
 * @mem: host memory that the guest sees at @base, zeroed
 * @size: its bytes
 * @base: guest-physical, a multiple of 16 in the BIOS area: the RSDP is first
 *
 * Return: bytes used, or 0 if @size is too small.
 */
size_t acpi_build(uint8_t *mem, size_t size, uint32_t base,
		  const struct acpi_platform *platform);

#endif
