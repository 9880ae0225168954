/* SPDX-License-Identifier: BSD-2-Clause */
/* list.c - which networks and ports there are: see handlers.h. */
#include <string.h>

#include "vmnet/ctl/handlers.h"
#include "vmnet/ctl/tell.h"
#include "vmnet/switch/conditioned.h"

struct port *ctl_port(struct vswitch *sw, uint32_t number)
{
	unsigned int i;

	for (i = 0; i < FDB_PORTS; i++)
		if (sw->port[i] && sw->port[i]->number == number &&
		    sw->port[i]->state == PORT_JOINED)
			return sw->port[i];
	return NULL;
}

void tell_owner(struct text *t, const struct port *p)
{
	const struct vmnet_owner *o = &p->owner;
	const uint8_t *m = p->mac;

	text_count(t, "port", p->number);
	text_add(t, "\"kind\": \"%s\", ", p->ops->kind);
	if (p->pid)
		text_count(t, "pid", (uint64_t)p->pid);
	if (!p->station)
		return;
	text_add(t, "\"mac\": \"%02x:%02x:%02x:%02x:%02x:%02x\", ", m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	if (!o->pid)
		return;
	text_add(t, "\"machine\": \"%s\", ", o->name);
	text_count(t, "machine_pid", o->pid);
	text_count(t, "nic", o->nic);
}

void tell_network(struct text *t, const struct hub *hub)
{
	if (*hub->iface)
		text_add(t, "\"name\": \"" VMNET_BRIDGED "%s\", ", hub->iface);
	else
		text_add(t, "\"name\": \"vmnet%u\", ", hub->network);
	text_add(t, "\"kind\": \"%s\", ", hub->ops->kind);
}

/* add_line() - add what a direction of a port's link has lost to @sum. */
static void add_line(uint64_t sum[DROP_COUNT], const struct line *line)
{
	uint64_t drops[DROP_COUNT];
	unsigned int i;

	conditioned_drops(line, drops);
	for (i = 0; i < DROP_COUNT; i++)
		sum[i] += drops[i];
}

/* tell_drops() - what was lost at a port and on its link, by reason. */
static void tell_drops(struct text *t, const struct port *p)
{
	uint64_t drops[DROP_COUNT];

	memcpy(drops, p->drops, sizeof(drops));
	if (p->conditions) {
		add_line(drops, &p->conditions->in);
		add_line(drops, &p->conditions->out);
	}
	text_drops(t, drop_names, drops, DROP_COUNT);
}

void tell_port(struct text *t, const struct port *p)
{
	text_add(t, "{");
	tell_owner(t, p);
	if (p->station)
		text_add(t, "\"link\": %s, ", p->link ? "true" : "false");
#define PORT_COUNTER(field, word) text_count(t, word, p->field);
#include "vmnet/switch/counters.def"
	text_count(t, "queued", p->queued);
	tell_drops(t, p);
	text_add(t, "}");
}

static void tell_hub(struct text *t, const struct hub *hub)
{
	const char *sep = "";
	unsigned int i;

	text_add(t, "{");
	tell_network(t, hub);
	text_add(t, "\"link\": %s, \"ports\": [", hub->link ? "true" : "false");
	for (i = 0; i < FDB_PORTS; i++) {
		if (!hub->port[i])
			continue;
		text_add(t, "%s", sep);
		tell_port(t, hub->port[i]);
		sep = ", ";
	}
	text_add(t, "]}");
}

enum ctl_status ctl_list(struct vswitch *sw, const struct ctl_ask *ask)
{
	const char *sep = "";
	unsigned int i;

	text_add(ask->text, "{\"networks\": [");
	for (i = 0; i < VSWITCH_HUBS; i++) {
		if (!sw->hub[i])
			continue;
		sw->hub[i]->ops->count(sw->hub[i]);
		text_add(ask->text, "%s", sep);
		tell_hub(ask->text, sw->hub[i]);
		sep = ", ";
	}
	text_add(ask->text, "]}");
	return CTL_DONE;
}
