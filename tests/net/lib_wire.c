/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_wire.c - the laboratory's other machine: see lib_wire.h. */
#include "tests/net/lib_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "base/bytes.h"
#include "base/clock.h"

#define IFACE "wire0"

void wire_lab(char **argv)
{
	char *words[] = { (char *)"lab", argv[0], NULL };

	if (getenv("LAB_IFACE"))
		return;
	execv("bench/lab", words);
	perror("bench/lab");
	exit(1);
}

void wire_shell(const char *command)
{
	if (system(command) != 0)
		fail_msg("this failed: %s", command);
}

static void enter(const char *netns)
{
	int fd = open(netns, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(setns(fd, CLONE_NEWNET), 0);
	close(fd);
}

int wire_socket(enum side side, int domain, int type, int protocol)
{
	int fd;

	if (side == PEER)
		enter("/run/netns/peer");
	fd = socket(domain, type | SOCK_CLOEXEC, protocol);
	enter("/run/netns/here");
	assert_true(fd >= 0);
	return fd;
}

static struct ifreq ask(int fd, unsigned long question)
{
	struct ifreq r = { .ifr_name = IFACE };

	assert_int_equal(ioctl(fd, question, &r), 0);
	return r;
}

int wire_open(enum side side)
{
	int fd = wire_socket(side, AF_PACKET, SOCK_RAW, 0), on = 1;
	int index = ask(fd, SIOCGIFINDEX).ifr_ifindex;
	struct packet_mreq all = { .mr_ifindex = index,
				   .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll addr = { .sll_family = AF_PACKET,
		.sll_protocol = __builtin_bswap16(ETH_P_ALL),
		.sll_ifindex = index };

	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
				    sizeof(on)),
			 0);
	assert_int_equal(
		setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), 0);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
				    sizeof(all)),
			 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

void wire_mac(int sock, uint8_t mac[6])
{
	memcpy(mac, ask(sock, SIOCGIFHWADDR).ifr_hwaddr.sa_data, 6);
}

void wire_send(int wire, const void *frame, size_t len)
{
	assert_int_equal(send(wire, frame, len, 0), len);
}

/* take() - one frame, with its tag where it was; 0: none */
static size_t take(int wire, uint8_t *buf)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { buf, WIRE_FRAME_MAX - 4 };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1,
			     .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes) };
	struct tpacket_auxdata aux;
	ssize_t n = recvmsg(wire, &mh, MSG_DONTWAIT);

	if (n <= 0)
		return 0;
	assert_non_null(CMSG_FIRSTHDR(&mh));
	memcpy(&aux, CMSG_DATA(CMSG_FIRSTHDR(&mh)), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
		return (size_t)n;
	memmove(buf + 16, buf + 12, (size_t)n - 12);
	put_be16(buf + 12, aux.tp_vlan_tpid);
	put_be16(buf + 14, aux.tp_vlan_tci);
	return (size_t)n + 4;
}

static bool is_tag(const uint8_t *type)
{
	return get_be16(type) == 0x8100 || get_be16(type) == 0x88a8;
}

size_t wire_receive(int wire, uint8_t *buf)
{
	struct pollfd p = { .fd = wire, .events = POLLIN };
	uint64_t end = clock_now_ns() + 2 * NSEC_PER_SEC;
	size_t n, at;

	while (clock_now_ns() < end) {
		poll(&p, 1, 100);
		n = take(wire, buf);
		for (at = 12; at + 6 <= n && is_tag(buf + at);)
			at += 4;
		if (n >= 14 && get_be16(buf + at) == WIRE_TYPE)
			return n;
	}
	return 0;
}
