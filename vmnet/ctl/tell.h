/* SPDX-License-Identifier: BSD-2-Clause */
/* tell.h - how networks and ports are named in answers: members of an object,
 * each with a comma behind it. */
#ifndef VMNET_CTL_TELL_H
#define VMNET_CTL_TELL_H

#include "vmnet/switch/hub.h"
#include "vmnet/switch/text.h"

/* tell_owner() - which port it is, and whose. */
void tell_owner(struct text *t, const struct port *p);

/* tell_port() - all that is counted of it, as an object. */
void tell_port(struct text *t, const struct port *p);

/* tell_network() - which network it is. */
void tell_network(struct text *t, const struct hub *hub);

#endif
