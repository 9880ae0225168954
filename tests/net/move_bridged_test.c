/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move_bridged_test.c - a card that runs is moved onto a bridged network that
 * opens for it, and away again, in the laboratory (bench/lab): it is on the
 * wire while it is there and not before or after, and every sum holds.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_wire.h"

static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t outside[6] = { 0x02, 0, 0, 0, 0, 0x77 };

/* frame_make() - of 60 bytes; told by its last one. */
static void frame_make(uint8_t *f, const uint8_t *to, const uint8_t *from,
		       uint8_t what)
{
	memset(f, 0, 60);
	memcpy(f, to, 6);
	memcpy(f + 6, from, 6);
	put_be16(f + 12, WIRE_TYPE);
	f[59] = what;
}

static void moved(struct vmnet_client *c, const char *network)
{
	struct pollfd p = { .fd = vmnet_client_fd(c), .events = POLLIN };
	uint64_t end = clock_now_ns() + 10 * NSEC_PER_SEC;
	enum vmnet_status status = VMNET_STATUS_COUNT;
	uint8_t buf[VMNET_FRAME_MAX];

	assert_int_equal(vmnet_client_move(c, network), VMNET_OK);
	while (!vmnet_client_answer(c, &status) && clock_now_ns() < end) {
		poll(&p, 1, 50);
		vmnet_client_recv(c, buf, sizeof(buf));
	}
	assert_int_equal(status, VMNET_OK);
	assert_true(daemon_wait_link(c, true));
}

/* sent() - Return: does the other machine see it? */
static bool sent(struct vmnet_client *c, int wire, uint8_t what)
{
	uint8_t frame[60], got[WIRE_FRAME_MAX];
	size_t n;

	frame_make(frame, outside, mac, what);
	assert_int_equal(vmnet_client_send(c, frame, sizeof(frame)), 0);
	vmnet_client_flush(c);
	n = wire_receive(wire, got);
	return n >= 60 && got[59] == what && !memcmp(got + 6, mac, 6);
}

/* received() - Return: does the card get what the other machine sends? */
static bool received(struct vmnet_client *c, int wire, uint8_t what)
{
	uint8_t frame[60], got[VMNET_FRAME_MAX];
	ssize_t n;

	frame_make(frame, mac, outside, what);
	wire_send(wire, frame, sizeof(frame));
	do
		n = daemon_receive(c, got);
	while (n && memcmp(got, mac, 6) != 0);
	return n == 60 && got[59] == what;
}

static void moves(bool rings)
{
	const struct vmnet_plug plug = { .network = "vmnet5", .mac = mac,
					 .rings = rings };
	int wire = wire_open(PEER);
	struct vmnet_client c;
	unsigned int i;

	assert_int_equal(vmnet_client_plug(&c, &plug), 0);
	for (i = 0; i < 2; i++) {
		assert_false(sent(&c, wire, 1));
		moved(&c, "bridged=wire0");
		assert_true(sent(&c, wire, 2));
		assert_true(received(&c, wire, 3));
		if (hostel("net stats") != 0)
			fail_msg("%s", hostel_said);
		moved(&c, "vmnet5");
	}
	assert_false(received(&c, wire, 4));
	if (hostel("net stats") != 0)
		fail_msg("%s", hostel_said);
	vmnet_client_close(&c);
	close(wire);
}

static void by_its_socket(void **state)
{
	(void)state;
	moves(false);
}

static void by_rings(void **state)
{
	(void)state;
	moves(true);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					     daemon_tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { T(by_its_socket), T(by_rings) };

	(void)argc;
	wire_lab(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
