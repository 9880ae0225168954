/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.c - the switch's counters as JSON text: see vswitch.h. */
#include <unistd.h>

#include "vmnet/switch/conditioned.h"
#include "vmnet/switch/network.h"
#include "vmnet/switch/text.h"
#include "vmnet/switch/vswitch.h"

static void port_stats(struct text *t, const struct port *p)
{
	text_add(t, "{");
	text_count(t, "port", p->number);
	text_add(t, "\"kind\": \"%s\", ", p->ops->kind);
	if (p->pid)
		text_count(t, "pid", (uint64_t)p->pid);
	if (p->hub)
		text_count(t, "network", p->hub->network);
#define PORT_COUNTER(field, word) text_count(t, word, p->field);
#include "vmnet/switch/counters.def"
	text_count(t, "queued", p->queued);
	conditioned_stats(t, p);
	text_drops(t, drop_names, p->drops, DROP_COUNT);
	text_add(t, "}");
}

static void hub_stats(struct text *t, const struct hub *hub)
{
	text_add(t, "{");
	text_count(t, "network", hub->network);
	hub->ops->hub_stats(t, hub);
#define HUB_COUNTER(field, word) text_count(t, word, hub->field);
#include "vmnet/switch/counters.def"
	text_drops(t, drop_names, hub->drops, DROP_COUNT);
	text_add(t, "}");
}

static void switch_stats(struct text *t, const struct vswitch *sw)
{
	uint64_t refused = 0;
	unsigned int i;

	for (i = 0; i < VMNET_STATUS_COUNT; i++)
		refused += sw->refused[i];
	text_count(t, "refused", refused);
#define SWITCH_COUNTER(field, word) text_count(t, word, sw->field);
#include "vmnet/switch/counters.def"
	text_add(t, "\"switch_cpu_s\": %.6f, \"switch_pid\": %d, ",
		 text_cpu_seconds(0), (int)getpid());
	network_stats(t, sw);
}

size_t vswitch_stats(const struct vswitch *sw, char *buf, size_t size)
{
	struct text t = { buf, 0, size, false };
	const char *sep = "";
	unsigned int i;

	for (i = 0; i < VSWITCH_HUBS; i++)
		if (sw->hub[i])
			sw->hub[i]->ops->count(sw->hub[i]);
	text_add(&t, "{");
	switch_stats(&t, sw);
	text_add(&t, "\"ports\": [");
	for (i = 0; i < FDB_PORTS; i++) {
		if (!sw->port[i] || sw->port[i]->state != PORT_JOINED)
			continue;
		text_add(&t, "%s", sep);
		port_stats(&t, sw->port[i]);
		sep = ", ";
	}
	text_add(&t, "], \"hubs\": [");
	for (sep = "", i = 0; i < VSWITCH_HUBS; i++) {
		if (!sw->hub[i])
			continue;
		text_add(&t, "%s", sep);
		hub_stats(&t, sw->hub[i]);
		sep = ", ";
	}
	text_add(&t, "]}");
	return t.full ? 0 : t.len;
}
