/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_forward.c - ports of the host that lead to the guest: nat_forward.h. */
#include "vmnet/nat/nat_forward.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#define FORWARD_MS 100 /* between attempts, 30 for all ports */
#define FORWARD_TRIES 30u

static struct in_addr address_of(const struct vmnet_forward *f)
{
	struct in_addr at;

	memcpy(&at, f->address, sizeof(at));
	return at;
}

/* forward_open() - open a port of the host. Return: 0 or -errno. */
static int forward_open(const struct nat_forwards *n,
			const struct vmnet_forward *f)
{
	struct in_addr to = { htonl(n->guest) };

	if (f->proto == FORWARD_UDP)
		return nat_udp_forward(n->udp, f, n->guest);
	errno = 0;
	if (slirp_add_hostfwd(n->slirp, 0, address_of(f), f->port, to,
			      f->guest_port) == 0)
		return 0;
	return errno ? -errno : -EIO;
}

static void forward_close(const struct nat_forwards *n,
			  const struct vmnet_forward *f)
{
	if (f->proto == FORWARD_UDP)
		nat_udp_unforward(n->udp, f);
	else
		slirp_remove_hostfwd(n->slirp, 0, address_of(f), f->port);
}

unsigned int nat_forward_all(const struct nat_forwards *n,
			     struct vmnet_forward *lost)
{
	unsigned int i = 0, tries = 0, losses = 0;
	const struct vmnet_forward *f;
	int err;

	while (i < forwards_count(n->table)) {
		f = &n->table[i];
		while ((err = forward_open(n, f)) < 0 &&
		       ++tries < FORWARD_TRIES)
			poll(NULL, 0, FORWARD_MS);
		if (err == 0) {
			i++;
			continue;
		}
		lost[losses] = *f;
		forwards_change(n->table, &lost[losses++], VMNET_ASK_UNFORWARD);
	}
	return losses;
}

static enum vmnet_status why_not(int err)
{
	switch (-err) {
	case 0:
		return VMNET_OK;
	case EADDRINUSE:
		return VMNET_PORT_TAKEN;
	case EACCES:
		return VMNET_PORT_RIGHT;
	case EADDRNOTAVAIL:
		return VMNET_PORT_ADDRESS;
	}
	return VMNET_PORT_FAILED;
}

enum vmnet_status nat_forward_change(const struct nat_forwards *n,
				     const struct vmnet_ask *ask)
{
	struct vmnet_forward table[VMNET_FORWARDS];
	enum vmnet_status status;

	memcpy(table, n->table, sizeof(table));
	status = forwards_change(table, &ask->forward, ask->what);
	if (status == VMNET_OK && ask->what == VMNET_ASK_FORWARD)
		status = why_not(forward_open(n, &ask->forward));
	else if (status == VMNET_OK)
		forward_close(n, &ask->forward);
	if (status == VMNET_OK)
		memcpy(n->table, table, sizeof(table));
	return status;
}
