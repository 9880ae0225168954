/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * piix4_pm.h - ACPI power management as in Intel's 82371AB (PIIX4).
 *
 * Source: ACPI specification 2.0, chapter 4.7 (PM1 event and control, PM
 * timer, GPE0); the block's base is the board's choice.
 *
 * Offsets: 0 PM1_STS (2), 2 PM1_EN (2), 4 PM1_CNT (2); 8 PM_TMR (4);
 * 12 GPE0_STS (2), 14 GPE0_EN (2).
 *
 * As a PCI function it is 8086:7113; source: Intel 82371AB data sheet, 7.1.
 *
 * 1. The PM timer (3.579545 MHz, 32 bits) has no state: it can be read in
 *    either world, by piix4_pm_timer(). When its highest bit changes, TMR_STS
 *    is set, and the clock wire is asked for that moment if TMR_EN is.
 * 2. Writing SLP_EN with the S5 type pulls the power-off wire. That type is 0,
 *    as the data sheet has it: SeaBIOS's APM does not look at \_S5.
 * 3. The block is where the board has it: its base registers can not be
 *    written, nor can the SMBus be turned on, which is not there.
 */
#ifndef DEVICES_PIIX4_PM_H
#define DEVICES_PIIX4_PM_H

#include "devices/pci.h"
#include "devices/wires.h"

#define PIIX4_PM_TIMER_HZ	3579545u
#define PIIX4_PM_S5		0	/* SLP_TYP in \_S5 */
#define PIIX4_PM_ACPI_ENABLE	0xf1	/* written to the SMI port */
#define PIIX4_PM_ACPI_DISABLE	0xf0

struct piix4_pm_regs {
	uint16_t pm1_sts, pm1_en, pm1_cnt;
	uint16_t gpe_sts, gpe_en;
	uint8_t smi_cmd, smi_data;
	uint8_t timer_top;	/* the timer's highest bit, as last seen */
};

struct piix4_pm {
	struct piix4_pm_regs *regs;
	struct irq_wire sci;
	struct irq_wire power_off;
	struct clock_wire clock;
};

/* piix4_pm_pci_init() - the PCI function. @base: the block's first port. */
void piix4_pm_pci_init(struct pci_config *c, uint16_t base);
/* piix4_pm_reset() - as firmware leaves it: ACPI is on, no event is enabled. */
void piix4_pm_reset(struct piix4_pm *p);
/* piix4_pm_port_read() / piix4_pm_port_write() - an access of @width 1, 2 or 4
 * bytes. @offset: from the block's base (PMBA) */
uint32_t piix4_pm_port_read(struct piix4_pm *p, unsigned int offset,
			    unsigned int width);
void piix4_pm_port_write(struct piix4_pm *p, unsigned int offset,
			 unsigned int width, uint32_t value);
/* piix4_pm_tick() - the alarm rang, or might have. */
void piix4_pm_tick(struct piix4_pm *p);
/* piix4_pm_smi_read() / piix4_pm_smi_write() - @offset: 0 the SMI command port
 * (B2h), 1 its data byte (B3h) */
uint8_t piix4_pm_smi_read(const struct piix4_pm *p, unsigned int offset);
void piix4_pm_smi_write(struct piix4_pm *p, unsigned int offset, uint8_t value);
/* piix4_pm_power_button() - someone pressed it. */
void piix4_pm_power_button(struct piix4_pm *p);
/* piix4_pm_timer() - the PM timer's value at @now_ns. */
uint32_t piix4_pm_timer(uint64_t now_ns);

#endif
