/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_atapi.c - packets for a CD-ROM drive: see lib_atapi.h. */
#include "tests/chip/lib_atapi.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"

void packet_send(struct ide_bench *b, uint8_t features, uint16_t limit,
		 const uint8_t p[12])
{
	out(b, R_FEATURE, features);
	out(b, R_MID, (uint8_t)limit);
	out(b, R_HIGH, (uint8_t)(limit >> 8));
	out(b, R_COMMAND, 0xa0);
	assert_false(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD | DRQ);
	assert_int_equal(in(b, R_COUNT), REASON_COMMAND);
	write_block(b, p, 12);
}

void packet_ended(struct ide_bench *b)
{
	assert_true(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD);
	assert_int_equal(in(b, R_ERROR), 0);
	assert_int_equal(in(b, R_COUNT), REASON_END);
	assert_false(b->level);
}

void packet_failed(struct ide_bench *b, unsigned int sense, unsigned int asc,
		   unsigned int ascq)
{
	assert_true(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD | ERR);
	assert_int_equal(in(b, R_ERROR), sense << 4 | (sense == 5 ? 4 : 0));
	assert_int_equal(in(b, R_COUNT), REASON_END);
	assert_false(b->level);
	assert_int_equal(b->regs.drive[0].sense, sense);
	assert_int_equal(b->regs.drive[0].asc, asc);
	assert_int_equal(b->regs.drive[0].ascq, ascq);
}

unsigned int packet_block(struct ide_bench *b, uint8_t *to)
{
	unsigned int len;

	assert_true(b->level);
	assert_int_equal(in(b, R_STATUS), GOOD | DRQ);
	assert_int_equal(in(b, R_COUNT), REASON_DATA);
	len = in(b, R_MID) | (unsigned int)in(b, R_HIGH) << 8;
	read_block(b, to, len);
	return len;
}

unsigned int packet_ask(struct ide_bench *b, uint8_t *got, const uint8_t p[12])
{
	unsigned int len;

	memset(got, 0x99, PACKET_GOT);
	packet_send(b, 0, 0xfffe, p);
	len = packet_block(b, got);
	packet_ended(b);
	return len;
}

void packet_do(struct ide_bench *b, const uint8_t p[12])
{
	packet_send(b, 0, 0, p);
	packet_ended(b);
}

void packet_sense(struct ide_bench *b, uint8_t *got, unsigned int key,
		  unsigned int asc, unsigned int ascq)
{
	assert_int_equal(packet_ask(b, got, PACKET(0x03, 0, 0, 0, 18)), 18);
	assert_int_equal(got[0], 0x70);
	assert_int_equal(got[2], key);
	assert_int_equal(got[7], 10);
	assert_int_equal(got[12], asc);
	assert_int_equal(got[13], ascq);
}

void packet_read_10(struct ide_bench *b, uint32_t frame, uint16_t n,
		    uint8_t features, uint16_t limit)
{
	uint8_t p[12] = { 0x28 };

	put_be32(p + 2, frame);
	put_be16(p + 7, n);
	packet_send(b, features, limit, p);
}
