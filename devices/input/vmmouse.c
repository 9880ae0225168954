/* SPDX-License-Identifier: BSD-2-Clause */
/* vmmouse.c - an absolute pointer by VMware's back door: see vmmouse.h. */
#include "devices/input/vmmouse.h"

#include <string.h>

#include "devices/input/ps2_mouse.h"

#define MAGIC		0x564d5868u

#define CALL_VERSION	10u	/* low half of ECX */
#define CALL_DATA	39u
#define CALL_STATUS	40u
#define CALL_COMMAND	41u
#define CALL_RESTRICT	86u

#define COMMAND_ENABLE	 0x45414552u	/* EBX of CALL_COMMAND */
#define COMMAND_DISABLE	 0x000000f5u
#define COMMAND_RELATIVE 0x4c455252u
#define COMMAND_ABSOLUTE 0x53424152u

#define PRODUCT_VERSION	6u
#define PRODUCT_TYPE	2u
#define POINTER_VERSION	0x3442554au	/* the first word, when enabled */

#define STATUS_OFF	0xffff0000u	/* not enabled, or an error */

#define FLAG_RELATIVE	0x00010000u	/* word 0 of an event */
#define FLAG_LEFT	0x20u
#define FLAG_RIGHT	0x10u
#define FLAG_MIDDLE	0x08u

#define FAR		0x7fff		/* no movement that waits is longer */

/* ---- the queue ---------------------------------------------------------- */

static unsigned int events_count(const struct vmmouse_regs *r)
{
	uint8_t count = r->count;

	return count <= VMMOUSE_EVENTS ? count : 0;
}

static struct vmmouse_event *event_at(struct vmmouse_regs *r, unsigned int n)
{
	return &r->event[(r->head + n) % VMMOUSE_EVENTS];
}

static unsigned int words_waiting(const struct vmmouse_regs *r)
{
	unsigned int words = 4 * events_count(r);

	return words - (words ? r->word & 3u : 0) + (r->greets ? 1 : 0);
}

static uint32_t word_take(struct vmmouse_regs *r)
{
	uint32_t word;

	if (r->greets) {
		r->greets = 0;
		return POINTER_VERSION;
	}
	word = event_at(r, 0)->word[r->word & 3u];
	r->word = (uint8_t)((r->word + 1u) & 3u);
	if (!r->word) {
		r->head = (uint8_t)((r->head + 1u) % VMMOUSE_EVENTS);
		r->count--;
	}
	return word;
}

static void queue_clear(struct vmmouse_regs *r)
{
	r->head = 0;
	r->count = 0;
	r->word = 0;
	r->greets = 0;
}

/* event_for() - where to put what happens with these flags. It may be the
 * newest one that waits, if none of it was fetched. */
static struct vmmouse_event *event_for(struct vmmouse_regs *r, uint32_t flags)
{
	unsigned int n = events_count(r);
	struct vmmouse_event *e = event_at(r, n ? n - 1 : 0);

	if (n == VMMOUSE_EVENTS ||
	    (n && e->word[0] == flags && (n > 1 || !(r->word & 3))))
		return e;
	e = event_at(r, n);
	*e = (struct vmmouse_event){ { flags } };
	r->count = (uint8_t)(n + 1);
	return e;
}

static uint32_t flags_of(unsigned int buttons)
{
	return (buttons & PS2_MOUSE_LEFT ? FLAG_LEFT : 0) |
	       (buttons & PS2_MOUSE_RIGHT ? FLAG_RIGHT : 0) |
	       (buttons & PS2_MOUSE_MIDDLE ? FLAG_MIDDLE : 0);
}

/* event_sum() - of two movements, as a word has them. */
static uint32_t event_sum(uint32_t word, int more, int most)
{
	int64_t v = (int64_t)(int32_t)word + more;

	return (uint32_t)(int32_t)(v > most ? most : v < -most ? -most : v);
}

void vmmouse_point(struct vmmouse *v, unsigned int x, unsigned int y, int dz,
		   unsigned int buttons)
{
	struct vmmouse_event *e;

	if (!v->regs->enabled)
		return;
	e = event_for(v->regs, flags_of(buttons));
	e->word[0] = flags_of(buttons);
	e->word[1] = x & 0xffff;
	e->word[2] = y & 0xffff;
	e->word[3] = event_sum(e->word[3], dz, 0x7f);
}

void vmmouse_move(struct vmmouse *v, int dx, int dy, int dz,
		  unsigned int buttons)
{
	uint32_t flags = flags_of(buttons) | FLAG_RELATIVE;
	struct vmmouse_event *e;

	if (!v->regs->enabled)
		return;
	e = event_for(v->regs, flags);
	/* A queue that is full may end with a position. */
	if (!(e->word[0] & FLAG_RELATIVE))
		*e = (struct vmmouse_event){ { flags } };
	e->word[0] = flags;
	e->word[1] = event_sum(e->word[1], dx, FAR);
	e->word[2] = event_sum(e->word[2], dy, FAR);
	e->word[3] = event_sum(e->word[3], dz, 0x7f);
}

/* ---- calls -------------------------------------------------------------- */

/* call_data() - EBX words into EAX, EBX, ECX, EDX. Who asks for what there is
 * not, is told that it is off, and has to begin anew. */
static void call_data(struct vmmouse_regs *r)
{
	uint32_t n = r->cpu[VMMOUSE_EBX], i;

	if (!r->enabled || !n || n > VMMOUSE_REGS || n > words_waiting(r)) {
		r->enabled = 0;
		queue_clear(r);
		r->cpu[VMMOUSE_EAX] = STATUS_OFF;
		return;
	}
	for (i = 0; i < n; i++)
		r->cpu[i] = word_take(r);
}

static void call_command(struct vmmouse_regs *r)
{
	switch (r->cpu[VMMOUSE_EBX]) {
	case COMMAND_ENABLE:
		queue_clear(r);
		r->enabled = 1;
		r->absolute = 0;
		r->greets = 1;
		break;
	case COMMAND_DISABLE:
		queue_clear(r);
		r->enabled = 0;
		r->absolute = 0;
		break;
	case COMMAND_RELATIVE:
	case COMMAND_ABSOLUTE:
		r->absolute = r->cpu[VMMOUSE_EBX] == COMMAND_ABSOLUTE;
		break;
	}
	r->cpu[VMMOUSE_EAX] = 0;
}

static void call_version(struct vmmouse_regs *r)
{
	r->cpu[VMMOUSE_EAX] = PRODUCT_VERSION;
	r->cpu[VMMOUSE_EBX] = MAGIC;
	r->cpu[VMMOUSE_ECX] = PRODUCT_TYPE;
}

void vmmouse_call(struct vmmouse *v)
{
	struct vmmouse_regs *r = v->regs;

	if (r->cpu[VMMOUSE_EAX] != MAGIC) {
		r->cpu[VMMOUSE_EAX] = 0xffffffff;
		return;
	}
	switch (r->cpu[VMMOUSE_ECX] & 0xffff) {
	case CALL_VERSION:
		call_version(r);
		break;
	case CALL_DATA:
		call_data(r);
		break;
	case CALL_STATUS:
		r->cpu[VMMOUSE_EAX] = r->enabled ? words_waiting(r) :
						   STATUS_OFF;
		break;
	case CALL_COMMAND:
		call_command(r);
		break;
	case CALL_RESTRICT:	/* the port asks for I/O privilege anyway */
		r->cpu[VMMOUSE_EAX] = 0;
		break;
	default:		/* a call that there is not, both ways to say */
		r->cpu[VMMOUSE_EAX] = 0xffffffff;
		r->cpu[VMMOUSE_EBX] = 0xffffffff;
	}
}

void vmmouse_reset(struct vmmouse *v)
{
	memset(v->regs, 0, sizeof(*v->regs));
}
