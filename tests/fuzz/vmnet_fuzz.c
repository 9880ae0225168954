/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmnet_fuzz.c - VMNet's protocol, and the switch behind it: clients and NATs
 * that say anything, with any descriptors, keep what they gave away, have
 * themselves moved, and leave at any time. Books balance, and no descriptor is
 * left behind.
 *
 * The switch is vmnet/switch/vswitch.c's, with its loop but not its walls; its
 * keeper, which starts helpers, is here.
 *
 * tests/fuzz: runs 1500
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/framering.h"
#include "tests/fuzz/target.h"
#include "vmnet/keeper/child.h"
#include "vmnet/proto/proto.h"
#include "vmnet/switch/vswitch_parts.h"

#define CLIENTS	6u
#define HELPERS	8u
#define STEPS	40u
#define FDS_MAX	8u	/* in one message */

/* What a client may send along, and keeps. */
enum { HELD_PAIR, HELD_BELL, HELD_OTHER_BELL, HELD_PAIR2, HELD_PIPE,
       HELD_NULL, HELD_UNSEALED, HELD_SOCKET, HELD };

static struct {
	struct vswitch *sw;
	struct fuzz_input in;
	uint32_t seed;
	int listen;
	struct sockaddr_un addr;
	socklen_t addr_len;
	int client[CLIENTS];
	int helper[HELPERS];	/* the far end of each one's socket */
	unsigned int helpers;
	int held[HELD];
	struct ring_pair *pair[2];
} b;

/* ---- the keeper -------------------------------------------------------- */

pid_t child_start(int keeper, enum child_kind kind, const char *word, int *fd)
{
	int socks[2];

	(void)keeper, (void)word;
	if (b.helpers == HELPERS ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, socks))
		return -EAGAIN;
	*fd = socks[0];
	if (kind == CHILD_BRIDGE)
		close(socks[1]);	/* it can not open the interface */
	else
		b.helper[b.helpers++] = socks[1];
	return 1000 + (pid_t)b.helpers;
}

pid_t child_start_nat(int keeper, uint64_t folder, int *fd)
{
	(void)folder;
	return child_start(keeper, CHILD_NAT, NULL, fd);
}

void child_remember(int keeper, unsigned int network, const uint8_t mac[6],
		    uint16_t host)
{
	(void)keeper, (void)network, (void)mac, (void)host;
}

void child_end(int keeper, pid_t pid)
{
	(void)keeper, (void)pid;
}

/* ---- before the first run ---------------------------------------------- */

const char *fuzz_open(void)
{
	int ends[2];

	b.listen = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	b.addr.sun_family = AF_UNIX;
	b.addr_len = sizeof(b.addr);
	/* A name of the kernel's choice (unix(7), autobind). */
	if (bind(b.listen, (void *)&b.addr, sizeof(sa_family_t)) ||
	    getsockname(b.listen, (void *)&b.addr, &b.addr_len) ||
	    listen(b.listen, 16))
		return "no Unix socket";
	b.pair[0] = ring_create(&b.held[HELD_PAIR]);
	b.pair[1] = ring_create(&b.held[HELD_PAIR2]);
	b.held[HELD_BELL] = eventfd(0, EFD_NONBLOCK);
	b.held[HELD_OTHER_BELL] = eventfd(0, EFD_NONBLOCK);
	b.held[HELD_NULL] = open("/dev/null", O_RDWR);
	b.held[HELD_UNSEALED] = memfd_create("pair", MFD_ALLOW_SEALING);
	b.held[HELD_SOCKET] = socket(AF_UNIX, SOCK_STREAM, 0);
	if (!b.pair[0] || !b.pair[1] || pipe(ends) ||
	    ftruncate(b.held[HELD_UNSEALED], sizeof(struct ring_pair)))
		return "no memory";
	b.held[HELD_PIPE] = ends[1];
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n >= 16)
		return 0;
	i = fuzz_noise(buf, size, 400, n, 9, 3);
	put_le32(buf, n < 12 ? 0 : n * 0x9e3779b9u);	/* most with peace */
	return i;
}

/* ---- what may happen --------------------------------------------------- */

/* scribble() - into the rings where the switch has mapped them. */
static void scribble(void)
{
	unsigned int i, n = 0;

	fuzz_scribble_end();
	for (i = 0; i < FDB_PORTS && n < FUZZ_MEMORIES; i++)
		if (b.sw->port[i] && b.sw->port[i]->rings) {
			fuzz_scribble(b.sw->port[i]->rings,
				      sizeof(struct ring_pair), b.seed);
			n++;
		}
	b.seed += b.seed ? 64 : 0;
}

static void rounds(void)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		scribble();
		ASSERT(vswitch_round(b.sw, 0));
	}
	fuzz_scribble_end();
	for (i = 0; i < FDB_PORTS; i++)
		ASSERT(!b.sw->port[i] || port_check(b.sw->port[i]));
	for (i = 0; i < VSWITCH_HUBS; i++)
		ASSERT(!b.sw->hub[i] || hub_check(b.sw->hub[i]));
}

/* say() - a message with descriptors; unlike fdpass_send(), of any length.
 * @which: of each three bits one */
static void say(int sock, const void *msg, size_t len, uint32_t which,
		unsigned int fds)
{
	union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)(uintptr_t)msg, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	unsigned int i;

	if (fds) {
		mh.msg_control = control.bytes;
		mh.msg_controllen = CMSG_SPACE(fds * sizeof(int));
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds * sizeof(int));
		for (i = 0; i < fds; i++)
			memcpy(CMSG_DATA(c) + i * sizeof(int),
			       &b.held[which >> 3 * i & 7], sizeof(int));
	}
	if (sendmsg(sock, &mh, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;		/* full, or it has put us out */
}

static int *any_client(void)
{
	return &b.client[fuzz_byte(&b.in) % CLIENTS];
}

static int any_sock(void)
{
	uint8_t n = fuzz_byte(&b.in);

	if (n & 1 && b.helpers)
		return b.helper[(n >> 1) % b.helpers];
	return b.client[(n >> 1) % CLIENTS];
}

static void comes(void)
{
	int *fd = any_client();

	if (*fd >= 0)
		return;
	*fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
	if (connect(*fd, (void *)&b.addr, b.addr_len) < 0) {
		close(*fd);
		*fd = -1;
	}
	rounds();
}

/* leaves() - but keeps what it has sent along. */
static void leaves(void)
{
	uint8_t n = fuzz_byte(&b.in);
	int *fd = &b.client[n % CLIENTS];

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	if (n & 0x80)
		rounds();
	bell_ring(b.held[HELD_BELL]);
	bell_ring(b.held[HELD_OTHER_BELL]);
}

static const char *const networks[] = {
		"nat", "hostonly", "vmnet7", "bridged=lo", "vmnet1", "nat",
		"vmnet7", "vmnet9",
	};

static void says_hello(void)
{
	struct vmnet_hello h = { .magic = VMNET_MAGIC,
				 .version = VMNET_VERSION };
	uint8_t how = fuzz_byte(&b.in);
	int fd = *any_client();

	h.flags = fuzz_byte(&b.in) & 15;
	h.mac[5] = how & 7;
	memcpy(h.network, networks[how >> 3 & 7],
	       strlen(networks[how >> 3 & 7]));
	if (how & 0x40)		/* changed somewhere */
		fuzz_bytes(&b.in,
			   (uint8_t *)&h + fuzz_byte(&b.in) % (sizeof(h) - 16),
			   8);
	/* Three good ones, most often. */
	if (h.flags & VMNET_HELLO_RINGS)
		say(fd, &h, sizeof(h),
		    how & 0x80 ?
			    fuzz_long(&b.in) :
			    HELD_PAIR | HELD_BELL << 3 | HELD_OTHER_BELL << 6,
		    3);
	else
		say(fd, &h, sizeof(h), fuzz_long(&b.in),
		    how & 0x80 ? fuzz_byte(&b.in) % (FDS_MAX + 1) : 0);
	rounds();
}

static void says_anything(void)
{
	uint8_t msg[256];
	int fd = any_sock();
	unsigned int fds = fuzz_byte(&b.in) % (FDS_MAX + 1);
	size_t len = fuzz_byte(&b.in);

	len = fuzz_bytes(&b.in, msg, len);
	say(fd, msg, len, fuzz_long(&b.in), fds);
}

/* asks() - a card to be moved, or a port, of the switch or of a NAT; sound, or
 * changed somewhere. */
static void asks(void)
{
	struct vmnet_ask a = { .magic = VMNET_MAGIC,
			       .version = VMNET_VERSION,
			       .number = 1 };
	uint8_t how = fuzz_byte(&b.in);
	int fd = any_sock();

	a.what = how & 3;
	if (a.what == VMNET_ASK_MOVE) {
		a.hello.magic = VMNET_MAGIC;
		a.hello.version = VMNET_VERSION;
		a.hello.mac[5] = 1;
		strcpy(a.hello.network, networks[how >> 3 & 7]);
	} else {
		a.forward.proto = how & 8 ? FORWARD_TCP : FORWARD_UDP;
		a.forward.port = 1 + (how >> 4 & 1);
		a.forward.guest_port = 1;
	}
	if (how & 0x40)
		fuzz_bytes(&b.in,
			   (uint8_t *)&a + fuzz_word(&b.in) % (sizeof(a) - 16),
			   8);
	say(fd, &a, sizeof(a), 0, 0);
	if (how & 0x80)
		rounds();
}

static void says_event(void)
{
	struct vmnet_event e = { .type = fuzz_byte(&b.in) % 12 };

	e.value = fuzz_byte(&b.in) % 24;
	e.count = fuzz_word(&b.in);
	say(any_sock(), &e, sizeof(e), 0, 0);
}

static void sends_frames(void)
{
	uint8_t frame[VMNET_FRAME_MAX + 1] = { 0 }, n = fuzz_byte(&b.in);
	size_t len = fuzz_word(&b.in) % sizeof(frame);
	int fd = any_sock();

	frame[0] = n & 1 ? 0xff : 0;
	frame[5] = n >> 1 & 7;
	frame[11] = n >> 4 & 7;
	for (n = 0; n < 40; n++) {
		say(fd, frame, len, 0, 0);
		ring_put(&b.pair[0]->to_switch, frame, len);
	}
}

/* helper_ends() - a NAT, or the DHCP server, dies. */
static void helper_ends(void)
{
	if (b.helpers)
		close(b.helper[--b.helpers]);
}

static void reads(void)
{
	uint8_t scrap[VMNET_FRAME_MAX];
	unsigned int i;
	int fd = any_sock();

	for (i = 0; i < 64; i++)
		if (recv(fd, scrap, sizeof(scrap), MSG_DONTWAIT) <= 0)
			break;
}

static void (*const steps[])(void) = {
	comes, says_hello, says_hello, leaves, says_anything, says_event,
	sends_frames, helper_ends, reads, rounds, comes, says_hello, asks,
	asks,
};

/* ---- a run ------------------------------------------------------------- */

static void begin(const uint8_t *data, size_t size)
{
	unsigned int i;

	b.in = (struct fuzz_input){ data, size };
	b.seed = fuzz_long(&b.in);
	b.helpers = 0;
	for (i = 0; i < CLIENTS; i++)
		b.client[i] = -1;
	ring_reset(b.pair[0]);
	ring_reset(b.pair[1]);
	b.sw = calloc(1, sizeof(*b.sw));
	ASSERT(b.sw && vswitch_open(b.sw, b.listen, -1) == 0);
}

static void end(void)
{
	unsigned int i;

	for (i = 0; i < CLIENTS; i++)
		if (b.client[i] >= 0)
			close(b.client[i]);
	rounds();
	vswitch_close(b.sw);
	for (i = 0; i < FDB_PORTS; i++)
		ASSERT(!b.sw->port[i]);
	for (i = 0; i < VSWITCH_HUBS; i++)
		ASSERT(!b.sw->hub[i]);
	free(b.sw);
	while (b.helpers)
		close(b.helper[--b.helpers]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int before = fuzz_descriptors(), i;

	begin(data, size);
	for (i = 0; i < STEPS && b.in.left; i++)
		steps[fuzz_byte(&b.in) % ARRAY_SIZE(steps)]();
	end();
	ASSERT(fuzz_descriptors() == before);
	return 0;
}
