/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_main.c - vmnet-dhcp: addresses for a host-only network, in a process
 * that holds nothing but its port of the switch.
 *
 * Started by vmnetd with that as descriptor CHILD_FD; ends when it is closed.
 * It reads what guests send, so it may ask the kernel for no more than to
 * receive, to send and to know the time. The switch says which card has
 * which address; leases of others are lost with it (dhcp.h).
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "vmnet/keeper/child.h"
#include "vmnet/dhcp/dhcp.h"
#include "vmnet/proto/proto.h"

#define SETUP_MS	5000

/* Memory: all it needs is there by then. */
#define GROWS		(16ull << 20)
#define GROWS_SPACE	(64ull << 20)

/* All that this process may ask of the kernel. */
#define DHCP_CALLS(CALL)						\
	CALL(recvfrom) CALL(sendto) CALL(poll)				\
	CALL(clock_gettime) CALL(write)

/* What no file of ours asks for: malloc(); what libc makes of poll(); signals
 * and the end. */
#define DHCP_LIBC_CALLS(CALL, CALL_IF)					\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(ppoll) CALL(futex) CALL(rt_sigreturn)			\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule dhcp_rules[] = {
	DHCP_CALLS(SANDBOX_CALL)
	DHCP_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

/* switch_said() - was that no frame, but what the switch says of cards? */
static bool switch_said(struct dhcp *d, const uint8_t *msg, size_t len)
{
	struct vmnet_names names;
	struct vmnet_dhcp_card card;

	if (!decode_dhcp_card(msg, len, &card))
		; /* no card */
	else if (card.gone)
		dhcp_card_gone(d, card.mac, card.host);
	else
		dhcp_card(d, card.mac, card.host, card.names);
	if (decode_names(msg, len, &names))
		dhcp_names(d, &names);
	return len < VMNET_FRAME_MIN || len > VMNET_FRAME_MAX;
}

/* held_tell() - tell the switch of an address that a card has of which it knows
 * nothing. No room: it hears of the next one. */
static void held_tell(struct dhcp *d)
{
	struct vmnet_event e = { .type = VMNET_EVENT_HELD };
	uint16_t seconds, host = dhcp_held(d, &seconds);

	e.count = host | (uint32_t)seconds << 16;
	if (host)
		send(CHILD_FD, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* dhcp_serve() - until the switch is gone. #syscalls[dhcp] poll recvfrom
 * sendto */
static int dhcp_serve(struct dhcp *d)
{
	struct pollfd p = { .fd = CHILD_FD, .events = POLLIN };
	uint8_t msg[sizeof(struct vmnet_names)], out[DHCP_FRAME_MAX];
	ssize_t n;
	size_t len;

	for (;;) {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return 1;
		n = recv(CHILD_FD, msg, sizeof(msg), MSG_DONTWAIT | MSG_TRUNC);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return 1;
		if (n < 0 || (size_t)n > sizeof(msg) ||
		    switch_said(d, msg, (size_t)n))
			continue;
		len = dhcp_answer(d, msg, (size_t)n, out, clock_now_ns());
		held_tell(d);
		/* No room: the client asks again. */
		if (len)
			send(CHILD_FD, out, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}

/* dhcp_open() - of the network that the switch tells first. Return: NULL: it
 * does not. */
static struct dhcp *dhcp_open(void)
{
	struct pollfd p = { .fd = CHILD_FD, .events = POLLIN };
	uint8_t msg[sizeof(struct vmnet_dhcp_setup) + 1];
	struct vmnet_dhcp_setup setup;
	ssize_t n;

	if (poll(&p, 1, SETUP_MS) != 1)
		return NULL;
	n = recv(CHILD_FD, msg, sizeof(msg), MSG_DONTWAIT);
	if (n <= 0 || !decode_dhcp_setup(msg, (size_t)n, &setup))
		return NULL;
	return dhcp_new(setup.subnet, setup.prefix);
}

int main(int argc, char **argv)
{
	socklen_t size = sizeof(int);
	struct dhcp *d;
	int type, err;

	log_init("vmnet-dhcp", LOG_WARN);
	if (argc > 1 ||
	    getsockopt(CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET)
		usage_exit("vmnet-dhcp: the DHCP server of Hostel's network "
			   "\"hostonly\". It is started by vmnetd, not by "
			   "hand.\n",
			   argc - 1, argv + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	d = dhcp_open();
	if (!d)
		return 1;
	limits_memory(GROWS, GROWS_SPACE);
	err = privileges_drop(0);
	if (err >= 0)
		err = sandbox_enter(dhcp_rules, ARRAY_SIZE(dhcp_rules));
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	return dhcp_serve(d);
}
