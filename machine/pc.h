/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc.h - one PC: its chips, how they are wired, and who answers a port.
 *
 * Each world has a struct pc of its own: handles on the same registers (struct
 * pc_state), and what the world itself is good for (struct pc_world). Whoever
 * owns the CPU may call anything here.
 *
 * 1. pc.c is the only place that connects pins.
 * 2. What a PCnet is plugged into is its world's own (struct pcnet_plug).
 */
#ifndef MACHINE_PC_H
#define MACHINE_PC_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/input.h"
#include "devices/disk/piix3_ide.h"
#include "devices/medium.h"
#include "machine/pcnet.h"
#include "machine/state.h"
#include "vmdriver/account.h"
#include "vmdriver/guestmem.h"
#include "vmdriver/stamps.h"

#define PC_PM_BASE	0x600u	/* the ACPI block's first port: pc.def */

/* What a world does for the chips. A pointer that is NULL is a wire that is
 * not connected. */
struct pc_world {
	void *self;
	uint64_t (*now_ns)(void *self);		/* guest time */
	/* guest time, for a guest that reads a clock by a port and may do so in
	 * a loop. NULL: now_ns() is called */
	uint64_t (*poll_ns)(void *self);
	void (*alarm)(void *self);	/* a time in alarm_ns[] has changed */
	void (*pin)(void *self, unsigned int pin, bool level);
	void (*timer)(void *self, unsigned int pin, bool level); /* PIN_PIT */
	void (*intr)(void *self, unsigned int pin, bool level);	/* the 8259s */
	void (*a20)(void *self, unsigned int pin, bool level);
	/* a PCI function's windows or a card's IRQ line have changed */
	void (*moved)(void *self);
	void (*mapped)(void *self);	/* the address map has changed */

	/* Guest memory, as bus masters reach it; NULL: they reach nothing. */
	struct guestmem *ram;
	/* is told what a bus master has written */
	guestmem_written *ram_written;

	/* Accounts; kept, not owned. */
	struct account_rows *rows;	/* NULL: nobody asks */
	struct trip_stamps *trip;	/* times of a frame; NULL: not taken */
	struct lance_stats *lance_stats;	/* NIC_MAX of them */

	/* What each of PC_DRIVES drives is plugged into; copied. NULL: in this
	 * world none is. */
	const struct medium_wire *media;
	/* A buffer for each of IDE_CHANNELS channels; both worlds have them. */
	uint8_t (*ide_buffer)[IDE_BUFFER];

	uint32_t debug_exit_port;	/* or DEBUG_EXIT_NONE (options.h) */
};

struct pc {
	struct pc_state *state;
	struct pc_world world;

	struct i8259_pair pic;
	struct i8254 pit;
	struct port61 port61;
	struct i8042 kbc;
	struct ps2_keyboard keyboard;
	struct ps2_mouse mouse;
	struct vmmouse vmmouse;
	struct mc146818 rtc;
	struct port92 port92;
	struct piix4_pm pm;
	struct fw_cfg fw_cfg;
#define LINE(id, name, kind, first, count, world, irq) struct kind name;
#include "machine/pc.def"
	void *at_line[PC_LINES];	/* those: the chip at each line */
	struct pci_bus pci;
	uint32_t funcs;		/* bits: enum pc_func that are there */
	struct pcnet nic[NIC_MAX];
	struct ide_channel ide[IDE_CHANNELS];
	struct vga vga;
	struct i8237 dma;
	struct i82077aa floppy;
	unsigned int nics;
	struct account_rows no_rows;
};

/**
 * pc_wire() - make a world's handles
 * @state: in the cross page; kept
 * @world: copied
 * @nics: cards in their slots, 0 to NIC_MAX
 */
void pc_wire(struct pc *pc, struct pc_state *state,
	     const struct pc_world *world, unsigned int nics);

/**
 * pc_power_on() - reset every chip; once, by VMApp
 * @utc_s: the time of day, in seconds of the Unix epoch
 * @memory: what memory there is
 * @mac: of each card, its maker's address
 */
void pc_power_on(struct pc *pc, int64_t utc_s, const struct memfile *memory,
		 const uint8_t (*mac)[6]);

/* pc_work() - do the work that the register half of @worker's chip has left to
 * its work half. @worker: any number; one that is no chip's does nothing. */
void pc_work(struct pc *pc, enum pc_worker worker);

/**
 * pc_drive_plug() - put a drive into the machine; once, after pc_power_on()
 * @kind: of an IDE drive: disk or CD-ROM; not looked at for a floppy drive
 * @info: the medium that is in it; copied
 */
void pc_drive_plug(struct pc *pc, enum pc_drive drive, enum ide_kind kind,
		   const struct medium_info *info);

/* pc_drive_locked() - has the guest locked the drive's tray? */
bool pc_drive_locked(const struct pc *pc, enum pc_drive drive);

/* pc_medium_set() - another medium is in @drive, or none. @info: copied. */
void pc_medium_set(struct pc *pc, enum pc_drive drive,
		   const struct medium_info *info);

/* pc_medium_done() - the request of @drive that was begun with @tag has ended
 * (devices/medium.h). */
void pc_medium_done(struct pc *pc, enum pc_drive drive, uint32_t tag,
		    enum medium_result result);

/* pc_disk() - Return: what is in IDE drive @drive, which is a disk; NULL: it is
 * none. */
const struct medium_info *pc_disk(const struct pc *pc, enum pc_drive drive);

/* pc_floppy_type() - Return: the enum floppy_type of floppy drive @drive, 0 or
 * 1. */
uint8_t pc_floppy_type(const struct pc *pc, unsigned int drive);

/**
 * pc_func_config() - write a register in a PCI function's configuration space,
 * as a configuration cycle of the guest does
 * @func: the function; if this machine has none such, nothing happens
 * @off: the register, 0 to 255
 * @width: bytes: 1, 2 or 4
 */
void pc_func_config(struct pc *pc, enum pc_func func, uint32_t off,
		    unsigned int width, uint32_t value);

/* pc_route() - route PIRQ @pirq (0-3) to IRQ line @line, as firmware does. */
void pc_route(struct pc *pc, unsigned int pirq, uint8_t line);

/* pc_shadow() - make C0000-FFFFF RAM, as firmware does. */
void pc_shadow(struct pc *pc);

/* pc_nic_slot() - Return: the slot of card @nic on the PCI bus. */
unsigned int pc_nic_slot(unsigned int nic);

/* pc_nic_pirq() - Return: the PIRQ (0-3) that card @nic's INTA is wired to. */
unsigned int pc_nic_pirq(unsigned int nic);

/* pc_alarm_next() - Return: the earliest alarm of any chip, in guest time, or
 * CLOCK_NEVER. */
uint64_t pc_alarm_next(const struct pc *pc);

/* pc_settle() - drive the outputs of the interrupt controllers and the timer
 * in this world: the other one may have changed their registers. */
void pc_settle(struct pc *pc);

/* ---- ports.c ---- */

enum pc_space { PC_SPACE_IO, PC_SPACE_MEM };

/* One access; not wider than its row says. */
struct pc_access {
	uint32_t at;		/* offset in the chip; set by pc_access() */
	uint8_t card;		/* which PCnet, if one; set by pc_access() */
	uint8_t width;		/* bytes: 1, 2 or 4 */
	bool write;
	uint8_t answer;		/* enum chip_answer: what is left to do */
	uint8_t worker;		/* by whom: enum pc_worker */
	uint32_t value;		/* to be written, or what was read */
};

/* A row of pc.def. */
struct pc_row {
	const char *name;	/* of a window or a jumper; else NULL */
	uint32_t first, count;
	uint16_t at;		/* offset of its first port in the chip */
	uint8_t width;		/* bytes: the widest single access */
	uint8_t space;		/* enum pc_space */
	uint8_t func, bar;	/* of a window: enum pc_func */
	uint8_t owner;		/* of a region: enum pcmap_owner */
	int8_t line;		/* enum pc_line, or -1: ask by access() */
	uint8_t chip, world;	/* enum chip_id, enum world */
	void (*access)(struct pc *pc, struct pc_access *a);
};

/* Rows are numbered: ports, windows (from PC_ROW_WINDOWS on), regions,
 * jumpers. */
enum {
	PC_ROW_WINDOWS = 0
#define PORTS(chip, first, count, width, world, access, at) + 1
#include "machine/pc.def"
	, PC_ROW_REGIONS = PC_ROW_WINDOWS + PC_WINDOWS,
	PC_ROW_JUMPERS = PC_ROW_REGIONS
#define REGION(name, chip, owner, first, count, width, world, access) + 1
#include "machine/pc.def"
	, PC_ROWS = PC_ROW_JUMPERS
#define JUMPER(name, chip, width, world, access) + 1
#include "machine/pc.def"
};

extern const struct pc_row pc_rows[PC_ROWS];

/* pc_row() - Return: the number of the row PORTS or LINE that has @port, or
 * -1. */
int pc_row(uint16_t port);

/* pc_row_named() - Return: the number of the window, region or jumper that is
 * called @name, or -1. */
int pc_row_named(const char *name);

/**
 * pc_find() - which row answers for a port or an address?
 * @at: port or guest-physical address, by @space
 * @offset: receives how far it is from the row's first
 *
 * Return: the number of a row, or -1 if nobody does.
 */
int pc_find(const struct pc *pc, enum pc_space space, uint64_t at,
	    uint32_t *offset);

/* pc_chip() - Return: the enum chip_id that the access is counted as. A PCnet
 * has one for each kind of register. @offset: as pc_find() gave it. */
unsigned int pc_chip(const struct pc *pc, unsigned int row, uint32_t offset,
		     const struct pc_access *a);

/* pc_blocked() - would the access send a byte for which its line has no room?
 * Then the caller waits for room before it makes the access. */
bool pc_blocked(const struct pc *pc, unsigned int row, uint32_t offset,
		const struct pc_access *a);

/**
 * pc_access() - have a row's chip answer
 * @offset: from the row's first port or byte, less than its count
 * @a: width, write and value are the caller's; the rest is filled in. What the
 *	chip does not drive on a read stays in a->value as it was
 */
void pc_access(struct pc *pc, unsigned int row, uint32_t offset,
	       struct pc_access *a);

/* pc_is_window() - is @row placed by a PCI function's base address register? */
static inline bool pc_is_window(unsigned int row)
{
	return row >= PC_ROW_WINDOWS && row < PC_ROW_REGIONS;
}

/* pc_is_card() - is @row a PCnet's? Then its func is the card's number. */
static inline bool pc_is_card(unsigned int row)
{
	return pc_is_window(row) && pc_rows[row].func < NIC_MAX;
}

/* pc_hungry() - after an access to @row: has the guest taken all that came by
 * the row's line, and does VMApp want to be told? True once for each time that
 * VMApp asked. */
bool pc_hungry(const struct pc *pc, unsigned int row);

/* pc_lines_reset() - reset the chips at lines of bytes; for pc_power_on(). */
void pc_lines_reset(struct pc *pc);

/* pc_line_look() - tell the chip at @line (enum pc_line) that there may be
 * bytes for it, or room. */
void pc_line_look(struct pc *pc, unsigned int line);

/* pc_line_tick() - the alarm of the chip at @line rang. */
void pc_line_tick(struct pc *pc, unsigned int line);

/* pc_halted() - tell the chips at lines that the guest has halted. Return: true
 * if one of them took this as "the guest listens", so an interrupt may be
 * due. */
bool pc_halted(struct pc *pc);

/* pc_line_find() - Return: the line of the machine's @n-th chip (from 0) of a
 * kind, as pc.def's column "kind" spells it; -1: there is none. */
int pc_line_find(const char *kind, unsigned int n);

/* pc_line_port() - Return: the first port of the chip at @line. */
uint16_t pc_line_port(unsigned int line);

/* What users call the chip at each line: "COM1". */
extern const char *const pc_line_names[PC_LINES];

#endif
