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

#include "machine/pc.h"

#define AT	0x12000u	/* in memory */

static struct pc_state *state;
static struct pc pc;
static struct guestmem ram;
static uint8_t data[PC_DRIVES][MEDIUM_MOST];
static struct medium_request asked;
static unsigned int asked_drive, asked_count;
static uint32_t pins;
static uint64_t now, written, written_len;

static uint64_t now_ns(void *self)
{
	(void)self;
	return now;
}

static void pull(void *self, unsigned int pin, bool level)
{
	(void)self;
	pins = (pins & ~(1u << pin)) | (uint32_t)level << pin;
}

static void start(void *self, unsigned int drive,
		  const struct medium_request *request)
{
	(void)self;
	asked = *request;
	asked_drive = drive;
	asked_count++;
}

static uint8_t *medium_of(void *self, unsigned int drive)
{
	(void)self;
	return data[drive];
}

static void told(void *arg, uint64_t key, uint64_t len)
{
	(void)arg;
	written = key;
	written_len = len;
}

static uint8_t access_port(uint32_t port, bool write, uint8_t value)
{
	struct pc_access a = { .width = 1, .write = write,
			       .value = write ? value : 0xffffffff };
	uint32_t offset;
	int row = pc_find(&pc, PC_SPACE_IO, port, &offset);

	if (row < 0)
		return 0xff;
	pc_access(&pc, (unsigned int)row, offset, &a);
	if (a.answer == CHIP_NEEDS_HOST)
		pc_work(&pc, (enum pc_worker)a.worker);
	return (uint8_t)a.value;
}

static void out(uint32_t port, uint8_t value)
{
	access_port(port, true, value);
}

static uint8_t in(uint32_t port)
{
	return access_port(port, false, 0);
}

static void send(const uint8_t *bytes, size_t n)
{
	while (n--)
		out(0x3f5, *bytes++);
}

/* alarm_rings() - as the VMM world ticks the chip. */
static void alarm_rings(void)
{
	assert_int_not_equal(state->alarm_ns[PC_ALARM_FLOPPY], CLOCK_NEVER);
	now = state->alarm_ns[PC_ALARM_FLOPPY];
	state->alarm_ns[PC_ALARM_FLOPPY] = CLOCK_NEVER;
	i82077aa_tick(&pc.floppy);
}

static int fresh(void **unused)
{
	static const uint8_t macs[NIC_MAX][6];
	static struct medium_wire media[PC_DRIVES];
	const struct medium_info disk = { .sectors = 2880, .present = 1 };
	const struct medium_info none = { 0 };
	const struct pc_world world = { .now_ns = now_ns, .pin = pull,
					.ram = &ram, .ram_written = told,
					.media = media };
	unsigned int i;

	(void)unused;
	state = calloc(1, sizeof(*state));
	assert_non_null(state);
	assert_int_equal(guestmem_create(&ram, 16u << 20), 0);
	for (i = 0; i < PC_DRIVES; i++)
		media[i] = (struct medium_wire){ start, medium_of, NULL, i };
	now = 1000;
	pc_wire(&pc, state, &world, 0);
	pc_power_on(&pc, 1700000000, &ram.parts, macs);
	pc_drive_plug(&pc, DRIVE_FLOPPY0, 0, &disk);
	pc_drive_plug(&pc, DRIVE_FLOPPY1, 0, &none);
	guestmem_follow(&ram, &state->memmap);
	pins = asked_count = 0;
	return 0;
}

static int over(void **unused)
{
	(void)unused;
	guestmem_close(&ram);
	free(state);
	return 0;
}

/* channel_2() - as firmware and drivers set it up, at AT. */
static void channel_2(uint8_t mode, uint16_t bytes)
{
	out(0xd6, 0xc0);		/* cascade */
	out(0xd4, 0x00);
	out(0x0a, 0x06);
	out(0x0c, 0);
	out(0x0b, mode);
	out(0x04, AT & 0xff);
	out(0x04, AT >> 8 & 0xff);
	out(0x05, (uint8_t)(bytes - 1));
	out(0x05, (uint8_t)((bytes - 1) >> 8));
	out(0x81, AT >> 16);
	out(0x0a, 0x02);
}

static void ready(void)
{
	unsigned int i;

	out(0x3f2, 0x1c);
	assert_int_equal(pins, 0);
	alarm_rings();
	assert_int_equal(pins, 1u << PIN_FLOPPY);
	assert_int_equal(state->pin_line[PIN_FLOPPY], 6);
	for (i = 0; i < 4; i++) {
		out(0x3f5, 0x08);
		assert_int_equal(in(0x3f5), 0xc0 + i);
		in(0x3f5);
	}
	assert_int_equal(pins, 0);
	out(0x3f7, 0);
}

static void dma_ports(void **unused)
{
	unsigned int i;

	(void)unused;
	assert_int_equal(in(0x0f), 15);
	assert_int_equal(in(0xde), 15);
	assert_int_equal(in(0xdf), 15);	/* an address line is not looked at */
	out(0xd4, 0x01);
	assert_int_equal(in(0xde), 13);
	assert_int_equal(in(0x0f), 15);
	for (i = 0x80; i < 0x90; i++)
		out(i, (uint8_t)(i ^ 0x5a));
	for (i = 0x80; i < 0x90; i++)
		assert_int_equal(in(i), i ^ 0x5a);
	assert_int_not_equal(in(0x92), 0x92 ^ 0x5a);
	assert_int_equal(in(0x10), 0xff);
}

static void ports_of_the_controller(void **unused)
{
	(void)unused;
	ready();
	assert_int_equal(in(0x3f0), 0xff);
	assert_int_equal(in(0x3f2), 0x1c);
	assert_int_equal(in(0x3f4), 0x80);
	assert_int_equal(in(0x3f7), 0xff);	/* a disk was put in */
	state->floppy.drive[0].changed = 0;
	assert_int_equal(in(0x3f7), 0x7f);
	out(0x3f4, 0x02);
	assert_int_equal(state->floppy.rate, 2);
	out(0x3f7, 0x01);
	assert_int_equal(state->floppy.rate, 1);
	state->floppy.drive[0].at = 3;
	out(0x3f6, 0x04);			/* the hard disk's */
	assert_int_equal(in(0x3f4), 0x80);
}

static void read_and_write(void **unused)
{
	static const uint8_t read[] = { 0xe6, 0, 0, 0, 3, 2, 18, 0x1b, 0xff };
	static const uint8_t write[] = { 0xc5, 0, 0, 0, 3, 2, 18, 0x1b, 0xff };
	uint8_t *memory = guestmem_ptr(&ram, AT, 512);
	unsigned int i;

	(void)unused;
	assert_non_null(memory);
	ready();
	channel_2(0x46, 512);
	send(read, sizeof(read));
	assert_int_equal(asked_drive, DRIVE_FLOPPY0);
	assert_int_equal(asked.first, 2);
	for (i = 0; i < 512; i++)
		data[DRIVE_FLOPPY0][i] = (uint8_t)(i * 5);
	pc_medium_done(&pc, DRIVE_FLOPPY0, asked.tag, MEDIUM_OK);
	assert_memory_equal(memory, data[DRIVE_FLOPPY0], 512);
	assert_int_equal(written, AT);
	assert_int_equal(written_len, 512);
	assert_int_equal(pins, 0);
	alarm_rings();
	assert_int_equal(pins, 1u << PIN_FLOPPY);
	for (i = 0; i < 7; i++)
		assert_int_equal(in(0x3f5),
				 ((const uint8_t[]){ 0, 0, 0, 0, 0, 4, 2 })[i]);
	assert_int_equal(in(0x08), 0x04);
	memset(memory, 0x66, 512);
	channel_2(0x4a, 512);
	send(write, sizeof(write));
	assert_int_equal(asked.op, MEDIUM_WRITE);
	assert_memory_equal(memory, data[DRIVE_FLOPPY0], 512);
	pc_medium_done(&pc, DRIVE_FLOPPY0, asked.tag, MEDIUM_OK);
	alarm_rings();
	assert_int_equal(in(0x3f5), 0);
}

static void other_media(void **unused)
{
	const struct medium_info small = { .sectors = 720, .present = 1,
					   .read_only = 1 };

	(void)unused;
	assert_int_equal(pc_floppy_type(&pc, 0), FLOPPY_1440K);
	assert_int_equal(pc_floppy_type(&pc, 1), FLOPPY_1440K);
	pc_drive_plug(&pc, DRIVE_FLOPPY1, 0, &small);
	assert_int_equal(pc_floppy_type(&pc, 1), FLOPPY_360K);
	state->floppy.drive[0].changed = 0;
	pc_medium_set(&pc, DRIVE_FLOPPY0, &small);
	assert_int_equal(pc_floppy_type(&pc, 0), FLOPPY_1440K);
	assert_int_equal(state->floppy.drive[0].medium.sectors, 720);
	assert_int_equal(state->floppy.drive[0].changed, 1);
}

static void without_media_it_is_there(void **unused)
{
	static const uint8_t macs[NIC_MAX][6];
	const struct pc_world world = { .now_ns = now_ns, .pin = pull };

	(void)unused;
	pc_wire(&pc, state, &world, 0);
	pc_power_on(&pc, 1700000000, &ram.parts, macs);
	ready();
	assert_int_equal(pc_floppy_type(&pc, 0), FLOPPY_NONE);
	send((const uint8_t[]){ 0x4a, 0 }, 2);
	alarm_rings();
	assert_int_equal(in(0x3f5), 0x40);
	assert_int_equal(in(0x3f5), 0x01);
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
