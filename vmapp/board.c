/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the machine as the host world runs it: see board.h.
 *
 * The VMM world may have left anything in the chips' registers, and in which
 * pins they pull. Time is the guest's, as it was when the VMM called.
 */
#include "vmapp/board.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_ring.h"
#include "vmapp/identity.h"
#include "vmapp/nofirmware.h"
#include "vmapp/vm.h"

/* ---- wires ------------------------------------------------------------- */

static uint64_t wire_now(void *board)
{
	return vm_now_ns(((struct board *)board)->vm);
}

static void wire_alarm(void *board, unsigned int nic, uint64_t when_ns)
{
	((struct board *)board)->alarm_ns[nic % NIC_MAX] = when_ns;
}

static void wire_pin(void *board, unsigned int pin, bool level)
{
	irq_pin_set(((struct board *)board)->vm->cross, pin, level);
}

/*
 * wire_dma_read() - memory for a card
 *
 * One that may not be bus master does not ask for the bus, so no cycle of it
 * is aborted.
 */
static int wire_dma_read(void *nic, uint64_t addr, void *buf, size_t len)
{
	struct nic *n = nic;
	int err;

	if (!pcnet_pci_bus_master(n->pci))
		return -EFAULT;
	err = guestmem_read(&n->vm->ram, addr, buf, len);
	if (err)
		pcnet_pci_master_abort(n->pci);
	return err;
}

/* dma_written() - a guestmem_written. */
static void dma_written(void *cross, uint64_t key, uint64_t len)
{
	dma_log_add(cross, (uint32_t)key, (uint32_t)len);
}

static int wire_dma_write(void *nic, uint64_t addr, const void *buf,
			  size_t len)
{
	struct nic *n = nic;
	int err;

	if (!pcnet_pci_bus_master(n->pci))
		return -EFAULT;
	err = guestmem_write(&n->vm->ram, addr, buf, len, dma_written,
			     n->vm->cross);
	if (err)
		pcnet_pci_master_abort(n->pci);
	return err;
}

void board_follow_map(struct board *b)
{
	guestmem_follow(&b->vm->ram, &b->vm->cross->pc.memmap);
}

/* wire_mapped() - a pc_world's. */
static void wire_mapped(void *board)
{
	board_follow_map(board);
}

/* ---- the schematic ----------------------------------------------------- */

/* nic_mac() - the address that was given, or what the machine's identity makes
 * it. */
static void nic_mac(struct nic *nic, const struct vm_config *config)
{
	const struct nic_config *card = &config->nic[nic->index];

	if (card->mac_given)
		memcpy(nic->mac, card->mac, sizeof(nic->mac));
	else
		identity_mac(config->identity, nic->index, nic->mac);
}

/* solder_nic() - a PCnet in its slot. */
static void solder_nic(struct board *b, unsigned int i)
{
	struct nic *nic = &b->nic[i];
	struct pc_state *state = b->pc.state;

	nic->vm = b->vm;
	nic->index = i;
	nic->pci = &b->pc.nic[i].pci;
	nic_mac(nic, b->vm->config);
	lance_init(&nic->lance, &state->lance[i], &nic->stats);
	nic->lance.irq = (struct irq_wire){ wire_pin, b, PIN_NIC0 + i };
	nic->lance.clock = (struct clock_wire){ wire_now, wire_alarm, b, i };
	nic->lance.dma = (struct dma_wire){ wire_dma_read, wire_dma_write,
					    nic };
	nic->lance.cable = (struct cable_wire){ nic_send, nic, i };
	nic->lance.eeprom = &state->eeprom[i];
	lance_eeprom_program(nic->lance.eeprom, nic->mac);
	eeprom_93c46_power_on(nic->lance.eeprom);
	lance_hard_reset(&nic->lance);
	b->alarm_ns[i] = CLOCK_NEVER;
}

void board_init(struct board *b, struct vm *vm)
{
	const struct pc_world world = {
		.self = b, .now_ns = wire_now, .pin = wire_pin,
		.mapped = wire_mapped,
	};
	unsigned int i;

	b->vm = vm;
	b->nic_count = vm->config->nic_count;
	pc_wire(&b->pc, &vm->cross->pc, &world, b->nic_count);
	pc_power_on(&b->pc, (int64_t)time(NULL), &vm->ram.parts);
	for (i = 0; i < b->nic_count; i++)
		solder_nic(b, i);
	nofirmware(&b->pc, vm->ram.size);
	board_follow_map(b);
}

bool board_plug(struct board *b)
{
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		const struct nic_config *c = &b->vm->config->nic[i];

		if (!nic_plug(&b->nic[i], c))
			continue;
		log_error("network %s: %s", c->network, b->nic[i].net.why);
		return false;
	}
	return true;
}

void board_unplug(struct board *b)
{
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		nic_unplug(&b->nic[i]);
}

/* ---- ports ------------------------------------------------------------- */

static void access_lance(struct nic *nic, unsigned int offset,
			 struct pc_access *a)
{
	account_begin(&nic->vm->rows, ROW_LANCE_STATUS);
	if (!a->write)
		lance_port_read(&nic->lance, offset, a->width, &a->value);
	else if (lance_port_write(&nic->lance, offset, a->width,
				  a->value) == CHIP_NEEDS_HOST)
		nic_work(nic);
}

static void access_debug_exit(struct vm *vm, const struct pc_access *a)
{
	if (!a->write)
		return;
	vm->outcome = VM_DEBUG_EXIT;
	vm->exit_value = (uint8_t)a->value;
}

/* access_row() - a chip of pc.def; there is no room for what COM1 sends: wait
 * until it has been written. */
static void access_row(struct board *b, unsigned int row, uint16_t port,
		       struct pc_access *a)
{
	account_begin(&b->vm->rows, ROW_DEVICES);
	if (pc_blocked(&b->pc, row, port, a))
		conout_wait(b->vm);
	pc_access(&b->pc, row, port, a);
}

/* nic_at() - the card whose window holds the port, or NULL. */
static struct nic *nic_at(struct board *b, uint16_t port)
{
	uint16_t base;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		if (!pcnet_pci_io_enabled(b->nic[i].pci))
			continue;
		base = (uint16_t)pcnet_pci_io_base(b->nic[i].pci);
		if (base && port >= base && port < base + LANCE_PORTS)
			return &b->nic[i];
	}
	return NULL;
}

/* board_access() - find the chip; what is not there reads as ones. */
static void board_access(struct board *b, uint16_t port, struct pc_access *a)
{
	struct nic *nic = nic_at(b, port);
	int row = pc_row(port);

	if (nic)
		access_lance(nic, port & (LANCE_PORTS - 1), a);
	else if (row >= 0)
		access_row(b, (unsigned int)row, port, a);
	else if (port == b->vm->config->debug_exit_port)
		access_debug_exit(b->vm, a);
}

uint32_t board_port_read(struct board *b, uint16_t port, unsigned int width)
{
	struct pc_access a = { .width = (uint8_t)width,
			       .value = 0xffffffff };

	board_access(b, port, &a);
	return a.value;
}

void board_port_write(struct board *b, uint16_t port, unsigned int width,
		      uint32_t value)
{
	struct pc_access a = { .width = (uint8_t)width, .write = true,
			       .value = value };

	board_access(b, port, &a);
}

/* ---- time -------------------------------------------------------------- */

bool board_send(struct board *b)
{
	_Atomic uint32_t *pins = &b->vm->cross->irq_pins;
	uint32_t before = atomic_load(pins);
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		nic_transmit(&b->nic[i]);
	return atomic_load(pins) & ~before;
}

uint64_t board_next_alarm(const struct board *b)
{
	uint64_t first = CLOCK_NEVER;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++)
		first = MIN(first, b->alarm_ns[i]);
	return first;
}

void board_run_alarms(struct board *b)
{
	uint64_t now;
	unsigned int i;

	if (board_next_alarm(b) == CLOCK_NEVER)
		return;
	now = vm_now_ns(b->vm);
	for (i = 0; i < b->nic_count; i++) {
		if (b->alarm_ns[i] > now)
			continue;
		b->alarm_ns[i] = CLOCK_NEVER;
		nic_tick(&b->nic[i]);
	}
}
