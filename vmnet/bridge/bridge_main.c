/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_main.c - vmnet-bridge: open a host interface for a bridged network,
 * hand it over, end.
 *
 * The only program of Hostel that needs a privilege: CAP_NET_RAW, as root, in
 * a user namespace, or by `setcap cap_net_raw+ep vmnet-bridge`. Whoever may
 * execute it then may read and write all that passes the host's interfaces;
 * so its file mode is the list of who may bridge. It takes one word, reads
 * nothing else, and is gone after a millisecond.
 *
 * The socket that it makes:
 * 1. sees what comes in on one interface, for whomever it is (promiscuous;
 *    the kernel ends that when the socket is closed), but neither what is
 *    sent there nor what is for the host's own address;
 * 2. puts a struct virtio_net_hdr before each frame, and VLAN tags beside it;
 * 3. keeps its filter: nobody can take that off again;
 * 4. has a ring for what comes in (bridge_ring.h), if the kernel gives one.
 */
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "base/bytes.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/keeper/child.h"
#include "vmnet/manuals.h"

#define RECEIVE_BUFFER	(4 << 20)

struct iface {
	const char *name;
	int index;
	uint8_t mac[6];
};

/* iface_ask() - Return: false if there is no such interface. */
static bool iface_ask(int sock, unsigned long question, const char *name,
		      struct ifreq *r)
{
	memset(r, 0, sizeof(*r));
	strcpy(r->ifr_name, name);
	return ioctl(sock, question, r) == 0;
}

/* iface_look() - is that an interface that can be bridged? Needs no
 * privilege. */
static enum vmnet_status iface_look(struct iface *iface)
{
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	enum vmnet_status status = VMNET_OK;
	struct ifreq r;

	if (sock < 0)
		return VMNET_NO_BRIDGE;
	if (!proto_iface_ok(iface->name) ||
	    !iface_ask(sock, SIOCGIFINDEX, iface->name, &r)) {
		close(sock);
		return VMNET_NO_IFACE;
	}
	iface->index = r.ifr_ifindex;
	if (!iface_ask(sock, SIOCGIFHWADDR, iface->name, &r) ||
	    r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		status = VMNET_NOT_ETHERNET;
	memcpy(iface->mac, r.ifr_hwaddr.sa_data, sizeof(iface->mac));
	if (status == VMNET_OK &&
	    (!iface_ask(sock, SIOCGIFFLAGS, iface->name, &r) ||
	     !(r.ifr_flags & IFF_UP)))
		status = VMNET_IFACE_DOWN;
	close(sock);
	return status;
}

/* set_filter() - what is for the host alone stays out, and what the host or
 * the switch sends: a guest has no need to see it, and vmnetd none to copy
 * it. */
static int set_filter(int sock, const uint8_t mac[6])
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 4, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_be32(mac), 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, get_be16(mac + 4), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
	};
	struct sock_fprog program = { ARRAY_SIZE(code), code };
	int on = 1;

	if (setsockopt(sock, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -1;
	return setsockopt(sock, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on));
}

static int set_on(int sock, int option)
{
	int on = 1;

	return setsockopt(sock, SOL_PACKET, option, &on, sizeof(on));
}

/* socket_prepare() - all that is asked of the socket; it is bound last, so that
 * nothing comes in before. */
static int socket_prepare(int sock, const struct iface *iface, bool *ring)
{
	struct packet_mreq all = { .mr_ifindex = iface->index,
				   .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll addr = { .sll_family = AF_PACKET,
		.sll_protocol = __builtin_bswap16(ETH_P_ALL),
		.sll_ifindex = iface->index };
	int size = RECEIVE_BUFFER;

	/* The first may go beyond what users are allowed; if not, so be it. */
	if (setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) <
	    0)
		setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	/* Linux 4.20; before, the filter does it, for one more copy. */
	set_on(sock, PACKET_IGNORE_OUTGOING);
	if (set_on(sock, PACKET_AUXDATA) < 0 ||
	    set_on(sock, PACKET_VNET_HDR) < 0 ||
	    set_filter(sock, iface->mac) < 0)
		return -1;
	*ring = bridge_ring_make(sock);
	if (setsockopt(sock, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof(all)) < 0)
		return -1;
	return bind(sock, (struct sockaddr *)&addr, sizeof(addr));
}

/* open_wire() - Return: VMNET_OK with the socket in @sock, or why not. */
static enum vmnet_status open_wire(const char *name, int *sock, bool *ring)
{
	struct iface iface = { .name = name };
	enum vmnet_status status = iface_look(&iface);

	if (status != VMNET_OK)
		return status;
	*sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*sock < 0)
		return errno == EPERM || errno == EACCES ? VMNET_NO_RIGHT :
							   VMNET_NO_BRIDGE;
	if (socket_prepare(*sock, &iface, ring) < 0) {
		close(*sock);
		return VMNET_NO_BRIDGE;
	}
	return VMNET_OK;
}

/* is_helper() - has vmnetd started us? */
static bool is_helper(void)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_SEQPACKET;
}

int main(int argc, char **argv)
{
	struct bridge_answer a = { .magic = VMNET_MAGIC };
	enum vmnet_status status;
	bool ring = false;
	int sock = -1;

	log_init("vmnet-bridge", LOG_INFO);
	if (argc != 2 || argv[1][0] == '-')
		manual_exit(&bridge_manual, argc - 1, argv + 1);
	status = open_wire(argv[1], &sock, &ring);
	if (is_helper()) {
		a.status = (uint16_t)status;
		a.ring = status == VMNET_OK && ring;
		return fdpass_send(CHILD_FD, &a, sizeof(a), &sock,
				   status == VMNET_OK) < 0;
	}
	if (status != VMNET_OK)
		die("%s: %s", argv[1], vmnet_status_text(status));
	printf("%s can be bridged: --net bridged=%s\n", argv[1], argv[1]);
	return 0;
}
