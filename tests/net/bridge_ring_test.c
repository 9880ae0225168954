/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bridge_ring_test.c - the slots of a packet socket's ring, filled by hand as a
 * kernel fills them, and as none should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/if_packet.h>

#include "base/bytes.h"
#include "base/check.h"
#include "vmnet/bridge/bridge_ring.h"

#define AT 96u		/* where a kernel of today puts the frame */

static int set_up(void **state)
{
	struct bridge_ring *r = calloc(1, sizeof(*r));

	r->slots = calloc(1, BRIDGE_RING_SIZE);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct bridge_ring *r = *state;

	free(r->slots);
	free(r);
	return 0;
}

static struct tpacket2_hdr *slot(const struct bridge_ring *r, unsigned int i)
{
	return (void *)(r->slots + (size_t)i % BRIDGE_SLOTS * BRIDGE_SLOT);
}

/* fill() - slot @i gets a frame of so many bytes, each of value @i */
static struct tpacket2_hdr *fill(const struct bridge_ring *r, unsigned int i,
				 uint32_t len, uint32_t held)
{
	struct tpacket2_hdr *h = slot(r, i);

	h->tp_len = len;
	h->tp_snaplen = held;
	h->tp_mac = AT;
	memset((uint8_t *)h + AT, (int)i, MIN(held, BRIDGE_SLOT - AT));
	h->tp_status = TP_STATUS_USER;
	return h;
}

static void frames_come_in_turn_and_slots_go_back(void **state)
{
	struct bridge_ring *r = *state;
	struct bridge_frame f;
	unsigned int i;

	assert_false(bridge_ring_next(r, &f));
	for (i = 0; i < 3 * BRIDGE_SLOTS + 5; i++) {
		fill(r, i, 60 + i % 1000, 60 + i % 1000);
		assert_true(bridge_ring_next(r, &f));
		assert_int_equal(f.kind, BRIDGE_FRAME_HERE);
		assert_int_equal(f.len, 60 + i % 1000);
		assert_int_equal(f.frame[f.len - 1], (uint8_t)i);
		assert_false(f.tag.there);
		/* It stays ours until we say so. */
		assert_true(bridge_ring_next(r, &f));
		bridge_ring_done(r);
		assert_int_equal(slot(r, i)->tp_status, TP_STATUS_KERNEL);
		assert_false(bridge_ring_next(r, &f));
	}
}

static void a_full_ring_is_read_to_its_end(void **state)
{
	struct bridge_ring *r = *state;
	struct bridge_frame f;
	unsigned int i, n = 0;

	r->next = 7;
	for (i = 7; i < 7 + BRIDGE_SLOTS; i++)
		fill(r, i, 60, 60);
	for (; bridge_ring_next(r, &f); bridge_ring_done(r))
		n++;
	assert_int_equal(n, BRIDGE_SLOTS);
	assert_int_equal(r->next, 7);
}

static void what_the_kernel_says_of_a_frame_is_told(void **state)
{
	struct bridge_ring *r = *state;
	struct virtio_net_hdr vnet = { .gso_size = 1448, .hdr_len = 66 };
	struct tpacket2_hdr *h = fill(r, 0, 100, 100);
	struct bridge_frame f;

	memcpy((uint8_t *)h + AT - sizeof(vnet), &vnet, sizeof(vnet));
	h->tp_vlan_tci = 0x6007;
	h->tp_vlan_tpid = 0x88a8;
	h->tp_status |= TP_STATUS_VLAN_VALID;
	assert_true(bridge_ring_next(r, &f));
	assert_memory_equal(&f.vnet, &vnet, sizeof(vnet));
	assert_true(f.tag.there);
	assert_int_equal(f.tag.value, 0x6007);
	assert_int_equal(f.tag.type, 0x8100);	/* it does not say which */
	h->tp_status |= TP_STATUS_VLAN_TPID_VALID;
	assert_true(bridge_ring_next(r, &f));
	assert_int_equal(f.tag.type, 0x88a8);
}

static void long_ones_are_elsewhere_or_lost(void **state)
{
	struct bridge_ring *r = *state;
	struct bridge_frame f;

	fill(r, 0, 40000, BRIDGE_SLOT - AT)->tp_status |= TP_STATUS_COPY;
	assert_true(bridge_ring_next(r, &f));
	assert_int_equal(f.kind, BRIDGE_FRAME_QUEUED);
	bridge_ring_done(r);
	fill(r, 1, 40000, BRIDGE_SLOT - AT);
	assert_true(bridge_ring_next(r, &f));
	assert_int_equal(f.kind, BRIDGE_FRAME_LOST);
	assert_int_equal(f.len, 40000);
	assert_int_equal(f.held, BRIDGE_SLOT - AT);
}

/* No length leads out of the slot, whatever it is. */
static void no_frame_reaches_beyond_its_slot(void **state)
{
	static const uint32_t odd[] = { 0, 1, 16, 41, 42, AT, BRIDGE_SLOT - 1,
		BRIDGE_SLOT, BRIDGE_SLOT + 1, 65535, 0x7fffffff, 0xffffffff };
	struct bridge_ring *r = *state;
	struct bridge_frame f;
	const uint8_t *begin;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(odd); i++)
		for (k = 0; k < ARRAY_SIZE(odd); k++) {
			struct tpacket2_hdr *h = fill(r, 3, 60, 60);

			begin = (const uint8_t *)h;
			r->next = 3;
			h->tp_mac = (uint16_t)odd[i];
			h->tp_snaplen = odd[k];
			h->tp_len = odd[k];
			assert_true(bridge_ring_next(r, &f));
			assert_true(f.frame >= begin + sizeof(*h) + 10);
			assert_true(f.held <= BRIDGE_SLOT);
			assert_true(f.frame + f.held <= begin + BRIDGE_SLOT);
			assert_true(f.kind != BRIDGE_FRAME_HERE ||
				    f.len == f.held);
		}
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_come_in_turn_and_slots_go_back),
		T(a_full_ring_is_read_to_its_end),
		T(what_the_kernel_says_of_a_frame_is_told),
		T(long_ones_are_elsewhere_or_lost),
		T(no_frame_reaches_beyond_its_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
