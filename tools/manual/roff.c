/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * roff.c - write a man page: see roff.h.
 *
 * 1. Texts reach the page through put() only, so no character of theirs is a
 *    request or an escape of roff's.
 * 2. A term is bold, its value italic.
 */
#include "tools/manual/roff.h"

#include <ctype.h>
#include <string.h>

#define LINE 66u	/* characters in one, before escapes are counted */

/* put_some() - a text as it is, up to @len characters. */
static void put_some(const char *text, size_t len, FILE *to)
{
	static const struct { char c; const char *escape; } escapes[] = {
		{ '\\', "\\e" }, { '-', "\\-" }, { '\'', "\\(aq" },
		{ '`', "\\(ga" }, { '^', "\\(ha" }, { '~', "\\(ti" },
		{ '"', "\\(dq" },
	};
	size_t i, k;

	for (i = 0; i < len && text[i]; i++) {
		for (k = 0; k < sizeof(escapes) / sizeof(*escapes); k++)
			if (escapes[k].c == text[i])
				break;
		if (k < sizeof(escapes) / sizeof(*escapes))
			fputs(escapes[k].escape, to);
		else
			fputc(text[i], to);
	}
}

static void put(const char *text, FILE *to)
{
	put_some(text, strlen(text), to);
}

/* put_lines() - sentences, in lines of the page's source that are not too long,
 * each sentence in one of its own. The last line stays open. */
static void put_lines(const char *text, FILE *to)
{
	size_t len, column = 0;

	for (; *text; text += len + (text[len] == ' ')) {
		len = strcspn(text, " ");
		if (!column && *text == '.')	/* no request */
			fputs("\\&", to);
		put_some(text, len, to);
		column += len + 1;
		if (!text[len])
			return;
		if (column + strcspn(text + len + 1, " ") > LINE ||
		    (len > 1 && text[len - 1] == '.')) {
			fputc('\n', to);
			column = 0;
		} else {
			fputc(' ', to);
		}
	}
}

/* page_name() - "hostel run" is hostel-run. */
static void page_name(const char *name, FILE *to)
{
	for (; *name; name++)
		put_some(*name == ' ' ? "-" : name, 1, to);
}

/* put_capitals() - the words of a title, as one argument of a macro. */
static void put_capitals(const char *title, const char *blank, FILE *to)
{
	for (; *title; title++) {
		char c = (char)toupper((unsigned char)*title);

		if (c == ' ')
			fputs(blank, to);
		else
			put_some(&c, 1, to);
	}
}

static void section(const char *title, FILE *to)
{
	fputs(".SH ", to);
	put_capitals(title, "\\ ", to);
	fputc('\n', to);
}

static void synopsis(const struct manual *m, FILE *to)
{
	size_t i;

	section("Synopsis", to);
	for (i = 0; m->synopsis[i]; i++) {
		fputs(i ? ".br\n\\fB" : "\\fB", to);
		put(m->name, to);
		fputs("\\fR", to);
		if (*m->synopsis[i]) {
			fputc(' ', to);
			put(m->synopsis[i], to);
		}
		fputc('\n', to);
	}
}

static void description(const struct manual *m, FILE *to)
{
	size_t i;

	section("Description", to);
	for (i = 0; m->about[i]; i++) {
		if (*m->about[i] == '\t') {
			fputs(".PP\n.RS\n", to);
			put(m->about[i] + 1, to);
			fputs("\n.RE\n", to);
			continue;
		}
		if (i)
			fputs(".PP\n", to);
		put_lines(m->about[i], to);
		fputc('\n', to);
	}
}

static void row(const struct manual_row *r, FILE *to)
{
	size_t n = strlen(r->term);

	fputs(".TP\n\\fB", to);
	put(r->term, to);
	fputs("\\fR", to);
	if (r->value) {
		fputs(r->term[n - 1] == '=' ? "\\fI" : " \\fI", to);
		put(r->value, to);
		fputs("\\fR", to);
	}
	fputc('\n', to);
	put_lines(r->text, to);
	if (r->vmx) {
		fputs("; in\na .vmx file: \\fB", to);
		put(r->vmx, to);
		fputs("\\fR", to);
	}
	fputc('\n', to);
}

static void list(const struct manual_list *l, FILE *to)
{
	const struct manual_row *r;
	bool part = false;

	section(l->title, to);
	if (l->about) {
		put_lines(l->about, to);
		fputc('\n', to);
	}
	for (r = l->rows; r->term; r++) {
		if (r->part != part)
			fputs(r->part ? ".RS\n" : ".RE\n", to);
		part = r->part;
		row(r, to);
	}
	if (part)
		fputs(".RE\n", to);
}

/* see_also() - "vmnetd(8), nettest(1)" */
static void see_also(const char *see, FILE *to)
{
	size_t name, all;

	section("See also", to);
	while (*see) {
		name = strcspn(see, "(");
		all = strcspn(see, ",");
		fputs(".BR ", to);
		put_some(see, name, to);
		fputc(' ', to);
		put_some(see + name, all - name, to);
		fputs(see[all] ? " ,\n" : "\n", to);
		see += all + strspn(see + all, ", ");
	}
}

void roff_page(const struct manual *m, const char *date, const char *version,
	       FILE *to)
{
	const struct manual_list *l;

	fputs(".\\\" Made by tools/manual from the tables of --help: change "
	      "those.\n.TH ",
	      to);
	put_capitals(m->name, "\\-", to);
	fprintf(to, " %u \"%s\" \"Hostel ", m->section, date);
	put(version, to);
	/* Names are taken apart at no place. */
	fputs("\" Hostel\n.nh\n.ad l\n", to);
	section("Name", to);
	page_name(m->name, to);
	fputs(" \\- ", to);
	put(m->summary, to);
	fputc('\n', to);
	synopsis(m, to);
	description(m, to);
	for (l = m->lists; l && l->title; l++)
		list(l, to);
	if (m->see)
		see_also(m->see, to);
}
