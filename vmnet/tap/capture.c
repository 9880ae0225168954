/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.c - from a capture's ring to a file: see capture.h. */
#include "vmnet/tap/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "vmnet/tap/tap_drop.h"

/* A copy of a record, until its turn comes. */
struct kept {
	struct tap_mark mark;
	uint8_t *data;
};

/* ---- one record -------------------------------------------------------- */

/* capture_describe() - describe ports that are new in the ring, up to @most. */
static void capture_describe(struct capture *c, unsigned int most)
{
	static const uint8_t none[6];
	struct tap_port_told told;
	struct pcapng_interface i = { .snap = c->snap, .filter = c->filter };
	char name[32];

	for (; c->described < most; c->described++) {
		tapring_port(c->ring, c->described, &told);
		snprintf(name, sizeof(name), "port%u", told.number);
		i.name = name;
		i.description = told.name;
		i.mac = memcmp(told.mac, none, sizeof(none)) ? told.mac : NULL;
		pcapng_interface(c->out, &i);
	}
}

/* capture_comment() - Return: why the frame was lost, as text. */
static const char *capture_comment(const struct tap_mark *m, char *text,
				   size_t size)
{
	char how_many[48] = "";

	if (!m->drop)
		return NULL;
	if (m->unseen)
		snprintf(how_many, sizeof(how_many),
			 "%u frames, which nobody has seen, ", m->unseen);
	snprintf(text, size, "%sdropped: %s (%s)", how_many,
		 tap_drop_word(m->drop), tap_drop_text(m->drop));
	return text;
}

static void capture_take(struct capture *c, const struct tap_mark *m,
			 const uint8_t *data)
{
	char text[PCAPNG_TEXT_MAX];
	const struct pcapng_frame frame = {
		.interface = m->port, .ns = c->epoch_ns + m->ns, .data = data,
		.kept = MIN(m->kept, c->snap), .len = m->len, .lost = m->lost,
		.direction = m->way == TAP_FROM_PEER ? PCAPNG_OUTBOUND :
						       PCAPNG_INBOUND,
		.comment = capture_comment(m, text, sizeof(text)),
	};
	const uint64_t frames = m->unseen ? m->unseen : 1;

	capture_describe(c, m->port + 1u);
	if (!sieve_takes(c->sieve, data, m->len, m->kept)) {
		c->others += frames;
		return;
	}
	pcapng_frame(c->out, &frame);
	c->written[m->port] += frames;
	if (m->drop)
		c->dropped += frames;
}

/* ---- all of them ------------------------------------------------------- */

void capture_begin(struct capture *c, uint64_t now_ns, uint64_t epoch_ns)
{
	c->start_ns = now_ns;
	c->epoch_ns = epoch_ns;
	capture_describe(c, tapring_ports(c->ring));
}

unsigned int capture_some(struct capture *c, unsigned int most)
{
	unsigned int n;

	for (n = 0; n < most; n++) {
		if (!tapring_take(c->ring, &c->slot, &c->bad))
			break;
		capture_take(c, &c->slot.mark, c->slot.data);
	}
	return n;
}

/* kept_earlier() - compare two records by serial numbers, which wrap. */
static bool kept_earlier(const struct kept *a, const struct kept *b)
{
	return (int32_t)(a->mark.serial - b->mark.serial) < 0;
}

/* kept_sink() - @all[@i] sinks until none below it, at 2i + 1 and 2i + 2, is
 * later. */
static void kept_sink(struct kept *all, unsigned int i, unsigned int n)
{
	const struct kept down = all[i];
	unsigned int below;

	while ((below = 2 * i + 1) < n) {
		if (below + 1 < n && kept_earlier(&all[below], &all[below + 1]))
			below++;
		if (!kept_earlier(&down, &all[below]))
			break;
		all[i] = all[below];
		i = below;
	}
	all[i] = down;
}

/* kept_sort() - the earliest first. In place: libc's qsort() asks the kernel
 * how much memory there is, which the walls end this process for. */
static void kept_sort(struct kept *all, unsigned int n)
{
	struct kept latest;
	unsigned int i;

	for (i = n / 2; i-- > 0;)
		kept_sink(all, i, n);
	for (i = n; i-- > 1;) {
		latest = all[0];
		all[0] = all[i];
		all[i] = latest;
		kept_sink(all, 0, i);
	}
}

/* keep_all() - copy all records. Return: how many; the last has no data if
 * memory ran out. */
static unsigned int keep_all(struct capture *c, struct kept *all)
{
	const struct tap_slot *s = &c->slot;
	unsigned int n = 0;

	while (n < TAP_SLOTS && tapring_take(c->ring, &c->slot, &c->bad)) {
		all[n].mark = s->mark;
		all[n].data = malloc(MAX(s->mark.kept, 1u));
		if (!all[n].data)
			return n + 1;
		memcpy(all[n++].data, s->data, s->mark.kept);
	}
	return n;
}

bool capture_last(struct capture *c)
{
	struct kept *all = calloc(TAP_SLOTS, sizeof(*all));
	unsigned int n, i;
	bool good;

	if (!all)
		return false;
	n = keep_all(c, all);
	good = !n || all[n - 1].data;
	if (good)
		kept_sort(all, n);
	for (i = 0; i < n; i++) {
		if (good)
			capture_take(c, &all[i].mark, all[i].data);
		free(all[i].data);
	}
	free(all);
	return good;
}

void capture_end(struct capture *c, uint64_t now_ns)
{
	struct tap_port_told told;
	unsigned int i;

	capture_describe(c, tapring_ports(c->ring));
	for (i = 0; i < c->described; i++) {
		tapring_port(c->ring, i, &told);
		pcapng_counts(c->out, &(struct pcapng_counts){
			.interface = i, .ns = now_ns,
			.start_ns = c->start_ns, .end_ns = now_ns,
			.seen = told.seen, .dropped = told.dropped,
			.accepted = c->written[i], .lost = told.lost,
			.delivered = c->written[i],
		});
	}
}

void capture_sum(const struct capture *c, char *text, size_t size)
{
	uint64_t written = 0, lost = 0;
	struct tap_port_told told;
	unsigned int i;

	for (i = 0; i < c->described; i++) {
		tapring_port(c->ring, i, &told);
		written += c->written[i];
		lost += told.lost;
	}
	snprintf(text, size,
		 "%llu frame%s at %u port%s, %llu of them dropped by the "
		 "switch; %llu others did not match; %llu copies lost",
		 (unsigned long long)written, written == 1 ? "" : "s",
		 c->described, c->described == 1 ? "" : "s",
		 (unsigned long long)c->dropped, (unsigned long long)c->others,
		 (unsigned long long)lost);
}
