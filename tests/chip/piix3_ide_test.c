/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * piix3_ide_test.c - the IDE function in its machine: what its configuration
 * space says, and which ports, lines, memory and drives that leads to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "machine/pc.h"

#define BM_BASE		0xc100u
#define IDE_CONFIG	0x80000900u	/* 00:01.1 */
#define TABLE		0x1000u
#define DATA		0x4000u

static struct pc_state *state;
static struct pc pc;
static struct guestmem ram;
static uint8_t buffers[IDE_CHANNELS][IDE_BUFFER];
static uint8_t data[PC_DRIVES][MEDIUM_MOST];
static struct medium_request asked;
static unsigned int asked_drive, asked_count;
static uint32_t pins;

static uint64_t now_ns(void *self)
{
	(void)self;
	return 0;
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

static uint32_t access_port(uint32_t port, unsigned int width, bool write,
			    uint32_t value)
{
	struct pc_access a = { .width = (uint8_t)width, .write = write,
			       .value = write ? value : 0xffffffff };
	uint32_t offset;
	int row = pc_find(&pc, PC_SPACE_IO, port, &offset);

	if (row < 0)
		return 0xffffffff;
	pc_access(&pc, (unsigned int)row, offset, &a);
	if (a.answer == CHIP_NEEDS_HOST)
		pc_work(&pc, (enum pc_worker)a.worker);
	return a.value & (width == 4 ? 0xffffffff : (1u << 8 * width) - 1);
}

static void out(uint32_t port, uint8_t value)
{
	access_port(port, 1, true, value);
}

static uint8_t in(uint32_t port)
{
	return (uint8_t)access_port(port, 1, false, 0);
}

static uint32_t config_read(uint32_t off, unsigned int width)
{
	access_port(0xcf8, 4, true, IDE_CONFIG | (off & 0xfc));
	return access_port(0xcfc + (off & 3), width, false, 0);
}

static void config_write(uint32_t off, unsigned int width, uint32_t value)
{
	access_port(0xcf8, 4, true, IDE_CONFIG | (off & 0xfc));
	access_port(0xcfc + (off & 3), width, true, value);
}

static void told(void *arg, uint64_t key, uint64_t len)
{
	(void)arg, (void)key, (void)len;
}

static int fresh(void **unused)
{
	static const uint8_t macs[NIC_MAX][6];
	static struct medium_wire media[PC_DRIVES];
	const struct medium_info info = { .sectors = 1000, .present = 1 };
	const struct pc_world world = { .now_ns = now_ns, .pin = pull,
					.ram = &ram, .ram_written = told,
					.media = media,
					.ide_buffer = buffers };
	unsigned int i;

	(void)unused;
	state = calloc(1, sizeof(*state));
	assert_non_null(state);
	assert_int_equal(guestmem_create(&ram, 16u << 20), 0);
	for (i = 0; i < PC_DRIVES; i++)
		media[i] = (struct medium_wire){ start, medium_of, NULL, i };
	pc_wire(&pc, state, &world, 0);
	pc_power_on(&pc, 1700000000, &ram.parts, macs);
	for (i = 0; i <= DRIVE_IDE3; i++)
		pc_drive_plug(&pc, i, i == 2 ? IDE_CDROM : IDE_DISK, &info);
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

/* set_up() - as firmware does. */
static void set_up(void)
{
	config_write(0x20, 4, BM_BASE);
	config_write(0x40, 4, 0x80008000);
	config_write(0x04, 2, 0x0005);
}

static void configuration(void **unused)
{
	(void)unused;
	assert_int_equal(config_read(0x00, 4), 0x70108086);
	assert_int_equal(config_read(0x04, 4), 0x02800000);
	assert_int_equal(config_read(0x08, 4), 0x01018000);
	assert_int_equal(config_read(0x0c, 4), 0);
	assert_int_equal(config_read(0x20, 4), 1);
	assert_int_equal(config_read(0x3c, 4), 0);
	assert_int_equal(config_read(0x40, 4), 0);
	config_write(0x20, 4, 0xffffffff);
	assert_int_equal(config_read(0x20, 4), 0xfffffff1);
	config_write(0x04, 2, 0xffff);
	assert_int_equal(config_read(0x04, 2), 5);
	config_write(0x0d, 1, 0xff);
	assert_int_equal(config_read(0x0d, 1), 0xf0);
	config_write(0x40, 4, 0x12345678);
	config_write(0x44, 4, 0xffffffff);
	assert_int_equal(config_read(0x40, 4), 0x12345678);
	assert_int_equal(config_read(0x44, 4), 0xff);
	config_write(0x00, 4, 0);
	assert_int_equal(config_read(0x00, 4), 0x70108086);
}

static void decoded_when_it_says_so(void **unused)
{
	(void)unused;
	assert_int_equal(in(0x1f7), 0xff);
	assert_int_equal(in(0x3f6), 0xff);
	config_write(0x04, 2, 1);
	assert_int_equal(in(0x1f7), 0xff);
	config_write(0x40, 2, 0x8000);
	assert_int_equal(in(0x1f7), 0x50);
	assert_int_equal(in(0x3f6), 0x50);
	assert_int_equal(in(0x177), 0xff);
	out(0x376, 4);
	config_write(0x42, 2, 0x8000);
	assert_int_equal(in(0x376), 0);		/* no reset came there */
	config_write(0x04, 2, 0);
	out(0x1f2, 0x55);
	config_write(0x04, 2, 1);
	assert_int_equal(in(0x1f2), 1);
	assert_int_equal(access_port(BM_BASE, 4, false, 0), 0xffffffff);
	config_write(0x20, 4, BM_BASE);
	assert_int_equal(access_port(BM_BASE, 4, false, 0), 0);
	assert_int_equal(access_port(BM_BASE + 16, 4, false, 0), 0xffffffff);
}

static void ports_and_lines(void **unused)
{
	(void)unused;
	set_up();
	assert_int_equal(in(0x174), 0x14);	/* the CD-ROM's signature */
	assert_int_equal(in(0x1f4), 0);
	out(0x1f6, 0x10);
	assert_int_equal(in(0x1f6), 0xb0);
	assert_int_equal(in(0x176), 0xa0);
	out(0x1f7, 0xec);
	assert_int_equal(pins, 1u << PIN_IDE0);
	assert_int_equal(state->pin_line[PIN_IDE0], 14);
	assert_int_equal(state->pin_line[PIN_IDE1], 15);
	assert_int_equal(access_port(0x1f0, 4, false, 0), 0x0040 | 0 << 16);
	assert_int_equal(in(0x1f7), 0x58);
	assert_int_equal(pins, 0);
	out(0x3f6, 4);
	assert_int_equal(in(0x3f6), 0x80);
	assert_int_equal(in(0x376), 0);
	out(0x3f6, 0);
	out(0x177, 0xa1);
	assert_int_equal(pins, 1u << PIN_IDE1);
	/* A byte of it, as ours have it: drive 2. */
	assert_int_equal(access_port(0x170, 2, false, 0), 0x85c0);
	for (int i = 0; i < 9; i++)
		access_port(0x170, 2, false, 0);
	assert_int_equal(access_port(0x170, 4, false, 0), 0x30304844);
	access_port(0x170, 4, false, 0);
	assert_int_equal(access_port(0x170, 2, false, 0), 0x3320);
}

/* dma() - a READ DMA of the drive that @device selects, of channel @n. */
static void dma(unsigned int n, uint8_t device, uint32_t addr)
{
	uint32_t base = n ? 0x170 : 0x1f0, bm = BM_BASE + 8 * n;
	uint8_t prd[8];

	put_le32(prd, addr);
	put_le32(prd + 4, 512 | 0x80000000);
	guestmem_write(&ram, TABLE, prd, 8, told, NULL);
	access_port(bm + 4, 4, true, TABLE);
	out(bm + 2, 6);
	out(bm, 0);
	out(base + 6, device);
	out(base + 2, 1);
	out(base + 3, 77);
	out(base + 4, 0);
	out(base + 5, 0);
	out(base + 7, 0xc8);
	out(bm, 9);
}

static void drives_and_memory(void **unused)
{
	static const struct { uint8_t channel, device, drive; } drives[] = {
		{ 0, 0xe0, 0 }, { 0, 0xf0, 1 }, { 1, 0xf0, 3 },
	};
	uint8_t got[512];
	unsigned int i;

	(void)unused;
	set_up();
	for (i = 0; i < 3; i++) {
		dma(drives[i].channel, drives[i].device, DATA);
		assert_int_equal(asked_count, i + 1);
		assert_int_equal(asked_drive, drives[i].drive);
		assert_int_equal(asked.first, 77);
		memset(data[asked_drive], (int)(0x40 + i), 512);
		pc_medium_done(&pc, asked_drive, asked.tag, MEDIUM_OK);
		assert_int_equal(pins, 1u << (PIN_IDE0 + drives[i].channel));
		guestmem_read(&ram, DATA, got, sizeof(got));
		assert_int_equal(got[0], 0x40 + i);
		assert_int_equal(got[511], 0x40 + i);
		assert_int_equal(in(BM_BASE + 8u * drives[i].channel + 2), 4);
		assert_int_equal(in(drives[i].channel ? 0x177 : 0x1f7), 0x50);
		assert_int_equal(pins, 0);
	}
	/* Floppies are not this one's. */
	pc_medium_done(&pc, DRIVE_FLOPPY0, 1, MEDIUM_OK);
	pc_medium_set(&pc, DRIVE_FLOPPY0, &(struct medium_info){ 0 });
	pc_drive_plug(&pc, DRIVE_FLOPPY1, IDE_DISK, &(struct medium_info){ 0 });
}

static void a_master_that_may_not(void **unused)
{
	(void)unused;
	set_up();
	config_write(0x04, 2, 1);
	dma(0, 0xe0, DATA);
	pc_medium_done(&pc, asked_drive, asked.tag, MEDIUM_OK);
	assert_int_equal(in(BM_BASE + 2), 2);
	assert_int_equal(config_read(0x04, 4), 0x02800001);	/* no abort */
	config_write(0x04, 2, 5);
	out(0x3f6, 4);
	out(0x3f6, 0);
	dma(0, 0xe0, 0xf0000000);	/* nobody is there */
	pc_medium_done(&pc, asked_drive, asked.tag, MEDIUM_OK);
	assert_int_equal(in(BM_BASE + 2), 2);
	assert_int_equal(config_read(0x04, 4), 0x22800005);
	config_write(0x04, 4, 0x00000005);
	assert_int_equal(config_read(0x04, 4), 0x22800005);
	config_write(0x06, 2, 0x2000);
	assert_int_equal(config_read(0x04, 4), 0x02800005);
}

static void another_medium(void **unused)
{
	const struct medium_info info = { .sectors = 4000, .present = 1 };

	(void)unused;
	set_up();
	pc_medium_set(&pc, 2, &info);
	assert_int_equal(state->ide[1].drive[0].attention, 1);
	assert_int_equal(state->ide[1].drive[0].info.sectors, 4000);
	assert_int_equal(state->ide[1].drive[1].info.sectors, 1000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh, over)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(configuration), T(decoded_when_it_says_so),
		T(ports_and_lines), T(drives_and_memory),
		T(a_master_that_may_not), T(another_medium),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
