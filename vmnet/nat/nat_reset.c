/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_reset.c - resets pass the NAT as resets: see nat_reset.h. */
#include "vmnet/nat/nat_reset.h"

#include <slirp/libslirp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/bytes.h"

#define AT_IP		14u
#define AT_IP6		(AT_IP + 40u)
#define TYPE_IP		0x0800u
#define TYPE_IP6	0x86ddu
#define PROTO_TCP	6u
#define TCP_FLAGS	13u
#define FLAG_RST	0x04u

enum {
	OTHER,		/* not TCP's, or not connected */
	CONNECTED,
	HELD,		/* it is reset, and libslirp has no room to read */
};

static uint8_t *state_of(struct nat_reset *r, int fd)
{
	return fd >= 0 && (unsigned int)fd < NAT_RESET_FDS ? &r->state[fd] :
							     NULL;
}

void nat_reset_opened(struct nat_reset *r, int fd)
{
	uint8_t *state = state_of(r, fd);

	if (state)
		*state = OTHER;
}

void nat_reset_closing(struct nat_reset *r, int fd)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	uint8_t *state = state_of(r, fd);

	/* Its state does not count: it may have opened since the last poll. */
	if (r->by_guest)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof(at_once));
	if (state)
		*state = OTHER;
}

bool nat_reset_asked(struct nat_reset *r, int fd, int events)
{
	uint8_t *state = state_of(r, fd);

	if (!state)
		return false;
	/* Of connected TCP sockets alone it wants to hear of urgent data. */
	if (*state == OTHER && (events & SLIRP_POLL_PRI))
		*state = CONNECTED;
	if (*state == HELD && (events & SLIRP_POLL_IN))
		*state = CONNECTED;
	return *state == HELD;
}

int nat_reset_told(struct nat_reset *r, int fd, int events, bool reads)
{
	uint8_t *state = state_of(r, fd);
	int left = 0;

	if (!state || *state == OTHER ||
	    !(events & (SLIRP_POLL_ERR | SLIRP_POLL_HUP)))
		return events;
	if (reads)
		return SLIRP_POLL_IN;
	if (ioctl(fd, FIONREAD, &left) < 0 || left == 0)
		return events;
	*state = HELD;
	return 0;
}

bool nat_reset_connected(const struct nat_reset *r, int fd)
{
	return fd >= 0 && (unsigned int)fd < NAT_RESET_FDS &&
	       r->state[fd] != OTHER;
}

void nat_reset_frame(struct nat_reset *r, const uint8_t *frame, size_t len)
{
	size_t tcp = 0;

	r->by_guest = false;
	if (!frame || len < AT_IP6)
		return;
	if (get_be16(frame + 12) == TYPE_IP && frame[AT_IP + 9] == PROTO_TCP)
		tcp = AT_IP + (frame[AT_IP] & 15u) * 4u;
	if (get_be16(frame + 12) == TYPE_IP6 && frame[AT_IP + 6] == PROTO_TCP)
		tcp = AT_IP6;
	r->by_guest = tcp && tcp + TCP_FLAGS < len &&
		      (frame[tcp + TCP_FLAGS] & FLAG_RST);
}
