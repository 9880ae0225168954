/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_picture_test.c - pictures of a VGA: each mode dot by dot beside one that
 * is worked out otherwise (lib_picture.h), all depths of VBE, the text of a
 * screen, and registers that lead other cards out of their memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "screen/render.h"
#include "tests/chip/lib_picture.h"
#include "tests/lib_seed.h"

static struct card *card;
static struct planes *planes;
static struct vga_frame frame;
static uint32_t *pixels;
static char text[40000];

static const unsigned int modes[] = { 3, 4, 6, 7, 0x0d, 0x0f, 0x11, 0x12, 0x13,
				      0x58 };
#define MODES (sizeof(modes) / sizeof(modes[0]))

static int fresh(void **state)
{
	size_t room = (size_t)VGA_FRAME_WIDTH * VGA_FRAME_HEIGHT;

	(void)state;
	srand(test_seed(1));
	card = card_make(VGA_MEMORY);
	planes = calloc(1, sizeof(*planes));
	pixels = malloc(room * sizeof(*pixels));
	return !planes || !pixels;
}

static int over(void **state)
{
	(void)state;
	card_free(card);
	free(planes);
	free(pixels);
	return 0;
}

/* fill() - anything in the planes, in whichever layout, and in the DAC. */
static void fill(void)
{
	unsigned int i, n;
	uint32_t got;

	card->regs.display.layout = rand() & 1;
	for (i = 0; i < VGA_PLANES; i++)
		card->vga.memory[i] = (uint8_t)(rand() >> 7);
	for (i = 0; i < 65536; i++) {
		got = vga_planes(card->vga.memory, VGA_MEMORY,
				 card->regs.display.layout, i);
		for (n = 0; n < 4; n++)
			planes->byte[n][i] = (uint8_t)(got >> 8 * n);
	}
	card_out(card, 0x3c8, 0);
	for (i = 0; i < 768; i++)
		card_out(card, 0x3c9, (uint8_t)(rand() >> 7));
}

static void render(uint64_t now_ms)
{
	vga_frame_make(&card->regs.display, &frame);
	vga_render(&frame, card->vga.memory, card->vga.size, now_ms, pixels);
}

static uint32_t pixel(unsigned int x, unsigned int y)
{
	return pixels[(size_t)y * frame.width + x];
}

static void same_dot(const struct picture *p, unsigned int x, unsigned int y)
{
	uint32_t want = picture_dot(p, x, y);

	if (pixel(x, y) != want)
		fail_msg("dot %u, %u: %06x, should be %06x", x, y, pixel(x, y),
			 want);
}

/* compare() - each @step-th dot. */
static void compare(uint64_t now_ms, unsigned int step)
{
	const struct picture p = { planes, card->regs.display, now_ms };
	unsigned int i;

	render(now_ms);
	for (i = 0; i < frame.width * frame.height; i += step)
		same_dot(&p, i % frame.width, i / frame.width);
}

/* ---- each mode ----------------------------------------------------------- */

static void every_mode(void **state)
{
	static const unsigned int sizes[MODES][2] = {
		{ 720, 400 }, { 640, 400 }, { 640, 400 }, { 720, 400 },
		{ 640, 400 }, { 640, 350 }, { 640, 480 }, { 640, 480 },
		{ 640, 400 }, { 640, 480 },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < MODES; i++) {
		card_mode(card, modes[i]);
		fill();
		compare(0, 1);
		assert_int_equal(frame.width, sizes[i][0]);
		assert_int_equal(frame.height, sizes[i][1]);
		compare(300, 1);	/* what blinks is not seen */
	}
}

/* odd_register() - one that a picture depends on. */
static void odd_register(void)
{
	uint8_t value = (uint8_t)(rand() >> 7);
	static const uint8_t crtcs[] = { 8, 9, 10, 11, 12, 13, 14, 15, 19, 20,
					 23, 24, 7 };

	switch (rand() % 4) {
	case 0:
		card_attr(card, (uint8_t)(16 + rand() % 5), value);
		card_attr(card, 0x20, 0);
		break;
	case 1:
		card_seq(card, rand() & 1 ? SEQ_FONT : SEQ_CLOCKING,
			 value & 0xdf);
		break;
	case 2:
		card_gr(card, rand() & 1 ? GR_MODE : GR_MISC, value);
		break;
	default:
		card_crtc(card, crtcs[(size_t)rand() % sizeof(crtcs)], value);
		break;
	}
}

/* odd_registers() - modes with registers changed at random: start, split,
 * panning, fonts, cursor, addressing. A preset row that is no row of the
 * character is the one thing that the other picture does not know. */
static void odd_registers(void **state)
{
	const uint8_t *c = card->regs.display.crtc;
	unsigned int turn, i;

	(void)state;
	for (turn = 0; turn < 400; turn++) {
		card_mode(card, modes[(size_t)rand() % MODES]);
		if (turn % 20 == 0)
			fill();
		for (i = (unsigned int)rand() % 8; i > 0; i--)
			odd_register();
		if ((c[CRTC_PRESET_ROW] & 31) > (c[CRTC_MAX_ROW] & 31))
			card_crtc(card, CRTC_PRESET_ROW, 0);
		compare((unsigned int)rand() % 1000, 97);
	}
}

static void rows_are_of_the_picture(void **state)
{
	static uint32_t some[7 * 2304];
	unsigned int i;

	(void)state;
	for (i = 0; i < MODES; i++) {
		card_mode(card, modes[i]);
		fill();
		render(0);
		vga_render_rows(&frame, card->vga.memory, VGA_MEMORY, 0, 211, 7,
				some);
		assert_memory_equal(some, pixels + 211 * frame.width,
				    7 * frame.width * sizeof(*some));
	}
}

/* ---- what is known by heart ---------------------------------------------- */

/* cell() - a character of a text screen, by the window. */
static void cell(unsigned int col, unsigned int row, uint8_t code, uint8_t attr)
{
	uint32_t at = 0xb8000 + (row * 80 + col) * 2;

	card_poke(card, at, code);
	card_poke(card, at + 1, attr);
}

/* grey() - DAC entry @n is n, n, n. */
static void grey(void)
{
	unsigned int i;

	card_out(card, 0x3c8, 0);
	for (i = 0; i < 192; i++)
		card_out(card, 0x3c9, (uint8_t)(i / 3));
}

static uint32_t shade(unsigned int n)
{
	return (n << 2 | n >> 4) * 0x010101u;
}

static void font_row(uint8_t code, unsigned int row, uint8_t dots)
{
	uint64_t at = (uint64_t)code * 32 + row;
	unsigned int layout = card->regs.display.layout;

	card->vga.memory[vga_place(layout, at) + vga_plane(layout, at, 2)] =
		dots;
}

static void text_is_drawn(void **state)
{
	unsigned int x;

	(void)state;
	card_mode(card, 3);
	grey();
	cell(2, 1, 'A', 0x1e);
	cell(3, 1, 0xc4, 0x07);		/* a line: dot 9 is dot 8 */
	cell(4, 1, 'B', 0x07);
	font_row('A', 5, 0xa0);
	font_row(0xc4, 5, 0xff);
	font_row('B', 5, 0xff);
	render(0);
	assert_int_equal(pixel(18, 21), shade(14));
	assert_int_equal(pixel(19, 21), shade(1));
	assert_int_equal(pixel(20, 21), shade(14));
	for (x = 27; x < 44; x++)
		assert_int_equal(pixel(x, 21), shade(7));
	assert_int_equal(pixel(44, 21), 0);	/* behind B: no line */
}

static void cursor_blinks(void **state)
{
	(void)state;
	card_mode(card, 3);
	grey();
	cell(5, 2, ' ', 0x07);
	card_crtc(card, CRTC_CURSOR_LOW, 165);
	render(0);
	assert_int_equal(pixel(45, 32 + 13), shade(7));
	assert_int_equal(pixel(53, 32 + 14), shade(7));
	assert_int_equal(pixel(45, 32 + 12), 0);
	assert_int_equal(pixel(45, 32 + 15), 0);
	render(150);
	assert_int_equal(pixel(45, 32 + 13), 0);
	card_crtc(card, CRTC_CURSOR_START, 0x2d);
	render(0);
	assert_int_equal(pixel(45, 32 + 13), 0);
}

static void mode_13h_doubles(void **state)
{
	unsigned int x, y;

	(void)state;
	card_mode(card, 0x13);
	grey();
	card_poke(card, 0xa0000 + 7 * 320 + 9, 0x21);
	render(0);
	for (y = 0; y < 400; y++)
		for (x = 0; x < 640; x++)
			assert_int_equal(pixel(x, y), x / 2 == 9 && y / 2 == 7 ?
							      shade(0x21) :
							      0);
}

static void black_when_off(void **state)
{
	(void)state;
	card_mode(card, 0x13);
	fill();
	card_seq(card, SEQ_CLOCKING, 0x21);
	render(0);
	assert_int_equal(pixel(100, 100), 0);
	card_seq(card, SEQ_CLOCKING, 0x01);
	card_in(card, 0x3da);
	card_out(card, 0x3c0, 0);
	render(0);
	assert_int_equal(pixel(100, 100), 0);
	vga_reset(&card->vga);
	render(0);
	assert_int_equal(frame.width, 0);
}

static void text_as_utf8(void **state)
{
	static const char want[] = "\n\n  \xe2\x94\x80"
				   "AB\n";
	struct vga_cells *cells = malloc(sizeof(*cells));
	size_t n;

	(void)state;
	card_mode(card, 3);
	cell(2, 2, 0xc4, 7);
	cell(3, 2, 'A', 7);
	cell(4, 2, 'B', 0x1e);
	card_crtc(card, CRTC_CURSOR_LOW, 165);
	render(0);
	n = vga_text(&frame, card->vga.memory, VGA_MEMORY, text, sizeof(text));
	assert_int_equal(n, strlen(text));
	assert_int_equal(n, sizeof(want) - 1 + 22);
	assert_memory_equal(text, want, sizeof(want) - 1);
	assert_true(vga_cells(&frame, card->vga.memory, VGA_MEMORY, cells));
	assert_int_equal(cells->cols, 80);
	assert_int_equal(cells->rows, 25);
	assert_true(cells->cursor);
	assert_int_equal(cells->cursor_col, 5);
	assert_int_equal(cells->cursor_row, 2);
	assert_int_equal(cells->cell[2][4].attr, 0x1e);
	/* As much as there is room for. */
	assert_int_equal(
		vga_text(&frame, card->vga.memory, VGA_MEMORY, text, 4), 3);
	card_mode(card, 0x13);
	render(0);
	assert_int_equal(vga_text(&frame, card->vga.memory, VGA_MEMORY, text,
				  sizeof(text)),
			 0);
	free(cells);
}

/* torn_frames() - registers that are just being changed are not taken. */
static void torn_frames(void **state)
{
	(void)state;
	card_mode(card, 3);
	assert_true(vga_frame_take(&card->shown, &frame));
	assert_int_equal(frame.width, 720);
	card->shown.sequence |= 1;
	card->shown.display.crtc[CRTC_H_END] = 0x27;
	assert_false(vga_frame_take(&card->shown, &frame));
	assert_int_equal(frame.width, 720);
}

/* ---- VBE ---------------------------------------------------------------- */

static void vbe_mode(uint16_t x, uint16_t y, uint16_t bpp)
{
	card_vbe(card, VBE_ENABLE, 0);
	card_vbe(card, VBE_X, x);
	card_vbe(card, VBE_Y, y);
	card_vbe(card, VBE_BPP, bpp);
	card_vbe(card, VBE_ENABLE, VBE_ENABLED | VBE_NO_CLEAR);
	card_attr(card, 0x20, 0);
}

/* vbe_dot() - of a picture, worked out for that dot alone. */
static uint32_t vbe_dot(unsigned int x, unsigned int y)
{
	const uint16_t *r = card->regs.display.vbe;
	const uint8_t *m = card->vga.memory;
	unsigned int bytes = (r[VBE_BPP] + 7u) / 8;
	uint64_t at = (uint64_t)(y + r[VBE_Y_OFFSET]) * r[VBE_VIRT_WIDTH] + x +
		      r[VBE_X_OFFSET];
	uint64_t v = 0;
	unsigned int i, five, six;

	for (i = 0; i < bytes; i++)
		v |= (uint64_t)m[at * bytes + i] << 8 * i;
	if (bytes == 1)
		return frame.dac[v];
	if (bytes > 2)
		return v & 0xffffff;
	six = r[VBE_BPP] == 16;
	five = six ? v >> 5 & 63 : v >> 5 & 31;
	return (uint32_t)((v >> (10 + six) & 31) * 33 / 4 << 16 |
			  (six ? five * 65 / 16 : five * 33 / 4) << 8 |
			  (v & 31) * 33 / 4);
}

static void every_depth(void **state)
{
	static const uint16_t depths[] = { 8, 15, 16, 24, 32 };
	unsigned int i, n;

	(void)state;
	fill();
	for (n = 0; n < VGA_MEMORY; n++)
		card->vga.memory[n] = (uint8_t)(rand() >> 7);
	for (i = 0; i < 5; i++) {
		vbe_mode(1024, 768, depths[i]);
		card_vbe(card, VBE_VIRT_WIDTH, 1600);
		card_vbe(card, VBE_X_OFFSET, 37);
		card_vbe(card, VBE_Y_OFFSET, 211);
		render(0);
		assert_int_equal(frame.width, 1024);
		assert_int_equal(frame.height, 768);
		for (n = 0; n < 1024 * 768; n += 13)
			assert_int_equal(pixel(n % 1024, n / 1024),
					 vbe_dot(n % 1024, n / 1024));
	}
}

static void four_bits(void **state)
{
	unsigned int n, x, y, p, want;
	const uint8_t *m = card->vga.memory;
	uint64_t at;

	(void)state;
	card_mode(card, 0x12);
	fill();
	for (n = 0; n < 1024 * 768 / 2; n++)
		card->vga.memory[n] = (uint8_t)(rand() >> 7);
	vbe_mode(1024, 768, 4);
	render(0);
	for (n = 0; n < 1024 * 768; n += 7) {
		x = n % 1024;
		y = n / 1024;
		at = y * 128 + x / 8;
		for (p = want = 0; p < 4; p++)
			want |= (m[vga_place(card->regs.display.layout, at) +
				   vga_plane(card->regs.display.layout, at,
					     p)] >>
					 (7 - x % 8) &
				 1u)
				<< p;
		assert_int_equal(pixel(x, y), frame.colour[want]);
	}
}

static void bytes_in_the_other_order(void **state)
{
	(void)state;
	vbe_mode(640, 480, 32);
	put_le32(card->vga.memory, 0x00112233);
	vga_mmio_write(&card->vga, 0x604, 4, 0xbebebebe);
	render(0);
	assert_int_equal(pixel(0, 0), 0x221100);
	vbe_mode(640, 480, 16);
	put_le16(card->vga.memory, 0x00f8);
	render(0);
	assert_int_equal(pixel(0, 0), 0xff0000);
}

/* ---- known bugs of such cards elsewhere ---------------------------------- */

/* start_address_wraps() - it and the pitch lead through all of the planes and
 * around. */
static void start_address_wraps(void **state)
{
	(void)state;
	card_mode(card, 0x12);
	fill();
	card_crtc(card, CRTC_START_HIGH, 0xff);
	card_crtc(card, CRTC_START_LOW, 0xf8);
	card_crtc(card, CRTC_OFFSET, 0xff);
	compare(0, 1);
}

/* split_screen() - below it memory begins anew; with panning, or without. */
static void split_screen(void **state)
{
	(void)state;
	card_mode(card, 0x12);
	fill();
	card_attr(card, 0x20 | ATTR_PANNING, 3);
	card_crtc(card, CRTC_LINE_COMPARE, 200);
	card_crtc(card, CRTC_OVERFLOW, 0x2e);
	card_crtc(card, CRTC_MAX_ROW, 0);
	compare(0, 1);
	card_attr(card, 0x20 | ATTR_MODE, 0x01 | ATTR_MODE_SPLIT_PAN);
	compare(0, 1);
}

static void line_compare_anywhere(void **state)
{
	unsigned int at;

	(void)state;
	card_mode(card, 0x12);
	fill();
	card_crtc(card, CRTC_START_HIGH, 0x80);
	for (at = 0; at < 1024; at += 53) {
		card_crtc(card, CRTC_LINE_COMPARE, (uint8_t)at);
		card_crtc(card, CRTC_OVERFLOW,
			  (uint8_t)(0x2e | (at >> 8 & 1) << 4));
		card_crtc(card, CRTC_MAX_ROW, (uint8_t)(at >> 9 << 6));
		compare(0, 31);
	}
}

static void cursor_beyond_the_end(void **state)
{
	(void)state;
	card_mode(card, 3);
	fill();
	card_crtc(card, CRTC_CURSOR_HIGH, 0xff);
	card_crtc(card, CRTC_CURSOR_LOW, 0xff);
	card_crtc(card, CRTC_CURSOR_START, 0x1f);
	card_crtc(card, CRTC_CURSOR_END, 0x7f);
	card_crtc(card, CRTC_MAX_ROW, 0x1f);
	compare(0, 1);
}

/* hostile_frames() - registers that nobody has checked, and little memory. */
static void hostile_frames(void **state)
{
	static const uint32_t sizes[] = { 0, 3, 4096, 65536, 0x3ffff,
					  VGA_MEMORY };
	uint8_t *bytes = (uint8_t *)&card->regs.display;
	unsigned int turn, i;
	struct card *c;

	(void)state;
	for (turn = 0; turn < 300; turn++) {
		for (i = 0; i < sizeof(card->regs.display); i++)
			bytes[i] = (uint8_t)(rand() >> 7);
		c = card_make(sizes[turn % 6]);
		vga_frame_make(&card->regs.display, &frame);
		frame.blank = false;
		assert_true(frame.width <= VGA_FRAME_WIDTH);
		assert_true(frame.height <= VGA_FRAME_HEIGHT);
		vga_render_rows(&frame, c->vga.memory, c->vga.size, turn * 100,
				(unsigned int)rand() % 1000, 50, pixels);
		vga_text(&frame, c->vga.memory, c->vga.size, text,
			 (size_t)rand() % sizeof(text));
		card_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, over)
		TEST(every_mode), TEST(odd_registers),
		TEST(rows_are_of_the_picture), TEST(text_is_drawn),
		TEST(cursor_blinks), TEST(mode_13h_doubles),
		TEST(black_when_off), TEST(text_as_utf8), TEST(torn_frames),
		TEST(every_depth), TEST(four_bits),
		TEST(bytes_in_the_other_order), TEST(start_address_wraps),
		TEST(split_screen), TEST(line_compare_anywhere),
		TEST(cursor_beyond_the_end),
		TEST(hostile_frames),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
