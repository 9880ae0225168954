/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_daemon.c - a daemon for each test: see lib_daemon.h. */
#include "tests/net/lib_daemon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

char *daemon_path(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", getenv("HOSTEL_VMNET_DIR"), name);
	return path;
}

int daemon_set_up(void **state)
{
	char dir[] = "/tmp/hostel-test-XXXXXX", daemon[512], cwd[256];
	const char *build = getenv("HOSTEL_BUILD_DIR");

	(void)state;
	if (!build)
		build = HOSTEL_BUILD;
	assert_non_null(mkdtemp(dir));
	setenv("HOSTEL_VMNET_DIR", dir, 1);
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	snprintf(daemon, sizeof(daemon), "%s%s%s/vmnetd",
		 build[0] == '/' ? "" : cwd, build[0] == '/' ? "" : "/", build);
	setenv("HOSTEL_VMNETD", daemon, 1);
	/* Who may is not to have a device on this host's own network. */
	setenv("HOSTEL_VMNET_ADAPTER", "/bin/false", 0);
	return 0;
}

int daemon_tear_down(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 60 && access(daemon_path("vmnet.sock"), F_OK) == 0; i++)
		usleep(100000);
	usleep(100000);
	assert_int_equal(access(daemon_path("vmnet.sock"), F_OK), -1);
	assert_int_equal(access(daemon_path("vmnet.lock"), F_OK), -1);
	assert_int_equal(rmdir(getenv("HOSTEL_VMNET_DIR")), 0);
	return 0;
}

void daemon_plug(struct vmnet_client *c, const char *net, const uint8_t mac[6])
{
	if (vmnet_client_open(c, net, mac) < 0)
		fail_msg("%s", c->why);
	assert_true(vmnet_client_link(c));
}

void daemon_plug_nat(struct vmnet_client *c, const uint8_t mac[6])
{
	const struct vmnet_wishes wishes = { .host_loopback = true };
	const struct vmnet_plug plug = { .network = "nat", .mac = mac,
					 .wishes = &wishes };

	if (vmnet_client_plug(c, &plug) < 0)
		fail_msg("%s", c->why);
	assert_true(vmnet_client_link(c));
}

bool daemon_wait_link(struct vmnet_client *c, bool up)
{
	struct pollfd p = { .fd = vmnet_client_fd(c), .events = POLLIN };
	uint64_t end = clock_now_ns() + 10 * NSEC_PER_SEC;
	uint8_t buf[VMNET_FRAME_MAX];

	while (vmnet_client_link(c) != up && clock_now_ns() < end) {
		poll(&p, 1, 50);
		vmnet_client_recv(c, buf, sizeof(buf));
	}
	return vmnet_client_link(c) == up;
}

ssize_t daemon_receive(struct vmnet_client *c, uint8_t *buf)
{
	struct pollfd p = { .fd = vmnet_client_fd(c), .events = POLLIN };
	uint64_t end = clock_now_ns() + 2 * NSEC_PER_SEC;
	ssize_t n;

	while (clock_now_ns() < end) {
		n = vmnet_client_recv(c, buf, VMNET_FRAME_MAX);
		if (n > 0)
			return n;
		poll(&p, 1, 100);
	}
	return 0;
}

const char *daemon_stats(void)
{
	static char text[VMNET_STATS_MAX];

	assert_true(vmnet_stats_query(text, sizeof(text)) > 0);
	return text;
}

pid_t daemon_pid(const char *kind)
{
	char word[32];
	const char *at;

	snprintf(word, sizeof(word), "\"%s_pid\": ", kind);
	at = strstr(daemon_stats(), word);
	return at ? (pid_t)atoi(at + strlen(word)) : 0;
}

void daemon_kill(const char *kind)
{
	pid_t pid = daemon_pid(kind);

	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
}
