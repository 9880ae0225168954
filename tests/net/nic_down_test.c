/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic_down_test.c - a card with rings whose VMNet dies while frames wait there:
 * it stands still until VMNet is back, and then hears again.
 * tests/run: waits
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "machine/pc.h"
#include "tests/net/lib_daemon.h"
#include "vmapp/vm.h"
#include "vmdriver/iopath.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* A machine of which there is the card only. Its guest has not begun with it,
 * so the chip takes each frame, and discards it. */
static struct {
	struct vm_config config;
	struct vm_kept kept;
	struct vm vm;
	struct nic nic;
	struct pc_state state;
	struct pc pc;
	struct pcnet card;
	struct account_rows rows;
	struct lance_stats stats;
} m;

static uint64_t now_ns(void *board)
{
	(void)board;
	return clock_now_ns();
}

static void no_alarm(void *board, unsigned int pin, uint64_t when_ns)
{
	(void)board, (void)pin, (void)when_ns;
}

static void no_irq(void *board, unsigned int pin, bool level)
{
	(void)board, (void)pin, (void)level;
}

static int plug(void **state)
{
	const struct nic_config config = { .network = "vmnet5" };
	const struct irq_wire irq = { .set = no_irq };
	const struct clock_wire clock = { now_ns, no_alarm, NULL, 0 };

	daemon_set_up(state);
	memset(&m, 0, sizeof(m));
	m.config.options.io_path = IO_PATH_notify;
	m.vm.config = &m.config;
	m.vm.kept = &m.kept;
	assert_int_equal(events_open(&m.vm.events), 0);
	m.pc.state = &m.state;
	m.pc.world.rows = &m.rows;
	pcnet_wire(&m.card, &m.pc, 0, irq, clock, &m.stats);
	m.nic.vm = &m.vm;
	m.nic.card = &m.card;
	memcpy(m.nic.mac, mac_a, sizeof(m.nic.mac));
	if (nic_plug(&m.nic, &config) < 0)
		fail_msg("%s", m.nic.net.why);
	return 0;
}

static int unplug(void **state)
{
	nic_unplug(&m.nic);
	events_close(&m.vm.events);
	return daemon_tear_down(state);
}

/* send_one() - to the card, which does not look. */
static void send_one(struct vmnet_client *b)
{
	uint8_t frame[60] = { 0 };

	memcpy(frame, mac_a, 6);
	memcpy(frame + 6, mac_b, 6);
	frame[12] = 0x88, frame[13] = 0xb5;
	assert_int_equal(vmnet_client_send(b, frame, sizeof(frame)), 0);
}

/* looks() - how often the card's descriptors are ready in a tenth of a second
 * in which VMNet is not there: its timer is. */
static unsigned int looks(void)
{
	const uint64_t end = clock_now_ns() + NSEC_PER_SEC / 10;
	unsigned int n;

	for (n = 0; clock_now_ns() < end; n++)
		events_wait(&m.vm.events, NSEC_PER_SEC / 100);
	return n;
}

static void a_full_ring_does_not_spin(void **state)
{
	struct pollfd bell = { .events = POLLIN };
	struct vmnet_client b;

	(void)state;
	daemon_plug(&b, "vmnet5", mac_b);
	send_one(&b);
	bell.fd = vmnet_client_bell(&m.nic.net);
	assert_int_equal(poll(&bell, 1, 10000), 1);
	assert_int_equal(m.card.plug.next(&m.nic), 60);
	daemon_kill("switch");
	assert_true(daemon_wait_link(&b, false));
	while (m.nic.net.state == VMNET_CLIENT_UP) {
		vmnet_client_news(&m.nic.net);
		usleep(1000);
	}
	/* Nobody takes it any more, and nobody rings for it. */
	assert_int_equal(ring_count(&m.nic.net.rings->to_client), 1);
	pcnet_poll(&m.card);
	assert_int_equal(poll(&bell, 1, 0), 0);
	assert_true(looks() < 100);
	/* But for one that comes when VMNet is there again. */
	while (!nic_link(&m.nic))
		events_wait(&m.vm.events, NSEC_PER_SEC / 100);
	assert_true(daemon_wait_link(&b, true));
	assert_int_equal(m.stats.rx_offered, 0);
	send_one(&b);
	while (!m.stats.rx_offered)
		events_wait(&m.vm.events, NSEC_PER_SEC / 100);
	vmnet_client_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_full_ring_does_not_spin,
						plug, unplug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
