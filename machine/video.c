/* SPDX-License-Identifier: BSD-2-Clause */
/* video.c - the VGA on this board: see video.h. */
#include "machine/video.h"

#include "machine/pc.h"
#include "machine/pcmap.h"

/* first_key() - Return: offset in the memory file of video memory's first
 * byte. */
static uint64_t first_key(const struct pc *pc)
{
	const struct memfile *f = &pc->world.ram->parts;

	return f->ram + f->rom;
}

static void map_changed(struct pc *pc)
{
	if (pc->world.mapped)
		pc->world.mapped(pc->world.self);
}

/* wire_window() - a vga_wire's: @open's part of the window is plain memory. */
static void wire_window(void *pc, const struct vga_open *open)
{
	struct pc *p = pc;

	if (pcmap_window(&p->state->memmap, &p->world.ram->parts, open->first,
			 open->size, open->at))
		map_changed(p);
}

/* wire_written() - a vga_wire's: the chip itself wrote video memory, and code
 * may have been decoded from there. */
static void wire_written(void *pc, uint32_t first, uint32_t size)
{
	struct pc *p = pc;

	if (p->world.ram_written)
		p->world.ram_written(p->world.self, first_key(p) + first, size);
}

void video_moved(struct pc *pc)
{
	uint32_t base;

	if (!pci_bar(pc->state->vga_pci.byte, 0, false, &base))
		base = 0;
	if (pcmap_video(&pc->state->memmap, &pc->world.ram->parts, base))
		map_changed(pc);
}

bool video_wire(struct pc *pc, const struct clock_wire *clock)
{
	const struct guestmem *ram = pc->world.ram;

	pc->vga.regs = &pc->state->vga;
	pc->vga.clock = *clock;
	if (!ram || ram->parts.video < VGA_MEMORY + VGA_SHOWN_SIZE)
		return false;
	pc->vga.memory = guestmem_at(ram, first_key(pc), VGA_MEMORY);
	pc->vga.shown =
		guestmem_at(ram, first_key(pc) + VGA_MEMORY, VGA_SHOWN_SIZE);
	if (!pc->vga.memory || !pc->vga.shown)
		return false;
	pc->vga.size = VGA_MEMORY;
	pc->vga.wire = (struct vga_wire){ wire_window, wire_written, pc };
	return true;
}
