/* SPDX-License-Identifier: BSD-2-Clause */
/* fds.c - descriptors, many at a time: see fds.h. */
#include "base/fds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* Numbers end there: the kernel's fs.nr_open, if nobody has raised it. */
#define FDS_END (1u << 20)

/* A call for each of a million costs a second, and each process of a machine
 * closes what is not its own: from FDS_POLLED on poll() is asked for FDS_ASKED
 * at a time. (It knows no O_PATH descriptors. Ours have low numbers.) */
#define FDS_POLLED (1u << 16)
#define FDS_ASKED 256u

typedef void fds_do(int fd, unsigned int first, unsigned int last);

static void close_between(int fd, unsigned int first, unsigned int last)
{
	if ((unsigned int)fd >= first && (unsigned int)fd <= last)
		close(fd);
}

static void close_inherited(int fd, unsigned int first, unsigned int last)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags >= 0 && !(flags & FD_CLOEXEC))
		close_between(fd, first, last);
}

/* each_listed() - by /proc; Return: false if it can not be read. */
static bool each_listed(fds_do *f, unsigned int first, unsigned int last)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned long fd;
	bool read_all;
	char *end;

	if (!dir)
		return false;
	errno = 0;
	while ((entry = readdir(dir))) {
		fd = strtoul(entry->d_name, &end, 10);
		/* "." and ".." are no numbers; the folder is closed last. */
		if (end != entry->d_name && fd != (unsigned long)dirfd(dir))
			f((int)fd, first, last);
		errno = 0;
	}
	read_all = !errno;
	closedir(dir);
	return read_all;
}

/* each_polled() - by poll(); where it does not answer (RLIMIT_NOFILE is lower
 * than what is asked for at once), each may be one. */
static void each_polled(fds_do *f, unsigned int first, unsigned int last)
{
	struct pollfd p[FDS_ASKED];
	unsigned int fd, i, n;
	bool told;

	for (fd = first; fd <= last && fd < FDS_END; fd += n) {
		n = last - fd < FDS_ASKED ? last - fd + 1 : FDS_ASKED;
		for (i = 0; i < n; i++)
			p[i] = (struct pollfd){ .fd = (int)(fd + i) };
		told = poll(p, n, 0) >= 0;
		for (i = 0; i < n; i++)
			if (!told || !(p[i].revents & POLLNVAL))
				f((int)(fd + i), first, last);
	}
}

/* fd_each() - of the descriptors that there may be */
static void fd_each(fds_do *f, unsigned int first, unsigned int last)
{
	unsigned int fd;

	if (each_listed(f, first, last))
		return;
	for (fd = first; fd <= last && fd < FDS_POLLED; fd++)
		f((int)fd, first, last);
	each_polled(f, fd, last);
}

void fds_close(unsigned int first, unsigned int last)
{
	if (first > last || close_range(first, last, 0) == 0)
		return;
	fd_each(close_between, first, last);
}

void fds_close_inherited(void)
{
	fd_each(close_inherited, STDERR_FILENO + 1, ~0u);
}

int fds_place(int first, int *fds, int n)
{
	int i;

	/* First out of the way of their places, whatever they are now. */
	for (i = 0; i < n; i++)
		if (fds[i] >= 0) {
			fds[i] = fcntl(fds[i], F_DUPFD, first + n);
			if (fds[i] < 0)
				return -1;
		}
	for (i = 0; i < n; i++)
		if (fds[i] < 0)
			close(first + i);
		else if (dup2(fds[i], first + i) < 0)
			return -1;
	fds_close((unsigned int)(first + n), ~0u);
	return 0;
}
