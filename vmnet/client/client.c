/* SPDX-License-Identifier: BSD-2-Clause */
/* client.c - a card's plug into VMNet: see client.h. */
#include "vmnet/client/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"

#define RETRY_FIRST_MS	20u
#define RETRY_MAX_MS	1000u
#define SOCKET_BUFFER	(1 << 20)
/* What is no frame is passed over; who sends such things without end must not
 * keep us from all else. */
#define MESSAGES_BATCH	256u

static uint64_t now_ms(void)
{
	return clock_now_ns() / 1000000;
}

/* ---- the stable descriptor --------------------------------------------- */

static void fd_watch(struct vmnet_client *c, int op, int fd, uint32_t mask)
{
	struct epoll_event e = { .events = mask, .data.fd = fd };

	epoll_ctl(c->poll_fd, op, fd, &e);
}

static void set_timer(struct vmnet_client *c, unsigned int ms)
{
	struct itimerspec its = {
		.it_value = { .tv_sec = ms / 1000,
			      .tv_nsec = (long)(ms % 1000) * 1000000 },
	};

	timerfd_settime(c->timer, 0, &its, NULL);
}

/* plan_retry() - the next attempt: 20 ms, doubling up to a second. */
static void plan_retry(struct vmnet_client *c)
{
	unsigned int shift = MIN(c->attempts, 6u);

	c->attempts++;
	set_timer(c, MIN(RETRY_FIRST_MS << shift, RETRY_MAX_MS));
}

static void set_link(struct vmnet_client *c, bool up)
{
	bool link = up && !c->moved;

	c->up = up;
	if (c->link == link)
		return;
	c->link = link;
	c->stats.link_changes++;
}

/* ---- changes ----------------------------------------------------------- */

/* change_over() - what was asked for has its answer. @kind: of the network that
 * it is on now */
static void change_over(struct vmnet_client *c, enum vmnet_status status,
			enum net_kind kind)
{
	const struct vmnet_ask *a = &c->ask;

	c->asking = false;
	c->answered = true;
	c->answer = status;
	c->kind = kind;
	if (a->what == VMNET_ASK_MOVE) {
		c->moved = status == VMNET_OK;
		c->moved_ms = now_ms() + VMNET_MOVED_MS;
		if (c->moved) {
			c->hello = a->hello;
			set_timer(c, VMNET_MOVED_MS);
		}
		set_link(c, c->up);
	} else if (status == VMNET_OK) {
		forwards_change(c->wish.forward, &a->forward, a->what);
		forwards_change(c->hello.forward, &a->forward, a->what);
	}
}

/* forward_lost() - that port of the host could not be opened. It can be asked
 * for again. */
static void forward_lost(struct vmnet_client *c, const struct vmnet_forward *f)
{
	forwards_change(c->wish.forward, f, VMNET_ASK_UNFORWARD);
	if (forwards_change(c->hello.forward, f, VMNET_ASK_UNFORWARD) ==
	    VMNET_OK)
		forwards_change(c->lost, f, VMNET_ASK_FORWARD);
}

/* moved_end() - has it been without a link for long enough? */
static void moved_end(struct vmnet_client *c)
{
	if (!c->moved || !c->moved_ms || now_ms() < c->moved_ms)
		return;
	c->moved = false;
	set_timer(c, 0);
	set_link(c, c->up);
}

/* ask() - c->ask, of which only its head is to be made. Return: VMNET_OK, or
 * why it can not be asked now. */
static enum vmnet_status ask(struct vmnet_client *c, enum vmnet_ask_what what)
{
	struct vmnet_ask *a = &c->ask;

	a->magic = VMNET_MAGIC;
	a->version = VMNET_VERSION;
	a->what = (uint16_t)what;
	a->number = ++c->asks ? c->asks : ++c->asks;
	if (send(c->sock, a, sizeof(*a), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return errno == EAGAIN ? VMNET_BUSY : VMNET_GONE;
	c->asking = true;
	c->answered = false;
	return VMNET_OK;
}

/* may_ask() - Return: VMNET_OK; then c->ask is empty. */
static enum vmnet_status may_ask(struct vmnet_client *c)
{
	if (c->state != VMNET_CLIENT_UP)
		return VMNET_GONE;
	if (c->asking)
		return VMNET_BUSY;
	memset(&c->ask, 0, sizeof(c->ask));
	return VMNET_OK;
}

/* hello_on() - what the card says on that network: if there is a NAT, it hears
 * what the card wants of one. */
static void hello_on(const struct vmnet_client *c, const char *network,
		     struct vmnet_hello *hello)
{
	*hello = c->wish;
	memset(hello->network, 0, sizeof(hello->network));
	snprintf(hello->network, sizeof(hello->network), "%s", network);
	hello->flags |= VMNET_HELLO_IF_NAT;
}

enum vmnet_status vmnet_client_move(struct vmnet_client *c, const char *network)
{
	enum vmnet_status status = may_ask(c);
	struct vmnet_hello hello;
	unsigned int number = 0;

	if (status == VMNET_OK)
		status = decode_network(network, strlen(network) + 1, &number);
	if (status == VMNET_OK && strlen(network) >= sizeof(hello.network))
		status = VMNET_BAD_NETWORK;
	if (status != VMNET_OK)
		return status;
	hello_on(c, network, &hello);
	c->ask.hello = hello;
	c->ask.hello.flags &= (uint16_t)~VMNET_HELLO_RINGS;
	status = ask(c, VMNET_ASK_MOVE);
	c->ask.hello = hello;
	if (status == VMNET_OK) {
		c->moved = true;
		c->moved_ms = 0;
		set_timer(c, 0);	/* of the move before */
		set_link(c, c->up);
	}
	return status;
}

enum vmnet_status vmnet_client_forward(struct vmnet_client *c,
				       const struct vmnet_forward *f,
				       enum vmnet_ask_what what)
{
	enum vmnet_status status = may_ask(c);

	if (status != VMNET_OK)
		return status;
	c->ask.forward = *f;
	return ask(c, what);
}

bool vmnet_client_answer(struct vmnet_client *c, enum vmnet_status *status)
{
	if (!c->answered)
		return false;
	c->answered = false;
	*status = c->answer;
	return true;
}

bool vmnet_client_lost(struct vmnet_client *c, struct vmnet_forward *f)
{
	*f = c->lost[0];
	return forwards_change(c->lost, f, VMNET_ASK_UNFORWARD) == VMNET_OK;
}

/* client_disconnect() - the daemon is gone, or refused us. */
static void client_disconnect(struct vmnet_client *c)
{
	if (c->sock >= 0)
		close(c->sock);		/* leaves the epoll set by itself */
	c->sock = -1;
	c->state = VMNET_CLIENT_DOWN;
	c->want_write = false;
	c->told = false;
	c->up = false;
	if (c->asking)
		change_over(c, VMNET_GONE, c->kind);
	c->moved = false;
	set_link(c, false);
	plan_retry(c);
}

/* tell_promiscuous() - once; again later if the socket is full now. */
static void tell_promiscuous(struct vmnet_client *c)
{
	struct vmnet_event event = { .type = VMNET_EVENT_PROMISCUOUS,
				     .value = c->promiscuous };

	if (c->told != c->promiscuous && c->state == VMNET_CLIENT_UP &&
	    send(c->sock, &event, sizeof(event), MSG_DONTWAIT | MSG_NOSIGNAL) >=
		    0)
		c->told = c->promiscuous;
}

/* ---- joining ----------------------------------------------------------- */

/* connect_now() - connect and send hello; Return: 0 or -errno. */
static int connect_now(struct vmnet_client *c)
{
	int err;

	c->sock = c->dial(c->dial_arg);
	c->stats.starts = c->own.starts;
	if (c->sock < 0) {
		err = c->sock;
		c->sock = -1;
		return err;
	}
	if (c->rings)
		ring_reset(c->rings);
	err = fdpass_send(c->sock, &c->hello, sizeof(c->hello), c->ring_fds,
			  c->rings ? RING_FDS : 0);
	if (err) {
		close(c->sock);
		c->sock = -1;
		return err;
	}
	fd_watch(c, EPOLL_CTL_ADD, c->sock, EPOLLIN);
	c->state = VMNET_CLIENT_JOINING;
	return 0;
}

/* client_retry() - try now to plug in again, if unplugged. */
static void client_retry(struct vmnet_client *c)
{
	int err;

	if (c->state != VMNET_CLIENT_DOWN)
		return;
	err = connect_now(c);
	if (err == 0)
		return;
	if (err != -EAGAIN)
		snprintf(c->why, sizeof(c->why), "%s",
			 *c->own.why ? c->own.why :
				       "can not connect to vmnetd");
	plan_retry(c);
}

/* take_reply() - the daemon's first message. */
static void take_reply(struct vmnet_client *c, const void *msg, size_t len)
{
	struct vmnet_reply reply;

	if (decode_reply(msg, len, &reply) < 0) {
		snprintf(c->why, sizeof(c->why),
			 "what answers at VMNet's socket is not vmnetd");
		client_disconnect(c);
		return;
	}
	if (reply.status != VMNET_OK) {
		snprintf(c->why, sizeof(c->why), "%s",
			 vmnet_status_text(reply.status));
		client_disconnect(c);
		c->refused = true;
		return;
	}
	c->state = VMNET_CLIENT_UP;
	c->port = reply.port;
	c->kind = reply.kind;
	c->attempts = 0;
	if (c->joined_once)
		c->stats.reconnects++;
	c->joined_once = true;
	set_link(c, reply.link);
	tell_promiscuous(c);
}

/* ---- frames ------------------------------------------------------------ */

void vmnet_client_flush(struct vmnet_client *c)
{
	if (c->rings && ring_frames_due(&c->rings->to_switch))
		bell_ring(c->ring_fds[RING_FD_SWITCH_BELL]);
}

void vmnet_client_hush(struct vmnet_client *c)
{
	if (!c->rings)
		return;
	bell_hush(c->ring_fds[RING_FD_CLIENT_BELL]);
	atomic_store(&c->rings->notice, 0);
}

/* frame_sent() - count it. Return: 0. */
static int frame_sent(struct vmnet_client *c, size_t len)
{
	c->stats.frames_out++;
	c->stats.bytes_out += len;
	return 0;
}

int vmnet_client_send(struct vmnet_client *c, const void *frame, size_t len)
{
	bool put;

	if (len < VMNET_FRAME_MIN || len > VMNET_FRAME_MAX) {
		c->stats.drop_bad_size++;
		return -EMSGSIZE;
	}
	if (c->state != VMNET_CLIENT_UP || !c->link) {
		c->stats.drop_link_down++;
		return -EPIPE;
	}
	if (c->rings) {
		put = ring_put_or_ask(&c->rings->to_switch, frame, len,
				      stamper_stamp(&c->stamper));
		stamper_put(&c->stamper, put);
		/* A full ring: VMNet says when it is not. */
		if (put)
			return frame_sent(c, len);
		c->stats.out_full++;
		return -EAGAIN;
	}
	if (send(c->sock, frame, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
		vmnet_client_want_write(c, false);
		return frame_sent(c, len);
	}
	if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR) {
		c->stats.out_full++;
		return -EAGAIN;
	}
	c->stats.drop_link_down++;
	client_disconnect(c);
	return -EPIPE;
}

void vmnet_client_want_write(struct vmnet_client *c, bool on)
{
	if (c->want_write == on || c->sock < 0 || c->rings)
		return;
	c->want_write = on;
	fd_watch(c, EPOLL_CTL_MOD, c->sock, on ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void vmnet_client_promiscuous(struct vmnet_client *c, bool on)
{
	c->promiscuous = on;
	tell_promiscuous(c);
}

/* run_timer() - has the time of the next attempt come? */
static void run_timer(struct vmnet_client *c)
{
	uint64_t expirations;

	if (read(c->timer, &expirations, sizeof(expirations)) > 0)
		client_retry(c);
}

/**
 * take_message() - one message from the daemon
 *
 * Return: a frame's length; 0 if the link may have changed; -EAGAIN if it
 * was nothing for the caller.
 */
static ssize_t take_message(struct vmnet_client *c, const void *buf, size_t len)
{
	struct vmnet_forward lost;
	struct vmnet_event event;

	if (c->state == VMNET_CLIENT_JOINING) {
		take_reply(c, buf, len);
		return 0;
	}
	if (decode_event(buf, len, &event) == 0) {
		if (event.type == VMNET_EVENT_LINK)
			set_link(c, event.value);
		c->forged |= event.type == VMNET_EVENT_FORGED;
		if (event.type == VMNET_EVENT_ANSWER && c->asking &&
		    event.count == c->ask.number)
			change_over(c, event.value, event.kind);
		return 0;
	}
	if (decode_forward(buf, len, &lost)) {
		forward_lost(c, &lost);
		return 0;
	}
	if (len < VMNET_FRAME_MIN || len > VMNET_FRAME_MAX) {
		c->stats.drop_bad_size++;
		return -EAGAIN;
	}
	c->stats.frames_in++;
	c->stats.bytes_in += len;
	return (ssize_t)len;
}

/*
 * recv_by_ring() - Return: a frame's length, or 0
 *
 * What is no frame is passed over, as much as a ring can hold: who writes there
 * for ever does not keep us.
 */
static size_t recv_by_ring(struct vmnet_client *c, void *buf)
{
	uint8_t frame[RING_FRAME_MAX];
	struct frame_ring *ring = &c->rings->to_client;
	unsigned int left = MESSAGES_BATCH;
	struct ring_stamp stamp = { 0 };
	size_t n;

	do {
		n = ring_get_stamped(ring, frame, &c->stats.drop_ring_broken,
				     &stamp);
		if (ring_room_due(ring))
			bell_ring(c->ring_fds[RING_FD_SWITCH_BELL]);
		if (n > VMNET_FRAME_MAX || (n && n < VMNET_FRAME_MIN))
			c->stats.drop_bad_size++;
		else if (n) {
			memcpy(buf, frame, n);
			stamper_taken(&c->stamper, &stamp);
			c->stats.frames_in++;
			c->stats.bytes_in += n;
			return n;
		}
	} while (left-- && (n || !ring_ask_frames(ring, RING_WAKE_BELL)));
	return 0;
}

/* What a caller knows, as it was before a look. */
struct known {
	bool link, answered;
};

/* client_news() - Return: 0: there is some; -EAGAIN: none. */
static ssize_t client_news(const struct vmnet_client *c, struct known was)
{
	return was.link != c->link || (c->answered && !was.answered) ? 0 :
								       -EAGAIN;
}

/* recv_by_socket() - take one message from the socket, and reconnect when it is
 * time. Return: as vmnet_client_recv(). */
static ssize_t recv_by_socket(struct vmnet_client *c, void *buf, size_t size)
{
	const struct known was = { c->link, c->answered };
	unsigned int i;
	ssize_t n;

	moved_end(c);

	for (i = 0; i < MESSAGES_BATCH; i++) {
		if (c->state == VMNET_CLIENT_DOWN)
			run_timer(c);
		if (c->state == VMNET_CLIENT_DOWN)
			return client_news(c, was);
		n = recv(c->sock, buf, size, MSG_DONTWAIT | MSG_TRUNC);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			/* Ready to write is all it was; say so only once. */
			vmnet_client_want_write(c, false);
			return client_news(c, was);
		}
		if (n <= 0) {
			client_disconnect(c);
			return client_news(c, was);
		}
		n = take_message(c, buf, (size_t)n);
		if (n > 0 || (n == 0 && !client_news(c, was)))
			return n;
	}
	return client_news(c, was);	/* the rest is told again */
}

ssize_t vmnet_client_recv(struct vmnet_client *c, void *buf, size_t size)
{
	ssize_t n;

	tell_promiscuous(c);
	if (c->rings && c->state == VMNET_CLIENT_UP) {
		n = (ssize_t)recv_by_ring(c, buf);
		if (n)
			return n;
		/* What was put in before the bell was read is found now,
		 * what is put in later rings it. */
		vmnet_client_hush(c);
		n = (ssize_t)recv_by_ring(c, buf);
		if (n)
			return n;
	}
	return recv_by_socket(c, buf, size);
}

bool vmnet_client_news(struct vmnet_client *c)
{
	uint8_t scrap[VMNET_FRAME_MAX];

	tell_promiscuous(c);
	return recv_by_socket(c, scrap, sizeof(scrap)) == 0;
}

/* ---- open and close ---------------------------------------------------- */

static int dial_own(void *own)
{
	return vmnet_dial(own);
}

void vmnet_client_dial_by(struct vmnet_client *c, int (*dial)(void *arg),
			  void *arg)
{
	c->dial = dial;
	c->dial_arg = arg;
}

static void fill_hello(struct vmnet_client *c, const struct vmnet_plug *plug)
{
	struct vmnet_owner *owner = &c->hello.owner;

	c->hello.magic = VMNET_MAGIC;
	c->hello.version = VMNET_VERSION;
	memcpy(c->hello.mac, plug->mac, sizeof(c->hello.mac));
	snprintf(c->hello.network, sizeof(c->hello.network), "%s",
		 plug->network);
	snprintf(owner->name, sizeof(owner->name), "%s",
		 plug->machine ? plug->machine : "");
	owner->pid = (uint32_t)plug->machine_pid;
	owner->nic = (uint8_t)plug->nic;
	if (plug->in)
		c->hello.in = *plug->in;
	if (plug->out)
		c->hello.out = *plug->out;
}

/* wait_for_link() - until the network works, it is refused, or time is up. */
static int wait_for_link(struct vmnet_client *c)
{
	uint64_t end = now_ms() + VMNET_OPEN_MS;
	uint8_t scrap[VMNET_FRAME_MAX];
	struct pollfd p = { .fd = c->poll_fd, .events = POLLIN };

	client_retry(c);
	while (!c->link && !c->refused && now_ms() < end) {
		poll(&p, 1, (int)MIN(end - now_ms() + 1, 100u));
		/* Frames of the first moment are broadcasts of others; a
		 * card that is not yet switched on would not see them. */
		while (vmnet_client_recv(c, scrap, sizeof(scrap)) >= 0)
			if (c->link)
				break;
	}
	if (c->refused)
		return -EINVAL;
	if (!c->joined_once && !*c->why)
		snprintf(c->why, sizeof(c->why), "vmnetd does not answer");
	return c->joined_once ? 0 : -ETIMEDOUT;
}

/* make_rings() - Return: 0 or -errno. */
static int make_rings(struct vmnet_client *c)
{
	int *fds = c->ring_fds;

	fds[RING_FD_SWITCH_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	fds[RING_FD_CLIENT_BELL] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->rings = ring_create(&fds[RING_FD_PAIR]);
	if (!c->rings || fds[RING_FD_SWITCH_BELL] < 0 ||
	    fds[RING_FD_CLIENT_BELL] < 0)
		return -errno;
	c->hello.flags |= VMNET_HELLO_RINGS;
	c->stamper.times = &c->rings->times;
	return 0;
}

/* open_poll() - the stable descriptor. Return: 0 or -errno. */
static int open_poll(struct vmnet_client *c, bool rings)
{
	c->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (c->poll_fd < 0 || c->timer < 0)
		return -errno;
	fd_watch(c, EPOLL_CTL_ADD, c->timer, EPOLLIN);
	if (!rings)
		return 0;
	if (make_rings(c) < 0)
		return -errno;
	if (!c->bell_apart)
		fd_watch(c, EPOLL_CTL_ADD, c->ring_fds[RING_FD_CLIENT_BELL],
			 EPOLLIN);
	return 0;
}

static void fill_wishes(struct vmnet_client *c, const struct vmnet_wishes *w)
{
	if (!w)
		return;
	ASSERT(w->forwards <= VMNET_FORWARDS);
	if (w->host_loopback)
		c->hello.flags |= VMNET_HELLO_HOST_LOOPBACK;
	memcpy(c->hello.forward, w->forward,
	       w->forwards * sizeof(w->forward[0]));
	c->hello.folder = w->folder;
	snprintf(c->hello.bootfile, sizeof(c->hello.bootfile), "%s",
		 w->bootfile);
	if (w->folder)
		vmnet_dial_folder(&c->own, w->folder, w->folder_fd);
}

int vmnet_client_plug(struct vmnet_client *c, const struct vmnet_plug *plug)
{
	const char *network = plug->network;
	enum vmnet_status status;
	unsigned int number;
	int err, i;

	memset(c, 0, sizeof(*c));
	c->poll_fd = c->sock = c->timer = -1;
	for (i = 0; i < RING_FDS; i++)
		c->ring_fds[i] = -1;
	c->bell_apart = plug->bell_apart;
	status = decode_network(network, strlen(network) + 1, &number);
	if (status != VMNET_OK || strlen(network) >= VMNET_NAME_MAX) {
		snprintf(c->why, sizeof(c->why), "%s",
			 vmnet_status_text(status == VMNET_OK ?
						   VMNET_BAD_NETWORK :
						   status));
		return -EINVAL;
	}
	err = vmnet_dial_open(&c->own);
	if (err) {
		snprintf(c->why, sizeof(c->why), "%s", c->own.why);
		return err;
	}
	c->dial = plug->dial ? plug->dial : dial_own;
	c->dial_arg = plug->dial ? plug->dial_arg : &c->own;
	fill_hello(c, plug);
	fill_wishes(c, plug->wishes);
	if (plug->any_mac)
		c->hello.flags |= VMNET_HELLO_ANY_MAC;
	err = open_poll(c, plug->rings);
	c->wish = c->hello;
	if (plug->wishes_wait)
		hello_on(c, network, &c->hello);
	if (err)
		snprintf(c->why, sizeof(c->why), "%s", strerror(-err));
	else
		err = wait_for_link(c);
	if (err)
		vmnet_client_close(c);
	return err;
}

int vmnet_client_open(struct vmnet_client *c, const char *network,
		      const uint8_t mac[6])
{
	return vmnet_client_plug(c, &(struct vmnet_plug){
		.network = network, .mac = mac,
	});
}

int vmnet_client_open_rings(struct vmnet_client *c, const char *network,
			    const uint8_t mac[6], bool bell_apart)
{
	return vmnet_client_plug(c, &(struct vmnet_plug){
		.network = network, .mac = mac, .rings = true,
		.bell_apart = bell_apart,
	});
}

void vmnet_client_close(struct vmnet_client *c)
{
	int i;

	for (i = 0; i < RING_FDS; i++)
		if (c->ring_fds[i] >= 0)
			close(c->ring_fds[i]);
	ring_detach(c->rings);
	c->rings = NULL;
	c->stamper.times = NULL;
	for (i = 0; i < RING_FDS; i++)
		c->ring_fds[i] = -1;
	if (c->sock >= 0)
		close(c->sock);
	if (c->timer >= 0)
		close(c->timer);
	if (c->poll_fd >= 0)
		close(c->poll_fd);
	c->poll_fd = c->sock = c->timer = -1;
	vmnet_dial_close(&c->own);
	c->state = VMNET_CLIENT_DOWN;
	c->link = false;
}

/* ---- statistics -------------------------------------------------------- */

static ssize_t stats_receive(int sock, char *buf, size_t size)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	struct vmnet_reply reply;
	ssize_t n;

	if (poll(&p, 1, VMNET_OPEN_MS) != 1)
		return -ETIMEDOUT;
	n = recv(sock, &reply, sizeof(reply), MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0 || decode_reply(&reply, (size_t)n, &reply) < 0 ||
	    reply.status != VMNET_OK)
		return -EPROTO;
	if (poll(&p, 1, VMNET_OPEN_MS) != 1)
		return -ETIMEDOUT;
	n = recv(sock, buf, size - 1, MSG_DONTWAIT);
	if (n <= 0)
		return -EPROTO;
	buf[n] = '\0';
	return n;
}

ssize_t vmnet_stats_on(int sock, char *buf, size_t size)
{
	struct vmnet_hello hello = { .magic = VMNET_MAGIC,
		.version = VMNET_VERSION, .flags = VMNET_HELLO_STATS };
	ssize_t n;

	if (sock < 0)
		return sock;
	if (send(sock, &hello, sizeof(hello), MSG_NOSIGNAL) < 0)
		n = -errno;
	else
		n = stats_receive(sock, buf, size);
	close(sock);
	return n;
}

ssize_t vmnet_stats_query(char *buf, size_t size)
{
	struct vmnet_dial d;
	int err = vmnet_dial_open(&d);

	return err ? err : vmnet_stats_on(vmnet_connect(d.dir), buf, size);
}
