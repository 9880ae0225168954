/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * killed_test.c - VMNet's processes are killed while frames pass both ways: the
 * switch, vmnetd itself, a NAT, the DHCP server, who captures. Each time the
 * stations are heard again by themselves, every sum holds, and who needs
 * nothing of what died loses nothing. (The bridge: bridge_test.)
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_station.h"

#define ROUNDS	3u
#define AHEAD	60u	/* frames under way at most, while nothing is lost */

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };

/* One way between two stations. */
struct way {
	struct vmnet_client *from, *to;
	const uint8_t *from_mac, *to_mac;
	uint32_t said, heard, missed;
	uint32_t lost;		/* none before it has to come any more */
};

/* Two stations with rings on vmnet5, and what passes between them. */
struct scene {
	struct vmnet_client a, b;
	struct way way[2];
};

static int set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	daemon_set_up(NULL);
	assert_int_equal(vmnet_client_open_rings(&s->a, "vmnet5", mac_a, false),
			 0);
	assert_int_equal(vmnet_client_open_rings(&s->b, "vmnet5", mac_b, false),
			 0);
	s->way[0] = (struct way){ &s->a, &s->b, mac_a, mac_b, 0, 0, 0, 0 };
	s->way[1] = (struct way){ &s->b, &s->a, mac_b, mac_a, 0, 0, 0, 0 };
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	vmnet_client_close(&s->a);
	vmnet_client_close(&s->b);
	free(s);
	return daemon_tear_down(NULL);
}

/* ---- what passes -------------------------------------------------------- */

static void way_say(struct way *w)
{
	uint8_t frame[1000] = { 0 };

	memcpy(frame, w->to_mac, 6);
	memcpy(frame + 6, w->from_mac, 6);
	put_be16(frame + 12, 0x88b5);
	put_le32(frame + 14, w->said);
	if (vmnet_client_send(w->from, frame, 60 + w->said % 900) == 0)
		w->said++;
	vmnet_client_flush(w->from);
}

/* way_hear() - all that is there, in order; what is not there is missed. */
static void way_hear(struct way *w)
{
	uint8_t got[VMNET_FRAME_MAX];
	uint32_t number;
	ssize_t n;

	while ((n = vmnet_client_recv(w->to, got, sizeof(got))) >= 0) {
		if (n < 18 || get_be16(got + 12) != 0x88b5)
			continue;
		number = get_le32(got + 14);
		assert_true(number >= w->heard && number < w->said);
		assert_int_equal(n, 60 + number % 900);
		w->missed += number - w->heard;
		w->heard = number + 1;
	}
}

/* under_way() - frames that may still come; after an end of the switch, those
 * that were said since. */
static uint32_t under_way(const struct way *w)
{
	return w->said - MAX(w->heard, w->lost);
}

/* pass() - both ways, until @n more frames have come each way. */
static void pass(struct scene *s, uint32_t n)
{
	uint32_t until[2] = { s->way[0].said + n, s->way[1].said + n };
	uint64_t end = clock_now_ns() + 20 * NSEC_PER_SEC;
	unsigned int i;

	while (s->way[0].heard < until[0] || s->way[1].heard < until[1]) {
		assert_true(clock_now_ns() < end);
		for (i = 0; i < 2; i++) {
			if (under_way(&s->way[i]) < AHEAD)
				way_say(&s->way[i]);
			way_hear(&s->way[i]);
		}
	}
}

/* pass_anew() - after an end of the switch: what was under way is lost */
static void pass_anew(struct scene *s, uint64_t reconnects)
{
	uint64_t end = clock_now_ns() + 20 * NSEC_PER_SEC;
	unsigned int i;

	while (s->a.stats.reconnects < reconnects ||
	       s->b.stats.reconnects < reconnects || !s->a.link || !s->b.link) {
		assert_true(clock_now_ns() < end);
		for (i = 0; i < 2; i++) {
			way_say(&s->way[i]);
			way_hear(&s->way[i]);
		}
		usleep(100);
	}
	for (i = 0; i < 2; i++)
		s->way[i].lost = s->way[i].said;
}

static void sums_hold(void)
{
	if (hostel("net stats") != 0)
		fail_msg("%s", hostel_said);
}

/* ---- who is killed ------------------------------------------------------ */

/* keeper_pid() - vmnetd: who has started the switch */
static pid_t keeper_pid(void)
{
	char path[64];
	int parent = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat",
		 (int)daemon_pid("switch"));
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*d (%*[^)]) %*c %d", &parent), 1);
	fclose(f);
	assert_true(parent > 1);
	return parent;
}

/* rounds() - the switch or its keeper, again and again */
static void rounds(struct scene *s, bool keeper)
{
	unsigned int i;

	for (i = 1; i <= ROUNDS; i++) {
		pass(s, 2000);
		kill(keeper ? keeper_pid() : daemon_pid("switch"), SIGKILL);
		pass_anew(s, i);
		pass(s, 500);
		sums_hold();
	}
	assert_int_equal(s->a.stats.reconnects, ROUNDS);
	assert_false(s->a.refused || s->b.refused);
}

static void the_switch(void **state)
{
	rounds(*state, false);
}

static void its_keeper(void **state)
{
	rounds(*state, true);
}

/* answered() - the gateway is there for the station */
static bool answered(struct station *s)
{
	uint8_t mac[6];

	if (!vmnet_client_link(&s->net)) {
		vmnet_client_recv(&s->net, s->in, sizeof(s->in));
		return false;
	}
	return station_find(s, STATION_GATEWAY, mac);
}

/* Its card's link goes and comes; two others lose no frame. */
static void a_nat(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };
	struct station *n = station_new("nat", mac, STATION_IP);
	uint64_t end = clock_now_ns() + 60 * NSEC_PER_SEC;
	struct scene *s = *state;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		assert_true(answered(n));
		daemon_kill("nat");
		pass(s, 2000);
		while (!answered(n)) {
			assert_true(clock_now_ns() < end);
			pass(s, 10);
		}
		sums_hold();
	}
	assert_int_equal(s->way[0].missed + s->way[1].missed, 0);
	station_free(n);
}

static void the_dhcp_server(void **state)
{
	static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0c };
	struct station *h = station_new("hostonly", mac, 0);
	uint64_t end = clock_now_ns() + 60 * NSEC_PER_SEC;
	struct scene *s = *state;
	struct dhcp_said said;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		daemon_kill("dhcp");
		pass(s, 2000);
		while (!station_dhcp(h, DHCP_DISCOVER, 0, &said)) {
			assert_true(clock_now_ns() < end);
			pass(s, 10);
		}
		assert_int_equal(said.type, DHCP_OFFER);
		sums_hold();
	}
	assert_int_equal(s->way[0].missed + s->way[1].missed, 0);
	station_free(h);
}

/* capture() - one begins. Return: its process, once it has captured. */
static pid_t capture(const char *file)
{
	char hostel[512];
	pid_t pid;

	snprintf(hostel, sizeof(hostel), "%s/hostel",
		 getenv("HOSTEL_BUILD_DIR") ?: HOSTEL_BUILD);
	pid = fork();
	if (pid == 0) {
		dup2(open("/dev/null", O_RDWR | O_CLOEXEC), 2);
		execl(hostel, hostel, "net", "capture", "vmnet5", "-w", file,
		      (char *)NULL);
		_exit(99);
	}
	return pid;
}

static void who_captures(void **state)
{
	struct scene *s = *state;
	char file[300];
	unsigned int i, k;
	pid_t pid;

	snprintf(file, sizeof(file), "%s", daemon_path("frames"));
	for (i = 0; i < ROUNDS; i++) {
		unlink(file);
		pid = capture(file);
		for (k = 0; k < 100 && access(file, F_OK) < 0; k++)
			usleep(50000);
		assert_int_equal(access(file, F_OK), 0);
		pass(s, 2000);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		pass(s, 2000);
		sums_hold();
	}
	assert_int_equal(s->way[0].missed + s->way[1].missed, 0);
	unlink(file);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_switch), T(its_keeper), T(a_nat), T(the_dhcp_server),
		T(who_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
