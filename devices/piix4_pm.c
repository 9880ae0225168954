/* SPDX-License-Identifier: BSD-2-Clause */
/* piix4_pm.c - ACPI power management: see piix4_pm.h. */
#include "devices/piix4_pm.h"

#include <string.h>

#include "base/bytes.h"

#define TMR		0x0001
#define TIMER_HALF	(1ull << 31)	/* its highest bit changes so often */
#define PWRBTN		0x0100
#define CNT_SCI_EN	0x0001
#define CNT_SLP_EN	0x2000

/* Of the PCI function. */
#define PCI_PMBA	0x40	/* first port of the block, bit 0 set */
#define PCI_DEVACTB	0x58
#define DEVACTB_APMC_EN	(1u << 25)
#define PCI_PMREGMISC	0x80
#define PMREGMISC_PMIOSE 0x01	/* the block is decoded */

static void pm_update(struct piix4_pm *p)
{
	const struct piix4_pm_regs *r = p->regs;

	irq_wire_set(&p->sci,
		     (r->pm1_cnt & CNT_SCI_EN) && ((r->pm1_sts & r->pm1_en) ||
						   (r->gpe_sts & r->gpe_en)));
}

/* timer_look() - note if the highest bit has changed. (Twice since it was
 * looked at is 20 minutes, and not seen.) */
static void timer_look(struct piix4_pm *p)
{
	uint32_t now = piix4_pm_timer(clock_wire_now(&p->clock));
	struct piix4_pm_regs *r = p->regs;

	if (r->timer_top != now >> 31)
		r->pm1_sts |= TMR;
	r->timer_top = (uint8_t)(now >> 31);
}

/* timer_plan() - ask for a tick at the next change of the highest bit, if
 * anybody is to hear of it. */
static void timer_plan(const struct piix4_pm *p)
{
	unsigned __int128 ticks = (unsigned __int128)clock_wire_now(&p->clock) *
				  PIIX4_PM_TIMER_HZ / 1000000000u;
	unsigned __int128 next = (ticks / TIMER_HALF + 1) * TIMER_HALF;

	clock_wire_alarm(&p->clock, !(p->regs->pm1_en & TMR) ?
					    CLOCK_NEVER :
					    (uint64_t)((next * 1000000000u +
							PIIX4_PM_TIMER_HZ - 1) /
						       PIIX4_PM_TIMER_HZ));
}

void piix4_pm_tick(struct piix4_pm *p)
{
	timer_look(p);
	timer_plan(p);
	pm_update(p);
}

/* pm_word() - the 16-bit register that @offset lies in; NULL: none. */
static uint16_t *pm_word(struct piix4_pm_regs *r, unsigned int offset)
{
	switch (offset & ~1u) {
	case 0:
		return &r->pm1_sts;
	case 2:
		return &r->pm1_en;
	case 4:
		return &r->pm1_cnt;
	case 12:
		return &r->gpe_sts;
	case 14:
		return &r->gpe_en;
	default:
		return NULL;
	}
}

static uint8_t pm_read8(struct piix4_pm *p, unsigned int offset)
{
	const uint16_t *w = pm_word(p->regs, offset);

	return w ? (uint8_t)(*w >> 8 * (offset & 1)) : 0;
}

static void pm_write8(struct piix4_pm *p, unsigned int offset, uint8_t value)
{
	uint16_t *w = pm_word(p->regs, offset);
	unsigned int shift = 8 * (offset & 1);

	if (!w)
		return;
	if (w == &p->regs->pm1_sts || w == &p->regs->gpe_sts)
		*w &= (uint16_t)~(value << shift);	/* write 1 to clear */
	else
		*w = (uint16_t)((*w & ~(0xffu << shift)) | value << shift);
}

/* control_written() - SLP_EN always reads 0; with type S5 it ends it all. */
static void control_written(struct piix4_pm *p)
{
	uint16_t cnt = p->regs->pm1_cnt;

	p->regs->pm1_cnt &= (uint16_t)~CNT_SLP_EN;
	if ((cnt & CNT_SLP_EN) && ((cnt >> 10) & 7) == PIIX4_PM_S5)
		irq_wire_set(&p->power_off, true);
}

uint32_t piix4_pm_port_read(struct piix4_pm *p, unsigned int offset,
			    unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	if (offset < 2)
		piix4_pm_tick(p);
	for (i = 0; i < width && i < 4; i++)
		v |= (uint32_t)pm_read8(p, offset + i) << 8 * i;
	return v;
}

void piix4_pm_port_write(struct piix4_pm *p, unsigned int offset,
			 unsigned int width, uint32_t value)
{
	unsigned int i;

	timer_look(p);
	for (i = 0; i < width && i < 4; i++)
		pm_write8(p, offset + i, (uint8_t)(value >> 8 * i));
	control_written(p);
	timer_plan(p);
	pm_update(p);
}

uint8_t piix4_pm_smi_read(const struct piix4_pm *p, unsigned int offset)
{
	return offset ? p->regs->smi_data : p->regs->smi_cmd;
}

void piix4_pm_smi_write(struct piix4_pm *p, unsigned int offset, uint8_t value)
{
	struct piix4_pm_regs *r = p->regs;

	if (offset) {
		r->smi_data = value;
		return;
	}
	r->smi_cmd = value;
	if (value == PIIX4_PM_ACPI_ENABLE)
		r->pm1_cnt |= CNT_SCI_EN;
	else if (value == PIIX4_PM_ACPI_DISABLE)
		r->pm1_cnt &= (uint16_t)~CNT_SCI_EN;
	pm_update(p);
}

void piix4_pm_power_button(struct piix4_pm *p)
{
	p->regs->pm1_sts |= PWRBTN;
	pm_update(p);
}

uint32_t piix4_pm_timer(uint64_t now_ns)
{
	return (uint32_t)((unsigned __int128)now_ns * PIIX4_PM_TIMER_HZ /
			  1000000000u);
}

void piix4_pm_reset(struct piix4_pm *p)
{
	memset(p->regs, 0, sizeof(*p->regs));
	/* No firmware in system management mode has to hand ACPI over. */
	p->regs->pm1_cnt = CNT_SCI_EN;
	pm_update(p);
}

void piix4_pm_pci_init(struct pci_config *c, uint16_t base)
{
	pci_identity(c, 0x8086, 0x7113, 0x06800003);
	c->byte[PCI_COMMAND] = 0x01;
	put_le16(c->byte + PCI_STATUS, 0x0280);
	c->byte[PCI_INTERRUPT_PIN] = 1;
	c->mask[PCI_INTERRUPT_LINE] = 0xff;
	put_le32(c->byte + PCI_PMBA, base | 1u);
	/* Firmware that finds this set leaves system management mode alone,
	 * which this processor does not have. */
	put_le32(c->byte + PCI_DEVACTB, DEVACTB_APMC_EN);
	c->byte[PCI_PMREGMISC] = PMREGMISC_PMIOSE;
}
