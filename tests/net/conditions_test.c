/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditions_test.c - the conditions of a link, with a clock of the test's own:
 * fates, bursts, rate, delay, order, room; and the words for them.
 *
 * Bounds of statistics are five standard deviations of what is drawn; seeds
 * are fixed, so a test passes always or never.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/conditions/line.h"
#include "vmnet/proto/proto.h"

#define FRAMES	100000u
#define MS	1000000ull

static const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 1 };

/* said() - conditions of these words, with blanks between. */
static struct vmnet_conditions said(const char *words)
{
	struct vmnet_conditions c = { .given = 0 };
	char copy[256], error[256], *word;

	snprintf(copy, sizeof(copy), "%s", words);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		if (!conditions_parse(&c, word, error, sizeof(error)))
			fail_msg("%s", error);
	assert_true(conditions_ok(&c));
	return c;
}

/* close_to() - is @n as near to @p of @of as chance has it? */
static void close_to(double n, double of, double p)
{
	double wide = 5 * sqrt(of * p * (1 - p)) + 1;

	if (fabs(n - of * p) > wide)
		fail_msg("%g of %g, but %g +- %g were expected", n, of, of * p,
			 wide);
}

/* ---- fates ------------------------------------------------------------- */

static struct fates begun(const char *seed, unsigned int direction)
{
	struct fates f;

	fates_begin(&f, strtoull(seed, NULL, 10), mac, direction);
	return f;
}

static void chances_are_as_said(void **state)
{
	struct vmnet_conditions c =
		said("loss=1% duplicate=0.1% reorder=30%,3 corrupt=100%");
	struct fates f = begun("1", CONDITIONS_IN);
	unsigned int i, lost = 0, twice = 0, late = 0, corrupt = 0;
	double shift = 0;
	struct fate fate;

	(void)state;
	for (i = 0; i < FRAMES; i++) {
		fate = fates_next(&f, &c);
		lost += fate.lost;
		twice += fate.twice;
		late += fate.late;
		corrupt += fate.corrupt;
		shift += fate.shift / 2147483648.0;
	}
	close_to(lost, FRAMES, 0.01);
	close_to(twice, FRAMES, 0.001);
	close_to(late, FRAMES, 0.3);
	assert_int_equal(corrupt, FRAMES);
	/* uniform in -1 to 1: its variance is 1/3 */
	assert_true(fabs(shift) < 5 * sqrt(FRAMES / 3.0));
}

static void nothing_happens_by_itself(void **state)
{
	struct vmnet_conditions c = said("rate=10M delay=50ms jitter=5ms");
	struct fates f = begun("1", CONDITIONS_IN);
	unsigned int i;
	struct fate fate;

	(void)state;
	for (i = 0; i < FRAMES; i++) {
		fate = fates_next(&f, &c);
		assert_false(fate.lost || fate.twice || fate.late ||
			     fate.corrupt);
	}
}

/* losses() - which of the first 64 frames are lost; bit by bit */
static uint64_t losses(struct fates f, const struct vmnet_conditions *c)
{
	uint64_t bits = 0;
	unsigned int i;

	for (i = 0; i < 64; i++)
		bits |= (uint64_t)fates_next(&f, c).lost << i;
	return bits;
}

/* The same seed: the same frames; whatever else is on. Another seed, port or
 * direction: others. */
static void a_seed_is_a_fate(void **state)
{
	struct vmnet_conditions c = said("loss=50%");
	struct vmnet_conditions more =
		said("loss=50% duplicate=50% reorder=50% corrupt=50%");
	uint64_t first = losses(begun("7", CONDITIONS_IN), &c);
	struct fates other;

	(void)state;
	assert_true(first == losses(begun("7", CONDITIONS_IN), &c));
	assert_true(first == losses(begun("7", CONDITIONS_IN), &more));
	assert_false(first == losses(begun("8", CONDITIONS_IN), &c));
	assert_false(first == losses(begun("7", CONDITIONS_OUT), &c));
	fates_begin(&other, 7, (const uint8_t *)"\2\0\0\0\0\2", CONDITIONS_IN);
	assert_false(first == losses(other, &c));
	/* It is the same in each version of Hostel, on each host. */
	assert_true(first == 0x52fbc5e4108e3e11ull);
}

/* gilbert() - frames lost, and bursts of them. */
static void gilbert(const char *words, unsigned int *lost, unsigned int *bursts)
{
	struct vmnet_conditions c = said(words);
	struct fates f = begun("3", CONDITIONS_OUT);
	bool before = false, now;
	unsigned int i;

	*lost = *bursts = 0;
	for (i = 0; i < 10 * FRAMES; i++, before = now) {
		now = fates_next(&f, &c).lost;
		*lost += now;
		*bursts += now && !before;
	}
}

/* A bad time lasts 1/r frames, and there are p/(p+r) of them. */
static void bursts_are_as_long_as_said(void **state)
{
	unsigned int lost, bursts;

	(void)state;
	gilbert("gilbert=1%,25%", &lost, &bursts);
	assert_true(fabs((double)lost / bursts - 4) < 0.2);
	assert_true(fabs(lost / (10.0 * FRAMES) - 0.01 / 0.26) < 0.002);
	gilbert("gilbert=0.1%,2%", &lost, &bursts);
	assert_true(fabs((double)lost / bursts - 50) < 8);
	/* half of them pass in a bad time, and one in 100 is lost in a good */
	gilbert("gilbert=1%,25%,50%,99%", &lost, &bursts);
	assert_true(fabs(lost / (10.0 * FRAMES) -
			 (0.5 * 0.01 + 0.01 * 0.25) / 0.26) < 0.002);
}

/* ---- a line ------------------------------------------------------------ */

struct bench {
	struct frame_pool pool;
	struct line line;
	uint64_t now;
	uint32_t next;		/* number of the frame that comes next */
	/* what came out */
	unsigned int n;
	uint32_t number[4096];
	uint64_t at[4096], sum;
};

static int bench_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	b->now = NSEC_PER_SEC;
	line_open(&b->line, &b->pool);
	*state = b;
	return 0;
}

static int bench_close(void **state)
{
	struct bench *b = *state;

	assert_true(line_check(&b->line));
	line_close(&b->line);
	assert_true(line_check(&b->line));
	assert_int_equal(line_waiting(&b->line), 0);
	assert_int_equal(b->pool.promised, 0);
	frame_pool_close(&b->pool);
	free(b);
	return 0;
}

static void set(struct bench *b, const char *words)
{
	struct vmnet_conditions c = said(words);

	assert_int_equal(line_set(&b->line, &c, b->now), 0);
	line_seed(&b->line, mac, CONDITIONS_IN);
}

/* put() - @n frames of @len bytes, with their number; at once. */
static void put(struct bench *b, unsigned int n, size_t len)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };

	for (; n; n--) {
		put_le32(frame + 20, b->next++);
		line_put(&b->line, frame, len, b->now);
	}
}

/* look() - take what has come by now. */
static void look(struct bench *b)
{
	const struct frame_waiting *f;

	while ((f = line_due(&b->line, b->now))) {
		if (b->n < ARRAY_SIZE(b->at)) {
			b->number[b->n] = get_le32(f->data + 20);
			b->at[b->n] = f->due_ns;
		}
		b->n++;
		b->sum += f->len;
		line_done(&b->line);
	}
}

/* run_dry() - go from one time to the next until nothing is left. */
static void run_dry(struct bench *b)
{
	uint64_t next;

	while ((next = line_next_ns(&b->line)) != LINE_NEVER) {
		b->now = MAX(b->now, next);
		look(b);
	}
	assert_int_equal(line_waiting(&b->line), 0);
}

static void in_order(const struct bench *b)
{
	unsigned int i;

	for (i = 1; i < MIN(b->n, ARRAY_SIZE(b->number)); i++)
		assert_true(b->number[i] > b->number[i - 1]);
}

static void a_perfect_line_is_a_wire(void **state)
{
	struct bench *b = *state;

	set(b, "delay=0");
	put(b, 50, 60);
	look(b);
	assert_int_equal(b->n, 50);
	in_order(b);
}

static void delay_is_exact(void **state)
{
	struct bench *b = *state;
	uint64_t start = b->now;

	set(b, "delay=50ms");
	put(b, 1, 60);
	b->now += 50 * MS - 1;
	look(b);
	assert_int_equal(b->n, 0);
	b->now++;
	look(b);
	assert_int_equal(b->n, 1);
	assert_true(b->at[0] == start + 50 * MS);
}

static void jitter_keeps_the_order(void **state)
{
	struct bench *b = *state;
	uint64_t least = UINT64_MAX, most = 0, late;
	unsigned int i;

	set(b, "delay=50ms jitter=5ms seed=1");
	for (i = 0; i < 4000; i++) {	/* more apart than the jitter */
		put(b, 1, 60);
		b->now += 20 * MS;
		look(b);
	}
	run_dry(b);
	in_order(b);
	assert_int_equal(b->n, 4000);
	for (i = 0; i < 4000; i++) {
		late = b->at[i] - (NSEC_PER_SEC + i * 20 * MS);
		least = MIN(least, late);
		most = MAX(most, late);
		assert_in_range(late, 45 * MS - 10000, 55 * MS + 10000);
	}
	assert_true(least < 46 * MS && most > 54 * MS);
	b->n = 0;
	for (i = 0; i < 4000; i++) {	/* and close together */
		put(b, 1, 60);
		b->now += MS / 10;
		look(b);
	}
	run_dry(b);
	in_order(b);
	assert_int_equal(b->n, 4000);
}

/* rate_of() - bit/s that come out when as much as may be comes in, for five
 * seconds, and somebody looks every @step. */
static double rate_of(struct bench *b, size_t len, uint64_t step)
{
	uint64_t end;

	put(b, 100, len);	/* a queue */
	b->now += 100 * MS;
	look(b);
	b->sum = 0;
	for (end = b->now + 5 * NSEC_PER_SEC; b->now < end; b->now += step) {
		look(b);
		while (b->line.waiting.bytes + len <= b->line.room / 2)
			put(b, 1, len);
	}
	return (double)b->sum * 8 / 5;
}

static void rate_is_kept(void **state)
{
	struct bench *b = *state;

	set(b, "rate=10M");
	assert_true(fabs(rate_of(b, 1514, MS) / 10e6 - 1) < 0.01);
	assert_true(fabs(rate_of(b, 60, MS / 7) / 10e6 - 1) < 0.01);
	/* who looks late loses nothing */
	assert_true(fabs(rate_of(b, 1514, 20 * MS) / 10e6 - 1) < 0.01);
	set(b, "rate=1G delay=3ms");
	assert_true(fabs(rate_of(b, 1514, MS) / 1e9 - 1) < 0.01);
}

static void a_burst_is_bounded(void **state)
{
	struct bench *b = *state;

	set(b, "rate=8M burst=3000");	/* 1000 bytes take 1 ms */
	put(b, 10, 1000);
	look(b);
	assert_int_equal(b->n, 3);
	b->now += 4 * MS;
	look(b);
	assert_int_equal(b->n, 7);
	b->now += NSEC_PER_SEC;	/* a long pause saves no more than that */
	look(b);
	assert_int_equal(b->n, 10);
	put(b, 10, 1000);
	look(b);
	assert_int_equal(b->n, 13);
	run_dry(b);
}

static void copies_are_counted(void **state)
{
	struct bench *b = *state;

	set(b, "duplicate=100%");
	put(b, 10, 60);
	look(b);
	assert_int_equal(b->n, 20);
	assert_int_equal(b->number[0], b->number[1]);
	assert_int_equal(b->line.copies, 10);
}

static void losses_are_counted(void **state)
{
	struct bench *b = *state;

	set(b, "loss=20% duplicate=50% delay=1ms");
	put(b, 1000, 60);
	assert_true(line_check(&b->line));
	run_dry(b);
	close_to((double)b->line.lost, 1000, 0.2);
	assert_int_equal(b->n, 1000 - b->line.lost + b->line.copies);
}

static void one_bit_is_wrong(void **state)
{
	struct bench *b = *state;
	const struct frame_waiting *f;
	unsigned int i, j, bits;

	set(b, "corrupt=100%");
	for (i = 0; i < 1000; i++) {
		uint8_t frame[64] = { 0 };

		line_put(&b->line, frame, sizeof(frame), b->now);
		f = line_due(&b->line, b->now);
		for (bits = 0, j = 0; j < sizeof(frame); j++) {
			bits += (unsigned int)__builtin_popcount(f->data[j]);
			assert_true(j >= VMNET_FRAME_MIN || !f->data[j]);
		}
		assert_int_equal(bits, 1);
		line_done(&b->line);
	}
	/* a header alone has no such bit */
	line_put(&b->line, (const uint8_t *)"abcdefghijklmn", 14, b->now);
	f = line_due(&b->line, b->now);
	assert_memory_equal(f->data, "abcdefghijklmn", 14);
	line_done(&b->line);
}

/* overtaken() - by how many a frame was; of those in order it is 0. */
static unsigned int overtaken(const struct bench *b, unsigned int at)
{
	unsigned int i, n = 0;

	for (i = 0; i < at; i++)
		n += b->number[i] > b->number[at];
	return n;
}

static void the_next_frames_overtake(void **state)
{
	struct bench *b = *state;
	unsigned int i, n, late = 0;

	set(b, "reorder=5%,3 seed=1");
	put(b, 1000, 60);
	run_dry(b);
	assert_int_equal(b->n, 1000);
	for (i = 0; i < 1000; i++) {
		n = overtaken(b, i);
		late += n > 0;
		assert_in_range(n, 0, 3);
	}
	close_to(late, 1000, 0.05);
}

/* Nobody comes to overtake it: it is not kept for ever. */
static void a_lone_frame_is_not_held(void **state)
{
	struct bench *b = *state;
	uint64_t start = b->now;

	set(b, "reorder=100%,5 delay=10ms");
	put(b, 2, 60);
	look(b);
	assert_int_equal(b->n, 0);
	run_dry(b);
	assert_int_equal(b->n, 2);
	assert_true(b->now == start + LINE_HOLD_NS + 10 * MS);
}

/* 50 ms of the fastest link fit; what does not is dropped, and counted. */
static void a_line_has_room_for_its_delay(void **state)
{
	struct bench *b = *state;
	uint64_t bytes = LINE_FASTEST / 8 * 50 / 1000, full;

	set(b, "delay=50ms");
	put(b, (unsigned int)(bytes / 1514), 1514);
	assert_int_equal(b->line.full, 0);
	put(b, 2000, 1514);
	assert_true(line_check(&b->line));
	set(b, "rate=10M delay=500ms");	/* 625,000 and a queue of 125,000 */
	run_dry(b);
	b->n = 0;
	full = b->line.full;
	put(b, 750000 / 1514, 1514);
	assert_int_equal(b->line.full, full);
	put(b, 100, 1514);
	assert_int_equal(b->line.full, full + 100);
	run_dry(b);
	assert_int_equal(b->n, 750000 / 1514);
}

/* What lines may hold is promised to them: more than there is is refused, and
 * changes nothing. */
static void memory_is_promised(void **state)
{
	struct bench *b = *state;
	struct vmnet_conditions c = said("delay=500ms");
	struct line more[16];
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(more); i++) {
		line_open(&more[i], &b->pool);
		n += line_set(&more[i], &c, 0) == 0;
	}
	assert_int_equal(n, LINE_POOL_MOST / (LINE_MOST + LINE_MOST / 4));
	assert_true(conditions_none(&more[15].set));
	for (i = 0; i < ARRAY_SIZE(more); i++)
		line_close(&more[i]);
	assert_int_equal(b->pool.promised, 0);
}

/* Who sends more than a slow link carries loses the rest: what waits is little
 * time of its rate, not seconds. */
static void a_slow_link_queues_little(void **state)
{
	struct bench *b = *state;

	set(b, "rate=1M");
	put(b, 100, 1000);
	assert_in_range(b->line.full, 80, 90);
	b->now += 200 * MS;
	look(b);
	assert_int_equal(b->n + b->line.full, 100);
}

/* What waits under conditions that are no longer so comes at once. */
static void a_change_is_live(void **state)
{
	struct bench *b = *state;
	struct vmnet_conditions c = said("rate=100k delay=10s");

	assert_int_equal(line_set(&b->line, &c, b->now), 0);
	put(b, 50, 1000);
	b->now += MS;
	set(b, "delay=5ms");
	put(b, 1, 1000);
	b->now += 5 * MS;
	look(b);
	assert_int_equal(b->n, 51);
	in_order(b);
	set(b, "rate=10M delay=1s");
	put(b, 10, 1000);
	set(b, "delay=0");
	look(b);
	assert_int_equal(b->n, 61);
	in_order(b);
}

static void who_leaves_loses_what_waits(void **state)
{
	struct bench *b = *state;

	set(b, "delay=1s reorder=10%,20 seed=1");
	put(b, 100, 1000);
	assert_true(b->line.held.frames > 0);
	line_leave(&b->line);
	assert_int_equal(b->line.left, 100);
	assert_true(line_next_ns(&b->line) == LINE_NEVER);
}

/* Time and how often somebody looks make no difference to what happens. */
static void time_does_not_matter(void **state)
{
	static const char words[] = "loss=10% gilbert=2%,30% duplicate=5% "
				    "reorder=5%,2 delay=3ms jitter=2ms "
				    "rate=50M seed=99";
	struct bench *b = *state;
	uint32_t number[3000];
	unsigned int i, n;

	set(b, words);
	for (i = 0; i < 2000; i++) {
		put(b, 1, 60 + i % 1000);
		b->now += 100000;
		look(b);
	}
	run_dry(b);
	n = b->n;
	memcpy(number, b->number, sizeof(number));
	b->n = b->next = 0;
	set(b, words);
	for (i = 0; i < 2000; i++) {
		put(b, 1, 60 + i % 1000);
		b->now += 1000000 + i;
		if (i % 7 == 0)
			look(b);
	}
	run_dry(b);
	assert_int_equal(b->n, n);
	assert_memory_equal(b->number, number, n * sizeof(*number));
}

/* ---- words ------------------------------------------------------------- */

static void words_come_back(void **state)
{
	static const char *const words[] = {
		("rate=10M delay=50ms jitter=5ms loss=1% gilbert=1%:25%:0%:100% "
		 "duplicate=0.1% corrupt=0.01% reorder=1%:3 seed=42"),
		"rate=56k burst=3000 seed=0",
		"rate=1001 delay=1500us seed=9999999999999999999",
		"loss=0.0001% seed=1",
		"gilbert=0.0000001%:0.0000001%:12.3456789%:99.9% seed=1",
		"",
	};
	struct vmnet_conditions c;
	char buf[CONDITIONS_TEXT];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		c = said(words[i]);
		assert_string_equal(conditions_print(&c, buf), words[i]);
	}
	c = said("rate=1.5G delay=0.05s loss=0.5%");
	assert_string_equal(conditions_print(&c, buf),
			    "rate=1500M delay=50ms loss=0.5% seed=0");
}

static void nonsense_is_refused(void **state)
{
	static const char *const words[] = {
		"rate=", "rate=fast", "rate=-1", "rate=10Q", "rate=1",
		"rate=101G", "rate=1e6", "rate=0x10", "rate=1.2.3M",
		"rate=nan", "rate=99999999999999999999999999999999999999",
		"delay=50", "delay=11s", "delay=-1ms", "delay=50 ms",
		"jitter=", "jitter=5", "loss=1", "loss=101%", "loss=-1%",
		"loss=1%%", "loss=%", "gilbert=1%", "gilbert=1%,0%",
		"gilbert=1%,2%,3%,4%,5%", "gilbert=1%,,3%", "gilbert=1%,2%,",
		"reorder=1%,0", "reorder=1%,65", "reorder=1%,x", "reorder=1%,",
		"seed=", "seed=x", "seed=-1", "seed=1.5",
		"seed=18446744073709551616", "burst=17M", "duplicate=0.1",
		"corrupt=1", "speed=10M", "rate", "", "=",
	};
	struct vmnet_conditions c = said("rate=1M seed=5"), before = c;
	char error[256];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		error[0] = '\0';
		if (conditions_parse(&c, words[i], error, sizeof(error)))
			fail_msg("'%s' is taken", words[i]);
		assert_true(strlen(error) > 20);
		assert_memory_equal(&c, &before, sizeof(c));
	}
}

static void a_change_leaves_the_rest(void **state)
{
	struct vmnet_conditions c = said("rate=10M loss=1% reorder=1%,7");
	struct vmnet_conditions change = said("loss=0 delay=5ms");
	char buf[CONDITIONS_TEXT];

	(void)state;
	conditions_change(&c, &change);
	assert_string_equal(conditions_print(&c, buf),
			    "rate=10M delay=5ms reorder=1%:7 seed=0");
	change = said("rate=0 delay=0 reorder=0");
	conditions_change(&c, &change);
	assert_true(conditions_none(&c));
}

/* A message may hold anything. */
static void a_message_is_checked(void **state)
{
	struct vmnet_conditions good = said("rate=10M gilbert=1%,2%"), c;

	(void)state;
	assert_true(conditions_ok(&good));
#define BAD(field, value) \
	(c = good, c.field = value, assert_false(conditions_ok(&c)))
	BAD(rate, 1);
	BAD(rate, UINT64_MAX);
	BAD(given, 1u << COND_WORDS);
	BAD(burst, UINT32_MAX);
	BAD(delay, CONDITIONS_DELAY_MOST + 1);
	BAD(jitter, UINT32_MAX);
	BAD(loss, CONDITIONS_ALWAYS + 1);
	BAD(gilbert_p, UINT32_MAX);
	BAD(gilbert_r, 0);
	BAD(gilbert_h, UINT32_MAX);
	BAD(gilbert_k, UINT32_MAX);
	BAD(duplicate, UINT32_MAX);
	BAD(reorder, UINT32_MAX);
	BAD(reorder, 1);	/* and no gap */
	BAD(gap, CONDITIONS_GAP_MOST + 1);
	BAD(corrupt, UINT32_MAX);
	BAD(zero, 1);
#undef BAD
}

#define ON_BENCH(f) cmocka_unit_test_setup_teardown(f, bench_open, bench_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chances_are_as_said),
		cmocka_unit_test(nothing_happens_by_itself),
		cmocka_unit_test(a_seed_is_a_fate),
		cmocka_unit_test(bursts_are_as_long_as_said),
		ON_BENCH(a_perfect_line_is_a_wire),
		ON_BENCH(delay_is_exact),
		ON_BENCH(jitter_keeps_the_order),
		ON_BENCH(rate_is_kept),
		ON_BENCH(a_burst_is_bounded),
		ON_BENCH(copies_are_counted),
		ON_BENCH(losses_are_counted),
		ON_BENCH(one_bit_is_wrong),
		ON_BENCH(the_next_frames_overtake),
		ON_BENCH(a_lone_frame_is_not_held),
		ON_BENCH(a_line_has_room_for_its_delay),
		ON_BENCH(memory_is_promised),
		ON_BENCH(a_slow_link_queues_little), ON_BENCH(a_change_is_live),
		ON_BENCH(who_leaves_loses_what_waits),
		ON_BENCH(time_does_not_matter),
		cmocka_unit_test(words_come_back),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(a_change_leaves_the_rest),
		cmocka_unit_test(a_message_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
