/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - the text screen in this terminal: see text.h. */
#define _XOPEN_SOURCE_EXTENDED 1
#include "screen/text.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"

#define CTRL_BRACKET 0x1d

/* How long a message stays. */
#define LINE_NS (8 * NSEC_PER_SEC)

/* X keysyms, of X11/keysymdef. */
enum sym {
	SYM_BACKSPACE = 0xff08, SYM_TAB = 0xff09, SYM_RETURN = 0xff0d,
	SYM_ESCAPE = 0xff1b, SYM_HOME = 0xff50, SYM_LEFT, SYM_UP, SYM_RIGHT,
	SYM_DOWN, SYM_PAGE_UP, SYM_PAGE_DOWN, SYM_END, SYM_INSERT = 0xff63,
	SYM_KP_ENTER = 0xff8d, SYM_F1 = 0xffbe, SYM_BACKTAB = 0xfe20,
	SYM_DELETE = 0xffff,
};

/* ---- colours ----------------------------------------------------------- */

/* text_colour() - a terminal's number of a VGA colour: VGA's bits are blue,
 * green, red from the lowest on; a terminal's are red, green, blue. */
static short text_colour(unsigned int c)
{
	return (short)((c & 8) | (c & 1) << 2 | (c & 2) | (c >> 2 & 1));
}

static void open_colours(struct text *t)
{
	unsigned int front, back, n;

	if (!has_colors() || start_color() == ERR)
		return;
	t->pairs256 = COLORS >= 16 && COLOR_PAIRS > 256;
	n = t->pairs256 ? 16 : 8;
	for (front = 0; front < n; front++)
		for (back = 0; back < n; back++)
			init_pair((short)(1 + front * n + back),
				  text_colour(front), text_colour(back));
}

/* pair_of() - the terminal's colours for an attribute. What blinks on the
 * screen blinks here, too, if the terminal can. */
static short pair_of(const struct text *t, const struct vga_cell *c,
		     attr_t *attributes)
{
	const uint8_t mode = t->mode;
	unsigned int front = c->attr & 15, back = c->attr >> 4;

	*attributes = A_NORMAL;
	if (mode & ATTR_MODE_BLINK) {
		*attributes = back & 8 ? A_BLINK : A_NORMAL;
		back &= 7;
	}
	if (t->pairs256)
		return (short)(1 + front * 16 + back);
	if (front & 8)
		*attributes |= A_BOLD;
	return (short)(1 + (front & 7) * 8 + (back & 7));
}

/* ---- what is shown ----------------------------------------------------- */

static void put_cell(const struct text *t, int row, int col,
		     const struct vga_cell *c)
{
	wchar_t text[2] = { (wchar_t)vga_unicode(c->code), 0 };
	attr_t attributes;
	short pair = pair_of(t, c, &attributes);
	cchar_t cc;

	if (setcchar(&cc, text, attributes, pair, NULL) == OK)
		mvadd_wch(row, col, &cc);
}

/* first_row() - Return: the guest's first row that is shown; the cursor's row
 * always is. */
static unsigned int first_row(const struct vga_cells *c)
{
	unsigned int lines = LINES > 0 ? (unsigned int)LINES : 1;
	unsigned int last = c->cursor ? c->cursor_row + 1 : c->rows;

	if (c->rows <= lines)
		return 0;
	return MIN(last > lines ? last - lines : 0, c->rows - lines);
}

/* put_cells() - draw the cells that have changed. Return: how many. */
static unsigned int put_cells(struct text *t)
{
	const struct vga_cells *now = &t->cells, *was = &t->shown;
	unsigned int first = first_row(now), row, col, n = 0;
	unsigned int rows = MIN(now->rows - first, (unsigned int)LINES);
	unsigned int cols = MIN(now->cols, (unsigned int)COLS);
	bool all = t->all || first != first_row(was) ||
		   now->rows != was->rows || now->cols != was->cols;

	if (all)
		erase();
	for (row = 0; row < rows; row++)
		for (col = 0; col < cols; col++) {
			const struct vga_cell *c = &now->cell[first + row][col];

			if (!all && !memcmp(c, &was->cell[first + row][col],
					    sizeof(*c)))
				continue;
			put_cell(t, (int)row, (int)col, c);
			n++;
		}
	return n;
}

static void put_cursor(const struct text *t)
{
	unsigned int row = t->cells.cursor_row - first_row(&t->cells);

	curs_set(t->cells.cursor);
	if (t->cells.cursor)
		move((int)row, (int)t->cells.cursor_col);
}

/* put_line() - the latest message, below the guest's screen if there is room,
 * else over its last line. Return: is one shown? */
static bool put_line(struct text *t, uint64_t now_ns)
{
	if (now_ns >= t->line_until_ns) {
		t->all |= t->line_until_ns != 0;
		t->line_until_ns = 0;
		return false;
	}
	attron(A_REVERSE);
	mvaddnstr(LINES - 1, 0, t->line, COLS);
	attroff(A_REVERSE);
	return true;
}

/* graphics_size() - note the size of the picture that the machine shows, 0 if
 * it is dark. Return: is that another one than before? */
static bool graphics_size(struct text *t, const struct view *v)
{
	unsigned int width = 0, height = 0;
	bool other;

	if (v->there && !v->frame.blank)
		vga_frame_size(&v->frame, &width, &height);
	other = width != t->width || height != t->height;
	t->width = width;
	t->height = height;
	return other;
}

/* put_graphics() - say that the machine shows graphics, and how to see it. */
static void put_graphics(const struct text *t)
{
	char text[TEXT_LINE];

	erase();
	if (!t->width)
		snprintf(text, sizeof(text), "The screen is dark.");
	else
		snprintf(text, sizeof(text),
			 "A picture of %ux%u is shown: start the machine with "
			 "--display vnc or web to see it. Ctrl-] quits.",
			 t->width, t->height);
	mvaddnstr(0, 0, text, COLS);
	curs_set(0);
}

unsigned int text_show(struct text *t, struct view *v, uint64_t now_ns)
{
	unsigned int changed = 1;
	bool text;

	v->there |= vga_frame_take(v->shown, &v->frame);
	text = v->there &&
	       vga_cells(&v->frame, v->memory, VGA_MEMORY, &t->cells);
	t->mode = v->frame.display.attr[ATTR_MODE];
	/* A message that goes leaves what was below it. */
	if (t->line_until_ns && now_ns >= t->line_until_ns)
		t->all = true;
	t->all |= text == t->graphics;
	t->all |= !text && graphics_size(t, v);
	t->graphics = !text;
	if (text)
		changed = put_cells(t);
	else if (t->all)
		put_graphics(t);
	t->all = false;
	put_line(t, now_ns);
	if (text) {
		put_cursor(t);
		t->shown = t->cells;
	}
	refresh();
	return changed;
}

/* ---- keys -------------------------------------------------------------- */

/* sym_of() - Return: the keysym of a key that ncurses names; 0: none. */
static uint32_t sym_of(wint_t key)
{
	static const struct {
		wint_t key;
		uint32_t sym;
	} named[] = {
		{ KEY_UP, SYM_UP },
		{ KEY_DOWN, SYM_DOWN },
		{ KEY_LEFT, SYM_LEFT },
		{ KEY_RIGHT, SYM_RIGHT },
		{ KEY_HOME, SYM_HOME },
		{ KEY_END, SYM_END },
		{ KEY_PPAGE, SYM_PAGE_UP },
		{ KEY_NPAGE, SYM_PAGE_DOWN },
		{ KEY_IC, SYM_INSERT },
		{ KEY_DC, SYM_DELETE },
		{ KEY_BACKSPACE, SYM_BACKSPACE },
		{ KEY_ENTER, SYM_KP_ENTER },
		{ KEY_BTAB, SYM_BACKTAB },
	};
	size_t i;

	if (key >= (wint_t)KEY_F(1) && key <= (wint_t)KEY_F(12))
		return SYM_F1 + (uint32_t)(key - (wint_t)KEY_F(1));
	for (i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].key == key)
			return named[i].sym;
	return 0;
}

/* text_type() - type a character, or the control character that a terminal
 * sends for a key with Ctrl. */
static void text_type(struct text *t, struct keyboard_out *out, wint_t c)
{
	static const char ctrl_of[] = "\\]^_";

	if (c == 127 || c == 8)
		keyboard_type(&t->keyboard, out, SYM_BACKSPACE, false);
	else if (c == '\r' || c == '\n')
		keyboard_type(&t->keyboard, out, SYM_RETURN, false);
	else if (c == '\t')
		keyboard_type(&t->keyboard, out, SYM_TAB, false);
	else if (c == 27)
		keyboard_type(&t->keyboard, out, SYM_ESCAPE, false);
	else if (c == 0)
		keyboard_type(&t->keyboard, out, ' ', true);
	else if (c <= 26)
		keyboard_type(&t->keyboard, out, 'a' + c - 1, true);
	else if (c < ' ')
		keyboard_type(&t->keyboard, out, (uint32_t)ctrl_of[c - 28],
			      true);
	else
		keyboard_type(&t->keyboard, out, c, false);
}

void text_keys(struct text *t, struct keyboard_out *out)
{
	wint_t key;
	int kind;

	while ((kind = get_wch(&key)) != ERR) {
		if (kind == KEY_CODE_YES && key == KEY_RESIZE)
			t->all = true;
		else if (kind == KEY_CODE_YES && sym_of(key))
			keyboard_type(&t->keyboard, out, sym_of(key), false);
		else if (kind == OK && key == CTRL_BRACKET)
			t->quit = true;
		else if (kind == OK)
			text_type(t, out, key);
	}
}

/* ---- words ------------------------------------------------------------- */

/* text_keep() - keep a message until the terminal is given back; the oldest are
 * dropped. */
static void text_keep(struct text *t, const char *said, size_t n)
{
	size_t more;

	n = MIN(n, sizeof(t->kept));
	more = t->kept_len + n;
	if (more > sizeof(t->kept)) {
		more -= sizeof(t->kept);
		memmove(t->kept, t->kept + more, t->kept_len - more);
		t->kept_len -= more;
	}
	memcpy(t->kept + t->kept_len, said, n);
	t->kept_len += n;
}

/* set_line() - the last whole line of @said. */
static void set_line(struct text *t, const char *said, size_t n)
{
	size_t from, i;

	while (n && said[n - 1] == '\n')
		n--;
	for (from = n; from && said[from - 1] != '\n'; from--)
		;
	n = MIN(n - from, sizeof(t->line) - 1);
	for (i = 0; i < n; i++)
		t->line[i] = said[from + i] >= ' ' && said[from + i] <= '~' ?
				     said[from + i] :
				     '?';
	t->line[n] = '\0';
	t->line_until_ns = clock_now_ns() + LINE_NS;
	t->all = true;
}

void text_said(struct text *t)
{
	char said[2048];
	ssize_t n = read(t->said, said, sizeof(said));

	if (n > 0) {
		text_keep(t, said, (size_t)n);
		set_line(t, said, (size_t)n);
	} else if (n == 0 || errno != EAGAIN) {
		t->said = -1;
	}
}

/* ------------------------------------------------------------------------ */

void text_open(struct text *t, int said)
{
	static const char hint[] = "Ctrl-] quits";

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		die("--display text wants a terminal as standard input and "
		    "output; use another --display");
	t->said = said;
	t->all = true;
	setlocale(LC_CTYPE, "");
	set_escdelay(25);
	if (!newterm(NULL, stdout, stdin))
		die("--display text: this terminal (TERM=%s) is not known here; "
		    "use another --display",
		    getenv("TERM") ? getenv("TERM") : "");
	t->open = true;
	open_colours(t);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_line(t, hint, sizeof(hint) - 1);
}

void text_close(struct text *t)
{
	if (!t->open)
		return;
	t->open = false;
	while (t->said >= 0 && t->kept_len < sizeof(t->kept)) {
		size_t had = t->kept_len;

		text_said(t);
		if (t->kept_len == had)
			break;
	}
	endwin();
	if (t->kept_len && write(STDERR_FILENO, t->kept, t->kept_len) < 0)
		return;		/* nobody is there to read it */
}
