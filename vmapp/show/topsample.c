/* SPDX-License-Identifier: BSD-2-Clause */
/* topsample.c - samples of what machines and VMNet count: see top.h. */
#include "vmapp/show/top.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmapp/control/ask.h"
#include "vmnet/client/ctl.h"

/* A machine that does not answer in that time has no figures. */
#define WAIT_MS 400
/* Rows of account.def, by their words in the report. */
#define ROW_OF_CODE "instructions that need no virtualization"

static double sample_number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

/* sample_sum() - Return: the sum of all numbers of an object. */
static double sample_sum(const json_t *o)
{
	json_t *value;
	const char *key;
	double all = 0;

	json_object_foreach((json_t *)o, key, value)
		all += json_number_value(value);
	return all;
}

/* ---- machines ---------------------------------------------------------- */

static void take_cards(struct top_machine *m, const json_t *nics)
{
	const json_t *nic;
	size_t i;

	for (i = 0; i < json_array_size(nics); i++) {
		nic = json_array_get(nics, i);
		m->frames_out += sample_number(nic, "frames_sent");
		m->frames_in += sample_number(nic, "frames_received");
		m->bytes_out += sample_number(nic, "bytes_sent");
		m->bytes_in += sample_number(nic, "bytes_received");
		m->drops += sample_sum(json_object_get(nic, "drops"));
	}
}

static void take_report(struct top_machine *m, const json_t *r)
{
	const json_t *times = json_object_get(r, "time_s");
	const json_t *rows = json_object_get(r, "vmm_rows");
	json_t *row;
	const char *key;

	m->told = json_is_object(times);
	m->wall_s = sample_number(r, "wall_s");
	m->vmm_s = sample_number(times, "vmm");
	m->switch_s = sample_number(times, "world_switch");
	m->vmapp_s = sample_number(times, "vmapp");
	json_object_foreach((json_t *)rows, key, row)
		m->vmm_ms += sample_number(row, "cpu_ms");
	m->code_ms =
		sample_number(json_object_get(rows, ROW_OF_CODE), "cpu_ms");
	m->switches =
		sample_number(json_object_get(r, "world_switches"), "total");
	m->exits = sample_sum(json_object_get(r, "exits"));
	m->irqs = sample_sum(json_object_get(r, "irqs"));
	take_cards(m, json_object_get(r, "nics"));
}

/* take_machine() - ask a machine, which may end at any time. */
static void take_machine(struct top_machine *m, const struct place_found *f)
{
	json_t *status = ask(f->sock, VERB_STATUS, NULL, -1, WAIT_MS, NULL);
	json_t *report = NULL;

	snprintf(m->name, sizeof(m->name), "%.79s", f->name);
	m->pid = f->pid;
	snprintf(m->state, sizeof(m->state), "silent");
	if (json_is_true(json_object_get(status, "ok"))) {
		snprintf(m->state, sizeof(m->state), "%s",
			 ask_text(status, "state"));
		report = ask(f->sock, VERB_REPORT, NULL, -1, WAIT_MS, NULL);
	}
	take_report(m, json_object_get(report, "report"));
	json_decref(status);
	json_decref(report);
}

static void take_machines(struct top_sample *s)
{
	static struct place_found found[TOP_MACHINES];
	char why[PLACE_WHY_SIZE];
	int n = place_list(found, TOP_MACHINES, why), i;

	for (i = 0; i < n; i++) {
		take_machine(&s->machine[s->machines++], &found[i]);
		close(found[i].sock);
	}
}

/* ---- networks ---------------------------------------------------------- */

/* sample_charge() - add what a port lost to its machine's drops. */
static void sample_charge(struct top_sample *s, const json_t *port, double lost)
{
	double pid = sample_number(port, "machine_pid");
	unsigned int i;

	for (i = 0; i < s->machines; i++)
		if (pid > 0 && s->machine[i].pid == (pid_t)pid)
			s->machine[i].drops += lost;
}

static void take_network(struct top_sample *s, const json_t *o)
{
	struct top_network *n = &s->network[s->networks++];
	const json_t *ports = json_object_get(o, "ports"), *p;
	double lost;
	size_t i;

	snprintf(n->name, sizeof(n->name), "%s", ask_text(o, "name"));
	snprintf(n->kind, sizeof(n->kind), "%s", ask_text(o, "kind"));
	for (i = 0; i < json_array_size(ports); i++) {
		p = json_array_get(ports, i);
		lost = sample_sum(json_object_get(p, "drops"));
		n->ports++;
		n->frames += sample_number(p, "frames_in");
		n->bytes += sample_number(p, "bytes_in");
		n->drops += lost;
		sample_charge(s, p, lost);
	}
}

/* take_networks() - ask VMNet, if it runs. */
static void take_networks(struct top_sample *s)
{
	const struct vmnet_ctl_ask ask = { .verb = CTL_LIST };
	char why[256], *text = NULL;
	int sock = vmnet_ctl_open(why, sizeof(why));
	const json_t *list;
	json_t *o = NULL;
	size_t i;

	if (sock < 0)
		return;
	if (vmnet_ctl_ask(sock, &ask, &text) == CTL_DONE)
		o = json_loads(text, 0, NULL);
	list = json_object_get(o, "networks");
	for (i = 0; i < json_array_size(list) && s->networks < TOP_NETWORKS;
	     i++)
		take_network(s, json_array_get(list, i));
	json_decref(o);
	free(text);
	close(sock);
}

void top_sample_take(struct top_sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	sample->s = (double)clock_now_ns() / 1e9;
	take_machines(sample);
	take_networks(sample);
}
