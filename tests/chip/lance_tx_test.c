/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_tx_test.c - the Am79C970A's transmitter (9.4, 9.6 to 9.9, 9.11): when
 * it looks at its ring, FCS and padding, errors and what tells of them, and
 * every kind of loopback.
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

#define FCS		4u
#define OWNED_FRAME	(DESC_OWN | DESC_STP | DESC_ENP)
#define TP		MODE_PORT_10BT
#define EXTERNAL	MODE_LOOP
#define INTERNAL	(MODE_LOOP | MODE_INTL)

static const uint8_t stranger[6] = { 0x00, 0x99, 0x99, 0x99, 0x99, 0x99 };

static void kick(struct lance_bench *b)
{
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
}

static uint16_t csr0(struct lance_bench *b)
{
	return csr_read(b, 0) & (uint16_t)~(CSR0_INTR | CSR0_INIT);
}

/* ---- 9.7: when the chip looks at its ring -------------------------------- */

static void tick(struct lance_bench *b)
{
	b->now_ns += 200000000;
	lance_tick(&b->chip);
}

static void dpoll_leaves_it_to_tdmd(void **state)
{
	struct lance_bench *b = *state;

	/* A frame that is there at STRT goes out, unless DPOLL is set. */
	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 0, CSR0_STOP);
	tx_put(b, 0, TX_BUF, 100, OWNED_FRAME);
	csr_write(b, 0, CSR0_STRT);
	assert_int_equal(b->sent, 1);
	csr_write(b, 0, CSR0_STOP);
	csr_write(b, 4, CSR4_DPOLL);
	tx_put(b, 0, TX_BUF, 100, OWNED_FRAME);
	csr_write(b, 0, CSR0_STRT);
	tick(b);
	assert_int_equal(b->sent, 1);
	/* The bell; then the chip goes on as long as there are frames. */
	tx_put(b, 1, TX_BUF, 100, OWNED_FRAME);
	kick(b);
	assert_int_equal(b->sent, 3);
	/* Suspending and going on is no bell, but one in between waits. */
	csr_write(b, 5, CSR5_SPND);
	tx_put(b, 2, TX_BUF, 100, OWNED_FRAME);
	csr_write(b, 5, 0);
	tick(b);
	assert_int_equal(b->sent, 3);
	csr_write(b, 5, CSR5_SPND);
	kick(b);
	assert_true(csr_read(b, 0) & CSR0_TDMD);
	csr_write(b, 5, 0);
	assert_int_equal(b->sent, 4);
	assert_false(csr_read(b, 0) & CSR0_TDMD);
	/* Allowed again, it looks at once, and then by its clock. */
	tx_put(b, 3, TX_BUF, 100, OWNED_FRAME);
	csr_write(b, 4, 0);
	assert_int_equal(b->sent, 5);
	tx_put(b, 4, TX_BUF, 100, OWNED_FRAME);
	tick(b);
	assert_int_equal(b->sent, 6);
}

static void csr47_is_the_interval(void **state)
{
	static const struct { uint16_t csr47; uint64_t ns; } rows[] = {
		/* 65,536 clocks of 30 ns; the low four bits do not count. */
		{ 0, 1966080 }, { 0x000f, 1966080 }, { 0x8000, 983040 },
		{ 0x800f, 983040 },
		/* Not faster than 0.5 ms: a guest must not make us spin. */
		{ 0xfff0, 500000 },
	};
	struct lance_bench *b = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		bench_restart(b, STYLE_PCNET, 0);
		/* INIT clears it: a driver writes it afterwards. */
		csr_write(b, 0, CSR0_STOP);
		csr_write(b, CSR_POLL, rows[i].csr47);
		csr_write(b, 0, CSR0_STRT);
		assert_int_equal(b->alarm_ns, rows[i].ns);
	}
}

/* ---- 9.9: FCS and padding ------------------------------------------------ */

/*
 * loops_fcs() - does the chip append an FCS to this frame? By internal
 * loopback: the receiver finds the frame good, or not.
 */
static bool loops_fcs(struct lance_bench *b, unsigned int style,
		      uint16_t dxmtfcs, uint32_t first, uint32_t last)
{
	unsigned int i = 0, count;

	bench_restart(b, style, INTERNAL | MODE_PROM | dxmtfcs);
	bench_frame(b->mem + TX_BUF, 200, stranger);
	tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_STP | first);
	tx_put(b, 1, TX_BUF + 100, 100, DESC_OWN | DESC_ENP | last);
	kick(b);
	count = rx_count(b, i);
	/* With one, 204 bytes came; else the last four are taken for it. */
	assert_int_equal(!!(rx_flags(b, 0) & RMD_CRC), count == 200);
	assert_int_equal(count, count == 200 ? 200 : 204);
	return count == 204;
}

static void who_makes_the_fcs(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style;

	for (style = 0; style <= STYLE_PCNET2; style++) {
		assert_true(loops_fcs(b, style, 0, 0, 0));
		assert_false(loops_fcs(b, style, MODE_DXMTFCS, 0, 0));
		if (style == STYLE_ILACC)
			continue;
		/* ADD_FCS counts in the first descriptor. */
		assert_true(loops_fcs(b, style, MODE_DXMTFCS, TMD_FCS, 0));
		assert_false(loops_fcs(b, style, MODE_DXMTFCS, 0, TMD_FCS));
		assert_true(loops_fcs(b, style, 0, TMD_FCS, TMD_FCS));
	}
	/* In ILACC style the bit is NO_FCS, in the last one. */
	assert_false(loops_fcs(b, STYLE_ILACC, 0, 0, TMD_FCS));
	assert_true(loops_fcs(b, STYLE_ILACC, 0, TMD_FCS, 0));
	assert_false(loops_fcs(b, STYLE_ILACC, MODE_DXMTFCS, TMD_FCS, 0));
}

static void the_drivers_own_fcs(void **state)
{
	struct lance_bench *b = *state;

	/* The cable has no FCS: a right one is cut off, a wrong one kills. */
	bench_start(b, STYLE_PCNET, MODE_DXMTFCS);
	bench_frame(b->mem + TX_BUF, 100, stranger);
	put_le32(b->mem + TX_BUF + 96,
		 ether_crc_fcs(&b->chip.crc, b->mem + TX_BUF, 96));
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 1);
	assert_int_equal(b->sent_len[0], 96);
	assert_memory_equal(b->sent_frame[0], b->mem + TX_BUF, 96);
	b->mem[TX_BUF + 50] ^= 1;
	bench_send(b, 1, 100);
	bench_send(b, 2, 4);		/* nothing but an FCS */
	assert_int_equal(b->sent, 1);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_bad_fcs], 2);
	/* The chip knows nothing of that: it sent it. */
	assert_false(tx_flags(b, 1) & (DESC_OWN | DESC_ERR));
}

static void padding_makes_64_bytes(void **state)
{
	struct lance_bench *b = *state;
	unsigned int len;

	for (len = 1; len < 70; len++) {
		/* Always with FCS, whatever DXMTFCS says. */
		bench_restart(b, STYLE_PCNET, MODE_DXMTFCS);
		csr_write(b, 4, CSR4_APAD_XMT);
		memset(b->mem + TX_BUF, 0x55, 100);
		memset(b->chip.frame, 0xee, 100);
		bench_send(b, 0, len);
		assert_int_equal(b->sent_len[0], len < 60 ? 60 : len);
		assert_int_equal(b->sent_frame[0][len - 1], 0x55);
		if (len < 60)
			assert_int_equal(b->sent_frame[0][len] |
						 b->sent_frame[0][59],
					 0);
		bench_restart(b, STYLE_PCNET, 0);
		bench_send(b, 0, len);
		assert_int_equal(b->sent_len[0], len);
	}
}

static void babble_from_1519_bytes_on(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	bench_send(b, 0, 1514);
	assert_false(csr_read(b, 0) & (CSR0_BABL | CSR0_ERR));
	bench_send(b, 1, 1515);
	assert_int_equal(b->sent, 2);		/* it is sent all the same */
	assert_int_equal(csr_read(b, 0) & (CSR0_BABL | CSR0_ERR),
			 CSR0_BABL | CSR0_ERR);
	assert_false(tx_flags(b, 1) & DESC_ERR);
}

/* ---- errors -------------------------------------------------------------- */

static void no_link_no_carrier(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style;

	for (style = 0; style <= STYLE_PCNET2; style++) {
		bench_restart(b, style, 0);
		lance_link(&b->chip, false);
		csr_write(b, 5, CSR5_TOKINTD);
		bench_send(b, 0, 100);
		assert_int_equal(b->sent, 0);
		assert_int_equal(tx_flags(b, 0) & (DESC_OWN | DESC_ERR),
				 DESC_ERR);
		assert_int_equal(tx_status(b, 0), TMS_LCAR);
		assert_int_equal(csr0(b) & (CSR0_CERR | CSR0_ERR | CSR0_TINT),
				 CSR0_CERR | CSR0_ERR | CSR0_TINT);
		/* CERR alone never interrupts. */
		csr_write(b, 0, CSR0_TINT | CSR0_IENA);
		assert_false(b->irq);
		/* The transmitter stays on; with the link, all is well. */
		lance_link(&b->chip, true);
		bench_send(b, 1, 100);
		assert_int_equal(b->sent, 1);
		assert_int_equal(tx_status(b, 1), 0);
	}
	/* Not tested, the link is up, and the frame is lost unseen. */
	bench_restart(b, STYLE_PCNET, MODE_DLNKTST);
	lance_link(&b->chip, false);
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 0);
	assert_int_equal(tx_status(b, 0), 0);
	assert_false(csr_read(b, 0) & CSR0_CERR);
}

static void a_deaf_cable(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	/* One attempt only, or as many as fit in a second. */
	bench_start(b, STYLE_PCNET, MODE_DRTY);
	b->cable_full = true;
	bench_send(b, 0, 100);
	assert_int_equal(tx_status(b, 0), TMS_RTRY);
	assert_true(tx_flags(b, 0) & DESC_ERR);
	bench_restart(b, STYLE_PCNET, 0);
	b->cable_full = true;
	b->now_ns = 1;
	bench_send(b, 0, 100);
	for (i = 0; tx_flags(b, 0) & DESC_OWN; i++) {
		assert_true(b->alarm_ns > b->now_ns);
		assert_true(b->alarm_ns <= b->now_ns + LANCE_RETRY_NS);
		b->now_ns = b->alarm_ns;
		lance_tick(&b->chip);
		assert_true(i < 2 * LANCE_GIVE_UP_NS / LANCE_RETRY_NS);
	}
	assert_true(b->now_ns >= LANCE_GIVE_UP_NS);
	assert_int_equal(tx_status(b, 0), TMS_RTRY);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_cable_full], 1);
}

/* deaf_for() - tick as the alarm asks while nothing is taken, for that long */
static void deaf_for(struct lance_bench *b, uint64_t ns)
{
	uint64_t end = b->now_ns + ns;

	while (b->now_ns < end) {
		b->now_ns = MIN(b->alarm_ns, end);
		lance_tick(&b->chip);
	}
}

/* refused() - the frame in entry @i waits for the cable, and may wait long */
static void refused(struct lance_bench *b, unsigned int i)
{
	b->cable_full = true;
	bench_send(b, i, 100);
	assert_true(tx_flags(b, i) & DESC_OWN);
	deaf_for(b, LANCE_GIVE_UP_NS / 10 * 9);
	assert_true(tx_flags(b, i) & DESC_OWN);
}

/* Whichever way a frame left the ring, the next one has a second of its own. */
static void each_frame_waits_for_itself(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, 0);
	b->now_ns = 1;
	refused(b, 0);
	lance_link(&b->chip, false);	/* lost: no carrier */
	deaf_for(b, 2 * LANCE_RETRY_NS);
	assert_int_equal(tx_status(b, 0), TMS_LCAR);
	lance_link(&b->chip, true);
	refused(b, 1);
	tx_put(b, 1, TX_BUF, 100, 0);	/* its driver takes it back */
	deaf_for(b, 2 * LANCE_RETRY_NS);
	assert_true(b->alarm_ns > b->now_ns + LANCE_RETRY_NS);
	refused(b, 1);
	deaf_for(b, LANCE_GIVE_UP_NS / 5);
	assert_int_equal(tx_status(b, 1), TMS_RTRY);
	refused(b, 2);
	tx_put(b, 2, TX_BUF, 0, OWNED_FRAME);	/* empty */
	deaf_for(b, 2 * LANCE_RETRY_NS);
	assert_false(tx_flags(b, 2) & DESC_OWN);
	refused(b, 3);
	b->cable_full = false;
	deaf_for(b, 2 * LANCE_RETRY_NS);
	assert_int_equal(b->sent, 1);
	refused(b, 4);
	for (i = 0; i < 5; i++)
		assert_false(tx_status(b, i) & TMS_RTRY && i != 1);
	assert_int_equal(b->stats.drops[LANCE_DROP_tx_cable_full], 1);
}

/*
 * A VM that stood still, or a clock that jumped, is no second of trying: like
 * the real chip, this one has tried 16 times before it says RTRY.
 */
static void a_pause_is_not_a_wait(void **state)
{
	struct lance_bench *b = *state;
	unsigned int tries;

	bench_start(b, STYLE_PCNET, 0);
	b->cable_full = true;
	b->now_ns = 1;
	bench_send(b, 0, 100);
	for (tries = 1; tx_flags(b, 0) & DESC_OWN; tries++) {
		b->now_ns += 100 * LANCE_GIVE_UP_NS;
		lance_tick(&b->chip);
	}
	assert_true(tries >= 16 && tries <= 18);
	assert_int_equal(tx_status(b, 0), TMS_RTRY);
	/* Back: the other world's clock. It costs nothing. */
	bench_restart(b, STYLE_PCNET, 0);
	b->cable_full = true;
	b->now_ns = 1000 * LANCE_GIVE_UP_NS;
	bench_send(b, 0, 100);
	b->now_ns = 1;
	lance_work(&b->chip);
	deaf_for(b, LANCE_GIVE_UP_NS / 10 * 9);
	assert_true(tx_flags(b, 0) & DESC_OWN);
	deaf_for(b, LANCE_GIVE_UP_NS / 5);
	assert_int_equal(tx_status(b, 0), TMS_RTRY);
}

static void txstrt_tells_of_each_start(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	csr_write(b, 3, CSR0_TINT);
	csr_write(b, 4, 0);
	bench_send(b, 0, 100);
	assert_true(csr_read(b, 4) & CSR4_TXSTRT);
	assert_true(b->irq);
	csr_write(b, 4, CSR4_TXSTRT | CSR4_TXSTRTM);
	assert_false(b->irq);
	bench_send(b, 1, 100);
	assert_true(csr_read(b, 4) & CSR4_TXSTRT);
	assert_false(b->irq);
}

/* ---- TINT that waits ----------------------------------------------------- */

static void patient(struct lance_bench *b)
{
	bench_restart(b, STYLE_PCNET, 0);
	b->chip.tint_may_wait = true;
}

static void tint_waits_for_half_the_ring(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i, n = 0;

	patient(b);
	while (n < 3 * RING_LEN) {
		for (i = 0; i < RING_LEN / 2; i++) {
			assert_false(b->irq);
			bench_send(b, n++ % RING_LEN, 100);
			/* All else is as ever. */
			assert_true(csr_read(b, 0) & CSR0_TINT);
			assert_true(csr_read(b, 0) & CSR0_INTR);
		}
		assert_true(b->irq);
		bench_send(b, n++ % RING_LEN, 100);
		assert_true(b->irq);	/* until it is told that it was seen */
		csr_write(b, 0, CSR0_TINT | CSR0_IENA);
	}
	assert_int_equal(b->sent, n);
	assert_int_equal(b->irq_rises, n / (RING_LEN / 2 + 1));
}

static void tint_waits_till_the_guest_is_idle(void **state)
{
	struct lance_bench *b = *state;

	patient(b);
	lance_idle(&b->chip);		/* nothing waits */
	assert_false(b->irq);
	bench_send(b, 0, 100);
	assert_false(b->irq);
	lance_idle(&b->chip);
	assert_true(b->irq);
	csr_write(b, 0, CSR0_TINT | CSR0_IENA);
	assert_false(b->irq);
	bench_send(b, 1, 100);		/* and the next one waits again */
	assert_false(b->irq);
}

/* A guest that computes has it in time, and a clock is set once for many. */
static void tint_waits_for_a_while(void **state)
{
	struct lance_bench *b = *state;
	uint64_t due;

	patient(b);
	/* No other cause, and by no polling another alarm. */
	csr_write(b, 4, CSR4_DPOLL | CSR4_TXSTRTM);
	bench_send(b, 0, 100);
	due = b->alarm_ns;
	assert_in_range(due - b->now_ns, 1, 2000000);
	lance_idle(&b->chip);
	csr_write(b, 0, CSR0_TINT | CSR0_IENA);
	b->now_ns = due - 1;
	bench_send(b, 1, 100);
	assert_false(b->irq);
	assert_int_equal(b->alarm_ns, due);
	lance_tick(&b->chip);
	assert_false(b->irq);
	assert_int_equal(b->alarm_ns, due);
	b->now_ns = due;
	lance_tick(&b->chip);
	assert_true(b->irq);
	assert_int_equal(b->regs.alarm_ns, CLOCK_NEVER);
}

static void tint_comes_with_another_cause(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[60];

	patient(b);
	bench_send(b, 0, 100);
	assert_false(b->irq);
	bench_frame(frame, sizeof(frame), bench_mac);
	lance_receive(&b->chip, frame, sizeof(frame));
	assert_true(b->irq);
	assert_true(csr_read(b, 0) & CSR0_TINT);
	csr_write(b, 0, CSR0_RINT | CSR0_IENA);	/* what was read is left */
	assert_false(b->irq);
	lance_idle(&b->chip);
	assert_true(b->irq);
}

static void tint_of_an_error_does_not_wait(void **state)
{
	struct lance_bench *b = *state;

	patient(b);
	tx_put(b, 0, TX_BUF, 100, DESC_OWN | DESC_STP);	/* no end */
	kick(b);
	assert_true(b->irq);
	/* Nor does one behind a STOP, which forgets it. */
	patient(b);
	bench_send(b, 0, 100);
	csr_write(b, 0, CSR0_STOP);
	lance_idle(&b->chip);
	assert_false(b->irq);
	/* The other world's half is not so patient. */
	patient(b);
	bench_send(b, 0, 100);
	b->chip.tint_may_wait = false;
	csr_write(b, 0, CSR0_TINT | CSR0_IENA);
	bench_send(b, 1, 100);
	assert_true(b->irq);
}

/* ---- 9.11: loopback ------------------------------------------------------ */

/* loop() - one frame; Return: how many ways it went: 1 cable, 2 looped */
static unsigned int loop(struct lance_bench *b, uint16_t mode, uint16_t bcr2,
			 bool link)
{
	bench_open(b);
	lance_link(&b->chip, link);
	bcr_write(b, BCR_MISC, bcr2);
	bench_start(b, STYLE_PCNET, mode);
	bench_frame(b->mem + TX_BUF, 40, bench_mac);	/* a runt: RPA */
	bench_send(b, 0, 40);
	if (rx_flags(b, 0) & DESC_ENP)
		assert_int_equal(rx_count(b, 0), 44);
	return (b->sent ? 1 : 0) | (rx_flags(b, 0) & DESC_ENP ? 2 : 0);
}

static void every_kind_of_loopback(void **state)
{
	const uint16_t asel = BCR2_ASEL, tmau = BCR2_TMAULOOP;
	const uint16_t gpsi = MODE_PORT_GPSI;
	struct lance_bench *b = *state;

	assert_int_equal(loop(b, 0, asel, true), 1);
	assert_int_equal(loop(b, MODE_INTL, asel, true), 1);
	assert_int_equal(loop(b, INTERNAL, asel, true), 2);
	assert_int_equal(loop(b, INTERNAL | MODE_MENDECL, asel, true), 2);
	/* Internal needs no link, and tells of no carrier that is lost. */
	assert_int_equal(loop(b, INTERNAL, asel, false), 2);
	assert_int_equal(tx_status(b, 0), 0);
	/* External: out, and back; with TMAULOOP the wire would have to. */
	assert_int_equal(loop(b, EXTERNAL, asel, true), 3);
	assert_int_equal(loop(b, EXTERNAL | TP, 0, true), 3);
	assert_int_equal(loop(b, EXTERNAL | TP, tmau, true), 1);
	assert_int_equal(loop(b, EXTERNAL, asel | tmau, true), 1);
	/* TMAULOOP is of the twisted pair alone. */
	assert_int_equal(loop(b, EXTERNAL, tmau, true), 3);
	assert_int_equal(loop(b, EXTERNAL | gpsi, asel | tmau, true), 3);
}

static void loopback_and_the_network(void **state)
{
	struct lance_bench *b = *state;
	uint8_t frame[100];

	bench_frame(frame, sizeof(frame), bench_mac);
	bench_start(b, STYLE_PCNET, INTERNAL);
	assert_int_equal(lance_receive(&b->chip, frame, 100), LANCE_RX_DROPPED);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_loopback], 1);
	assert_true(lance_can_receive(&b->chip, 100));
	bench_restart(b, STYLE_PCNET, EXTERNAL);
	assert_int_equal(lance_receive(&b->chip, frame, 100),
			 LANCE_RX_DELIVERED);
	/* What comes back passes the address filter like anything else. */
	bench_restart(b, STYLE_PCNET, INTERNAL);
	bench_frame(b->mem + TX_BUF, 100, stranger);
	bench_send(b, 0, 100);
	assert_true(rx_flags(b, 0) & DESC_OWN);
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_filter], 1);
	/* Nor is there a receiver to hear it with DRX. */
	bench_restart(b, STYLE_PCNET, INTERNAL | MODE_DRX);
	bench_send(b, 0, 100);
	assert_false(tx_flags(b, 0) & (DESC_OWN | DESC_ERR));
	assert_int_equal(b->stats.drops[LANCE_DROP_rx_off], 1);
}

static void a_whole_ring_looped(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	bench_start(b, STYLE_PCNET, INTERNAL);
	for (i = 0; i < RING_LEN; i++) {
		bench_frame(b->mem + TX_BUF + i * BUF_STRIDE, 100 + i,
			    bench_mac);
		tx_put(b, i, TX_BUF + i * BUF_STRIDE, 100 + i, OWNED_FRAME);
	}
	kick(b);
	for (i = 0; i < RING_LEN; i++) {
		assert_int_equal(rx_count(b, i), 104 + i);
		assert_memory_equal(b->mem + RX_BUF + i * BUF_STRIDE,
				    b->mem + TX_BUF + i * BUF_STRIDE, 100 + i);
	}
	/* The next one finds no buffer: missed, as from the wire. */
	bench_send(b, 0, 100);
	assert_true(csr_read(b, 0) & CSR0_MISS);
}

static void forced_collisions(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, INTERNAL | MODE_FCOLL);
	bench_frame(b->mem + TX_BUF, 100, bench_mac);
	bench_send(b, 0, 100);
	assert_int_equal(tx_flags(b, 0) & (DESC_OWN | DESC_ERR), DESC_ERR);
	assert_int_equal(tx_status(b, 0), TMS_RTRY);
	assert_true(rx_flags(b, 0) & DESC_OWN);
	assert_true(csr_read(b, 0) & CSR0_TINT);
	/* Only in internal loopback. */
	bench_restart(b, STYLE_PCNET, MODE_FCOLL);
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 1);
	bench_restart(b, STYLE_PCNET, EXTERNAL | MODE_FCOLL);
	bench_send(b, 0, 100);
	assert_int_equal(b->sent, 1);
}

/* ---- what may wait for a world switch ------------------------------------ */

static void frames_in_the_ring_are_counted(void **state)
{
	struct lance_bench *b = *state;
	unsigned int style, i;

	for (style = STYLE_LANCE; style <= STYLE_PCNET2; style++) {
		bench_restart(b, style, 0);
		assert_int_equal(lance_tx_waiting(&b->chip, 5), 0);
		bench_send(b, 0, 100);	/* so it does not begin at entry 0 */
		tx_put(b, 1, TX_BUF, 100, OWNED_FRAME);
		tx_put(b, 2, TX_BUF, 100, DESC_OWN | DESC_STP);
		assert_int_equal(lance_tx_waiting(&b->chip, 5), 1);
		tx_put(b, 3, TX_BUF, 100, DESC_OWN | DESC_ENP);
		assert_int_equal(lance_tx_waiting(&b->chip, 5), 2);
		/* What comes behind a gap is not yet the chip's. */
		tx_put(b, 5, TX_BUF, 100, OWNED_FRAME);
		assert_int_equal(lance_tx_waiting(&b->chip, 5), 2);
		assert_int_equal(lance_tx_waiting(&b->chip, 1), 1);
		assert_int_equal(b->sent, 1);
		/* A full ring: the driver can not go on without us. */
		for (i = 0; i < RING_LEN; i++)
			tx_put(b, i, TX_BUF, 100, DESC_OWN | DESC_STP);
		assert_int_equal(lance_tx_waiting(&b->chip, 5), 5);
	}
	b->chip.dma.read = NULL;	/* nor is there RAM everywhere */
	assert_int_equal(lance_tx_waiting(&b->chip, 5), 0);
}

static void batches_are_counted(void **state)
{
	static const struct { uint64_t frames; unsigned int bucket; } rows[] = {
		{ 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 5, 4 }, { 8, 4 },
		{ 9, 5 }, { 16, 5 }, { 17, 6 }, { 32, 6 }, { 33, 7 },
		{ 1u << 20, 7 }, { UINT64_MAX, 7 },
	};
	uint64_t batches[LANCE_BATCHES];
	struct lance_bench *b = *state;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(batches, 0, sizeof(batches));
		lance_batch(batches, 0);
		lance_batch(batches, rows[i].frames);
		for (j = 0; j < LANCE_BATCHES; j++)
			assert_int_equal(batches[j], j == rows[i].bucket);
	}
	bench_start(b, STYLE_PCNET, 0);
	for (i = 0; i < 6; i++)
		tx_put(b, i, TX_BUF, 100, OWNED_FRAME);
	kick(b);
	bench_send(b, 6, 100);
	kick(b);
	assert_int_equal(b->stats.tx_batches[4], 1);
	assert_int_equal(b->stats.tx_batches[0], 1);
}

/* rdp() - write the CSR that RAP names, with no work done. */
static enum chip_answer rdp(struct lance_bench *b, unsigned int n, uint16_t v)
{
	assert_int_equal(lance_port_write(&b->chip, 0x12, 2, n), CHIP_DONE);
	return lance_port_write(&b->chip, 0x10, 2, v);
}

static void only_a_tdmd_may_wait(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	assert_int_equal(rdp(b, 0, CSR0_TDMD | CSR0_IENA), CHIP_MAY_WAIT);
	/* once more */
	assert_int_equal(rdp(b, 0, CSR0_TDMD | CSR0_TINT), CHIP_MAY_WAIT);
	assert_true(lance_has_work(&b->regs));
	/* What waits still may; this rings no bell. */
	assert_int_equal(rdp(b, 0, CSR0_TINT), CHIP_DONE);
	b->regs.rx_waiting = 1;
	assert_int_equal(rdp(b, 0, CSR0_RINT), CHIP_LOOK);
	b->regs.rx_waiting = 0;
	/* the first waits: not now */
	assert_int_equal(rdp(b, 5, CSR5_SPND), CHIP_NEEDS_HOST);
	lance_work(&b->chip);
	assert_false(lance_has_work(&b->regs));
	assert_int_equal(rdp(b, 0, CSR0_TDMD), CHIP_DONE);	/* suspended */
	assert_int_equal(rdp(b, 5, 0), CHIP_NEEDS_HOST);
	lance_work(&b->chip);
	/* Polling is allowed again. */
	assert_int_equal(rdp(b, 4, CSR4_DPOLL), CHIP_DONE);
	assert_int_equal(rdp(b, 4, 0), CHIP_NEEDS_HOST);
	lance_work(&b->chip);
	bench_restart(b, STYLE_PCNET, 0);
	csr_write(b, 0, CSR0_STOP);
	assert_int_equal(rdp(b, 0, CSR0_INIT), CHIP_NEEDS_HOST);
	lance_work(&b->chip);
	assert_int_equal(rdp(b, 0, CSR0_STRT), CHIP_NEEDS_HOST);
	assert_int_equal(rdp(b, 0, CSR0_TDMD), CHIP_DONE);	/* not on yet */
}

static void what_stops_the_chip(void **state)
{
	struct lance_bench *b = *state;
	const struct lance_regs *r = &b->regs;

	bench_start(b, STYLE_PCNET, 0);
	assert_false(rdp(b, 0, CSR0_IENA));
	assert_true(lance_port_stops(r, 0x10, 2, true, CSR0_STOP));
	assert_true(lance_port_stops(r, 0x10, 2, true, 0xffff));
	assert_true(lance_port_stops(r, 0x10, 4, true, CSR0_STOP));
	assert_false(lance_port_stops(r, 0x10, 2, true, CSR0_TDMD));
	assert_false(lance_port_stops(r, 0x10, 2, false, CSR0_STOP));
	assert_false(lance_port_stops(r, 0x12, 2, true, CSR0_STOP));
	assert_false(lance_port_stops(r, 0x16, 2, true, CSR0_STOP));
	assert_true(lance_port_stops(r, 0x14, 2, false, 0));
	assert_false(lance_port_stops(r, 0x14, 2, true, 0));
	assert_false(lance_port_stops(r, 0x14, 1, false, 0));
	assert_false(rdp(b, 3, 0));
	assert_false(lance_port_stops(r, 0x10, 2, true, CSR0_STOP));
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(dpoll_leaves_it_to_tdmd), T(csr47_is_the_interval),
		T(who_makes_the_fcs), T(the_drivers_own_fcs),
		T(padding_makes_64_bytes), T(babble_from_1519_bytes_on),
		T(no_link_no_carrier), T(a_deaf_cable),
		T(each_frame_waits_for_itself), T(a_pause_is_not_a_wait),
		T(txstrt_tells_of_each_start),
		T(tint_waits_for_half_the_ring),
		T(tint_waits_till_the_guest_is_idle),
		T(tint_waits_for_a_while), T(tint_comes_with_another_cause),
		T(tint_of_an_error_does_not_wait), T(every_kind_of_loopback),
		T(loopback_and_the_network), T(a_whole_ring_looped),
		T(forced_collisions), T(frames_in_the_ring_are_counted),
		T(batches_are_counted), T(only_a_tdmd_may_wait),
		T(what_stops_the_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
