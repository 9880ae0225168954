/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_tx.c - Am79C970A: from the transmit ring to the cable.
 *
 * Theory of operation. A frame is a chain of descriptors, from STP to ENP.
 * It is gathered into l->frame first; nothing is written back until its fate
 * is known, so that a frame which the cable refuses stays in the ring as it
 * was and is gathered again at the next try. Then the chain is given back in
 * order: entries before the last lose only OWN, the last gets the status.
 *
 * TINT may wait. A real chip needs 120 us for a frame at 100 Mb/s, so drivers
 * queue several before they hear of the first; this one sends while the
 * driver still writes CSR0, and would interrupt it for each. With
 * l->tint_may_wait the pin is not pulled for TINT alone until half of the ring
 * has been given back, TINT_WAIT_NS have passed, or the board says that the
 * guest has nothing else to do (lance_idle()). The bit itself is set at once,
 * for a driver that reads CSR0; another cause brings it along; and TINT after
 * an error does not wait.
 *
 * Always true:
 * 1. total <= LANCE_TX_MAX before each buffer is read: the running total
 *    counts, not the length of one buffer.
 * 2. A chain has at most as many entries as the ring.
 * 3. cable_full_ns is 0 unless the frame at the current descriptor was refused:
 *    however it leaves the ring, the next one waits for a second of its own.
 */
#include <string.h>

#include "base/bytes.h"
#include "devices/lance_desc.h"
#include "devices/lance_frames.h"

#define BABBLE_LEN	1519	/* with FCS */
#define TINT_ENTRIES	32u	/* given back: TINT waits no longer */

enum tx_result {
	TX_NOTHING,	/* the current descriptor is not ours */
	TX_FOUND,
	TX_LATER,	/* the cable is full */
	TX_ABORTED,
};

/* A frame on its way out. */
struct tx_frame {
	struct lance_desc first, last;
	uint32_t entries;	/* of the chain, the last included */
	size_t len;		/* of what is in l->frame */
	uint32_t status;	/* TMS_* for the last entry */
	bool fcs;		/* the chip appends one */
};

static void tx_drop(struct lance *l, enum lance_drop why)
{
	l->stats->drops[why]++;
}

/* tx_gather_one() - append one buffer; false if the frame gets too long */
static bool tx_gather_one(struct lance *l, struct tx_frame *f, int *rc)
{
	size_t len = lance_desc_len(&f->last);

	*rc = 0;
	if (len > LANCE_TX_MAX - f->len)
		return false;
	if (len)
		*rc = lance_fifo_read(l, f->last.addr, l->frame + f->len, len);
	f->len += len;
	return true;
}

/**
 * tx_gather() - collect a chain whose first descriptor is in f->first
 * @l: the chip
 * @ring: where the chain starts
 * @f: gets all but the status; the status too if the chain is not whole
 *
 * Return: 0, or negative if DMA failed.
 */
static int tx_gather(struct lance *l, const struct lance_ring *ring,
		     struct tx_frame *f)
{
	struct lance_desc next;
	int rc;

	f->last = f->first;
	f->len = 0;
	f->status = 0;
	for (f->entries = 1;; f->entries++) {
		if (!tx_gather_one(l, f, &rc)) {
			tx_drop(l, LANCE_DROP_tx_too_long);
			break;
		}
		if (rc || (f->last.flags & DESC_ENP))
			return rc;
		if (f->entries == ring->len) {
			tx_drop(l, LANCE_DROP_tx_underflow);
			break;
		}
		rc = lance_desc_read(ring, f->entries, &next);
		if (rc)
			return rc;
		if (!(next.flags & DESC_OWN)) {
			tx_drop(l, LANCE_DROP_tx_underflow);
			break;
		}
		f->last = next;
	}
	f->status = TMS_BUFF | TMS_UFLO;
	return 0;
}

/* tx_wants_fcs() - who appends the FCS: the chip, or the driver (9.9)? */
static bool tx_wants_fcs(const struct lance_regs *r, const struct tx_frame *f)
{
	bool wanted = !(r->csr[CSR_MODE] & MODE_DXMTFCS);

	if (r->csr[4] & CSR4_APAD_XMT)
		return true;
	if (lance_style(r) == STYLE_ILACC)
		return wanted && !(f->last.flags & TMD_FCS);
	return wanted || (f->first.flags & TMD_FCS);
}

/* tx_loops() - does the chip hear its own frame (9.11)? */
static bool tx_loops(const struct lance_regs *r)
{
	uint16_t mode = r->csr[CSR_MODE];
	bool asel = r->bcr[BCR_MISC] & BCR2_ASEL;
	bool twisted;

	if (!(mode & MODE_LOOP))
		return false;
	if (mode & MODE_INTL)
		return true;
	/* With TMAULOOP the wire has to do it; ours never does. */
	twisted = asel ? lance_link_pass(r) && !(mode & MODE_PORT_GPSI) :
			 (mode & MODE_PORTSEL) == MODE_PORT_10BT;
	return !(twisted && (r->bcr[BCR_MISC] & BCR2_TMAULOOP));
}

/*
 * tx_cable_len() - how much of the frame goes by the cable, which carries no
 * FCS: one that the driver made is checked as a peer would, and cut off.
 */
static size_t tx_cable_len(const struct lance *l, const struct tx_frame *f)
{
	size_t len = f->len;

	if (f->fcs)
		return len;
	if (len <= ETHER_FCS_LEN)
		return 0;
	len -= ETHER_FCS_LEN;
	return ether_crc_fcs(&l->crc, l->frame, len) ==
			       get_le32(l->frame + len) ?
		       len :
		       0;
}

/*
 * tx_refused() - the cable is full: try again later, or give up (RTRY)
 *
 * Time counts from try to try, and each pause by a 16th of the whole at most:
 * that the VM stood still, or that the clock jumped, is no try.
 */
static enum tx_result tx_refused(struct lance *l, struct tx_frame *f)
{
	struct lance_regs *r = l->regs;
	uint64_t now = clock_wire_now(&l->clock);
	uint64_t last = LANCE_ONCE(r->cable_full_ns), waited = 0;

	if (last)
		waited = LANCE_ONCE(r->cable_waited_ns) +
			 MIN(now - MIN(last, now),
			     LANCE_GIVE_UP_NS / LANCE_TRIES);
	if (!(r->csr[CSR_MODE] & MODE_DRTY) && waited < LANCE_GIVE_UP_NS) {
		r->cable_full_ns = now ? now : 1;
		r->cable_waited_ns = waited;
		l->stats->tx_retries++;
		return TX_LATER;
	}
	f->status = TMS_RTRY;
	tx_drop(l, LANCE_DROP_tx_cable_full);
	return TX_FOUND;
}

static enum tx_result tx_to_cable(struct lance *l, struct tx_frame *f)
{
	struct lance_regs *r = l->regs;
	size_t len = tx_cable_len(l, f);

	if (!r->link_up) {
		if (!lance_link_pass(r)) {
			f->status = TMS_LCAR;
			r->csr[0] |= CSR0_CERR;
		}
		tx_drop(l, LANCE_DROP_tx_link);
		return TX_FOUND;
	}
	if (!len) {
		tx_drop(l, LANCE_DROP_tx_bad_fcs);
		return TX_FOUND;
	}
	if (l->cable.send &&
	    !l->cable.send(l->cable.board, l->cable.pin, l->frame, len))
		return tx_refused(l, f);
	l->stats->tx_sent++;
	l->stats->tx_bytes += len;
	return TX_FOUND;
}

/* tx_send() - a whole frame is in l->frame: pad it, send it or loop it */
static enum tx_result tx_send(struct lance *l, struct tx_frame *f)
{
	struct lance_regs *r = l->regs;
	uint16_t mode = r->csr[CSR_MODE];
	bool inside = (mode & MODE_LOOP) && (mode & MODE_INTL);
	enum tx_result result = TX_FOUND;

	if (!f->len && !(r->csr[4] & CSR4_APAD_XMT)) {
		tx_drop(l, LANCE_DROP_tx_empty);
		return TX_FOUND;
	}
	if ((r->csr[4] & CSR4_APAD_XMT) && f->len < ETHER_MIN_LEN) {
		memset(l->frame + f->len, 0, ETHER_MIN_LEN - f->len);
		f->len = ETHER_MIN_LEN;
	}
	f->fcs = tx_wants_fcs(r, f);
	if (inside && (mode & MODE_FCOLL)) {
		f->status = TMS_RTRY;
		tx_drop(l, LANCE_DROP_tx_collision);
		return TX_FOUND;
	}
	if (inside)
		l->stats->tx_looped++;
	else
		result = tx_to_cable(l, f);
	if (result != TX_FOUND)
		return result;
	r->csr[4] |= CSR4_TXSTRT;
	if (f->len + (f->fcs ? ETHER_FCS_LEN : 0) >= BABBLE_LEN)
		r->csr[0] |= CSR0_BABL;
	if (tx_loops(r) && !(f->status & TMS_RTRY)) {
		l->loop_len = f->len;
		l->loop_fcs = f->fcs;
	}
	return TX_FOUND;
}

/* tx_interrupt() - TINT, as CSR5 wants it (9.7) */
static void tx_interrupt(struct lance *l, const struct lance_ring *ring,
			 const struct tx_frame *f)
{
	struct lance_regs *r = l->regs;

	if (!f->status && (r->csr[5] & CSR5_LTINTEN)) {
		if (!(f->last.flags & TMD_LTINT))
			return;
	} else if (!f->status && (r->csr[5] & CSR5_TOKINTD)) {
		return;
	}
	if (!(r->csr[0] & CSR0_TINT)) {
		r->tint_waits = l->tint_may_wait;
		r->tint_entries = 0;
	}
	r->csr[0] |= CSR0_TINT;
	r->tint_entries = (uint8_t)MIN(r->tint_entries + f->entries, 255u);
	if (f->status || r->tint_entries >= MIN(ring->len / 2, TINT_ENTRIES))
		r->tint_waits = 0;
}

/* tx_give_back() - the chain belongs to the driver again, in order */
static int tx_give_back(struct lance *l, struct lance_ring *ring,
			const struct tx_frame *f)
{
	uint32_t flags = f->last.flags & ~(DESC_OWN | TMD_RESULT);
	struct lance_desc d;
	uint32_t i;
	int rc;

	for (i = 0; i + 1 < f->entries; i++) {
		/* Read again only to write it back without OWN. */
		rc = lance_desc_read(ring, i, &d);
		if (!rc)
			rc = lance_desc_flags(ring, &d, d.flags & ~DESC_OWN);
		if (rc)
			return rc;
	}
	if (f->status)
		flags |= DESC_ERR;
	rc = lance_desc_status(ring, &f->last, f->status);
	if (!rc)
		rc = lance_desc_flags(ring, &f->last, flags);
	if (rc)
		return rc;
	lance_ring_step(ring, f->entries);
	tx_interrupt(l, ring, f);
	return 0;
}

/* tx_skip() - an owned entry where a frame should start, without STP */
static enum tx_result tx_skip(struct lance_ring *ring,
			      const struct lance_desc *d)
{
	if (lance_desc_flags(ring, d, d->flags & ~DESC_OWN))
		return TX_ABORTED;
	lance_ring_step(ring, 1);
	return TX_FOUND;
}

/* tx_one() - the frame, if any, that starts at the current descriptor */
static enum tx_result tx_one(struct lance *l, struct lance_ring *ring,
			     uint32_t *entries)
{
	struct lance_regs *r = l->regs;
	struct tx_frame f = { .entries = 1 };
	enum tx_result result;

	*entries = 1;
	if (lance_desc_read(ring, 0, &f.first))
		return TX_ABORTED;
	if (!(f.first.flags & DESC_OWN))
		return TX_NOTHING;
	if (!(f.first.flags & DESC_STP))
		return tx_skip(ring, &f.first);
	if (tx_gather(l, ring, &f)) {
		l->stats->tx_taken++;
		tx_drop(l, LANCE_DROP_tx_dma);
		return TX_ABORTED;
	}
	*entries = f.entries;
	if (!f.status) {
		result = tx_send(l, &f);
		if (result != TX_FOUND)
			return result;
	} else if (!(r->csr[3] & CSR3_DXSUFLO)) {
		r->csr[0] &= (uint16_t)~CSR0_TXON;
	}
	l->stats->tx_taken++;
	return tx_give_back(l, ring, &f) ? TX_ABORTED : TX_FOUND;
}

uint32_t lance_tx_run(struct lance *l)
{
	struct lance_regs *r = l->regs;
	enum tx_result result = TX_FOUND;
	struct lance_ring ring;
	uint32_t found = 0, seen = 0, entries;

	lance_ring_load(&ring, l, true);
	while ((r->csr[0] & CSR0_TXON) && !(r->csr[5] & CSR5_SPND)) {
		if (seen > ring.len || found >= LANCE_WORK_FRAMES) {
			r->todo |= LANCE_DO_XMT;	/* at the next tick */
			break;
		}
		l->loop_len = 0;
		result = tx_one(l, &ring, &entries);
		if (result != TX_LATER)
			r->cable_full_ns = 0;
		if (result != TX_FOUND)
			break;
		found++;
		seen += entries;
		lance_rx_looped(l);
	}
	l->loop_len = 0;
	lance_batch(l->stats->tx_batches, found);
	if (result == TX_ABORTED)
		lance_abort(l);
	else
		lance_ring_store(&ring, l);
	return found;
}

uint32_t lance_tx_waiting(const struct lance *l, uint32_t most)
{
	struct lance_ring ring;
	struct lance_desc d;
	uint32_t i, frames = 0;

	lance_ring_load(&ring, l, true);
	for (i = 0; i < ring.len && frames < most; i++) {
		if (lance_desc_read(&ring, i, &d) || !(d.flags & DESC_OWN))
			return frames;
		if (d.flags & DESC_ENP)
			frames++;
	}
	return most;
}
