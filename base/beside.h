/* SPDX-License-Identifier: BSD-2-Clause */
/* beside.h - where our other programs are. */
#ifndef BASE_BESIDE_H
#define BASE_BESIDE_H

#include <stddef.h>

/**
 * beside() - the path of another of our programs
 * @name: of the program; "": of the folder of the one that runs, with a slash
 *	at its end
 * @path, @size: where to
 *
 * In a build tree all lie in one folder. `make install` puts what people start
 * into bin/ and the others into libexec/hostel/ beside it: they are looked for
 * there if they are not in the folder of the one that runs. If it is in
 * neither, @path is where it is in a build tree.
 *
 * Without /proc it is the path by which this one was started, from the folder
 * that it was started in.
 *
 * Return: 0; -ENAMETOOLONG, or another negative errno.
 * #syscalls readlink access
 */
int beside(const char *name, char *path, size_t size);

#endif
