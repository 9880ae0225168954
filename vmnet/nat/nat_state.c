/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_state.c - what state TCP connections are in: see nat_state.h. */
#include "vmnet/nat/nat_state.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/tcp.h>

/* look_one() - the socket of a connection. */
static void look_one(int fd, uint64_t *sum)
{
	socklen_t len = sizeof(struct tcp_info);
	struct tcp_info info;
	int unread = 0;

	/* An old kernel fills in less: the rest is 0, and nothing is known. */
	memset(&info, 0, sizeof(info));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return;
	sum[STATE_connections]++;
	sum[STATE_unsent] += info.tcpi_notsent_bytes;
	sum[STATE_shut_ms] += info.tcpi_rwnd_limited;
	if (ioctl(fd, FIONREAD, &unread) == 0 && unread > 0)
		sum[STATE_unread] += (unsigned int)unread;
}

void nat_state_look(const struct nat_reset *r, uint32_t *count)
{
	uint64_t sum[NAT_STATE_COUNT] = { 0 };
	int fd;

	for (fd = 0; fd < (int)NAT_RESET_FDS; fd++)
		if (nat_reset_connected(r, fd))
			look_one(fd, sum);
	count[STATE_connections] = (uint32_t)sum[STATE_connections];
	count[STATE_unsent] = (uint32_t)((sum[STATE_unsent] + 1023) / 1024);
	count[STATE_shut_ms] = (uint32_t)(sum[STATE_shut_ms] / 1000);
	count[STATE_unread] = (uint32_t)((sum[STATE_unread] + 1023) / 1024);
}
