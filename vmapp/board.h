/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the host world's half of the motherboard.
 *
 * The chips whose accesses may start real I/O, the PCI bus with its decoders,
 * and the work half of each Lance.
 */
#ifndef VMAPP_BOARD_H
#define VMAPP_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/i8042.h"
#include "devices/mc146818.h"
#include "devices/pci.h"
#include "devices/piix4_pm.h"
#include "devices/port92.h"
#include "vmapp/nic.h"
#include "vmdriver/crosspage.h"

struct vm;

/* Whose alarm it is; one clock wire each. */
enum board_alarm {
	BOARD_ALARM_RTC, BOARD_ALARM_COM1,
	BOARD_ALARM_NIC0,	/* and one for each card after it */
	BOARD_ALARM_COUNT = BOARD_ALARM_NIC0 + NIC_MAX
};

struct board {
	struct vm *vm;
	uint64_t alarm_ns[BOARD_ALARM_COUNT];	/* guest time */

	struct pci_bus pci;
	struct pci_bus_regs pci_regs;
	struct pci_config i440fx, piix3;
	struct piix4_pm pm;
	struct piix4_pm_regs pm_regs;
	struct mc146818 rtc;
	struct mc146818_regs rtc_regs;
	struct i8042 kbc;
	struct i8042_regs kbc_regs;
	struct port92 port92;
	struct port92_regs port92_regs;
	struct com1 com1;
	struct nic nic[NIC_MAX];
	unsigned int nic_count;
};

/* board_init() - solder the chips and reset them. */
void board_init(struct board *board, struct vm *vm);

/* board_plug() - plug the cards into their networks; Return: false if one
 * can not be, which is explained. */
bool board_plug(struct board *board);
void board_unplug(struct board *board);

/* A port access that the VMM world passed on. @width: 1, 2 or 4. */
uint32_t board_port_read(struct board *board, uint16_t port,
			 unsigned int width);
void board_port_write(struct board *board, uint16_t port, unsigned int width,
		      uint32_t value);

/**
 * board_send() - send what send combining has left in the cards' rings
 *
 * Called whenever this world gets the CPU, before anything else.
 *
 * Return: true if a card asks for an interrupt because of it.
 */
bool board_send(struct board *board);

/* board_run_alarms() - tick the chips whose time has come. */
void board_run_alarms(struct board *board);
/* board_next_alarm() - when the next is due; guest time or CLOCK_NEVER. */
uint64_t board_next_alarm(const struct board *board);

#endif
