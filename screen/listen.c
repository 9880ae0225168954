/* SPDX-License-Identifier: BSD-2-Clause */
/* listen.c - the socket that clients of the screen come to: see listen.h. */
#include "screen/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

#define BACKLOG 16

/* A client's host that says nothing for 10 s is asked; after 25 s of silence,
 * or with bytes that it has not taken for so long, the client is gone. */
#define KEEP_IDLE_S	10
#define KEEP_ASK_S	5
#define KEEP_ASKS	3
#define KEEP_MS		25000

static int socket_of(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		die("no socket for --display: %s", strerror(errno));
	return fd;
}

/* nobody_listens() - is the file at a path the socket of a process that was
 * killed? It is a socket, and refuses connections. */
static bool nobody_listens(const struct sockaddr_un *a)
{
	int fd = socket_of(AF_UNIX);
	bool refused = connect(fd, (const struct sockaddr *)a, sizeof(*a)) <
			       0 &&
		       errno == ECONNREFUSED;
	struct stat st;

	close(fd);
	return refused && lstat(a->sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int listen_local(const struct display *d, const char *name, long pid,
			char *where)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	char why[DISPLAY_ERROR];
	int fd = socket_of(AF_UNIX), err;
	mode_t before = umask(0177);

	if (!display_socket(d, name, pid, a.sun_path, why))
		die("--display vnc:unix: %s", why);
	err = bind(fd, (struct sockaddr *)&a, sizeof(a)) ? errno : 0;
	if (err == EADDRINUSE && nobody_listens(&a)) {
		unlink(a.sun_path);
		err = bind(fd, (struct sockaddr *)&a, sizeof(a)) ? errno : 0;
	}
	umask(before);
	if (!err && listen(fd, BACKLOG) < 0)
		err = errno;
	if (err)
		die("--display vnc:unix: can not listen at %s: %s", a.sun_path,
		    err == EADDRINUSE ? "there is something already" :
					strerror(err));
	snprintf(where, LISTEN_WHERE, "%s", a.sun_path);
	return fd;
}

/* bind_port() - Return: 0, or an errno. */
static int bind_port(int fd, const struct display *d, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(d->address) };

	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		return errno;
	return 0;
}

/* first_free() - listen at the first free port of those for this kind of
 * display. */
static int first_free(int fd, struct display *d, uint16_t first)
{
	int err = EADDRINUSE;
	unsigned int i;

	for (i = 0; i < DISPLAY_PORTS && err == EADDRINUSE; i++) {
		d->port = (uint16_t)(first + i);
		err = bind_port(fd, d, d->port);
	}
	return err;
}

static _Noreturn void die_port(const struct display *d, const char *host,
			       bool chosen, int err)
{
	const char *kind = d->kind == DISPLAY_WEB ? "web" : "vnc";

	if (err == EADDRINUSE && chosen)
		die("--display %s: port %u of %s is taken by another program; "
		    "choose another one, or none for the first that is free",
		    kind, d->port, host);
	if (err == EADDRINUSE)
		die("--display %s: no port of %s is free; choose one, as in "
		    "%s:15900",
		    kind, host, kind);
	die("--display %s: can not listen at port %u of %s: %s", kind, d->port,
	    host, strerror(err));
}

/* set_options() - of the socket at which is listened. All of them pass on to
 * the clients' sockets. */
static void set_options(int fd)
{
	static const struct { int level, option, value; } of[] = {
		{ SOL_SOCKET, SO_REUSEADDR, 1 },
		{ SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ IPPROTO_TCP, TCP_NODELAY, 1 },
		/* A client that vanishes must not leave a key down for long:
		 * the guest would repeat it. */
		{ IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S },
		{ IPPROTO_TCP, TCP_KEEPINTVL, KEEP_ASK_S },
		{ IPPROTO_TCP, TCP_KEEPCNT, KEEP_ASKS },
		{ IPPROTO_TCP, TCP_USER_TIMEOUT, KEEP_MS },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(of); i++)
		setsockopt(fd, of[i].level, of[i].option, &of[i].value,
			   sizeof(of[i].value));
}

int listen_open(struct display *d, const char *name, long pid, char *where)
{
	struct in_addr in = { .s_addr = htonl(d->address) };
	char host[INET_ADDRSTRLEN];
	bool chosen = d->port;
	int fd, err;

	if (d->local)
		return listen_local(d, name, pid, where);
	fd = socket_of(AF_INET);
	set_options(fd);
	inet_ntop(AF_INET, &in, host, sizeof(host));
	err = chosen ? bind_port(fd, d, d->port) :
		       first_free(fd, d,
				  d->kind == DISPLAY_WEB ? DISPLAY_WEB_PORT :
							   DISPLAY_VNC_PORT);
	if (err)
		die_port(d, host, chosen, err);
	snprintf(where, LISTEN_WHERE, "%s:%u", host, d->port);
	return fd;
}
