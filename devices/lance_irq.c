/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_irq.c - Am79C970A: the causes of interrupts, the pin, and STOP.
 *
 * What both halves do when something has happened. It calls neither.
 */
#include "devices/lance_csr.h"

/* csr4_causes() - unmasked causes in CSR4; UINT has no mask */
static unsigned int csr4_causes(const struct lance_regs *r)
{
	unsigned int v = r->csr[4];
	unsigned int causes = v & CSR4_W1C & ~((v & CSR4_MASKS) << 1);

	if (lance_style(r) == STYLE_ILACC)
		causes &= ~(unsigned int)CSR4_NOT_ILACC;
	return causes;
}

/* csr5_causes() - enabled causes in CSR5: each enable is one bit below */
static unsigned int csr5_causes(const struct lance_regs *r)
{
	unsigned int v = r->csr[5];

	return v & CSR5_W1C & (v << 1);
}

bool lance_intr(const struct lance_regs *r)
{
	return (r->csr[0] & CSR0_CAUSES & ~r->csr[3]) || csr4_causes(r) ||
	       csr5_causes(r);
}

/* csr0_request() - is there a cause that does not wait? (lance_tx.c) */
static bool csr0_request(const struct lance_regs *r)
{
	uint16_t now = r->tint_waits ? CSR0_CAUSES & ~CSR0_TINT : CSR0_CAUSES;

	return (r->csr[0] & now & ~r->csr[3]) || csr4_causes(r) ||
	       csr5_causes(r);
}

/* csr_request() - does the chip ask for service? Not all needs IENA. */
static bool csr_request(const struct lance_regs *r)
{
	return ((r->csr[0] & CSR0_IENA) && csr0_request(r)) ||
	       (csr5_causes(r) & (CSR5_SINT | CSR5_SLPINT));
}

/*
 * lance_irq_update() - the wire's 1 is the PCI bus's INTA#, pulled low
 *
 * With INTLEVEL the chip drives the pin high to ask and low when it does not
 * ("edge", for a bus like ISA). On a PCI board, where low asks, that is upside
 * down: the data sheet says not to, and the guest that does it anyway has an
 * interrupt whenever there is none: no reset of a driver's ends that, as none
 * touches BCR2. What it costs the guest is bounded elsewhere, as for any chip.
 *
 * The wire is told of changes only: it may cost a message to another world.
 */
void lance_irq_update(struct lance *l)
{
	struct lance_regs *r = l->regs;
	bool active_high = r->bcr[BCR_MISC] & BCR2_INTLEVEL;
	bool level = csr_request(r) != active_high;

	if (level == !!r->irq_level)
		return;
	r->irq_level = level;
	if (level)
		l->stats->irqs++;
	irq_wire_set(&l->irq, level);
}

void lance_stop(struct lance *l)
{
	struct lance_regs *r = l->regs;

	r->csr[0] = CSR0_STOP;
	r->csr[4] &= (uint16_t)~(CSR4_W1C | CSR4_UINTCMD);
	r->csr[5] &= (uint16_t)~(CSR5_MPINT | CSR5_SPND);
	r->csr[CSR_MISSED] = 0;
	r->csr[CSR_COLLISIONS] = 0;
	r->todo = 0;
	r->tdmd_seen = 0;
	r->rx_waiting = 0;
	r->cable_full_ns = 0;
	r->tx_poll_ns = CLOCK_NEVER;
	r->rx_poll_ns = CLOCK_NEVER;
	r->tint_waits = 0;
	r->tint_due_ns = CLOCK_NEVER;
	lance_irq_update(l);
}

void lance_abort(struct lance *l)
{
	lance_stop(l);
	l->regs->csr[5] |= CSR5_SINT;
	lance_irq_update(l);
}
