/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_atapi.h - packets for a CD-ROM drive at an IDE channel's ports, as a
 * driver sends them, and what must come back.
 */
#ifndef TESTS_CHIP_LIB_ATAPI_H
#define TESTS_CHIP_LIB_ATAPI_H

#include "tests/chip/lib_ide.h"

/* Why there is an interrupt: what the sector count register says. */
#define REASON_COMMAND	1	/* C/D */
#define REASON_DATA	2	/* I/O */
#define REASON_END	3

#define PACKET_GOT	1024u	/* bytes that a reply may have */

#define PACKET(...) ((const uint8_t[12]){ __VA_ARGS__ })

/* packet_send() - a packet; @limit: of bytes in a block */
void packet_send(struct ide_bench *b, uint8_t features, uint16_t limit,
		 const uint8_t p[12]);

/* packet_ended() - well; packet_failed() - with that sense. */
void packet_ended(struct ide_bench *b);
void packet_failed(struct ide_bench *b, unsigned int sense, unsigned int asc,
		   unsigned int ascq);

/* packet_block() - a block comes. Return: its bytes, by the registers. */
unsigned int packet_block(struct ide_bench *b, uint8_t *to);

/* packet_ask() - a packet with a reply of one block, up to the end. @got:
 * PACKET_GOT bytes. Return: as packet_block(). */
unsigned int packet_ask(struct ide_bench *b, uint8_t *got, const uint8_t p[12]);

/* packet_do() - a packet without data; it ends well. */
void packet_do(struct ide_bench *b, const uint8_t p[12]);

/* packet_sense() - REQUEST SENSE answers that; @got: receives its bytes */
void packet_sense(struct ide_bench *b, uint8_t *got, unsigned int key,
		  unsigned int asc, unsigned int ascq);

void packet_read_10(struct ide_bench *b, uint32_t frame, uint16_t n,
		    uint8_t features, uint16_t limit);

#endif
