/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - `hostel net explain`: looks at ports twice, and says in words
 * what limits them: see verbs.h and verdict.h. VMNet tells of frames, the
 * machine of how busy its guest is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "vmapp/control/ask.h"
#include "vmapp/net/verbs.h"
#include "vmapp/net/verdict.h"

#define MACHINE_MS	2000	/* for a machine's answer */
#define APART_NS	1000000000ull

/* A port that is looked at. */
struct looked {
	uint32_t port;
	struct look look[2];
	bool gone;
};

/* ---- a look at VMNet --------------------------------------------------- */

static uint64_t look_number(const json_t *o, const char *key)
{
	long long n = net_number(o, key);

	return n > 0 ? (uint64_t)n : 0;
}

static void look_link(struct look_link *l, const json_t *o)
{
	l->rate = look_number(o, "rate");
	l->delay_us = look_number(o, "delay_us");
	l->in = look_number(o, "in");
	l->lost = look_number(o, "lost");
	l->full = look_number(o, "full");
	l->queued = look_number(o, "queued");
}

/* look_unread() - Return: frames that were lost as the port's peer was too
 * slow. */
static uint64_t look_unread(const json_t *port)
{
	return look_number(json_object_get(port, "drops"), "port_queue_full");
}

static void look_others(struct look *l, const json_t *others)
{
	const json_t *o;
	size_t i;

	for (i = 0; i < json_array_size(others); i++) {
		o = json_array_get(others, i);
		l->peers_unread += look_unread(o);
		if (look_unread(o) <= l->peer_unread)
			continue;
		l->peer_unread = look_unread(o);
		snprintf(l->peer, sizeof(l->peer), "port %lld (%.60s)",
			 net_number(o, "port"), net_whose(o));
	}
}

static void look_nat(struct look *l, const json_t *nat)
{
	l->nat = nat;
	l->nat_state = json_object_get(nat, "ns");
	l->nat_cpu_s = json_number_value(json_object_get(nat, "cpu_s"));
	l->connections = look_number(nat, "connections");
	l->unsent = look_number(nat, "unsent");
	l->shut_ms = look_number(nat, "shut_ms");
	l->kept_unread = look_number(nat, "unread");
}

static void look_port(struct look *l, const json_t *p)
{
	snprintf(l->who, sizeof(l->who), "%s", net_whose(p));
	l->link = json_is_true(json_object_get(p, "link"));
	l->in = look_number(p, "frames_in");
	l->in_bytes = look_number(p, "bytes_in");
	l->out = look_number(p, "frames_out");
	l->out_bytes = look_number(p, "bytes_out");
	l->stalls = look_number(p, "stalls");
	l->keeps = look_number(p, "keeps");
	l->unread = look_unread(p);
}

/* look_vmnet() - Return: its answer, for the machine; NULL: the port has gone.
 */
static json_t *look_vmnet(int sock, uint32_t port, struct look *l)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_LOOK, .args.look.port = port };
	json_t *o = net_try(sock, &ask);

	if (!o)
		return NULL;
	memset(l, 0, sizeof(*l));
	l->s = (double)look_number(o, "ns") / 1e9;
	look_port(l, json_object_get(o, "port"));
	l->ring_out = look_number(o, "ring_out");
	l->ring_in = look_number(o, "ring_in");
	look_link(&l->from, json_object_get(o, "link_in"));
	look_link(&l->to, json_object_get(o, "link_out"));
	look_others(l, json_object_get(o, "others"));
	look_nat(l, json_object_get(o, "nat"));
	l->switch_cpu_s = json_number_value(json_object_get(o, "switch_cpu_s"));
	return o;
}

/* ---- a look at the machine --------------------------------------------- */

/* look_machine() - ask the port's machine how busy its guest was. The port says
 * itself which machine that is, so the answer is only for people to read. */
static void look_machine(struct look *l, const json_t *port,
			 const struct place_found *found, int n)
{
	long long pid = net_number(port, "machine_pid");
	json_t *o, *r;
	int i;

	for (i = 0; i < n && (!pid || found[i].pid != pid); i++)
		;
	if (i == n)
		return;
	o = ask(found[i].sock, VERB_REPORT, NULL, -1, MACHINE_MS, NULL);
	r = json_object_get(o, "report");
	l->machine = json_is_number(json_object_get(r, "guest_idle_s"));
	l->wall_s = json_number_value(json_object_get(r, "wall_s"));
	l->idle_s = json_number_value(json_object_get(r, "guest_idle_s"));
	json_decref(o);
}

/* look_all() - look at all ports, for the @which-th time. */
static void look_all(int sock, struct looked *all, unsigned int n,
		     unsigned int which, const struct place_found *found,
		     int machines)
{
	unsigned int i;
	json_t *o;

	for (i = 0; i < n; i++) {
		if (all[i].gone)
			continue;
		o = look_vmnet(sock, all[i].port, &all[i].look[which]);
		all[i].gone = !o;
		look_machine(&all[i].look[which], json_object_get(o, "port"),
			     found, machines);
		json_decref(o);
	}
}

/* ---- the command ------------------------------------------------------- */

/* ports_alloc() - Return: room for @n ports; the caller's. */
static struct looked *ports_alloc(size_t n)
{
	struct looked *all = calloc(MAX(n, 1u), sizeof(*all));

	if (!all)
		die("out of memory");
	return all;
}

/* ports_find() - find the ports of all cards. @n: how many. Return: them, the
 * caller's. */
static struct looked *ports_find(int sock, unsigned int *n)
{
	const struct vmnet_ctl_ask ask = { .verb = CTL_LIST };
	json_t *list = net_ask(sock, &ask), *ports, *p;
	const json_t *networks = json_object_get(list, "networks");
	struct looked *all;
	size_t i, k, most = 0;

	for (i = 0; i < json_array_size(networks); i++)
		most += json_array_size(
			json_object_get(json_array_get(networks, i), "ports"));
	all = ports_alloc(most);
	*n = 0;
	for (i = 0; i < json_array_size(networks); i++) {
		ports = json_object_get(json_array_get(networks, i), "ports");
		json_array_foreach(ports, k, p) if (json_object_get(p, "mac"))
			all[(*n)++]
				.port = (uint32_t)look_number(p, "port");
	}
	json_decref(list);
	return all;
}

/* print_wrapped() - print a paragraph, in lines of a terminal's width. */
static void print_wrapped(const char *text)
{
	size_t column = 0, len;

	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (column && column + 1 + len > 76) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%s%.*s", column ? " " : "  ",
					 (int)len, text);
	}
	putchar('\n');
}

/* look_tell() - print a port's verdict. Return: it as JSON, the caller's. */
static json_t *look_tell(const struct looked *l, bool json)
{
	const struct look *a = &l->look[0], *b = l->gone ? a : &l->look[1];
	char text[VERDICT_TEXT] = "The port has gone meanwhile.";
	const char *word = "gone";
	double s = b->s > a->s ? b->s - a->s : 1;

	if (!l->gone)
		word = verdict_word(verdict_of(a, b, text));
	if (!json) {
		printf("port %u  %s: %s\n", (unsigned int)l->port, a->who,
		       word);
		print_wrapped(text);
	}
	return json_pack("{s:I,s:s,s:s,s:s,s:f,s:f}", "port",
			 (json_int_t)l->port, "who", a->who, "limit", word,
			 "text", text, "mbps_in",
			 8e-6 * (double)(b->in_bytes - a->in_bytes) / s,
			 "mbps_out",
			 8e-6 * (double)(b->out_bytes - a->out_bytes) / s);
}

static void sleep_ns(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / NSEC_PER_SEC),
			       (long)(ns % NSEC_PER_SEC) };

	nanosleep(&ts, NULL);
}

/* look_twice() - look at all ports, and again a second later. */
static void look_twice(int sock, struct looked *all, unsigned int n)
{
	static struct place_found found[ASK_MACHINES];
	char why[PLACE_WHY_SIZE];
	int machines = place_list(found, ASK_MACHINES, why), i;

	/* Before the first look the NATs are asked how they are. */
	look_all(sock, all, n, 0, found, 0);
	sleep_ns(APART_NS / 20);
	look_all(sock, all, n, 0, found, machines);
	sleep_ns(APART_NS);
	look_all(sock, all, n, 1, found, 0);
	sleep_ns(APART_NS / 20);
	look_all(sock, all, n, 1, found, machines);
	for (i = 0; i < machines; i++)
		close(found[i].sock);
}

int net_explain(struct net_words *words)
{
	json_t *o, *list = json_array();
	unsigned int n = 1, i;
	struct looked *all;
	int sock;

	net_words_check(words, 0, 1);
	sock = net_open();
	if (words->argc) {
		all = ports_alloc(1);
		all[0].port = net_port(sock, words->argv[0]);
	} else {
		all = ports_find(sock, &n);
	}
	look_twice(sock, all, n);
	close(sock);
	if (words->argc && all[0].gone && !*all[0].look[0].who)
		die("%s", ctl_status_text(CTL_NO_PORT));
	for (i = 0; i < n; i++)
		json_array_append_new(list, look_tell(&all[i], words->json));
	free(all);
	if (words->json) {
		o = json_pack("{s:o}", "ports", list);
		net_print(o);
		json_decref(o);
		return 0;
	}
	if (!n)
		puts("there is no port of a machine");
	json_decref(list);
	return 0;
}
