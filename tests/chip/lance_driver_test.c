/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_driver_test.c - the Am79C970A as two real drivers use it, access by
 * access: which port, which width, which value, in which order.
 *
 *   linux   pcnet32 of Linux 6.1: WIO, software style 2, 32-bit rings of 32
 *           and 16 entries, interrupts masked in CSR3 while it polls;
 *   dos     a 16-bit packet or NDIS driver of the NE2100 family: WIO, style
 *           0, the flags of a descriptor written as one byte.
 *
 * Written from what these drivers are known to do, in our own words; only the
 * bench's wires are shared with the other tests. A driver's own mistakes are
 * here, too: Linux leaves a reserved software style behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_lance.h"

enum { RDP = 0x10, RAP = 0x12, RESET = 0x14, BDP = 0x16 };

static const uint8_t peer[6] = { 0x00, 0x22, 0x33, 0x44, 0x55, 0x66 };
static const uint8_t group[6] = { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 };
static const uint8_t everybody[6] = { 255, 255, 255, 255, 255, 255 };

/* ---- the machine --------------------------------------------------------- */

static uint8_t inb(struct lance_bench *b, unsigned int port)
{
	uint32_t v;

	lance_port_read(&b->chip, port, 1, &v);
	return (uint8_t)v;
}

static uint16_t inw(struct lance_bench *b, unsigned int port)
{
	uint32_t v;

	lance_port_read(&b->chip, port, 2, &v);
	return (uint16_t)v;
}

static void outw(struct lance_bench *b, unsigned int port, unsigned int v)
{
	if (lance_port_write(&b->chip, port, 2, v) != CHIP_DONE)
		lance_work(&b->chip);
}

static uint16_t get_csr(struct lance_bench *b, unsigned int n)
{
	outw(b, RAP, n);
	return inw(b, RDP);
}

static void set_csr(struct lance_bench *b, unsigned int n, unsigned int v)
{
	outw(b, RAP, n);
	outw(b, RDP, v);
}

static uint16_t get_bcr(struct lance_bench *b, unsigned int n)
{
	outw(b, RAP, n);
	return inw(b, BDP);
}

static void set_bcr(struct lance_bench *b, unsigned int n, unsigned int v)
{
	outw(b, RAP, n);
	outw(b, BDP, v);
}

/* from_wire() - a frame of pattern @n; false: the cable has to hold it */
static bool from_wire(struct lance_bench *b, const uint8_t to[6], size_t len,
		      unsigned int n)
{
	uint8_t frame[1514];

	if (!lance_can_receive(&b->chip, len))
		return false;
	bench_frame(frame, len, to);
	frame[20] = (uint8_t)n;
	lance_receive(&b->chip, frame, len);
	return true;
}

/* ---- linux --------------------------------------------------------------- */

#define BLOCK		0x1000u
#define LX_RX		0x2000u
#define LX_TX		0x3000u
#define LX_RX_LEN	32u
#define LX_TX_LEN	16u
#define BUF_SIZE	1544u
#define LX_RX_BUF(i)	(0x10000u + (i) * 0x800u)
#define LX_TX_BUF(i)	(0x40000u + (i) * 0x800u)

/* What the driver remembers of its rings. */
struct linux_drv {
	struct lance_bench *b;
	unsigned int cur_rx, cur_tx, dirty_tx;
	unsigned int rx_packets, tx_packets, tx_errors, carrier_errors;
	unsigned int last_len;
	uint8_t last_mark;	/* byte 20 of the last frame */
	bool link;
};

static uint8_t *lx_entry(struct linux_drv *d, uint32_t ring, unsigned int i)
{
	return d->b->mem + ring + 16 * i;
}

static void lx_probe(struct linux_drv *d, struct lance_bench *b)
{
	unsigned int i, wrote = b->wrote;
	uint32_t version;
	uint8_t prom[6];

	memset(d, 0, sizeof(*d));
	d->b = b;
	/* Is it there, and by words? */
	inw(b, RESET);
	assert_int_equal(get_csr(b, 0), 4);
	outw(b, RAP, 88);
	assert_int_equal(inw(b, RAP), 88);
	version = get_csr(b, 88) | (uint32_t)get_csr(b, 89) << 16;
	assert_int_equal(version & 0xfff, 3);
	assert_int_equal(version >> 12 & 0xffff, 0x2621);
	/* CSR12-14 are compared with the PROM, which wins. */
	for (i = 0; i < 3; i++)
		get_csr(b, i + 12);
	for (i = 0; i < 6; i++)
		prom[i] = inb(b, i);
	assert_memory_equal(prom, bench_mac, 6);
	/* A block that switches both directions off, for the time being. */
	memset(b->mem + BLOCK, 0, 28);
	put_le16(b->mem + BLOCK, 0x0003);
	memcpy(b->mem + BLOCK + 4, prom, 6);
	set_bcr(b, 20, 2);
	set_csr(b, 1, BLOCK & 0xffff);
	set_csr(b, 2, BLOCK >> 16);
	assert_int_equal(b->wrote, wrote);
	assert_false(b->irq);
}

static void lx_init_rings(struct linux_drv *d, uint16_t mode)
{
	uint8_t *block = d->b->mem + BLOCK, *e;
	unsigned int i;

	d->cur_rx = d->cur_tx = d->dirty_tx = 0;
	for (i = 0; i < LX_RX_LEN; i++) {
		e = lx_entry(d, LX_RX, i);
		put_le32(e, LX_RX_BUF(i));
		put_le16(e + 4, (uint16_t)-BUF_SIZE);
		put_le16(e + 6, 0x8000);
	}
	memset(lx_entry(d, LX_TX, 0), 0, 16 * LX_TX_LEN);
	put_le16(block, mode);
	put_le16(block + 2, 4 << 12 | 5 << 4);
	put_le32(block + 20, LX_RX);
	put_le32(block + 24, LX_TX);
}

static void lx_check_media(struct linux_drv *d)
{
	d->link = get_bcr(d->b, 4) != 0xc0;
}

static void lx_open(struct linux_drv *d)
{
	struct lance_bench *b = d->b;
	unsigned int i;

	inw(b, RESET);
	set_bcr(b, 20, 2);
	set_bcr(b, 2, (get_bcr(b, 2) & ~2u) | 2);	/* choose the port */
	set_bcr(b, 9, get_bcr(b, 9) & ~3u);
	set_csr(b, 124, get_csr(b, 124) & ~0x10u);
	lx_init_rings(d, 0);
	memset(b->mem + BLOCK + 12, 0, 8);
	set_csr(b, 1, BLOCK & 0xffff);
	set_csr(b, 2, BLOCK >> 16);
	set_csr(b, 4, 0x0915);
	set_csr(b, 0, 0x0001);
	lx_check_media(d);
	for (i = 0; i < 100; i++)
		if (get_csr(b, 0) & 0x0100)
			break;
	assert_true(i < 100);
	set_csr(b, 0, 0x0042);		/* IDON is left standing */
}

/* lx_xmit() - a frame to @to; false: the ring is full */
static bool lx_xmit(struct linux_drv *d, const uint8_t to[6], unsigned int len,
		    unsigned int n)
{
	unsigned int i = d->cur_tx % LX_TX_LEN;
	uint8_t *e = lx_entry(d, LX_TX, i);

	if (d->cur_tx - d->dirty_tx == LX_TX_LEN)
		return false;
	bench_frame(d->b->mem + LX_TX_BUF(i), len, to);
	d->b->mem[LX_TX_BUF(i) + 20] = (uint8_t)n;
	put_le16(e + 4, (uint16_t)-len);
	put_le32(e + 8, 0);
	put_le32(e, LX_TX_BUF(i));
	put_le16(e + 6, 0x8300);
	d->cur_tx++;
	set_csr(d->b, 0, 0x0048);
	return true;
}

static void lx_reap_tx(struct linux_drv *d)
{
	uint16_t status;
	uint8_t *e;

	for (; d->dirty_tx != d->cur_tx; d->dirty_tx++) {
		e = lx_entry(d, LX_TX, d->dirty_tx % LX_TX_LEN);
		status = get_le16(e + 6);
		if (status & 0x8000)
			break;
		put_le32(e, 0);
		if (status & 0x4000) {
			d->tx_errors++;
			d->carrier_errors += get_le32(e + 8) >> 27 & 1;
		} else {
			d->tx_packets++;
		}
	}
}

static void lx_rx(struct linux_drv *d)
{
	unsigned int i = d->cur_rx % LX_RX_LEN;
	uint8_t *e = lx_entry(d, LX_RX, i);

	while (!(get_le16(e + 6) & 0x8000)) {
		assert_int_equal(get_le16(e + 6) >> 8, 0x03);
		d->last_len = (get_le32(e + 8) & 0xfff) - 4;
		d->last_mark = d->b->mem[LX_RX_BUF(i) + 20];
		d->rx_packets++;
		put_le16(e + 4, (uint16_t)-BUF_SIZE);
		put_le16(e + 6, 0x8000);
		i = ++d->cur_rx % LX_RX_LEN;
		e = lx_entry(d, LX_RX, i);
	}
}

/* lx_irq() - handler and poll; to be called while the pin is active */
static void lx_irq(struct linux_drv *d)
{
	struct lance_bench *b = d->b;
	uint16_t csr0;

	assert_true(b->irq);
	csr0 = get_csr(b, 0);
	assert_true(csr0 & 0x8f00);
	set_csr(b, 0, csr0 & ~0x004fu);		/* IENA goes with it */
	assert_false(b->irq);
	set_csr(b, 3, get_csr(b, 3) | 0x5f00);
	lx_rx(d);
	lx_reap_tx(d);
	set_csr(b, 3, get_csr(b, 3) & 0x00ff);
	set_csr(b, 0, 0x0040);
}

/* lx_filter() - the hash filter and promiscuous mode, while suspended */
static void lx_filter(struct linux_drv *d, bool promiscuous,
		      const uint16_t hash[4])
{
	struct lance_bench *b = d->b;
	unsigned int i;
	uint16_t mode;

	set_csr(b, 5, get_csr(b, 5) | 0x0001);
	for (i = 0; !(get_csr(b, 5) & 0x0001); i++)
		assert_true(i < 200);
	mode = get_csr(b, 15);
	set_csr(b, 15, promiscuous ? mode | 0x8000u : mode & 0x7fffu);
	for (i = 0; i < 4; i++)
		set_csr(b, 8 + i, hash[i]);
	set_csr(b, 5, get_csr(b, 5) & 0xfffe);
	assert_false(get_csr(b, 5) & 0x0001);
}

static void lx_close(struct linux_drv *d)
{
	get_csr(d->b, 112);
	set_csr(d->b, 0, 0x0004);
	set_bcr(d->b, 20, 4);		/* "16-bit"; it is a reserved style */
}

static void linux_opens_and_sees_the_link(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;

	lx_probe(&d, b);
	lx_open(&d);
	assert_true(d.link);
	assert_int_equal(get_csr(b, 0), 0x01f3);	/* IDON interrupts */
	assert_true(b->irq);
	lx_irq(&d);
	assert_int_equal(get_csr(b, 0), 0x0073);
	assert_false(b->irq);
	assert_int_equal(get_csr(b, 4), 0x0915);
	assert_int_equal(get_bcr(b, 20), 0x0302);
	lance_link(&b->chip, false);
	lx_check_media(&d);
	assert_false(d.link);
	lance_link(&b->chip, true);
	lx_check_media(&d);
	assert_true(d.link);
}

static void linux_sends(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;
	unsigned int n, len;

	lx_probe(&d, b);
	lx_open(&d);
	lx_irq(&d);
	for (n = 0; n < 50; n++) {
		len = 42 + 29 * n;
		assert_true(lx_xmit(&d, peer, len, n));
		assert_int_equal(b->sent, n + 1);
		assert_int_equal(b->sent_len[n], MAX(len, 60u));
		assert_int_equal(b->sent_frame[n][20], n);
		assert_memory_equal(b->sent_frame[n], peer, 6);
		lx_irq(&d);
		assert_int_equal(d.tx_packets, n + 1);
	}
	assert_int_equal(d.tx_errors, 0);
	/* A cable that is full: the queue stops, and goes on by itself. */
	b->cable_full = true;
	while (lx_xmit(&d, peer, 100, n))
		n++;
	assert_int_equal(n, 50 + LX_TX_LEN);
	assert_false(b->irq);
	b->cable_full = false;
	b->now_ns = b->alarm_ns;
	lance_tick(&b->chip);
	assert_int_equal(b->sent, n);
	assert_int_equal(b->irq_rises, 52);	/* IDON, 50, and one for all */
	lx_irq(&d);
	assert_int_equal(d.tx_packets, n);
	assert_true(lx_xmit(&d, peer, 100, n));
}

static void linux_receives(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;
	unsigned int n, i;

	lx_probe(&d, b);
	lx_open(&d);
	lx_irq(&d);
	for (n = 0; n < 100; n++) {
		assert_true(from_wire(b, n & 1 ? everybody : bench_mac,
				      60 + n * 14, n));
		lx_irq(&d);
		assert_int_equal(d.rx_packets, n + 1);
		assert_int_equal(d.last_len, 60 + n * 14);
		assert_int_equal(d.last_mark, n);
	}
	/* Not for us: not a byte of memory, no interrupt. */
	from_wire(b, peer, 100, 0);
	from_wire(b, group, 100, 0);
	assert_false(b->irq);
	/* A burst: one interrupt, and the cable waits for the driver. */
	i = b->irq_rises;
	for (n = 0; from_wire(b, bench_mac, 100, n); n++)
		assert_true(n < LX_RX_LEN);
	assert_int_equal(n, LX_RX_LEN);
	assert_int_equal(b->irq_rises, i + 1);
	lx_irq(&d);
	assert_int_equal(d.rx_packets, 100 + LX_RX_LEN);
	assert_true(from_wire(b, bench_mac, 100, n));
	assert_int_equal(get_csr(b, 112), 0);		/* nothing missed */
}

static void linux_changes_its_filter_on_the_run(void **state)
{
	static const uint16_t none[4], one[4] = { 0, 0, 0, 1 << 6 }; /* 54 */
	struct lance_bench *b = *state;
	struct linux_drv d;

	lx_probe(&d, b);
	lx_open(&d);
	lx_irq(&d);
	from_wire(b, bench_mac, 100, 1);
	lx_irq(&d);
	lx_filter(&d, false, one);
	from_wire(b, group, 100, 2);
	lx_irq(&d);
	assert_int_equal(d.last_mark, 2);
	lx_filter(&d, true, none);
	from_wire(b, peer, 100, 3);
	lx_irq(&d);
	assert_int_equal(d.last_mark, 3);
	lx_filter(&d, false, none);
	from_wire(b, peer, 100, 4);
	from_wire(b, group, 100, 5);
	assert_false(b->irq);
	assert_int_equal(d.rx_packets, 3);
	/* The rings went on from where they were. */
	assert_true(lx_xmit(&d, peer, 100, 6));
	lx_irq(&d);
	assert_int_equal(d.tx_packets, 1);
}

static void linux_without_a_cable(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;

	lance_link(&b->chip, false);
	lx_probe(&d, b);
	lx_open(&d);
	assert_false(d.link);
	lx_irq(&d);
	lx_xmit(&d, peer, 100, 1);
	lx_irq(&d);
	assert_int_equal(d.tx_errors, 1);
	assert_int_equal(d.carrier_errors, 1);
	lance_link(&b->chip, true);
	lx_xmit(&d, peer, 100, 1);
	lx_irq(&d);
	assert_int_equal(d.tx_packets, 1);
}

static void linux_closes_and_opens_again(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;
	unsigned int n;

	lx_probe(&d, b);
	for (n = 0; n < 3; n++) {
		lx_open(&d);
		lx_irq(&d);
		lx_xmit(&d, peer, 100, n);
		lx_irq(&d);
		from_wire(b, bench_mac, 100, n);
		lx_irq(&d);
		assert_int_equal(d.tx_packets, n + 1);
		assert_int_equal(d.rx_packets, n + 1);
		from_wire(b, bench_mac, 100, n);	/* nobody fetches it */
		lx_close(&d);
		assert_false(b->irq);
		assert_int_equal(get_csr(b, 0), 4);
		/* Memory is the kernel's again. */
		b->wrote = 0;
		assert_true(from_wire(b, bench_mac, 100, n));
		b->now_ns += 1000000000;
		lance_tick(&b->chip);
		assert_int_equal(b->wrote, 0);
	}
}

/* linux_tests_itself() - ethtool's loopback test: four frames, FIFO to FIFO */
static void linux_tests_itself(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv d;
	unsigned int i;
	uint8_t *e;

	lx_probe(&d, b);
	lx_open(&d);
	lx_irq(&d);
	set_csr(b, 0, 0x0004);
	inw(b, RESET);
	set_csr(b, 4, 0x0915);
	set_bcr(b, 20, 2);
	lx_init_rings(&d, 0);
	set_csr(b, 0, 0x0001);
	set_csr(b, 0, 0x0004);
	set_csr(b, 15, get_csr(b, 15) | 0x0044);
	for (i = 0; i < 4; i++) {
		e = lx_entry(&d, LX_TX, i);
		bench_frame(b->mem + LX_TX_BUF(i), 60, bench_mac);
		put_le32(e, LX_TX_BUF(i));
		put_le16(e + 4, (uint16_t)-60);
		put_le16(e + 6, 0x8300);
	}
	set_csr(b, 0, 0x0002);
	set_csr(b, 15, get_csr(b, 15) & ~0x0044u);	/* not while it runs */
	assert_int_equal(get_csr(b, 15) & 0x0044, 0x0044);
	for (i = 0; i < 4; i++) {
		e = lx_entry(&d, LX_RX, i);
		assert_int_equal(get_le16(e + 6) & 0xc300, 0x0300);
		assert_memory_equal(b->mem + LX_RX_BUF(i),
				    b->mem + LX_TX_BUF(i), 60);
	}
	assert_int_equal(b->sent, 0);
	set_csr(b, 0, 0x0004);
	lx_open(&d);
	lx_irq(&d);
	assert_true(lx_xmit(&d, peer, 100, 1));
	assert_int_equal(b->sent, 1);
}

/* ---- dos ----------------------------------------------------------------- */

#define DOS_RX		0x7000u
#define DOS_TX		0x7800u
#define DOS_RX_LEN	8u
#define DOS_TX_LEN	2u
#define DOS_BUF		1520u
#define DOS_RX_BUF(i)	(0x8000u + (i) * DOS_BUF)
#define DOS_TX_BUF(i)	(0xc000u + (i) * DOS_BUF)

struct dos_drv {
	struct lance_bench *b;
	unsigned int rx, tx;
	unsigned int got;
	unsigned int len;
	uint8_t mark;
};

static uint8_t *dos_entry(struct dos_drv *d, uint32_t ring, unsigned int i)
{
	return d->b->mem + ring + 8 * i;
}

/* dos_find() - reset as an NE2100 wants it, then the address PROM */
static void dos_find(struct dos_drv *d, struct lance_bench *b)
{
	unsigned int i, sum = 0;
	uint8_t prom[16];

	memset(d, 0, sizeof(*d));
	d->b = b;
	outw(b, RESET, inw(b, RESET));
	outw(b, RAP, 0);
	assert_int_equal(inw(b, RDP), 4);
	for (i = 0; i < 16; i++)
		prom[i] = inb(b, i);
	assert_int_equal(prom[14], 'W');
	assert_int_equal(prom[15], 'W');
	for (i = 0; i < 16; i++)
		sum += i == 12 || i == 13 ? 0 : prom[i];
	assert_int_equal(sum, get_le16(prom + 12));
	assert_memory_equal(prom, bench_mac, 6);
	/* Not an ISA card: that has another part number here. */
	assert_int_equal(get_csr(b, 88), 0x1003);
}

static void dos_block(struct dos_drv *d, const uint8_t hash[8])
{
	uint8_t *p = d->b->mem + BLOCK;

	put_le16(p, 0x0000);
	memcpy(p + 2, bench_mac, 6);
	memcpy(p + 8, hash, 8);
	put_le16(p + 16, DOS_RX);
	put_le16(p + 18, 3 << 13);
	put_le16(p + 20, DOS_TX);
	put_le16(p + 22, 1 << 13);
}

static void dos_give(struct dos_drv *d, unsigned int i)
{
	uint8_t *e = dos_entry(d, DOS_RX, i);

	put_le16(e + 4, (uint16_t)-DOS_BUF);
	put_le16(e + 6, 0);
	e[3] = 0x80;
}

static void dos_start(struct dos_drv *d, const uint8_t hash[8])
{
	struct lance_bench *b = d->b;
	unsigned int i;

	set_csr(b, 0, 0x0004);
	dos_block(d, hash);
	d->rx = d->tx = 0;
	for (i = 0; i < DOS_RX_LEN; i++) {
		put_le16(dos_entry(d, DOS_RX, i), DOS_RX_BUF(i));
		put_le16(dos_entry(d, DOS_RX, i) + 2, 0);
		dos_give(d, i);
	}
	for (i = 0; i < DOS_TX_LEN; i++) {
		memset(dos_entry(d, DOS_TX, i), 0, 8);
		put_le16(dos_entry(d, DOS_TX, i), DOS_TX_BUF(i));
	}
	set_bcr(b, 2, get_bcr(b, 2) | 0x0002);
	set_csr(b, 3, 0x0000);
	set_csr(b, 4, 0x1915);		/* no polling: it rings the bell */
	set_csr(b, 1, BLOCK);
	set_csr(b, 2, 0);
	set_csr(b, 0, 0x0001);
	for (i = 0; !(inw(b, RDP) & 0x0100); i++)
		assert_true(i < 1000);
	outw(b, RDP, 0x0142);
	assert_int_equal(inw(b, RDP), 0x0073);
}

static void dos_send(struct dos_drv *d, unsigned int len, unsigned int n)
{
	uint8_t *e = dos_entry(d, DOS_TX, d->tx);

	while (e[3] & 0x80)
		fail();		/* it would wait here */
	bench_frame(d->b->mem + DOS_TX_BUF(d->tx), len, peer);
	d->b->mem[DOS_TX_BUF(d->tx) + 20] = (uint8_t)n;
	put_le16(e + 4, (uint16_t)-MAX(len, 60u));	/* pads by itself */
	put_le16(e + 6, 0);
	e[3] = 0x83;
	d->tx = (d->tx + 1) % DOS_TX_LEN;
	set_csr(d->b, 0, 0x0048);
}

/* dos_irq() - acknowledge, empty the ring, allow interrupts again */
static void dos_irq(struct dos_drv *d)
{
	struct lance_bench *b = d->b;
	uint8_t *e;

	assert_true(b->irq);
	outw(b, RAP, 0);
	outw(b, RDP, inw(b, RDP) & 0x7f00u);
	assert_false(b->irq);
	for (;;) {
		e = dos_entry(d, DOS_RX, d->rx);
		if (e[3] & 0x80)
			break;
		assert_int_equal(e[3], 0x03);
		d->len = get_le16(e + 6) - 4u;
		d->mark = b->mem[DOS_RX_BUF(d->rx) + 20];
		d->got++;
		dos_give(d, d->rx);
		d->rx = (d->rx + 1) % DOS_RX_LEN;
	}
	outw(b, RDP, 0x0040);
}

static const uint8_t dos_no_groups[8];

static void dos_sends_and_receives(void **state)
{
	struct lance_bench *b = *state;
	struct dos_drv d;
	unsigned int n;

	dos_find(&d, b);
	dos_start(&d, dos_no_groups);
	for (n = 0; n < 40; n++) {
		dos_send(&d, 30 + n * 38, n);
		assert_int_equal(b->sent, n + 1);
		assert_int_equal(b->sent_len[n], MAX(30 + n * 38, 60u));
		assert_int_equal(b->sent_frame[n][20], n);
		dos_irq(&d);
		assert_true(from_wire(b, bench_mac, 60 + n * 37, n));
		dos_irq(&d);
		assert_int_equal(d.got, n + 1);
		assert_int_equal(d.len, 60 + n * 37);
		assert_int_equal(d.mark, n);
	}
	/* Its buffers are 1520 bytes: no frame is longer than 1518. */
	assert_true(from_wire(b, bench_mac, 1514, 9));
	dos_irq(&d);
	assert_int_equal(d.len, 1514);
	assert_int_equal(b->mem[DOS_RX_BUF(DOS_RX_LEN)], 0);
}

static void dos_joins_a_group_by_starting_again(void **state)
{
	static const uint8_t all[8] = { 255, 255, 255, 255, 255, 255, 255,
					255 };
	struct lance_bench *b = *state;
	struct dos_drv d;

	dos_find(&d, b);
	dos_start(&d, dos_no_groups);
	from_wire(b, bench_mac, 100, 1);
	dos_irq(&d);
	from_wire(b, group, 100, 2);
	assert_false(b->irq);
	dos_start(&d, all);
	from_wire(b, group, 100, 3);
	dos_irq(&d);
	assert_int_equal(d.got, 2);
	assert_int_equal(d.mark, 3);
	dos_send(&d, 100, 4);
	assert_int_equal(b->sent, 1);
	dos_irq(&d);
}

static void dos_after_linux(void **state)
{
	struct lance_bench *b = *state;
	struct linux_drv l;
	struct dos_drv d;

	/* A warm boot: the chip is as the other one left it. */
	lx_probe(&l, b);
	lx_open(&l);
	lx_irq(&l);
	lx_xmit(&l, peer, 100, 1);
	lx_close(&l);
	assert_int_equal(get_bcr(b, 20) & 0xff, 4);
	dos_find(&d, b);
	dos_start(&d, dos_no_groups);
	dos_send(&d, 100, 2);
	assert_int_equal(b->sent, 2);
	dos_irq(&d);
	from_wire(b, bench_mac, 100, 3);
	dos_irq(&d);
	assert_int_equal(d.mark, 3);
	/* And back. */
	set_csr(b, 0, 0x0004);
	lx_probe(&l, b);
	lx_open(&l);
	lx_irq(&l);
	from_wire(b, bench_mac, 100, 4);
	lx_irq(&l);
	assert_int_equal(l.last_mark, 4);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(linux_opens_and_sees_the_link), T(linux_sends),
		T(linux_receives), T(linux_changes_its_filter_on_the_run),
		T(linux_without_a_cable), T(linux_closes_and_opens_again),
		T(linux_tests_itself), T(dos_sends_and_receives),
		T(dos_joins_a_group_by_starting_again), T(dos_after_linux),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
