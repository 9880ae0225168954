/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control_test.c - the control socket with no machine behind it: requests that
 * make sense and such as do not, and clients of every kind. How a machine
 * answers is in tests/world/ctl.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fdpass.h"
#include "vmapp/control/control.h"
#include "vmapp/control/request.h"

/* ---- requests ---------------------------------------------------------- */

static void taken(const char *line, enum verb verb)
{
	char why[REQUEST_WHY_SIZE];
	struct request r;
	bool garbage;

	assert_true(request_decode(line, strlen(line), &r, why, &garbage));
	assert_int_equal(r.verb, verb);
}

/* refused() - with a sentence that has @part. */
static void refused(const char *line, const char *part, bool is_garbage)
{
	char why[REQUEST_WHY_SIZE] = "";
	struct request r;
	bool garbage;

	assert_false(request_decode(line, strlen(line), &r, why, &garbage));
	assert_int_equal(garbage, is_garbage);
	if (!strstr(why, part))
		fail_msg("%s: '%s' is not about '%s'", line, why, part);
}

static void requests_are_checked(void **state)
{
	(void)state;
	taken("{\"verb\":\"status\"}", VERB_STATUS);
	taken(" {\"words\":[], \"verb\":\"pause\", \"more\":1} ", VERB_PAUSE);
	taken("{\"verb\":\"link\",\"words\":[\"0\",\"up\"]}", VERB_LINK);
	refused("", "JSON object", true);
	refused("status", "JSON object", true);
	refused("[]", "JSON object", true);
	refused("{\"verb\":\"status\"", "JSON object", true);
	refused("{\"verb\":\"status\"} x", "JSON object", true);
	refused("{\"verb\":\"status\",\"verb\":\"quit\"}", "JSON object", true);
	refused("{}", "has a \"verb\"", false);
	refused("{\"verb\":1}", "printable", false);
	refused("{\"verb\":\"sta\\u001btus\"}", "printable", false);
	refused("{\"verb\":\"status\\u0000\"}", "JSON object", true);
	refused("{\"verb\":\"explode\"}", "'explode' is nothing", false);
	refused("{\"verb\":\"status\",\"words\":\"x\"}", "array", false);
	refused("{\"verb\":\"status\",\"words\":[\"x\"]}", "no words", false);
	refused("{\"verb\":\"link\",\"words\":[\"0\"]}", "2 words", false);
	refused("{\"verb\":\"link\",\"words\":[\"0\",7]}", "printable", false);
	/* Some verbs may have more words than they must have. */
	taken("{\"verb\":\"key\",\"words\":[\"a\"]}", VERB_KEY);
	taken("{\"verb\":\"key\",\"words\":[\"a\",\"b\",\"c\"]}", VERB_KEY);
	refused("{\"verb\":\"key\"}", "1 or more word", false);
	refused("{\"verb\":\"mouse\",\"words\":[\"+1\"]}", "2 or more words",
		false);
}

static void many_words_are_bounded(void **state)
{
	char why[REQUEST_WHY_SIZE], *words[REQUEST_WORDS + 2], *line;
	struct request r;
	unsigned int i;
	bool garbage;

	(void)state;
	for (i = 0; i < REQUEST_WORDS; i++)
		words[i] = (char *)"f12";
	words[i] = NULL;
	line = request_make(VERB_KEY, words);
	assert_true(request_decode(line, strlen(line) - 1, &r, why, &garbage));
	assert_int_equal(r.count, REQUEST_WORDS);
	for (i = 0; i < REQUEST_WORDS; i++)
		assert_string_equal(r.words[i], "f12");
	free(line);
	words[i] = (char *)"f12";
	words[i + 1] = NULL;
	line = request_make(VERB_KEY, words);
	assert_false(request_decode(line, strlen(line) - 1, &r, why, &garbage));
	assert_non_null(strstr(why, "1 or more"));
	free(line);
	taken("{\"verb\":\"status\"}", VERB_STATUS);
}

/* A word may be as long as a line; those that there are not are empty. */
static void long_words_are_kept(void **state)
{
	char why[REQUEST_WHY_SIZE], text[3000], *words[] = { text };
	char *line;
	struct request r;
	bool garbage;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	line = request_make(VERB_TEXT, words);
	assert_true(request_decode(line, strlen(line) - 1, &r, why, &garbage));
	assert_string_equal(r.words[0], text);
	assert_string_equal(r.words[1], "");
	assert_int_equal(r.count, 1);
	free(line);
}

static void words_are_kept(void **state)
{
	char *words[] = { (char *)"3", (char *)"down" };
	char *line = request_make(VERB_LINK, words), why[REQUEST_WHY_SIZE];
	struct request r;
	bool garbage;

	(void)state;
	assert_non_null(line);
	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_true(request_decode(line, strlen(line) - 1, &r, why, &garbage));
	assert_int_equal(r.verb, VERB_LINK);
	assert_string_equal(r.words[0], "3");
	assert_string_equal(r.words[1], "down");
	free(line);
	words[1] = (char *)"\xff\xfe";
	assert_null(request_make(VERB_LINK, words));
}

/* nested() - @n deep. Return: is it taken? */
static bool nested(size_t n, char open, char close)
{
	char text[200], why[REQUEST_WHY_SIZE];
	struct request r;
	size_t at;
	bool garbage;

	at = (size_t)sprintf(text, "{\"verb\":\"status\",\"x\":");
	memset(text + at, open, n);
	memset(text + at + n, close, n);
	strcpy(text + at + 2 * n, "}");
	return request_decode(text, strlen(text), &r, why, &garbage);
}

static void depth_is_bounded(void **state)
{
	const char *quoted = "{\"verb\":\"status\","
			     "\"x\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[\"}";

	(void)state;
	assert_true(nested(15, '[', ']'));
	assert_false(nested(16, '[', ']'));
	taken(quoted, VERB_STATUS);	/* text is no depth */
}

/* ---- clients ----------------------------------------------------------- */

/* The machine's side; an answer is as long as a test wants. */
struct bench {
	struct control control;
	int door;
	size_t long_answer;	/* 0: short ones */
	unsigned int asked;
	int given;		/* what came with a line that begins with '<' */
};

static char *answer(void *owner, const char *line, size_t len, bool *last)
{
	struct bench *b = owner;
	char *text;

	b->asked++;
	if (len && line[0] == '?')
		return CONTROL_LATER;
	if (len && line[0] == '<')
		b->given = control_take(&b->control);
	text = malloc(b->long_answer + len + 2);
	*last = len && line[0] == '!';
	memset(text, '.', b->long_answer);
	memcpy(text + b->long_answer, line, len);
	strcpy(text + b->long_answer + len, "\n");
	return text;
}

static int bench_open(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int pair[2];

	if (!b || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		return -1;
	b->door = pair[0];
	*state = b;
	return control_open(&b->control, pair[1], answer, b);
}

static int bench_close(void **state)
{
	struct bench *b = *state;

	close(b->door);
	close(b->control.door.fd);
	control_close(&b->control);
	free(b);
	return 0;
}

/* client() - one more; the machine knows of it. Return: its socket. */
static int client(struct bench *b)
{
	int pair[2];
	uint8_t word = 0;

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(fdpass_send(b->door, &word, 1, &pair[1], 1), 0);
	close(pair[1]);
	control_serve(&b->control);
	return pair[0];
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
}

static void hears(int fd, const char *text)
{
	char buf[128] = "";

	assert_int_equal(recv(fd, buf, sizeof(buf), 0), strlen(text));
	assert_memory_equal(buf, text, strlen(text));
}

static void hears_nothing(int fd)
{
	char c;

	assert_int_equal(recv(fd, &c, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

static void is_cut_off(int fd)
{
	char buf[4096];
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		;
	/* What it said and nobody read is lost with it. */
	assert_true(n == 0 || errno == ECONNRESET);
	close(fd);
}

static unsigned int clients(const struct bench *b)
{
	unsigned int i, n = 0;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		n += b->control.client[i].source.fd >= 0;
	return n;
}

static void a_line_has_an_answer(void **state)
{
	struct bench *b = *state;
	int fd = client(b);

	say(fd, "one\ntw");
	control_serve(&b->control);
	hears(fd, "one\n");
	control_serve(&b->control);
	hears_nothing(fd);
	say(fd, "o\nthree\nfour\n");
	control_serve(&b->control);
	hears(fd, "two\n");	/* one request in each turn */
	control_serve(&b->control);
	hears(fd, "three\n");
	/* What is here already is heard, though nothing more comes. */
	assert_true(b->control.inner.timer_ns);
	control_serve(&b->control);
	hears(fd, "four\n");
	assert_int_equal(b->control.inner.timer_ns, 0);
	assert_int_equal(b->control.requests, 4);
	/* Who has said all still gets its answer. */
	say(fd, "five\nsix\nsev");
	shutdown(fd, SHUT_WR);
	control_serve(&b->control);
	hears(fd, "five\n");
	control_serve(&b->control);
	control_serve(&b->control);
	hears(fd, "six\n");
	is_cut_off(fd);
	assert_int_equal(clients(b), 0);
	assert_int_equal(b->control.cut_off, 0);	/* it left */
}

static void too_much_at_once_is_cut_off(void **state)
{
	struct bench *b = *state;
	char text[CONTROL_LINE + 1];
	int fd = client(b), other = client(b);
	unsigned int i;

	memset(text, 'x', sizeof(text));
	text[CONTROL_LINE - 2] = '\n';
	text[CONTROL_LINE - 1] = '\0';
	say(fd, text);			/* the longest line there is */
	control_serve(&b->control);
	assert_int_equal(b->asked, 1);
	recv(fd, text, sizeof(text), 0);
	memset(text, 'x', CONTROL_LINE);
	text[CONTROL_LINE] = '\0';
	say(fd, text);
	control_serve(&b->control);
	is_cut_off(fd);
	for (i = 0; i < CONTROL_LINE; i++)	/* many short ones */
		text[i] = i & 1 ? '\n' : 'y';
	say(other, text);
	control_serve(&b->control);
	is_cut_off(other);
	assert_int_equal(b->asked, 1);
	assert_int_equal(b->control.cut_off, 2);
}

static void who_never_reads_is_cut_off(void **state)
{
	struct bench *b = *state;
	int fd = client(b), small = 4096;
	unsigned int i, asked;

	b->long_answer = CONTROL_ANSWER_MAX - 100;
	setsockopt(b->control.client[0].source.fd, SOL_SOCKET, SO_SNDBUF,
		   &small, sizeof(small));
	say(fd, "a\nb\nc\n");
	for (i = 0; i < 20; i++)
		control_serve(&b->control);
	asked = b->asked;
	assert_int_equal(asked, 1);	/* its answer is still under way */
	assert_int_equal(clients(b), 1);
	assert_true(b->control.inner.timer_ns);	/* when patience ends */
	b->control.client[0].heard_ns -= CONTROL_PATIENCE_NS;
	control_serve(&b->control);
	assert_int_equal(clients(b), 0);
	assert_int_equal(b->asked, asked);
	is_cut_off(fd);
}

static void half_a_line_is_cut_off(void **state)
{
	struct bench *b = *state;
	int fd = client(b), quiet = client(b);

	say(fd, "{");
	control_serve(&b->control);
	assert_true(b->control.inner.timer_ns);
	b->control.client[0].heard_ns -= CONTROL_PATIENCE_NS;
	b->control.client[1].heard_ns -= CONTROL_PATIENCE_NS;
	control_serve(&b->control);
	is_cut_off(fd);
	assert_int_equal(clients(b), 1);	/* who says nothing may stay */
	assert_int_equal(b->control.inner.timer_ns, 0);
	close(quiet);
	control_serve(&b->control);
	assert_int_equal(clients(b), 0);
}

/* later() - the answer to the last request that wanted one later. */
static void later(struct bench *b, uint64_t ticket, int fd)
{
	control_finish(&b->control, ticket, strdup("late\n"), fd);
}

static void late_answers_bring_descriptors(void **state)
{
	struct bench *b = *state;
	int fd = client(b), other = client(b), file, got;
	uint64_t ticket;
	char word;
	size_t n = 1;

	say(fd, "?\nmore\n");
	control_serve(&b->control);
	ticket = b->control.ticket;
	control_serve(&b->control);
	hears_nothing(fd);	/* nor is its next request served */
	assert_true(b->control.inner.timer_ns);
	say(other, "one\n");	/* nobody else waits */
	control_serve(&b->control);
	hears(other, "one\n");
	later(b, ticket + 99, -1);
	hears_nothing(fd);
	/* With a descriptor, beside its first byte. */
	file = open("/dev/null", O_RDONLY);
	later(b, ticket, file);
	assert_int_equal(fdpass_recv(fd, &word, 1, &got, &n), 1);
	assert_true(n == 1 && word == 'l');
	close(got);
	control_serve(&b->control);
	hears(fd, "ate\nmore\n");
	/* Once. */
	later(b, ticket, open("/dev/null", O_RDONLY));
	hears_nothing(fd);
	/* Too late: it is told so. And who has gone is not. */
	say(fd, "?\n");
	control_serve(&b->control);
	b->control.client[0].heard_ns -= CONTROL_LATER_NS;
	control_serve(&b->control);
	assert_true(recv(fd, &word, 1, 0) == 1 && word == '{');
	say(other, "?\n");
	control_serve(&b->control);
	close(other);
	control_serve(&b->control);
	later(b, b->control.ticket, open("/dev/null", O_RDONLY));
	assert_int_equal(clients(b), 1);
	assert_int_equal(b->control.cut_off, 0);
	close(fd);
}

static void garbage_is_cut_off(void **state)
{
	struct bench *b = *state;
	int fd = client(b);

	say(fd, "!garbage\nmore\n");
	control_serve(&b->control);
	hears(fd, "!garbage\n");
	is_cut_off(fd);
	assert_int_equal(b->asked, 1);
}

static void one_more_takes_the_place_of_the_most_silent(void **state)
{
	struct bench *b = *state;
	int fd[100], i, last;

	for (i = 0; i < 100; i++) {
		fd[i] = client(b);
		if (i == CONTROL_CLIENTS - 1) {	/* the first is heard again */
			say(fd[0], "here\n");
			control_serve(&b->control);
			hears(fd[0], "here\n");
		}
		if (i == CONTROL_CLIENTS)
			is_cut_off(fd[1]);
		if (i == CONTROL_CLIENTS)
			hears_nothing(fd[0]);
	}
	assert_int_equal(clients(b), CONTROL_CLIENTS);
	last = fd[99];
	say(last, "heard\n");
	control_serve(&b->control);
	hears(last, "heard\n");
	for (i = 0; i < 100; i++)
		if (i != 1)
			close(fd[i]);
}

static void it_rests_between_turns(void **state)
{
	struct bench *b = *state;
	struct events ev;
	int fd = client(b);
	unsigned int i;

	assert_int_equal(events_open(&ev), 0);
	control_plug(&b->control, &ev);
	say(fd, "one\n");
	events_wait(&ev, UINT64_MAX);
	hears(fd, "one\n");
	say(fd, "two\n");
	events_wait(&ev, 0);		/* not before it has rested */
	hears_nothing(fd);
	for (i = 0; i < 10 && b->asked < 2; i++)
		events_wait(&ev, UINT64_MAX);
	hears(fd, "two\n");
	assert_true(i <= 3);		/* the rest's end, then the turn */
	events_wait(&ev, UINT64_MAX);	/* the end of the last rest */
	events_wait(&ev, 0);
	assert_int_equal(b->control.outer.timer_ns, 0);	/* and then quiet */
	assert_int_equal(b->control.inner.timer_ns, 0);
	close(fd);
	events_close(&ev);
}

/* Who asks for what takes its time waits for it, and nobody else does. */
static void answers_may_come_later(void **state)
{
	struct bench *b = *state;
	int fd = client(b), other = client(b);
	uint64_t ticket;

	say(fd, "?\nnext\n");
	control_serve(&b->control);
	ticket = b->control.ticket;
	control_serve(&b->control);
	hears_nothing(fd);
	say(other, "quick\n");
	control_serve(&b->control);
	hears(other, "quick\n");
	control_finish(&b->control, ticket + 100, strdup("no\n"), -1);
	hears_nothing(fd);
	control_finish(&b->control, ticket, strdup("done\n"), -1);
	hears(fd, "done\n");
	control_serve(&b->control);	/* what it said meanwhile */
	hears(fd, "next\n");
	control_finish(&b->control, ticket, strdup("again\n"), -1);
	hears_nothing(fd);
	/* It is late if nothing is heard of it, and that is said. */
	say(fd, "?\n");
	control_serve(&b->control);
	ticket = b->control.ticket;
	b->control.client[0].heard_ns -= CONTROL_LATER_NS;
	control_more_time(&b->control, ticket);
	control_serve(&b->control);
	hears_nothing(fd);
	b->control.client[0].heard_ns -= CONTROL_LATER_NS;
	control_serve(&b->control);
	hears(fd, "{\"ok\":false,\"error\":\"it was not done in time\","
		  "\"status\":69}\n");
	control_finish(&b->control, ticket, strdup("too late\n"), -1);
	hears_nothing(fd);
	/* Or it has gone. */
	say(fd, "?\n");
	control_serve(&b->control);
	ticket = b->control.ticket;
	close(fd);
	control_serve(&b->control);
	control_finish(&b->control, ticket, strdup("gone\n"), -1);
	control_serve(&b->control);
	assert_int_equal(clients(b), 1);
	close(other);
}

#define WITH_BENCH(f) cmocka_unit_test_setup_teardown(f, bench_open, \
						      bench_close)

/* is_open() - is somebody at the other end of this pipe, in which there is
 * nothing? */
static bool is_open(int pipe_end)
{
	struct pollfd p = { .fd = pipe_end, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

/* send_pipe() - a line, with the end of a new pipe. Return: its other end. */
static int send_pipe(int fd, const char *text)
{
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(fdpass_send(fd, text, strlen(text), &pipes[1], 1), 0);
	close(pipes[1]);
	return pipes[0];
}

/* What is not taken stays open nowhere, whoever sent it with what. */
static void a_descriptor_goes_with_a_request(void **state)
{
	struct bench *b = *state;
	int fd = client(b), end, other;

	b->given = -1;
	end = send_pipe(fd, "<take\n");
	control_serve(&b->control);
	assert_true(b->given >= 0);
	assert_true(is_open(end));
	close(b->given);
	assert_false(is_open(end));
	close(end);
	control_serve(&b->control);	/* its answer is sent */
	end = send_pipe(fd, "leave\n");
	control_serve(&b->control);
	assert_int_equal(b->asked, 2);
	assert_false(is_open(end));
	close(end);
	control_serve(&b->control);
	/* the last one counts, and it goes with its client */
	end = send_pipe(fd, "<");
	control_serve(&b->control);
	other = send_pipe(fd, "half");
	control_serve(&b->control);
	assert_false(is_open(end));
	assert_true(is_open(other));
	close(fd);
	control_serve(&b->control);
	control_serve(&b->control);
	assert_false(is_open(other));
	close(end);
	close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_checked),
		cmocka_unit_test(words_are_kept),
		cmocka_unit_test(many_words_are_bounded),
		cmocka_unit_test(long_words_are_kept),
		cmocka_unit_test(depth_is_bounded),
		WITH_BENCH(a_descriptor_goes_with_a_request),
		WITH_BENCH(a_line_has_an_answer),
		WITH_BENCH(too_much_at_once_is_cut_off),
		WITH_BENCH(who_never_reads_is_cut_off),
		WITH_BENCH(half_a_line_is_cut_off),
		WITH_BENCH(garbage_is_cut_off),
		WITH_BENCH(one_more_takes_the_place_of_the_most_silent),
		WITH_BENCH(it_rests_between_turns),
		WITH_BENCH(answers_may_come_later),
		WITH_BENCH(late_answers_bring_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
