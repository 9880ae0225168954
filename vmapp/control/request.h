/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.h - what is said at a control socket: one line, one JSON object.
 *
 *	{"verb": "link", "words": ["0", "down"]}
 *	{"ok": true, ...}	or
 *	{"ok": false, "error": "a sentence", "status": 64}
 *
 * status is what `hostel ctl` exits with: 64 for a request that makes no
 * sense, 69 for one that can not be done now.
 *
 * 1. What the other side wrote is bounded before it is parsed: its length by
 *    whoever read it, how deep it is nested here.
 * 2. These functions know no machine and keep nothing.
 */
#ifndef VMAPP_CONTROL_REQUEST_H
#define VMAPP_CONTROL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

enum verb {
#define VERB(id, name, words, what, help) VERB_##id,
#include "vmapp/control/verbs.def"
#undef VERB
	VERBS
};

/* With a verb's number of words: there may be more, up to REQUEST_WORDS. */
#define VERB_MORE 0x100u

struct verb_row {
	const char *name;
	unsigned int words;	/* how many; VERB_MORE */
	const char *what, *help;
};

extern const struct verb_row verb_rows[VERBS];

#define REQUEST_WORDS 32
#define REQUEST_WORD_SIZE 80	/* of a verb */
#define REQUEST_TEXT_SIZE 4096	/* of all words together */
#define REQUEST_WHY_SIZE 512

struct request {
	enum verb verb;
	unsigned int count;	/* words that there are; the others are "" */
	const char *words[REQUEST_WORDS]; /* in @text */
	char text[REQUEST_TEXT_SIZE];
};

/**
 * request_decode() - a checked copy of a request
 * @line, @len: the line without its newline; any bytes
 * @out: stays where it is: its words point into it
 * @why: REQUEST_WHY_SIZE bytes: a printable sentence if it is none
 * @garbage: set if it is no JSON object at all, which no program of ours sends
 *
 * Return: true, or false with @why set.
 */
bool request_decode(const char *line, size_t len, struct request *out,
		    char *why, bool *garbage);

/* request_check() - do @n words make a request of the verb @name? Return: the
 * verb, or VERBS with @why set. */
enum verb request_check(const char *name, size_t n, char *why);

/* request_make() - what request_decode() takes, with its newline. @words: as
 * many as the verb has; NULL behind them if it may have more. Return: the
 * caller's to free(), or NULL: no memory, or a word that is not UTF-8. */
char *request_make(enum verb verb, char **words);

/* request_printable() - is a word of printable ASCII? It may be written to a
 * terminal. */
bool request_printable(const char *text);

/* answer_error() - a new answer: it was not done. @status: see above */
json_t *answer_error(const char *why, int status);

/**
 * answer_decode() - of a machine, which its guest may have taken over
 * @text, @len: the line; any bytes
 *
 * Return: an object with a boolean "ok", the caller's; NULL: it is none.
 */
json_t *answer_decode(const char *text, size_t len);

#endif
