/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_pc.h - the whole machine on a bench, with drives: one world, which has
 * media and memory, and answers every port.
 */
#ifndef TESTS_CHIP_LIB_PC_H
#define TESTS_CHIP_LIB_PC_H

#include "machine/pc.h"

struct pc_bench {
	struct pc pc;
	struct pc_state *state;
	struct guestmem ram;		/* 16 MiB */
	struct medium_wire media[PC_DRIVES];
	uint8_t buffers[IDE_CHANNELS][IDE_BUFFER];
	uint8_t data[PC_DRIVES][MEDIUM_MOST];
	/* The last request of a drive's, and how many there were. */
	struct medium_request asked;
	unsigned int asked_drive, asked_count;
	uint32_t pins;			/* levels: bits by enum pc_pin */
	uint64_t now;			/* guest time */
	uint64_t written, written_len;	/* what a bus master wrote last */
};

/* pb_open() - power on, with no drive plugged; pb_close() - and off. */
void pb_open(struct pc_bench *b);
void pb_close(struct pc_bench *b);

/* pb_access() - of @width bytes; work that is asked for is done at once.
 * Return: what was read, ones where there is nothing. */
uint32_t pb_access(struct pc_bench *b, uint32_t port, unsigned int width,
		   bool write, uint32_t value);
void pb_out(struct pc_bench *b, uint32_t port, uint8_t value);
uint8_t pb_in(struct pc_bench *b, uint32_t port);

#endif
