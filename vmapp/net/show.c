/* SPDX-License-Identifier: BSD-2-Clause */
/* show.c - `hostel net list` and `hostel net stats`: see verbs.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/net/verbs.h"
#include "vmnet/client/networks.h"

/* ---- list -------------------------------------------------------------- */

static long long sum_drops(const json_t *o)
{
	json_t *drops = json_object_get(o, "drops"), *value;
	long long sum = 0;
	const char *key;

	json_object_foreach(drops, key, value)
		sum += (long long)json_integer_value(value);
	return sum;
}

static void list_port(const json_t *p)
{
	const json_t *link = json_object_get(p, "link");
	const char *state = json_is_boolean(link) ?
				    (json_is_true(link) ? "up" : "down") :
				    "-";

	printf("  %-5lld %-24s %-17s %-4s %10lld %10lld %8lld\n",
	       net_number(p, "port"), net_whose(p), net_text(p, "mac"), state,
	       net_number(p, "frames_in"), net_number(p, "frames_out"),
	       sum_drops(p));
}

static void list_network(const json_t *n)
{
	const json_t *ports = json_object_get(n, "ports");
	const char *state = ", link down";
	size_t i;

	if (json_is_true(json_object_get(n, "unused")))
		state = ", nobody is there";
	else if (json_is_true(json_object_get(n, "link")))
		state = "";
	printf("%s  %s%s\n", net_text(n, "name"), net_text(n, "kind"), state);
	if (net_iface_apart(proto_iface(net_text(n, "name"))))
		puts("  " NET_APART);
	if (json_array_size(ports))
		printf("  %-5s %-24s %-17s %-4s %10s %10s %8s\n", "PORT", "WHO",
		       "ADDRESS", "LINK", "SENT", "RECEIVED", "LOST");
	for (i = 0; i < json_array_size(ports); i++)
		list_port(json_array_get(ports, i));
}

/* is_listed() - is a network of that name among @networks? */
static bool is_listed(const json_t *networks, const char *name)
{
	size_t i;

	for (i = 0; i < json_array_size(networks); i++)
		if (!strcmp(net_text(json_array_get(networks, i), "name"),
			    name))
			return true;
	return false;
}

/* add_unused() - add the networks of the file that are not in use. */
static void add_unused(json_t *networks)
{
	static struct networking n;
	char why[256], name[VMNET_NAME_MAX];
	const struct network *net;
	unsigned int i;

	if (!networks_read(&n, why, sizeof(why)))
		return;		/* what is wrong has been told */
	for (i = 0; i < NETWORKS; i++) {
		net = &n.net[i];
		if (!net->given)
			continue;
		if (net->kind == NET_BRIDGED)
			snprintf(name, sizeof(name), VMNET_BRIDGED "%s",
				 net->iface);
		else
			snprintf(name, sizeof(name), "vmnet%u", i);
		if (!is_listed(networks, name))
			json_array_append_new(
				networks,
				json_pack("{s:s,s:s,s:b,s:[]}", "name", name,
					  "kind", net_kind_names[net->kind],
					  "unused", 1, "ports"));
	}
}

/* ask_list() - the networks in use: none where VMNet does not run. Return: the
 * answer, the caller's. */
static json_t *ask_list(void)
{
	const struct vmnet_ctl_ask ask = { .verb = CTL_LIST };
	char why[256];
	int sock = vmnet_ctl_open(why, sizeof(why));
	json_t *answer;

	if (sock == -ENOENT) {
		log_info("%s", why);
		return json_pack("{s:[]}", "networks");
	}
	if (sock < 0)
		die("%s", why);
	answer = net_ask(sock, &ask);
	close(sock);
	return answer;
}

int net_list(struct net_words *words)
{
	json_t *answer, *networks;
	size_t i;

	net_words_check(words, 0, 0);
	answer = ask_list();
	networks = json_object_get(answer, "networks");
	add_unused(networks);
	if (words->json)
		net_print(answer);
	else
		for (i = 0; i < json_array_size(networks); i++)
			list_network(json_array_get(networks, i));
	json_decref(answer);
	return 0;
}

/* ---- stats ------------------------------------------------------------- */

/* stats_hops() - print a line for each hop, and more for frames that were lost.
 * Return: do all sums hold? */
static bool stats_hops(const json_t *o)
{
	const json_t *hops = json_object_get(o, "hops"), *h;
	bool good = true, holds;
	json_t *value;
	const char *key;
	size_t i;

	for (i = 0; i < json_array_size(hops); i++) {
		h = json_array_get(hops, i);
		holds = json_is_true(json_object_get(h, "holds"));
		printf("    %-18s %12lld in %12lld out %6lld wait %8lld lost"
		       "%s\n",
		       net_text(h, "hop"), net_number(h, "in"),
		       net_number(h, "out"), net_number(h, "queued"),
		       sum_drops(h), holds ? "" : "  DOES NOT ADD UP");
		json_object_foreach(json_object_get(h, "drops"), key, value)
			printf("    %18s %12lld %.40s\n", "",
			       (long long)json_integer_value(value), key);
		good &= holds;
	}
	return good;
}

static bool stats_network(const json_t *n)
{
	const json_t *ports = json_object_get(n, "ports"), *p;
	bool good;
	size_t i;

	printf("%s\n", net_text(n, "name"));
	good = stats_hops(n);
	for (i = 0; i < json_array_size(ports); i++) {
		p = json_array_get(ports, i);
		printf("  port %lld  %s\n", net_number(p, "port"),
		       net_whose(p));
		good &= stats_hops(p);
	}
	return good;
}

int net_stats(struct net_words *words)
{
	struct vmnet_ctl_ask ask = { .verb = CTL_STATS };
	const json_t *networks;
	json_t *answer;
	size_t i;
	int sock;
	bool good;

	net_words_check(words, 0, 1);
	sock = net_open();
	if (words->argc)
		ask.args.stats.port = net_port(sock, words->argv[0]);
	answer = net_ask(sock, &ask);
	close(sock);
	networks = json_object_get(answer, "networks");
	good = json_is_true(json_object_get(answer, "holds"));
	if (words->json)
		net_print(answer);
	else
		for (i = 0; i < json_array_size(networks); i++)
			good &= stats_network(json_array_get(networks, i));
	json_decref(answer);
	if (!good)
		log_error("a sum does not hold: frames were lost or made "
			  "without a reason that has a name; this is a fault "
			  "of Hostel's, please report it");
	return good ? 0 : EXIT_SUM;
}
