/* SPDX-License-Identifier: BSD-2-Clause */
/* folder_walk.c - open a file below a folder: see folder_walk.h. */
#include "vmnet/nat/folder_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH		32u	/* folders below the first one */
#define LINKS		20u
#define REST_SIZE	4096u
#define PART_SIZE	256u	/* NAME_MAX and a NUL */

struct walk {
	int fd[DEPTH + 1];	/* [0] is the folder, which is not ours */
	unsigned int depth;	/* fd[depth] is where we are */
	unsigned int links;	/* that were followed */
	char rest[REST_SIZE];	/* what is still to be walked */
	char part[PART_SIZE];	/* the part that is being walked */
};

/* next_part() - Return: 1: there is one; 0: that was all; or -errno. */
static int next_part(struct walk *w)
{
	const char *from = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(from, "/");

	if (!n)
		return 0;
	if (n >= PART_SIZE)
		return -ENAMETOOLONG;
	memcpy(w->part, from, n);
	w->part[n] = '\0';
	memmove(w->rest, from + n, strlen(from + n) + 1);
	return 1;
}

/* is_last() - does nothing follow this part? "x/" wants x to be a folder. */
static bool is_last(const struct walk *w)
{
	return !*w->rest;
}

static int go_up(struct walk *w)
{
	if (!w->depth)
		return -EXDEV;
	close(w->fd[w->depth--]);
	return 0;
}

static int go_down(struct walk *w)
{
	int fd;

	if (w->depth == DEPTH)
		return -ELOOP;
	fd = openat(w->fd[w->depth], w->part,
		    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	w->fd[++w->depth] = fd;
	return 0;
}

/* walk_follow() - the part is a link: its text takes its place. */
static int walk_follow(struct walk *w)
{
	char text[REST_SIZE];
	size_t left = strlen(w->rest);
	ssize_t n;

	if (w->links++ == LINKS)
		return -ELOOP;
	n = readlinkat(w->fd[w->depth], w->part, text, sizeof(text));
	if (n < 0)
		return -errno;
	if (!n || text[0] == '/')
		return -EXDEV;
	if ((size_t)n + left >= REST_SIZE)
		return -ENAMETOOLONG;
	memmove(w->rest + n, w->rest, left + 1);
	memcpy(w->rest, text, (size_t)n);
	return 0;
}

/* open_plain() - the part is the last one. Return: a descriptor or -errno. */
static int open_plain(const struct walk *w, uint64_t *size)
{
	struct stat st;
	int fd = openat(w->fd[w->depth], w->part,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* It may be another file by now. */
	if (fstatat(fd, "", &st, AT_EMPTY_PATH) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EACCES;
	}
	*size = (uint64_t)st.st_size;
	return fd;
}

/* walk_step() - walk one part. Return: 0: go on; or -errno; or @fd is set. */
static int walk_step(struct walk *w, int *fd, uint64_t *size)
{
	struct stat st;

	if (!strcmp(w->part, "."))
		return 0;
	if (!strcmp(w->part, ".."))
		return go_up(w);
	if (fstatat(w->fd[w->depth], w->part, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (S_ISLNK(st.st_mode))
		return walk_follow(w);
	if (S_ISDIR(st.st_mode))
		return go_down(w);
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	if (!is_last(w))
		return -ENOTDIR;
	*fd = open_plain(w, size);
	return *fd < 0 ? *fd : 0;
}

int folder_open(int folder, const char *name, uint64_t *size)
{
	struct walk w = { .fd = { folder } };
	int fd = -1, err;

	if (strlen(name) >= FOLDER_NAME_MAX)
		return -ENAMETOOLONG;
	strcpy(w.rest, name);
	while (fd < 0 && (err = next_part(&w)) > 0) {
		err = walk_step(&w, &fd, size);
		if (err < 0)
			break;
	}
	while (w.depth)
		close(w.fd[w.depth--]);
	return fd >= 0 ? fd : err < 0 ? err : -EISDIR;
}
