/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i8237_test.c - the DMA controllers at their pins: what is programmed and
 * read back, when a channel is served, and which bytes of memory go where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "devices/i8237.h"
#include "tests/lib_seed.h"

#define MEMORY	(16u << 20)
#define TOP	(MEMORY - 8192)	/* from here on there is none */

/* Registers of a chip */
enum {
	STATUS = 8, COMMAND = 8, REQUEST, MASK_ONE, MODE, POINTER, CLEAR,
	TEMPORARY = 13, UNMASK, MASK
};

/* Modes, without the channel */
#define TO_MEMORY	0x44		/* single */
#define FROM_MEMORY	0x48
#define VERIFY		0x40
#define AUTO		0x10
#define DOWN		0x20
#define BLOCK		0x84
#define CASCADE		0xc0

static struct i8237_regs regs;
static struct i8237 dma;
static uint8_t *memory;
static unsigned int accesses;

static bool there(uint64_t addr, size_t len)
{
	accesses++;
	/* Never over the end of a page: what is behind may be elsewhere. */
	assert_true(len && addr % 4096 + len <= 4096);
	assert_true(addr + len <= MEMORY);
	return addr < TOP;
}

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	(void)board;
	if (!there(addr, len))
		return -1;
	memcpy(buf, memory + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	(void)board;
	if (!there(addr, len))
		return -1;
	memcpy(memory + addr, buf, len);
	return 0;
}

static void out(unsigned int chip, unsigned int reg, uint8_t value)
{
	i8237_port_write(&dma, chip, reg, value);
}

static uint8_t in(unsigned int chip, unsigned int reg)
{
	return i8237_port_read(&dma, chip, reg);
}

static int fresh(void **state)
{
	unsigned int i;

	(void)state;
	if (!memory)
		memory = malloc(MEMORY);
	assert_non_null(memory);
	for (i = 0; i < MEMORY; i++)
		memory[i] = (uint8_t)(i ^ i >> 8 ^ i >> 16);
	memset(&regs, 0xff, sizeof(regs));
	dma = (struct i8237){ &regs, { mem_read, mem_write, NULL } };
	i8237_reset(&dma);
	accesses = 0;
	out(1, MODE, CASCADE);		/* as firmware leaves it */
	out(1, MASK_ONE, 0);
	return 0;
}

static const uint8_t page_ports[8] = { 7, 3, 1, 2, 15, 11, 9, 10 };

static void put16(unsigned int chip, unsigned int reg, uint16_t v)
{
	out(chip, reg, (uint8_t)v);
	out(chip, reg, (uint8_t)(v >> 8));
}

static uint16_t get16(unsigned int chip, unsigned int reg)
{
	uint8_t low = in(chip, reg);

	return (uint16_t)(in(chip, reg) << 8 | low);
}

/* program() - as drivers do; @address, @units: of bytes, or of words. */
static void program(unsigned int channel, uint8_t mode, uint8_t page,
		    uint16_t address, uint32_t units)
{
	unsigned int chip = channel / 4, n = channel % 4;

	out(chip, MASK_ONE, (uint8_t)(4 | n));
	out(chip, POINTER, 0);
	out(chip, MODE, (uint8_t)(mode | n));
	put16(chip, 2 * n, address);
	put16(chip, 2 * n + 1, (uint16_t)(units - 1));
	i8237_page_write(&dma, page_ports[channel], page);
	out(chip, MASK_ONE, (uint8_t)n);
}

/* move() - expects so many to go, and TC or none */
static void move(unsigned int channel, enum drq_way way, uint8_t *buf,
		 size_t len, size_t want, bool want_tc)
{
	bool tc = !want_tc;

	assert_int_equal(i8237_move(&dma, channel, way, buf, len, &tc), want);
	assert_int_equal(tc, want_tc);
}

/* ---- registers ----------------------------------------------------------- */

static void reset_masks_all(void **state)
{
	unsigned int i;

	(void)state;
	i8237_reset(&dma);
	for (i = 0; i < 2; i++) {
		assert_int_equal(in(i, MASK), 15);
		assert_int_equal(in(i, STATUS), 0);
		assert_int_equal(in(i, TEMPORARY), 0);
		assert_int_equal(in(i, REQUEST), 0xff);
		assert_int_equal(in(i, MODE), 0xff);
		assert_int_equal(get16(i, 0), 0);
	}
}

static void counts_by_two_bytes(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++)
		put16(i / 8, i % 8, (uint16_t)(0x1234 + 0x111 * i));
	for (i = 0; i < 16; i++)
		assert_int_equal(get16(i / 8, i % 8), 0x1234 + 0x111 * i);
	out(0, 0, 0x77);		/* the pointer is one for all */
	assert_int_equal(in(0, 3), 0x15);
	out(0, 0, 0x77);
	out(0, POINTER, 0);
	assert_int_equal(in(0, 0), 0x77);
	assert_int_equal(in(0, 0), 0x12);
	in(1, 0);			/* of each chip its own */
	assert_int_equal(in(0, 0), 0x77);
	assert_int_equal(in(1, 0), 0x1a);
}

static void masks(void **state)
{
	(void)state;
	out(0, UNMASK, 0);
	assert_int_equal(in(0, MASK), 0);
	out(0, MASK_ONE, 6);
	assert_int_equal(in(0, MASK), 4);
	out(0, MASK_ONE, 5);
	assert_int_equal(in(0, MASK), 6);
	out(0, MASK_ONE, 2);
	assert_int_equal(in(0, MASK), 2);
	out(0, MASK, 0xf9);
	assert_int_equal(in(0, MASK), 9);
	assert_int_equal(in(1, MASK), 14);	/* the other's */
	out(0, UNMASK, 0);
	put16(0, 0, 0xabcd);
	out(0, 0, 1);
	out(0, CLEAR, 0);
	assert_int_equal(in(0, MASK), 15);
	assert_int_equal(get16(0, 0), 0xab01);	/* from the low byte again */
}

static void pages_are_latches(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++) {
		assert_int_equal(i8237_page_read(&dma, i), 0);
		i8237_page_write(&dma, i, (uint8_t)(0xf0 - i));
	}
	for (i = 0; i < 16; i++)
		assert_int_equal(i8237_page_read(&dma, i), 0xf0 - i);
}

/* ---- transfers ----------------------------------------------------------- */

static void to_memory(void **state)
{
	static uint8_t buf[1000];
	uint8_t before = memory[0x123fff], after = memory[0x123fff + 1001];

	(void)state;
	memset(buf, 0x5c, sizeof(buf));
	program(2, TO_MEMORY, 0x12, 0x4000, 1000);
	move(2, DRQ_TO_MEMORY, buf, 600, 600, false);
	assert_int_equal(get16(0, 4), 0x4000 + 600);
	assert_int_equal(get16(0, 5), 399);
	assert_int_equal(in(0, STATUS), 0);
	move(2, DRQ_TO_MEMORY, buf, 600, 400, true);
	assert_memory_equal(memory + 0x124000, buf, 1000);
	assert_int_equal(memory[0x123fff], before);
	assert_int_equal(memory[0x124000 + 1000], after);
	assert_int_equal(in(0, STATUS), 0x04);
	assert_int_equal(in(0, STATUS), 0);	/* a read clears it */
	assert_int_equal(in(0, MASK), 0x0f);
	move(2, DRQ_TO_MEMORY, buf, 1, 0, false);
	assert_int_equal(get16(0, 5), 0xffff);
}

static void from_memory(void **state)
{
	static uint8_t buf[70000];

	(void)state;
	program(1, FROM_MEMORY, 0x30, 0, 65536);
	move(1, DRQ_FROM_MEMORY, buf, 65536, 65536, true);
	assert_memory_equal(buf, memory + 0x300000, 65536);
	program(3, FROM_MEMORY, 0x31, 0x10, 5);		/* its own page */
	move(3, DRQ_FROM_MEMORY, buf, sizeof(buf), 5, true);
	assert_memory_equal(buf, memory + 0x310010, 5);
	program(0, FROM_MEMORY, 0x32, 0xfff0, 1);
	move(0, DRQ_FROM_MEMORY, buf, 1, 1, true);
	assert_int_equal(buf[0], memory[0x32fff0]);
	assert_int_equal(in(0, STATUS), 0x0b);
}

static void wraps_in_its_page(void **state)
{
	uint8_t buf[64];

	(void)state;
	memset(buf, 0xab, sizeof(buf));
	program(2, TO_MEMORY, 0x55, 0xfff0, 64);
	move(2, DRQ_TO_MEMORY, buf, 64, 64, true);
	assert_memory_equal(memory + 0x55fff0, buf, 16);
	assert_memory_equal(memory + 0x550000, buf, 48);
	assert_int_not_equal(memory[0x560000], 0xab);
	assert_int_equal(i8237_page_read(&dma, 1), 0x55);
}

static void downwards(void **state)
{
	uint8_t buf[4] = { 1, 2, 3, 4 };

	(void)state;
	program(2, TO_MEMORY | DOWN, 0x20, 1, 4);
	move(2, DRQ_TO_MEMORY, buf, 4, 4, true);
	assert_int_equal(memory[0x200001], 1);
	assert_int_equal(memory[0x200000], 2);
	assert_int_equal(memory[0x20ffff], 3);
	assert_int_equal(memory[0x20fffe], 4);
	program(6, FROM_MEMORY | DOWN, 0x20, 2, 2);
	move(6, DRQ_FROM_MEMORY, buf, 4, 4, true);
	assert_memory_equal(buf, memory + 0x200004, 2);
	assert_memory_equal(buf + 2, memory + 0x200002, 2);
}

static void words(void **state)
{
	static uint8_t buf[1 << 17];

	(void)state;
	/* A page's lowest bit is not one of a word's address. */
	program(5, FROM_MEMORY, 0x41, 0x8000, 3);
	move(5, DRQ_FROM_MEMORY, buf, 7, 6, true);
	assert_memory_equal(buf, memory + 0x410000, 6);
	program(7, FROM_MEMORY, 0x42, 0, 65536);
	move(7, DRQ_FROM_MEMORY, buf, sizeof(buf), sizeof(buf), true);
	assert_memory_equal(buf, memory + 0x420000, sizeof(buf));
	program(6, FROM_MEMORY, 0x40, 0xffff, 2);
	move(6, DRQ_FROM_MEMORY, buf, 1, 0, false);	/* half a word */
	move(6, DRQ_FROM_MEMORY, buf, 4, 4, true);
	assert_memory_equal(buf, memory + 0x41fffe, 2);
	assert_memory_equal(buf + 2, memory + 0x400000, 2);
	assert_int_equal(in(1, STATUS), 0x0e);
}

static void begins_anew_by_itself(void **state)
{
	uint8_t buf[20];

	(void)state;
	program(1, FROM_MEMORY | AUTO, 3, 0x100, 8);
	move(1, DRQ_FROM_MEMORY, buf, 20, 8, true);
	assert_int_equal(in(0, MASK), 0x0d);
	assert_int_equal(get16(0, 2), 0x100);
	assert_int_equal(get16(0, 3), 7);
	move(1, DRQ_FROM_MEMORY, buf, 3, 3, false);
	move(1, DRQ_FROM_MEMORY, buf, 20, 5, true);
	assert_memory_equal(buf, memory + 0x30103, 5);
}

static void verify_moves_nothing(void **state)
{
	uint8_t buf[8] = { 0 };
	static const uint8_t ones[8] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};

	(void)state;
	program(2, VERIFY, 3, 0, 16);
	move(2, DRQ_TO_MEMORY, buf, 8, 8, false);
	move(2, DRQ_FROM_MEMORY, buf, 8, 8, true);
	assert_memory_equal(buf, ones, 8);
	assert_int_equal(accesses, 0);
}

static void no_memory_there(void **state)
{
	static uint8_t buf[4096];
	unsigned int i;

	(void)state;
	program(2, FROM_MEMORY, 0xff, 0xdff0, 4096);
	memset(buf, 0, sizeof(buf));
	move(2, DRQ_FROM_MEMORY, buf, 4096, 4096, true);
	assert_memory_equal(buf, memory + TOP - 16, 16);
	for (i = 16; i < 4096; i++)
		assert_int_equal(buf[i], 0xff);
	program(2, TO_MEMORY, 0xff, 0xdff0, 4096);	/* it is lost */
	move(2, DRQ_TO_MEMORY, buf, 4096, 4096, true);
	dma.memory = (struct dma_wire){ NULL, NULL, NULL };
	program(2, FROM_MEMORY, 0, 0, 1);
	move(2, DRQ_FROM_MEMORY, buf, 1, 1, true);
	assert_int_equal(buf[0], 0xff);
}

/* ---- who is served ------------------------------------------------------- */

static void wrong_way(void **state)
{
	uint8_t buf[4];

	(void)state;
	program(2, TO_MEMORY, 0, 0, 4);
	move(2, DRQ_FROM_MEMORY, buf, 4, 0, false);
	program(2, FROM_MEMORY, 0, 0, 4);
	move(2, DRQ_TO_MEMORY, buf, 4, 0, false);
	program(2, TO_MEMORY | FROM_MEMORY, 0, 0, 4);
	move(2, DRQ_TO_MEMORY, buf, 4, 0, false);
	program(2, CASCADE, 0, 0, 4);
	move(2, DRQ_TO_MEMORY, buf, 4, 0, false);
	assert_int_equal(get16(0, 5), 3);
	assert_int_equal(accesses, 0);
}

static void any_of_three_modes(void **state)
{
	uint8_t buf[4];

	(void)state;
	program(2, 0x08, 0, 0, 4);		/* demand */
	move(2, DRQ_FROM_MEMORY, buf, 4, 4, true);
	program(2, 0x88, 0, 0, 4);		/* block */
	move(2, DRQ_FROM_MEMORY, buf, 4, 4, true);
}

static void cascade(void **state)
{
	uint8_t buf[4];
	unsigned int i;
	static const uint8_t how[][2] = {
		{ MASK_ONE, 4 }, { MODE, 0x40 }, { COMMAND, 4 },
	};
	static const uint8_t back[][2] = {
		{ MASK_ONE, 0 }, { MODE, CASCADE }, { COMMAND, 0 },
	};

	(void)state;
	for (i = 0; i < 3; i++) {
		program(2, FROM_MEMORY, 0, 0, 4);
		out(1, how[i][0], how[i][1]);
		move(2, DRQ_FROM_MEMORY, buf, 4, 0, false);
		out(1, back[i][0], back[i][1]);
		move(2, DRQ_FROM_MEMORY, buf, 4, 4, true);
	}
	program(2, FROM_MEMORY, 0, 0, 4);
	out(0, COMMAND, 4);			/* its own chip */
	move(2, DRQ_FROM_MEMORY, buf, 4, 0, false);
	program(6, FROM_MEMORY, 0, 0, 2);	/* the second hangs on nobody */
	out(1, MASK_ONE, 4);
	move(6, DRQ_FROM_MEMORY, buf, 4, 4, true);
	move(4, DRQ_FROM_MEMORY, buf, 4, 0, false);
}

static void masked(void **state)
{
	uint8_t buf[4];

	(void)state;
	program(2, FROM_MEMORY, 0, 0, 4);
	out(0, MASK_ONE, 6);
	move(2, DRQ_FROM_MEMORY, buf, 4, 0, false);
	out(0, MASK, 0x0b);
	move(2, DRQ_FROM_MEMORY, buf, 4, 4, true);
	move(2, DRQ_FROM_MEMORY, buf, 0, 0, false);
}

static void request_by_software(void **state)
{
	(void)state;
	program(3, BLOCK, 0, 0x200, 16);
	out(0, REQUEST, 7);
	assert_int_equal(in(0, STATUS), 0x08);	/* to its end at once */
	assert_int_equal(get16(0, 6), 0x210);
	assert_int_equal(in(0, MASK), 0x0f);
	assert_int_equal(accesses, 0);
	program(3, TO_MEMORY, 0, 0, 16);	/* not block: it stays asked */
	out(0, REQUEST, 7);
	assert_int_equal(in(0, STATUS), 0x80);
	assert_int_equal(get16(0, 7), 15);
	out(0, REQUEST, 3);
	assert_int_equal(in(0, STATUS), 0);
	out(0, COMMAND, 4);
	program(1, BLOCK, 0, 0, 16);
	out(0, REQUEST, 5);
	assert_int_equal(in(0, STATUS), 0x20);
	out(0, CLEAR, 0);
	assert_int_equal(in(0, STATUS), 0);
}

/* ---- what the other world may do ----------------------------------------- */

static void registers_of_noise(void **state)
{
	static uint8_t buf[1 << 17];
	unsigned int seed = test_seed(1), i, k;
	uint8_t *p = (uint8_t *)&regs;
	size_t len, went;
	bool tc;

	(void)state;
	for (i = 0; i < 3000; i++) {
		for (k = 0; k < sizeof(regs); k++)
			p[k] = (uint8_t)rand_r(&seed);
		for (k = 0; k < 8; k++) {
			len = (unsigned int)rand_r(&seed) % sizeof(buf);
			went = i8237_move(&dma, (unsigned int)rand_r(&seed),
					  (enum drq_way)(k & 1), buf, len, &tc);
			assert_true(went <= len);
			in((unsigned int)rand_r(&seed),
			   (unsigned int)rand_r(&seed));
			out((unsigned int)rand_r(&seed),
			    (unsigned int)rand_r(&seed), (uint8_t)k);
			i8237_page_write(&dma, (unsigned int)rand_r(&seed), 1);
			i8237_page_read(&dma, (unsigned int)rand_r(&seed));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, fresh)
		TEST(reset_masks_all),
		TEST(counts_by_two_bytes),
		TEST(masks),
		TEST(pages_are_latches),
		TEST(to_memory),
		TEST(from_memory),
		TEST(wraps_in_its_page),
		TEST(downwards),
		TEST(words),
		TEST(begins_anew_by_itself),
		TEST(verify_moves_nothing),
		TEST(no_memory_there),
		TEST(wrong_way),
		TEST(any_of_three_modes),
		TEST(cascade),
		TEST(masked),
		TEST(request_by_software),
		TEST(registers_of_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
