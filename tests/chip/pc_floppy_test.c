/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc_floppy_test.c - the floppy controller and the DMA controllers in their
 * machine: ports, IRQ 6, channel 2, memory; and that the ports beside them are
 * others' still.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/chip/lib_pc.h"

#define AT	0x12000u	/* in memory */

static struct pc_bench m;

static void fdc_send(const uint8_t *bytes, size_t n)
{
	while (n--)
		pb_out(&m, 0x3f5, *bytes++);
}

/* alarm_rings() - as the VMM world ticks the chip. */
static void alarm_rings(void)
{
	assert_int_not_equal(m.state->alarm_ns[PC_ALARM_FLOPPY], CLOCK_NEVER);
	m.now = m.state->alarm_ns[PC_ALARM_FLOPPY];
	m.state->alarm_ns[PC_ALARM_FLOPPY] = CLOCK_NEVER;
	i82077aa_tick(&m.pc.floppy);
}

static int fresh(void **unused)
{
	const struct medium_info disk = { .sectors = 2880, .present = 1 };
	const struct medium_info none = { 0 };

	(void)unused;
	pb_open(&m);
	m.now = 1000;
	pc_drive_plug(&m.pc, DRIVE_FLOPPY0, 0, &disk);
	pc_drive_plug(&m.pc, DRIVE_FLOPPY1, 0, &none);
	return 0;
}

static int over(void **unused)
{
	(void)unused;
	pb_close(&m);
	return 0;
}

/* channel_2() - as firmware and drivers set it up, at AT. */
static void channel_2(uint8_t mode, uint16_t bytes)
{
	pb_out(&m, 0xd6, 0xc0);		/* cascade */
	pb_out(&m, 0xd4, 0x00);
	pb_out(&m, 0x0a, 0x06);
	pb_out(&m, 0x0c, 0);
	pb_out(&m, 0x0b, mode);
	pb_out(&m, 0x04, AT & 0xff);
	pb_out(&m, 0x04, AT >> 8 & 0xff);
	pb_out(&m, 0x05, (uint8_t)(bytes - 1));
	pb_out(&m, 0x05, (uint8_t)((bytes - 1) >> 8));
	pb_out(&m, 0x81, AT >> 16);
	pb_out(&m, 0x0a, 0x02);
}

static void ready(void)
{
	unsigned int i;

	pb_out(&m, 0x3f2, 0x1c);
	assert_int_equal(m.pins, 0);
	alarm_rings();
	assert_int_equal(m.pins, 1u << PIN_FLOPPY);
	assert_int_equal(m.state->pin_line[PIN_FLOPPY], 6);
	for (i = 0; i < 4; i++) {
		pb_out(&m, 0x3f5, 0x08);
		assert_int_equal(pb_in(&m, 0x3f5), 0xc0 + i);
		pb_in(&m, 0x3f5);
	}
	assert_int_equal(m.pins, 0);
	pb_out(&m, 0x3f7, 0);
}

static void dma_ports(void **unused)
{
	unsigned int i;

	(void)unused;
	assert_int_equal(pb_in(&m, 0x0f), 15);
	assert_int_equal(pb_in(&m, 0xde), 15);
	assert_int_equal(pb_in(&m, 0xdf),
			 15); /* an address line is not looked at */
	pb_out(&m, 0xd4, 0x01);
	assert_int_equal(pb_in(&m, 0xde), 13);
	assert_int_equal(pb_in(&m, 0x0f), 15);
	for (i = 0x80; i < 0x90; i++)
		pb_out(&m, i, (uint8_t)(i ^ 0x5a));
	for (i = 0x80; i < 0x90; i++)
		assert_int_equal(pb_in(&m, i), i ^ 0x5a);
	assert_int_not_equal(pb_in(&m, 0x92), 0x92 ^ 0x5a);
	assert_int_equal(pb_in(&m, 0x10), 0xff);
}

static void ports_of_the_controller(void **unused)
{
	(void)unused;
	ready();
	assert_int_equal(pb_in(&m, 0x3f0), 0xff);
	assert_int_equal(pb_in(&m, 0x3f2), 0x1c);
	assert_int_equal(pb_in(&m, 0x3f4), 0x80);
	assert_int_equal(pb_in(&m, 0x3f7), 0xff);	/* a disk was put in */
	m.state->floppy.drive[0].changed = 0;
	assert_int_equal(pb_in(&m, 0x3f7), 0x7f);
	pb_out(&m, 0x3f4, 0x02);
	assert_int_equal(m.state->floppy.rate, 2);
	pb_out(&m, 0x3f7, 0x01);
	assert_int_equal(m.state->floppy.rate, 1);
	m.state->floppy.drive[0].at = 3;
	pb_out(&m, 0x3f6, 0x04);			/* the hard disk's */
	assert_int_equal(pb_in(&m, 0x3f4), 0x80);
}

static void read_and_write(void **unused)
{
	static const uint8_t read[] = { 0xe6, 0, 0, 0, 3, 2, 18, 0x1b, 0xff };
	static const uint8_t write[] = { 0xc5, 0, 0, 0, 3, 2, 18, 0x1b, 0xff };
	uint8_t *memory = guestmem_ptr(&m.ram, AT, 512);
	unsigned int i;

	(void)unused;
	assert_non_null(memory);
	ready();
	channel_2(0x46, 512);
	fdc_send(read, sizeof(read));
	assert_int_equal(m.asked_drive, DRIVE_FLOPPY0);
	assert_int_equal(m.asked.first, 2);
	for (i = 0; i < 512; i++)
		m.data[DRIVE_FLOPPY0][i] = (uint8_t)(i * 5);
	pc_medium_done(&m.pc, DRIVE_FLOPPY0, m.asked.tag, MEDIUM_OK);
	assert_memory_equal(memory, m.data[DRIVE_FLOPPY0], 512);
	assert_int_equal(m.written, AT);
	assert_int_equal(m.written_len, 512);
	assert_int_equal(m.pins, 0);
	alarm_rings();
	assert_int_equal(m.pins, 1u << PIN_FLOPPY);
	for (i = 0; i < 7; i++)
		assert_int_equal(pb_in(&m, 0x3f5),
				 ((const uint8_t[]){ 0, 0, 0, 0, 0, 4, 2 })[i]);
	assert_int_equal(pb_in(&m, 0x08), 0x04);
	memset(memory, 0x66, 512);
	channel_2(0x4a, 512);
	fdc_send(write, sizeof(write));
	assert_int_equal(m.asked.op, MEDIUM_WRITE);
	assert_memory_equal(memory, m.data[DRIVE_FLOPPY0], 512);
	pc_medium_done(&m.pc, DRIVE_FLOPPY0, m.asked.tag, MEDIUM_OK);
	alarm_rings();
	assert_int_equal(pb_in(&m, 0x3f5), 0);
}

static void other_media(void **unused)
{
	const struct medium_info small = { .sectors = 720, .present = 1,
					   .read_only = 1 };

	(void)unused;
	assert_int_equal(pc_floppy_type(&m.pc, 0), FLOPPY_1440K);
	assert_int_equal(pc_floppy_type(&m.pc, 1), FLOPPY_1440K);
	pc_drive_plug(&m.pc, DRIVE_FLOPPY1, 0, &small);
	assert_int_equal(pc_floppy_type(&m.pc, 1), FLOPPY_360K);
	m.state->floppy.drive[0].changed = 0;
	pc_medium_set(&m.pc, DRIVE_FLOPPY0, &small);
	assert_int_equal(pc_floppy_type(&m.pc, 0), FLOPPY_1440K);
	assert_int_equal(m.state->floppy.drive[0].medium.sectors, 720);
	assert_int_equal(m.state->floppy.drive[0].changed, 1);
}

static void without_media_it_is_there(void **unused)
{
	static const uint8_t macs[NIC_MAX][6];
	const struct pc_world world = { .self = &m,
					.now_ns = m.pc.world.now_ns,
					.pin = m.pc.world.pin };

	(void)unused;
	pc_wire(&m.pc, m.state, &world, 0);
	pc_power_on(&m.pc, 1700000000, &m.ram.parts, macs);
	ready();
	assert_int_equal(pc_floppy_type(&m.pc, 0), FLOPPY_NONE);
	fdc_send((const uint8_t[]){ 0x4a, 0 }, 2);
	alarm_rings();
	assert_int_equal(pb_in(&m, 0x3f5), 0x40);
	assert_int_equal(pb_in(&m, 0x3f5), 0x01);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, over)
		TEST(dma_ports),
		TEST(ports_of_the_controller),
		TEST(read_and_write),
		TEST(other_media),
		TEST(without_media_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
