/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * networking.h - the networks there are, and the file that says so.
 *
 * The file is laid out as VMware's "networking": a line for each setting,
 *	answer VNET_8_NAT yes
 *	answer VNET_8_HOSTONLY_SUBNET 192.168.8.0
 *	add_bridge_mapping eth0 2
 *	add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 192.168.8.20
 *	add_nat_portfwd 8 tcp 8080 192.168.8.20 80
 * a later line over an earlier one. docs/NETWORKS.md says which there are.
 *
 * 1. What the file does not speak of is built in: vmnet1 host-only, vmnet8
 *    NAT, vmnet0 bridged to an interface that is to be named, all others
 *    private.
 * 2. A line that makes no sense changes nothing, and all of them are told.
 * 3. Each subnet has 256 addresses.
 */
#ifndef VMNET_NETWORKING_H
#define VMNET_NETWORKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define NETWORKS	255u	/* vmnet0 to vmnet254 */
#define NETWORKING_FIXED	256u
#define NETWORKING_FORWARDS	64u
#define NETWORKING_SIZE	65536u	/* of the file at most */
#define NETWORKING_ERRORS 4096u	/* room for what is wrong with it */

enum net_kind { NET_PRIVATE, NET_HOSTONLY, NET_NAT, NET_BRIDGED };

struct network {
	uint8_t kind;		/* enum net_kind */
	bool given;		/* the file speaks of it */
	bool dhcp;		/* HOSTONLY, NAT: addresses are given */
	bool adapter;		/* HOSTONLY: the host has one, where it may */
	char iface[VMNET_IFACE_MAX];	/* BRIDGED: ""; it is to be named */
	uint32_t subnet;	/* HOSTONLY, NAT: in our byte order */
};

/* An address that is kept for a card. */
struct network_fixed {
	uint8_t network;
	uint8_t mac[6];
	uint8_t host;		/* last byte of the address */
};

/* A port of the host that leads to a machine of a NAT network. */
struct network_forward {
	uint8_t network;
	uint8_t host;		/* last byte of the machine's address */
	struct vmnet_forward to;
};

struct networking {
	struct network net[NETWORKS];
	unsigned int fixed_count, forward_count;
	struct network_fixed fixed[NETWORKING_FIXED];
	struct network_forward forward[NETWORKING_FORWARDS];
};

/* net_kind_names - "private", "hostonly", "nat", "bridged" */
extern const char *const net_kind_names[];

/* networking_builtin() - what there is without a file. */
void networking_builtin(struct networking *n);

/* networking_subnet() - what network @number has if nobody says: NAT_NETWORK
 * for vmnet8, HOSTONLY_SUBNET for vmnet1, else 10.88.N.0. */
uint32_t networking_subnet(unsigned int number);

/**
 * networking_parse() - read the file's text
 * @n: becomes what is built in, and the good lines over that
 * @text, @len: of any content
 * @errors: NETWORKING_ERRORS bytes: a line for each mistake, "line 7: ..."
 *
 * Return: how many mistakes there are.
 */
unsigned int networking_parse(struct networking *n, const char *text,
			      size_t len, char *errors);

/**
 * networking_load() - networking_parse() for a file's text (home_config())
 * @path: its name; "": there is none
 *
 * No file is no mistake. Return: as there; or -errno if it can not be read.
 * #syscalls openat read close
 */
int networking_load(struct networking *n, const char *path, char *errors);

/* networking_same() - is network @number the same in both? */
bool networking_same(const struct networking *a, const struct networking *b,
		     unsigned int number);

/* networking_fixed() - the last byte of the address that is kept for a card on
 * a network; 0: none is. */
uint8_t networking_fixed(const struct networking *n, unsigned int network,
			 const uint8_t mac[6]);

/* networking_kept() - is the address with that last byte kept for a card? */
bool networking_kept(const struct networking *n, unsigned int network,
		     uint8_t host);

#endif
