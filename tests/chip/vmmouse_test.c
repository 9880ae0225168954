/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmmouse_test.c - VMware's back door as a driver of it calls it: the answers
 * that it looks at, the queue, and calls that make no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "devices/input/ps2_mouse.h"
#include "devices/input/vmmouse.h"
#include "tests/lib_seed.h"

#define MAGIC 0x564d5868u

static struct vmmouse_regs regs;
static struct vmmouse v = { &regs };
static uint32_t *const eax = &regs.cpu[VMMOUSE_EAX];
static uint32_t *const ebx = &regs.cpu[VMMOUSE_EBX];
static uint32_t *const ecx = &regs.cpu[VMMOUSE_ECX];
static uint32_t *const edx = &regs.cpu[VMMOUSE_EDX];

static uint32_t call(uint32_t number, uint32_t argument)
{
	*eax = MAGIC;
	*ebx = argument;
	*ecx = number;
	*edx = 0x5658;
	vmmouse_call(&v);
	return *eax;
}

static int fresh(void **state)
{
	(void)state;
	vmmouse_reset(&v);
	return 0;
}

/* enabled() - as Linux's driver begins. */
static int enabled(void **state)
{
	fresh(state);
	call(41, 0x45414552);
	assert_int_equal(call(40, 0), 1);
	assert_int_equal(call(39, 1), 0x3442554a);
	assert_int_equal(call(40, 0), 0);
	call(86, 1);
	assert_false(vmmouse_absolute(&v));
	call(41, 0x53424152);
	assert_true(vmmouse_absolute(&v));
	return 0;
}

static void tells_its_version(void **state)
{
	(void)state;
	assert_int_equal(call(10, ~MAGIC), 6);
	assert_int_equal(*ebx, MAGIC);
	assert_int_equal(*ecx, 2);
	assert_int_equal(*edx, 0x5658);
	/* The high half of ECX is no part of the number. */
	assert_int_equal(call(0xdead000a, 0), 6);
	assert_int_equal(call(11, 7), 0xffffffff);
	assert_int_equal(*ebx, 0xffffffff);
}

static void needs_the_magic_number(void **state)
{
	(void)state;
	*eax = MAGIC + 1;
	*ebx = 2;
	*ecx = 10;
	*edx = 4;
	vmmouse_call(&v);
	assert_int_equal(*eax, 0xffffffff);
	assert_int_equal(*ebx, 2);
	assert_int_equal(*ecx, 10);
	assert_int_equal(*edx, 4);
}

static void is_off_at_first(void **state)
{
	(void)state;
	vmmouse_point(&v, 1, 2, 0, 0);
	vmmouse_move(&v, 1, 2, 0, 0);
	assert_int_equal(call(40, 0), 0xffff0000);
	assert_int_equal(call(39, 4), 0xffff0000);
	enabled(NULL);
	call(41, 0xf5);
	assert_int_equal(call(40, 0), 0xffff0000);
	assert_false(vmmouse_enabled(&v));
	assert_false(vmmouse_absolute(&v));
}

/* next() - four words. */
static void next(uint32_t flags, uint32_t x, uint32_t y, uint32_t z)
{
	assert_int_equal(call(40, 0) % 4, 0);
	assert_int_equal(call(39, 4), flags);
	assert_int_equal(*ebx, x);
	assert_int_equal(*ecx, y);
	assert_int_equal(*edx, z);
}

static void points(void **state)
{
	(void)state;
	vmmouse_point(&v, 0, 65535, 0, PS2_MOUSE_LEFT);
	vmmouse_point(&v, 100, 200, 0, PS2_MOUSE_RIGHT);
	vmmouse_point(&v, 1, 2, -1, PS2_MOUSE_MIDDLE | PS2_MOUSE_FIFTH);
	assert_int_equal(call(40, 0), 12);
	next(0x20, 0, 65535, 0);
	next(0x10, 100, 200, 0);
	next(0x08, 1, 2, 0xffffffff);
	assert_int_equal(call(40, 0), 0);
	vmmouse_point(&v, UINT_MAX, UINT_MAX, INT_MAX, 0);
	next(0, 65535, 65535, 127);
	/* Word by word, it is the same. */
	vmmouse_point(&v, 5, 6, 1, 0);
	assert_int_equal(call(39, 1), 0);
	assert_int_equal(call(40, 0), 3);
	vmmouse_point(&v, 9, 9, 0, 0);	/* not into what is half fetched */
	assert_int_equal(call(39, 2), 5);
	assert_int_equal(*ebx, 6);
	assert_int_equal(call(39, 1), 1);
	next(0, 9, 9, 0);
}

static void moves(void **state)
{
	(void)state;
	call(41, 0x4c455252);
	assert_true(vmmouse_enabled(&v));
	assert_false(vmmouse_absolute(&v));
	vmmouse_move(&v, 1, -2, 0, 0);
	vmmouse_move(&v, 10, -20, 1, 0);
	next(0x10000, 11, (uint32_t)-22, 1);
	vmmouse_move(&v, INT_MIN, INT_MAX, INT_MIN, PS2_MOUSE_LEFT);
	vmmouse_move(&v, INT_MIN, INT_MAX, INT_MIN, PS2_MOUSE_LEFT);
	next(0x10020, (uint32_t)-32767, 32767, (uint32_t)-127);
}

static void backlog_is_merged(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		vmmouse_point(&v, i, i, 0, 0);
	assert_int_equal(call(40, 0), 4);
	next(0, 999, 999, 0);
	for (i = 0; i < 1001; i++)
		vmmouse_point(&v, i, 1, 0, i & 1 ? 0 : PS2_MOUSE_LEFT);
	vmmouse_move(&v, 3, 4, 0, PS2_MOUSE_RIGHT);
	assert_int_equal(call(40, 0), 4 * VMMOUSE_EVENTS);
	for (i = 0; i < VMMOUSE_EVENTS - 1; i++)
		next(i & 1 ? 0 : 0x20, i, 1, 0);
	next(0x10010, 3, 4, 0);	/* the last one is as it is now */
}

/* Who asks for what is not there is switched off, and begins anew. */
static void asks_too_much(void **state)
{
	static const uint32_t sizes[] = { 0, 5, 4, 0xffffffff };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		enabled(state);
		if (sizes[i] != 4)
			vmmouse_point(&v, 1, 2, 0, 0);
		assert_int_equal(call(39, sizes[i]), 0xffff0000);
		assert_int_equal(call(40, 0), 0xffff0000);
		assert_false(vmmouse_absolute(&v));
	}
}

static void bears_anything(void **state)
{
	unsigned int seed = test_seed((unsigned int)time(NULL)), i, j;

	for (i = 0; i < 20000; i++) {
		for (j = 0; j < sizeof(regs); j++)
			((uint8_t *)&regs)[j] = (uint8_t)rand_r(&seed);
		for (j = 0; j < 8; j++) {
			call(39 + (rand_r(&seed) & 3),
			     (uint32_t)rand_r(&seed) & 7);
			vmmouse_point(&v, (unsigned int)rand_r(&seed),
				      (unsigned int)rand_r(&seed),
				      rand_r(&seed), rand_r(&seed) & 7);
			vmmouse_move(&v, rand_r(&seed), -rand_r(&seed),
				     rand_r(&seed), rand_r(&seed) & 7);
		}
	}
	enabled(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(tells_its_version, fresh),
		cmocka_unit_test_setup(needs_the_magic_number, fresh),
		cmocka_unit_test_setup(is_off_at_first, fresh),
		cmocka_unit_test_setup(points, enabled),
		cmocka_unit_test_setup(moves, enabled),
		cmocka_unit_test_setup(backlog_is_merged, enabled),
		cmocka_unit_test_setup(asks_too_much, fresh),
		cmocka_unit_test_setup(bears_anything, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
