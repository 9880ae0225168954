/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eeprom_93c46_test.c - the serial EEPROM by its four pins: all seven
 * commands, reading on past a word, what half a command does, and any state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "devices/eeprom_93c46.h"

#define WORDS EEPROM_93C46_WORDS

/* Start bit, opcode, six bits of address: nine bits. */
#define READ(a)		(0x180u | (a))
#define WRITE(a)	(0x140u | (a))
#define ERASE(a)	(0x1c0u | (a))
#define EWEN		0x130u
#define EWDS		0x100u
#define ERAL		0x120u
#define WRAL		0x110u

static int set_up(void **state)
{
	struct eeprom_93c46 *e = calloc(1, sizeof(*e));
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		e->word[i] = (uint16_t)(0x1234 + 0x0f0f * i);
	eeprom_93c46_power_on(e);
	*state = e;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

/* pulse() - one bit in; Return: the bit out, after the edge */
static unsigned int pulse(struct eeprom_93c46 *e, unsigned int di)
{
	bool out;

	eeprom_93c46_pins(e, true, false, di);
	eeprom_93c46_pins(e, true, true, di);
	out = eeprom_93c46_do(e);
	eeprom_93c46_pins(e, true, false, di);
	assert_int_equal(eeprom_93c46_do(e), out);
	return out;
}

static void shift(struct eeprom_93c46 *e, unsigned int bits, unsigned int n)
{
	while (n--)
		pulse(e, bits >> n & 1);
}

static void select_part(struct eeprom_93c46 *e, bool on)
{
	eeprom_93c46_pins(e, on, false, false);
}

/* command() - @bits, the highest of @n first, in a selection of its own */
static void command(struct eeprom_93c46 *e, unsigned int bits, unsigned int n)
{
	select_part(e, true);
	shift(e, bits, n);
	select_part(e, false);
}

static unsigned int read_out(struct eeprom_93c46 *e)
{
	unsigned int i, v = 0;

	for (i = 0; i < 16; i++)
		v = v << 1 | pulse(e, i & 1);	/* DI does not matter */
	return v;
}

static unsigned int read_word(struct eeprom_93c46 *e, unsigned int a)
{
	unsigned int v;

	select_part(e, true);
	shift(e, READ(a), 9);
	assert_int_equal(eeprom_93c46_do(e), 0);	/* the dummy bit */
	v = read_out(e);
	select_part(e, false);
	return v;
}

static void reads_every_word(void **state)
{
	struct eeprom_93c46 *e = *state;
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		assert_int_equal(read_word(e, i), e->word[i]);
}

static void reads_on_and_around(void **state)
{
	struct eeprom_93c46 *e = *state;
	unsigned int i;

	select_part(e, true);
	shift(e, 0, 5);			/* zeroes before the start bit */
	shift(e, READ(60), 9);
	for (i = 60; i < 60 + 2 * WORDS; i++)
		assert_int_equal(read_out(e), e->word[i % WORDS]);
	select_part(e, false);
}

static void nothing_is_written_before_ewen(void **state)
{
	struct eeprom_93c46 *e = *state;
	struct eeprom_93c46 was = *e;

	command(e, WRITE(3) << 16 | 0xbeef, 25);
	command(e, ERASE(3), 9);
	command(e, WRAL << 16 | 0xbeef, 25);
	command(e, ERAL, 9);
	assert_memory_equal(e->word, was.word, sizeof(was.word));
	command(e, EWEN, 9);
	command(e, WRITE(3) << 16 | 0xbeef, 25);
	assert_int_equal(read_word(e, 3), 0xbeef);
	command(e, EWDS, 9);
	command(e, WRITE(3) << 16 | 0x1111, 25);
	assert_int_equal(read_word(e, 3), 0xbeef);
	command(e, EWEN, 9);
	eeprom_93c46_power_on(e);
	command(e, WRITE(3) << 16 | 0x1111, 25);
	assert_int_equal(read_word(e, 3), 0xbeef);
}

static void writes_and_erases(void **state)
{
	struct eeprom_93c46 *e = *state;
	struct eeprom_93c46 was = *e;
	unsigned int i;

	command(e, EWEN | 0xf, 9);	/* the low address bits: any */
	command(e, WRITE(63) << 16 | 0xa55a, 25);
	command(e, ERASE(0), 9);
	assert_int_equal(e->word[0], 0xffff);
	assert_int_equal(e->word[63], 0xa55a);
	assert_memory_equal(e->word + 1, was.word + 1, 62 * 2);
	command(e, (WRAL | 0xf) << 16 | 0x0123, 25);
	for (i = 0; i < WORDS; i++)
		assert_int_equal(e->word[i], 0x0123);
	command(e, ERAL, 9);
	for (i = 0; i < WORDS; i++)
		assert_int_equal(e->word[i], 0xffff);
}

static void a_write_happens_when_cs_goes_low(void **state)
{
	struct eeprom_93c46 *e = *state;
	uint16_t was = e->word[7];

	command(e, EWEN, 9);
	/* Too few bits: nothing. */
	command(e, WRITE(7) << 15 | 0x7777 >> 1, 24);
	command(e, ERASE(7) >> 1, 8);
	assert_int_equal(e->word[7], was);
	select_part(e, true);
	shift(e, WRITE(7) << 16 | 0x7777, 25);
	shift(e, 0x3ff, 10);		/* too many: the rest is nothing */
	assert_int_equal(e->word[7], was);
	select_part(e, false);
	assert_int_equal(e->word[7], 0x7777);
	/* "Are you ready?" */
	select_part(e, true);
	assert_true(eeprom_93c46_do(e));
	select_part(e, false);
	/* Not again when CS falls again. */
	e->word[7] = was;
	select_part(e, true);
	select_part(e, false);
	assert_int_equal(e->word[7], was);
}

static void only_rising_edges_while_selected_count(void **state)
{
	struct eeprom_93c46 *e = *state;
	unsigned int i;

	/* Not selected: nothing is heard, and DO is let go. */
	for (i = 0; i < 9; i++) {
		eeprom_93c46_pins(e, false, false, READ(5) >> (8 - i) & 1);
		eeprom_93c46_pins(e, false, true, READ(5) >> (8 - i) & 1);
		assert_true(eeprom_93c46_do(e));
	}
	/* CS and SK at once: CS was not there before the edge. */
	eeprom_93c46_pins(e, false, false, true);
	eeprom_93c46_pins(e, true, true, true);
	shift(e, READ(5), 9);
	assert_int_equal(read_out(e), e->word[5]);
	/* A selection that ends in the middle leaves nothing behind. */
	select_part(e, false);
	select_part(e, true);
	shift(e, READ(5), 6);
	select_part(e, false);
	assert_int_equal(read_word(e, 6), e->word[6]);
	/* SK that stays high is no edge. */
	select_part(e, true);
	eeprom_93c46_pins(e, true, true, true);
	eeprom_93c46_pins(e, true, true, false);
	eeprom_93c46_pins(e, true, true, true);
	shift(e, READ(9) & 0xff, 8);
	assert_int_equal(read_out(e), e->word[9]);
}

/* The other world may have put anything in. */
static void any_state_is_safe(void **state)
{
	struct eeprom_93c46 *e = *state;
	unsigned int round, i, seed = 1;

	for (round = 0; round < 2000; round++) {
		for (i = 0; i < sizeof(*e); i++)
			((uint8_t *)e)[i] = (uint8_t)rand_r(&seed);
		for (i = 0; i < 300; i++)
			eeprom_93c46_pins(e, rand_r(&seed) % 8, i & 1,
					  rand_r(&seed) & 1);
		/* One low CS, and it is a part like any other. */
		select_part(e, false);
		assert_int_equal(read_word(e, round % WORDS),
				 e->word[round % WORDS]);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_every_word), T(reads_on_and_around),
		T(nothing_is_written_before_ewen), T(writes_and_erases),
		T(a_write_happens_when_cs_goes_low),
		T(only_rising_edges_while_selected_count),
		T(any_state_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
