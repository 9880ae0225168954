/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * complete.c - the tables of a shell's completion: see complete.h.
 *
 * Each is a function of bash with one `case`; what they say is explained where
 * it is used, in complete.bash. Words of the tables have no quotes in them.
 */
#include "tools/manual/complete.h"

#include <string.h>

typedef void case_fn(const struct manual *m, FILE *to);

static bool is_option(const struct manual_row *r)
{
	return r->term[0] == '-';
}

static void options_case(const struct manual *m, FILE *to)
{
	const struct manual_list *l;
	const struct manual_row *r;

	fprintf(to, "\t'%s') echo '", m->name);
	for (l = m->lists; l && l->title; l++)
		for (r = l->rows; r->term; r++)
			if (is_option(r))
				fprintf(to, "%s ", r->term);
	fputs("' ;;\n", to);
}

/* operands_case() - the terms of some lists, with what files end in before. */
static void operands_case(const struct manual *m, FILE *to)
{
	const struct manual_list *l;
	const struct manual_row *r;

	fprintf(to, "\t'%s') echo '%s ", m->name, m->files ? m->files : "-");
	for (l = m->lists; l && l->title; l++)
		for (r = l->rows; l->operands && r->term; r++)
			fprintf(to, "%s ", r->term);
	fputs("' ;;\n", to);
}

/* values_case() - one for each option that has a value. */
static void values_case(const struct manual *m, FILE *to)
{
	const struct manual_list *l;
	const struct manual_row *r;

	for (l = m->lists; l && l->title; l++)
		for (r = l->rows; r->term; r++)
			if (is_option(r) && r->value)
				fprintf(to, "\t'%s %s') echo '%s' ;;\n",
					m->name, r->term,
					r->words ? r->words : "");
}

/* parts_case() - what may stand behind a comma in an option's value. */
static void parts_case(const struct manual *m, FILE *to)
{
	const struct manual_list *l;
	const struct manual_row *r, *option = NULL;

	for (l = m->lists; l && l->title; l++)
		for (r = l->rows; r->term; r++) {
			if (!r->part) {
				option = r;
				continue;
			}
			if (!r[-1].part)
				fprintf(to, "\t'%s %s') echo '", m->name,
					option->term);
			fprintf(to, "%s ", r->term + 1);
			if (!r[1].term || !r[1].part)
				fputs("' ;;\n", to);
		}
}

static void table(const char *name, case_fn *fn,
		  const struct manual *const *all, size_t count, FILE *to)
{
	size_t i;

	fprintf(to, "_hostel_%s()\n{\n\tcase $1 in\n", name);
	for (i = 0; i < count; i++)
		fn(all[i], to);
	fputs("\t*) return 1 ;;\n\tesac\n}\n\n", to);
}

void complete_tables(const struct manual *const *all, size_t count, FILE *to)
{
	fputs("# shellcheck shell=bash\n"
	      "# Made by tools/manual from the tables of --help: change those.\n",
	      to);
	table("options", options_case, all, count, to);
	table("operands", operands_case, all, count, to);
	table("values", values_case, all, count, to);
	table("parts", parts_case, all, count, to);
}
