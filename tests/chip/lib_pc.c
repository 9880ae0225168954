/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_pc.c - the whole machine on a bench: see lib_pc.h. */
#include "tests/chip/lib_pc.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static uint64_t now_ns(void *self)
{
	return ((struct pc_bench *)self)->now;
}

static void pull(void *self, unsigned int pin, bool level)
{
	struct pc_bench *b = self;

	b->pins = (b->pins & ~(1u << pin)) | (uint32_t)level << pin;
}

static void start(void *self, unsigned int drive,
		  const struct medium_request *request)
{
	struct pc_bench *b = self;

	b->asked = *request;
	b->asked_drive = drive;
	b->asked_count++;
}

static uint8_t *data_of(void *self, unsigned int drive)
{
	return ((struct pc_bench *)self)->data[drive];
}

static void note_written(void *self, uint64_t key, uint64_t len)
{
	struct pc_bench *b = self;

	b->written = key;
	b->written_len = len;
}

void pb_open(struct pc_bench *b)
{
	static const uint8_t macs[NIC_MAX][6];
	const struct pc_world world = { .self = b, .now_ns = now_ns,
					.pin = pull, .ram = &b->ram,
					.ram_written = note_written,
					.media = b->media,
					.ide_buffer = b->buffers };
	unsigned int i;

	memset(b, 0, sizeof(*b));
	b->state = calloc(1, sizeof(*b->state));
	assert_non_null(b->state);
	assert_int_equal(guestmem_create(&b->ram, 16u << 20), 0);
	for (i = 0; i < PC_DRIVES; i++)
		b->media[i] = (struct medium_wire){ start, data_of, b, i };
	pc_wire(&b->pc, b->state, &world, 0);
	pc_power_on(&b->pc, 1700000000, &b->ram.parts, macs);
	guestmem_follow(&b->ram, &b->state->memmap);
	b->pins = 0;
}

void pb_close(struct pc_bench *b)
{
	guestmem_close(&b->ram);
	free(b->state);
}

uint32_t pb_access(struct pc_bench *b, uint32_t port, unsigned int width,
		   bool write, uint32_t value)
{
	struct pc_access a = { .width = (uint8_t)width, .write = write,
			       .value = write ? value : 0xffffffff };
	uint32_t offset;
	int row = pc_find(&b->pc, PC_SPACE_IO, port, &offset);

	if (row < 0)
		return 0xffffffff;
	pc_access(&b->pc, (unsigned int)row, offset, &a);
	if (a.answer == CHIP_NEEDS_HOST)
		pc_work(&b->pc, (enum pc_worker)a.worker);
	return a.value & (width == 4 ? 0xffffffff : (1u << 8 * width) - 1);
}

void pb_out(struct pc_bench *b, uint32_t port, uint8_t value)
{
	pb_access(b, port, 1, true, value);
}

uint8_t pb_in(struct pc_bench *b, uint32_t port)
{
	return (uint8_t)pb_access(b, port, 1, false, 0);
}
