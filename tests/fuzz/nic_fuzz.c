/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nic_fuzz.c - the Lance's work half in the VMM world (--io-path direct):
 * any registers, any rings of the guest's and of VMNet's, and a cross page
 * that changes while it is looked at. VMApp's world has its own:
 * hostcall_fuzz.c.
 *
 * The board is vmm/board.c's; there is no other world to give the CPU to, and
 * no host timer.
 *
 * tests/fuzz: runs 6000
 */
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/framering.h"
#include "devices/lance_ring.h"
#include "tests/fuzz/going.h"
#include "tests/fuzz/target.h"
#include "vmdriver/doorfd.h"
#include "vmm/board.h"
#include "vmm/cpu/cpu.h"
#include "vmm/nic.h"
#include "vmm/vmm.h"

#define STEPS 48u

static struct vmm vmm, pristine;
static struct fuzz_input in;

/* ---- what is not there ------------------------------------------------- */

uint32_t vmm_hostcall(struct vmm *v, const struct hostcall *call)
{
	(void)v;
	ASSERT(call->kind < HOSTCALL_COUNT);
	return 0;
}

void alarm_arm(struct vmm *v)
{
	(void)v;
}

/* ---- the board --------------------------------------------------------- */

const char *fuzz_open(void)
{
	int cross_fd, ring_fd, bell = eventfd(0, EFD_NONBLOCK);

	vmm.cross = crosspage_create(&cross_fd);
	if (!vmm.cross || guestmem_create(&vmm.ram, GUESTMEM_MIN) ||
	    !ring_create(&ring_fd))
		return "no memory";
	vmm.cross->nic_count = 1;
	vmm.cross->direct_nics = 1;
	vmm_board(&vmm);
	if (dup2(ring_fd, door_fd_rings(0)) < 0 ||
	    dup2(bell, door_fd_bell(0)) < 0 || !nic_open(&vmm))
		return "no rings";
	pristine = vmm;
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	return going_seed(n, buf, size, 5, 5);
}

static void begin(void)
{
	struct crosspage *cross = vmm.cross;

	memset(cross, 0, sizeof(*cross));
	memset(vmm.ram.base, 0, GOING_RAM);
	vmm = pristine;
	vmm.cpu->intr = false;
	cross->nic_count = 1;
	cross->direct_nics = 1;
	cross->pc.nic_pci[0].config[0x04] = 0x04;	/* bus master */
	cross->options.stamps = fuzz_byte(&in) & 1;
	ring_reset(vmm.nic[0].rings);
	lance_hard_reset(&vmm.pc.nic[0].lance);
	lance_link(&vmm.pc.nic[0].lance, true);
}

/* ---- steps ------------------------------------------------------------- */

static void card_write(void *board, unsigned int offset, unsigned int width,
		       uint32_t value)
{
	(void)board;
	if (lance_port_write(&vmm.pc.nic[0].lance, offset, width, value) !=
		    CHIP_DONE &&
	    nic_here(&vmm, 0))
		nic_work(&vmm, 0);
}

static void guest_drives(void)
{
	const struct going_out out = { card_write, NULL };

	going_rings(&in, vmm.ram.base);
	going_start(&in, &out);
}

static void guest_rings(void)
{
	const struct going_out out = { card_write, NULL };

	going_rings(&in, vmm.ram.base);
	going_csr(&out, 0, fuzz_byte(&in));
}

static void guest_writes(void)
{
	uint8_t at = fuzz_byte(&in);

	card_write(NULL, at % 32, 1u << (at >> 5) % 3, fuzz_long(&in));
}

static void guest_reads(void)
{
	uint8_t at = fuzz_byte(&in);
	uint32_t v;

	lance_port_read(&vmm.pc.nic[0].lance, at % 32, 1u << (at >> 5) % 3, &v);
}

static void registers_change(void)
{
	struct lance_regs *r = &vmm.cross->pc.lance[0];
	size_t at = fuzz_word(&in) % sizeof(*r);

	fuzz_bytes(&in, (uint8_t *)r + at,
		   MIN((size_t)fuzz_byte(&in), sizeof(*r) - at));
}

static void network_sends(void)
{
	struct frame_ring *ring = &vmm.nic[0].rings->to_client;
	uint8_t frame[RING_FRAME_MAX] = { 0 };
	unsigned int n = fuzz_byte(&in);
	size_t len = fuzz_word(&in) % sizeof(frame);

	fuzz_bytes(&in, frame, 14);
	while (n--)
		ring_put(ring, frame, len);
	nic_poll(&vmm);
}

static void time_passes(void)
{
	pcnet_tick(&vmm.pc.nic[0]);
	nic_idle(&vmm);
}

/* map_changes() - by the host world, as if that were not to be trusted. */
static void map_changes(void)
{
	going_map(&in, &vmm.cross->pc.memmap);
	vmm_follow_map(&vmm);
}

static void (*const steps[])(void) = {
	guest_drives, guest_rings, guest_writes, guest_writes, guest_reads,
	registers_change, network_sends, time_passes, map_changes,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t seed;
	unsigned int i;

	in = (struct fuzz_input){ data, size };
	seed = fuzz_long(&in);
	begin();
	fuzz_scribble(vmm.cross, sizeof(*vmm.cross), seed);
	fuzz_scribble(vmm.nic[0].rings, sizeof(struct ring_pair), seed);
	for (i = 0; i < STEPS && in.left; i++)
		steps[fuzz_byte(&in) % ARRAY_SIZE(steps)]();
	fuzz_scribble_end();
	return 0;
}
