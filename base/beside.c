/* SPDX-License-Identifier: BSD-2-Clause */
/* beside.c - where our other programs are: see beside.h. */
#include "base/beside.h"

#include <errno.h>
#include <stdio.h>
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

/* path_at() - @name behind the first @folder bytes of @path. */
static int path_at(char *path, size_t size, size_t folder, const char *name)
{
	if (folder + strlen(name) + 1 > size)
		return -ENAMETOOLONG;
	strcpy(path + folder, name);
	return 0;
}

int beside(const char *name, char *path, size_t size)
{
	ssize_t n = own_path(path, size);
	char installed[64];
	size_t folder;
	int err;

	if (n < 0)
		return (int)n;
	while (n > 0 && path[n - 1] != '/')
		n--;
	folder = (size_t)n;
	err = path_at(path, size, folder, name);
	if (err || access(path, F_OK) == 0)
		return err;
	snprintf(installed, sizeof(installed), "../libexec/hostel/%s", name);
	err = path_at(path, size, folder, installed);
	if (err || access(path, F_OK) == 0)
		return err;
	return path_at(path, size, folder, name);
}
