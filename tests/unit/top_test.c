/* SPDX-License-Identifier: BSD-2-Clause */
/* top_test.c - the rows of `hostel top`: between two samples, sorted, as lines
 * of any width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vmapp/show/top.h"

static struct top_sample a, b;
static struct top_table t;

static void machine(struct top_sample *s, const char *name, pid_t pid,
		    double seconds, double switches)
{
	struct top_machine *m = &s->machine[s->machines++];

	*m = (struct top_machine){
		.pid = pid, .told = true, .wall_s = seconds,
		.vmm_s = seconds / 2, .vmapp_s = seconds / 10,
		.vmm_ms = 1000 * seconds, .code_ms = 800 * seconds,
		.switches = switches, .frames_in = 10 * seconds, .drops = 3,
	};
	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->state, sizeof(m->state), "running");
}

static int set_up(void **state)
{
	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	a.s = 100, b.s = 102;
	machine(&a, "old", 10, 50, 1000);
	machine(&b, "old", 10, 52, 1200);
	machine(&a, "web", 11, 70, 1000);
	machine(&b, "web", 11, 72, 5000);
	return 0;
}

static void rows_are_rates(void **state)
{
	const struct top_view view = { .sort = TOP_switches };
	const double *v = t.row[0].value;

	(void)state;
	top_between(&t, &a, &b, &view);
	assert_int_equal(t.machines, 2);
	assert_string_equal(t.row[0].m->name, "web");
	assert_true(t.row[0].known);
	assert_true(v[TOP_switches] > 1999 && v[TOP_switches] < 2001);
	assert_true(v[TOP_guest] > 39.9 && v[TOP_guest] < 40.1);
	assert_true(v[TOP_vmm] > 9.9 && v[TOP_vmm] < 10.1);
	assert_true(v[TOP_busy] > 59.9 && v[TOP_busy] < 60.1);
	assert_true(v[TOP_frames_in] > 9.9 && v[TOP_frames_in] < 10.1);
	assert_true(v[TOP_drops] == 3);
}

static void it_is_sorted_as_wanted(void **state)
{
	struct top_view view = { .sort = TOP_switches, .reverse = true };

	(void)state;
	top_between(&t, &a, &b, &view);
	assert_string_equal(t.row[0].m->name, "old");
	view = (struct top_view){ .sort = -1 };
	top_between(&t, &a, &b, &view);
	assert_string_equal(t.row[0].m->name, "old");
	view.reverse = true;
	top_between(&t, &a, &b, &view);
	assert_string_equal(t.row[0].m->name, "web");
	/* What has no figures comes last, and equals by name. */
	view = (struct top_view){ .sort = TOP_switches };
	b.machine[1].told = false;
	top_between(&t, &a, &b, &view);
	assert_string_equal(t.row[1].m->name, "web");
}

/* A machine that is new, was reset, or has stopped answering. */
static void what_is_not_known_is_not_made_up(void **state)
{
	const struct top_view view = { .sort = -1 };

	(void)state;
	top_between(&t, NULL, &b, &view);
	assert_false(t.row[0].known || t.row[1].known);
	b.machine[0].told = false;
	b.machine[1].wall_s = 1;	/* it began anew */
	machine(&b, "zoo", 12, 5, 9);
	top_between(&t, &a, &b, &view);
	assert_int_equal(t.machines, 3);
	assert_false(t.row[0].known || t.row[1].known || t.row[2].known);
	b.s = a.s;			/* two samples at once */
	top_between(&t, &a, &b, &view);
	assert_false(t.row[2].known);
}

struct seen {
	unsigned int lines, most, columns;
	char all[8192];
};

static void line(void *arg, enum top_line what, const char *text)
{
	struct seen *s = arg;
	size_t len = strlen(text);

	s->lines++;
	s->most = len > s->most ? (unsigned int)len : s->most;
	if (what == TOP_LINE_HEAD && strstr(text, "DROPS"))
		s->columns++;
	snprintf(s->all + strlen(s->all), sizeof(s->all) - strlen(s->all),
		 "%s\n", text);
}

static void any_width_will_do(void **state)
{
	const struct top_view view = { .sort = -1 };
	unsigned int width;
	struct seen s;

	(void)state;
	snprintf(b.machine[0].name, sizeof(b.machine[0].name), "%.79s",
		 "a-name-that-is-as-long-as-any-machine-may-have-it-and-longer-"
		 "than-any-column-is");
	top_between(&t, &a, &b, &view);
	for (width = 1; width < 300; width++) {
		memset(&s, 0, sizeof(s));
		top_lines(&t, &view, width, 0, line, &s);
		assert_true(s.most <= width);
		assert_int_equal(s.lines, 4);
	}
	assert_int_equal(s.columns, 1);
	memset(&s, 0, sizeof(s));
	top_lines(&t, &view, 0, 1, line, &s);
	assert_int_equal(s.lines, 3);
	assert_null(strstr(s.all, "a-name"));
	assert_non_null(strstr(s.all, "web"));
	b.machines = 0;
	top_between(&t, &a, &b, &view);
	top_lines(&t, &view, 80, 0, line, &s);
	assert_non_null(strstr(s.all, "no machine of yours runs"));
}

/* Whatever a machine says: a line has room. */
static void any_number_will_do(void **state)
{
	const struct top_view view = { .sort = TOP_drops };
	struct top_machine *m = &b.machine[1];
	struct seen s = { 0 };

	(void)state;
	m->vmm_s = m->vmapp_s = m->switch_s = m->code_ms = 1e308;
	m->switches = m->exits = m->irqs = m->drops = 1e308;
	m->frames_in = m->frames_out = m->bytes_in = m->bytes_out = 1e308;
	b.machine[0].drops = b.machine[0].switches = -1e308;
	top_between(&t, &a, &b, &view);
	top_lines(&t, &view, 0, 0, line, &s);
	assert_int_equal(s.lines, 4);
	assert_true(s.most < 256);
	assert_non_null(strstr(s.all, "web "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rows_are_rates, set_up),
		cmocka_unit_test_setup(it_is_sorted_as_wanted, set_up),
		cmocka_unit_test_setup(what_is_not_known_is_not_made_up,
				       set_up),
		cmocka_unit_test_setup(any_width_will_do, set_up),
		cmocka_unit_test_setup(any_number_will_do, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
