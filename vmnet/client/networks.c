/* SPDX-License-Identifier: BSD-2-Clause */
/* networks.c - the user's file of networks, as a command reads it: see
 * networks.h. */
#include "vmnet/client/networks.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

void networks_tell(const char *path, const char *errors)
{
	const char *end;

	for (; *errors; errors = end + 1) {
		end = strchr(errors, '\n');
		if (!end)
			break;
		log_error("%s: %.*s", path, (int)(end - errors), errors);
	}
}

bool networks_read(struct networking *n, char *why, size_t size)
{
	char path[HOME_PATH_SIZE], errors[NETWORKING_ERRORS];
	int result;

	home_config(path);
	result = networking_load(n, path, errors);
	if (!result)
		return true;
	if (result < 0) {
		snprintf(why, size, "%s: %s", path, strerror(-result));
		return false;
	}
	networks_tell(path, errors);
	snprintf(why, size, "%d %s in the file of networks; mend %s", result,
		 result == 1 ? "line makes no sense" : "lines make no sense",
		 result == 1 ? "it" : "them");
	return false;
}
