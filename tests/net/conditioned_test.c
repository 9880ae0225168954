/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditioned_test.c - links with conditions in a real vmnetd, and `hostel net
 * link`: stations at both ends see what is said, live, and every sum holds.
 *
 * Times have bounds that a busy host keeps: never early, and late by less than
 * what is told apart.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"

#define MS	1000000ull

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* Two stations on vmnet5, machines "a" and "b". */
struct pair {
	struct vmnet_client a, b;
};

static void plug(struct vmnet_client *c, const char *machine,
		 const uint8_t mac[6], bool rings,
		 const struct vmnet_conditions *in)
{
	const struct vmnet_plug p = { .network = "vmnet5", .mac = mac,
		.machine = machine, .machine_pid = getpid(), .rings = rings,
		.in = in };

	if (vmnet_client_plug(c, &p) < 0)
		fail_msg("%s", c->why);
}

static void open_pair(struct pair *p, bool rings)
{
	plug(&p->a, "a", mac_a, rings, NULL);
	plug(&p->b, "b", mac_b, rings, NULL);
}

static void close_pair(struct pair *p)
{
	if (hostel("net stats") != 0)
		fail_msg("%s", hostel_said);
	vmnet_client_close(&p->a);
	vmnet_client_close(&p->b);
}

/* link() - `hostel net link` with these words works. */
static void set_link(const char *words)
{
	char all[300];

	snprintf(all, sizeof(all), "net link %s", words);
	if (hostel(all) != 0)
		fail_msg("%s: %s", words, hostel_said);
}

/* make() - frame number @i, with the time in it. Return: its length. */
static size_t make(uint8_t frame[VMNET_FRAME_MAX], uint32_t i, size_t len)
{
	uint64_t now = clock_now_ns();

	memset(frame, 0, len);
	memcpy(frame, mac_b, 6);
	memcpy(frame + 6, mac_a, 6);
	put_be16(frame + 12, 0x88b5);
	put_le32(frame + 16, i);
	memcpy(frame + 24, &now, sizeof(now));
	return len;
}

/* send_whole() - also where the switch has no time to take what was sent. */
static void send_whole(struct pair *p, const uint8_t *frame, size_t len)
{
	uint64_t end = clock_now_ns() + 5000 * MS;
	int status;

	while ((status = vmnet_client_send(&p->a, frame, len)) == -EAGAIN &&
	       clock_now_ns() < end) {
		vmnet_client_flush(&p->a);
		usleep(1000);
	}
	assert_int_equal(status, 0);
}

static void say(struct pair *p, uint32_t first, unsigned int n, size_t len)
{
	uint8_t frame[VMNET_FRAME_MAX];

	while (n--) {
		make(frame, first++, len);
		send_whole(p, frame, len);
	}
	vmnet_client_flush(&p->a);
}

/* hear() - the next frame's number; UINT32_MAX: none came for @wait ms. */
static uint32_t hear(struct pair *p, int wait, uint64_t *took_ns)
{
	struct pollfd fd = { .fd = vmnet_client_fd(&p->b), .events = POLLIN };
	uint64_t end = clock_now_ns() + (uint64_t)wait * MS, sent;
	uint8_t got[VMNET_FRAME_MAX];
	ssize_t len;

	for (;;) {
		len = vmnet_client_recv(&p->b, got, sizeof(got));
		if (len > 0 && get_be16(got + 12) == 0x88b5)
			break;
		if (len > 0)
			continue;
		if (clock_now_ns() > end)
			return UINT32_MAX;
		poll(&fd, 1, 10);
	}
	memcpy(&sent, got + 24, sizeof(sent));
	if (took_ns)
		*took_ns = clock_now_ns() - sent;
	return get_le32(got + 16);
}

/* ---- what is said is done ---------------------------------------------- */

static void delay_both_ways(struct pair *p, bool rings)
{
	uint64_t took, least = UINT64_MAX;
	unsigned int i;

	open_pair(p, rings);
	assert_true(hear(p, 0, NULL) == UINT32_MAX);
	say(p, 0, 1, 60);
	assert_int_equal(hear(p, 2000, &took), 0);
	set_link("a in delay=60ms");
	set_link("b out delay=40ms");
	for (i = 0; i < 10; i++) {
		say(p, i, 1, 60);
		assert_int_equal(hear(p, 3000, &took), i);
		assert_true(took >= 100 * MS);
		least = MIN(least, took);
	}
	/* precise to a millisecond, when the host has time */
	assert_true(least < 102 * MS);
	set_link("a clear");
	set_link("b clear");
	say(p, 0, 1, 60);
	assert_int_equal(hear(p, 2000, &took), 0);
	close_pair(p);
}

static void delay_is_kept(void **state)
{
	struct pair p;

	(void)state;
	delay_both_ways(&p, true);
	delay_both_ways(&p, false);
}

/* took_as_long() - @n frames at once, at that rate and 200 ms of delay: the
 * last one is not early, and late by less than what is told apart. */
static void took_as_long(struct pair *p, unsigned int n, double rate)
{
	const size_t len = 1514;
	double took, right = n * len * 8.0 / rate + 0.2;
	uint64_t begin = clock_now_ns();
	unsigned int i;

	say(p, 0, n, len);
	for (i = 0; i < n; i++)
		assert_int_equal(hear(p, 5000, NULL), i);
	took = (double)(clock_now_ns() - begin) / 1e9;
	if (took < right * 0.99 || took > right * 1.05 + 0.1)
		fail_msg("%g s, but %g are right", took, right);
}

static void rate_is_kept(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, true);
	set_link("a in rate=10M delay=200ms");
	took_as_long(&p, 200, 10e6);
	set_link("a in rate=2M");		/* live; the delay stays */
	assert_non_null(strstr(hostel_said, "rate=2M delay=200ms"));
	took_as_long(&p, 49, 2e6);
	set_link("a in rate=0");
	took_as_long(&p, 200, 10e9);
	close_pair(&p);
}

/* heard() - of @n frames, which came; bit by bit, in 64 bits each. */
static void heard(struct pair *p, unsigned int n, uint8_t *times)
{
	unsigned int i, k;

	memset(times, 0, n);
	for (i = 0; i < n; i += 100) {
		say(p, i, 100, 60);
		while ((k = hear(p, 150, NULL)) != UINT32_MAX)
			times[k]++;
	}
}

/* The same seed and traffic: the same fate for each frame, whenever and in
 * which run of the switch; and it is as said. */
static void a_seed_is_a_fate(void **state)
{
	static const char words[] = "a in loss=10% gilbert=2%,30% duplicate=5% "
				    "reorder=5%,2 jitter=1ms delay=2ms ";
	uint8_t first[1000], second[1000];
	struct vmnet_conditions in = { .given = 0 };
	unsigned int i, lost = 0;
	char all[300], error[200];
	struct pair p;

	(void)state;
	open_pair(&p, true);
	snprintf(all, sizeof(all), "%s seed=42", words);
	set_link(all);
	heard(&p, sizeof(first), first);
	for (i = 0; i < sizeof(first); i++)
		lost += !first[i];
	assert_in_range(lost, 90, 230);
	set_link("a in seed=42");		/* and once more */
	heard(&p, sizeof(second), second);
	assert_memory_equal(first, second, sizeof(first));
	set_link("a in seed=43");
	heard(&p, sizeof(second), second);
	assert_true(memcmp(first, second, sizeof(first)));
	close_pair(&p);
	/* Another switch, with a card that brings them with it. */
	sleep(2);
	snprintf(all, sizeof(all), "%s seed=42", words + strlen("a in "));
	for (char *w = strtok(all, " "); w; w = strtok(NULL, " "))
		assert_true(conditions_parse(&in, w, error, sizeof(error)));
	plug(&p.a, "a", mac_a, false, &in);
	plug(&p.b, "b", mac_b, false, NULL);
	heard(&p, sizeof(second), second);
	assert_memory_equal(first, second, sizeof(first));
	close_pair(&p);
}

/* A seed that was drawn is the one that show tells, also after a clear. */
static void a_drawn_seed_is_told(void **state)
{
	uint8_t first[400], second[400];
	char words[60];
	struct pair p;
	char *seed;

	(void)state;
	open_pair(&p, true);
	set_link("a in loss=10%");
	set_link("a clear");
	set_link("a in loss=10%");
	heard(&p, sizeof(first), first);
	assert_int_equal(hostel("net link a"), 0);
	seed = strstr(hostel_said, "seed=");
	assert_non_null(seed);
	snprintf(words, sizeof(words), "a in %.*s", (int)strcspn(seed, " \n"),
		 seed);
	set_link(words);
	heard(&p, sizeof(second), second);
	assert_memory_equal(first, second, sizeof(first));
	close_pair(&p);
}

/* What waits when its port leaves is counted, and clear brings it at once. */
static void nothing_is_left_behind(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, true);
	set_link("a in delay=10s");
	say(&p, 0, 5, 60);
	assert_int_equal(hear(&p, 300, NULL), UINT32_MAX);
	assert_int_equal(hostel("net stats a"), 0);
	assert_non_null(strstr(hostel_said, "5 wait"));
	set_link("a in clear");
	assert_int_equal(hear(&p, 2000, NULL), 0);
	assert_int_equal(hear(&p, 2000, NULL), 1);
	set_link("b out delay=10s");
	say(&p, 0, 5, 60);
	usleep(100000);
	assert_int_equal(hostel("net stats"), 0);
	vmnet_client_close(&p.b);
	usleep(100000);
	assert_int_equal(hostel("net stats"), 0);
	vmnet_client_close(&p.a);
}

/* lost() - what `hostel net list` tells that a machine's port has lost. */
static unsigned int lost(const char *machine)
{
	char *row, who[32];

	assert_int_equal(hostel("net list"), 0);
	snprintf(who, sizeof(who), " %s:0 ", machine);
	row = strstr(hostel_said, who);
	assert_non_null(row);
	row[strcspn(row, "\n")] = '\0';
	return (unsigned int)atoi(strrchr(row, ' '));
}

/* What a link loses is a loss of its port, either way. */
static void what_a_link_loses_is_told(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, true);
	set_link("a in loss=100%");
	say(&p, 0, 3, 60);
	assert_int_equal(hear(&p, 300, NULL), UINT32_MAX);
	assert_int_equal(lost("a"), 3);
	assert_int_equal(lost("b"), 0);
	set_link("a in clear");
	set_link("b out loss=100%");
	say(&p, 0, 2, 60);
	assert_int_equal(hear(&p, 300, NULL), UINT32_MAX);
	assert_int_equal(lost("a"), 3);
	assert_int_equal(lost("b"), 2);
	close_pair(&p);
}

/* ---- words ------------------------------------------------------------- */

static void words_are_told(void **state)
{
	static const struct {
		const char *words;
		int status;
		const char *says;
	} rows[] = {
		{ "net link", 64, "a word is missing" },
		{ "net link a rate=fast", 64, "from 1k to 100G" },
		{ "net link a out delay=50", 64, "with its unit" },
		{ "net link a speed=1M", 64,
		  "no condition of a link; there "
		  "are rate=" },
		{ "net link a loss=1% loss", 64, "no condition" },
		{ "net link nobody show", 69, "no port 'nobody'" },
		{ "net link a", 0, "as fast as it goes" },
		{ "net link a in rate=10M loss=0.5% seed=1", 0,
		  "in   (from the machine)  rate=10M loss=0.5% seed=1" },
		{ "net link a out gilbert=1%,25% seed=2", 0,
		  "gilbert=1%:25%:0%:100% seed=2" },
		{ "net link a in loss=0 --json", 0,
		  "\"in\":\"rate=10M seed=1\"" },
		{ "net link a both clear", 0, "(to the machine)    as fast" },
		{ "net link a show", 0, "(from the machine)  as fast" },
	};
	struct pair p;
	size_t i;

	(void)state;
	open_pair(&p, false);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (hostel(rows[i].words) != rows[i].status ||
		    !strstr(hostel_said, rows[i].says))
			fail_msg("%s: %s", rows[i].words, hostel_said);
	}
	close_pair(&p);
}

/* More than can be kept is refused in a sentence, and changes nothing. */
static void too_much_is_refused(void **state)
{
	char all[100];
	struct vmnet_client many[8];
	uint8_t mac[6] = { 2 };
	unsigned int i;
	int status = 0;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		mac[5] = (uint8_t)(i + 1);
		snprintf(all, sizeof(all), "m%u", i);
		plug(&many[i], all, mac, false, NULL);
	}
	for (i = 0; i < ARRAY_SIZE(many) && !status; i++) {
		snprintf(all, sizeof(all), "net link m%u delay=500ms", i);
		status = hostel(all);
	}
	assert_int_equal(status, 69);
	assert_non_null(strstr(hostel_said, "give a rate="));
	snprintf(all, sizeof(all), "net link m%u", i - 1);
	assert_int_equal(hostel(all), 0);
	assert_null(strstr(hostel_said, "delay"));
	snprintf(all, sizeof(all), "net link m%u delay=500ms rate=100M", i - 1);
	assert_int_equal(hostel(all), 0);
	for (i = 0; i < ARRAY_SIZE(many); i++)
		vmnet_client_close(&many[i]);
}

/* ---- throughput -------------------------------------------------------- */

#define WINDOW	(4u << 20)
#define SEGMENT	1514u
#define AHEAD	(WINDOW / SEGMENT)

/* turn() - the sender fills its window, the receiver answers each frame. */
static void turn(struct pair *p, uint64_t *sent, uint64_t *acked)
{
	uint8_t frame[VMNET_FRAME_MAX];

	for (; *sent - *acked < AHEAD; ++*sent) {
		make(frame, (uint32_t)*sent, SEGMENT);
		if (vmnet_client_send(&p->a, frame, SEGMENT) < 0)
			break;
	}
	vmnet_client_flush(&p->a);
	while (vmnet_client_recv(&p->b, frame, sizeof(frame)) > 0) {
		memcpy(frame, mac_a, 6);
		memcpy(frame + 6, mac_b, 6);
		if (vmnet_client_send(&p->b, frame, 60) < 0)
			break;
	}
	vmnet_client_flush(&p->b);
	while (vmnet_client_recv(&p->a, frame, sizeof(frame)) > 0)
		*acked = MAX(*acked, get_le32(frame + 16) + 1ull);
}

/* frames_per_s() - that are acknowledged, in two seconds after half a one. */
static double frames_per_s(struct pair *p)
{
	uint64_t begin = clock_now_ns() + 500 * MS, end = begin + 2000 * MS;
	uint64_t sent = 0, acked = 0, at_begin = 0, now;

	while ((now = clock_now_ns()) < end) {
		if (now < begin)
			at_begin = acked;
		turn(p, &sent, &acked);
		usleep(100);
	}
	/* The last ones shall not be taken for those of the next time. */
	sent = UINT64_MAX;
	at_begin = acked - at_begin;
	for (end = clock_now_ns() + 500 * MS; clock_now_ns() < end;) {
		turn(p, &sent, &acked);
		usleep(1000);
	}
	return (double)at_begin / 2;
}

/*
 * A window of 4 MiB, and 50 ms there and 50 back: it allows 335 Mb/s, less what
 * a window takes on this host without any delay. Somebody else may have had the
 * host's time: it is asked three times at most.
 */
static void a_delay_costs_no_throughput(void **state)
{
	double bare, delayed, allowed;
	unsigned int tries = 3;
	struct pair p;

	(void)state;
	open_pair(&p, true);
	do {
		set_link("a clear");
		bare = frames_per_s(&p);
		set_link("a in delay=50ms");
		set_link("a out delay=50ms");
		delayed = frames_per_s(&p);
		allowed = AHEAD / (0.1 + AHEAD / bare);
	} while (delayed < allowed * 0.9 && --tries);
	if (!tries)
		fail_msg("%g frames/s, but %g are allowed (%g without delay)",
			 delayed, allowed, bare);
	assert_int_equal(hostel("net stats"), 0);
	assert_null(strstr(hostel_said, "conditions_full"));
	close_pair(&p);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					      daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(delay_is_kept), T(rate_is_kept), T(a_seed_is_a_fate),
		T(a_drawn_seed_is_told),
		T(nothing_is_left_behind), T(what_a_link_loses_is_told),
		T(words_are_told),
		T(too_much_is_refused), T(a_delay_costs_no_throughput),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
