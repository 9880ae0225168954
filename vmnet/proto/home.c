/* SPDX-License-Identifier: BSD-2-Clause */
/* home.c - where VMNet's socket lives: see home.h. */
#include "vmnet/proto/home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "base/bytes.h"
#include "base/runfolder.h"

int home_find(char *dir, size_t size, char *why, size_t why_size)
{
	/* With the socket's name it has to fit in an address. */
	return runfolder_find(dir, MIN(size, HOME_DIR_SIZE), why, why_size);
}

int home_address(const char *dir, const char *name, struct sockaddr_un *addr)
{
	int n;

	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	n = snprintf(addr->sun_path, sizeof(addr->sun_path), "%s/%s", dir,
		     name);
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

/* home_file() - @path becomes the name of a file of the user's. */
static void home_file(char *path, const char *own, const char *base,
		      const char *below, const char *name)
{
	const char *dir = getenv(base), *home = getenv("HOME");
	const char *given = getenv(own);
	int n = 0;

	*path = '\0';
	if (given)
		n = snprintf(path, HOME_PATH_SIZE, "%s", given);
	else if (dir && *dir == '/')
		n = snprintf(path, HOME_PATH_SIZE, "%s/hostel/%s", dir, name);
	else if (home && *home == '/' && !getenv("HOSTEL_VMNET_DIR"))
		n = snprintf(path, HOME_PATH_SIZE, "%s/%s/hostel/%s", home,
			     below, name);
	if (n < 0 || (size_t)n >= HOME_PATH_SIZE)
		*path = '\0';
}

void home_config(char *path)
{
	home_file(path, "HOSTEL_VMNET_CONFIG", "XDG_CONFIG_HOME", ".config",
		  "networking");
}

void home_state(char *path)
{
	home_file(path, "HOSTEL_VMNET_STATE", "XDG_STATE_HOME", ".local/state",
		  "vmnet-leases");
}

void home_folders(const char *path, mode_t mode)
{
	char part[HOME_PATH_SIZE], *c;

	snprintf(part, sizeof(part), "%s", path);
	for (c = strchr(part + 1, '/'); c; c = strchr(c + 1, '/')) {
		*c = '\0';
		mkdir(part, mode);
		*c = '/';
	}
}
