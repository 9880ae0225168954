/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_fuzz_test.c - random registers, memory, accesses and frames for the
 * Lance: nothing crashes (run it with M=asan and M=ubsan), nothing hangs.
 * The seed is printed; HOSTEL_SEED repeats it.
 *
 * Pure noise stops a chip at once, so some steps set one going with rings that
 * are almost right. That they do is checked: frames must go both ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_bits.h"
#include "devices/lance_regs.h"
#include "devices/lance_ring.h"
#include "tests/lib_seed.h"

#define SECONDS 4
#define MEM_SIZE 65536u
#define RX_RING 0x1000u
#define TX_RING 0x2000u
#define RING_MAX 64u

struct bench {
	uint8_t mem[MEM_SIZE];
	struct lance_regs regs;
	struct lance_stats stats;
	struct eeprom_93c46 eeprom;
	struct lance chip;
	uint64_t now;
	unsigned int seed;
};

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	struct bench *b = board;

	addr &= 0x1ffff;	/* half of it is no RAM */
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	memcpy(buf, b->mem + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct bench *b = board;

	addr &= 0x1ffff;
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	memcpy(b->mem + addr, buf, len);
	return 0;
}

static bool cable(void *board, unsigned int pin, const uint8_t *frame,
		  size_t len)
{
	struct bench *b = board;

	(void)pin, (void)frame;
	assert_in_range(len, 1, LANCE_TX_MAX);
	return rand_r(&b->seed) & 7;
}

static uint64_t now_ns(void *board)
{
	return ((struct bench *)board)->now;
}

static void noise(struct bench *b, void *p, size_t len)
{
	uint8_t *bytes = p;

	while (len--)
		*bytes++ = (uint8_t)rand_r(&b->seed);
}

static unsigned int below(struct bench *b, unsigned int n)
{
	return (unsigned int)rand_r(&b->seed) % n;
}

static bool once_in(struct bench *b, unsigned int n)
{
	return below(b, n) == 0;
}

static void out(struct bench *b, unsigned int offset, unsigned int width,
		uint32_t v)
{
	if (lance_port_write(&b->chip, offset, width, v) != CHIP_DONE)
		lance_work(&b->chip);
}

static void set_csr(struct bench *b, unsigned int n, uint32_t v)
{
	out(b, 0x12, 2, n);
	out(b, 0x10, 2, v);
}

static void set_bcr(struct bench *b, unsigned int n, uint32_t v)
{
	out(b, 0x12, 2, n);
	out(b, 0x16, 2, v);
}

/* ---- things that a guest, the wire or the other world may do ------------- */

static void registers_of_noise(struct bench *b)
{
	if (!once_in(b, 8))
		return;
	noise(b, &b->regs, sizeof(b->regs));
	noise(b, &b->eeprom, sizeof(b->eeprom));
}

static void memory_of_noise(struct bench *b)
{
	if (once_in(b, 8))
		noise(b, b->mem, sizeof(b->mem));
}

/* one_descriptor() - almost right: owned, in RAM, and of a usual length */
static void one_descriptor(struct bench *b, uint8_t *e)
{
	static const uint16_t lengths[] = {
		0, 1, 4, 14, 59, 60, 64, 100, 256, 1514, 1519, 1536, 4092, 4095,
	};
	unsigned int style = b->regs.bcr[BCR_STYLE] & 0xff;
	unsigned int len = lengths[below(b, ARRAY_SIZE(lengths))];
	uint32_t at = once_in(b, 32) ? (uint32_t)rand_r(&b->seed) * 2 :
				       0x4000 + below(b, 0xb000);
	uint32_t flags = (0u - len) & 0xffff;

	flags |= once_in(b, 8) ? 0 : DESC_OWN;
	flags |= once_in(b, 4) ? 0 : DESC_STP;
	flags |= once_in(b, 4) ? 0 : DESC_ENP;
	flags |= once_in(b, 4) ? TMD_FCS : 0;
	flags |= once_in(b, 4) ? TMD_LTINT : 0;
	if (style == STYLE_LANCE || style > STYLE_PCNET2) {
		put_le16(e, (uint16_t)at);
		put_le16(e + 2, (uint16_t)(flags >> 16 | (at >> 16 & 0xff)));
		put_le16(e + 4, (uint16_t)flags);
		return;
	}
	put_le32(e + 4, flags);
	put_le32(e + (style == STYLE_PCNET2 ? 8 : 0), at);
}

static void fill_rings(struct bench *b)
{
	unsigned int size = b->regs.bcr[BCR_STYLE] & BCR20_SSIZE32 ? 16 : 8;
	unsigned int i;

	for (i = 0; i < RING_MAX; i++) {
		one_descriptor(b, b->mem + RX_RING + i * size);
		one_descriptor(b, b->mem + TX_RING + i * size);
	}
}

/* mode() - of CSR15: usually one in which something happens */
static uint16_t mode(struct bench *b)
{
	static const uint16_t loops[] = { 0, 0, MODE_LOOP,
					  MODE_LOOP | MODE_INTL };
	uint16_t v = loops[below(b, ARRAY_SIZE(loops))];

	v |= once_in(b, 4) ? 0 : MODE_PROM;
	v |= once_in(b, 4) ? MODE_DXMTFCS : 0;
	return once_in(b, 8) ? (uint16_t)rand_r(&b->seed) : v;
}

static void set_going(struct bench *b)
{
	lance_hard_reset(&b->chip);
	lance_link(&b->chip, true);
	set_bcr(b, BCR_STYLE, below(b, 5));
	set_bcr(b, BCR_DUPLEX, below(b, 8));
	fill_rings(b);
	set_csr(b, CSR_MODE, mode(b));
	set_csr(b, CSR_RX_BASE, RX_RING);
	set_csr(b, CSR_TX_BASE, TX_RING);
	set_csr(b, CSR_RX_LENGTH, (uint16_t) - (1 + below(b, RING_MAX)));
	set_csr(b, CSR_TX_LENGTH, (uint16_t) - (1 + below(b, RING_MAX)));
	set_csr(b, CSR_ALIGN, below(b, 2));
	set_csr(b, 3, (unsigned int)rand_r(&b->seed) & 0xff);
	set_csr(b, 4, CSR4_EN124 | (unsigned int)rand_r(&b->seed));
	set_csr(b, CSR_TEST, CSR124_RPA);
	set_csr(b, 5, once_in(b, 4) ? (unsigned int)rand_r(&b->seed) : 0);
	set_csr(b, 0, CSR0_STRT | CSR0_IENA);
}

static void ring_the_bell(struct bench *b)
{
	set_csr(b, 0, CSR0_TDMD | CSR0_IENA);
}

static void command(struct bench *b)
{
	set_csr(b, 0, (unsigned int)rand_r(&b->seed) & 0x4f);
}

static void frame_arrives(struct bench *b)
{
	uint8_t frame[9000];
	size_t len = below(b, once_in(b, 8) ? sizeof(frame) : 1600);

	noise(b, frame, 64);
	if (lance_can_receive(&b->chip, len))
		lance_receive(&b->chip, frame, len);
	else if (once_in(b, 4))
		lance_receive_wire(&b->chip, frame, len);
}

static void time_passes(struct bench *b)
{
	b->now += below(b, 5000000);
	lance_tick(&b->chip);
}

static void cable_moves(struct bench *b)
{
	lance_link(&b->chip, !once_in(b, 4));
}

static void any_read(struct bench *b)
{
	static const uint8_t widths[] = { 1, 2, 4, 3, 0 };
	uint32_t v;

	lance_port_read(&b->chip, below(b, 36), widths[below(b, 5)], &v);
}

static void any_write(struct bench *b)
{
	static const uint8_t widths[] = { 1, 2, 4, 3, 0 };

	out(b, below(b, 36), widths[below(b, 5)], (uint32_t)rand_r(&b->seed));
}

static void move_the_eeproms_pins(struct bench *b)
{
	unsigned int i;

	set_csr(b, 0, CSR0_STOP);
	for (i = 0; i < 100; i++)
		set_bcr(b, BCR_EEPROM,
			BCR19_EEN | ((unsigned int)rand_r(&b->seed) &
				     ~BCR19_PREAD));
	set_bcr(b, BCR_EEPROM, BCR19_PREAD);
}

static void (*const steps[])(struct bench *) = {
	registers_of_noise, memory_of_noise, set_going, set_going, fill_rings,
	fill_rings, ring_the_bell, ring_the_bell, command, frame_arrives,
	frame_arrives, frame_arrives, time_passes, time_passes, cable_moves,
	any_read, any_write, any_write, any_write, move_the_eeproms_pins,
};

/* check_balance() - lance_drops.def: no frame is lost without a reason */
static void check_balance(const struct lance_stats *st)
{
	uint64_t tx = st->tx_sent + st->tx_looped, rx = st->rx_delivered;
	unsigned int i;

	for (i = 0; i < LANCE_DROPS; i++)
		*(i < LANCE_DROP_rx_off ? &tx : &rx) += st->drops[i];
	assert_int_equal(st->tx_taken, tx);
	assert_int_equal(st->rx_offered, rx);
}

static void nothing_breaks(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	uint64_t end = clock_now_ns() + SECONDS * NSEC_PER_SEC, slow = 0;
	uint64_t start, count = 0;

	(void)state;
	b->seed = test_seed((unsigned int)clock_now_ns());
	lance_init(&b->chip, &b->regs, &b->stats);
	b->chip.dma = (struct dma_wire){ mem_read, mem_write, b };
	b->chip.clock = (struct clock_wire){ now_ns, NULL, b, 0 };
	b->chip.cable = (struct cable_wire){ cable, b, 0 };
	b->chip.eeprom = &b->eeprom;
	lance_hard_reset(&b->chip);
	while (clock_now_ns() < end) {
		start = clock_now_ns();
		steps[below(b, ARRAY_SIZE(steps))](b);
		slow = slow > clock_now_ns() - start ? slow :
						       clock_now_ns() - start;
		count++;
		check_balance(&b->stats);
	}
	print_message("# %llu steps, the longest %llu us; frames: %llu sent, "
		      "%llu looped, %llu delivered\n",
		      (unsigned long long)count,
		      (unsigned long long)slow / 1000,
		      (unsigned long long)b->stats.tx_sent,
		      (unsigned long long)b->stats.tx_looped,
		      (unsigned long long)b->stats.rx_delivered);
	assert_true(b->stats.tx_sent && b->stats.tx_looped &&
		    b->stats.rx_delivered);
	/* Bounded work: a ring of 65,535 entries is the most there is. */
	assert_true(slow < 2 * NSEC_PER_SEC);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
