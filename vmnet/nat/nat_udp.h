/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_udp.h - a guest's UDP, and its questions for names, to the world.
 *
 * Not by libslirp: that keeps each flow for four minutes, has no way to end
 * one before, and reads /etc/resolv.conf itself.
 *
 * 1. A flow is one port of the guest: it has a socket, and whoever sends to
 *    that reaches the guest's port (RFC 4787, endpoint-independent).
 * 2. There are NAT_UDP_FLOWS at most. The one that was used last the longest
 *    time ago makes room for a new one; idle ones end after NAT_UDP_IDLE_NS.
 * 3. Questions to 10.0.2.3 have flows of their own, NAT_DNS_FLOWS: however
 *    many others there are, a name can be looked up. They go to the first of
 *    the host's name servers, IPv4 or IPv6, that answers.
 * 4. Forwarded ports are flows that stay.
 * 5. The host's 127.0.0.1 is reached by 10.0.2.2 only if that is allowed, or
 *    to answer what came from there by a forwarded port.
 */
#ifndef VMNET_NAT_UDP_H
#define VMNET_NAT_UDP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/nat/nat_packet.h"
#include "vmnet/proto/proto.h"
#include "vmnet/keeper/resolv.h"

#define NAT_UDP_FLOWS	256u
#define NAT_DNS_FLOWS	64u
#define NAT_UDP_SOCKETS	(NAT_UDP_FLOWS + NAT_DNS_FLOWS + VMNET_FORWARDS)
#define NAT_UDP_IDLE_NS	240000000000ull
#define NAT_DNS_IDLE_NS	10000000000ull

struct nat_udp;

/**
 * nat_udp_new() - begin with no flow
 * @out: the way to the guest; used as long as there is this
 * @names: the host's name servers, or NULL
 *
 * Return: NULL if there is no memory. vmnet-nat does not free it: that
 * process ends before.
 */
struct nat_udp *nat_udp_new(struct nat_out *out,
			    const struct resolv_page *names,
			    bool host_loopback);

/* nat_udp_free() - end all flows. #syscalls close */
void nat_udp_free(struct nat_udp *u);

/**
 * nat_udp_forward() - lead a port of the host to the guest
 * @guest: the guest's address
 *
 * Return: 0, or -errno of bind().
 * #syscalls[nat] socket bind setsockopt close
 */
int nat_udp_forward(struct nat_udp *u, const struct vmnet_forward *f,
		    uint32_t guest);

/* nat_udp_unforward() - close that port of the host. #syscalls[nat] close */
void nat_udp_unforward(struct nat_udp *u, const struct vmnet_forward *f);

/**
 * nat_udp_input() - a packet from the guest
 * @p: a UDP packet to an address that nat_filter() lets pass
 *
 * #syscalls[nat] socket connect setsockopt sendto close
 */
void nat_udp_input(struct nat_udp *u, const struct nat_packet *p,
		   uint64_t now_ns);

/* nat_udp_fill() - end idle flows; fill in what is to be polled, at most
 * NAT_UDP_SOCKETS. Return: how many. #syscalls[nat] close */
unsigned int nat_udp_fill(struct nat_udp *u, struct pollfd *polls,
			  uint64_t now_ns);

/* nat_udp_poll() - bring to the guest what came: @polls as it was filled in.
 * #syscalls[nat] recvfrom recvmsg */
void nat_udp_poll(struct nat_udp *u, const struct pollfd *polls,
		  uint64_t now_ns);

#endif
