/* SPDX-License-Identifier: BSD-2-Clause */
/* networking_test.c - the file that says which networks there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vmnet/proto/networking.h"

static struct networking n;
static char errors[NETWORKING_ERRORS];

static unsigned int parse(const char *text)
{
	return networking_parse(&n, text, strlen(text), errors);
}

static void nothing_is_built_in(void **state)
{
	unsigned int i;

	(void)state;
	assert_int_equal(parse("# none\n\n  \t\nVERSION=1,0\n"), 0);
	assert_int_equal(n.net[0].kind, NET_BRIDGED);
	assert_string_equal(n.net[0].iface, "");
	assert_int_equal(n.net[1].kind, NET_HOSTONLY);
	assert_int_equal(n.net[1].subnet, 0xc0a8d300);
	assert_int_equal(n.net[1].prefix, 24);
	assert_true(n.net[1].dhcp);
	assert_int_equal(n.net[8].kind, NET_NAT);
	assert_int_equal(n.net[8].subnet, 0x0a000200);
	assert_true(n.net[8].dhcp);
	for (i = 2; i < NETWORKS; i++)
		assert_true(i == 8 || n.net[i].kind == NET_PRIVATE);
	assert_int_equal(networking_load(&n, "/nowhere/at/all", errors), 0);
	assert_int_equal(n.net[8].kind, NET_NAT);
	assert_true(networking_load(&n, "/", errors) < 0);
}

/* As VMware's own tools write it. */
static void a_file_of_vmwares(void **state)
{
	static const uint8_t mac[6] = { 0, 0x50, 0x56, 0, 0, 10 };

	(void)state;
	assert_int_equal(
		parse("VERSION=1,0\r\n"
		      "answer VNET_1_DHCP no\n"
		      "answer VNET_1_DHCP_CFG_HASH F1D2D2F924E986AC86FDF7B36C94BCDF\n"
		      "answer VNET_1_HOSTONLY_NETMASK 255.255.255.0\n"
		      "answer VNET_1_HOSTONLY_SUBNET 192.168.44.0\n"
		      "answer VNET_1_VIRTUAL_ADAPTER yes\n"
		      "answer VNET_8_DHCP yes\n"
		      "answer VNET_8_HOSTONLY_NETMASK 255.255.255.0\n"
		      "answer VNET_8_HOSTONLY_SUBNET 172.16.8.0\n"
		      "answer VNET_8_NAT yes\n"
		      "answer VNET_8_VIRTUAL_ADAPTER yes\n"
		      "answer VNET_3_NAT yes\n"
		      "answer VNET_4_VIRTUAL_ADAPTER yes\n"
		      "add_bridge_mapping eth0 0\n"
		      "add_bridge_mapping wlan0 2\n"
		      "add_nat_portfwd 8 tcp 8080 172.16.8.20 80 the web server\n"
		      "add_nat_portfwd 8 udp 5353 172.16.8.20 53\n"
		      "remove_nat_portfwd 8 udp 5353\n"
		      "add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 172.16.8.20\n"
		      "add_nat_prefix 8 /24"),
		0);
	assert_int_equal(n.net[1].kind, NET_HOSTONLY);
	assert_false(n.net[1].dhcp);
	assert_int_equal(n.net[1].subnet, 0xc0a82c00);
	assert_int_equal(n.net[8].kind, NET_NAT);
	assert_int_equal(n.net[8].subnet, 0xac100800);
	assert_int_equal(n.net[3].kind, NET_NAT);
	assert_int_equal(n.net[3].subnet, 0x0a580300);
	assert_true(n.net[3].dhcp);	/* nobody says no */
	assert_int_equal(n.net[4].kind, NET_HOSTONLY);
	assert_string_equal(n.net[0].iface, "eth0");
	assert_int_equal(n.net[2].kind, NET_BRIDGED);
	assert_string_equal(n.net[2].iface, "wlan0");
	assert_int_equal(n.forward_count, 1);
	assert_int_equal(n.forward[0].to.port, 8080);
	assert_int_equal(n.forward[0].to.guest_port, 80);
	assert_int_equal(n.forward[0].to.address[0], 127);
	assert_int_equal(n.forward[0].host, 20);
	assert_int_equal(networking_fixed(&n, 8, mac), 20);
	assert_int_equal(networking_fixed(&n, 7, mac), 0);
	assert_true(networking_kept(&n, 8, 20));
	assert_false(networking_kept(&n, 8, 21));
}

static void later_lines_win(void **state)
{
	(void)state;
	assert_int_equal(
		parse("answer VNET_8_NAT no\n"
		      "answer VNET_8_DHCP no\n"
		      "answer VNET_8_VIRTUAL_ADAPTER no\n"
		      "answer VNET_5_NAT yes\n"
		      "remove_answer VNET_5_NAT\n"
		      "add_bridge_mapping eth0 2\n"
		      "add_bridge_mapping eth0 3\n"
		      "add_bridge_mapping eth1 4\n"
		      "remove_bridge_mapping eth1\n"
		      "add_dhcp_mac_to_ip 1 00:50:56:00:00:0a 192.168.211.9\n"
		      "add_dhcp_mac_to_ip 1 00:50:56:00:00:0a 192.168.211.10\n"
		      "remove_answer VNET_8_HOSTONLY_SUBNET\n"),
		0);
	assert_int_equal(n.net[8].kind, NET_PRIVATE);
	assert_int_equal(n.net[5].kind, NET_PRIVATE);
	assert_int_equal(n.net[2].kind, NET_PRIVATE);
	assert_int_equal(n.net[3].kind, NET_BRIDGED);
	assert_int_equal(n.net[4].kind, NET_PRIVATE);
	assert_int_equal(n.fixed_count, 1);
	assert_int_equal(n.fixed[0].host, 10);
}

static void each_mistake_is_told(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{ "answer VNET_8_NAT", "needs 2 words" },
		{ "answer VNET_8_NAT maybe", "'maybe' is neither yes nor no" },
		{ "answer VNET_8_NOT yes", "no key 'NOT'" },
		{ "answer VNET_255_NAT yes", "'255' is no network's number" },
		{ "answer VNET__NAT yes", "'' is no network's number" },
		{ "answer NAT yes", "'NAT' is not VNET_" },
		{ "answer VNET_8 yes", "'VNET_8' is not VNET_" },
		{ "answer VNET_8_HOSTONLY_SUBNET 10.0.2", "no IPv4 address" },
		{ "answer VNET_8_HOSTONLY_SUBNET 10.0.2.1", "no subnet" },
		{ "answer VNET_8_HOSTONLY_SUBNET 127.0.0.0", "no subnet" },
		{ "answer VNET_8_HOSTONLY_SUBNET 224.0.0.0", "no subnet" },
		{ "answer VNET_8_HOSTONLY_NETMASK 255.0.0.0", "(/16) to" },
		{ "answer VNET_8_HOSTONLY_NETMASK 255.255.0.255", "(/29)" },
		{ "answer VNET_8_HOSTONLY_NETMASK 24", "no netmask" },
		{ "answer VNET_8_HOSTONLY_NETMASK 255.255.0.0",
		  "10.0.2.0/16, which vmnet8 would have, is no subnet: "
		  "10.0.0.0/16 is" },
		{ "add_bridge_mapping a/b 0", "no interface's name" },
		{ "add_bridge_mapping thisnameistoolong 0", "no interface's" },
		{ "add_bridge_mapping eth0 x", "no network's number" },
		{ "add_dhcp_mac_to_ip 8 0:1:2:3:4:5 10.0.2.20", "no card's" },
		{ "add_dhcp_mac_to_ip 8 01:50:56:00:00:0a 10.0.2.20",
		  "no card's" },
		{ "add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 10.0.3.20",
		  "no machine's address on vmnet8" },
		{ "add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 10.0.2.2",
		  "no machine's address" },
		{ "add_dhcp_mac_to_ip 5 00:50:56:00:00:0a 10.88.5.20",
		  "vmnet5 gives no addresses" },
		{ "add_nat_portfwd 8 sctp 80 10.0.2.15 80", "neither tcp" },
		{ "add_nat_portfwd 8 tcp 0 10.0.2.15 80", "no port" },
		{ "add_nat_portfwd 8 tcp 80 10.0.2.15 65536", "no port" },
		{ "add_nat_portfwd 8 tcp 80 10.0.2.1500 80", "no IPv4" },
		{ "add_nat_portfwd 1 tcp 80 192.168.211.15 80",
		  "vmnet1 has no NAT" },
		{ "answer VNET_7_VDE run/vde", "no VDE switch's folder" },
		{ "answer VNET_8_VDE /run/vde", "vmnet8 has a VDE switch and "
						"is nat, which exclude" },
		{ "answer VNET_1_VDE /run/vde", "is hostonly" },
		{ "VERSION=2,0", "is not VERSION=1,0" },
		{ "hello", "'hello' begins no line" },
		{ "answer \x01 yes", "none of plain text" },
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "\n%s\n", rows[i].line);
		if (parse(text) != 1 || !strstr(errors, rows[i].says) ||
		    strncmp(errors, "line 2: ", 8) != 0)
			fail_msg("%s: %s", rows[i].line, errors);
	}
	/* All at once, and what is right counts. */
	assert_int_equal(
		parse("nonsense\nanswer VNET_3_NAT yes\n"
		      "answer VNET_4_NAT yes\nadd_bridge_mapping eth0 4\nmore\n"),
		3);
	assert_string_equal(
		errors,
		"line 1: 'nonsense' begins no line that there is\n"
		"line 5: 'more' begins no line that there is\n"
		"line 4: vmnet4 is bridged to eth0 and has NAT, which exclude "
		"each other\n");
	assert_int_equal(n.net[3].kind, NET_NAT);
}

/* The order of lines does not matter, and what is kept is looked at last. */
static void subnets_of_all_widths(void **state)
{
	static const uint8_t mac[6] = { 0, 0x50, 0x56, 0, 0, 10 };
	unsigned int prefix, mask;
	char text[256];

	(void)state;
	assert_int_equal(
		parse("add_dhcp_mac_to_ip 6 00:50:56:00:00:0a 10.66.200.7\n"
		      "add_nat_portfwd 5 tcp 8080 172.30.5.38 80\n"
		      "answer VNET_5_NAT yes\n"
		      "answer VNET_5_HOSTONLY_NETMASK 255.255.255.240\n"
		      "answer VNET_5_HOSTONLY_SUBNET 172.30.5.32\n"
		      "answer VNET_6_VIRTUAL_ADAPTER yes\n"
		      "answer VNET_6_HOSTONLY_SUBNET 10.66.0.0\n"
		      "answer VNET_6_HOSTONLY_NETMASK 255.255.0.0\n"
		      "answer VNET_8_HOSTONLY_NETMASK 255.255.255.128\n"
		      "remove_answer VNET_8_HOSTONLY_NETMASK\n"),
		0);
	assert_int_equal(n.net[5].prefix, 28);
	assert_int_equal(n.net[5].subnet, 0xac1e0520);
	assert_int_equal(n.forward[0].host, 6);
	assert_int_equal(n.net[6].prefix, 16);
	assert_int_equal(networking_fixed(&n, 6, mac), 200 << 8 | 7);
	assert_true(networking_kept(&n, 6, 200 << 8 | 7));
	assert_int_equal(n.net[8].prefix, 24);
	for (prefix = 8; prefix <= 32; prefix++) {
		mask = ~0u << (32 - prefix);
		snprintf(text, sizeof(text),
			 "answer VNET_5_HOSTONLY_SUBNET 10.0.0.0\n"
			 "answer VNET_5_HOSTONLY_NETMASK %u.%u.%u.%u\n",
			 mask >> 24, mask >> 16 & 255, mask >> 8 & 255,
			 mask & 255);
		assert_int_equal(parse(text), prefix < 16 || prefix > 29);
		assert_int_equal(n.net[5].prefix,
				 prefix < 16 || prefix > 29 ? 24 : prefix);
	}
	assert_int_equal(parse("answer VNET_7_VDE /run/vde/switch\n"
			       "answer VNET_8_VDE /run/vde\n"
			       "remove_answer VNET_8_VDE\n"),
			 0);
	assert_int_equal(n.net[7].kind, NET_VDE);
	assert_string_equal(n.net[7].vde, "/run/vde/switch");
	assert_int_equal(n.net[8].kind, NET_NAT);
	/* What does not fit is told where it became so, and does not count. */
	assert_int_equal(
		parse("answer VNET_5_NAT yes\n"
		      "answer VNET_5_HOSTONLY_NETMASK 255.255.255.248\n"
		      "answer VNET_5_HOSTONLY_SUBNET 172.30.5.4\n"
		      "add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 10.0.2.254\n"
		      "answer VNET_8_HOSTONLY_NETMASK 255.255.255.248\n"),
		2);
	assert_string_equal(
		errors,
		"line 3: 172.30.5.4/29, which vmnet5 would have, is no "
		"subnet: 172.30.5.0/29 is\n"
		"line 4: 10.0.2.254 is no machine's address on vmnet8, whose "
		"subnet is 10.0.2.0/29: those are 10.0.2.4 to 10.0.2.5\n");
	assert_int_equal(n.net[5].subnet, networking_subnet(5));
	assert_int_equal(n.net[5].prefix, 24);
	assert_int_equal(n.fixed_count, 0);
}

static void more_than_there_is_room_for(void **state)
{
	static const char nats[] = "answer VNET_2_NAT yes\n"
				   "answer VNET_3_NAT yes\n";
	size_t size = NETWORKING_SIZE, len = sizeof(nats) - 1;
	char *text = malloc(size);
	unsigned int i;

	(void)state;
	strcpy(text, nats);
	for (i = 0; len < size - 100; i++)
		len += (size_t)snprintf(
			text + len, size - len,
			"add_dhcp_mac_to_ip %u 00:50:56:00:%02x:%02x "
			"10.88.%u.%u\n",
			2 + i / 240, i >> 8, i & 255, 2 + i / 240, 4 + i % 240);
	assert_true(parse(text) > 300);
	assert_int_equal(n.fixed_count, NETWORKING_FIXED);
	assert_true(strlen(errors) < NETWORKING_ERRORS);
	assert_int_equal(errors[strlen(errors) - 1], '\n');
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_built_in),
		cmocka_unit_test(a_file_of_vmwares),
		cmocka_unit_test(later_lines_win),
		cmocka_unit_test(each_mistake_is_told),
		cmocka_unit_test(subnets_of_all_widths),
		cmocka_unit_test(more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
