/* SPDX-License-Identifier: BSD-2-Clause */
/* loop.c - hostel-screen's run loop: see screen.h. */
#include "screen/screen.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "screen/picture.h"

/* What is polled for, in this order; then clients' ends. */
enum polled { P_APP, P_KEEPER, P_NEWS, P_KEYS, P_SAID, P_CLIENTS };
#define POLLED (P_CLIENTS + PUMP_CLIENTS)

/* Messages of hostel-app that are looked at in one turn. */
#define ASKED_MOST 8

static bool has_clients(const struct screen *s)
{
	return s->display.kind == DISPLAY_VNC || s->display.kind == DISPLAY_WEB;
}

/* is_watched() - does anybody wait for a picture? */
static bool is_watched(struct screen *s)
{
	if (has_clients(s))
		return vnc_wanted(&s->vnc);
	return s->display.kind == DISPLAY_TEXT;
}

static void loop_nothing(void *self, unsigned int x, unsigned int y,
			 unsigned int width, unsigned int height)
{
	(void)self, (void)x, (void)y, (void)width, (void)height;
}

/* loop_look() - take a new picture, and show it. Return: how many tiles, or
 * cells of text, have changed. */
static unsigned int loop_look(struct screen *s, uint64_t now)
{
	struct view_told told = { NULL, NULL, loop_nothing };

	if (has_clients(s))
		told = vnc_told(&s->vnc);
	return view_look(&s->view, now / 1000000, &told);
}

/* cpu_ns() - Return: CPU time of this thread. */
static uint64_t cpu_ns(void)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* loop_show() - take a new picture if it is time, or if @asked: hostel-app is
 * about to get one, which must not be old. #syscalls[screen] clock_gettime */
static void loop_show(struct screen *s, bool asked)
{
	uint64_t now = clock_now_ns(), from;
	unsigned int changed;

	if (now < s->pace.due_ns || (!asked && !is_watched(s)))
		return;
	from = cpu_ns();
	if (s->display.kind == DISPLAY_TEXT)
		changed = text_show(&s->text, &s->view, now);
	else
		changed = loop_look(s, now);
	pace_looked(&s->pace, clock_now_ns(), cpu_ns() - from, changed);
}

/* loop_pay() - send the answer that is owed, if there is one and room for it:
 * hostel-app may not have taken yet what was typed. */
static void loop_pay(struct screen *s)
{
	if (!s->owes || screen_message_send(s->keys.app, &s->answer,
					    s->answer_fd) == -EAGAIN)
		return;
	s->owes = false;
	if (s->answer_fd >= 0)
		close(s->answer_fd);
}

/* loop_answer() - send hostel-app the picture, or the text, that it asked
 * for. */
static void loop_answer(struct screen *s, const struct screen_message *m)
{
	int fd;

	loop_look(s, clock_now_ns());
	fd = m->kind == SCREEN_ASK_PICTURE ? picture_png(&s->view) :
					     picture_text(&s->view);
	s->answer = (struct screen_message){ .kind = SCREEN_ANSWER,
					     .id = m->id,
					     .error = MIN(fd, 0) };
	s->answer_fd = fd;
	s->owes = true;
	loop_pay(s);
}

/* loop_asked() - take hostel-app's questions. */
static void loop_asked(struct screen *s)
{
	struct screen_message m;
	int i, fd, got = 1;

	for (i = 0; i < ASKED_MOST && got >= 0 && !s->owes; i++) {
		got = screen_message_receive(s->keys.app, &m, &fd);
		if (fd >= 0)
			close(fd);	/* it sends none */
		if (got == 1 &&
		    (m.kind == SCREEN_ASK_PICTURE || m.kind == SCREEN_ASK_TEXT))
			loop_answer(s, &m);
	}
	if (got < 0 && got != -EAGAIN)
		s->keys.app = -1;
}

/* add_clients() - give the library the clients that the pump has let in. */
static void add_clients(struct screen *s)
{
	int fd;

	/* So that they are told the right size at once. */
	loop_look(s, clock_now_ns());
	while (read(s->news, &fd, sizeof(fd)) == sizeof(fd))
		vnc_add(&s->vnc, fd);
	s->pace.due_ns = 0;
}

/* serve_clients() - have the library serve its clients. @f: their ends, @n of
 * them. */
static void serve_clients(struct screen *s, const struct pollfd *f, size_t n)
{
	bool asked = false;
	size_t i;

	for (i = 0; i < n; i++)
		asked |= f[i].revents != 0;
	if (asked)
		loop_show(s, true);
	vnc_turn(&s->vnc);
	if (s->vnc.heard)
		pace_input(&s->pace, clock_now_ns());
	s->vnc.heard = false;
}

/* loop_fill() - fill in what to poll for. Return: how many. */
static nfds_t loop_fill(struct screen *s, struct pollfd *f)
{
	const bool text = s->display.kind == DISPLAY_TEXT;
	size_t n = P_CLIENTS;

	f[P_APP] = (struct pollfd){ s->keys.app, s->owes ? 0 : POLLIN, 0 };
	if (s->owes || s->keys.owing)
		f[P_APP].events |= POLLOUT;
	f[P_KEEPER] = (struct pollfd){ SCREEN_FD_KEEPER, POLLIN, 0 };
	f[P_NEWS] = (struct pollfd){ s->news, POLLIN, 0 };
	f[P_KEYS] = (struct pollfd){ text ? STDIN_FILENO : -1, POLLIN, 0 };
	f[P_SAID] = (struct pollfd){ text ? s->text.said : -1, POLLIN, 0 };
	if (has_clients(s))
		n += vnc_poll(&s->vnc, f + n, PUMP_CLIENTS);
	return (nfds_t)n;
}

/* loop_patience() - Return: milliseconds until the next look, for poll(). */
static int loop_patience(struct screen *s)
{
	uint64_t now = clock_now_ns();

	if (!is_watched(s))
		return -1;
	return now < s->pace.due_ns ?
		       (int)((s->pace.due_ns - now) / 1000000) + 1 :
		       0;
}

/* loop_keys() - take what was typed at the terminal. */
static void loop_keys(struct screen *s)
{
	const uint8_t quit = SCREEN_QUIT;

	text_keys(&s->text, &s->keys);
	if (s->text.quit && write(SCREEN_FD_KEEPER, &quit, 1) == 1)
		s->text.quit = false;
	pace_input(&s->pace, clock_now_ns());
}

/* loop_turn() - #syscalls[screen] poll read write close */
static void loop_turn(struct screen *s)
{
	struct pollfd f[POLLED];
	nfds_t all = loop_fill(s, f);
	int n = poll(f, all, loop_patience(s));

	if (n > 0 && f[P_KEEPER].revents)
		s->ended = true;	/* it says nothing: it is gone */
	loop_pay(s);
	if (n > 0 && f[P_APP].revents & (POLLIN | POLLHUP | POLLERR))
		loop_asked(s);
	keyboard_pay(&s->keys);
	if (n > 0 && f[P_NEWS].revents)
		add_clients(s);
	if (n > 0 && f[P_SAID].revents)
		text_said(&s->text);
	/* A signal may have come: the terminal has another size. */
	if (s->display.kind == DISPLAY_TEXT && (n < 0 || f[P_KEYS].revents))
		loop_keys(s);
	if (has_clients(s))
		serve_clients(s, f + P_CLIENTS, n > 0 ? all - P_CLIENTS : 0);
	loop_show(s, false);
	if (has_clients(s))
		vnc_turn(&s->vnc);
}

void screen_run(struct screen *s)
{
	while (!s->ended)
		loop_turn(s);
	if (s->display.kind == DISPLAY_TEXT)
		text_close(&s->text);
}
