/* SPDX-License-Identifier: BSD-2-Clause */
/* nat_network.c - the switch's side of the network "nat": see nat_network.h. */
#include "vmnet/nat/nat_network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdpass.h"
#include "base/log.h"
#include "vmnet/keeper/child.h"
#include "vmnet/switch/plain_network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch_parts.h"

/* A client and its NAT: port->own of both ports. */
struct nat_seat {
	struct port *client;
	struct port *nat;	/* NULL: there is none now */
	struct nat_seat *next;	/* from sw->nat_seats on, oldest first */
	uint64_t tried_ns;	/* when that was last started */
	uint64_t told;		/* the NAT knows who was there at that time:
				 * vswitch->changes */
	struct vmnet_nat_setup setup;	/* what it is told */
	uint64_t folder;	/* the number of its folder, or 0 */
	uint32_t state[NAT_STATE_COUNT];	/* as the NAT said last ... */
	uint64_t state_ns;			/* ... then; 0: never */
	struct vmnet_ask asked; /* of the NAT, by the client; what is 0:
				 * nothing */
};

/* ---- the port of a NAT ------------------------------------------------- */

/* seat_answer() - answer the client's request that the NAT has done or
 * refused. */
static void seat_answer(struct nat_seat *seat, unsigned int status)
{
	const struct vmnet_ask *a = &seat->asked;

	if (!a->what)
		return;
	if (status == VMNET_OK) /* the next NAT is to have it so, too */
		status = forwards_change(seat->setup.forward, &a->forward,
					 a->what);
	seat->asked.what = 0;
	port_answer(seat->client, (enum vmnet_status)status);
}

static void seat_state(struct nat_seat *seat, const struct vmnet_event *e)
{
	seat->state[e->value] = e->count;
	seat->state_ns = clock_now_ns();
}

/* nat_event() - the NAT says that it works, what it dropped, or its answer. */
static bool nat_event(struct vswitch *sw, struct port *nat,
		      const struct vmnet_event *event)
{
	struct nat_seat *seat = nat->own;

	if (event->type == VMNET_EVENT_DROPS)
		sw->nat_drops[event->value] += event->count;
	else if (event->type == VMNET_EVENT_LINK && seat)
		port_set_link(seat->client, event->value);
	else if (event->type == VMNET_EVENT_ANSWER && seat)
		seat_answer(seat, event->value);
	else if (event->type == VMNET_EVENT_STATE && seat)
		seat_state(seat, event);
	return event->type == VMNET_EVENT_DROPS ||
	       event->type == VMNET_EVENT_STATE ||
	       event->type == VMNET_EVENT_LINK ||
	       event->type == VMNET_EVENT_ANSWER;
}

/* nat_input() - a frame from a NAT goes to its client. All NATs have one MAC
 * address, so the address table does not learn it. */
static void nat_input(struct hub *hub, struct port *from, const uint8_t *frame,
		      size_t len, uint64_t now_ns)
{
	struct nat_seat *seat = from->own;

	(void)now_ns;
	hub_give(hub, seat ? seat->client : NULL, frame, len);
}

/* nat_begins() - the NAT's first message: take the rings that it has made. */
static void nat_begins(struct vswitch *sw, struct port *nat)
{
	struct vmnet_event event;
	int fds[RING_FDS];
	size_t n = RING_FDS, i;
	ssize_t len = fdpass_recv(nat->fd, &event, sizeof(event), fds, &n);

	if (len == -EAGAIN || len == -EINTR)
		return;
	if (len > 0 && n == RING_FDS &&
	    decode_event(&event, (size_t)len, &event) == 0 &&
	    event.type == VMNET_EVENT_RINGS && port_use_rings(nat, fds)) {
		vswitch_watch_bell(sw, nat);
		return;
	}
	for (i = 0; i < n; i++)
		close(fds[i]);
	port_leave(nat);
}

static void nat_ready(struct vswitch *sw, struct port *nat, uint32_t events)
{
	if (!nat->rings && (events & (EPOLLIN | EPOLLHUP)))
		nat_begins(sw, nat);
	else
		messages_ready(sw, nat, events);
}

static void nat_look(struct vswitch *sw, struct port *nat)
{
	if (nat->rings && nat->state == PORT_JOINED)
		rings_look(sw, nat);
}

static bool nat_hears(const struct port *nat, const struct port *from)
{
	const struct nat_seat *seat = nat->own;

	return seat && seat->client == from;
}

static void nat_gone(struct vswitch *sw, struct port *nat)
{
	struct nat_seat *seat = nat->own;

	child_end(sw->keeper, nat->pid);
	if (!seat)
		return;
	seat->nat = NULL;
	port_set_link(seat->client, false);
	seat_answer(seat, VMNET_NAT_AWAY);
}

/* nat_lost() - the NAT could not open a port of the host: no other NAT of the
 * card's tries, and the machine hears it. (One that does not read has it in its
 * list for longer.) */
static bool nat_lost(struct vswitch *sw, struct port *nat, const void *msg,
		     size_t len)
{
	struct nat_seat *seat = nat->own;
	struct vmnet_forward f;

	(void)sw;
	if (!decode_forward(msg, len, &f))
		return false;
	if (seat &&
	    forwards_change(seat->setup.forward, &f, VMNET_ASK_UNFORWARD) ==
		    VMNET_OK &&
	    send(seat->client->fd, msg, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a machine was not told: %s", strerror(errno));
	return true;
}

static const struct port_ops nat_port = {
	.kind = "nat",
	.socket_buffer = VSWITCH_SOCKET_BUFFER,
	.ready = nat_ready,
	.look = nat_look,
	.must_wait = port_never_waits,
	.event = nat_event,
	.ask = nat_lost,
	.flush = port_flush,
	.input = nat_input,
	.hears = nat_hears,
	.tell_link = port_keeps_link,
	.gone = nat_gone,
};

/* nat_tell() - send a client's NAT a message that has no answer. */
static void nat_tell(const struct port *client, const struct vmnet_event *event)
{
	const struct nat_seat *seat = client->own;

	if (seat->nat && send(seat->nat->fd, event, sizeof(*event),
			      MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a NAT was not told: %s", strerror(errno));
}

/* times_tell() - tell a client's NAT whether to stamp frames. */
static void times_tell(const struct port *client)
{
	struct vmnet_event e = { .type = VMNET_EVENT_STAMPS };

	if (port_timed(client))
		e.count = client->times->of[client->slot]->every;
	nat_tell(client, &e);
}

/* ---- processes --------------------------------------------------------- */

/* nat_spawn() - start a NAT, and tell it what to do. Return: its port, or
 * NULL. */
static struct port *nat_spawn(struct vswitch *sw, const struct nat_seat *seat)
{
	const struct vmnet_nat_setup *setup = &seat->setup;
	struct port *nat = NULL;
	pid_t pid;
	int fd;

	pid = child_start_nat(sw->keeper, seat->folder, &fd);
	if (pid < 0)
		return NULL;
	if (send(fd, setup, sizeof(*setup), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*setup))
		nat = vswitch_add_port(sw, fd, &nat_port);
	if (!nat) {
		close(fd);
		child_end(sw->keeper, pid);
		return NULL;
	}
	nat->pid = pid;
	return nat;
}

static void nat_start(struct vswitch *sw, struct nat_seat *seat)
{
	seat->tried_ns = clock_now_ns();
	seat->nat = nat_spawn(sw, seat);
	if (!seat->nat)
		return;
	seat->nat->own = seat;
	seat->told = 0;
	seat->nat->timed = seat->client;
	times_tell(seat->client);
	sw->nat_starts++;
	hub_join(seat->client->hub, seat->nat);
}

/* seat_last() - Return: the end of the list of seats. */
static struct nat_seat **seat_last(struct vswitch *sw)
{
	struct nat_seat **p = &sw->nat_seats;

	while (*p)
		p = &(*p)->next;
	return p;
}

/* ---- the network ------------------------------------------------------- */

/* seat_forwards() - add the forwards that the networks' file has for the card's
 * address, behind those that the machine asks for. A door that one of these
 * has is that one's: the NAT would wait long for it to be free. */
static void seat_forwards(struct vswitch *sw, const struct hub *hub,
			  struct nat_seat *seat)
{
	const struct network_forward *f = sw->nets.forward;
	unsigned int i;

	for (i = 0; i < sw->nets.forward_count; i++, f++)
		if (f->network == hub->network && f->host == seat->setup.host)
			forwards_change(seat->setup.forward, &f->to,
					VMNET_ASK_FORWARD);
}

static enum vmnet_status nat_join(struct vswitch *sw, struct hub *hub,
				  struct port *client,
				  const struct vmnet_hello *hello)
{
	const struct address_range range = {
		.network = (uint8_t)hub->network,
		.first = (uint16_t)subnet_nat_first(hub->conf.prefix),
		.last = (uint16_t)subnet_nat_last(hub->conf.prefix),
	};
	struct nat_seat *seat = calloc(1, sizeof(*seat));
	enum vmnet_status status;

	if (seat)
		seat->setup.host = vswitch_address(sw, &range, hello->mac);
	if (!seat || !seat->setup.host) {
		status = seat ? VMNET_NO_ADDRESS : VMNET_FULL;
		free(seat);
		return status;
	}
	seat->setup.magic = VMNET_MAGIC;
	seat->setup.version = VMNET_VERSION;
	seat->setup.host_loopback =
		!!(hello->flags & VMNET_HELLO_HOST_LOOPBACK);
	seat->setup.dhcp = hub->conf.dhcp;
	seat->setup.prefix = hub->conf.prefix;
	seat->setup.subnet = hub->conf.subnet;
	memcpy(seat->setup.mac, hello->mac, sizeof(seat->setup.mac));
	memcpy(seat->setup.forward, hello->forward,
	       sizeof(seat->setup.forward));
	seat_forwards(sw, hub, seat);
	seat->folder = hello->folder;
	seat->setup.folder = hello->folder != 0;
	memcpy(seat->setup.bootfile, hello->bootfile,
	       sizeof(seat->setup.bootfile));
	seat->client = client;
	client->own = seat;
	*seat_last(sw) = seat;
	client->link = false;	/* until its NAT says that it works */
	return VMNET_OK;
}

/* nat_ask() - pass a client's request on to its NAT, which answers. */
static void nat_ask(struct vswitch *sw, struct port *client,
		    const struct vmnet_ask *ask)
{
	struct vmnet_forward table[VMNET_FORWARDS];
	struct nat_seat *seat = client->own;
	enum vmnet_status status;

	(void)sw;
	memcpy(table, seat->setup.forward, sizeof(table));
	status = forwards_change(table, &ask->forward, ask->what);
	if (status == VMNET_OK && !seat->nat)
		status = VMNET_NAT_AWAY;
	if (status == VMNET_OK && send(seat->nat->fd, ask, sizeof(*ask),
				       MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		status = errno == EAGAIN ? VMNET_BUSY : VMNET_NAT_AWAY;
	if (status == VMNET_OK)
		seat->asked = *ask;
	else
		port_answer(client, status);
}

static void nat_leave(struct vswitch *sw, struct port *client)
{
	struct nat_seat *seat = client->own, **p = &sw->nat_seats;

	while (*p != seat)
		p = &(*p)->next;
	*p = seat->next;
	addresses_leave(&sw->addresses, client->hub->network, seat->setup.host);
	if (seat->nat) {
		seat->nat->own = NULL;
		seat->nat->timed = NULL;
		port_leave(seat->nat);
	}
	client->own = NULL;
	free(seat);
}

/* nat_host() - for hub_names(): Return: the number in the subnet of the address
 * that the NAT's DHCP gives the card. */
static uint16_t nat_host(const struct port *client)
{
	const struct nat_seat *seat = client->own;

	return client->hub->conf.dhcp ? seat->setup.host : 0;
}

/* names_tell() - tell a NAT the machines' names. Return: is it still to be
 * told? */
static bool names_tell(const struct vswitch *sw, const struct hub *hub,
		       struct nat_seat *seat)
{
	struct vmnet_names names;

	if (!seat->nat || seat->told == sw->changes)
		return false;
	hub_names(hub, nat_host, &names);
	if (send(seat->nat->fd, &names, sizeof(names),
		 MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		seat->told = sw->changes;
	return seat->told != sw->changes;
}

/* nat_tend() - start NATs that are missing, and tell all what is new. Return:
 * is something left to be tried again? */
static bool nat_tend(struct vswitch *sw, struct hub *hub)
{
	uint64_t now = clock_now_ns();
	struct nat_seat *seat;
	bool missing = false;

	for (seat = sw->nat_seats; seat; seat = seat->next) {
		if (seat->client->state != PORT_JOINED ||
		    seat->client->hub != hub)
			continue;
		if (!seat->nat && now - seat->tried_ns > VSWITCH_PAUSE_NS)
			nat_start(sw, seat);
		missing |= !seat->nat || names_tell(sw, hub, seat);
	}
	return missing;
}

static bool nat_full(const struct port *client)
{
	const struct nat_seat *seat = client->own;

	return seat->nat && seat->nat->queued > PORT_QUEUE - RING_BATCH;
}

static bool nat_own_way(const struct port *client, const uint8_t *frame,
			struct port **to)
{
	const struct nat_seat *seat = client->own;

	*to = seat->nat;
	return nat_mac(frame, client->hub->conf.subnet);
}

/* ---- statistics -------------------------------------------------------- */

static void nat_say(struct text *t, const struct port *client)
{
	static const char *const names[] = {
#define NAT_STATE(name, text) #name,
#include "vmnet/proto/nat_states.def"
#undef NAT_STATE
	};
	const struct vmnet_event tell = { .type = VMNET_EVENT_TELL };
	const struct nat_seat *seat = client->own;
	unsigned int i;

	nat_tell(client, &tell);
	if (!seat->nat)
		return;
	text_add(t, "\"nat\": {");
	for (i = 0; seat->state_ns && i < NAT_STATE_COUNT; i++)
		text_count(t, names[i], seat->state[i]);
	if (seat->state_ns)
		text_count(t, "ns", seat->state_ns);
	text_add(t, "\"cpu_s\": %.6f}, ", text_cpu_seconds(seat->nat->pid));
}

static void nat_stats(struct text *t, const struct vswitch *sw)
{
	const struct nat_seat *seat;
	pid_t first = 0;
	double sum = 0;

	for (seat = sw->nat_seats; seat; seat = seat->next)
		if (seat->nat) {
			sum += text_cpu_seconds(seat->nat->pid);
			first = first ? first : seat->nat->pid;
		}
	text_add(t, "\"nat_cpu_s\": %.6f, \"nat_pid\": %d, ", sum, (int)first);
	text_drops(t, nat_drop_names, sw->nat_drops, NAT_DROP_COUNT);
	text_add(t, ", ");
}

const struct network_ops nat_network = {
	.kind = "nat",
	.open = plain_open,
	.close = plain_close,
	.join = nat_join,
	.opening = plain_opening,
	.ask = nat_ask,
	.leave = nat_leave,
	.tend = nat_tend,
	.full = nat_full,
	.timed = times_tell,
	.look = nat_say,
	.own_way = nat_own_way,
	.count = plain_count,
	.hub_stats = plain_hub_stats,
	.stats = nat_stats,
};
