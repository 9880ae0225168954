/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - the registers of all chips of the machine, in one struct.
 *
 * It lies in the cross page: either world may be the next to run a chip, if it
 * owns the CPU.
 *
 * 1. Plain data, no pointers: with RAM and the processor's registers it is
 *    what a snapshot of the machine would hold.
 * 2. Any content is safe (devices/wires.h): each world takes it as hostile.
 */
#ifndef MACHINE_STATE_H
#define MACHINE_STATE_H

#include <stdint.h>

#include "devices/disk/i82077aa.h"
#include "devices/disk/ide.h"
#include "devices/eeprom_93c46.h"
#include "devices/fw_cfg.h"
#include "devices/i8042.h"
#include "devices/i8237.h"
#include "devices/i8254.h"
#include "devices/i8259.h"
#include "devices/input/ps2_keyboard.h"
#include "devices/input/ps2_mouse.h"
#include "devices/input/vmmouse.h"
#include "devices/lance_regs.h"
#include "devices/mc146818.h"
#include "devices/pci.h"
#include "devices/pcnet_pci.h"
#include "devices/piix4_pm.h"
#include "devices/port61.h"
#include "devices/port92.h"
#include "devices/video/vga.h"
#include "machine/byte_line.h"
#include "machine/memmap.h"
#define PC_KINDS
#include "machine/pc.def"

#define NIC_MAX		4u

#define IDE_CHANNELS	2u

/* Drives by number: two for each IDE channel, then the floppy drives. */
enum pc_drive {
	DRIVE_IDE0, DRIVE_IDE3 = DRIVE_IDE0 + 2 * IDE_CHANNELS - 1,
	DRIVE_FLOPPY0, DRIVE_FLOPPY1,
	PC_DRIVES
};

/* Lines of bytes: the rows LINE of pc.def. */
enum pc_line {
#define LINE(id, name, kind, first, count, world, irq) LINE_##id,
#include "machine/pc.def"
	PC_LINES
};

/* Pins of chips: first those that pull interrupt lines, then those that lead to
 * the board itself. Each is a bit of one word, the cross page's irq_pins. */
enum pc_pin {
	PIN_PIT, PIN_KEYBOARD, PIN_RTC, PIN_SCI, PIN_MOUSE, PIN_FERR,
	PIN_NIC0, PIN_NIC1, PIN_NIC2, PIN_NIC3,
	PIN_IDE0, PIN_IDE1, PIN_FLOPPY,
	PIN_LINE0,		/* of a line of bytes: + enum pc_line */
	PIN_COUNT = PIN_LINE0 + PC_LINES,
	PIN_RESET = PIN_COUNT,	/* the machine is reset */
	PIN_POWER_OFF,		/* the machine ends */
	PIN_DEBUG_EXIT,		/* it ends; the state's debug_exit says how */
};

#define LINE_NONE 0xffu	/* a pin that is routed nowhere */

/* Alarms, one for each chip with a clock wire. The VMM world runs them; a
 * PCnet's is run by the world that moves the card's frames. */
enum pc_alarm {
	PC_ALARM_PIT, PC_ALARM_RTC, PC_ALARM_KEYBOARD, PC_ALARM_KBC,
	PC_ALARM_FLOPPY, PC_ALARM_PM,
	PC_ALARM_NIC0,
	PC_ALARM_LINE0 = PC_ALARM_NIC0 + NIC_MAX,	/* + enum pc_line */
	PC_ALARMS = PC_ALARM_LINE0 + PC_LINES
};

/* PCI functions that have rows WINDOW in pc.def. */
enum pc_func {
	FUNC_NIC0, FUNC_NIC1, FUNC_NIC2, FUNC_NIC3,
	FUNC_IDE,
	FUNC_VGA,
	PC_FUNCS
};

/* Chips with a work half, which HOSTCALL_CHIP_WORK asks for. */
enum pc_worker {
	WORK_NIC0, WORK_NIC1, WORK_NIC2, WORK_NIC3,
	WORK_IDE0, WORK_IDE1, WORK_FLOPPY,
	PC_WORKERS
};

/* Windows: rows of pc.def that PCI functions place. */
enum pc_window {
#define WINDOW(name, chip, func, bar, space, count, width, world, access) \
	WINDOW_##name,
#include "machine/pc.def"
	PC_WINDOWS
};

/* Where a window is. The function's registers say so; it is kept here as well,
 * since each access of the guest needs it. */
struct pc_place {
	uint32_t base;		/* first port or address */
	uint32_t shown;		/* 0: the window is closed */
};

struct pc_state {
	uint64_t alarm_ns[PC_ALARMS];	/* guest time, or CLOCK_NEVER */
	uint8_t pin_line[PIN_COUNT];	/* IRQ line, or LINE_NONE */
	uint8_t a20_shut;		/* not 0: address line 20 is held low */
	uint8_t debug_exit;		/* written to --debug-exit's port */
	struct memmap_state memmap;

	struct i8259_regs pic[2];	/* master, slave */
	struct i8254_regs pit;
	struct port61_regs port61;
	struct i8042_regs kbc;
	struct ps2_keyboard_regs keyboard;
	struct ps2_mouse_regs mouse;
	struct vmmouse_regs vmmouse;
	struct mc146818_regs rtc;
	struct port92_regs port92;
	struct piix4_pm_regs pm;
	struct fw_cfg_regs fw_cfg;
#define LINE(id, name, kind, first, count, world, irq) struct kind##_regs name;
#include "machine/pc.def"
	struct byte_line line[PC_LINES]; /* the chips' ends of it: [owner] */
	struct pci_bus_regs pci;
	struct pci_config i440fx, piix3, piix3_ide, piix4;

	struct pc_place place[PC_WINDOWS];
	struct pcnet_pci_regs nic_pci[NIC_MAX];
	struct lance_regs lance[NIC_MAX];
	struct eeprom_93c46 eeprom[NIC_MAX];	/* of each card */
	struct ide_regs ide[IDE_CHANNELS];
	struct pci_config vga_pci;
	struct vga_regs vga;
	struct i8237_regs dma;
	struct i82077aa_regs floppy;
};

#endif
