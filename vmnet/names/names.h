/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - names of machines: NAME.hostel is the address of the machine NAME
 * on the network where it is asked for (DNS: RFC 1034, 1035).
 *
 * The switch knows which machines are on a network. It tells the processes that
 * answer questions there, the NATs and the DHCP server, by a struct vmnet_names
 * (proto.h).
 *
 * 1. A name is a DNS label, of 1 to 63 characters; other names are left out.
 *    Case does not matter. Of two machines with one name on a network, the one
 *    that came first has it.
 * 2. Each question for a name in "hostel", or for the name of an address of the
 *    network (in-addr.arpa), is answered here, also if there is no such
 *    machine: it never goes on to a name server of the host.
 * 3. A question may have any content. No system call is made here.
 */
#ifndef VMNET_NAMES_H
#define VMNET_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define NAMES_DOMAIN	"hostel"
#define NAMES_PORT	53u
#define NAMES_TTL_S	5u	/* short, as machines come and go */
#define NAMES_ANSWER_MAX 512u	/* RFC 1035 2.3.4 */

/**
 * names_add() - add a machine's name
 * @owner: of a card; its machine's name is added
 * @host: last byte of the card's address
 *
 * Nothing is added if @owner is nobody, or the name is no DNS label, or is
 * there already, or if there is no room.
 */
void names_add(struct vmnet_names *n, const struct vmnet_owner *owner,
	       uint8_t host);

/* The network on which a question is asked. */
struct names_place {
	const struct vmnet_names *names;
	uint32_t subnet, mask;	/* of the network, in our byte order */
	bool outside;	/* a server of the host answers for other names */
};

/**
 * names_answer() - answer a question
 * @msg, @len: a DNS message, without its UDP header; any bytes
 * @out: receives the answer: room for NAMES_ANSWER_MAX bytes
 *
 * Return: the length of the answer; 0: none is to be sent from here, as the
 * question goes to a server of the host, or is none. Without such a server
 * (@p->outside) a question for another name is answered with "refused".
 */
size_t names_answer(const struct names_place *p, const uint8_t *msg, size_t len,
		    uint8_t *out);

#endif
