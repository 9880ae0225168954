/* SPDX-License-Identifier: BSD-2-Clause */
/* control.c - clients of a running machine: see control.h. */
#include "vmapp/control/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/fdpass.h"

char control_later[1];

/* ---- one client -------------------------------------------------------- */

static void client_drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void client_close(struct control_client *cl)
{
	client_drop(&cl->given);
	events_watch(&cl->control->inner, &cl->source, 0);
	close(cl->source.fd);
	free(cl->out);
	if (cl->out_fd >= 0)
		close(cl->out_fd);
	cl->out = NULL;
	cl->out_fd = -1;
	cl->ticket = 0;
	cl->source.fd = -1;
}

static void client_cut_off(struct control_client *cl)
{
	cl->control->cut_off++;
	client_close(cl);
}

/* client_hand() - send the descriptor that goes with the answer, beside its
 * first byte. Return: false: the client is gone, or can not take it. */
static bool client_hand(struct control_client *cl)
{
	int err = fdpass_send(cl->source.fd, cl->out, 1, &cl->out_fd, 1);

	if (err)
		return err == -EAGAIN;
	close(cl->out_fd);
	cl->out_fd = -1;
	cl->out_done = 1;
	return true;
}

/* client_send() - send as much of the answer as the client takes. Return:
 * false: it is gone. */
static bool client_send(struct control_client *cl)
{
	ssize_t n;

	if (cl->out_fd >= 0)
		return client_hand(cl);
	n = send(cl->source.fd, cl->out + cl->out_done,
		 cl->out_len - cl->out_done, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	cl->out_done += (size_t)n;
	if (cl->out_done == cl->out_len) {
		free(cl->out);
		cl->out = NULL;
		cl->heard_ns = clock_now_ns();
	}
	return true;
}

/* client_read() - read once. Return: false: the client is gone. */
static bool client_read(struct control_client *cl)
{
	int fd = -1;
	size_t fds = 1;
	ssize_t n = fdpass_recv(cl->source.fd, cl->in + cl->in_len,
				sizeof(cl->in) - cl->in_len, &fd, &fds);

	if (n < 0)
		return n == -EAGAIN;
	if (fds) {
		client_drop(&cl->given);
		cl->given = fd;
	}
	if (!cl->in_len)
		cl->heard_ns = clock_now_ns();
	cl->in_len += (size_t)n;
	cl->ended = n == 0;
	return true;
}

static void client_ready(void *owner, struct source *src, uint32_t got)
{
	struct control_client *cl = owner;
	bool there = true;

	(void)src;
	if (got & EPOLLOUT)
		there = client_send(cl);
	else if (got & EPOLLIN)
		there = client_read(cl);
	else
		there = false;
	if (!there)
		client_close(cl);
	else if (cl->in_len == sizeof(cl->in))
		client_cut_off(cl);	/* it does not wait for answers */
}

/* client_line() - Return: the length of the request that is here whole; 0:
 * none. */
static size_t client_line(const struct control_client *cl)
{
	const char *end = memchr(cl->in, '\n', cl->in_len);

	return end ? (size_t)(end - cl->in) + 1 : 0;
}

/* client_give() - begin to send an answer. Return: false: cut the client
 * off. */
static bool client_give(struct control_client *cl, char *line, int fd)
{
	cl->out = line;
	cl->out_fd = fd;
	cl->heard_ns = clock_now_ns();
	if (!line)
		return false;
	cl->out_len = strlen(line);
	cl->out_done = 0;
	return cl->out_len <= CONTROL_ANSWER_MAX && client_send(cl);
}

/* client_serve() - serve the next request, if the client has taken the answers
 * before. Return: false: cut it off. */
static bool client_serve(struct control_client *cl)
{
	struct control *c = cl->control;
	size_t len = client_line(cl);
	bool last = false;
	char *line;

	if (cl->out || cl->ticket || !len)
		return true;
	c->requests++;
	c->given = cl->given;
	cl->given = -1;
	c->ticket++;
	line = c->answer(c->owner, cl->in, len - 1, &last);
	client_drop(&c->given);
	cl->in_len -= len;
	memmove(cl->in, cl->in + len, cl->in_len);
	if (line != CONTROL_LATER)
		return client_give(cl, line, -1) && !last;
	cl->ticket = c->ticket;
	cl->heard_ns = clock_now_ns();
	return true;
}

/* client_late() - an answer that was to come later has not come in time. */
static bool client_late(struct control_client *cl)
{
	cl->ticket = 0;
	return client_give(cl,
			   strdup("{\"ok\":false,\"error\":\"it was not done "
				  "in time\",\"status\":69}\n"),
			   -1);
}

/* client_due() - Return: when (host time) the client is cut off if it does
 * nothing; 1: a request is here already; UINT64_MAX: never. */
static uint64_t client_due(const struct control_client *cl)
{
	if (cl->ticket)
		return cl->heard_ns + CONTROL_LATER_NS;
	if (!cl->out && client_line(cl))
		return 1;
	return cl->out || cl->in_len ? cl->heard_ns + CONTROL_PATIENCE_NS :
				       UINT64_MAX;
}

/* client_judge() - after a client's turn: decide what it is watched for, or cut
 * it off. */
static void client_judge(struct control_client *cl)
{
	bool over = cl->ended && !cl->out && !cl->ticket && !client_line(cl);
	uint64_t due = client_due(cl);

	if (over)
		client_close(cl);
	else if (cl->ticket && due <= clock_now_ns() && client_late(cl))
		client_judge(cl);
	else if (due > 1 && due <= clock_now_ns())
		client_cut_off(cl);
	else
		events_watch(&cl->control->inner, &cl->source,
			     cl->out   ? EPOLLOUT :
			     cl->ended ? 0 :
					 EPOLLIN);
}

/* ---- all of them ------------------------------------------------------- */

/* free_client() - Return: a free place; if there is none, the client that was
 * silent longest is cut off. */
static struct control_client *free_client(struct control *c)
{
	struct control_client *oldest = &c->client[0];
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++) {
		if (c->client[i].source.fd < 0)
			return &c->client[i];
		if (c->client[i].heard_ns < oldest->heard_ns)
			oldest = &c->client[i];
	}
	client_cut_off(oldest);
	return oldest;
}

/* door_ready() - the keeper hands over a client. */
static void door_ready(void *owner, struct source *src, uint32_t got)
{
	struct control *c = owner;
	struct control_client *cl;
	uint8_t word;
	size_t n = 1;
	int fd = -1;
	ssize_t len = fdpass_recv(src->fd, &word, sizeof(word), &fd, &n);

	(void)got;
	if (len == 0)
		events_watch(&c->inner, src, 0);	/* no keeper */
	if (len <= 0 || !n)
		return;
	cl = free_client(c);
	*cl = (struct control_client){ .control = c, .given = -1, .out_fd = -1,
				       .heard_ns = clock_now_ns() };
	cl->source = (struct source){ .fd = fd, .owner = cl,
				      .ready = client_ready };
	events_watch(&c->inner, &cl->source, EPOLLIN);
}

int control_take(struct control *c)
{
	int fd = c->given;

	c->given = -1;
	return fd;
}

/* client_settle() - set the timer for the first client that will be late. */
static void client_settle(struct control *c)
{
	uint64_t due = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (c->client[i].source.fd >= 0)
			due = MIN(due, client_due(&c->client[i]));
	events_set_timer(&c->inner, due == UINT64_MAX ? 0 : due);
}

/* client_waiting() - Return: the client that waits for the answer with that
 * ticket; NULL: none does. Ticket 0 means that a client waits for none. */
static struct control_client *client_waiting(struct control *c, uint64_t ticket)
{
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (ticket && c->client[i].source.fd >= 0 &&
		    c->client[i].ticket == ticket)
			return &c->client[i];
	return NULL;
}

void control_finish(struct control *c, uint64_t ticket, char *line, int fd)
{
	struct control_client *cl = client_waiting(c, ticket);

	if (!cl) {
		free(line);
		if (fd >= 0)
			close(fd);
		return;
	}
	cl->ticket = 0;
	if (!client_give(cl, line, fd))
		client_close(cl);	/* it has gone */
	else
		client_judge(cl);
	client_settle(c);
}

void control_more_time(struct control *c, uint64_t ticket)
{
	struct control_client *cl = client_waiting(c, ticket);

	if (cl)
		cl->heard_ns = clock_now_ns();
	client_settle(c);
}

void control_serve(struct control *c)
{
	unsigned int i;

	events_wait(&c->inner, 0);
	for (i = 0; i < CONTROL_CLIENTS; i++) {
		struct control_client *cl = &c->client[i];

		if (cl->source.fd >= 0 && !client_serve(cl))
			client_cut_off(cl);
		if (cl->source.fd >= 0)
			client_judge(cl);
	}
	client_settle(c);
}

static void gate_ready(void *owner, struct source *src, uint32_t got)
{
	struct control *c = owner;

	(void)got;
	control_serve(c);
	events_watch(&c->outer, src, 0);
	events_set_timer(&c->outer, clock_now_ns() + CONTROL_REST_NS);
}

void control_turn(struct control *c)
{
	events_wait(&c->outer, 0);
	if (!c->outer.timer_ns)		/* it has rested */
		events_watch(&c->outer, &c->gate, EPOLLIN);
}

static void mine_ready(void *owner, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	control_turn(owner);
}

void control_plug(struct control *c, struct events *ev)
{
	events_watch(ev, &c->mine, EPOLLIN);
}

int control_open(struct control *c, int door, control_answer *answer,
		 void *owner)
{
	unsigned int i;
	int err;

	memset(c, 0, sizeof(*c));
	c->given = -1;
	c->answer = answer;
	c->owner = owner;
	for (i = 0; i < CONTROL_CLIENTS; i++)
		c->client[i].source.fd = c->client[i].out_fd = -1;
	c->inner = EVENTS_CLOSED;
	err = events_open(&c->outer);
	if (!err)
		err = events_open(&c->inner);
	if (err)
		return err;
	c->gate = (struct source){ .fd = c->inner.fd, .owner = c,
				   .ready = gate_ready };
	c->mine = (struct source){ .fd = c->outer.fd, .owner = c,
				   .ready = mine_ready };
	c->door = (struct source){ .fd = door, .owner = c,
				   .ready = door_ready };
	events_watch(&c->outer, &c->gate, EPOLLIN);
	if (door >= 0)
		events_watch(&c->inner, &c->door, EPOLLIN);
	return 0;
}

void control_close(struct control *c)
{
	unsigned int i;

	for (i = 0; i < CONTROL_CLIENTS; i++)
		if (c->client[i].control && c->client[i].source.fd >= 0)
			client_close(&c->client[i]);
	events_close(&c->inner);
	events_close(&c->outer);
}
