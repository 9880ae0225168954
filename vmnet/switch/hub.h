/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hub.h - one network: a learning switch (IEEE 802.1D-2004 7.7 to 7.9).
 *
 * 1. in + copies = out + drops by reason (hub_check()): a frame that is
 *    flooded to N ports makes N - 1 copies. @out counts what was offered to
 *    ports, whose own counters go on from there.
 *    What its ports have let in is @in, and what they were offered @out, those
 *    that are gone included (hub_ports_in()).
 * 2. A frame never goes back to the port that it came from.
 * 3. While the link is down nothing passes, and every client knows it.
 * 4. What comes from the uplink, the wire of a host interface, and is for no
 *    machine here, goes to promiscuous ports only: a busy network is not
 *    copied to every guest. A machine is known by the address of its hello
 *    (5), so one that keeps silent is found.
 * 5. A card's address is behind its port and no other, whoever sends from it;
 *    and it is the only one that the port may send from, unless its hello asks
 *    for more. So no machine gets what is for another.
 * 6. What a kind of network or of port does in its own way is in their tables
 *    (struct network_ops, struct port_ops); nothing here asks for a kind.
 * 7. A port floods FLOOD_RATE frames a second at most, and FLOOD_BURST at once:
 *    what is for all, for a group or for an address that nobody knows. The rest
 *    is lost (flood_limit), so that a storm takes little of the other guests'
 *    time. What is for nobody known goes to a host's wire in any case.
 *
 * No system call is made here; the switch flushes the ports afterwards.
 */
#ifndef VMNET_HUB_H
#define VMNET_HUB_H

#include "vmnet/proto/networking.h"
#include "vmnet/switch/fdb.h"
#include "vmnet/switch/port.h"

/* Enough for 100 Mb/s of multicast; and less at once than a port that others
 * send to has room for. */
#define FLOOD_RATE	10000u
#define FLOOD_BURST	250u

struct hub;
struct text;

/*
 * What a kind of network does in its own way. All but stats() are called with a
 * network, or a client on it; a kind has a file of its own. plain_network.h has
 * the simplest one, and what the others do not do either.
 */
struct network_ops {
	const char *kind;	/* its word in what is told of it */

	/* open() - it has been made; its link is up. Return: 0 or -errno */
	int (*open)(struct vswitch *sw, struct hub *hub);

	/* close() - it is about to be freed */
	void (*close)(struct hub *hub);

	/* join() - a client comes, and will be on it if this says VMNET_OK;
	 * @client->link and @client->unanswered are to be set. */
	enum vmnet_status (*join)(struct vswitch *sw, struct hub *hub,
				  struct port *client,
				  const struct vmnet_hello *hello);

	/* opening() - does it still have to be seen whether it can work? Then a
	 * client that is to be moved here waits for move_opened(). */
	bool (*opening)(const struct hub *hub);

	/* leave() - a client is about to be freed, or was moved elsewhere */
	void (*leave)(struct vswitch *sw, struct port *client);

	/* ask() - a client asks for what is its kind's matter; it is to be
	 * answered: port_answer(), now or later. */
	void (*ask)(struct vswitch *sw, struct port *client,
		    const struct vmnet_ask *ask);

	/* tend() - in each round, and a DEADLINE_NS later if it is true */
	bool (*tend)(struct vswitch *sw, struct hub *hub);

	/* full() - does more wait for the client's way out than is good? */
	bool (*full)(const struct port *client);

	/* timed() - the client's time line begins, or ends */
	void (*timed)(const struct port *client);

	/* look() - tell what its kind knows of the client's way, members with a
	 * comma each; what takes its time is there at the next look */
	void (*look)(struct text *t, const struct port *client);

	/* own_way() - does a frame have a receiver of the client's own?
	 * @to: then receives it; NULL: it is not there now */
	bool (*own_way)(const struct port *client, const uint8_t *frame,
			struct port **to);

	/* count() - learn what others have counted, before that is told */
	void (*count)(struct hub *hub);

	/* hub_stats() - what it has to tell beside what each hub has */
	void (*hub_stats)(struct text *t, const struct hub *hub);

	/* stats() - what there is to tell of all networks of the kind, those
	 * that are gone included */
	void (*stats)(struct text *t, const struct vswitch *sw);
};

struct hub {
	unsigned int network;	/* N of vmnetN */
	char iface[VMNET_IFACE_MAX];	/* of a bridged network; else "" */
	struct network conf;	/* as it was made */
	const struct network_ops *ops;
	void *own;		/* what its kind keeps for it; or NULL */
	bool link;
	enum drop fate;		/* of the frame in hub_input(); DROP_COUNT: it
				 * is not lost */
	bool heard;		/* some port took the frame in hub_input() */
	unsigned int clients;	/* who is there for its own sake */
	struct port *port[FDB_PORTS];	/* by slot; NULL: not here */
	struct fdb fdb;
	/* Frames of ports that are gone, less those that a port had when it
	 * came from another network; modulo 2^64, like each sum with them. */
	uint64_t left_in, left_offered;
	/* counters */
#define HUB_COUNTER(field, word) uint64_t field;
#include "vmnet/switch/counters.def"
	uint64_t drops[DROP_COUNT];
};

/**
 * hub_new() - an empty network with its link down
 * @seed: random, for the table of addresses
 *
 * Return: the hub, or NULL if there is no memory.
 */
struct hub *hub_new(const struct network_ops *ops, unsigned int network,
		    uint32_t seed);

/* hub_free() - free a network that has no port left. */
void hub_free(struct hub *hub);

/* hub_join() - connect a port that is on no network; @port->station says
 * whether its card's address is known. */
void hub_join(struct hub *hub, struct port *port);

/* hub_leave() - disconnect a port; its addresses are forgotten. */
void hub_leave(struct hub *hub, struct port *port);

/* hub_set_link() - the network works from now on, or not; all are told. */
void hub_set_link(struct hub *hub, bool up);

/**
 * hub_input() - bring a frame from a port to where it belongs
 * @from: a port of this hub
 * @frame, @len: a frame that port_accept() took
 * @now_ns: time, for the table of addresses
 */
void hub_input(struct hub *hub, struct port *from, const uint8_t *frame,
	       size_t len, uint64_t now_ns);

/* hub_names() - the machines whose cards are there, in the order in which they
 * came; @host: last byte of a card's address, 0: none is known. */
void hub_names(const struct hub *hub, uint8_t (*host)(const struct port *port),
	       struct vmnet_names *names);

/* ---- for the ways of struct port_ops ----------------------------------- */

/* hub_from_station() - to its receiver, if it may have that sender. */
void hub_from_station(struct hub *hub, struct port *from, const uint8_t *frame,
		      size_t len, uint64_t now_ns);

/* hub_from_wire() - a frame that came by the uplink goes to its receiver: see 4
 * above. */
void hub_from_wire(struct hub *hub, struct port *from, const uint8_t *frame,
		   size_t len, uint64_t now_ns);

/* hub_give() - to that port and no other; NULL: it is not there. */
void hub_give(struct hub *hub, struct port *to, const uint8_t *frame,
	      size_t len);

/* hub_check() - do the hub's books balance? */
bool hub_check(const struct hub *hub);

/* hub_ports_in() - Return: frames that ports gave the hub, as the ports have
 * counted them. hub_ports_offered(): frames that the hub offered to ports. */
uint64_t hub_ports_in(const struct hub *hub);
uint64_t hub_ports_offered(const struct hub *hub);

#endif
