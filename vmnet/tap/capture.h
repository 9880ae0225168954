/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.h - copies frames from the ring of a capture (tapring.h) into a
 * pcapng file: those that match the filter, with their ports, and what was lost
 * on the way.
 *
 * 1. The ring may be written by a switch that a guest has taken over. So only
 *    tapring_take(), which checks, reads it.
 * 2. For each port: frames seen = frames taken out of the ring here + frames
 *    lost before. Each frame that is taken is written or does not match the
 *    filter.
 */
#ifndef VMNET_CAPTURE_H
#define VMNET_CAPTURE_H

#include "vmnet/tap/pcapng.h"
#include "vmnet/tap/sieve.h"
#include "vmnet/tap/tapring.h"

struct capture {
	struct tap_ring *ring;
	const struct sieve *sieve;
	struct pcapng *out;
	const char *filter;		/* as the user wrote it; "": none */
	unsigned int snap;		/* bytes written of each frame */
	uint64_t start_ns;		/* since 1970 */
	uint64_t epoch_ns;		/* CLOCK_REALTIME - CLOCK_MONOTONIC */
	unsigned int described;		/* ports described in the file so far;
					 * port i is interface i there */
	uint64_t written[TAP_TOLD];	/* frames of each port */
	uint64_t dropped;		/* of these: lost by the switch */
	uint64_t others;		/* frames that did not match */
	uint64_t bad;			/* records that made no sense */
	struct tap_slot slot;		/* the record that is looked at */
};

/**
 * capture_begin() - describe in the file all ports that are in the ring
 * @c: ring, sieve, out, filter and snap are set, the rest is zero
 * @now_ns: since 1970
 * @epoch_ns: CLOCK_REALTIME less CLOCK_MONOTONIC
 */
void capture_begin(struct capture *c, uint64_t now_ns, uint64_t epoch_ns);

/* capture_some() - take up to @most records out of the ring. Return: how many
 * there were. */
unsigned int capture_some(struct capture *c, unsigned int most);

/**
 * capture_last() - take all records that are in the ring, which are there port
 * by port, and write them in the order of their time
 *
 * Return: false: out of memory.
 */
bool capture_last(struct capture *c);

/* capture_end() - write each port's counts. @now_ns: since 1970 */
void capture_end(struct capture *c, uint64_t now_ns);

/* capture_sum() - a summary for people: "12 frames of 2 ports, 3 of them
 * dropped by the switch; ...". @text: receives it, @size bytes */
void capture_sum(const struct capture *c, char *text, size_t size);

#endif
