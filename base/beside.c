/* SPDX-License-Identifier: BSD-2-Clause */
/* beside.c - where our other programs are: see beside.h. */
#include "base/beside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* own_path() - of this program; Return: its length, or a negative errno. */
static ssize_t own_path(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size);
	const char *started;
	char *real;

	if (n >= 0)
		return (size_t)n < size ? n : -ENAMETOOLONG;
	/* execve()'s argument: getauxval(3). */
	started = (const char *)getauxval(AT_EXECFN);
	real = started ? realpath(started, NULL) : NULL;
	if (!real)
		return -ENOENT;
	n = (ssize_t)strlen(real);
	if ((size_t)n < size)
		memcpy(path, real, (size_t)n);
	else
		n = -ENAMETOOLONG;
	free(real);
	return n;
}

int beside(const char *name, char *path, size_t size)
{
	ssize_t n = own_path(path, size);

	if (n < 0)
		return (int)n;
	while (n > 0 && path[n - 1] != '/')
		n--;
	if ((size_t)n + strlen(name) + 1 > size)
		return -ENAMETOOLONG;
	strcpy(path + n, name);
	return 0;
}
