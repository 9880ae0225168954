/* SPDX-License-Identifier: BSD-2-Clause */
/* brought.c - what comes beside an answer of a machine: see brought.h. */
#include "vmapp/control/brought.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/control/request.h"

#define PICTURE_MOST	(64u << 20)	/* bytes */
#define TEXT_MOST	(256u << 10)

static const uint8_t png_begins[] = { 0x89, 'P', 'N', 'G',
				      '\r', '\n', 0x1a, '\n' };

/* read_all() - Return: malloc()ed, with a NUL behind it; NULL: it is nothing
 * that hostel-screen sends. */
static char *read_all(int fd, size_t most, size_t *len)
{
	struct stat st;
	ssize_t n = 1;
	char *data;

	*len = 0;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size <= 0 || st.st_size > (off_t)most)
		return NULL;
	data = malloc((size_t)st.st_size + 1);
	while (data && n > 0 && *len < (size_t)st.st_size) {
		n = pread(fd, data + *len, (size_t)st.st_size - *len,
			  (off_t)*len);
		*len += n > 0 ? (size_t)n : 0;
	}
	if (data)
		data[*len] = '\0';
	return data;
}

/* is_file() - is what @st says a file, and what has that name? A device, a FIFO
 * or what a link leads to is not ours to remove. */
static bool is_file(const char *path, const struct stat *st)
{
	struct stat at;

	return S_ISREG(st->st_mode) && lstat(path, &at) == 0 &&
	       at.st_dev == st->st_dev && at.st_ino == st->st_ino;
}

/* file_save() - Return: 0, or an errno. A file that could not be written whole
 * does not stay. */
static int file_save(const char *path, const char *data, size_t len)
{
	struct stat st = { .st_mode = 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int err = fd < 0 || fstat(fd, &st) < 0 ? errno : 0;
	ssize_t n;

	while (!err && len) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		err = n < 0 ? errno : 0;
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0 && close(fd) < 0 && !err)
		err = errno;
	if (err && fd >= 0 && is_file(path, &st))
		unlink(path);
	return err;
}

/* file_sequence() - of UTF-8: how long the character at @s is, or 0: it is none
 * that may be shown. */
static size_t file_sequence(const uint8_t *s)
{
	size_t n = *s < 0x80		   ? 1 :
		   *s >= 0xc2 && *s < 0xe0 ? 2 :
		   *s >= 0xe0 && *s < 0xf0 ? 3 :
					     0;
	size_t i;

	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 1)
		return *s == '\n' || (*s >= ' ' && *s != 0x7f);
	return n == 2 && *s == 0xc2 && s[1] < 0xa0 ? 0 : n;
}

/* make_printable() - in place. */
static void make_printable(char *text)
{
	uint8_t *s = (uint8_t *)text;
	size_t n;

	for (; *s; s += n) {
		n = file_sequence(s);
		if (!n) {
			*s = '?';
			n = 1;
		}
	}
}

/* file_refused() - in the answer's stead; takes it. */
static json_t *file_refused(json_t *o, const char *why)
{
	json_decref(o);
	return answer_error(why, EXIT_SETUP);
}

static json_t *take_picture(json_t *o, const char *path, const char *data,
			    size_t len)
{
	char why[REQUEST_WHY_SIZE];
	int err;

	if (len < sizeof(png_begins) ||
	    memcmp(data, png_begins, sizeof(png_begins)))
		return file_refused(o, "what the machine sent is no picture");
	err = file_save(path, data, len);
	if (!err)
		return o;
	snprintf(why, sizeof(why), "can not write %.100s: %s", path,
		 strerror(err));
	return file_refused(o, why);
}

json_t *brought_take(json_t *o, const char *path, int fd)
{
	size_t len;
	char *data = read_all(fd, path ? PICTURE_MOST : TEXT_MOST, &len);

	if (fd >= 0)
		close(fd);
	if (!data) {
		o = file_refused(o, "the machine sent nothing with its answer");
	} else if (path) {
		o = take_picture(o, path, data, len);
	} else {
		make_printable(data);
		if (json_object_set_new(o, "text", json_string(data)))
			o = file_refused(o, "what the machine sent is no text");
	}
	free(data);
	return o;
}
