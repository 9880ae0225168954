/* SPDX-License-Identifier: BSD-2-Clause */
/* fds.c - descriptors, many at a time: see fds.h. */
#include "base/fds.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/* Numbers end there: the kernel's fs.nr_open, if nobody has raised it. */
#define FDS_END (1u << 20)

/* close_listed() - by /proc; Return: false if it can not be read. */
static bool close_listed(unsigned int first, unsigned int last)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned long fd;
	char *end;

	if (!dir)
		return false;
	errno = 0;
	while ((entry = readdir(dir))) {
		fd = strtoul(entry->d_name, &end, 10);
		/* "." and ".." are no numbers; the folder is closed last. */
		if (end != entry->d_name && fd >= first && fd <= last &&
		    fd != (unsigned long)dirfd(dir))
			close((int)fd);
		errno = 0;
	}
	last = (unsigned int)errno;
	closedir(dir);
	return !last;
}

void fds_close(unsigned int first, unsigned int last)
{
	unsigned int fd;

	if (first > last || close_range(first, last, 0) == 0 ||
	    close_listed(first, last))
		return;
	for (fd = first; fd <= last && fd < FDS_END; fd++)
		close((int)fd);
}
