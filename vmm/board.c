/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the machine as the VMM world runs it: the processor, and the chips
 * of machine/pc.h.
 */
#include "vmm/board.h"

#include "base/bytes.h"
#include "base/log.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/cpu.h"
#include "vmm/vmm.h"

static uint64_t board_now_ns(void *board)
{
	return vmm_now_ns(board);
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

/* machine_alarm() - a pc_world's. */
static void machine_alarm(void *board)
{
	alarm_arm(board);
}

static uint64_t machine_poll_ns(void *board)
{
	return vmm_poll_ns(board);
}

/* machine_pin() - chips tell the level at each access: only news go on. */
static void machine_pin(void *board, unsigned int pin, bool level)
{
	struct vmm *vmm = board;

	if ((atomic_load(&vmm->cross->irq_pins) >> pin & 1) != level)
		virq_pin(vmm, pin, level);
}

static void machine_a20(void *board, unsigned int pin, bool level)
{
	(void)pin;
	cpu_a20(((struct vmm *)board)->cpu, level);
}

/* machine_moved() - no port is as it was. */
static void machine_moved(void *board)
{
	struct vmm *vmm = board;

	bt_no_plain_port(vmm->cpu);
	virq_update(vmm);
}

static void machine_written(void *board, uint64_t key, uint64_t len)
{
	mmu_dma_written(((struct vmm *)board)->cpu, key, len);
}

/* machine_mapped() - other memory lies somewhere. */
static void machine_mapped(void *board)
{
	vmm_follow_map(board);
}

static void wire_machine(struct vmm *vmm)
{
	const struct pc_world world = {
		.self = vmm, .now_ns = board_now_ns,
		.poll_ns = machine_poll_ns, .alarm = machine_alarm,
		.pin = machine_pin, .timer = virq_timer_pin,
		.intr = virq_intr, .a20 = machine_a20,
		.moved = machine_moved, .mapped = machine_mapped,
		.ram = &vmm->ram, .ram_written = machine_written,
		.rows = &vmm->cpu->rows,
		.trip = vmm->cross->options.stamps ? &vmm->stamps.trip : NULL,
		.lance_stats = vmm->cross->lance_stats,
		.debug_exit_port = vmm->cross->options.debug_exit_port,
		.ide_buffer = vmm->cross->ide_buffer,
	};

	pc_wire(&vmm->pc, &vmm->cross->pc, &world, vmm->nic_count);
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
	vmm->nic_count = MIN(vmm->cross->nic_count, NIC_MAX);
	vmm_follow_map(vmm);
	wire_machine(vmm);
	sendcombine_init(&vmm->combine, &vmm->cross->account.combine);
	if (!vmm->cross->entry.reset)
		enter_loaded_image(vmm->cpu, &vmm->cross->entry);
}
