/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adapter_main.c - vmnet-adapter: the host's own place on a host-only network,
 * a TAP device of the network's name (vmnet1) with its address .1.
 *
 * Started by vmnetd with a port of the switch as descriptor CHILD_FD, and the
 * device's name. It ends when the port is closed, and alone holds the device
 * meanwhile. There are two ways to a device:
 *
 * 1. root has made it before, and given it to this user ("ip tuntap add vmnet1
 *    mode tap user U"). Then root also sets its address and state.
 * 2. This program may make one (CAP_NET_ADMIN); it goes when the program ends.
 *    Only names vmnetN and private addresses (RFC 1918) are accepted, since a
 *    user who may run this program need not be trusted with more.
 *
 * Without either it ends, and the network has machines only. It copies frames
 * between device and port, and looks at none of them. Once the device is open,
 * it may ask the kernel for no more than to read, to write and to wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "vmnet/keeper/child.h"
#include "vmnet/manuals.h"
#include "vmnet/proto/proto.h"

#define DEVICE		"/dev/net/tun"
#define SETUP_MS	5000
#define BATCH		64	/* frames of one way, before the other's turn */
#define AGAIN_MS	100	/* what vmnetd had no room to hear */

/* Memory: all it needs is there by then. */
#define GROWS		(16ull << 20)
#define GROWS_SPACE	(64ull << 20)

/* All that this process may ask of the kernel. */
#define ADAPTER_CALLS(CALL)						\
	CALL(read) CALL(write) CALL(recvfrom) CALL(sendto) CALL(poll)

/* What no file of ours asks for: malloc(); what libc makes of poll(); signals
 * and the end. */
#define ADAPTER_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(ppoll) CALL(futex) CALL(rt_sigreturn)			\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule adapter_rules[] = {
	ADAPTER_CALLS(SANDBOX_CALL)
	ADAPTER_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

/* ---- the device -------------------------------------------------------- */

/* is_private() - RFC 1918. */
static bool is_private(uint32_t a)
{
	return a >> 24 == 10 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8;
}

/* is_vmnet() - "vmnet1", and the like? */
static bool is_vmnet(const char *name)
{
	unsigned int n;

	return !strncmp(name, "vmnet", 5) &&
	       decode_network(name, strlen(name) + 1, &n) == VMNET_OK;
}

/* set_address() - give the device its address and netmask. #syscalls ioctl */
static int set_address(int sock, unsigned long what, const char *name,
		       uint32_t address)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(address) };
	struct ifreq r = { 0 };

	strcpy(r.ifr_name, name);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	return ioctl(sock, what, &r);
}

/* adapter_settle() - set the address of a device that was just made, and bring
 * it up. #syscalls socket ioctl close */
static int adapter_settle(const char *name, const struct vmnet_dhcp_setup *net)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), result = -1;
	struct ifreq r = { .ifr_flags = IFF_UP };

	if (sock < 0)
		return -1;
	strcpy(r.ifr_name, name);
	if (set_address(sock, SIOCSIFADDR, name, net->subnet + ADAPTER_HOST) ==
		    0 &&
	    set_address(sock, SIOCSIFNETMASK, name, subnet_mask(net->prefix)) ==
		    0)
		result = ioctl(sock, SIOCSIFFLAGS, &r);
	close(sock);
	return result;
}

/* device_open() - open or make the device. Return: its descriptor; -1: neither
 * can be done. #syscalls openat ioctl close */
static int device_open(const char *name, const struct vmnet_dhcp_setup *net)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	bool there = if_nametoindex(name) != 0;
	int fd;

	if (!there && !is_private(net->subnet))
		return -1;
	fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	strcpy(r.ifr_name, name);
	if (fd < 0)
		return -1;
	if (ioctl(fd, TUNSETIFF, &r) == 0 &&
	    (there || adapter_settle(name, net) == 0))
		return fd;
	close(fd);
	return -1;
}

/* ---- frames ------------------------------------------------------------ */

struct adapter {
	int device;
	uint32_t lost;		/* frames that it did not take, of which vmnetd
				 * does not know yet */
};

/* to_host() - copy frames from the switch to the device. Return: false if the
 * switch is gone. #syscalls[adapter] recvfrom write */
static bool to_host(struct adapter *a)
{
	uint8_t frame[VMNET_FRAME_MAX];
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = recv(CHILD_FD, frame, sizeof(frame),
			 MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		if (n < (ssize_t)VMNET_FRAME_MIN || n > (ssize_t)sizeof(frame))
			continue;	/* no frame: it is not for us */
		if (write(a->device, frame, (size_t)n) != n)
			a->lost++;
	}
	return true;
}

/* to_switch() - copy frames from the device to the switch; if the switch has no
 * room they wait in the device. Return: false if the device is gone.
 * #syscalls[adapter] read sendto poll */
static bool to_switch(struct adapter *a)
{
	struct pollfd room = { .fd = CHILD_FD, .events = POLLOUT };
	uint8_t frame[VMNET_FRAME_MAX + 1];
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		if (poll(&room, 1, 0) != 1)
			return true;
		n = read(a->device, frame, sizeof(frame));
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ||
			       errno == EIO;	/* it is down */
		if (n > (ssize_t)VMNET_FRAME_MAX)
			a->lost++;	/* it was longer, and is cut */
		else if (n >= (ssize_t)VMNET_FRAME_MIN &&
			 send(CHILD_FD, frame, (size_t)n,
			      MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return errno == EAGAIN;
	}
	return true;
}

/* tell_lost() - tell the switch how many frames were lost. Return: milliseconds
 * until that is to be tried again; -1: nothing is left to tell.
 * #syscalls[adapter] sendto */
static int tell_lost(struct adapter *a)
{
	const struct vmnet_event e = { .type = VMNET_EVENT_DROPS,
				       .count = a->lost };

	if (a->lost &&
	    send(CHILD_FD, &e, sizeof(e), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return AGAIN_MS;
	a->lost = 0;
	return -1;
}

/* adapter_serve() - copy frames until port or device is gone.
 * #syscalls[adapter] poll */
static int adapter_serve(struct adapter *a)
{
	struct pollfd p[] = { { CHILD_FD, POLLIN, 0 },
			      { a->device, POLLIN, 0 } };
	bool full = false;
	int ms;

	for (;;) {
		ms = tell_lost(a);
		/* While the switch has no room, that is what to wait for. */
		p[0].events = full ? POLLIN | POLLOUT : POLLIN;
		p[1].events = full ? 0 : POLLIN;
		if (poll(p, ARRAY_SIZE(p), ms) < 0 && errno != EINTR)
			return 1;
		if (p[0].revents & (POLLIN | POLLHUP) && !to_host(a))
			return 0;
		if (p[1].revents & POLLERR)
			return 0;
		full = p[1].revents & POLLIN && !(p[0].revents & POLLOUT) &&
		       poll(&(struct pollfd){ CHILD_FD, POLLOUT, 0 }, 1, 0) !=
			       1;
		if ((p[1].revents & POLLIN) && !to_switch(a))
			return 0;
	}
}

/* take_setup() - wait for the switch to say which network it is.
 * #syscalls poll recvfrom */
static bool take_setup(struct vmnet_dhcp_setup *setup)
{
	struct pollfd p = { .fd = CHILD_FD, .events = POLLIN };
	uint8_t msg[sizeof(*setup) + 1];
	ssize_t n;

	if (poll(&p, 1, SETUP_MS) != 1)
		return false;
	n = recv(CHILD_FD, msg, sizeof(msg), MSG_DONTWAIT);
	return n > 0 && decode_dhcp_setup(msg, (size_t)n, setup);
}

int main(int argc, char **argv)
{
	const struct vmnet_event up = { .type = VMNET_EVENT_LINK, .value = 1 };
	struct adapter a = { .lost = 0 };
	socklen_t size = sizeof(int);
	struct vmnet_dhcp_setup setup;
	int type, err;

	log_init("vmnet-adapter", LOG_WARN);
	if (argc != 2 || argv[1][0] == '-' ||
	    getsockopt(CHILD_FD, SOL_SOCKET, SO_TYPE, &type, &size) ||
	    type != SOCK_SEQPACKET)
		manual_exit(&adapter_manual, argc - 1, argv + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!is_vmnet(argv[1]) || !take_setup(&setup))
		return 1;
	a.device = device_open(argv[1], &setup);
	if (a.device < 0)
		return 1;
	limits_memory(GROWS, GROWS_SPACE);
	err = privileges_drop(0);
	if (err >= 0)
		err = sandbox_enter(adapter_rules, ARRAY_SIZE(adapter_rules));
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	if (send(CHILD_FD, &up, sizeof(up), MSG_NOSIGNAL) < 0)
		return 1;
	return adapter_serve(&a);
}
