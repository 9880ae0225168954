/* SPDX-License-Identifier: BSD-2-Clause */
/* listener.c - sockets for serial ports: see listener.h. */
#include "vmapp/back/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define BACKLOG 4

static int listener_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* listener_failed() - close what is open. Return: -1. */
static int listener_failed(struct listener *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	return -1;
}

/* ---- Unix -------------------------------------------------------------- */

/* listener_served() - does somebody listen there? */
static bool listener_served(const struct sockaddr_un *a)
{
	int fd = listener_socket(AF_UNIX);
	bool is = fd >= 0 &&
		  (connect(fd, (const struct sockaddr *)a, sizeof(*a)) == 0 ||
		   errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return is;
}

/* make_way() - remove a socket that nobody serves. Return: false if there is
 * something else, which is explained. */
static bool make_way(const char *port, const struct sockaddr_un *a)
{
	struct stat st;

	if (lstat(a->sun_path, &st) < 0)
		return true;
	if (!S_ISSOCK(st.st_mode)) {
		log_error("%s: %s is a file, and no socket; choose another "
			  "name",
			  port, a->sun_path);
		return false;
	}
	if (listener_served(a)) {
		log_error("%s: another program serves the socket %s; choose "
			  "another name, or end that program",
			  port, a->sun_path);
		return false;
	}
	unlink(a->sun_path);
	return true;
}

/* bind_own() - bind to a path; from its first moment only this user may connect
 * there. */
static int bind_own(int fd, const struct sockaddr_un *a)
{
	mode_t old = umask(0177);
	int err = bind(fd, (const struct sockaddr *)a, sizeof(*a));

	umask(old);
	return err;
}

int listener_unix(struct listener *l, const char *port, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct stat st;

	*l = (struct listener){ .fd = -1 };
	if (strlen(path) >= sizeof(a.sun_path)) {
		log_error("%s: the socket's name %.40s... is too long; it can "
			  "have %zu characters",
			  port, path, sizeof(a.sun_path) - 1);
		return -1;
	}
	strcpy(a.sun_path, path);
	if (!make_way(port, &a))
		return -1;
	l->fd = listener_socket(AF_UNIX);
	if (l->fd < 0 || bind_own(l->fd, &a) < 0 ||
	    listen(l->fd, BACKLOG) < 0 || lstat(path, &st) < 0) {
		log_error("%s: no socket can be made at %s: %s", port, path,
			  strerror(errno));
		return listener_failed(l);
	}
	l->path = path;
	l->dev = st.st_dev;
	l->ino = st.st_ino;
	snprintf(l->name, sizeof(l->name), "unix:%s", path);
	return 0;
}

/* ---- TCP --------------------------------------------------------------- */

static const char *tcp_reason(void)
{
	switch (errno) {
	case EADDRINUSE:
		return "another program has it; choose another one";
	case EACCES:
		return "this user may not open ports below 1024; choose a "
		       "higher one";
	}
	return strerror(errno);
}

int listener_tcp(struct listener *l, const char *port, uint16_t number,
		 const char *kind)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(number),
				 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(a);
	int on = 1;

	*l = (struct listener){ .fd = listener_socket(AF_INET) };
	if (l->fd >= 0)
		setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(l->fd, BACKLOG) < 0 ||
	    getsockname(l->fd, (struct sockaddr *)&a, &len) < 0) {
		log_error("%s: port %u of 127.0.0.1 can not be opened: %s",
			  port, number, tcp_reason());
		return listener_failed(l);
	}
	snprintf(l->name, sizeof(l->name), "%s:127.0.0.1:%u", kind,
		 ntohs(a.sin_port));
	return 0;
}

void listener_close(struct listener *l)
{
	struct stat st;

	if (l->path && lstat(l->path, &st) == 0 && st.st_dev == l->dev &&
	    st.st_ino == l->ino)
		unlink(l->path);
	l->path = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
