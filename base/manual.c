/* SPDX-License-Identifier: BSD-2-Clause */
/* manual.c - print the help of a program from its table: see manual.h. */
#include "base/manual.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define WIDTH 79u
#define TERM_MOST 19u	/* a longer term has a line of its own */

/* Where the next word goes. */
struct pen {
	FILE *to;
	unsigned int column, indent;
};

static void pen_line(struct pen *pen)
{
	fputc('\n', pen->to);
	pen->column = 0;
}

static void pen_indent(struct pen *pen)
{
	if (pen->column < pen->indent) {
		fprintf(pen->to, "%*s", (int)(pen->indent - pen->column), "");
		pen->column = pen->indent;
	}
}

/* pen_text() - words, and as many lines as they need; the last one stays
 * open. */
static void pen_text(struct pen *pen, const char *text)
{
	unsigned int len;

	for (; *text; text += len + (text[len] == ' ')) {
		len = (unsigned int)strcspn(text, " ");
		if (pen->column > pen->indent) {
			if (pen->column + 1 + len > WIDTH)
				pen_line(pen);
			else
				fputc(' ', pen->to), pen->column++;
		}
		pen_indent(pen);
		fprintf(pen->to, "%.*s", (int)len, text);
		pen->column += len;
	}
}

/* term_print() - "--memory 256M", ",mac=A"; Return: its width */
static unsigned int term_print(const struct manual_row *row, char *to,
			       size_t size)
{
	size_t n = strlen(row->term);
	bool close = !row->value || (n && row->term[n - 1] == '=');

	return (unsigned int)snprintf(to, size, "%*s%s%s%s", row->part ? 4 : 2,
				      "", row->term, close ? "" : " ",
				      row->value ? row->value : "");
}

/* text_column() - where the texts of a list begin: behind its widest term. */
static unsigned int text_column(const struct manual_row *rows)
{
	unsigned int widest = 8, n;
	char term[200];

	for (; rows->term; rows++) {
		n = term_print(rows, term, sizeof(term));
		if (n > widest && n <= TERM_MOST)
			widest = n;
	}
	return widest + 2;
}

static void rows_print(struct pen *pen, const struct manual_row *rows)
{
	unsigned int column = text_column(rows);
	char term[200];

	for (; rows->term; rows++) {
		pen->column = term_print(rows, term, sizeof(term));
		fputs(term, pen->to);
		pen->indent = column;
		if (pen->column + 2 > column)
			pen_line(pen);
		pen_text(pen, rows->text);
		pen_line(pen);
	}
	pen->indent = 0;
}

static void list_print(struct pen *pen, const struct manual_list *list)
{
	pen_line(pen);
	/* What is meant by the first list of options goes without saying. */
	if (strcmp(list->title, "Options"))
		fprintf(pen->to, "%s:\n", list->title);
	if (list->about) {
		pen_text(pen, list->about);
		pen_line(pen);
	}
	rows_print(pen, list->rows);
}

void manual_help(const struct manual *m, FILE *to)
{
	struct pen pen = { .to = to };
	const struct manual_list *list;
	unsigned int i;

	for (i = 0; m->synopsis[i]; i++)
		fprintf(to, "%s %s%s%s\n", i ? "      " : "usage:", m->name,
			*m->synopsis[i] ? " " : "", m->synopsis[i]);
	for (i = 0; m->about[i]; i++) {
		pen_line(&pen);
		if (*m->about[i] == '\t')
			fputs(m->about[i], to);
		else
			pen_text(&pen, m->about[i]);
		pen_line(&pen);
	}
	for (list = m->lists; list && list->title; list++)
		if (!list->page_only)
			list_print(&pen, list);
}

void manual_exit(const struct manual *m, int argc, char **argv)
{
	bool help = argc == 1 &&
		    (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h"));

	manual_help(m, help ? stdout : stderr);
	exit(help ? 0 : EX_USAGE);
}
