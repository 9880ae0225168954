/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the machine (machine/pc.h) as the host world runs it, and the work
 * half of each Lance.
 */
#ifndef VMAPP_BOARD_H
#define VMAPP_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"
#include "vmapp/nic.h"

struct vm;

struct board {
	struct vm *vm;
	struct pc pc;
	struct nic nic[NIC_MAX];
	unsigned int nic_count;
	uint64_t alarm_ns[NIC_MAX];	/* of the cards' work halves here; guest
					 * time */
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

/* board_follow_map() - whenever this world gets the CPU: the VMM world may have
 * left another address map. */
void board_follow_map(struct board *board);

/* board_run_alarms() - tick the chips whose time has come. */
void board_run_alarms(struct board *board);
/* board_next_alarm() - when the next is due; guest time or CLOCK_NEVER. */
uint64_t board_next_alarm(const struct board *board);

#endif
