// SPDX-License-Identifier: BSD-2-Clause
/*
 * diskbench - how fast a disk is, for one request after the other, and what is
 * left of the processor beside it.
 *
 * usage: diskbench DEV OP MS [busy]
 *
 * OP, for MS milliseconds, on all of DEV and without the kernel's cache
 * (O_DIRECT):
 *	read, write	64 KiB each, one behind the other
 *	random		read 4 KiB, anywhere
 *	none		nothing
 * With "busy" a second process computes all the time. Prints one line, in
 * which LOOPS are what that one did in a millisecond:
 *	diskbench: OP REQUESTS BYTES-PER-SECOND LOOPS
 * What `write` writes is what it has read before: a disk keeps its content.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "guests/benchloops.h"

#define LARGE (64u << 10)
#define SMALL (4u << 10)

enum op { OP_READ, OP_WRITE, OP_RANDOM, OP_NONE, OPS };

static const char *const op_names[OPS] = { "read", "write", "random", "none" };

struct disk {
	int fd;
	uint64_t size, at;	/* bytes */
	uint32_t seed;
	uint8_t *buf;		/* LARGE */
};

static void disk_open(struct disk *d, const char *path)
{
	int64_t end;

	d->fd = open(path, O_RDWR | O_DIRECT);
	if (d->fd < 0)
		fail(path);
	end = lseek64(d->fd, 0, SEEK_END);
	if (end < (int64_t)LARGE) {
		fprintf(stderr, "%s: too small\n", path);
		exit(1);
	}
	d->size = (uint64_t)end / LARGE * LARGE;
	d->at = 0;
	d->seed = 1;
	d->buf = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (d->buf == MAP_FAILED)
		fail("mmap");
	memset(d->buf, 0, LARGE);	/* the kernel wants pages that are */
	if (pread64(d->fd, d->buf, LARGE, 0) != LARGE)
		fail(path);
}

/* disk_request() - the next one. Return: its bytes. */
static unsigned int disk_request(struct disk *d, enum op op)
{
	unsigned int len = op == OP_RANDOM ? SMALL : LARGE;
	uint64_t at = d->at;
	ssize_t n;

	if (op == OP_RANDOM) {
		d->seed = d->seed * 1664525 + 1013904223;
		at = (d->seed >> 8) % (d->size / SMALL) * SMALL;
	} else {
		d->at = (at + LARGE) % d->size;
	}
	if (op == OP_WRITE)
		n = pwrite64(d->fd, d->buf, len, (off64_t)at);
	else
		n = pread64(d->fd, d->buf, len, (off64_t)at);
	if (n != (ssize_t)len)
		fail(op_names[op]);
	return len;
}

/* busy_start() - a process that computes, and counts; it has begun. */
static pid_t busy_start(volatile uint32_t *loops)
{
	pid_t pid = fork();
	volatile uint32_t i;

	if (pid < 0)
		fail("fork");
	while (pid > 0 && !*loops)
		usleep(1000);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		for (i = 0; i < 1000; i++)
			;
		++*loops;
	}
}

/* run() - @op for @ms; prints the line. */
static void run(struct disk *d, enum op op, double ms,
		const volatile uint32_t *loops)
{
	uint32_t before, count = 0;
	uint64_t bytes = 0;
	double begun, t = 0;

	before = *loops;
	begun = now_ns();
	while (t < ms * 1e6) {
		if (op == OP_NONE)
			usleep((unsigned int)(ms * 1000));
		else
			bytes += disk_request(d, op);
		count++;
		t = now_ns() - begun;
	}
	printf("diskbench: %s %u %.0f %.2f\n", op_names[op], count,
	       (double)bytes / t * 1e9, (*loops - before) / (t / 1e6));
}

int main(int argc, char **argv)
{
	uint32_t *loops = mmap(NULL, SMALL, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int op = 0;
	pid_t pid = 0;
	struct disk d;

	while (argc > 2 && op < OPS && strcmp(argv[2], op_names[op]))
		op++;
	if (argc < 4 || op == OPS || atoi(argv[3]) < 1) {
		fprintf(stderr, "usage: diskbench DEV read|write|random|none "
				"MS [busy]\n");
		return EX_USAGE;
	}
	if (loops == MAP_FAILED)
		fail("mmap");
	disk_open(&d, argv[1]);
	if (argc > 4)
		pid = busy_start(loops);
	run(&d, (enum op)op, atoi(argv[3]), loops);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return 0;
}
