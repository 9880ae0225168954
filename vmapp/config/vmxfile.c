/* SPDX-License-Identifier: BSD-2-Clause */
/* vmxfile.c - the lines of a .vmx file: see vmxfile.h. */
#include "vmapp/config/vmxfile.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"

#define FILE_MOST (4u << 20)	/* bytes; a line may be as long */
#define BOM "\xef\xbb\xbf"

void vmxfile_error(struct vmx_file *f, unsigned int line, const char *fmt, ...)
{
	struct vmx_error *e;
	unsigned int i;
	va_list ap;

	if (f->error_count++ >= VMX_ERRORS_TOLD)
		return;
	for (i = f->error_count - 1; i && f->error[i - 1].line > line; i--)
		f->error[i] = f->error[i - 1];
	e = &f->error[i];
	e->line = line;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
}

bool vmxfile_good(struct vmx_file *f, char *error)
{
	unsigned int i, told = MIN(f->error_count, VMX_ERRORS_TOLD);

	for (i = 0; i < told; i++) {
		if (i)
			log_error("%s", error);
		snprintf(error, CONFIG_ERROR_SIZE, "%.100s:%u: %.140s", f->path,
			 f->error[i].line, f->error[i].text);
	}
	if (f->error_count > told) {
		log_error("%s", error);
		snprintf(error, CONFIG_ERROR_SIZE,
			 "%.100s: there are %u more "
			 "mistakes",
			 f->path, f->error_count - told);
	}
	return !f->error_count;
}

void vmxfile_free(struct vmx_file *f)
{
	struct vmx_line *l;

	while ((l = f->lines)) {
		f->lines = l->next;
		free(l);
	}
}

static char *text_trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

/* nothing_more() - is there nothing, or but a comment, at @s? */
static bool nothing_more(const char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	return !*s || *s == '#';
}

/* text_quoted() - take a value out of its quotes: it ends at the first one that
 * has nothing behind it. Return: false if there is none. */
static bool text_quoted(char *value)
{
	char *end = value;

	while ((end = strchr(end + 1, '"')))
		if (nothing_more(end + 1)) {
			*end = '\0';
			return true;
		}
	return false;
}

/* text_unquoted() - cut off a comment, which has a blank before it. */
static char *text_unquoted(char *value)
{
	char *hash = value;

	while ((hash = strchr(hash, '#'))) {
		if (hash == value || isspace((unsigned char)hash[-1])) {
			*hash = '\0';
			break;
		}
		hash++;
	}
	return text_trim(value);
}

static void add_line(struct vmx_file *f, unsigned int number, const char *key,
		     const char *value)
{
	size_t k = strlen(key) + 1, v = strlen(value) + 1;
	struct vmx_line *l = malloc(sizeof(*l) + k + v);

	if (!l) {
		vmxfile_error(f, number, "there is no memory left");
		return;
	}
	*l = (struct vmx_line){ .number = number, .key = l->text,
				.value = l->text + k };
	memcpy(l->text, key, k);
	memcpy(l->text + k, value, v);
	*f->end = l;
	f->end = &l->next;
}

static void parse_line(struct vmx_file *f, unsigned int number, char *line)
{
	char *key = text_trim(line), *value, *eq;

	if (!*key || *key == '#')
		return;
	eq = strchr(key, '=');
	if (!eq || eq == key) {
		vmxfile_error(f, number,
			      "'%.60s' is not a setting; write key "
			      "= \"value\"",
			      key);
		return;
	}
	*eq = '\0';
	key = text_trim(key);
	value = text_trim(eq + 1);
	if (*value == '"' && !text_quoted(value))
		vmxfile_error(f, number,
			      "the value of %.60s has no closing "
			      "quote",
			      key);
	else
		add_line(f, number, key,
			 *value == '"' ? value + 1 : text_unquoted(value));
}

/* read_lines() - @text: @len bytes, and a NUL; changed */
static void read_lines(struct vmx_file *f, char *text, size_t len)
{
	char *line = text, *end;
	unsigned int number = 0;

	if (!strncmp(text, BOM, strlen(BOM)))
		line += strlen(BOM);
	for (; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (!end)
			end = text + len;
		*end = '\0';
		number++;
		if (line + strlen(line) == end)
			parse_line(f, number, line);
		else
			vmxfile_error(f, number,
				      "this is no text: there is a NUL in it; "
				      "save the file as UTF-8");
	}
}

static bool can_not_read(const char *path, char *error)
{
	snprintf(error, CONFIG_ERROR_SIZE, "can not read %.100s: %s", path,
		 strerror(errno));
	return false;
}

/* read_text() - the whole file. @text: receives its bytes and a NUL, the
 * caller's to free(), also if this fails. Return: false with @error set. */
static bool read_text(FILE *file, const char *path, char **text, size_t *len,
		      char *error)
{
	size_t room = 0;
	char *more;

	for (*len = 0; *len == room && room <= FILE_MOST;) {
		room = room ? 2 * room : 4096;
		more = realloc(*text, room + 1);
		if (!more)
			return can_not_read(path, error);
		*text = more;
		*len += fread(*text + *len, 1, room - *len, file);
	}
	(*text)[*len] = '\0';
	if (ferror(file))
		return can_not_read(path, error);
	if (*len > FILE_MOST)
		snprintf(error, CONFIG_ERROR_SIZE,
			 "%.100s has more than %u MiB: name a .vmx file", path,
			 FILE_MOST >> 20);
	return *len <= FILE_MOST;
}

bool vmxfile_read(struct vmx_file *f, const char *path, char *error)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t len;
	bool good;

	memset(f, 0, sizeof(*f));
	f->path = path;
	f->end = &f->lines;
	if (!file)
		return can_not_read(path, error);
	good = read_text(file, path, &text, &len, error);
	if (good)
		read_lines(f, text, len);
	fclose(file);
	free(text);
	return good;
}
