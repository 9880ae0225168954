/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * runfolder.h - the folder of this user's running Hostel: sockets and locks.
 *
 * It is $HOSTEL_VMNET_DIR, or hostel/ in $XDG_RUNTIME_DIR, or
 * /tmp/hostel-UID. It must belong to us and be closed to all others: whoever
 * could put a socket there would be our wire, or be asked what a machine does.
 */
#ifndef BASE_RUNFOLDER_H
#define BASE_RUNFOLDER_H

#include <stddef.h>

/* RUNFOLDER_ROW - of a manual (base/manual.h), among the environment: what says
 * which folder it is. */
#define RUNFOLDER_ROW							\
	{ .term = "HOSTEL_VMNET_DIR", .text = "the folder of VMNet's "	\
		"socket and of the machines' (without it: hostel/ in "	\
		"XDG_RUNTIME_DIR, if that is this user's alone, or "	\
		"/tmp/hostel-UID). A machine is seen only by who has "	\
		"the same" }

/**
 * runfolder_find() - name the folder, and make and check it
 * @dir, @size: room for its path
 * @why, @why_size: room for a sentence if it can not be used
 *
 * Return: 0 or -errno; -ENAMETOOLONG: the path has no room in @size bytes.
 * #syscalls lstat mkdir
 */
int runfolder_find(char *dir, size_t size, char *why, size_t why_size);

#endif
