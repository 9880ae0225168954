/* SPDX-License-Identifier: BSD-2-Clause */
/* codepage_test.c - the record of decoded bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "vmm/mmu/codepage.h"

#define PAGES 16u

/* Two pieces of code on page 3: bytes 60-70 and 200-200. */
struct pieces {
	struct code_pages *cp;
	bool valid[2];
	struct code_ref ref[2];
};

static void setup(struct pieces *p)
{
	p->cp = codepages_create(PAGES * PAGE_SIZE);
	assert_non_null(p->cp);
	p->valid[0] = p->valid[1] = true;
	p->ref[0] = (struct code_ref){ .valid = &p->valid[0], .first = 60,
				       .last = 70 };
	p->ref[1] = (struct code_ref){ .valid = &p->valid[1], .first = 200,
				       .last = 200 };
	assert_int_equal(codepages_add(p->cp, 3, &p->ref[0]),
			 CODE_ADD_NEW_PAGE);
	assert_int_equal(codepages_add(p->cp, 3, &p->ref[1]),
			 CODE_ADD_OLD_PAGE);
}

static void exact_to_the_byte(void **state)
{
	struct pieces p;

	(void)state;
	setup(&p);
	codepages_written(p.cp, 3 * PAGE_SIZE + 56, 4);
	codepages_written(p.cp, 3 * PAGE_SIZE + 71, 129);
	codepages_written(p.cp, 3 * PAGE_SIZE + 201, 3000);
	codepages_written(p.cp, 2 * PAGE_SIZE, PAGE_SIZE);
	codepages_written(p.cp, 4 * PAGE_SIZE, PAGE_SIZE);
	assert_true(p.valid[0] && p.valid[1]);
	assert_false(p.cp->cut);
	codepages_written(p.cp, 3 * PAGE_SIZE + 57, 4);
	assert_true(!p.valid[0] && p.valid[1]);
	assert_true(p.cp->cut);
	assert_int_equal(p.cp->killed, 1);
	/* What is dead is not there any more. */
	p.cp->cut = false;
	codepages_written(p.cp, 3 * PAGE_SIZE + 60, 10);
	assert_false(p.cp->cut);
	codepages_written(p.cp, 3 * PAGE_SIZE + 200, 1);
	assert_false(p.valid[1]);
	codepages_destroy(p.cp);
}

static void writes_over_many_pages(void **state)
{
	struct pieces p;

	(void)state;
	setup(&p);
	codepages_written(p.cp, 0, PAGES * PAGE_SIZE);
	assert_true(!p.valid[0] && !p.valid[1]);
	/* RAM's end and beyond: nothing there, nothing happens */
	codepages_written(p.cp, (PAGES - 1) * PAGE_SIZE, 4 * PAGE_SIZE);
	codepages_written(p.cp, 1ull << 40, 8);
	codepages_destroy(p.cp);
}

static void a_dead_page_becomes_data(void **state)
{
	struct pieces p;
	unsigned int i;

	(void)state;
	setup(&p);
	codepages_written(p.cp, 3 * PAGE_SIZE, PAGE_SIZE);
	assert_true(codepages_has(p.cp, 3));	/* not at once */
	for (i = 0; i < 1000 && codepages_has(p.cp, 3); i++)
		codepages_written(p.cp, 3 * PAGE_SIZE, 4);
	assert_true(i > 8 && i < 1000);
	/* While code lives there, never. */
	p.valid[0] = true;
	assert_int_equal(codepages_add(p.cp, 3, &p.ref[0]), CODE_ADD_NEW_PAGE);
	for (i = 0; i < 1000; i++)
		codepages_written(p.cp, 3 * PAGE_SIZE, 4);
	assert_true(codepages_has(p.cp, 3) && p.valid[0]);
	codepages_destroy(p.cp);
}

static void forgetting(void **state)
{
	struct pieces p;

	(void)state;
	setup(&p);
	codepages_forget(p.cp);
	codepages_written(p.cp, 3 * PAGE_SIZE, PAGE_SIZE);
	assert_true(p.valid[0]);	/* freed: not touched */
	codepages_destroy(p.cp);
}

static void where_things_begin(void **state)
{
	const paddr page = 3 * PAGE_SIZE;
	struct pieces p;

	(void)state;
	setup(&p);
	assert_true(codepages_begins(p.cp, page + 60));
	assert_false(codepages_begins(p.cp, page + 61));
	assert_false(codepages_begins(p.cp, page - PAGE_SIZE + 60));
	/* The nearest, less than itself, however many words are between. */
	assert_int_equal(codepages_before(p.cp, page + 60, 100), 0);
	assert_int_equal(codepages_before(p.cp, page + 61, 100), 1);
	assert_int_equal(codepages_before(p.cp, page + 64, 100), 4);
	assert_int_equal(codepages_before(p.cp, page + 200, 200), 140);
	assert_int_equal(codepages_before(p.cp, page + 201, 200), 1);
	assert_int_equal(codepages_before(p.cp, page + 4095, 4095), 3895);
	/* No further than asked. */
	assert_int_equal(codepages_before(p.cp, page + 200, 139), 0);
	assert_int_equal(codepages_before(p.cp, page + 200, 140), 140);
	assert_int_equal(codepages_before(p.cp, page + 200, 0), 0);
	assert_int_equal(codepages_before(p.cp, page, 100), 0);
	assert_int_equal(codepages_before(p.cp, PAGES * PAGE_SIZE, 9), 0);
	/* What was killed begins nowhere. */
	codepages_written(p.cp, page + 70, 1);
	assert_false(codepages_begins(p.cp, page + 60));
	assert_int_equal(codepages_before(p.cp, page + 100, 100), 0);
	assert_true(codepages_begins(p.cp, page + 200));
	codepages_forget(p.cp);
	assert_false(codepages_begins(p.cp, page + 200));
	codepages_destroy(p.cp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_to_the_byte),
		cmocka_unit_test(writes_over_many_pages),
		cmocka_unit_test(a_dead_page_becomes_data),
		cmocka_unit_test(forgetting),
		cmocka_unit_test(where_things_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
