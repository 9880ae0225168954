/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * atapi_reply_test.c - what a CD-ROM drive answers to each packet, and media
 * that come and go.
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
static uint8_t got[1024];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_CDROM, FRAMES * 4);
	memset(b.buffer, 0xcc, sizeof(b.buffer));
	return 0;
}

static int empty(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_CDROM, 0);
	return 0;
}

#define P(...) PACKET(__VA_ARGS__)
#define READY P(0)
#define SENSE P(0x03, 0, 0, 0, 18)

/* ---- replies ------------------------------------------------------------- */

static void inquiry(void **state)
{
	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x12, 0, 0, 0, 36)), 36);
	assert_int_equal(got[0], 5);
	assert_int_equal(got[1], 0x80);
	assert_int_equal(got[2], 0);
	assert_int_equal(got[3], 0x21);
	assert_int_equal(got[4], 31);
	assert_int_equal(get_be32(got + 5) >> 8, 0);
	assert_memory_equal(got + 8, "HOSTEL  CD-ROM          1.0 ", 28);
	assert_int_equal(packet_ask(&b, got, P(0x12, 0, 0, 0, 5)), 5);
	assert_int_equal(got[6], 0x99);
	assert_int_equal(packet_ask(&b, got, P(0x12, 0, 0, 0, 255)), 36);
	packet_do(&b, P(0x12));
	packet_send(&b, 0, 100, P(0x12, 1, 0x80, 0, 36));
	packet_failed(&b, 5, 0x24, 0);
}

static void capacity(void **state)
{
	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x25)), 8);
	assert_int_equal(get_be32(got), FRAMES - 1);
	assert_int_equal(get_be32(got + 4), 2048);
	b.regs.drive[0].info.sectors = 3;
	packet_ask(&b, got, P(0x25));
	assert_int_equal(get_be32(got), 0);
	b.regs.drive[0].info.sectors = UINT64_MAX;
	packet_ask(&b, got, P(0x25));
	assert_int_equal(get_be32(got), 0xfffffffe);
}

static void mode_sense(void **state)
{
	(void)state;
	assert_int_equal(
		packet_ask(&b, got, P(0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 255)), 28);
	assert_int_equal(get_be16(got), 26);
	assert_int_equal(got[2], 1);
	assert_int_equal(got[8], 0x2a);
	assert_int_equal(got[9], 18);
	assert_int_equal(got[10], 0x3b);
	assert_int_equal(got[12], 0x70);
	assert_int_equal(got[14], 0x29);
	assert_int_equal(get_be16(got + 16), 1411);
	assert_int_equal(get_be16(got + 18), 2);
	assert_int_equal(get_be16(got + 20), 512);
	assert_int_equal(get_be16(got + 22), 1411);
	assert_int_equal(packet_ask(&b, got, P(0x1a, 0, 0x01, 0, 255)), 12);
	assert_int_equal(got[0], 11);
	assert_int_equal(got[1], 1);
	assert_int_equal(got[4], 1);
	assert_int_equal(got[5], 6);
	assert_int_equal(got[7], 5);
	assert_int_equal(packet_ask(&b, got, P(0x1a, 0, 0x0e, 0, 255)), 20);
	assert_int_equal(got[4], 0x0e);
	assert_int_equal(got[5], 14);
	assert_int_equal(got[6], 4);
	assert_int_equal(get_be16(got + 10), 75);
	assert_int_equal(packet_ask(&b, got, P(0x1a, 0, 0x3f, 0, 255)),
			 4 + 8 + 16 + 20);
	assert_int_equal(got[0], 47);
	assert_int_equal(got[4], 0x01);
	assert_int_equal(got[12], 0x0e);
	assert_int_equal(got[28], 0x2a);
	/* What can be changed: nothing. */
	assert_int_equal(packet_ask(&b, got, P(0x1a, 0, 0x41, 0, 255)), 12);
	assert_int_equal(got[7], 0);
	packet_send(&b, 0, 100, P(0x1a, 0, 0xc1, 0, 255));
	packet_failed(&b, 5, 0x24, 0);
	packet_send(&b, 0, 100, P(0x1a, 0, 0x08, 0, 255));
	packet_failed(&b, 5, 0x24, 0);
}

static void toc(void **state)
{
	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x43, 0, 0, 0, 0, 0, 0, 0, 100)),
			 20);
	assert_int_equal(get_be16(got), 18);
	assert_int_equal(get_be16(got + 2), 0x0101);
	assert_int_equal(got[4], 0);
	assert_int_equal(got[5], 0x14);
	assert_int_equal(got[6], 1);
	assert_int_equal(get_be32(got + 8), 0);
	assert_int_equal(got[13], 0x14);
	assert_int_equal(got[14], 0xaa);
	assert_int_equal(get_be32(got + 16), FRAMES);
	/* 3000 frames are 40 seconds, and 2 are before them. */
	assert_int_equal(packet_ask(&b, got, P(0x43, 2, 0, 0, 0, 0, 1, 0, 100)),
			 20);
	assert_int_equal(get_be32(got + 8), 0x000200);
	assert_int_equal(get_be32(got + 16), 0x002a00);
	b.regs.drive[0].info.sectors = (75 * 60 * 3 + 75 * 7 + 5 - 150) * 4;
	assert_int_equal(
		packet_ask(&b, got, P(0x43, 2, 0, 0, 0, 0, 0xaa, 0, 100)), 12);
	assert_int_equal(get_be16(got), 10);
	assert_int_equal(got[6], 0xaa);
	assert_int_equal(get_be32(got + 8), 0x030705);
	packet_send(&b, 0, 100, P(0x43, 0, 0, 0, 0, 0, 2, 0, 100));
	packet_failed(&b, 5, 0x24, 0);
	packet_send(&b, 0, 100, P(0x43, 0, 3, 0, 0, 0, 0, 0, 100));
	packet_failed(&b, 5, 0x24, 0);
	b.regs.drive[0].info.sectors = 1ull << 30;	/* minutes of a byte */
	packet_ask(&b, got, P(0x43, 2, 0, 0, 0, 0, 0xaa, 0, 100));
	assert_int_equal(got[9], 255);
}

static void toc_sessions(void **state)
{
	static const uint8_t points[] = { 0xa0, 0xa1, 0xa2, 1 };
	unsigned int i;

	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x43, 0, 1, 0, 0, 0, 0, 0, 100)),
			 12);
	assert_int_equal(get_be16(got), 10);
	assert_int_equal(get_be16(got + 2), 0x0101);
	assert_int_equal(got[5], 0x14);
	assert_int_equal(got[6], 1);
	assert_int_equal(get_be32(got + 8), 0);
	/* As drives before MMC had it. */
	assert_int_equal(packet_ask(&b, got,
				    P(0x43, 0, 0, 0, 0, 0, 0, 0, 100, 0x40)),
			 12);
	assert_int_equal(packet_ask(&b, got, P(0x43, 2, 2, 0, 0, 0, 0, 0, 100)),
			 48);
	assert_int_equal(get_be16(got), 46);
	for (i = 0; i < 4; i++) {
		assert_int_equal(got[4 + 11 * i], 1);
		assert_int_equal(got[5 + 11 * i], 0x14);
		assert_int_equal(got[6 + 11 * i], 0);
		assert_int_equal(got[7 + 11 * i], points[i]);
	}
	assert_int_equal(got[4 + 8], 1);
	assert_int_equal(got[4 + 11 + 8], 1);
	assert_int_equal(got[4 + 22 + 9], 42);
	assert_int_equal(got[4 + 33 + 9], 2);
	packet_send(&b, 0, 100, P(0x43, 2, 2, 0, 0, 0, 2, 0, 100));
	packet_failed(&b, 5, 0x24, 0);
}

static void configuration(void **state)
{
	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x46, 0, 0, 0, 0, 0, 0, 1, 0)),
			 68);
	assert_int_equal(get_be32(got), 64);
	assert_int_equal(get_be32(got + 4), 0x0008);
	assert_int_equal(get_be32(got + 8), 0x00000308);
	assert_int_equal(get_be32(got + 12), 0x00100000);
	assert_int_equal(get_be32(got + 16), 0x00080100);
	assert_int_equal(get_be32(got + 20), 0x00010b08);
	assert_int_equal(get_be32(got + 24), 2);
	assert_int_equal(get_be32(got + 32), 0x00030304);
	assert_int_equal(got[36], 0x29);
	assert_int_equal(get_be32(got + 40), 0x00100108);
	assert_int_equal(get_be32(got + 44), 2048);
	assert_int_equal(get_be32(got + 48), 0x00010000);
	assert_int_equal(get_be32(got + 52), 0x001e0104);
	assert_int_equal(get_be32(got + 60), 0x001f0004);
	/* From 10h on; those that are current; just one; none. */
	assert_int_equal(
		packet_ask(&b, got, P(0x46, 0, 0, 0x10, 0, 0, 0, 1, 0)), 36);
	assert_int_equal(get_be32(got + 8), 0x00100108);
	assert_int_equal(
		packet_ask(&b, got, P(0x46, 1, 0, 0x1e, 0, 0, 0, 1, 0)), 16);
	assert_int_equal(
		packet_ask(&b, got, P(0x46, 2, 0, 0x1f, 0, 0, 0, 1, 0)), 16);
	assert_int_equal(get_be32(got + 8), 0x001f0004);
	assert_int_equal(packet_ask(&b, got, P(0x46, 2, 0, 0, 0, 0, 0, 1, 0)),
			 20);
	assert_int_equal(packet_ask(&b, got, P(0x46, 2, 1, 0, 0, 0, 0, 1, 0)),
			 8);
	assert_int_equal(get_be32(got), 4);
	packet_send(&b, 0, 100, P(0x46, 3, 0, 0, 0, 0, 0, 1, 0));
	packet_failed(&b, 5, 0x24, 0);
	/* A DVD by its size. */
	b.regs.drive[0].info.sectors = 405000 * 4;
	packet_ask(&b, got, P(0x46, 0, 0, 0, 0, 0, 0, 1, 0));
	assert_int_equal(get_be16(got + 6), 0x0008);
	b.regs.drive[0].info.sectors = 405001 * 4;
	packet_ask(&b, got, P(0x46, 0, 0, 0, 0, 0, 0, 1, 0));
	assert_int_equal(get_be16(got + 6), 0x0010);
	assert_int_equal(get_be32(got + 12), 0x00100100);
	assert_int_equal(get_be32(got + 16), 0x00080000);
	assert_int_equal(get_be32(got + 52), 0x001e0004);
	assert_int_equal(get_be32(got + 60), 0x001f0104);
	b.regs.drive[0].info.present = 0;
	assert_int_equal(packet_ask(&b, got, P(0x46, 1, 0, 0, 0, 0, 0, 1, 0)),
			 40);
	assert_int_equal(get_be16(got + 6), 0);
}

static void the_rest(void **state)
{
	(void)state;
	assert_int_equal(packet_ask(&b, got, P(0x51, 0, 0, 0, 0, 0, 0, 0, 100)),
			 34);
	assert_int_equal(get_be16(got), 32);
	assert_int_equal(got[2], 0x0e);
	assert_int_equal(get_be32(got + 3), 0x01010101);
	assert_int_equal(got[7], 0x20);
	assert_int_equal(get_be32(got + 16), 0xffffffff);
	assert_int_equal(get_be32(got + 20), 0xffffffff);
	assert_int_equal(got[24], 0);
	packet_send(&b, 0, 100, P(0x51, 1, 0, 0, 0, 0, 0, 0, 100));
	packet_failed(&b, 5, 0x24, 0);
	assert_int_equal(
		packet_ask(&b, got, P(0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8)), 8);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[5], 1);
	packet_do(&b, P(0xbb, 0, 0xff, 0xff));
	packet_do(&b, P(0x35));
	packet_send(&b, 0, 100, P(0x2a));	/* WRITE: none such */
	packet_failed(&b, 5, 0x20, 0);
	packet_sense(&b, got, 5, 0x20, 0);
	packet_send(&b, 0, 100, P(0x2a));
	packet_failed(&b, 5, 0x20, 0);
	packet_do(&b, READY);			/* a good command: forgotten */
	packet_sense(&b, got, 0, 0, 0);
}

/* Replies are never longer than what is asked for, nor a page. */
static void sizes(void **state)
{
	static const uint8_t codes[] = { 0x12, 0x1a, 0x5a, 0x43, 0x46, 0x4a,
					 0x51, 0xbd, 0x03 };
	unsigned int i, room, len;
	uint8_t p[12];

	(void)state;
	for (i = 0; i < sizeof(codes); i++)
		for (room = 1; room < 80; room++) {
			memset(p, 0, sizeof(p));
			p[0] = codes[i];
			p[1] = codes[i] == 0x4a;
			p[2] = (codes[i] | 0x40) == 0x5a ? 0x3f : 0;
			p[4] = (uint8_t)(codes[i] == 0x4a ? 0x10 : room);
			p[codes[i] == 0xbd ? 9 : 8] = (uint8_t)room;
			len = packet_ask(&b, got, p);
			assert_in_range(len, 1, room);
			assert_int_equal(got[(len + 1) & ~1u], 0x99);
		}
	assert_int_equal(packet_ask(&b, got,
				    P(0x5a, 0, 0x3f, 0, 0, 0, 0, 0xff, 0xff)),
			 52);
}

/* ---- media that come and go ---------------------------------------------- */

static void nothing_in_it(void **state)
{
	static const uint8_t codes[] = { 0x00, 0x25, 0x28, 0x2b, 0x43, 0x51,
					 0xa8, 0xbe };
	uint8_t p[12] = { 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(codes); i++) {
		p[0] = codes[i];
		packet_send(&b, 0, 100, p);
		packet_failed(&b, 2, 0x3a, 0);
		packet_sense(&b, got, 2, 0x3a, 0);
	}
	assert_int_equal(packet_ask(&b, got, P(0x12, 0, 0, 0, 36)), 36);
	assert_int_equal(packet_ask(&b, got, P(0x1a, 0, 0x2a, 0, 255)), 24);
	assert_int_equal(got[1], 0x70);
	assert_int_equal(packet_ask(&b, got, P(0x46, 0, 0, 0, 0, 0, 0, 1, 0)),
			 68);
	assert_int_equal(get_be16(got + 6), 0);
	assert_int_equal(get_be32(got + 40), 0x00100008);
	packet_do(&b, P(0x1b, 0, 0, 0, 1));
}

static void change(uint64_t sectors)
{
	const struct medium_info info = { .sectors = sectors,
					  .present = sectors > 0 };

	b.medium[0].sectors = sectors;
	ide_medium_set(&b.c, 0, &info);
}

static void a_new_medium(void **state)
{
	(void)state;
	change(40);
	assert_int_equal(packet_ask(&b, got, P(0x12, 0, 0, 0, 36)),
			 36); /* not it */
	assert_int_equal(packet_ask(&b, got, P(0x46, 0, 0, 0, 0, 0, 0, 1, 0)),
			 68);
	packet_send(&b, 0, 100, READY);
	packet_failed(&b, 6, 0x28, 0);
	packet_sense(&b, got, 6, 0x28, 0);
	packet_do(&b, READY);			/* it is told once */
	packet_sense(&b, got, 0, 0, 0);
	packet_ask(&b, got, P(0x25));
	assert_int_equal(get_be32(got), 9);
	change(80);
	packet_sense(&b, got, 6, 0x28, 0);	/* or by this */
	packet_do(&b, READY);
	change(80);
	packet_read_10(&b, 0, 1, 0, 2048);
	packet_failed(&b, 6, 0x28, 0);
	assert_int_equal(b.medium[0].started, 0);
	change(0);
	packet_send(&b, 0, 100, READY);
	packet_failed(&b, 2, 0x3a, 0);
	/* An old error is told before it. */
	change(40);
	b.regs.drive[0].sense = 5;
	packet_sense(&b, got, 5, 0x3a, 0);
	packet_sense(&b, got, 6, 0x28, 0);
	packet_sense(&b, got, 0, 0, 0);
}

static const uint8_t event_packet[12] = { 0x4a, 1, 0, 0, 0x10, 0, 0, 0, 8 };

static void event(unsigned int what, unsigned int how)
{
	assert_int_equal(packet_ask(&b, got, event_packet), 8);
	assert_int_equal(get_be32(got), 0x00060410);
	assert_int_equal(got[4], what);
	assert_int_equal(got[5], how);
	assert_int_equal(get_be16(got + 6), 0);
}

static void events(void **state)
{
	(void)state;
	event(0, 2);
	change(0);
	event(3, 0);
	event(0, 0);
	change(40);
	assert_int_equal(
		packet_ask(&b, got, P(0x4a, 1, 0, 0, 0x10, 0, 0, 0, 4)), 4);
	event(2, 2);		/* that one could not be told */
	event(0, 2);
	change(40);
	assert_int_equal(
		packet_ask(&b, got, P(0x4a, 1, 0, 0, 0x02, 0, 0, 0, 8)), 4);
	assert_int_equal(get_be32(got), 0x00028010);
	event(2, 2);
	packet_send(&b, 0, 100, P(0x4a, 0, 0, 0, 0x10, 0, 0, 0, 8));
	packet_failed(&b, 5, 0x24, 0);
}

static void eject(void **state)
{
	(void)state;
	packet_do(&b, P(0x1b, 0, 0, 0, 0));
	packet_do(&b, P(0x1b, 0, 0, 0, 1));
	packet_do(&b, P(0x1b, 0, 0, 0, 3));
	assert_int_equal(b.medium[0].started, 0);
	packet_send(&b, 0, 0, P(0x1b, 0, 0, 0, 2));
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].request.op, MEDIUM_EJECT);
	ide_settle(&b);
	packet_ended(&b);
	assert_int_equal(b.medium[0].ejected, 1);
	event(3, 1);
	packet_ask(&b, got, P(0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 8));
	assert_int_equal(got[1], 0x10);
	packet_send(&b, 0, 0, READY);
	packet_failed(&b, 2, 0x3a, 0);
	packet_do(&b, P(0x1b, 0, 0, 0, 3));	/* shut, with nothing in it */
	event(0, 0);
	packet_do(&b, P(0x1b, 0, 0, 0, 2));	/* and open again */
	event(0, 1);
	assert_int_equal(b.medium[0].ejected, 1);
	change(0);			/* a board may tell it again */
	event(3, 1);
	change(40);			/* somebody puts one in */
	event(2, 2);
}

static void locked(void **state)
{
	(void)state;
	assert_false(ide_locked(&b.c, 0));
	packet_do(&b, P(0x1e, 0, 0, 0, 1));
	assert_true(ide_locked(&b.c, 0));
	assert_false(ide_locked(&b.c, 1));
	packet_ask(&b, got, P(0x5a, 0, 0x2a, 0, 0, 0, 0, 0, 255));
	assert_int_equal(got[14], 0x2b);
	packet_send(&b, 0, 0, P(0x1b, 0, 0, 0, 2));
	packet_failed(&b, 5, 0x53, 2);
	packet_sense(&b, got, 5, 0x53, 2);
	assert_int_equal(b.medium[0].ejected, 0);
	change(0);
	packet_send(&b, 0, 0, P(0x1b, 0, 0, 0, 2));
	packet_failed(&b, 2, 0x53, 2);
	packet_do(&b, P(0x1e, 0, 0, 0, 0));
	assert_false(ide_locked(&b.c, 0));
}

static void eject_fails(void **state)
{
	(void)state;
	b.medium[0].fail_at = 1;
	packet_send(&b, 0, 0, P(0x1b, 0, 0, 0, 2));
	ide_settle(&b);
	assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	packet_do(&b, READY);
}

static void without_a_buffer(void **state)
{
	(void)state;
	b.c.buffer = NULL;
	packet_send(&b, 0, 100,
		    P(0x12, 0, 0, 0, 36)); /* reads as zeros: READY */
	packet_ended(&b);
}

#define T(f) cmocka_unit_test_setup(f, fresh)
#define TE(f) cmocka_unit_test_setup(f, empty)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(inquiry), T(capacity), T(mode_sense), T(toc),
		T(toc_sessions), T(configuration), T(the_rest), T(sizes),
		TE(nothing_in_it), T(a_new_medium), T(events), T(eject),
		T(locked), T(eject_fails), T(without_a_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
