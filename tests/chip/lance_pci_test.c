/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_pci_test.c - the Am79C970A's configuration space, byte by byte (9.1):
 * values after reset, which bits a write changes and which it clears, by
 * bytes, words and DWords, and how software finds the size of the windows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "devices/pci.h"
#include "devices/pcnet_pci.h"
#include "tests/chip/lib_lance.h"

static uint32_t get(const struct pcnet_pci *p, uint32_t off, unsigned int width)
{
	return pcnet_pci_config_read(p, off, width);
}

static bool set(struct pcnet_pci *p, uint32_t off, unsigned int width,
		uint32_t v)
{
	return pcnet_pci_config_write(p, off, width, v);
}

/* The bytes that are not zero, or not constant. */
static const struct byte {
	uint8_t off;
	uint8_t reset;
	uint8_t ones;		/* after FFh was written */
} bytes[] = {
	{ 0x00, 0x22, 0x22 }, { 0x01, 0x10, 0x10 },	/* vendor */
	{ 0x02, 0x00, 0x00 }, { 0x03, 0x20, 0x20 },	/* device */
	{ 0x04, 0x00, 0x47 }, { 0x05, 0x00, 0x01 },	/* command */
	{ 0x06, 0x80, 0x80 }, { 0x07, 0x02, 0x02 },	/* status */
	{ 0x08, 0x16, 0x16 }, { 0x0b, 0x02, 0x02 },
	{ 0x0d, 0x00, 0xff },				/* latency timer */
	{ 0x10, 0x01, 0xe1 }, { 0x11, 0x00, 0xff },	/* I/O base */
	{ 0x12, 0x00, 0xff }, { 0x13, 0x00, 0xff },
	{ 0x14, 0x00, 0xe0 }, { 0x15, 0x00, 0xff },	/* memory base */
	{ 0x16, 0x00, 0xff }, { 0x17, 0x00, 0xff },
	{ 0x30, 0x00, 0x01 },				/* expansion ROM */
	{ 0x32, 0x00, 0xff }, { 0x33, 0x00, 0xff },
	{ 0x3c, 0x00, 0xff }, { 0x3d, 0x01, 0x01 },	/* interrupt */
	{ 0x3e, 0x06, 0x06 }, { 0x3f, 0xff, 0xff },
};

/* byte_at() - the row of @off; where there is none, 0 that stays 0 */
static struct byte byte_at(unsigned int off)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bytes); i++)
		if (bytes[i].off == off)
			return bytes[i];
	return (struct byte){ (uint8_t)off, 0, 0 };
}

static void check_reset(const struct pcnet_pci *p)
{
	unsigned int off;

	for (off = 0; off < 256; off++)
		assert_int_equal(get(p, off, 1), byte_at(off).reset);
}

static void every_byte(void **state)
{
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs };
	unsigned int off, at;

	(void)state;
	pcnet_pci_reset(&p);
	check_reset(&p);
	for (off = 0; off < 256; off++) {
		pcnet_pci_reset(&p);
		set(&p, off, 1, 0xff);
		for (at = 0; at < 256; at++)
			assert_int_equal(get(&p, at, 1),
					 at == off ? byte_at(at).ones :
						     byte_at(at).reset);
		/* Zeroes: what could be set can be cleared. */
		set(&p, off, 1, 0);
		assert_int_equal(get(&p, off, 1), byte_at(off).reset);
	}
}

static void words_and_dwords_are_their_bytes(void **state)
{
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs };
	unsigned int off, i;
	uint32_t v;

	(void)state;
	for (off = 0; off < 256; off += 4) {
		pcnet_pci_reset(&p);
		set(&p, off, 4, 0xffffffff);
		v = 0;
		for (i = 0; i < 4; i++)
			v |= (uint32_t)byte_at(off + i).ones << 8 * i;
		assert_int_equal(get(&p, off, 4), v);
		assert_int_equal(get(&p, off, 2), v & 0xffff);
		assert_int_equal(get(&p, off + 2, 2), v >> 16);
	}
	/* Past the end there is nothing, and it harms nothing. */
	pcnet_pci_reset(&p);
	set(&p, 254, 4, 0xffffffff);
	set(&p, 256, 4, 0xffffffff);
	set(&p, UINT32_MAX, 4, 0xffffffff);
	assert_int_equal(get(&p, 254, 4), 0);
	assert_int_equal(get(&p, UINT32_MAX, 4) & 0xff, 0);
	check_reset(&p);
}

static void status_is_cleared_by_ones(void **state)
{
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs };
	unsigned int bit;

	(void)state;
	pcnet_pci_reset(&p);
	for (bit = 8; bit < 16; bit++) {
		regs.config[7] = 0xf3;	/* all that can happen */
		set(&p, 0x06, 2, 1u << bit);
		/* Bits 15, 14, 13, 12 and 8; DEVSEL and bit 11 are fixed. */
		assert_int_equal(get(&p, 0x06, 2),
				 0xf380 & ~(1u << bit & 0xf100));
	}
	/* A write of the command alone leaves the status as it is. */
	regs.config[7] = 0xf3;
	set(&p, 0x04, 2, 0xffff);
	assert_int_equal(get(&p, 0x04, 4), 0xf3800147);
	/* Read, modify, write back of the DWord clears what was read. */
	set(&p, 0x04, 4, get(&p, 0x04, 4));
	assert_int_equal(get(&p, 0x04, 4), 0x02800147);
	pcnet_pci_master_abort(&p);
	assert_int_equal(get(&p, 0x06, 2), 0x2280);
}

/* size_of() - as every bus driver finds it: write ones, read, write back */
static uint32_t size_of(struct pcnet_pci *p, uint32_t bar, uint32_t flags)
{
	uint32_t old = get(p, bar, 4), mask;

	set(p, bar, 4, 0xffffffff);
	mask = get(p, bar, 4) & ~flags;
	set(p, bar, 4, old);
	assert_int_equal(get(p, bar, 4), old);
	return mask & (0u - mask);
}

static void sizing_the_windows(void **state)
{
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs };
	uint32_t bar;

	(void)state;
	pcnet_pci_reset(&p);
	set(&p, 0x10, 4, 0xffffc0de);
	set(&p, 0x14, 4, 0xfebf1234);
	assert_int_equal(get(&p, 0x10, 4), 0xffffc0c1);
	assert_int_equal(get(&p, 0x14, 4), 0xfebf1220);
	assert_int_equal(size_of(&p, 0x10, 3), 32);
	assert_int_equal(size_of(&p, 0x14, 15), 32);
	for (bar = 0x18; bar < 0x28; bar += 4)
		assert_int_equal(size_of(&p, bar, 0), 0);
	assert_int_equal(size_of(&p, 0x30, 1), 65536);
}

static void a_moved_window_is_told(void **state)
{
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs };
	uint32_t base;

	(void)state;
	pcnet_pci_reset(&p);
	assert_true(set(&p, 0x10, 4, 0xc000));
	assert_false(set(&p, 0x10, 4, 0xc000));		/* as it was */
	assert_false(set(&p, 0x10, 1, 0x1f));		/* fixed bits */
	assert_true(set(&p, 0x17, 1, 0xfe));
	assert_false(set(&p, 0x3c, 1, 11));
	assert_false(set(&p, 0x05, 1, 1));
	assert_false(pci_bar(regs.config, 0, true, &base));
	assert_true(set(&p, 0x04, 1, 1));
	assert_true(pci_bar(regs.config, 0, true, &base));
	assert_false(pci_bar(regs.config, 1, false, &base));
	assert_true(set(&p, 0x04, 1, 2));
	assert_false(pci_bar(regs.config, 0, true, &base));
	assert_true(pci_bar(regs.config, 1, false, &base));
	assert_false(pcnet_pci_bus_master(&p));
	assert_true(set(&p, 0x04, 1, 4));
	assert_true(pcnet_pci_bus_master(&p));
	assert_true(set(&p, 0x04, 1, 3));
	assert_true(pci_bar(regs.config, 0, true, &base));
	assert_int_equal(base, 0xc000);
	assert_true(pci_bar(regs.config, 1, false, &base));
	assert_int_equal(base, 0xfe000000);
	/* What no port can be, and what was given no place. */
	set(&p, 0x10, 4, 0x1c000);
	assert_false(pci_bar(regs.config, 0, true, &base));
	set(&p, 0x14, 4, 0);
	assert_false(pci_bar(regs.config, 1, false, &base));
}

static void bcr22_is_min_gnt_and_max_lat(void **state)
{
	struct lance_bench *b = test_malloc(sizeof(*b));
	struct pcnet_pci_regs regs;
	struct pcnet_pci p = { .regs = &regs, .lance = &b->regs };
	uint32_t v;

	(void)state;
	bench_open(b);
	pcnet_pci_reset(&p);
	bcr_write(b, BCR_LATENCY, 0x1234);
	assert_int_equal(get(&p, 0x3c, 4), 0x12340100);
	set(&p, 0x3c, 4, 0xffffff0b);
	assert_int_equal(get(&p, 0x3c, 4), 0x1234010b);
	/* S_RESET and STOP leave the space, and BCR22, alone. */
	set(&p, 0x04, 2, 0x0147);
	lance_port_read(&b->chip, 0x14, 2, &v);
	csr_write(b, 0, CSR0_STRT);
	csr_write(b, 0, CSR0_STOP);
	assert_int_equal(get(&p, 0x04, 2), 0x0147);
	assert_int_equal(get(&p, 0x3c, 4), 0x1234010b);
	/* RST# clears both. */
	lance_hard_reset(&b->chip);
	pcnet_pci_reset(&p);
	check_reset(&p);
	test_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(words_and_dwords_are_their_bytes),
		cmocka_unit_test(status_is_cleared_by_ones),
		cmocka_unit_test(sizing_the_windows),
		cmocka_unit_test(a_moved_window_is_told),
		cmocka_unit_test(bcr22_is_min_gnt_and_max_lat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
