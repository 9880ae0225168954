/* SPDX-License-Identifier: BSD-2-Clause */
/* home.c - where VMNet's socket lives: see home.h. */
#include "vmnet/home.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"

/**
 * home_is_ours() - is this folder ours and closed to others?
 *
 * #syscalls lstat
 */
static bool home_is_ours(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
		st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

/* check() - make @dir if need be, and see that it is ours alone.
 * Return: 0, or -errno with a sentence in @why. */
static int check(const char *dir, char *why, size_t why_size)
{
	int err;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		err = -errno;
		snprintf(why, why_size, "can not make the folder %s: %s", dir,
			 strerror(-err));
		return err;
	}
	if (home_is_ours(dir))
		return 0;
	snprintf(why, why_size, "%s is not a folder of yours that is closed to "
		 "others (mode 0700); remove it and try again", dir);
	return -EPERM;
}

int home_find(char *dir, size_t size, char *why, size_t why_size)
{
	const char *own = getenv("HOSTEL_VMNET_DIR");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct sockaddr_un addr;
	int n;

	if (own && *own)
		n = snprintf(dir, size, "%s", own);
	else if (runtime && *runtime == '/' && home_is_ours(runtime))
		n = snprintf(dir, size, "%s/hostel", runtime);
	else	/* another user's, as after su: not for us */
		n = snprintf(dir, size, "/tmp/hostel-%u", geteuid());
	if (n < 0 || (size_t)n >= size || home_address(dir, &addr) < 0) {
		snprintf(why, why_size, "the name of VMNet's folder is too "
			 "long; set HOSTEL_VMNET_DIR to a shorter one");
		return -ENAMETOOLONG;
	}
	return check(dir, why, why_size);
}

int home_address(const char *dir, struct sockaddr_un *addr)
{
	int n;

	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	n = snprintf(addr->sun_path, sizeof(addr->sun_path), "%s/%s", dir,
		     HOME_SOCKET);
	if (n < 0 || (size_t)n >= sizeof(addr->sun_path))
		return -ENAMETOOLONG;
	return 0;
}

int home_program(const char *env, const char *name, char *path, size_t size)
{
	const char *own = getenv(env);

	if (own && *own) {
		if (strlen(own) >= size)
			return -ENAMETOOLONG;
		strcpy(path, own);
		return 0;
	}
	return beside(name, path, size);
}
