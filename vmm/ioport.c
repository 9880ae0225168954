/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioport.c - the placement table at work: who answers an I/O port.
 *
 * machine/pc.def says for each port which chip has it and in which world that
 * chip answers. The PCnets' windows move: the machine's state has where they
 * lie.
 *
 * 1. An access wider than the chip is split into its widths, lowest address
 *    first, as a bus does.
 * 2. A port with nothing behind it reads as ones and costs no world switch.
 */
#include "vmm/vmm.h"

#include "base/bytes.h"
#include "devices/lance_bits.h"
#include "devices/lance_ring.h"
#include "vmdriver/iopath.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/cpu.h"
#include "vmm/nic.h"

/* Rows of pc.def: who answers, and what it is counted as. */
static const struct { uint8_t world, chip; } placements[PC_ROWS] = {
#define PORTS(chip, first, count, width, world, access, at) \
	{ WORLD_##world, CHIP_##chip },
#include "machine/pc.def"
#undef PORTS
};

/* One access on its way through the table. */
struct access {
	uint16_t port;
	uint16_t offset;	/* from the chip's first port */
	uint8_t width;
	bool write;
	uint32_t value;		/* to be written, or what was read */
};

static uint32_t ones(unsigned int width)
{
	return width >= 4 ? 0xffffffff : (1u << 8 * width) - 1;
}

/* call_host() - let VMApp answer. */
static void call_host(struct vmm *vmm, struct access *a)
{
	struct hostcall call = {
		.kind = a->write ? HOSTCALL_PORT_WRITE : HOSTCALL_PORT_READ,
		.port = a->port, .width = a->width, .value = a->value,
	};
	uint32_t got = vmm_hostcall(vmm, &call);

	if (!a->write)
		a->value = got & ones(a->width);
}

/* row_call() - the same, for a chip that may have set an alarm. */
static void row_call(struct vmm *vmm, struct access *a)
{
	call_host(vmm, a);
	alarm_arm(vmm);
}

/* lance_row() - what the time of an access is counted as. */
static enum account_row lance_row(enum lance_port kind, bool here)
{
	if (!here)
		return ROW_PORT_LANCE;
	return kind == LANCE_PORT_RAP ? ROW_PORT_RAP : ROW_PORT_STATUS;
}

/* lance_chip() - what an access to a Lance is counted as. */
static unsigned int lance_chip(enum lance_port kind)
{
	switch (kind) {
	case LANCE_PORT_RAP:
		return CHIP_LANCE_RAP;
	case LANCE_PORT_RDP:
		return CHIP_LANCE_RDP;
	case LANCE_PORT_BDP:
		return CHIP_LANCE_BDP;
	default:
		return CHIP_LANCE_OTHER;
	}
}

/* combine() - may what the guest wants sent wait for another switch? */
static bool combine(struct vmm *vmm, unsigned int nic)
{
	uint32_t frames;

	if (!(vmm->cross->io_path & IO_PATH_combine))
		return false;
	frames = lance_tx_waiting(&vmm->pc.nic[nic].lance,
				  vmm->combine.limit + 1);
	if (!sendcombine_hold(&vmm->combine, vmm_now_ns(vmm), nic, frames))
		return false;
	if (vmm->alarm_ns[ALARM_SEND] == CLOCK_NEVER) {
		vmm->alarm_ns[ALARM_SEND] = sendcombine_due(&vmm->combine);
		alarm_arm(vmm);
	}
	return true;
}

/* needs_host() - the register half says so; is it so, and now? */
static bool needs_host(struct vmm *vmm, unsigned int nic,
		       const struct access *a)
{
	const struct lance *l = &vmm->pc.nic[nic].lance;

	if (lance_has_work(l->regs)) {
		if (!lance_may_wait(l->regs))
			return true;
		if (a->value & CSR0_TDMD)
			return !combine(vmm, nic);
	}
	/* It is said for frames that wait to come in. */
	return lance_has_room(l);
}

static void lance_work_call(struct vmm *vmm, unsigned int nic)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK,
				 .nic = (uint8_t)nic };

	account_begin(&vmm->cpu->rows, ROW_PORT_LANCE);
	vmm_hostcall(vmm, &call);
	alarm_arm(vmm);
}

/* lance_here() - the register half answers; the work half may be called. */
static void lance_here(struct vmm *vmm, unsigned int nic, struct access *a)
{
	struct lance *l = &vmm->pc.nic[nic].lance;

	/* First what the guest has sent before it stops the chip. */
	if (vmm->combine.waiting[nic] &&
	    lance_port_stops(l->regs, a->offset, a->width, a->write, a->value))
		lance_work_call(vmm, nic);
	if (!a->write)
		lance_port_read(l, a->offset, a->width, &a->value);
	else if (lance_port_write(l, a->offset, a->width, a->value) ==
		 CHIP_NEEDS_HOST) {
		if (nic_here(vmm, nic))
			nic_work(vmm, nic);
		else if (needs_host(vmm, nic, a))
			lance_work_call(vmm, nic);
	}
}

/*
 * plain_port() - an address port that is no more than memory: the next access
 * need not come here. Any access that is not 16 bits wide can be the one that
 * makes the registers lie elsewhere (DWIO).
 */
static void plain_port(struct vmm *vmm, enum lance_port kind,
		       const struct access *a, uint16_t *rap)
{
	if (a->width != 2)
		bt_no_plain_port(vmm->cpu);
	else if (kind == LANCE_PORT_RAP &&
		 vmm->cross->io_path & IO_PATH_ports)
		bt_plain_port(vmm->cpu, a->port, rap);
}

/*
 * do_lance() - as in the paper's version 2.0, the address port is answered
 * here and every other one by VMApp.
 */
static void do_lance(struct vmm *vmm, unsigned int nic, struct access *a)
{
	const struct lance_regs *regs = &vmm->cross->pc.lance[nic];
	enum lance_port kind = lance_port_kind(regs, a->offset, a->width,
					       a->write);
	bool here = kind == LANCE_PORT_RAP ||
		    vmm->cross->io_path & IO_PATH_ports;

	vmm->cross->account.ports[lance_chip(kind)]
				 [here ? WORLD_VMM : WORLD_HOST]++;
	if (kind == LANCE_PORT_RDP) {
		vmm->cross->account.csrs[regs->rap % LANCE_CSRS]++;
		if (!a->write && (uint8_t)regs->rap == 0)
			stamps_status(vmm);
	}
	account_begin(&vmm->cpu->rows, lance_row(kind, here));
	if (here)
		lance_here(vmm, nic, a);
	else
		row_call(vmm, a);
	plain_port(vmm, kind, a, &vmm->cross->pc.lance[nic].rap);
}

/* find_lance() - the card whose window holds the port; -1: none. */
static int find_lance(const struct vmm *vmm, uint16_t port)
{
	uint16_t base;
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		base = vmm->cross->pc.nic_window[i].io_base;
		if (base && port >= base && port < base + LANCE_PORTS)
			return (int)i;
	}
	return -1;
}

/* placement_world() - who answers. */
static enum world placement_world(const struct vmm *vmm, unsigned int row)
{
	enum world world = (enum world)placements[row].world;

	if (world == WORLD_PATH)
		world = vmm->cross->io_path & IO_PATH_ports ? WORLD_VMM
							    : WORLD_HOST;
	if (vmm->cross->moved_rows >> row & 1)
		world = world == WORLD_VMM ? WORLD_HOST : WORLD_VMM;
	return world;
}

/* is_pic() - does the row's chip make INTR? */
static bool is_pic(unsigned int row)
{
	return placements[row].chip == CHIP_I8259_MASTER ||
	       placements[row].chip == CHIP_I8259_SLAVE ||
	       placements[row].chip == CHIP_ELCR;
}

static enum account_row placement_row(unsigned int row, enum world world)
{
	if (world == WORLD_HOST)
		return ROW_PORT_SWITCH;
	return is_pic(row) ? ROW_PORT_PIC : ROW_PORT_VMM;
}

/* row_there() - VMApp answers; the chip's outputs may lead here. */
static void row_there(struct vmm *vmm, unsigned int row, struct access *a)
{
	call_host(vmm, a);
	bt_no_plain_port(vmm->cpu);	/* it may have moved a card */
	if (is_pic(row) || placements[row].chip == CHIP_I8254)
		pc_settle(&vmm->pc);
	else
		alarm_arm(vmm);
}

/*
 * row_here() - this world answers; but a byte that finds no room is the host
 * world's to wait with. It has to know when the guest has taken all that it
 * had put in, and when one of the board's own pins is pulled.
 */
static void row_here(struct vmm *vmm, unsigned int row, struct access *a)
{
	const struct hostcall yield = { .kind = HOSTCALL_YIELD };
	struct pc_access part = { .width = a->width, .write = a->write,
				  .value = a->value };
	bool hungry;

	if (!a->write)
		part.value = ones(a->width);
	if (pc_blocked(&vmm->pc, row, a->port, &part)) {
		row_there(vmm, row, a);
		return;
	}
	pc_access(&vmm->pc, row, a->port, &part);
	a->value = part.value & ones(a->width);
	hungry = pc_hungry(&vmm->pc, row);
	if (hungry || atomic_load(&vmm->cross->irq_pins) >> PIN_COUNT)
		vmm_hostcall(vmm, &yield);
}

/* access_one() - an access that is not wider than its chip. */
static void access_one(struct vmm *vmm, unsigned int row, struct access *a)
{
	enum world world = placement_world(vmm, row);

	vmm->cross->account.ports[placements[row].chip][world]++;
	account_begin(&vmm->cpu->rows, placement_row(row, world));
	if (world == WORLD_VMM)
		row_here(vmm, row, a);
	else
		row_there(vmm, row, a);
}

/* access_absent() - nothing there, or the debug-exit port. */
static void access_absent(struct vmm *vmm, struct access *a)
{
	bool exit = a->write && a->port == vmm->cross->debug_exit_port;

	vmm->cross->account.ports[exit ? CHIP_DEBUG_EXIT : CHIP_ABSENT]
				 [exit ? WORLD_HOST : WORLD_VMM]++;
	if (exit)
		call_host(vmm, a);
	else if (!a->write)
		a->value = ones(a->width);
}

static void access_port(struct vmm *vmm, struct access *a)
{
	int nic = find_lance(vmm, a->port), row;
	struct access part;
	unsigned int i;
	uint32_t sum = 0;

	if (nic >= 0) {
		a->offset = (uint16_t)
			(a->port - vmm->cross->pc.nic_window[nic].io_base);
		do_lance(vmm, (unsigned int)nic, a);
		return;
	}
	row = pc_row(a->port);
	if (row < 0 && a->width == 1) {
		access_absent(vmm, a);
	} else if (row >= 0 && a->width <= pc_rows[row].width) {
		access_one(vmm, (unsigned int)row, a);
	} else {
		for (i = 0; i < a->width; i++) {
			part = *a;
			part.width = 1;
			part.port = (uint16_t)(a->port + i);
			part.value = a->value >> 8 * i & 0xff;
			access_port(vmm, &part);
			sum |= part.value << 8 * i;
		}
		a->value = sum;
	}
}

uint32_t ioport_read(void *board, uint16_t port, unsigned int width)
{
	struct access a = { .port = port, .width = (uint8_t)width };

	access_port(board, &a);
	return a.value & ones(width);
}

void ioport_write(void *board, uint16_t port, unsigned int width,
		  uint32_t value)
{
	struct access a = { .port = port, .width = (uint8_t)width,
			    .write = true, .value = value };

	stamps_out(board);
	access_port(board, &a);
	stamps_out_end(board);
}

/* mmio_lance() - the card whose memory window holds the address; -1: none. */
static int mmio_lance(const struct vmm *vmm, paddr addr)
{
	uint32_t base;
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		base = vmm->cross->pc.nic_window[i].mem_base;
		if (base && addr >= base && addr < (paddr)base + LANCE_PORTS)
			return (int)i;
	}
	return -1;
}

/*
 * mmio_access() - the same registers by memory. The host world knows ports
 * only, so a call for it is made by the card's I/O window; a card with memory
 * decoding alone is answered here.
 */
static void mmio_access(struct vmm *vmm, paddr addr, struct access *a)
{
	int nic = mmio_lance(vmm, addr);
	uint16_t io_base;

	if (nic < 0) {
		a->value = ones(a->width);
		return;
	}
	io_base = vmm->cross->pc.nic_window[nic].io_base;
	a->offset = (uint16_t)(addr - vmm->cross->pc.nic_window[nic].mem_base);
	a->port = (uint16_t)(io_base + a->offset);
	if (io_base)
		do_lance(vmm, (unsigned int)nic, a);
	else
		lance_here(vmm, (unsigned int)nic, a);
}

uint32_t ioport_mmio_read(void *board, paddr addr, unsigned int width)
{
	struct access a = { .width = (uint8_t)width };

	mmio_access(board, addr, &a);
	return a.value & ones(width);
}

void ioport_mmio_write(void *board, paddr addr, unsigned int width,
		       uint32_t value)
{
	struct access a = { .width = (uint8_t)width, .write = true,
			    .value = value };

	stamps_out(board);
	mmio_access(board, addr, &a);
	stamps_out_end(board);
}
