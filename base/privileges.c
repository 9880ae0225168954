/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * privileges.c - a process gives up what it could reach: see privileges.h.
 *
 * The order matters. A user namespace of its own comes first: in it a process
 * without any right may make the other namespaces and an empty root, as root
 * may without it. Landlock wants no_new_privs. Capabilities go last, those of
 * the new user namespace with those of the host's.
 */
#include "base/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/check.h"

#define WALL_WORDS(name, words) [PRIVILEGES_##name] = words,
static const char *const wall_words[] = { PRIVILEGES_WALLS(WALL_WORDS) };
BUILD_ASSERT(ARRAY_SIZE(wall_words) == PRIVILEGES_COUNT);

const char *privileges_words(enum privileges_wall wall)
{
	return wall_words[wall];
}

#define NOTHING_ELSE (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY)

/* mount_root() - over the root: nothing, or the folder that we are in. */
static bool mount_root(bool folder)
{
	if (folder)
		return mount(".", "/", NULL, MS_BIND | MS_REC, NULL) == 0;
	return mount("empty", "/", "tmpfs", NOTHING_ELSE,
		     "nr_inodes=2,nr_blocks=1,mode=0555") == 0;
}

/* into_folder() - it is the root now: have a descriptor from here, as the old
 * one's ".." is the host's. */
static bool into_folder(int *folder)
{
	int fd;

	/* Not had where a setting of the host's mount is locked. */
	mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | NOTHING_ELSE, NULL);
	fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || dup3(fd, *folder, O_CLOEXEC) < 0)
		return false;
	close(fd);
	return true;
}

/**
 * empty_root() - a root folder with nothing in it, and nothing behind it
 * @folder: NULL; or the folder that is to be the root instead
 *
 * A file system of two inodes, read-only, is mounted over the root, of which
 * "/.." finds the top; it becomes the root, and all that was there is let go,
 * so that the host can unmount what it likes (mount_namespaces(7),
 * pivot_root(2)). The current folder is taken along into the new namespace,
 * which an open descriptor is not; so a folder is mounted by that.
 *
 * Return: was it had? If not, nothing has changed that anybody could see.
 */
static bool empty_root(int *folder)
{
	if ((folder && fchdir(*folder) < 0) || unshare(CLONE_NEWNS) < 0)
		return false;
	/* Slave: the host must not see what is mounted here. */
	return mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0 &&
	       mount_root(folder != NULL) && chdir("/..") == 0 &&
	       syscall(SYS_pivot_root, ".", ".") == 0 &&
	       umount2(".", MNT_DETACH) == 0 && chdir("/") == 0 &&
	       (!folder || into_folder(folder));
}

/* What Landlock is to refuse (landlock(7)); our own copy, as headers of older
 * kernels lack some of it. */
struct landlock_refused {
	uint64_t fs, net, scoped;
};

/* landlock_all() - all that this kernel's Landlock knows, but signals: a child
 * that was started before must still be ended. */
static struct landlock_refused landlock_all(int version)
{
	struct landlock_refused all = { .fs = (1u << 13) - 1 };

	if (version >= 2)
		all.fs |= 1u << 13;	/* REFER */
	if (version >= 3)
		all.fs |= 1u << 14;	/* TRUNCATE */
	if (version >= 5)
		all.fs |= 1u << 15;	/* IOCTL_DEV */
	if (version >= 4)
		all.net = 3;		/* BIND_TCP, CONNECT_TCP */
	if (version >= 6)
		all.scoped = 1;		/* ABSTRACT_UNIX_SOCKET */
	return all;
}

/* What Landlock is to allow below a folder; the kernel's layout. */
struct landlock_allowed {
	uint64_t fs;
	int32_t folder;
} __attribute__((packed));

#define LANDLOCK_READ (1u << 2 | 1u << 3)	/* READ_FILE, READ_DIR */
#define LANDLOCK_BENEATH 1			/* the kind of rule */

/* allow_folder() - Return: can what is in it be read? */
static bool allow_folder(int ruleset, int folder)
{
	struct landlock_allowed a = { .fs = LANDLOCK_READ, .folder = folder };

	return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_BENEATH, &a,
		       0) == 0;
}

/* enter_landlock() - with no rule that allows anything, but to read what is in
 * @folder, if that is not NULL; Return: was it had? */
static bool enter_landlock(bool keep_net, const int *folder)
{
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	struct landlock_refused all = landlock_all(version);
	int fd, err;

	if (version < 1)
		return false;
	if (keep_net)
		all.net = 0;
	/* A kernel that knows less takes a longer structure if the rest of it
	 * is zero. */
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (fd < 0)
		return false;
	err = folder && !allow_folder(fd, *folder);
	if (!err)
		err = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return err == 0;
}

/**
 * drop_capabilities() - of every set, and all that could come back
 *
 * The bounding set can only be cleared by who has CAP_SETPCAP; to others it
 * gives nothing, as they have no_new_privs. Return: 0 or -errno.
 */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {
		{ .effective = 0 },
	};
	unsigned long cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return syscall(SYS_capset, &head, none) < 0 ? -errno : 0;
}

/* drop() - @folder: see privileges_drop_to(); or NULL */
static int drop(uint32_t keep, int *folder)
{
	uint32_t had = 0;
	int err;

	if (!(keep & PRIVILEGES_BIT(USER)) && unshare(CLONE_NEWUSER) == 0)
		had |= PRIVILEGES_BIT(USER);
	if (!(keep & PRIVILEGES_BIT(IPC)) && unshare(CLONE_NEWIPC) == 0)
		had |= PRIVILEGES_BIT(IPC);
	if (!(keep & PRIVILEGES_BIT(NET)) && unshare(CLONE_NEWNET) == 0)
		had |= PRIVILEGES_BIT(NET);
	if (!(keep & PRIVILEGES_BIT(ROOT)) && empty_root(folder))
		had |= PRIVILEGES_BIT(ROOT);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (!(keep & PRIVILEGES_BIT(LANDLOCK)) &&
	    enter_landlock(keep & PRIVILEGES_BIT(NET), folder))
		had |= PRIVILEGES_BIT(LANDLOCK);
	err = drop_capabilities();
	return err ? err : (int)(had | PRIVILEGES_BIT(CAPABILITIES));
}

int privileges_drop(uint32_t keep)
{
	return drop(keep, NULL);
}

int privileges_drop_to(uint32_t keep, int *folder)
{
	return drop(keep, folder);
}
