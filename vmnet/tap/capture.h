/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.h - from the ring of a capture (tapring.h) to a pcapng file: which
 * frames are wanted, as whose, and what was lost on the way.
 *
 * 1. What the ring holds may come from a switch that a guest has taken over:
 *    tapring_take() has checked it, and nothing else of the ring is read.
 * 2. Per port: what is seen of it = taken here + lost before. Of what is taken
 *    each frame is written, or did not match the filter.
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
	uint64_t epoch_ns;		/* what CLOCK_MONOTONIC began at */
	unsigned int described;		/* ports: the index is the interface */
	uint64_t written[TAP_PORTS];	/* frames */
	uint64_t dropped;		/* of these: lost by the switch */
	uint64_t others;		/* that did not match */
	uint64_t bad;			/* records that made no sense */
	struct tap_slot slot;		/* the one that is looked at */
};

/**
 * capture_begin() - all ports that the ring tells of are described
 * @c: ring, sieve, out, filter and snap are set, the rest is zero
 * @epoch_ns: CLOCK_REALTIME less CLOCK_MONOTONIC
 */
void capture_begin(struct capture *c, uint64_t now_ns, uint64_t epoch_ns);

/* capture_some() - take up to @most records out of the ring. Return: how many
 * there were. */
unsigned int capture_some(struct capture *c, unsigned int most);

/**
 * capture_last() - take all that is in the ring, and put it in order: it was
 * put there port by port
 *
 * Return: false: out of memory.
 */
bool capture_last(struct capture *c);

/* capture_end() - the counts of each port; @now_ns: since 1970 */
void capture_end(struct capture *c, uint64_t now_ns);

/* capture_sum() - "12 frames of 2 ports, 3 of them dropped by the switch; ...":
 * what became of it, for people. */
void capture_sum(const struct capture *c, char *text, size_t size);

#endif
