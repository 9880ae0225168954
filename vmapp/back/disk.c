/* SPDX-License-Identifier: BSD-2-Clause */
/* disk.c - the host's end of a drive's medium: see disk.h. */
#include "vmapp/back/disk.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "base/framering.h"
#include "vmapp/back/diskproc.h"

#define DRAIN_MS 1000	/* then it is rung for once more */

/* drive_ring() - ring the disk process's bell; send @fd along, if it is not -1.
 * If the socket has no room, bells are there that it has not heard yet, and one
 * more is not needed. */
static void drive_ring(const struct disk_back *back, int fd)
{
	const uint8_t word = 0;

	fdpass_send(back->source.fd, &word, sizeof(word), &fd, fd >= 0);
}

/* drive_hush() - take the bells that were rung; a descriptor that comes with
 * one is dropped. Return: false: the disk process has died. #syscalls[app]
 * recvfrom */
static bool drive_hush(const struct disk_back *back)
{
	uint8_t word;
	ssize_t n;

	do
		n = recv(back->source.fd, &word, sizeof(word), MSG_DONTWAIT);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 && errno == EAGAIN;
}

/* ---- requests ---------------------------------------------------------- */

/* drive_put() - make a request. If the disk process is dead, it fails at the
 * next turn, as the socket's end is seen again. */
static void drive_put(struct disk_back *back, const struct disk_ask *ask,
		      int fd)
{
	back->ask = *ask;
	if (back->dead) {
		events_watch(back->events, &back->source, EPOLLIN);
		return;
	}
	back->number = disk_channel_put(back->ch, ask, DISK_WAKE_BELL);
	drive_ring(back, fd);
}

static const uint8_t ops[] = {
	[MEDIUM_READ] = DISK_READ,
	[MEDIUM_WRITE] = DISK_WRITE,
	[MEDIUM_FLUSH] = DISK_FLUSH,
	[MEDIUM_EJECT] = DISK_EJECT,
};

/* vmm_asks() - if the VMM has a request under way, have its end rung here.
 * Return: false if it has none (any more). */
static bool vmm_asks(struct disk_back *back)
{
	if (!back->direct || back->dead || !disk_channel_busy(back->ch))
		return false;
	atomic_store(&back->ch->wake, DISK_WAKE_BELL);
	drive_ring(back, -1);
	return disk_channel_busy(back->ch);
}

void disk_start(void *self, unsigned int drive,
		const struct medium_request *request)
{
	struct disk_back *back = self;
	struct disk_ask ask = { .op = DISK_OPS };

	(void)drive;
	/* A drive has one at a time; what a chip's registers made of that, in
	 * the hands of a hostile VMM, is not to hurt: the first one counts. */
	if (back->busy == DISK_BUSY_GUEST)
		return;
	if (request->op < ARRAY_SIZE(ops))
		ask = (struct disk_ask){ .op = ops[request->op],
					 .first = request->first,
					 .count = request->count };
	back->tag = request->tag;
	if (!back->busy && vmm_asks(back))
		back->busy = DISK_BUSY_VMM;
	if (back->busy) {
		back->waiting = true;
		back->next = ask;
		return;
	}
	back->busy = DISK_BUSY_GUEST;
	drive_put(back, &ask, -1);
}

uint8_t *disk_data(void *self, unsigned int drive)
{
	struct disk_back *back = self;

	(void)drive;
	return back->ch->data;
}

const struct medium_info *disk_info(const struct disk_back *back)
{
	return &back->info;
}

/* drive_next() - a request has ended: begin the one that waits for that. */
static void drive_next(struct disk_back *back)
{
	struct disk_ask ask = { .op = back->coming < 0 ? DISK_EJECT :
							 DISK_INSERT };

	if (back->busy)
		return;
	if (back->change) {
		back->change = false;
		back->busy = DISK_BUSY_USER;
		drive_put(back, &ask, back->coming);
		if (back->coming >= 0)
			close(back->coming);
		back->coming = -1;
	} else if (back->waiting) {
		back->waiting = false;
		back->busy = DISK_BUSY_GUEST;
		drive_put(back, &back->next, -1);
	}
}

/* drive_end() - the request under way has ended with this result. */
static void drive_end(struct disk_back *back, const struct disk_answer *answer)
{
	enum disk_busy was = back->busy;
	bool other = back->ask.op == DISK_EJECT || back->ask.op == DISK_INSERT;

	back->busy = DISK_BUSY_NOT;
	disk_info_decode(back->ch, &back->info);
	if (other)
		back->owner.changed(back->owner.self, back);
	if (was == DISK_BUSY_GUEST)
		back->owner.done(back->owner.self, back, back->tag,
				 answer->result == DISK_OK ? MEDIUM_OK :
							     MEDIUM_FAILED,
				 answer->err);
	drive_next(back);
}

/* answer_vmm() - in the place of a dead disk process: answer the VMM's request,
 * and have it ring for later ones. */
static void answer_vmm(struct disk_back *back)
{
	uint32_t number;

	atomic_store(&back->ch->sleeps, 1);
	if ((!back->busy || back->busy == DISK_BUSY_VMM) &&
	    disk_channel_new(back->ch, &number))
		disk_channel_answer(back->ch, number, -EIO, &back->info);
}

/* drive_died() - the socket's end was seen. It would be seen for ever, so the
 * socket is watched only while a request is to be ended. */
static void drive_died(struct disk_back *back)
{
	const struct disk_answer failed = { DISK_FAILED, EIO };

	events_watch(back->events, &back->source, 0);
	if (back->direct)
		answer_vmm(back);
	if (!back->dead) {
		back->dead = true;
		back->full = false;
		back->owner.gone(back->owner.self, back);
	}
	if (back->busy)
		drive_end(back, &failed);
}

/* drive_heard() - look whether our request was answered. */
static void drive_heard(struct disk_back *back,
			const struct disk_answer *answer)
{
	if (answer->result == DISK_FULL && back->busy == DISK_BUSY_GUEST) {
		back->full = true;
		back->owner.full(back->owner.self, back, answer->err);
		return;
	}
	drive_end(back, answer);
}

/* drive_rung() - the disk process has rung the bell. */
static void drive_rung(void *owner, struct source *src, uint32_t got)
{
	struct disk_back *back = owner;
	struct disk_answer answer;

	(void)src, (void)got;
	if (!drive_hush(back)) {
		drive_died(back);
		return;
	}
	if (back->busy == DISK_BUSY_VMM && !disk_channel_busy(back->ch)) {
		back->busy = DISK_BUSY_NOT;
		drive_next(back);
		return;
	}
	if (back->busy == DISK_BUSY_GUEST || back->busy == DISK_BUSY_USER)
		if (!back->full &&
		    disk_answer_decode(back->ch, back->number, &answer))
			drive_heard(back, &answer);
}

/* drive_news() - the VMM's request was answered: it looks when it has the CPU
 * again. */
static void drive_news(void *owner, struct source *src, uint32_t got)
{
	(void)owner, (void)got;
	bell_hush(src->fd);
}

void disk_listen(struct disk_back *back, bool on)
{
	/* Also if no request is under way any more: the bell that tells the VMM
	 * of its answer may be still to come. */
	if (back->direct)
		events_watch(back->events, &back->news, on ? EPOLLIN : 0);
}

void disk_again(struct disk_back *back)
{
	if (!back->full)
		return;
	back->full = false;
	drive_put(back, &back->ask, -1);
}

void disk_change(struct disk_back *back, int fd)
{
	if (back->coming >= 0)
		close(back->coming);
	back->change = true;
	back->coming = fd;
	drive_next(back);
}

/* ---- open and close ---------------------------------------------------- */

/* drive_drain() - wait until a request of an earlier life is answered. That
 * life may have ended before it rang the bell. #syscalls poll */
static void drive_drain(struct disk_back *back)
{
	struct pollfd p = { .fd = back->source.fd, .events = POLLIN };

	atomic_store(&back->ch->wake, DISK_WAKE_BELL);
	while (disk_channel_busy(back->ch)) {
		drive_ring(back, -1);
		poll(&p, 1, DRAIN_MS);
		if (!drive_hush(back))
			break;	/* drive_died() comes by the loop */
	}
}

int disk_open(struct disk_back *back, unsigned int drive,
	      const struct diskproc *proc, struct events *events,
	      const struct disk_owner *owner)
{
	back->drive = drive;
	back->coming = -1;
	if (proc->channel < 0)
		return 0;
	back->channel_fd = proc->channel;
	back->ch = disk_channel_attach(proc->channel);
	if (!back->ch)
		return -errno;
	back->events = events;
	back->owner = *owner;
	back->source = (struct source){ .fd = proc->bell, .owner = back,
					.ready = drive_rung };
	back->news = (struct source){ .fd = proc->news, .owner = back,
				      .ready = drive_news };
	drive_drain(back);
	disk_info_decode(back->ch, &back->info);
	events_watch(events, &back->source, EPOLLIN);
	return 0;
}

void disk_close(struct disk_back *back)
{
	if (!back->ch)
		return;
	events_watch(back->events, &back->source, 0);
	events_watch(back->events, &back->news, 0);
	if (back->coming >= 0)
		close(back->coming);
	munmap(back->ch, sizeof(*back->ch));
	back->ch = NULL;
}
