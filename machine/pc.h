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
	/* the same; the guest reads a clock by a port. NULL: now_ns */
	uint64_t (*poll_ns)(void *self);
	void (*alarm)(void *self);	/* one in the state was set anew */
	void (*pin)(void *self, unsigned int pin, bool level);
	void (*timer)(void *self, unsigned int pin, bool level); /* PIN_PIT */
	void (*intr)(void *self, unsigned int pin, bool level);	/* the 8259s */
	void (*a20)(void *self, unsigned int pin, bool level);
	/* a card's windows are elsewhere, or another line is its own */
	void (*moved)(void *self);
	void (*mapped)(void *self);	/* the address map is another */

	/* Bus masters: what they reach (NULL: nothing), and have written. */
	struct guestmem *ram;
	guestmem_written *ram_written;

	/* Accounts; kept. What it is busy with (NULL: nobody asks), the way of
	 * a frame (NULL: it is not measured), and NIC_MAX Lances' counters. */
	struct account_rows *rows;
	struct trip_stamps *trip;
	struct lance_stats *lance_stats;

	/* Drives: what each is plugged into (NULL: nothing, in this world), and
	 * a buffer for each IDE channel, which both worlds have. */
	const struct medium_wire *media;	/* PC_DRIVES; copied */
	uint8_t (*ide_buffer)[IDE_BUFFER];	/* IDE_CHANNELS */

	uint32_t debug_exit_port;	/* no port, 0xffffffff: there is none */
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

/* pc_work() - a chip's register half left work for its other half: do it. */
void pc_work(struct pc *pc, enum pc_worker worker);

/**
 * pc_drive_plug() - a drive is there; at power-on
 * @kind: enum ide_kind, of an IDE drive
 * @info: what is in it
 */
void pc_drive_plug(struct pc *pc, enum pc_drive drive, enum ide_kind kind,
		   const struct medium_info *info);

/* pc_drive_locked() - does the guest want nobody to open the tray? */
bool pc_drive_locked(const struct pc *pc, enum pc_drive drive);

/* pc_medium_set() / pc_medium_done() - see devices/medium.h: another medium is
 * in a drive; a request of it has ended. */
void pc_medium_set(struct pc *pc, enum pc_drive drive,
		   const struct medium_info *info);
void pc_medium_done(struct pc *pc, enum pc_drive drive, uint32_t tag,
		    enum medium_result result);

/* pc_floppy_type() - of a floppy drive, 0 or 1: enum floppy_type. */
uint8_t pc_floppy_type(const struct pc *pc, unsigned int drive);

/* pc_ide_config() - as pc_nic_config(), of the IDE function. */
void pc_ide_config(struct pc *pc, uint32_t off, unsigned int width,
		   uint32_t value);

/* pc_nic_config() - write a card's PCI register, as a configuration cycle
 * does. */
void pc_nic_config(struct pc *pc, unsigned int nic, uint32_t off,
		   unsigned int width, uint32_t value);

/* pc_vga_config() - the same, of the VGA's, which has no memory (and is not
 * there) unless the memory file has. */
void pc_vga_config(struct pc *pc, uint32_t off, unsigned int width,
		   uint32_t value);

/* pc_route() - as firmware: PIRQ @pirq (0-3) is that IRQ line. */
void pc_route(struct pc *pc, unsigned int pirq, uint8_t line);

/* pc_shadow() - as firmware: C0000-FFFFF is RAM. */
void pc_shadow(struct pc *pc);

/* pc_nic_slot() - of the PCI bus. */
unsigned int pc_nic_slot(unsigned int nic);

/* pc_nic_pirq() - which PIRQ a card's INTA is wired to. */
unsigned int pc_nic_pirq(unsigned int nic);

/* pc_alarm_next() - the earliest in the state, or CLOCK_NEVER. */
uint64_t pc_alarm_next(const struct pc *pc);

/* pc_settle() - the other world may have answered for the interrupt
 * controllers or the timer: drive their outputs here. */
void pc_settle(struct pc *pc);

/* ---- ports.c ---- */

enum pc_space { PC_SPACE_IO, PC_SPACE_MEM };

/* One access; not wider than its row says. */
struct pc_access {
	uint32_t at;		/* as the chip calls it: pc_access() sets it */
	uint8_t card;		/* of a PCnet: which one; the same */
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
	uint16_t at;
	uint8_t width, space;
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

/* pc_row() - that always has a port; Return: its number, or -1. */
int pc_row(uint16_t port);

/* pc_row_named() - a window, a region or a jumper; Return: its number, or
 * -1. */
int pc_row_named(const char *name);

/**
 * pc_find() - who answers?
 * @at: port or guest-physical address
 * @offset: receives how far it is from the row's first
 *
 * Return: the number of a row, or -1 if nobody does.
 */
int pc_find(const struct pc *pc, enum pc_space space, uint64_t at,
	    uint32_t *offset);

/* pc_chip() - what an access is counted as: enum chip_id. Of a PCnet, which
 * register it reaches. */
unsigned int pc_chip(const struct pc *pc, unsigned int row, uint32_t offset,
		     const struct pc_access *a);

/* pc_blocked() - would it send a byte that finds no room in its line? Then it
 * is not to be made now. */
bool pc_blocked(const struct pc *pc, unsigned int row, uint32_t offset,
		const struct pc_access *a);

/* pc_access() - the chip answers. @offset: below the row's count. */
void pc_access(struct pc *pc, unsigned int row, uint32_t offset,
	       struct pc_access *a);

/* pc_is_window() - does a PCI function say where it is? */
static inline bool pc_is_window(unsigned int row)
{
	return row >= PC_ROW_WINDOWS && row < PC_ROW_REGIONS;
}

/* pc_is_card() - is it a PCnet's? Then its func is the card's number. */
static inline bool pc_is_card(unsigned int row)
{
	return pc_is_window(row) && pc_rows[row].func < NIC_MAX;
}

/* pc_hungry() - after an access to @row: is VMApp to be told that the guest has
 * taken all that came by its line? */
bool pc_hungry(const struct pc *pc, unsigned int row);

/* pc_lines_reset() - of pc_power_on(): reset the chips at lines of bytes. */
void pc_lines_reset(struct pc *pc);

/* pc_line_look() - there may be bytes in the line, or room: tell its chip. */
void pc_line_look(struct pc *pc, unsigned int line);

/* pc_line_tick() - the alarm of its chip rang. */
void pc_line_tick(struct pc *pc, unsigned int line);

/* pc_halted() - the guest waits for interrupts. Return: true if it may have
 * one now, of bytes that came by a line. */
bool pc_halted(struct pc *pc);

/* pc_line_find() - the line of the machine's @n-th chip of a kind (pc.def),
 * from 0; -1: there is none. */
int pc_line_find(const char *kind, unsigned int n);

/* pc_line_port() - the first port of the chip at a line. */
uint16_t pc_line_port(unsigned int line);

/* What a chip at a line is called, for users: "COM1". */
extern const char *const pc_line_names[PC_LINES];

#endif
