/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.h - a process gives up what a system-call filter can not see.
 *
 * A filter (sandbox.h) says which calls there are; this says what they could
 * reach. Both are wanted: a hole in one is then no way out.
 *
 * 1. Capabilities are always gone, of all sets, for root too, and so is every
 *    way to get some (no_new_privs). What else there is depends on the host:
 *    a container may allow no namespaces, an old kernel has no Landlock.
 * 2. Descriptors that are open keep working, as do files that are mapped: a
 *    socket stays in the network where it was made.
 * 3. There is no way back, and what the process starts inherits it.
 */
#ifndef BASE_PRIVILEGES_H
#define BASE_PRIVILEGES_H

#include <stdint.h>

/* The walls, weakest host first: X(name, words for people). */
#define PRIVILEGES_WALLS(X)				\
	X(CAPABILITIES, "no capabilities")		\
	X(USER, "own user namespace")			\
	X(IPC, "own IPC namespace")			\
	X(NET, "own network namespace")			\
	X(ROOT, "empty root")				\
	X(LANDLOCK, "Landlock")

enum privileges_wall {
#define PRIVILEGES_ENUM(name, words) PRIVILEGES_##name,
	PRIVILEGES_WALLS(PRIVILEGES_ENUM)
#undef PRIVILEGES_ENUM
	PRIVILEGES_COUNT
};

#define PRIVILEGES_BIT(name) (1u << PRIVILEGES_##name)

/* privileges_words() - what a wall is, for people. */
const char *privileges_words(enum privileges_wall wall);

/**
 * privileges_drop() - give up capabilities, files and networks
 * @keep: walls that are not wanted, as bits: PRIVILEGES_BIT(NET) for one that
 *	goes on to make sockets which shall reach the host's network
 *
 * For a process that has one thread: others would keep what they have. It opens
 * nothing, and needs no descriptor. From here on no file can be opened by name
 * where ROOT or LANDLOCK was had, so it comes after set-up, and before
 * sandbox_enter(), which allows none of its calls. The parent-death signal
 * (PR_SET_PDEATHSIG) stays set.
 *
 * Return: the walls that were had, as bits; or -errno if capabilities can not
 * be given up: then go no further.
 * #syscalls unshare mount chdir pivot_root umount2 prctl capset
 * landlock_create_ruleset landlock_restrict_self close
 */
int privileges_drop(uint32_t keep);

/**
 * privileges_drop_to() - privileges_drop(), but one folder can still be read
 * @folder: its descriptor, of a folder that this process could open by name.
 *	With the wall ROOT that folder becomes the root, read-only if its file
 *	system's other settings allow that, and *folder is replaced by one
 *	above which there is nothing. With LANDLOCK nothing else can be read,
 *	nor anything written.
 *
 * #syscalls fchdir openat landlock_add_rule dup3
 */
int privileges_drop_to(uint32_t keep, int *folder);

#endif
