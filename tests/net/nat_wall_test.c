/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_wall_test.c - what a guest can not reach through the NAT: this host's
 * own services, addresses of the guests' network outside of it, and, by frames
 * that are not for the NAT, anything. And what the NAT itself does not hold.
 *
 * The tests' network is their own, with servers at 127.0.0.1, and at addresses
 * that hosts may well have: 10.0.2.77, and the outside's 192.0.2.1.
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
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"

#define HOST		0x7f000001u
#define INSIDE		0x0a00024du	/* 10.0.2.77 */
#define OUTSIDE		0xc0000201u	/* 192.0.2.1 */
#define PORT		7777u
#define FROM		5000u

static const uint8_t card[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static bool networked;

struct lab {
	struct station *s;
	int udp, tcp;		/* servers at every address, on PORT */
};

static int set_up_with(void **state, const struct vmnet_wishes *wishes)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	daemon_set_up(NULL);
	lab->s = station_new_nat(card, STATION_IP, wishes);
	assert_true(station_find(lab->s, STATION_GATEWAY, lab->s->gateway));
	if (networked) {
		lab->udp = own_net_bind(SOCK_DGRAM, "0.0.0.0", PORT);
		lab->tcp = own_net_bind(SOCK_STREAM, "0.0.0.0", PORT);
	}
	*state = lab;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, NULL);
}

static int set_up_open(void **state)
{
	const struct vmnet_wishes wishes = { .host_loopback = true };

	return set_up_with(state, &wishes);
}

static int tear_down(void **state)
{
	struct lab *lab = *state;

	station_free(lab->s);
	if (networked) {
		close(lab->udp);
		close(lab->tcp);
	}
	free(lab);
	return daemon_tear_down(NULL);
}

#define NEED_NETWORK() do {						\
	if (!networked)							\
		skip_because("no user namespaces on this host");	\
} while (0)

/* ask() - a datagram to that address, by that station's frame. */
static void ask(struct lab *lab, const uint8_t *mac, uint32_t to)
{
	station_ether(lab->s, mac, ETHER_IP);
	memcpy(lab->s->out + AT_UDP_DATA, "knock", 5);
	station_send_udp(lab->s, STATION_IP, FROM, to, PORT, 5);
}

/* arrived() - did a datagram, of all that were sent? The last one, to a place
 * that may be reached, comes behind the others. */
static bool arrived(struct lab *lab, unsigned int others)
{
	char got[16];
	unsigned int n = 0;

	ask(lab, lab->s->gateway, OUTSIDE);
	while (n < 1 + others && recv(lab->udp, got, sizeof(got), 0) == 5)
		n++;
	while (recv(lab->udp, got, sizeof(got), MSG_DONTWAIT) > 0)
		n++;
	assert_true(n > 0);	/* the last one */
	return n > 1;
}

/* opens() - does the server accept a connection to that address? */
static bool opens(struct lab *lab, uint32_t to)
{
	const struct segment syn = { .to = to, .port = PORT, .window = 8192,
				     .seq = 1000, .flags = TCP_SYN };
	station_send_tcp(lab->s, &syn);
	/* An older connection's answer may come once more. */
	while (station_await_tcp(lab->s, TCP_SYN | TCP_ACK))
		if (get_be32(lab->s->in + AT_IP + 12) == to)
			return true;
	return false;
}

static const uint32_t this_host[] = { STATION_GATEWAY, HOST, 0x7f010203u, 0,
	0xffffffffu };

static void the_host_is_closed(void **state)
{
	struct lab *lab = *state;
	size_t i;

	NEED_NETWORK();
	for (i = 0; i < ARRAY_SIZE(this_host); i++)
		ask(lab, lab->s->gateway, this_host[i]);
	assert_false(arrived(lab, 0));
	for (i = 0; i < ARRAY_SIZE(this_host); i++)
		if (opens(lab, this_host[i]))
			fail_msg("%#x was reached", this_host[i]);
	assert_true(opens(lab, OUTSIDE));
}

/* The guest hears at once that it may not. */
static void who_asks_is_told(void **state)
{
	struct lab *lab = *state;
	const struct segment syn = { .to = STATION_GATEWAY, .port = PORT,
		.window = 8192, .seq = 1000, .flags = TCP_SYN };

	ask(lab, lab->s->gateway, STATION_GATEWAY);
	assert_true(station_await(lab->s, IP_ICMP));
	assert_int_equal(lab->s->in[AT_BODY], 3);
	assert_int_equal(get_be32(lab->s->in + AT_IP + 12), STATION_GATEWAY);
	station_send_tcp(lab->s, &syn);
	assert_true(station_await(lab->s, IP_ICMP));
	assert_int_equal(lab->s->in[AT_BODY], 3);
}

static void the_host_is_open_if_wanted(void **state)
{
	struct lab *lab = *state;
	char got[16];
	size_t i;

	NEED_NETWORK();
	ask(lab, lab->s->gateway, STATION_GATEWAY);
	assert_int_equal(recv(lab->udp, got, sizeof(got), 0), 5);
	assert_true(opens(lab, STATION_GATEWAY));
	/* By its name in the guests' network only. */
	for (i = 1; i < ARRAY_SIZE(this_host); i++)
		ask(lab, lab->s->gateway, this_host[i]);
	assert_false(arrived(lab, 0));
	for (i = 1; i < ARRAY_SIZE(this_host); i++)
		if (opens(lab, this_host[i]))
			fail_msg("%#x was reached", this_host[i]);
}

static void the_inside_is_not_outside(void **state)
{
	struct lab *lab = *state;

	NEED_NETWORK();
	ask(lab, lab->s->gateway, INSIDE);
	assert_false(arrived(lab, 0));
	assert_false(opens(lab, INSIDE));
	assert_true(opens(lab, OUTSIDE));
}

/* As the switch floods them: for a machine that was powered off. */
static void frames_for_others_are_left_alone(void **state)
{
	static const uint8_t gone[6] = { 0x00, 0x50, 0x56, 0, 0, 0x77 };
	static const uint8_t nearly[6] = { 0x52, 0x55, 10, 0, 2, 4 };
	const struct segment syn = { .to = OUTSIDE, .port = PORT,
		.window = 8192, .seq = 1000, .flags = TCP_SYN };
	struct lab *lab = *state;
	uint8_t gateway[6];

	NEED_NETWORK();
	ask(lab, gone, OUTSIDE);
	ask(lab, nearly, OUTSIDE);
	assert_false(arrived(lab, 0));
	memcpy(gateway, lab->s->gateway, 6);
	memcpy(lab->s->gateway, gone, 6);
	station_send_tcp(lab->s, &syn);
	assert_false(station_await_tcp(lab->s, TCP_SYN | TCP_ACK));
	memcpy(lab->s->gateway, gateway, 6);
	assert_true(opens(lab, OUTSIDE));
}

/* line() - a word of /proc/PID/status, as it stands there. */
static void line(pid_t pid, const char *name, char *value, size_t size)
{
	char path[40], text[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	*value = '\0';
	while (fgets(text, sizeof(text), f))
		if (!strncmp(text, name, strlen(name)) &&
		    text[strlen(name)] == ':')
			snprintf(value, size, "%.40s", text + strlen(name) + 2);
	fclose(f);
	value[strcspn(value, "\n")] = '\0';
}

static void the_nat_holds_no_rights(void **state)
{
	static const char *const sets[] = { "CapInh", "CapPrm", "CapEff",
		"CapAmb" };
	pid_t pid = daemon_pid("nat");
	char value[64];
	size_t i;

	(void)state;
	assert_true(pid > 1);
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		line(pid, sets[i], value, sizeof(value));
		assert_string_equal(value, "0000000000000000");
	}
	line(pid, "NoNewPrivs", value, sizeof(value));
	assert_string_equal(value, "1");
	line(pid, "Seccomp", value, sizeof(value));
	assert_string_equal(value, "2");
}

#define T(f, begin) cmocka_unit_test_setup_teardown(f, begin, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_host_is_closed, set_up), T(who_asks_is_told, set_up),
		T(the_host_is_open_if_wanted, set_up_open),
		T(the_inside_is_not_outside, set_up),
		T(frames_for_others_are_left_alone, set_up),
		T(the_nat_holds_no_rights, set_up),
	};

	networked = own_net();
	if (networked) {
		own_net_address(1, "10.0.2.77");
		own_net_address(2, "192.0.2.1");
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
