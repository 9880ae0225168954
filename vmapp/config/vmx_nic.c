/* SPDX-License-Identifier: BSD-2-Clause */
/* vmx_nic.c - ethernet0 to ethernet3 of a .vmx file: see vmx_parts.h. */
#include "vmapp/config/vmx_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vmnet/client/client.h"

bool nic_present(struct vmx *v, const struct setting *s)
{
	return vmx_want(vmx_bool(s->value, &v->nic[s->n].present), v, s,
			"use TRUE or FALSE");
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
		strcpy(nic->kind, VMNET_BRIDGED);
	else
		return vmx_bad(v, s->key, s->value,
			       "use nat or hostonly, or "
			       "bridged or custom with .vnet");
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
	return vmx_want(!name[i] && !strncmp(nic->vnet, "vmnet", 5) &&
				decode_network(nic->vnet, i + 1, &number) ==
					VMNET_OK,
			v, s, "use vmnet1 to vmnet254");
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

	v->nic[s->n].any_mac = ok && !refused;
	return vmx_want(ok, v, s, "use TRUE or FALSE");
}

/* nic_loopback() and others - --net's words that a NAT's card may have. */
bool nic_loopback(struct vmx *v, const struct setting *s)
{
	return vmx_want(vmx_bool(s->value, &v->nic[s->n].host_loopback), v, s,
			"use TRUE or FALSE");
}

/* nic_word() - one that --net has, too; @bad: what to write instead */
static bool nic_word(struct vmx *v, const struct setting *s, const char *word,
		     const char *value, const char *bad)
{
	struct vmx_nic *nic = &v->nic[s->n];
	size_t n = strlen(nic->words);

	if (strchr(value, ',') ||
	    n + strlen(word) + strlen(value) + 3 >= sizeof(nic->words))
		return vmx_bad(v, s->key, s->value, bad);
	snprintf(nic->words + n, sizeof(nic->words) - n, ",%s=%s", word, value);
	return true;
}

bool nic_forward(struct vmx *v, const struct setting *s)
{
	return nic_word(v, s, "forward", s->value,
			"write for example tcp:2222:22");
}

bool nic_tftp(struct vmx *v, const struct setting *s)
{
	const char *path;

	return vmx_keep_file(v, &path, s->key, s->value) &&
	       nic_word(v, s, "tftp", path,
			"name a folder, with no comma in it");
}

bool nic_pcap(struct vmx *v, const struct setting *s)
{
	const char *path;

	return !*s->value || (vmx_keep_file(v, &path, s->key, s->value) &&
			      nic_word(v, s, "pcap", path,
				       "name a file, with no comma in it"));
}

bool nic_bootfile(struct vmx *v, const struct setting *s)
{
	return !*s->value || nic_word(v, s, "bootfile", s->value,
				      "name a file, with no comma in it");
}

/* link_word() - add a condition of the way that the key's rx or tx says: what
 * the guest receives is what goes out of VMNet. */
static bool link_word(struct vmx *v, const struct setting *s, const char *word,
		      const char *value)
{
	const char *dot = strchr(s->key, '.');
	bool rx = dot && tolower((unsigned char)dot[1]) == 'r';
	char name[20];

	snprintf(name, sizeof(name), "%s.%s", rx ? "out" : "in", word);
	return nic_word(v, s, name, value, "write a number");
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
	struct vmx_nic *nic = &v->nic[s->n];
	struct nic_config scrap = { .network = "" };
	char copy[256], *word, *rest = copy, error[CONFIG_ERROR_SIZE];
	size_t n = strlen(nic->words), len = strlen(s->value);

	if (len >= sizeof(copy) || n + len + 2 >= sizeof(nic->words))
		return vmx_bad(v, s->key, s->value, "write less");
	strcpy(copy, s->value);
	while (len && (word = strsep(&rest, ",")))
		if (!options_condition(&scrap, word, error))
			return vmx_bad(v, s->key, s->value,
				       "write for example delay=20ms,rate=10M");
	if (len)
		sprintf(nic->words + n, ",%s", s->value);
	return true;
}

bool nic_connected(struct vmx *v, const struct setting *s)
{
	bool on = true, ok = vmx_bool(s->value, &on);

	v->nic[s->n].cable_out = ok && !on;
	return vmx_want(ok, v, s, "use TRUE or FALSE");
}

/* check_vnet() - does .vnet, if it counts, agree with .connectionType? */
static bool check_vnet(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);

	if (nic->custom && !*nic->vnet)
		return vmx_bad(v, "connectionType", "custom",
			       "it needs .vnet to "
			       "name the network");
	if (bridged && !nic->iface)
		return vmx_bad(v, "connectionType", "bridged",
			       "it needs .vnet to "
			       "name the host's interface, for example eth0");
	if (nic->iface && (nic->custom || !*nic->kind))
		return vmx_bad(v, "vnet", nic->vnet,
			       "use vmnet1 to vmnet254, or "
			       "connectionType = \"bridged\"");
	return true;
}

/* plug_nic() - turn a card that is present into --net's form. */
static bool plug_nic(struct vmx *v, const struct vmx_nic *nic)
{
	bool bridged = !nic->custom && !strcmp(nic->kind, VMNET_BRIDGED);
	const char *network = nic->custom ? nic->vnet : nic->kind;
	const char *mac = nic->generated;
	char text[96 + sizeof(nic->words)], error[CONFIG_ERROR_SIZE];

	if (!*network)
		network = *nic->vnet ? nic->vnet : "nat";
	if (nic->static_mac || !*mac)
		mac = *nic->mac ? nic->mac : mac;
	snprintf(text, sizeof(text), "%s%s%s%s%s%s%s", network,
		 bridged ? nic->vnet : "", *mac ? ",mac=" : "", mac,
		 nic->any_mac ? ",any-mac" : "",
		 nic->host_loopback ? ",host-loopback" : "", nic->words);
	if (!vmx_checked(v, options_net(v->config, text, error), error))
		return false;
	v->config->nic[v->config->nic_count - 1].cable_out = nic->cable_out;
	return true;
}

void vmx_plug_nics(struct vmx *v)
{
	char error[CONFIG_ERROR_SIZE];
	unsigned int i;

	for (i = 0; i < CONFIG_NICS; i++)
		if (v->nic[i].line)
			options_net(v->config, "none", error);
	for (i = 0; i < CONFIG_NICS; i++) {
		v->line = v->nic[i].line;
		if (v->nic[i].present && check_vnet(v, &v->nic[i]))
			plug_nic(v, &v->nic[i]);
	}
	/* So that --net on the command line replaces all of these. */
	v->config->nics_given = false;
}
