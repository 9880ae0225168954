/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_hub_test.c - the hub of a bridged network, without sockets: who gets
 * what comes from the wire of a host interface.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vmnet/bridge/bridged_network.h"
#include "vmnet/switch/vswitch_parts.h"

/* Ports: the wire; two machines, with the addresses 1 and 2; a spare one. */
enum { WIRE, ONE, TWO, THREE, PORTS };
enum { EVERYONE = 0xff, STRANGER = 0x50, FOREIGN = 0x60 };

struct net {
	struct hub *hub;
	struct port *port[PORTS];
	uint64_t now;
};

static int open_net(void **state)
{
	struct net *n = calloc(1, sizeof(*n));
	unsigned int i;

	n->hub = hub_new(&bridged_network, 0, 1234);
	hub_set_link(n->hub, true);
	for (i = 0; i < PORTS; i++) {
		n->port[i] = port_new(
			-1, i == WIRE ? &uplink_port : &client_port, i, i + 1);
		/* As after a hello with any-mac. */
		n->port[i]->station = n->port[i]->any_mac = i != WIRE;
		n->port[i]->mac[0] = 0x02;
		n->port[i]->mac[5] = (uint8_t)i;
		hub_join(n->hub, n->port[i]);
		n->port[i]->link = true;
	}
	*state = n;
	return 0;
}

static int close_net(void **state)
{
	struct net *n = *state;
	unsigned int i;

	assert_true(hub_check(n->hub));
	for (i = 0; i < PORTS; i++) {
		assert_true(port_check(n->port[i]));
		hub_leave(n->hub, n->port[i]);
		port_free(n->port[i]);
	}
	hub_free(n->hub);
	free(n);
	return 0;
}

/* say() - station @src, behind port @from, sends a frame to station @dst. */
static void say(struct net *n, unsigned int from, uint8_t src, uint8_t dst)
{
	uint8_t frame[60] = { 0x02, 0, 0, 0, 0, dst, 0x02, 0, 0, 0, 0, src };

	if (dst == EVERYONE)
		memset(frame, 0xff, 6);
	n->now++;
	assert_true(port_accept(n->port[from], frame, sizeof(frame)));
	hub_input(n->hub, n->port[from], frame, sizeof(frame), n->now);
}

/* got() - how many frames each port has been offered, as a number 'wabc' */
static unsigned int got(const struct net *n)
{
	return n->port[WIRE]->queued * 1000 + n->port[ONE]->queued * 100 +
	       n->port[TWO]->queued * 10 + n->port[THREE]->queued;
}

static void the_wire_finds_a_silent_machine(void **state)
{
	struct net *n = *state;

	say(n, WIRE, STRANGER, ONE);	/* it has sent nothing so far */
	assert_int_equal(got(n), 100);
	say(n, TWO, TWO, EVERYONE);
	n->now += FDB_AGE_NS * 2;	/* and this one not for long */
	say(n, WIRE, STRANGER, TWO);
	assert_int_equal(got(n), 1211);
}

static void the_wire_finds_a_learned_address(void **state)
{
	struct net *n = *state;

	say(n, TWO, 77, EVERYONE);	/* not the address of its hello */
	say(n, WIRE, STRANGER, 77);
	assert_int_equal(got(n), 1111);
}

static void foreign_unicasts_stay_outside(void **state)
{
	struct net *n = *state;

	say(n, WIRE, STRANGER, FOREIGN);
	assert_int_equal(got(n), 0);
	assert_int_equal(n->hub->drops[DROP_not_ours], 1);
	say(n, WIRE, FOREIGN, STRANGER);	/* both are on the wire */
	assert_int_equal(got(n), 0);
	assert_int_equal(n->hub->drops[DROP_not_ours], 2);
	say(n, WIRE, STRANGER, EVERYONE);
	assert_int_equal(got(n), 111);
}

static void who_asks_hears_all(void **state)
{
	struct net *n = *state;

	n->port[THREE]->promiscuous = true;
	say(n, WIRE, STRANGER, FOREIGN);
	assert_int_equal(got(n), 1);
	say(n, WIRE, FOREIGN, STRANGER);
	assert_int_equal(got(n), 2);
	say(n, WIRE, STRANGER, EVERYONE);
	assert_int_equal(got(n), 113);
	/* What is another machine's here is a switch's secret. */
	say(n, WIRE, STRANGER, ONE);
	assert_int_equal(got(n), 213);
	assert_int_equal(n->hub->drops[DROP_not_ours], 0);
}

static void machines_reach_the_wire_and_each_other(void **state)
{
	struct net *n = *state;

	say(n, ONE, ONE, FOREIGN);	/* unknown: to all */
	assert_int_equal(got(n), 1011);
	say(n, WIRE, STRANGER, EVERYONE);
	say(n, ONE, ONE, STRANGER);	/* known: to the wire */
	assert_int_equal(got(n), 2122);
	say(n, TWO, TWO, ONE);
	assert_int_equal(got(n), 2222);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_net, close_net)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_wire_finds_a_silent_machine),
		T(the_wire_finds_a_learned_address),
		T(foreign_unicasts_stay_outside), T(who_asks_hears_all),
		T(machines_reach_the_wire_and_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
