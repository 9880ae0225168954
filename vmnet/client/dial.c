/* SPDX-License-Identifier: BSD-2-Clause */
/* dial.c - a connection to vmnetd: see dial.h. */
#include "vmnet/client/dial.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "base/fds.h"
#include "vmnet/proto/proto.h"

#define SOCKET_BUFFER	(1 << 20)

/* What vmnetd is given of our environment, as it stands there. Of its folder
 * and files it is given what we make of that. */
static const char *const passed_on[] = {
	"HOSTEL_VMNET_RESOLV", "HOSTEL_VMNET_NAT", "HOSTEL_VMNET_BRIDGE",
	"HOSTEL_VMNET_DHCP", "HOSTEL_VMNET_ADAPTER", "HOSTEL_VMNET_LAST",
	"HOSTEL_VMNET_STAMPS", "HOSTEL_VMNET_VDE", "HOSTEL_HOST",
};

/* pass_on() - add these to @envp. */
static void pass_on(char **envp)
{
	const char *value;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(passed_on); i++) {
		value = getenv(passed_on[i]);
		if (value && asprintf(envp, "%s=%s", passed_on[i], value) >= 0)
			envp++;
	}
	*envp = NULL;
}

/* starter_child() - in the child: become vmnetd. */
static void starter_child(const struct vmnet_dial *d, const char *path)
{
	char dir[sizeof(d->dir) + 32];
	char *argv[] = { (char *)"vmnetd", (char *)"--background", NULL };
	char config[HOME_PATH_SIZE + 32], state[HOME_PATH_SIZE + 32];
	char path_of[HOME_PATH_SIZE];
	char *envp[3 + ARRAY_SIZE(passed_on) + 1] = { dir, config, state };
	sigset_t none;

	home_config(path_of);
	snprintf(config, sizeof(config), "HOSTEL_VMNET_CONFIG=%s", path_of);
	home_state(path_of);
	snprintf(state, sizeof(state), "HOSTEL_VMNET_STATE=%s", path_of);
	snprintf(dir, sizeof(dir), "HOSTEL_VMNET_DIR=%s", d->dir);
	pass_on(envp + 3);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	fds_close(3, ~0u);
	execve(path, argv, envp);
	_exit(1);
}

/* start_daemon() - begin; reap_starter() sees the end. */
static int start_daemon(struct vmnet_dial *d)
{
	char path[PATH_MAX];
	int err;

	if (d->starter)
		return 0;
	err = home_program("HOSTEL_VMNETD", "vmnetd", path, sizeof(path));
	if (!err && access(path, X_OK) < 0)
		err = -errno;
	if (err) {
		snprintf(d->why, sizeof(d->why),
			 "vmnetd, which belongs beside "
			 "hostel, can not be started: %s",
			 strerror(-err));
		return err;
	}
	d->starter = fork();
	if (d->starter < 0) {
		d->starter = 0;
		return -errno;
	}
	if (d->starter == 0)
		starter_child(d, path);
	d->starts++;
	return 0;
}

static void reap_starter(struct vmnet_dial *d)
{
	if (d->starter && waitpid(d->starter, NULL, WNOHANG) != 0)
		d->starter = 0;
}

/* connect_to() - a socket of the daemon's; Return: ours, or -errno. */
static int connect_to(const char *dir, const char *name)
{
	int size = SOCKET_BUFFER, fd, err;
	struct sockaddr_un addr;

	err = home_address(dir, name, &addr);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int vmnet_connect(const char *dir)
{
	return connect_to(dir, HOME_SOCKET);
}

int vmnet_connect_control(const char *dir)
{
	return connect_to(dir, HOME_CONTROL);
}

/* leave_folder() - with the daemon that runs; Return: 0 or -errno. */
static int leave_folder(struct vmnet_dial *d, struct vmnet_dial_folder *f)
{
	const struct vmnet_folder msg = { .magic = VMNET_MAGIC,
					  .version = VMNET_VERSION,
					  .number = f->number };
	int sock = connect_to(d->dir, HOME_FOLDERS), err;

	if (sock < 0)
		return sock;
	err = fdpass_send(sock, &msg, sizeof(msg), &f->fd, 1);
	if (err) {
		close(sock);
		return err;
	}
	/* In this order: it is there all the time. */
	if (f->sock >= 0)
		close(f->sock);
	f->sock = sock;
	return 0;
}

/* leave_folders() - @fd: a connection; Return: that, or -errno. */
static int leave_folders(struct vmnet_dial *d, int fd)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < d->folders && !err; i++)
		err = leave_folder(d, &d->folder[i]);
	if (!err)
		return fd;
	close(fd);
	snprintf(d->why, sizeof(d->why),
		 "can not leave the TFTP folder with "
		 "vmnetd: %s",
		 strerror(-err));
	return err == -ENOENT || err == -ECONNREFUSED ? -EAGAIN : err;
}

void vmnet_dial_folder(struct vmnet_dial *d, uint64_t number, int fd)
{
	ASSERT(d->folders < VMNET_DIAL_FOLDERS);
	d->folder[d->folders++] = (struct vmnet_dial_folder){
		.number = number, .fd = fd, .sock = -1,
	};
}

int vmnet_dial_open(struct vmnet_dial *d)
{
	memset(d, 0, sizeof(*d));
	return home_find(d->dir, sizeof(d->dir), d->why, sizeof(d->why));
}

int vmnet_dial(struct vmnet_dial *d)
{
	int fd, err;

	reap_starter(d);
	fd = vmnet_connect(d->dir);
	if (fd == -ENOENT || fd == -ECONNREFUSED) {
		err = start_daemon(d);
		return err ? err : -EAGAIN;
	}
	if (fd < 0)
		snprintf(d->why, sizeof(d->why),
			 "can not connect to vmnetd: "
			 "%s",
			 strerror(-fd));
	return fd < 0 ? fd : leave_folders(d, fd);
}

void vmnet_dial_close(struct vmnet_dial *d)
{
	while (d->folders)
		if (d->folder[--d->folders].sock >= 0)
			close(d->folder[d->folders].sock);
	if (d->starter)
		waitpid(d->starter, NULL, 0);	/* it ends by itself */
	d->starter = 0;
}
