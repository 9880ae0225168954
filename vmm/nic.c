/* SPDX-License-Identifier: BSD-2-Clause */
/* nic.c - the Lance's work half in the VMM world: see nic.h. */
#include "vmm/nic.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/framering.h"
#include "devices/lance_ring.h"
#include "vmdriver/attention.h"
#include "vmdriver/doorfd.h"
#include "vmm/cpu/cpu.h"
#include "vmm/mmu/mmu.h"
#include "vmm/vmm.h"

/* What a network carries: two addresses and a type; 1514 and a VLAN tag. */
#define FRAME_MIN 14u
#define FRAME_MAX 1518u

/* Frames taken in one go, if the chip has room for that many. */
#define NIC_BATCH (2u * RING_SLOTS)

/* may_ask() - for the bus; a card that may not meets no abort. */
static bool may_ask(const struct vmm_nic *n)
{
	return n->vmm->pc.state->nic_window[n->index].bus_master;
}

/* done() - a cycle has ended so; Return: @err. */
static int done(struct vmm_nic *n, int err)
{
	if (err)
		pcnet_pci_master_abort(&n->vmm->pc.nic[n->index].pci);
	return err;
}

static int dma_read(void *nic, uint64_t addr, void *buf, size_t len)
{
	struct vmm_nic *n = nic;

	if (!may_ask(n))
		return -EFAULT;
	return done(n, guestmem_read(&n->vmm->ram, addr, buf, len));
}

/* dma_written() - a guestmem_written. */
static void dma_written(void *cpu, uint64_t key, uint64_t len)
{
	mmu_dma_written(cpu, key, len);
}

static int dma_write(void *nic, uint64_t addr, const void *buf, size_t len)
{
	struct vmm_nic *n = nic;

	if (!may_ask(n))
		return -EFAULT;
	return done(n, guestmem_write(&n->vmm->ram, addr, buf, len,
				      dma_written, n->vmm->cpu));
}

static bool cable_send(void *nic, unsigned int pin, const uint8_t *frame,
		       size_t len)
{
	struct vmm_nic *n = nic;
	struct account_rows *rows = &n->vmm->cpu->rows;
	uint8_t row = rows->now;
	uint64_t since;
	bool taken;
	struct nic_direct_stats *st = &n->vmm->cross->nic_direct[n->index];

	(void)pin;
	if (len < FRAME_MIN || len > FRAME_MAX) {
		st->drop_bad_size++;
		return true;		/* no wire takes it */
	}
	account_begin(rows, ROW_TRANSMIT);
	since = stamp(n->vmm->cross->stamps);
	/* A full ring: VMNet will tell of room. */
	taken = ring_put_or_ask(&n->rings->to_switch, frame, len);
	rows->now = row;
	if (!taken) {
		st->out_full++;
		return false;
	}
	trip_sent(&n->vmm->stamps.trip, since);
	st->frames_out++;
	st->bytes_out += len;
	return true;
}

/* flush() - after some frames: wake VMNet, if it sleeps. */
static void flush(struct vmm_nic *n)
{
	uint64_t since;

	if (!ring_frames_due(&n->rings->to_switch))
		return;
	n->vmm->cpu->rows.now = ROW_TRANSMIT;
	n->vmm->cross->nic_direct[n->index].bells++;
	since = stamp(n->vmm->cross->stamps);
	bell_ring(n->bell);
	trip_flushed(&n->vmm->stamps.trip, since);
}

/*
 * take_frames() - from the ring to the chip
 *
 * What the chip has no room for stays in the ring; the chip says when to look
 * again, by CHIP_NEEDS_HOST or its alarm.
 */
static void take_frames(struct vmm_nic *n)
{
	struct account_rows *rows = &n->vmm->cpu->rows;
	struct nic_direct_stats *st = &n->vmm->cross->nic_direct[n->index];
	struct lance *lance = &n->vmm->lance[n->index];
	struct frame_ring *ring = &n->rings->to_client;
	uint8_t frame[RING_FRAME_MAX];
	unsigned int i;
	uint64_t since;
	size_t len;

	atomic_store(&n->rings->notice, 0);
	for (i = 0; i < NIC_BATCH; i++) {
		rows->now = ROW_RECEIVE;
		len = ring_peek(ring);
		if (!len && ring_ask_frames(ring, RING_WAKE_BELL))
			return;
		if (len && !lance_can_receive(lance, len))
			return;
		since = stamp(n->vmm->cross->stamps);
		len = ring_get(ring, frame, &st->drop_ring_broken);
		if (ring_room_due(ring))
			bell_ring(n->bell);
		if (len < FRAME_MIN || len > FRAME_MAX) {
			st->drop_bad_size += len != 0;
			continue;
		}
		st->frames_in++;
		st->bytes_in += len;
		n->vmm->halt.card = (uint8_t)n->index;
		rows->begun[ROW_RECEIVE]++;
		trip_taken(&n->vmm->stamps.trip, since);
		account_begin(rows, ROW_LANCE_RX);
		since = stamp(n->vmm->cross->stamps);
		lance_receive(lance, frame, len);
		trip_delivered(&n->vmm->stamps.trip, since);
	}
	/* There may be more: have another look soon. */
	attention_raise(&n->vmm->cross->attention, ATTENTION_NET);
}

static void receive(struct vmm_nic *n)
{
	struct lance_stats *st = n->vmm->lance[n->index].stats;
	uint64_t before = st->rx_offered;
	uint8_t row = n->vmm->cpu->rows.now;

	take_frames(n);
	lance_batch(st->rx_batches, st->rx_offered - before);
	n->vmm->cpu->rows.now = row;
}

bool nic_here(const struct vmm *vmm, unsigned int nic)
{
	return vmm->nic[nic].rings && vmm->cross->pc.nic_window[nic].bus_master;
}

/*
 * tell_promiscuous() - VMNet is to know, or no frame for others would come;
 * VMApp has the socket. Frames would make it look, but there may be none.
 */
static void tell_promiscuous(struct vmm_nic *n)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK,
				 .nic = (uint8_t)n->index };
	bool now = lance_promiscuous(&n->vmm->lance[n->index]);

	if (now == n->promiscuous)
		return;
	n->promiscuous = now;
	vmm_hostcall(n->vmm, &call);
}

void nic_work(struct vmm *vmm, unsigned int nic)
{
	uint8_t row = vmm->cpu->rows.now;

	if (lance_has_work(vmm->lance[nic].regs)) {
		account_begin(&vmm->cpu->rows, ROW_LANCE_TX);
		lance_work(&vmm->lance[nic]);
	}
	flush(&vmm->nic[nic]);
	receive(&vmm->nic[nic]);
	tell_promiscuous(&vmm->nic[nic]);
	vmm->cpu->rows.now = row;
}

void nic_poll(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		if (!nic_here(vmm, i))
			continue;
		stamps_poll(vmm);
		receive(&vmm->nic[i]);
		stamps_poll_end(vmm);
		/* Perhaps it is room to send. */
		vmm->cpu->rows.now = ROW_LANCE_TX;
		lance_work(&vmm->lance[i]);
		flush(&vmm->nic[i]);
	}
}

void nic_idle(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++)
		lance_idle(&vmm->lance[i]);
}

void nic_tick(struct vmm *vmm, unsigned int nic)
{
	if (!nic_here(vmm, nic))
		return;
	lance_tick(&vmm->lance[nic]);
	flush(&vmm->nic[nic]);
	receive(&vmm->nic[nic]);
}

static uint64_t now_ns(void *nic)
{
	return vmm_now_ns(((struct vmm_nic *)nic)->vmm);
}

static void alarm_at(void *nic, unsigned int pin, uint64_t when_ns)
{
	struct vmm *vmm = ((struct vmm_nic *)nic)->vmm;

	vmm->alarm_ns[pin % ALARM_COUNT] = when_ns;
	alarm_arm(vmm);
}

bool nic_open(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct vmm_nic *n = &vmm->nic[i];
		struct lance *l = &vmm->lance[i];

		if (!(vmm->cross->direct_nics >> i & 1))
			continue;
		n->vmm = vmm;
		n->index = i;
		n->bell = door_fd_bell(i);
		n->rings = ring_attach(door_fd_rings(i));
		if (!n->rings)
			return false;
		close(door_fd_rings(i));
		l->dma = (struct dma_wire){ dma_read, dma_write, n };
		l->clock = (struct clock_wire){ now_ns, alarm_at, n,
						ALARM_NIC0 + i };
		l->cable = (struct cable_wire){ cable_send, n, i };
		l->tint_may_wait = true;
	}
	return true;
}
