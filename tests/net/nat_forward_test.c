/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat_forward_test.c - ports of this host that lead to a guest: TCP and UDP,
 * at the address that was asked for and no other, and back; also while the NAT
 * runs.
 *
 * The tests' network is their own. The guest's card is 10.0.2.15; the host's
 * 127.0.0.1 is closed to it.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"

#define FORWARD(kind, a, b, c, d, from, to)				\
	{ .proto = FORWARD_##kind, .address = { a, b, c, d },		\
	  .port = from, .guest_port = to }

static const struct vmnet_wishes wishes = {
	.forwards = 4,
	.forward = {
		FORWARD(TCP, 127, 0, 0, 1, 2222, 22),
		FORWARD(UDP, 127, 0, 0, 1, 5353, 53),
		FORWARD(UDP, 0, 0, 0, 0, 6000, 6001),
		FORWARD(TCP, 192, 0, 2, 1, 80, 8080),
	},
};

static const uint8_t card[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static bool networked;

static int set_up(void **state)
{
	struct station *s;

	daemon_set_up(NULL);
	if (!networked)
		return 0;
	s = station_new_nat(card, STATION_IP, &wishes);
	assert_true(station_find(s, STATION_GATEWAY, s->gateway));
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	if (networked)
		station_free(*state);
	return daemon_tear_down(NULL);
}

#define NEED_NETWORK() do {						\
	if (!networked)							\
		skip_because("no user namespaces on this host");	\
} while (0)

static struct sockaddr_in at(const char *address, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port) };

	assert_int_equal(inet_pton(AF_INET, address, &a.sin_addr), 1);
	return a;
}

/* come() - a connection to that place; Return: a socket, or -errno. */
static int come(const char *address, uint16_t port)
{
	struct sockaddr_in a = at(address, port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), err;

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* serve() - the guest takes a connection and a word; @port: its own */
static void serve(struct station *s, uint16_t port, uint32_t from, int fd)
{
	struct segment g = { .to = from, .window = 8192, .seq = 5000,
			     .flags = TCP_SYN | TCP_ACK };
	char got[8];
	size_t len;

	assert_true(station_await_tcp(s, TCP_SYN));
	assert_int_equal(get_be32(s->in + AT_IP + 12), from);
	assert_int_equal(get_be32(s->in + AT_IP + 16), STATION_IP);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), port);
	g.port = get_be16(s->in + AT_BODY);
	g.ack = get_be32(s->in + AT_BODY + 4) + 1;
	len = station_build_tcp_from(s, port, &g);
	station_send_ip(s, IP_TCP, s->ip, g.to, len);
	assert_true(station_await_tcp(s, TCP_ACK));
	g.seq++;
	g.flags = TCP_ACK | TCP_PSH, g.data = "hello", g.len = 5;
	len = station_build_tcp_from(s, port, &g);
	station_send_ip(s, IP_TCP, s->ip, g.to, len);
	assert_int_equal(recv(fd, got, 5, MSG_WAITALL), 5);
	assert_memory_equal(got, "hello", 5);
	assert_int_equal(send(fd, "you", 3, MSG_NOSIGNAL), 3);
	do
		assert_true(station_await_tcp(s, TCP_ACK));
	while (get_be16(s->in + AT_IP + 2) == 40);
	assert_memory_equal(s->in + s->in_len - 3, "you", 3);
}

static void tcp_leads_to_the_guest(void **state)
{
	struct station *s = *state;
	int fd;

	NEED_NETWORK();
	fd = come("127.0.0.1", 2222);
	assert_true(fd >= 0);
	serve(s, 22, STATION_GATEWAY, fd);
	close(fd);
}

static void only_the_address_that_was_given(void **state)
{
	struct station *s = *state;
	int fd;

	NEED_NETWORK();
	assert_int_equal(come("192.0.2.1", 2222), -ECONNREFUSED);
	assert_int_equal(come("127.0.0.1", 80), -ECONNREFUSED);
	fd = come("192.0.2.1", 80);
	assert_true(fd >= 0);
	assert_true(station_await_tcp(s, TCP_SYN));
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 8080);
	close(fd);
}

/* A datagram in, one back, to who sent it; and another host's service that
 * did not speak first stays closed. */
static void udp_leads_to_the_guest(void **state)
{
	struct sockaddr_in a = at("127.0.0.1", 5353), from = { 0 };
	struct station *s = *state;
	socklen_t len = sizeof(from);
	char got[8];
	int fd, other;
	uint16_t port;

	NEED_NETWORK();
	fd = own_net_bind(SOCK_DGRAM, "127.0.0.1", 0);
	other = own_net_bind(SOCK_DGRAM, "127.0.0.1", 7777);
	assert_int_equal(
		sendto(fd, "who?", 4, 0, (struct sockaddr *)&a, sizeof(a)), 4);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_GATEWAY);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 53);
	assert_memory_equal(s->in + AT_UDP_DATA, "who?", 4);
	port = get_be16(s->in + AT_BODY);
	station_ether(s, s->gateway, ETHER_IP);
	station_send_udp(s, STATION_IP, 53, STATION_GATEWAY, 7777, 4);
	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "me", 2);
	station_send_udp(s, STATION_IP, 53, STATION_GATEWAY, port, 2);
	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&from, &len),
			 2);
	assert_memory_equal(got, "me", 2);
	assert_int_equal(ntohs(from.sin_port), 5353);
	assert_int_equal(recv(other, got, sizeof(got), MSG_DONTWAIT), -1);
	close(fd), close(other);
}

static void udp_at_all_addresses(void **state)
{
	struct sockaddr_in a = at("192.0.2.1", 6000), me;
	struct station *s = *state;
	socklen_t len = sizeof(me);
	char got[8];
	int fd;

	NEED_NETWORK();
	fd = own_net_bind(SOCK_DGRAM, "192.0.2.1", 0);
	getsockname(fd, (struct sockaddr *)&me, &len);
	assert_int_equal(
		sendto(fd, "who?", 4, 0, (struct sockaddr *)&a, sizeof(a)), 4);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), 0xc0000201);
	assert_int_equal(get_be16(s->in + AT_BODY), ntohs(me.sin_port));
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 6001);
	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "me", 2);
	station_send_udp(s, STATION_IP, 6001, 0xc0000201, ntohs(me.sin_port),
			 2);
	assert_int_equal(recv(fd, got, sizeof(got), 0), 2);
	close(fd);
}

/* end_and_wait() - a process of the daemon's, until there is another. */
static void end_and_wait(struct station *s, const char *kind)
{
	daemon_kill(kind);
	assert_true(daemon_wait_link(&s->net, false));
	assert_true(daemon_wait_link(&s->net, true));
}

/* A guest that is reset: its next card comes while the last one's NAT goes. */
static void the_next_card_has_them_too(void **state)
{
	struct station *s = *state, *next;
	int fd;

	NEED_NETWORK();
	/* One that was killed leaves its ports for a moment or longer. */
	end_and_wait(s, "nat");
	fd = come("127.0.0.1", 2222);
	assert_true(fd >= 0);
	close(fd);
	station_free(s);
	next = station_new_nat(card, STATION_IP, &wishes);
	memcpy(next->gateway, "\x52\x55\x0a\x00\x02\x02", 6);
	assert_true(station_find(next, STATION_GATEWAY, next->gateway));
	fd = come("127.0.0.1", 2222);
	assert_true(fd >= 0);
	serve(next, 22, STATION_GATEWAY, fd);
	close(fd);
	assert_null(strstr(daemon_stats(), "nat_forward"));
	*state = next;
}

/* change() - asked for while the NAT runs. Return: its answer. */
static enum vmnet_status change(struct station *s, enum vmnet_ask_what what,
				struct vmnet_forward f)
{
	enum vmnet_status status = vmnet_client_forward(&s->net, &f, what);
	unsigned int i;

	if (status != VMNET_OK)
		return status;
	for (i = 0; i < 100 && !vmnet_client_answer(&s->net, &status); i++) {
		vmnet_client_recv(&s->net, s->in, sizeof(s->in));
		usleep(20000);
	}
	assert_true(i < 100);
	return status;
}

#define ADD(...) \
	change(s, VMNET_ASK_FORWARD, (struct vmnet_forward)FORWARD(__VA_ARGS__))
#define REMOVE(...) \
	change(s, VMNET_ASK_UNFORWARD, \
	       (struct vmnet_forward)FORWARD(__VA_ARGS__))

static void a_port_comes_and_goes(void **state)
{
	struct station *s = *state;
	int fd, open;

	NEED_NETWORK();
	assert_int_equal(come("127.0.0.1", 3333), -ECONNREFUSED);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 33), VMNET_OK);
	assert_int_equal(come("192.0.2.1", 3333), -ECONNREFUSED);
	open = come("127.0.0.1", 3333);
	assert_true(open >= 0);
	serve(s, 33, STATION_GATEWAY, open);
	/* It goes; who came by it stays. */
	assert_int_equal(REMOVE(TCP, 127, 0, 0, 1, 3333, 33), VMNET_OK);
	assert_int_equal(come("127.0.0.1", 3333), -ECONNREFUSED);
	assert_int_equal(send(open, "more", 4, MSG_NOSIGNAL), 4);
	do
		assert_true(station_await_tcp(s, TCP_ACK));
	while (get_be16(s->in + AT_IP + 2) == 40);
	assert_memory_equal(s->in + s->in_len - 4, "more", 4);
	close(open);
	/* And again; one that was there from the beginning goes as well. */
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 34), VMNET_OK);
	assert_int_equal(REMOVE(TCP, 127, 0, 0, 1, 2222, 22), VMNET_OK);
	assert_int_equal(come("127.0.0.1", 2222), -ECONNREFUSED);
	fd = come("127.0.0.1", 3333);
	assert_true(fd >= 0);
	close(fd);
}

/* udp_from_guest() - the guest says "me" from its port 53. */
static void udp_from_guest(struct station *s, uint32_t to, uint16_t port)
{
	station_ether(s, s->gateway, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, "me", 2);
	station_send_udp(s, STATION_IP, 53, to, port, 2);
}

/* said_from() - Return: which port "me" came from; @address: receives that. */
static uint16_t said_from(int fd, struct in_addr *address)
{
	struct sockaddr_in from = { 0 };
	socklen_t len = sizeof(from);
	char got[8];

	assert_int_equal(recvfrom(fd, got, sizeof(got), 0,
				  (struct sockaddr *)&from, &len),
			 2);
	*address = from.sin_addr;
	return ntohs(from.sin_port);
}

/* Two doors lead to one port: who came by one is answered by that one. Of
 * others the guest asks by a door that leads to them, or by none. */
static void udp_goes_by_its_own_door(void **state)
{
	struct sockaddr_in door = at("192.0.2.1", 5354);
	struct sockaddr_in near = at("127.0.0.1", 5353);
	struct station *s = *state;
	struct in_addr by;
	int far, other, host;
	uint16_t port;

	NEED_NETWORK();
	far = own_net_bind(SOCK_DGRAM, "192.0.2.1", 7000);
	host = own_net_bind(SOCK_DGRAM, "127.0.0.1", 0);
	/* From where nobody came: not by a door that reaches this host only. */
	udp_from_guest(s, 0xc0000201, 7000);
	assert_int_not_equal(said_from(far, &by), 5353);
	assert_int_equal(by.s_addr, door.sin_addr.s_addr);
	assert_int_equal(ADD(UDP, 192, 0, 2, 1, 5354, 53), VMNET_OK);
	sendto(far, "who?", 4, 0, (struct sockaddr *)&door, sizeof(door));
	assert_true(station_await(s, IP_UDP));
	udp_from_guest(s, 0xc0000201, 7000);
	assert_int_equal(said_from(far, &by), 5354);
	sendto(host, "who?", 4, 0, (struct sockaddr *)&near, sizeof(near));
	assert_true(station_await(s, IP_UDP));
	port = get_be16(s->in + AT_BODY);
	udp_from_guest(s, STATION_GATEWAY, port);
	assert_int_equal(said_from(host, &by), 5353);
	/* As others see it, the port is where its door is. */
	other = own_net_bind(SOCK_DGRAM, "192.0.2.1", 7001);
	udp_from_guest(s, 0xc0000201, 7001);
	assert_int_equal(said_from(other, &by), 5354);
	close(far), close(host), close(other);
}

#define FORWARD_LOST "\"nat_forward\": 1"

/* Somebody else has a port when a NAT begins. */
static void a_port_that_is_not_free_is_told(void **state)
{
	struct station *s = *state;
	struct vmnet_forward lost;
	int taken, fd, i;

	NEED_NETWORK();
	station_free(s);
	for (i = 0; i < 100 && (fd = come("127.0.0.1", 2222)) >= 0; i++) {
		close(fd);
		usleep(50000);
	}
	taken = own_net_bind(SOCK_STREAM, "127.0.0.1", 2222);
	*state = s = station_new_nat(card, STATION_IP, &wishes);
	memcpy(s->gateway, "\x52\x55\x0a\x00\x02\x02", 6);
	assert_true(vmnet_client_lost(&s->net, &lost));
	assert_int_equal(lost.proto, FORWARD_TCP);
	assert_int_equal(lost.port, 2222);
	assert_false(vmnet_client_lost(&s->net, &lost));
	/* What it counts it tells a little later. */
	for (i = 0; i < 100 && !strstr(daemon_stats(), FORWARD_LOST); i++)
		usleep(50000);
	assert_non_null(strstr(daemon_stats(), FORWARD_LOST));
	/* The others are there, and it can be asked for. */
	fd = come("192.0.2.1", 80);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 2222, 22), VMNET_PORT_TAKEN);
	close(taken);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 2222, 22), VMNET_OK);
	fd = come("127.0.0.1", 2222);
	assert_true(fd >= 0);
	close(fd);
}

static void a_udp_port_comes_and_goes(void **state)
{
	struct sockaddr_in a = at("127.0.0.1", 3333);
	struct station *s = *state;
	int fd;

	NEED_NETWORK();
	assert_int_equal(ADD(UDP, 127, 0, 0, 1, 3333, 33), VMNET_OK);
	fd = own_net_bind(SOCK_DGRAM, "127.0.0.1", 0);
	assert_int_equal(
		sendto(fd, "who?", 4, 0, (struct sockaddr *)&a, sizeof(a)), 4);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 33);
	close(fd);
	assert_int_equal(REMOVE(UDP, 127, 0, 0, 1, 3333, 33), VMNET_OK);
	fd = own_net_bind(SOCK_DGRAM, "127.0.0.1", 3333); /* it is free */
	assert_true(fd >= 0);
	close(fd);
}

static void what_can_not_work_is_refused(void **state)
{
	struct station *s = *state;
	uint16_t i;
	int fd;

	NEED_NETWORK();
	fd = own_net_bind(SOCK_STREAM, "127.0.0.1", 3333);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 33), VMNET_PORT_TAKEN);
	close(fd);
	fd = own_net_bind(SOCK_DGRAM, "127.0.0.1", 3333);
	assert_int_equal(ADD(UDP, 127, 0, 0, 1, 3333, 33), VMNET_PORT_TAKEN);
	close(fd);
	assert_int_equal(ADD(TCP, 198, 51, 100, 7, 3333, 33),
			 VMNET_PORT_ADDRESS);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 80, 33), VMNET_PORT_RIGHT);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 2222, 33), VMNET_PORT_TWICE);
	assert_int_equal(ADD(UDP, 127, 0, 0, 1, 6000, 33), VMNET_PORT_TWICE);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 0), VMNET_BAD_ASK);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 0, 33), VMNET_BAD_ASK);
	assert_int_equal(REMOVE(TCP, 127, 0, 0, 1, 3333, 33), VMNET_NO_PORT);
	for (i = 4; i < VMNET_FORWARDS; i++)
		assert_int_equal(ADD(TCP, 127, 0, 0, 1, 4000 + i, i), VMNET_OK);
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 33), VMNET_PORTS_FULL);
	/* What was refused has left nothing open; the others are there. */
	assert_int_equal(come("127.0.0.1", 3333), -ECONNREFUSED);
	fd = come("127.0.0.1", 2222);
	assert_true(fd >= 0);
	close(fd);
	assert_null(strstr(daemon_stats(), "nat_forward"));
}

/* The next NAT, and the next daemon, have what was changed. */
static void changes_stay(void **state)
{
	struct station *s = *state;
	int fd;

	NEED_NETWORK();
	assert_int_equal(ADD(TCP, 127, 0, 0, 1, 3333, 33), VMNET_OK);
	assert_int_equal(REMOVE(TCP, 127, 0, 0, 1, 2222, 22), VMNET_OK);
	end_and_wait(s, "nat");
	fd = come("127.0.0.1", 3333);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(come("127.0.0.1", 2222), -ECONNREFUSED);
	end_and_wait(s, "switch");
	fd = come("127.0.0.1", 3333);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(come("127.0.0.1", 2222), -ECONNREFUSED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tcp_leads_to_the_guest), T(only_the_address_that_was_given),
		T(udp_leads_to_the_guest), T(udp_at_all_addresses),
		T(the_next_card_has_them_too),
		T(a_port_comes_and_goes),
		T(a_udp_port_comes_and_goes), T(udp_goes_by_its_own_door),
		T(a_port_that_is_not_free_is_told),
		T(what_can_not_work_is_refused),
		T(changes_stay),
	};

	networked = own_net();
	if (networked)
		own_net_address(1, "192.0.2.1");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
