/* SPDX-License-Identifier: BSD-2-Clause */
/* strokes.c - keys to type: see strokes.h. */
#include "vmapp/control/strokes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "devices/input/keys.h"

/* More keys than this are not held together. */
#define TOGETHER 8u

static bool stroke_add(struct strokes *s, unsigned int number, bool down,
		       char *why)
{
	struct stroke *more = s->list;

	if (!(s->n & (s->n - 1)))	/* room for a power of two */
		more = realloc(s->list, (s->n ? 2 * s->n : 1) * sizeof(*more));
	if (!more) {
		snprintf(why, STROKES_WHY_SIZE, "no memory for so many keys");
		return false;
	}
	s->list = more;
	s->list[s->n++] = (struct stroke){ (uint8_t)number, down };
	return true;
}

/* name_length() - of the key at the start of @word: up to the next "-", which
 * may itself be the name. */
static size_t name_length(const char *word)
{
	return *word == '-' ? 1 : strcspn(word, "-");
}

bool strokes_keys(struct strokes *s, const char *word, char *why)
{
	uint8_t held[TOGETHER];
	unsigned int n = 0;

	for (;;) {
		size_t len = name_length(word);
		const struct key_row *key = key_named(word, len);

		if (!key || n == TOGETHER) {
			snprintf(why, STROKES_WHY_SIZE,
				 key ? "at most %d keys are held together" :
				       "there is no key '%.*s'; names are a, "
				       "1, f2, ret, esc, spc, tab, up, "
				       "ctrl-alt-delete, ...",
				 key ? (int)TOGETHER : (int)MIN(len, 40u),
				 word);
			return false;
		}
		held[n++] = key->number;
		if (!stroke_add(s, key->number, true, why))
			return false;
		word += len;
		if (*word != '-')
			break;
		word++;
	}
	while (n--)
		if (!stroke_add(s, held[n], false, why))
			return false;
	return true;
}

/* stroke_character() - the next of @text; \x are keys. Return: its keysym, 0:
 * none. */
static uint32_t stroke_character(const char **text)
{
	static const char names[] = "ntbe\\";
	static const uint32_t syms[] = { 0xff0d, 0xff09, 0xff08, 0xff1b,
					 '\\' };
	const char *name;
	char c = *(*text)++;

	if (c != '\\')
		return c >= ' ' && c <= '~' ? (uint32_t)c : 0;
	name = **text ? strchr(names, **text) : NULL;
	if (!name)
		return 0;
	(*text)++;
	return syms[name - names];
}

bool strokes_text(struct strokes *s, const char *text, char *why)
{
	const char *from;
	const struct key_row *key;
	bool shifted, good;

	while (*text) {
		from = text;
		key = key_of_sym(stroke_character(&text), &shifted);
		if (!key) {
			snprintf(why, STROKES_WHY_SIZE,
				 "no key of a US keyboard types what begins "
				 "at '%.20s' (\\n, \\t, \\b, \\e and \\\\ are "
				 "all that begin with \\)",
				 from);
			return false;
		}
		good = (!shifted || stroke_add(s, KEY_NO_SHIFT, true, why)) &&
		       stroke_add(s, key->number, true, why) &&
		       stroke_add(s, key->number, false, why) &&
		       (!shifted || stroke_add(s, KEY_NO_SHIFT, false, why));
		if (!good)
			return false;
	}
	return true;
}
