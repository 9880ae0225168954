/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the VMM world's half of the motherboard: the processor, the
 * interrupt controllers, the timer, COM1, and the register half of each Lance.
 */
#include "vmm/board.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "vmm/cpu/cpu.h"
#include "vmm/vmm.h"

static uint64_t board_now_ns(void *board)
{
	return vmm_now_ns(board);
}

static void board_alarm(void *board, unsigned int pin, uint64_t when_ns)
{
	struct vmm *vmm = board;

	vmm->alarm_ns[pin % ALARM_COUNT] = when_ns;
	alarm_arm(vmm);
}

static uint64_t board_tsc(void *board)
{
	return vmm_tsc(board);
}

static void board_ferr(void *board, bool level)
{
	virq_pin(board, PIN_FERR, level);
}

/* flat_segment() - a 4 GiB segment with the given attributes. */
static void flat_segment(struct segment *s, uint16_t sel, uint32_t type)
{
	s->sel = sel;
	s->base = 0;
	s->limit = 0xffffffff;
	s->attr = type | DESC_S | DESC_P | DESC_B | DESC_G;
}

/* enter_loaded_image() - the state in which VMApp's loader left the CPU. */
static void enter_loaded_image(struct cpu *cpu, const struct boot_entry *e)
{
	unsigned int i;

	cpu->gdtr.base = e->gdt_base;
	cpu->gdtr.limit = e->gdt_limit;
	cpu_write_cr0(cpu, cpu->cr0 | CR0_PE);
	for (i = 0; i < SEG_COUNT; i++)
		flat_segment(&cpu->seg[i], e->ds, DESC_W | DESC_A);
	flat_segment(&cpu->seg[SEG_CS], e->cs, DESC_CODE | DESC_R | DESC_A);
	cpu->cpl = 0;
	cpu_segments_changed(cpu);
	cpu->gpr[REG_EAX] = e->eax;
	cpu->gpr[REG_EBX] = e->ebx;
	cpu->gpr[REG_ESI] = e->esi;
	cpu->gpr[REG_ESP] = e->esp;
	cpu->eip = cpu->next_eip = e->eip;
}

static void wire_timer(struct vmm *vmm)
{
	struct clock_wire clock = {
		.now_ns = board_now_ns, .alarm = board_alarm,
		.board = vmm, .pin = ALARM_PIT,
	};

	vmm->pit.regs = &vmm->cross->pit;
	vmm->pit.clock = clock;
	vmm->pit.out0 = (struct irq_wire){ virq_timer_pin, vmm, PIN_PIT };
	vmm->port61.regs = &vmm->cross->port61;
	vmm->port61.timer = &vmm->pit;
	vmm->port61.clock = clock;
}

/* com1_pin() - an irq_wire's set(). The chip tells the level at each access:
 * only news go on. */
static void com1_pin(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	if ((atomic_load(&vmm->cross->irq_pins) >> pin & 1) != level)
		virq_pin(vmm, pin, level);
}

static void wire_com1(struct vmm *vmm)
{
	const struct irq_wire irq = { com1_pin, vmm, PIN_COM1 };
	const struct clock_wire clock = {
		.now_ns = board_now_ns, .alarm = board_alarm,
		.board = vmm, .pin = ALARM_COM1,
	};

	com1_wire(&vmm->com1, &vmm->cross->com1, irq, clock);
}

/* board_dma_read() - for a look at the rings. Bus mastering, which the PCI
 * bus allows or not, is VMApp's. */
static int board_dma_read(void *board, uint64_t addr, void *buf, size_t len)
{
	const struct vmm *vmm = board;
	const void *p = guestmem_ptr(&vmm->ram, addr, len);

	if (!p)
		return -EFAULT;
	memcpy(buf, p, len);
	return 0;
}

static void wire_lances(struct vmm *vmm)
{
	unsigned int i;

	vmm->nic_count = MIN(vmm->cross->nic_count, NIC_MAX);
	for (i = 0; i < vmm->nic_count; i++) {
		lance_init(&vmm->lance[i], &vmm->cross->lance[i],
			   &vmm->cross->lance_stats[i]);
		vmm->lance[i].eeprom = &vmm->cross->eeprom[i];
		vmm->lance[i].irq = (struct irq_wire){ virq_pin, vmm,
						       PIN_NIC0 + i };
		vmm->lance[i].dma = (struct dma_wire){ .read = board_dma_read,
						       .board = vmm };
	}
	sendcombine_init(&vmm->combine, vmm->cross->combine,
			 &vmm->cross->account.combine);
}

void vmm_board(struct vmm *vmm)
{
	const struct cpu_pins pins = {
		.board = vmm,
		.port_read = ioport_read, .port_write = ioport_write,
		.mmio_read = ioport_mmio_read,
		.mmio_write = ioport_mmio_write,
		.tsc = board_tsc,
		.tsc_is_host = true,
		.tsc_start = vmm->cross->boot_tsc,
		.intr_ack = virq_ack, .intr_over = virq_over,
		.ferr = board_ferr,
	};
	unsigned int i;

	for (i = 0; i < ALARM_COUNT; i++)
		vmm->alarm_ns[i] = CLOCK_NEVER;
	vmm->cpu = cpu_create(&vmm->ram, &vmm->cross->attention, &pins);
	if (!vmm->cpu)
		die("out of memory for the virtual processor");
	vmm_clocks_init(vmm);
	vmm->cpu->hot.tsc_asked = true;
	wire_timer(vmm);
	wire_com1(vmm);
	virq_wire(vmm);
	wire_lances(vmm);
	i8254_reset(&vmm->pit);
	port61_reset(&vmm->port61);
	i8259_reset(&vmm->pic);
	enter_loaded_image(vmm->cpu, &vmm->cross->entry);
}
