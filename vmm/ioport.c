/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioport.c - who answers an I/O port, or memory that is not RAM: the rows of
 * machine/pc.def at work in the VMM world.
 *
 * 1. An access wider than the chip is split into its widths, lowest address
 *    first, as a bus does.
 * 2. Where there is nothing, reads give ones and cost no world switch.
 */
#include "vmm/vmm.h"

#include "base/bytes.h"
#include "devices/lance_bits.h"
#include "devices/lance_ring.h"
#include "vmdriver/iopath.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/cpu.h"
#include "vmm/disk.h"
#include "vmm/nic.h"

/* Bits: chips that an idle kernel uses (doze.h): for the timer's interrupt, and
 * to look at a clock, which is right whenever it looks. */
#define TICK_CHIPS							\
	(1ull << CHIP_I8254 | 1ull << CHIP_I8259_MASTER |		\
	 1ull << CHIP_I8259_SLAVE | 1ull << CHIP_DELAY |		\
	 1ull << CHIP_ACPI_TIMER)

/* One access, and who answers it. */
struct access {
	enum pc_space space;
	uint64_t where;		/* port or guest-physical address */
	unsigned int row;	/* of pc.def */
	uint32_t offset;	/* from the row's first */
	unsigned int chip;	/* what it is counted as: enum chip_id */
	struct pc_access bus;
};

static uint32_t ones(unsigned int width)
{
	return width >= 4 ? 0xffffffff : (1u << 8 * width) - 1;
}

/* call_armed() - vmm_hostcall() in the middle of what the guest does; a chip
 * there may have set an alarm. */
static uint32_t call_armed(struct vmm *vmm, const struct hostcall *call)
{
	uint32_t got = vmm_hostcall(vmm, call);

	alarm_arm(vmm);
	return got;
}

/* call_host() - let VMApp answer. */
static void call_host(struct vmm *vmm, struct access *a)
{
	static const uint8_t kinds[][2] = {
		[PC_SPACE_IO] = { HOSTCALL_PORT_READ, HOSTCALL_PORT_WRITE },
		[PC_SPACE_MEM] = { HOSTCALL_MMIO_READ, HOSTCALL_MMIO_WRITE },
	};
	struct hostcall call = {
		.kind = kinds[a->space][a->bus.write], .at = (uint32_t)a->where,
		.width = a->bus.width, .value = a->bus.value,
	};
	uint32_t got = call_armed(vmm, &call);

	if (!a->bus.write)
		a->bus.value = got & ones(a->bus.width);
}

/* call_worker() - have VMApp run the work half of a chip. @worker: pc_worker */
static void call_worker(struct vmm *vmm, unsigned int worker)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK,
				 .worker = (uint8_t)worker };

	call_armed(vmm, &call);
}

/* ---- cards -------------------------------------------------------------- */

/* card_combines() - may the frames that the guest wants sent wait for the next
 * world switch? Then they are held, and an alarm is set. */
static bool card_combines(struct vmm *vmm, unsigned int card)
{
	const struct vmm_options *o = &vmm->cross->options;
	uint32_t frames;

	if (!(o->io_path & IO_PATH_combine))
		return false;
	frames = lance_tx_waiting(&vmm->pc.nic[card].lance,
				  o->combine_limit + 1);
	if (!sendcombine_hold(&vmm->combine, vmm_now_ns(vmm), card, frames,
			      o->combine_limit))
		return false;
	if (vmm->alarm_ns[ALARM_SEND] == CLOCK_NEVER) {
		vmm->alarm_ns[ALARM_SEND] = sendcombine_due(&vmm->combine);
		alarm_arm(vmm);
	}
	return true;
}

static void card_call(struct vmm *vmm, unsigned int card)
{
	account_begin(&vmm->cpu->rows, ROW_PORT_LANCE);
	call_worker(vmm, WORK_NIC0 + card);
}

/* card_answered() - the register half of a card answered in this world: run its
 * work half if there is work, in the world that has it. */
static void card_answered(struct vmm *vmm, unsigned int card,
			  enum chip_answer answer)
{
	bool call = answer == CHIP_NEEDS_HOST;

	if (answer != CHIP_DONE && nic_here(vmm, card)) {
		nic_work(vmm, card);
		return;
	}
	if (answer == CHIP_MAY_WAIT)
		call = !card_combines(vmm, card);
	else if (answer == CHIP_LOOK)
		call = lance_has_room(&vmm->pc.nic[card].lance);
	if (call)
		card_call(vmm, card);
}

/* card_before() - if this access stops the chip, frames that were held back are
 * sent before it. */
static void card_before(struct vmm *vmm, unsigned int card,
			const struct access *a)
{
	if (vmm->combine.waiting[card] &&
	    lance_port_stops(&vmm->cross->pc.lance[card], a->offset,
			     a->bus.width, a->bus.write, a->bus.value))
		card_call(vmm, card);
}

/* note_register() - count the access for the report, by the card's register. */
static void note_register(struct vmm *vmm, unsigned int card,
			  const struct access *a)
{
	uint8_t rap = (uint8_t)vmm->cross->pc.lance[card].rap;

	if (a->chip != CHIP_LANCE_RDP)
		return;
	vmm->cross->account.csrs[rap % LANCE_CSRS]++;
	if (!a->bus.write && rap == 0)
		stamps_status(vmm, card);
	if (a->bus.write && rap == 0 && a->bus.value & CSR0_TDMD)
		stamper_told(&vmm->nic[card].stamper);
}

/*
 * plain_port() - let translated code access the card's address port itself
 *
 * That port is no more than memory, so the next access need not come here. An
 * access that is not 16 bits wide ends it: it may be the one that moves the
 * registers (DWIO).
 */
static void plain_port(struct vmm *vmm, unsigned int card,
		       const struct access *a)
{
	if (a->bus.width != 2)
		bt_no_plain_port(vmm->cpu);
	else if (a->chip == CHIP_LANCE_RAP && a->space == PC_SPACE_IO &&
		 vmm->cross->options.io_path & IO_PATH_ports)
		bt_plain_port(vmm->cpu, (uint16_t)a->where,
			      &vmm->cross->pc.lance[card].rap);
}

/* ---- rows --------------------------------------------------------------- */

/* world_of() - the world that answers an access. */
static enum world world_of(const struct vmm *vmm, const struct access *a)
{
	const struct vmm_options *o = &vmm->cross->options;
	enum world world = (enum world)pc_rows[a->row].world;

	if (world == WORLD_PATH)
		world = a->chip == CHIP_LANCE_RAP ||
					o->io_path & IO_PATH_ports ?
				WORLD_VMM :
				WORLD_HOST;
	if (o->moved_rows >> a->row & 1)
		world = world == WORLD_VMM ? WORLD_HOST : WORLD_VMM;
	return world;
}

/* makes_intr() - is it a chip that drives the processor's INTR pin? */
static bool makes_intr(unsigned int chip)
{
	return chip == CHIP_I8259_MASTER || chip == CHIP_I8259_SLAVE ||
	       chip == CHIP_ELCR;
}

/* time_row() - the row of the report to which the time of an access goes. */
static enum account_row time_row(const struct access *a, enum world world)
{
	if (world == WORLD_VMM)
		return account_chip_row((enum chip_id)a->chip);
	return pc_is_card(a->row) ? ROW_PORT_LANCE : ROW_PORT_SWITCH;
}

/* row_there() - VMApp answers. If the chip's outputs lead to this world, they
 * are read again. A PCI register may have moved a card's ports. */
static void row_there(struct vmm *vmm, struct access *a)
{
	call_host(vmm, a);
	bt_no_plain_port(vmm->cpu);
	if (makes_intr(a->chip) || a->chip == CHIP_I8254)
		pc_settle(&vmm->pc);
}

/*
 * row_here() - this world answers
 *
 * Not if a byte of a line finds no room: the host world waits with it. The host
 * world gets the CPU if the guest has read all input that it had put in, and
 * if one of the board's own pins was pulled.
 */
static void row_here(struct vmm *vmm, struct access *a)
{
	const struct hostcall yield = { .kind = HOSTCALL_YIELD };

	if (!a->bus.write)
		a->bus.value = ones(a->bus.width);
	if (pc_blocked(&vmm->pc, a->row, a->offset, &a->bus)) {
		row_there(vmm, a);
		return;
	}
	pc_access(&vmm->pc, a->row, a->offset, &a->bus);
	a->bus.value &= ones(a->bus.width);
	if (pc_hungry(&vmm->pc, a->row) ||
	    atomic_load(&vmm->cross->irq_pins) >> PIN_COUNT)
		call_armed(vmm, &yield);
}

static void card_access(struct vmm *vmm, struct access *a, enum world world)
{
	unsigned int card = pc_rows[a->row].func;

	note_register(vmm, card, a);
	if (world != WORLD_VMM) {
		row_there(vmm, a);
		return;
	}
	card_before(vmm, card, a);
	row_here(vmm, a);
	card_answered(vmm, card, (enum chip_answer)a->bus.answer);
	plain_port(vmm, card, a);
}

static bool is_ide(unsigned int chip)
{
	return chip == CHIP_IDE || chip == CHIP_IDE_BM;
}

/* ide_channel() - whose register is it? 1F0h and 3F6h are the first one's, 170h
 * and 376h the second's. */
static unsigned int ide_channel(const struct access *a)
{
	if (a->chip == CHIP_IDE_BM)
		return a->offset / 8 & 1;
	return a->where & 0x80 ? 0 : 1;
}

/* row_works() - this world answers; then the chip's work half runs, if there is
 * work. */
static void row_works(struct vmm *vmm, struct access *a)
{
	if (!a->bus.write && vmm_disk_held(vmm) && is_ide(a->chip))
		vmm_disk_polled(vmm, ide_channel(a));
	row_here(vmm, a);
	if (a->bus.answer == CHIP_DONE)
		return;
	if (vmm_disk_here(vmm, (enum pc_worker)a->bus.worker)) {
		vmm_disk_work(vmm, (enum pc_worker)a->bus.worker);
		vmm_disk_soon(vmm);
		return;
	}
	account_begin(&vmm->cpu->rows, ROW_PORT_SWITCH);
	call_worker(vmm, a->bus.worker);
}

/* The registers that pass arguments and results of VMware's back door, in the
 * order of enum vmmouse_reg. */
static const uint8_t call_regs[VMMOUSE_REGS] = { REG_EAX, REG_EBX, REG_ECX,
						 REG_EDX };

/* row_call() - an access to the back door, which may change more registers than
 * EAX: they are copied to the chip and back, whichever world answers. */
static void row_call(struct vmm *vmm, struct access *a, enum world world)
{
	uint32_t *regs = vmm->cross->pc.vmmouse.cpu, *gpr = vmm->cpu->gpr;
	unsigned int i;

	for (i = 0; i < VMMOUSE_REGS; i++)
		regs[i] = gpr[call_regs[i]];
	if (world == WORLD_VMM)
		row_here(vmm, a);
	else
		row_there(vmm, a);
	/* EAX is what the access reads. */
	for (i = VMMOUSE_EBX; i < VMMOUSE_REGS; i++)
		gpr[call_regs[i]] = regs[i];
}

/* access_row() - an access to a row of pc.def, not wider than its chip. */
static void access_row(struct vmm *vmm, struct access *a)
{
	enum world world;

	a->chip = pc_chip(&vmm->pc, a->row, a->offset, &a->bus);
	world = world_of(vmm, a);
	vmm->cross->account.ports[a->chip][world]++;
	vmm->doze.touched |= !(1ull << a->chip & TICK_CHIPS);
	account_begin(&vmm->cpu->rows, time_row(a, world));
	if (pc_is_card(a->row))
		card_access(vmm, a, world);
	else if (a->chip == CHIP_VMMOUSE)
		row_call(vmm, a, world);
	else if (world == WORLD_VMM)
		row_works(vmm, a);
	else
		row_there(vmm, a);
}

static void access_absent(struct vmm *vmm, struct access *a)
{
	if (a->space == PC_SPACE_IO)
		vmm->cross->account.ports[CHIP_ABSENT][WORLD_VMM]++;
	if (!a->bus.write)
		a->bus.value = ones(a->bus.width);
}

static void access_any(struct vmm *vmm, struct access *a)
{
	int row = pc_find(&vmm->pc, a->space, a->where, &a->offset);
	struct access part;
	unsigned int i;
	uint32_t sum = 0;
	/* The ports end at FFFFh, and go on at 0. */
	bool over = a->space == PC_SPACE_IO &&
		    a->where + a->bus.width > 0x10000;

	if (row >= 0 && a->bus.width <= pc_rows[row].width && !over) {
		a->row = (unsigned int)row;
		access_row(vmm, a);
	} else if (row < 0 && (a->bus.width == 1 || a->space == PC_SPACE_MEM)) {
		access_absent(vmm, a);
	} else {
		for (i = 0; i < a->bus.width; i++) {
			part = *a;
			part.bus.width = 1;
			part.where = a->where + i;
			part.bus.value = a->bus.value >> 8 * i & 0xff;
			if (part.space == PC_SPACE_IO)
				part.where &= 0xffff;
			access_any(vmm, &part);
			sum |= part.bus.value << 8 * i;
		}
		a->bus.value = sum;
	}
}

static uint32_t read_any(struct vmm *vmm, enum pc_space space, uint64_t where,
			 unsigned int width)
{
	struct access a = { .space = space, .where = where,
			    .bus = { .width = (uint8_t)width } };

	access_any(vmm, &a);
	return a.bus.value & ones(width);
}

static void write_any(struct vmm *vmm, enum pc_space space, uint64_t where,
		      unsigned int width, uint32_t value)
{
	struct access a = { .space = space, .where = where,
			    .bus = { .width = (uint8_t)width, .write = true,
				     .value = value } };

	stamps_out(vmm);
	access_any(vmm, &a);
	stamps_out_end(vmm);
}

uint32_t ioport_read(void *board, uint16_t port, unsigned int width)
{
	return read_any(board, PC_SPACE_IO, port, width);
}

void ioport_write(void *board, uint16_t port, unsigned int width,
		  uint32_t value)
{
	write_any(board, PC_SPACE_IO, port, width, value);
}

uint32_t ioport_mmio_read(void *board, paddr addr, unsigned int width)
{
	return read_any(board, PC_SPACE_MEM, addr, width);
}

void ioport_mmio_write(void *board, paddr addr, unsigned int width,
		       uint32_t value)
{
	write_any(board, PC_SPACE_MEM, addr, width, value);
}
