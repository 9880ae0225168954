/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.c - counters that tell what limits a port: see handlers.h. The client
 * asks twice, and judges by the difference (vmapp/net/verdict.h).
 */
#include "base/clock.h"
#include "vmnet/ctl/handlers.h"
#include "vmnet/ctl/tell.h"
#include "vmnet/switch/conditioned.h"

/* look_line() - add one direction of a link with conditions, and a comma. */
static void look_line(struct text *t, const char *name, const struct line *line)
{
	text_add(t, "\"%s\": {", name);
	text_count(t, "rate", line->set.rate);
	text_count(t, "delay_us", line->set.delay);
	text_count(t, "in", line->in);
	text_count(t, "lost", line->lost);
	text_count(t, "full", line->full);
	text_add(t, "\"queued\": %u}, ", line_waiting(line));
}

/* look_others() - add the other ports of the port's network. */
static void look_others(struct text *t, const struct port *port)
{
	const char *sep = "";
	unsigned int i;

	text_add(t, "\"others\": [");
	for (i = 0; i < FDB_PORTS; i++) {
		if (!port->hub->port[i] || port->hub->port[i] == port)
			continue;
		text_add(t, "%s", sep);
		tell_port(t, port->hub->port[i]);
		sep = ", ";
	}
	text_add(t, "], ");
}

enum ctl_status ctl_look(struct vswitch *sw, const struct ctl_ask *ask)
{
	struct port *port = ctl_port(sw, ask->args->look.port);
	struct text *t = ask->text;

	if (!port || !port->station)
		return CTL_NO_PORT;
	text_add(t, "{");
	text_count(t, "ns", clock_now_ns());
	tell_network(t, port->hub);
	if (port->rings) {
		text_count(t, "ring_out", ring_count(&port->rings->to_switch));
		text_count(t, "ring_in", ring_count(&port->rings->to_client));
	}
	if (port->conditions) {
		look_line(t, "link_in", &port->conditions->in);
		look_line(t, "link_out", &port->conditions->out);
	}
	port->hub->ops->look(t, port);
	look_others(t, port);
	text_add(t, "\"switch_cpu_s\": %.6f, \"port\": ", text_cpu_seconds(0));
	tell_port(t, port);
	text_add(t, "}");
	return CTL_DONE;
}
