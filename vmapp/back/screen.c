/* SPDX-License-Identifier: BSD-2-Clause */
/* screen.c - hostel-app's end of its screen: see screen.h. */
#include "vmapp/back/screen.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"

/* screen_answered() - a question, by its number, which the other side may make
 * up. */
static void screen_answered(struct screen_back *back, uint32_t id, int error,
			    int fd)
{
	uint64_t ticket = id < SCREEN_QUESTIONS ? back->question[id] : 0;

	if (ticket) {
		back->question[id] = 0;
		back->owner.answer(back->owner.self, ticket, error, fd);
	} else if (fd >= 0) {
		close(fd);
	}
}

/* screen_unplug() - it is gone: nobody waits for it any more. */
static void screen_unplug(struct screen_back *back)
{
	uint32_t i;

	if (back->source.fd < 0)
		return;
	events_watch(&back->events, &back->source, 0);
	close(back->source.fd);
	back->source.fd = -1;
	for (i = 0; i < SCREEN_QUESTIONS; i++)
		screen_answered(back, i, -EPIPE, -1);
}

static void screen_heard(struct screen_back *back,
			 const struct screen_message *m, int fd)
{
	void *self = back->owner.self;

	switch (m->kind) {
	case SCREEN_KEY:
		back->keys++;
		back->owner.key(self, m->code, m->down);
		break;
	case SCREEN_POINTER:
		back->pointers++;
		back->owner.pointer(self, m->x, m->y, m->wheel, m->buttons);
		break;
	case SCREEN_ANSWER:
		/* With nothing beside it, it is none. */
		screen_answered(back, m->id,
				m->error ? m->error :
				fd < 0	 ? -EPROTO :
					   0,
				fd);
		return;
	default:
		back->broken++;
	}
	if (fd >= 0)
		close(fd);
}

static void socket_ready(void *owner, struct source *src, uint32_t got)
{
	struct screen_back *back = owner;
	struct screen_message m;
	int i, fd, err = 0;

	(void)got;
	for (i = 0; i < SCREEN_TURN && src->fd >= 0; i++) {
		err = screen_message_receive(src->fd, &m, &fd);
		if (err < 0)
			break;
		if (err == 1) {
			screen_heard(back, &m, fd);
			continue;
		}
		back->broken++;
		if (fd >= 0)
			close(fd);
	}
	if (err < 0 && err != -EAGAIN) {
		screen_unplug(back);
		return;
	}
	events_watch(&back->events, src, 0);
	events_set_timer(&back->events, clock_now_ns() + SCREEN_REST_NS);
}

void screen_turn(struct screen_back *back)
{
	events_wait(&back->events, 0);
	if (!back->events.timer_ns && back->source.fd >= 0)
		events_watch(&back->events, &back->source, EPOLLIN);
}

static void mine_ready(void *owner, struct source *src, uint32_t got)
{
	(void)src, (void)got;
	screen_turn(owner);
}

int screen_open(struct screen_back *back, struct events *events,
		const struct screen_owner *owner)
{
	int err = events_open(&back->events);

	back->source.fd = -1;
	back->owner = *owner;
	if (err)
		return err;
	back->mine = (struct source){ .fd = back->events.fd, .owner = back,
				      .ready = mine_ready };
	events_watch(events, &back->mine, EPOLLIN);
	return 0;
}

void screen_close(struct screen_back *back)
{
	if (back->events.fd >= 0)
		screen_unplug(back);
	events_close(&back->events);
}

void screen_plug(struct screen_back *back, int fd)
{
	screen_unplug(back);
	back->source = (struct source){ .fd = fd, .owner = back,
					.ready = socket_ready };
	events_watch(&back->events, &back->source, EPOLLIN);
}

int screen_ask(struct screen_back *back, enum screen_kind kind, uint64_t ticket)
{
	struct screen_message m = { .kind = kind };
	int err;

	if (back->source.fd < 0)
		return -EPIPE;
	while (m.id < SCREEN_QUESTIONS && back->question[m.id])
		m.id++;
	if (m.id == SCREEN_QUESTIONS)
		return -EBUSY;
	err = screen_message_send(back->source.fd, &m, -1);
	if (!err)
		back->question[m.id] = ticket;
	return err;
}
