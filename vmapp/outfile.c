/* SPDX-License-Identifier: BSD-2-Clause */
/* outfile.c - a file to write to: see outfile.h. */
#include "vmapp/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/log.h"

int outfile_open(const char *option, const char *path, int flags, mode_t mode)
{
	int fd;

	flags |= O_WRONLY | O_CREAT | O_CLOEXEC;
	/* fifo(7): so it does not wait for a reader, but fails. */
	fd = open(path, flags | O_NONBLOCK, mode);
	if (fd >= 0)
		fcntl(fd, F_SETFL, flags);
	if (fd < 0 && errno == ENXIO) {
		log_info("%s: waiting for somebody to read %s", option, path);
		fd = open(path, flags, mode);
	}
	if (fd < 0)
		log_error("%s: can not write %s: %s", option, path,
			  strerror(errno));
	return fd;
}
