/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_lance.c - a Lance on a bench: see lib_lance.h. */
#include "tests/chip/lib_lance.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum { RDP = 0x10, RAP = 0x12, BDP = 0x16 };

#define BIG_RX_RING	0xc0000u
#define BIG_TX_RING	0xd0000u

const uint8_t bench_mac[6] = { 0x00, 0x50, 0x56, 0x12, 0x34, 0x56 };

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	struct lance_bench *b = board;

	addr -= b->mem_base;
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	memcpy(buf, b->mem + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct lance_bench *b = board;

	addr -= b->mem_base;
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	if (b->wrote < WROTE_MAX)
		b->wrote_at[b->wrote] = addr;
	b->wrote++;
	memcpy(b->mem + addr, buf, len);
	return 0;
}

static void set_irq(void *board, unsigned int pin, bool level)
{
	struct lance_bench *b = board;

	(void)pin;
	b->irq_rises += level && !b->irq;
	b->irq = level;
}

static uint64_t now_ns(void *board)
{
	return ((struct lance_bench *)board)->now_ns;
}

static void alarm_at(void *board, unsigned int pin, uint64_t when_ns)
{
	(void)pin;
	((struct lance_bench *)board)->alarm_ns = when_ns;
}

static bool cable(void *board, unsigned int pin, const uint8_t *frame,
		  size_t len)
{
	struct lance_bench *b = board;

	(void)pin;
	if (b->cable_full)
		return false;
	if (b->sent < SENT_MAX) {
		b->sent_len[b->sent] = len;
		memcpy(b->sent_frame[b->sent], frame, len);
	}
	b->sent++;
	return true;
}

void bench_open(struct lance_bench *b)
{
	memset(b, 0, sizeof(*b));
	b->alarm_ns = CLOCK_NEVER;
	b->rx_ring = RX_RING;
	b->tx_ring = TX_RING;
	b->rx_code = b->tx_code = RING_CODE;
	lance_init(&b->chip, &b->regs, &b->stats);
	b->chip.irq = (struct irq_wire){ set_irq, b, 0 };
	b->chip.dma = (struct dma_wire){ mem_read, mem_write, b };
	b->chip.clock = (struct clock_wire){ now_ns, alarm_at, b, 0 };
	b->chip.cable = (struct cable_wire){ cable, b, 0 };
	b->chip.eeprom = &b->eeprom;
	lance_eeprom_program(&b->eeprom, bench_mac);
	eeprom_93c46_power_on(&b->eeprom);
	lance_hard_reset(&b->chip);
	lance_link(&b->chip, true);
}

static uint16_t read16(struct lance_bench *b, unsigned int offset)
{
	uint32_t v = 0;

	lance_port_read(&b->chip, offset, 2, &v);
	return (uint16_t)v;
}

static void write16(struct lance_bench *b, unsigned int offset, uint16_t v)
{
	if (lance_port_write(&b->chip, offset, 2, v) != CHIP_DONE)
		lance_work(&b->chip);
}

uint16_t csr_read(struct lance_bench *b, unsigned int n)
{
	write16(b, RAP, (uint16_t)n);
	return read16(b, RDP);
}

void csr_write(struct lance_bench *b, unsigned int n, uint16_t v)
{
	write16(b, RAP, (uint16_t)n);
	write16(b, RDP, v);
}

uint16_t bcr_read(struct lance_bench *b, unsigned int n)
{
	write16(b, RAP, (uint16_t)n);
	return read16(b, BDP);
}

void bcr_write(struct lance_bench *b, unsigned int n, uint16_t v)
{
	write16(b, RAP, (uint16_t)n);
	write16(b, BDP, v);
}

/* entry() - address of a descriptor. */
static uint8_t *entry(struct lance_bench *b, uint32_t ring, unsigned int i)
{
	return b->mem + ring + i * (b->style ? 16 : 8);
}

/* put() - the flags word is last: that is how a driver hands over. */
static void put(struct lance_bench *b, uint32_t ring, unsigned int i,
		uint32_t buf, unsigned int len, uint32_t flags)
{
	uint8_t *e = entry(b, ring, i);
	uint32_t bcnt = (0u - len) & DESC_BCNT;

	if (!b->style) {
		put_le16(e, (uint16_t)buf);
		put_le16(e + 4, (uint16_t)(0xf000 | bcnt));
		put_le16(e + 6, 0);
		put_le16(e + 2, (uint16_t)(flags >> 16 | buf >> 16));
		return;
	}
	put_le32(e + (b->style == STYLE_PCNET2 ? 8 : 0), buf);
	put_le32(e + (b->style == STYLE_PCNET2 ? 0 : 8), 0);
	put_le32(e + 4, flags | 0xf000 | bcnt);
}

static uint32_t flags_of(struct lance_bench *b, uint32_t ring, unsigned int i)
{
	const uint8_t *e = entry(b, ring, i);

	return b->style ? get_le32(e + 4) :
			  (uint32_t)(get_le16(e + 2) & 0xff00) << 16;
}

void tx_put(struct lance_bench *b, unsigned int i, uint32_t buf,
	    unsigned int len, uint32_t flags)
{
	put(b, b->tx_ring, i, buf, len, flags);
}

uint32_t tx_flags(struct lance_bench *b, unsigned int i)
{
	return flags_of(b, b->tx_ring, i);
}

uint32_t tx_status(struct lance_bench *b, unsigned int i)
{
	const uint8_t *e = entry(b, b->tx_ring, i);

	if (!b->style)
		return (uint32_t)get_le16(e + 6) << 16;
	return get_le32(e + (b->style == STYLE_PCNET2 ? 0 : 8));
}

void rx_put(struct lance_bench *b, unsigned int i, uint32_t buf,
	    unsigned int len, uint32_t flags)
{
	put(b, b->rx_ring, i, buf, len, flags);
}

uint32_t rx_flags(struct lance_bench *b, unsigned int i)
{
	return flags_of(b, b->rx_ring, i);
}

unsigned int rx_count(struct lance_bench *b, unsigned int i)
{
	const uint8_t *e = entry(b, b->rx_ring, i);

	if (!b->style)
		return get_le16(e + 6) & 0xfff;
	return get_le32(e + (b->style == STYLE_PCNET2 ? 0 : 8)) & 0xfff;
}

void bench_rings(struct lance_bench *b, unsigned int rx_code,
		 unsigned int tx_code)
{
	b->rx_ring = BIG_RX_RING;
	b->tx_ring = BIG_TX_RING;
	b->rx_code = rx_code;
	b->tx_code = tx_code;
}

/* init16(), init32() - the two layouts of the initialization block (9.7). */
static void init16(const struct lance_bench *b, uint8_t *p, uint16_t mode)
{
	put_le16(p, mode);
	memcpy(p + 2, bench_mac, 6);
	memset(p + 8, 0, 8);
	put_le32(p + 16, b->rx_code << 29 | b->rx_ring);
	put_le32(p + 20, b->tx_code << 29 | b->tx_ring);
}

static void init32(const struct lance_bench *b, uint8_t *p, uint16_t mode)
{
	put_le32(p, b->tx_code << 28 | b->rx_code << 20 | mode);
	memcpy(p + 4, bench_mac, 6);
	put_le16(p + 10, 0);
	memset(p + 12, 0, 8);
	put_le32(p + 20, b->rx_ring);
	put_le32(p + 24, b->tx_ring);
}

void bench_init_block(struct lance_bench *b, unsigned int style, uint16_t mode)
{
	(style ? init32 : init16)(b, b->mem + INIT_BLOCK, mode);
}

/* ring_len() - 9.7: a code of 9 and more means 512 */
static unsigned int ring_len(unsigned int code)
{
	return code < 9 ? 1u << code : 512;
}

void bench_start(struct lance_bench *b, unsigned int style, uint16_t mode)
{
	unsigned int i;

	b->style = style;
	bcr_write(b, BCR_STYLE, (uint16_t)style);
	bench_init_block(b, style, mode);
	for (i = 0; i < ring_len(b->rx_code); i++)
		rx_put(b, i, RX_BUF + i % RING_LEN * BUF_STRIDE, 1536,
		       DESC_OWN);
	for (i = 0; i < ring_len(b->tx_code); i++)
		tx_put(b, i, TX_BUF + i % RING_LEN * BUF_STRIDE, 0, 0);
	csr_write(b, CSR_IADR_LO, INIT_BLOCK);
	csr_write(b, CSR_IADR_HI, 0);
	csr_write(b, 0, CSR0_INIT);
	csr_write(b, 0, CSR0_IDON | CSR0_STRT | CSR0_IENA);
}

void bench_send(struct lance_bench *b, unsigned int i, unsigned int len)
{
	tx_put(b, i, TX_BUF + i % RING_LEN * BUF_STRIDE, len,
	       DESC_OWN | DESC_STP | DESC_ENP);
	csr_write(b, 0, CSR0_TDMD | CSR0_IENA);
}

void bench_frame(uint8_t *frame, size_t len, const uint8_t to[6])
{
	size_t i;

	for (i = 0; i < len; i++)
		frame[i] = (uint8_t)(i * 7 + (i >> 8));
	memcpy(frame, to, 6);
	memcpy(frame + 6, "\x00\x11\x22\x33\x44\x55", 6);
	frame[12] = 0x08;
	frame[13] = 0x00;
}

bool bench_balance(const struct lance_bench *b)
{
	uint64_t tx = b->stats.tx_sent + b->stats.tx_looped;
	uint64_t rx = b->stats.rx_delivered;
	unsigned int i;

	for (i = 0; i < LANCE_DROPS; i++)
		*(i < LANCE_DROP_rx_off ? &tx : &rx) += b->stats.drops[i];
	return b->stats.tx_taken == tx && b->stats.rx_offered == rx;
}

void bench_restart(struct lance_bench *b, unsigned int style, uint16_t mode)
{
	bench_open(b);
	bench_start(b, style, mode);
}

int bench_set_up(void **state)
{
	struct lance_bench *b = malloc(sizeof(*b));

	if (!b)
		return -1;
	bench_open(b);
	*state = b;
	return 0;
}

int bench_tear_down(void **state)
{
	struct lance_bench *b = *state;
	bool balanced = bench_balance(b);

	free(b);
	return balanced ? 0 : -1;
}
