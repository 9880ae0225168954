/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring_test.c - frames by shared memory: order, fullness, asking, what a
 * hostile other side can write, and two threads that sleep and wake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/framering.h"

static int set_up(void **state)
{
	int fd;
	struct ring_pair *p = ring_create(&fd), *q;

	assert_non_null(p);
	q = ring_attach(fd);		/* as another process would */
	assert_non_null(q);
	close(fd);
	ring_detach(p);
	ring_reset(q);
	*state = q;
	return 0;
}

static int tear_down(void **state)
{
	ring_detach(*state);
	return 0;
}

static void frames_keep_their_order(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_switch;
	uint8_t frame[RING_FRAME_MAX], got[RING_FRAME_MAX];
	uint64_t bad = 0;
	uint32_t i, in = 0, out = 0;
	size_t len;

	for (i = 0; i < 20000; i++) {
		len = 4 + i * 37 % (RING_FRAME_MAX - 3);
		memset(frame, (int)i, len);
		put_le32(frame, in);
		if (ring_put(r, frame, len))
			in++;
		else
			assert_int_equal(ring_count(r), RING_SLOTS);
		if (i % 3 == 0 || i % 1000 > 700) {
			len = ring_get(r, got, &bad);
			if (len)
				assert_int_equal(get_le32(got), out++);
		}
	}
	while (ring_get(r, got, &bad))
		assert_int_equal(get_le32(got), out++);
	assert_int_equal(in, out);
	assert_int_equal(bad, 0);
	assert_int_equal(ring_count(r), 0);
}

static void the_longest_frame_fits(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_client;
	uint8_t frame[RING_FRAME_MAX], got[RING_FRAME_MAX];
	uint64_t bad = 0;

	memset(frame, 0xa5, sizeof(frame));
	assert_true(ring_put(r, frame, sizeof(frame)));
	assert_int_equal(ring_get(r, got, &bad), sizeof(frame));
	assert_memory_equal(frame, got, sizeof(frame));
}

static void who_asks_is_told_once(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_switch;
	uint8_t got[RING_FRAME_MAX];
	uint64_t bad = 0;
	unsigned int i;

	/* A new ring's first frame; and nobody is woken for none. */
	assert_int_equal(ring_frames_due(r), RING_WAKE_NOT);
	assert_true(ring_put(r, "abcd", 4));
	assert_int_equal(ring_frames_due(r), RING_WAKE_BELL);
	assert_true(ring_get(r, got, &bad) > 0);
	assert_true(ring_ask_frames(r, RING_WAKE_SLEEPER));
	assert_true(ring_put(r, "abcd", 4));
	assert_int_equal(ring_frames_due(r), RING_WAKE_SLEEPER);
	assert_true(ring_put(r, "abcd", 4));
	assert_int_equal(ring_frames_due(r), RING_WAKE_NOT);
	/* Nonsense is the safe one. */
	atomic_store(&r->frames_asked, 77);
	assert_int_equal(ring_frames_due(r), RING_WAKE_BELL);
	/* There are some: no sleep. */
	assert_false(ring_ask_frames(r, RING_WAKE_BELL));
	while (ring_put(r, "abcd", 4))
		;
	assert_true(ring_ask_room(r));
	assert_true(ring_get(r, got, &bad) > 0);
	assert_false(ring_room_due(r));		/* not for one */
	for (i = 0; i < RING_SLOTS / 2; i++)
		assert_true(ring_get(r, got, &bad) > 0);
	assert_true(ring_room_due(r));
	assert_false(ring_room_due(r));
	assert_false(ring_ask_room(r));
}

/* Who is told of a frame has taken it before its producer looks. */
static void who_has_all_is_not_woken(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_client;
	uint8_t got[RING_FRAME_MAX];
	uint64_t bad = 0;

	assert_true(ring_put(r, "abcd", 4));
	assert_true(ring_get(r, got, &bad) > 0);
	assert_true(ring_ask_frames(r, RING_WAKE_SLEEPER));
	assert_int_equal(ring_frames_due(r), RING_WAKE_NOT);
	/* Its wish stands: it is for the next one. */
	assert_true(ring_put(r, "abcd", 4));
	assert_int_equal(ring_frames_due(r), RING_WAKE_SLEEPER);
}

static void a_nap_ends_when_no_more_comes(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_switch;
	uint8_t got[RING_FRAME_MAX];
	uint64_t bad = 0;

	ring_nap(r);
	assert_false(ring_rest_due(r));		/* there is none */
	assert_true(ring_put(r, "abcd", 4));
	assert_int_equal(ring_frames_due(r), RING_WAKE_NOT);
	assert_true(ring_rest_due(r));
	assert_false(ring_rest_due(r));		/* said once */
	assert_true(ring_get(r, got, &bad) > 0);
	/* Who is awake, or sleeps, does not nap. */
	ring_nap(r);
	ring_nap_end(r);
	assert_true(ring_put(r, "abcd", 4));
	assert_false(ring_rest_due(r));
	assert_true(ring_get(r, got, &bad) > 0);
	assert_true(ring_ask_frames(r, RING_WAKE_BELL));
	ring_nap_end(r);
	assert_true(ring_put(r, "abcd", 4));
	assert_false(ring_rest_due(r));
	assert_int_equal(ring_frames_due(r), RING_WAKE_BELL);
}

static void nonsense_is_left_out(void **state)
{
	struct frame_ring *r = &((struct ring_pair *)*state)->to_switch;
	uint8_t got[RING_FRAME_MAX];
	uint64_t bad = 0;
	unsigned int seed = 1, i;

	assert_true(ring_put(r, "abcd", 4));
	assert_true(ring_put(r, "efgh", 4));
	r->slot[0].len = 0xffff;
	assert_int_equal(ring_get(r, got, &bad), 4);
	assert_memory_equal(got, "efgh", 4);
	assert_int_equal(bad, 1);
	atomic_store(&r->head, atomic_load(&r->tail) + RING_SLOTS + 1);
	assert_int_equal(ring_get(r, got, &bad), 0);
	assert_int_equal(bad, 2);
	assert_int_equal(ring_count(r), 0);
	/* Anything at all: it ends, and stays inside. */
	for (i = 0; i < 100000; i++) {
		atomic_store(&r->head, (uint32_t)rand_r(&seed));
		atomic_store(&r->tail, (uint32_t)rand_r(&seed));
		r->slot[rand_r(&seed) % (int)RING_SLOTS].len =
			(uint16_t)rand_r(&seed);
		assert_true(ring_get(r, got, &bad) <= RING_FRAME_MAX);
		ring_put(r, got, 60);
		assert_true(ring_count(r) <= RING_SLOTS);
	}
}

static void another_file_is_refused(void **state)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_null(ring_attach(fd));
	close(fd);
	assert_null(ring_attach(-1));
}

/* ---- two threads ------------------------------------------------------- */

#define TOLD 200000u

struct talk {
	struct ring_pair *pair;
	struct frame_ring *ring;
	int frames_bell, room_bell;
	unsigned int sleeps;
};

static void sleep_at(int bell)
{
	struct pollfd p = { .fd = bell, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 10000), 1);
	bell_hush(bell);
}

static void *producer(void *arg)
{
	struct talk *t = arg;
	uint8_t frame[64] = { 0 };
	enum ring_wake how;
	uint32_t i;

	for (i = 0; i < TOLD; i++) {
		put_le32(frame, i);
		while (!ring_put(t->ring, frame, sizeof(frame)))
			if (ring_ask_room(t->ring))
				sleep_at(t->room_bell);
		how = ring_frames_due(t->ring);
		atomic_fetch_or(&t->pair->notice, RING_NOTICE_FRAMES);
		if (how == RING_WAKE_BELL)
			bell_ring(t->frames_bell);
		else if (how == RING_WAKE_SLEEPER)
			ring_wake_sleeper(t->pair);
	}
	return NULL;
}

/* sleep_on() - as the VMM does; ten seconds are for ever. */
static void sleep_on(struct ring_pair *pair)
{
	const struct timespec t = { .tv_sec = 10 };

	if (syscall(SYS_futex, &pair->notice, FUTEX_WAIT, 0, &t, NULL, 0) < 0)
		assert_int_not_equal(errno, ETIMEDOUT);
}

static void nap(struct talk *t)
{
	const struct timespec moment = { .tv_nsec = 1000 };

	ring_nap(t->ring);
	nanosleep(&moment, NULL);
	ring_nap_end(t->ring);
	t->sleeps++;
}

/* wait_for_frames() - both ways to sleep take turns, with naps between. */
static void wait_for_frames(struct talk *t)
{
	enum ring_wake how = t->sleeps % 2 ? RING_WAKE_SLEEPER : RING_WAKE_BELL;

	if (t->sleeps % 3 == 2) {
		nap(t);
		return;
	}
	atomic_store(&t->pair->notice, 0);
	if (!ring_ask_frames(t->ring, how))
		return;
	t->sleeps++;
	if (how == RING_WAKE_BELL)
		sleep_at(t->frames_bell);
	else
		sleep_on(t->pair);
}

static void nobody_sleeps_for_ever(void **state)
{
	struct ring_pair *pair = *state;
	struct talk t = { .pair = pair, .ring = &pair->to_client };
	uint8_t got[RING_FRAME_MAX];
	uint64_t bad = 0;
	pthread_t thread;
	uint32_t i = 0;

	t.frames_bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	t.room_bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	assert_int_equal(pthread_create(&thread, NULL, producer, &t), 0);
	while (i < TOLD) {
		if (!ring_get(t.ring, got, &bad)) {
			wait_for_frames(&t);
			continue;
		}
		assert_int_equal(get_le32(got), i++);
		if (ring_room_due(t.ring))
			bell_ring(t.room_bell);
	}
	pthread_join(thread, NULL);
	assert_int_equal(bad, 0);
	print_message("# %u frames, %u sleeps\n", TOLD, t.sleeps);
	close(t.frames_bell);
	close(t.room_bell);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_keep_their_order), T(the_longest_frame_fits),
		T(who_asks_is_told_once), T(who_has_all_is_not_woken),
		T(a_nap_ends_when_no_more_comes), T(nonsense_is_left_out),
		T(another_file_is_refused), T(nobody_sleeps_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
