/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * networking_fuzz.c - any bytes as the file of networks: networks that hold
 * what networking.h promises, and a line for each mistake.
 *
 * tests/fuzz: runs 20000
 */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/fuzz/target.h"
#include "vmnet/proto/networking.h"

const char *fuzz_open(void)
{
	return NULL;
}

static const char *const texts[] = {
	"VERSION=1,0\r\nanswer VNET_8_NAT yes\nanswer VNET_8_DHCP no\n"
	"answer VNET_8_HOSTONLY_SUBNET 172.16.8.0\n"
	"answer VNET_8_HOSTONLY_NETMASK 255.255.255.0\n",
	"answer VNET_254_VIRTUAL_ADAPTER yes\n"
	"answer VNET_1_DHCP_CFG_HASH 00\nremove_answer VNET_1_DHCP\n",
	"add_bridge_mapping eth0 0\nremove_bridge_mapping eth0\n"
	"add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 10.0.2.20\n"
	"remove_dhcp_mac_to_ip 8 00:50:56:00:00:0a\n",
	"add_nat_portfwd 8 tcp 8080 10.0.2.20 80 text\n# no\n\n"
	"remove_nat_portfwd 8 tcp 8080\nadd_nat_prefix 8 /24\n",
};

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	if (n >= ARRAY_SIZE(texts))
		return 0;
	return (size_t)snprintf((char *)buf, size, "%s", texts[n]);
}

/* lines_of() - and each is whole. */
static unsigned int lines_of(const char *text)
{
	unsigned int n = 0;

	for (; *text; text = strchr(text, '\n') + 1, n++)
		ASSERT(!strncmp(text, "line ", 5) && strchr(text, '\n'));
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char errors[NETWORKING_ERRORS];
	static struct networking n;
	unsigned int i, mistakes;

	mistakes = networking_parse(&n, (const char *)data, size, errors);
	ASSERT(strlen(errors) < NETWORKING_ERRORS);
	ASSERT(lines_of(errors) <= mistakes);
	ASSERT(!mistakes == !*errors);
	ASSERT(n.fixed_count <= NETWORKING_FIXED &&
	       n.forward_count <= NETWORKING_FORWARDS);
	for (i = 0; i < NETWORKS; i++) {
		ASSERT(n.net[i].kind <= NET_BRIDGED &&
		       !(n.net[i].subnet & 0xff));
		ASSERT(memchr(n.net[i].iface, '\0', VMNET_IFACE_MAX));
		ASSERT(!*n.net[i].iface || n.net[i].kind == NET_BRIDGED);
	}
	for (i = 0; i < n.fixed_count; i++)
		ASSERT(n.fixed[i].host > 3 && n.fixed[i].host < 254 &&
		       n.fixed[i].network < NETWORKS);
	for (i = 0; i < n.forward_count; i++)
		ASSERT(n.forward[i].to.port && n.forward[i].to.guest_port &&
		       n.forward[i].network < NETWORKS);
	return 0;
}
