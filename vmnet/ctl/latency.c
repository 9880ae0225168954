/* SPDX-License-Identifier: BSD-2-Clause */
/* latency.c - how long frames take at each hop: see handlers.h, and
 * vmnet/tap/timeline.h. */
#include "vmnet/ctl/handlers.h"
#include "vmnet/ctl/tell.h"
#include "vmnet/switch/vswitch_parts.h"

/* tell_hop() - add a hop, if it has a frame. @sep: what stands before it;
 * becomes what stands before the next */
static void tell_hop(struct text *t, const char **sep, const char *way,
		     const char *text, const struct latency *l)
{
	uint64_t n = latency_count(l);

	if (!n)
		return;
	text_add(t, "%s{\"way\": \"%s\", \"hop\": \"%s\", ", *sep, way, text);
	text_count(t, "frames", n);
	text_count(t, "p50_ns", latency_quantile(l, 500));
	text_count(t, "p99_ns", latency_quantile(l, 990));
	text_add(t, "\"max_ns\": %llu}", (unsigned long long)latency_max(l));
	*sep = ", ";
}

/* tell_line() - add all hops of a port. */
static void tell_line(struct text *t, const struct timeline *line)
{
	const char *sep = "";
	struct latency l;

	text_count(t, "every", line->every);
	text_add(t, "\"hops\": [");
#define CARD_HOP(id, way, text) \
	timeline_card(line, CARD_HOP_##id, &l); \
	tell_hop(t, &sep, #way, text, &l);
#define SWITCH_HOP(id, way, text) \
	tell_hop(t, &sep, #way, text, &line->hop[SWITCH_HOP_##id]);
#include "base/hops.def"
	text_add(t, "]");
}

static void tell_timed(struct text *t, const struct port *p)
{
	text_add(t, "{");
	tell_owner(t, p);
	if (port_timed(p))
		tell_line(t, p->times->of[p->slot]);
	else
		text_add(t, "\"every\": 0, \"hops\": []");
	text_add(t, "}");
}

/* tell_ports() - add ports. @number: only this one; 0: all that are timed */
static void tell_ports(struct vswitch *sw, struct text *t, uint32_t number)
{
	const char *sep = "";
	const struct port *p;
	unsigned int i;

	text_add(t, "{\"ports\": [");
	for (i = 0; i < FDB_PORTS; i++) {
		p = sw->port[i];
		if (!p || p->state != PORT_JOINED ||
		    (number ? p->number != number : !port_timed(p)))
			continue;
		text_add(t, "%s", sep);
		tell_timed(t, p);
		sep = ", ";
	}
	text_add(t, "]}");
}

enum ctl_status ctl_latency(struct vswitch *sw, const struct ctl_ask *ask)
{
	const struct ctl_latency *a = &ask->args->latency;
	struct port *port = a->port ? ctl_port(sw, a->port) : NULL;

	/* A NAT's frames, and a wire's, are on the lines of cards. */
	if (a->port && (!port || !port->station))
		return CTL_NO_PORT;
	if (a->what != CTL_LATENCY_SHOW &&
	    vswitch_timed(sw, port, a->every) < 0)
		return CTL_NO_MEMORY;
	tell_ports(sw, ask->text, a->port);
	return CTL_DONE;
}
