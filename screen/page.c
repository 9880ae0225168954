/* SPDX-License-Identifier: BSD-2-Clause */
/* page.c - noVNC's page: see page.h. */
#include "screen/page.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/check.h"

#define DEPTH_MOST 8u

/* page_type() - Return: the type of a file by the end of its name; NULL: it is
 * no part of a page. */
static const char *page_type(const char *name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".json", "application/json" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".woff", "font/woff" },
		{ ".ttf", "font/ttf" },
		{ ".mp3", "audio/mpeg" },
		{ ".oga", "audio/ogg" },
	};
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot && i < ARRAY_SIZE(types); i++)
		if (!strcmp(dot, types[i].end))
			return types[i].type;
	return NULL;
}

/* read_file() - read a whole file. Return: false: leave it out. */
static bool read_file(int fd, struct page_file *f)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > (off_t)PAGE_FILE_MOST)
		return false;
	f->data = malloc((size_t)st.st_size + 1);
	while (f->data && f->len < (size_t)st.st_size) {
		n = read(fd, f->data + f->len, (size_t)st.st_size - f->len);
		if (n <= 0)
			return false;
		f->len += (size_t)n;
	}
	return f->data;
}

/* page_add() - add one file, if there is room. */
static void page_add(struct page *page, int dir, const char *name,
		     const char *path)
{
	struct page_file *f = &page->files[page->count];
	int fd;

	if (page->count == PAGE_FILES || !page_type(name) ||
	    snprintf(f->path, sizeof(f->path), "%s/%s", path, name) >=
		    (int)sizeof(f->path))
		return;
	f->type = page_type(name);
	f->len = 0;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read_file(fd, f))
		page->count++;
	else
		free(f->data);
	close(fd);
}

/* add_folder() - add all files of a folder and its subfolders, to a depth.
 * Closes @dir. */
static void add_folder(struct page *page, int dir, const char *path,
		       unsigned int depth)
{
	DIR *d = dir < 0 ? NULL : fdopendir(dir);
	char inner[PAGE_PATH];
	struct dirent *e;
	int fd;

	while (d && (e = readdir(d))) {
		if (*e->d_name == '.')
			continue;
		page_add(page, dirfd(d), e->d_name, path);
		if (page_type(e->d_name) || depth == DEPTH_MOST ||
		    snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) >=
			    (int)sizeof(inner))
			continue;
		fd = openat(dirfd(d), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			add_folder(page, fd, inner, depth + 1);
	}
	if (d)
		closedir(d);
	else if (dir >= 0)
		close(dir);
}

/* load_from() - Return: is there a page in this folder? */
static bool load_from(struct page *page, const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0)
		add_folder(page, dir, "", 0);
	return page_find(page, "/vnc.html", strlen("/vnc.html"));
}

bool page_load(struct page *page, char *why, size_t size)
{
	const char *own = getenv("HOSTEL_NOVNC");
	char path[PATH_MAX] = "";
	const char *where = own && *own ? own : path;

	if (own && *own && load_from(page, own))
		return true;
	if ((!own || !*own) &&
	    (load_from(page, "/usr/share/novnc") ||
	     (!beside("novnc", path, sizeof(path)) && load_from(page, path))))
		return true;
	snprintf(why, size,
		 "there is no noVNC page in /usr/share/novnc or %s; install "
		 "Debian's package novnc, or in Hostel's source tree run "
		 "tools/fetch-novnc %s",
		 where, where);
	return false;
}

const struct page_file *page_find(const struct page *page, const char *path,
				  size_t len)
{
	size_t i;

	for (i = 0; i < page->count; i++)
		if (strlen(page->files[i].path) == len &&
		    !memcmp(page->files[i].path, path, len))
			return &page->files[i];
	return NULL;
}
