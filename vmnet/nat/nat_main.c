/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_main.c - vmnet-nat: NAT, DHCP and DNS for the network "nat", by
 * libslirp, in a process that holds nothing else.
 *
 * There is one for each card on that network, started by vmnetd with a port of
 * the switch as descriptor 3, as 4 the page of the host's name servers, and
 * perhaps, as 5, a folder that its guest may read files of (nat_folder.h);
 * it ends when the port is closed. Its first message says what it is to do.
 * In its network's subnet, 10.0.2.0/24 if nobody says another one, the host is
 * .2, DNS .3, guests are from .15 on.
 *
 * libslirp parses what guests send, and its parsers have had holes: so no
 * guest memory, no file and no other network is within reach, and its walls
 * (nat_sandbox.h) leave nothing but IPv4 and IPv6 sockets. It does ARP, DHCP,
 * ICMP and TCP; nat_udp.c does UDP and names, nat_tftp.c TFTP.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "vmnet/keeper/child.h"
#include "vmnet/names/names.h"
#include "vmnet/nat/ip_reassemble.h"
#include "vmnet/nat/nat_dhcp.h"
#include "vmnet/nat/nat_filter.h"
#include "vmnet/nat/nat_folder.h"
#include "vmnet/nat/nat_forward.h"
#include "vmnet/nat/nat_ip6.h"
#include "vmnet/nat/nat_join.h"
#include "vmnet/nat/nat_machines.h"
#include "vmnet/nat/nat_names.h"
#include "vmnet/nat/nat_packet.h"
#include "vmnet/nat/nat_reset.h"
#include "vmnet/nat/nat_sandbox.h"
#include "vmnet/nat/nat_state.h"
#include "vmnet/nat/nat_tftp.h"
#include "vmnet/nat/nat_timers.h"
#include "vmnet/nat/nat_udp.h"
#include "vmnet/nat/nat_wire.h"
#include "vmnet/proto/proto.h"
#include "vmnet/keeper/resolv.h"

#define NAT_FD		CHILD_FD
#define NAT_BATCH	64
#define SETUP_MS	5000
#define ANSWER_MS	100	/* for room at the switch */
#define ROOM_MS		100
#define SOCKET_BUFFER	(1 << 20)

/* Sockets: TCP can not take what UDP and names need. */
#define NAT_STACK_MAX	700u
/* descriptors that are no such sockets */
#define NAT_SPARE	(16u + NAT_TFTP_TRANSFERS)
#define NAT_POLLS \
	(3u + NAT_STACK_MAX + VMNET_FORWARDS + NAT_UDP_SOCKETS)
/* Memory: libslirp has 128 KiB each way for a connection. */
#define NAT_GROWS	(384ull << 20)
#define NAT_GROWS_SPACE	(512ull << 20)
#define KEPT_MEMORY	(4 << 20)	/* see keep_memory() */

struct nat {
	Slirp *slirp;
	struct nat_wire wire;
	struct nat_join join;
	bool held;			/* frames waited for this round */
	struct reassembly *fragments;
	struct nat_udp *udp;
	struct nat_tftp *tftp;		/* NULL: it has no folder */
	struct nat_names names;
	struct nat_machines machines;
	struct nat_out out;
	struct vmnet_nat_setup setup;
	unsigned int stack_sockets, stack_max;
	struct nat_reset reset;
	bool ip6;			/* has the host a way out? */
	uint64_t advertise_ns;		/* when the guest is told next */
	struct nat_timers timers;
	struct pollfd polls[NAT_POLLS];	/* [0] is the port, [1] its bell */
	unsigned int count;
	uint32_t drops[NAT_DROP_COUNT];	/* that vmnetd does not know of yet */
	uint32_t every;			/* stamps of one frame in so many */
	uint32_t since;			/* frames to the guest since one had */
	uint64_t woke_ns;		/* when there was something to do; 0:
					 * nobody wants to know */
};

/* ---- the time line ----------------------------------------------------- */

static void stamp_send(const struct vmnet_stamp *s)
{
	if (send(NAT_FD, s, sizeof(*s), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a stamp was lost");
}

/* stamp_out() - a frame is about to go to the guest. Return: @stamp, which is
 * to go with it; NULL: none. */
static const struct ring_stamp *stamp_out(struct nat *nat,
					  struct ring_stamp *stamp)
{
	if (!nat->every || !nat->woke_ns || ++nat->since < nat->every)
		return NULL;
	nat->since = 0;
	*stamp = (struct ring_stamp){ nat->woke_ns, clock_now_ns() };
	return stamp;
}

/* ---- libslirp's callbacks ---------------------------------------------- */

/* send_frame() - to the guest; waits a little for room, so that TCP is slowed
 * down rather than lost. #syscalls[nat] sendto */
static void send_frame(void *opaque, const uint8_t *buf, size_t len)
{
	struct nat *nat = opaque;
	struct ring_stamp stamp;
	bool sent;

	if (nat->wire.rings)
		sent = nat_wire_send(&nat->wire, buf, len,
				     stamp_out(nat, &stamp), ROOM_MS);
	else
		sent = send(NAT_FD, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
	nat->drops[DROP_nat_queue_full] += !sent;
}

static ssize_t on_send_packet(const void *buf, size_t len, void *opaque)
{
	uint8_t frame[VMNET_FRAME_MAX];
	struct nat *nat = opaque;

	if (len > sizeof(frame))
		return (ssize_t)len;
	memcpy(frame, buf, len);
	nat_names_back(&nat->names, frame, len);
	if (*nat->setup.bootfile)
		nat_dhcp_no_proxy(frame, len);
	send_frame(nat, frame, len);
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
	return nat_timer_new(&((struct nat *)opaque)->timers, cb, cb_opaque);
}

static void on_timer_free(void *timer, void *opaque)
{
	nat_timer_free(&((struct nat *)opaque)->timers, timer);
}

static void on_timer_mod(void *timer, int64_t when_ms, void *opaque)
{
	(void)opaque;
	nat_timer_set(timer, when_ms);
}

/* We poll all descriptors anew each round. */
static void on_socket(int fd, void *opaque)
{
	struct nat *nat = opaque;

	nat_reset_opened(&nat->reset, fd);
	nat_ip6_socket(fd);
	nat->stack_sockets++;
}

static void on_socket_closed(int fd, void *opaque)
{
	struct nat *nat = opaque;

	nat_reset_closing(&nat->reset, fd);
	if (nat->stack_sockets)
		nat->stack_sockets--;
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
	.register_poll_fd = on_socket,
	.unregister_poll_fd = on_socket_closed,
	.notify = on_notify,
};

/* ---- the loop ---------------------------------------------------------- */

/* fd_listens() - is it a forwarded port, rather than a connection?
 * #syscalls[nat] getsockopt */
static bool fd_listens(int fd)
{
	socklen_t len = sizeof(int);
	int yes = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	       yes;
}

static int add_poll(int fd, int events, void *opaque)
{
	struct nat *nat = opaque;
	struct pollfd *p;

	if (nat->count == NAT_POLLS - NAT_UDP_SOCKETS - 1)
		return -1;
	p = &nat->polls[nat->count];
	p->fd = nat_reset_asked(&nat->reset, fd, events) ? -1 : fd;
	p->revents = 0;
	p->events = 0;
	if (nat->stack_sockets >= nat->stack_max && fd_listens(fd))
		events = 0;	/* who waits there has to, and nobody spins */
	if (events & SLIRP_POLL_IN)
		p->events |= POLLIN;
	if (events & SLIRP_POLL_OUT)
		p->events |= POLLOUT;
	if (events & SLIRP_POLL_PRI)
		p->events |= POLLPRI;
	return (int)nat->count++;
}

static int get_revents(int index, void *opaque)
{
	struct nat *nat = opaque;
	short got;
	int events = 0;

	if (index < 0 || (unsigned int)index >= nat->count)
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
	return nat_reset_told(&nat->reset, nat->polls[index].fd, events,
			      nat->polls[index].events & POLLIN);
}

/* to_stack() - but no connection more than there may be. @opens: it may take
 * a socket */
static void to_stack(struct nat *nat, const uint8_t *frame, size_t len,
		     bool opens)
{
	if (opens && nat->stack_sockets >= nat->stack_max) {
		nat->drops[DROP_nat_connections]++;
		return;
	}
	nat_reset_frame(&nat->reset, frame, len);
	slirp_input(nat->slirp, frame, (int)len);
	nat_reset_frame(&nat->reset, NULL, 0);
}

/* joined_out() - what waits to be joined goes to libslirp. */
static void joined_out(struct nat *nat)
{
	size_t len;
	uint8_t *frame = nat_join_take(&nat->join, &len);

	if (frame)
		to_stack(nat, frame, len, false);
}

/* to_stack_joined() - with others of its connection, if it can be; none goes
 * before one that came first. */
static void to_stack_joined(struct nat *nat, const uint8_t *frame, size_t len,
			    const struct nat_packet *p)
{
	bool tcp = p->proto == PROTO_TCP;

	if (tcp && nat_join_add(&nat->join, frame, p))
		return;
	joined_out(nat);
	if (!tcp || !nat_join_add(&nat->join, frame, p))
		to_stack(nat, frame, len,
			 nat_opens(p) || p->proto == PROTO_ICMP);
}

static void router_advertise(struct nat *nat, uint64_t now_ns)
{
	uint8_t frame[NAT6_ADVERT_LEN];

	nat_ip6_advert(frame);
	send_frame(nat, frame, sizeof(frame));
	nat->advertise_ns = now_ns + NAT6_ADVERTISE_NS;
}

static void take_ip6(struct nat *nat, uint8_t *frame, size_t len)
{
	enum nat_ip6_way way = IP6_IGNORED;

	if (nat->ip6)
		way = nat_ip6_filter(frame, len, nat->setup.host_loopback);
	if (way == IP6_ADVERTISE)
		router_advertise(nat, clock_now_ns());
	else if (way == IP6_LOST)
		nat->drops[DROP_nat_ip6]++;
	else if (way != IP6_IGNORED)
		to_stack(nat, frame, len, way == IP6_OPENS);
}

/* take_frame() - one, or what it made whole. */
static void take_frame(struct nat *nat, uint8_t *frame, size_t len)
{
	uint64_t now = clock_now_ns();
	struct nat_packet p;
	enum nat_drop why;

	if (get_be16(frame + 12) == TYPE_IP6) {
		take_ip6(nat, frame, len);
		return;
	}
	frame = reassembly_take(nat->fragments, frame, &len, now);
	if (!frame)
		return;
	switch (nat_filter(frame, len, &nat->setup, &p, &why)) {
	case NAT_TO_NAMES:
		if (nat_machines_refuses(&nat->machines, &p))
			len = ETHER_HEADER + p.header + p.body_len;
		if (!nat_names_out(&nat->names, &p)) {
			nat_out_error(&nat->out, ICMP_UNREACHABLE,
				      UNREACHABLE_PORT,
				      nat_gateway(nat->setup.subnet), p.ip,
				      p.header + 8);
			return;
		}
		/* fall through */
	case NAT_TO_STACK:
		to_stack_joined(nat, frame, len, &p);
		return;
	case NAT_TO_UDP:
		if (nat->tftp && nat_tftp_takes(nat->tftp, &p))
			nat_tftp_input(nat->tftp, &p, now);
		else if (!nat_machines_takes(&nat->machines, &p))
			nat_udp_input(nat->udp, &p, now);
		return;
	case NAT_LOST:
		nat->drops[why]++;
		return;
	case NAT_IGNORED:
		return;
	}
}

static struct nat_forwards forwards_of(struct nat *nat)
{
	return (struct nat_forwards){
		.slirp = nat->slirp,
		.udp = nat->udp,
		.guest = nat->setup.subnet + nat->setup.host,
		.table = nat->setup.forward,
	};
}

/* take_ask() - the client's, which the switch has looked at. An answer that
 * can not be sent is no loss: then there is nobody. */
static void take_ask(struct nat *nat, const void *msg, size_t len)
{
	const struct nat_forwards forwards = forwards_of(nat);
	struct vmnet_event e = { .type = VMNET_EVENT_ANSWER };
	struct pollfd p = { .fd = NAT_FD, .events = POLLOUT };
	struct vmnet_ask ask = { 0 };
	unsigned int network;
	enum vmnet_status status = decode_ask(msg, len, &ask, &network);

	if (status == VMNET_OK && ask.what == VMNET_ASK_MOVE)
		status = VMNET_BAD_ASK;
	if (status == VMNET_OK)
		status = nat_forward_change(&forwards, &ask);
	e.value = (uint8_t)status;
	e.count = ask.number;
	poll(&p, 1, ANSWER_MS);
	if (send(NAT_FD, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("an answer was lost: %s", strerror(errno));
}

/* take_timed() - a frame, of which the switch wants to know. */
static void take_timed(struct nat *nat, uint8_t *frame, size_t len,
		       const struct ring_stamp *stamp)
{
	uint64_t begun = clock_now_ns();
	struct vmnet_stamp s = {
		.what = VMNET_STAMP_DONE,
		.before = (uint32_t)(stamp->put - stamp->began),
		.a = (uint32_t)(begun - stamp->put),
	};

	take_frame(nat, frame, len);
	joined_out(nat);
	s.b = (uint32_t)(clock_now_ns() - begun);
	stamp_send(&s);
}

/* tell_state() - for who asks what limits the guest. */
static void tell_state(struct nat *nat)
{
	struct vmnet_event e = { .type = VMNET_EVENT_STATE };
	uint32_t count[NAT_STATE_COUNT];

	nat_state_look(&nat->reset, count);
	for (e.value = 0; e.value < NAT_STATE_COUNT; e.value++) {
		e.count = count[e.value];
		if (send(NAT_FD, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL) <
		    0)
			return;
	}
}

/* take_news() - Return: was it something that the switch says? */
static bool take_news(struct nat *nat, const void *msg, size_t len)
{
	struct vmnet_event e;

	if (decode_event(msg, len, &e) != 0)
		return false;
	if (e.type == VMNET_EVENT_STAMPS)
		nat->every = e.count;
	if (e.type == VMNET_EVENT_TELL)
		tell_state(nat);
	return true;
}

/* take_message() - from the switch: a frame of the guest's, most often. */
static void take_message(struct nat *nat, uint8_t *msg, size_t len)
{
	if (len == VMNET_ASK_SIZE)
		take_ask(nat, msg, len);
	else if (len == sizeof(struct vmnet_names))
		decode_names(msg, len, &nat->machines.names);
	else if (len < VMNET_FRAME_MIN && take_news(nat, msg, len))
		return;
	else if (len > VMNET_FRAME_MAX || len < VMNET_FRAME_MIN)
		nat->drops[DROP_nat_bad_size]++;
	else
		take_frame(nat, msg, len);
}

/* take_messages() - by the socket; Return: false if the switch is gone.
 * #syscalls[nat] recvfrom */
static bool take_messages(struct nat *nat)
{
	uint8_t msg[sizeof(struct vmnet_names)];	/* the longest */
	ssize_t n = 1;
	int i;

	for (i = 0; i < NAT_BATCH && n > 0; i++) {
		n = recv(NAT_FD, msg, sizeof(msg), MSG_DONTWAIT | MSG_TRUNC);
		if (n > 0)
			take_message(nat, msg, (size_t)n);
	}
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* take_ring() - frames by the ring. */
static void take_ring(struct nat *nat)
{
	uint8_t frame[RING_FRAME_MAX];
	struct ring_stamp stamp;
	uint64_t bad = 0;
	size_t len = 1;
	int i;

	for (i = 0; i < NAT_BATCH && len > 0; i++) {
		len = nat_wire_take(&nat->wire, frame, &bad, &stamp);
		if (len > VMNET_FRAME_MAX || (len && len < VMNET_FRAME_MIN))
			bad++;
		else if (len && stamp.put)
			take_timed(nat, frame, len, &stamp);
		else if (len)
			take_frame(nat, frame, len);
	}
	nat->drops[DROP_nat_bad_size] += (uint32_t)bad;
	nat_wire_taken(&nat->wire);
}

/* take_frames() - from the guest; Return: false if the switch is gone. */
static bool take_frames(struct nat *nat)
{
	bool there = true;

	if (nat->polls[1].revents)
		bell_hush(nat->wire.bell);
	if (nat->polls[0].revents)
		there = take_messages(nat);
	if (nat->wire.rings)
		take_ring(nat);
	joined_out(nat);
	return there;
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
		if (send(NAT_FD, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL) <
		    0)
			told = false;
		else
			nat->drops[i] = 0;
	}
	return told;
}

/* tftp_fill() - Return: how many are to be polled for it. */
static unsigned int tftp_fill(struct nat *nat, struct pollfd *p,
			      uint32_t *timeout)
{
	if (!nat->tftp)
		return 0;
	nat_tftp_fill(nat->tftp, p);
	*timeout = nat_tftp_wait_ms(nat->tftp, clock_now_ns(), *timeout);
	return 1;
}

/* nat_await() - Return: that of poll(). What goes to the guest waits for one
 * round more if there is something to do at once, as a connection's first data
 * is behind its handshake: to wake the switch, and that the guest, costs more
 * than to have a look. It never waits behind frames of the guest's: there are
 * windows that wait for it. #syscalls[nat] poll */
static int nat_await(struct nat *nat, int timeout)
{
	bool more = nat_wire_waits(&nat->wire);
	int n;

	if (nat->wire.untold && !more && !nat->held) {
		n = poll(nat->polls, (nfds_t)nat->count, 0);
		nat->held = n > 0;
		if (nat->held)
			return n;
	}
	nat->held = false;
	nat_wire_flush(&nat->wire);
	if (more || !nat_wire_idle(&nat->wire))
		timeout = 0;
	return poll(nat->polls, (nfds_t)nat->count, timeout);
}

static void nat_loop(struct nat *nat)
{
	unsigned int udp, tftp;
	uint32_t timeout;
	int n;

	for (;;) {
		nat->count = 0;
		add_poll(NAT_FD, SLIRP_POLL_IN, nat);
		add_poll(nat->wire.rings ? nat->wire.bell : -1, SLIRP_POLL_IN,
			 nat);
		reassembly_tend(nat->fragments, clock_now_ns());
		if (nat->ip6 && clock_now_ns() >= nat->advertise_ns)
			router_advertise(nat, clock_now_ns());
		nat->drops[DROP_nat_fragment] +=
			reassembly_lost(nat->fragments);
		timeout = tell_drops(nat) ? 60000 : 100;
		slirp_pollfds_fill(nat->slirp, &timeout, add_poll, nat);
		timeout = nat_timers_wait(&nat->timers, timeout);
		udp = nat->count;
		nat->count += nat_udp_fill(nat->udp, nat->polls + udp,
					   clock_now_ns());
		tftp = nat->count;
		nat->count += tftp_fill(nat, nat->polls + tftp, &timeout);
		n = nat_await(nat, (int)timeout);
		nat->woke_ns = nat->every ? clock_now_ns() : 0;
		if (n < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		/* This first: it sets libslirp's clock, without which what
		 * take_frames() opens is over-aged and closed at once. */
		slirp_pollfds_poll(nat->slirp, n < 0, get_revents, nat);
		if (n > 0)
			nat_udp_poll(nat->udp, nat->polls + udp,
				     clock_now_ns());
		if (nat->tftp)
			nat_tftp_poll(nat->tftp, nat->polls + tftp,
				      clock_now_ns());
		if (!take_frames(nat))
			return;
		nat_timers_run(&nat->timers);
	}
}

static Slirp *stack_open(struct nat *nat)
{
	SlirpConfig c;

	memset(&c, 0, sizeof(c));
	c.version = 3;
	c.in_enabled = true;
	c.vnetwork.s_addr = htonl(nat->setup.subnet);
	c.vnetmask.s_addr = htonl(subnet_mask(nat->setup.prefix));
	c.vhost.s_addr = htonl(nat_gateway(nat->setup.subnet));
	c.vdhcp_start.s_addr = htonl(nat->setup.subnet + nat->setup.host);
	c.vnameserver.s_addr = htonl(nat_nameserver(nat->setup.subnet));
	c.vhostname = "hostel";
	c.vdomainname = NAMES_DOMAIN;
	c.in6_enabled = nat->ip6;
	c.vprefix_addr6 = nat_ip6_address(0);
	c.vprefix_len = 64;
	c.vhost6 = nat_ip6_address(2);
	c.vnameserver6 = nat_ip6_address(3);
	c.disable_host_loopback = !nat->setup.host_loopback;
	c.disable_dns = true;	/* else it reads a file, for TCP */
	if (*nat->setup.bootfile)
		c.bootfile = nat->setup.bootfile;
	return slirp_new(&c, &callbacks, nat);
}

/* take_setup() - what the switch sends first. */
static bool take_setup(struct nat *nat)
{
	struct pollfd p = { .fd = NAT_FD, .events = POLLIN };
	uint8_t msg[sizeof(nat->setup) + 1];
	ssize_t n;

	if (poll(&p, 1, SETUP_MS) != 1)
		return false;
	n = recv(NAT_FD, msg, sizeof(msg), MSG_DONTWAIT);
	return n >= 0 && decode_nat_setup(msg, (size_t)n, &nat->setup);
}

/* limit_files() - and keep TCP to what is left by the others. */
static void limit_files(struct nat *nat)
{
	const unsigned int others =
		NAT_SPARE + VMNET_FORWARDS + NAT_UDP_SOCKETS;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		r.rlim_max = others + NAT_STACK_MAX;
	r.rlim_cur = MIN(r.rlim_max, (rlim_t)(others + NAT_STACK_MAX));
	r.rlim_max = r.rlim_cur;
	setrlimit(RLIMIT_NOFILE, &r);
	nat->stack_max = r.rlim_cur > others + 64 ?
				 (unsigned int)(r.rlim_cur - others) :
				 64;
}

/* tftp_open() - a process of its own for the folder, first of all: it is to
 * have nothing of what comes later. */
static void tftp_open(struct nat *nat)
{
	int folder;

	if (!nat->setup.folder)
		return;
	folder = nat_folder_start(CHILD_FOLDER_FD);
	if (folder >= 0)
		nat->tftp = nat_tftp_new(&nat->out, folder);
	if (!nat->tftp)
		die("no process for the TFTP folder");
}

/* forwards_open() - open the ports of the host that lead to the guest; the
 * switch hears which could not be. */
static void forwards_open(struct nat *nat)
{
	const struct nat_forwards forwards = forwards_of(nat);
	struct vmnet_forward lost[VMNET_FORWARDS];
	unsigned int i, n = nat_forward_all(&forwards, lost);

	nat->drops[DROP_nat_forward] += n;
	for (i = 0; i < n; i++)
		if (send(NAT_FD, &lost[i], sizeof(lost[i]), MSG_NOSIGNAL) < 0)
			die("the switch is gone");
}

/* nat_open() - all that needs files and rights, before the walls close. */
static void nat_open(struct nat *nat)
{
	int size = SOCKET_BUFFER;

	tftp_open(nat);
	limit_files(nat);
	setsockopt(NAT_FD, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	nat->out.send = send_frame;
	nat->out.opaque = nat;
	memcpy(nat->out.mac, nat->setup.mac, sizeof(nat->out.mac));
	nat->out.subnet = nat->names.subnet = nat->setup.subnet;
	nat->out.mask = subnet_mask(nat->setup.prefix);
	nat->machines.out = &nat->out;
	nat->names.page = resolv_map(CHILD_NAMES_FD);
	nat->ip6 = nat_ip6_host();
	nat->slirp = stack_open(nat);
	nat->udp = nat_udp_new(&nat->out, nat->names.page,
			       nat->setup.host_loopback);
	nat->fragments = reassembly_new();
	if (!nat->slirp || !nat->udp || !nat->fragments)
		die("libslirp did not start");
	if (!nat_wire_open(&nat->wire, NAT_FD))
		die("no rings to the switch");
	forwards_open(nat);
}

/* keep_memory() - libslirp takes 256 KiB for each connection. What one gives
 * back is kept for the next: else the kernel takes it, and has to clear it
 * again, page fault by page fault. */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 4 * KEPT_MEMORY);
	mallopt(M_TRIM_THRESHOLD, KEPT_MEMORY);
	mallopt(M_TOP_PAD, KEPT_MEMORY / 8);
}

int main(int argc, char **argv)
{
	static struct nat nat;
	const struct vmnet_event up = { .type = VMNET_EVENT_LINK, .value = 1 };
	int type, err;
	socklen_t len = sizeof(type);

	log_init("vmnet-nat", LOG_WARN);
	if (argc > 1 || getsockopt(NAT_FD, SOL_SOCKET, SO_TYPE, &type, &len) ||
	    type != SOCK_SEQPACKET)
		usage_exit(
			"vmnet-nat: the NAT process of Hostel's VMNet. It is "
			"started by vmnetd, not by hand.\n",
			argc - 1, argv + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (!take_setup(&nat))
		return 1;
	nat_open(&nat);
	limits_memory(NAT_GROWS, NAT_GROWS_SPACE);
	keep_memory();
	err = nat_sandbox_close();
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	if (send(NAT_FD, &up, sizeof(up), MSG_NOSIGNAL) < 0)
		return 1;
	nat_loop(&nat);
	return 0;
}
