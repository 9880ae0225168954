/* SPDX-License-Identifier: BSD-2-Clause */
/* handlers.h - what does each verb of ctl.def: ctl_<name>(). */
#ifndef VMNET_CTL_HANDLERS_H
#define VMNET_CTL_HANDLERS_H

#include "vmnet/ctl/ctl.h"

/* Return: CTL_DONE, with a text or none; or why it was not done. */
#define CTL_VERB(id, name, fds, text) \
	enum ctl_status ctl_##name(struct vswitch *sw, \
				   const struct ctl_ask *ask);
#include "vmnet/proto/ctl.def"
#undef CTL_VERB

/* ctl_port() - the port of that number, joined; NULL: there is none. */
struct port *ctl_port(struct vswitch *sw, uint32_t number);

#endif
