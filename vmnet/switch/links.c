/* SPDX-License-Identifier: BSD-2-Clause */
/* links.c - news of the host's network interfaces: see links.h. */
#include "vmnet/switch/links.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

int links_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);
	int err;

	if (fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

void links_drain(int links)
{
	char scrap[1];
	ssize_t n;

	do
		n = recv(links, scrap, sizeof(scrap), MSG_DONTWAIT);
	while (n > 0 || (n < 0 && errno == ENOBUFS));
}
