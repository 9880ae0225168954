/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the machine as the host world runs it: see board.h.
 *
 * The VMM world may have left anything in the chips' registers, and in which
 * pins they pull. Time is the guest's, as it was when the VMM called.
 */
#include "vmapp/board.h"

#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "vmapp/config/identity.h"
#include "vmapp/nofirmware.h"
#include "vmapp/vm.h"

/* ---- wires ------------------------------------------------------------- */

static uint64_t wire_now(void *board)
{
	return vm_now_ns(((struct board *)board)->vm);
}

static void wire_pin(void *board, unsigned int pin, bool level)
{
	irq_pin_set(((struct board *)board)->vm->cross, pin, level);
}

static void wire_written(void *board, uint64_t addr, size_t len)
{
	dma_log_add(((struct board *)board)->vm->cross, (uint32_t)addr,
		    (uint32_t)len);
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

/* solder_nic() - a PCnet in its slot. @mac: receives its address. */
static void solder_nic(struct board *b, unsigned int i, uint8_t mac[6])
{
	struct nic *nic = &b->nic[i];

	nic->vm = b->vm;
	nic->index = i;
	nic->card = &b->pc.nic[i];
	nic_mac(nic, b->vm->config);
	memcpy(mac, nic->mac, sizeof(nic->mac));
}

void board_init(struct board *b, struct vm *vm)
{
	const struct pc_world world = {
		.self = b, .now_ns = wire_now, .pin = wire_pin,
		.ram = &vm->ram, .ram_written = wire_written,
		.rows = &vm->rows,
		.trip = vm->config->stamps ? &vm->cross->trip : NULL,
		.lance_stats = b->lance_stats,
	};
	uint8_t mac[NIC_MAX][6];
	unsigned int i;

	b->vm = vm;
	b->nic_count = vm->config->nic_count;
	pc_wire(&b->pc, &vm->cross->pc, &world, b->nic_count);
	for (i = 0; i < b->nic_count; i++)
		solder_nic(b, i, mac[i]);
	pc_power_on(&b->pc, (int64_t)time(NULL), mac);
	nofirmware(&b->pc, vm->ram.size);
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
	struct lance *l = &nic->card->lance;

	account_begin(&nic->vm->rows, ROW_LANCE_STATUS);
	if (!a->write)
		lance_port_read(l, offset, a->width, &a->value);
	else if (lance_port_write(l, offset, a->width, a->value) ==
		 CHIP_NEEDS_HOST)
		pcnet_work(nic->card);
}

static void access_debug_exit(struct vm *vm, const struct pc_access *a)
{
	if (!a->write)
		return;
	vm->outcome = VM_DEBUG_EXIT;
	vm->exit_value = (uint8_t)a->value;
}

/* access_row() - a chip of pc.def; there is no room for what it sends: wait
 * until it has been written. */
static void access_row(struct board *b, unsigned int row, uint16_t port,
		       struct pc_access *a)
{
	account_begin(&b->vm->rows, ROW_DEVICES);
	if (pc_blocked(&b->pc, row, port, a))
		lines_wait(b->vm, (unsigned int)pc_rows[row].line);
	pc_access(&b->pc, row, port, a);
}

/* nic_at() - the card whose window holds the port, or NULL. */
static struct nic *nic_at(struct board *b, uint16_t port)
{
	uint16_t base;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		if (!pcnet_pci_io_enabled(&b->pc.nic[i].pci))
			continue;
		base = (uint16_t)pcnet_pci_io_base(&b->pc.nic[i].pci);
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
		pcnet_transmit(&b->pc.nic[i]);
	return atomic_load(pins) & ~before;
}

void board_run_alarms(struct board *b)
{
	uint64_t *at = b->pc.state->alarm_ns + PC_ALARM_NIC0, now = 0;
	unsigned int i;

	for (i = 0; i < b->nic_count; i++) {
		if (at[i] == CLOCK_NEVER)
			continue;
		if (!now)
			now = vm_now_ns(b->vm);
		if (at[i] > now)
			continue;
		at[i] = CLOCK_NEVER;
		pcnet_tick(&b->pc.nic[i]);
	}
}
