/* SPDX-License-Identifier: BSD-2-Clause */
/* cable.c - the host's end of a cable: see cable.h. */
#include "vmapp/back/cable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "vmapp/back/relay.h"
#include "vmapp/outfile.h"

/* For what is still to leave a serial port at the end: looks, of 10 ms. */
#define DRAIN_LOOKS 100

/* The terminal as we found it, for the atexit handler. */
static struct termios cable_saved;
static bool cable_is_raw;
/* And the serial ports of the host that are raw. */
static struct cable *cable_devices;
static bool cable_at_exit;

/* device_restore() - give the port back. The kernel would wait for ever for
 * what can not leave: hardware flow control is on, and nobody is there. */
static void device_restore(struct cable *cable)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	int i, left = 0;

	for (i = 0; i < DRAIN_LOOKS; i++) {
		if (ioctl(cable->own, TIOCOUTQ, &left) < 0 || !left)
			break;
		nanosleep(&moment, NULL);
	}
	if (left)
		tcflush(cable->own, TCOFLUSH);
	tcsetattr(cable->own, TCSANOW, &cable->found);
}

static void devices_restore(void)
{
	for (; cable_devices; cable_devices = cable_devices->next)
		device_restore(cable_devices);
}

static void cable_restore(void)
{
	if (cable_is_raw && !terminal_in_background())
		tcsetattr(STDIN_FILENO, TCSADRAIN, &cable_saved);
	cable_is_raw = false;
	devices_restore();
}

/* cable_will_restore() - also if the process ends at any place. */
static void cable_will_restore(void)
{
	if (!cable_at_exit)
		atexit(cable_restore);
	cable_at_exit = true;
}

static bool cable_set_raw(void)
{
	struct termios raw = cable_saved;

	cfmakeraw(&raw);
	raw.c_oflag |= OPOST;	/* our own messages end in \n */
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static bool cable_make_raw(void)
{
	if (tcgetattr(STDIN_FILENO, &cable_saved) < 0 || !cable_set_raw())
		return false;
	cable_is_raw = true;
	cable_will_restore();
	return true;
}

void cable_again(void)
{
	if (cable_is_raw && !terminal_in_background())
		cable_set_raw();
}

static bool cable_open_stdio(struct cable *cable)
{
	cable->in = STDIN_FILENO;
	cable->out = STDOUT_FILENO;
	cable->raw = isatty(STDIN_FILENO);
	return true;
}

static bool cable_open_pty(struct cable *cable)
{
	struct termios raw;
	const char *name = NULL;
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	cable->own = cable->in = cable->out = fd;
	cable->lossy = true;
	if (fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0)
		name = ptsname(fd);
	if (name)
		cable->other = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (cable->other < 0 || tcgetattr(cable->other, &raw) < 0) {
		log_error("no pseudo-terminal for %s: %s", cable->port,
			  strerror(errno));
		return false;
	}
	cfmakeraw(&raw);
	tcsetattr(cable->other, TCSANOW, &raw);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	snprintf(cable->name, sizeof(cable->name), "%s", name);
	return true;
}

static bool cable_open_file(struct cable *cable, const char *path)
{
	cable->out = outfile_open(cable->port, path, O_TRUNC, 0666);
	cable->own = cable->out;
	return cable->out >= 0;
}

/* device_failed() - Return: false, and it is said what is wrong with it. */
static bool device_failed(const struct cable *cable, const char *path,
			  const char *why)
{
	log_error("%s can not be plugged into '%s': %s", cable->port, path,
		  why);
	return false;
}

/* cable_open_device() - it may wait for a carrier that never comes: so not
 * blocking, which it then stays. */
static bool cable_open_device(struct cable *cable, const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return device_failed(cable, path, strerror(errno));
	cable->own = cable->in = cable->out = fd;
	if (tcgetattr(fd, &cable->found) < 0)
		return device_failed(cable, path,
				     "it is no serial port; name one, as "
				     "/dev/ttyS0");
	if (tcgetpgrp(fd) >= 0)
		return device_failed(cable, path,
				     "it is your terminal; use stdio");
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || ioctl(fd, TIOCEXCL) < 0)
		return device_failed(cable, path,
				     "another program, or another port of "
				     "this machine, has it");
	cable->device = true;
	snprintf(cable->name, sizeof(cable->name), "%s", path);
	return true;
}

/* device_make_raw() - any byte, both ways, with or without a carrier. */
static void device_make_raw(struct cable *cable)
{
	struct termios raw = cable->found;

	cfmakeraw(&raw);
	raw.c_cflag = cable->found.c_cflag | CLOCAL | CREAD;
	if (tcsetattr(cable->own, TCSANOW, &raw) < 0) {
		log_warn("%s: '%s' can not be set up: %s", cable->port,
			 cable->name, strerror(errno));
		return;
	}
	cable->next = cable_devices;
	cable_devices = cable;
	cable_will_restore();
}

/* cable_relay() - have the socket served; @cable->listener is open. */
static bool cable_relay(struct cable *cable, bool telnet)
{
	struct relay_setting set = { .port = cable->port, .telnet = telnet,
				     .listen = cable->listener.fd };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       pair) < 0)
		return false;
	cable->own = cable->in = cable->out = pair[0];
	if (telnet)
		cable->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	set.pair = pair[1];
	set.bell = cable->bell;
	cable->relay = relay_start(&set);
	close(pair[1]);
	return cable->relay > 0;
}

static bool cable_open_socket(struct cable *cable, const struct plug *plug)
{
	bool telnet = plug->kind == PLUG_TELNET;
	struct listener *l = &cable->listener;
	int err;

	if (plug->kind == PLUG_UNIX)
		err = listener_unix(l, cable->port, plug->file);
	else
		err = listener_tcp(l, cable->port, plug->port,
				   telnet ? "telnet" : "tcp");
	if (err)
		return false;
	cable->lossy = true;
	snprintf(cable->name, sizeof(cable->name), "%s", l->name);
	if (!cable_relay(cable, telnet)) {
		log_error("no process for the socket of %s: %s", cable->port,
			  strerror(errno));
		return false;
	}
	close(l->fd);		/* it is the relay's alone */
	l->fd = -1;
	return true;
}

bool cable_open(struct cable *cable, const char *port,
		const struct plug *config)
{
	*cable = (struct cable){ .port = port, .in = -1, .out = -1,
				 .own = -1, .other = -1, .bell = -1,
				 .listener = { .fd = -1 }, .open = true };
	cable->waiting = mmap(NULL, sizeof(*cable->waiting),
			      PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (cable->waiting == MAP_FAILED)
		die("no memory for a cable: %s", strerror(errno));
	switch (config->kind) {
	case PLUG_STDIO:
		return cable_open_stdio(cable);
	case PLUG_PTY:
		return cable_open_pty(cable);
	case PLUG_FILE:
		return cable_open_file(cable, config->file);
	case PLUG_DEVICE:
		return cable_open_device(cable, config->file);
	case PLUG_UNIX:
	case PLUG_TCP:
	case PLUG_TELNET:
		return cable_open_socket(cable, config);
	case PLUG_NONE:
		break;
	}
	return true;
}

void cable_take(struct cable *cable)
{
	if (cable->taken)
		return;
	cable->taken = true;
	if (cable->raw && cable_make_raw())
		log_info("Ctrl-] quits");
	if (cable->device)
		device_make_raw(cable);
	if (*cable->name)
		log_info("%s is %s", cable->port, cable->name);
}

void cable_close(struct cable *cable)
{
	cable_restore();
	if (!cable->open)
		return;
	cable->open = false;
	munmap(cable->waiting, sizeof(*cable->waiting));
	if (cable->other >= 0)
		close(cable->other);
	if (cable->device)
		ioctl(cable->own, TIOCNXCL);
	if (cable->own >= 0)
		close(cable->own);
	if (cable->bell >= 0)
		close(cable->bell);
	if (cable->relay > 0)
		relay_wait(cable->relay);
	listener_close(&cable->listener);
}
