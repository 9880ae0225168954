/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl.h - the switch's control connections (vmnet/proto/ctl.h): who asks, and
 * what is answered.
 *
 * 1. At most CTL_CONNECTIONS; they do not keep the switch from ending.
 * 2. Nothing here blocks: who does not read its answer is cut off.
 * 3. A handler does what is asked at once, between two rounds of the switch.
 */
#ifndef VMNET_CTL_CTL_H
#define VMNET_CTL_CTL_H

#include "vmnet/proto/ctl.h"
#include "vmnet/switch/control.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch.h"
#include "vmnet/tap/tap.h"

/* Each capture has one for as long as it runs; the others are for those who
 * ask. */
#define CTL_CONNECTIONS	(TAP_CAPTURES + 16u)

/* One connection. */
struct ctl_conn {
	int fd;
	uint32_t number;	/* never used twice, 0: no connection */
	/* What a verb has set up for as long as the connection is there; gone()
	 * is called once when that ends. */
	void *own;
	void (*gone)(struct vswitch *sw, struct ctl_conn *conn);
};

/* What a handler is asked, and where its answer goes. */
struct ctl_ask {
	struct ctl_conn *conn;
	const union ctl_args *args;
	int *fds;		/* that came with it, as many as its row says;
				 * the handler sets to -1 what it keeps */
	struct text *text;	/* of the answer, if it is CTL_DONE */
};

/* Of the switch: vswitch_run() is given it. */
extern const struct control_ops ctl_server;

#endif
