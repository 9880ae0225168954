/* SPDX-License-Identifier: BSD-2-Clause */
/* pcnet.c - a PCnet card and what it is plugged into: see pcnet.h. */
#include "machine/pcnet.h"

#include <errno.h>

#include "base/stamper.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_ring.h"
#include "machine/pc.h"

/* ---- bus mastering ------------------------------------------------------ */

/* may_ask() - may the card be bus master? If not, a cycle fails, but there is
 * no master abort. */
static bool may_ask(const struct pcnet *n)
{
	return n->pc->world.ram && pcnet_pci_bus_master(&n->pci);
}

/* cycle_over() - a bus cycle ended with @err: not 0 is a master abort. Return:
 * @err. */
static int cycle_over(struct pcnet *n, int err)
{
	if (err)
		pcnet_pci_master_abort(&n->pci);
	return err;
}

static int dma_read(void *card, uint64_t addr, void *buf, size_t len)
{
	struct pcnet *n = card;

	if (!may_ask(n))
		return -EFAULT;
	return cycle_over(n, guestmem_read(n->pc->world.ram, addr, buf, len));
}

static int dma_write(void *card, uint64_t addr, const void *buf, size_t len)
{
	struct pcnet *n = card;
	const struct pc_world *w = &n->pc->world;

	if (!may_ask(n))
		return -EFAULT;
	return cycle_over(n, guestmem_write(w->ram, addr, buf, len,
					    w->ram_written, w->self));
}

/* ---- the way out -------------------------------------------------------- */

static uint64_t since(const struct pcnet *n)
{
	return stamp(n->pc->world.trip);
}

/* cable_send() - a cable_wire's: the Lance sends a frame. */
static bool cable_send(void *card, unsigned int pin, const uint8_t *frame,
		       size_t len)
{
	struct pcnet *n = card;
	struct account_rows *rows = n->pc->world.rows;
	uint64_t start;
	uint8_t row;
	bool sent;

	(void)pin;
	if (!n->plug.send)
		return true;
	row = account_begin(rows, ROW_TRANSMIT);
	start = since(n);
	sent = n->plug.send(n->plug.self, frame, len);
	if (sent)
		trip_sent(n->pc->world.trip, start);
	account_to(rows, row);
	return sent;
}

/* frames_flush() - some frames may have been sent: wake their receiver. */
static void frames_flush(struct pcnet *n)
{
	struct account_rows *rows = n->pc->world.rows;
	uint8_t row = rows->now;
	uint64_t start;

	if (!n->plug.flush)
		return;
	account_to(rows, ROW_TRANSMIT);
	start = since(n);
	if (n->plug.flush(n->plug.self))
		trip_flushed(n->pc->world.trip, start);
	account_to(rows, row);
}

/* send_all() - send what is in the guest's ring, also if the registers do not
 * ask for it: the plug may have room again for a frame that had to wait. */
static void send_all(struct pcnet *n)
{
	struct account_rows *rows = n->pc->world.rows;
	uint8_t row = account_begin(rows, ROW_LANCE_TX);
	struct stamper *stamper = n->plug.stamper;

	if (stamper)
		stamper_look(stamper);
	lance_work(&n->lance);
	if (stamper)
		stamper_sent(stamper);
	account_to(rows, row);
	frames_flush(n);
}

void pcnet_transmit(struct pcnet *n)
{
	if (lance_has_work(n->lance.regs))
		send_all(n);
}

/* ---- the way in --------------------------------------------------------- */

static void take_one(struct pcnet *n)
{
	const struct pc_world *w = &n->pc->world;
	uint64_t start = since(n);
	const uint8_t *frame;
	size_t len;

	frame = n->plug.take(n->plug.self, &len);
	if (!frame)
		return;
	account_more(w->rows, ROW_RECEIVE, 1);
	trip_taken(w->trip, start);
	account_begin(w->rows, ROW_LANCE_RX);
	start = since(n);
	lance_receive(&n->lance, frame, len);
	trip_delivered(w->trip, start);
	if (n->plug.stamper)
		stamper_delivered(n->plug.stamper);
}

/*
 * take_frames() - take in a batch. A frame that the chip has no room for stays
 * in the plug; the chip asks again by CHIP_NEEDS_HOST or its alarm.
 *
 * Return: may there be more? false if the plug is empty or the chip is full.
 */
static bool take_frames(struct pcnet *n)
{
	unsigned int i;
	size_t len;

	for (i = 0; i < n->plug.batch; i++) {
		account_to(n->pc->world.rows, ROW_RECEIVE);
		len = n->plug.next(n->plug.self);
		if (!len || !lance_can_receive(&n->lance, len))
			return false;
		take_one(n);
	}
	return true;
}

void pcnet_receive(struct pcnet *n)
{
	struct account_rows *rows = n->pc->world.rows;
	struct lance_stats *st = n->lance.stats;
	uint64_t before = st->rx_offered;
	uint8_t row = rows->now;

	if (!n->plug.next)
		return;
	n->plug.begin(n->plug.self);
	n->plug.end(n->plug.self, take_frames(n));
	lance_batch(st->rx_batches, st->rx_offered - before);
	account_to(rows, row);
}

/* ---- both --------------------------------------------------------------- */

void pcnet_work(struct pcnet *n)
{
	pcnet_transmit(n);
	pcnet_receive(n);
}

void pcnet_poll(struct pcnet *n)
{
	pcnet_receive(n);
	send_all(n);
}

void pcnet_tick(struct pcnet *n)
{
	lance_tick(&n->lance);
	frames_flush(n);
	pcnet_receive(n);
}

void pcnet_power_on(struct pcnet *n, const uint8_t mac[6])
{
	lance_eeprom_program(n->lance.eeprom, mac);
	eeprom_93c46_power_on(n->lance.eeprom);
	lance_hard_reset(&n->lance);
	pcnet_pci_reset(&n->pci);
}

void pcnet_wire(struct pcnet *n, struct pc *pc, unsigned int index,
		struct irq_wire irq, struct clock_wire clock,
		struct lance_stats *stats)
{
	struct pc_state *s = pc->state;

	n->pc = pc;
	n->index = index;
	n->pci.regs = &s->nic_pci[index];
	n->pci.lance = &s->lance[index];
	lance_init(&n->lance, &s->lance[index], stats);
	n->lance.eeprom = &s->eeprom[index];
	n->lance.irq = irq;
	n->lance.clock = clock;
	n->lance.dma = (struct dma_wire){ dma_read, dma_write, n };
	n->lance.cable = (struct cable_wire){ cable_send, n, index };
}
