/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manual.h - what a program or a command tells of itself: one table.
 *
 * `--help` is printed from it by the program itself; its man page and what a
 * shell completes are made from it when Hostel is built (tools/manual/).
 *
 * 1. Texts are sentences without line ends: whoever prints them breaks lines.
 * 2. All of it is constant data; nothing here can fail.
 */
#ifndef BASE_MANUAL_H
#define BASE_MANUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What may be completed besides words: names of files. */
#define MANUAL_FILES "FILES"

/* TEXTS() - of a struct manual: some texts, with their end. */
#define TEXTS(...) (const char *const []) { __VA_ARGS__, NULL }

/* An option, a command, a variable, an exit status: a term and its meaning. */
struct manual_row {
	const char *term;	/* "--memory"; NULL ends a list */
	const char *value;	/* "256M": what stands behind it; or NULL */
	const char *text;
	const char *words;	/* what a shell completes as its value: words
				 * with blanks between, MANUAL_FILES, NULL */
	const char *vmx;	/* the .vmx key that says the same, or NULL */
	bool part;		/* of the value of a row before it */
};

struct manual_list {
	const char *title;	/* "Options"; NULL ends the lists */
	const struct manual_row *rows;
	bool page_only;		/* for the man page, not for --help */
	bool operands;		/* its terms are what may stand behind the
				 * name, for a shell */
	const char *about;	/* a paragraph before the rows, or NULL */
};

struct manual {
	const char *name;	/* as it is called: "hostel run" */
	unsigned int section;	/* of the manual: 1 or 8 */
	const char *summary;	/* what it does, in some words, no full stop */
	/* How it is called, in lines, without the name */
	const char *const *synopsis;
	/* Paragraphs; one that begins with a tab is an example. NULL ends. */
	const char *const *about;
	const struct manual_list *lists;
	const char *files;	/* how names of files end that may stand behind
				 * the name, "vmx"; or NULL */
	const char *see;	/* other pages, "vmnetd(8), nettest(1)" */
};

/**
 * manual_help() - print what --help says, in lines of less than 80 columns
 * @m: whose
 * @to: where to
 */
void manual_help(const struct manual *m, FILE *to);

/**
 * manual_exit() - say how it is used, and exit: for all that is no proper use
 *	of it. Who asks by --help or -h, and for nothing else, gets it on
 *	standard output, with 0; a mistake gets it on standard error, with 64.
 * @m: whose
 * @argc, @argv: what stands behind the command's name
 */
_Noreturn void manual_exit(const struct manual *m, int argc, char **argv);

#endif
