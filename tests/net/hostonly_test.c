/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostonly_test.c - the network "hostonly" through the real daemon: its DHCP
 * server is there with the first card, and guests that ask it reach each
 * other.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_dhcp.h"
#include "tests/net/lib_station.h"
#include "vmnet/dhcp/dhcp.h"

static const uint8_t mac_a[6] = { 0x00, 0x0c, 0x29, 1, 1, 1 };
static const uint8_t mac_b[6] = { 0x00, 0x0c, 0x29, 1, 1, 2 };

/* ask() - and wait for an answer of that type; type 0: there was none */
static struct dhcp_said ask(struct station *s, struct dhcp_ask *a, uint8_t type)
{
	struct dhcp_said said = { 0 };

	memcpy(a->mac, s->mac, 6);
	station_send(s, dhcp_build(a, s->out));
	while (station_receive(s)) {
		said = dhcp_read(s->in, s->in_len);
		if (said.type == type)
			return said;
	}
	said.type = 0;
	return said;
}

/* lease() - as a client has it; Return: the address, or 0 */
static uint32_t lease(struct station *s)
{
	struct dhcp_ask a = { .type = DHCP_DISCOVER };
	struct dhcp_said said = ask(s, &a, DHCP_OFFER);

	if (!said.type)
		return 0;
	a.type = DHCP_REQUEST;
	a.wanted = said.yours;
	a.server = said.server;
	said = ask(s, &a, DHCP_ACK);
	return said.type ? said.yours : 0;
}

static void two_guests_get_two_addresses(void **state)
{
	struct station *a = station_new("hostonly", mac_a, 0);
	struct station *b = station_new("hostonly", mac_b, 0);
	uint8_t mac[6];

	(void)state;
	a->ip = lease(a);
	b->ip = lease(b);
	assert_int_equal(a->ip & 0xffffff00, HOSTONLY_SUBNET);
	assert_int_equal(b->ip & 0xffffff00, HOSTONLY_SUBNET);
	assert_int_not_equal(a->ip, b->ip);
	assert_true(station_find(a, (HOSTONLY_SUBNET + 254), mac));
	/* They reach each other, and nobody else hears of it. */
	station_ether(a, mac_b, ETHER_IP);
	memcpy(a->out + AT_UDP_DATA, "from a", 6);
	station_send_udp(a, a->ip, 5000, b->ip, 6000, 6);
	assert_true(station_await(b, IP_UDP));
	assert_memory_equal(b->in + AT_UDP_DATA, "from a", 6);
	station_free(a);
	station_free(b);
}

static void renewals_go_to_the_server(void **state)
{
	struct station *s = station_new("hostonly", mac_a, 0);
	struct dhcp_ask a = { .type = DHCP_REQUEST };
	uint8_t mac[6];

	(void)state;
	s->ip = lease(s);
	assert_true(station_find(s, (HOSTONLY_SUBNET + 254), mac));
	a.ciaddr = a.from = s->ip;
	a.to = (HOSTONLY_SUBNET + 254);
	a.to_mac = mac;
	assert_int_equal(ask(s, &a, DHCP_ACK).yours, s->ip);
	station_free(s);
}

static void a_server_that_died_is_replaced(void **state)
{
	struct station *s = station_new("hostonly", mac_a, 0);
	uint32_t address = lease(s);
	pid_t pid = daemon_pid("dhcp");
	unsigned int i;

	(void)state;
	assert_int_not_equal(address, 0);
	assert_true(pid > 0);
	kill(pid, SIGKILL);
	for (i = 0;
	     i < 100 && (daemon_pid("dhcp") == pid || !daemon_pid("dhcp")); i++)
		usleep(100000);
	assert_int_equal(lease(s), address);
	assert_int_equal(s->net.stats.link_changes, 1);
	station_free(s);
}

static void other_networks_have_none(void **state)
{
	struct station *s = station_new("vmnet2", mac_a, 0);

	(void)state;
	assert_int_equal(lease(s), 0);
	assert_int_equal(daemon_pid("dhcp"), 0);
	station_free(s);
}

static void garbage_hurts_nobody(void **state)
{
	struct station *s = station_new("hostonly", mac_a, 0);
	uint32_t address = lease(s);
	struct dhcp_ask a = { .type = DHCP_DISCOVER };
	unsigned int seed = 1, i;
	pid_t pid = daemon_pid("dhcp");
	size_t len;

	(void)state;
	memcpy(a.mac, mac_a, 6);
	for (i = 0; i < 2000; i++) {
		len = dhcp_build(&a, s->out);
		s->out[42 + (size_t)rand_r(&seed) % 300] =
			(uint8_t)rand_r(&seed);
		station_send(s, 14 + (size_t)rand_r(&seed) % (len - 13));
		while (vmnet_client_recv(&s->net, s->in, sizeof(s->in)) > 0)
			;
	}
	assert_int_equal(lease(s), address);
	assert_int_equal(daemon_pid("dhcp"), pid);
	station_free(s);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					     daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_guests_get_two_addresses),
		T(renewals_go_to_the_server),
		T(a_server_that_died_is_replaced),
		T(other_networks_have_none), T(garbage_hurts_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
