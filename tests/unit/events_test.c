/* SPDX-License-Identifier: BSD-2-Clause */
/* events_test.c - the host world's epoll set, with no machine around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmapp/events.h"

/* What a test plugs in: counts its turns, and may stop another one. */
struct plug {
	struct source source;
	struct events *events;
	struct source *stops;	/* or NULL */
	unsigned int turns;
};

static void turn(void *owner, struct source *src, uint32_t got)
{
	struct plug *p = owner;

	assert_ptr_equal(src, &p->source);
	assert_true(got & EPOLLIN);
	p->turns++;
	if (p->stops)
		events_watch(p->events, p->stops, 0);
}

static void plug_open(struct plug *p, struct events *ev, unsigned int first)
{
	*p = (struct plug){ .events = ev };
	p->source = (struct source){ .fd = eventfd(first, EFD_NONBLOCK),
				     .owner = p, .ready = turn };
	assert_true(events_watch(ev, &p->source, EPOLLIN));
}

static void count(void *owner)
{
	++*(unsigned int *)owner;
}

static void a_source_has_its_owner(void **state)
{
	unsigned int woken = 0;
	struct events ev;
	struct plug p, quiet;

	(void)state;
	assert_int_equal(events_open(&ev), 0);
	ev.woken = count;
	ev.owner = &woken;
	plug_open(&p, &ev, 1);
	plug_open(&quiet, &ev, 0);
	events_wait(&ev, 0);
	events_wait(&ev, UINT64_MAX);
	assert_int_equal(p.turns, 2);	/* level-triggered */
	assert_int_equal(quiet.turns, 0);
	assert_int_equal(woken, 2);
	events_watch(&ev, &p.source, 0);
	events_wait(&ev, 0);
	assert_int_equal(p.turns, 2);
	close(p.source.fd);
	close(quiet.source.fd);
	events_close(&ev);
	events_close(&ev);	/* may be called again */
}

static void who_is_stopped_has_no_turn(void **state)
{
	struct events ev;
	struct plug a, b;

	(void)state;
	assert_int_equal(events_open(&ev), 0);
	plug_open(&a, &ev, 1);
	plug_open(&b, &ev, 1);
	a.stops = &b.source;
	b.stops = &a.source;
	events_wait(&ev, 0);
	assert_int_equal(a.turns + b.turns, 1);
	close(a.source.fd);
	close(b.source.fd);
	events_close(&ev);
}

static void a_set_is_a_source_of_another(void **state)
{
	struct events outer, inner;
	struct plug p, in;

	(void)state;
	assert_int_equal(events_open(&outer), 0);
	assert_int_equal(events_open(&inner), 0);
	plug_open(&p, &inner, 1);
	in = (struct plug){ .events = &outer };
	in.source = (struct source){ .fd = inner.fd, .owner = &in,
				     .ready = turn };
	assert_true(events_watch(&outer, &in.source, EPOLLIN));
	events_wait(&outer, 0);
	assert_int_equal(in.turns, 1);
	assert_int_equal(p.turns, 0);
	events_wait(&inner, 0);
	assert_int_equal(p.turns, 1);
	close(p.source.fd);
	events_close(&inner);
	events_close(&outer);
}

static void the_deadline_ends_a_wait(void **state)
{
	uint64_t due = clock_now_ns() + 20000000;
	struct events ev;

	(void)state;
	assert_int_equal(events_open(&ev), 0);
	events_set_timer(&ev, due);
	events_wait(&ev, UINT64_MAX);
	assert_true(clock_now_ns() >= due);
	assert_int_equal(ev.timer_ns, 0);	/* it is over */
	events_close(&ev);
}

static void a_plain_file_can_not_be_watched(void **state)
{
	struct source src = { .fd = open("/proc/self/exe", O_RDONLY),
			      .ready = turn };
	struct events ev;

	(void)state;
	assert_int_equal(events_open(&ev), 0);
	assert_false(events_watch(&ev, &src, EPOLLIN));
	assert_int_equal(src.mask, 0);
	close(src.fd);
	events_close(&ev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_has_its_owner),
		cmocka_unit_test(who_is_stopped_has_no_turn),
		cmocka_unit_test(a_set_is_a_source_of_another),
		cmocka_unit_test(the_deadline_ends_a_wait),
		cmocka_unit_test(a_plain_file_can_not_be_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
