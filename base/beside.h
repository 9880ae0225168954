/* SPDX-License-Identifier: BSD-2-Clause */
/* beside.h - where our other programs are. */
#ifndef BASE_BESIDE_H
#define BASE_BESIDE_H

#include <stddef.h>

/**
 * beside() - the path of a program in the folder of the one that runs
 * @name: of the program; "": of the folder, with a slash at its end
 * @path, @size: where to
 *
 * Without /proc it is the path by which this one was started, from the folder
 * that it was started in.
 *
 * Return: 0; -ENAMETOOLONG, or another negative errno.
 * #syscalls readlink
 */
int beside(const char *name, char *path, size_t size);

#endif
