/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_join_wire_test.c - streams of a bridged station, put together by the
 * switch and cut by this host's kernel: the other machine gets each frame as
 * it was sent, and in its place.
 *
 * The switch is stopped while frames are sent, so that it finds them together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_seed.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"
#include "tests/net/lib_stream.h"
#include "tests/net/lib_wire.h"

#define FRAMES	40u	/* so many fit into any socket on the way */
#define ROUNDS	200u

enum { ACK = PACKET_ACK, PSH = PACKET_PSH, FIN = PACKET_FIN };

static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t outside[6] = { 0x02, 0, 0, 0, 0, 0x77 };

struct sender {
	struct vmnet_client net;
	int wire;
	pid_t pid;		/* of the switch */
	struct stream s[2];
	unsigned int n;		/* frames that were sent */
	size_t len[FRAMES];
	uint8_t frame[FRAMES][VMNET_FRAME_MAX], got[WIRE_FRAME_MAX];
};

/* counted() - a number that the daemon tells, or the first of a list in it */
static json_int_t counted(const char *list, const char *key)
{
	json_t *all = json_loads(daemon_stats(), 0, NULL), *from = all;
	json_int_t n;

	if (list)
		from = json_array_get(json_object_get(all, list), 0);
	n = json_integer_value(json_object_get(from, key));
	json_decref(all);
	return n;
}

static int set_up(void **state)
{
	struct sender *t = calloc(1, sizeof(*t));
	unsigned int i;

	daemon_set_up(NULL);
	wire_shell("for at in '' \"$LAB_PEER\"; do $at ethtool -K wire0 tx off "
		   "tso off gso off gro off >/dev/null; done");
	t->wire = wire_open(PEER);
	daemon_plug(&t->net, "bridged=wire0", mac);
	t->pid = (pid_t)counted(NULL, "switch_pid");
	assert_true(t->pid > 1);
	for (i = 0; i < 2; i++) {
		t->s[i] = (struct stream){ .port = (uint16_t)(4000 + i),
					   .id = 0xffe0, .seq = 0xffff0000,
					   .options = 12 * i };
		memcpy(t->s[i].from, mac, 6);
		memcpy(t->s[i].to, outside, 6);
	}
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct sender *t = *state;

	kill(t->pid, SIGCONT);
	vmnet_client_close(&t->net);
	close(t->wire);
	free(t);
	return daemon_tear_down(NULL);
}

/* together() - the switch sees nothing, or all that was sent meanwhile */
static void together(struct sender *t, bool stop)
{
	if (stop)
		t->n = 0;
	assert_int_equal(kill(t->pid, stop ? SIGSTOP : SIGCONT), 0);
}

/* say() - send the frame that was made last */
static void say(struct sender *t, size_t len)
{
	t->len[t->n] = len;
	assert_int_equal(vmnet_client_send(&t->net, t->frame[t->n], len), 0);
	t->n++;
}

static void say_next(struct sender *t, unsigned int which, size_t data,
		     uint8_t flags)
{
	say(t, stream_frame(&t->s[which], t->frame[t->n], data, flags));
}

/* hear() - the next frame of the station's; 0: none for two seconds */
static size_t hear(struct sender *t)
{
	struct pollfd p = { .fd = t->wire, .events = POLLIN };
	ssize_t n;

	while (poll(&p, 1, 2000) > 0) {
		n = recv(t->wire, t->got, sizeof(t->got), MSG_DONTWAIT);
		if (n >= 14 && !memcmp(t->got + 6, mac, 6))
			return (size_t)n;
	}
	return 0;
}

static void hear_all(struct sender *t)
{
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		assert_int_equal(hear(t), t->len[i]);
		assert_memory_equal(t->got, t->frame[i], t->len[i]);
	}
}

/* ---- tests ------------------------------------------------------------- */

static void a_stream_arrives_as_it_was_sent(void **state)
{
	struct sender *t = *state;
	unsigned int round;

	for (round = 0; round < 20; round++) {
		together(t, true);
		while (t->n < FRAMES)
			say_next(t, round & 1, 1448,
				 t->n % 30 ? ACK : ACK | PSH);
		together(t, false);
		hear_all(t);
	}
	/* Else this has tested nothing. */
	assert_in_range(counted("hubs", "joined"), 20, 20 * FRAMES);
}

/* say_any() - a frame that may or may not go on where the last one ended */
static void say_any(struct sender *t, unsigned int *seed)
{
	unsigned int which = rand_r(seed) % 8 == 0, kind = rand_r(seed) % 24;
	struct stream *s = &t->s[which];
	uint8_t *f = t->frame[t->n];
	size_t len, data = kind == 0 ? (size_t)rand_r(seed) % 1448 : 1448;

	len = stream_frame(s, f, data,
			   kind == 1 ? ACK | PSH :
			   kind == 2 ? ACK | FIN :
				       ACK);
	switch (kind) {
	case 3:			/* a bit that is wrong */
		f[14 + (size_t)rand_r(seed) % (len - 14)] ^= 1;
		break;
	case 4:			/* a bit that is another, in the headers */
		f[STREAM_IP + rand_r(seed) % 40] ^=
			(uint8_t)(1 << rand_r(seed) % 8);
		stream_seal(f, len);
		break;
	case 5:			/* as if one had been lost */
		s->seq += 1448;
		break;
	case 6:
		s->id++;
		break;
	}
	say(t, len);
}

static void any_mixture_arrives_as_it_was_sent(void **state)
{
	struct sender *t = *state;
	unsigned int round, seed = test_seed(1);

	for (round = 0; round < ROUNDS; round++) {
		together(t, true);
		while (t->n < FRAMES)
			say_any(t, &seed);
		together(t, false);
		hear_all(t);
	}
	assert_in_range(counted("hubs", "joined"), ROUNDS, ROUNDS * FRAMES);
}

/* What an interface takes goes for what is put together, too. */
static void too_long_frames_are_not_joined(void **state)
{
	struct sender *t = *state;

	wire_shell("ip link set wire0 mtu 1400; "
		   "$LAB_PEER ip link set wire0 mtu 1400");
	usleep(300000);		/* until the switch has heard of it */
	together(t, true);
	while (t->n < 10)
		say_next(t, 1, 1349, ACK);
	together(t, false);
	assert_int_equal(hear(t), 0);
	assert_int_equal(counted("hubs", "joined"), 0);
	together(t, true);
	while (t->n < 10)
		say_next(t, 1, 1348, ACK);
	together(t, false);
	hear_all(t);
	assert_in_range(counted("hubs", "joined"), 1, 5);
	wire_shell("ip link set wire0 mtu 1500; "
		   "$LAB_PEER ip link set wire0 mtu 1500");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(a_stream_arrives_as_it_was_sent),
		T(any_mixture_arrives_as_it_was_sent),
		T(too_long_frames_are_not_joined),
	};

	(void)argc;
	wire_lab(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
