/* SPDX-License-Identifier: BSD-2-Clause */
/* ether_crc_test.c - the FCS by each way of computing it, at every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "devices/ether_crc.h"
#include "tests/lib_seed.h"

#define LONGEST 1600u

static void the_check_value_is_right(void **state)
{
	const uint8_t *nine = (const uint8_t *)"123456789";
	struct ether_crc crc;

	(void)state;
	ether_crc_init(&crc);
	/* The value that catalogues of CRCs give for this one's parameters. */
	assert_int_equal(ether_crc_fcs(&crc, nine, 9), 0xcbf43926);
	assert_int_equal(ether_crc_tables(&crc, nine, 9), 0xcbf43926);
}

static void all_ways_agree_at_every_length(void **state)
{
	unsigned int seed = test_seed(1), len, at;
	uint8_t bytes[LONGEST + 16];
	struct ether_crc crc;
	uint32_t right;

	(void)state;
	ether_crc_init(&crc);
	for (at = 0; at < sizeof(bytes); at++)
		bytes[at] = (uint8_t)rand_r(&seed);
	for (len = 0; len <= LONGEST; len++) {
		at = len % 16;
		right = ~ether_crc_bits(bytes + at, len);
		assert_int_equal(ether_crc_fcs(&crc, bytes + at, len), right);
		assert_int_equal(ether_crc_tables(&crc, bytes + at, len),
				 right);
	}
}

static void each_bit_counts(void **state)
{
	uint8_t bytes[LONGEST] = { 0 };
	struct ether_crc crc;
	unsigned int bit;

	(void)state;
	ether_crc_init(&crc);
	for (bit = 0; bit < 8 * LONGEST; bit += 7) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(ether_crc_fcs(&crc, bytes, LONGEST),
				 ether_crc_tables(&crc, bytes, LONGEST));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_is_right),
		cmocka_unit_test(all_ways_agree_at_every_length),
		cmocka_unit_test(each_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
