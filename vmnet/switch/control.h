/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - what the switch knows of its control connections: that there are
 * some. What is asked and answered there is vmnet/ctl/'s; vmnet/main.c brings
 * the two together.
 */
#ifndef VMNET_CONTROL_H
#define VMNET_CONTROL_H

#include <stdint.h>

struct vswitch;

struct control_ops {
	/* accept() - somebody connects to sw->control_listen */
	void (*accept)(struct vswitch *sw);

	/* ready() - a connection's socket is readable. @number: as it was
	 * given to vswitch_watch_control(); it may be closed by now */
	void (*ready)(struct vswitch *sw, uint32_t number);

	/* close() - the switch ends: cut all off */
	void (*close)(struct vswitch *sw);
};

#endif
