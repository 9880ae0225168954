/* SPDX-License-Identifier: BSD-2-Clause */
/* outfile.h - a file that the user wants something written to. */
#ifndef VMAPP_OUTFILE_H
#define VMAPP_OUTFILE_H

#include <sys/types.h>

/**
 * outfile_open() - open it for writing, and make it if it is not there
 * @option: of the command line, for what is said
 * @path: perhaps of a FIFO: then this waits until somebody reads it, and says
 *	so. Signals are to end the process meanwhile, as they do by default.
 * @flags: more for open(2): O_TRUNC, O_APPEND
 * @mode: of a new file, less umask(2)
 *
 * Return: a descriptor, or -1; that is explained.
 * #syscalls openat fcntl
 */
int outfile_open(const char *option, const char *path, int flags, mode_t mode);

#endif
