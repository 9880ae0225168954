/* SPDX-License-Identifier: BSD-2-Clause */
/* request.c - the lines of a control socket: see request.h. */
#include "vmapp/control/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"

/* The deepest nesting that is needed: a report's. */
#define DEPTH_MOST 16

const struct verb_row verb_rows[VERBS] = {
#define VERB(id, name, words, what, help) { name, words, what, help },
#include "vmapp/control/verbs.def"
#undef VERB
};

static bool PRINTF_LIKE(2, 3) fail(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, REQUEST_WHY_SIZE, fmt, ap);
	va_end(ap);
	return false;
}

/* too_deep() - is the text nested too deeply? The parser calls itself for each
 * level. Brackets in strings do not count. */
static bool too_deep(const char *text, size_t len)
{
	bool quoted = false;
	size_t i, depth = 0;

	for (i = 0; i < len; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && depth && (text[i] == '}' || text[i] == ']'))
			depth--;
		if (depth > DEPTH_MOST)
			return true;
	}
	return false;
}

/* request_object() - parse a line. Return: the object, the caller's; NULL: it
 * is none. */
static json_t *request_object(const char *text, size_t len)
{
	json_t *o = NULL;

	if (!too_deep(text, len))
		o = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o)) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* enough_words() - and not too many? */
static bool enough_words(const struct verb_row *row, size_t n)
{
	if (!(row->words & VERB_MORE))
		return n == row->words;
	return n >= (row->words & ~VERB_MORE) && n <= REQUEST_WORDS;
}

enum verb request_check(const char *name, size_t n, char *why)
{
	const struct verb_row *row = verb_rows;
	char known[400] = "";
	unsigned int i;

	for (i = 0; i < VERBS && strcmp(name, verb_rows[i].name); i++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known),
			 "%s%s", i ? ", " : "", verb_rows[i].name);
	if (i == VERBS) {
		fail(why,
		     "'%.40s' is nothing that a machine can be asked; there "
		     "are %s",
		     name, known);
		return VERBS;
	}
	row += i;
	if (enough_words(row, n))
		return (enum verb)i;
	if (row->words)
		fail(why, "'%s' takes %u%s word%s: %s", name,
		     row->words & ~VERB_MORE,
		     row->words & VERB_MORE ? " or more" : "",
		     row->words == 1 ? "" : "s", row->what);
	else
		fail(why, "'%s' takes no words behind it", name);
	return VERBS;
}

bool request_printable(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool decode_word(const json_t *word, char *to, size_t size, char *why)
{
	const char *text = json_string_value(word);

	if (!text || json_string_length(word) >= size ||
	    strlen(text) != json_string_length(word) ||
	    !request_printable(text))
		return fail(why,
			    "a word of a request is a string of fewer than "
			    "%zu printable characters",
			    size);
	strcpy(to, text);
	return true;
}

static bool decode(const json_t *o, struct request *out, char *why)
{
	const json_t *verb = json_object_get(o, "verb");
	const json_t *words = json_object_get(o, "words");
	size_t i, n = json_array_size(words), used = 0;
	char name[REQUEST_WORD_SIZE];

	if (!verb)
		return fail(why, "a request has a \"verb\", as in "
				 "{\"verb\": \"status\"}");
	if (!decode_word(verb, name, sizeof(name), why))
		return false;
	if (words && !json_is_array(words))
		return fail(why, "\"words\" is an array of strings");
	out->verb = request_check(name, n, why);
	if (out->verb == VERBS)
		return false;
	for (i = 0; i < n && i < REQUEST_WORDS; i++) {
		if (!decode_word(json_array_get(words, i), out->text + used,
				 sizeof(out->text) - 1 - used, why))
			return false;
		out->words[i] = out->text + used;
		used += strlen(out->words[i]) + 1;
	}
	out->count = (unsigned int)i;
	return true;
}

bool request_decode(const char *line, size_t len, struct request *out,
		    char *why, bool *garbage)
{
	json_t *o = request_object(line, len);
	unsigned int i;
	bool good;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < REQUEST_WORDS; i++)
		out->words[i] = out->text + sizeof(out->text) - 1;
	*garbage = !o;
	if (!o)
		return fail(why,
			    "a request is one JSON object on one line, as in "
			    "{\"verb\": \"status\"}");
	good = decode(o, out, why);
	json_decref(o);
	return good;
}

char *request_make(enum verb verb, char **words)
{
	json_t *o = json_object(), *list = json_array();
	unsigned int least = verb_rows[verb].words & ~VERB_MORE, i, n;
	char *text, *line = NULL;

	for (n = 0;
	     n < least || (verb_rows[verb].words & VERB_MORE && words[n]); n++)
		json_array_append_new(list, json_string(words[n]));
	i = (unsigned int)json_array_size(list);
	json_object_set_new(o, "verb", json_string(verb_rows[verb].name));
	json_object_set_new(o, "words", list);
	text = i == n ? json_dumps(o, JSON_COMPACT) : NULL;
	if (text && asprintf(&line, "%s\n", text) < 0)
		line = NULL;
	free(text);
	json_decref(o);
	return line;
}

json_t *answer_error(const char *why, int status)
{
	return json_pack("{s:b,s:s,s:i}", "ok", 0, "error", why, "status",
			 status);
}

json_t *answer_decode(const char *text, size_t len)
{
	json_t *o = request_object(text, len);

	if (o && json_is_boolean(json_object_get(o, "ok")))
		return o;
	json_decref(o);
	return NULL;
}
