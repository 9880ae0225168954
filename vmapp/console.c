/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - the terminal end of COM1.
 *
 * 1. A terminal is put in raw mode, and always given back as it was, whatever
 *    ends the run but SIGKILL.
 * 2. Ctrl-] quits; it is looked for only where the input is a terminal, so
 *    that a pipe may carry any byte.
 * 3. What the UART has no room for waits in console.pending, and the input is
 *    not read while that is so: nothing typed or piped in is lost.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <termios.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "devices/i16550.h"

#define ESCAPE_KEY 0x1d	/* Ctrl-] */

/* The terminal as we found it, for the atexit handler. */
static struct termios console_saved;
static bool console_is_raw;

static void console_restore(void)
{
	if (console_is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &console_saved);
	console_is_raw = false;
}

static void console_make_raw(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &console_saved) < 0)
		return;
	raw = console_saved;
	cfmakeraw(&raw);
	raw.c_oflag |= OPOST;	/* our own messages end in \n */
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
		return;
	console_is_raw = true;
	atexit(console_restore);
}

void console_put(void *board, unsigned int pin, uint8_t byte)
{
	struct vm *vm = board;
	struct pollfd p = { .fd = vm->console.out, .events = POLLOUT };

	(void)pin;
	while (vm->console.out >= 0 && write(vm->console.out, &byte, 1) < 0) {
		if (errno == EAGAIN)
			poll(&p, 1, 100);
		else if (errno != EINTR)
			vm->console.out = -1;	/* nobody reads any more */
	}
}

void console_pump(struct vm *vm)
{
	struct console *con = &vm->console;

	while (con->count &&
	       i16550_receive(&vm->board.com1, con->pending[con->head])) {
		con->head = (con->head + 1) % sizeof(con->pending);
		con->count--;
	}
	if (con->in >= 0)
		events_watch(vm, &con->source, con->count ? 0 : EPOLLIN);
}

/* console_take() - @n bytes were typed; Return: false if one was the
 * escape key. */
static bool console_take(struct console *con, const uint8_t *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (con->raw && buf[i] == ESCAPE_KEY)
			return false;
		con->pending[(con->head + con->count++) %
			     sizeof(con->pending)] = buf[i];
	}
	return true;
}

static void console_ready(struct vm *vm, struct source *src, uint32_t got)
{
	struct console *con = &vm->console;
	uint8_t buf[sizeof(con->pending)];
	ssize_t n;

	(void)got;
	/* Watched only while nothing is pending: all of it fits. */
	n = read(con->in, buf, sizeof(buf));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		events_watch(vm, src, 0);
		con->in = -1;	/* end of input */
		return;
	}
	if (!console_take(con, buf, (size_t)n))
		vm->outcome = VM_QUIT;
	console_pump(vm);
}

static int console_open_stdio(struct console *con)
{
	con->in = STDIN_FILENO;
	con->out = STDOUT_FILENO;
	if (isatty(STDIN_FILENO)) {
		console_make_raw();
		con->raw = console_is_raw;
		if (con->raw)
			log_info("Ctrl-] quits");
	}
	return 0;
}

static int console_open_pty(struct console *con)
{
	con->in = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (con->in < 0 || grantpt(con->in) < 0 || unlockpt(con->in) < 0) {
		log_error("no pseudo-terminal for --serial pty: %s",
			  strerror(errno));
		return -1;
	}
	fcntl(con->in, F_SETFL, O_NONBLOCK);
	con->out = con->in;
	con->own_fd = true;
	log_info("COM1 is %s", ptsname(con->in));
	return 0;
}

static int console_open_file(struct console *con, const char *path)
{
	con->out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (con->out < 0) {
		log_error("--serial file: can not write %s: %s", path,
			  strerror(errno));
		return -1;
	}
	con->own_fd = true;
	return 0;
}

int console_open(struct vm *vm)
{
	struct console *con = &vm->console;
	int err = 0;

	con->in = con->out = -1;
	switch (vm->config->serial) {
	case SERIAL_STDIO:
		err = console_open_stdio(con);
		break;
	case SERIAL_PTY:
		err = console_open_pty(con);
		break;
	case SERIAL_FILE:
		err = console_open_file(con, vm->config->serial_file);
		break;
	case SERIAL_NONE:
		break;
	}
	if (err || con->in < 0)
		return err;
	con->source.fd = con->in;
	con->source.ready = console_ready;
	events_watch(vm, &con->source, EPOLLIN);
	return 0;
}

void console_close(struct vm *vm)
{
	struct console *con = &vm->console;

	console_restore();
	if (con->own_fd && con->out >= 0)
		close(con->out);
	con->in = con->out = -1;
}
