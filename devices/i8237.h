/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8237.h - the two Intel 8237A DMA controllers of a PC/AT, in cascade, and
 * the page registers beside them.
 *
 * Sources: Intel 8237A data sheet (order 231466); Intel 82371SB (PIIX3) data
 * sheet, DMA registers, for what can be read back; IBM PC AT Technical
 * Reference for the page registers and the shift of the second controller.
 *
 * Channels 0-3 are the first chip's and move bytes; 4-7 the second's and move
 * 16-bit words. Channel 4 is where the first chip hangs.
 *
 * 1. A channel is served if it is not masked, its mode is the way that the
 *    device wants (or verify), and its chip is enabled. The first chip's also
 *    need channel 4 unmasked and in cascade mode.
 * 2. An address counts within its 64 KiB (words: 128 KiB) and wraps there: a
 *    carry never reaches the page register.
 * 3. Where there is no memory, ones are read and writes are lost, as on an
 *    ISA bus: a transfer goes on.
 * 4. Single, demand and block mode are the same here: a device that asks has
 *    the bus until it or the count ends. Rotating priority and timing bits are
 *    kept out: nobody could tell.
 * 5. A request by software, for which block mode is asked for, runs a channel
 *    to its end with no device there: nothing is moved. Memory to memory, for
 *    which an AT has no page registers, is not there.
 */
#ifndef DEVICES_I8237_H
#define DEVICES_I8237_H

#include "devices/wires.h"

#define I8237_CHIPS	2
#define I8237_CHANNELS	8
#define I8237_PORTS	16	/* of one chip; the other has gaps between */
#define I8237_PAGES	16

struct i8237_channel {
	uint16_t base_address, base_count;	/* as written */
	uint16_t address, count;	/* now; count: of one less */
	uint8_t mode;
};

struct i8237_chip {
	struct i8237_channel channel[4];
	uint8_t command;
	uint8_t status;		/* bits 3-0: reached its count */
	uint8_t request;	/* bits 3-0: by software */
	uint8_t mask;
	uint8_t high_next;	/* the byte pointer: a high byte is next */
};

struct i8237_regs {
	struct i8237_chip chip[I8237_CHIPS];
	uint8_t page[I8237_PAGES];	/* ports 80h-8Fh: eight are latches */
};

struct i8237 {
	struct i8237_regs *regs;
	struct dma_wire memory;
};

/* i8237_reset() - power-on: all channels masked. */
void i8237_reset(struct i8237 *d);

/* i8237_port_read() / i8237_port_write() - an access. @chip: 0-1; @offset:
 * 0-15, the register's number on the chip */
uint8_t i8237_port_read(struct i8237 *d, unsigned int chip,
			unsigned int offset);
void i8237_port_write(struct i8237 *d, unsigned int chip, unsigned int offset,
		      uint8_t value);

/* i8237_page_read() / i8237_page_write() - of a page register. @offset: 0-15,
 * from port 80h */
uint8_t i8237_page_read(const struct i8237 *d, unsigned int offset);
void i8237_page_write(struct i8237 *d, unsigned int offset, uint8_t value);

/**
 * i8237_move() - a device has raised its request line
 * @channel: 0-7
 * @buf, @len: the device's end; of a word channel an odd byte stays
 * @tc: receives if the count came to its end
 *
 * Return: how many bytes went; 0: the channel is not served.
 */
size_t i8237_move(struct i8237 *d, unsigned int channel, enum drq_way way,
		  uint8_t *buf, size_t len, bool *tc);

#endif
