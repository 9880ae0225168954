/* SPDX-License-Identifier: BSD-2-Clause */
/* srcmap_test.c - source maps: what is packed is found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/lib_seed.h"
#include "vmm/bt/srcmap.h"

#define MOST 129u
#define MAPS 2000u

static unsigned int below(unsigned int *seed, unsigned int n)
{
	return (unsigned int)rand_r(seed) % n;
}

static struct srcmap draw_next(unsigned int *seed, const struct srcmap *last)
{
	struct srcmap m = *last;

	m.host = (uint16_t)(m.host + below(seed, below(seed, 20) ? 9 : 400));
	m.guest = (uint16_t)(m.guest + below(seed, 16));
	if (!below(seed, 3))
		m.esp = (int16_t)rand_r(seed);
	m.biased = below(seed, 8) ? 0 : (uint8_t)below(seed, 4);
	m.swapped = below(seed, 8) ? 0 : (uint8_t)below(seed, 5);
	m.store = below(seed, 2);
	m.owed = (struct owed){ 0 };
	if (!below(seed, 5))
		m.owed = (struct owed){ (int16_t)rand_r(seed),
					(int16_t)rand_r(seed), OWED_SUB };
	return m;
}

static void assert_same(const struct srcmap *a, const struct srcmap *b)
{
	assert_int_equal(a->host, b->host);
	assert_int_equal(a->guest, b->guest);
	assert_int_equal(a->esp, b->esp);
	assert_int_equal(a->biased, b->biased);
	assert_int_equal(a->swapped, b->swapped);
	assert_int_equal(a->store, b->store);
	assert_int_equal(a->owed.how, b->owed.how);
	assert_int_equal(a->owed.imm, b->owed.imm);
	assert_int_equal(a->owed.before, b->owed.before);
}

/* last_at() - what srcmap_find() is to find, looked up in the list that was not
 * packed. */
static const struct srcmap *last_at(const struct srcmap *map, size_t count,
				    uint32_t host)
{
	size_t i = 0;

	while (i + 1 < count && map[i + 1].host <= host)
		i++;
	return &map[i];
}

static void all_is_found(void **state)
{
	unsigned int seed = test_seed(1), n, i;
	uint8_t packed[MOST * SRCMAP_MOST];
	struct srcmap map[MOST], found;
	size_t count;
	uint32_t host;

	(void)state;
	for (n = 0; n < MAPS; n++) {
		count = 1 + below(&seed, MOST);
		map[0] = draw_next(&seed, &(struct srcmap){ 0 });
		for (i = 1; i < count; i++)
			map[i] = draw_next(&seed, &map[i - 1]);
		assert_in_range(srcmap_pack(packed, map, count), 2 * count,
				sizeof(packed));
		for (i = 0; i < 64; i++) {
			host = below(&seed, map[count - 1].host + 20u);
			found = srcmap_find(packed, count, host);
			assert_same(&found, last_at(map, count, host));
		}
	}
}

/* The state where an instruction begins is that of its first entry. */
static void plain_ones(void **state)
{
	struct srcmap map[] = {
		{ .host = 0 }, { .host = 9, .guest = 2, .esp = -4 },
		{ .host = 12, .guest = 3 },
		{ .host = 14, .guest = 3, .biased = BIASED_DI },
		{ .host = 20, .guest = 5, .owed = { 4, 0, OWED_ADD } },
		{ .host = 21, .guest = 8, .swapped = 1 },
		{ .host = 30, .guest = 9, .store = true },
	};
	static const int wanted[] = { 0, -1, -1, 12, -1, -1, -1, -1, -1, 30,
				      -1 };
	uint8_t packed[ARRAY_SIZE(map) * SRCMAP_MOST];
	uint32_t host, i;

	(void)state;
	srcmap_pack(packed, map, ARRAY_SIZE(map));
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		assert_int_equal(srcmap_plain(packed, ARRAY_SIZE(map), i,
					      &host),
				 wanted[i] >= 0);
		if (wanted[i] >= 0)
			assert_int_equal(host, wanted[i]);
	}
}

static void plain_code_takes_two_bytes(void **state)
{
	struct srcmap map[10] = { { 0 } };
	uint8_t packed[10 * SRCMAP_MOST];
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++)
		map[i] = (struct srcmap){ .host = (uint16_t)(4 * i),
					  .guest = (uint16_t)(3 * i) };
	assert_int_equal(srcmap_pack(packed, map, 10), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_found),
		cmocka_unit_test(plain_code_takes_two_bytes),
		cmocka_unit_test(plain_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
