/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atapi_test.c - a CD-ROM drive at an IDE channel's ports: how packets go,
 * sectors, and sizes that are no size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_atapi.h"

#define FRAMES	3000u

static struct ide_bench b;
static uint8_t got[256 * 512], want[256 * 512];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_CDROM, FRAMES * 4);
	memset(b.buffer, 0xcc, sizeof(b.buffer));
	return 0;
}

#define P(...) PACKET(__VA_ARGS__)
#define READY P(0)
#define SENSE P(0x03, 0, 0, 0, 18)

static void same_frames(const uint8_t *data, uint64_t frame, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len / 512; i++) {
		pattern(frame * 4 + i, want);
		assert_memory_equal(data + 512 * i, want, 512);
	}
}

/* ---- beside packets ------------------------------------------------------ */

static void signature(void)
{
	assert_int_equal(in(&b, R_COUNT), 1);
	assert_int_equal(in(&b, R_LOW), 1);
	assert_int_equal(in(&b, R_MID), 0x14);
	assert_int_equal(in(&b, R_HIGH), 0xeb);
}

static void not_a_disk(void **state)
{
	static const uint8_t codes[] = { 0x20, 0xec };
	static const uint8_t others[] = { 0x00, 0x21, 0x24, 0x30, 0xc8, 0xca,
					  0xb0, 0xe7, 0xf8, 0xc6, 0x10, 0x91 };
	unsigned int i;

	(void)state;
	assert_int_equal(ide_alternate(&b.c), 0);
	assert_int_equal(in(&b, R_ERROR), 1);
	signature();
	for (i = 0; i < 2; i++) {
		out(&b, R_MID, 0);
		command(&b, codes[i], 0, 5);
		assert_true(b.level);
		assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
		assert_int_equal(in(&b, R_ERROR), 4);
		signature();
	}
	for (i = 0; i < sizeof(others); i++) {
		command(&b, others[i], 0, 1);
		assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
		assert_int_equal(in(&b, R_ERROR), 4);
	}
	assert_int_equal(b.medium[0].started, 0);
}

static void who_are_you(void **state)
{
	uint8_t sum = 0;
	unsigned int i;

	(void)state;
	packet_do(&b, READY);			/* nothing of it is left */
	out(&b, R_COMMAND, 0x08);
	b.rises = 0;
	out(&b, R_COMMAND, 0xa1);
	assert_true(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	read_block(&b, got, 512);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	assert_int_equal(b.rises, 1);	/* none at the end: no packet */
	signature();			/* which IDENTIFY leaves alone */
	assert_int_equal(get_le16(got), 0x85c0);
	assert_memory_equal(got + 54, "OHTSLEC -DOR M", 14);
	assert_int_equal(get_le16(got + 2 * 49), 0x0f00);
	assert_int_equal(get_le16(got + 2 * 63), 0x0407);
	assert_int_equal(get_le16(got + 2 * 82), 0x4210);
	assert_int_equal(get_le16(got + 2 * 83), 0x4000);
	assert_int_equal(get_le16(got + 2 * 84), 0x4000);
	assert_int_equal(get_le16(got + 2 * 85), 0x4210);
	assert_int_equal(get_le16(got + 2 * 87), 0x4000);
	assert_int_equal(get_le32(got + 2 * 60), 0);
	for (i = 0; i < 512; i++)
		sum = (uint8_t)(sum + got[i]);
	assert_int_equal(sum, 0);
}

static void settings(void **state)
{
	static const uint8_t bad[] = { 0x82, 0x02, 0xaa, 0x55 };
	unsigned int i;

	(void)state;
	out(&b, R_FEATURE, 3);
	out(&b, R_COUNT, 0x21);
	out(&b, R_COMMAND, 0xef);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	assert_int_equal(b.regs.drive[0].mode, 0x21);
	for (i = 0; i < sizeof(bad); i++) {
		out(&b, R_FEATURE, bad[i]);
		out(&b, R_COMMAND, 0xef);
		assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	}
	out(&b, R_COMMAND, 0xe0);
	assert_int_equal(in(&b, R_STATUS), GOOD);	/* nothing to flush */
	assert_int_equal(b.medium[0].started, 0);
	out(&b, R_COMMAND, 0xe5);
	assert_int_equal(in(&b, R_COUNT), 0);
	out(&b, R_COMMAND, 0xe1);
	assert_int_equal(in(&b, R_STATUS), GOOD);
}

static void device_reset(void **state)
{
	(void)state;
	packet_read_10(&b, 5, 1, 0, 2048);
	assert_int_equal(in(&b, R_STATUS), BSY);
	out(&b, R_MID, 9);			/* shut */
	out(&b, R_COMMAND, 0x08);		/* but for this */
	assert_false(b.level);
	assert_int_equal(in(&b, R_STATUS), 0);
	assert_int_equal(in(&b, R_ERROR), 1);
	signature();
	ide_settle(&b);
	assert_false(b.level);
	assert_int_equal(in(&b, R_STATUS), 0);
	packet_read_10(&b, 6, 1, 0, 2048);
	ide_settle(&b);
	assert_int_equal(packet_block(&b, got), 2048);
	same_frames(got, 6, 2048);
	packet_ended(&b);
	/* SRST is above it. */
	ide_control(&b.c, 4);
	out(&b, R_COMMAND, 0x08);
	assert_int_equal(ide_alternate(&b.c), BSY);
	ide_control(&b.c, 0);
	assert_int_equal(ide_alternate(&b.c), 0);
}

/* ---- data ---------------------------------------------------------------- */

static void read_by_port(void **state)
{
	unsigned int i;

	(void)state;
	packet_read_10(&b, 100, 3, 0, 2048);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.first, 400);
	assert_int_equal(b.medium[0].request.count, 12);
	ide_settle(&b);
	for (i = 0; i < 3; i++)
		assert_int_equal(packet_block(&b, got + 2048 * i), 2048);
	same_frames(got, 100, 3 * 2048);
	packet_ended(&b);
	assert_int_equal(in_data(&b, 2), 0);
}

/* Any limit: blocks of it, even, and the rest. */
static void limits(void **state)
{
	static const uint16_t limit[] = { 2, 3, 511, 512, 700, 2047, 2049, 4095,
					  4096, 0x7fff, 0xfffe, 0xffff };
	unsigned int i, at, len, most;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(limit); i++) {
		packet_read_10(&b, 7, 2, 0, limit[i]);
		ide_settle(&b);
		most = limit[i] >= 4096 ? 4096 : limit[i] & ~1u;
		for (at = 0; at < 4096; at += len) {
			len = packet_block(&b, got + at);
			assert_int_equal(len,
					 at + most > 4096 ? 4096 - at : most);
		}
		same_frames(got, 7, 4096);
		packet_ended(&b);
	}
}

/* An access that is wider than its block has what is left of it, no more. */
static void wider_than_a_block(void **state)
{
	unsigned int i;

	(void)state;
	packet_read_10(&b, 7, 1, 0, 6);
	ide_settle(&b);
	for (i = 0; i < 12; i += 6) {
		assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
		put_le32(got + i, in_data(&b, 4));
		assert_false(b.level);
		put_le32(got + i + 4, in_data(&b, 4));
		assert_true(b.level);
	}
	pattern(28, want);
	assert_memory_equal(got, want, 12);
}

/* A limit that lets nothing through would never end. */
static void no_limit_at_all(void **state)
{
	static const uint16_t limit[] = { 0, 1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		packet_read_10(&b, 7, 2, 0, limit[i]);
		assert_int_equal(b.medium[0].started, 0);
		assert_true(b.level);
		assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
		assert_int_equal(in(&b, R_ERROR), 4);
		packet_send(&b, 0, limit[i], SENSE);
		assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
		assert_int_equal(in(&b, R_ERROR), 4);
	}
	/* One byte goes through 1. */
	packet_send(&b, 0, 1, P(0x03, 0, 0, 0, 1));
	assert_int_equal(in(&b, R_MID), 1);
	assert_int_equal(in_data(&b, 2), 0x70);
	packet_ended(&b);
	/* What is behind the end is not in the last word. */
	packet_send(&b, 0, 1, P(0x12, 0, 0, 0, 1));
	assert_int_equal(in_data(&b, 2), 0x0005);
	packet_ended(&b);
	/* A limit is nothing to who has no data. */
	packet_do(&b, P(0x28));
	packet_do(&b, READY);
}

static void more_than_the_buffer(void **state)
{
	unsigned int at;

	(void)state;
	packet_read_10(&b, 20, 50, 0, 0x8000);
	assert_int_equal(b.medium[0].request.count, 128);
	ide_settle(&b);
	for (at = 0; at < 0x10000; at += 0x8000)
		assert_int_equal(packet_block(&b, got + at), 0x8000);
	assert_int_equal(in(&b, R_STATUS), BSY);
	ide_settle(&b);
	assert_int_equal(packet_block(&b, got + at), 0x8000);
	assert_int_equal(packet_block(&b, got + at + 0x8000),
			 50 * 2048 - 0x18000);
	same_frames(got, 20, 50 * 2048);
	packet_ended(&b);
	assert_int_equal(b.medium[0].started, 2);
}

static void read_by_dma(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 3000);
	prd(&b, 1, 0x20000, 3144 | PRD_END);
	packet_read_10(&b, 100, 3, 1, 0);
	assert_int_equal(b.medium[0].started, 0);
	bm_start(&b, true);
	ide_settle(&b);
	packet_ended(&b);
	assert_int_equal(bm_status(&b), 4);
	memcpy(got, b.mem + 0x10000, 3000);
	memcpy(got + 3000, b.mem + 0x20000, 3144);
	same_frames(got, 100, 3 * 2048);
	bm_stop(&b);
	/* Before the packet, and more than one request. */
	prd(&b, 0, 0x20000, 0);
	prd(&b, 1, 0x30000, 0);
	prd(&b, 2, 0x40000, 4096 | PRD_END);
	bm_start(&b, true);
	packet_read_10(&b, 200, 66, 1, 0);
	ide_settle(&b);
	packet_ended(&b);
	assert_int_equal(bm_status(&b), 4);
	same_frames(b.mem + 0x20000, 200, 66 * 2048);
}

static void reply_by_dma(void **state)
{
	(void)state;
	prd(&b, 0, 0x10000, 20);
	prd(&b, 1, 0x20000, 16 | PRD_END);
	packet_send(&b, 1, 0, P(0x12, 0, 0, 0, 36));
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
	bm_start(&b, true);
	packet_ended(&b);
	assert_int_equal(bm_status(&b), 4);
	assert_int_equal(b.mem[0x10000], 5);
	assert_memory_equal(b.mem + 0x20000 - 4 + 16, "1.0 ", 4);
	assert_int_equal(b.mem[0x10014], 0xee);
	bm_stop(&b);
	/* A table that ends too soon: it waits, and goes on. */
	prd(&b, 0, 0x10000, 10 | PRD_END);
	packet_send(&b, 1, 0, P(0x12, 0, 0, 0, 36));
	bm_start(&b, true);
	assert_false(b.level);
	assert_int_equal(bm_status(&b), 0);
	bm_stop(&b);
	prd(&b, 0, 0x30000, 26 | PRD_END);
	bm_start(&b, true);
	packet_ended(&b);
	assert_memory_equal(b.mem + 0x30000 + 22, "1.0 ", 4);
	assert_int_equal(b.medium[0].started, 0);
}

static void addresses(void **state)
{
	(void)state;
	packet_read_10(&b, FRAMES - 1, 1, 0, 2048);
	ide_settle(&b);
	packet_block(&b, got);
	same_frames(got, FRAMES - 1, 2048);
	packet_ended(&b);
	packet_read_10(&b, FRAMES - 1, 2, 0, 2048);
	packet_failed(&b, 5, 0x21, 0);
	packet_read_10(&b, FRAMES, 1, 0, 2048);
	packet_failed(&b, 5, 0x21, 0);
	packet_read_10(&b, 0xffffffff, 0xffff, 0, 2048);
	packet_failed(&b, 5, 0x21, 0);
	packet_read_10(&b, FRAMES + 1, 1, 0, 2048);
	packet_failed(&b, 5, 0x21, 0);
	packet_read_10(&b, FRAMES, 0, 0, 2048);
	packet_ended(&b);
	packet_read_10(&b, 0, 0, 0, 0);
	packet_ended(&b);
	packet_send(&b, 0, 2048, P(0xa8, 0, 0, 0, 0, 9, 0, 0, 0, 1));
	ide_settle(&b);
	packet_block(&b, got);
	same_frames(got, 9, 2048);
	packet_ended(&b);
	packet_send(&b, 0, 2048,
		    P(0xa8, 0, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff));
	packet_failed(&b, 5, 0x21, 0);
	/* A medium of more than 2^30 frames: 32 bits of sectors do not do. */
	b.regs.drive[0].info.sectors = 1ull << 33;
	packet_send(&b, 0, 2048, P(0xa8, 0, 0, 0, 0, 0, 0x40, 0, 0, 0));
	packet_failed(&b, 5, 0x24, 0);
	packet_send(&b, 0, 2048,
		    P(0xa8, 0, 0, 0, 0, 0, 0x3f, 0xff, 0xff, 0xff));
	assert_int_equal(b.regs.left, 0xfffffffc);
	out(&b, R_COMMAND, 0x08);
	ide_settle(&b);
	packet_do(&b, P(0x2b, 0, 0, 0, 0, 9));
	b.regs.drive[0].info.sectors = FRAMES * 4;
	packet_do(&b, P(0x2b, 0, 0, 0, FRAMES >> 8, (FRAMES & 0xff) - 1));
	packet_send(&b, 0, 0, P(0x2b, 0, 0, 0, FRAMES >> 8, FRAMES & 0xff));
	packet_failed(&b, 5, 0x21, 0);
	assert_int_equal(b.medium[0].started, 3);
}

static void read_cd(void **state)
{
	static const uint8_t bad[][12] = {
		{ 0xbe, 0, 0, 0, 0, 9, 0, 0, 1, 0xf8 },
		{ 0xbe, 0, 0, 0, 0, 9, 0, 0, 1, 0x12 },
		{ 0xbe, 0, 0, 0, 0, 9, 0, 0, 1, 0x10, 1 },
		{ 0xbe, 1 << 2, 0, 0, 0, 9, 0, 0, 1, 0x10 },
		{ 0xbe, 3 << 2, 0, 0, 0, 9, 0, 0, 1, 0x10 },
		{ 0xbe, 5 << 2, 0, 0, 0, 9, 0, 0, 1, 0x10 },
	};
	static const uint8_t types[] = { 0, 2 << 2, 4 << 2 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		packet_send(&b, 0, 4096,
			    P(0xbe, types[i], 0, 0, 0, 9, 0, 0, 2, 0x10));
		ide_settle(&b);
		assert_int_equal(packet_block(&b, got), 4096);
		same_frames(got, 9, 4096);
		packet_ended(&b);
	}
	packet_do(&b, P(0xbe, 0, 0, 0, 0, 9, 0, 0, 2, 0));
	assert_int_equal(b.medium[0].started, 3);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		packet_send(&b, 0, 4096, bad[i]);
		packet_failed(&b, 5, 0x24, 0);
	}
}

static void reading_fails(void **state)
{
	(void)state;
	b.medium[0].fail_at = 1;
	packet_read_10(&b, 100, 3, 0, 2048);
	ide_settle(&b);
	packet_failed(&b, 3, 0x11, 0);
	assert_int_equal(in(&b, R_ERROR), 0x30);
	packet_sense(&b, got, 3, 0x11, 0);
	packet_sense(&b, got, 0, 0, 0);
}

#define T(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(not_a_disk), T(who_are_you), T(settings), T(device_reset),
		T(read_by_port), T(limits), T(wider_than_a_block),
		T(no_limit_at_all),
		T(more_than_the_buffer), T(read_by_dma), T(reply_by_dma),
		T(addresses), T(read_cd), T(reading_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
