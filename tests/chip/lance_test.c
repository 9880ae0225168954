/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_test.c - the Am79C970A by the sections of the data sheet facts, 9.1
 * to 9.13. Bugs that other models of it had are in lance_threat_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/pci.h"
#include "devices/pcnet_pci.h"
#include "tests/chip/lib_lance.h"

static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t stranger[6] = { 0x00, 0x99, 0x99, 0x99, 0x99, 0x99 };
static const uint8_t group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 };

static enum lance_rx arrive(struct lance_bench *b, size_t len,
			    const uint8_t to[6])
{
	uint8_t frame[8192];

	bench_frame(frame, len, to);
	return lance_receive(&b->chip, frame, len);
}

static void s9_1_configuration_space(void **state)
{
	struct lance_bench *b = *state;
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs, .lance = &b->regs };
	uint32_t base;

	pcnet_pci_reset(&p);
	assert_int_equal(pcnet_pci_config_read(&p, 0, 4), 0x20001022);
	assert_int_equal(pcnet_pci_config_read(&p, 8, 4) >> 8, 0x020000);
	assert_int_equal(pcnet_pci_config_read(&p, 0x06, 2), 0x0280);
	assert_int_equal(pcnet_pci_config_read(&p, 0x3d, 1), 1);
	/* BARs: 32 bytes each. */
	pcnet_pci_config_write(&p, 0x10, 4, 0xffffffff);
	assert_int_equal(pcnet_pci_config_read(&p, 0x10, 4), 0xffffffe1);
	pcnet_pci_config_write(&p, 0x14, 4, 0xffffffff);
	assert_int_equal(pcnet_pci_config_read(&p, 0x14, 4), 0xffffffe0);
	pcnet_pci_config_write(&p, 0x10, 4, 0xc020);
	assert_false(pci_bar(regs.config, 0, true, &base));
	assert_true(pcnet_pci_config_write(&p, 0x04, 2, 0xffff));
	assert_int_equal(pcnet_pci_config_read(&p, 0x04, 2), 0x0147);
	assert_true(pci_bar(regs.config, 0, true, &base));
	assert_true(pcnet_pci_bus_master(&p));
	assert_int_equal(base, 0xc020);
	/* Status is write-one-to-clear. */
	pcnet_pci_master_abort(&p);
	assert_true(pcnet_pci_config_read(&p, 0x06, 2) & 0x2000);
	pcnet_pci_config_write(&p, 0x06, 2, 0x2000);
	assert_int_equal(pcnet_pci_config_read(&p, 0x06, 2), 0x0280);
	pcnet_pci_config_write(&p, 0, 4, 0);
	assert_int_equal(pcnet_pci_config_read(&p, 0, 4), 0x20001022);
	/* MIN_GNT and MAX_LAT are BCR22. */
	assert_int_equal(pcnet_pci_config_read(&p, 0x3e, 2), 0xff06);
}

static void s9_2_window_and_aprom(void **state)
{
	struct lance_bench *b = *state;
	uint8_t aprom[16];
	unsigned int i, sum = 0;
	uint32_t v;

	for (i = 0; i < 16; i++) {
		lance_port_read(&b->chip, i, 1, &v);
		aprom[i] = (uint8_t)v;
	}
	assert_memory_equal(aprom, bench_mac, 6);
	assert_int_equal(aprom[9], 0x11);
	assert_int_equal(aprom[14], 0x57);
	assert_int_equal(aprom[15], 0x57);
	for (i = 0; i < 12; i++)
		sum += aprom[i];
	sum += aprom[14] + aprom[15];
	assert_int_equal(get_le16(aprom + 12), sum);
	/* Word mode until a DWord write to the data port. */
	assert_false(bcr_read(b, BCR_BUS) & BCR18_DWIO);
	csr_write(b, 0, CSR0_STOP);
	lance_port_write(&b->chip, 0x10, 4, 0);
	lance_port_write(&b->chip, 0x14, 4, BCR_BUS);
	lance_port_read(&b->chip, 0x1c, 4, &v);
	assert_true(v & BCR18_DWIO);
	/* The reset register, read as DWord, goes back to word mode. */
	lance_port_read(&b->chip, 0x18, 4, &v);
	assert_false(bcr_read(b, BCR_BUS) & BCR18_DWIO);
}

static void s9_2_rap_is_a_latch(void **state)
{
	struct lance_bench *b = *state;
	uint32_t v;

	assert_int_equal(lance_port_write(&b->chip, 0x12, 2, 0xff58),
			 CHIP_DONE);
	lance_port_read(&b->chip, 0x12, 2, &v);
	assert_int_equal(v, 0x58);
	assert_int_equal(lance_port_kind(&b->regs, 0x12, 2, true),
			 LANCE_PORT_RAP);
	assert_int_equal(lance_port_kind(&b->regs, 0x10, 2, true),
			 LANCE_PORT_RDP);
	assert_int_equal(lance_port_kind(&b->regs, 0x16, 2, false),
			 LANCE_PORT_BDP);
}

static void s9_3_resets(void **state)
{
	struct lance_bench *b = *state;
	uint32_t v;

	assert_int_equal(csr_read(b, 0), CSR0_STOP);
	assert_int_equal(csr_read(b, 3), 0);
	assert_int_equal(csr_read(b, 4), 0x0115);
	/* The top two bits read as ones (9.12). */
	assert_int_equal(csr_read(b, 80), 0x1410 | 0xc000);
	assert_int_equal(csr_read(b, 100), 0x0600);
	bcr_write(b, BCR_DUPLEX, 1);
	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 3, CSR0_TINT);
	assert_true(csr_read(b, 0) & CSR0_RXON);
	/* STOP: CSR0 alone; RAP is kept. */
	csr_write(b, 0, CSR0_STOP);
	assert_int_equal(csr_read(b, 0), CSR0_STOP);
	assert_int_equal(csr_read(b, 3), CSR0_TINT);
	/* S_RESET by a read: CSRs, not BCRs. */
	lance_port_write(&b->chip, 0x12, 2, 3);
	lance_port_read(&b->chip, 0x14, 2, &v);
	lance_port_read(&b->chip, 0x12, 2, &v);
	assert_int_equal(v, 0);
	assert_int_equal(csr_read(b, 3), 0);
	assert_int_equal(bcr_read(b, BCR_DUPLEX), 1);
	assert_int_equal(bcr_read(b, BCR_STYLE) & 0xff, STYLE_PCNET);
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr_read(b, BCR_DUPLEX), 0);
	assert_int_equal(bcr_read(b, BCR_STYLE), 0x0200);
}

static void s9_4_csr0(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	/* INIT stays set; STRT switched both directions on. */
	assert_int_equal(csr_read(b, 0), CSR0_IENA | CSR0_RXON | CSR0_TXON |
						 CSR0_STRT | CSR0_INIT);
	bench_send(b, 0, 60);
	assert_true(csr_read(b, 0) & CSR0_TINT);
	assert_false(csr_read(b, 0) & CSR0_TDMD);
	/* Writing 0 clears nothing, writing 1 does. */
	csr_write(b, 0, CSR0_IENA);
	assert_true(csr_read(b, 0) & CSR0_TINT);
	csr_write(b, 0, CSR0_IENA | CSR0_TINT);
	assert_false(csr_read(b, 0) & CSR0_TINT);
	/* STOP wins over INIT and STRT. */
	csr_write(b, 0, CSR0_STOP | CSR0_INIT | CSR0_STRT);
	assert_int_equal(csr_read(b, 0), CSR0_STOP);
	/* TDMD does nothing while the transmitter is off. */
	csr_write(b, 0, CSR0_TDMD);
	assert_int_equal(csr_read(b, 0), CSR0_STOP);
}

static void s9_5_interrupts(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	assert_false(b->irq);
	bench_send(b, 0, 60);
	assert_true(b->irq);
	/* INTR does not depend on IENA, the wire does. */
	csr_write(b, 0, 0);
	assert_false(b->irq);
	assert_true(csr_read(b, 0) & CSR0_INTR);
	csr_write(b, 0, CSR0_IENA);
	assert_true(b->irq);
	csr_write(b, 3, CSR0_TINT);	/* masked */
	assert_false(b->irq);
	assert_false(csr_read(b, 0) & CSR0_INTR);
	csr_write(b, 3, 0);
	csr_write(b, 0, CSR0_IENA | CSR0_TINT);
	assert_false(b->irq);
	/* UINTCMD: on demand. */
	csr_write(b, 4, 0x0115 | CSR4_UINTCMD);
	assert_true(b->irq);
	assert_true(csr_read(b, 4) & CSR4_UINT);
	csr_write(b, 4, 0x0115 | CSR4_UINT);
	assert_false(b->irq);
}

static void s9_6_access_rules(void **state)
{
	struct lance_bench *b = *state;

	/* The address registers are open only while stopped. */
	csr_write(b, CSR_PADR, 0x1234);
	assert_int_equal(csr_read(b, CSR_PADR), 0x1234);
	bench_start(b, STYLE_PCNET, 0);
	assert_int_equal(csr_read(b, CSR_PADR), get_le16(bench_mac));
	csr_write(b, CSR_PADR, 0x4321);
	assert_int_equal(csr_read(b, CSR_PADR), get_le16(bench_mac));
	csr_write(b, CSR_MODE, 0x8000);
	assert_int_equal(csr_read(b, CSR_MODE) & 0x8000, 0);
	/* EN124 can be set by the first write to CSR4 only. */
	csr_write(b, 4, 0x0115);
	csr_write(b, 4, 0x8115);
	assert_false(csr_read(b, 4) & CSR4_EN124);
}

static void s9_7_both_init_blocks(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style;

	for (style = 0; style < 4; style++) {
		bench_open(b);
		bench_start(b, style, MODE_PROM);
		assert_int_equal(csr_read(b, CSR_MODE), MODE_PROM);
		assert_int_equal(csr_read(b, CSR_PADR + 2),
				 get_le16(bench_mac + 4));
		assert_int_equal(csr_read(b, CSR_RX_BASE), RX_RING);
		assert_int_equal((uint16_t)-csr_read(b, CSR_TX_LENGTH),
				 RING_LEN);
	}
}

static void s9_8_send_and_receive_in_every_style(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, i, round;

	for (style = 0; style < 4; style++) {
		bench_open(b);
		bench_start(b, style, 0);
		for (round = 0; round < 3 * RING_LEN; round++) {
			i = round % RING_LEN;
			bench_frame(b->mem + TX_BUF + i * BUF_STRIDE, 200,
				    stranger);
			bench_send(b, i, 200);
			assert_int_equal(b->sent, round + 1);
			assert_int_equal(b->sent_len[round], 200);
			assert_memory_equal(b->sent_frame[round],
					    b->mem + TX_BUF + i * BUF_STRIDE,
					    200);
			assert_false(tx_flags(b, i) & (DESC_OWN | DESC_ERR));

			assert_int_equal(arrive(b, 100, bench_mac),
					 LANCE_RX_DELIVERED);
			assert_int_equal(rx_flags(b, i) & (DESC_OWN | DESC_ERR |
							   DESC_STP | DESC_ENP),
					 DESC_STP | DESC_ENP);
			assert_int_equal(rx_count(b, i), 104);
			rx_put(b, i, RX_BUF + i * BUF_STRIDE, 1536, DESC_OWN);
		}
		assert_true(bench_balance(b));
	}
}

static void s9_7_chained_buffers(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[600];
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	bench_frame(frame, sizeof(frame), stranger);
	for (i = 0; i < 3; i++) {
		memcpy(b->mem + TX_BUF + i * BUF_STRIDE, frame + i * 200, 200);
		tx_put(b, i, TX_BUF + i * BUF_STRIDE, 200,
		       DESC_OWN | (i == 0 ? DESC_STP : 0) |
			       (i == 2 ? DESC_ENP : 0));
	}
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
	assert_int_equal(b->sent, 1);
	assert_int_equal(b->sent_len[0], 600);
	assert_memory_equal(b->sent_frame[0], frame, 600);
	/* On the way in: small buffers, the last has ENP and the count. */
	for (i = 0; i < 4; i++)
		rx_put(b, i, RX_BUF + i * BUF_STRIDE, 256, DESC_OWN);
	bench_frame(frame, sizeof(frame), bench_mac);
	assert_int_equal(lance_receive(&b->chip, frame, 600),
			 LANCE_RX_DELIVERED);
	assert_int_equal(rx_flags(b, 0) & (DESC_OWN | DESC_STP | DESC_ENP),
			 DESC_STP);
	assert_int_equal(rx_flags(b, 2) & (DESC_OWN | DESC_STP | DESC_ENP),
			 DESC_ENP);
	assert_int_equal(rx_count(b, 2), 604);
	assert_memory_equal(b->mem + RX_BUF, frame, 256);
	assert_memory_equal(b->mem + RX_BUF + BUF_STRIDE, frame + 256, 256);
}

static void s9_7_broken_chains(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	/* No STP: the entry is skipped. */
	tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_ENP);
	bench_send(b, 1, 100);
	assert_false(tx_flags(b, 0) & DESC_OWN);
	assert_int_equal(b->sent, 1);
	/* A chain whose next entry is not owned: BUFF, UFLO, TXON off. */
	tx_put(b, 2, TX_BUF, 100, DESC_OWN | DESC_STP);
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
	assert_int_equal(b->sent, 1);
	assert_int_equal(tx_flags(b, 2) & (DESC_OWN | DESC_ERR), DESC_ERR);
	assert_int_equal(tx_status(b, 2) & (TMS_BUFF | TMS_UFLO),
			 TMS_BUFF | TMS_UFLO);
	assert_false(csr_read(b, 0) & CSR0_TXON);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_underflow], 1);
}

static void s9_9_padding_and_stripping(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[60] = { 0 };

	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 4, 0x0115 | CSR4_APAD_XMT | CSR4_ASTRP_RCV);
	bench_send(b, 0, 20);
	assert_int_equal(b->sent_len[0], 60);
	/* A length field under 46: pad and FCS are taken off. */
	memcpy(frame, bench_mac, 6);
	frame[13] = 10;
	lance_receive(&b->chip, frame, 60);
	assert_int_equal(rx_count(b, 0), 24);
	/* A type: nothing is. */
	frame[12] = 8;
	lance_receive(&b->chip, frame, 60);
	assert_int_equal(rx_count(b, 1), 64);
}

/* hash_bit() - set one bit of the filter and see whether @to passes. */
static bool hash_passes(struct lance_bench *b, unsigned int bit,
			const uint8_t to[6])
{
	uint64_t before = b->stats.rx_delivered;
	unsigned int i;

	bench_open(b);
	before = 0;
	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 0, CSR0_STOP);
	for (i = 0; i < 4; i++)
		csr_write(b, CSR_LADRF + i,
			  bit / 16 == i ? (uint16_t)(1u << bit % 16) : 0);
	csr_write(b, 0, CSR0_STRT);
	arrive(b, 100, to);
	return b->stats.rx_delivered > before;
}

static void s9_10_filter(void **state)
{
	static const struct { uint8_t mac[6]; unsigned int bit; } table[] = {
		{ { 0x85, 0, 0, 0, 0, 0 }, 0 },
		{ { 0xa5, 0, 0, 0, 0, 0 }, 1 },
		{ { 0xe5, 0, 0, 0, 0, 0 }, 2 },
		{ { 0xc5, 0, 0, 0, 0, 0 }, 3 },
		{ { 0x01, 0x00, 0x5e, 0, 0, 1 }, 54 },
		{ { 0x33, 0x33, 0, 0, 0, 1 }, 23 },
		{ { 0x09, 0x00, 0x2b, 0, 0, 0x0f }, 35 },
		{ { 0x01, 0x80, 0xc2, 0, 0, 0 }, 58 },
		{ { 0xab, 0, 0, 1, 0, 0 }, 15 },
		{ { 0x03, 0, 0, 0, 0, 1 }, 47 },
	};
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DELIVERED);
	assert_true(rx_flags(b, 0) & RMD_PAM);
	assert_int_equal(arrive(b, 100, broadcast), LANCE_RX_DELIVERED);
	assert_true(rx_flags(b, 1) & RMD_BAM);
	assert_int_equal(arrive(b, 100, stranger), LANCE_RX_DROPPED);
	assert_int_equal(arrive(b, 100, group), LANCE_RX_DROPPED);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_filter], 2);
	bench_open(b);
	bench_start(b, STYLE_PCNET, MODE_DRCVBC | MODE_DRCVPA);
	assert_int_equal(arrive(b, 100, broadcast), LANCE_RX_DROPPED);
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DROPPED);
	bench_open(b);
	bench_start(b, STYLE_PCNET, MODE_PROM | MODE_DRCVBC | MODE_DRCVPA);
	assert_int_equal(arrive(b, 100, stranger), LANCE_RX_DELIVERED);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		assert_true(hash_passes(b, table[i].bit, table[i].mac));
		assert_false(hash_passes(b, table[i].bit ^ 1, table[i].mac));
	}
}

static void s9_11_loopback(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, MODE_LOOP | MODE_INTL);
	bench_frame(b->mem + TX_BUF, 100, bench_mac);
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 0);		/* not on the cable */
	assert_int_equal(b->stats.tx_looped, 1);
	assert_int_equal(rx_flags(b, 0) & (DESC_OWN | DESC_ERR | DESC_ENP),
			 DESC_ENP);
	assert_int_equal(rx_count(b, 0), 104);
	assert_memory_equal(b->mem + RX_BUF, b->mem + TX_BUF, 100);
	/* The network is ignored meanwhile. */
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DROPPED);
}

static void s9_12_other_registers(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	assert_int_equal(csr_read(b, CSR_CHIP_LO), 0x1003);
	assert_int_equal(csr_read(b, CSR_CHIP_HI), 0x0262);
	assert_int_equal(csr_read(b, CSR_STYLE), bcr_read(b, BCR_STYLE));
	/* Missed frames are counted, and interrupt. */
	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < RING_LEN; i++) {
		assert_true(lance_has_room(&b->chip));
		arrive(b, 100, bench_mac);
	}
	assert_false(lance_has_room(&b->chip));
	assert_int_equal(b->regs.rx_waiting, 0);
	assert_false(lance_can_receive(&b->chip, 100));
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DROPPED);
	assert_true(csr_read(b, 0) & CSR0_MISS);
	assert_true(csr_read(b, 0) & CSR0_ERR);
	assert_int_equal(csr_read(b, CSR_MISSED), 1);
}

static void s9_13_bus_registers(void **state)
{
	struct lance_bench *b = *state;

	assert_int_equal(bcr_read(b, 0), 0x0005);
	assert_int_equal(bcr_read(b, BCR_BUS) & 0xff7f, 0x9001);
	/* The link shows in BCR4's LEDOUT: what stock drivers look at. */
	assert_int_equal(bcr_read(b, BCR_LED_LINK), 0x80c0);
	lance_link(&b->chip, false);
	assert_int_equal(bcr_read(b, BCR_LED_LINK), 0x00c0);
}

static void s9_3_suspend(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 5, CSR5_SPND);
	assert_true(csr_read(b, 5) & CSR5_SPND);
	assert_false(lance_can_receive(&b->chip, 100));
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 0);
	csr_write(b, CSR_POLL, 0x1000);
	assert_int_equal(csr_read(b, CSR_POLL), 0x1000);
	csr_write(b, 5, 0);
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
	assert_int_equal(b->sent, 1);
}

static void s9_7_polling(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	/* A driver that rings no bell is served by the poll. */
	tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_STP | DESC_ENP);
	assert_true(b->alarm_ns <= 2000000);
	b->now_ns = b->alarm_ns;
	lance_tick(&b->chip);
	assert_int_equal(b->sent, 1);
	/* One that does lets us sleep: the pauses grow. */
	bench_send(b, 1, 100);
	for (i = 0; i < 10; i++) {
		b->now_ns = b->alarm_ns;
		lance_tick(&b->chip);
	}
	assert_true(b->alarm_ns - b->now_ns >= 50000000ull);
}

static void cable_full_keeps_the_frame(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	b->cable_full = true;
	bench_send(b, 0, 100);
	assert_true(tx_flags(b, 0) & DESC_OWN);
	b->cable_full = false;
	lance_work(&b->chip);
	assert_int_equal(b->sent, 1);
	assert_false(tx_flags(b, 0) & DESC_OWN);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(s9_1_configuration_space), T(s9_2_window_and_aprom),
		T(s9_2_rap_is_a_latch), T(s9_3_resets), T(s9_3_suspend),
		T(s9_4_csr0), T(s9_5_interrupts), T(s9_6_access_rules),
		T(s9_7_both_init_blocks), T(s9_7_chained_buffers),
		T(s9_7_broken_chains), T(s9_7_polling),
		T(s9_8_send_and_receive_in_every_style),
		T(s9_9_padding_and_stripping), T(s9_10_filter),
		T(s9_11_loopback), T(s9_12_other_registers),
		T(s9_13_bus_registers), T(cable_full_keeps_the_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
