/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial_out.c - what the guest sends: from the ring of its line to the host's
 * end of a cable (cable.h), by a thread.
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
#include "vmapp/back/serial.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/framering.h"
#include "base/log.h"
#include "base/thread.h"

/* How long a reader may keep the guest waiting, where perhaps none is. */
#define LOSSY_WAIT_MS 500

/* After a write: so long others may send what goes with the next one, unless
 * there is more than this already. */
#define REST_MS		1
#define REST_BYTES	4096u

#define FLUSH_MS	100	/* before we say something ourselves */

static void out_rest(int ms)
{
	poll(NULL, 0, ms);
}

/* ---- the thread -------------------------------------------------------- */

/* out_ready() - Return: false: nobody reads, give it up. */
static bool out_ready(struct serial_out *out, bool full)
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

/* out_failed() - write() did. Return: true if it is to be tried again. */
static bool out_failed(struct serial_back *back)
{
	if (errno == EINTR || errno == EAGAIN)
		return true;
	if (errno != EPIPE && errno != EIO && errno != EBADF)
		log_warn("what the guest sends by %s can not be written, "
			 "and is lost from here on: %s",
			 back->name, strerror(errno));
	back->out.fd = -1;
	return false;
}

/* out_write() - Return: how many of @n bytes; the rest are lost. */
static size_t out_write(struct serial_back *back, const uint8_t *p, size_t n)
{
	struct serial_out *out = &back->out;
	size_t done = 0;
	bool full = false;
	ssize_t some;

	while (done < n && out->fd >= 0 && out_ready(out, full)) {
		some = write(out->fd, p + done, n - done);
		full = some < 0 && errno == EAGAIN;
		if (some >= 0)
			done += (size_t)some;
		else if (!out_failed(back))
			break;
	}
	return done;
}

/* out_move() - what is in the ring. Return: false if nothing is. */
static bool out_move(struct serial_back *back)
{
	struct byte_ring *ring = &back->line->out;
	struct serial_out *out = &back->out;
	uint8_t buf[4096];
	uint64_t broken = 0;
	uint32_t n = bytering_get(ring, buf, sizeof(buf), &broken);
	size_t done;

	out->broken += broken;
	if (bytering_room_due(ring))
		bell_ring(out->bell);
	if (!n)
		return false;
	done = out_write(back, buf, n);
	out->sent += done;
	out->lost += n - done;
	atomic_store(&out->written, atomic_load(&out->written) + n);
	return true;
}

static void *out_thread(void *arg)
{
	struct serial_back *back = arg;
	struct byte_ring *ring = &back->line->out;
	struct serial_out *out = &back->out;
	bool rested = false;

	for (;;) {
		if (out_move(back)) {
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
			out_rest(REST_MS);
		rested = true;
	}
	atomic_store(&out->ended, true);
	bell_ring(out->bell);
	return NULL;
}

/* ---- the main thread --------------------------------------------------- */

/* out_room() - the bell: there is room again. */
static void out_room(void *owner, struct source *src, uint32_t got)
{
	struct serial_back *back = owner;

	(void)got;
	bell_hush(src->fd);
	back->owner.look(back->owner.self, back);
}

int serial_start(struct serial_back *back)
{
	struct serial_out *out = &back->out;
	int err;

	out->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (out->bell < 0)
		return -errno;
	out->source = (struct source){ .fd = out->bell, .owner = back,
				       .ready = out_room };
	events_watch(back->events, &out->source, EPOLLIN);
	err = thread_start(&out->thread, out_thread, back);
	out->runs = !err;
	return err;
}

bool serial_full(struct serial_back *back)
{
	return back->out.runs &&
	       bytering_ask_room(&back->line->out,
				 BYTERING_SIZE - BYTE_LINE_RESERVE);
}

void serial_flush(struct serial_back *back)
{
	uint32_t end = atomic_load(&back->line->out.head);
	int i;

	if (!back->out.runs)
		return;
	bytering_wake(&back->line->out);
	for (i = 0; i < FLUSH_MS && atomic_load(&back->out.written) != end; i++)
		out_rest(1);
}

void serial_finish(struct serial_back *back)
{
	if (!back->out.runs)
		return;
	atomic_store(&back->out.ending, true);
	bytering_wake(&back->line->out);
}

bool serial_finished(struct serial_back *back)
{
	struct serial_out *out = &back->out;

	if (!out->runs)
		return true;
	if (!atomic_load(&out->ended))
		return false;
	pthread_join(out->thread, NULL);
	out->runs = false;
	close(out->bell);
	return true;
}
