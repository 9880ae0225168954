/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_frames.h - Am79C970A: what the files of the work half ask of one
 * another. Private to devices/lance_*.c.
 */
#ifndef DEVICES_LANCE_FRAMES_H
#define DEVICES_LANCE_FRAMES_H

#include "devices/lance_regs.h"
#include "devices/lance_ring.h"

/**
 * lance_tx_run() - send what the transmit ring holds
 * @l: the chip, marked busy
 *
 * Return: how many frames and skipped entries were found.
 */
uint32_t lance_tx_run(struct lance *l);

/**
 * lance_rx_looped() - take in the frame of the loopback queue, if any
 * @l: the chip, marked busy
 */
void lance_rx_looped(struct lance *l);

/**
 * lance_fifo_read() - bytes of a frame from memory, turned about by BSWP
 * @addr: guest-physical
 * @buf: receives @len bytes
 *
 * Return: 0, or negative: no RAM there.
 */
int lance_fifo_read(struct lance *l, uint32_t addr, uint8_t *buf, size_t len);

/* lance_fifo_write() - @len bytes of a frame into memory, turned about by BSWP.
 * Return: 0, or negative: no RAM there. */
int lance_fifo_write(struct lance *l, uint32_t addr, const uint8_t *buf,
		     size_t len);

/* lance_tx_interval() - CSR47, in nanoseconds: clocks that are left to 65536 */
uint64_t lance_tx_interval(const struct lance_regs *r);

/* lance_tx_polling() - does this chip look at its transmit ring by itself? */
bool lance_tx_polling(const struct lance_regs *r);

/* lance_alarm_update() - ask for the tick that the chip needs next */
void lance_alarm_update(struct lance *l);

#endif
