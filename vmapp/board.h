/* SPDX-License-Identifier: BSD-2-Clause */
/* board.h - the machine (machine/pc.h) as the host world runs it. */
#ifndef VMAPP_BOARD_H
#define VMAPP_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/pc.h"
#include "vmapp/back/nic.h"

struct vm;

struct board {
	struct vm *vm;
	struct pc pc;
	struct nic nic[NIC_MAX];
	unsigned int nic_count;
	struct lance_stats lance_stats[NIC_MAX];
};

/* board_init() - solder the chips and reset them. */
void board_init(struct board *board, struct vm *vm);

/* board_plug() - plug the cards into their networks; Return: false if one
 * can not be, which is explained. */
bool board_plug(struct board *board);
/* board_unplug() - take all cards off their networks. */
void board_unplug(struct board *board);

/**
 * board_access() - what the VMM world passed on
 * @at: port or guest-physical address
 * @a: width, direction, value; receives what was read. It is left as it came
 *	if nobody answers
 */
void board_access(struct board *board, enum pc_space space, uint32_t at,
		  struct pc_access *a);

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

/* board_run_alarms() - tick the cards whose time has come. */
void board_run_alarms(struct board *board);

#endif
