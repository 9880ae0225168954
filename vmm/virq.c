/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virq.c - virtual interrupts: from a chip's pin to the processor's INTR.
 *
 *	pins (crosspage.irq_pins, either world) -> lines (pin_line[], as the
 *	PCI router says) -> 8259 pair -> cpu->intr -> INTA -> vector
 *
 * Several pins may share a line: its level is the OR of them. A line that is
 * taken again and again and does not fall is held for a while: storm.h.
 */
#include "vmm/vmm.h"

#include "vmm/cpu/cpu.h"

#define LINE_TIMER 0u

void virq_intr(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	(void)pin;
	vmm->cpu->intr = level;
}

/* show_pins() - tell the controllers the lines' levels, if these are the
 * pins'. */
static void show_pins(struct vmm *vmm, uint32_t pins)
{
	uint16_t lines = 0, changed;
	unsigned int i;

	for (i = 0; i < PIN_COUNT; i++)
		if ((pins >> i & 1) && vmm->cross->pc.pin_line[i] < IRQ_LINES)
			lines |= (uint16_t)(1u << vmm->cross->pc.pin_line[i]);
	lines = storm_lines(&vmm->storm, lines);
	changed = lines ^ vmm->lines;
	vmm->lines = lines;
	for (i = 0; i < IRQ_LINES; i++)
		if (changed >> i & 1)
			i8259_set_line(&vmm->pc.pic, i, lines >> i & 1);
}

void virq_update(struct vmm *vmm)
{
	show_pins(vmm, atomic_load(&vmm->cross->irq_pins));
}

void virq_called(struct vmm *vmm)
{
	uint32_t fell = atomic_exchange(&vmm->cross->irq_fell, 0);

	if (fell)
		show_pins(vmm, atomic_load(&vmm->cross->irq_pins) & ~fell);
	virq_update(vmm);
}

void virq_pin(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	irq_pin_set(vmm->cross, pin, level);
	virq_update(vmm);
}

/* ---- the timer ---------------------------------------------------------- */

/* timer_waits() - the last interrupt has not been taken yet. */
static bool timer_waits(const struct vmm *vmm)
{
	const struct i8259_regs *master = &vmm->pc.pic.pic[0];

	return master->irr & ~master->imr & 1u << LINE_TIMER;
}

/* timer_again() - look for what is owed when the guest has run for @wait. */
static void timer_again(struct vmm *vmm, uint64_t wait)
{
	if (!vmm->ticks.owed)
		return;
	vmm->alarm_ns[ALARM_TICK] = vmm_now_ns(vmm) + wait;
	alarm_arm(vmm);
}

void virq_timer_pin(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;
	uint64_t period = i8254_period_ns(&vmm->pc.pit), wait = 0;
	bool rises = level && !vmm->ticks.out;

	vmm->ticks.out = level;
	if (!level && !period)
		vmm->ticks.owed = 0;	/* what it was for is over */
	if (!level && period && timer_waits(vmm))
		return;		/* an interrupt controller would forget it */
	if (rises && !vmm->cpu->halted)
		wait = ticks_wait(&vmm->ticks, vmm_ran_ns());
	if (!rises || (!wait && !timer_waits(vmm))) {
		virq_pin(vmm, pin, level);
		return;
	}
	ticks_owe(&vmm->ticks, 1, period);
	timer_again(vmm, wait);
}

void virq_timer_pay(struct vmm *vmm)
{
	uint64_t wait;

	vmm->alarm_ns[ALARM_TICK] = CLOCK_NEVER;
	if (!vmm->ticks.owed || timer_waits(vmm))
		return;		/* the next INTA looks again */
	wait = ticks_wait(&vmm->ticks, vmm_ran_ns());
	if (wait) {
		timer_again(vmm, wait);
		return;
	}
	vmm->ticks.owed--;
	virq_pin(vmm, PIN_PIT, false);
	virq_pin(vmm, PIN_PIT, true);
}

void virq_over(void *board)
{
	struct vmm *vmm = board;
	uint64_t ran = vmm_ran_ns();

	if (ticks_over(&vmm->ticks, ran))
		timer_again(vmm, ticks_wait(&vmm->ticks, ran));
}

/* timer_taken() - the guest took a timer interrupt. */
static void timer_taken(struct vmm *vmm)
{
	uint64_t ran;

	if (ticks_taken_at_rest(&vmm->ticks))
		return;
	ran = vmm_ran_ns();
	ticks_taken(&vmm->ticks, ran, i8254_period_ns(&vmm->pc.pit));
	vmm->cpu->watch_iret = true;
	timer_again(vmm, ticks_wait(&vmm->ticks, ran));
}

/* line_taken() - the guest took an interrupt of another line. */
static void line_taken(struct vmm *vmm, unsigned int line)
{
	uint64_t now, rest;

	if (!storm_taken(&vmm->storm, line))
		return;
	now = vmm_now_ns(vmm);
	rest = storm_rest(&vmm->storm, line, now);
	if (!rest)
		return;
	vmm->alarm_ns[ALARM_STORM] = now + rest;
	virq_update(vmm);
	alarm_arm(vmm);
}

void virq_storm_over(struct vmm *vmm)
{
	vmm->alarm_ns[ALARM_STORM] = CLOCK_NEVER;
	storm_over(&vmm->storm);
	virq_update(vmm);
}

uint8_t virq_ack(void *board)
{
	struct vmm *vmm = board;
	uint8_t vector = i8259_ack(&vmm->pc.pic);
	const struct i8259_regs *slave = &vmm->pc.pic.pic[1];
	unsigned int line =
		((vector & 0xf8) == slave->base ? 8 : 0) + (vector & 7);

	vmm->cross->account.irqs[line]++;
	stamps_irq(vmm, line);
	gclock_interrupted(&vmm->gclock);
	if (line == LINE_TIMER)
		timer_taken(vmm);
	else
		line_taken(vmm, line);
	return vector;
}
