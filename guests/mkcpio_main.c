/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mkcpio - write an initramfs (cpio, "newc" format) from a list.
 *
 * A cpio program can only pack what lies in a folder, and only root can put
 * a device node there. This one takes the nodes from its list, so that anyone
 * can build the guest. Format: linux Documentation, "initramfs buffer format".
 * The output depends on the input alone: times, owners and numbers are fixed.
 *
 * The list, on standard input, one entry a line, # starts a comment:
 *	dir PATH MODE
 *	file PATH MODE SOURCE
 *	link PATH TARGET
 *	node PATH MODE MAJOR MINOR	(a character device)
 * MODE is octal; PATH has no leading slash; no name holds a space.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"

struct entry {
	const char *path;
	unsigned int mode;	/* type and permissions, as in st_mode */
	const void *data;
	size_t size;
	unsigned int major, minor;
};

static _Noreturn void fail(const char *fmt, ...) PRINTF_LIKE(1, 2);
static _Noreturn void fail(const char *fmt, ...)
{
	va_list ap;

	fputs("mkcpio: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* pad() - names and data begin at multiples of four bytes. */
static void pad(size_t written)
{
	while (written++ % 4)
		putchar(0);
}

/**
 * entry_write() - append one entry to the archive on standard output
 * @e: what it is
 * @number: its inode number, never used twice: no hard links
 */
static void entry_write(const struct entry *e, unsigned int number)
{
	size_t name = strlen(e->path) + 1;
	int head = printf("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
			  "%08X%08X",
			  number, e->mode, 0, 0, 1, 0, (unsigned int)e->size, 0,
			  0, e->major, e->minor, (unsigned int)name, 0);

	fwrite(e->path, 1, name, stdout);
	pad((size_t)head + name);
	if (e->size)
		fwrite(e->data, 1, e->size, stdout);
	pad(e->size);
}

/* slurp() - the whole of a file; the caller frees it. */
static void *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rbe");
	char *data = NULL;
	long end;

	if (!f)
		fail("cannot open %s: %s", path, strerror(errno));
	if (fseek(f, 0, SEEK_END) || (end = ftell(f)) < 0 || end > INT32_MAX)
		fail("%s is not a plain file", path);
	rewind(f);
	*size = (size_t)end;
	data = malloc(*size + 1);
	if (!data || fread(data, 1, *size, f) != *size)
		fail("cannot read %s", path);
	fclose(f);
	return data;
}

/* line_write() - turn one line of the list into an entry. */
static void line_write(char *line, unsigned int number)
{
	char *word[5] = { NULL };
	struct entry e = { 0 };
	void *data = NULL;
	int n = 0;

	for (char *w = strtok(line, " \t\n"); w && n < 5;
	     w = strtok(NULL, " \t\n"))
		word[n++] = w;
	if (n == 0 || word[0][0] == '#')
		return;
	if (n < 3)
		fail("entry %u is incomplete: %s", number, word[0]);
	e.path = word[1];
	e.mode = (unsigned int)strtoul(word[2], NULL, 8);
	if (!strcmp(word[0], "dir")) {
		e.mode |= S_IFDIR;
	} else if (!strcmp(word[0], "link")) {
		e.mode = S_IFLNK | 0777;
		e.data = word[2];
		e.size = strlen(word[2]);
	} else if (!strcmp(word[0], "file") && n == 4) {
		e.mode |= S_IFREG;
		e.data = data = slurp(word[3], &e.size);
	} else if (!strcmp(word[0], "node") && n == 5) {
		e.mode |= S_IFCHR;
		e.major = (unsigned int)strtoul(word[3], NULL, 10);
		e.minor = (unsigned int)strtoul(word[4], NULL, 10);
	} else {
		fail("what is '%s %s'?", word[0], word[1]);
	}
	entry_write(&e, number);
	free(data);
}

int main(void)
{
	static const struct entry end = { .path = "TRAILER!!!" };
	unsigned int number = 1;
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (!strchr(line, '\n'))
			fail("line %u is too long", number);
		line_write(line, number++);
	}
	entry_write(&end, 0);
	if (fflush(stdout) || ferror(stdout))
		fail("cannot write: %s", strerror(errno));
	return 0;
}
