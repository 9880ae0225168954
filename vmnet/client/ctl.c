/* SPDX-License-Identifier: BSD-2-Clause */
/* ctl.c - the asking side of VMNet's control socket: see ctl.h. */
#include "vmnet/client/ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fdpass.h"
#include "vmnet/client/dial.h"

#define WAIT_MS	5000
#define TRY_MS	10

int vmnet_ctl_open(char *why, size_t size)
{
	char dir[HOME_DIR_SIZE];
	int sock = home_find(dir, sizeof(dir), why, size), tries;

	if (sock < 0)
		return sock == -ENOENT ? -ENOTDIR : sock;
	/* Many may be before us. */
	for (tries = 0; tries < WAIT_MS / TRY_MS; tries++) {
		sock = vmnet_connect_control(dir);
		if (sock != -EAGAIN)
			break;
		poll(NULL, 0, TRY_MS);
	}
	if (sock == -ECONNREFUSED)	/* left from one that was killed */
		sock = -ENOENT;
	if (sock == -ENOENT)
		snprintf(why, size,
			 "VMNet does not run in %s: no machine of yours is on "
			 "a network; 'hostel run --net nat ...' starts both",
			 dir);
	else if (sock < 0)
		snprintf(why, size, "can not connect to vmnetd: %s",
			 strerror(-sock));
	return sock;
}

/* answer_receive() - one message, in time. Return: its length, or -errno. */
static ssize_t answer_receive(int sock, void *buf, size_t size)
{
	struct pollfd p = { .fd = sock, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, WAIT_MS) != 1)
		return -ETIMEDOUT;
	n = recv(sock, buf, size, MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0)
		return -errno;
	return n ? n : -EPIPE;
}

/* receive_text() - Return: a text of @len bytes, the caller's; NULL: it did
 * not come. */
static char *receive_text(int sock, size_t len)
{
	char *text = malloc(len + 1);
	size_t at = 0;
	ssize_t n;

	while (text && at < len) {
		n = answer_receive(sock, text + at, len - at);
		if (n <= 0 || (size_t)n > len - at) {
			free(text);
			return NULL;
		}
		at += (size_t)n;
	}
	if (text)
		text[len] = '\0';
	return text;
}

int vmnet_ctl_ask(int sock, const struct vmnet_ctl_ask *ask, char **text)
{
	struct ctl_request r = { .magic = VMNET_MAGIC,
				 .version = VMNET_VERSION,
				 .verb = (uint16_t)ask->verb };
	struct ctl_reply reply;
	ssize_t n;
	int err;

	*text = NULL;
	memcpy(r.args, &ask->args, sizeof(r.args));
	err = fdpass_send(sock, &r, sizeof(r), ask->fds, ask->nfds);
	if (err)
		return err;
	n = answer_receive(sock, &reply, sizeof(reply));
	if (n < 0)
		return (int)n;
	if (decode_ctl_reply(&reply, (size_t)n, &reply) < 0)
		return -EPROTO;
	if (reply.status != CTL_DONE)
		return reply.status;
	*text = receive_text(sock, reply.length);
	return *text ? CTL_DONE : -EPROTO;
}
