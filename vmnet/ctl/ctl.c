/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl.c - the switch's control connections: see ctl.h. */
#include "vmnet/ctl/ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fdpass.h"
#include "vmnet/ctl/handlers.h"
#include "vmnet/switch/vswitch_parts.h"

struct ctl_conns {
	struct ctl_conn conn[CTL_CONNECTIONS];
	uint32_t last;		/* number that was given last */
};

static enum ctl_status (*const handlers[])(struct vswitch *,
					   const struct ctl_ask *) = {
#define CTL_VERB(id, name, fds, text) [CTL_##id] = ctl_##name,
#include "vmnet/proto/ctl.def"
#undef CTL_VERB
};

/* conn_find() - Return: the connection of that number; 0: a free place. NULL:
 * there is none. */
static struct ctl_conn *conn_find(struct ctl_conns *all, uint32_t number)
{
	unsigned int i;

	for (i = 0; all && i < CTL_CONNECTIONS; i++)
		if (all->conn[i].number == number)
			return &all->conn[i];
	return NULL;
}

static void conn_end(struct vswitch *sw, struct ctl_conn *conn)
{
	if (conn->gone)
		conn->gone(sw, conn);
	vswitch_unwatch_fd(sw, conn->fd);
	close(conn->fd);
	*conn = (struct ctl_conn){ .fd = -1 };
}

/* ctl_accept() - somebody connects; without a place for it, it is cut off.
 * #syscalls[switch] accept4 close setsockopt */
static void ctl_accept(struct vswitch *sw)
{
	int fd = accept4(sw->control_listen, NULL, NULL,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ctl_conns *all = sw->controls;
	int size = VSWITCH_SOCKET_BUFFER;
	struct ctl_conn *conn;

	if (fd < 0)
		return;
	/* A whole answer fits, whether it is read at once or not. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (!all)
		all = sw->controls = calloc(1, sizeof(*all));
	conn = conn_find(all, 0);
	if (!conn) {
		close(fd);
		return;
	}
	*conn = (struct ctl_conn){ .fd = fd, .number = ++all->last };
	vswitch_watch_control(sw, fd, conn->number);
}

/* send_all() - send a reply and its text. Return: false: the client does not
 * read, or is gone. #syscalls[switch] sendto */
static bool send_all(int fd, enum ctl_status status, const struct text *t)
{
	const struct ctl_reply reply = {
		.magic = VMNET_MAGIC, .version = VMNET_VERSION,
		.status = (uint16_t)status, .length = (uint32_t)t->len,
	};
	size_t at, n;

	if (send(fd, &reply, sizeof(reply), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return false;
	for (at = 0; at < t->len; at += n) {
		n = MIN(t->len - at, (size_t)CTL_CHUNK);
		if (send(fd, t->buf + at, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return false;
	}
	return true;
}

/* ask_do() - do a request that is here whole. Return: the status; the text is
 * filled in if it was done. */
static enum ctl_status ask_do(struct vswitch *sw, struct ctl_conn *conn,
			      enum ctl_verb verb, const union ctl_args *args,
			      int *fds, struct text *t)
{
	const struct ctl_ask ask = { .conn = conn, .args = args, .fds = fds,
				     .text = t };
	enum ctl_status status;

	t->size = CTL_TEXT_MAX;
	t->buf = malloc(t->size);
	if (!t->buf)
		return CTL_NO_MEMORY;
	status = handlers[verb](sw, &ask);
	if (t->full)
		status = CTL_NO_MEMORY;
	if (status != CTL_DONE)
		t->len = 0;
	return status;
}

/* ctl_ready() - a client has sent something, or has gone. */
static void ctl_ready(struct vswitch *sw, uint32_t number)
{
	struct ctl_conn *conn = number ? conn_find(sw->controls, number) : NULL;
	uint8_t msg[sizeof(struct ctl_request) + 1];
	struct text t = { 0 };
	enum ctl_status status;
	enum ctl_verb verb;
	union ctl_args args;
	int fds[FDPASS_MAX];
	size_t n = ARRAY_SIZE(fds), i;
	ssize_t len;

	if (!conn)
		return;
	len = fdpass_recv(conn->fd, msg, sizeof(msg), fds, &n);
	if (len == -EAGAIN || len == -EINTR)
		return;
	if (len <= 0 && len != -EMSGSIZE) {
		conn_end(sw, conn);
		return;
	}
	status = decode_ctl_request(msg, len < 0 ? 0 : (size_t)len, n, &verb,
				    &args);
	if (status == CTL_DONE)
		status = ask_do(sw, conn, verb, &args, fds, &t);
	for (i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (!send_all(conn->fd, status, &t))
		conn_end(sw, conn);
	free(t.buf);
}

static void ctl_close(struct vswitch *sw)
{
	struct ctl_conns *all = sw->controls;
	unsigned int i;

	for (i = 0; all && i < CTL_CONNECTIONS; i++)
		if (all->conn[i].number)
			conn_end(sw, &all->conn[i]);
	free(all);
	sw->controls = NULL;
}

const struct control_ops ctl_server = {
	.accept = ctl_accept,
	.ready = ctl_ready,
	.close = ctl_close,
};
