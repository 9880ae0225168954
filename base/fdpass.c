/* SPDX-License-Identifier: BSD-2-Clause */
/* fdpass.c - a message with descriptors over a Unix socket: see fdpass.h. */
#include "base/fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* A union, because a control buffer must be aligned for its header. */
union fdpass_control {
	char bytes[CMSG_SPACE(FDPASS_MAX * sizeof(int))];
	struct cmsghdr align;
};

int fdpass_send(int sock, const void *msg, size_t len, const int *fds, size_t n)
{
	union fdpass_control control;
	struct iovec iov = { (void *)(size_t)msg, len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;
	ssize_t sent;

	if (n > FDPASS_MAX || len == 0)
		return -EINVAL;
	memset(&control, 0, sizeof(control));
	if (n > 0) {
		mh.msg_control = control.bytes;
		mh.msg_controllen = CMSG_SPACE(n * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&mh);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, n * sizeof(int));
	}
	do {
		sent = sendmsg(sock, &mh, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/**
 * fdpass_take() - collect the descriptors of a received message
 * @mh: as recvmsg() left it
 * @fds: room for FDPASS_MAX descriptors
 *
 * Return: how many there are.
 */
static size_t fdpass_take(struct msghdr *mh, int *fds)
{
	struct cmsghdr *cmsg;
	size_t n = 0;

	for (cmsg = CMSG_FIRSTHDR(mh); cmsg; cmsg = CMSG_NXTHDR(mh, cmsg)) {
		size_t len;

		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		len = cmsg->cmsg_len - CMSG_LEN(0);
		if (len > (FDPASS_MAX - n) * sizeof(int))
			len = (FDPASS_MAX - n) * sizeof(int);
		memcpy(fds + n, CMSG_DATA(cmsg), len);
		n += len / sizeof(int);
	}
	return n;
}

ssize_t fdpass_recv(int sock, void *msg, size_t size, int *fds, size_t *n)
{
	union fdpass_control control;
	int got[FDPASS_MAX];
	struct iovec iov = { msg, size };
	struct msghdr mh = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	size_t room = *n, count, i;
	ssize_t len;

	*n = 0;
	do {
		len = recvmsg(sock, &mh, MSG_CMSG_CLOEXEC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	count = fdpass_take(&mh, got);
	if (len == 0 || (mh.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
	    count > room) {
		for (i = 0; i < count; i++)
			close(got[i]);
		return len == 0 && !(mh.msg_flags & MSG_TRUNC) ? 0 : -EMSGSIZE;
	}
	memcpy(fds, got, count * sizeof(int));
	*n = count;
	return len;
}
