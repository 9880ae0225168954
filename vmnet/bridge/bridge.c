/* SPDX-License-Identifier: BSD-2-Clause */
/* bridge.c - the socket of a bridged network, and its link: see bridge.h. */
#include "vmnet/bridge/bridge.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_packet.h>

#include "base/bytes.h"
#include "base/fdpass.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/port.h"

BUILD_ASSERT(VMNET_IFACE_MAX == IFNAMSIZ);

/* ---- the interface ----------------------------------------------------- */

static int bound_to(const struct bridge *b)
{
	struct sockaddr_ll addr;
	socklen_t len = sizeof(addr);

	if (getsockname(b->port->fd, (struct sockaddr *)&addr, &len) < 0)
		return -1;
	return addr.sll_ifindex;	/* -1 after it was removed */
}

/* ask_kernel() - one question about our interface; false: there is none. */
static bool ask_kernel(const struct bridge *b, unsigned long question,
		       struct ifreq *r)
{
	memset(r, 0, sizeof(*r));
	memcpy(r->ifr_name, b->iface, sizeof(b->iface));
	return ioctl(b->links, question, r) == 0;
}

bool bridge_stale(const struct bridge *b)
{
	struct ifreq r;

	return b->port && (!ask_kernel(b, SIOCGIFINDEX, &r) ||
			   r.ifr_ifindex != bound_to(b));
}

bool bridge_up(const struct bridge *b)
{
	const short works = IFF_UP | IFF_RUNNING;
	struct ifreq r;

	return ask_kernel(b, SIOCGIFFLAGS, &r) &&
	       (r.ifr_flags & works) == works && !bridge_stale(b);
}

void bridge_learn(struct bridge *b)
{
	struct ifreq r;

	b->longest = ask_kernel(b, SIOCGIFMTU, &r) ?
			     VMNET_FRAME_MIN + (size_t)MAX(r.ifr_mtu, 0) :
			     0;
}

bool bridge_full(struct bridge *b)
{
	unsigned int queued = b->port ? b->port->queued : 0;

	if (queued >= PORT_QUEUE / 2)
		b->full = true;
	else if (queued <= PORT_QUEUE / 4)
		b->full = false;
	return b->full;
}

/* ---- the helper -------------------------------------------------------- */

struct bridge *bridge_new(const char *iface, int links)
{
	struct bridge *b = calloc(1, sizeof(*b));

	ASSERT(proto_iface_ok(iface));
	if (b)
		b->messages = bridge_room();
	if (!b || !b->messages) {
		free(b);
		return NULL;
	}
	strcpy(b->iface, iface);
	b->links = links;
	return b;
}

static void end_helper(struct bridge *b)
{
	if (!b->helper)
		return;
	close(b->helper_fd);
	child_end(b->keeper, b->helper);
	b->helper = 0;
}

void bridge_free(struct bridge *b)
{
	if (!b)
		return;
	end_helper(b);
	free(b->messages);
	free(b);
}

int bridge_ask(struct bridge *b, int keeper, uint64_t now_ns)
{
	pid_t pid = child_start(keeper, CHILD_BRIDGE, b->iface, &b->helper_fd);

	ASSERT(!b->helper);
	b->asked_ns = now_ns;
	if (pid < 0)
		return pid;
	b->helper = pid;
	b->keeper = keeper;
	return 0;
}

/* decode_answer() - Return: a status; VMNET_NO_BRIDGE if it makes no sense. */
static enum vmnet_status decode_answer(const void *msg, size_t len, size_t fds,
				       bool *ring)
{
	struct bridge_answer a;

	if (len != sizeof(a))
		return VMNET_NO_BRIDGE;
	memcpy(&a, msg, sizeof(a));
	if (a.magic != VMNET_MAGIC || a.status >= VMNET_STATUS_COUNT ||
	    a.ring > (a.status == VMNET_OK) || fds != (a.status == VMNET_OK))
		return VMNET_NO_BRIDGE;
	*ring = a.ring;
	return (enum vmnet_status)a.status;
}

int bridge_answered(struct bridge *b, int *sock)
{
	struct bridge_answer a;
	enum vmnet_status status;
	bool ring = false;
	size_t fds = 1;
	ssize_t n;

	n = fdpass_recv(b->helper_fd, &a, sizeof(a), sock, &fds);
	if (n == -EAGAIN)
		return -EAGAIN;
	status = decode_answer(&a, n < 0 ? 0 : (size_t)n, fds, &ring);
	/* A socket with a ring gives no frames without it. */
	if (ring && bridge_ring_map(&b->ring, *sock) < 0)
		status = VMNET_NO_BRIDGE;
	if (status != VMNET_OK && fds)
		close(*sock);
	end_helper(b);
	return (int)status;
}
