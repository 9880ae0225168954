/* SPDX-License-Identifier: BSD-2-Clause */
/* stamps.c - a frame's way, put together: see stamps.h. */
#include "vmm/stamps.h"

#include <string.h>

#include "base/bytes.h"
#include "vmm/vmm.h"

static void step_add(struct vmm *vmm, enum step which, uint64_t from,
		     uint64_t to)
{
	latency_add(&vmm->cross->stamped.step[which], from, to);
}

void stamps_out(struct vmm *vmm)
{
	struct vmm_stamps *s = &vmm->stamps;

	if (!vmm->cross->options.stamps)
		return;
	memset(&s->trip, 0, sizeof(s->trip));
	s->switched = false;
	s->out = door_tsc();
}

/* out_switched() - VMApp gave the frames to VMNet: Figure 5. */
static void out_switched(struct vmm *vmm, uint64_t now)
{
	const struct vmm_stamps *s = &vmm->stamps;
	const struct trip_stamps *t = &s->trip;

	step_add(vmm, STEP_OUT_VMM, s->out, s->left);
	step_add(vmm, STEP_OUT_AWAY, s->left, t->begun);
	step_add(vmm, STEP_OUT_BEFORE, t->begun, t->send_first);
	step_add(vmm, STEP_OUT_AFTER, t->send_first + t->send_ticks,
		 s->gave_back);
	step_add(vmm, STEP_OUT_BACK, s->gave_back, s->taken);
	step_add(vmm, STEP_OUT_RETURN, s->taken, now);
}

void stamps_out_end(struct vmm *vmm)
{
	struct vmm_stamps *s = &vmm->stamps;
	const struct trip_stamps *t = &s->trip;
	uint64_t now;

	if (!s->out)
		return;
	if (t->frames_out) {
		now = door_tsc();
		if (s->switched) {
			out_switched(vmm, now);
		} else {
			step_add(vmm, STEP_OUT_VMM, s->out, t->send_first);
			step_add(vmm, STEP_OUT_RETURN,
				 t->send_first + t->send_ticks, now);
		}
		step_add(vmm, STEP_OUT_VMNET, 0, t->send_ticks);
		step_add(vmm, STEP_OUT_TOTAL, s->out, now);
		vmm->cross->stamped.frames_out += t->frames_out;
	}
	s->out = 0;
}

/* way_in() - frames are with the chip since @now; it began @from then on. */
static void way_in(struct vmm *vmm, const struct trip_stamps *t, uint64_t from,
		   uint64_t now)
{
	const uint32_t pins = ((1u << NIC_MAX) - 1) << PIN_NIC0;
	struct vmm_stamps *s = &vmm->stamps;

	step_add(vmm, STEP_IN_VMNET, 0, t->recv_ticks);
	step_add(vmm, STEP_IN_CHIP, 0, t->chip_ticks);
	vmm->cross->stamped.frames_in += t->frames_in;
	if (s->first || !(atomic_load(&vmm->cross->irq_pins) & pins))
		return;
	s->first = from;
	s->delivered = now;
	s->acked = 0;
}

void stamps_trip(struct vmm *vmm, enum hostcall_kind kind)
{
	const struct crosspage *cross = vmm->cross;
	struct vmm_stamps *s = &vmm->stamps;
	struct trip_stamps t;
	uint64_t noticed;

	if (!cross->options.stamps)
		return;
	t = cross->trip;
	noticed = atomic_exchange(&vmm->cross->noticed_tsc, 0);
	s->left = cross->call.tsc;
	s->gave_back = cross->reply.tsc;
	s->taken = cross->vmm_taken_tsc;
	if (s->out) {
		s->trip = t;
		s->switched = true;
	}
	if (!t.frames_in || (kind != HOSTCALL_YIELD && kind != HOSTCALL_HALT))
		return;
	if (kind == HOSTCALL_YIELD && noticed) {
		step_add(vmm, STEP_IN_NOTICE, noticed, s->left);
		step_add(vmm, STEP_IN_AWAY, s->left, t.begun);
		t.noticed = 0;	/* VMApp's is of later */
	} else {
		noticed = t.noticed ? t.noticed : t.begun;
	}
	step_add(vmm, STEP_IN_BEFORE, MAX(t.begun, t.noticed), t.recv_first);
	step_add(vmm, STEP_IN_AFTER, t.recv_first + t.recv_ticks + t.chip_ticks,
		 s->gave_back);
	step_add(vmm, STEP_IN_BACK, s->gave_back, s->taken);
	way_in(vmm, &t, noticed, s->taken);
}

void stamps_poll(struct vmm *vmm)
{
	if (!vmm->cross->options.stamps)
		return;
	memset(&vmm->stamps.trip, 0, sizeof(vmm->stamps.trip));
	vmm->stamps.trip.begun = door_tsc();
}

void stamps_poll_end(struct vmm *vmm)
{
	const struct trip_stamps *t = &vmm->stamps.trip;
	uint64_t noticed;

	if (!vmm->cross->options.stamps || !t->frames_in)
		return;
	noticed = atomic_exchange(&vmm->cross->noticed_tsc, 0);
	if (noticed)
		step_add(vmm, STEP_IN_NOTICE, noticed, t->begun);
	else
		noticed = t->begun;
	way_in(vmm, t, noticed, door_tsc());
}

void stamps_irq(struct vmm *vmm, unsigned int line)
{
	struct vmm_stamps *s = &vmm->stamps;
	unsigned int i;

	for (i = 0; i < vmm->nic_count; i++)
		if (vmm->nic[i].stamper.back &&
		    vmm->cross->pc.pin_line[PIN_NIC0 + i] == line)
			stamper_irq(&vmm->nic[i].stamper);
	if (!s->first || s->acked)
		return;
	for (i = 0; i < vmm->nic_count; i++)
		if (vmm->cross->pc.pin_line[PIN_NIC0 + i] == line)
			s->acked = door_tsc();
	if (s->acked)
		step_add(vmm, STEP_IN_IRQ, s->delivered, s->acked);
}

void stamps_status(struct vmm *vmm, unsigned int nic)
{
	struct vmm_stamps *s = &vmm->stamps;
	uint64_t now;

	stamper_status(&vmm->nic[nic].stamper);
	if (s->first && s->acked) {
		now = door_tsc();
		step_add(vmm, STEP_IN_DRIVER, s->acked, now);
		step_add(vmm, STEP_IN_TOTAL, s->first, now);
	}
	s->first = 0;	/* or the driver looks without an interrupt */
}
