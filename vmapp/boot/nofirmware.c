/* SPDX-License-Identifier: BSD-2-Clause */
/* nofirmware.c - what a BIOS would have done to the board: see nofirmware.h. */
#include "vmapp/boot/nofirmware.h"

#include "vmapp/boot/cmos.h"
#include "vmapp/boot/textmode.h"

#define NIC_IO_BASE	0xc000u
#define NIC_IO_STRIDE	0x20u
#define NIC_MEM_BASE	0xfebf0000u
#define NIC_MEM_STRIDE	0x1000u
#define VGA_BASE	0xfd000000u	/* 16 MiB */
#define VGA_MMIO_BASE	0xfebe0000u
#define IDE_BASE	0xc100u	/* of the bus master */

const uint8_t firmware_lines[4] = { 10, 10, 11, 11 };

/* give_windows() - place and enable both windows of a card; note its IRQ
 * line. */
static void give_windows(struct pc *pc, unsigned int nic)
{
	enum pc_func f = FUNC_NIC0 + nic;

	pc_func_config(pc, f, 0x10, 4, NIC_IO_BASE + nic * NIC_IO_STRIDE);
	pc_func_config(pc, f, 0x14, 4, NIC_MEM_BASE + nic * NIC_MEM_STRIDE);
	pc_func_config(pc, f, 0x04, 2, 0x0003);
	pc_func_config(pc, f, 0x3c, 1, firmware_lines[pc_nic_pirq(nic)]);
}

/* give_ide() - turn on both channels, at their usual ports, and place the bus
 * master. */
static void give_ide(struct pc *pc)
{
	pc_func_config(pc, FUNC_IDE, 0x20, 4, IDE_BASE);
	pc_func_config(pc, FUNC_IDE, 0x40, 4, 0x80008000);
	pc_func_config(pc, FUNC_IDE, 0x04, 2, 0x0005);
}

/* give_vga() - place the VGA's memory and registers, and show text. @font: of
 * the VGA BIOS, or NULL */
static void give_vga(struct pc *pc, const uint8_t *font)
{
	void (*written)(void *board, uint32_t first, uint32_t size);

	pc_func_config(pc, FUNC_VGA, 0x10, 4, VGA_BASE);
	pc_func_config(pc, FUNC_VGA, 0x18, 4, VGA_MMIO_BASE);
	pc_func_config(pc, FUNC_VGA, 0x04, 2, 0x0003);
	if (!pc->vga.size)
		return;
	written = pc->vga.wire.written;
	pc->vga.wire.written = NULL;	/* nobody can know code there yet */
	textmode_set(&pc->vga, font);
	pc->vga.wire.written = written;
}

/* give_dma() - chain the 8-bit controller to channel 4 of the 16-bit one. */
static void give_dma(struct pc *pc)
{
	i8237_port_write(&pc->dma, 1, 0xb, 0xc0);	/* mode: cascade */
	i8237_port_write(&pc->dma, 1, 0xa, 0x00);	/* not masked */
}

/* level_lines() - lines of PCI are shared: they count as long as one of their
 * cards pulls. */
static void level_lines(struct pc *pc)
{
	uint8_t elcr[2] = { 0 };
	unsigned int i;

	for (i = 0; i < 4; i++)
		elcr[firmware_lines[i] / 8] |=
			(uint8_t)(1u << firmware_lines[i] % 8);
	for (i = 0; i < 2; i++)
		i8259_elcr_write(&pc->pic, i, elcr[i]);
}

void nofirmware(struct pc *pc, uint64_t ram_size, const uint8_t *font)
{
	unsigned int i;

	pc_shadow(pc);
	for (i = 0; i < 4; i++)
		pc_route(pc, i, firmware_lines[i]);
	level_lines(pc);
	for (i = 0; i < pc->nics; i++)
		give_windows(pc, i);
	give_ide(pc);
	give_vga(pc, font);
	give_dma(pc);
	cmos_memory(&pc->rtc, ram_size);
	cmos_floppies(&pc->rtc, pc_floppy_type(pc, 0), pc_floppy_type(pc, 1));
}
