/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * top_main.c - hostel-top: the screen of `hostel top`, by ncurses. That starts
 * it, with the same words.
 *
 * 1. It takes a sample in each interval, and when a key asks for one. A
 *    terminal of any size shows what it has room for.
 * 2. Whatever ends the program, the terminal is restored.
 */
#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "vmapp/show/top.h"

#define KEY_ESCAPE 27
#define AROUND 4u	/* lines that are no machine's: title, heads, last */

struct screen {
	struct top_view view;
	struct top_sample sample[2];
	unsigned int last;	/* the newer one */
	bool any;		/* there is an older one */
	struct top_table table;
	unsigned int first;	/* machine that is shown */
	bool help, over;
	int y;			/* the next line's */
};

static volatile sig_atomic_t ended;

static void on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* ---- drawing ----------------------------------------------------------- */

static void draw_line(void *arg, enum top_line what, const char *text)
{
	struct screen *s = arg;

	if (s->y >= LINES - 1)
		return;		/* the last one tells the keys */
	attrset(what == TOP_LINE_HEAD	? A_REVERSE :
		what == TOP_LINE_TITLE ? A_BOLD :
					 A_NORMAL);
	mvaddnstr(s->y++, 0, text, COLS);
	if (what == TOP_LINE_HEAD)
		while (getcurx(stdscr) < COLS - 1)
			addch(' ');
	attrset(A_NORMAL);
}

static void draw_help(struct screen *s)
{
	static const char *const texts[] = {
		"q            end",
		"left, right  sort by another column",
		"up, down     other machines",
		"r            the least first, or the most",
		"blank        look now",
		"h, ?         back to the figures",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		draw_line(s, TOP_LINE_ROW, texts[i]);
}

static void screen_draw(struct screen *s)
{
	erase();
	s->y = 0;
	if (s->help)
		draw_help(s);
	else
		top_lines(&s->table, &s->view, (unsigned int)MAX(COLS, 1),
			  s->first, draw_line, s);
	if (LINES > 1)
		mvaddnstr(LINES - 1, 0,
			  "q end  <> sort  ^v more  r reverse  h "
			  "help",
			  COLS - 1);
	refresh();
}

/* ---- what changes ------------------------------------------------------ */

/* screen_again() - make the rows anew from the last two samples. */
static void screen_again(struct screen *s)
{
	top_between(&s->table, s->any ? &s->sample[!s->last] : NULL,
		    &s->sample[s->last], &s->view);
	if (s->first >= s->table.machines)
		s->first = s->table.machines ? s->table.machines - 1 : 0;
}

static void screen_look(struct screen *s, bool first)
{
	s->any = !first;
	s->last = !s->last;
	top_sample_take(&s->sample[s->last]);
	screen_again(s);
}

static void scroll_by(struct screen *s, int n)
{
	int to = (int)s->first + n, most = (int)s->table.machines - 1;

	s->first = (unsigned int)MAX(MIN(to, most), 0);
}

static void sort_by(struct screen *s, int step)
{
	s->view.sort = MAX(MIN(s->view.sort + step, (int)TOP_COLUMNS - 1), -1);
	screen_again(s);
}

/* screen_key() - take a key. Return: is a sample wanted now? */
static bool screen_key(struct screen *s, int k)
{
	int page = MAX(LINES - (int)AROUND, 1);

	switch (k) {
	case 'q':
		s->over = true;
		break;
	case KEY_ESCAPE:	/* it may begin a key that nobody knows */
		s->help = false;
		break;
	case 'h':
	case '?':
		s->help = !s->help;
		break;
	case 'r':
		s->view.reverse = !s->view.reverse;
		screen_again(s);
		break;
	case KEY_LEFT:
		sort_by(s, -1);
		break;
	case KEY_RIGHT:
		sort_by(s, 1);
		break;
	case KEY_UP:
		scroll_by(s, -1);
		break;
	case KEY_DOWN:
		scroll_by(s, 1);
		break;
	case KEY_PPAGE:
		scroll_by(s, -page);
		break;
	case KEY_NPAGE:
		scroll_by(s, page);
		break;
	case KEY_HOME:
		s->first = 0;
		break;
	case ' ':
		return true;
	default:
		break;		/* KEY_RESIZE: it is drawn anew */
	}
	return false;
}

/* wait_ms() - Return: milliseconds until the next sample. */
static int wait_ms(const struct screen *s)
{
	double next = s->sample[s->last].s + s->view.interval;
	double left = next - (double)clock_now_ns() / 1e9;

	/* The first rows come soon: they take two samples. */
	if (!s->any)
		left = MIN(left, 0.3);
	return left > 0 ? (int)(left * 1000) + 1 : 0;
}

/* run() - show tables until the user quits. */
static void run(struct screen *s)
{
	int k, wait;

	screen_look(s, true);
	while (!s->over && !ended) {
		screen_draw(s);
		wait = wait_ms(s);
		timeout(wait);
		k = wait ? getch() : ERR;
		if ((k != ERR && screen_key(s, k)) || !wait_ms(s))
			screen_look(s, false);
		if (k == ERR && !isatty(STDIN_FILENO))
			s->over = true;	/* the terminal has gone */
	}
}

int main(int argc, char **argv)
{
	static struct screen s;
	const char *term = getenv("TERM");

	log_init("hostel", LOG_INFO);
	signal(SIGPIPE, SIG_IGN);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		usage_exit("hostel-top: the screen of 'hostel top'. It is "
			   "started by that, not by hand.\n",
			   argc - 1, argv + 1);
	top_read(&s.view, argc - 1, argv + 1);
	setlocale(LC_CTYPE, "");
	if (!newterm(NULL, stdout, stdin))
		die("this terminal (TERM is '%.32s') is one that ncurses does "
		    "not know: set TERM, or use --batch",
		    term ? term : "");
	signal(SIGINT, on_end);
	signal(SIGTERM, on_end);
	signal(SIGHUP, on_end);
	signal(SIGQUIT, on_end);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	run(&s);
	endwin();
	return 0;
}
