/* SPDX-License-Identifier: BSD-2-Clause */
/* folders.c - folders that machines hand in: see folders.h. */
#include "vmnet/keeper/folders.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fdpass.h"
#include "vmnet/proto/proto.h"

#define BATCH	16
#define LISTEN	FOLDERS_MAX	/* an event's data: the place, or this */

static bool folders_watch(struct folders *f, int fd, unsigned int place)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = place };

	return epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) == 0;
}

int folders_open(struct folders *f, int listen)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	f->listen = listen;
	for (i = 0; i < FOLDERS_MAX; i++)
		f->place[i].sock = f->place[i].folder = -1;
	f->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (f->epoll < 0)
		return -errno;
	return listen < 0 || folders_watch(f, listen, LISTEN) ? 0 : -errno;
}

static void folders_drop(struct folders *f, unsigned int i)
{
	/* Helpers that are being started have it, too: closing is not enough
	 * for the kernel to forget it. */
	epoll_ctl(f->epoll, EPOLL_CTL_DEL, f->place[i].sock, NULL);
	close(f->place[i].sock);
	if (f->place[i].folder >= 0)
		close(f->place[i].folder);
	f->place[i].sock = f->place[i].folder = -1;
	f->count--;
}

static void folders_accept(struct folders *f)
{
	int fd = accept4(f->listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	unsigned int i;

	if (fd < 0)
		return;
	for (i = 0; i < FOLDERS_MAX && f->place[i].sock >= 0; i++)
		;
	if (i == FOLDERS_MAX || !folders_watch(f, fd, i)) {
		close(fd);
		return;
	}
	f->place[i].sock = fd;
	f->count++;
}

static bool is_folder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* folders_take() - take a message, or see the end of a connection. */
static void folders_take(struct folders *f, unsigned int i)
{
	struct vmnet_folder msg;
	size_t fds = 1;
	int fd = -1;
	ssize_t n = fdpass_recv(f->place[i].sock, &msg, sizeof(msg), &fd, &fds);

	if (n == -EAGAIN)
		return;
	if (n > 0 && fds == 1 && f->place[i].folder < 0 && is_folder(fd) &&
	    decode_folder(&msg, (size_t)n)) {
		f->place[i].folder = fd;
		f->place[i].number = msg.number;
		return;
	}
	if (n > 0 && fds)
		close(fd);
	folders_drop(f, i);
}

void folders_tend(struct folders *f)
{
	struct epoll_event e[BATCH];
	int n, i, rounds;

	/* Who comes and goes without end has no more than that of our time. */
	for (rounds = 0; rounds < BATCH; rounds++) {
		n = epoll_wait(f->epoll, e, BATCH, 0);
		for (i = 0; i < n; i++)
			if (e[i].data.u32 == LISTEN)
				folders_accept(f);
			else if (f->place[e[i].data.u32].sock >= 0)
				folders_take(f, e[i].data.u32);
		if (n <= 0)
			return;
	}
}

int folders_find(struct folders *f, uint64_t number)
{
	unsigned int i;

	folders_tend(f);
	for (i = 0; i < FOLDERS_MAX; i++)
		if (f->place[i].folder >= 0 && f->place[i].number == number)
			return f->place[i].folder;
	return -1;
}
