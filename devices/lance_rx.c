/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_rx.c - Am79C970A: from the cable to the receive ring.
 *
 * A frame passes the gate (is the chip listening?), the length rules, the
 * address filter and the stripping of pads; then it is spread over as many
 * receive buffers as it needs. What goes to memory is three pieces in a row:
 * RCVALGN's two filler bytes, the frame, the FCS. They are never put together
 * in a buffer of ours.
 *
 * Always true:
 * 1. Lengths are size_t and are checked before anything is computed from
 *    them, and again where bytes are copied.
 * 2. A frame uses at most as many descriptors as the ring has.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/lance_desc.h"
#include "devices/lance_filter.h"
#include "devices/lance_frames.h"

#define HEADER_LEN	14
#define STRIP_BELOW	46	/* length field of a padded 802.3 frame */
#define RX_POLL_NS	1000000ull

struct rx_piece {
	const uint8_t *data;
	size_t len;
};

/* A frame on its way in. */
struct rx_frame {
	struct rx_piece piece[3];	/* filler, frame, FCS */
	uint32_t how;			/* RMD_PAM and so on */
	bool looped;
	bool crc_bad;
	uint8_t fcs[ETHER_FCS_LEN];
};

enum { PIECE_FILLER, PIECE_FRAME, PIECE_FCS };

static enum lance_rx rx_drop(struct lance *l, enum lance_drop why)
{
	l->stats->drops[why]++;
	return LANCE_RX_DROPPED;
}

static bool rx_magic_mode(const struct lance_regs *r)
{
	return (r->csr[5] & CSR5_SPND) && (r->csr[5] & CSR5_MPEN) &&
	       (r->csr[5] & CSR5_MPMODE);
}

/* rx_gate() - does the chip listen at all? LANCE_DROPS: yes */
static enum lance_drop rx_gate(const struct lance_regs *r, bool looped)
{
	const uint16_t inside = MODE_LOOP | MODE_INTL;

	if ((r->csr[0] & CSR0_STOP) || !(r->csr[0] & CSR0_RXON))
		return LANCE_DROP_rx_off;
	if (looped)
		return LANCE_DROPS;
	if (!r->link_up)
		return LANCE_DROP_rx_link;
	if ((r->csr[CSR_MODE] & inside) == inside)
		return LANCE_DROP_rx_loopback;
	if (r->csr[5] & CSR5_SPND)
		return LANCE_DROP_rx_suspended;
	return LANCE_DROPS;
}

/* rx_takes_runts() - 9.9; loopback implies RPA */
static bool rx_takes_runts(const struct lance_regs *r, bool looped)
{
	uint16_t duplex = r->bcr[BCR_DUPLEX];
	bool aui = !(r->csr[CSR_MODE] & MODE_PORTSEL) &&
		   !(r->bcr[BCR_MISC] & BCR2_ASEL);
	bool full = (duplex & BCR9_FDEN) && (!aui || (duplex & BCR9_AUIFD));

	return looped || (r->csr[CSR_TEST] & CSR124_RPA) ||
	       (full && !(duplex & BCR9_FDRPAD));
}

/*
 * rx_strip() - ASTRP_RCV: cut pad and FCS off a short 802.3 frame (9.9)
 *
 * The FCS was checked before, with the pad; a wrong one is told, not kept.
 */
static void rx_strip(const struct lance_regs *r, struct rx_frame *f)
{
	struct rx_piece *p = &f->piece[PIECE_FRAME];
	size_t wanted;

	if (!(r->csr[4] & CSR4_ASTRP_RCV) || p->len < HEADER_LEN)
		return;
	wanted = get_be16(p->data + 12);
	if (wanted >= STRIP_BELOW)
		return;
	p->len = MIN(p->len, HEADER_LEN + wanted);
	f->piece[PIECE_FCS].len = 0;
}

/* rx_put() - the @len bytes of the three pieces from @from on, to memory */
static int rx_put(struct lance *l, const struct rx_frame *f, size_t from,
		  size_t len, uint32_t addr)
{
	const struct rx_piece *p;
	size_t n;
	int rc;

	for (p = f->piece; p < f->piece + ARRAY_SIZE(f->piece); p++) {
		if (from >= p->len) {
			from -= p->len;
			continue;
		}
		n = MIN(len, p->len - from);
		if (!n)
			break;
		rc = lance_fifo_write(l, addr, p->data + from, n);
		if (rc)
			return rc;
		addr += (uint32_t)n;
		len -= n;
		from = 0;
	}
	return 0;
}

static size_t rx_total(const struct rx_frame *f)
{
	return f->piece[PIECE_FILLER].len + f->piece[PIECE_FRAME].len +
	       f->piece[PIECE_FCS].len;
}

/* rx_missed() - no buffer at all: MISS, CSR112, perhaps MFCO */
static enum lance_rx rx_missed(struct lance *l)
{
	struct lance_regs *r = l->regs;

	r->csr[0] |= CSR0_MISS;
	r->csr[CSR_MISSED]++;
	if (!r->csr[CSR_MISSED])
		r->csr[4] |= CSR4_MFCO;
	return rx_drop(l, LANCE_DROP_rx_missed);
}

/**
 * rx_seek() - LAPPEN: go to the next descriptor that has STP set by the host
 * @ring: its position moves
 * @take: give back what is owned and passed over; false: only look
 *
 * Descriptors without STP are passed, whoever owns them; one with STP ends
 * the search, whoever owns it. The chip searches when it is done with a frame,
 * and again when the next one comes: the host may have set STP meanwhile.
 *
 * Return: 0, or negative if DMA failed.
 */
static int rx_seek(struct lance_ring *ring, bool take)
{
	struct lance_desc d;
	uint32_t i;
	int rc;

	for (i = 0; i < ring->len; i++) {
		rc = lance_desc_read(ring, 0, &d);
		if (rc)
			return rc;
		if (d.flags & DESC_STP)
			return 0;
		if (take && (d.flags & DESC_OWN))
			rc = lance_desc_flags(ring, &d, d.flags & ~DESC_OWN);
		if (rc)
			return rc;
		lance_ring_step(ring, 1);
	}
	return 0;
}

/* rx_finish() - status into the last descriptor of a frame, and RINT */
static int rx_finish(struct lance *l, struct lance_ring *ring,
		     const struct lance_desc *d, uint32_t result, size_t mcnt)
{
	struct lance_regs *r = l->regs;
	uint32_t count = (uint32_t)mcnt & 0xfff;
	int rc;

	if (ring->style != STYLE_LANCE)
		count |= (uint32_t)r->rx_runts << 16;
	if (result & DESC_ENP)
		rc = lance_desc_status(ring, d, count);
	else
		rc = 0;		/* MCNT is not valid */
	if (!rc)
		rc = lance_desc_flags(ring, d,
				      result | (d->flags &
						~(DESC_OWN | RMD_RESULT)));
	if (rc)
		return rc;
	lance_ring_step(ring, 1);
	r->csr[0] |= CSR0_RINT;
	return 0;
}

/* rx_next() - one buffer is full: release it and get the next */
static int rx_next(struct lance *l, struct lance_ring *ring,
		   struct lance_desc *d, const struct lance_desc *next,
		   bool first)
{
	int rc = lance_desc_flags(
		ring, d, (d->flags & ~DESC_OWN) | (first ? DESC_STP : 0));

	lance_ring_step(ring, 1);
	if (first && (l->regs->csr[3] & CSR3_LAPPEN))
		l->regs->csr[0] |= CSR0_RINT;
	*d = *next;
	return rc;
}

/**
 * rx_spread() - fill receive buffers, from the current descriptor on
 * @d: the current descriptor, owned
 * @cut: gets whether the buffers ran out (BUFF)
 *
 * Return: 0, or negative if DMA failed.
 */
static int rx_spread(struct lance *l, struct lance_ring *ring,
		     const struct rx_frame *f, struct lance_desc d, bool *cut)
{
	size_t total = rx_total(f), done = 0, n;
	uint32_t used = 0, result = DESC_STP;
	struct lance_desc next;
	int rc;

	for (*cut = false;; used++) {
		n = MIN(lance_desc_len(&d), total - done);
		rc = rx_put(l, f, done, n, d.addr);
		done += n;
		if (rc || done == total)
			break;
		*cut = used + 1 == ring->len;
		if (!*cut) {
			rc = lance_desc_read(ring, 1, &next);
			*cut = !rc && !(next.flags & DESC_OWN);
		}
		if (rc || *cut)
			break;
		rc = rx_next(l, ring, &d, &next, used == 0);
		if (rc)
			break;
		result = 0;
	}
	if (rc)
		return rc;
	if (*cut)
		result |= DESC_ERR | RMD_BUFF;
	else
		result |= DESC_ENP | f->how |
			  (f->crc_bad ? DESC_ERR | RMD_CRC : 0);
	return rx_finish(l, ring, &d, result,
			 total - f->piece[PIECE_FILLER].len);
}

/* rx_store() - a frame that is for us: into the ring */
static enum lance_rx rx_store(struct lance *l, const struct rx_frame *f)
{
	struct lance_regs *r = l->regs;
	struct lance_ring ring;
	struct lance_desc d;
	bool cut = false;
	int rc = 0;

	lance_ring_load(&ring, l, false);
	if (r->csr[3] & CSR3_LAPPEN)
		rc = rx_seek(&ring, true);
	if (!rc)
		rc = lance_desc_read(&ring, 0, &d);
	if (!rc && !(d.flags & DESC_OWN)) {
		lance_ring_store(&ring, l);
		return rx_missed(l);
	}
	if (!rc)
		rc = rx_spread(l, &ring, f, d, &cut);
	if (!rc && (r->csr[3] & CSR3_LAPPEN))
		rc = rx_seek(&ring, true);
	if (rc) {
		lance_abort(l);
		return rx_drop(l, LANCE_DROP_rx_dma);
	}
	lance_ring_store(&ring, l);
	r->rx_runts = 0;
	if (cut)
		return rx_drop(l, LANCE_DROP_rx_buffer);
	if (f->crc_bad)
		return rx_drop(l, LANCE_DROP_rx_crc);
	l->stats->rx_delivered++;
	l->stats->rx_bytes += f->piece[PIECE_FRAME].len;
	return LANCE_RX_DELIVERED;
}

/* rx_suspended() - only a magic packet is noticed now */
static enum lance_rx rx_suspended(struct lance *l, const struct rx_frame *f)
{
	const struct rx_piece *p = &f->piece[PIECE_FRAME];

	if (rx_magic_mode(l->regs) && p->len >= 6 && !f->crc_bad &&
	    lance_filter_magic(l->regs, p->data, p->len))
		l->regs->csr[5] |= CSR5_MPINT;
	return rx_drop(l, LANCE_DROP_rx_suspended);
}

/* rx_frame() - all rules between the wire and the ring */
static enum lance_rx rx_frame(struct lance *l, struct rx_frame *f)
{
	static const uint8_t filler[2];
	struct lance_regs *r = l->regs;
	const struct rx_piece *p = &f->piece[PIECE_FRAME];
	enum lance_drop why = rx_gate(r, f->looped);
	bool runt = p->len < ETHER_MIN_LEN;

	if (why == LANCE_DROP_rx_suspended)
		return rx_suspended(l, f);
	if (why != LANCE_DROPS)
		return rx_drop(l, why);
	if (p->len < 6)		/* not even a whole address */
		return rx_drop(l, LANCE_DROP_rx_runt);
	if (!lance_filter_match(r, p->data, &f->how))
		return rx_drop(l, LANCE_DROP_rx_filter);
	if (runt && !rx_takes_runts(r, f->looped)) {
		if (r->rx_runts < UINT8_MAX)
			r->rx_runts++;
		return rx_drop(l, LANCE_DROP_rx_runt);
	}
	rx_strip(r, f);
	f->piece[PIECE_FILLER].data = filler;
	if (r->csr[CSR_ALIGN] & CSR122_RCVALGN)
		f->piece[PIECE_FILLER].len = sizeof(filler);
	return rx_store(l, f);
}

/*
 * rx_enter() - make a struct rx_frame of bytes, with the FCS where it is
 * @fcs: of the frame, or NULL: make a right one
 */
static enum lance_rx rx_enter(struct lance *l, const uint8_t *frame, size_t len,
			      const uint8_t *fcs, bool looped)
{
	struct rx_frame f = { .looped = looped };
	uint32_t right;

	l->stats->rx_offered++;
	if (len > LANCE_RX_MAX)
		return rx_drop(l, LANCE_DROP_rx_too_long);
	right = ether_crc_fcs(&l->crc, frame, len);
	put_le32(f.fcs, fcs ? get_le32(fcs) : right);
	f.crc_bad = fcs && get_le32(fcs) != right;
	f.piece[PIECE_FRAME] = (struct rx_piece){ frame, len };
	f.piece[PIECE_FCS] = (struct rx_piece){ f.fcs, sizeof(f.fcs) };
	return rx_frame(l, &f);
}

/* rx_enter_wire() - take in a frame whose last four bytes are its FCS */
static enum lance_rx rx_enter_wire(struct lance *l, const uint8_t *frame,
				   size_t len, bool looped)
{
	if (len < ETHER_FCS_LEN) {
		l->stats->rx_offered++;
		return rx_drop(l, LANCE_DROP_rx_runt);
	}
	len -= ETHER_FCS_LEN;
	return rx_enter(l, frame, len, frame + len, looped);
}

void lance_rx_looped(struct lance *l)
{
	size_t len = l->loop_len;

	l->loop_len = 0;
	if (!len)
		return;
	if (l->loop_fcs)
		rx_enter(l, l->frame, len, NULL, true);
	else
		rx_enter_wire(l, l->frame, len, true);
}

/* rx_done() - after a frame from outside: wires and alarm */
static enum lance_rx rx_done(struct lance *l, enum lance_rx result)
{
	lance_irq_update(l);
	lance_alarm_update(l);
	l->busy = false;
	return result;
}

enum lance_rx lance_receive(struct lance *l, const uint8_t *frame, size_t len)
{
	uint8_t padded[ETHER_MIN_LEN] = { 0 };

	if (l->busy)
		return LANCE_RX_BUSY;
	l->busy = true;
	l->regs->rx_waiting = 0;
	if (len < sizeof(padded)) {
		if (len)
			memcpy(padded, frame, len);
		frame = padded;
		len = sizeof(padded);
	}
	return rx_done(l, rx_enter(l, frame, len, NULL, false));
}

enum lance_rx lance_receive_wire(struct lance *l, const uint8_t *frame,
				 size_t len)
{
	if (l->busy)
		return LANCE_RX_BUSY;
	l->busy = true;
	l->regs->rx_waiting = 0;
	return rx_done(l, rx_enter_wire(l, frame, len, false));
}

/* rx_has_room() - are @need bytes of buffer owned, or is the ring too small? */
static bool rx_has_room(const struct lance *l, size_t need)
{
	struct lance_ring ring;
	struct lance_desc d;
	size_t room = 0;
	uint32_t i;

	lance_ring_load(&ring, l, false);
	if ((l->regs->csr[3] & CSR3_LAPPEN) && rx_seek(&ring, false))
		return true;	/* let lance_receive() meet the error */
	for (i = 0; i < ring.len && room < need; i++) {
		if (lance_desc_read(&ring, i, &d))
			return true;
		if (!(d.flags & DESC_OWN))
			return false;
		room += lance_desc_len(&d);
	}
	return true;
}

/* rx_may_come() - lance_can_receive(), without remembering who waits */
static bool rx_may_come(const struct lance *l, size_t len)
{
	const struct lance_regs *r = l->regs;
	enum lance_drop why = rx_gate(r, false);
	size_t filler = r->csr[CSR_ALIGN] & CSR122_RCVALGN ? 2 : 0;

	if (why == LANCE_DROP_rx_suspended)
		return rx_magic_mode(r);
	if (why != LANCE_DROPS || len > LANCE_RX_MAX)
		return true;
	return rx_has_room(l, filler + MAX(len, ETHER_MIN_LEN) + ETHER_FCS_LEN);
}

bool lance_has_room(const struct lance *l)
{
	return rx_may_come(l, 0);
}

bool lance_can_receive(struct lance *l, size_t len)
{
	struct lance_regs *r = l->regs;

	if (l->busy)
		return false;
	if (rx_may_come(l, len)) {
		r->rx_waiting = 0;
		return true;
	}
	if (!r->rx_waiting || r->rx_poll_ns == CLOCK_NEVER) {
		r->rx_wait_ns = RX_POLL_NS;
		r->rx_poll_ns = clock_wire_now(&l->clock) + RX_POLL_NS;
	}
	r->rx_waiting = 1;
	lance_alarm_update(l);
	return false;
}
