/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ahead_test.c - what a disk process reads before it is asked for, and when it
 * forgets that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/check.h"
#include "disk/ahead.h"

#define SECTORS	64u
#define SIZE	(SECTORS * MEDIUM_SECTOR)
#define LEN	(2 * (size_t)MEDIUM_SECTOR)

/* An image in memory. */
static uint8_t bytes[SIZE];
static unsigned int reads;
static int fails;
static struct ahead s;

static int mem_read(struct image *im, void *buf, uint64_t at, size_t len)
{
	(void)im;
	reads++;
	assert_true(at + len <= SIZE);
	if (!fails)
		memcpy(buf, bytes + at, len);
	return fails;
}

static const struct image_ops ops = { .read = mem_read };
static struct image im = { .ops = &ops, .sectors = SECTORS };

static int begin(void **state)
{
	(void)state;
	memset(&s, 0, sizeof(s));
	memset(bytes, 0x11, sizeof(bytes));
	reads = 0;
	fails = 0;
	return 0;
}

/* get() - a request to read, and the time behind it. Return: all its bytes are
 * that. */
static bool get(uint64_t at, uint8_t byte, bool ahead)
{
	uint8_t buf[LEN];

	assert_int_equal(ahead_read(&s, &im, buf, at, LEN), 0);
	if (ahead)
		ahead_go_on(&s, &im);
	return buf[0] == byte && !memcmp(buf, buf + 1, LEN - 1);
}

static void what_follows_is_read_ahead(void **state)
{
	(void)state;
	assert_true(get(4 * LEN, 0x11, true));
	assert_int_equal(reads, 1);	/* it followed nothing */
	assert_true(get(5 * LEN, 0x11, true));
	assert_int_equal(reads, 3);
	memset(bytes, 0x22, sizeof(bytes));
	assert_true(get(6 * LEN, 0x11, true));
	assert_int_equal(reads, 4);	/* the next but one alone */
	assert_true(get(20 * LEN, 0x22, true));
	assert_int_equal(reads, 5);
	assert_true(get(7 * LEN, 0x22, true));
	assert_int_equal(reads, 6);
}

static void what_is_beyond_the_end_is_not(void **state)
{
	(void)state;
	assert_true(get(SIZE - 2 * LEN, 0x11, true));
	assert_true(get(SIZE - LEN, 0x11, true));
	assert_int_equal(reads, 2);
}

static void who_sleeps_forgets_it(void **state)
{
	(void)state;
	assert_true(get(0, 0x11, true));
	memset(bytes, 0x22, sizeof(bytes));
	ahead_forget(&s);
	assert_true(get(LEN, 0x22, true));
	assert_true(get(2 * LEN, 0x22, false));
	memset(bytes, 0x33, sizeof(bytes));
	assert_true(get(3 * LEN, 0x33, true));
}

static void what_can_not_be_read_ahead_is_read_when_asked(void **state)
{
	(void)state;
	assert_true(get(0, 0x11, true));
	fails = -EIO;
	ahead_go_on(&s, &im);
	fails = 0;
	assert_true(get(LEN, 0x11, false));
	assert_int_equal(reads, 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_follows_is_read_ahead, begin),
		cmocka_unit_test_setup(what_is_beyond_the_end_is_not, begin),
		cmocka_unit_test_setup(who_sleeps_forgets_it, begin),
		cmocka_unit_test_setup(
			what_can_not_be_read_ahead_is_read_when_asked, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
