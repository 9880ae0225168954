/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_test.c - a VGA's registers at its ports: groups and their indices, what
 * is protected, the DAC, the beam's place in time, the Bochs VBE interface, and
 * what is told to who draws.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "devices/video/vga_pci.h"
#include "tests/chip/lib_vga.h"
#include "tests/lib_seed.h"

static struct card *card;

static int fresh(void **state)
{
	(void)state;
	card = card_make(VGA_MEMORY);
	return 0;
}

static int over(void **state)
{
	(void)state;
	/* What is shown is what is in the registers, always. */
	assert_memory_equal(&card->shown.display, &card->regs.display,
			    sizeof(card->regs.display));
	assert_int_equal(card->shown.sequence % 2, 0);
	card_free(card);
	return 0;
}

static uint8_t read_back(struct card *c, unsigned int port, uint8_t index)
{
	card_out(c, port, index);
	return card_in(c, port + 1);
}

static void groups_read_back(void **state)
{
	(void)state;
	card_out(card, 0x3c2, 0x67);
	assert_int_equal(card_in(card, 0x3cc), 0x67);
	card_seq(card, SEQ_MAP_MASK, 0xfa);
	assert_int_equal(read_back(card, 0x3c4, SEQ_MAP_MASK), 0x0a);
	card_gr(card, GR_BIT_MASK, 0xa5);
	assert_int_equal(read_back(card, 0x3ce, GR_BIT_MASK), 0xa5);
	card_crtc(card, CRTC_OFFSET, 0x28);
	assert_int_equal(read_back(card, 0x3d4, CRTC_OFFSET), 0x28);
	assert_int_equal(card_in(card, 0x3d4), CRTC_OFFSET);
	/* What is not there: */
	card_seq(card, 7, 0xff);
	assert_int_equal(read_back(card, 0x3c4, 7), 0);
	card_gr(card, 15, 0xff);
	assert_int_equal(read_back(card, 0x3ce, 15), 0);
	card_crtc(card, 0xff, 0xff);
	assert_int_equal(read_back(card, 0x3d4, 0xff), 0);
}

static void one_crtc_at_a_time(void **state)
{
	(void)state;
	card_out(card, 0x3c2, 0x02);
	card_crtc(card, 10, 0x1f);
	assert_int_equal(read_back(card, 0x3b4, 10), 0x1f);
	assert_int_equal(card_in(card, 0x3d5), 0xff);
	assert_int_equal(card_in(card, 0x3da), 0xff);
	card_out(card, 0x3d5, 0x00);
	card_out(card, 0x3c2, 0x03);
	assert_int_equal(card_in(card, 0x3b5), 0xff);
	assert_int_equal(read_back(card, 0x3d4, 10), 0x1f);
}

static void timing_is_protected(void **state)
{
	uint8_t i;

	(void)state;
	card_out(card, 0x3c2, 1);
	for (i = 0; i < 8; i++)
		card_crtc(card, i, 0xef);
	card_crtc(card, CRTC_RETRACE_END, CRTC_PROTECT);
	for (i = 0; i < 8; i++)
		card_crtc(card, i, 0x10);
	for (i = 0; i < 7; i++)
		assert_int_equal(read_back(card, 0x3d4, i), 0xef);
	/* The line compare's bit is not protected. */
	assert_int_equal(read_back(card, 0x3d4, CRTC_OVERFLOW), 0xff);
	card_crtc(card, 8, 0x12);
	assert_int_equal(read_back(card, 0x3d4, 8), 0x12);
	card_crtc(card, CRTC_RETRACE_END, 0);
	card_crtc(card, 0, 0x10);
	assert_int_equal(read_back(card, 0x3d4, 0), 0x10);
}

static void attribute_flip_flop(void **state)
{
	(void)state;
	card_out(card, 0x3c2, 1);
	card_in(card, 0x3da);
	card_out(card, 0x3c0, 0x05);		/* an index */
	card_out(card, 0x3c0, 0x2a);		/* its data */
	card_out(card, 0x3c0, 0x06);		/* an index */
	card_in(card, 0x3da);			/* back to index */
	card_out(card, 0x3c0, 0x25);
	assert_int_equal(card_in(card, 0x3c0), 0x25);
	assert_int_equal(card_in(card, 0x3c1), 0x2a);
	assert_int_equal(card->regs.display.attr[6], 0);
	card_in(card, 0x3da);
	card_out(card, 0x3c0, 0x3f);		/* there is no such */
	card_out(card, 0x3c0, 0xff);
	assert_int_equal(card_in(card, 0x3c1), 0);
}

static void dac_counts(void **state)
{
	unsigned int i;

	(void)state;
	card_out(card, 0x3c8, 0xfe);
	for (i = 0; i < 9; i++)		/* goes on at 0 */
		card_out(card, 0x3c9, (uint8_t)(0x40 + i));
	assert_int_equal(card_in(card, 0x3c8), 1);
	assert_int_equal(card_in(card, 0x3c7), 0);
	card_out(card, 0x3c7, 0xff);
	assert_int_equal(card_in(card, 0x3c7), 3);
	for (i = 3; i < 9; i++)
		assert_int_equal(card_in(card, 0x3c9), i); /* six bits */
	card_out(card, 0x3c6, 0x0f);
	assert_int_equal(card_in(card, 0x3c6), 0x0f);
	card_vbe(card, VBE_ENABLE, VBE_8BIT_DAC);
	card_out(card, 0x3c8, 7);
	card_out(card, 0x3c9, 0xc3);
	card_out(card, 0x3c7, 7);
	assert_int_equal(card_in(card, 0x3c9), 0xc3);
}

/* retrace_comes_and_goes() - mode 3: 70 pictures a second of 449 lines, 400
 * shown, retrace at line 412 for two; 31.5 kHz. */
static void retrace_comes_and_goes(void **state)
{
	unsigned int shown = 0, retrace = 0, starts = 0, n;
	uint8_t was = 8, now;

	(void)state;
	card_mode(card, 3);
	for (n = 0; n < 100000; n++) {	/* each 10 us, for a second */
		card->now_ns = n * 10000ull;
		now = card_in(card, 0x3da);
		shown += !(now & 1);
		retrace += (now & 8) != 0;
		starts += now & 8 && !(was & 8);
		was = now;
		assert_true(!(now & 8) || now & 1);
	}
	assert_in_range(starts, 69, 71);
	assert_in_range(shown, 70000, 72500);	/* 400/449 of 720/900 */
	assert_in_range(retrace, 350, 550);	/* 2/449 */
	/* Some programs look for a dot that changes. */
	assert_int_not_equal(card_in(card, 0x3da) & 0x30,
			     card_in(card, 0x3da) & 0x30);
}

/* ---- VBE ---------------------------------------------------------------- */

static void vbe_mode(uint16_t x, uint16_t y, uint16_t bpp, uint16_t flags)
{
	card_vbe(card, VBE_ENABLE, 0);
	card_vbe(card, VBE_X, x);
	card_vbe(card, VBE_Y, y);
	card_vbe(card, VBE_BPP, bpp);
	card_vbe(card, VBE_ENABLE, (uint16_t)(flags | VBE_ENABLED));
}

static void vbe_tells_what_it_is(void **state)
{
	(void)state;
	assert_int_equal(card_vbe_in(card, VBE_ID), 0xb0c5);
	card_vbe(card, VBE_ID, 0xb0c2);
	assert_int_equal(card_vbe_in(card, VBE_ID), 0xb0c2);
	card_vbe(card, VBE_ID, 0xb0c6);
	card_vbe(card, VBE_ID, 0x1234);
	assert_int_equal(card_vbe_in(card, VBE_ID), 0xb0c2);
	assert_int_equal(card_vbe_in(card, VBE_MEMORY_64K), 256);
	vbe_mode(800, 600, 16, 0);
	card_vbe(card, VBE_ENABLE, VBE_GET_CAPS | VBE_ENABLED);
	assert_int_equal(card_vbe_in(card, VBE_X), VBE_MAX_X);
	assert_int_equal(card_vbe_in(card, VBE_Y), VBE_MAX_Y);
	assert_int_equal(card_vbe_in(card, VBE_BPP), 32);
	card_vbe(card, VBE_ENABLE, VBE_ENABLED);
	assert_int_equal(card_vbe_in(card, VBE_X), 800);
	assert_int_equal(card_vbe_in(card, VBE_VIRT_WIDTH), 800);
	assert_int_equal(card_vbe_in(card, VBE_VIRT_HEIGHT), 10485);
	assert_int_equal(card_vbe_in(card, 99), 0);
}

static void vbe_clears(void **state)
{
	uint8_t *m = card->vga.memory;

	(void)state;
	memset(m, 0x55, VGA_MEMORY);
	vbe_mode(640, 480, 8, VBE_NO_CLEAR);
	assert_int_equal(m[0], 0x55);
	vbe_mode(640, 480, 8, 0);
	assert_int_equal(m[0], 0);
	assert_int_equal(m[640 * 480 - 1], 0);
	assert_int_equal(m[640 * 480], 0x55);
	m[0] = 1;	/* a second write of the same does not */
	card_vbe(card, VBE_ENABLE, VBE_ENABLED | VBE_LFB);
	assert_int_equal(m[0], 1);
}

/* banks_are_memory() - the window is 64 KiB of the frame buffer, plain after a
 * while; another bank, another place. */
static void banks_are_memory(void **state)
{
	uint8_t got;
	unsigned int i;

	(void)state;
	vbe_mode(1024, 768, 8, 0);
	card_out(card, 0x3c2, 3);
	card_vbe(card, VBE_BANK, 3);
	for (i = 0; i < VGA_STEADY + 5; i++)
		card_poke(card, 0xa0000 + i, (uint8_t)i);
	assert_int_equal(card->open.size, 0x10000);
	assert_int_equal(card->open.at, 0x30000);
	for (i = 0; i < VGA_STEADY + 5; i++)
		assert_int_equal(card->vga.memory[0x30000 + i], i);
	card_vbe(card, VBE_BANK, 4);
	assert_int_equal(card->open.size, 0);
	card_poke(card, 0xa0000, 0x77);
	assert_int_equal(card->vga.memory[0x40000], 0x77);
	card_vbe(card, VBE_BANK, 3);
	card_peek(card, 0xa0004, &got);
	assert_int_equal(got, 4);
	card_peek(card, 0xb0000, &got);
	assert_int_equal(got, 0xff);
}

/* planar_has_banks() - 4 bits: 64 Ki offsets to a bank, all planes. */
static void planar_has_banks(void **state)
{
	(void)state;
	vbe_mode(1024, 768, 4, 0);
	card_out(card, 0x3c2, 3);
	card_seq(card, SEQ_MEMORY, 6);
	card_seq(card, SEQ_MAP_MASK, 5);
	card_gr(card, GR_MISC, 5);
	card_gr(card, GR_BIT_MASK, 0xff);
	card_vbe(card, VBE_BANK, 1);
	card_poke(card, 0xa0010, 0x81);
	assert_int_equal(vga_planes(card->vga.memory, VGA_MEMORY, VGA_QUADS,
				    0x10010),
			 0x00810081);
}

static void mmio_is_the_same(void **state)
{
	struct vga *v = &card->vga;

	(void)state;
	assert_int_equal(vga_mmio_read(v, 0x500, 2), 0xb0c5);
	vga_mmio_write(v, 0x502, 2, 640);
	vga_mmio_write(v, 0x504, 2, 480);
	vga_mmio_write(v, 0x506, 2, 32);
	vga_mmio_write(v, 0x508, 2, VBE_ENABLED);
	assert_int_equal(card_vbe_in(card, VBE_X), 640);
	assert_int_equal(vga_mmio_read(v, 0x502, 4), 640 | 480 << 16);
	assert_int_equal(vga_mmio_read(v, 0x514, 2), 256);
	assert_int_equal(vga_mmio_read(v, 0x516, 2), 0);
	vga_mmio_write(v, 0x402, 1, 0x63);
	assert_int_equal(card_in(card, 0x3cc), 0x63);
	vga_mmio_write(v, 0x404, 2, 0x0f02);	/* sequencer: map mask */
	assert_int_equal(card->regs.display.seq[SEQ_MAP_MASK], 0x0f);
	assert_int_equal(vga_mmio_read(v, 0x40c, 1), 0x63);
	assert_int_equal(vga_mmio_read(v, 0x600, 4), 8);
	assert_int_equal(vga_mmio_read(v, 0x604, 4), 0x1e1e1e1e);
	vga_mmio_write(v, 0x604, 4, 0xbebebebe);
	assert_int_equal(vga_mmio_read(v, 0x604, 4), 0xbebebebe);
	vga_mmio_write(v, 0x604, 4, 0x12345678);
	assert_int_equal(card->regs.display.big_endian, 1);
}

static void pci_says_what_it_is(void **state)
{
	struct pci_config c;

	(void)state;
	vga_pci_init(&c);
	assert_int_equal(pci_config_read(&c, 0, 4), 0x11111234);
	assert_int_equal(pci_config_read(&c, 8, 4), 0x03000002);
	pci_config_write(&c, 0x10, 4, 0xffffffff);
	pci_config_write(&c, 0x14, 4, 0xffffffff);
	pci_config_write(&c, 0x18, 4, 0xffffffff);
	assert_int_equal(pci_config_read(&c, 0x10, 4), 0xff000008);
	assert_int_equal(pci_config_read(&c, 0x14, 4), 0);
	assert_int_equal(pci_config_read(&c, 0x18, 4), 0xfffff000);
}

/* ---- known bugs of such cards elsewhere ---------------------------------- */

/* vbe_ok() - what VBE would show lies in its memory. */
static void vbe_ok(void)
{
	const uint16_t *r = card->regs.display.vbe;
	uint64_t bits = r[VBE_BPP] == 15 ? 16 : r[VBE_BPP];
	uint64_t pitch = r[VBE_VIRT_WIDTH] * bits / 8;

	assert_true(r[VBE_X] <= r[VBE_VIRT_WIDTH]);
	assert_true(r[VBE_X_OFFSET] <= r[VBE_VIRT_WIDTH]);
	assert_true((r[VBE_Y_OFFSET] + r[VBE_Y] - 1u) * pitch +
			    (r[VBE_X_OFFSET] + (uint64_t)r[VBE_X]) * bits / 8 <=
		    card->vga.size);
}

static void huge_virtual_size(void **state)
{
	(void)state;
	vbe_mode(1024, 768, 32, 0);
	card_vbe(card, VBE_VIRT_WIDTH, 0xffff);
	vbe_ok();
	card_vbe(card, VBE_Y_OFFSET, 0xffff);
	card_vbe(card, VBE_X_OFFSET, 0xffff);
	vbe_ok();
	card_vbe(card, VBE_X, 0xffff);
	card_vbe(card, VBE_Y, 0xffff);
	vbe_ok();
	vbe_mode(0, 0, 0, 0);
	vbe_ok();
}

/* A start is any place, as lines lie behind each other: at the end of one, the
 * picture's lines end in the next. Only where there is none it is not so. */
static void start_in_a_line(void **state)
{
	const uint16_t *r = card->regs.display.vbe;

	(void)state;
	vbe_mode(640, 480, 8, 0);
	card_vbe(card, VBE_X_OFFSET, 16);
	assert_int_equal(r[VBE_X_OFFSET], 16);
	card_vbe(card, VBE_Y_OFFSET, 37);
	assert_int_equal(r[VBE_X_OFFSET], 16);
	vbe_ok();
	card_vbe(card, VBE_Y_OFFSET, 0xffff);
	vbe_ok();
	assert_int_equal(r[VBE_X_OFFSET], 0);
}

static void bank_beyond_memory(void **state)
{
	uint8_t got;
	unsigned int i;

	(void)state;
	vbe_mode(640, 480, 8, 0);
	card_out(card, 0x3c2, 3);
	card_vbe(card, VBE_BANK, 255);
	assert_true(card_poke(card, 0xaffff, 0x42));
	assert_int_equal(card->vga.memory[VGA_MEMORY - 1], 0x42);
	for (i = 256; i < 65536; i += 997) {
		card_vbe(card, VBE_BANK, (uint16_t)i);
		assert_true(card_poke(card, 0xa0000 + i, 1));
		assert_true(card_peek(card, 0xa0000 + i, &got));
		assert_int_equal(got, 0xff);
	}
	card_vbe(card, VBE_BANK, 256);
	for (i = 0; i < 4 * VGA_STEADY; i++)
		card_poke(card, 0xa0000, 1);
	assert_int_equal(card->open.size, 0);
}

/* little_memory() - less than a VGA needs, or none: nothing outside of it is
 * touched. */
static void little_memory(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 3, 4096, 65536, 0x20001,
					  0x3ffff };
	unsigned int s, i;

	(void)state;
	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct card *c = card_make(sizes[s]);
		uint8_t got;

		card_mode(c, s & 1 ? 3 : 0x12);
		for (i = 0; i < 0x20000; i += 13) {
			card_poke(c, 0xa0000 + i, 1);
			card_peek(c, 0xa0000 + i, &got);
		}
		card_vbe(c, VBE_X, 640);
		card_vbe(c, VBE_ENABLE, VBE_ENABLED);
		card_free(c);
	}
}

/* hostile_registers() - a card whose registers another world has written. */
static void hostile_registers(void **state)
{
	uint8_t *bytes = (uint8_t *)&card->regs, got;
	unsigned int turn, i;

	(void)state;
	srand(test_seed(1));
	for (turn = 0; turn < 2000; turn++) {
		for (i = 0; i < sizeof(card->regs); i++)
			bytes[i] = (uint8_t)rand();
		card->open.size = 0;
		card->now_ns = (uint64_t)rand() << 33 | (unsigned int)rand();
		for (i = 0; i < 40; i++) {
			card_out(card, VGA_PORT + (unsigned int)rand() % 0x30,
				 (uint8_t)rand());
			card_in(card, VGA_PORT + (unsigned int)rand() % 0x30);
			card_vbe(card, (uint16_t)(rand() % 12),
				 (uint16_t)rand());
			card_vbe_in(card, (uint16_t)rand());
			card_poke(card, 0xa0000 + (uint32_t)rand() % 0x20000,
				  (uint8_t)rand());
			card_peek(card, 0xa0000 + (uint32_t)rand() % 0x20000,
				  &got);
		}
		assert_true(card->open.first <= VGA_WINDOW_SIZE &&
			    card->open.size <=
				    VGA_WINDOW_SIZE - card->open.first);
		assert_true(card->open.at <= VGA_MEMORY &&
			    card->open.size <= VGA_MEMORY - card->open.at);
	}
	vga_reset(&card->vga);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(groups_read_back, fresh, over),
		cmocka_unit_test_setup_teardown(one_crtc_at_a_time, fresh,
						over),
		cmocka_unit_test_setup_teardown(timing_is_protected, fresh,
						over),
		cmocka_unit_test_setup_teardown(attribute_flip_flop, fresh,
						over),
		cmocka_unit_test_setup_teardown(dac_counts, fresh, over),
		cmocka_unit_test_setup_teardown(retrace_comes_and_goes, fresh,
						over),
		cmocka_unit_test_setup_teardown(vbe_tells_what_it_is, fresh,
						over),
		cmocka_unit_test_setup_teardown(vbe_clears, fresh, over),
		cmocka_unit_test_setup_teardown(banks_are_memory, fresh, over),
		cmocka_unit_test_setup_teardown(planar_has_banks, fresh, over),
		cmocka_unit_test_setup_teardown(mmio_is_the_same, fresh, over),
		cmocka_unit_test_setup_teardown(pci_says_what_it_is, fresh,
						over),
		cmocka_unit_test_setup_teardown(huge_virtual_size, fresh, over),
		cmocka_unit_test_setup_teardown(start_in_a_line, fresh, over),
		cmocka_unit_test_setup_teardown(bank_beyond_memory, fresh,
						over),
		cmocka_unit_test_setup_teardown(little_memory, fresh, over),
		cmocka_unit_test_setup_teardown(hostile_registers, fresh, over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
