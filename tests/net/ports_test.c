/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports_test.c - many ports at a real vmnetd: 32 on one network hear each other
 * and nobody else; who comes when it is full is told so, and nobody loses
 * anything by it. Tagged frames pass as they are.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"

#define CARDS	32u
#define ALL	(CARDS + 1u)	/* to everybody */
#define MOST	120u		/* cards that VMNet has room for */

static void mac_of(unsigned int i, uint8_t mac[6])
{
	memcpy(mac, (uint8_t[]){ 0, 0x50, 0x56, 0, 1, (uint8_t)i }, 6);
}

/* plug() - card @i; with rings. Return: 0 or -errno. */
static int plug(struct vmnet_client *c, unsigned int i, const char *network)
{
	uint8_t mac[6];

	mac_of(i, mac);
	return vmnet_client_open_rings(c, network, mac, false);
}

static size_t make(uint8_t *frame, unsigned int from, unsigned int to,
		   unsigned int n)
{
	memset(frame, 0x5a, 100);
	mac_of(to, frame);
	if (to == ALL)
		memset(frame, 255, 6);
	mac_of(from, frame + 6);
	put_be16(frame + 12, 0x88b5);
	put_le32(frame + 14, n);
	return 100;
}

static void say(struct vmnet_client *c, const uint8_t *frame, size_t len)
{
	assert_int_equal(vmnet_client_send(c, frame, len), 0);
	vmnet_client_flush(c);
}

/* hears() - that frame comes next, and no other. */
static void hears(struct vmnet_client *c, const uint8_t *frame, size_t len)
{
	uint8_t got[VMNET_FRAME_MAX];

	assert_int_equal(daemon_receive(c, got), len);
	assert_memory_equal(got, frame, len);
}

static void thirty_two_on_one_network(void **state)
{
	static struct vmnet_client c[CARDS], other;
	uint8_t frame[VMNET_FRAME_MAX];
	unsigned int i, k;
	size_t len;

	(void)state;
	for (i = 0; i < CARDS; i++)
		assert_int_equal(plug(&c[i], i, "vmnet5"), 0);
	assert_int_equal(plug(&other, 99, "vmnet6"), 0);
	for (i = 0; i < CARDS; i++) {
		len = make(frame, i, ALL, i);
		say(&c[i], frame, len);
		for (k = 0; k < CARDS; k++)
			if (k != i)
				hears(&c[k], frame, len);
		len = make(frame, i, (i + 1) % CARDS, i);
		say(&c[i], frame, len);
		hears(&c[(i + 1) % CARDS], frame, len);
	}
	assert_int_equal(vmnet_client_recv(&other, frame, sizeof(frame)),
			 -EAGAIN);
	assert_int_equal(hostel("net stats"), 0);
	for (i = 0; i < CARDS; i++)
		vmnet_client_close(&c[i]);
	vmnet_client_close(&other);
}

/* What two say to each other is never in a third one's memory. */
static void rings_are_one_cards(void **state)
{
	struct vmnet_client c[3];
	uint8_t frame[VMNET_FRAME_MAX];
	unsigned int i;
	size_t len;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(plug(&c[i], i, "vmnet5"), 0);
	for (i = 0; i < 3 * RING_SLOTS; i++) {
		len = make(frame, 0, 1, i);
		say(&c[0], frame, len);
		hears(&c[1], frame, len);
	}
	assert_non_null(
		memmem(c[1].rings, sizeof(*c[1].rings), frame + 20, 80));
	assert_null(memmem(c[2].rings, sizeof(*c[2].rings), frame + 20, 80));
	for (i = 0; i < 3; i++)
		vmnet_client_close(&c[i]);
}

static void one_too_many_is_told(void **state)
{
	static struct vmnet_client c[MOST], more;
	uint8_t frame[VMNET_FRAME_MAX], mac[6];
	unsigned int i;
	size_t len;

	(void)state;
	for (i = 0; i < MOST; i++) {
		mac_of(i, mac);
		assert_int_equal(vmnet_client_open(&c[i], "vmnet5", mac), 0);
	}
	mac_of(MOST, mac);
	assert_true(vmnet_client_open(&more, "vmnet5", mac) < 0);
	assert_non_null(strstr(more.why, "has room for 120 cards"));
	/* all others go on, and can be asked after */
	assert_int_equal(hostel("net stats"), 0);
	len = make(frame, 0, ALL, 1);
	say(&c[0], frame, len);
	for (i = 1; i < MOST; i++)
		hears(&c[i], frame, len);
	/* who leaves makes room */
	vmnet_client_close(&c[0]);
	usleep(200000);
	assert_int_equal(vmnet_client_open(&c[0], "vmnet5", mac), 0);
	for (i = 0; i < MOST; i++)
		vmnet_client_close(&c[i]);
}

/* IEEE 802.1Q: a tag is no matter of the switch's. 1518 bytes with one are
 * 1514 without; of two tags the second is data. */
static void tags_pass(void **state)
{
	static const uint8_t tags[][8] = {
		{ 0x81, 0x00, 0x00, 0x05, 0x88, 0xb5 },	/* VLAN 5 */
		{ 0x81, 0x00, 0xe0, 0x00, 0x88, 0xb5 },	/* a priority */
		{ 0x88, 0xa8, 0x0f, 0xfe, 0x81, 0x00, 0x00, 0x01 },
	};
	uint8_t frame[VMNET_FRAME_MAX];
	struct vmnet_client c[3];
	unsigned int i, to;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(plug(&c[i], i, "vmnet5"), 0);
	for (i = 0; i < ARRAY_SIZE(tags) * 2; i++) {
		to = i % 2 ? 1 : ALL;
		memset(frame, (int)i, sizeof(frame));
		make(frame, 0, to, i);
		memcpy(frame + 12, tags[i / 2], sizeof(tags[0]));
		say(&c[0], frame, VMNET_FRAME_MAX);
		hears(&c[1], frame, VMNET_FRAME_MAX);
		if (to == ALL)
			hears(&c[2], frame, VMNET_FRAME_MAX);
	}
	assert_int_equal(vmnet_client_recv(&c[2], frame, sizeof(frame)),
			 -EAGAIN);
	for (i = 0; i < 3; i++)
		vmnet_client_close(&c[i]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					     daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(thirty_two_on_one_network), T(rings_are_one_cards),
		T(one_too_many_is_told), T(tags_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
