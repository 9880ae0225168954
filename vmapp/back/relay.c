/* SPDX-License-Identifier: BSD-2-Clause */
/* relay.c - between a serial port and its client: see relay.h. */
#include "vmapp/back/relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/fds.h"
#include "base/framering.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "vmapp/back/telnet.h"

#define CHUNK		2048u	/* read at a time */
#define GROWS		(1ull << 20)
#define GROWS_SPACE	(16ull << 20)
#define WAIT_MS		10
#define FD_FIRST	3	/* of the process's own descriptors */

#define SERIAL_CALLS(CALL, CALL_IF)					\
	CALL(poll) CALL(accept4) CALL(read) CALL(write) CALL(close)	\
	CALL_IF(sendto, 4, ~0ull, 0)					\
	CALL(clock_gettime)

/* malloc(), last words, signals and the end. */
#define SERIAL_LIBC_CALLS(CALL, CALL_IF)				\
	CALL_IF(mmap, 2, PROT_EXEC, 0) CALL(munmap) CALL(brk)		\
	CALL(ppoll) CALL(futex) CALL(rt_sigreturn)			\
	CALL(restart_syscall) CALL(exit) CALL(exit_group)

static const struct sandbox_rule serial_rules[] = {
	SERIAL_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	SERIAL_LIBC_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
};

/* Bytes on their way; more are read only when all are written. */
struct way {
	uint8_t bytes[2 * CHUNK + TELNET_REPLY * CHUNK + TELNET_HELLO];
	size_t from, to;
};

struct client {
	int fd;			/* -1: none */
	struct telnet telnet;
};

struct relay {
	const struct relay_setting *set;
	struct client client;
	/* One that hears no more: what it sent comes before the client's. */
	struct client gone;
	struct way out, in;	/* to the client, to the guest */
	bool over;		/* the machine is */
};

static bool way_empty(const struct way *w)
{
	return w->from == w->to;
}

/* way_room() - is there room for so many more? */
static bool way_room(struct way *w, size_t n)
{
	if (way_empty(w))
		w->from = w->to = 0;
	return sizeof(w->bytes) - w->to >= n;
}

/* way_add() - append bytes; there is room. */
static void way_add(struct way *w, const uint8_t *bytes, size_t n)
{
	memcpy(w->bytes + w->to, bytes, n);
	w->to += n;
}

/* way_flush() - write as much as is taken. Return: false if the other end is
 * gone. */
static bool way_flush(struct way *w, int fd)
{
	ssize_t n;

	while (!way_empty(w)) {
		n = write(fd, w->bytes + w->from, w->to - w->from);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		w->from += (size_t)n;
	}
	return true;
}

/* ---- clients ----------------------------------------------------------- */

/* client_leave() - the client hears no more: bytes on their way to it are lost,
 * those that it sent are not. Return: false if another one that is gone has
 * not been read yet. */
static bool client_leave(struct relay *r)
{
	r->out.from = r->out.to = 0;
	if (r->gone.fd >= 0)
		return false;
	r->gone = r->client;
	r->client.fd = -1;
	return true;
}

/* client_end() - @c has sent all that it will: close the connection. */
static void client_end(struct relay *r, struct client *c)
{
	if (c == &r->client)
		r->out.from = r->out.to = 0;
	close(c->fd);
	c->fd = -1;
}

/* client_gone() - has it closed its end? What it sent may still wait. */
static bool client_gone(const struct relay *r)
{
	struct pollfd p = { .fd = r->client.fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

/* client_flush() - give the client what is on its way to it. */
static void client_flush(struct relay *r)
{
	if (r->client.fd >= 0 && !way_flush(&r->out, r->client.fd))
		client_leave(r);
}

static void client_new(struct relay *r, int fd)
{
	uint8_t hello[TELNET_HELLO];

	r->client.fd = fd;
	r->out.from = r->out.to = 0;
	if (!r->set->telnet)
		return;
	telnet_hello(&r->client.telnet, hello);
	way_add(&r->out, hello, sizeof(hello));
}

static void client_refuse(struct relay *r, int fd)
{
	char text[80];
	int n = snprintf(text, sizeof(text),
			 "%s is in use by another client; try again later\r\n",
			 r->set->port);

	send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void client_accept(struct relay *r)
{
	int fd = accept4(r->set->listen, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (r->client.fd >= 0 && !(client_gone(r) && client_leave(r)))
		client_refuse(r, fd);
	else
		client_new(r, fd);
}

/* client_read() - read from @c; called only while nothing is on its way to the
 * guest, and there is room for replies. Of one that is gone all is here that
 * there will be. */
static void client_read(struct relay *r, struct client *c)
{
	uint8_t buf[CHUNK], reply[TELNET_REPLY * CHUNK];
	struct telnet_in in = { .bytes = r->in.bytes, .reply = reply };
	ssize_t n = read(c->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || (errno == EAGAIN && c != &r->gone)))
		return;
	if (n <= 0) {
		client_end(r, c);
		return;
	}
	r->in.from = r->in.to = 0;
	if (!r->set->telnet) {
		way_add(&r->in, buf, (size_t)n);
		return;
	}
	telnet_take(&c->telnet, buf, (size_t)n, &in);
	r->in.to = in.count;
	if (c == &r->client)
		way_add(&r->out, reply, in.reply_len);
	/* Before the bytes: a BREAK is for the key behind it. */
	while (r->set->bell >= 0 && in.breaks--)
		bell_ring(r->set->bell);
}

/* ---- the guest --------------------------------------------------------- */

/* guest_read() - read from the guest; called only while nothing is on its way
 * to the client. Return: false if there is nothing. */
static bool guest_read(struct relay *r)
{
	uint8_t buf[CHUNK];
	ssize_t n = read(r->set->pair, buf, sizeof(buf));

	if (n <= 0)
		return false;
	if (r->client.fd < 0)
		return true;
	if (r->set->telnet)
		r->out.to +=
			telnet_give(buf, (size_t)n, r->out.bytes + r->out.to);
	else
		way_add(&r->out, buf, (size_t)n);
	return true;
}

/* relay_step() - wait, and move what can be moved. The client is looked at only
 * when more can be read of it, or given to it: a connection that is closed
 * wakes poll() at once, whatever is asked. */
static void relay_step(struct relay *r)
{
	bool takes = way_room(&r->out, TELNET_REPLY * CHUNK);
	bool gives = r->client.fd >= 0 && !way_empty(&r->out);
	struct pollfd p[4] = {
		{ .fd = r->set->listen, .events = POLLIN },
		{ .fd = -1, .events = POLLIN },
		{ .fd = gives ? r->client.fd : -1, .events = POLLOUT },
		{ .fd = r->set->pair, .events = gives ? 0 : POLLIN },
	};

	while (r->gone.fd >= 0 && way_empty(&r->in))
		client_read(r, &r->gone);
	if (way_empty(&r->in) && takes)
		p[1].fd = r->client.fd;
	if (!way_empty(&r->in))
		p[3].events |= POLLOUT;
	if (poll(p, 4, -1) < 0)
		return;
	if (p[1].revents)
		client_read(r, &r->client);
	if (p[3].revents & (POLLHUP | POLLERR))
		r->over = true;
	else if (p[3].revents & POLLIN)
		guest_read(r);
	client_flush(r);
	if (!way_flush(&r->in, r->set->pair))
		r->over = true;
	if (p[0].revents)
		client_accept(r);
}

/* last_words() - give the client a moment to take what the guest sent last. */
static void last_words(struct relay *r)
{
	uint64_t end = clock_now_ns() + RELAY_LAST_MS * 1000000ull;
	struct pollfd p = { .fd = r->client.fd, .events = POLLOUT };

	while (r->client.fd >= 0 && clock_now_ns() < end) {
		way_room(&r->out, 0);
		if (way_empty(&r->out) && !guest_read(r))
			return;
		poll(&p, 1, WAIT_MS);
		client_flush(r);
	}
}

void relay_serve(const struct relay_setting *set)
{
	static struct relay r;

	r = (struct relay){ .set = set, .client.fd = -1, .gone.fd = -1 };
	while (!r.over)
		relay_step(&r);
	last_words(&r);
	if (r.client.fd >= 0)
		close(r.client.fd);
	if (r.gone.fd >= 0)
		close(r.gone.fd);
}

/* ---- the process ------------------------------------------------------- */

static _Noreturn void relay_process(const struct relay_setting *given,
				    pid_t parent)
{
	static const int heedless[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
					SIGUSR1, SIGPIPE };
	struct relay_setting set = *given;
	int fds[] = { given->listen, given->pair, given->bell };
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);	/* it died before we asked */
	prctl(PR_SET_NAME, "hostel-serial");
	/* They are for the machine: this ends after it. */
	for (i = 0; i < ARRAY_SIZE(heedless); i++)
		signal(heedless[i], SIG_IGN);
	if (fds_place(FD_FIRST, fds, ARRAY_SIZE(fds)) < 0)
		die("the socket of %s can not be served: %s", set.port,
		    strerror(errno));
	set.listen = FD_FIRST;
	set.pair = FD_FIRST + 1;
	set.bell = given->bell < 0 ? -1 : FD_FIRST + 2;
	limits_memory(GROWS, GROWS_SPACE);
	if (privileges_drop(0) < 0 ||
	    sandbox_enter(serial_rules, ARRAY_SIZE(serial_rules)) < 0)
		die("the sandbox of %s's socket can not be closed", set.port);
	relay_serve(&set);
	_exit(0);
}

pid_t relay_start(const struct relay_setting *set)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0)
		relay_process(set, parent);
	return pid < 0 ? -errno : pid;
}

void relay_wait(pid_t relay)
{
	unsigned int i;

	for (i = 0; i < 2 * RELAY_LAST_MS / WAIT_MS; i++) {
		if (waitpid(relay, NULL, WNOHANG) != 0)
			return;
		poll(NULL, 0, WAIT_MS);
	}
	kill(relay, SIGKILL);
	waitpid(relay, NULL, 0);
}
