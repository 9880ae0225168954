/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ctl_test.c - VMNet's control socket and `hostel net`: real processes, and a
 * switch of our own whose books do not balance.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "vmnet/client/ctl.h"
#include "vmnet/ctl/ctl.h"
#include "vmnet/switch/vswitch_parts.h"

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* plug_as() - as the card of a machine. */
static void plug_as(struct vmnet_client *c, const uint8_t mac[6],
		    const char *machine, pid_t pid, unsigned int nic)
{
	const struct vmnet_plug plug = { .network = "vmnet5", .mac = mac,
		.machine = machine, .machine_pid = pid, .nic = nic };

	if (vmnet_client_plug(c, &plug) < 0)
		fail_msg("%s", c->why);
}

static void send_some(struct vmnet_client *from, const uint8_t *to, size_t n)
{
	uint8_t frame[60] = { 0 };

	memcpy(frame, to, 6);
	memcpy(frame + 6, from->hello.mac, 6);
	put_be16(frame + 12, 0x88b5);
	while (n--)
		assert_int_equal(vmnet_client_send(from, frame, 60), 0);
}

/* ---- real processes ---------------------------------------------------- */

static void list_tells_who_is_where(void **state)
{
	struct vmnet_client a, b;
	const char *text;

	(void)state;
	assert_int_equal(hostel("net stats"), 69);
	assert_non_null(strstr(hostel_said, "VMNet does not run"));
	assert_non_null(strstr(hostel_said, "'hostel run --net nat"));
	plug_as(&a, mac_a, "web", 4711, 0);
	plug_as(&b, mac_b, NULL, 4712, 3);
	send_some(&a, mac_b, 5);
	assert_int_equal(hostel("net list"), 0);
	text = hostel_said;
	assert_non_null(strstr(text, "vmnet5  private"));
	assert_non_null(strstr(text, "web:0"));
	assert_non_null(strstr(text, "@4712:3"));
	assert_non_null(strstr(text, "00:50:56:00:00:0b"));
	assert_int_equal(hostel("net list --json"), 0);
	assert_non_null(strstr(hostel_said, "\"machine\":\"web\""));
	assert_non_null(strstr(hostel_said, "\"frames_in\":5"));
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

static void stats_tell_each_hop(void **state)
{
	struct vmnet_client a, b;

	(void)state;
	plug_as(&a, mac_a, "web", 4711, 0);
	plug_as(&b, mac_b, "db", 4712, 1);
	send_some(&a, mac_b, 5);
	assert_int_equal(hostel("net stats"), 0);
	assert_non_null(strstr(hostel_said, "db:1"));
	assert_null(strstr(hostel_said, "DOES NOT"));
	assert_int_equal(hostel("net stats db:1 --json"), 0);
	assert_null(strstr(hostel_said, "\"machine\":\"web\""));
	assert_non_null(
		strstr(hostel_said, "\"hop\":\"out of the switch\",\"in\":5"));
	assert_non_null(strstr(hostel_said, "\"holds\":true}"));
	/* A port that has left takes no frame of its network's with it. */
	vmnet_client_close(&a);
	usleep(100000);
	assert_int_equal(hostel("net stats @4712:1"), 0);
	assert_non_null(
		strstr(hostel_said, "           5 in            5 out"));
	vmnet_client_close(&b);
}

static void mistakes_get_a_sentence(void **state)
{
	static const struct {
		const char *words;
		int status;
		const char *says;
	} rows[] = {
		{ "net", 64, "Verbs" },
		{ "net --help", 0, "Verbs" },
		{ "net nothing", 64, "no verb 'nothing'" },
		{ "net list x", 64, "one word too many: 'x'" },
		{ "net list --x", 64, "unknown option '--x'" },
		{ "net stats 1 2", 64, "one word too many: '2'" },
		{ "net stats 99999", 69, "no such port" },
		{ "net stats 99999999999", 69, "no port '99999999999'" },
		{ "net stats web:", 64, "behind ':' is the card's number" },
		{ "net stats web:1", 69, "no port 'web:1'" },
	};
	struct vmnet_client a;
	size_t i;

	(void)state;
	plug_as(&a, mac_a, "web", 4711, 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(hostel(rows[i].words), rows[i].status);
		if (!strstr(hostel_said, rows[i].says))
			fail_msg("%s: %s", rows[i].words, hostel_said);
	}
	vmnet_client_close(&a);
}

static int control(void)
{
	char why[256];
	int sock = vmnet_ctl_open(why, sizeof(why));

	if (sock < 0)
		fail_msg("%s", why);
	return sock;
}

/* status_of() - of what is said; -1: cut off. */
static int status_of(const void *msg, size_t len)
{
	struct ctl_reply reply = { .status = 0xffff };
	struct pollfd p = { .fd = control(), .events = POLLIN };
	ssize_t n;

	assert_int_equal(send(p.fd, msg, len, MSG_NOSIGNAL), len);
	assert_int_equal(poll(&p, 1, 3000), 1);
	n = recv(p.fd, &reply, sizeof(reply), 0);
	close(p.fd);
	return n == (ssize_t)sizeof(reply) ? reply.status : -1;
}

static void nonsense_is_refused(void **state)
{
	struct ctl_request good = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .verb = CTL_LIST }, r = good;
	struct vmnet_hello hello = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .mac = { 2 }, .network = "vmnet5" };
	struct pollfd p = { .events = POLLIN };
	struct ctl_reply reply = { 0 };
	struct vmnet_client a;
	uint8_t big[4000] = { 0 };
	int sock;

	(void)state;
	plug_as(&a, mac_a, "web", 4711, 0);
	assert_int_equal(status_of(&good, sizeof(good)), CTL_DONE);
	assert_int_equal(status_of("x", 1), CTL_BAD_REQUEST);
	assert_int_equal(status_of(big, sizeof(big)), CTL_BAD_REQUEST);
	assert_int_equal(status_of(&hello, sizeof(hello)), CTL_BAD_REQUEST);
	r.magic = 1;
	assert_int_equal(status_of(&r, sizeof(r)), CTL_BAD_REQUEST);
	r = good, r.version = 5;
	assert_int_equal(status_of(&r, sizeof(r)), CTL_BAD_VERSION);
	r = good, r.verb = CTL_VERBS;
	assert_int_equal(status_of(&r, sizeof(r)), CTL_BAD_REQUEST);
	r = good, r.args[CTL_ARGS - 1] = 1;
	assert_int_equal(status_of(&r, sizeof(r)), CTL_BAD_REQUEST);
	r = good, r.verb = CTL_STATS, r.args[3] = 1;
	assert_int_equal(status_of(&r, sizeof(r)), CTL_NO_PORT);
	/* A descriptor that nobody asked for. */
	sock = control();
	assert_int_equal(fdpass_send(sock, &good, sizeof(good), &sock, 1), 0);
	p.fd = sock;
	assert_int_equal(poll(&p, 1, 3000), 1);
	assert_int_equal(recv(sock, &reply, sizeof(reply), 0), sizeof(reply));
	assert_int_equal(reply.status, CTL_BAD_REQUEST);
	close(sock);
	vmnet_client_close(&a);
}

/* Who never reads, and who connects without end, are cut off; the cards feel
 * nothing of it. */
static void greed_is_cut_off(void **state)
{
	struct ctl_request r = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .verb = CTL_LIST };
	struct vmnet_client a, b;
	uint8_t got[VMNET_FRAME_MAX];
	int sock[CTL_CONNECTIONS + 4], deaf;
	unsigned int i;

	(void)state;
	plug_as(&a, mac_a, "web", 4711, 0);
	plug_as(&b, mac_b, "db", 4712, 0);
	deaf = control();
	for (i = 0; i < 100000; i++) {
		if (send(deaf, &r, sizeof(r), MSG_NOSIGNAL) >= 0)
			continue;
		if (errno == EPIPE)
			break;
		usleep(100);	/* a slow switch reads on */
	}
	assert_true(i < 100000);
	close(deaf);
	for (i = 0; i < ARRAY_SIZE(sock); i++)
		sock[i] = control();
	send_some(&a, mac_b, 1);
	assert_int_equal(daemon_receive(&b, got), 60);
	for (i = 0; i < ARRAY_SIZE(sock); i++)
		close(sock[i]);
	usleep(100000);
	assert_int_equal(hostel("net list"), 0);
	vmnet_client_close(&a);
	vmnet_client_close(&b);
}

/* A connection for a card, which a machine may have, is no control connection,
 * and the other way round. */
static void a_card_controls_nothing(void **state)
{
	struct ctl_request r = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .verb = CTL_LIST };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct vmnet_reply reply = { 0 };
	struct vmnet_client a;
	int fd;

	(void)state;
	plug_as(&a, mac_a, "web", 4711, 0);
	fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s",
		 daemon_path("vmnet.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(send(fd, &r, sizeof(r), MSG_NOSIGNAL), sizeof(r));
	assert_int_equal(recv(fd, &reply, sizeof(reply), 0), sizeof(reply));
	assert_int_equal(reply.status, VMNET_BAD_SIZE);
	close(fd);
	vmnet_client_close(&a);
}

/* ---- a switch of our own ----------------------------------------------- */

static int listen_at(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s",
		 daemon_path(name));
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* broken_switch() - in a child: it serves, and one sum does not hold. */
static _Noreturn void broken_switch(int cards, int ctl, bool broken)
{
	struct vswitch *sw = calloc(1, sizeof(*sw));
	struct hub *hub;

	if (vswitch_open(sw, cards, -1) ||
	    vswitch_control(sw, &ctl_server, ctl))
		_exit(1);
	hub = vswitch_get_hub(sw, 5, "");
	hub->clients = sw->clients = 1;
	hub->in += broken;
	while (vswitch_round(sw, NSEC_PER_SEC))
		;
	_exit(0);
}

static void a_broken_sum_is_told(void **state)
{
	int cards = listen_at("vmnet.sock"), ctl = listen_at("vmnet.ctl");
	int broken;
	pid_t pid;

	(void)state;
	for (broken = 0; broken < 2; broken++) {
		pid = fork();
		if (pid == 0)
			broken_switch(cards, ctl, broken);
		assert_int_equal(hostel("net stats"), broken ? 70 : 0);
		assert_int_equal(!!strstr(hostel_said, "DOES NOT ADD UP"),
				 broken);
		assert_int_equal(hostel("net stats --json"), broken ? 70 : 0);
		assert_int_equal(!!strstr(hostel_said, "\"holds\":false}"),
				 broken);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(cards);
	close(ctl);
	unlink(daemon_path("vmnet.sock"));
	unlink(daemon_path("vmnet.ctl"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					      daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(list_tells_who_is_where), T(stats_tell_each_hop),
		T(mistakes_get_a_sentence), T(nonsense_is_refused),
		T(greed_is_cut_off), T(a_card_controls_nothing),
		T(a_broken_sum_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
