/* SPDX-License-Identifier: BSD-2-Clause */
/* tftp.c - the folders that guests may read by TFTP: see tftp.h. */
#include "vmapp/config/tftp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/log.h"

static bool tftp_failed(const char *path, char *error)
{
	const char *why = errno == ENOTDIR ? "it is not a folder" :
			  errno == EACCES  ? "this user may not read it" :
					     strerror(errno);

	snprintf(error, CONFIG_ERROR_SIZE,
		 "--net nat,tftp=%.140s can not be used: %s; name a folder",
		 path, why);
	return false;
}

/* warn_bootfile() - its name is one in the folder, '/' at its beginning or
 * not. */
static void warn_bootfile(const struct nic_config *nic)
{
	const char *name = nic->wishes.bootfile;

	name += strspn(name, "/");
	if (*name && faccessat(nic->wishes.folder_fd, name, R_OK, 0) < 0)
		log_warn("the boot file %s can not be read in %s: %s", name,
			 nic->tftp, strerror(errno));
}

static bool tftp_open_one(struct nic_config *nic, char *error)
{
	struct vmnet_wishes *w = &nic->wishes;

	w->folder_fd = open(nic->tftp, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->folder_fd < 0 || faccessat(w->folder_fd, ".", X_OK, 0) < 0)
		return tftp_failed(nic->tftp, error);
	if (getrandom(&w->folder, sizeof(w->folder), 0) !=
	    (ssize_t)sizeof(w->folder))
		return tftp_failed(nic->tftp, error);
	w->folder |= 1;		/* not 0, which is none */
	warn_bootfile(nic);
	return true;
}

bool tftp_open(struct vm_config *config, char *error)
{
	unsigned int i;

	for (i = 0; i < config->nic_count; i++)
		if (*config->nic[i].tftp &&
		    !tftp_open_one(&config->nic[i], error))
			return false;
	return true;
}

void tftp_close(const struct vm_config *config)
{
	unsigned int i;

	for (i = 0; i < config->nic_count; i++)
		if (config->nic[i].wishes.folder)
			close(config->nic[i].wishes.folder_fd);
}
