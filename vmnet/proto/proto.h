/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proto.h - what goes over VMNet's socket.
 *
 * The socket is a Unix SOCK_SEQPACKET socket: the kernel keeps each message
 * whole. A connection is one port of one network.
 *
 * 1. The client's first message is a struct vmnet_hello, the daemon's first
 *    one a struct vmnet_reply. A status other than VMNET_OK is the last word.
 * 2. After that, a message of VMNET_FRAME_MIN to VMNET_FRAME_MAX bytes is one
 *    Ethernet frame without its FCS, just as it is on the wire: a client
 *    sends with a plain write() and receives with a plain read(), as in
 *    version 2.0 of the paper.
 * 3. A message of exactly sizeof(struct vmnet_event) bytes from the daemon is
 *    an event: the link, or that frames are lost as their sender is not the
 *    card. It is shorter than any frame, so no frame can pass for one. A client
 *    sends one when its card gets promiscuous, or is no longer; the NAT sends
 *    its link, and what it dropped.
 *    One of exactly sizeof(struct vmnet_forward), from a NAT and to its client,
 *    is a port of the host that could not be opened: it is no longer forwarded.
 * 4. If hello has VMNET_HELLO_RINGS, frames go through the ring pair
 *    (base/framering.h) whose memfd comes with the hello, before the bells of
 *    the switch and of the client, two eventfds. Events stay on the socket.
 *    What changes VMNet, or shows frames, is asked at another socket (ctl.h).
 * 5. If hello has VMNET_HELLO_STATS, there is no port: the reply is followed
 *    by one message of JSON text, and the connection ends.
 * 6. Fields are little-endian; both sides are on one host.
 * 7. Each client of the network "nat" has a NAT process of its own. The first
 *    message to that is a struct vmnet_nat_setup. When machines come to its
 *    network, or leave, it is told by a struct vmnet_names.
 * 8. A folder that a NAT is to read from goes to vmnetd by a socket of its own,
 *    in a struct vmnet_folder with its descriptor (keeper/folders.h), before
 *    the hello that names its number.
 * 9. A client that is on a network may ask for a change: a struct vmnet_ask,
 *    which is longer than any frame, so no frame can pass for it. It asks for
 *    one thing at a time, and gets an event with its number and a status. What
 *    is for a NAT, the switch asks of that by the same message.
 *
 * Only decode_*() look at a message that came in; they check all of it and
 * change nothing.
 */
#ifndef VMNET_PROTO_H
#define VMNET_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/proto/conditions.h"
#include "vmnet/proto/subnet.h"

#define VMNET_MAGIC	0x54454e56u	/* "VNET" */
#define VMNET_VERSION	8

#define VMNET_FRAME_MIN	14u	/* two addresses and a type */
#define VMNET_FRAME_MAX	1518u	/* 1514, and a VLAN tag (802.1Q) */
#define VMNET_NAME_MAX	24u	/* a network's name with its final NUL */
#define VMNET_IFACE_MAX	16u	/* a host interface's name with its NUL */
#define VMNET_BRIDGED	"bridged="	/* and a host interface's name */
#define VMNET_STATS_MAX	327680u	/* longest statistics text */

#define VMNET_HELLO_STATS 1u	/* only tell the statistics */
#define VMNET_HELLO_RINGS 2u	/* frames by rings */
#define VMNET_HELLO_ANY_MAC 8u	/* it may send from any address */
#define VMNET_HELLO_HOST_LOOPBACK 4u	/* 10.0.2.2 is the host's 127.0.0.1 */
#define VMNET_HELLO_IF_NAT 16u	/* what only a NAT can do is no must */
/* The descriptors that come with it. */
enum { RING_FD_PAIR, RING_FD_SWITCH_BELL, RING_FD_CLIENT_BELL, RING_FDS };

/* What a network can be. */
enum net_kind { NET_PRIVATE, NET_HOSTONLY, NET_NAT, NET_BRIDGED, NET_VDE,
		NET_KINDS };

/* N of vmnetN of the networks that are more than a private hub. */
#define BRIDGED_NUMBER	0u		/* "bridged=INTERFACE" */
#define HOSTONLY_NUMBER	1u		/* "hostonly" */
#define NAT_NUMBER	8u		/* "nat" */

/* The network "nat", if nobody says another one: 10.0.2.0/24. */
#define NAT_NETWORK	0x0a000200u

/* The network "hostonly", if nobody says another one: 192.168.211.0/24. */
#define HOSTONLY_SUBNET	0xc0a8d300u

/* nat_gateway(), nat_nameserver() - of the NAT network with that subnet, all in
 * our byte order: .2 and .3. */
static inline uint32_t nat_gateway(uint32_t subnet)
{
	return subnet + 2;
}

static inline uint32_t nat_nameserver(uint32_t subnet)
{
	return subnet + 3;
}

/* nat_mac() - is this an address of the NAT's own? libslirp makes them of the
 * IP address that it answers for, with four bytes of that. */
static inline bool nat_mac(const uint8_t mac[6], uint32_t subnet)
{
	const uint32_t last = get_be32(mac + 2);

	return mac[0] == 0x52 &&
	       ((mac[1] == 0x55 && (last == nat_gateway(subnet) ||
				    last == nat_nameserver(subnet))) ||
		(mac[1] == 0x56 && (last == 2 || last == 3)));
}

/* A port of the host that leads to one of the guest: nat only. */
enum { FORWARD_NONE, FORWARD_TCP = 6, FORWARD_UDP = 17 };
#define VMNET_FORWARDS	16u	/* for one card */

struct vmnet_forward {
	uint8_t proto;		/* FORWARD_*; NONE: all is 0, as in the rest */
	uint8_t zero;
	uint16_t port;		/* of the host, never 0 */
	uint8_t address[4];	/* of the host, as on the wire */
	uint16_t guest_port;	/* never 0 */
	uint16_t zero2;
};

#define VMNET_BOOTFILE_MAX 128u	/* as DHCP has room, with its NUL */

/* Whose card it is, for people: a machine says so itself, and nothing is
 * allowed or refused by it. */
#define VMNET_MACHINE_MAX 72u	/* a machine's name with its NUL; longer than
				 * any */
#define VMNET_MACHINE_CHARS "abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

struct vmnet_owner {
	uint32_t pid;		/* of its hostel; 0: it is no machine */
	uint8_t nic;		/* the card's number in it */
	uint8_t zero[3];
	char name[VMNET_MACHINE_MAX];	/* of VMNET_MACHINE_CHARS; "": none;
					 * all zero behind its end */
};

/* A folder that is handed in. */
struct vmnet_folder {
	uint32_t magic;
	uint16_t version;
	uint16_t zero;
	uint64_t number;	/* random, never 0 */
};

struct vmnet_hello {
	uint32_t magic;
	uint16_t version;
	uint16_t flags;
	uint8_t mac[6];		/* of the card: the sender of its frames,
				 * without ANY_MAC of all */
	uint8_t zero[2];
	char network[VMNET_NAME_MAX];	/* "nat", "vmnet7", "bridged=eth0" */
	struct vmnet_forward forward[VMNET_FORWARDS];
	uint64_t folder;	/* for TFTP: a vmnet_folder's number; 0: none */
	char bootfile[VMNET_BOOTFILE_MAX];	/* that DHCP tells; all zero
						 * behind its end */
	struct vmnet_owner owner;
	struct vmnet_conditions in, out;	/* of its link, at first */
};

/* What a NAT is told first. */
struct vmnet_nat_setup {
	uint32_t magic;
	uint16_t version;
	uint8_t host_loopback;
	uint8_t prefix;		/* of the subnet */
	uint8_t mac[6];		/* of the guest's card */
	uint8_t folder;		/* 1: it has one, as CHILD_FOLDER_FD */
	uint8_t dhcp;		/* 1: it answers DHCP */
	uint32_t subnet;	/* in our byte order (subnet.h) */
	uint16_t host;		/* number of the guest in there */
	uint16_t zero;
	struct vmnet_forward forward[VMNET_FORWARDS];
	char bootfile[VMNET_BOOTFILE_MAX];
};

/* What a client may ask for while it is on a network. */
enum vmnet_ask_what {
	VMNET_ASK_MOVE = 1,	/* onto another network */
	VMNET_ASK_FORWARD,	/* one more port of the host leads to it */
	VMNET_ASK_UNFORWARD,	/* that one no longer does */
};

#define VMNET_ASK_SIZE 1536u	/* more than any frame has */

struct vmnet_ask {
	uint32_t magic;
	uint16_t version;
	uint16_t what;		/* enum vmnet_ask_what */
	uint32_t number;	/* the asker's, never 0; the answer has it */
	struct vmnet_forward forward;	/* MOVE: all 0 */
	/* MOVE: as if the card said hello there; its address, and how frames
	 * go, stay as they are. The others: all 0. */
	struct vmnet_hello hello;
	uint8_t zero[VMNET_ASK_SIZE - 24 - sizeof(struct vmnet_hello)];
};

/* What a DHCP server is told first ... */
struct vmnet_dhcp_setup {
	uint32_t magic;
	uint16_t version;
	uint16_t prefix;	/* of the subnet */
	uint32_t subnet;	/* in our byte order (subnet.h) */
};

/* ... and of each card that comes, or goes. It is shorter than any frame. */
struct vmnet_dhcp_card {
	uint8_t mac[6];
	uint16_t host;		/* its number in the subnet */
	uint8_t names;		/* 1: it is to hear where names are known */
	uint8_t gone;		/* 1: it has gone */
	uint8_t zero[2];
};

/* Who is on a network, for those who answer questions for names there: NATs
 * and DHCP servers. It is longer than any frame, and no vmnet_ask. */
#define VMNET_NAMES	128u	/* no fewer than there can be cards */

struct vmnet_name {
	char name[VMNET_MACHINE_MAX];	/* a machine's, as proto_dns_name() has
					 * it; all zero behind its end */
	uint16_t host;			/* its number in the subnet; never 0 */
	uint8_t zero[2];
};

struct vmnet_names {
	uint32_t magic;
	uint16_t version;
	uint16_t count;		/* of rows in use; the rest is all 0 */
	struct vmnet_name row[VMNET_NAMES];
};

struct vmnet_reply {
	uint32_t magic;
	uint16_t version;
	uint16_t status;	/* enum vmnet_status */
	uint32_t port;		/* the port's number in the statistics */
	uint8_t link;		/* 1: the network works now */
	uint8_t kind;		/* enum net_kind: what the network is */
	uint16_t frame_max;
};

/* What the daemon says that is no frame. */
enum vmnet_event_type {
	VMNET_EVENT_LINK = 1,
	VMNET_EVENT_DROPS,	/* from a helper: frames that it lost */
	VMNET_EVENT_PROMISCUOUS,	/* from clients only */
	VMNET_EVENT_FORGED,	/* to clients: for the first time a frame was
				 * lost as its sender's address is not the
				 * card's, or is another card's */
	VMNET_EVENT_ANSWER,	/* to who asked (struct vmnet_ask) */
	VMNET_EVENT_STAMPS,	/* to a NAT: stamps of one frame in so many */
	VMNET_EVENT_TELL,	/* to a NAT: tell what state things are in */
	VMNET_EVENT_STATE,	/* from a NAT: that (nat_states.def) */
	VMNET_EVENT_RINGS,	/* from the NAT only, first of all: with
				 * RING_FDS descriptors */
	VMNET_EVENT_HELD,	/* from a DHCP server: somebody of whom the
				 * switch knows nothing has an address */
};

/* What the NAT itself drops, and why. */
#define NAT_DROP(name, text) DROP_##name,
enum nat_drop {
#include "vmnet/proto/nat_drops.def"
	NAT_DROP_COUNT
};
#undef NAT_DROP

/* What a cable to VDE drops: what VDE did not take, or was too long for a
 * frame; what VMNet did not take, or was no frame. */
enum vde_drop { VDE_DROP_OUT, VDE_DROP_IN };

/* What the NAT tells when it is asked to. */
#define NAT_STATE(name, text) STATE_##name,
enum nat_state {
#include "vmnet/proto/nat_states.def"
	NAT_STATE_COUNT
};
#undef NAT_STATE

struct vmnet_event {
	uint8_t type;
	uint8_t value;		/* 0 or 1: is the link up, is it promiscuous?
				 * DROPS: enum nat_drop; of a cable, enum
				 * vde_drop; else 0. ANSWER: enum
				 * vmnet_status. STATE: enum nat_state. The
				 * others: 0 */
	uint8_t kind;		/* ANSWER: enum net_kind of the network that
				 * the client is on; the others: 0 */
	uint8_t zero;
	uint32_t count;		/* DROPS: frames since it was last told.
				 * ANSWER: number of what was asked. STAMPS:
				 * so many; 0: of none. STATE: see there.
				 * HELD: the number in the subnet in the lower
				 * 16 bits, seconds above; 0: not any more */
};

/* What a NAT says of the time line (vmnet/tap/timeline.h). */
enum vmnet_stamp_what {
	VMNET_STAMP_DONE = 1,	/* it is done with a frame that had a stamp */
};

struct vmnet_stamp {
	uint8_t what;		/* enum vmnet_stamp_what */
	uint32_t a;		/* ns that it waited in the ring */
	uint32_t b;		/* ns that the NAT has had it */
	uint32_t before;	/* ns until it was put there, by its stamp */
} __attribute__((packed));

BUILD_ASSERT(sizeof(struct vmnet_forward) == 12);
BUILD_ASSERT(sizeof(struct vmnet_folder) == 16);
BUILD_ASSERT(sizeof(struct vmnet_owner) == 80);
BUILD_ASSERT(sizeof(struct vmnet_hello) ==
	     40 + 12 * VMNET_FORWARDS + 8 + VMNET_BOOTFILE_MAX + 80 +
		     2 * sizeof(struct vmnet_conditions));
BUILD_ASSERT(sizeof(struct vmnet_reply) == 16);
BUILD_ASSERT(sizeof(struct vmnet_ask) == VMNET_ASK_SIZE);
BUILD_ASSERT(VMNET_ASK_SIZE > VMNET_FRAME_MAX + 1);
BUILD_ASSERT(sizeof(struct vmnet_dhcp_setup) < VMNET_FRAME_MIN &&
	     sizeof(struct vmnet_dhcp_card) < VMNET_FRAME_MIN);
BUILD_ASSERT(sizeof(struct vmnet_event) < VMNET_FRAME_MIN);
BUILD_ASSERT(sizeof(struct vmnet_names) > VMNET_ASK_SIZE);
BUILD_ASSERT(sizeof(struct vmnet_forward) < VMNET_FRAME_MIN &&
	     sizeof(struct vmnet_forward) != sizeof(struct vmnet_event) &&
	     sizeof(struct vmnet_forward) != sizeof(struct vmnet_stamp));
BUILD_ASSERT(sizeof(struct vmnet_stamp) < VMNET_FRAME_MIN &&
	     sizeof(struct vmnet_stamp) != sizeof(struct vmnet_event));

/* What the daemon answers, and the sentence a user reads. */
#define VMNET_STATUS_LIST(X)						\
	X(OK,		"welcome")					\
	X(BAD_SIZE,	"the first message has a wrong size")		\
	X(BAD_MAGIC,	"the first message is not from a VMNet client")	\
	X(BAD_VERSION,	"vmnetd is of another version; end all virtual "\
			"machines and try again")			\
	X(BAD_FLAGS,	"the first message has unknown flags")		\
	X(BAD_MAC,	"the card's address is a group address or zero")\
	X(BAD_NETWORK,	"there is no such network; use nat, hostonly, "	\
			"bridged=INTERFACE or vmnet1 to vmnet254")	\
	X(BAD_RINGS,	"the frame rings are not what they should be")	\
	X(NOT_NAT,	"host-loopback, forward= and tftp= are for "	\
			"networks with NAT only")			\
	X(BAD_FOLDER,	"a boot file takes a folder (tftp=), and a name "	\
			"that ends")					\
	X(BAD_FORWARD,	"a forwarded port makes no sense")		\
	X(BAD_OWNER,	"a machine's name makes no sense")		\
	X(BAD_CONDITIONS, "the conditions of a link make no sense")	\
	X(NO_ROOM,	"so long a delay at so high a rate, with those of " \
			"other cards, is more than VMNet keeps frames for; " \
			"give a rate=, or a lower one, or a shorter delay=") \
	X(FULL,		"VMNet has room for 120 cards, 60 of them with NAT, " \
			"on 16 networks, and no more") \
	X(NO_ADDRESS,	"each address of that network is in use, or kept for " \
			"another card; a larger subnet has more: "	\
			"'hostel net create ... --subnet A.B.C.D/N'")	\
	X(NO_NAME,	"say which of the host's interfaces, for "	\
			"example bridged=eth0, or have it said by "	\
			"'hostel net create vmnet0 --bridged=eth0'")	\
	X(NO_IFACE,	"the host has no network interface of that name") \
	X(NOT_ETHERNET,	"that interface is not Ethernet; nothing can be " \
			"bridged to it")				\
	X(IFACE_DOWN,	"that interface is down; bring it up first: "	\
			"ip link set NAME up")				\
	X(NO_RIGHT,	"vmnet-bridge has no right to open interfaces; " \
			"give it, as root, in the folder where that is: " \
			"setcap cap_net_raw+ep vmnet-bridge")		\
	X(NO_BRIDGE,	"vmnet-bridge, which belongs beside vmnetd, "	\
			"does not work")				\
	/* To who asks for a change. */					\
	X(BAD_ASK,	"what it was asked for makes no sense")		\
	X(BUSY,		"the card is busy with another change; try again") \
	X(GONE,		"VMNet ended meanwhile; it comes back by itself: " \
			"try again")					\
	X(NAT_AWAY,	"the card's NAT is being started; try again")	\
	X(PORT_TWICE,	"that port is forwarded already")		\
	X(PORTS_FULL,	"a card can have 16 forwarded ports, and no more") \
	X(NO_PORT,	"that port is not forwarded; 'forward list' shows " \
			"those that are")				\
	X(PORT_TAKEN,	"another program has it; choose another one")	\
	X(PORT_RIGHT,	"this user may not open ports below 1024; choose a " \
			"higher one")					\
	X(PORT_ADDRESS,	"this host has no such address")		\
	X(PORT_FAILED,	"the host does not open it")

#define VMNET_STATUS_ENUM(name, text) VMNET_##name,
enum vmnet_status {
	VMNET_STATUS_LIST(VMNET_STATUS_ENUM)
	VMNET_STATUS_COUNT
};
BUILD_ASSERT(VMNET_STATUS_COUNT <= 256);	/* vmnet_event.value */
BUILD_ASSERT(VMNET_FORWARDS == 16);		/* as PORTS_FULL says */

/* vmnet_status_text() - the sentence of a status; never NULL. */
const char *vmnet_status_text(unsigned int status);

/**
 * decode_network() - find which network a name means
 * @name: not necessarily ended by NUL
 * @size: of @name
 * @number: N of vmnetN; only set if the answer is VMNET_OK. 0: a bridged one,
 *          and proto_iface() tells which
 *
 * Return: VMNET_OK, VMNET_BAD_NETWORK or VMNET_NO_NAME.
 */
enum vmnet_status decode_network(const char *name, size_t size,
				 unsigned int *number);

/* proto_iface() - the interface that a network's name names; "": none. */
const char *proto_iface(const char *network);

/* proto_iface_ok() - could an interface have that name? As Linux has it. */
bool proto_iface_ok(const char *name);

/**
 * decode_hello() - check a client's first message
 * @msg, @len: as received
 * @hello: filled in only if the answer is VMNET_OK
 * @number: the network's number; not set for a statistics hello
 *
 * Return: VMNET_OK or what is wrong.
 */
enum vmnet_status decode_hello(const void *msg, size_t len,
			       struct vmnet_hello *hello, unsigned int *number);

/* decode_folder() - check a folder's message. Return: is it right? */
bool decode_folder(const void *msg, size_t len);

/* hello_wishes() - does it ask for what only a NAT can do? */
bool hello_wishes(const struct vmnet_hello *hello);

/* decode_forward() - check what says that a port could not be opened. Return:
 * is it right? then @f is filled in. */
bool decode_forward(const void *msg, size_t len, struct vmnet_forward *f);

/* decode_dhcp_setup(), decode_dhcp_card() - check what a DHCP server is told.
 * Return: is it right? then it is filled in. */
bool decode_dhcp_setup(const void *msg, size_t len,
		       struct vmnet_dhcp_setup *setup);
bool decode_dhcp_card(const void *msg, size_t len,
		      struct vmnet_dhcp_card *card);

/* proto_dns_name() - can a question for a name have that machine's? Its parts
 * between dots have 1 to 63 characters (RFC 1035 2.3.4). */
bool proto_dns_name(const char *name);

/* decode_names() - check who is on a network. Return: is it right? then @names
 * is filled in. */
bool decode_names(const void *msg, size_t len, struct vmnet_names *names);

/* decode_nat_setup() - check what a NAT is told. Return: is it right? then
 * @setup is filled in. */
bool decode_nat_setup(const void *msg, size_t len,
		      struct vmnet_nat_setup *setup);

/**
 * decode_ask() - check what a client, or a NAT, is asked for
 * @msg, @len: as received
 * @ask: filled in only if the answer is VMNET_OK; but its number always, if the
 *       message has one
 * @number: MOVE: the network's
 *
 * Return: VMNET_OK or what is wrong. VMNET_BAD_SIZE: it is no such message.
 */
enum vmnet_status decode_ask(const void *msg, size_t len, struct vmnet_ask *ask,
			     unsigned int *number);

/**
 * forwards_change() - one more in a table of VMNET_FORWARDS, or one less
 * @table: those in use come first, the rest is all 0
 * @f: a forward that makes sense
 * @what: VMNET_ASK_FORWARD or VMNET_ASK_UNFORWARD; of this one only the
 *        protocol, the address and the port of the host count
 *
 * Return: VMNET_OK; or PORT_TWICE, PORTS_FULL or NO_PORT, and nothing has
 * changed.
 */
enum vmnet_status forwards_change(struct vmnet_forward *table,
				  const struct vmnet_forward *f,
				  unsigned int what);

/* forwards_same_door() - would both be open at one address of the host?
 * 0.0.0.0 is all of them. */
bool forwards_same_door(const struct vmnet_forward *a,
			const struct vmnet_forward *b);

/* forwards_count() - how many a table has. */
unsigned int forwards_count(const struct vmnet_forward *table);

/**
 * decode_reply() - check the daemon's first message
 * @msg, @len: as received
 * @reply: filled in only on success
 *
 * Return: 0, or -EPROTO if it makes no sense. A refusal makes sense.
 */
int decode_reply(const void *msg, size_t len, struct vmnet_reply *reply);

/* The word for each reason in reports. */
extern const char *const nat_drop_names[NAT_DROP_COUNT];

/**
 * decode_event() - check a message that is no frame
 * @msg, @len: as received
 * @event: filled in only on success
 *
 * Return: 0 or -EPROTO.
 */
int decode_event(const void *msg, size_t len, struct vmnet_event *event);

/* decode_stamp() - take a checked copy of a stamp that a NAT sent. @msg, @len:
 * as received. Return: is it one? Then @stamp is filled in. */
bool decode_stamp(const void *msg, size_t len, struct vmnet_stamp *stamp);

#endif
