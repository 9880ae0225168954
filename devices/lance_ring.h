/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_ring.h - Am79C970A, work half: rings, DMA, frames, polling.
 *
 * What a board has to do:
 *   - lance_work() after the register half said CHIP_NEEDS_HOST, and when a
 *     cable that refused a frame has room again;
 *   - lance_tick() when the chip's alarm rings;
 *   - for each frame that arrives: if lance_can_receive(), lance_receive();
 *     else keep the frame, and ask again after the next lance_work() or
 *     lance_tick(). (While somebody waits, the chip asks for ticks, and each
 *     write to CSR0 or CSR3 answers CHIP_NEEDS_HOST: a driver writes them
 *     when it has given buffers back.) A board that drops instead calls
 *     lance_receive() at once: the chip then counts a missed frame.
 *
 * Always true:
 * 1. Memory is reached only through the dma wire. Each descriptor is read
 *    once, into locals; no decision is made on a second reading.
 * 2. One call looks at no more descriptors than the ring has, and sends no
 *    more than LANCE_WORK_FRAMES frames; what is left is done at the next
 *    call, for which an alarm is set.
 * 3. The chip is not re-entered: a call that a wire makes while another is
 *    under way changes nothing. Loopback goes through a queue of one frame,
 *    which is emptied after the transmit descriptor is given back.
 * 4. The FCS is never stored behind a frame in one buffer.
 *
 * Speed: "not limited to any speed". All frames in the transmit ring go out
 * at once; the 10 Mb/s of the real chip is nowhere.
 *
 * Polling: the real chip looks at the transmit ring each CSR47 interval (2
 * ms). A driver that never sets TDMD gets just that. One that does needs no
 * polling, and an idle machine should sleep: from its first TDMD on, each
 * look that finds nothing doubles the interval, up to LANCE_POLL_MAX_NS; a
 * look that finds a frame goes back to CSR47.
 */
#ifndef DEVICES_LANCE_RING_H
#define DEVICES_LANCE_RING_H

#include "devices/lance_regs.h"

#define LANCE_WORK_FRAMES	1024		/* per call */
#define LANCE_POLL_MAX_NS	100000000ull
#define LANCE_RETRY_NS		1000000ull	/* after a full cable */
#define LANCE_GIVE_UP_NS	1000000000ull	/* then the frame gets RTRY */
#define LANCE_TRIES		16u		/* or more, as on a real wire */

enum lance_rx {
	LANCE_RX_DELIVERED,
	LANCE_RX_DROPPED,	/* counted by its reason */
	LANCE_RX_BUSY,		/* called from a wire: not taken, not counted */
};

/* lance_work() - do all that the registers ask for */
void lance_work(struct lance *l);

/* lance_has_work() - has the register half left anything to do? */
static inline bool lance_has_work(const struct lance_regs *r)
{
	return r->todo;
}

/**
 * lance_tx_waiting() - count the whole frames in the transmit ring
 * @most: count no further
 *
 * Return: at most @most; @most if the driver has filled the ring.
 */
uint32_t lance_tx_waiting(const struct lance *l, uint32_t most);

/* lance_idle() - the guest has nothing to do but to wait for an interrupt: a
 * board with @l->tint_may_wait says so. */
void lance_idle(struct lance *l);

/* lance_tick() - the alarm rang (or might have): poll what is due */
void lance_tick(struct lance *l);

/**
 * lance_can_receive() - would waiting help a frame of this length?
 * @l: the chip
 * @len: of the frame without FCS
 *
 * Return: false if the frame has no room now, but may have some later (no
 * descriptor owned, chip suspended, or called from a wire). True if
 * lance_receive() would deliver it, or discard it for good.
 */
bool lance_can_receive(struct lance *l, size_t len);

/* lance_has_room() - lance_can_receive() of the shortest frame, for one who
 * has none: nothing is remembered. */
bool lance_has_room(const struct lance *l);

/**
 * lance_receive() - a frame arrives by the cable
 * @l: the chip
 * @frame: without FCS; not kept. Shorter than 60 bytes it is padded, as the
 *         sender of a frame on a real cable would have done
 * @len: its length; any value is legal
 */
enum lance_rx lance_receive(struct lance *l, const uint8_t *frame, size_t len);

/**
 * lance_receive_wire() - a frame arrives exactly as it was on a real cable
 * @frame: with its FCS as the last four bytes, right or wrong; runts are runts
 */
enum lance_rx lance_receive_wire(struct lance *l, const uint8_t *frame,
				 size_t len);

/* lance_promiscuous() - does it take frames for any address? Its cable need
 * not bring the others'. */
bool lance_promiscuous(const struct lance *l);

/**
 * lance_link() - the cable is plugged in, or out
 * @l: the chip
 * @up: shown as LEDOUT of BCR4; while down, transmits end with LCAR and CERR
 */
void lance_link(struct lance *l, bool up);

#endif
