/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc_state_test.c - the other world may have left anything in the chips'
 * registers: no access to any row of pc.def goes out of bounds, hangs, or
 * answers with more than its width, and what VMApp takes from it is in range.
 *
 * What goes out of bounds is seen by the sanitizers' builds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"
#include "tests/lib_seed.h"

#define STATES		400u
#define ACCESSES	400u

static uint64_t seed;

static uint32_t any(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) ^ (uint32_t)(seed >> 9);
}

static uint64_t now_ns(void *self)
{
	return *(uint64_t *)self;
}

static void pull(void *self, unsigned int pin, bool level)
{
	(void)self, (void)level;
	assert_in_range(pin, 0, PIN_POWER_OFF);
}

static void scribble(struct pc_state *s)
{
	uint8_t *p = (uint8_t *)s;
	size_t i;

	for (i = 0; i < sizeof(*s); i++)
		p[i] = (uint8_t)any();
}

static void one_access(struct pc *pc)
{
	const unsigned int row = any() % PC_ROWS;
	const struct pc_row *r = &pc_rows[row];
	struct pc_access a = { .write = any() & 1, .value = any(),
			       .width = 1 };
	uint16_t port = (uint16_t)(r->first + any() % r->count);

	while (a.width < r->width && any() & 1)
		a.width *= 2;
	assert_int_equal(pc_row(port), row);
	if (pc_blocked(pc, row, port, &a))
		return;
	pc_access(pc, row, port, &a);
}

static void look(struct pc *pc)
{
	unsigned int i;

	for (i = 0; i < NIC_MAX; i++)
		assert_true(piix3_route(&pc->state->piix3, i) < 16);
	mc146818_tick(&pc->rtc);
	i8254_tick(&pc->pit);
	i16550_tick(&pc->com1.chip);
	com1_look(&pc->com1);
	pc_settle(pc);
}

static void any_state_is_safe(void **state)
{
	uint64_t now = 0;
	const struct pc_world world = { .self = &now, .now_ns = now_ns,
					.pin = pull, .timer = pull,
					.intr = pull, .a20 = pull };
	struct pc_state *s = aligned_alloc(_Alignof(struct pc_state),
					   sizeof(*s));
	struct pc *pc = malloc(sizeof(*pc));
	unsigned int i, k;

	(void)state;
	assert_non_null(s);
	assert_non_null(pc);
	memset(s, 0, sizeof(*s));
	pc_wire(pc, s, &world, NIC_MAX);
	pc_power_on(pc, 1700000000);
	for (i = 0; i < STATES; i++) {
		scribble(s);
		for (k = 0; k < ACCESSES; k++) {
			now += any() % 100000000;
			one_access(pc);
		}
		look(pc);
	}
	free(pc);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_state_is_safe),
	};

	seed = test_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
