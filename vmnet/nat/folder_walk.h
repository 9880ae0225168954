/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder_walk.h - open a file below a folder, and never one outside of it.
 *
 * 1. A name is walked part by part, and each part is opened in the folder
 *    before it, never followed if it is a link. A link is read, and its text
 *    walked on in its place: so links inside the folder work. One that is
 *    absolute, or leads above the folder, does not, whoever changes what
 *    meanwhile.
 * 2. ".." is the folder that the walk came from, not what the kernel makes of
 *    it: so a folder that is moved away during a walk leads nowhere else.
 * 3. Only plain files are opened, for reading, and nothing waits: not for a
 *    FIFO's writer, nor for a device.
 *
 * This is what the system call openat2 does with RESOLVE_BENEATH, which Linux
 * has from 5.6 on: with one way for all kernels, it is the tested one that is
 * used. A filter can also see flags of openat, but not those of openat2.
 */
#ifndef VMNET_FOLDER_WALK_H
#define VMNET_FOLDER_WALK_H

#include <stdint.h>

#define FOLDER_NAME_MAX	512u	/* longest name, with its NUL */

/**
 * folder_open() - open a file
 * @folder: descriptor of the folder, O_PATH or for reading; stays open
 * @name: its name there; '/' at the beginning is the folder itself
 * @size: receives its size in bytes
 *
 * Return: a descriptor, close-on-exec, the caller's; or -errno: -EXDEV: the
 * name leads out of the folder; -EISDIR; -EACCES also for what is no plain
 * file; -ELOOP: too many links or folders.
 * #syscalls[folder] openat newfstatat readlinkat close
 */
int folder_open(int folder, const char *name, uint64_t *size);

#endif
