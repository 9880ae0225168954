/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_rx_test.c - the Am79C970A's receiver (9.6 to 9.11): runts, FCS and
 * stripping, what the descriptor tells of the address, filler bytes, missed
 * frames, look-ahead packet processing, magic packets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/ether_crc.h"
#include "tests/chip/lib_lance.h"

#define FCS 4u

static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t stranger[6] = { 0x00, 0x99, 0x99, 0x99, 0x99, 0x99 };
static const uint8_t group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 };
#define GROUP_BIT 54

static enum lance_rx arrive(struct lance_bench *b, size_t len,
			    const uint8_t to[6])
{
	uint8_t frame[4096];

	bench_frame(frame, len, to);
	return lance_receive(&b->chip, frame, len);
}

/* arrive_wire() - @len bytes and an FCS, right or wrong */
static enum lance_rx arrive_wire(struct lance_bench *b, const uint8_t *frame,
				 size_t len, bool right)
{
	uint8_t wire[2048];

	memcpy(wire, frame, len);
	put_le32(wire + len, ether_crc_fcs(&b->chip.crc, frame, len) ^
				     (right ? 0 : 0x10000));
	return lance_receive_wire(&b->chip, wire, len + FCS);
}

/* ---- 9.9: runts, FCS, stripping ------------------------------------------ */

/* takes_runt() - is a frame of 63 bytes with FCS taken, set up like this? */
static bool takes_runt(struct lance_bench *b, uint16_t mode, uint16_t bcr2,
		       uint16_t bcr9, bool rpa)
{
	uint8_t frame[59];

	bench_open(b);
	bcr_write(b, BCR_MISC, bcr2);
	bcr_write(b, BCR_DUPLEX, bcr9);
	csr_write(b, 4, CSR4_EN124);
	csr_write(b, CSR_TEST, rpa ? CSR124_RPA : 0);
	bench_start(b, STYLE_PCNET, mode);
	bench_frame(frame, sizeof(frame), bench_mac);
	return arrive_wire(b, frame, sizeof(frame), true) == LANCE_RX_DELIVERED;
}

static void who_takes_runts(void **state)
{
	const uint16_t tp = MODE_PORT_10BT, fd = BCR9_FDEN;
	struct lance_bench *b = *state;

	assert_false(takes_runt(b, 0, BCR2_ASEL, 0, false));
	assert_true(takes_runt(b, 0, BCR2_ASEL, 0, true));
	/* Full duplex takes them, if FDRPAD does not forbid it. */
	assert_true(takes_runt(b, 0, BCR2_ASEL, fd, false));
	assert_false(takes_runt(b, 0, BCR2_ASEL, fd | BCR9_FDRPAD, false));
	assert_true(takes_runt(b, 0, BCR2_ASEL, fd | BCR9_FDRPAD, true));
	assert_false(takes_runt(b, 0, BCR2_ASEL, BCR9_AUIFD, false));
	/* The AUI port is full duplex by a bit of its own. */
	assert_false(takes_runt(b, 0, 0, fd, false));
	assert_true(takes_runt(b, 0, 0, fd | BCR9_AUIFD, false));
	assert_true(takes_runt(b, tp, 0, fd, false));
	/* 64 bytes are no runt. */
	bench_restart(b, STYLE_PCNET, 0);
	assert_int_equal(arrive(b, 60, bench_mac), LANCE_RX_DELIVERED);
	assert_int_equal(rx_count(b, 0), 64);
}

static void runts_are_counted_in_the_next_frame(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[59];
	unsigned int style, at, i;

	for (style = STYLE_ILACC; style <= STYLE_PCNET2; style++) {
		bench_restart(b, style, 0);
		at = RX_RING + (style == STYLE_PCNET2 ? 0 : 8);
		for (i = 0; i < 3; i++) {
			bench_frame(frame, sizeof(frame), bench_mac);
			arrive_wire(b, frame, sizeof(frame), true);
			/* Of others they are not counted. */
			bench_frame(frame, sizeof(frame), stranger);
			arrive_wire(b, frame, sizeof(frame), true);
		}
		arrive(b, 100, bench_mac);
		assert_int_equal(get_le32(b->mem + at), 3 << 16 | 104);
		arrive(b, 100, bench_mac);
		assert_int_equal(get_le32(b->mem + at + 16), 104);
		assert_int_equal(b->stats.drops[LANCE_DROP_rx_runt], 3);
	}
}

static void fcs_is_checked_and_passed_on(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[100];

	bench_frame(frame, sizeof(frame), bench_mac);
	bench_start(b, STYLE_PCNET, 0);
	arrive_wire(b, frame, sizeof(frame), true);
	assert_false(rx_flags(b, 0) & (DESC_ERR | RMD_CRC));
	assert_int_equal(get_le32(b->mem + RX_BUF + 100),
			 ether_crc_fcs(&b->chip.crc, frame, 100));
	arrive_wire(b, frame, sizeof(frame), false);
	assert_int_equal(rx_flags(b, 1) & (DESC_OWN | DESC_ERR | RMD_CRC |
					   DESC_STP | DESC_ENP),
			 DESC_ERR | RMD_CRC | DESC_STP | DESC_ENP);
	assert_true(csr_read(b, 0) & CSR0_RINT);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_crc], 1);
	/* Less than an FCS is nothing at all. */
	assert_int_equal(lance_receive_wire(&b->chip, frame, 3),
			 LANCE_RX_DROPPED);
	assert_int_equal(lance_receive_wire(&b->chip, frame, 0),
			 LANCE_RX_DROPPED);
}

/* stripped() - MCNT of a 60-byte frame whose length field is @field */
static unsigned int stripped(struct lance_bench *b, unsigned int field,
			     bool right)
{
	uint8_t frame[60];

	bench_restart(b, STYLE_PCNET, 0);
	csr_write(b, 4, CSR4_ASTRP_RCV);
	bench_frame(frame, sizeof(frame), bench_mac);
	put_be16(frame + 12, (uint16_t)field);
	memset(b->mem + RX_BUF, 0xee, 100);
	arrive_wire(b, frame, sizeof(frame), right);
	assert_int_equal(!!(rx_flags(b, 0) & RMD_CRC), !right);
	assert_int_equal(b->mem[RX_BUF + rx_count(b, 0)], 0xee);
	return rx_count(b, 0);
}

static void pads_are_stripped(void **state)
{
	struct lance_bench *b = *state;
	unsigned int field;

	for (field = 0; field < 46; field++) {
		assert_int_equal(stripped(b, field, true), 14 + field);
		assert_int_equal(stripped(b, field, false), 14 + field);
	}
	assert_int_equal(stripped(b, 46, true), 64);
	assert_int_equal(stripped(b, 1500, true), 64);
	assert_int_equal(stripped(b, 0x0800, true), 64);
}

/* ---- 9.8, 9.12: the descriptor, filler, missed frames -------------------- */

/* how() - PAM, LAFM and BAM of a frame to @to */
static uint32_t how(struct lance_bench *b, const uint8_t to[6], uint16_t mode,
		    bool hash)
{
	unsigned int bit = memcmp(to, broadcast, 6) ? GROUP_BIT : 47;
	unsigned int i;

	bench_restart(b, STYLE_PCNET2, mode);
	csr_write(b, 0, CSR0_STOP);
	for (i = 0; i < 4; i++)
		csr_write(b, CSR_LADRF + i,
			  hash && bit / 16 == i ? (uint16_t)(1u << bit % 16) :
						  0);
	csr_write(b, 0, CSR0_STRT);
	if (arrive(b, 100, to) != LANCE_RX_DELIVERED)
		return UINT32_MAX;
	return rx_flags(b, 0) & (RMD_PAM | RMD_LAFM | RMD_BAM);
}

static void how_a_frame_was_accepted(void **state)
{
	struct lance_bench *b = *state;

	assert_int_equal(how(b, bench_mac, 0, false), RMD_PAM);
	assert_int_equal(how(b, bench_mac, MODE_PROM, false), RMD_PAM);
	assert_int_equal(how(b, bench_mac, MODE_DRCVPA, true), UINT32_MAX);
	assert_int_equal(how(b, bench_mac, MODE_PROM | MODE_DRCVPA, false), 0);
	assert_int_equal(how(b, group, 0, false), UINT32_MAX);
	assert_int_equal(how(b, group, 0, true), RMD_LAFM);
	assert_int_equal(how(b, group, MODE_PROM, false), 0);
	assert_int_equal(how(b, broadcast, 0, false), RMD_BAM);
	assert_int_equal(how(b, broadcast, 0, true), RMD_BAM);
	assert_int_equal(how(b, broadcast, MODE_DRCVBC, false), UINT32_MAX);
	assert_int_equal(how(b, broadcast, MODE_DRCVBC, true), RMD_LAFM);
	assert_int_equal(how(b, broadcast, MODE_DRCVBC | MODE_PROM, false), 0);
	assert_int_equal(how(b, stranger, MODE_PROM, false), 0);
	assert_int_equal(how(b, stranger, 0, false), UINT32_MAX);
}

static void rcvalgn_puts_two_bytes_before(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[100];

	bench_frame(frame, sizeof(frame), bench_mac);
	csr_write(b, CSR_ALIGN, CSR122_RCVALGN);
	bench_start(b, STYLE_PCNET, 0);
	rx_put(b, 0, RX_BUF, 1, DESC_OWN);
	rx_put(b, 1, RX_BUF + BUF_STRIDE, 101, DESC_OWN);
	rx_put(b, 2, RX_BUF + 2 * BUF_STRIDE, 4, DESC_OWN);
	/* 106 bytes of buffer are just enough. */
	assert_true(lance_can_receive(&b->chip, 100));
	assert_int_equal(lance_receive(&b->chip, frame, 100),
			 LANCE_RX_DELIVERED);
	assert_memory_equal(b->mem + RX_BUF + BUF_STRIDE + 1, frame, 100);
	assert_int_equal(get_le32(b->mem + RX_BUF + 2 * BUF_STRIDE),
			 ether_crc_fcs(&b->chip.crc, frame, 100));
	assert_int_equal(rx_count(b, 2), 104);	/* without the two */
}

static void missed_frames_are_counted_and_told(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 4, 0);
	rx_put(b, 0, RX_BUF, 1536, 0);
	b->regs.csr[CSR_MISSED] = 0xfffe;
	arrive(b, 100, bench_mac);
	assert_int_equal(csr_read(b, CSR_MISSED), 0xffff);
	assert_false(csr_read(b, 4) & CSR4_MFCO);
	assert_true(b->irq);
	csr_write(b, 0, CSR0_MISS | CSR0_IENA);
	assert_false(b->irq);
	csr_write(b, 3, CSR0_MISS);
	arrive(b, 100, bench_mac);
	assert_int_equal(csr_read(b, CSR_MISSED), 0);
	assert_true(csr_read(b, 4) & CSR4_MFCO);
	assert_true(b->irq);
	csr_write(b, 4, CSR4_MFCO);
	assert_false(b->irq);		/* MISS is masked */
	assert_true(csr_read(b, 0) & CSR0_MISS);
	/* A frame of others is not missed; nor is one while suspended. */
	arrive(b, 100, stranger);
	csr_write(b, 5, CSR5_SPND);
	arrive(b, 100, bench_mac);
	assert_int_equal(csr_read(b, CSR_MISSED), 0);
}

/* ---- LAPPEN -------------------------------------------------------------- */

/* groups() - a header buffer with STP and two for data, again and again */
static void groups(struct lance_bench *b, unsigned int header)
{
	unsigned int i;

	csr_write(b, 3, CSR3_LAPPEN);
	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < 6; i++)
		rx_put(b, i, RX_BUF + i * BUF_STRIDE, i % 3 ? 1536 : header,
		       DESC_OWN | (i % 3 ? 0 : DESC_STP));
	for (; i < RING_LEN; i++)
		rx_put(b, i, 0, 0, 0);
}

static unsigned int position(struct lance_bench *b)
{
	return RING_LEN - 1 - (uint16_t)-csr_read(b, CSR_RX_COUNT);
}

static void lapp_header_and_data_apart(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[500];

	bench_frame(frame, sizeof(frame), bench_mac);
	groups(b, 64);
	lance_receive(&b->chip, frame, 500);
	assert_int_equal(rx_flags(b, 0) >> 24, DESC_STP >> 24);
	assert_int_equal(rx_flags(b, 1) >> 24, DESC_ENP >> 24);
	assert_int_equal(rx_count(b, 1), 504);
	assert_memory_equal(b->mem + RX_BUF, frame, 64);
	assert_memory_equal(b->mem + RX_BUF + BUF_STRIDE, frame + 64, 436);
	/* The third buffer of the group is given back, unused, at once. */
	assert_int_equal(rx_flags(b, 2) >> 24, 0);
	assert_int_equal(position(b), 3);
	lance_receive(&b->chip, frame, 100);
	assert_int_equal(rx_flags(b, 3) >> 24, DESC_STP >> 24);
	assert_int_equal(rx_flags(b, 4) >> 24, DESC_ENP >> 24);
	/* It goes on, around the ring, to entry 0, and waits there. */
	assert_int_equal(rx_flags(b, 5) >> 24, 0);
	assert_int_equal(position(b), 0);
	assert_false(lance_can_receive(&b->chip, 60));
	rx_put(b, 0, RX_BUF, 64, DESC_OWN | DESC_STP);
	assert_true(lance_can_receive(&b->chip, 60));
	lance_receive(&b->chip, frame, 60);
	assert_int_equal(rx_flags(b, 0) >> 24, (DESC_STP | DESC_ENP) >> 24);
}

/* note_rint() - a DMA wire: was RINT set before the second buffer's data? */
static int note_rint(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct lance_bench *b = board;

	memcpy(b->mem + addr, buf, len);
	if (addr == RX_BUF + BUF_STRIDE)
		b->wrote = !!(b->regs.csr[0] & CSR0_RINT);
	return 0;
}

static void lapp_tells_of_the_header_first(void **state)
{
	struct lance_bench *b = *state;

	groups(b, 64);
	b->chip.dma.write = note_rint;
	arrive(b, 500, bench_mac);
	assert_int_equal(b->wrote, 1);
	bench_open(b);
	groups(b, 64);
	csr_write(b, 3, 0);
	b->chip.dma.write = note_rint;
	arrive(b, 500, bench_mac);
	assert_int_equal(b->wrote, 0);
	assert_true(csr_read(b, 0) & CSR0_RINT);
}

static void lapp_passes_what_has_no_stp(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	/* The first frame, too, begins where STP is. */
	groups(b, 64);
	rx_put(b, 0, RX_BUF, 64, DESC_OWN);
	arrive(b, 100, bench_mac);
	for (i = 0; i < 3; i++)
		assert_int_equal(rx_flags(b, i) >> 24, 0);
	assert_int_equal(rx_flags(b, 3) >> 24, DESC_STP >> 24);
	/* No STP anywhere: all come back, the frame is missed, it ends. */
	bench_open(b);
	groups(b, 64);
	for (i = 0; i < RING_LEN; i++)
		rx_put(b, i, RX_BUF, 64, DESC_OWN);
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DROPPED);
	for (i = 0; i < RING_LEN; i++)
		assert_false(rx_flags(b, i) & DESC_OWN);
	assert_true(csr_read(b, 0) & CSR0_MISS);
	/* Without LAPPEN, STP of the host means nothing. */
	bench_open(b);
	groups(b, 64);
	csr_write(b, 3, 0);
	rx_put(b, 0, RX_BUF, 64, DESC_OWN);
	arrive(b, 100, bench_mac);
	assert_int_equal(rx_flags(b, 0) >> 24, DESC_STP >> 24);
	assert_true(rx_flags(b, 2) & DESC_OWN);
}

/* ---- magic packets ------------------------------------------------------- */

/* magic() - suspended with @csr5; @copies of the address at @at */
static bool magic(struct lance_bench *b, const uint8_t to[6], uint16_t csr5,
		  unsigned int at, unsigned int copies)
{
	uint8_t frame[300];
	unsigned int i;

	bench_restart(b, STYLE_PCNET, 0);
	csr_write(b, 5, CSR5_SPND);
	csr_write(b, CSR_LADRF + GROUP_BIT / 16, 1u << GROUP_BIT % 16);
	csr_write(b, 5, csr5);
	bench_frame(frame, sizeof(frame), to);
	for (i = 0; i < copies; i++)
		memcpy(frame + at + 6 * i, bench_mac, 6);
	lance_receive(&b->chip, frame, at + 6 * copies);
	/* Whatever it is, it does not go to memory. */
	assert_true(rx_flags(b, 0) & DESC_OWN);
	assert_false(csr_read(b, 0) & CSR0_RINT);
	return csr_read(b, 5) & CSR5_MPINT;
}

static void magic_packets(void **state)
{
	const uint16_t on = CSR5_SPND | CSR5_MPMODE | CSR5_MPEN;
	struct lance_bench *b = *state;
	unsigned int at;

	for (at = 14; at < 100; at++)
		assert_true(magic(b, bench_mac, on, at, 16));
	assert_false(magic(b, bench_mac, on, 100, 15));
	assert_false(magic(b, bench_mac, on, 13, 16));	/* not in the data */
	assert_false(magic(b, bench_mac, on & ~CSR5_MPEN, 20, 16));
	assert_false(magic(b, bench_mac, on & ~CSR5_MPMODE, 20, 16));
	/* To whom: to us alone, or with MPPLBA to what the filters pass. */
	assert_false(magic(b, broadcast, on, 20, 16));
	assert_false(magic(b, group, on, 20, 16));
	assert_true(magic(b, broadcast, on | CSR5_MPPLBA, 20, 16));
	assert_true(magic(b, group, on | CSR5_MPPLBA, 20, 16));
	assert_false(magic(b, stranger, on | CSR5_MPPLBA, 20, 16));
}

static void a_magic_packet_interrupts_and_lights_a_led(void **state)
{
	const uint16_t on = CSR5_SPND | CSR5_MPMODE | CSR5_MPEN;
	struct lance_bench *b = *state;
	uint8_t frame[120];
	unsigned int i;

	assert_true(magic(b, bench_mac, on, 20, 16));
	assert_false(b->irq);
	csr_write(b, 5, on | CSR5_MPINTE);
	assert_true(b->irq);
	bcr_write(b, 5, LED_MPSE);
	assert_int_equal(bcr_read(b, 5), LED_LEDOUT | LED_MPSE);
	csr_write(b, 5, on | CSR5_MPINTE | CSR5_MPINT);
	assert_false(b->irq);
	assert_int_equal(bcr_read(b, 5), LED_MPSE);
	/* A bad FCS is no magic; and nobody has to hold frames back. */
	csr_write(b, 5, on);
	assert_true(lance_can_receive(&b->chip, 300));
	bench_frame(frame, sizeof(frame), bench_mac);
	for (i = 0; i < 16; i++)
		memcpy(frame + 14 + 6 * i, bench_mac, 6);
	arrive_wire(b, frame, sizeof(frame), false);
	assert_false(csr_read(b, 5) & CSR5_MPINT);
	arrive_wire(b, frame, sizeof(frame), true);
	assert_true(csr_read(b, 5) & CSR5_MPINT);
	/* Awake again: frames go to memory, where the chip left off. */
	csr_write(b, 5, 0);
	assert_int_equal(arrive(b, 100, bench_mac), LANCE_RX_DELIVERED);
	assert_false(rx_flags(b, 0) & DESC_OWN);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_takes_runts), T(runts_are_counted_in_the_next_frame),
		T(fcs_is_checked_and_passed_on), T(pads_are_stripped),
		T(how_a_frame_was_accepted), T(rcvalgn_puts_two_bytes_before),
		T(missed_frames_are_counted_and_told),
		T(lapp_header_and_data_apart), T(lapp_passes_what_has_no_stp),
		T(lapp_tells_of_the_header_first),
		T(magic_packets),
		T(a_magic_packet_interrupts_and_lights_a_led),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
