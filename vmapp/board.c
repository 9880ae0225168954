/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.c - the machine as the host world runs it: see board.h.
 *
 * The chips' registers and pins may hold anything: the VMM world writes them
 * too. Time is guest time, and stands still at the moment of the VMM's call.
 */
#include "vmapp/board.h"

#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/log.h"
#include "vmapp/config/identity.h"
#include "vmapp/boot/firmware.h"
#include "vmapp/boot/nofirmware.h"
#include "vmapp/vm.h"

/* ---- wires ------------------------------------------------------------- */

static uint64_t wire_now(void *board)
{
	return vm_now_ns(((struct board *)board)->vm);
}

static void wire_pin(void *board, unsigned int pin, bool level)
{
	struct crosspage *cross = ((struct board *)board)->vm->cross;

	/* It may rise again before the VMM looks: that is an edge. */
	if (irq_pin_set(cross, pin, level) && !level)
		atomic_fetch_or(&cross->irq_fell, 1u << (pin & 31));
}

static void wire_written(void *board, uint64_t key, uint64_t len)
{
	dma_log_add(((struct board *)board)->vm->cross, (uint32_t)key,
		    (uint32_t)len);
}

void board_follow_map(struct board *b)
{
	guestmem_follow(&b->vm->ram, &b->vm->cross->pc.memmap);
}

/* wire_mapped() - a pc_world's: the address map has changed. */
static void wire_mapped(void *board)
{
	board_follow_map(board);
}

/* ---- the schematic ----------------------------------------------------- */

/* solder_nic() - put card @i into its slot. @mac: receives its address. */
static void solder_nic(struct board *b, unsigned int i, uint8_t mac[6])
{
	struct nic *nic = &b->nic[i];

	nic->vm = b->vm;
	nic->index = i;
	nic->card = &b->pc.nic[i];
	identity_card(b->vm->config, i, nic->mac);
	memcpy(mac, nic->mac, sizeof(nic->mac));
}

/* solder_drives() - put in the drives that the user asked for; power is on. */
static void solder_drives(struct board *b)
{
	static const uint8_t ide[DRIVE_KINDS] = { [DRIVE_DISK] = IDE_DISK,
						  [DRIVE_CDROM] = IDE_CDROM };
	unsigned int i;

	for (i = 0; i < PC_DRIVES; i++)
		if (b->vm->config->drive[i].kind != DRIVE_NONE)
			pc_drive_plug(&b->pc, (enum pc_drive)i,
				      ide[b->vm->config->drive[i].kind],
				      disk_info(&b->vm->disk[i]));
}

void board_init(struct board *b, struct vm *vm)
{
	struct medium_wire media[PC_DRIVES];
	const struct pc_world world = {
		.self = b, .now_ns = wire_now, .pin = wire_pin,
		.ram = &vm->ram, .ram_written = wire_written,
		.rows = &vm->rows,
		.trip = vm->config->options.stamps ? &vm->cross->trip : NULL,
		.lance_stats = b->lance_stats,
		.debug_exit_port = vm->config->options.debug_exit_port,
		.mapped = wire_mapped,
		.ide_buffer = vm->cross->ide_buffer, .media = media,
	};
	uint8_t mac[NIC_MAX][6];
	unsigned int i;

	b->vm = vm;
	b->nic_count = vm->config->nic_count;
	disks_wire(vm, media);
	pc_wire(&b->pc, &vm->cross->pc, &world, b->nic_count);
	for (i = 0; i < b->nic_count; i++)
		solder_nic(b, i, mac[i]);
	pc_power_on(&b->pc, battery_time(&vm->kept->battery), &vm->ram.parts,
		    mac);
	battery_begin(&vm->kept->battery, &b->pc.rtc);
	solder_drives(b);
	if (vm->config->kernel)
		nofirmware(&b->pc, vm->ram.size, firmware_font(&vm->firmware));
	else
		firmware_board(&b->pc, vm->config);
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

/* ---- accesses ----------------------------------------------------------- */

void board_access(struct board *b, enum pc_space space, uint32_t at,
		  struct pc_access *a)
{
	uint32_t offset;
	int row = pc_find(&b->pc, space, at, &offset);

	if (row < 0)
		return;
	account_begin(&b->vm->rows, pc_is_card((unsigned int)row) ?
					    ROW_LANCE_STATUS :
					    ROW_DEVICES);
	if (pc_blocked(&b->pc, (unsigned int)row, offset, a))
		lines_wait(b->vm, (unsigned int)pc_rows[row].line);
	pc_access(&b->pc, (unsigned int)row, offset, a);
	if (a->answer != CHIP_DONE)
		pc_work(&b->pc, (enum pc_worker)a->worker);
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
