/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bytering_test.c - bytes by shared memory: order, wrapping, who is woken, and
 * another side that writes anything at any time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/bytering.h"
#include "base/clock.h"
#include "tests/lib_seed.h"

static struct byte_ring ring;

static int fresh(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof(ring));
	return 0;
}

static void holds_its_size(void **state)
{
	uint8_t buf[100];
	uint64_t bad = 0;
	uint32_t i, j, n;

	(void)state;
	/* Positions that run over, too. */
	atomic_store(&ring.head, 0xffffff80);
	atomic_store(&ring.tail, 0xffffff80);
	for (i = 0; i < BYTERING_SIZE; i++)
		assert_true(bytering_put(&ring, (uint8_t)(i * 7)));
	assert_false(bytering_put(&ring, 1));
	assert_int_equal(bytering_count(&ring), BYTERING_SIZE);
	for (i = 0; i < BYTERING_SIZE; i += n) {
		n = bytering_get(&ring, buf, sizeof(buf), &bad);
		assert_in_range(n, 1, sizeof(buf));
		for (j = 0; j < n; j++)
			assert_int_equal(buf[j], (uint8_t)((i + j) * 7));
	}
	assert_int_equal(bytering_get(&ring, buf, sizeof(buf), &bad), 0);
	assert_int_equal(bad, 0);
}

static void tells_once(void **state)
{
	uint8_t buf[BYTERING_SIZE];
	uint64_t bad = 0;
	uint32_t i;

	(void)state;
	bytering_put(&ring, 1);
	assert_false(bytering_bytes_due(&ring));	/* nobody asked */
	assert_false(bytering_ask_bytes(&ring));	/* there is one */
	bytering_get(&ring, buf, 1, &bad);
	assert_true(bytering_ask_bytes(&ring));
	bytering_put(&ring, 1);
	assert_true(bytering_bytes_due(&ring));
	assert_false(bytering_bytes_due(&ring));

	assert_false(bytering_ask_room(&ring, BYTERING_SIZE));
	atomic_store(&ring.room_asked, 0);
	for (i = 1; i < BYTERING_SIZE; i++)
		bytering_put(&ring, 1);
	assert_true(bytering_ask_room(&ring, BYTERING_SIZE));
	bytering_get(&ring, buf, BYTERING_SIZE / 2 - 1, &bad);
	assert_false(bytering_room_due(&ring));		/* not half */
	bytering_get(&ring, buf, 1, &bad);
	assert_true(bytering_room_due(&ring));
	assert_false(bytering_room_due(&ring));
}

/* Positions of nonsense lose what is there, are counted, and are over. */
static void bears_nonsense(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i;
	uint64_t bad = 0, before;
	uint32_t n, head, tail;
	uint8_t buf[300];

	(void)state;
	for (i = 0; i < 100000; i++) {
		head = (uint32_t)rand_r(&seed) * 2 + (i & 1);
		tail = i & 2 ? head - (uint32_t)rand_r(&seed) %
					       (BYTERING_SIZE + 1) :
			       (uint32_t)rand_r(&seed);
		atomic_store(&ring.head, head);
		atomic_store(&ring.tail, tail);
		assert_in_range(bytering_count(&ring), 0, BYTERING_SIZE);
		bytering_put(&ring, 1);
		bytering_room_due(&ring);
		bytering_bytes_due(&ring);
		before = bad;
		n = bytering_get(&ring, buf, sizeof(buf), &bad);
		assert_in_range(n, 0, sizeof(buf));
		if (bad != before)
			assert_int_equal(bytering_count(&ring), 0);
		else if (head - tail <= BYTERING_SIZE)
			assert_true(n || head == tail);
	}
}

static _Atomic int stop;

static void *scribble(void *arg)
{
	unsigned int seed = *(unsigned int *)arg;

	while (!atomic_load(&stop)) {
		atomic_store(&ring.head, (uint32_t)rand_r(&seed));
		atomic_store(&ring.tail, (uint32_t)rand_r(&seed));
		atomic_store(&ring.bytes_asked, (uint32_t)rand_r(&seed) & 1);
		atomic_store(&ring.room_asked, (uint32_t)rand_r(&seed) & 1);
	}
	return NULL;
}

/* The same while it goes on: nothing is read or written beside the buffer
 * (what is around it stays), and each call ends. */
static void bears_a_scribbler(void **state)
{
	unsigned int seed = test_seed((unsigned int)clock_now_ns());
	uint64_t bad = 0, until = clock_now_ns() + NSEC_PER_SEC;
	struct {
		uint8_t before[64], buf[300], after[64];
	} room;
	pthread_t thread;
	unsigned int i;

	(void)state;
	memset(&room, 0xa5, sizeof(room));
	atomic_store(&stop, 0);
	assert_int_equal(pthread_create(&thread, NULL, scribble, &seed), 0);
	while (clock_now_ns() < until) {
		assert_in_range(bytering_get(&ring, room.buf, sizeof(room.buf),
					     &bad),
				0, sizeof(room.buf));
		bytering_put(&ring, 0x5a);
		if (bytering_ask_bytes(&ring) && bytering_bytes_due(&ring))
			bytering_wake(&ring);
		bytering_ask_room(&ring, 1);
		bytering_room_due(&ring);
	}
	atomic_store(&stop, 1);
	pthread_join(thread, NULL);
	for (i = 0; i < sizeof(room.before); i++)
		assert_true(room.before[i] == 0xa5 && room.after[i] == 0xa5);
}

#define STREAM 3000000u

static void *consume(void *arg)
{
	uint32_t *wrong = arg, seen = 0, n, i;
	uint64_t bad = 0;
	uint8_t buf[777];

	while (seen < STREAM) {
		n = bytering_get(&ring, buf, sizeof(buf), &bad);
		for (i = 0; i < n; i++, seen++)
			*wrong += buf[i] != (uint8_t)(seen * 31 >> 3);
		if (!n && bytering_ask_bytes(&ring))
			bytering_sleep(&ring);
	}
	*wrong += bad != 0;
	return NULL;
}

/* Both ends at once, one of which sleeps: all bytes, in order, and no wake-up
 * is missed. */
static void carries_a_stream(void **state)
{
	uint32_t wrong = 0, i;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, consume, &wrong), 0);
	for (i = 0; i < STREAM; i++) {
		while (!bytering_put(&ring, (uint8_t)(i * 31 >> 3)))
			;
		if (bytering_bytes_due(&ring))
			bytering_wake(&ring);
	}
	pthread_join(thread, NULL);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(holds_its_size, fresh),
		cmocka_unit_test_setup(tells_once, fresh),
		cmocka_unit_test_setup(bears_nonsense, fresh),
		cmocka_unit_test_setup(bears_a_scribbler, fresh),
		cmocka_unit_test_setup(carries_a_stream, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
