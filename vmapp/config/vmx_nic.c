/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_nic.c - ethernet0 to ethernet3 of a .vmx file: see vmx_parts.h. */
#include "vmapp/config/vmx_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vmapp/config/forward.h"
#include "vmnet/client/client.h"

bool nic_present(struct vmx *v, const struct setting *s)
{
	return vmx_want(vmx_bool(s->value, &v->nic[s->n].present), v, s,
			"use TRUE or FALSE");
}

/* nic_network_bad() - of these settings each says what it can: what they say
 * together is not looked at then. Return: false. */
static bool nic_network_bad(struct vmx *v, const struct setting *s,
			    const char *want)
{
	v->nic[s->n].network_bad = true;
	return vmx_bad(v, s->key, s->value, want);
}

/* nic_kind() - .connectionType: what there is of it here. */
bool nic_kind(struct vmx *v, const struct setting *s)
{
	struct vmx_nic *nic = &v->nic[s->n];

	nic->custom = !strcasecmp(s->value, "custom");
	if (nic->custom)
		return true;
	if (!strcasecmp(s->value, "nat"))
		strcpy(nic->kind, "nat");
	else if (!strcasecmp(s->value, "hostonly"))
		strcpy(nic->kind, "hostonly");
	else if (!strcasecmp(s->value, "bridged"))
		strcpy(nic->kind, "bridged");
	else
		return nic_network_bad(v, s,
				       "use nat, hostonly or bridged, or "
				       "custom with .vnet");
	return true;
}

/* nic_vnet() - .vnet: "VMnet3" or "/dev/vmnet3", as VMware writes it; or an
 * interface to bridge, "eth0": with VMware that is said elsewhere. */
bool nic_vnet(struct vmx *v, const struct setting *s)
{
	struct vmx_nic *nic = &v->nic[s->n];
	const char *name = s->value;
	unsigned int number;
	size_t i;

	nic->iface = proto_iface_ok(name) && !strchr(name, ',') &&
		     strncasecmp(name, "vmnet", 5);
	if (nic->iface) {
		strcpy(nic->vnet, name);
		return true;
	}
	if (!strncmp(name, "/dev/", 5))
		name += 5;
	for (i = 0; name[i] && i < sizeof(nic->vnet) - 1; i++)
		nic->vnet[i] = (char)tolower((unsigned char)name[i]);
	nic->vnet[i] = '\0';
	return (!name[i] && !strncmp(nic->vnet, "vmnet", 5) &&
		decode_network(nic->vnet, i + 1, &number) == VMNET_OK) ||
	       nic_network_bad(v, s, "use vmnet1 to vmnet254");
}

bool nic_device(struct vmx *v, const struct setting *s)
{
	/* "flexible" is a vlance until the guest asks for another one. */
	return vmx_want(!strcasecmp(s->value, "vlance") ||
				!strcasecmp(s->value, "flexible"),
			v, s,
			"the only card is vlance, which needs a driver for "
			"AMD's PCnet in the guest");
}

static bool nic_mac(struct vmx *v, const struct setting *s, char where[20])
{
	uint8_t mac[6];

	snprintf(where, 20, "%s", s->value);
	return vmx_want(!strcmp(where, s->value) && options_mac(s->value, mac),
			v, s, "write for example 00:50:56:01:02:03");
}

bool nic_address(struct vmx *v, const struct setting *s)
{
	return nic_mac(v, s, v->nic[s->n].mac);
}

bool nic_generated(struct vmx *v, const struct setting *s)
{
	return nic_mac(v, s, v->nic[s->n].generated);
}

bool nic_address_type(struct vmx *v, const struct setting *s)
{
	v->nic[s->n].static_mac = !strcasecmp(s->value, "static");
	return true;
}

bool nic_forged(struct vmx *v, const struct setting *s)
{
	bool refused = false, ok = vmx_bool(s->value, &refused);

	v->nic[s->n].card.any_mac = ok && !refused;
	return vmx_want(ok, v, s, "use TRUE or FALSE");
}

/* nic_loopback() and others - --net's words that a NAT's card may have. */
bool nic_loopback(struct vmx *v, const struct setting *s)
{
	return vmx_want(vmx_bool(s->value,
				 &v->nic[s->n].card.wishes.host_loopback),
			v, s, "use TRUE or FALSE");
}

bool nic_forward(struct vmx *v, const struct setting *s)
{
	char error[CONFIG_ERROR_SIZE];
	struct vmnet_forward f;

	if (!forward_parse(s->value, &f, error))
		return vmx_bad(v, s->key, s->value,
			       "write for example tcp:2222:22, with ports of "
			       "1 to 65535");
	return vmx_want(forward_add(&v->nic[s->n].card, &f, error), v, s,
			error);
}

/* nic_name() - copy a file's. @to: of @room bytes */
static bool nic_name(struct vmx *v, const struct setting *s, const char *name,
		     char *to, size_t room)
{
	if (strlen(name) >= room)
		return vmx_bad(v, s->key, s->value, "the name is too long");
	strcpy(to, name);
	return true;
}

bool nic_tftp(struct vmx *v, const struct setting *s)
{
	char *to = v->nic[s->n].card.tftp;
	const char *path;

	return vmx_keep_file(v, &path, s->key, s->value) &&
	       nic_name(v, s, path, to, sizeof(v->nic->card.tftp));
}

bool nic_pcap(struct vmx *v, const struct setting *s)
{
	char *to = v->nic[s->n].card.pcap;
	const char *path;

	return !*s->value ||
	       (vmx_keep_file(v, &path, s->key, s->value) &&
		nic_name(v, s, path, to, sizeof(v->nic->card.pcap)));
}

bool nic_bootfile(struct vmx *v, const struct setting *s)
{
	struct vmnet_wishes *w = &v->nic[s->n].card.wishes;

	return nic_name(v, s, s->value, w->bootfile, sizeof(w->bootfile));
}

/* link_word() - a condition of the way that the key's rx or tx says: what the
 * guest receives is what goes out of VMNet. */
static bool link_word(struct vmx *v, const struct setting *s, const char *word,
		      const char *value)
{
	const char *dot = strchr(s->key, '.');
	bool rx = dot && tolower((unsigned char)dot[1]) == 'r';
	char text[40], error[CONFIG_ERROR_SIZE];

	snprintf(text, sizeof(text), "%s.%s=%s", rx ? "out" : "in", word,
		 value);
	return vmx_want(options_condition(&v->nic[s->n].card, text, error), v,
			s, error);
}

bool nic_limit(struct vmx *v, const struct setting *s)
{
	char value[20], *end;
	long kbit = strtol(s->value, &end, 10);

	if (*end || end == s->value || kbit < -1 || kbit > 100000000)
		return vmx_bad(v, s->key, s->value,
			       "write kbit/s, up to 100000000, or -1");
	snprintf(value, sizeof(value), "%ldk", kbit < 0 ? 0 : kbit);
	return link_word(v, s, "rate", value);
}

bool nic_loss(struct vmx *v, const struct setting *s)
{
	char value[20], *end;
	long of_1000 = strtol(s->value, &end, 10);

	if (*end || end == s->value || of_1000 < 0 || of_1000 > 1000)
		return vmx_bad(v, s->key, s->value,
			       "write tenths of a percent, 0 to 1000");
	snprintf(value, sizeof(value), "%ld.%ld%%", of_1000 / 10, of_1000 % 10);
	return link_word(v, s, "loss", value);
}

/* nic_conditions() - words of --net, and only those for links. */
bool nic_conditions(struct vmx *v, const struct setting *s)
{
	char copy[256], *word, *rest = copy, error[CONFIG_ERROR_SIZE];

	if (strlen(s->value) >= sizeof(copy))
		return vmx_bad(v, s->key, s->value, "write less");
	strcpy(copy, s->value);
	while (*s->value && (word = strsep(&rest, ",")))
		if (!options_condition(&v->nic[s->n].card, word, error))
			return vmx_bad(v, s->key, s->value,
				       "write for example delay=20ms,rate=10M");
	return true;
}

bool nic_connected(struct vmx *v, const struct setting *s)
{
	bool on = true, ok = vmx_bool(s->value, &on);

	v->nic[s->n].card.cable_out = ok && !on;
	return vmx_want(ok, v, s, "use TRUE or FALSE");
}

/* ---- a card's lines together -------------------------------------------- */

static bool nic_bridged(const struct vmx_nic *nic)
{
	return !nic->custom && !strcmp(nic->kind, "bridged");
}

/* check_vnet() - does .vnet, if it counts, agree with .connectionType? */
static bool check_vnet(struct vmx *v, const char *device,
		       const struct vmx_nic *nic)
{
	const struct vmx_line *type = vmx_said(v, device, "connectionType");
	const struct vmx_line *vnet = vmx_said(v, device, "vnet");
	bool bridged = nic_bridged(nic);

	if (nic->network_bad)
		return false;
	if (!vnet && nic->custom)
		return vmx_bad_line(v, type,
				    "it needs .vnet to name the network");
	/* VMware's bridged network is VMnet0. */
	if (vnet && bridged && !nic->iface && strcmp(nic->vnet, "vmnet0"))
		return vmx_bad_line(v, vnet,
				    "bridged wants the host's interface "
				    "there, for example eth0");
	if (nic->iface && (nic->custom || !type))
		return vmx_bad_line(v, vnet,
				    "use vmnet1 to vmnet254, or "
				    "connectionType = \"bridged\"");
	return true;
}

/* check_nat_only() - on another network: tell all that only a NAT can do. */
static bool check_nat_only(struct vmx *v, const char *device,
			   const struct vmx_nic *nic)
{
	static const char want[] =
		"it is for the network nat only; leave it out";
	const struct vmx_line *l;
	const char *word;
	bool good = true;

	for (l = v->file.lines; l; l = l->next) {
		word = vmx_word_of(l->key, device);
		if (word && (vmx_is_word("forward#", word) ||
			     vmx_is_word("tftp", word)))
			good = vmx_bad_line(v, l, want);
	}
	l = vmx_said(v, device, "hostLoopback");
	if (nic->card.wishes.host_loopback)
		good = vmx_bad_line(v, l, want);
	return good;
}

/* check_bootfile() - is there a folder that it is in? */
static bool check_bootfile(struct vmx *v, const char *device,
			   const struct vmx_nic *nic)
{
	const struct vmx_line *l = vmx_said(v, device, "bootfile");

	return !*nic->card.wishes.bootfile || vmx_said(v, device, "tftp") ||
	       vmx_bad_line(v, l, "it needs .tftp, the folder");
}

/* nic_network() - its name, as --net has it. */
static void nic_network(const struct vmx_nic *nic, char *text, size_t size)
{
	const char *network = nic->custom ? nic->vnet : nic->kind;
	bool wire = nic_bridged(nic) && nic->iface;

	if (!*network)
		network = *nic->vnet ? nic->vnet : "nat";
	snprintf(text, size, "%s%s%s", network, wire ? "=" : "",
		 wire ? nic->vnet : "");
}

/* plug_nic() - a card that is present. All that is wrong with it is told. */
static void plug_nic(struct vmx *v, const char *device, struct vmx_nic *nic)
{
	struct nic_config *card = &nic->card;
	const char *mac = nic->generated;
	bool good = check_vnet(v, device, nic);

	good &= check_bootfile(v, device, nic);
	nic_network(nic, card->network, sizeof(card->network));
	/* Of vmnetN the file of networks says what it is: networks.h. */
	if (!nic->network_bad &&
	    (nic_bridged(nic) || !strcmp(card->network, "hostonly")))
		good &= check_nat_only(v, device, nic);
	if (nic->static_mac || !*mac)
		mac = *nic->mac ? nic->mac : mac;
	card->mac_given = *mac && options_mac(mac, card->mac);
	if (good)
		v->config->nic[v->config->nic_count++] = *card;
}

void vmx_plug_nics(struct vmx *v)
{
	char device[16];
	unsigned int i;

	/* None but what the file names: the default's is not the file's. */
	v->config->nic_count = 0;
	for (i = 0; i < CONFIG_NICS; i++) {
		snprintf(device, sizeof(device), "ethernet%u", i);
		if (v->nic[i].present)
			plug_nic(v, device, &v->nic[i]);
	}
}
