/* SPDX-License-Identifier: BSD-2-Clause */
/* runfolder.c - the folder of this user's running Hostel: see runfolder.h. */
#include "base/runfolder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * is_ours_alone() - is this folder ours and closed to others?
 *
 * #syscalls lstat
 */
static bool is_ours_alone(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

/* folder_check() - make @dir if need be, and see that it is ours alone.
 * Return: 0, or -errno with a sentence in @why. */
static int folder_check(const char *dir, char *why, size_t why_size)
{
	int err;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		err = -errno;
		snprintf(why, why_size, "can not make the folder %s: %s", dir,
			 strerror(-err));
		return err;
	}
	if (is_ours_alone(dir))
		return 0;
	snprintf(why, why_size,
		 "%s is not a folder of yours that is closed to "
		 "others (mode 0700); remove it and try again",
		 dir);
	return -EPERM;
}

int runfolder_find(char *dir, size_t size, char *why, size_t why_size)
{
	const char *own = getenv("HOSTEL_VMNET_DIR");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int n;

	if (own && *own)
		n = snprintf(dir, size, "%s", own);
	else if (runtime && *runtime == '/' && is_ours_alone(runtime))
		n = snprintf(dir, size, "%s/hostel", runtime);
	else	/* another user's, as after su: not for us */
		n = snprintf(dir, size, "/tmp/hostel-%u", geteuid());
	if (n < 0 || (size_t)n >= size) {
		snprintf(why, why_size,
			 "the name of Hostel's folder is too "
			 "long; set HOSTEL_VMNET_DIR to a shorter one");
		return -ENAMETOOLONG;
	}
	return folder_check(dir, why, why_size);
}
