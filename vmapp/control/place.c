/* SPDX-License-Identifier: BSD-2-Clause */
/* place.c - where control sockets are: see place.h. */
#include "vmapp/control/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/runfolder.h"

#define FOLDER		"machines"
#define LOCK		"lock"
#define SUFFIX		".sock"

/* Connections that may wait to be accepted. */
#define BACKLOG		16

/* The lock is held for microseconds; so long its holder may be stopped. */
#define LOCK_TRIES	200
#define LOCK_REST_MS	10

/* How long a client waits for a machine to take its request: one that is
 * stopped has room for BACKLOG of them, and then for none. */
#define CONNECT_MS	500

/* folder_open() - Return: the folder of the sockets, or a negative errno. */
static int folder_open(char *why)
{
	char dir[PATH_MAX];
	int top, fd,
		err = runfolder_find(dir, sizeof(dir), why, PLACE_WHY_SIZE);

	if (err)
		return err;
	top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top >= 0)
		mkdirat(top, FOLDER, 0700);
	fd = top < 0 ? -1 :
		       openat(top, FOLDER,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = -errno;
	if (top >= 0)
		close(top);
	if (fd >= 0)
		return fd;
	snprintf(why, PLACE_WHY_SIZE,
		 "can not use the folder " FOLDER " in "
		 "%.100s: %s",
		 dir, strerror(-err));
	return err;
}

/* place_lock() - lock the folder. Return: a descriptor that holds the lock, or
 * a negative errno. */
static int place_lock(int dir)
{
	int i, fd = openat(dir, LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	for (i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		poll(NULL, 0, LOCK_REST_MS);
	}
	if (fd < 0)
		return -errno;
	close(fd);
	return -EBUSY;
}

/* place_address() - the address of socket @file in @dir, whose path may be too
 * long for an address. */
static struct sockaddr_un place_address(int dir, const char *file)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "/proc/self/fd/%d/%s", dir,
		 file);
	return a;
}

/* place_knock() - Return: a connected socket, or a negative errno:
 * -ECONNREFUSED: nobody listens; -EAGAIN: there are too many others. */
static int place_knock(int dir, const char *file, bool wait)
{
	const struct timeval most = { .tv_usec = CONNECT_MS * 1000 };
	struct sockaddr_un a = place_address(dir, file);
	int fd, err;

	fd = socket(AF_UNIX,
		    SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* is_ours() - is it the name of a control socket? Then the machine's name,
 * which stands before the suffix, is copied. */
static bool is_ours(int dir, const char *file, char *name)
{
	size_t n = strlen(file), end = strlen(SUFFIX);
	struct stat st;

	if (n <= end || n >= PLACE_FILE_SIZE ||
	    strcmp(file + n - end, SUFFIX) ||
	    fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISSOCK(st.st_mode))
		return false;
	memcpy(name, file, n - end);
	name[n - end] = '\0';
	return true;
}

/* place_each() - call a function for each socket in the folder. */
static void place_each(int dir,
		       void (*visit)(int dir, const char *file,
				     const char *name, void *arg),
		       void *arg)
{
	int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	char name[PLACE_FILE_SIZE];
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (is_ours(dir, e->d_name, name))
			visit(dir, e->d_name, name, arg);
	if (d)
		closedir(d);
	else if (again >= 0)
		close(again);
}

/* place_sweep() - remove a socket at which nobody listens. */
static void place_sweep(int dir, const char *file, const char *name, void *arg)
{
	int fd = place_knock(dir, file, false);

	(void)name, (void)arg;
	if (fd >= 0)
		close(fd);
	else if (fd == -ECONNREFUSED)
		unlinkat(dir, file, 0);
}

/* listen_at() - make the socket; the lock is held. Return: 0, or a negative
 * errno. */
static int listen_at(struct place *p)
{
	struct sockaddr_un a = place_address(p->dir, p->file);
	mode_t old;
	int err = 0;

	p->sock =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->sock < 0)
		return -errno;
	old = umask(0177);	/* no thread beside this one, in the keeper */
	if (bind(p->sock, (struct sockaddr *)&a, sizeof(a)) < 0)
		err = errno == EADDRINUSE ? -EEXIST : -errno;
	umask(old);
	if (err || listen(p->sock, BACKLOG) == 0)
		return err;
	err = -errno;
	unlinkat(p->dir, p->file, 0);
	return err;
}

int place_open(struct place *p, const char *name, char *why)
{
	int held, err;

	*p = PLACE_CLOSED;
	p->dir = folder_open(why);
	if (p->dir < 0)
		return p->dir;
	if (name)
		snprintf(p->file, sizeof(p->file), "%s" SUFFIX, name);
	else
		snprintf(p->file, sizeof(p->file), "@%d" SUFFIX, (int)getpid());
	held = err = place_lock(p->dir);
	if (held >= 0) {
		place_each(p->dir, place_sweep, NULL);
		err = listen_at(p);
		close(held);
	}
	if (!err)
		return 0;
	if (err == -EEXIST)
		snprintf(why, PLACE_WHY_SIZE,
			 "a machine named %s runs "
			 "already; give this one another --name",
			 name);
	else
		snprintf(why, PLACE_WHY_SIZE, "no control socket: %s",
			 strerror(-err));
	*p->file = '\0';	/* another's, or nobody's */
	place_close(p);
	return err;
}

void place_close(struct place *p)
{
	/* First, while it still listens: nobody else has that name. */
	if (p->sock >= 0 && *p->file)
		unlinkat(p->dir, p->file, 0);
	if (p->sock >= 0)
		close(p->sock);
	if (p->dir >= 0)
		close(p->dir);
	*p = PLACE_CLOSED;
}

int place_accept(const struct place *p)
{
	struct ucred who;
	socklen_t size = sizeof(who);
	int fd = accept4(p->sock, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
	    who.uid == geteuid())
		return fd;
	close(fd);
	return -EACCES;
}

struct finding {
	struct place_found *found;
	int n, most;
};

static void take(int dir, const char *file, const char *name, void *arg)
{
	struct finding *f = arg;
	struct place_found *to = &f->found[f->n];
	struct ucred who = { 0 };
	socklen_t size = sizeof(who);

	if (f->n == f->most)
		return;
	to->sock = place_knock(dir, file, true);
	if (to->sock == -EAGAIN)	/* it is there, and takes nobody */
		to->sock = -1;
	else if (to->sock < 0)
		return;
	/* Of who called listen(): the keeper. */
	if (to->sock < 0)
		who.pid = *name == '@' ? atoi(name + 1) : 0;
	else
		getsockopt(to->sock, SOL_SOCKET, SO_PEERCRED, &who, &size);
	to->pid = who.pid;
	snprintf(to->name, sizeof(to->name), "%s", *name == '@' ? "" : name);
	f->n++;
}

static int by_name(const void *a, const void *b)
{
	const struct place_found *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

int place_list(struct place_found *found, int most, char *why)
{
	struct finding f = { .found = found, .most = most };
	int dir = folder_open(why);

	if (dir < 0)
		return dir;
	place_each(dir, take, &f);
	close(dir);
	qsort(found, (size_t)f.n, sizeof(*found), by_name);
	return f.n;
}
