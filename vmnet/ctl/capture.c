/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.c - copies of frames for who asks: see handlers.h, and tap.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmnet/ctl/handlers.h"

/* A connection's capture. */
struct own_capture {
	int number;		/* of struct tap */
	int bell;
};

/* capture_gone() - the connection ends: close its capture.
 * #syscalls[switch] close */
static void capture_gone(struct vswitch *sw, struct ctl_conn *conn)
{
	struct own_capture *own = conn->own;

	tap_capture_close(&sw->tap, own->number);
	close(own->bell);
	free(own);
}

/* capture_refused() - Return: why there is no capture. @err:
 * tap_capture_open()'s */
static enum ctl_status capture_refused(int err, const struct tap_want *want)
{
	switch (err) {
	case -EBUSY:
		return CTL_FULL;
	case -EPROTO:
		return CTL_BAD_MEMORY;
	default:
		return want->network[0] ? CTL_NO_NETWORK : CTL_NO_PORT;
	}
}

enum ctl_status ctl_capture(struct vswitch *sw, const struct ctl_ask *ask)
{
	const struct ctl_capture *a = &ask->args->capture;
	struct tap_want want = { .number = a->port, .last = a->last,
				 .snap = a->snap };
	struct own_capture *own;
	int n;

	memcpy(want.mac, a->mac, sizeof(want.mac));
	memcpy(want.network, a->network, sizeof(want.network));
	if (ask->conn->own || ask->conn->gone)
		return CTL_IN_USE;
	if (!port_is_bell(ask->fds[CAPTURE_FD_BELL]))
		return CTL_BAD_MEMORY;
	own = malloc(sizeof(*own));
	if (!own)
		return CTL_NO_MEMORY;
	n = tap_capture_open(&sw->tap, ask->fds[CAPTURE_FD_RING],
			     ask->fds[CAPTURE_FD_BELL], &want);
	if (n < 0) {
		free(own);
		return capture_refused(n, &want);
	}
	*own = (struct own_capture){ n, ask->fds[CAPTURE_FD_BELL] };
	ask->fds[CAPTURE_FD_BELL] = -1;
	ask->conn->own = own;
	ask->conn->gone = capture_gone;
	return CTL_DONE;
}
