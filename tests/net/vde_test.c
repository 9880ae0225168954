/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vde_test.c - cables between networks of VMNet and a switch of VDE: the real
 * vmnet-vde, vmnetd and vde_switch. Two networks with a cable each to one
 * switch are one network; whoever is killed, and comes back, is plugged in
 * again.
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
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_packet.h"
#include "vmnet/keeper/child.h"

#define FRAME_TYPE 0x88b5
#define TRIES 200u		/* of 50 ms and what a frame takes to be lost */

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const uint8_t behind[6] = { 0x02, 0, 0, 0, 0, 0x77 };
static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };

struct bench {
	char folder[64], sock[96], said[96];
	pid_t vde, cable[2];
	struct vmnet_client a, b;
	uint8_t frame[VMNET_FRAME_MAX], got[VMNET_FRAME_MAX];
};

/* start() - a program with what it says in t->said. @held: becomes its
 * descriptor CHILD_FD; -1: nothing does */
static pid_t start(const struct bench *t, const char *const *words, int held)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(t->said, O_WRONLY | O_CREAT | O_APPEND, 0600);
		int hold[2];	/* its input never ends: vde_switch would */

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (pipe(hold) == 0)
			dup2(hold[0], 0);
		dup2(fd, 1), dup2(fd, 2);
		if (held >= 0 && held != CHILD_FD)
			dup2(held, CHILD_FD);
		if (held >= 0)
			fcntl(CHILD_FD, F_SETFD, 0);
		execvp(words[0], (char *const *)words);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static void vde_start(struct bench *t)
{
	const char *const words[] = { "vde_switch", "--sock", t->sock,
				      NULL };
	char path[128];
	struct stat st;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/ctl", t->sock);
	unlink(path);
	t->vde = start(t, words, -1);
	for (i = 0; i < TRIES && stat(path, &st) < 0; i++)
		usleep(50000);
	assert_int_equal(stat(path, &st), 0);
}

/* program() - Return: vmnet-vde's path. */
static const char *program(void)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s", getenv("HOSTEL_VMNETD"));
	strcpy(strrchr(path, '/'), "/vmnet-vde");
	return path;
}

static pid_t cable_start(const struct bench *t, const char *network,
			 const char *sock)
{
	const char *const words[] = { program(), network, sock, NULL };

	return start(t, words, -1);
}

/* helper_start() - a cable as vmnetd has it, which works; we are its switch.
 * @send_buffer: of its socket; 0: as usual. Return: our end of that. */
static int helper_start(const struct bench *t, pid_t *pid, int send_buffer)
{
	const char *const words[] = { program(), t->sock, NULL };
	const struct timeval patience = { .tv_sec = 10 };
	struct vmnet_event e;
	int pair[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
		   sizeof(patience));
	if (send_buffer)
		setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &send_buffer,
			   sizeof(send_buffer));
	*pid = start(t, words, pair[1]);
	close(pair[1]);
	assert_int_equal(recv(pair[0], &e, sizeof(e), 0), sizeof(e));
	assert_int_equal(e.type, VMNET_EVENT_LINK);
	return pair[0];
}

static void stop(pid_t *pid, int how)
{
	if (*pid) {
		kill(*pid, how);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

static bool have_vde(void)
{
	return system("command -v vde_switch >/dev/null") == 0;
}

static int set_up(void **state)
{
	struct bench *t = calloc(1, sizeof(*t));

	*state = t;
	daemon_set_up(NULL);
	strcpy(t->folder, "/tmp/hostel-vde-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->sock, sizeof(t->sock), "%s/switch", t->folder);
	snprintf(t->said, sizeof(t->said), "%s/said", t->folder);
	return 0;
}

static int tear_down(void **state)
{
	struct bench *t = *state;
	char command[128];

	stop(&t->cable[0], SIGTERM);
	stop(&t->cable[1], SIGTERM);
	stop(&t->vde, SIGTERM);
	snprintf(command, sizeof(command), "rm -rf %s", t->folder);
	assert_int_equal(system(command), 0);
	free(t);
	return daemon_tear_down(NULL);
}

/* plug_all() - two networks, a station on each, a cable from each */
static void plug_all(struct bench *t)
{
	if (!have_vde())
		skip_because("vde_switch is not there (tools/setup reach)");
	vde_start(t);
	daemon_plug(&t->a, "vmnet21", mac_a);
	daemon_plug(&t->b, "vmnet22", mac_b);
	t->cable[0] = cable_start(t, "vmnet21", t->sock);
	t->cable[1] = cable_start(t, "vmnet22", t->sock);
}

static void unplug_all(struct bench *t)
{
	vmnet_client_close(&t->a);
	vmnet_client_close(&t->b);
}

static void make(struct bench *t, size_t len, const uint8_t *to,
		 const uint8_t *from)
{
	packet_known(t->frame, len, to, from, FRAME_TYPE);
}

/* crosses() - a frame that was made, from one station to the other */
static bool crosses(struct bench *t, struct vmnet_client *from,
		    struct vmnet_client *to, size_t len)
{
	ssize_t n;

	if (vmnet_client_send(from, t->frame, len))
		return false;
	do
		n = daemon_receive(to, t->got);
	while (n > 0 && ((size_t)n != len || memcmp(t->got, t->frame, len)));
	return n > 0;
}

/* joined() - until what one sends to all reaches the other */
static bool joined(struct bench *t)
{
	unsigned int i;

	for (i = 0; i < 15; i++) {	/* two seconds each, if it is lost */
		make(t, 100 + i, everyone, mac_a);
		if (crosses(t, &t->a, &t->b, 100 + i))
			return true;
		usleep(50000);
	}
	return false;
}

static void two_networks_are_one(void **state)
{
	struct bench *t = *state;
	size_t len;

	plug_all(t);
	assert_true(joined(t));
	for (len = 60; len <= 1514; len += 97) {
		make(t, len, mac_b, mac_a);
		assert_true(crosses(t, &t->a, &t->b, len));
		make(t, len, mac_a, mac_b);
		assert_true(crosses(t, &t->b, &t->a, len));
	}
	/* The longest there is, with a tag; VDE's switch leaves it alone. */
	make(t, 1518, mac_b, mac_a);
	assert_true(crosses(t, &t->a, &t->b, 1518));
	unplug_all(t);
}

/* Two networks of the file, with a VDE switch each, which is one: no cable is
 * plugged in by hand, and the VDE switch may come later, end and come again. */
static void networks_of_the_file_are_joined(void **state)
{
	struct bench *t = *state;
	char path[128];
	FILE *f;

	if (!have_vde())
		skip_because("vde_switch is not there (tools/setup reach)");
	snprintf(path, sizeof(path), "%s/networking", t->folder);
	f = fopen(path, "w");
	/* A line that makes no sense keeps no other from being heeded. */
	fprintf(f, "nonsense\nanswer VNET_21_VDE %s\nanswer VNET_22_VDE %s\n",
		t->sock, t->sock);
	fclose(f);
	setenv("HOSTEL_VMNET_CONFIG", path, 1);
	daemon_plug(&t->a, "vmnet21", mac_a);
	daemon_plug(&t->b, "vmnet22", mac_b);
	unsetenv("HOSTEL_VMNET_CONFIG");
	assert_int_equal(t->a.kind, NET_VDE);
	assert_null(strstr(daemon_stats(), "vde_pid"));
	vde_start(t);
	assert_true(joined(t));
	make(t, 1514, mac_b, mac_a);
	assert_true(crosses(t, &t->a, &t->b, 1514));
	make(t, 1518, mac_a, mac_b);
	assert_true(crosses(t, &t->b, &t->a, 1518));
	assert_non_null(strstr(daemon_stats(), "vde_pid"));
	stop(&t->vde, SIGKILL);
	vde_start(t);
	assert_true(joined(t));
	unplug_all(t);
}

/* An address that is a card's here is not believed of who comes by a cable. */
static void nobody_is_a_card_of_ours(void **state)
{
	struct vmnet_client other;
	struct bench *t = *state;

	plug_all(t);
	assert_true(joined(t));
	daemon_plug(&other, "vmnet22", behind);
	make(t, 60, mac_a, behind);	/* the card's own: it reaches a */
	assert_true(crosses(t, &other, &t->a, 60));
	make(t, 61, everyone, mac_b);	/* b's, said by the cable's side */
	vmnet_client_send(&t->a, t->frame, 61);
	make(t, 62, mac_b, mac_a);
	assert_true(crosses(t, &t->a, &t->b, 62));
	assert_non_null(strstr(daemon_stats(), "source_forged"));
	vmnet_client_close(&other);
	unplug_all(t);
}

static void a_switch_that_comes_back_is_plugged_in_again(void **state)
{
	struct bench *t = *state;

	plug_all(t);
	assert_true(joined(t));
	stop(&t->vde, SIGKILL);
	make(t, 60, mac_b, mac_a);
	assert_false(crosses(t, &t->a, &t->b, 60));
	vde_start(t);
	assert_true(joined(t));
	unplug_all(t);
}

static void vmnetd_that_comes_back_is_plugged_in_again(void **state)
{
	struct bench *t = *state;

	plug_all(t);
	assert_true(joined(t));
	daemon_kill("switch");
	assert_true(daemon_wait_link(&t->a, false));
	assert_true(daemon_wait_link(&t->a, true));
	assert_true(daemon_wait_link(&t->b, true));
	assert_true(joined(t));
	unplug_all(t);
}

/* lost_told() - Return: how many frames the cable says next that it lost; 0: it
 * says nothing. @flags: of recv() */
static uint32_t lost_told(int fd, unsigned int value, int flags)
{
	uint8_t msg[VMNET_FRAME_MAX];
	struct vmnet_event e;
	ssize_t n;

	while ((n = recv(fd, msg, sizeof(msg), flags)) > 0)
		if (decode_event(msg, (size_t)n, &e) == 0 &&
		    e.type == VMNET_EVENT_DROPS && e.value == value)
			return e.count;
	return 0;
}

/* A cable whose switch does not read tells later what was lost there. */
static void what_vmnet_does_not_take_is_told(void **state)
{
	struct bench *t = *state;
	uint32_t lost = 0;
	unsigned int i, k;
	int a, b;

	if (!have_vde())
		skip_because("vde_switch is not there (tools/setup reach)");
	vde_start(t);
	a = helper_start(t, &t->cable[0], 1);	/* room for a frame or two */
	b = helper_start(t, &t->cable[1], 0);
	make(t, 1514, everyone, mac_b);
	/* More than fits; and when there is room, one that has it tell. */
	for (i = 0; i < TRIES && !lost; i++) {
		for (k = 0; k < (i % 2 ? 1 : 8); k++)
			send(b, t->frame, 1514, 0);
		usleep(50000);
		lost = lost_told(a, VDE_DROP_IN, MSG_DONTWAIT);
	}
	assert_true(lost > 0);
	close(a);
	close(b);
}

/* What is longer than any frame does not get to VDE, whoever sends it. */
static void what_is_no_frame_stays_here(void **state)
{
	static const uint8_t big[12000];
	struct bench *t = *state;
	int fd;

	if (!have_vde())
		skip_because("vde_switch is not there (tools/setup reach)");
	vde_start(t);
	fd = helper_start(t, &t->cable[0], 0);
	assert_int_equal(send(fd, big, sizeof(big), 0), sizeof(big));
	assert_int_equal(lost_told(fd, VDE_DROP_OUT, 0), 1);
	assert_int_equal(send(fd, big, VMNET_FRAME_MAX + 1, 0),
			 VMNET_FRAME_MAX + 1);
	assert_int_equal(lost_told(fd, VDE_DROP_OUT, 0), 1);
	close(fd);
}

/* status() - of a cable that does not come to be */
static int status(const struct bench *t, const char *network, const char *sock)
{
	int status = 0;

	waitpid(cable_start(t, network, sock), &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* told() - has a cable said so? */
static bool told(const struct bench *t, const char *words)
{
	char command[256];

	snprintf(command, sizeof(command), "grep -q '%s' %s", words, t->said);
	return system(command) == 0;
}

static void what_can_not_be_is_told(void **state)
{
	struct bench *t = *state;

	if (!have_vde())
		skip_because("vde_switch is not there (tools/setup reach)");
	assert_int_equal(status(t, "vmnet21", "/nowhere"), EXIT_SETUP);
	assert_true(told(t, "no VDE switch answers there"));
	/* It would be another kind of VDE, which runs programs. */
	assert_int_equal(status(t, "vmnet21", "cmd://true"), EXIT_USAGE);
	vde_start(t);
	assert_int_equal(status(t, "bridged=nowhere", t->sock), EXIT_SETUP);
	assert_true(told(t, "no network interface"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_networks_are_one), T(networks_of_the_file_are_joined),
	 T(nobody_is_a_card_of_ours),
		T(a_switch_that_comes_back_is_plugged_in_again),
		T(vmnetd_that_comes_back_is_plugged_in_again),
		T(what_can_not_be_is_told), T(what_is_no_frame_stays_here),
		T(what_vmnet_does_not_take_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
