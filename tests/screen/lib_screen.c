/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_screen.c - see lib_screen.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/screen/lib_screen.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
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

static void child(int memory, int app, int keeper, int said,
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
	dup2(said, STDERR_FILENO);
	/* All of these are above the places that they go to. */
	dup2(memory, SCREEN_FD_MEMORY);
	dup2(app, SCREEN_FD_APP);
	dup2(keeper, SCREEN_FD_KEEPER);
	execve(path, argv, environ);
	_exit(1);
}

/* high() - the same descriptor, out of the way. */
static int high(int fd)
{
	int other = fcntl(fd, F_DUPFD_CLOEXEC, 40);

	close(fd);
	return other;
}

bool bench_start(struct bench *b, const char *display, unsigned int width,
		 unsigned int height)
{
	int memory = high(memfd_sealed("test", AT + SIZE));
	int app[2], keeper[2], said[2];
	struct pollfd p;
	uint8_t word = 0;

	memset(b, 0, sizeof(*b));
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
		child(memory, app[1], keeper[1], said[1], display);
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

	atomic_fetch_add(&b->shown->sequence, 1);
	d->vbe[VBE_ID] = 0xb0c5;
	d->vbe[VBE_X] = d->vbe[VBE_VIRT_WIDTH] = (uint16_t)width;
	d->vbe[VBE_Y] = d->vbe[VBE_VIRT_HEIGHT] = (uint16_t)height;
	d->vbe[VBE_BPP] = 32;
	d->vbe[VBE_ENABLE] = VBE_ENABLED | VBE_LFB;
	d->attr_index = ATTR_INDEX_ON;
	atomic_fetch_add(&b->shown->sequence, 1);
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
