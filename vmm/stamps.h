/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stamps.h - --stamps in the VMM world: put the notes of both worlds together
 * when a frame's way is over (vmdriver/stamps.h). What the time line wants of
 * the guest's interrupts and reads (base/stamper.h) is told here, too.
 *
 * A way out begins and ends with an instruction that writes to a port. It is
 * measured if frames went to VMNet meanwhile: with a world switch, or in this
 * world. Frames that went with a switch for another reason had waited, and
 * are not on a way of their own.
 *
 * A way in begins when the watcher hears of something, or VMApp does while
 * the guest is halted. It ends when the driver reads CSR0. Frames that come
 * while the driver has its interrupt masked are on the way of the first.
 */
#ifndef VMM_STAMPS_H
#define VMM_STAMPS_H

#include "vmdriver/account.h"
#include "vmdriver/stamps.h"

struct vmm;

struct vmm_stamps {
	uint64_t out;		/* the OUT under way began; or 0 */
	struct trip_stamps trip; /* of this world's work half, or a copy */
	bool switched;		/* it was VMApp's: these count, too */
	uint64_t left, gave_back, taken;
	uint64_t first;		/* a way in that is not over began; or 0 */
	uint64_t delivered;	/* its frames were with the chip; or 0 */
	uint64_t acked;		/* its interrupt was taken; or 0 */
};

/* stamps_out() - the guest writes to a port; with stamps_out_end() around. */
void stamps_out(struct vmm *vmm);
void stamps_out_end(struct vmm *vmm);

/* stamps_trip() - a world switch and back is over; the cross page has it. */
void stamps_trip(struct vmm *vmm, enum hostcall_kind kind);

/* stamps_poll() / stamps_poll_end() - this world's work half is about to look
 * for frames; it has looked. */
void stamps_poll(struct vmm *vmm);
void stamps_poll_end(struct vmm *vmm);

/* stamps_irq() - the guest takes the interrupt of a line. */
void stamps_irq(struct vmm *vmm, unsigned int line);

/* stamps_status() - the guest's driver reads CSR0 of that card. */
void stamps_status(struct vmm *vmm, unsigned int nic);

#endif
