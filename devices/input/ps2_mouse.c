/* SPDX-License-Identifier: BSD-2-Clause */
/* ps2_mouse.c - a PS/2 mouse: see ps2_mouse.h. */
#include "devices/input/ps2_mouse.h"

#include <string.h>

#define BUTTONS		0x1fu
#define FAR		1000000		/* no movement that waits is longer */
#define STEP		255		/* of a packet: nine bits with a sign */
#define STEP_TWICE	127		/* before it is doubled */
#define WHEEL_STEP	7		/* four bits */

#define RATE_DEFAULT	100u
#define RESOLUTION_DEFAULT 2u	/* 4 counts a millimetre */

static int mouse_clip(int v, int most)
{
	return v > most ? most : v < -most ? -most : v;
}

/* ---- what waits --------------------------------------------------------- */

static void events_clear(struct ps2_mouse_regs *r)
{
	r->count = 0;
	r->packet_count = 0;
	r->poked = 0;
}

static unsigned int events_count(const struct ps2_mouse_regs *r)
{
	uint8_t count = r->count;

	return count <= PS2_MOUSE_EVENTS ? count : 0;
}

/* event_at() - the @n-th that waits. */
static struct ps2_mouse_event *event_at(struct ps2_mouse_regs *r,
					unsigned int n)
{
	return &r->event[(r->head + n) % PS2_MOUSE_EVENTS];
}

/* event_for() - where to add what happens with @buttons down. */
static struct ps2_mouse_event *event_for(struct ps2_mouse_regs *r,
					 unsigned int buttons)
{
	unsigned int n = events_count(r);
	struct ps2_mouse_event *e = event_at(r, n ? n - 1 : 0);

	if (n && (e->buttons == buttons || n == PS2_MOUSE_EVENTS))
		return e;
	e = event_at(r, n);
	*e = (struct ps2_mouse_event){ 0 };
	r->count = (uint8_t)(n + 1);
	return e;
}

void ps2_mouse_move(struct ps2_mouse *m, int dx, int dy, int dz,
		    unsigned int buttons)
{
	struct ps2_mouse_regs *r = m->regs;
	bool same = (buttons & BUTTONS) == (r->buttons & BUTTONS);
	struct ps2_mouse_event *e;

	r->buttons = buttons & BUTTONS;
	if (!r->enabled && !r->remote)
		return;
	if (same && !dx && !dy && !dz)
		return;
	e = event_for(r, r->buttons);
	e->buttons = r->buttons;
	e->dx = mouse_clip(mouse_clip(e->dx, FAR) + mouse_clip(dx, FAR), FAR);
	e->dy = mouse_clip(mouse_clip(e->dy, FAR) + mouse_clip(dy, FAR), FAR);
	e->dz = mouse_clip(mouse_clip(e->dz, FAR) + mouse_clip(dz, FAR), FAR);
}

void ps2_mouse_poke(struct ps2_mouse *m)
{
	m->regs->poked = m->regs->enabled;
}

/* ---- packets ------------------------------------------------------------ */

/* mouse_twice() - scaling 2:1, which is not quite that for short steps. */
static int mouse_twice(int v)
{
	static const int8_t small[] = { 0, 1, 1, 3, 6, 9 };
	int size = v < 0 ? -v : v;

	size = size < 6 ? small[size] : 2 * size;
	return v < 0 ? -size : size;
}

/* packet_event() - what the next packet tells of: taken from what waits. */
static struct ps2_mouse_event packet_event(struct ps2_mouse_regs *r)
{
	int most = r->twice && !r->remote ? STEP_TWICE : STEP;
	struct ps2_mouse_event *e = event_at(r, 0), got;

	if (!events_count(r))
		return (struct ps2_mouse_event){ .buttons = r->buttons };
	got = *e;
	got.dx = mouse_clip(got.dx, most);
	got.dy = mouse_clip(got.dy, most);
	got.dz = mouse_clip(got.dz, WHEEL_STEP);
	e->dx = mouse_clip(e->dx, FAR) - got.dx;
	e->dy = mouse_clip(e->dy, FAR) - got.dy;
	e->dz = r->id ? mouse_clip(e->dz, FAR) - got.dz : 0;
	if (!e->dx && !e->dy && !e->dz) {
		r->head = (uint8_t)((r->head + 1u) % PS2_MOUSE_EVENTS);
		r->count--;
	}
	if (most == STEP_TWICE) {
		got.dx = mouse_twice(got.dx);
		got.dy = mouse_twice(got.dy);
	}
	return got;
}

static void packet_make(struct ps2_mouse_regs *r)
{
	struct ps2_mouse_event e = packet_event(r);
	unsigned int more = e.buttons >> 3 & 3u;

	r->poked = 0;
	r->packet[0] = (uint8_t)(0x08 | (e.buttons & 7u) |
				 (e.dx < 0 ? 0x10 : 0) | (e.dy < 0 ? 0x20 : 0));
	r->packet[1] = (uint8_t)e.dx;
	r->packet[2] = (uint8_t)e.dy;
	r->packet[3] = (uint8_t)e.dz;
	if (r->id == 4)
		r->packet[3] = (uint8_t)((e.dz & 0xf) | (int)(more << 4));
	r->packet_at = 0;
	r->packet_count = r->id ? 4 : 3;
}

static int packet_take(struct ps2_mouse_regs *r)
{
	uint8_t at = r->packet_at;

	if (at >= sizeof(r->packet) || at >= r->packet_count)
		return -1;
	r->packet_at = (uint8_t)(at + 1);
	return r->packet[at];
}

int ps2_mouse_read(void *mouse)
{
	struct ps2_mouse_regs *r = ((struct ps2_mouse *)mouse)->regs;
	int byte = ps2_answer_take(&r->answer);

	if (byte < 0)
		byte = packet_take(r);
	if (byte < 0 && r->enabled && !r->remote && !r->wrap &&
	    (events_count(r) || r->poked)) {
		packet_make(r);
		byte = packet_take(r);
	}
	if (byte >= 0)
		r->last = (uint8_t)byte;
	return byte;
}

/* ---- commands ----------------------------------------------------------- */

static void mouse_defaults(struct ps2_mouse_regs *r)
{
	events_clear(r);
	r->enabled = 0;
	r->remote = 0;
	r->wrap = 0;
	r->twice = 0;
	r->rate = RATE_DEFAULT;
	r->resolution = RESOLUTION_DEFAULT;
}

static void reset_by_command(struct ps2_mouse_regs *r)
{
	static const uint8_t good[] = { PS2_ACK, PS2_BAT_OK, 0x00 };

	mouse_defaults(r);
	r->id = 0;
	memset(r->rates, 0, sizeof(r->rates));
	ps2_answer_set(&r->answer, good, sizeof(good));
}

static void tell_status(struct ps2_mouse_regs *r)
{
	uint32_t b = r->buttons;
	const uint8_t status[] = { PS2_ACK,
		(uint8_t)((r->remote ? 0x40 : 0) | (r->enabled ? 0x20 : 0) |
			  (r->twice ? 0x10 : 0) |
			  (b & PS2_MOUSE_LEFT ? 0x04 : 0) |
			  (b & PS2_MOUSE_MIDDLE ? 0x02 : 0) |
			  (b & PS2_MOUSE_RIGHT ? 0x01 : 0)),
		r->resolution, r->rate };

	ps2_answer_set(&r->answer, status, sizeof(status));
}

static void tell_id(struct ps2_mouse_regs *r)
{
	const uint8_t id[] = { PS2_ACK, r->id };

	ps2_answer_set(&r->answer, id, sizeof(id));
}

static bool rate_is_good(uint8_t rate)
{
	return rate == 10 || rate == 20 || rate == 40 || rate == 60 ||
	       rate == 80 || rate == 100 || rate == 200;
}

/* set_rate() - three in a row are a knock at the door. */
static void set_rate(struct ps2_mouse_regs *r, uint8_t rate)
{
	if (r->rates[0] == 200 && rate == 80) {
		if (r->rates[1] == 100)
			r->id = 3;
		else if (r->rates[1] == 200)
			r->id = 4;
	}
	r->rates[0] = r->rates[1];
	r->rates[1] = rate;
	r->rate = rate;
}

static void command_data(struct ps2_mouse_regs *r, uint8_t command, uint8_t v)
{
	bool good = command == 0xe8 ? v <= 3 : rate_is_good(v);

	ps2_answer_one(&r->answer, good ? PS2_ACK : PS2_AGAIN);
	if (!good)
		return;
	if (command == 0xe8)
		r->resolution = v;
	else
		set_rate(r, v);
}

/* mouse_mode() - the commands that switch something; Return: false: it is
 * none. */
static bool mouse_mode(struct ps2_mouse_regs *r, uint8_t v)
{
	switch (v) {
	case 0xe6:
	case 0xe7:
		r->twice = v & 1;
		return true;
	case 0xea:
	case 0xf0:
		events_clear(r);
		r->remote = v == 0xf0;
		return true;
	case 0xec:
	case 0xee:
		events_clear(r);
		r->wrap = v == 0xee;
		return true;
	case 0xf4:
	case 0xf5:
		events_clear(r);
		r->enabled = v == 0xf4;
		return true;
	case 0xf6:
		mouse_defaults(r);
		return true;
	default:
		return false;
	}
}

static void mouse_command(struct ps2_mouse_regs *r, uint8_t v)
{
	ps2_answer_one(&r->answer, PS2_ACK);
	if (mouse_mode(r, v))
		return;
	switch (v) {
	case 0xe8:
	case 0xf3:
		r->pending = v;
		break;
	case 0xe9:
		tell_status(r);
		break;
	case 0xeb:		/* a packet behind the answer */
		packet_make(r);
		break;
	case 0xf2:
		tell_id(r);
		break;
	case 0xfe:
		ps2_answer_one(&r->answer, r->last);
		break;
	case 0xff:
		reset_by_command(r);
		break;
	default:
		ps2_answer_one(&r->answer, PS2_AGAIN);
	}
}

void ps2_mouse_write(void *mouse, uint8_t byte)
{
	struct ps2_mouse_regs *r = ((struct ps2_mouse *)mouse)->regs;
	uint8_t pending = r->pending;

	r->pending = 0;
	r->packet_count = 0;
	if (r->wrap && byte != 0xec && byte != 0xff)
		ps2_answer_one(&r->answer, byte);
	else if (pending)
		command_data(r, pending, byte);
	else
		mouse_command(r, byte);
}

void ps2_mouse_reset(struct ps2_mouse *m)
{
	memset(m->regs, 0, sizeof(*m->regs));
	mouse_defaults(m->regs);
}
