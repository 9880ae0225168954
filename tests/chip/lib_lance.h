/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_lance.h - a Lance on a bench: memory, a clock, a cable, an irq wire.
 *
 * Rings of RING_LEN entries lie at RX_RING and TX_RING, or where
 * bench_rings() puts them; buffer i of a ring at RX_BUF or TX_BUF +
 * i % RING_LEN * BUF_STRIDE. Nothing here is a board.
 */
#ifndef TESTS_CHIP_LIB_LANCE_H
#define TESTS_CHIP_LIB_LANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/eeprom_93c46.h"
#include "devices/lance_bits.h"
#include "devices/lance_regs.h"
#include "devices/lance_ring.h"

#define MEM_SIZE	0x100000u
#define INIT_BLOCK	0x1000u
#define RX_RING		0x2000u
#define TX_RING		0x3000u
#define RX_BUF		0x10000u
#define TX_BUF		0x40000u
#define BUF_STRIDE	0x1000u
#define RING_CODE	3u	/* 8 entries */
#define RING_LEN	8u

#define SENT_MAX	64u
#define WROTE_MAX	64u

struct lance_bench {
	uint8_t mem[MEM_SIZE];
	uint64_t mem_base;	/* where mem[0] is for the chip's DMA */
	uint32_t rx_ring, tx_ring;
	unsigned int rx_code, tx_code;	/* ring lengths, as in the init block */
	/* What the chip wrote, in order; addresses are indices of mem. */
	unsigned int wrote;
	uint64_t wrote_at[WROTE_MAX];
	struct lance_regs regs;
	struct lance_stats stats;
	struct eeprom_93c46 eeprom;
	struct lance chip;
	uint64_t now_ns, alarm_ns;
	bool irq;
	unsigned int irq_rises;
	bool cable_full;
	unsigned int sent;
	size_t sent_len[SENT_MAX];
	uint8_t sent_frame[SENT_MAX][LANCE_TX_MAX];
	unsigned int style;
};

extern const uint8_t bench_mac[6];

/* bench_open() - a chip after power-on, link up. */
void bench_open(struct lance_bench *b);

/* Registers, in word mode (WIO). */
uint16_t csr_read(struct lance_bench *b, unsigned int n);
void csr_write(struct lance_bench *b, unsigned int n, uint16_t v);
uint16_t bcr_read(struct lance_bench *b, unsigned int n);
void bcr_write(struct lance_bench *b, unsigned int n, uint16_t v);

/*
 * bench_rings() - other rings at the next bench_start(), of the lengths that
 * the codes say (9.7): up to 512 entries, far from all else
 */
void bench_rings(struct lance_bench *b, unsigned int rx_code,
		 unsigned int tx_code);

/* bench_init_block() - write one at INIT_BLOCK, for @style and @mode. */
void bench_init_block(struct lance_bench *b, unsigned int style, uint16_t mode);

/* bench_start() - init block with @mode in software style @style, rings
 * with all receive buffers owned, INIT, STRT and IENA. */
void bench_start(struct lance_bench *b, unsigned int style, uint16_t mode);

/* One descriptor, whatever the style. @flags: DESC_* of the 32-bit layout. */
void tx_put(struct lance_bench *b, unsigned int i, uint32_t buf,
	    unsigned int len, uint32_t flags);
uint32_t tx_flags(struct lance_bench *b, unsigned int i);
uint32_t tx_status(struct lance_bench *b, unsigned int i);
void rx_put(struct lance_bench *b, unsigned int i, uint32_t buf,
	    unsigned int len, uint32_t flags);
uint32_t rx_flags(struct lance_bench *b, unsigned int i);
unsigned int rx_count(struct lance_bench *b, unsigned int i);

/* bench_send() - one frame of @len bytes from entry @i, and the bell. */
void bench_send(struct lance_bench *b, unsigned int i, unsigned int len);

/* bench_frame() - a frame to @to, filled with a pattern. */
void bench_frame(uint8_t *frame, size_t len, const uint8_t to[6]);

/* bench_restart() - another chip, started: see bench_start(). */
void bench_restart(struct lance_bench *b, unsigned int style, uint16_t mode);

/* bench_set_up(), bench_tear_down() - a bench of its own for each test; it must
 * balance in the end. */
int bench_set_up(void **state);
int bench_tear_down(void **state);

/* bench_balance() - in = out + drops, both ways. */
bool bench_balance(const struct lance_bench *b);

#endif
