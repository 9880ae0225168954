/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_fuzz.c - a guest's frames through the whole of vmnet-nat: filter, IPv6
 * filter, reassembly, names, UDP, and libslirp behind them, with answers from
 * a few services; what comes back to the guest is looked at as well.
 *
 * The process is vmnet/nat/nat_main.c's, without its walls and with a network
 * of its own: a loopback and nothing else. Its functions are static, so its
 * text is included; a run gives its loop some frames and an end.
 *
 * After `make fuzz-slirp` libslirp is instrumented. Else it is the host's
 * library: then AddressSanitizer sees what it allocates and what it copies by
 * libc, no load of its own, and libFuzzer does not see its branches. The
 * target says which it is.
 *
 * tests/fuzz: runs 3000
 */
#include "base/clock.h"
#include "vmnet/keeper/child.h"

/* Time that a run makes pass, for timers and what is kept for a while. */
static uint64_t ahead_ns;
static uint64_t fuzz_now_ns(void)
{
	return clock_now_ns() + ahead_ns;
}

#define NAT_GATEWAY	nat_gateway(NAT_NETWORK)
#define NAT_NAMESERVER	nat_nameserver(NAT_NETWORK)
#define clock_now_ns fuzz_now_ns
/* Descriptors 3 and 4 are libFuzzer's. */
#undef CHILD_FD
#undef CHILD_NAMES_FD
#define CHILD_FD 900
#define CHILD_NAMES_FD 901
#define main nat_main_unused
int nat_main_unused(int argc, char **argv);
#include "vmnet/nat/nat_main.c"
#undef main
#undef clock_now_ns

#include <fcntl.h>

#include "tests/fuzz/target.h"
#include "tests/net/lib_own_net.h"
#include "vmnet/proto/checksum.h"

#define TURNS	8u
#define FRAMES	12u	/* in a turn */

static struct {
	struct nat nat;
	struct fuzz_input in;
	struct resolv_page names;
	int peer;		/* the switch's end */
	int stream, datagrams;	/* services at 127.0.0.1 */
	uint32_t seq, ack;	/* of the guest's TCP, as answers say */
} b;

/* One of libslirp's own, which its shared library does not export. */
extern void tcp_input(void) __attribute__((weak));

const char *fuzz_open(void)
{
	printf("# with: libslirp %s, %s\n", slirp_version_string(),
	       tcp_input ? "instrumented" : "the host's own, not instrumented");
	fflush(stdout);
	if (!own_net())
		return "a network of its own is not allowed here";
	signal(SIGPIPE, SIG_IGN);
	b.stream = own_net_bind(SOCK_STREAM, "127.0.0.1", 80);
	b.datagrams = own_net_bind(SOCK_DGRAM, "127.0.0.1", 53);
	if (fcntl(b.stream, F_SETFL, O_NONBLOCK) < 0)
		return "no socket that does not wait";
	b.names.now.count = 1;
	b.names.now.server[0].family = AF_INET;
	memcpy(b.names.now.server[0].addr, (uint8_t[]){ 127, 0, 0, 1 }, 4);
	return NULL;
}

/* Sound conversations; the bytes are those that the makers below take: how
 * many frames (less one), those, and how much time passes. */
#define SYN	3, 0, 0, 0, 0xff, 0xff, 0
#define ACK	3, 0, 1, 0, 0xff, 0xff, 0
#define DATA	3, 0, 2, 4, 'a', 'b', 'c', 'd', 0xff, 0xff, 0
#define FIN	3, 0, 3, 0, 0xff, 0xff, 0
#define NOTHING	0, 0, 0		/* too short a frame */
#define ARP	7, 0, 0
#define WAIT	63		/* 2 s */
static const uint8_t talks[][80] = {
	{ 3, 1, ARP, SYN, 0, 0, NOTHING, 0, 0, ACK, 0, 0, DATA, WAIT,
	  0, NOTHING, WAIT, 0, FIN, 0, 0, ACK, 0 },
	{ 3, 2, ARP, 2, 4, 53, 1, 1, 255, 1,
	  2, 10, 53, 1, 3, 50, 4, 10, 0, 2, 15, 255, 1, 0, 0, NOTHING, 0 },
	{ 3, 1, ARP, 6, 4, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0, 0, NOTHING, WAIT },
	/* A ping of 2800 bytes in two pieces. */
	{ 3, 2, ARP, 6, 0x70, 5, 0, 0, 0, 0xc, 0, 0x20,
	  6, 0x70, 5, 0, 0, 0, 0xc, 0xaf, 0, 0, 0, NOTHING, WAIT },
	/* A neighbour's solicitation, then a SYN to the gateway, port 80. */
	{ 3, 1, 8, 2, 32, 135, 0, 0, 0, 0, 0, 0, 0,
	  0xfd, 'H', 'o', 's', 't', 'e', 'l', 0, 0, 0, 0, 0, 0, 0, 0, 2,
	  1, 1, 0, 12, 41, 1, 2, 3,
	  8, 0, 20, 4, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff,
	  0, 0, 0, 0, 0, 0, NOTHING, WAIT, 0, NOTHING, 0 },
	/* A machine, and a question for it by UDP, then by TCP. */
	{ 3, 3, ARP, 14, 1,
	  13, 0, 16, 3, 'w', 'e', 'b', 6, 'h', 'o', 's', 't', 'e', 'l', 0, 0, 1,
	  0, 1, 0,
	  13, 1, 16, 3, 'w', 'e', 'b', 6, 'h', 'o', 's', 't', 'e', 'l', 0, 0, 1,
	  0, 1, 0, NOTHING },
};

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n < ARRAY_SIZE(talks)) {
		memcpy(buf, talks[n], sizeof(talks[n]));
		return sizeof(talks[n]);
	}
	n -= ARRAY_SIZE(talks);
	if (n >= 16)
		return 0;
	i = fuzz_noise(buf, size, 400, n, 11, 3);
	buf[0] = (uint8_t)n;
	return i;
}

/* ---- frames ------------------------------------------------------------ */

/* head() - Ethernet, from the guest to the gateway or to all. */
static void head(uint8_t *f, uint16_t type, uint8_t how)
{
	static const uint8_t gateway[6] = { 0x52, 0x55, 10, 0, 2, 2 };
	static const uint8_t router6[6] = { 0x52, 0x56, 0, 0, 0, 2 };

	memset(f, how & 1 ? 0xff : 0, 6);
	if (!(how & 1))
		memcpy(f, type == TYPE_IP6 ? router6 : gateway, 6);
	memcpy(f + 6, b.nat.setup.mac, 6);
	put_be16(f + 12, type);
}

static uint32_t target(uint8_t how)
{
	const uint32_t to[] = { NAT_GATEWAY, NAT_NAMESERVER, 0x08080808,
				       0xffffffff };

	return to[how & 3];
}

/* put_sum() - of @len bytes, in which its own place is 0 */
static void put_sum(uint8_t *at, const uint8_t *p, size_t len)
{
	put_le16(at, (uint16_t)~sum_fold(sum_bytes(p, len)));
}

/* ip() - a header before @len bytes of body; sound but for what the input
 * changes. Return: the frame's length. */
static size_t ip(uint8_t *f, uint8_t proto, uint32_t to, size_t len)
{
	uint8_t *p = f + ETHER_HEADER, how = fuzz_byte(&b.in);
	size_t header;

	head(f, TYPE_IP, how);
	memset(p, 0, IP_HEADER);
	p[0] = 0x45;
	put_be16(p + 2, (uint16_t)(IP_HEADER + len));
	put_be16(p + 4, how >> 4);
	if ((how & 0xc) == 0xc)		/* a fragment */
		put_be16(p + 6, fuzz_word(&b.in) & 0x20ff);
	p[8] = 64;
	p[9] = proto;
	put_be32(p + 12, NAT_NETWORK + b.nat.setup.host);
	put_be32(p + 16, to);
	if ((how & 0xe) == 0x2)
		p[fuzz_byte(&b.in) % IP_HEADER] ^= fuzz_byte(&b.in);
	header = MAX((p[0] & 15) * 4u, IP_HEADER);	/* options, too */
	put_sum(p + 10, p, MIN(header, IP_HEADER + len));
	return ETHER_HEADER + IP_HEADER + len;
}

static size_t a_raw_frame(uint8_t *f)
{
	static const uint16_t types[] = { TYPE_IP, TYPE_ARP, TYPE_IP6,
					  0x88f8 };
	uint8_t how = fuzz_byte(&b.in);

	head(f, types[how >> 1 & 3], how);
	return ETHER_HEADER +
	       fuzz_bytes(&b.in, f + ETHER_HEADER, fuzz_byte(&b.in));
}

static size_t a_datagram(uint8_t *f)
{
	static const uint16_t ports[] = { 53, 67, 69, 9, 5353, 500, 53, 67 };
	uint8_t *u = f + ETHER_HEADER + IP_HEADER, how = fuzz_byte(&b.in);
	size_t len = fuzz_bytes(&b.in, u + UDP_HEADER, fuzz_byte(&b.in));

	put_be16(u, how & 0x40 ? 68 : 4000 + (how >> 3 & 7));
	put_be16(u + 2, ports[how & 7]);
	put_be16(u + 4, (uint16_t)(UDP_HEADER + len));
	put_be16(u + 6, 0);
	return ip(f, PROTO_UDP, target(fuzz_byte(&b.in)), UDP_HEADER + len);
}

/* a_dhcp() - as the guest's own card sends it, with any options. */
static size_t a_dhcp(uint8_t *f)
{
	uint8_t *u = f + ETHER_HEADER + IP_HEADER, *m = u + UDP_HEADER;
	size_t len = 240;

	memset(u, 0, UDP_HEADER + len);
	m[0] = m[1] = 1;
	m[2] = 6;
	memcpy(m + 28, b.nat.setup.mac, 6);
	put_be32(m + 236, 0x63825363);
	len += fuzz_bytes(&b.in, m + len, fuzz_byte(&b.in));
	put_be16(u, 68);
	put_be16(u + 2, 67);
	put_be16(u + 4, (uint16_t)(UDP_HEADER + len));
	return ip(f, PROTO_UDP, 0xffffffff, UDP_HEADER + len);
}

/* a_segment() - of one of eight connections, mostly where the other end
 * expects it. */
static size_t a_segment(uint8_t *f)
{
	static const uint16_t ports[] = { 80, 21, 6667, 513, 53, 80, 80, 80 };
	static const uint8_t flags[] = { 0x02, 0x10, 0x18, 0x11, 0x04, 0x30,
					 0x02, 0x38 };
	uint8_t *t = f + ETHER_HEADER + IP_HEADER, how = fuzz_byte(&b.in);
	uint8_t what = fuzz_byte(&b.in);
	uint32_t to = target(what >> 6);
	size_t len = 20, options = (what >> 3 & 7) * 4u;

	memset(t, 0, 20);
	put_be16(t, 1000 + (how >> 3 & 7));
	put_be16(t + 2, ports[how & 7]);
	put_be32(t + 4, how & 0x40 ? fuzz_long(&b.in) : b.seq);
	put_be32(t + 8, how & 0x80 ? fuzz_long(&b.in) : b.ack);
	len += fuzz_bytes(&b.in, t + len, options + fuzz_byte(&b.in));
	t[12] = (uint8_t)((20 + MIN(options, len - 20)) / 4 << 4);
	t[13] = flags[what & 7];
	put_be16(t + 14, fuzz_word(&b.in));
	if (t[13] & 0x20)
		put_be16(t + 18, fuzz_word(&b.in));
	put_le16(t + 16, nat_sum(NAT_NETWORK + b.nat.setup.host, to, PROTO_TCP,
				 t, len));
	return ip(f, PROTO_TCP, to, len);
}

static size_t a_ping(uint8_t *f)
{
	uint8_t *p = f + ETHER_HEADER + IP_HEADER;
	size_t len = 8 + fuzz_word(&b.in) % 1440;
	uint8_t some = fuzz_byte(&b.in);

	memset(p, 0, len);
	fuzz_bytes(&b.in, p + 8, MIN(len - 8, some));
	p[0] = fuzz_byte(&b.in) & 1 ? fuzz_byte(&b.in) : 8;
	put_sum(p + 2, p, len);
	return ip(f, PROTO_ICMP, target(fuzz_byte(&b.in)), len);
}

static size_t an_arp(uint8_t *f)
{
	uint8_t *p = f + ETHER_HEADER;

	head(f, TYPE_ARP, 1);
	memcpy(p, (uint8_t[]){ 0, 1, 8, 0, 6, 4, 0, 1 }, 8);
	memcpy(p + 8, b.nat.setup.mac, 6);
	put_be32(p + 14, NAT_NETWORK + b.nat.setup.host);
	memset(p + 18, 0, 6);
	put_be32(p + 24, NAT_GATEWAY);
	p[fuzz_byte(&b.in) % 28] ^= fuzz_byte(&b.in);
	return ETHER_HEADER + 28;
}

/* put_sum6() - of @len bytes behind the header @p, where its protocol has it;
 * source: RFC 8200, 8.1 */
static void put_sum6(uint8_t *p, size_t len)
{
	uint8_t pseudo[8] = { 0, 0, 0, (uint8_t)len, 0, 0, 0, p[6] };
	size_t at = p[6] == 6 ? 16 : p[6] == 17 ? 6 : 2;

	if (at + 2 > len)
		return;
	put_le16(p + 40 + at, 0);
	put_le16(p + 40 + at,
		 (uint16_t)~sum_fold(sum_bytes(p + 8, 32) +
				     sum_bytes(pseudo, sizeof(pseudo)) +
				     sum_bytes(p + 40, len)));
}

/* an_ip6() - TCP, UDP or ICMPv6 to the gateway, or anything. */
static size_t an_ip6(uint8_t *f)
{
	static const uint8_t next[] = { 6, 17, 58, 0, 43, 44, 58, 6 };
	struct in6_addr a = nat_ip6_address(2);
	uint8_t *p = f + ETHER_HEADER, how = fuzz_byte(&b.in);
	size_t len = fuzz_bytes(&b.in, p + 40, fuzz_byte(&b.in));

	head(f, TYPE_IP6, how >> 7);
	memset(p, 0, 40);
	p[0] = 0x60;
	put_be16(p + 4, (uint16_t)len);
	p[6] = next[how & 7];
	p[7] = 255;
	memcpy(p + 24, &a, 16);
	a = nat_ip6_address(15);
	memcpy(p + 8, &a, 16);
	if (how & 8)
		fuzz_bytes(&b.in, p + 8, 32);
	if (how & 16)
		p[24] = 0xff;
	if (!(how & 32))
		put_sum6(p, len);
	return ETHER_HEADER + 40 + len;
}

/* an_ask() - for a port of the host, or to be rid of one; by take_ask().
 * Return: 0: it is no frame. */
static size_t an_ask(uint8_t *f)
{
	struct vmnet_ask a = { .magic = VMNET_MAGIC,
			       .version = VMNET_VERSION,
			       .number = 1 };
	uint8_t how = fuzz_byte(&b.in);

	(void)f;
	a.what = how & 3;
	a.forward.proto = how & 4 ? FORWARD_TCP : FORWARD_UDP;
	a.forward.port = 5000 + (how >> 3 & 3);
	a.forward.address[0] = how & 0x20 ? 127 : 0;
	a.forward.address[3] = how & 0x20 ? 1 : 0;
	a.forward.guest_port = 7;
	if (how & 0x40)
		fuzz_bytes(&b.in, (uint8_t *)&a + fuzz_byte(&b.in), 8);
	take_ask(&b.nat, &a, sizeof(a));
	return 0;
}

/* a_question() - for a name, to the name server: by UDP, or in a segment. */
static size_t a_question(uint8_t *f)
{
	uint8_t *l4 = f + ETHER_HEADER + IP_HEADER, how = fuzz_byte(&b.in);
	bool tcp = how & 1;
	uint8_t *m = l4 + (tcp ? TCP_HEADER + 2 : UDP_HEADER);
	size_t len = 12;

	memset(l4, 0, TCP_HEADER + 2);
	memset(m, 0, len);
	put_be16(m + 4, 1);
	if (how & 2)
		m[fuzz_byte(&b.in) % len] ^= fuzz_byte(&b.in);
	len += fuzz_bytes(&b.in, m + len, fuzz_byte(&b.in));
	put_be16(l4, 4000);
	put_be16(l4 + 2, 53);
	if (!tcp) {
		put_be16(l4 + 4, (uint16_t)(UDP_HEADER + len));
		return ip(f, PROTO_UDP, NAT_NAMESERVER, UDP_HEADER + len);
	}
	put_be32(l4 + 4, b.seq);
	put_be32(l4 + 8, b.ack);
	l4[12] = how & 4 ? fuzz_byte(&b.in) : TCP_HEADER / 4 << 4;
	l4[13] = 0x18;
	put_be16(m - 2, how & 8 ? fuzz_word(&b.in) : (uint16_t)len);
	return ip(f, PROTO_TCP, NAT_NAMESERVER, TCP_HEADER + 2 + len);
}

/* machines() - the switch says who is there. */
static size_t machines(uint8_t *f)
{
	static struct vmnet_names n;
	uint8_t how = fuzz_byte(&b.in);

	(void)f;
	n = (struct vmnet_names){ .magic = VMNET_MAGIC,
				  .version = VMNET_VERSION, .count = 1 };
	n.row[0].host = NAT_FIRST_HOST;
	strcpy(n.row[0].name, how & 1 ? "web" : "a.b");
	if (how & 2)
		((uint8_t *)&n)[fuzz_word(&b.in) % sizeof(n)] ^=
			fuzz_byte(&b.in);
	take_message(&b.nat, (uint8_t *)&n, sizeof(n));
	return 0;
}

static size_t (*const makers[])(uint8_t *) = {
	a_raw_frame, a_datagram, a_dhcp, a_segment, a_segment, a_segment,
	a_ping, an_arp, an_ip6, a_segment, a_datagram, an_ip6, an_ask,
	a_question, machines,
};

/* ---- the other end ----------------------------------------------------- */

/* take_answers() - what the NAT sends has a length, and says what TCP is to
 * go on with. */
static void take_answers(void)
{
	uint8_t f[2048], *t = f + ETHER_HEADER + IP_HEADER;
	ssize_t n;

	while ((n = recv(b.peer, f, sizeof(f), MSG_DONTWAIT)) > 0) {
		ASSERT(n <= (ssize_t)VMNET_FRAME_MAX);
		if (n < 54 || get_be16(f + 12) != TYPE_IP || f[23] != PROTO_TCP)
			continue;
		b.seq = get_be32(t + 8);
		b.ack = get_be32(t + 4) + !!(t[13] & 3);
	}
}

/* serve() - one answer of each service. */
static void serve(void)
{
	uint8_t buf[512] = { 0 };
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(b.datagrams, buf, sizeof(buf), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &len);
	int fd = accept4(b.stream, NULL, NULL, SOCK_NONBLOCK);

	if (n >= 0 && sendto(b.datagrams, buf, (size_t)n, 0,
			     (struct sockaddr *)&from, len) < 0)
		return;
	if (fd < 0)
		return;
	if (send(fd, buf, sizeof(buf), MSG_NOSIGNAL) > 0)
		recv(fd, buf, sizeof(buf), 0);
	close(fd);
}

/* ---- a run ------------------------------------------------------------- */

static void begin(uint8_t how)
{
	struct nat *nat = &b.nat;

	ahead_ns = 0;
	memset(nat, 0, sizeof(*nat));
	nat->setup.host_loopback = !!(how & 1);
	nat->setup.host = NAT_FIRST_HOST;
	if (how & 4)
		strcpy(nat->setup.bootfile, "pxelinux.0");
	nat->setup.dhcp = 1;
	nat->setup.subnet = NAT_NETWORK;
	nat->setup.prefix = SUBNET_USUAL;
	nat->out.subnet = nat->names.subnet = nat->setup.subnet;
	nat->out.mask = subnet_mask(SUBNET_USUAL);
	memcpy(nat->setup.mac, (uint8_t[]){ 0, 12, 41, 1, 2, 3 }, 6);
	nat->stack_max = 32;
	nat->ip6 = how & 2;
	nat->out.send = send_frame;
	nat->out.opaque = nat;
	memcpy(nat->out.mac, nat->setup.mac, sizeof(nat->out.mac));
	nat->machines.out = &nat->out;
	nat->names.page = &b.names;
	nat->slirp = stack_open(nat);
	nat->udp = nat_udp_new(&nat->out, nat->names.page,
			       nat->setup.host_loopback);
	nat->fragments = reassembly_new();
	ASSERT(nat->slirp && nat->udp && nat->fragments);
	b.seq = b.ack = 1;
}

/* give() - a frame, in memory of just its size. */
static void give(const uint8_t *frame, size_t len)
{
	uint8_t *copy;

	if (len < VMNET_FRAME_MIN || len > VMNET_FRAME_MAX)
		return;
	copy = malloc(len);
	ASSERT(copy);
	memcpy(copy, frame, len);
	take_frame(&b.nat, copy, len);
	free(copy);
}

/* pass_time() - mostly none or little, up to hours: 0 to 2^42 ns. */
static void pass_time(uint8_t how)
{
	if (how & 1)
		ahead_ns += 1ull << (how >> 1) % 43;
}

/* turn() - some frames, then an end that nat_loop() returns at. */
static void turn(void)
{
	uint8_t frame[2048];
	unsigned int i, n = 1 + fuzz_byte(&b.in) % FRAMES;
	int socks[2];
	size_t len;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks) ||
	    dup2(socks[0], NAT_FD) < 0)
		ASSERT(!"a socket pair");
	close(socks[0]);
	b.peer = socks[1];
	for (i = 0; i < n && b.in.left; i++) {
		len = makers[fuzz_byte(&b.in) % ARRAY_SIZE(makers)](frame);
		give(frame, len);
	}
	shutdown(b.peer, SHUT_WR);
	pass_time(fuzz_byte(&b.in));
	nat_loop(&b.nat);
	serve();
	take_answers();
	close(b.peer);
	close(NAT_FD);
}

/* drain() - what libslirp holds for a guest that answered no ARP would be lost
 * by slirp_cleanup(). It asks once more for each packet, and drops it after a
 * second. Nobody is at the port now, so that what it sends is counted. */
static void drain(void)
{
	const uint32_t *sent = &b.nat.drops[DROP_nat_queue_full];
	unsigned int quiet = 0, i;
	uint32_t before;

	for (i = 0; i < 1000 && quiet < 3; i++) {
		before = *sent;
		ahead_ns += 2 * NSEC_PER_SEC;
		slirp_pollfds_poll(b.nat.slirp, 1, get_revents, &b.nat);
		quiet = *sent == before ? quiet + 1 : 0;
	}
}

static void end(void)
{
	drain();
	slirp_cleanup(b.nat.slirp);
	nat_udp_free(b.nat.udp);
	reassembly_free(b.nat.fragments);
	ASSERT(!b.nat.timers.first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before = fuzz_descriptors(), i;

	b.in = (struct fuzz_input){ data, size };
	begin(fuzz_byte(&b.in));
	for (i = 0; i < TURNS && b.in.left; i++)
		turn();
	end();
	serve();
	ASSERT(fuzz_descriptors() == before);
	return 0;
}
