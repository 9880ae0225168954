/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * accounts.c - where frames are, hop by hop: see handlers.h.
 *
 * At each hop, each frame that came in has gone out, waits, or was lost for a
 * reason that has a name. If a sum does not hold, the answer says so.
 */
#include "vmnet/ctl/handlers.h"
#include "vmnet/ctl/tell.h"
#include "vmnet/switch/conditioned.h"

/* The hop at which a reason counts, by drops.def. */
enum place { PLACE_IN, PLACE_HUB, PLACE_LINK, PLACE_OUT, PLACE_NONE,
	     PLACE_ANY };

#define DROP(name, where, text) PLACE_##where,
static const uint8_t place_of[DROP_COUNT] = {
#include "vmnet/proto/drops.def"
};
#undef DROP

struct account {
	const char *hop;
	uint64_t in, out, queued;
	const uint64_t *drops;	/* by enum drop; those of @place count */
	enum place place;
};

/* tell_account() - Return: does its sum hold? */
static bool tell_account(struct text *t, const struct account *a)
{
	uint64_t drops[DROP_COUNT] = { 0 }, sum = a->out + a->queued;
	unsigned int i;

	for (i = 0; i < DROP_COUNT; i++)
		if (a->place == PLACE_ANY || place_of[i] == a->place) {
			drops[i] = a->drops[i];
			sum += drops[i];
		}
	text_add(t, "{\"hop\": \"%s\", ", a->hop);
	text_count(t, "in", a->in);
	text_count(t, "out", a->out);
	text_count(t, "queued", a->queued);
	text_drops(t, drop_names, drops, DROP_COUNT);
	text_add(t, ", \"holds\": %s}", a->in == sum ? "true" : "false");
	return a->in == sum;
}

/* tell_link_account() - a link with conditions. Return: does its sum hold? */
static bool tell_link_account(struct text *t, const char *hop,
			      const struct line *line)
{
	uint64_t drops[DROP_COUNT];
	const struct account link = {
		hop, line->in + line->copies, line->out, line_waiting(line),
		drops, PLACE_ANY,
	};

	conditioned_drops(line, drops);
	text_add(t, ", ");
	return tell_account(t, &link);
}

/* tell_port_accounts() - Return: do a port's sums hold? */
static bool tell_port_accounts(struct text *t, const struct port *p)
{
	const struct account in = {
		"into the switch", p->received, p->in, 0, p->drops, PLACE_IN,
	}, out = {
		"out of the switch", p->offered, p->out, p->queued, p->drops,
		PLACE_OUT,
	};
	bool good;

	text_add(t, "{");
	tell_owner(t, p);
	text_add(t, "\"hops\": [");
	good = tell_account(t, &in);
	if (p->conditions) {
		good &= tell_link_account(t, "link in", &p->conditions->in);
		good &= tell_link_account(t, "link out", &p->conditions->out);
	}
	text_add(t, ", ");
	good &= tell_account(t, &out);
	text_add(t, "]}");
	return good;
}

/* tell_hub_accounts() - Return: do a network's sums hold? */
static bool tell_hub_accounts(struct text *t, const struct hub *hub)
{
	const struct account accounts[] = {
		{ "from the ports", hub_ports_in(hub), hub->in, 0, NULL,
		  PLACE_NONE },
		{ "in the switch", hub->in + hub->copies, hub->out, 0,
		  hub->drops, PLACE_HUB },
		{ "to the ports", hub->out, hub_ports_offered(hub), 0, NULL,
		  PLACE_NONE },
	};
	bool good = true;
	unsigned int i;

	text_add(t, "\"hops\": [");
	for (i = 0; i < ARRAY_SIZE(accounts); i++) {
		text_add(t, "%s", i ? ", " : "");
		good &= tell_account(t, &accounts[i]);
	}
	text_add(t, "]");
	return good;
}

/* tell_hub() - accounts of a network and its ports. @port: only this one's; 0:
 * all. Return: do all sums hold? */
static bool tell_hub(struct text *t, const struct hub *hub, uint32_t port)
{
	const char *sep = "";
	bool good;
	unsigned int i;

	text_add(t, "{");
	tell_network(t, hub);
	good = tell_hub_accounts(t, hub);
	text_add(t, ", \"ports\": [");
	for (i = 0; i < FDB_PORTS; i++) {
		if (!hub->port[i] || (port && hub->port[i]->number != port))
			continue;
		text_add(t, "%s", sep);
		good &= tell_port_accounts(t, hub->port[i]);
		sep = ", ";
	}
	text_add(t, "]}");
	return good;
}

enum ctl_status ctl_stats(struct vswitch *sw, const struct ctl_ask *ask)
{
	uint32_t number = ask->args->stats.port;
	const struct port *port = number ? ctl_port(sw, number) : NULL;
	const char *sep = "";
	bool good = true;
	unsigned int i;

	if (number && !port)
		return CTL_NO_PORT;
	text_add(ask->text, "{\"networks\": [");
	for (i = 0; i < VSWITCH_HUBS; i++) {
		if (!sw->hub[i] || (port && port->hub != sw->hub[i]))
			continue;
		sw->hub[i]->ops->count(sw->hub[i]);
		text_add(ask->text, "%s", sep);
		good &= tell_hub(ask->text, sw->hub[i], number);
		sep = ", ";
	}
	text_add(ask->text, "], \"holds\": %s}", good ? "true" : "false");
	return CTL_DONE;
}
