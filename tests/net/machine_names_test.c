/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine_names_test.c - NAME.hostel: questions of any kind, good and bad, and
 * through the real processes: machines come, go and are moved, on networks with
 * NAT and on host-only ones, and no such question reaches a server of the host.
 *
 * The tests' network is their own; the name server is a socket here.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"
#include "vmnet/names/names.h"

enum { A = 1, PTR = 12, AAAA = 28, ANY = 255 };
enum { NOERROR = 0, NXDOMAIN = 3, REFUSED = 5 };

#define NET 0x0a000200u
#define PLACE_SERVER 0xc0a8d3feu	/* of vmnet1, .254 */

/* ---- messages ---------------------------------------------------------- */

/* question() - for a name of plain labels. Return: its length */
static size_t question(uint8_t *msg, const char *name, uint16_t type)
{
	uint8_t *p = msg + 12;
	size_t n;

	memset(msg, 0, 12);
	put_be16(msg, 0x1234);
	put_be16(msg + 2, 0x0100);	/* RD */
	put_be16(msg + 4, 1);
	while (*name) {
		n = strcspn(name, ".");
		*p++ = (uint8_t)n;
		memcpy(p, name, n);
		p += n;
		name += n + !!name[n];
	}
	*p++ = 0;
	put_be16(p, type);
	put_be16(p + 2, 1);
	return (size_t)(p + 4 - msg);
}

/* What an answer said. */
struct said {
	int code;		/* -1: it was none */
	unsigned int records;
	uint16_t flags;
	uint32_t address;	/* of an A record */
	char name[256];		/* of a PTR record */
};

static void name_text(const uint8_t *p, char *text)
{
	while (*p) {
		memcpy(text, p + 1, *p);
		text += *p;
		*text++ = '.';
		p += *p + 1;
	}
	*text = '\0';
}

/* read_answer() - to the question @msg, of @len bytes, which it repeats */
static struct said read_answer(const uint8_t *msg, size_t len, const uint8_t *a,
			       size_t n)
{
	struct said s = { .code = -1 };

	if (!n)
		return s;
	assert_true(n >= len);
	assert_int_equal(get_be16(a), get_be16(msg));
	assert_memory_equal(a + 12, msg + 12, len - 12);
	assert_int_equal(get_be32(a + 8), 0);
	s.flags = get_be16(a + 2);
	assert_true(s.flags & 0x8000);
	s.code = s.flags & 15;
	s.records = get_be16(a + 6);
	if (!s.records) {
		assert_int_equal(n, len);
		return s;
	}
	assert_int_equal(s.records, 1);
	assert_int_equal(get_be16(a + len), 0xc00c);
	assert_int_equal(get_be16(a + len + 4), 1);
	assert_int_equal(n, len + 12 + get_be16(a + len + 10));
	if (get_be16(a + len + 2) == A)
		s.address = get_be32(a + len + 12);
	else
		name_text(a + len + 12, s.name);
	return s;
}

/* ---- what is answered -------------------------------------------------- */

static struct vmnet_names names;
static struct names_place place;

static void add(const char *name, uint16_t host)
{
	struct vmnet_owner o = { .pid = 1 };

	snprintf(o.name, sizeof(o.name), "%s", name);
	names_add(&names, &o, host);
}

static int empty_place(void **state)
{
	(void)state;
	names = (struct vmnet_names){ .magic = VMNET_MAGIC,
				      .version = VMNET_VERSION };
	place = (struct names_place){ .names = &names, .subnet = NET,
				      .mask = 0xffffff00, .outside = true };
	add("web", 15);
	add("DB-1", 16);
	add("a.b", 17);
	return 0;
}

/* ask_len() - in memory of just its size */
static struct said ask_len(const uint8_t *msg, size_t len)
{
	uint8_t *copy = malloc(len), out[NAMES_ANSWER_MAX];
	struct said s;
	size_t n;

	assert_non_null(copy);
	memcpy(copy, msg, len);
	n = names_answer(&place, copy, len, out);
	s = read_answer(copy, len, out, n);
	free(copy);
	return s;
}

static struct said ask(const char *name, uint16_t type)
{
	uint8_t msg[512];

	return ask_len(msg, question(msg, name, type));
}

static void names_are_addresses(void **state)
{
	(void)state;
	assert_int_equal(ask("web.hostel", A).address, NET + 15);
	assert_int_equal(ask("WEB.Hostel", A).address, NET + 15);
	assert_int_equal(ask("db-1.hostel", A).address, NET + 16);
	assert_int_equal(ask("a.b.hostel", A).address, NET + 17);
	assert_int_equal(ask("web.hostel", ANY).address, NET + 15);
	assert_int_equal(ask("web.hostel", A).flags, 0x8580);
}

static void what_there_is_not(void **state)
{
	struct said s = ask("web.hostel", AAAA);

	(void)state;
	assert_int_equal(s.code, NOERROR);
	assert_int_equal(s.records, 0);
	assert_int_equal(ask("none.hostel", A).code, NXDOMAIN);
	assert_int_equal(ask("none.hostel", AAAA).code, NXDOMAIN);
	assert_int_equal(ask("x.web.hostel", A).code, NXDOMAIN);
	assert_int_equal(ask("eb.hostel", A).code, NXDOMAIN);
	/* What is above a name is there, with nothing (RFC 8020). */
	s = ask("b.hostel", A);
	assert_int_equal(s.code, NOERROR);
	assert_int_equal(s.records, 0);
	assert_int_equal(ask("hostel", A).code, NOERROR);
}

static void others_are_asked_outside(void **state)
{
	(void)state;
	assert_int_equal(ask("web", A).code, -1);
	assert_int_equal(ask("hostel.example", A).code, -1);
	assert_int_equal(ask("webhostel", A).code, -1);
	assert_int_equal(ask("", A).code, -1);
	assert_int_equal(ask("15.3.0.10.in-addr.arpa", PTR).code, -1);
	assert_int_equal(ask("in-addr.arpa", PTR).code, -1);
	place.outside = false;
	assert_int_equal(ask("web", A).code, REFUSED);
	assert_int_equal(ask("web", A).flags, 0x8105);
	assert_int_equal(ask("web.hostel", A).flags, 0x8500);
}

static void addresses_are_names(void **state)
{
	(void)state;
	assert_string_equal(ask("15.2.0.10.in-addr.arpa", PTR).name,
			    "web.hostel.");
	assert_string_equal(ask("17.2.0.10.IN-ADDR.ARPA", PTR).name,
			    "a.b.hostel.");
	assert_int_equal(ask("99.2.0.10.in-addr.arpa", PTR).code, NXDOMAIN);
	assert_int_equal(ask("15.2.0.10.in-addr.arpa", A).records, 0);
	assert_int_equal(ask("015.2.0.10.in-addr.arpa", PTR).code, -1);
	assert_int_equal(ask("1.15.2.0.10.in-addr.arpa", PTR).code, -1);
}

/* A network with more than 256 addresses has numbers of more than a byte. */
static void numbers_of_a_wide_subnet(void **state)
{
	(void)state;
	place.subnet = 0x0a580000, place.mask = 0xffff0000;
	add("far", 0x1234);
	assert_int_equal(ask("far.hostel", A).address, 0x0a581234);
	assert_string_equal(ask("52.18.88.10.in-addr.arpa", PTR).name,
			    "far.hostel.");
	assert_int_equal(ask("52.0.88.10.in-addr.arpa", PTR).code, NXDOMAIN);
}

static void of_two_the_first(void **state)
{
	char name[VMNET_MACHINE_MAX];
	unsigned int i;

	(void)state;
	add("Web", 30);
	assert_int_equal(ask("web.hostel", A).address, NET + 15);
	assert_int_equal(ask("30.2.0.10.in-addr.arpa", PTR).code, NXDOMAIN);
	assert_int_equal(names.count, 3);
	for (i = 0; i < 2 * VMNET_NAMES; i++) {
		snprintf(name, sizeof(name), "m%u", i);
		add(name, 40);
	}
	assert_int_equal(names.count, VMNET_NAMES);
	assert_true(decode_names(&names, sizeof(names), &names));
}

static void names_that_nobody_can_ask_for(void **state)
{
	char name[VMNET_MACHINE_MAX];

	(void)state;
	add("", 30);
	add(".", 30);
	add("a..b", 30);
	add(".a", 30);
	add("a.", 30);
	memset(name, 'x', sizeof(name));
	name[64] = '\0';
	add(name, 30);
	assert_int_equal(names.count, 3);
	name[63] = '\0';
	add(name, 30);
	assert_int_equal(names.count, 4);
	/* The longest that there is, and who has it. */
	memset(name, 'y', sizeof(name));
	name[60] = '.';
	name[VMNET_MACHINE_MAX - 1] = '\0';
	add(name, 31);
	assert_int_equal(names.count, 5);
	assert_int_equal(strlen(ask("31.2.0.10.in-addr.arpa", PTR).name),
			 VMNET_MACHINE_MAX - 1 + 8);
	assert_true(decode_names(&names, sizeof(names), &names));
}

static void bad_questions(void **state)
{
	uint8_t msg[512];
	size_t len = question(msg, "web.hostel", A), i;
	struct said s;

	(void)state;
	for (i = 0; i < len; i++) {	/* cut short */
		uint8_t *copy = malloc(i + 1), out[NAMES_ANSWER_MAX];

		assert_non_null(copy);
		memcpy(copy, msg, i);
		assert_int_equal(names_answer(&place, copy, i, out), 0);
		free(copy);
	}
	msg[2] |= 0x80;			/* an answer */
	assert_int_equal(ask_len(msg, len).code, -1);
	msg[2] = 0x29;			/* another opcode */
	assert_int_equal(ask_len(msg, len).code, -1);
	msg[2] = 1, msg[5] = 2;		/* two of them */
	assert_int_equal(ask_len(msg, len).code, -1);
	msg[5] = 1, msg[12] = 0xc0;	/* a pointer */
	assert_int_equal(ask_len(msg, len).code, -1);
	msg[12] = 64;			/* a label too long */
	assert_int_equal(ask_len(msg, len).code, -1);
	/* A dot within a label is none between two. */
	question(msg, "web-hostel", A), msg[16] = '.';
	assert_int_equal(ask_len(msg, len).code, -1);
	len = question(msg, "a-b.hostel", A), msg[14] = '.';
	s = ask_len(msg, len);
	assert_int_equal(s.code, NXDOMAIN);
	/* A name too long: 255 bytes, and no more. */
	memset(msg + 12, 0, sizeof(msg) - 12);
	for (i = 0; i < 124; i++)
		msg[12 + 2 * i] = 1, msg[13 + 2 * i] = 'x';
	memcpy(msg + 12 + 248, "\6hostel\0\0\1\0\1", 12);
	assert_int_equal(ask_len(msg, 12 + 248 + 12).code, -1);
	/* Another class has nothing. */
	len = question(msg, "web.hostel", A);
	msg[len - 1] = 3;
	assert_int_equal(ask_len(msg, len).records, 0);
}

static void what_the_switch_says_is_checked(void **state)
{
	struct vmnet_names n = names, out;

	(void)state;
	assert_true(decode_names(&n, sizeof(n), &out));
	assert_false(decode_names(&n, sizeof(n) - 1, &out));
	n.magic++;
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.version--;
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.count = VMNET_NAMES + 1;
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.count--;
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.row[0].host = 0;
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.row[0].name[0] = '.';
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.row[0].name[1] = '/';
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, memset(n.row[0].name, 'a', sizeof(n.row[0].name));
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.row[1].name[VMNET_MACHINE_MAX - 1] = 'x';
	assert_false(decode_names(&n, sizeof(n), &out));
	n = names, n.row[2].zero[1] = 1;
	assert_false(decode_names(&n, sizeof(n), &out));
}

/* ---- through the real processes ---------------------------------------- */

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t mac_c[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };

static bool networked;
static int server;		/* the host's own name server */

static int set_up(void **state)
{
	if (networked)
		server = own_net_bind(SOCK_DGRAM, "127.0.0.1", 53);
	return daemon_set_up(state);
}

static int tear_down(void **state)
{
	if (networked)
		close(server);
	return daemon_tear_down(state);
}

#define NEED_NETWORK() do {						\
	if (!networked)							\
		skip_because("no user namespaces on this host");	\
} while (0)

/* lease() - as a client has it; it knows its server then. */
static struct dhcp_said lease(struct station *s)
{
	struct dhcp_said said;

	assert_true(station_dhcp(s, DHCP_DISCOVER, 0, &said));
	s->ip = said.yours;
	assert_true(station_dhcp(s, DHCP_REQUEST, said.yours, &said));
	assert_int_equal(said.type, DHCP_ACK);
	return said;
}

/* asks() - of that name server, which is on the network */
static struct said asks(struct station *s, uint32_t to, const char *name,
			uint16_t type)
{
	uint8_t mac[6], msg[512];
	size_t len = question(msg, name, type);

	assert_true(station_find(s, to, mac));
	station_ether(s, mac, ETHER_IP);
	memcpy(s->out + AT_UDP_DATA, msg, len);
	station_send_udp(s, s->ip, 3000, to, 53, len);
	if (!station_await(s, IP_UDP))
		return (struct said){ .code = -1 };
	assert_int_equal(get_be32(s->in + AT_IP + 12), to);
	assert_int_equal(get_be16(s->in + AT_BODY), 53);
	assert_int_equal(get_be16(s->in + AT_BODY + 2), 3000);
	return read_answer(msg, len, s->in + AT_UDP_DATA,
			   get_be16(s->in + AT_BODY + 4) - 8u);
}

/* gets() - the same, until the answer is that address; 0: no such name */
static void gets_it(struct station *s, uint32_t to, const char *name,
		    uint32_t address)
{
	struct said said = { .code = -1 };
	unsigned int i;

	for (i = 0; i < 50; i++) {
		said = asks(s, to, name, A);
		if (said.address == address &&
		    (address || said.code == NXDOMAIN))
			return;
		usleep(100000);
	}
	fail_msg("%s: code %d, address %x", name, said.code, said.address);
}

static bool server_was_asked(void)
{
	char got[16];

	return recv(server, got, sizeof(got), MSG_DONTWAIT) > 0;
}

static void machines_of_one_nat(void **state)
{
	struct station *a, *b;
	struct dhcp_said said;

	(void)state;
	NEED_NETWORK();
	a = station_new_machine("nat", mac_a, "web", 100);
	said = lease(a);
	assert_int_equal(said.names, STATION_DNS);
	gets_it(a, STATION_DNS, "web.hostel", a->ip);
	gets_it(a, STATION_DNS, "db.hostel", 0);
	b = station_new_machine("nat", mac_b, "db", 101);
	lease(b);
	gets_it(a, STATION_DNS, "db.hostel", b->ip);
	gets_it(b, STATION_DNS, "web.hostel", a->ip);
	assert_string_equal(
		asks(a, STATION_DNS, "16.2.0.10.in-addr.arpa", PTR).name,
		"db.hostel.");
	assert_int_equal(asks(a, STATION_DNS, "db.hostel", AAAA).code, NOERROR);
	station_free(b);
	gets_it(a, STATION_DNS, "db.hostel", 0);
	assert_false(server_was_asked());
	station_free(a);
}

static void a_killed_nat_knows_them_again(void **state)
{
	struct station *a;

	(void)state;
	NEED_NETWORK();
	a = station_new_machine("nat", mac_a, "web", 100);
	lease(a);
	gets_it(a, STATION_DNS, "web.hostel", a->ip);
	daemon_kill("nat");
	assert_true(daemon_wait_link(&a->net, false));
	assert_true(daemon_wait_link(&a->net, true));
	gets_it(a, STATION_DNS, "web.hostel", a->ip);
	station_free(a);
}

static void two_of_one_name(void **state)
{
	struct station *a, *b;
	uint32_t first;

	(void)state;
	NEED_NETWORK();
	a = station_new_machine("nat", mac_a, "web", 100);
	b = station_new_machine("nat", mac_b, "WEB", 101);
	lease(a);
	lease(b);
	first = a->ip;
	gets_it(b, STATION_DNS, "web.hostel", first);
	station_free(a);
	gets_it(b, STATION_DNS, "web.hostel", b->ip);
	/* It has it from then on. */
	a = station_new_machine("nat", mac_a, "web", 100);
	lease(a);
	assert_int_equal(a->ip, first);
	gets_it(a, STATION_DNS, "web.hostel", b->ip);
	station_free(a);
	station_free(b);
}

/* On another network it is another address, or none. */
static void a_machine_is_moved(void **state)
{
	struct station *a, *b, *c;

	(void)state;
	NEED_NETWORK();
	a = station_new_machine("nat", mac_a, "web", 100);
	b = station_new_machine("nat", mac_b, "db", 101);
	c = station_new_machine("hostonly", mac_c, "other", 102);
	lease(a);
	lease(b);
	assert_int_equal(lease(c).names, PLACE_SERVER);
	gets_it(a, STATION_DNS, "db.hostel", b->ip);
	gets_it(a, STATION_DNS, "other.hostel", 0);
	gets_it(c, PLACE_SERVER, "db.hostel", 0);
	assert_int_equal(vmnet_client_move(&b->net, "hostonly"), VMNET_OK);
	assert_true(daemon_wait_link(&b->net, true));
	gets_it(a, STATION_DNS, "db.hostel", 0);
	lease(b);
	gets_it(c, PLACE_SERVER, "db.hostel", b->ip);
	gets_it(b, PLACE_SERVER, "other.hostel", c->ip);
	assert_int_equal(asks(c, PLACE_SERVER, "example.org", A).code, REFUSED);
	assert_false(server_was_asked());
	daemon_kill("dhcp");
	usleep(1500000);
	gets_it(c, PLACE_SERVER, "db.hostel", b->ip);
	station_free(a);
	station_free(b);
	station_free(c);
}

/* A machine whose other card is on a network with NAT is told of no second name
 * server, which could not tell it of the outside. */
static void a_machine_with_two_cards(void **state)
{
	struct station *in, *out, *other;

	(void)state;
	NEED_NETWORK();
	in = station_new_machine("hostonly", mac_a, "both", 100);
	out = station_new_machine("nat", mac_b, "both", 100);
	other = station_new_machine("hostonly", mac_c, "one", 101);
	assert_int_equal(lease(out).names, STATION_DNS);
	assert_int_equal(lease(other).names, PLACE_SERVER);
	assert_int_equal(lease(in).names, 0);
	gets_it(in, PLACE_SERVER, "one.hostel", other->ip);
	station_free(out);
	usleep(500000);
	assert_int_equal(lease(in).names, PLACE_SERVER);
	station_free(in);
	station_free(other);
}

/* A question by TCP is refused, and goes nowhere. */
static void a_question_by_tcp(void **state)
{
	struct segment g = { .to = STATION_DNS, .port = 53, .window = 8192,
			     .seq = 1000, .flags = TCP_SYN };
	struct station *s;
	uint8_t msg[512], got[512];
	int listener, peer;
	size_t len;

	(void)state;
	NEED_NETWORK();
	listener = own_net_bind(SOCK_STREAM, "127.0.0.1", 53);
	s = station_new_machine("nat", mac_a, "web", 100);
	lease(s);
	assert_true(station_find(s, STATION_GATEWAY, s->gateway));
	station_send_tcp(s, &g);
	assert_true(station_await_tcp(s, TCP_SYN | TCP_ACK));
	g.seq = 1001, g.ack = get_be32(s->in + AT_BODY + 4) + 1;
	len = question(msg + 2, "web.hostel", A);
	put_be16(msg, (uint16_t)len);
	g.flags = TCP_ACK | TCP_PSH, g.data = msg, g.len = len + 2;
	station_send_tcp(s, &g);
	assert_true(station_await_tcp(s, TCP_RST));
	assert_int_equal(get_be32(s->in + AT_IP + 12), STATION_DNS);
	assert_int_equal(get_be32(s->in + AT_BODY + 4), g.ack);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	assert_true(recv(peer, got, sizeof(got), 0) <= 0);
	close(peer);
	close(listener);
	station_free(s);
}

#define U(f) cmocka_unit_test_setup(f, empty_place)
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		U(names_are_addresses), U(what_there_is_not),
		U(others_are_asked_outside), U(addresses_are_names),
		U(numbers_of_a_wide_subnet), U(of_two_the_first),
		U(names_that_nobody_can_ask_for),
		U(bad_questions), U(what_the_switch_says_is_checked),
		T(machines_of_one_nat), T(a_killed_nat_knows_them_again),
		T(two_of_one_name), T(a_machine_is_moved),
		T(a_machine_with_two_cards), T(a_question_by_tcp),
	};
	char file[] = "/tmp/hostel-names-XXXXXX";
	int failed;

	if (!own_net_names(file))
		return 1;
	networked = own_net();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	return failed;
}
