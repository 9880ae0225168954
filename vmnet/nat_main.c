/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_main.c - vmnet-nat: NAT, DHCP and DNS for the network "nat", by
 * libslirp, in a process that holds nothing else.
 *
 * Started by vmnetd with its port of the switch as descriptor 3; ends when
 * that is closed. 10.0.2.0/24: host 10.0.2.2, DNS 10.0.2.3, guests from
 * 10.0.2.15. libslirp parses what guests send, and its parsers have had
 * holes: so no guest memory, no file and no other network is within reach,
 * and the filter below allows nothing but sockets.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "vmnet/child.h"
#include "vmnet/ip_reassemble.h"
#include "vmnet/nat_filter.h"
#include "vmnet/proto.h"

#define NAT_FD		CHILD_FD
#define NAT_POLLS	1024
#define NAT_BATCH	64
#define SOCKET_BUFFER	(1 << 20)
#define NAT_FILES	1000	/* descriptors: connections of all guests */

struct nat_timer {
	SlirpTimerCb cb;
	void *opaque;
	int64_t when_ms;	/* -1: not set */
	struct nat_timer *next;
};

struct nat {
	Slirp *slirp;
	struct reassembly *fragments;
	struct nat_timer *timers;
	struct pollfd polls[NAT_POLLS];	/* [0] is the port */
	int count;
	uint32_t drops[NAT_DROP_COUNT];	/* that vmnetd does not know of yet */
};

/* All that this process may ask of the kernel. */
#define NAT_CALLS(CALL, CALL_IF)					\
	CALL(read) CALL(write) CALL(writev) CALL(close)			\
	CALL(recvfrom) CALL(recvmsg) CALL(sendto) CALL(sendmsg)		\
	CALL(socket) CALL(bind) CALL(listen) CALL(accept) CALL(accept4)	\
	CALL(connect) CALL(shutdown) CALL(getsockname) CALL(getpeername) \
	CALL(getsockopt) CALL(setsockopt) CALL(ioctl) CALL(fcntl)	\
	CALL(poll) CALL(ppoll) CALL(futex) CALL(brk) CALL(munmap)	\
	CALL(mremap) CALL(madvise) CALL(clock_gettime)			\
	CALL(gettimeofday) CALL(getrandom) CALL(fstat) CALL(newfstatat)	\
	CALL(stat) CALL(lseek) CALL(rt_sigreturn) CALL(rt_sigprocmask)	\
	CALL(restart_syscall) CALL(exit) CALL(exit_group) CALL(getpid)	\
	CALL_IF(openat, 2, O_ACCMODE | O_CREAT, O_RDONLY)		\
	CALL_IF(mmap, 2, PROT_EXEC, 0)					\
	CALL_IF(mprotect, 2, PROT_EXEC, 0)

static const struct sandbox_rule nat_rules[] = {
	NAT_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

/* ---- libslirp's callbacks ---------------------------------------------- */

/* on_send_packet() - a frame for the guests; waits a little for room, so that
 * TCP is slowed down rather than lost. */
static ssize_t on_send_packet(const void *buf, size_t len, void *opaque)
{
	struct pollfd p = { .fd = NAT_FD, .events = POLLOUT };
	struct nat *nat = opaque;
	int tries;

	for (tries = 0; tries < 10; tries++) {
		if (send(NAT_FD, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return (ssize_t)len;
		if (errno != EAGAIN && errno != ENOBUFS)
			break;
		poll(&p, 1, 10);
	}
	nat->drops[DROP_nat_queue_full]++;
	return (ssize_t)len;
}

static void on_guest_error(const char *msg, void *opaque)
{
	(void)opaque;
	log_debug("guest: %s", msg);
}

static int64_t on_clock(void *opaque)
{
	(void)opaque;
	return (int64_t)clock_now_ns();
}

static void *on_timer_new(SlirpTimerCb cb, void *cb_opaque, void *opaque)
{
	struct nat_timer *t = calloc(1, sizeof(*t));
	struct nat *nat = opaque;

	if (!t)
		die("out of memory");
	t->cb = cb;
	t->opaque = cb_opaque;
	t->when_ms = -1;
	t->next = nat->timers;
	nat->timers = t;
	return t;
}

static void on_timer_free(void *timer, void *opaque)
{
	struct nat *nat = opaque;
	struct nat_timer **p;

	for (p = &nat->timers; *p && *p != timer; p = &(*p)->next)
		;
	if (*p)
		*p = (*p)->next;
	free(timer);
}

static void on_timer_mod(void *timer, int64_t when_ms, void *opaque)
{
	(void)opaque;
	((struct nat_timer *)timer)->when_ms = when_ms;
}

/* We poll all descriptors anew each round: there is nothing to note. */
static void on_poll_fd(int fd, void *opaque)
{
	(void)fd, (void)opaque;
}

static void on_notify(void *opaque)
{
	(void)opaque;
}

static const SlirpCb callbacks = {
	.send_packet = on_send_packet,
	.guest_error = on_guest_error,
	.clock_get_ns = on_clock,
	.timer_new = on_timer_new,
	.timer_free = on_timer_free,
	.timer_mod = on_timer_mod,
	.register_poll_fd = on_poll_fd,
	.unregister_poll_fd = on_poll_fd,
	.notify = on_notify,
};

/* ---- the loop ---------------------------------------------------------- */

static int add_poll(int fd, int events, void *opaque)
{
	struct nat *nat = opaque;
	struct pollfd *p;

	if (nat->count == NAT_POLLS)
		return -1;
	p = &nat->polls[nat->count];
	p->fd = fd;
	p->revents = 0;
	p->events = 0;
	if (events & SLIRP_POLL_IN)
		p->events |= POLLIN;
	if (events & SLIRP_POLL_OUT)
		p->events |= POLLOUT;
	if (events & SLIRP_POLL_PRI)
		p->events |= POLLPRI;
	return nat->count++;
}

static int get_revents(int index, void *opaque)
{
	const struct nat *nat = opaque;
	short got;
	int events = 0;

	if (index < 0 || index >= nat->count)
		return 0;
	got = nat->polls[index].revents;
	if (got & POLLIN)
		events |= SLIRP_POLL_IN;
	if (got & POLLOUT)
		events |= SLIRP_POLL_OUT;
	if (got & POLLPRI)
		events |= SLIRP_POLL_PRI;
	if (got & POLLERR)
		events |= SLIRP_POLL_ERR;
	if (got & POLLHUP)
		events |= SLIRP_POLL_HUP;
	return events;
}

/* take_frame() - one, or what it made whole. */
static void take_frame(struct nat *nat, uint8_t *frame, size_t len)
{
	frame = reassembly_take(nat->fragments, frame, &len, clock_now_ns());
	if (!frame)
		return;
	if (nat_filter(frame, len))
		slirp_input(nat->slirp, frame, (int)len);
	else
		nat->drops[DROP_nat_fragment]++;
}

/* take_frames() - from the guests; Return: false if the switch is gone. */
static bool take_frames(struct nat *nat)
{
	uint8_t frame[VMNET_FRAME_MAX];
	ssize_t n;
	int i;

	for (i = 0; i < NAT_BATCH; i++) {
		n = recv(NAT_FD, frame, sizeof(frame),
			 MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		if ((size_t)n > sizeof(frame) || n < (ssize_t)VMNET_FRAME_MIN)
			nat->drops[DROP_nat_bad_size]++;
		else
			take_frame(nat, frame, (size_t)n);
	}
	return true;
}

/* tell_drops() - vmnetd keeps the books; Return: false if it must be tried
 * again, as there was no room. */
static bool tell_drops(struct nat *nat)
{
	struct vmnet_event e = { .type = VMNET_EVENT_DROPS };
	bool told = true;
	uint8_t i;

	for (i = 0; i < NAT_DROP_COUNT; i++) {
		if (!nat->drops[i])
			continue;
		e.value = i;
		e.count = nat->drops[i];
		if (send(NAT_FD, &e, sizeof(e),
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			told = false;
		else
			nat->drops[i] = 0;
	}
	return told;
}

static void run_timers(struct nat *nat)
{
	int64_t now = (int64_t)(clock_now_ns() / 1000000);
	struct nat_timer *t, *next;

	for (t = nat->timers; t; t = next) {
		next = t->next;
		if (t->when_ms < 0 || t->when_ms > now)
			continue;
		t->when_ms = -1;
		t->cb(t->opaque);
	}
}

static uint32_t timers_timeout(const struct nat *nat, uint32_t timeout)
{
	int64_t now = (int64_t)(clock_now_ns() / 1000000), left;
	const struct nat_timer *t;

	for (t = nat->timers; t; t = t->next) {
		left = t->when_ms < 0 ? (int64_t)timeout : t->when_ms - now;
		if (left < (int64_t)timeout)
			timeout = left < 0 ? 0 : (uint32_t)left;
	}
	return timeout;
}

static void nat_loop(struct nat *nat)
{
	uint32_t timeout;
	int n;

	for (;;) {
		nat->count = 0;
		add_poll(NAT_FD, SLIRP_POLL_IN, nat);
		reassembly_tend(nat->fragments, clock_now_ns());
		nat->drops[DROP_nat_fragment] +=
			reassembly_lost(nat->fragments);
		timeout = tell_drops(nat) ? 60000 : 100;
		slirp_pollfds_fill(nat->slirp, &timeout, add_poll, nat);
		timeout = timers_timeout(nat, timeout);
		n = poll(nat->polls, (nfds_t)nat->count, (int)timeout);
		if (n < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		/* This first: it sets libslirp's clock, without which what
		 * take_frames() opens is over-aged and closed at once. */
		slirp_pollfds_poll(nat->slirp, n < 0, get_revents, nat);
		if ((nat->polls[0].revents) && !take_frames(nat))
			return;
		run_timers(nat);
	}
}

static Slirp *nat_open(struct nat *nat)
{
	SlirpConfig c;

	memset(&c, 0, sizeof(c));
	c.version = 1;
	c.in_enabled = true;
	inet_pton(AF_INET, "10.0.2.0", &c.vnetwork);
	inet_pton(AF_INET, "255.255.255.0", &c.vnetmask);
	inet_pton(AF_INET, "10.0.2.2", &c.vhost);
	inet_pton(AF_INET, "10.0.2.15", &c.vdhcp_start);
	inet_pton(AF_INET, "10.0.2.3", &c.vnameserver);
	c.vhostname = "hostel";
	return slirp_new(&c, &callbacks, nat);
}

int main(int argc, char **argv)
{
	static struct nat nat;
	const struct vmnet_event up = { .type = VMNET_EVENT_LINK, .value = 1 };
	const struct rlimit files = { NAT_FILES, NAT_FILES };
	int size = SOCKET_BUFFER, type, err;
	socklen_t len = sizeof(type);

	log_init("vmnet-nat", LOG_WARN);
	if (argc > 1 || getsockopt(NAT_FD, SOL_SOCKET, SO_TYPE, &type, &len) ||
	    type != SOCK_SEQPACKET) {
		printf("vmnet-nat: the NAT process of Hostel's VMNet. It is "
		       "started by vmnetd, not by hand.\n");
		return argc != 2 || strcmp(argv[1], "--help") != 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	setsockopt(NAT_FD, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	nat.slirp = nat_open(&nat);
	nat.fragments = reassembly_new();
	if (!nat.slirp || !nat.fragments)
		die("libslirp did not start");
	err = sandbox_enter(nat_rules, ARRAY_SIZE(nat_rules));
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	if (send(NAT_FD, &up, sizeof(up), MSG_NOSIGNAL) < 0)
		return 1;
	nat_loop(&nat);
	return 0;
}
