/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * networks_test.c - networks that `hostel net` makes, with real processes:
 * their subnets, what is kept and forwarded there, who may change them when.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_station.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* ---- a place for the files --------------------------------------------- */

static char place[64];

static int set_up(void **state)
{
	strcpy(place, "/tmp/hostel-files-XXXXXX");
	assert_non_null(mkdtemp(place));
	setenv("XDG_CONFIG_HOME", place, 1);
	setenv("XDG_STATE_HOME", place, 1);
	return daemon_set_up(state);
}

static int tear_down(void **state)
{
	char line[100];

	snprintf(line, sizeof(line), "rm -r %s", place);
	assert_int_equal(system(line), 0);
	return daemon_tear_down(state);
}

/* in_place() - a file there; good until the next call. */
static const char *in_place(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/hostel/%s", place, name);
	return path;
}

static const char *read_place(const char *name)
{
	static char text[8192];
	FILE *f = fopen(in_place(name), "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void write_place(const char *name, const char *text)
{
	char dir[80];
	FILE *f;

	snprintf(dir, sizeof(dir), "%s/hostel", place);
	mkdir(dir, 0700);
	f = fopen(in_place(name), "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* does() - a command that is to work, and says nothing. */
static void does(const char *words)
{
	if (hostel(words) != 0 || *hostel_said)
		fail_msg("%s: %s", words, hostel_said);
}

/* refuses() - one that is not to, with that status and sentence. */
static void refuses(const char *words, int status, const char *says)
{
	int got = hostel(words);

	if (got != status || !strstr(hostel_said, says))
		fail_msg("%s: %d: %s", words, got, hostel_said);
}

/* address_on() - what DHCP gives the card there. 0: nothing. */
static uint32_t address_on(struct station *s)
{
	struct dhcp_said said;

	if (!station_dhcp(s, DHCP_DISCOVER, 0, &said) ||
	    said.type != DHCP_OFFER)
		return 0;
	s->ip = said.yours;
	assert_true(station_dhcp(s, DHCP_REQUEST, said.yours, &said));
	assert_int_equal(said.type, DHCP_ACK);
	return said.yours;
}

/* given() - to a card that comes, asks, and goes. */
static uint32_t given(const char *network, const uint8_t mac[6])
{
	struct station *s = station_new(network, mac, 0);
	uint32_t ip = address_on(s);

	station_free(s);
	return ip;
}

/* daemon_ends() - until it has. */
static void daemon_ends(void)
{
	int i;

	for (i = 0; i < 60 && access(daemon_path("vmnet.lock"), F_OK) == 0; i++)
		usleep(100000);
	assert_int_equal(access(daemon_path("vmnet.lock"), F_OK), -1);
}

/* ---- tests ------------------------------------------------------------- */

static void networks_have_their_subnets(void **state)
{
	struct station *s;
	uint8_t gateway[6];

	(void)state;
	does("net create vmnet5 --nat --subnet 172.30.5.0");
	does("net create vmnet6 --hostonly --subnet=172.30.6.0");
	does("net create vmnet7 --nat --no-dhcp");
	assert_non_null(strstr(read_place("networking"),
			       "answer VNET_5_HOSTONLY_SUBNET 172.30.5.0\n"));
	assert_int_equal(hostel("net show"), 0);
	assert_non_null(strstr(hostel_said, "vmnet5    nat       172.30.5.0/24"
					    "\n"));
	assert_non_null(strstr(hostel_said, "10.88.7.0/24, no DHCP"));
	s = station_new("vmnet5", mac_a, 0);
	/* A card knows what its network is, whatever its number. */
	assert_int_equal(s->net.kind, NET_NAT);
	assert_int_equal(address_on(s), 0xac1e050f);
	assert_true(station_find(s, 0xac1e0502, gateway));
	assert_memory_equal(gateway, "\x52\x55\xac\x1e\x05\x02", 6);
	assert_true(station_find(s, 0xac1e0503, gateway));
	station_free(s);
	assert_int_equal(given("vmnet6", mac_a) >> 8, 0xac1e06);
	assert_int_equal(given("vmnet7", mac_a), 0);
	assert_int_equal(given("nat", mac_a), 0x0a00020f);
	assert_int_equal(given("hostonly", mac_a) >> 8, 0xc0a8d3);
}

/* Other widths than 256 addresses, and what becomes of one card too many. */
static void subnets_of_all_widths(void **state)
{
	struct station *s[3];
	struct dhcp_said said;
	uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x20 };
	unsigned int i;

	(void)state;
	does("net create vmnet5 --nat --subnet 172.30.5.32/29");
	does("net create vmnet6 --hostonly --subnet 10.66.0.0/16");
	does("net create vmnet9 --nat --subnet 172.30.16.0/20");
	does("net reserve vmnet9 00:50:56:00:00:0a 172.30.21.20");
	assert_int_equal(hostel("net show"), 0);
	assert_non_null(strstr(hostel_said, " 172.30.5.32/29\n"));
	assert_non_null(strstr(hostel_said, " 10.66.0.0/16\n"));
	for (i = 0; i < 3; i++, mac[5]++) {
		s[i] = station_new("vmnet5", mac, 0);
		assert_int_equal(address_on(s[i]), 0xac1e0524 + i);
	}
	assert_true(station_dhcp(s[0], DHCP_DISCOVER, 0, &said));
	assert_int_equal(said.mask, 0xfffffff8);
	assert_true(station_find(s[0], 0xac1e0522, mac));
	assert_memory_equal(mac, "\x52\x55\xac\x1e\x05\x22", 6);
	assert_true(station_find(s[0], 0xac1e0523, mac));
	refuses("run --net vmnet5", 69,
		"each address of that network is in use");
	/* The folder of machines' sockets stays, and is not vmnetd's. */
	unlink(daemon_path("machines/lock"));
	rmdir(daemon_path("machines"));
	for (i = 0; i < 3; i++)
		station_free(s[i]);
	s[0] = station_new("vmnet6", mac_a, 0);
	assert_in_range(address_on(s[0]), 0x0a428001, 0x0a42fffd);
	assert_true(station_dhcp(s[0], DHCP_DISCOVER, 0, &said));
	assert_int_equal(said.mask, 0xffff0000);
	station_free(s[0]);
	assert_int_equal(given("vmnet9", mac_a), 0xac1e1514);
	assert_int_equal(given("vmnet9", mac_b), 0xac1e100f);
}

/* Those that the file makes are listed, too, if somebody is there or not. */
static void those_that_nobody_is_on(void **state)
{
	struct station *s, *other;

	(void)state;
	does("net create vmnet5 --nat");
	does("net create vmnet9 --bridged=eth9");
	/* Nor does VMNet run. */
	daemon_ends();
	assert_int_equal(hostel("net list"), 0);
	assert_non_null(strstr(hostel_said, "VMNet does not run"));
	assert_non_null(strstr(hostel_said, "vmnet5  nat, nobody is there\n"));
	assert_non_null(strstr(hostel_said,
			       "bridged=eth9  bridged, nobody is there\n"));
	other = station_new("vmnet77", mac_a, 0);
	assert_int_equal(hostel("net list"), 0);
	assert_non_null(strstr(hostel_said, "vmnet77  private\n"));
	assert_non_null(strstr(hostel_said, "vmnet5  nat, nobody is there\n"));
	assert_non_null(strstr(hostel_said,
			       "bridged=eth9  bridged, nobody is there\n"));
	assert_null(strstr(hostel_said, "vmnet8"));
	s = station_new("vmnet5", mac_b, 0);
	assert_int_equal(hostel("net list"), 0);
	assert_non_null(strstr(hostel_said, "vmnet5  nat\n"));
	assert_int_equal(hostel("net list --json"), 0);
	assert_non_null(strstr(hostel_said, "\"unused\""));
	station_free(s);
	station_free(other);
}

/* Two NAT networks: their machines do not hear of each other. */
static void networks_are_apart(void **state)
{
	struct station *a, *b, *c;
	uint8_t mac[6];

	(void)state;
	does("net create vmnet5 --nat --subnet 10.0.2.0");
	a = station_new("nat", mac_a, 0x0a00020f);
	b = station_new("vmnet5", mac_b, 0x0a00020f);
	c = station_new("vmnet5", mac_a, 0x0a000210);
	assert_int_equal(address_on(a), 0x0a00020f);
	assert_int_equal(address_on(b), 0x0a00020f);
	assert_int_equal(address_on(c), 0x0a000210);
	assert_true(station_find(a, 0x0a000202, mac));
	assert_true(station_find(b, 0x0a000202, mac));
	station_free(a);
	station_free(b);
	station_free(c);
}

static void who_is_there_keeps_its_network(void **state)
{
	struct station *a, *b;
	char before[8192];

	(void)state;
	a = station_new("vmnet5", mac_a, 0);
	refuses("net create vmnet5 --nat", 69, "a machine is on that network");
	assert_int_equal(access(in_place("networking"), F_OK), -1);
	does("net create vmnet6 --nat");	/* live */
	b = station_new("vmnet6", mac_b, 0);
	assert_int_equal(address_on(b), 0x0a58060f);
	strcpy(before, read_place("networking"));
	refuses("net delete vmnet6", 69, "a machine is on that network");
	refuses("net create vmnet6 --private", 69, "is on that network");
	assert_string_equal(before, read_place("networking"));
	station_free(b);
	usleep(200000);
	does("net delete vmnet6");
	b = station_new("vmnet6", mac_b, 0);
	assert_int_equal(address_on(b), 0);
	assert_int_equal(hostel("net list"), 0);
	assert_non_null(strstr(hostel_said, "vmnet6  private"));
	station_free(a);
	station_free(b);
}

static void addresses_stay(void **state)
{
	uint32_t a, b, only;

	(void)state;
	a = given("nat", mac_a);
	b = given("nat", mac_b);
	only = given("hostonly", mac_a);
	assert_int_equal(a, 0x0a00020f);
	assert_int_equal(b, 0x0a000210);
	daemon_ends();
	assert_int_equal(given("nat", mac_b), b);
	assert_int_equal(given("nat", mac_a), a);
	assert_int_equal(given("hostonly", mac_a), only);
	daemon_ends();
	/* What can not be read is passed over. */
	write_place("vmnet-leases", "8 00:50:56:00:00:0a 40\nnonsense\n"
				    "8 01:50:56:00:00:0b 41\n999 x\n"
				    "8 00:50:56:00:00:0b 300\n"
				    "8 00:50:56:00:00:0b");
	assert_int_equal(given("nat", mac_a), 0x0a000228);
	assert_int_equal(given("nat", mac_b), 0x0a00020f);
}

static void addresses_are_kept(void **state)
{
	struct station *a;

	(void)state;
	does("net reserve vmnet8 00:50:56:00:00:0b 10.0.2.15");
	does("net reserve vmnet1 00:50:56:00:00:0b 192.168.211.7");
	assert_int_equal(given("nat", mac_a), 0x0a000210);
	assert_int_equal(given("nat", mac_b), 0x0a00020f);
	assert_int_equal(given("hostonly", mac_b), 0xc0a8d307);
	/* Live: for the next time. */
	a = station_new("nat", mac_a, 0);
	does("net reserve vmnet8 00:50:56:00:00:0b 10.0.2.99");
	does("net release vmnet1 00:50:56:00:00:0b");
	assert_int_equal(given("nat", mac_b), 0x0a000263);
	station_free(a);
	assert_int_equal(hostel("net show vmnet8"), 0);
	assert_non_null(
		strstr(hostel_said, "10.0.2.99 is kept for 00:50:56:00:00:0b"));
	assert_null(strstr(hostel_said, "10.0.2.15"));
	does("net delete vmnet8");
	assert_string_equal(read_place("networking"), "VERSION=1,0\n");
}

/* A card that speaks for machines behind it, of whom the switch knows nothing:
 * what DHCP gives these is given to no card, and what is kept for a card, or
 * one of these, to nobody else. */
static void who_is_behind_a_card_has_an_address_too(void **state)
{
	static const uint8_t front[6] = { 0, 0x50, 0x56, 1, 0, 1 };
	const struct vmnet_plug plug = { .network = "vmnet6", .mac = front,
					 .any_mac = true };
	struct station *s, *last;
	uint32_t had[6];	/* .8 to .13 are given, .10 is kept */
	unsigned int i, k;

	(void)state;
	does("net create vmnet6 --hostonly --subnet=172.30.6.0/28");
	does("net reserve vmnet6 00:50:56:00:00:0b 172.30.6.10");
	s = station_plug(&plug);
	had[0] = 0xac1e060a;
	had[1] = address_on(s);		/* the card's own */
	for (i = 2; i < 5; i++) {
		s->mac[5] = (uint8_t)i;
		had[i] = address_on(s);
		assert_in_range(had[i], 0xac1e0608, 0xac1e060d);
	}
	last = station_new("vmnet6", mac_a, 0);
	had[5] = address_on(last);
	for (i = 0; i < 6; i++)
		for (k = 0; k < i; k++)
			assert_int_not_equal(had[i], had[k]);
	s->mac[5] = 6;
	assert_int_equal(address_on(s), 0);	/* there are no more */
	memcpy(s->mac, mac_b, 6);
	assert_int_equal(address_on(s), had[0]);
	station_free(last);
	station_free(s);
}

/* A card leaves a network that keeps something of it for one that does not. */
static void a_move_leaves_nothing(void **state)
{
	struct station *s, *other;
	enum vmnet_status status;
	uint8_t frame[VMNET_FRAME_MAX];
	pid_t pid;
	int i;

	(void)state;
	does("net create vmnet5 --hostonly --no-dhcp");
	other = station_new("vmnet7", mac_b, 0);
	s = station_new("hostonly", mac_a, 0);
	pid = daemon_pid("switch");
	assert_int_equal(vmnet_client_move(&s->net, "vmnet5"), VMNET_OK);
	for (i = 0; i < 100 && !vmnet_client_answer(&s->net, &status); i++) {
		usleep(50000);
		vmnet_client_recv(&s->net, frame, sizeof(frame));
	}
	assert_in_range(i, 0, 99);
	assert_int_equal(status, VMNET_OK);
	station_free(s);
	usleep(300000);
	assert_int_equal(daemon_pid("switch"), pid);
	assert_true(vmnet_client_link(&other->net));
	station_free(other);
}

/* As a cable to VDE, or an interface where this host has addresses (the
 * loopback is no Ethernet, but has some). */
static void other_kinds_are_shown(void **state)
{
	(void)state;
	does("net create vmnet7 --vde /run/no-such-switch");
	does("net create vmnet9 --bridged=lo");
	does("net create vmnet10 --bridged=eth99");
	assert_non_null(strstr(read_place("networking"),
			       "answer VNET_7_VDE /run/no-such-switch\n"));
	assert_int_equal(hostel("net show vmnet7"), 0);
	assert_string_equal(hostel_said,
			    "vmnet7    vde       /run/no-such-switch\n");
	assert_int_equal(hostel("net show vmnet9"), 0);
	assert_non_null(strstr(hostel_said, "do not reach each other"));
	assert_int_equal(hostel("net show vmnet10"), 0);
	assert_null(strstr(hostel_said, "do not reach"));
	does("net create vmnet7 --private");
	assert_null(strstr(read_place("networking"), "VDE"));
}

/* What makes this host a poorer one reaches vmnetd, which a card starts, and
 * its helpers; nothing else of the environment does. */
static void a_poorer_host_is_one_for_all(void **state)
{
	char text[300], script[128];
	struct station *s;
	unsigned int i;

	(void)state;
	snprintf(text, sizeof(text),
		 "#!/bin/sh\ntr '\\0' '\\n' </proc/$$/environ >%s\n",
		 in_place("seen"));
	write_place("dhcp", text);
	snprintf(script, sizeof(script), "%s", in_place("dhcp"));
	assert_int_equal(chmod(script, 0700), 0);
	setenv("HOSTEL_VMNET_DHCP", script, 1);
	setenv("HOSTEL_HOST", "no-packet-ring", 1);
	s = station_new("hostonly", mac_a, 0);
	for (i = 0; i < 50 && access(in_place("seen"), R_OK) < 0; i++)
		usleep(100000);
	usleep(100000);
	unsetenv("HOSTEL_HOST");
	unsetenv("HOSTEL_VMNET_DHCP");
	assert_string_equal(read_place("seen"), "HOSTEL_HOST=no-packet-ring\n");
	station_free(s);
}

/* A port that the file leads to a machine. */
static void ports_lead_to_machines(void **state)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	uint16_t port = (uint16_t)(20000 + getpid() % 20000);
	char text[256];
	struct station *s;

	(void)state;
	snprintf(text, sizeof(text),
		 "answer VNET_5_NAT yes\n"
		 "answer VNET_5_HOSTONLY_SUBNET 172.30.5.0\n"
		 "add_dhcp_mac_to_ip 5 00:50:56:00:00:0a 172.30.5.20\n"
		 "add_nat_portfwd 5 udp %u 172.30.5.20 53\n",
		 port);
	write_place("networking", text);
	s = station_new("vmnet5", mac_a, 0);
	assert_int_equal(address_on(s), 0xac1e0514);
	to.sin_port = htons(port);
	assert_int_equal(sendto(fd, "hello", 5, 0, (struct sockaddr *)&to,
				sizeof(to)),
			 5);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), 0xac1e0502);
	assert_int_equal(get_be32(s->in + AT_IP + 16), 0xac1e0514);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 53);
	assert_memory_equal(s->in + AT_UDP_DATA, "hello", 5);
	close(fd);
	station_free(s);
}

/* One door by the file and by the machine's own wish: the wish counts, and the
 * NAT does not wait for a port that it has itself. */
static void a_wish_goes_before_the_file(void **state)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const uint16_t port = (uint16_t)(20000 + getpid() % 20000);
	const struct vmnet_wishes wishes = {
		.forwards = 1,
		.forward = { {
			.proto = FORWARD_UDP, .address = { 127, 0, 0, 1 },
			.port = port, .guest_port = 54,
		} },
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct station *s;
	char text[256];

	(void)state;
	snprintf(text, sizeof(text),
		 "add_dhcp_mac_to_ip 8 00:50:56:00:00:0a 10.0.2.20\n"
		 "add_nat_portfwd 8 udp %u 10.0.2.20 53\n",
		 port);
	write_place("networking", text);
	s = station_new_nat(mac_a, 0, &wishes);
	assert_int_equal(address_on(s), 0x0a000214);
	to.sin_port = htons(port);
	assert_int_equal(sendto(fd, "hello", 5, 0, (struct sockaddr *)&to,
				sizeof(to)),
			 5);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 54);
	assert_null(strstr(daemon_stats(), "\"nat_forward\""));
	close(fd);
	station_free(s);
}

static void mistakes_get_a_sentence(void **state)
{
	static const struct {
		const char *words, *says;
	} rows[] = {
		{ "net create vmnet5", "say one of --nat" },
		{ "net create vmnet5 --nat --private", "say one of --nat" },
		{ "net create vmnet255 --nat", "'vmnet255' is no network" },
		{ "net create nat --nat", "'nat' is no network" },
		{ "net create vmnet0 --nat", "vmnet0 is always bridged" },
		{ "net create --nat", "a word is missing" },
		{ "net create vmnet5 --bridged", "--bridged needs a value" },
		{ "net create vmnet5 --bridged=a/b", "no interface's name" },
		{ "net create vmnet5 --vde nowhere", "say the whole name" },
		{ "net create vmnet5 --vde /tmp --nat", "say one of --nat" },
		{ "net create vmnet5 --nat --subnet 10.0.2", "no IPv4" },
		{ "net create vmnet5 --nat --subnet 10.0.2.7", "no subnet" },
		{ "net create vmnet5 --nat --subnet 10.0.2.8/28",
		  "no subnet: 10.0.2.0/28 is" },
		{ "net create vmnet5 --nat --subnet 10.0.0.0/15",
		  "a subnet can have /16 (65536 addresses) to /29" },
		{ "net create vmnet5 --nat --subnet 10.0.0.0/30", "to /29" },
		{ "net create vmnet5 --nat --subnet 10.0.0.0/", "to /29" },
		{ "net create vmnet5 --nat --subnet /24", "is no subnet" },
		{ "net create vmnet5 --private --subnet 10.0.2.0",
		  "are for --nat and --hostonly" },
		{ "net reserve vmnet8 00:50 10.0.2.15", "no card's address" },
		{ "net reserve vmnet8 00:50:56:00:00:0a 10.0.3.15",
		  "no machine's address on vmnet8" },
		{ "net reserve vmnet5 00:50:56:00:00:0a 10.88.5.15",
		  "vmnet5 gives no addresses" },
		{ "net show x", "'x' is no network" },
		{ "run --kernel x --net vmnet5,forward=tcp:22222:22",
		  "networks with NAT only" },
		{ "run --kernel x --net bridged", "which of the host's" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		refuses(rows[i].words, 64, rows[i].says);
	assert_int_equal(access(in_place("networking"), F_OK), -1);
	/* All that is wrong with the file, at once. */
	write_place("networking", "one\nanswer VNET_8_NAT maybe\n# fine\n");
	refuses("net show", 64, "networking: line 1: 'one' begins no line");
	assert_non_null(strstr(hostel_said, "line 2: 'maybe' is neither"));
	assert_non_null(strstr(hostel_said, "2 lines make no sense"));
	refuses("net create vmnet5 --nat", 64, "nothing was changed");
	refuses("run --kernel x --net nat", 64, "line 2: 'maybe' is neither");
}

/* What stands in the file for other networks, and for people, stays. */
static void other_lines_stay(void **state)
{
	(void)state;
	write_place("networking",
		    "VERSION=1,0\n# my networks\n"
		    "answer VNET_3_NAT yes\nanswer VNET_5_NAT yes\n"
		    "add_bridge_mapping eth0 5\nadd_bridge_mapping eth1 2\n"
		    "answer VNET_3_DHCP no");
	does("net create vmnet5 --private");
	assert_string_equal(
		read_place("networking"),
		"VERSION=1,0\n# my networks\nanswer VNET_3_NAT yes\n"
		"answer VNET_5_DHCP no\n"
		"answer VNET_5_HOSTONLY_NETMASK 255.255.255.0\n"
		"answer VNET_5_HOSTONLY_SUBNET 10.88.5.0\n"
		"answer VNET_5_NAT no\nanswer VNET_5_VIRTUAL_ADAPTER no\n"
		"add_bridge_mapping eth1 2\nanswer VNET_3_DHCP no\n");
	does("net delete vmnet5");
	assert_string_equal(
		read_place("networking"),
		"VERSION=1,0\n# my networks\nanswer VNET_3_NAT yes\n"
		"add_bridge_mapping eth1 2\nanswer VNET_3_DHCP no\n");
}

/* Who changes the file waits for who does: what that writes is not lost. */
static void two_changes_at_once(void **state)
{
	char dir[80];
	pid_t pid;
	int fd, ended;

	(void)state;
	snprintf(dir, sizeof(dir), "%s/hostel", place);
	mkdir(dir, 0700);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	pid = fork();
	if (pid == 0)
		_exit(hostel("net create vmnet5 --private"));
	usleep(500000);
	write_place("networking", "VERSION=1,0\nanswer VNET_3_NAT yes\n");
	flock(fd, LOCK_UN);
	close(fd);
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	assert_int_equal(ended, 0);
	assert_non_null(
		strstr(read_place("networking"),
		       "answer VNET_3_NAT yes\nanswer VNET_5_DHCP no\n"));
}

/* What vmnetd reads is found, if somebody has indented it or not. */
static void lines_may_be_indented(void **state)
{
	(void)state;
	write_place("networking",
		    "VERSION=1,0\n  answer VNET_5_NAT yes\n"
		    "\tadd_dhcp_mac_to_ip 5 00:50:56:00:00:0a 10.88.5.20\n"
		    "  add_dhcp_mac_to_ip\t5 00:50:56:00:00:0b 10.88.5.21\n"
		    "  answer VNET_3_NAT yes\n");
	does("net release vmnet5 00:50:56:00:00:0a");
	assert_string_equal(
		read_place("networking"),
		"VERSION=1,0\n  answer VNET_5_NAT yes\n"
		"  add_dhcp_mac_to_ip\t5 00:50:56:00:00:0b 10.88.5.21\n"
		"  answer VNET_3_NAT yes\n");
	does("net delete vmnet5");
	assert_string_equal(read_place("networking"),
			    "VERSION=1,0\n  answer VNET_3_NAT yes\n");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(networks_have_their_subnets), T(subnets_of_all_widths),
	 T(networks_are_apart),
		T(those_that_nobody_is_on),
		T(who_is_there_keeps_its_network), T(addresses_stay),
		T(addresses_are_kept),
		T(who_is_behind_a_card_has_an_address_too),
		T(a_move_leaves_nothing), T(ports_lead_to_machines),
		T(a_wish_goes_before_the_file),
		T(other_kinds_are_shown), T(a_poorer_host_is_one_for_all),
		T(mistakes_get_a_sentence), T(other_lines_stay),
		T(lines_may_be_indented), T(two_changes_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
