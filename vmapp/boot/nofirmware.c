/* SPDX-License-Identifier: BSD-2-Clause */
/* nofirmware.c - what a BIOS would have done to the board: see nofirmware.h.
 *
 * PIRQ A-D are routed to IRQ 11, 10, 11, 10 and so level-triggered. */
#include "vmapp/boot/nofirmware.h"

#include "base/bytes.h"

#define NIC_IO_BASE	0xc000u
#define NIC_IO_STRIDE	0x20u
#define NIC_MEM_BASE	0xfebf0000u
#define NIC_MEM_STRIDE	0x1000u

static const uint8_t pirq_lines[4] = { 11, 10, 11, 10 };

/* give_windows() - both of a card's, enabled, and its line. */
static void give_windows(struct pc *pc, unsigned int nic)
{
	pc_nic_config(pc, nic, 0x10, 4, NIC_IO_BASE + nic * NIC_IO_STRIDE);
	pc_nic_config(pc, nic, 0x14, 4, NIC_MEM_BASE + nic * NIC_MEM_STRIDE);
	pc_nic_config(pc, nic, 0x04, 2, 0x0003);
	pc_nic_config(pc, nic, 0x3c, 1, pirq_lines[pc_nic_pirq(nic)]);
}

/* set_memory() - the sizes that a BIOS leaves in the RTC's RAM. */
static void set_memory(struct mc146818 *rtc, uint64_t ram_size)
{
	uint64_t kb = ram_size >> 10;
	uint32_t ext = (uint32_t)MIN(kb - 1024, 0xffff);
	uint32_t high = kb > 16384 ? (uint32_t)MIN((kb - 16384) / 64, 0xffff) :
				     0;

	mc146818_set_ram(rtc, 0x15, 0x80);	/* 640 KiB */
	mc146818_set_ram(rtc, 0x16, 0x02);
	mc146818_set_ram(rtc, 0x17, (uint8_t)ext);
	mc146818_set_ram(rtc, 0x18, (uint8_t)(ext >> 8));
	mc146818_set_ram(rtc, 0x34, (uint8_t)high);
	mc146818_set_ram(rtc, 0x35, (uint8_t)(high >> 8));
}

void nofirmware(struct pc *pc, uint64_t ram_size)
{
	unsigned int i;

	pc_shadow(pc);
	for (i = 0; i < 4; i++)
		pc_route(pc, i, pirq_lines[i]);
	for (i = 0; i < pc->nics; i++)
		give_windows(pc, i);
	set_memory(&pc->rtc, ram_size);
}
