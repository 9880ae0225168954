// SPDX-License-Identifier: BSD-2-Clause
/*
 * bt_lacks_test.c - instructions that the guest is told it has and the host
 * may lack: translated code has none of them then, and does what they do.
 * (What each of them does in all its forms is what tests/insn looks at, by
 * tests/hosts/lacks.sh without them as well.)
 *
 * tests/run: needs the translator
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/lib_machine.h"
#include "vmm/bt/bt.h"

#define VALUE	0x81234567u
#define CALLOUTS 4u	/* POPCNTs, and MOVBEs of 16 bits, below */

/* emitted() - is there translated code with these bytes? */
static bool emitted(struct machine *m, const void *bytes, size_t len)
{
	const struct bt *bt = m->cpu->bt;

	return memmem(bt->rw, bt->used, bytes, len);
}

static void run_all(struct machine *m)
{
	uint32_t *r = m->cpu->gpr;

	machine_put32(m, DATA, VALUE);
	r[REG_EAX] = r[REG_EDX] = r[REG_ESI] = ~0u;
	r[REG_ECX] = 0x1020304;
	/* popcnt eax,ecx; popcnt dx,[DATA]; movbe ebx,[DATA];
	 * movbe si,[DATA]; movbe [DATA+8],ecx; movbe [DATA+12],cx; hlt */
	PUT(m, CODE, 0xf3, 0x0f, 0xb8, 0xc1, 0x66, 0xf3, 0x0f, 0xb8, 0x15,
	    LE32(DATA), 0x0f, 0x38, 0xf0, 0x1d, LE32(DATA), 0x66, 0x0f, 0x38,
	    0xf0, 0x35, LE32(DATA), 0x0f, 0x38, 0xf1, 0x0d, LE32(DATA + 8),
	    0x66, 0x0f, 0x38, 0xf1, 0x0d, LE32(DATA + 12), 0xf4);
	assert_int_equal(machine_run(m, CODE), -1);
	assert_int_equal(r[REG_EAX], 5);
	assert_int_equal(r[REG_EDX], 0xffff0008);
	assert_int_equal(r[REG_EBX], 0x67452381);
	assert_int_equal(r[REG_ESI], 0xffff6745);
	assert_int_equal(r[REG_ECX], 0x1020304);
	assert_int_equal(machine_get32(m, DATA + 8), 0x4030201);
	assert_int_equal(machine_get32(m, DATA + 12) & 0xffff, 0x403);
}

static void without_them(void **state)
{
	struct machine *m = *state;

	assert_false(m->cpu->bt->popcnt);
	assert_false(m->cpu->bt->movbe);
	run_all(m);
	assert_int_equal(m->cpu->bt->stats.callouts_other, CALLOUTS);
	assert_false(emitted(m, "\x0f\xb8", 2));
	assert_false(emitted(m, "\x0f\x38\xf0", 3));
	assert_false(emitted(m, "\x0f\x38\xf1", 3));
}

/* with_them() - with what this host has. */
static void with_them(void **state)
{
	struct machine *m = *state;
	const struct bt *bt = m->cpu->bt;

	run_all(m);
	assert_int_equal(m->cpu->bt->stats.callouts_other,
			 (bt->popcnt ? 0 : 2) + (bt->movbe ? 0 : 2));
	assert_int_equal(emitted(m, "\x0f\xb8", 2), bt->popcnt);
	assert_int_equal(emitted(m, "\x0f\x38\xf0", 3), bt->movbe);
	assert_int_equal(emitted(m, "\x0f\x38\xf1", 3), bt->movbe);
}

static int set_up_without(void **state)
{
	setenv("HOSTEL_HOST", "no-popcnt,no-movbe", 1);
	return machine_set_up_bt(state);
}

static int set_up_with(void **state)
{
	unsetenv("HOSTEL_HOST");
	return machine_set_up_bt(state);
}

#define T(f) cmocka_unit_test_setup(f, machine_anew)

int main(void)
{
	const struct CMUnitTest without[] = { T(without_them) };
	const struct CMUnitTest with[] = { T(with_them) };
	int failed = cmocka_run_group_tests(without, set_up_without,
					    machine_tear_down);

	return failed +
	       cmocka_run_group_tests(with, set_up_with, machine_tear_down);
}
