/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_poll.c - Am79C970A, work half: when the chip wants its next tick.
 *
 * It asks for one to look at its rings unasked, to try a full cable again, and
 * to tell of frames that went. It calls no other file of the work half.
 */
#include "base/bytes.h"
#include "devices/lance_csr.h"
#include "devices/lance_frames.h"

#define CLOCK_NS	30	/* of the PCI bus, 33 MHz */
#define POLL_MIN_NS	500000ull /* a guest must not make us spin */
#define TINT_WAIT_NS	2000000ull

uint64_t lance_tx_interval(const struct lance_regs *r)
{
	uint32_t clocks = 0x10000u - (r->csr[CSR_POLL] & 0xfff0u);

	return MAX((uint64_t)clocks * CLOCK_NS, POLL_MIN_NS);
}

bool lance_tx_polling(const struct lance_regs *r)
{
	if (!(r->csr[0] & CSR0_TXON) || (r->csr[5] & CSR5_SPND))
		return false;
	return lance_polls_tx(r) || r->cable_full_ns || r->todo;
}

void lance_alarm_update(struct lance *l)
{
	struct lance_regs *r = l->regs;
	uint64_t when = CLOCK_NEVER;

	if (!lance_tx_polling(r)) {
		r->tx_poll_ns = CLOCK_NEVER;
	} else if (r->todo) {
		r->tx_poll_ns = clock_wire_now(&l->clock);
	} else if (r->cable_full_ns) {
		r->tx_poll_ns = MIN(r->tx_poll_ns,
				    LANCE_RETRY_NS + clock_wire_now(&l->clock));
	} else if (r->tx_poll_ns == CLOCK_NEVER) {
		r->tx_wait_ns = lance_tx_interval(r);
		r->tx_poll_ns = clock_wire_now(&l->clock) + r->tx_wait_ns;
	}
	if (!r->rx_waiting)
		r->rx_poll_ns = CLOCK_NEVER;
	/* Not taken back when TINT was told of: to set it costs more. */
	if (r->tint_waits && r->tint_due_ns == CLOCK_NEVER)
		r->tint_due_ns = clock_wire_now(&l->clock) + TINT_WAIT_NS;
	when = MIN(MIN(r->tx_poll_ns, r->rx_poll_ns), r->tint_due_ns);
	if (when == r->alarm_ns)
		return;
	r->alarm_ns = when;
	clock_wire_alarm(&l->clock, when);
}
