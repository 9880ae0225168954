/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adapter_test.c - the host's own place on a host-only network, with real
 * processes and a real TAP device, in a network of the test's own: a machine
 * and the host reach each other, sums hold, it comes back after it was killed;
 * and where it may not be, there are machines only. Who has no right to make a
 * device may have one that root has made for them.
 * tests/run: sleeps
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "tests/lib_skip.h"
#include "tests/net/lib_daemon.h"
#include "tests/net/lib_hostel.h"
#include "tests/net/lib_own_net.h"
#include "tests/net/lib_station.h"

#define HOST_IP	(HOSTONLY_SUBNET + 1)

static const uint8_t mac_a[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0a };
static const uint8_t mac_b[6] = { 0x00, 0x50, 0x56, 0, 0, 0x0b };
static const char *why_not;

/* tap_new() - a device that stays as long as this; -1 with errno: none. */
static int tap_new(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	strcpy(r.ifr_name, name);
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &r) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* look() - why there can be no device here; NULL: there can. What vmnetd starts
 * has this user's rights only if that is root, here. */
static const char *look(void)
{
	int fd;

	if (!own_net())
		return "no user namespaces on this host";
	if (geteuid())
		return "not root in the user namespace: programs that are "
		       "started have no rights there";
	fd = tap_new("probe");
	if (fd < 0)
		return "no TAP device can be made here";
	close(fd);
	return NULL;
}

#define NEED_DEVICE() do {						\
	if (why_not)							\
		skip_because(why_not);					\
} while (0)

/* lease() - an address by DHCP */
static void lease(struct station *s)
{
	struct dhcp_said said;

	assert_true(station_dhcp(s, DHCP_DISCOVER, 0, &said));
	s->ip = said.yours;
	assert_true(station_dhcp(s, DHCP_REQUEST, said.yours, &said));
	assert_int_equal(said.type, DHCP_ACK);
}

/* host_answers() - to a ping, which is tried for some seconds. */
static bool host_answers(struct station *s)
{
	uint8_t mac[6];
	unsigned int i;

	for (i = 0; i < 10; i++) {
		if (!station_find(s, HOST_IP, mac))
			continue;
		station_ether(s, mac, ETHER_IP);
		memset(s->out + AT_BODY, 0, 16);
		s->out[AT_BODY] = 8;
		put_be16(s->out + AT_BODY + 2,
			 station_checksum(s->out + AT_BODY, 16, 0));
		station_send_ip(s, IP_ICMP, s->ip, HOST_IP, 16);
		if (station_await(s, IP_ICMP) && !s->in[AT_BODY])
			return true;
	}
	return false;
}

static pid_t adapter_pid(void)
{
	const char *at = strstr(daemon_stats(), "\"adapter_pid\": ");

	return at ? (pid_t)atoi(at + 15) : 0;
}

static void sums_hold(void)
{
	if (hostel("net stats") != 0)
		fail_msg("%s", hostel_said);
}

static void machine_and_host_reach_each_other(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(5000),
				 .sin_addr.s_addr = htonl(HOST_IP) };
	struct station *s;
	int fd;

	(void)state;
	NEED_DEVICE();
	s = station_new("hostonly", mac_a, 0);
	lease(s);
	assert_true(host_answers(s));
	/* From the host, to whom it has spoken with. */
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	a.sin_addr.s_addr = htonl(s->ip);
	a.sin_port = htons(6000);
	assert_int_equal(
		sendto(fd, "hello", 5, 0, (struct sockaddr *)&a, sizeof(a)), 5);
	assert_true(station_await(s, IP_UDP));
	assert_int_equal(get_be32(s->in + AT_IP + 12), HOST_IP);
	assert_memory_equal(s->in + AT_UDP_DATA, "hello", 5);
	close(fd);
	sums_hold();
	assert_int_equal(hostel("net list"), 0);
	assert_non_null(strstr(hostel_said, "adapter"));
	assert_int_equal(hostel("net show vmnet1"), 0);
	assert_non_null(strstr(hostel_said, "192.168.211.1"));
	station_free(s);
}

static void it_comes_back(void **state)
{
	struct station *s;
	pid_t pid;
	unsigned int i;

	(void)state;
	NEED_DEVICE();
	s = station_new("hostonly", mac_a, 0);
	lease(s);
	assert_true(host_answers(s));
	pid = adapter_pid();
	assert_true(pid > 0);
	kill(pid, SIGKILL);
	for (i = 0; i < 50 && (!adapter_pid() || adapter_pid() == pid); i++)
		usleep(100000);
	assert_int_not_equal(adapter_pid(), pid);
	assert_true(host_answers(s));
	sums_hold();
	station_free(s);
}

/* It goes with the network, and is no other network's. */
static void it_goes_with_the_network(void **state)
{
	struct station *s;
	unsigned int i;

	(void)state;
	NEED_DEVICE();
	s = station_new("hostonly", mac_a, 0);
	lease(s);
	assert_true(host_answers(s));
	station_free(s);
	for (i = 0; i < 50 && if_nametoindex("vmnet1"); i++)
		usleep(100000);
	assert_int_equal(if_nametoindex("vmnet1"), 0);
	s = station_new("vmnet2", mac_b, 0);
	usleep(500000);
	assert_int_equal(if_nametoindex("vmnet2"), 0);
	station_free(s);
}

/* Another has the device: machines only, and no new try without end. */
static void a_device_that_another_has(void **state)
{
	struct station *a, *b;
	int fd;

	(void)state;
	NEED_DEVICE();
	fd = tap_new("vmnet1");
	assert_true(fd >= 0);
	a = station_new("hostonly", mac_a, 0);
	b = station_new("hostonly", mac_b, 0);
	lease(a);
	lease(b);
	assert_int_equal(adapter_pid(), 0);
	assert_true(station_find(b, HOSTONLY_SUBNET + 254, a->gateway));
	sums_hold();
	close(fd);
	station_free(a);
	station_free(b);
}

/* tap_give() - as root does, by "ip tuntap add vmnet1 mode tap user U", "ip addr
 * add" and "ip link set up" of docs/NETWORKS.md. */
static void tap_give(const char *name, uint32_t address)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int tap = tap_new(name), sock = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq r = { .ifr_flags = IFF_UP };

	assert_int_equal(ioctl(tap, TUNSETOWNER, (unsigned long)geteuid()), 0);
	assert_int_equal(ioctl(tap, TUNSETPERSIST, 1ul), 0);
	close(tap);
	strcpy(r.ifr_name, name);
	assert_int_equal(ioctl(sock, SIOCSIFFLAGS, &r), 0);
	a.sin_addr.s_addr = htonl(address);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	assert_int_equal(ioctl(sock, SIOCSIFADDR, &r), 0);
	a.sin_addr.s_addr = htonl(0xffffff00);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	assert_int_equal(ioctl(sock, SIOCSIFNETMASK, &r), 0);
	close(sock);
}

/* What is started by this has no right of root's, as a user's programs. */
static void a_device_that_root_has_made(void **state)
{
	struct station *s;
	unsigned int i;
	int fd;

	(void)state;
	fd = tap_new("probe");
	if (fd < 0)
		skip_because("no TAP device can be made here");
	close(fd);
	assert_int_equal(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT, 0, 0, 0), 0);
	s = station_new("hostonly", mac_a, 0);
	lease(s);
	assert_int_equal(adapter_pid(), 0);	/* it may make none */
	assert_int_equal(if_nametoindex("vmnet1"), 0);
	station_free(s);
	for (i = 0; i < 60 && !access(daemon_path("vmnet.lock"), F_OK); i++)
		usleep(100000);
	tap_give("vmnet1", HOST_IP);
	s = station_new("hostonly", mac_a, 0);
	lease(s);
	assert_true(host_answers(s));
	assert_true(adapter_pid() > 0);
	sums_hold();
	station_free(s);
	assert_int_equal(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0), 0);
	/* It is root's: it stays. */
	for (i = 0; i < 60 && !access(daemon_path("vmnet.lock"), F_OK); i++)
		usleep(100000);
	assert_int_not_equal(if_nametoindex("vmnet1"), 0);
	fd = tap_new("vmnet1");
	assert_int_equal(ioctl(fd, TUNSETPERSIST, 0ul), 0);
	close(fd);
}

#define T(f) cmocka_unit_test_setup_teardown(f, daemon_set_up, \
					     daemon_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(machine_and_host_reach_each_other), T(it_comes_back),
		T(it_goes_with_the_network), T(a_device_that_another_has),
		T(a_device_that_root_has_made),
	};

	why_not = look();
	setenv("HOSTEL_VMNET_ADAPTER", "", 1);	/* the real one */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
