/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_screen.c - see lib_screen.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/screen/lib_screen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pty.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memfd.h"

#define AT	4096u	/* of its part in the memory file */
#define SIZE	(VGA_MEMORY + VGA_SHOWN_SIZE)

extern char **environ;

/* high() - move a descriptor to a number from 40 on. */
static int high(int fd)
{
	int other = fcntl(fd, F_DUPFD_CLOEXEC, 40);

	close(fd);
	return other;
}

/* For the next one; 0: it has no terminal. */
static unsigned int terminal_lines;

/* take_terminal() - in the child: all three are it. */
static void take_terminal(int fd, int words)
{
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(words, SCREEN_FD_SAID);
}

/* make_terminal() - Return: the child's side. */
static int make_terminal(struct bench *b)
{
	struct winsize size = { .ws_row = (unsigned short)terminal_lines,
				.ws_col = 80 };
	int fd;

	assert_int_equal(openpty(&b->terminal, &fd, NULL, NULL, &size), 0);
	fcntl(b->terminal, F_SETFL, O_NONBLOCK);
	terminal_lines = 0;
	return fd;
}

void bench_terminal(unsigned int lines)
{
	terminal_lines = lines;
}

const char *bench_screen(struct bench *b, const char *wanted)
{
	static char text[65536];
	struct pollfd p = { b->terminal, POLLIN, 0 };
	size_t len = 0;
	ssize_t n;
	int i;

	for (i = 0; i < 40; i++) {
		poll(&p, 1, 50);
		n = read(b->terminal, text + len, sizeof(text) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
		text[len] = '\0';
		if (strstr(text, wanted))
			return text;
	}
	return text;
}

static void child(int memory, int app, int keeper, int said, int tty, int words,
		  const char *display)
{
	const char *build = getenv("HOSTEL_BUILD_DIR");
	char path[256], at[16], size[16];
	char *argv[] = { path, (char *)(uintptr_t)display, at, size,
			 (char *)(uintptr_t)"test", NULL };

	snprintf(path, sizeof(path), "%s/hostel-screen",
		 build ? build : "build");
	snprintf(at, sizeof(at), "%u", AT);
	snprintf(size, sizeof(size), "%u", SIZE);
	if (tty >= 0)
		take_terminal(tty, words);
	dup2(said, STDERR_FILENO);
	/* All of these are above the places that they go to. */
	dup2(memory, SCREEN_FD_MEMORY);
	dup2(app, SCREEN_FD_APP);
	dup2(keeper, SCREEN_FD_KEEPER);
	execve(path, argv, environ);
	_exit(1);
}

bool bench_start(struct bench *b, const char *display, unsigned int width,
		 unsigned int height)
{
	int memory = high(memfd_sealed("test", AT + SIZE));
	int app[2], keeper[2], said[2];
	int tty = -1, words[2] = { -1, -1 };
	struct pollfd p;
	uint8_t word = 0;

	memset(b, 0, sizeof(*b));
	if (terminal_lines) {
		tty = high(make_terminal(b));
		assert_int_equal(pipe2(words, O_CLOEXEC | O_NONBLOCK), 0);
		words[0] = high(words[0]);
		b->others = words[1];
	}
	assert_int_equal(socketpair(AF_UNIX,
				    SOCK_SEQPACKET | SOCK_CLOEXEC |
					    SOCK_NONBLOCK,
				    0, app),
			 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    keeper),
			 0);
	assert_int_equal(pipe2(said, O_CLOEXEC | O_NONBLOCK), 0);
	b->memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, memory,
			 AT);
	assert_ptr_not_equal(b->memory, MAP_FAILED);
	b->shown = (void *)(b->memory + VGA_MEMORY);
	bench_size(b, width, height);
	b->app = app[0];
	b->keeper = keeper[0];
	b->said = said[0];
	app[1] = high(app[1]);
	keeper[1] = high(keeper[1]);
	b->pid = fork();
	if (b->pid == 0)
		child(memory, app[1], keeper[1], said[1], tty, words[0],
		      display);
	if (tty >= 0) {
		b->slave = tty;
		close(words[0]);
	}
	close(memory);
	close(app[1]);
	close(keeper[1]);
	close(said[1]);
	p = (struct pollfd){ b->keeper, POLLIN, 0 };
	if (poll(&p, 1, 20000) == 1 && recv(b->keeper, &word, 1, 0) == 1 &&
	    word == SCREEN_READY)
		return true;
	bench_end(b);
	return false;
}

bool bench_end(struct bench *b)
{
	int i;

	bench_said(b, "");
	close(b->keeper);
	for (i = 0; i < 500 && waitpid(b->pid, &b->status, WNOHANG) == 0; i++)
		poll(NULL, 0, 10);
	if (i == 500) {
		kill(b->pid, SIGKILL);
		waitpid(b->pid, &b->status, 0);
	}
	bench_said(b, "");
	close(b->app);
	close(b->said);
	if (b->terminal) {
		close(b->terminal);
		close(b->slave);
		close(b->others);
	}
	munmap(b->memory, SIZE);
	return WIFEXITED(b->status) && WEXITSTATUS(b->status) == 0;
}

bool bench_alive(struct bench *b)
{
	return waitpid(b->pid, &b->status, WNOHANG) == 0;
}

void bench_size(struct bench *b, unsigned int width, unsigned int height)
{
	struct vga_display *d = &b->shown->display;

	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
	d->vbe[VBE_ID] = 0xb0c5;
	d->vbe[VBE_X] = d->vbe[VBE_VIRT_WIDTH] = (uint16_t)width;
	d->vbe[VBE_Y] = d->vbe[VBE_VIRT_HEIGHT] = (uint16_t)height;
	d->vbe[VBE_BPP] = 32;
	d->vbe[VBE_ENABLE] = VBE_ENABLED | VBE_LFB;
	d->attr_index = ATTR_INDEX_ON;
	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
}

void bench_text(struct bench *b)
{
	/* As IBM's BIOS sets mode 3, with 400 lines. */
	static const uint8_t crtc[VGA_CRTC_COUNT] = {
		0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00,
		0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00, 0x9c, 0x8e,
		0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
	};
	static const uint8_t seq[VGA_SEQ_COUNT] = { 3, 0, 3, 0, 2 };
	static const uint8_t gr[VGA_GR_COUNT] = { 0, 0, 0, 0, 0, 0x10, 0x0e, 0,
						  0xff };
	struct vga_display *d = &b->shown->display;

	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
	memset(d, 0, sizeof(*d));
	d->misc = 0x67;
	memcpy(d->crtc, crtc, sizeof(crtc));
	memcpy(d->seq, seq, sizeof(seq));
	memcpy(d->gr, gr, sizeof(gr));
	d->attr[ATTR_MODE] = 0x0c;
	d->attr[ATTR_PLANES] = 0x0f;
	d->attr_index = ATTR_INDEX_ON;
	d->pel_mask = 0xff;
	d->layout = VGA_PAIRS;
	__atomic_fetch_add(&b->shown->sequence, 1, __ATOMIC_SEQ_CST);
}

void bench_put(struct bench *b, unsigned int row, unsigned int col, char c,
	       uint8_t attr)
{
	/* Odd/even addressing: characters have the even offsets. */
	uint8_t *at = b->memory + vga_place(VGA_PAIRS, 2 * (80 * row + col));

	at[0] = (uint8_t)c;
	at[1] = attr;
}

void bench_pixel(struct bench *b, unsigned int x, unsigned int y, uint32_t xrgb)
{
	size_t at = 4 * ((size_t)y * b->shown->display.vbe[VBE_X] + x);

	memcpy(b->memory + at, &xrgb, 4);
}

const char *bench_said(struct bench *b, const char *before)
{
	static char word[256];
	size_t have = strlen(b->words);
	ssize_t n = read(b->said, b->words + have, sizeof(b->words) - 1 - have);
	const char *at;

	if (n > 0)
		b->words[have + (size_t)n] = '\0';
	at = strstr(b->words, before);
	*word = '\0';
	if (at)
		snprintf(word, sizeof(word), "%.*s",
			 (int)strcspn(at + strlen(before), " ,\n"),
			 at + strlen(before));
	return word;
}

bool bench_hear(struct bench *b, struct screen_message *m, int *fd)
{
	struct pollfd p = { b->app, POLLIN, 0 };
	int got = -1, came;

	if (poll(&p, 1, 2000) == 1)
		got = screen_message_receive(b->app, m, &came);
	if (got != 1)
		return false;
	if (fd)
		*fd = came;
	else if (came >= 0)
		close(came);
	return true;
}

static int connect_path(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

int bench_connect(struct bench *b)
{
	const char *where = bench_said(b, "VNC ");
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd;

	if (*where == '/')
		return connect_path(where);
	if (!*where)
		where = bench_said(b, "http://");
	a.sin_port = htons((uint16_t)atoi(strchr(where, ':') + 1));
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

long bench_cpu_ms(const struct bench *b)
{
	char path[64];
	long user = 0, sys = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)b->pid);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f,
				"%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u "
				"%*u %*u %*u %*u %ld %ld",
				&user, &sys),
			 2);
	fclose(f);
	return (user + sys) * 1000 / sysconf(_SC_CLK_TCK);
}
