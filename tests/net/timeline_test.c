/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeline_test.c - the time line of frames in the switch, and of cards: what
 * is noted of how many, what is not believed, and lines that are gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/framering.h"
#include "vmnet/proto/proto.h"
#include "vmnet/tap/timeline.h"

enum { A = 3, B = 7 };	/* slots of ports 103 and 107 */

struct bed {
	struct timelines all;
	struct ring_pair *pair;
};

static int set_up(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));
	int fd;

	b->pair = ring_create(&fd);
	assert_non_null(b->pair);
	ring_reset(b->pair);
	assert_int_equal(timeline_on(&b->all, A, 100 + A, &b->pair->times, 10),
			 0);
	assert_int_equal(timeline_on(&b->all, B, 100 + B, NULL, 10), 0);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bed *b = *state;

	timeline_off(&b->all, A);
	timeline_off(&b->all, B);
	ring_detach(b->pair);
	free(b);
	return 0;
}

static uint64_t noted(const struct bed *b, unsigned int slot,
		      enum switch_hop hop)
{
	return latency_count(&b->all.of[slot]->hop[hop]);
}

/* carry() - a frame from A to B, as the switch does it. */
static void carry(struct bed *b, const struct ring_stamp *stamp)
{
	struct frame_times t;

	timeline_from_card(&b->all, A, stamp);
	if (timeline_offered(&b->all, B, &t))
		timeline_given(&b->all, &t, false);
	timeline_over(&b->all);
}

/* A frame with stamps is on both lines, at each hop once; those without are
 * not, but for one in ten on its way in. */
static void a_frame_is_on_two_lines(void **state)
{
	struct bed *b = *state;
	struct ring_stamp stamp = { 0 };
	unsigned int i;

	for (i = 0; i < 100; i++) {
		memset(&stamp, 0, sizeof(stamp));
		if (i == 50)
			stamp.began = stamp.put = clock_now_ns();
		carry(b, &stamp);
	}
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_RING), 1);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_SWITCH), 1);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_QUEUE), 1);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_TOTAL), 1);
	assert_int_equal(noted(b, B, SWITCH_HOP_IN_SWITCH), 1);
	assert_in_range(noted(b, B, SWITCH_HOP_IN_QUEUE), 9, 11);
	assert_int_equal(noted(b, B, SWITCH_HOP_OUT_RING), 0);
}

/* Of the copies of one frame the first counts on its sender's line. */
static void a_flood_counts_once(void **state)
{
	struct bed *b = *state;
	struct ring_stamp stamp = { clock_now_ns(), clock_now_ns() };
	struct frame_times t;
	unsigned int i;

	timeline_from_card(&b->all, A, &stamp);
	for (i = 20; i < 25; i++)	/* ports without a line */
		if (timeline_offered(&b->all, i, &t))
			timeline_given(&b->all, &t, false);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_SWITCH), 1);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_QUEUE), 1);
}

static void nonsense_is_not_believed(void **state)
{
	struct bed *b = *state;
	uint64_t now = clock_now_ns();
	const struct ring_stamp bad[] = {
		{ 1, 1 }, { 0, UINT64_MAX }, { UINT64_MAX, now },
		{ now, now + NSEC_PER_SEC }, { now + 1, now },
		{ now - 5 * NSEC_PER_SEC, now }, { 0, now },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		timeline_from_card(&b->all, A, &bad[i]);
		assert_int_equal(b->all.passing.from.number, 0);
	}
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_RING), 0);
	/* A NAT's is a number like any other. */
	timeline_nat_done(&b->all, A, UINT32_MAX, UINT32_MAX, UINT32_MAX);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_NAT), 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		timeline_from_nat(&b->all, A, &bad[i]);
		assert_int_equal(b->all.passing.to.number, 0);
	}
	assert_int_equal(noted(b, A, SWITCH_HOP_IN_NAT_WAIT), 0);
	timeline_nat_done(&b->all, 99, 1, 1, 1);	/* there is no line */
}

/* What waits when its line ends, or begins anew, is on none. */
static void a_line_that_is_gone_gets_nothing(void **state)
{
	struct bed *b = *state;
	struct ring_stamp stamp = { clock_now_ns(), clock_now_ns() };
	struct frame_times t;

	timeline_from_card(&b->all, A, &stamp);
	assert_true(timeline_offered(&b->all, B, &t));
	timeline_off(&b->all, A);
	timeline_off(&b->all, B);
	timeline_given(&b->all, &t, false);
	/* Another port has the slot now. */
	assert_int_equal(timeline_on(&b->all, A, 200, NULL, 1), 0);
	timeline_given(&b->all, &t, false);
	assert_int_equal(noted(b, A, SWITCH_HOP_OUT_QUEUE), 0);
}

/* ---- the card ---------------------------------------------------------- */

static uint64_t card(const struct bed *b, enum card_hop hop)
{
	struct latency l;

	timeline_card(b->all.of[A], hop, &l);
	return latency_count(&l);
}

/* send() - @n frames, @batch at a time, as a card does it. */
static unsigned int send_some(struct bed *b, struct stamper *s, unsigned int n,
			      unsigned int batch)
{
	struct ring_stamp stamp;
	uint8_t frame[RING_FRAME_MAX] = { 0 };
	unsigned int i, stamped = 0;
	uint64_t bad = 0;

	for (i = 0; i < n; i++) {
		stamper_told(s);
		if (i % batch == 0)
			stamper_look(s);
		stamper_put(s, ring_put_stamped(&b->pair->to_switch, frame, 60,
						stamper_stamp(s)));
		if (i % batch == batch - 1)
			stamper_sent(s);
		assert_int_equal(ring_get_stamped(&b->pair->to_switch, frame,
						  &bad, &stamp),
				 60);
		stamped += stamp.put != 0;
	}
	assert_int_equal(bad, 0);
	return stamped;
}

static void a_card_stamps_one_in_so_many(void **state)
{
	struct bed *b = *state;
	struct stamper s = { .times = &b->pair->times };

	assert_in_range(send_some(b, &s, 1000, 1), 95, 101);
	assert_in_range(card(b, CARD_HOP_OUT_FETCH), 95, 101);
	assert_in_range(card(b, CARD_HOP_OUT_BACK), 95, 101);
	assert_in_range(send_some(b, &s, 1000, 16), 95, 101);
	assert_in_range(card(b, CARD_HOP_OUT_LOOK), 100, 200);
	/* Anew: what was before is not told again. */
	timeline_on(&b->all, A, 100 + A, &b->pair->times, 10);
	assert_int_equal(card(b, CARD_HOP_OUT_FETCH), 0);
	timeline_off(&b->all, A);
	send_some(b, &s, 20, 1);	/* what is under way */
	assert_int_equal(send_some(b, &s, 1000, 4), 0);
}

static void what_comes_in_is_followed_to_the_driver(void **state)
{
	struct bed *b = *state;
	struct stamper s = { .times = &b->pair->times };
	struct ring_stamp stamp = { 0 };

	stamper_taken(&s, &stamp);
	stamper_delivered(&s);
	stamper_irq(&s);
	assert_int_equal(card(b, CARD_HOP_IN_CARD), 0);
	stamp.began = stamp.put = clock_now_ns();
	stamper_taken(&s, &stamp);
	stamper_delivered(&s);
	stamper_irq(&s);
	stamper_irq(&s);	/* another card's, on the same line */
	stamper_status(&s);
	stamper_status(&s);
	assert_int_equal(card(b, CARD_HOP_IN_RING), 1);
	assert_int_equal(card(b, CARD_HOP_IN_CARD), 1);
	assert_int_equal(card(b, CARD_HOP_IN_TOTAL), 1);
	assert_int_equal(card(b, CARD_HOP_IN_IRQ), 1);
	assert_int_equal(card(b, CARD_HOP_IN_DRIVER), 1);
	/* One that raises no interrupt waits for none. */
	stamper_taken(&s, &stamp);
	stamper_delivered(&s);
	stamper_masked(&s);
	stamper_irq(&s);
	assert_int_equal(card(b, CARD_HOP_IN_IRQ), 1);
}

/* ---- messages ---------------------------------------------------------- */

static void stamps_are_told_from_all_else(void **state)
{
	struct vmnet_stamp s = { .what = VMNET_STAMP_DONE, .a = 1 }, got;
	struct vmnet_event e = { .type = VMNET_EVENT_STAMPS, .count = 5 }, ge;

	(void)state;
	assert_true(decode_stamp(&s, sizeof(s), &got));
	assert_int_equal(got.a, 1);
	assert_false(decode_stamp(&s, sizeof(s) - 1, &got));
	assert_false(decode_stamp(&e, sizeof(e), &got));
	s.what = 0;
	assert_false(decode_stamp(&s, sizeof(s), &got));
	assert_int_equal(decode_event(&e, sizeof(e), &ge), 0);
	e.value = 1;
	assert_true(decode_event(&e, sizeof(e), &ge) < 0);
	e.type = VMNET_EVENT_STATE;
	e.value = NAT_STATE_COUNT;
	assert_true(decode_event(&e, sizeof(e), &ge) < 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_frame_is_on_two_lines), T(a_flood_counts_once),
		T(nonsense_is_not_believed),
		T(a_line_that_is_gone_gets_nothing),
		T(a_card_stamps_one_in_so_many),
		T(what_comes_in_is_followed_to_the_driver),
		T(stamps_are_told_from_all_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
