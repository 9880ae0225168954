/* SPDX-License-Identifier: BSD-2-Clause */
/* networks.c - `hostel net show`, `create`, `delete`, `reserve`, `release`: see
 * verbs.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include "base/log.h"
#include "vmapp/config/options.h"
#include "vmapp/net/file.h"
#include "vmapp/net/verbs.h"
#include "vmnet/client/networks.h"

#define NET_ADDRESS "%u.%u.%u.%u"
#define ADDRESS(a) (a) >> 24, (a) >> 16 & 255, (a) >> 8 & 255, (a) & 255

/* number_of() - "vmnet8". Return: 8; dies if it is none. */
static unsigned int number_of(const struct net_words *words, const char *name)
{
	unsigned int number;

	if (strncmp(name, "vmnet", 5) != 0 ||
	    decode_network(name, strlen(name) + 1, &number) != VMNET_OK)
		die_usage("%s: '%.32s' is no network; use vmnet0 to vmnet254",
			  words->verb, name);
	return number;
}

/* ---- show -------------------------------------------------------------- */

static json_t *address_json(uint32_t a)
{
	char text[16];

	snprintf(text, sizeof(text), NET_ADDRESS, ADDRESS(a));
	return json_string(text);
}

/* fixed_json() - the addresses that are reserved on network @i. */
static json_t *fixed_json(const struct networking *n, unsigned int i)
{
	json_t *all = json_array(), *o;
	const struct network_fixed *f;
	char mac[18];

	for (f = n->fixed; f < n->fixed + n->fixed_count; f++) {
		if (f->network != i)
			continue;
		snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x",
			 f->mac[0], f->mac[1], f->mac[2], f->mac[3], f->mac[4],
			 f->mac[5]);
		o = json_pack("{s:s}", "mac", mac);
		json_object_set_new(o, "address",
				    address_json(n->net[i].subnet + f->host));
		json_array_append_new(all, o);
	}
	return all;
}

/* forwards_json() - the host's ports that lead to network @i. */
static json_t *forwards_json(const struct networking *n, unsigned int i)
{
	json_t *all = json_array(), *o;
	const struct network_forward *f;

	for (f = n->forward; f < n->forward + n->forward_count; f++) {
		if (f->network != i)
			continue;
		o = json_pack("{s:s,s:i,s:i}", "protocol",
			      f->to.proto == FORWARD_TCP ? "tcp" : "udp",
			      "port", (int)f->to.port, "guest_port",
			      (int)f->to.guest_port);
		json_object_set_new(o, "address",
				    address_json(n->net[i].subnet + f->host));
		json_array_append_new(all, o);
	}
	return all;
}

/* adapter_there() - does the host have a place on network @i now? Somebody else
 * may have made the device. */
static bool adapter_there(const struct networking *n, unsigned int i)
{
	char name[16];

	snprintf(name, sizeof(name), "vmnet%u", i);
	return n->net[i].kind == NET_HOSTONLY && n->net[i].adapter &&
	       if_nametoindex(name);
}

static json_t *network_json(const struct networking *n, unsigned int i)
{
	const struct network *net = &n->net[i];
	char name[16];
	json_t *o;

	snprintf(name, sizeof(name), "vmnet%u", i);
	o = json_pack("{s:s,s:s,s:b}", "name", name, "kind",
		      net_kind_names[net->kind], "given", net->given);
	if (*net->iface)
		json_object_set_new(o, "interface", json_string(net->iface));
	if (net->kind != NET_NAT && net->kind != NET_HOSTONLY)
		return o;
	json_object_set_new(o, "subnet", address_json(net->subnet));
	json_object_set_new(o, "dhcp", json_boolean(net->dhcp));
	if (adapter_there(n, i))
		json_object_set_new(o, "host",
				    address_json(net->subnet + ADAPTER_HOST));
	json_object_set_new(o, "reserved", fixed_json(n, i));
	json_object_set_new(o, "forwards", forwards_json(n, i));
	return o;
}

static void show_network(const json_t *o)
{
	const json_t *fixed = json_object_get(o, "reserved"), *f;
	const json_t *forwards = json_object_get(o, "forwards");
	size_t i;

	printf("%-9s %-9s", net_text(o, "name"), net_text(o, "kind"));
	if (json_object_get(o, "interface"))
		printf(" %s", net_text(o, "interface"));
	if (json_object_get(o, "subnet"))
		printf(" %s/24%s", net_text(o, "subnet"),
		       json_is_true(json_object_get(o, "dhcp")) ? "" :
								  ", no DHCP");
	if (json_object_get(o, "host"))
		printf(", the host is %s", net_text(o, "host"));
	putchar('\n');
	for (i = 0; i < json_array_size(fixed); i++) {
		f = json_array_get(fixed, i);
		printf("    %s is kept for %s\n", net_text(f, "address"),
		       net_text(f, "mac"));
	}
	for (i = 0; i < json_array_size(forwards); i++) {
		f = json_array_get(forwards, i);
		printf("    %s port %lld leads to %s port %lld\n",
		       net_text(f, "protocol"), net_number(f, "port"),
		       net_text(f, "address"), net_number(f, "guest_port"));
	}
}

int net_show(struct net_words *words)
{
	json_t *all = json_array(), *o;
	static struct networking n;
	unsigned int i, only = NETWORKS;
	char why[256];
	size_t k;

	net_words_check(words, 0, 1);
	if (words->argc)
		only = number_of(words, words->argv[0]);
	if (!networks_read(&n, why, sizeof(why)))
		die_usage("%s", why);
	for (i = 0; i < NETWORKS; i++)
		if (i == only || (only == NETWORKS &&
				  (n.net[i].given || i == BRIDGED_NUMBER ||
				   i == HOSTONLY_NUMBER || i == NAT_NUMBER)))
			json_array_append_new(all, network_json(&n, i));
	if (words->json) {
		o = json_pack("{s:o}", "networks", all);
		net_print(o);
		json_decref(o);
		return 0;
	}
	for (k = 0; k < json_array_size(all); k++)
		show_network(json_array_get(all, k));
	json_decref(all);
	return 0;
}

/* ---- create, delete ---------------------------------------------------- */

/* is_of() - is @word N? */
static bool is_of(const char *word, unsigned int number)
{
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	return *word >= '0' && *word <= '9' && !*end && n == number;
}

/* says_what() - does the line say what network @arg is? */
static bool says_what(const struct file_line *l, const void *arg)
{
	unsigned int number = *(const unsigned int *)arg;
	char begin[16];

	if (!strcmp(l->word[0], "add_bridge_mapping"))
		return is_of(l->word[2], number);
	snprintf(begin, sizeof(begin), "VNET_%u_", number);
	return (!strcmp(l->word[0], "answer") ||
		!strcmp(l->word[0], "remove_answer")) &&
	       !strncmp(l->word[1], begin, strlen(begin));
}

/* speaks_of() - does the line say what network @arg is, or have a reservation
 * or a forward for it? */
static bool speaks_of(const struct file_line *l, const void *arg)
{
	if (says_what(l, arg))
		return true;
	return strcmp(l->word[0], "add_bridge_mapping") != 0 &&
	       (!strncmp(l->word[0], "add_", 4) ||
		!strncmp(l->word[0], "remove_", 7)) &&
	       is_of(l->word[1], *(const unsigned int *)arg);
}

/* What a network that is made is to be. */
struct wanted {
	unsigned int number;
	bool nat, hostonly, private, no_dhcp;
	const char *iface, *subnet;
};

static void wanted_read(struct net_words *words, struct wanted *w)
{
	unsigned int kinds;

	*w = (struct wanted){
		.nat = net_flag(words, "--nat"),
		.hostonly = net_flag(words, "--hostonly"),
		.private = net_flag(words, "--private"),
		.no_dhcp = net_flag(words, "--no-dhcp"),
		.iface = net_value(words, "--bridged"),
		.subnet = net_value(words, "--subnet"),
	};
	net_words_check(words, 1, 1);
	w->number = number_of(words, words->argv[0]);
	kinds = w->nat + w->hostonly + w->private + !!w->iface;
	if (kinds != 1)
		die_usage("create: say one of --nat, --hostonly, --private and "
			  "--bridged=INTERFACE");
	if (w->number == BRIDGED_NUMBER && !w->iface)
		die_usage("create: vmnet0 is always bridged; use another "
			  "number");
	if ((w->subnet || w->no_dhcp) && !w->nat && !w->hostonly)
		die_usage("create: --subnet and --no-dhcp are for --nat and "
			  "--hostonly");
	if (w->subnet && strlen(w->subnet) > 15)
		die_usage("create: '%.32s' is no subnet", w->subnet);
	if (w->iface && !proto_iface_ok(w->iface))
		die_usage("create: '%.32s' is no interface's name", w->iface);
}

int net_create(struct net_words *words)
{
	char add[1024], subnet[16];
	struct wanted w;
	unsigned int i;
	uint32_t a;

	wanted_read(words, &w);
	i = w.number;
	a = networking_subnet(i);
	snprintf(subnet, sizeof(subnet), NET_ADDRESS, ADDRESS(a));
	if (w.iface)
		snprintf(add, sizeof(add), "add_bridge_mapping %s %u\n",
			 w.iface, i);
	else
		snprintf(add, sizeof(add),
			 "answer VNET_%u_DHCP %s\n"
			 "answer VNET_%u_HOSTONLY_NETMASK 255.255.255.0\n"
			 "answer VNET_%u_HOSTONLY_SUBNET %s\n"
			 "answer VNET_%u_NAT %s\n"
			 "answer VNET_%u_VIRTUAL_ADAPTER %s\n",
			 i, w.private || w.no_dhcp ? "no" : "yes", i, i,
			 w.subnet ? w.subnet : subnet, i, w.nat ? "yes" : "no",
			 i, w.private ? "no" : "yes");
	file_change(words->argv[0], says_what, &i, add);
	return 0;
}

int net_delete(struct net_words *words)
{
	unsigned int number;

	net_words_check(words, 1, 1);
	number = number_of(words, words->argv[0]);
	file_change(words->argv[0], speaks_of, &number, "");
	return 0;
}

/* ---- reserve, release -------------------------------------------------- */

/* A card on a network. */
struct card {
	unsigned int number;
	uint8_t mac[6];
};

/* keeps_for() - does the line reserve an address for the card @arg? */
static bool keeps_for(const struct file_line *l, const void *arg)
{
	const struct card *card = arg;
	uint8_t mac[6];

	return !strcmp(l->word[0], "add_dhcp_mac_to_ip") &&
	       is_of(l->word[1], card->number) &&
	       options_mac(l->word[2], mac) && !memcmp(mac, card->mac, 6);
}

static void read_card(const struct net_words *words, struct card *card)
{
	card->number = number_of(words, words->argv[0]);
	if (!options_mac(words->argv[1], card->mac))
		die_usage("%s: '%.32s' is no card's address", words->verb,
			  words->argv[1]);
}

int net_reserve(struct net_words *words)
{
	struct card card;
	char add[256];

	net_words_check(words, 3, 3);
	read_card(words, &card);
	snprintf(add, sizeof(add),
		 "add_dhcp_mac_to_ip %u %02x:%02x:%02x:%02x:%02x:%02x %.40s\n",
		 card.number, card.mac[0], card.mac[1], card.mac[2],
		 card.mac[3], card.mac[4], card.mac[5], words->argv[2]);
	file_change(words->argv[0], keeps_for, &card, add);
	return 0;
}

int net_release(struct net_words *words)
{
	struct card card;

	net_words_check(words, 2, 2);
	read_card(words, &card);
	file_change(words->argv[0], keeps_for, &card, "");
	return 0;
}
