/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spare_test.c - what a disk process does between requests: what is read ahead
 * and when, what is taken to be written and when, and that a write which failed
 * late is told, and kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/check.h"
#include "disk/spare.h"

#define SECTORS	64u
#define SIZE	(SECTORS * MEDIUM_SECTOR)
#define LEN	(2 * (size_t)MEDIUM_SECTOR)

/* An image in memory. */
static uint8_t bytes[SIZE];
static unsigned int reads, writes;
static int fails;
static bool has_place;
static struct spare s;

static int mem_read(struct image *im, void *buf, uint64_t at, size_t len)
{
	(void)im;
	reads++;
	assert_true(at + len <= SIZE);
	memcpy(buf, bytes + at, len);
	return 0;
}

static int mem_write(struct image *im, const void *buf, uint64_t at, size_t len)
{
	(void)im;
	writes++;
	if (!fails)
		memcpy(bytes + at, buf, len);
	return fails;
}

static bool mem_stored(struct image *im, uint64_t at, size_t len)
{
	(void)im;
	(void)at;
	(void)len;
	return has_place;
}

static const struct image_ops ops = { .read = mem_read, .write = mem_write,
				      .stored = mem_stored };
static struct image im = { .ops = &ops, .sectors = SECTORS };

static int begin(void **state)
{
	(void)state;
	memset(&s, 0, sizeof(s));
	memset(bytes, 0x11, sizeof(bytes));
	reads = writes = 0;
	fails = 0;
	has_place = true;
	return 0;
}

/* get() - a request to read, and the time behind it. Return: all its bytes are
 * that. */
static bool get(uint64_t at, uint8_t byte, bool ahead)
{
	uint8_t buf[LEN];

	assert_int_equal(spare_settle(&s, &im), 0);
	assert_int_equal(spare_read(&s, &im, buf, at, LEN), 0);
	spare_use(&s, &im, ahead);
	return buf[0] == byte && !memcmp(buf, buf + 1, LEN - 1);
}

static int put(uint64_t at, uint8_t byte)
{
	uint8_t buf[LEN];

	memset(buf, byte, LEN);
	return spare_write(&s, &im, buf, at, LEN);
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
	spare_forget(&s);
	assert_true(get(LEN, 0x22, true));
	assert_true(get(2 * LEN, 0x22, false));
	memset(bytes, 0x33, sizeof(bytes));
	assert_true(get(3 * LEN, 0x33, true));
}

static void what_is_written_is_read(void **state)
{
	(void)state;
	assert_true(get(0, 0x11, true));
	assert_true(get(LEN, 0x11, true));	/* 2 * LEN is read ahead */
	assert_int_equal(put(2 * LEN, 0x22), 0);
	assert_true(get(2 * LEN, 0x22, true));
}

static void a_write_is_done_in_time(void **state)
{
	(void)state;
	assert_int_equal(put(0, 0x22), 0);
	assert_int_equal(writes, 0);
	spare_use(&s, &im, false);
	assert_int_equal(writes, 1);
	assert_int_equal(bytes[0], 0x22);
	assert_int_equal(bytes[LEN], 0x11);
	spare_use(&s, &im, true);
	assert_int_equal(spare_settle(&s, &im), 0);
	assert_int_equal(writes, 1);
}

static void or_before_what_is_asked_next(void **state)
{
	(void)state;
	assert_int_equal(put(0, 0x22), 0);
	assert_int_equal(spare_settle(&s, &im), 0);
	assert_int_equal(writes, 1);
	assert_true(get(0, 0x22, false));
}

static void what_has_no_place_is_written_now(void **state)
{
	(void)state;
	has_place = false;
	assert_int_equal(put(0, 0x22), 0);
	assert_int_equal(writes, 1);
	fails = -ENOSPC;
	assert_int_equal(put(0, 0x33), -ENOSPC);
	fails = 0;
	assert_int_equal(spare_settle(&s, &im), 0);
	assert_int_equal(writes, 2);	/* the machine's to repeat */
	assert_int_equal(bytes[0], 0x22);
}

static void what_fails_late_is_told_and_kept(void **state)
{
	(void)state;
	assert_int_equal(put(0, 0x22), 0);
	fails = -EIO;
	spare_use(&s, &im, true);
	assert_int_equal(spare_settle(&s, &im), -EIO);
	assert_int_equal(spare_settle(&s, &im), -EIO);
	spare_use(&s, &im, true);
	spare_forget(&s);
	fails = 0;
	assert_true(get(0, 0x22, false));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_follows_is_read_ahead, begin),
		cmocka_unit_test_setup(what_is_beyond_the_end_is_not, begin),
		cmocka_unit_test_setup(who_sleeps_forgets_it, begin),
		cmocka_unit_test_setup(what_is_written_is_read, begin),
		cmocka_unit_test_setup(a_write_is_done_in_time,
				       begin),
		cmocka_unit_test_setup(or_before_what_is_asked_next, begin),
		cmocka_unit_test_setup(what_has_no_place_is_written_now, begin),
		cmocka_unit_test_setup(what_fails_late_is_told_and_kept, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
