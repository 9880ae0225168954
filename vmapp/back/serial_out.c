/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_out.c - what COM1 sends: from the ring of machine/byte_line.h to
 * the host's end of the cable (cable.h), by a thread.
 *
 * The descriptor may be shared with others, so it is not ours to make it one
 * that does not block; and how much can be written to a terminal without
 * waiting, nobody tells. So a thread does it, which may wait for ever: the
 * guest goes on until the ring is full, and Ctrl-] and signals are heard.
 *
 * 1. The thread takes from the ring whatever the VMM has put there, by
 *    bytering_get(), and looks at nothing else that the VMM can write.
 * 2. It sleeps while nothing is sent. After a write it rests for a moment
 *    before it asks to be woken: a guest that sends byte after byte does not
 *    wake it for each.
 * 3. Nothing is lost, but where nobody can read (the other end is closed, the
 *    disk is full) or perhaps nobody does (a pseudo-terminal: cable.h): for
 *    that the guest is not kept waiting, or not for long.
 */
#include "vmapp/vm.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bytering.h"
#include "base/clock.h"
#include "base/framering.h"
#include "base/log.h"
#include "base/thread.h"

/* How long a reader may keep the guest waiting, where perhaps none is. */
#define LOSSY_WAIT_MS 500

/* After a write: so long others may send what goes with the next one, unless
 * there is more than this already. */
#define REST_MS		1
#define REST_BYTES	4096u

#define LOOK_MS		10	/* for a key or a signal, while we wait */
#define FLUSH_MS	100	/* before we say something ourselves */
#define QUIT_MS		200	/* for what is not written at a quit */

#define NSEC_PER_MSEC	1000000ull

static void rest(int ms)
{
	poll(NULL, 0, ms);
}

/* ---- the thread -------------------------------------------------------- */

/* conout_ready() - Return: false: nobody reads, give it up. */
static bool conout_ready(struct conout *out, bool full)
{
	struct pollfd p = { .fd = out->fd, .events = POLLOUT };
	int ms = out->deaf ? 0 : out->lossy ? LOSSY_WAIT_MS : -1;

	if (out->lossy || full) {
		while (poll(&p, 1, ms) < 0 && errno == EINTR)
			;
		out->deaf = out->lossy && !(p.revents & (POLLOUT | POLLERR));
	}
	return !out->deaf;
}

/* conout_failed() - write() did. Return: true if it is to be tried again. */
static bool conout_failed(struct conout *out)
{
	if (errno == EINTR || errno == EAGAIN)
		return true;
	if (errno != EPIPE && errno != EIO && errno != EBADF)
		log_warn("what the guest sends by COM1 can not be written, "
			 "and is lost from here on: %s", strerror(errno));
	out->fd = -1;
	return false;
}

/* conout_write() - Return: how many of @n bytes; the rest are lost. */
static size_t conout_write(struct conout *out, const uint8_t *p, size_t n)
{
	size_t done = 0;
	bool full = false;
	ssize_t some;

	while (done < n && out->fd >= 0 && conout_ready(out, full)) {
		some = write(out->fd, p + done, n - done);
		full = some < 0 && errno == EAGAIN;
		if (some >= 0)
			done += (size_t)some;
		else if (!conout_failed(out))
			break;
	}
	return done;
}

/* conout_move() - what is in the ring. Return: false if nothing is. */
static bool conout_move(struct vm *vm)
{
	struct byte_ring *ring = &vm->cross->pc.line[LINE_COM1].out;
	struct conout *out = &vm->conout;
	uint8_t buf[4096];
	uint64_t broken = 0;
	uint32_t n = bytering_get(ring, buf, sizeof(buf), &broken);
	size_t done;

	out->broken += broken;
	if (bytering_room_due(ring))
		bell_ring(out->bell);
	if (!n)
		return false;
	done = conout_write(out, buf, n);
	out->sent += done;
	out->lost += n - done;
	atomic_store(&out->written, atomic_load(&out->written) + n);
	return true;
}

static void *conout_thread(void *arg)
{
	struct vm *vm = arg;
	struct byte_ring *ring = &vm->cross->pc.line[LINE_COM1].out;
	struct conout *out = &vm->conout;
	bool rested = false;

	for (;;) {
		if (conout_move(vm)) {
			rested = false;
			if (bytering_count(ring) >= REST_BYTES)
				continue;
		} else if (atomic_load(&out->ending)) {
			break;
		} else if (rested) {
			if (bytering_ask_bytes(ring) &&
			    !atomic_load(&out->ending))
				bytering_sleep(ring);
			rested = false;
			continue;
		}
		if (!atomic_load(&out->ending))
			rest(REST_MS);
		rested = true;
	}
	atomic_store(&out->ended, true);
	bell_ring(out->bell);
	return NULL;
}

/* ---- the main thread --------------------------------------------------- */

/* conout_room() - the bell: there is room again. */
static void conout_room(void *owner, struct source *src, uint32_t got)
{
	struct vm *vm = owner;

	(void)got;
	bell_hush(src->fd);
	pc_line_look(&vm->board.pc, LINE_COM1);
}

int conout_start(struct vm *vm, const struct cable *cable)
{
	struct conout *out = &vm->conout;
	int err;

	out->fd = cable->out;
	out->lossy = cable->lossy;
	out->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (out->bell < 0)
		return -errno;
	out->source = (struct source){ .fd = out->bell, .owner = vm,
				       .ready = conout_room };
	events_watch(&vm->events, &out->source, EPOLLIN);
	err = thread_start(&out->thread, conout_thread, vm);
	out->runs = !err;
	return err;
}

void conout_wait(struct vm *vm)
{
	struct byte_ring *ring = &vm->cross->pc.line[LINE_COM1].out;

	while (vm->outcome == VM_RUNNING &&
	       bytering_ask_room(ring, BYTERING_SIZE - BYTE_LINE_RESERVE))
		events_wait(&vm->events, LOOK_MS * NSEC_PER_MSEC);
}

void conout_flush(struct vm *vm)
{
	uint32_t end = atomic_load(&vm->cross->pc.line[LINE_COM1].out.head);
	int i;

	bytering_wake(&vm->cross->pc.line[LINE_COM1].out);
	for (i = 0; i < FLUSH_MS && vm->conout.runs &&
	     atomic_load(&vm->conout.written) != end; i++)
		rest(1);
}

/* conout_ends() - Return: true if the thread has ended, or will not. */
static bool conout_ends(struct vm *vm, uint64_t until_ns)
{
	struct pollfd p[] = {
		{ .fd = vm->conout.bell, .events = POLLIN },
		{ .fd = vm->signals.fd, .events = POLLIN },
	};

	if (atomic_load(&vm->conout.ended))
		return true;
	poll(p, 2, LOOK_MS);
	bell_hush(vm->conout.bell);
	if (p[1].revents)
		signals_take(vm);
	console_look(vm);
	return vm->outcome != VM_RUNNING && clock_now_ns() >= until_ns;
}

void conout_end(struct vm *vm)
{
	struct conout *out = &vm->conout;
	enum vm_outcome how = vm->outcome;
	uint64_t until = clock_now_ns() + QUIT_MS * NSEC_PER_MSEC;

	if (!out->runs)
		return;
	atomic_store(&out->ending, true);
	bytering_wake(&vm->cross->pc.line[LINE_COM1].out);
	/* Who quits does not wait for who reads, at any time. */
	vm->outcome = how == VM_QUIT ? VM_QUIT : VM_RUNNING;
	while (!conout_ends(vm, until))
		;
	/* A reset that the user does not want any more is a quit. */
	if (how != VM_RESET || vm->outcome == VM_RUNNING)
		vm->outcome = how;
	if (!atomic_load(&out->ended))
		return;
	pthread_join(out->thread, NULL);
	out->runs = false;
	close(out->bell);
}
