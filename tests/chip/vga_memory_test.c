/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_memory_test.c - the VGA's window beside a second VGA memory: all write
 * modes and latches, what becomes plain memory and when it ends, what a change
 * of the layout keeps, and that nothing outside of the memory is reached.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/chip/lib_vga.h"
#include "tests/lib_seed.h"

#define SIZE (1u << 20)

static struct card *card;
static struct planes *planes;

static int fresh(void **state)
{
	(void)state;
	card = card_make(SIZE);
	planes = calloc(1, sizeof(*planes));
	return !planes;
}

static int over(void **state)
{
	(void)state;
	card_free(card);
	free(planes);
	return 0;
}

/* both() - the second memory's registers are the card's. */
static void both(void)
{
	const struct vga_display *d = &card->regs.display;

	planes->misc = d->misc;
	memcpy(planes->seq, d->seq, sizeof(d->seq));
	memcpy(planes->gr, d->gr, sizeof(d->gr));
}

static void poke(uint32_t addr, uint8_t value)
{
	card_poke(card, addr, value);
	planes_write(planes, addr, value);
}

/* peek() - both read the same; but plain memory loads no latches. */
static uint8_t peek(uint32_t addr)
{
	uint8_t got, want = planes_read(planes, addr);
	unsigned int n;

	if (!card_peek(card, addr, &got))
		for (n = 0; n < 4; n++)
			planes->latch[n] = (uint8_t)(card->regs.latch >> 8 * n);
	if (got != want)
		fail_msg("at %x: %02x, should be %02x", addr, got, want);
	return got;
}

/* same_planes() - each byte of each plane. */
static void same_planes(void)
{
	const struct vga_display *d = &card->regs.display;
	uint32_t offset, got, n;

	for (offset = 0; offset < 65536; offset++) {
		got = vga_planes(card->vga.memory, SIZE, d->layout, offset);
		for (n = 0; n < 4; n++)
			if ((uint8_t)(got >> 8 * n) != planes->byte[n][offset])
				fail_msg("plane %u, %x: %02x, should be %02x",
					 n, offset, got >> 8 * n & 0xff,
					 planes->byte[n][offset]);
	}
}

static uint32_t any_address(void)
{
	static const uint32_t near[] = { 0xa0000, 0xa8000, 0xafff0, 0xb0000,
					 0xb7ff0, 0xb8000, 0xbfff0 };

	return rand() & 1 ? 0xa0000 + (uint32_t)rand() % 0x20000 :
			    near[rand() % 7] + (uint32_t)rand() % 16;
}

/* ---- each by itself ------------------------------------------------------ */

static void write_modes(void **state)
{
	unsigned int mode, rotate, i;

	(void)state;
	card_mode(card, 0x12);
	for (mode = 0; mode < 4; mode++) {
		for (rotate = 0; rotate < 32; rotate++) {
			card_gr(card, GR_MODE, (uint8_t)mode);
			card_gr(card, GR_ROTATE, (uint8_t)rotate);
			card_gr(card, GR_SET_RESET, (uint8_t)rand());
			card_gr(card, GR_ENABLE_SET_RESET, (uint8_t)rand());
			card_gr(card, GR_BIT_MASK, (uint8_t)rand());
			card_seq(card, SEQ_MAP_MASK, (uint8_t)rand());
			both();
			for (i = 0; i < 64; i++) {
				peek(0xa0000 + (uint32_t)rand() % 64);
				poke(0xa0000 + (uint32_t)rand() % 64,
				     (uint8_t)rand());
			}
		}
	}
	same_planes();
	assert_int_equal(card->opened, 0);
}

/* latches_copy() - write mode 1 moves four planes at once. */
static void latches_copy(void **state)
{
	(void)state;
	card_mode(card, 0x12);
	both();
	for (unsigned int n = 0; n < 4; n++) {
		card_seq(card, SEQ_MAP_MASK, (uint8_t)(1 << n));
		both();
		poke(0xa0100, (uint8_t)(0x11 * (n + 1)));
	}
	card_seq(card, SEQ_MAP_MASK, 0xf);
	card_gr(card, GR_MODE, 1);
	both();
	peek(0xa0100);
	poke(0xa0200, 0);
	same_planes();
	assert_int_equal(vga_planes(card->vga.memory, SIZE,
				    card->regs.display.layout, 0x200),
			 0x44332211);
}

static void read_mode_1_compares(void **state)
{
	(void)state;
	card_mode(card, 0x12);
	card_gr(card, GR_MODE, 2);
	both();
	poke(0xa0000, 0x5);
	card_gr(card, GR_MODE, 8);
	card_gr(card, GR_COMPARE, 0x5);
	card_gr(card, GR_DONT_CARE, 0xf);
	both();
	assert_int_equal(peek(0xa0000), 0xff);
	card_gr(card, GR_COMPARE, 0x4);
	both();
	assert_int_equal(peek(0xa0000), 0x00);
	card_gr(card, GR_DONT_CARE, 0xe);
	both();
	assert_int_equal(peek(0xa0000), 0xff);
}

/* wide_is_bytes() - an access of four bytes is four of one, from the lowest. */
static void wide_is_bytes(void **state)
{
	unsigned int i;

	(void)state;
	card_mode(card, 0x12);
	card_gr(card, GR_BIT_MASK, 0x3c);
	both();
	for (i = 0; i < 4; i++)
		planes_write(planes, 0xa0000 + i, (uint8_t)(0x91 + i));
	vga_window_write(&card->vga, 0, 4, 0x94939291);
	same_planes();
	assert_int_equal(vga_window_read(&card->vga, 1, 2),
			 planes->byte[0][1] | planes->byte[0][2] << 8);
}

/* ---- plain memory -------------------------------------------------------- */

/* use() - go through a window until it is memory, or surely will not be. */
static void use(uint32_t addr, uint32_t size)
{
	uint32_t i;

	both();
	for (i = 0; i < 4 * VGA_STEADY; i++) {
		poke(addr + i * 37 % size, (uint8_t)rand());
		peek(addr + i * 101 % size);
	}
}

static void text_becomes_memory(void **state)
{
	static const struct {
		unsigned int mode;
		uint32_t first;
	} text[] = { { 3, 0xb8000 }, { 7, 0xb0000 }, { 4, 0xb8000 } };
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		card_mode(card, text[i].mode);
		use(text[i].first, 0x8000);
		assert_int_equal(card->open.first, text[i].first - 0xa0000);
		assert_int_equal(card->open.size, 0x8000);
		same_planes();
	}
}

static void chain4_becomes_memory(void **state)
{
	(void)state;
	card_mode(card, 0x13);
	use(0xa0000, 0x10000);
	assert_int_equal(card->open.first, 0);
	assert_int_equal(card->open.size, 0x10000);
	same_planes();
	/* All of it, in order. */
	for (uint32_t i = 0; i < 64000; i++)
		assert_false(card_poke(card, 0xa0000 + i, (uint8_t)(i * 7)));
	for (uint32_t i = 0; i < 64000; i++)
		assert_int_equal(card->vga.memory[i], (uint8_t)(i * 7));
}

/* not_at_once() - a mode set on its way makes no memory of anything. */
static void not_at_once(void **state)
{
	unsigned int i;

	(void)state;
	card_mode(card, 3);
	both();
	for (i = 0; i < 20 * VGA_STEADY; i++) {
		poke(0xb8000 + i, (uint8_t)i);
		if (i % 8 == 0)
			card_seq(card, SEQ_MAP_MASK, 3);
	}
	assert_int_equal(card->opened, 0);
}

/* odd_registers_end_it() - each register by which an access is no more that of
 * memory; and the next access is right. */
static void odd_registers_end_it(void **state)
{
	static const struct {
		uint8_t seq, index, value;
	} odd[] = {
		{ 0, GR_ENABLE_SET_RESET, 1 }, { 0, GR_ROTATE, 1 },
		{ 0, GR_ROTATE, 8 }, { 0, GR_BIT_MASK, 0xfe },
		{ 0, GR_MODE, 0x41 }, { 0, GR_MODE, 0x42 },
		{ 0, GR_MODE, 0x43 }, { 0, GR_MODE, 0x48 },
		{ 1, SEQ_MAP_MASK, 7 }, { 1, SEQ_MEMORY, 6 },
		{ 0, GR_MISC, 0x09 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		card_mode(card, 0x13);
		use(0xa0000, 0x10000);
		assert_int_equal(card->open.size, 0x10000);
		if (odd[i].seq)
			card_seq(card, odd[i].index, odd[i].value);
		else
			card_gr(card, odd[i].index, odd[i].value);
		assert_int_equal(card->open.size, 0);
		use(0xa0000, 0x20000);
		same_planes();
	}
	card_mode(card, 0x13);
	use(0xa0000, 0x10000);
	card_out(card, 0x3c2, 0x61);	/* memory is off */
	assert_int_equal(card->open.size, 0);
}

/* fonts_survive() - text, a font to plane 2, graphics, and text again: each
 * plane keeps what it had, through changes of the layout. */
static void fonts_survive(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		card_mode(card, 3);
		use(0xb8000, 0x8000);
		assert_int_equal(card->regs.display.layout, VGA_PAIRS);
		card_seq(card, SEQ_MAP_MASK, 4);
		card_seq(card, SEQ_MEMORY, 6);
		card_gr(card, GR_MODE, 0);
		card_gr(card, GR_MISC, 4);
		card_gr(card, GR_READ_MAP, 2);
		use(0xa0000, 0x10000);
		card_mode(card, 0x13);
		use(0xa0000, 0x10000);
		assert_int_equal(card->regs.display.layout, VGA_QUADS);
		same_planes();
	}
}

/* all_128k() - the map of 128 KiB: address bit 16 is the lowest bit. */
static void all_128k(void **state)
{
	(void)state;
	card_mode(card, 3);
	card_gr(card, GR_MISC, 0x02);
	use(0xa0000, 0x20000);
	assert_int_equal(card->open.size, 0x20000);
	same_planes();
	card_mode(card, 0x13);
	card_gr(card, GR_MISC, 0x01);
	use(0xa0000, 0x20000);
	assert_int_equal(card->open.size, 0x20000);
	same_planes();
}

/* ---- anything ------------------------------------------------------------ */

/* any_register() - one that the window looks at, to any value. */
static void any_register(void)
{
	uint8_t value = (uint8_t)rand();

	switch (rand() % 8) {
	case 0:
		card_mode(card, rand() & 1 ? 3 : 0x13);
		break;
	case 1:
		card_out(card, 0x3c2, value | (rand() % 8 ? 2 : 0));
		break;
	case 2:
		card_seq(card, SEQ_MAP_MASK, value);
		break;
	case 3:
		card_seq(card, SEQ_MEMORY, value);
		break;
	default:
		card_gr(card, (uint8_t)(rand() % 9), value);
		break;
	}
	both();
}

static void random_registers(void **state)
{
	unsigned int turn, i;

	(void)state;
	srand(test_seed(1));
	for (turn = 0; turn < 3000; turn++) {
		for (i = (unsigned int)rand() % 4; i > 0; i--)
			any_register();
		for (i = (unsigned int)rand() % 200; i > 0; i--)
			if (rand() & 1)
				poke(any_address(), (uint8_t)rand());
			else
				peek(any_address());
	}
	same_planes();
	assert_true(card->opened > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(write_modes, fresh, over),
		cmocka_unit_test_setup_teardown(latches_copy, fresh, over),
		cmocka_unit_test_setup_teardown(read_mode_1_compares, fresh,
						over),
		cmocka_unit_test_setup_teardown(wide_is_bytes, fresh, over),
		cmocka_unit_test_setup_teardown(text_becomes_memory, fresh,
						over),
		cmocka_unit_test_setup_teardown(chain4_becomes_memory, fresh,
						over),
		cmocka_unit_test_setup_teardown(not_at_once, fresh, over),
		cmocka_unit_test_setup_teardown(odd_registers_end_it, fresh,
						over),
		cmocka_unit_test_setup_teardown(fonts_survive, fresh, over),
		cmocka_unit_test_setup_teardown(all_128k, fresh, over),
		cmocka_unit_test_setup_teardown(random_registers, fresh, over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
