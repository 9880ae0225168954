/* SPDX-License-Identifier: BSD-2-Clause */
/* nic.c - what a PCnet is plugged into, in the VMM world: see nic.h. */
#include "vmm/nic.h"

#include <unistd.h>

#include "base/bytes.h"
#include "base/framering.h"
#include "devices/lance_ring.h"
#include "vmdriver/attention.h"
#include "vmdriver/doorfd.h"
#include "vmm/cpu/cpu.h"
#include "vmm/vmm.h"

/* What a network carries: two addresses and a type; 1514 and a VLAN tag. */
#define FRAME_MIN 14u
#define FRAME_MAX 1518u

static struct nic_direct_stats *direct_stats(const struct vmm_nic *n)
{
	return &n->vmm->cross->nic_direct[n->index];
}

/* ---- the card's plug ---------------------------------------------------- */

static bool plug_send(void *nic, const uint8_t *frame, size_t len)
{
	struct vmm_nic *n = nic;
	struct nic_direct_stats *st = direct_stats(n);
	bool put;

	if (len < FRAME_MIN || len > FRAME_MAX) {
		st->drop_bad_size++;
		return true;		/* no wire takes it */
	}
	put = ring_put_or_ask(&n->rings->to_switch, frame, len,
			      stamper_stamp(&n->stamper));
	stamper_put(&n->stamper, put);
	/* A full ring: VMNet will tell of room. */
	if (!put) {
		st->out_full++;
		return false;
	}
	st->frames_out++;
	st->bytes_out += len;
	return true;
}

static bool plug_flush(void *nic)
{
	struct vmm_nic *n = nic;

	if (!ring_frames_due(&n->rings->to_switch))
		return false;
	direct_stats(n)->bells++;
	bell_ring(n->bell);
	return true;
}

static void plug_begin(void *nic)
{
	_Atomic uint32_t *notice = &((struct vmm_nic *)nic)->rings->notice;

	/* The guest sends far more often than VMNet has news. */
	if (atomic_load(notice))
		atomic_store(notice, 0);
}

static size_t plug_next(void *nic)
{
	return ring_next(&((struct vmm_nic *)nic)->rings->to_client);
}

static const uint8_t *plug_take(void *nic, size_t *len)
{
	struct vmm_nic *n = nic;
	struct frame_ring *ring = &n->rings->to_client;
	struct nic_direct_stats *st = direct_stats(n);
	struct ring_stamp stamp = { 0 };

	*len = ring_get_stamped(ring, n->frame, &st->drop_ring_broken, &stamp);
	stamper_taken(&n->stamper, &stamp);
	if (ring_room_due(ring))
		bell_ring(n->bell);
	if (*len < FRAME_MIN || *len > FRAME_MAX) {
		st->drop_bad_size += *len != 0;
		return NULL;
	}
	st->frames_in++;
	st->bytes_in += *len;
	n->vmm->halt.card = (uint8_t)n->index;
	return n->frame;
}

/* plug_end() - there may be more: have another look soon. */
static void plug_end(void *nic, bool more)
{
	if (more)
		attention_raise(&((struct vmm_nic *)nic)->vmm->cross->attention,
				ATTENTION_NET);
}

static const struct pcnet_plug ring_plug = {
	.send = plug_send, .flush = plug_flush, .begin = plug_begin,
	.next = plug_next, .take = plug_take, .end = plug_end,
	.batch = 2 * RING_SLOTS,
};

/* ---- the work ----------------------------------------------------------- */

bool nic_here(const struct vmm *vmm, unsigned int nic)
{
	return vmm->nic[nic].rings &&
	       pcnet_pci_bus_master(&vmm->pc.nic[nic].pci);
}

/*
 * tell_promiscuous() - VMNet is to know, or no frame for others would come;
 * VMApp has the socket. Frames would make it look, but there may be none.
 */
static void tell_promiscuous(struct vmm_nic *n)
{
	struct hostcall call = { .kind = HOSTCALL_CHIP_WORK,
				 .worker = (uint8_t)(WORK_NIC0 + n->index) };
	bool now = lance_promiscuous(&n->vmm->pc.nic[n->index].lance);

	if (now == n->promiscuous)
		return;
	n->promiscuous = now;
	vmm_hostcall(n->vmm, &call);
}

void nic_work(struct vmm *vmm, unsigned int nic)
{
	pcnet_work(&vmm->pc.nic[nic]);
	tell_promiscuous(&vmm->nic[nic]);
}

/* nic_pin() - the card's interrupt pin. */
static uint32_t nic_pin(unsigned int i)
{
	return 1u << (PIN_NIC0 + i);
}

void nic_poll(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		if (!nic_here(vmm, i))
			continue;
		stamps_poll(vmm);
		pcnet_poll(&vmm->pc.nic[i]);
		stamps_poll_end(vmm);
		if (!(atomic_load(&vmm->cross->irq_pins) & nic_pin(i)))
			stamper_masked(&vmm->nic[i].stamper);
	}
}

void nic_rest(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct vmm_nic *n = &vmm->nic[i];

		if (!ring_rest_due(&n->rings->to_switch))
			continue;
		direct_stats(n)->bells++;
		bell_ring(n->bell);
	}
}

void nic_idle(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++)
		lance_idle(&vmm->pc.nic[i].lance);
}

bool nic_open(struct vmm *vmm)
{
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++) {
		struct vmm_nic *n = &vmm->nic[i];

		if (!(vmm->cross->direct_nics >> i & 1))
			continue;
		n->vmm = vmm;
		n->index = i;
		n->bell = door_fd_bell(i);
		n->rings = ring_attach(door_fd_rings(i));
		if (!n->rings)
			return false;
		close(door_fd_rings(i));
		vmm->pc.nic[i].plug = ring_plug;
		vmm->pc.nic[i].plug.self = n;
		n->stamper.times = &n->rings->times;
		vmm->pc.nic[i].plug.stamper = &n->stamper;
		vmm->pc.nic[i].lance.tint_may_wait = true;
	}
	return true;
}
