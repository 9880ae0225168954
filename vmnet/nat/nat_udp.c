/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_udp.c - a guest's UDP: see nat_udp.h. */
#include "vmnet/nat/nat_udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "base/bytes.h"
#include "base/check.h"

#define QUOTE		(IP_HEADER + UDP_HEADER)
#define DNS_PORT	53u
#define BATCH		32	/* datagrams from one socket at a time */
#define PEERS		16u
#define DNS_PATIENCE_NS	1500000000ull

enum flow_kind { FLOW_PLAIN, FLOW_DNS, FLOW_FORWARD };

/* Who spoke to a forwarded port last: an address above 16 bits of port. */
struct peers {
	uint64_t who[PEERS];	/* 0: nobody */
	unsigned int next;
};

struct flow {
	int fd;			/* -1: free */
	enum flow_kind kind;
	uint32_t guest;		/* the guest's end */
	uint16_t guest_port;
	uint64_t used_ns;
	uint8_t ttl;		/* as the socket has it; 0: not set yet */
	uint64_t asked_ns;	/* DNS: no answer since; 0: none is due */
	uint8_t quote[QUOTE];	/* what the guest sent last, for ICMP */
	uint32_t to;		/* where that went; and ... */
	uint16_t to_port;
	unsigned int poll;	/* its place in nat_udp_fill() */
	struct vmnet_forward door; /* FORWARD: what it is */
	/* FORWARD: programs of this host, at 127.0.0.1, which may be answered;
	 * and others, whose answers go by this door */
	struct peers near, far;
};

struct nat_udp {
	struct nat_out *out;
	const struct resolv_page *names;
	bool host_loopback;
	unsigned int server;	/* the name server to ask; modulo their count */
	struct flow flow[NAT_UDP_SOCKETS];
	uint8_t datagram[UDP_HEADER + IP_PACKET_MAX];
};

/* Each kind has its own part of the flows. */
static const struct { unsigned int first, count; uint64_t idle_ns; } parts[] = {
	[FLOW_PLAIN] = { 0, NAT_UDP_FLOWS, NAT_UDP_IDLE_NS },
	[FLOW_DNS] = { NAT_UDP_FLOWS, NAT_DNS_FLOWS, NAT_DNS_IDLE_NS },
	[FLOW_FORWARD] = { NAT_UDP_FLOWS + NAT_DNS_FLOWS, VMNET_FORWARDS, 0 },
};

struct nat_udp *nat_udp_new(struct nat_out *out,
			    const struct resolv_page *names, bool host_loopback)
{
	struct nat_udp *u = calloc(1, sizeof(*u));
	unsigned int i;

	if (!u)
		return NULL;
	u->out = out;
	u->names = names;
	u->host_loopback = host_loopback;
	for (i = 0; i < NAT_UDP_SOCKETS; i++)
		u->flow[i].fd = -1;
	return u;
}

/* ---- flows ------------------------------------------------------------- */

/* flow_end() - a name server that did not answer is not asked next. */
static void flow_end(struct nat_udp *u, struct flow *f)
{
	if (f->asked_ns)
		u->server++;
	close(f->fd);
	memset(f, 0, sizeof(*f));
	f->fd = -1;
}

void nat_udp_free(struct nat_udp *u)
{
	unsigned int i;

	for (i = 0; u && i < NAT_UDP_SOCKETS; i++)
		if (u->flow[i].fd >= 0)
			flow_end(u, &u->flow[i]);
	free(u);
}

static struct flow *flow_find(struct nat_udp *u, enum flow_kind kind,
			      uint32_t guest, uint16_t port)
{
	struct flow *f = &u->flow[parts[kind].first];
	struct flow *end = f + parts[kind].count;

	for (; f < end; f++)
		if (f->fd >= 0 && f->guest_port == port && f->guest == guest)
			return f;
	return NULL;
}

/* flow_place() - a free one; the oldest one has to go if there is none. */
static struct flow *flow_place(struct nat_udp *u, enum flow_kind kind)
{
	struct flow *f = &u->flow[parts[kind].first], *oldest = f;
	struct flow *end = f + parts[kind].count;

	for (; f < end; f++) {
		if (f->fd < 0)
			return f;
		if (f->used_ns < oldest->used_ns)
			oldest = f;
	}
	flow_end(u, oldest);
	return oldest;
}

/* open_socket() - Return: a descriptor, or -errno. */
static int open_socket(int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd < 0)
		return -errno;
	/* So that errors that others report by ICMP reach the guest. */
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	return fd;
}

static struct flow *flow_new(struct nat_udp *u, enum flow_kind kind, int fd,
			     uint32_t guest, uint16_t port)
{
	struct flow *f;

	if (fd < 0)
		return NULL;
	f = flow_place(u, kind);
	f->fd = fd;
	f->kind = kind;
	f->guest = guest;
	f->guest_port = port;
	return f;
}

/* dns_socket() - connected to a name server of the host; or -errno. */
static int dns_socket(struct nat_udp *u)
{
	struct sockaddr_in six_no = { .sin_family = AF_INET,
				      .sin_port = htons(DNS_PORT) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
				    .sin6_port = htons(DNS_PORT) };
	const struct resolv_server *s;
	struct resolv r;
	int fd, err;

	resolv_get(u->names, &r);
	if (!r.count)
		return -EHOSTUNREACH;
	s = &r.server[u->server % r.count];
	fd = open_socket(s->family == AF_INET6 ? AF_INET6 : AF_INET);
	if (fd < 0)
		return fd;
	memcpy(&six_no.sin_addr, s->addr, 4);
	memcpy(&six.sin6_addr, s->addr, 16);
	six.sin6_scope_id = s->scope;
	err = s->family == AF_INET6 ?
		      connect(fd, (struct sockaddr *)&six, sizeof(six)) :
		      connect(fd, (struct sockaddr *)&six_no, sizeof(six_no));
	if (err == 0)
		return fd;
	err = -errno;
	close(fd);
	u->server++;
	return err;
}

int nat_udp_forward(struct nat_udp *u, const struct vmnet_forward *f,
		    uint32_t guest)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(f->port) };
	int fd = open_socket(AF_INET), err;

	if (fd < 0)
		return fd;
	memcpy(&a.sin_addr, f->address, 4);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	flow_new(u, FLOW_FORWARD, fd, guest, f->guest_port)->door = *f;
	return 0;
}

void nat_udp_unforward(struct nat_udp *u, const struct vmnet_forward *f)
{
	struct flow *d = &u->flow[parts[FLOW_FORWARD].first];
	struct flow *end = d + parts[FLOW_FORWARD].count;

	for (; d < end; d++)
		if (d->fd >= 0 && d->door.port == f->port &&
		    !memcmp(d->door.address, f->address, sizeof(f->address)))
			flow_end(u, d);
}

/* ---- from the guest ---------------------------------------------------- */

static void packet_refuse(struct nat_udp *u, const struct nat_packet *p,
			  uint8_t type, uint8_t code)
{
	size_t len = p->header + UDP_HEADER;

	nat_out_error(u->out, type, code, nat_gateway(u->out->subnet), p->ip,
		      len);
}

static uint8_t code_of(int err)
{
	switch (err) {
	case ECONNREFUSED:
		return UNREACHABLE_PORT;
	case EHOSTUNREACH:
		return UNREACHABLE_HOST;
	case EACCES:
	case EPERM:
		return UNREACHABLE_FORBIDDEN;
	}
	return UNREACHABLE_NET;
}

static uint64_t peer_number(uint32_t address, uint16_t port)
{
	return (uint64_t)address << 16 | port;
}

/* peers_have() - are they one of the last that spoke? */
static bool peers_have(const struct peers *peers, uint64_t who)
{
	unsigned int i;

	for (i = 0; i < PEERS; i++)
		if (peers->who[i] == who)
			return true;
	return false;
}

/* peers_note() - they have spoken. */
static void peers_note(struct peers *peers, uint64_t who)
{
	if (!peers_have(peers, who))
		peers->who[peers->next++ % PEERS] = who;
}

/* door_near() - does its socket have an address of 127.0.0.0/8? That reaches
 * this host only. */
static bool door_near(const struct flow *f)
{
	return f->door.address[0] == 127;
}

/*
 * forward_for() - the forwarded port that a packet from the guest goes out by
 * @near: to this host's 127.0.0.1
 *
 * Of several that lead to the port it is from, it is the one that the receiver
 * has spoken to; else the first that can reach there, so that the port is seen
 * as where it is from. Return: NULL: none.
 */
static struct flow *forward_for(struct nat_udp *u, const struct nat_packet *p,
				bool near)
{
	uint16_t from = get_be16(p->body), to = get_be16(p->body + 2);
	uint64_t who = peer_number(near ? INADDR_LOOPBACK : p->to, to);
	struct flow *f = &u->flow[parts[FLOW_FORWARD].first], *first = NULL;
	struct flow *end = f + parts[FLOW_FORWARD].count;

	for (; f < end; f++) {
		if (f->fd < 0 || f->guest_port != from || f->guest != p->from)
			continue;
		if (peers_have(near ? &f->near : &f->far, who))
			return f;
		if (!first && (near || !door_near(f)))
			first = f;
	}
	return first;
}

/* may_reach_host() - 10.0.2.2: is it allowed, or an answer to a peer of a
 * forwarded port? */
static bool may_reach_host(const struct nat_udp *u, const struct flow *f,
			   uint16_t port)
{
	return u->host_loopback ||
	       (f && peers_have(&f->near, peer_number(INADDR_LOOPBACK, port)));
}

/* flow_send() - Return: 0 or an errno. */
static int flow_send(struct flow *f, const struct nat_packet *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(f->to_port),
				 .sin_addr.s_addr = htonl(f->to) };
	const struct sockaddr *to = f->kind == FLOW_DNS ? NULL :
							  (struct sockaddr *)&a;
	size_t len = get_be16(p->body + 4) - UDP_HEADER;
	int ttl = p->ttl - 1, tries;

	if (f->kind != FLOW_DNS && f->ttl != ttl &&
	    setsockopt(f->fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)) == 0)
		f->ttl = (uint8_t)ttl;
	/* Once more, as the first may tell of an error before. */
	for (tries = 0; tries < 2; tries++)
		if (sendto(f->fd, p->body + UDP_HEADER, len,
			   MSG_NOSIGNAL | MSG_DONTWAIT, to,
			   to ? sizeof(a) : 0) >= 0)
			return 0;
	return errno;
}

/* flow_for() - the flow that the packet belongs to, old or new; NULL with an
 * errno: there can be none. */
static struct flow *flow_for(struct nat_udp *u, const struct nat_packet *p,
			     uint64_t now_ns)
{
	uint16_t from = get_be16(p->body), to = get_be16(p->body + 2);
	bool dns = p->to == nat_nameserver(u->out->subnet);
	bool near = p->to == nat_gateway(u->out->subnet);
	enum flow_kind kind = dns ? FLOW_DNS : FLOW_PLAIN;
	struct flow *f = NULL;
	int fd;

	errno = ECONNREFUSED;
	if (dns && to != DNS_PORT)
		return NULL;
	if (!dns)
		f = forward_for(u, p, near);
	if (near && !may_reach_host(u, f, to))
		return NULL;
	if (!f)
		f = flow_find(u, kind, p->from, from);
	if (f && f->asked_ns && now_ns - f->asked_ns > DNS_PATIENCE_NS) {
		/* It asks again, as it got no answer: the next one may know. */
		flow_end(u, f);
		f = NULL;
	}
	if (f)
		return f;
	fd = dns ? dns_socket(u) : open_socket(AF_INET);
	f = flow_new(u, kind, fd, p->from, from);
	if (!f)
		errno = -fd;
	return f;
}

void nat_udp_input(struct nat_udp *u, const struct nat_packet *p,
		   uint64_t now_ns)
{
	struct flow *f;
	int err;

	if (!nat_udp_sound(p))
		return;
	if (p->ttl <= 1) {
		packet_refuse(u, p, ICMP_TIME_EXCEEDED, 0);
		return;
	}
	f = flow_for(u, p, now_ns);
	if (!f) {
		packet_refuse(u, p, ICMP_UNREACHABLE, code_of(errno));
		return;
	}
	f->used_ns = now_ns;
	f->to = p->to == nat_gateway(u->out->subnet) ? INADDR_LOOPBACK : p->to;
	f->to_port = get_be16(p->body + 2);
	memcpy(f->quote, p->ip, IP_HEADER);
	f->quote[0] = 0x45;	/* its options are not quoted */
	memcpy(f->quote + IP_HEADER, p->body, UDP_HEADER);
	if (f->kind == FLOW_DNS && !f->asked_ns)
		f->asked_ns = now_ns;
	err = flow_send(f, p);
	if (err && err != EAGAIN && err != EMSGSIZE)
		packet_refuse(u, p, ICMP_UNREACHABLE, code_of(err));
}

/* ---- to the guest ------------------------------------------------------ */

unsigned int nat_udp_fill(struct nat_udp *u, struct pollfd *polls,
			  uint64_t now_ns)
{
	unsigned int i, n = 0;

	for (i = 0; i < NAT_UDP_SOCKETS; i++) {
		struct flow *f = &u->flow[i];
		uint64_t idle = parts[f->kind].idle_ns;

		if (f->fd >= 0 && idle && now_ns - f->used_ns > idle)
			flow_end(u, f);
		if (f->fd < 0)
			continue;
		f->poll = n;
		polls[n++] = (struct pollfd){ .fd = f->fd, .events = POLLIN };
	}
	return n;
}

/* datagram_give() - one datagram, which lies behind room for its header. */
static void datagram_give(struct nat_udp *u, const struct flow *f,
			  uint32_t from, uint16_t port, size_t len)
{
	const struct nat_udp_way way = {
		.from = from, .from_port = port,
		.to = f->guest, .to_port = f->guest_port,
	};

	nat_out_udp(u->out, &way, u->datagram, len);
}

static bool take_one(struct nat_udp *u, struct flow *f)
{
	struct sockaddr_in a = { 0 };
	socklen_t len = sizeof(a);
	uint32_t from;
	ssize_t n;
	bool near;

	n = recvfrom(f->fd, u->datagram + UDP_HEADER, IP_PACKET_MAX,
		     MSG_DONTWAIT, (struct sockaddr *)&a, &len);
	if (n < 0)
		return false;
	if (f->kind == FLOW_DNS) {
		f->asked_ns = 0;
		datagram_give(u, f, nat_nameserver(u->out->subnet), DNS_PORT,
			      (size_t)n);
		return true;
	}
	from = ntohl(a.sin_addr.s_addr);
	near = from >> 24 == 127;
	if (f->kind == FLOW_FORWARD)
		peers_note(near ? &f->near : &f->far,
			   peer_number(near ? INADDR_LOOPBACK : from,
				       ntohs(a.sin_port)));
	from = near ? nat_gateway(u->out->subnet) : from;
	datagram_give(u, f, from, ntohs(a.sin_port), (size_t)n);
	return true;
}

/* forward_error() - what a router or a host said of the last datagram. */
static void forward_error(struct nat_udp *u, const struct flow *f,
			  const struct sockaddr_in *to,
			  const struct sock_extended_err *e)
{
	const struct sockaddr_in *by = (const void *)SO_EE_OFFENDER(e);
	uint32_t from = ntohl(by->sin_addr.s_addr);

	if (e->ee_origin != SO_EE_ORIGIN_ICMP || f->kind == FLOW_DNS ||
	    (e->ee_type != ICMP_UNREACHABLE &&
	     e->ee_type != ICMP_TIME_EXCEEDED) ||
	    ntohl(to->sin_addr.s_addr) != f->to ||
	    ntohs(to->sin_port) != f->to_port)
		return;
	if (by->sin_family != AF_INET || from >> 24 == 127 || !from)
		from = nat_gateway(u->out->subnet);
	nat_out_error(u->out, e->ee_type, e->ee_code, from, f->quote, QUOTE);
}

static void take_error(struct nat_udp *u, struct flow *f)
{
	union {
		char bytes[256];
		struct cmsghdr align;
	} control;
	struct sockaddr_in to = { 0 };
	char data[64];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr mh = { .msg_name = &to, .msg_namelen = sizeof(to),
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c;

	if (recvmsg(f->fd, &mh, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return;
	for (c = CMSG_FIRSTHDR(&mh); c; c = CMSG_NXTHDR(&mh, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR)
			forward_error(u, f, &to, (const void *)CMSG_DATA(c));
}

void nat_udp_poll(struct nat_udp *u, const struct pollfd *polls,
		  uint64_t now_ns)
{
	unsigned int i;
	short got;
	int n;

	for (i = 0; i < NAT_UDP_SOCKETS; i++) {
		struct flow *f = &u->flow[i];

		if (f->fd < 0)
			continue;
		got = polls[f->poll].revents;
		if (got & POLLERR)
			take_error(u, f);
		for (n = 0; (got & (POLLIN | POLLERR)) && n < BATCH; n++) {
			if (!take_one(u, f))
				break;
			f->used_ns = now_ns;
		}
	}
}
