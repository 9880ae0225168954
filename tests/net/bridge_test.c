/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_test.c - the bridged network with its real processes, in the
 * laboratory: stations here, a packet socket and the kernel's own sockets on
 * the other machine, and the cable between them pulled and cut.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"
#include "tests/net/lib_wire.h"
#include "vmnet/bridge/bridge.h"
#include "vmnet/keeper/child.h"

#define NETWORK "bridged=wire0"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t outside[6] = { 0x02, 0, 0, 0, 0, 0x77 };
static const uint8_t foreign[6] = { 0x02, 0, 0, 0, 0, 0x99 };
static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
static const uint8_t group[6] = { 0x01, 0, 0x5e, 0, 0, 1 };

struct bench {
	struct vmnet_client a, b;
	int wire;
	uint8_t frame[WIRE_FRAME_MAX], got[WIRE_FRAME_MAX];
};

/* ---- the bench --------------------------------------------------------- */

static int plug_both(void **state)
{
	struct bench *t = calloc(1, sizeof(*t));

	t->wire = wire_open(PEER);
	daemon_plug(&t->a, NETWORK, mac_a);
	daemon_plug(&t->b, NETWORK, mac_b);
	*state = t;
	return 0;
}

static int set_up(void **state)
{
	daemon_set_up(NULL);
	return plug_both(state);
}

/* set_up_lacking() - the daemons' kernel lacks something; ours does not. */
static int set_up_lacking(void **state, const char *words)
{
	char script[600];

	daemon_set_up(NULL);
	snprintf(script, sizeof(script),
		 "f=%s; printf '#!/bin/sh\\nHOSTEL_HOST=%s "
		 "exec %s\\n' >$f; chmod 700 $f",
		 daemon_path("old-vmnetd"), words, getenv("HOSTEL_VMNETD"));
	wire_shell(script);
	setenv("HOSTEL_VMNETD", daemon_path("old-vmnetd"), 1);
	return plug_both(state);
}

static int set_up_old(void **state)
{
	return set_up_lacking(state, "linux-4.18");
}

static int set_up_no_ring(void **state)
{
	return set_up_lacking(state, "no-packet-ring");
}

static json_int_t number(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* bridged() - what the daemon tells of our hub; the caller's reference */
static json_t *bridged(void)
{
	json_t *all = json_loads(daemon_stats(), 0, NULL);
	json_t *hub = json_array_get(json_object_get(all, "hubs"), 0);

	assert_non_null(hub);
	assert_string_equal(
		json_string_value(json_object_get(hub, "interface")), "wire0");
	json_incref(hub);
	json_decref(all);
	return hub;
}

/* lost() - frames that the hub (NULL) or ports of @kind lost by a reason */
static json_int_t lost(const char *kind, const char *why)
{
	json_t *all = json_loads(daemon_stats(), 0, NULL), *o;
	json_int_t n = 0;
	size_t i;

	json_array_foreach(
		json_object_get(all, kind ? "ports" : "hubs"), i,
		o) if (!kind ||
		       !strcmp(kind,
			       json_string_value(json_object_get(o, "kind"))))
		n += number(json_object_get(o, "drops"), why);
	json_decref(all);
	return n;
}

/* books_balance() - in + copies = out + drops, at the hub */
static bool books_balance(void)
{
	json_t *hub = bridged(), *count;
	json_int_t in = number(hub, "in") + number(hub, "copies");
	json_int_t out = number(hub, "out");
	const char *why;

	json_object_foreach(json_object_get(hub, "drops"), why, count)
		out += json_integer_value(count);
	json_decref(hub);
	return in == out;
}

static pid_t switch_pid(void)
{
	json_t *all = json_loads(daemon_stats(), 0, NULL);
	json_int_t pid = number(all, "switch_pid");

	json_decref(all);
	assert_true(pid > 1);
	return (pid_t)pid;
}

static int tear_down(void **state)
{
	struct bench *t = *state;

	assert_true(books_balance());
	vmnet_client_close(&t->a);
	vmnet_client_close(&t->b);
	close(t->wire);
	free(t);
	unlink(daemon_path("old-vmnetd"));
	return daemon_tear_down(NULL);
}

/* make() - the next frame: all its bytes are known */
static void make(struct bench *t, size_t len, const uint8_t *to,
		 const uint8_t *from)
{
	packet_known(t->frame, len, to, from, WIRE_TYPE);
}

/* type_of() - of a frame, behind all its tags */
static unsigned int type_of(const uint8_t *frame, size_t len)
{
	unsigned int type;
	size_t at = 12;

	do {
		type = at + 2 <= len ? get_be16(frame + at) : 0;
		at += 4;
	} while (type == 0x8100 || type == 0x88a8);
	return type;
}

/* hear() - a station's next frame of ours, whole and as it was made */
static bool hear(struct bench *t, struct vmnet_client *c, size_t len)
{
	size_t n;

	do
		n = (size_t)daemon_receive(c, t->got);
	while (n && type_of(t->got, n) != WIRE_TYPE);
	return n == len && !memcmp(t->got, t->frame, len);
}

static bool wire_hears(struct bench *t, size_t len)
{
	return wire_receive(t->wire, t->got) == len &&
	       !memcmp(t->got, t->frame, len);
}

static void from_wire(struct bench *t, size_t len, const uint8_t *to)
{
	make(t, len, to, outside);
	wire_send(t->wire, t->frame, len);
}

/* ---- who gets what ----------------------------------------------------- */

static void frames_cross_both_ways(void **state)
{
	struct bench *t = *state;
	size_t len;

	for (len = 14; len <= 1514; len += len < 70 ? 1 : 7) {
		from_wire(t, len, mac_a);
		assert_true(hear(t, &t->a, len));
		make(t, len, outside, mac_a);
		assert_int_equal(vmnet_client_send(&t->a, t->frame, len), 0);
		assert_true(wire_hears(t, len));
	}
}

static void each_hears_what_is_for_it(void **state)
{
	struct bench *t = *state;

	from_wire(t, 60, foreign);	/* not this one: */
	from_wire(t, 61, everyone);
	assert_true(hear(t, &t->a, 61));
	assert_true(hear(t, &t->b, 61));
	from_wire(t, 62, mac_b);
	assert_true(hear(t, &t->b, 62));
	from_wire(t, 63, group);
	assert_true(hear(t, &t->a, 63));
	assert_true(hear(t, &t->b, 63));
	assert_int_equal(lost(NULL, "not_ours"), 1);
}

/* Frames between the guests stay here; the wire's own hears group frames. */
static void guests_hear_each_other(void **state)
{
	struct bench *t = *state;

	make(t, 100, mac_a, mac_b);
	assert_int_equal(vmnet_client_send(&t->b, t->frame, 100), 0);
	assert_true(hear(t, &t->a, 100));
	make(t, 101, mac_b, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 101), 0);
	assert_true(hear(t, &t->b, 101));
	make(t, 102, everyone, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 102), 0);
	assert_true(hear(t, &t->b, 102));
	do
		assert_true(wire_receive(t->wire, t->got) > 0);
	while (memcmp(t->got, t->frame, 102));
	assert_memory_equal(t->got, everyone, 6);
}

static void who_asks_hears_all(void **state)
{
	struct bench *t = *state;
	unsigned int i;

	vmnet_client_promiscuous(&t->a, true);
	for (i = 0; i < 40; i++) {	/* until the daemon has read it */
		from_wire(t, 60, foreign);
		from_wire(t, 61, mac_a);
		daemon_receive(&t->a, t->got);
		if (!memcmp(t->got, foreign, 6))
			break;
		usleep(50000);
	}
	assert_in_range(i, 0, 39);
	assert_true(hear(t, &t->a, 61));
	from_wire(t, 62, everyone);
	assert_true(hear(t, &t->b, 62));	/* nothing came before it */
	assert_true(hear(t, &t->a, 62));
	vmnet_client_promiscuous(&t->a, false);
	for (i = 0; i < 40; i++) {
		from_wire(t, 60, foreign);
		from_wire(t, 61, mac_a);
		daemon_receive(&t->a, t->got);
		if (!memcmp(t->got, mac_a, 6))
			break;
		assert_true(hear(t, &t->a, 61));
		usleep(50000);
	}
	assert_in_range(i, 0, 39);
}

/* What is for the host itself, or from it, is not even seen by vmnetd. */
static void what_is_the_hosts_is_not_seen(void **state)
{
	int here = wire_open(HERE);
	struct bench *t = *state;
	uint8_t mac[6];
	json_t *hub;

	vmnet_client_promiscuous(&t->a, true);
	wire_mac(here, mac);
	from_wire(t, 60, mac);
	make(t, 62, mac_a, mac);
	wire_send(here, t->frame, 62);
	assert_true(wire_hears(t, 62));
	close(here);
	from_wire(t, 61, mac_a);
	assert_true(hear(t, &t->a, 61));
	hub = bridged();
	assert_int_equal(number(hub, "in"), 1);
	json_decref(hub);
}

/* ---- lengths and tags -------------------------------------------------- */

/* tagged() - a frame of @len bytes with a tag, or two, crosses both ways */
static void tagged(struct bench *t, size_t len, unsigned int outer,
		   unsigned int inner)
{
	size_t at = 12;

	make(t, len, mac_a, outside);
	put_be16(t->frame + at, (uint16_t)outer);
	put_be16(t->frame + at + 2, 0x6007);	/* priority 3, VLAN 7 */
	at += 4;
	if (inner) {
		put_be16(t->frame + at, (uint16_t)inner);
		put_be16(t->frame + at + 2, 0xb123);
		at += 4;
	}
	put_be16(t->frame + at, WIRE_TYPE);
	wire_send(t->wire, t->frame, len);
	assert_true(hear(t, &t->a, len));
	memcpy(t->frame, outside, 6);
	memcpy(t->frame + 6, mac_a, 6);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, len), 0);
	assert_true(wire_hears(t, len));
}

/* This kernel takes the outer tag out of what comes in, whatever it is. */
static void tags_stay_where_they_are(void **state)
{
	struct bench *t = *state;

	tagged(t, 1518, 0x8100, 0);
	tagged(t, 64, 0x8100, 0);
	tagged(t, 1514, 0x88a8, 0);	/* of 4 more it knows 0x8100 only */
	tagged(t, 1514, 0x88a8, 0x8100);
	tagged(t, 100, 0x8100, 0x8100);
}

static void too_long_frames_are_counted(void **state)
{
	struct bench *t = *state;

	wire_shell("ip link set wire0 mtu 9000; "
		   "$LAB_PEER ip link set wire0 mtu 9000");
	from_wire(t, 1519, mac_a);
	from_wire(t, 9014, mac_a);
	from_wire(t, 1518, mac_a);
	assert_true(hear(t, &t->a, 1518));
	assert_int_equal(lost("uplink", "frame_long"), 2);
	/* And the other way: the interface takes less than a guest sends. */
	wire_shell("ip link set wire0 mtu 1400; "
		   "$LAB_PEER ip link set wire0 mtu 1400");
	make(t, 1415, outside, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 1415), 0);
	make(t, 1414, outside, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 1414), 0);
	assert_true(wire_hears(t, 1414));
	assert_int_equal(lost("uplink", "wire_mtu"), 1);
	wire_shell("ip link set wire0 mtu 1500; "
		   "$LAB_PEER ip link set wire0 mtu 1500");
}

/* A flood is lost in part, and told of in full. */
static void a_flood_is_counted(void **state)
{
	struct bench *t = *state;
	json_int_t in, want = 50000;
	json_t *hub;
	int i;

	for (i = 0; i < want; i++) {
		make(t, 1000, mac_a, outside);
		wire_send(t->wire, t->frame, 1000);
	}
	for (i = 0; i < 50; i++) {
		hub = bridged();
		in = number(hub, "in") + lost("uplink", "wire_overrun");
		json_decref(hub);
		if (in == want)
			break;
		usleep(100000);
	}
	assert_int_equal(in, want);
	while (daemon_receive(&t->a, t->got))	/* until it is over */
		;
	from_wire(t, 60, mac_a);
	assert_true(hear(t, &t->a, 60));
}

/* What comes while the switch stands still is there when it goes on, as far as
 * there is room for it, and the rest is counted. */
static void a_switch_that_stood_still_counts_what_it_missed(void **state)
{
	const json_int_t want = 6000;
	json_int_t in = 0, missed = 0;
	struct bench *t = *state;
	pid_t pid = switch_pid();
	json_t *hub;
	int i;

	kill(pid, SIGSTOP);
	for (i = 0; i < want; i++) {
		make(t, 1000, foreign, outside);
		wire_send(t->wire, t->frame, 1000);
	}
	kill(pid, SIGCONT);
	for (i = 0; i < 100 && in + missed != want; i++) {
		usleep(50000);
		missed = lost("uplink", "wire_overrun");
		hub = bridged();
		in = number(hub, "in");
		json_decref(hub);
	}
	assert_int_equal(in + missed, want);
	assert_int_equal(lost(NULL, "not_ours"), in);
	assert_in_range(in, 500, want - 1);
	assert_in_range(missed, 1, want - 500);
	from_wire(t, 60, mac_a);
	assert_true(hear(t, &t->a, 60));
}

/* What the wire can not take yet stays with the station, in its order. */
static void a_slow_wire_loses_nothing(void **state)
{
	/* More than the rings on the way hold, the bridge's of 2048 too. */
	const uint32_t frames = 2700;
	uint32_t sent = 0, heard = 0;
	struct bench *t = *state;

	/* A frame each 2 ms: our own socket on the wire holds some 160, so this
	 * process may stand still for a third of a second. */
	wire_shell("tc qdisc add dev wire0 root tbf rate 2mbit burst 16kb "
		   "latency 500ms");
	while (heard < frames) {
		for (; sent < frames; sent++) {
			make(t, 500, outside, mac_a);
			put_be32(t->frame + 14, sent);
			if (vmnet_client_send(&t->a, t->frame, 500))
				break;
		}
		assert_int_equal(wire_receive(t->wire, t->got), 500);
		assert_int_equal(get_be32(t->got + 14), heard);
		heard++;
	}
	wire_shell("tc qdisc del dev wire0 root");
	assert_true(t->a.stats.out_full > 0);
	assert_int_equal(lost("uplink", "port_queue_full"), 0);
}

/* ---- the link ---------------------------------------------------------- */

static void crosses_again(struct bench *t)
{
	from_wire(t, 200, mac_a);
	assert_true(hear(t, &t->a, 200));
	make(t, 201, outside, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 201), 0);
	assert_true(wire_hears(t, 201));
}

static void an_interface_goes_down_and_up(void **state)
{
	struct bench *t = *state;

	crosses_again(t);
	wire_shell("ip link set wire0 down");
	assert_true(daemon_wait_link(&t->a, false));
	assert_true(daemon_wait_link(&t->b, false));
	make(t, 60, outside, mac_a);
	assert_int_equal(vmnet_client_send(&t->a, t->frame, 60), -EPIPE);
	wire_shell("ip link set wire0 up");
	assert_true(daemon_wait_link(&t->a, true));
	assert_true(daemon_wait_link(&t->b, true));
	crosses_again(t);
}

static void a_cable_is_pulled_and_put_back(void **state)
{
	struct bench *t = *state;

	wire_shell("$LAB_PEER ip link set wire0 down");
	assert_true(daemon_wait_link(&t->a, false));
	wire_shell("$LAB_PEER ip link set wire0 up");
	assert_true(daemon_wait_link(&t->a, true));
	close(t->wire);		/* it has a pending error by now */
	t->wire = wire_open(PEER);
	crosses_again(t);
}

/* Another interface of that name: the helper has to open it anew. */
static void an_interface_goes_away_and_comes_back(void **state)
{
	struct bench *t = *state;

	wire_shell("ip link del wire0");
	assert_true(daemon_wait_link(&t->a, false));
	usleep(300000);
	assert_false(vmnet_client_link(&t->a));
	wire_shell("ip link add wire0 type veth peer name wire0 netns peer; "
		   "ip link set wire0 up; $LAB_PEER ip link set wire0 up");
	assert_true(daemon_wait_link(&t->a, true));
	close(t->wire);
	t->wire = wire_open(PEER);
	crosses_again(t);
	assert_int_equal(t->a.stats.reconnects, 0);
}

/* kill_switch() - the daemon dies; its clients will start another */
static void kill_switch(void)
{
	assert_int_equal(kill(switch_pid(), SIGKILL), 0);
}

static void a_killed_switch_bridges_again(void **state)
{
	struct bench *t = *state;

	kill_switch();
	assert_true(daemon_wait_link(&t->a, false));
	assert_true(daemon_wait_link(&t->a, true));
	assert_true(daemon_wait_link(&t->b, true));
	crosses_again(t);
	/* And if the new one is refused at first, since nothing is there. */
	wire_shell("ip link set wire0 down");
	kill_switch();
	assert_true(daemon_wait_link(&t->a, false));
	usleep(700000);
	assert_false(vmnet_client_link(&t->a));
	wire_shell("ip link set wire0 up");
	assert_true(daemon_wait_link(&t->a, true));
	assert_true(daemon_wait_link(&t->b, true));
	crosses_again(t);
}

/* load() - a frame each way; what comes is taken. */
static void load(struct bench *t)
{
	uint8_t got[VMNET_FRAME_MAX];
	unsigned int i;

	from_wire(t, 1000, mac_a);
	make(t, 1000, outside, mac_b);
	vmnet_client_send(&t->b, t->frame, 1000);
	for (i = 0; i < 4; i++) {
		vmnet_client_recv(&t->a, got, sizeof(got));
		vmnet_client_recv(&t->b, got, sizeof(got));
	}
}

/* Frames go both ways all the time. */
static void killed_under_load(void **state)
{
	uint64_t end = clock_now_ns() + 30 * NSEC_PER_SEC;
	struct bench *t = *state;
	unsigned int i, k;

	for (i = 1; i <= 3; i++) {
		for (k = 0; k < 2000; k++)
			load(t);
		kill_switch();
		while (t->a.stats.reconnects < i || !t->a.link ||
		       t->b.stats.reconnects < i || !t->b.link) {
			assert_true(clock_now_ns() < end);
			load(t);
			usleep(100);
		}
		assert_true(books_balance());
	}
	while (daemon_receive(&t->a, t->got) || daemon_receive(&t->b, t->got))
		;
	while (wire_receive(t->wire, t->got))
		;
	crosses_again(t);
}

/* The filter keeps the host's own frames out: whoever gets the socket can not
 * take it off. */
static void the_filter_is_locked(void **state)
{
	struct bridge_answer a;
	int pair[2], sock = -1, locked = 0;
	socklen_t len = sizeof(locked);
	char program[600];
	size_t n = 1;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	if (fork() == 0) {
		dup2(pair[1], CHILD_FD);
		snprintf(program, sizeof(program), "%s",
			 getenv("HOSTEL_VMNETD"));
		strcpy(strrchr(program, '/'), "/vmnet-bridge");
		execl(program, program, "wire0", (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	assert_int_equal(fdpass_recv(pair[0], &a, sizeof(a), &sock, &n),
			 sizeof(a));
	assert_int_equal(a.status, VMNET_OK);
	assert_int_equal(n, 1);
	assert_int_equal(
		getsockopt(sock, SOL_SOCKET, SO_LOCK_FILTER, &locked, &len), 0);
	assert_int_equal(locked, 1);
	assert_int_equal(setsockopt(sock, SOL_SOCKET, SO_DETACH_FILTER, &locked,
				    len),
			 -1);
	assert_int_equal(errno, EPERM);
	close(sock), close(pair[0]), close(pair[1]);
}

/* ---- refused ----------------------------------------------------------- */

static bool refused(const char *network, const char *why)
{
	struct vmnet_client c;

	if (vmnet_client_open(&c, network, mac_a) != -EINVAL)
		return false;
	if (strstr(c.why, why))
		return true;
	print_message("# %s: %s\n", network, c.why);
	return false;
}

static void what_can_not_be_bridged_is_refused(void **state)
{
	(void)state;
	assert_true(refused("bridged", "say which"));
	assert_true(refused("vmnet0", "say which"));
	assert_true(refused("bridged=a/b", "no such network"));
	assert_true(refused("bridged=wire7", "no network interface"));
	assert_true(refused("bridged=lo", "not Ethernet"));
	wire_shell("ip link set wire0 down");
	assert_true(refused("bridged=wire0", "is down"));
	wire_shell("ip link set wire0 up");
}

static void without_the_right_one_is_told_how(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {		/* with a daemon that can never have it */
		prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
		_exit(refused("bridged=wire0", "setcap cap_net_raw") ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void without_the_helper_one_is_told(void **state)
{
	char copy[300];

	(void)state;
	snprintf(copy, sizeof(copy), "cp $HOSTEL_VMNETD %s; ",
		 daemon_path("vmnetd"));
	wire_shell(copy);
	setenv("HOSTEL_VMNETD", daemon_path("vmnetd"), 1);
	assert_true(refused("bridged=wire0", "does not work"));
	unlink(daemon_path("vmnetd"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define OLD(f) cmocka_unit_test_setup_teardown(f, set_up_old, tear_down)
#define NO_RING(f) cmocka_unit_test_setup_teardown(f, set_up_no_ring, tear_down)
#define R(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					      daemon_tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(frames_cross_both_ways), T(each_hears_what_is_for_it),
		T(guests_hear_each_other), T(who_asks_hears_all),
		T(what_is_the_hosts_is_not_seen),
		OLD(frames_cross_both_ways),
		OLD(what_is_the_hosts_is_not_seen),
		T(tags_stay_where_they_are), T(too_long_frames_are_counted),
		T(a_flood_is_counted),
		T(a_switch_that_stood_still_counts_what_it_missed),
		T(a_slow_wire_loses_nothing),
		NO_RING(frames_cross_both_ways),
		NO_RING(tags_stay_where_they_are),
		NO_RING(too_long_frames_are_counted),
		NO_RING(a_switch_that_stood_still_counts_what_it_missed),
		NO_RING(an_interface_goes_away_and_comes_back),
		T(an_interface_goes_down_and_up),
		T(a_cable_is_pulled_and_put_back),
		T(an_interface_goes_away_and_comes_back),
		T(a_killed_switch_bridges_again), T(killed_under_load),
		R(what_can_not_be_bridged_is_refused),
		R(the_filter_is_locked),
		R(without_the_right_one_is_told_how),
		R(without_the_helper_one_is_told),
	};

	(void)argc;
	wire_lab(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
