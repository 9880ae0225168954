/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - names of machines: NAME.hostel is the address of the machine NAME
 * on the network where it is asked for (DNS: RFC 1034, 1035).
 *
 * The switch knows who is on a network; it tells the processes that answer
 * there, the NATs and the DHCP server, by a struct vmnet_names (proto.h).
 *
 * 1. Only names that a question can have are told: labels of 1 to 63
 *    characters. Capitals and small letters are the same. Of two machines with
 *    one name on a network, the one that came there first has it.
 * 2. Each question for a name in "hostel", or for who has an address of the
 *    network (in-addr.arpa), is answered here, also if there is no such
 *    machine: it never goes on to a server of the host.
 * 3. Questions are of any content; no system call is made here.
 */
#ifndef VMNET_NAMES_H
#define VMNET_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define NAMES_DOMAIN	"hostel"
#define NAMES_PORT	53u
#define NAMES_TTL_S	5u	/* machines come and go */
#define NAMES_ANSWER_MAX 512u	/* RFC 1035 2.3.4 */

/**
 * names_add() - a machine's card is there
 * @host: number of its address in the subnet
 *
 * A card of nobody, a name that no question can have, one that is there
 * already, and one too many are left out.
 */
void names_add(struct vmnet_names *n, const struct vmnet_owner *owner,
	       uint16_t host);

/* Whom a question comes to. */
struct names_place {
	const struct vmnet_names *names;
	uint32_t subnet, mask;	/* of the network, in our byte order */
	bool outside;	/* there is a server for other names */
};

/**
 * names_answer() - what is to be said to a question
 * @msg, @len: a DNS message, without a UDP header
 * @out: room for NAMES_ANSWER_MAX bytes
 *
 * Return: the length of the answer; 0: it is a server's of the outside. If
 * there is none: 0 if that is no question, else the answer is that this is
 * refused.
 */
size_t names_answer(const struct names_place *p, const uint8_t *msg, size_t len,
		    uint8_t *out);

#endif
