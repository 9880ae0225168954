/* SPDX-License-Identifier: BSD-2-Clause */
/* networks.c - takes over a changed file of networks: see handlers.h. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmnet/ctl/handlers.h"
#include "vmnet/proto/networking.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_WRITE)

/* file_read() - read a file that a client has sent. Return: its length; -1: it
 * is too long, or no memfd, of which reading might block.
 * #syscalls[switch] fstat fcntl read */
static ssize_t file_read(int fd, char *text)
{
	size_t len = 0;
	struct stat st;
	ssize_t n;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & SEALS) != SEALS || fstat(fd, &st) < 0 ||
	    st.st_size >= (off_t)NETWORKING_SIZE)
		return -1;
	while (len < (size_t)st.st_size) {
		n = read(fd, text + len, (size_t)st.st_size - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* hub_changes() - would the new file change a network that is in use? */
static bool hub_changes(const struct hub *hub, const struct networking *old,
			const struct networking *new)
{
	unsigned int i;

	if (hub->network != BRIDGED_NUMBER)
		return !networking_same(old, new, hub->network);
	/* All whose interface it is have this one. */
	for (i = 0; i < NETWORKS; i++)
		if (!strcmp(old->net[i].iface, hub->iface) &&
		    !networking_same(old, new, i))
			return true;
	return false;
}

static enum ctl_status networks_take(struct vswitch *sw,
				     const struct networking *new)
{
	unsigned int i;

	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i] && hub_changes(sw->hub[i], &sw->nets, new))
			return CTL_IN_USE;
	sw->nets = *new;
	return CTL_DONE;
}

enum ctl_status ctl_networks(struct vswitch *sw, const struct ctl_ask *ask)
{
	struct networking *new = malloc(sizeof(*new));
	char *text = malloc(NETWORKING_SIZE), errors[NETWORKING_ERRORS];
	enum ctl_status status = CTL_NO_MEMORY;
	ssize_t len = -1;

	if (new &&text) {
		len = file_read(ask->fds[0], text);
		status = CTL_BAD_FILE;
	}
	if (len >= 0 && !networking_parse(new, text, (size_t)len, errors))
		status = networks_take(sw, new);
	free(new);
	free(text);
	return status;
}
