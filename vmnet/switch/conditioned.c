/* SPDX-License-Identifier: BSD-2-Clause */
/* conditioned.c - a port whose link has conditions: see conditioned.h. */
#include "vmnet/switch/conditioned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "vmnet/switch/text.h"

/* conditioned_told() - show a frame that a line of @owner, a port, loses to
 * captures. */
static void conditioned_told(void *owner, const struct line *line, bool full,
			     const uint8_t *frame, size_t len)
{
	struct port *port = owner;

	tap_frame(&port->tap,
		  line == &port->conditions->in ? TAP_FROM_PEER : TAP_TO_PEER,
		  1 + (full ? DROP_conditions_full : DROP_conditions_loss),
		  frame, len);
}

/* ---- set and gone ------------------------------------------------------ */

static struct port_conditions *conditioned_get(struct vswitch *sw,
					       struct port *port)
{
	struct port_conditions *pc = port->conditions;

	if (pc)
		return pc;
	pc = calloc(1, sizeof(*pc));
	if (pc) {
		line_open(&pc->in, &sw->lines);
		line_open(&pc->out, &sw->lines);
		pc->in.told = pc->out.told = conditioned_told;
		pc->in.owner = pc->out.owner = port;
	}
	return port->conditions = pc;
}

/* seed_draw() - Return: a seed, for a user who gives none. */
static uint64_t seed_draw(void)
{
	uint32_t seed = 0;	/* short enough to be typed again */

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = (uint32_t)clock_now_ns();
	return seed;
}

/* line_change() - change one direction. @seed: used if none was ever given.
 * Return: 0 or -ENOMEM. */
static int line_change(struct line *line, const struct vmnet_conditions *change,
		       uint64_t seed, uint64_t now_ns)
{
	struct vmnet_conditions c = { .given = 0 };

	if (change) {
		c = line->set;
		if (!(c.given & COND_seed))
			c.seed = seed;
		conditions_change(&c, change);
		c.given |= COND_seed;
	}
	return line_set(line, &c, now_ns);
}

/* both_change() - change the directions that are asked for. Return: 0; or
 * -ENOMEM, and nothing has changed. */
static int both_change(struct port_conditions *pc, unsigned int directions,
		       const struct vmnet_conditions *change)
{
	const struct vmnet_conditions in = pc->in.set;
	uint64_t now = clock_now_ns(), seed = seed_draw();
	int err = 0;

	if (directions & CONDITIONS_IN)
		err = line_change(&pc->in, change, seed, now);
	if (err < 0 || !(directions & CONDITIONS_OUT))
		return err;
	err = line_change(&pc->out, change, seed, now);
	if (err < 0)		/* that much was promised before: it fits */
		line_set(&pc->in, &in, now);
	return err;
}

int conditioned_change(struct vswitch *sw, struct port *port,
		       unsigned int directions,
		       const struct vmnet_conditions *change)
{
	struct port_conditions *pc = conditioned_get(sw, port);
	bool anew;
	int err;

	if (!pc)
		return -ENOMEM;
	err = both_change(pc, directions, change);
	if (err < 0)
		return err;
	anew = change && change->given & COND_seed;
	if (directions & CONDITIONS_IN && (anew || !pc->in.fates.stream))
		line_seed(&pc->in, port->mac, CONDITIONS_IN);
	if (directions & CONDITIONS_OUT && (anew || !pc->out.fates.stream))
		line_seed(&pc->out, port->mac, CONDITIONS_OUT);
	/* The next seed begins anew, as if there had been none. */
	if (!change && directions & CONDITIONS_IN)
		pc->in.fates.stream = 0;
	if (!change && directions & CONDITIONS_OUT)
		pc->out.fates.stream = 0;
	/* Whose line changes nothing leaves when it is empty: line_tend(). */
	port->conditioned |= directions;
	return 0;
}

void conditioned_leave(struct port *port)
{
	if (!port->conditions)
		return;
	line_leave(&port->conditions->in);
	line_leave(&port->conditions->out);
}

void conditioned_free(struct port *port)
{
	if (!port->conditions)
		return;
	line_close(&port->conditions->in);
	line_close(&port->conditions->out);
	free(port->conditions);
	port->conditions = NULL;
	port->conditioned = 0;
}

/* ---- frames ------------------------------------------------------------ */

void conditioned_take(struct port *from, const uint8_t *frame, size_t len,
		      uint64_t now_ns)
{
	line_put(&from->conditions->in, frame, len, now_ns);
}

void conditioned_offer(struct port *to, const uint8_t *frame, size_t len)
{
	line_put(&to->conditions->out, frame, len, clock_now_ns());
}

/* go_on() - pass on a frame that has been through a line. */
static void go_on(struct port *port, unsigned int direction,
		  const struct frame_waiting *f, uint64_t now_ns)
{
	bool in = direction == CONDITIONS_OUT;	/* to its machine */

	if (UNLIKELY(port_timed(port)))
		timeline_from_link(port->times, port->slot, in, f->came_ns);
	if (!in)
		hub_input(port->hub, port, f->data, f->len, now_ns);
	else
		port_deliver(port, f->data, f->len);
	if (port->times)
		timeline_over(port->times);
}

/* line_tend() - pass on frames that are due in one direction of a port. */
static void line_tend(struct vswitch *sw, struct port *port,
		      unsigned int direction, uint64_t now_ns)
{
	bool in = direction == CONDITIONS_IN;
	struct line *line = in ? &port->conditions->in : &port->conditions->out;
	const struct frame_waiting *f;
	unsigned int n = 0;

	while (n++ < RING_BATCH && (f = line_due(line, now_ns))) {
		if (in && port->ops->must_wait(port)) {
			port->kept = true;
			return;
		}
		go_on(port, direction, f, now_ns);
		line_done(line);
	}
	if (conditions_none(&line->set) && !line_waiting(line))
		port->conditioned &= ~direction;
	sw->due_ns = MIN(sw->due_ns, line_next_ns(line));
}

void conditioned_tend(struct vswitch *sw, uint64_t now_ns)
{
	static const unsigned int directions[] = { CONDITIONS_IN,
						   CONDITIONS_OUT };
	unsigned int d, i;

	sw->due_ns = LINE_NEVER;
	/* What comes in may have to go out by another line at once. */
	for (d = 0; d < ARRAY_SIZE(directions); d++)
		for (i = 0; i < FDB_PORTS; i++)
			if (sw->port[i] && sw->port[i]->state == PORT_JOINED &&
			    sw->port[i]->conditioned & directions[d])
				line_tend(sw, sw->port[i], directions[d],
					  now_ns);
}

/* ---- accounts ---------------------------------------------------------- */

void conditioned_drops(const struct line *line, uint64_t drops[DROP_COUNT])
{
	memset(drops, 0, DROP_COUNT * sizeof(*drops));
	drops[DROP_conditions_loss] = line->lost;
	drops[DROP_conditions_full] = line->full;
	drops[DROP_port_left] = line->left;
}

static void line_stats(struct text *t, const char *name,
		       const struct line *line)
{
	char set[CONDITIONS_TEXT];
	uint64_t drops[DROP_COUNT];

	text_add(t, "\"%s\": {\"set\": \"%s\", ", name,
		 conditions_print(&line->set, set));
	text_count(t, "in", line->in);
	text_count(t, "copies", line->copies);
	text_count(t, "out", line->out);
	text_count(t, "queued", line_waiting(line));
	conditioned_drops(line, drops);
	text_drops(t, drop_names, drops, DROP_COUNT);
	text_add(t, "}");
}

void conditioned_stats(struct text *t, const struct port *port)
{
	if (!port->conditions)
		return;
	text_add(t, "\"conditions\": {");
	line_stats(t, "in", &port->conditions->in);
	text_add(t, ", ");
	line_stats(t, "out", &port->conditions->out);
	text_add(t, "}, ");
}

bool conditioned_check(const struct port *port)
{
	return !port->conditions || (line_check(&port->conditions->in) &&
				     line_check(&port->conditions->out));
}
