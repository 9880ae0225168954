/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.c - what limits a port: see verdict.h. */
#include "vmapp/net/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

#define IDLE_FRAMES	20.0	/* a second, both ways: less is nothing */
#define BUSY		0.9	/* of a CPU, or of a rate */
#define STALL_FRAMES	2048.0	/* a ring that is full once in so many */
#define SHUT		0.5	/* of the time */
#define RING_MANY	128u	/* frames that wait in a ring: half of it */

#define VERDICT_WORD(id, word) [VERDICT_##id] = word,
static const char *const words[VERDICTS] = { VERDICT_LIST(VERDICT_WORD) };
#undef VERDICT_WORD

const char *verdict_word(enum verdict v)
{
	ASSERT(v < VERDICTS);
	return words[v];
}

/* The differences between two looks. */
struct between {
	const struct look *a, *b;
	double s;
	double frames;		/* a second, both ways */
	double in_bits, out_bits;	/* a second */
	char *text;
};

/* count_since() - Return: how much a counter grew; 0 if it began anew. */
static double count_since(uint64_t before, uint64_t now)
{
	return now > before ? (double)(now - before) : 0;
}

/* say() - add to the paragraph. */
static void PRINTF_LIKE(2, 3) say(const struct between *d, const char *fmt, ...)
{
	size_t len = strlen(d->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->text + len, VERDICT_TEXT - len, fmt, ap);
	va_end(ap);
}

/* ---- each of them: is it so? Then it is said. -------------------------- */

static bool is_LINK_DOWN(const struct between *d)
{
	if (d->b->link)
		return false;
	say(d, "Its link is down: its network does not work now (a NAT that "
	       "is being started, an interface that is down), or the card is "
	       "being moved. Nothing passes.");
	return true;
}

static bool is_READER(const struct between *d)
{
	double lost = count_since(d->a->unread, d->b->unread);

	if (lost == 0 && !(d->b->ring_in > RING_MANY && d->b->out == d->a->out))
		return false;
	say(d,
	    "Its machine is slow to take what is for it: %.0f frames were "
	    "lost in %.1f s as its ring was full (port_queue_full), and "
	    "%llu wait there now. The guest gets too little CPU, is paused, "
	    "or its driver has no room; who sends to it sees losses.",
	    lost, d->s, (unsigned long long)d->b->ring_in);
	return true;
}

/* at_rate() - is that direction of the link as fast as it may be? */
static bool at_rate(const struct look_link *a, const struct look_link *b,
		    double bits)
{
	if (!b->rate)
		return false;
	return bits >= BUSY * (double)b->rate ||
	       count_since(a->full, b->full) > 0 ||
	       (a->queued && b->queued && !b->delay_us);
}

static void say_rate(const struct between *d, const char *way,
		     const struct look_link *a, const struct look_link *b)
{
	say(d,
	    "The wire limits it: the conditions of its link let %.4g Mb/s "
	    "through %s the machine, and so much is on the way; %llu frames "
	    "wait for their turn, %.0f found no room. 'hostel net link' "
	    "changes that.",
	    (double)b->rate / 1e6, way, (unsigned long long)b->queued,
	    count_since(a->full, b->full));
}

static bool is_RATE(const struct between *d)
{
	if (at_rate(&d->a->from, &d->b->from, d->in_bits))
		say_rate(d, "from", &d->a->from, &d->b->from);
	else if (at_rate(&d->a->to, &d->b->to, d->out_bits))
		say_rate(d, "to", &d->a->to, &d->b->to);
	return *d->text;
}

static bool is_LOSS(const struct between *d)
{
	double lost = count_since(d->a->from.lost, d->b->from.lost) +
		      count_since(d->a->to.lost, d->b->to.lost);
	double all = count_since(d->a->from.in, d->b->from.in) +
		     count_since(d->a->to.in, d->b->to.in);

	if (lost == 0)
		return false;
	say(d,
	    "The wire limits it: the conditions of its link lost %.0f of "
	    "%.0f frames in %.1f s. TCP takes losses for a full wire, and "
	    "sends less. 'hostel net link' changes that.",
	    lost, all, d->s);
	return true;
}

static bool is_PEER(const struct between *d)
{
	double lost = count_since(d->a->peers_unread, d->b->peers_unread);

	if (lost == 0 || d->b->in == d->a->in)
		return false;
	say(d,
	    "The receiver is slow: %s, on the same network, lost %.0f "
	    "frames in %.1f s, for they came faster than it takes them "
	    "(port_queue_full there). 'hostel net explain' of that port "
	    "says more.",
	    d->b->peer, lost, d->s);
	return true;
}

static bool is_NAT_WINDOW(const struct between *d)
{
	double shut = count_since(d->a->shut_ms, d->b->shut_ms) / 1000;

	if (!d->a->nat_state || !d->b->nat_state || shut < SHUT * d->s)
		return false;
	say(d,
	    "A window behind the NAT limits it: the far side of a TCP "
	    "connection does not take what the guest sends (its window "
	    "held the NAT up for %.1f s in %.1f s, all connections added "
	    "up; %llu KiB wait in the host's sockets, of %llu connections). "
	    "The program at the other end reads too slowly.",
	    shut, d->s, (unsigned long long)d->b->unsent,
	    (unsigned long long)d->b->connections);
	return true;
}

static bool is_IDLE(const struct between *d)
{
	if (d->frames >= IDLE_FRAMES || d->b->ring_out > RING_MANY)
		return false;
	if (d->a->kept_unread && d->b->kept_unread)
		return false;	/* GUEST_READS */
	say(d,
	    "Nothing limits it: it is idle, with %.0f frames a second, and "
	    "nothing waits.",
	    d->frames);
	return true;
}

static bool is_NAT_BUSY(const struct between *d)
{
	double cpu = (d->b->nat_cpu_s - d->a->nat_cpu_s) / d->s;
	double keeps = count_since(d->a->keeps, d->b->keeps);

	if (!d->b->nat || (cpu < BUSY && keeps < 10))
		return false;
	say(d,
	    "Its NAT is at its limit: that process took %.0f %% of a CPU, "
	    "and what the card sends had to wait for it %.0f times in "
	    "%.1f s.",
	    100 * cpu, keeps, d->s);
	return true;
}

static bool is_RING(const struct between *d)
{
	double stalls = count_since(d->a->stalls, d->b->stalls);
	double frames = count_since(d->a->in, d->b->in);
	double cpu = (d->b->switch_cpu_s - d->a->switch_cpu_s) / d->s;
	bool stuck = frames == 0 && d->b->ring_out > RING_MANY;

	if (!stuck && (stalls < 3 || frames > stalls * STALL_FRAMES))
		return false;
	say(d,
	    "The card's ring is full: it found no room there %.0f times, "
	    "for %.0f frames, and %llu frames wait now. The machine sends "
	    "faster than the switch takes it (which used %.0f %% of a CPU "
	    "in that time).",
	    stalls, frames, (unsigned long long)d->b->ring_out, 100 * cpu);
	return true;
}

/* idle_share() - Return: the share of the time in which the guest was idle. */
static double idle_share(const struct between *d)
{
	double wall = d->b->wall_s - d->a->wall_s;

	return wall > 0 ? (d->b->idle_s - d->a->idle_s) / wall : 1;
}

static bool is_GUEST_CPU(const struct between *d)
{
	if (!d->a->machine || !d->b->machine || idle_share(d) > 1 - BUSY)
		return false;
	say(d,
	    "The guest's CPU limits it: the guest was busy for %.0f %% of "
	    "the time, and %llu frames wait in the card's ring: VMNet "
	    "takes what comes at once.",
	    100 * (1 - idle_share(d)), (unsigned long long)d->b->ring_out);
	return true;
}

static bool is_GUEST_READS(const struct between *d)
{
	if (!d->a->kept_unread || !d->b->kept_unread ||
	    d->b->ring_in > RING_MANY)
		return false;
	say(d,
	    "The guest's programs do not read: %llu KiB for them wait at "
	    "the host's sockets, and its card has room. The guest's own "
	    "TCP windows are shut, or small.",
	    (unsigned long long)d->b->kept_unread);
	return true;
}

static bool is_DELAY(const struct between *d)
{
	double us = (double)(d->b->from.delay_us + d->b->to.delay_us);

	if (us == 0)
		return false;
	say(d,
	    "Nothing is full, and the link has a delay of %.3g ms there and "
	    "back: a connection then has a window's data in so much time, "
	    "and no more. Larger windows, or more connections, or less "
	    "delay ('hostel net link').",
	    us / 1000);
	return true;
}

static bool is_UNKNOWN(const struct between *d)
{
	say(d,
	    "What limits it is not seen from here: %.0f frames pass in a "
	    "second, and no ring is full, no frame lost, nothing late. It "
	    "may be the programs at either end%s%s.",
	    d->frames,
	    d->b->nat ? ", or the host's network behind the NAT" : "",
	    d->b->machine ? "" :
			    "; the machine did not tell how busy its guest is");
	return true;
}

/* ---- all --------------------------------------------------------------- */

#define VERDICT_IS(id, word) is_##id,
static bool (*const is[VERDICTS])(const struct between *) = {
	VERDICT_LIST(VERDICT_IS)
};

enum verdict verdict_of(const struct look *a, const struct look *b, char *text)
{
	struct between d = { .a = a, .b = b, .s = b->s - a->s, .text = text };
	unsigned int v;

	if (d.s <= 0)
		d.s = 1e-9;
	d.frames =
		(count_since(a->in, b->in) + count_since(a->out, b->out)) / d.s;
	d.in_bits = 8 * count_since(a->in_bytes, b->in_bytes) / d.s;
	d.out_bits = 8 * count_since(a->out_bytes, b->out_bytes) / d.s;
	*text = '\0';
	for (v = 0; v < VERDICT_UNKNOWN && !is[v](&d); v++)
		;
	if (v == VERDICT_UNKNOWN)
		is_UNKNOWN(&d);
	return (enum verdict)v;
}
