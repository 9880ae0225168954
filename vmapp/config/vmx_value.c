/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_value.c - what the values of a .vmx file mean, and what is said of those
 * that mean nothing: see vmx_parts.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/log.h"
#include "vmapp/config/vmx.h"
#include "vmapp/config/vmx_parts.h"

bool vmx_bad(struct vmx *v, const char *key, const char *value,
	     const char *want)
{
	vmxfile_error(&v->file, v->line, "%s = \"%.60s\" is not possible; %s",
		      key, value, want);
	return false;
}

bool vmx_bad_line(struct vmx *v, const struct vmx_line *l, const char *want)
{
	v->line = l->number;
	return vmx_bad(v, l->key, l->value, want);
}

bool vmx_checked(struct vmx *v, bool good, const char *error)
{
	if (!good)
		vmxfile_error(&v->file, v->line, "%s", error);
	return good;
}

bool vmx_bool(const char *value, bool *out)
{
	*out = !strcasecmp(value, "TRUE");
	return *out || !strcasecmp(value, "FALSE");
}

bool vmx_keep_text(struct vmx *v, const char **where, const char *key,
		   const char *value)
{
	size_t size = strlen(value) + 1;
	struct vmx_text *t = malloc(sizeof(*t) + size);

	if (!t)
		return vmx_bad(v, key, value, "there is no memory left");
	memcpy(t->text, value, size);
	t->next = v->config->texts;
	v->config->texts = t;
	*where = t->text;
	return true;
}

/* text_unescape() - VMware writes |22 for a quote, |7C for | and so on. */
static void text_unescape(char *to, const char *from)
{
	char hex[3] = "", code;

	while (*from) {
		code = '\0';
		if (*from == '|' && isxdigit((unsigned char)from[1]) &&
		    isxdigit((unsigned char)from[2])) {
			memcpy(hex, from + 1, 2);
			code = (char)strtoul(hex, NULL, 16);
		}
		*to++ = code ? code : *from;
		from += code ? 3 : 1;
	}
	*to = '\0';
}

bool vmx_keep_file(struct vmx *v, const char **where, const char *key,
		   const char *value)
{
	const char *slash = strrchr(v->file.path, '/');
	size_t folder = slash ? (size_t)(slash + 1 - v->file.path) : 0;
	char *path;
	bool ok;

	if (!*value)
		return vmx_bad(v, key, value, "name a file");
	path = malloc(folder + strlen(value) + 1);
	if (!path)
		return vmx_bad(v, key, value, "there is no memory left");
	if (*value == '/')
		folder = 0;
	memcpy(path, v->file.path, folder);
	text_unescape(path + folder, value);
	ok = vmx_keep_text(v, where, key, path);
	free(path);
	return ok;
}

/* vmx_want() - @ok, or say what the value should have been. */
bool vmx_want(bool ok, struct vmx *v, const struct setting *s, const char *what)
{
	return ok || vmx_bad(v, s->key, s->value, what);
}

bool vmx_checked_later(struct vmx *v, const struct setting *s)
{
	(void)v, (void)s;
	return true;
}

bool vmx_truth(struct vmx *v, const struct setting *s)
{
	bool on;

	return !*s->value ||
	       vmx_want(vmx_bool(s->value, &on), v, s, "use TRUE or FALSE");
}

const char *vmx_word_of(const char *key, const char *device)
{
	size_t n = strlen(device);

	return !strncasecmp(key, device, n) && key[n] == '.' ? key + n + 1 :
							       NULL;
}

bool vmx_is_word(const char *name, const char *word)
{
	size_t digits;

	for (; *name; name++, word++) {
		if (*name == '*')
			return true;
		if (*name != '#') {
			if (tolower((unsigned char)*name) !=
			    tolower((unsigned char)*word))
				return false;
			continue;
		}
		digits = strspn(word, "0123456789");
		if (!digits)
			return false;
		word += digits - 1;
	}
	return !*word;
}

const struct vmx_line *vmx_said(struct vmx *v, const char *device,
				const char *word)
{
	const struct vmx_line *l, *found = NULL;
	const char *said;

	for (l = v->file.lines; l; l = l->next) {
		said = vmx_word_of(l->key, device);
		if (said && !strcasecmp(said, word))
			found = l;
	}
	if (found)
		v->line = found->number;
	return found;
}

bool vmx_said_is(struct vmx *v, const char *device, const char *word,
		 const char *value)
{
	unsigned int line = v->line;
	const struct vmx_line *l = vmx_said(v, device, word);

	v->line = line;
	return l && !strcasecmp(l->value, value);
}

void vmx_names_add(struct vmx_names *names, const char *key)
{
	size_t n = strlen(names->text);

	if (n + strlen(key) + 3 > sizeof(names->text)) {
		names->left_out++;
		return;
	}
	snprintf(names->text + n, sizeof(names->text) - n, "%s%s",
		 n ? ", " : "", key);
}
