/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_threat_test.c - input that broke other models of this chip, each by
 * the name that the bug got: from the guest, from the wire, and from memory
 * that is not what it seems. Run it with M=asan and M=ubsan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_lance.h"

#define STYLES		4u
#define OWNED_FRAME	(DESC_OWN | DESC_STP | DESC_ENP)
#define INTERNAL	(MODE_LOOP | MODE_INTL)

static void kick(struct lance_bench *b)
{
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
}

/* chain() - a frame of @len bytes in buffers of at most 4095 */
static void chain(struct lance_bench *b, unsigned int len)
{
	unsigned int i = 0, at = 0, n;

	for (; at < len; i++, at += n) {
		n = MIN(len - at, 4095u);
		tx_put(b, i, TX_BUF + at, n,
		       DESC_OWN | (i ? 0 : DESC_STP) |
			       (at + n == len ? DESC_ENP : 0));
	}
}

/* ---- lengths ------------------------------------------------------------- */

static void cve_2015_3209_the_running_total_counts(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, len, i;

	for (style = 0; style < STYLES; style++) {
		bench_restart(b, style, 0);
		bench_frame(b->mem + TX_BUF, LANCE_TX_MAX, bench_mac);
		chain(b, LANCE_TX_MAX);
		kick(b);
		assert_int_equal(b->sent, 1);
		assert_int_equal(b->sent_len[0], LANCE_TX_MAX);
		assert_memory_equal(b->sent_frame[0], b->mem + TX_BUF,
				    LANCE_TX_MAX);
		for (len = LANCE_TX_MAX + 1; len <= RING_LEN * 4095;
		     len += 777) {
			bench_restart(b, style, 0);
			chain(b, len);
			kick(b);
			assert_int_equal(b->sent, 0);
			assert_int_equal(b->stats.drops[LANCE_DROP_tx_too_long],
					 1);
			/* Told, as an underflow: not passed over silently. */
			for (i = 0; tx_status(b, i) == 0; i++)
				assert_false(tx_flags(b, i) & DESC_OWN);
			assert_int_equal(tx_status(b, i), TMS_BUFF | TMS_UFLO);
			assert_false(csr_read(b, 0) & CSR0_TXON);
			assert_true(csr_read(b, 0) & CSR0_TINT);
		}
	}
}

static void cve_2015_3209_no_end_at_all(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < RING_LEN; i++)
		tx_put(b, i, TX_BUF, 4095, DESC_OWN | (i ? 0 : DESC_STP));
	kick(b);
	assert_int_equal(b->sent, 0);
	assert_false(tx_flags(b, 0) & DESC_OWN);
}

static void cve_2015_7504_loopback_leaves_room_for_the_fcs(void **state)
{
	struct lance_bench *b = *state;
	const uint16_t modes[] = { 0, MODE_DXMTFCS };
	unsigned int len, m;

	for (m = 0; m < ARRAY_SIZE(modes); m++) {
		for (len = 4080; len <= LANCE_TX_MAX;
		     len += len < 4110 ? 1 : 1181) {
			bench_restart(b, STYLE_PCNET,
				      INTERNAL | MODE_PROM | modes[m]);
			chain(b, len);
			kick(b);
			assert_int_equal(b->stats.tx_looped, 1);
			assert_int_equal(b->stats.rx_offered, 1);
			assert_true(bench_balance(b));
		}
		bench_restart(b, STYLE_PCNET, INTERNAL | MODE_PROM | modes[m]);
		chain(b, LANCE_TX_MAX);
		kick(b);
		assert_int_equal(b->stats.drops[LANCE_DROP_rx_too_long], 1);
	}
}

/* receive() - @len bytes from the wire, padded to one ring's worth or not */
static void receive(struct lance_bench *b, const uint8_t *frame, size_t len,
		    bool wire)
{
	unsigned int i;

	bench_restart(b, STYLE_PCNET, 0);
	/* Buffers of 256 bytes, with a fence behind each. */
	for (i = 0; i < RING_LEN; i++) {
		rx_put(b, i, RX_BUF + i * BUF_STRIDE, 256, DESC_OWN);
		b->mem[RX_BUF + i * BUF_STRIDE + 256] = 0xfe;
	}
	if (wire)
		lance_receive_wire(&b->chip, frame, len);
	else
		lance_receive(&b->chip, frame, len);
	for (i = 0; i < RING_LEN; i++)
		assert_int_equal(b->mem[RX_BUF + i * BUF_STRIDE + 256], 0xfe);
	assert_int_equal(b->stats.rx_offered, 1);
	assert_true(bench_balance(b));
	if (len > 256 * RING_LEN)
		assert_int_equal(b->stats.rx_delivered, 0);
}

static void cve_2015_7512_and_2026_77178_too_long_from_the_wire(void **state)
{
	struct lance_bench *b = *state;
	uint8_t *frame = calloc(1, 1 << 20);
	size_t len;

	for (len = 1500; len < 1 << 20; len = len * 5 / 4) {
		bench_frame(frame, len, bench_mac);
		receive(b, frame, len, false);
		receive(b, frame, len, true);
	}
	for (len = LANCE_RX_MAX - 8; len < LANCE_RX_MAX + 8; len++) {
		bench_restart(b, STYLE_PCNET, 0);
		bench_frame(frame, len, bench_mac);
		lance_receive(&b->chip, frame, len);
		assert_int_equal(b->stats.drops[LANCE_DROP_rx_too_long],
				 len > LANCE_RX_MAX);
		assert_int_equal(b->stats.rx_delivered, len <= LANCE_RX_MAX);
	}
	free(frame);
}

static void cve_2018_17962_sizes_above_int_max(void **state)
{
	static const size_t sizes[] = {
		(size_t)INT32_MAX, (size_t)INT32_MAX + 1, UINT32_MAX,
		(size_t)UINT32_MAX + 65, SIZE_MAX - 4, SIZE_MAX,
	};
	struct lance_bench *b = *state;
	uint8_t frame[64] = { 0 };
	unsigned int i;

	/* The length alone must be enough to refuse it. */
	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		lance_can_receive(&b->chip, sizes[i]);
		assert_int_equal(lance_receive(&b->chip, frame, sizes[i]),
				 LANCE_RX_DROPPED);
		assert_int_equal(lance_receive_wire(&b->chip, frame, sizes[i]),
				 LANCE_RX_DROPPED);
	}
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_too_long],
			 2 * ARRAY_SIZE(sizes));
}

/* ---- work without end ---------------------------------------------------- */

/* Wires that count, in b->wrote, what the chip asks of memory. */
static int counting_read(void *board, uint64_t addr, void *buf, size_t len)
{
	struct lance_bench *b = board;

	b->wrote++;
	memcpy(buf, b->mem + addr % (MEM_SIZE - 4096), len);
	return 0;
}

static int no_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	(void)addr, (void)buf, (void)len;
	((struct lance_bench *)board)->wrote++;
	return 0;
}

static void cve_2016_7909_ring_length_of_zero(void **state)
{
	struct lance_bench *b = *state;
	unsigned int lapp;

	for (lapp = 0; lapp <= CSR3_LAPPEN; lapp += CSR3_LAPPEN) {
		bench_restart(b, STYLE_PCNET, MODE_PROM);
		csr_write(b, 0, CSR0_STOP);
		csr_write(b, CSR_RX_LENGTH, 0);
		csr_write(b, CSR_TX_LENGTH, 0);
		csr_write(b, 3, (uint16_t)lapp);
		/* The other world may have put a 0 behind our back. */
		b->regs.csr[CSR_RX_LENGTH] = 0;
		b->regs.csr[CSR_TX_LENGTH] = 0;
		b->chip.dma.read = counting_read;
		b->wrote = 0;
		csr_write(b, 0, CSR0_STRT | CSR0_IENA);
		kick(b);
		lance_can_receive(&b->chip, 100);
		lance_receive(&b->chip, b->mem, 100);
		assert_true(b->wrote < 20);
	}
}

/* The longest ring, in memory that says "owned" everywhere and for ever. */
static void endless(struct lance_bench *b, uint32_t flags, uint16_t csr3)
{
	unsigned int i;

	bench_restart(b, STYLE_PCNET, MODE_PROM);
	csr_write(b, 0, CSR0_STOP);
	csr_write(b, 3, csr3);
	csr_write(b, CSR_RX_LENGTH, 1);
	csr_write(b, CSR_TX_LENGTH, 1);
	for (i = 0; i < MEM_SIZE; i += 16) {
		put_le32(b->mem + i, TX_BUF);
		put_le32(b->mem + i + 4, flags);
	}
	b->chip.dma.read = counting_read;
	b->chip.dma.write = no_write;
	csr_write(b, 0, CSR0_STRT | CSR0_IENA);
	b->wrote = 0;
	kick(b);
	/* A frame is four or five calls, a skipped entry two. */
	assert_true(b->wrote <= 3 * 65536);
	b->wrote = 0;
	lance_can_receive(&b->chip, 1500);
	lance_receive(&b->chip, b->mem, 1500);
	/* LAPPEN goes around three times: before, after, and to look. */
	assert_true(b->wrote <= 9 * 65536);
}

static void cve_2020_16092_work_is_bounded(void **state)
{
	static const uint16_t lens[] = { 0, 1, 60 };
	struct lance_bench *b = *state;
	unsigned int i;
	uint32_t bcnt;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		bcnt = (0u - lens[i]) & DESC_BCNT;
		endless(b, OWNED_FRAME | bcnt, 0);
		/* What is left is done later, by the alarm. */
		assert_true(csr_read(b, 0) & CSR0_TXON);
		assert_true(b->alarm_ns != CLOCK_NEVER);
		endless(b, DESC_OWN | bcnt, 0);
		endless(b, DESC_OWN | bcnt, CSR3_LAPPEN);
		endless(b, DESC_OWN | DESC_STP | bcnt, 0);
		endless(b, DESC_OWN | DESC_STP | bcnt, CSR3_LAPPEN);
	}
}

static void cve_2021_20257_zero_length_descriptors_end(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < RING_LEN; i++)
		tx_put(b, i, TX_BUF, 0, OWNED_FRAME);
	kick(b);
	assert_int_equal(b->sent, 0);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_empty], RING_LEN);
	assert_false(tx_flags(b, RING_LEN - 1) & DESC_OWN);
}

/* ---- a wire that calls back ---------------------------------------------- */

/* again() - all that a wire might call while the chip is in a call */
static void again(struct lance_bench *b)
{
	uint8_t frame[100];
	uint32_t v;

	bench_frame(frame, sizeof(frame), bench_mac);
	assert_false(lance_can_receive(&b->chip, 100));
	assert_int_equal(lance_receive(&b->chip, frame, 100), LANCE_RX_BUSY);
	assert_int_equal(lance_receive_wire(&b->chip, frame, 100),
			 LANCE_RX_BUSY);
	lance_work(&b->chip);
	lance_tick(&b->chip);
	lance_port_read(&b->chip, 0x10, 2, &v);
}

static bool cable_again(void *board, unsigned int pin, const uint8_t *frame,
			size_t len)
{
	struct lance_bench *b = board;

	(void)pin, (void)frame, (void)len;
	b->sent++;
	again(b);
	return true;
}

static int write_again(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct lance_bench *b = board;

	again(b);
	memcpy(b->mem + addr, buf, len);
	return 0;
}

/* write_to_itself() - as if the descriptor were the chip's own window */
static int write_to_itself(void *board, uint64_t addr, const void *buf,
			   size_t len)
{
	struct lance_bench *b = board;

	again(b);
	lance_port_write(&b->chip, 0x12, 2, 0);
	lance_port_write(&b->chip, 0x10, 2, CSR0_TDMD | CSR0_IENA);
	memcpy(b->mem + addr, buf, len);
	return 0;
}

static void cve_2021_3416_no_reentry(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[100];

	bench_frame(frame, sizeof(frame), bench_mac);
	bench_start(b, STYLE_PCNET, MODE_PROM);
	b->chip.cable.send = cable_again;
	b->chip.dma.write = write_again;
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 1);
	assert_int_equal(lance_receive(&b->chip, frame, 100),
			 LANCE_RX_DELIVERED);
	assert_int_equal(b->stats.rx_offered, 1);
	/* Loopback is a queue of one, whatever the wires do meanwhile. */
	bench_restart(b, STYLE_PCNET, MODE_PROM | INTERNAL);
	b->chip.dma.write = write_to_itself;
	bench_frame(b->mem + TX_BUF, 100, bench_mac);
	bench_send(b, 0, 100);
	assert_int_equal(b->stats.tx_looped, 1);
	assert_int_equal(b->stats.rx_delivered, 1);
}

static void dma_reaches_only_ram(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[100];

	bench_start(b, STYLE_PCNET, 0);
	tx_put(b, 0, 0xfebf0000, 100, OWNED_FRAME);
	kick(b);
	assert_int_equal(b->sent, 0);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_dma], 1);
	assert_true(csr_read(b, 0) & CSR0_STOP);
	assert_true(csr_read(b, 5) & CSR5_SINT);
	bench_restart(b, STYLE_PCNET, 0);
	bench_frame(frame, sizeof(frame), bench_mac);
	rx_put(b, 0, 0xfebf0000, 1536, DESC_OWN);
	lance_receive(&b->chip, frame, 100);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_dma], 1);
	assert_true(csr_read(b, 5) & CSR5_SINT);
}

/* ---- the hash filter ----------------------------------------------------- */

/* hash_bit() - 9.10, bit by bit: no table, no code of the chip */
static unsigned int hash_bit(const uint8_t to[6])
{
	uint32_t crc = 0xffffffff;
	unsigned int i;

	for (i = 0; i < 48; i++) {
		crc ^= to[i / 8] >> i % 8 & 1;
		crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc >> 26;
}

/* ladr_match of another model read CSR8-11 through a pointer to 64 bits. */
static void every_bit_of_the_hash_filter(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i, bit, seed = 7;
	uint64_t seen = 0;
	uint8_t frame[100];

	bench_frame(frame, sizeof(frame), bench_mac);
	for (i = 0; i < 2000; i++) {
		frame[0] = (uint8_t)(rand_r(&seed) | 1);
		frame[5] = (uint8_t)rand_r(&seed);
		bit = hash_bit(frame);
		seen |= 1ull << bit;
		bench_restart(b, STYLE_PCNET, 0);
		memset(&b->regs.csr[CSR_LADRF], 0, 8);
		b->regs.csr[CSR_LADRF + bit / 16] = (uint16_t)(1 << bit % 16);
		assert_int_equal(lance_receive(&b->chip, frame, 100),
				 LANCE_RX_DELIVERED);
		assert_int_equal(rx_flags(b, 0) & RMD_LAFM, RMD_LAFM);
		memset(&b->regs.csr[CSR_LADRF], 0xff, 8);
		b->regs.csr[CSR_LADRF + bit / 16] ^= (uint16_t)(1 << bit % 16);
		assert_int_equal(lance_receive(&b->chip, frame, 100),
				 LANCE_RX_DROPPED);
	}
	assert_true(seen == UINT64_MAX);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(cve_2015_3209_the_running_total_counts),
		T(cve_2015_3209_no_end_at_all),
		T(cve_2015_7504_loopback_leaves_room_for_the_fcs),
		T(cve_2015_7512_and_2026_77178_too_long_from_the_wire),
		T(cve_2018_17962_sizes_above_int_max),
		T(cve_2016_7909_ring_length_of_zero),
		T(cve_2020_16092_work_is_bounded),
		T(cve_2021_20257_zero_length_descriptors_end),
		T(cve_2021_3416_no_reentry), T(dma_reaches_only_ram),
		T(every_bit_of_the_hash_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
