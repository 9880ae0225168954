/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board.h - the machine (machine/pc.h) as the host world runs it.
 *
 * All of it is called while this world has the CPU.
 */
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

/* board_init() - wire the chips, reset them, and do what firmware does.
 * @vm: with its configuration, cross page, memory and disks; kept, not owned */
void board_init(struct board *board, struct vm *vm);

/* board_plug() - plug the cards into their networks. Return: false if one
 * could not be: a message was written. */
bool board_plug(struct board *board);

/* board_unplug() - unplug all cards. */
void board_unplug(struct board *board);

/**
 * board_access() - make an access that the VMM world has passed on
 * @at: port or guest-physical address, by @space
 * @a: width, direction, value; receives what was read. If no chip has @at, it
 *	is left as it is
 */
void board_access(struct board *board, enum pc_space space, uint32_t at,
		  struct pc_access *a);

/**
 * board_send() - send the frames that send combining has left in the cards'
 * rings. Called whenever this world gets the CPU, before anything else.
 *
 * Return: true if a card pulls its interrupt pin because of it.
 */
bool board_send(struct board *board);

/* board_follow_map() - take over the address map as the VMM world has left it.
 * Called whenever this world gets the CPU. */
void board_follow_map(struct board *board);

/* board_run_alarms() - run the cards whose alarms are due. */
void board_run_alarms(struct board *board);

#endif
