/* SPDX-License-Identifier: BSD-2-Clause */
/* stats.c - the switch's counters as JSON text: see vswitch.h. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "vmnet/bridge/bridge.h"
#include "vmnet/switch/vswitch.h"

/* Text that grows; @full once something did not fit. */
struct text {
	char *buf;
	size_t len, size;
	bool full;
};

static void PRINTF_LIKE(2, 3) add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < t->size - t->len)
		t->len += (size_t)n;
	else if (n != 0)
		t->full = true;
}

static void add_u64(struct text *t, const char *name, uint64_t v)
{
	add(t, "\"%s\": %llu, ", name, (unsigned long long)v);
}

/* add_drop() - one reason, if there is something to tell. */
static void add_drop(struct text *t, const char *name, uint64_t n,
		     const char **sep)
{
	if (!n)
		return;
	add(t, "%s\"%s\": %llu", *sep, name, (unsigned long long)n);
	*sep = ", ";
}

static void add_drops(struct text *t, const uint64_t *drops)
{
	const char *sep = "";
	unsigned int i;

	add(t, "\"drops\": {");
	for (i = 0; i < DROP_COUNT; i++)
		add_drop(t, drop_name((enum drop)i), drops[i], &sep);
	add(t, "}");
}

static void add_nat_drops(struct text *t, const uint64_t *drops)
{
	const char *sep = "";
	unsigned int i;

	add(t, "\"drops\": {");
	for (i = 0; i < NAT_DROP_COUNT; i++)
		add_drop(t, nat_drop_name((enum nat_drop)i), drops[i], &sep);
	add(t, "}, ");
}

static void add_port(struct text *t, const struct port *p)
{
	static const char *const kinds[] = { "client", "nat", "uplink",
					     "dhcp" };

	add(t, "{");
	add_u64(t, "port", p->number);
	add(t, "\"kind\": \"%s\", ", kinds[p->kind]);
	if (p->pid)
		add_u64(t, "pid", (uint64_t)p->pid);
	if (p->hub)
		add_u64(t, "network", p->hub->network);
	add_u64(t, "frames_in", p->in);
	add_u64(t, "bytes_in", p->in_bytes);
	add_u64(t, "frames_out", p->out);
	add_u64(t, "bytes_out", p->out_bytes);
	add_u64(t, "queued", p->queued);
	add_drops(t, p->drops);
	add(t, "}");
}

static void add_hub(struct text *t, const struct hub *hub)
{
	add(t, "{");
	add_u64(t, "network", hub->network);
	if (hub->bridge) {
		add(t, "\"interface\": \"%s\", ", hub->bridge->iface);
		add_u64(t, "sums_finished", hub->bridge->sums);
		add_u64(t, "long_frames_cut", hub->bridge->cuts);
		add_u64(t, "joined", hub->bridge->joins);
	}
	add_u64(t, "in", hub->in);
	add_u64(t, "copies", hub->copies);
	add_u64(t, "out", hub->out);
	add_drops(t, hub->drops);
	add(t, "}");
}

/* cpu_seconds() - what a process has used; 0 if it can not be told. */
static double cpu_seconds(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* nat_seconds() - of all NATs; @pid: receives the first one's, or 0. */
static double nat_seconds(const struct vswitch *sw, pid_t *pid)
{
	double sum = 0;
	unsigned int i;

	*pid = 0;
	for (i = 0; i < FDB_PORTS; i++) {
		if (!sw->port[i] || sw->port[i]->kind != PORT_NAT ||
		    !sw->port[i]->pid)
			continue;
		sum += cpu_seconds(sw->port[i]->pid);
		*pid = *pid ? *pid : sw->port[i]->pid;
	}
	return sum;
}

size_t vswitch_stats(const struct vswitch *sw, char *buf, size_t size)
{
	struct text t = { buf, 0, size, false };
	uint64_t refused = 0;
	const char *sep = "";
	unsigned int i;
	pid_t nat_pid;
	double nat_s = nat_seconds(sw, &nat_pid);

	for (i = 0; i < VMNET_STATUS_COUNT; i++)
		refused += sw->refused[i];
	add(&t, "{");
	add_u64(&t, "refused", refused);
	add_u64(&t, "hello_timeouts", sw->hello_timeouts);
	add_u64(&t, "nat_starts", sw->nat_starts);
	add(&t, "\"switch_cpu_s\": %.6f, ", cpu_seconds(0));
	add(&t, "\"nat_cpu_s\": %.6f, ", nat_s);
	add_nat_drops(&t, sw->nat_drops);
	add(&t, "\"switch_pid\": %d, \"nat_pid\": %d, \"dhcp_pid\": %d, "
	    "\"ports\": [", (int)getpid(), (int)nat_pid,
	    (int)sw->dhcp_pid);
	for (i = 0; i < FDB_PORTS; i++) {
		if (!sw->port[i] || sw->port[i]->state != PORT_JOINED)
			continue;
		add(&t, "%s", sep);
		add_port(&t, sw->port[i]);
		sep = ", ";
	}
	add(&t, "], \"hubs\": [");
	for (sep = "", i = 0; i < VSWITCH_HUBS; i++) {
		if (!sw->hub[i])
			continue;
		add(&t, "%s", sep);
		add_hub(&t, sw->hub[i]);
		sep = ", ";
	}
	add(&t, "]}");
	return t.full ? 0 : t.len;
}
