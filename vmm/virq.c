/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virq.c - virtual interrupts: from a chip's pin to the processor's INTR.
 *
 *	pins (crosspage.irq_pins, either world) -> lines (pin_line[], as the
 *	PCI router says) -> 8259 pair -> cpu->intr -> INTA -> vector
 *
 * Several pins may share a line: its level is the OR of them.
 */
#include "vmm/vmm.h"

#include "vmm/cpu/cpu.h"

#define LINE_TIMER 0u

static void virq_intr(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	(void)pin;
	vmm->cpu->intr = level;
}

void virq_wire(struct vmm *vmm)
{
	vmm->pic.pic = vmm->cross->pic;
	vmm->pic.intr = (struct irq_wire){ virq_intr, vmm, 0 };
}

void virq_update(struct vmm *vmm)
{
	uint32_t pins = atomic_load(&vmm->cross->irq_pins);
	uint16_t lines = 0, changed;
	unsigned int i;

	for (i = 0; i < PIN_COUNT; i++)
		if ((pins >> i & 1) && vmm->cross->pin_line[i] < IRQ_LINES)
			lines |= (uint16_t)(1u << vmm->cross->pin_line[i]);
	changed = lines ^ vmm->lines;
	vmm->lines = lines;
	for (i = 0; i < IRQ_LINES; i++)
		if (changed >> i & 1)
			i8259_set_line(&vmm->pic, i, lines >> i & 1);
}

void virq_pin(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	irq_pin_set(vmm->cross, pin, level);
	virq_update(vmm);
}

/*
 * pay_tick() - the guest took a timer interrupt: is another one owed?
 *
 * A guest that counts them as its clock can not know that its processor stood
 * still. So none is lost: it gets those that it missed one after the other.
 */
static void pay_tick(struct vmm *vmm)
{
	if (!vmm->ticks_owed)
		return;
	if (!i8254_periodic(&vmm->pit)) {
		vmm->ticks_owed = 0;
		return;
	}
	vmm->ticks_owed--;
	virq_pin(vmm, PIN_PIT, false);
	virq_pin(vmm, PIN_PIT, true);
}

uint8_t virq_ack(void *board)
{
	struct vmm *vmm = board;
	uint8_t vector = i8259_ack(&vmm->pic);
	const struct i8259_regs *slave = &vmm->pic.pic[1];
	unsigned int line = ((vector & 0xf8) == slave->base ? 8 : 0) +
			    (vector & 7);

	vmm->cross->account.irqs[line]++;
	stamps_irq(vmm, line);
	if (line == LINE_TIMER)
		pay_tick(vmm);
	return vector;
}
