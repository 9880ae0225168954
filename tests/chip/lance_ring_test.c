/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_ring_test.c - the Am79C970A's initialization block, rings and
 * descriptors (9.7, 9.8): both layouts of the block, every ring length in
 * every software style, chains of buffers both ways, the order in which the
 * chip gives back what it owned, and what it does with broken rings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_lance.h"

#define STYLES		4u
#define STP_ENP		(DESC_STP | DESC_ENP)
#define OWNED_FRAME	(DESC_OWN | STP_ENP)

static const uint8_t stranger[6] = { 0x00, 0x99, 0x99, 0x99, 0x99, 0x99 };

static enum lance_rx arrive(struct lance_bench *b, size_t len)
{
	uint8_t frame[4096];

	bench_frame(frame, len, bench_mac);
	return lance_receive(&b->chip, frame, len);
}

static void kick(struct lance_bench *b)
{
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
}

static unsigned int length(struct lance_bench *b, unsigned int csr)
{
	return (uint16_t)-csr_read(b, csr);
}

static uint32_t pair(struct lance_bench *b, unsigned int csr)
{
	return csr_read(b, csr) | (uint32_t)csr_read(b, csr + 1) << 16;
}

/* ---- the initialization block -------------------------------------------- */

/* init() - INIT with the block at @at */
static void init(struct lance_bench *b, unsigned int style, uint32_t at)
{
	bcr_write(b, BCR_STYLE, (uint16_t)style);
	csr_write(b, CSR_IADR_LO, (uint16_t)at);
	csr_write(b, CSR_IADR_HI, (uint16_t)(at >> 16));
	csr_write(b, 0, CSR0_INIT);
}

static void block_16_field_by_field(void **state)
{
	static const uint8_t block[24] = {
		0x83, 0x80, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
		0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
		0x18, 0x11, 0x12, 0xbf, 0x28, 0x15, 0x16, 0x5f,
	};
	struct lance_bench *b = *state;
	unsigned int i;

	memcpy(b->mem + INIT_BLOCK, block, sizeof(block));
	init(b, STYLE_LANCE, INIT_BLOCK);
	assert_int_equal(csr_read(b, CSR_MODE), 0x8083);
	for (i = 0; i < 3; i++)
		assert_int_equal(csr_read(b, CSR_PADR + i),
				 0x0302 + 0x0202 * i);
	for (i = 0; i < 4; i++)
		assert_int_equal(csr_read(b, CSR_LADRF + i),
				 0x0908 + 0x0202 * i);
	assert_int_equal(pair(b, CSR_RX_BASE), 0x121118);
	assert_int_equal(pair(b, CSR_TX_BASE), 0x161528);
	/* RLEN is 5, TLEN 2; the reserved bits beside them are ones. */
	assert_int_equal(csr_read(b, CSR_LENGTHS), 0x2500);
	assert_int_equal(length(b, CSR_RX_LENGTH), 32);
	assert_int_equal(length(b, CSR_TX_LENGTH), 4);
}

static void block_32_field_by_field(void **state)
{
	static const uint8_t block[28] = {
		0x83, 0x80, 0x5f, 0x2f, 0x04, 0x05, 0x06, 0x07,
		0x08, 0x09, 0xff, 0xff, 0x0c, 0x0d, 0x0e, 0x0f,
		0x10, 0x11, 0x12, 0x13, 0x10, 0x15, 0x16, 0x17,
		0x20, 0x19, 0x1a, 0x1b,
	};
	struct lance_bench *b = *state;
	unsigned int style, i;

	for (style = STYLE_ILACC; style < STYLES; style++) {
		bench_open(b);
		memcpy(b->mem + INIT_BLOCK, block, sizeof(block));
		init(b, style, INIT_BLOCK);
		assert_int_equal(csr_read(b, CSR_MODE), 0x8083);
		for (i = 0; i < 3; i++)
			assert_int_equal(csr_read(b, CSR_PADR + i),
					 0x0504 + 0x0202 * i);
		for (i = 0; i < 4; i++)
			assert_int_equal(csr_read(b, CSR_LADRF + i),
					 0x0d0c + 0x0202 * i);
		assert_int_equal(pair(b, CSR_RX_BASE), 0x17161510);
		assert_int_equal(pair(b, CSR_TX_BASE), 0x1b1a1920);
		assert_int_equal(csr_read(b, CSR_LENGTHS), 0x2500);
		assert_int_equal(length(b, CSR_RX_LENGTH), 32);
		assert_int_equal(length(b, CSR_TX_LENGTH), 4);
	}
}

static void block_at_the_end_of_ram(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, size;

	for (style = 0; style < STYLES; style++) {
		size = style ? 28 : 24;
		bench_open(b);
		init(b, style, MEM_SIZE - size);
		assert_int_equal(csr_read(b, 0),
				 CSR0_INIT | CSR0_IDON | CSR0_INTR);
		bench_open(b);
		init(b, style, MEM_SIZE - size + 4);
		/* A bus error: STOP, a system error, nothing read. */
		assert_int_equal(csr_read(b, 0), CSR0_STOP);
		assert_int_equal(csr_read(b, 5), CSR5_SINT);
	}
}

static void init_and_strt(void **state)
{
	static const uint16_t on[] = {
		[0] = CSR0_RXON | CSR0_TXON, [MODE_DRX] = CSR0_TXON,
		[MODE_DTX] = CSR0_RXON, [MODE_DTX | MODE_DRX] = 0,
	};
	struct lance_bench *b = *state;
	uint16_t mode;

	for (mode = 0; mode < ARRAY_SIZE(on); mode++) {
		bench_open(b);
		csr_write(b, CSR_POLL, 0x1230);
		bench_init_block(b, STYLE_PCNET, mode);
		init(b, STYLE_PCNET, INIT_BLOCK);
		assert_int_equal(csr_read(b, 0) &
					 (CSR0_STOP | CSR0_RXON | CSR0_TXON |
					  CSR0_IDON | CSR0_INIT),
				 CSR0_IDON | CSR0_INIT);
		assert_int_equal(csr_read(b, CSR_POLL), 0);
		csr_write(b, 0, CSR0_STRT | CSR0_IDON);
		assert_int_equal(csr_read(b, 0),
				 CSR0_STRT | CSR0_INIT | on[mode]);
		/* Both at once: the block is read before the start. */
		csr_write(b, 0, CSR0_STOP);
		csr_write(b, 0, CSR0_INIT | CSR0_STRT);
		assert_int_equal(csr_read(b, 0), CSR0_STRT | CSR0_INIT |
							 CSR0_IDON | CSR0_INTR |
							 on[mode]);
	}
}

/* ---- ring lengths -------------------------------------------------------- */

/* round_trip() - a frame out and a frame in by entry @i */
static void round_trip(struct lance_bench *b, unsigned int i)
{
	unsigned int sent = b->sent;

	bench_send(b, i, 60 + i % 900);
	assert_int_equal(b->sent, sent + 1);
	assert_false(tx_flags(b, i) & (DESC_OWN | DESC_ERR));
	assert_int_equal(arrive(b, 60 + i % 900), LANCE_RX_DELIVERED);
	assert_int_equal(rx_flags(b, i) & (DESC_OWN | DESC_ERR | STP_ENP),
			 STP_ENP);
	assert_int_equal(rx_count(b, i), 64 + i % 900);
	rx_put(b, i, RX_BUF, 1536, DESC_OWN);
}

/* go_around() - one time and a half; then the position is known */
static void go_around(struct lance_bench *b, unsigned int len)
{
	unsigned int i;

	assert_int_equal(length(b, CSR_RX_LENGTH), len);
	assert_int_equal(length(b, CSR_TX_LENGTH), len);
	for (i = 0; i < len + len / 2; i++) {
		/* 0 is the last descriptor of the ring. */
		assert_int_equal(length(b, CSR_RX_COUNT), len - 1 - i % len);
		assert_int_equal(length(b, CSR_TX_COUNT), len - 1 - i % len);
		round_trip(b, i % len);
	}
}

static void every_length_in_every_style(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, code;

	for (style = 0; style < STYLES; style++) {
		for (code = 0; code < (style ? 16 : 8); code++) {
			bench_open(b);
			bench_rings(b, code, code);
			bench_start(b, style, 0);
			go_around(b, code < 9 ? 1u << code : 512);
			assert_true(bench_balance(b));
		}
	}
}

static void lengths_of_two_rings_differ(void **state)
{
	struct lance_bench *b = *state;

	bench_rings(b, 1, 6);
	bench_start(b, STYLE_LANCE, 0);
	assert_int_equal(length(b, CSR_RX_LENGTH), 2);
	assert_int_equal(length(b, CSR_TX_LENGTH), 64);
	bench_open(b);
	bench_rings(b, 8, 2);
	bench_start(b, STYLE_PCNET2, 0);
	assert_int_equal(length(b, CSR_RX_LENGTH), 256);
	assert_int_equal(length(b, CSR_TX_LENGTH), 4);
}

/* start_by_registers() - 9.6, the alternate initialization: no INIT */
static void start_by_registers(struct lance_bench *b, unsigned int len)
{
	unsigned int i;

	bcr_write(b, BCR_STYLE, (uint16_t)b->style);
	for (i = 0; i < 3; i++)
		csr_write(b, CSR_PADR + i, get_le16(bench_mac + 2 * i));
	csr_write(b, CSR_MODE, 0);
	csr_write(b, CSR_RX_BASE, (uint16_t)b->rx_ring);
	csr_write(b, CSR_RX_BASE + 1, (uint16_t)(b->rx_ring >> 16));
	csr_write(b, CSR_TX_BASE, (uint16_t)b->tx_ring);
	csr_write(b, CSR_TX_BASE + 1, (uint16_t)(b->tx_ring >> 16));
	csr_write(b, CSR_RX_LENGTH, (uint16_t)-len);
	csr_write(b, CSR_TX_LENGTH, (uint16_t)-len);
	for (i = 0; i < len; i++)
		rx_put(b, i, RX_BUF, 1536, DESC_OWN);
	csr_write(b, 0, CSR0_STRT | CSR0_IENA);
}

static void any_length_without_an_init_block(void **state)
{
	static const unsigned int lengths[] = { 1, 2, 3, 5, 100, 511, 777 };
	struct lance_bench *b = *state;
	unsigned int i, style;

	for (style = 0; style < STYLES; style++) {
		for (i = 0; i < ARRAY_SIZE(lengths); i++) {
			bench_open(b);
			bench_rings(b, 0, 0);
			b->style = style;
			start_by_registers(b, lengths[i]);
			assert_int_equal(csr_read(b, 0), CSR0_IENA | CSR0_STRT |
								 CSR0_RXON |
								 CSR0_TXON);
			go_around(b, lengths[i]);
		}
	}
}

static void a_full_ring_goes_out_in_order(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_rings(b, 9, 9);
	bench_start(b, STYLE_PCNET2, 0);
	for (i = 0; i < 512; i++)
		tx_put(b, i, TX_BUF, 60 + i, OWNED_FRAME);
	kick(b);
	assert_int_equal(b->sent, 512);
	for (i = 0; i < SENT_MAX; i++)
		assert_int_equal(b->sent_len[i], 60 + i);
	for (i = 0; i < 512; i++)
		assert_false(tx_flags(b, i) & DESC_OWN);
}

static void stop_and_strt_go_back_to_the_base(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	round_trip(b, 0);
	round_trip(b, 1);
	csr_write(b, 0, CSR0_STOP);
	csr_write(b, 0, CSR0_STRT | CSR0_IENA);
	round_trip(b, 0);
	assert_int_equal(pair(b, CSR_TX_CURRENT), TX_RING + 16);
	assert_int_equal(pair(b, CSR_TX_NEXT), TX_RING + 32);
	assert_int_equal(pair(b, CSR_RX_CURRENT), RX_RING + 16);
}

static void top_byte_of_all_addresses(void **state)
{
	struct lance_bench *b = *state;

	/* SSIZE32 = 0: CSR2 bits 15-8 are bits 31-24 of rings and buffers. */
	b->mem_base = 0x12000000;
	bench_start(b, STYLE_LANCE, 0);
	assert_true(csr_read(b, 0) & CSR0_STOP);	/* no RAM at 0 */
	csr_write(b, CSR_IADR_LO, INIT_BLOCK);
	csr_write(b, CSR_IADR_HI, 0x1200);
	csr_write(b, 0, CSR0_INIT | CSR0_STRT | CSR0_IENA);
	round_trip(b, 0);
	round_trip(b, 1);
	assert_int_equal(csr_read(b, CSR_IADR_HI), 0x1200);
}

/* ---- chains -------------------------------------------------------------- */

/* chain() - entries from 0 on for the pieces of a frame that lies at TX_BUF */
static unsigned int chain(struct lance_bench *b, const unsigned int *piece,
			  unsigned int pieces)
{
	unsigned int i, at = 0;

	for (i = 0; i < pieces; i++) {
		tx_put(b, i, TX_BUF + at, piece[i],
		       DESC_OWN | (i ? 0 : DESC_STP) |
			       (i + 1 == pieces ? DESC_ENP : 0));
		at += piece[i];
	}
	return at;
}

static void transmit_chains(void **state)
{
	static const unsigned int piece[][RING_LEN] = {
		{ 600 }, { 1, 99 }, { 14, 46, 1454 }, { 7, 0, 93 },
		{ 0, 60 }, { 1, 1, 1, 1, 1, 1, 1, 100 },
		{ 100, 200, 300, 0, 0, 0, 0, 8 },
	};
	static const unsigned int pieces[] = { 1, 2, 3, 3, 2, 8, 8 };
	struct lance_bench *b = *state;
	unsigned int style, i, k, len;

	for (i = 0; i < STYLES * ARRAY_SIZE(pieces); i++) {
		style = i % STYLES;
		bench_open(b);
		bench_start(b, style, 0);
		bench_frame(b->mem + TX_BUF, 2000, stranger);
		len = chain(b, piece[i / STYLES], pieces[i / STYLES]);
		kick(b);
		assert_int_equal(b->sent, 1);
		assert_int_equal(b->sent_len[0], len);
		assert_memory_equal(b->sent_frame[0], b->mem + TX_BUF, len);
		for (k = 0; k < pieces[i / STYLES]; k++)
			assert_int_equal(
				tx_flags(b, k) & ~0xffffffu & ~(STP_ENP), 0);
		assert_int_equal(b->stats.tx_taken, 1);
	}
}

static void receive_chains(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, size, i, last, done;
	uint8_t frame[600];

	bench_frame(frame, sizeof(frame), bench_mac);
	for (i = 0; i < STYLES * 6; i++) {
		style = i % STYLES;
		size = (const unsigned int[]){
			604, 603, 302, 301, 151, 87
		}[i / STYLES];
		bench_open(b);
		bench_start(b, style, 0);
		for (last = 0; last < RING_LEN; last++)
			rx_put(b, last, RX_BUF + last * BUF_STRIDE, size,
			       DESC_OWN);
		assert_int_equal(lance_receive(&b->chip, frame, 600),
				 LANCE_RX_DELIVERED);
		last = (604 - 1) / size;
		for (done = 0; done <= last; done++) {
			assert_int_equal(
				rx_flags(b, done) >> 24,
				(done ? 0 : DESC_STP >> 24) |
					(done == last ? DESC_ENP >> 24 : 0));
			if (done * size + size <= 600)
				assert_memory_equal(b->mem + RX_BUF +
							    done * BUF_STRIDE,
						    frame + done * size, size);
			/* MCNT, of the whole frame, is in the last only. */
			assert_int_equal(rx_count(b, done),
					 done == last ? 604 : 0);
		}
		assert_true(rx_flags(b, last + 1) & DESC_OWN);
	}
}

static void receive_chain_runs_out(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style;

	for (style = 0; style < STYLES; style++) {
		bench_open(b);
		bench_start(b, style, 0);
		rx_put(b, 0, RX_BUF, 100, DESC_OWN);
		rx_put(b, 1, RX_BUF + BUF_STRIDE, 100, DESC_OWN);
		rx_put(b, 2, RX_BUF, 100, 0);
		assert_int_equal(arrive(b, 600), LANCE_RX_DROPPED);
		assert_int_equal(rx_flags(b, 0) >> 24, DESC_STP >> 24);
		assert_int_equal(rx_flags(b, 1) >> 24,
				 (DESC_ERR | RMD_BUFF) >> 24);
		assert_int_equal(b->stats.drops[LANCE_DROP_rx_buffer], 1);
		assert_true(csr_read(b, 0) & CSR0_RINT);
		/* Nothing past the buffers was touched. */
		assert_int_equal(b->mem[RX_BUF + 100], 0);
		assert_int_equal(b->mem[RX_BUF + BUF_STRIDE + 100], 0);
	}
}

static void receive_ring_smaller_than_the_frame(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i, len;

	/* All owned, none long enough: bounded by the ring, zero included. */
	for (len = 0; len <= 64; len += 64) {
		bench_open(b);
		bench_start(b, STYLE_PCNET, 0);
		for (i = 0; i < RING_LEN; i++)
			rx_put(b, i, RX_BUF, len, DESC_OWN);
		assert_int_equal(arrive(b, 1500), LANCE_RX_DROPPED);
		assert_true(rx_flags(b, RING_LEN - 1) & RMD_BUFF);
		for (i = 0; i < RING_LEN; i++)
			assert_false(rx_flags(b, i) & DESC_OWN);
	}
}

static void transmit_chain_without_an_end(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, i;

	for (style = 0; style < STYLES; style++) {
		bench_open(b);
		bench_start(b, style, 0);
		for (i = 0; i < RING_LEN; i++)
			tx_put(b, i, TX_BUF, 10, DESC_OWN | (i ? 0 : DESC_STP));
		kick(b);
		assert_int_equal(b->sent, 0);
		for (i = 0; i < RING_LEN; i++)
			assert_false(tx_flags(b, i) & DESC_OWN);
		assert_int_equal(tx_status(b, RING_LEN - 1),
				 TMS_BUFF | TMS_UFLO);
		assert_false(csr_read(b, 0) & CSR0_TXON);
		assert_true(csr_read(b, 0) & CSR0_TINT);
	}
}

static void dxsuflo_goes_on_at_the_next_stp(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 3, CSR3_DXSUFLO);
	tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_STP);
	kick(b);
	assert_int_equal(tx_status(b, 0), TMS_BUFF | TMS_UFLO);
	assert_true(csr_read(b, 0) & CSR0_TXON);
	/* The rest of that frame is passed over, up to the next STP. */
	tx_put(b, 1, TX_BUF, 100, DESC_OWN);
	tx_put(b, 2, TX_BUF, 100, DESC_OWN | DESC_ENP);
	bench_send(b, 3, 100);
	assert_int_equal(b->sent, 1);
	assert_false(tx_flags(b, 1) & DESC_OWN);
	assert_false(tx_flags(b, 2) & DESC_OWN);
	assert_int_equal(tx_flags(b, 3) >> 24, STP_ENP >> 24);
}

/* ---- ownership ----------------------------------------------------------- */

/* was_written() - the place of entry @i's byte @off in the order; or -1 */
static int was_written(const struct lance_bench *b, uint32_t ring,
		       unsigned int i, unsigned int off)
{
	uint64_t at = ring + i * (b->style ? 16 : 8) + off;
	unsigned int n;

	for (n = 0; n < b->wrote && n < WROTE_MAX; n++)
		if (b->wrote_at[n] == at)
			return (int)n;
	return -1;
}

/* where the status and the flags are, style by style */
static const unsigned int status_at[STYLES] = { 6, 8, 8, 0 };
static const unsigned int flags_at[STYLES] = { 2, 4, 4, 4 };

static void status_is_written_before_own(void **state)
{
	static const unsigned int piece[] = { 20, 30, 50 };
	struct lance_bench *b = *state;
	unsigned int s;
	int first, middle, last;

	for (s = 0; s < STYLES; s++) {
		bench_open(b);
		bench_start(b, s, 0);
		b->wrote = 0;
		chain(b, piece, 3);
		kick(b);
		first = was_written(b, TX_RING, 0, flags_at[s]);
		middle = was_written(b, TX_RING, 1, flags_at[s]);
		last = was_written(b, TX_RING, 2, flags_at[s]);
		assert_true(first >= 0 && first < middle && middle < last);
		assert_int_equal(was_written(b, TX_RING, 2, status_at[s]),
				 last - 1);
		assert_int_equal(b->wrote, 4);
		/* A receive buffer is full before its entry is released. */
		b->wrote = 0;
		rx_put(b, 0, RX_BUF, 64, DESC_OWN);
		arrive(b, 100);
		first = was_written(b, RX_RING, 0, flags_at[s]);
		last = was_written(b, RX_RING, 1, flags_at[s]);
		assert_int_equal(b->wrote_at[0], RX_BUF);
		assert_true(first > 0 && first < last);
		assert_int_equal(was_written(b, RX_RING, 1, status_at[s]),
				 last - 1);
		assert_int_equal(last, (int)b->wrote - 1);
	}
}

static void fields_of_the_host_stay(void **state)
{
	struct lance_bench *b = *state;
	const uint8_t *e;

	bench_start(b, STYLE_LANCE, 0);
	tx_put(b, 0, TX_BUF, 100, OWNED_FRAME);
	kick(b);
	arrive(b, 100);
	e = b->mem + TX_RING;
	assert_int_equal(get_le16(e), (uint16_t)TX_BUF);
	assert_int_equal(e[2], TX_BUF >> 16);
	assert_int_equal(get_le16(e + 4), (uint16_t)-100);
	e = b->mem + RX_RING;
	assert_int_equal(get_le16(e + 4), (uint16_t)-1536);
	bench_open(b);
	bench_start(b, STYLE_PCNET2, 0);
	tx_put(b, 0, TX_BUF, 100, OWNED_FRAME);
	kick(b);
	e = b->mem + TX_RING;
	assert_int_equal(get_le32(e + 8), TX_BUF);
	assert_int_equal(tx_flags(b, 0) & 0xffff, (uint16_t)-100);
}

static void nothing_of_the_host_is_touched(void **state)
{
	struct lance_bench *b = *state;
	uint8_t before[RING_LEN * 16];

	bench_start(b, STYLE_PCNET, 0);
	tx_put(b, 0, TX_BUF, 100, STP_ENP);	/* all but OWN */
	memcpy(before, b->mem + TX_RING, sizeof(before));
	b->wrote = 0;
	kick(b);
	assert_int_equal(b->wrote, 0);
	assert_memory_equal(before, b->mem + TX_RING, sizeof(before));
	rx_put(b, 0, RX_BUF, 1536, 0);
	arrive(b, 100);
	assert_int_equal(b->wrote, 0);
	assert_int_equal(csr_read(b, CSR_MISSED), 1);
}

/* ---- byte order ---------------------------------------------------------- */

/* big_endian() - turn the bytes of each DWord of memory about */
static void big_endian(struct lance_bench *b, uint32_t at, size_t len)
{
	uint32_t i;

	for (i = at & ~3u; i < at + len; i += 4)
		put_le32(b->mem + i, get_be32(b->mem + i));
}

static void send_swapped(struct lance_bench *b, uint32_t at, unsigned int len)
{
	unsigned int sent = b->sent;
	uint8_t frame[256];

	bench_frame(frame, len, stranger);
	memset(b->mem + TX_BUF, 0xee, 512);
	memcpy(b->mem + at, frame, len);
	big_endian(b, at, len);
	/* In two buffers, of which each may begin and end inside a DWord. */
	tx_put(b, sent * 2 % RING_LEN, at, 37, DESC_OWN | DESC_STP);
	tx_put(b, (sent * 2 + 1) % RING_LEN, at + 37, len - 37,
	       DESC_OWN | DESC_ENP);
	kick(b);
	assert_int_equal(b->sent, sent + 1);
	assert_memory_equal(b->sent_frame[sent], frame, len);
}

static void receive_swapped(struct lance_bench *b, uint32_t at,
			    unsigned int len)
{
	unsigned int i = length(b, CSR_RX_COUNT);
	uint8_t frame[256];

	i = RING_LEN - 1 - i;
	bench_frame(frame, len, bench_mac);
	memset(b->mem + RX_BUF, 0xee, 512);
	rx_put(b, i, at, 31, DESC_OWN);
	rx_put(b, (i + 1) % RING_LEN, at + 31, 512, DESC_OWN);
	assert_int_equal(lance_receive(&b->chip, frame, len),
			 LANCE_RX_DELIVERED);
	big_endian(b, RX_BUF, 512);
	assert_memory_equal(b->mem + at, frame, len);
	/* No byte beside the frame and its FCS. */
	assert_int_equal(b->mem[at - 1], 0xee);
	assert_int_equal(b->mem[at + len + 4], 0xee);
}

static void bswp_turns_frames_about(void **state)
{
	struct lance_bench *b = *state;
	unsigned int off, len;

	for (off = 4; off < 8; off++) {
		bench_open(b);
		/* The block and the rings stay as they are. */
		csr_write(b, 3, CSR3_BSWP);
		bench_start(b, STYLE_PCNET, 0);
		for (len = 60; len < 68; len++) {
			send_swapped(b, TX_BUF + off, len);
			receive_swapped(b, RX_BUF + off, len);
		}
	}
	/* A buffer of one byte: its place is the other end of the DWord. */
	bench_open(b);
	csr_write(b, 3, CSR3_BSWP);
	bench_start(b, STYLE_PCNET, 0);
	bench_frame(b->mem + TX_BUF, 64, stranger);
	tx_put(b, 0, TX_BUF + 1, 1, DESC_OWN | DESC_STP);
	tx_put(b, 1, TX_BUF + 4, 60, DESC_OWN | DESC_ENP);
	kick(b);
	assert_int_equal(b->sent_frame[0][0], b->mem[TX_BUF + 2]);
	assert_int_equal(b->sent_frame[0][1], b->mem[TX_BUF + 7]);
	assert_int_equal(b->sent_frame[0][60], b->mem[TX_BUF + 60]);
	/* No RAM is no RAM in any order. */
	tx_put(b, 2, 0xfffffff0, 60, OWNED_FRAME);
	kick(b);
	assert_int_equal(csr_read(b, 5), CSR5_SINT);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_dma], 1);
}

/* ---- interrupts after transmits ------------------------------------------ */

/* tint() - is TINT set after one frame, good or bad, flags and CSR5 so? */
static bool tint(struct lance_bench *b, uint16_t csr5, uint32_t ltint,
		 bool good)
{
	bench_open(b);
	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 5, csr5);
	tx_put(b, 0, TX_BUF, 100,
	       DESC_OWN | DESC_STP | ltint | (good ? DESC_ENP : 0));
	kick(b);
	return csr_read(b, 0) & CSR0_TINT;
}

static void tokintd_and_ltinten(void **state)
{
	struct lance_bench *b = *state;
	const uint16_t both = CSR5_TOKINTD | CSR5_LTINTEN;

	assert_true(tint(b, 0, 0, true));
	assert_false(tint(b, CSR5_TOKINTD, 0, true));
	assert_false(tint(b, CSR5_TOKINTD, TMD_LTINT, true));
	assert_false(tint(b, CSR5_LTINTEN, 0, true));
	assert_true(tint(b, CSR5_LTINTEN, TMD_LTINT, true));
	/* LTINTEN makes the chip ignore TOKINTD. */
	assert_true(tint(b, both, TMD_LTINT, true));
	assert_false(tint(b, both, 0, true));
	/* Errors are told in any case. */
	assert_true(tint(b, both, 0, false));
	assert_true(tint(b, CSR5_TOKINTD, 0, false));
}

/* ---- no memory there ----------------------------------------------------- */

/* check_abort() - 9.3: STOP, a system error, and the frame is counted */
static void check_abort(struct lance_bench *b, enum lance_drop why)
{
	assert_int_equal(csr_read(b, 0), CSR0_STOP);
	assert_int_equal(csr_read(b, 5), CSR5_SINT);
	assert_int_equal(b->stats.drops[why], 1);
	assert_true(bench_balance(b));
}

static void dma_aborts(void **state)
{
	struct lance_bench *b = *state;
	unsigned int s;

	for (s = STYLE_ILACC; s < STYLES; s++) {
		/* The second buffer of a chain, then one that ends outside. */
		bench_open(b);
		bench_start(b, s, 0);
		tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_STP);
		tx_put(b, 1, 0xfffffff0, 100, DESC_OWN | DESC_ENP);
		kick(b);
		check_abort(b, LANCE_DROP_tx_dma);
		bench_open(b);
		bench_start(b, s, 0);
		tx_put(b, 0, MEM_SIZE - 99, 100, OWNED_FRAME);
		kick(b);
		check_abort(b, LANCE_DROP_tx_dma);
		bench_open(b);
		bench_start(b, s, 0);
		rx_put(b, 0, MEM_SIZE - 63, 1536, DESC_OWN);
		arrive(b, 60);
		check_abort(b, LANCE_DROP_rx_dma);
	}
}

static void rings_outside_ram(void **state)
{
	struct lance_bench *b = *state;

	b->style = STYLE_PCNET;
	bench_open(b);
	bcr_write(b, BCR_STYLE, STYLE_PCNET);
	bench_init_block(b, STYLE_PCNET, 0);
	put_le32(b->mem + INIT_BLOCK + 0x14, 0xfffffff0);
	init(b, STYLE_PCNET, INIT_BLOCK);
	csr_write(b, 0, CSR0_STRT | CSR0_IENA);
	assert_true(csr_read(b, 0) & CSR0_RXON);
	csr_write(b, 5, CSR5_SINTE);
	csr_write(b, 0, 0);
	csr_write(b, CSR_PADR, get_le16(bench_mac));
	assert_int_equal(arrive(b, 60), LANCE_RX_DROPPED);
	/* SINT drives the pin although IENA is 0. */
	assert_int_equal(csr_read(b, 5), CSR5_SINT | CSR5_SINTE);
	assert_true(b->irq);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_dma], 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(block_16_field_by_field), T(block_32_field_by_field),
		T(block_at_the_end_of_ram), T(init_and_strt),
		T(every_length_in_every_style), T(lengths_of_two_rings_differ),
		T(any_length_without_an_init_block),
		T(a_full_ring_goes_out_in_order),
		T(stop_and_strt_go_back_to_the_base),
		T(top_byte_of_all_addresses), T(transmit_chains),
		T(receive_chains), T(receive_chain_runs_out),
		T(receive_ring_smaller_than_the_frame),
		T(transmit_chain_without_an_end),
		T(dxsuflo_goes_on_at_the_next_stp),
		T(status_is_written_before_own), T(fields_of_the_host_stay),
		T(nothing_of_the_host_is_touched), T(bswp_turns_frames_about),
		T(tokintd_and_ltinten),
		T(dma_aborts), T(rings_outside_ram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
