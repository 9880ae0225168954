/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskpace_test.c - when a guest is told of a disk's answers, on a script of
 * guest time: how much of it is left for others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "vmm/diskpace.h"

#define US	1000ull
#define MS	(1000 * US)

/* A guest whose driver works @before from an answer to the next request, and
 * @behind from a request until the others run; the disk answers in @disk. */
struct guest {
	struct diskpace pace;
	uint64_t now, before, behind, disk;
	uint64_t others;	/* the time that they had */
};

/* request() - one, and the others until it is told. */
static void request(struct guest *g)
{
	uint64_t until, there;

	g->now += g->before;
	diskpace_asked(&g->pace, g->now);
	there = g->now + g->disk;
	g->now += g->behind;
	until = MAX(diskpace_until(&g->pace, g->now), there);
	if (until > g->now) {
		g->others += until - g->now;
		g->now = until;
	}
	assert_int_equal(diskpace_until(&g->pace, g->now), 0);
	diskpace_told(&g->pace, g->now);
}

/* after() - when @n requests are over, from @g->now on. */
static uint64_t after(struct guest *g, unsigned int n)
{
	while (n--)
		request(g);
	return g->now;
}

/* share() - percent of the time that the others have in a second of it. */
static unsigned int share(uint64_t before, uint64_t behind, uint64_t disk)
{
	struct guest g = { .pace.halts = true, .now = 5 * MS,
			   .before = before, .behind = behind,
			   .disk = disk };
	uint64_t begun = g.now;

	while (g.now - begun < 1000 * MS)
		request(&g);
	return (unsigned int)(g.others * 100 / (g.now - begun));
}

/* A held answer is told once all is even, so the next request's own time is
 * owed by nobody: some two percent less than by the formula. */
static void the_others_have_most(void **state)
{
	(void)state;
	assert_in_range(share(60 * US, 20 * US, 20 * US), 83, 88);
	assert_in_range(share(60 * US, 60 * US, 20 * US), 76, 84);
	assert_in_range(share(20 * US, 20 * US, 60 * US), 76, 84);
	/* More than that is not counted. */
	assert_in_range(share(2 * DISKPACE_COST_NS, 0, 0), 76, 84);
}

static void a_slow_disk_is_not_made_slower(void **state)
{
	struct guest g = { .pace.halts = true,
			   .now = 5 * MS,
			   .before = 60 * US,
			   .disk = 2 * MS };

	(void)state;
	assert_int_equal(after(&g, 100), 5 * MS + 100 * (2 * MS + 60 * US));
}

static void a_few_are_not_held(void **state)
{
	struct guest g = { .pace.halts = true,
			   .now = 5 * MS,
			   .before = 60 * US,
			   .disk = 20 * US };

	(void)state;
	assert_int_equal(after(&g, 9), 5 * MS + 9 * 80 * US);
}

static void one_that_waits_is_told_at_once(void **state)
{
	struct diskpace p = { .halts = true };
	uint64_t now = 5 * MS;

	(void)state;
	while (!diskpace_until(&p, now)) {
		diskpace_told(&p, now);
		now += 60 * US;
		diskpace_asked(&p, now);
	}
	diskpace_waits(&p, false);
	assert_int_equal(diskpace_until(&p, now), 0);
	/* Nothing is owed, and what it did before it waited is not counted. */
	diskpace_asked(&p, now + 60 * US);
	assert_int_equal(diskpace_until(&p, now + 60 * US), 0);
	assert_int_equal(p.even_ns, 0);
}

/* most() - how long an answer may be held. */
static uint64_t most(void)
{
	return DISKPACE_OWED_NS + DISKPACE_PART * DISKPACE_COST_NS;
}

/* One whose idle loop is not seen: it may have nothing to do. */
static void one_that_never_halts_is_told_at_once(void **state)
{
	struct guest g = { .now = 5 * MS, .before = 60 * US, .disk = 20 * US };

	(void)state;
	assert_int_equal(after(&g, 100), 5 * MS + 100 * 80 * US);
	diskpace_waits(&g.pace, true);
	assert_true(after(&g, 100) > 5 * MS + 200 * 80 * US);
}

static void no_answer_is_held_for_long(void **state)
{
	struct diskpace p = { .halts = true };
	uint64_t now = 5 * MS, until;
	unsigned int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		diskpace_told(&p, now);
		now += 70 * US;
		diskpace_asked(&p, now);
		until = diskpace_until(&p, now);
		assert_true(until <= now + most());
		now = MAX(now, until);
	}
	/* Nor by a clock that goes back. */
	for (i = 0; i < 100; i++) {
		diskpace_told(&p, now);
		now -= 10 * US;
		diskpace_asked(&p, now);
		until = diskpace_until(&p, now);
		if (until)
			break;
	}
	assert_true(until <= now + 2 * most());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_others_have_most),
		cmocka_unit_test(a_slow_disk_is_not_made_slower),
		cmocka_unit_test(a_few_are_not_held),
		cmocka_unit_test(one_that_waits_is_told_at_once),
		cmocka_unit_test(one_that_never_halts_is_told_at_once),
		cmocka_unit_test(no_answer_is_held_for_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
