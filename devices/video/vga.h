/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga.h - a standard VGA with the Bochs VBE interface, as on QEMU's board.
 *
 * Sources: IBM PS/2 Hardware Interface Technical Reference, Video Subsystem
 * (registers, planes, write modes); the description of the Bochs VBE interface
 * (ports 1CEh to 1D0h) and of QEMU's "standard VGA" (PCI 1234:1111).
 *
 * Theory of operation
 *
 * Memory is 64 Ki offsets of four planes; with VBE, 16 MiB of bytes, of which
 * those are the first. The CPU reaches it by the window at A0000-BFFFF. What
 * the window does depends on the registers: each access is the chip's, until
 * the window has been used as plain memory for a while. Then the board is told
 * so by a wire, and has that memory in the window. A register that matters
 * ends it. docs/decisions/0021-where-the-planes-are.md says why it is done so.
 *
 * 1. An access by vga_window_read/write() does the same whether the board has
 *    memory in the window or not; but plain reads load no latches.
 * 2. The board has memory in the window only while each access to it would be
 *    that of plain memory: regs->open says which.
 * 3. What the CPU sees of a byte of a plane does not depend on the layout.
 * 4. Nothing is reached outside of @memory, whatever the registers hold.
 * 5. Bit 5 of the miscellaneous register (which of two pages odd/even
 *    addressing takes) is kept and does nothing, as every mode of IBM's BIOS
 *    has it set and none has the second page.
 */
#ifndef DEVICES_VIDEO_VGA_H
#define DEVICES_VIDEO_VGA_H

#include "devices/video/vga_shown.h"
#include "devices/wires.h"

#define VGA_WINDOW	0xa0000u	/* first address of the window */
#define VGA_WINDOW_SIZE	0x20000u
#define VGA_PORT	0x3b0u		/* first of 30h ports */
#define VGA_VBE_PORT	0x1ceu		/* first of three */
#define VGA_MMIO_SIZE	4096u		/* of BAR2 */

/* Accesses in a row that found plain memory, before the board shows it. */
#define VGA_STEADY	32u

/* Part of the window that is plain memory. */
struct vga_open {
	uint32_t first;		/* from the window's first byte on */
	uint32_t size;		/* bytes; 0: nothing is */
	uint32_t at;		/* its first byte in video memory */
};

struct vga_regs {
	struct vga_display display;
	uint8_t seq_index, crtc_index, gr_index;
	uint8_t attr_data;	/* not 0: 3C0h takes data, not an index */
	uint8_t dac_read, dac_write;	/* indices */
	uint8_t dac_part;	/* 0-2: red, green, blue is next */
	uint8_t dac_state;	/* 3 after 3C7h was written, else 0 */
	uint8_t feature, enable;
	uint8_t retrace_seen;	/* toggles: what 3DAh gave last */
	uint32_t latch;		/* a byte of each plane, plane 0's lowest */
	uint16_t vbe_index;
	uint32_t steady;	/* accesses that found plain memory */
	struct vga_open open;
};

/* The board is told what of the window is memory; and of bytes that the chip
 * has written (it may know code there). */
struct vga_wire {
	void (*window)(void *board, const struct vga_open *open);
	void (*written)(void *board, uint32_t first, uint32_t size);
	void *board;
};

struct vga {
	struct vga_regs *regs;
	struct clock_wire clock;
	struct vga_wire wire;
	uint8_t *memory;
	uint32_t size;			/* of it; 0: there is none */
	struct vga_shown *shown;	/* or NULL: nobody looks */
};

/* vga_reset() - power-on: all registers zero, the screen dark. Memory is left
 * as it is. */
void vga_reset(struct vga *v);

/* vga_port_read() / vga_port_write() - @offset: from 3B0h, 0-2Fh. What is not
 * there reads as ones. */
uint8_t vga_port_read(struct vga *v, unsigned int offset);
void vga_port_write(struct vga *v, unsigned int offset, uint8_t value);

/* vga_window_read() / vga_window_write() - @at: from A0000h, below
 * VGA_WINDOW_SIZE; @width: 1, 2 or 4 bytes. */
uint32_t vga_window_read(struct vga *v, uint32_t at, unsigned int width);
void vga_window_write(struct vga *v, uint32_t at, unsigned int width,
		      uint32_t value);

/* vga_vbe_read() / vga_vbe_write() - @offset: from 1CEh: 0 the index, 1 and 2
 * the data, of 16 bits. */
uint16_t vga_vbe_read(struct vga *v, unsigned int offset);
void vga_vbe_write(struct vga *v, unsigned int offset, uint16_t value);

/* vga_mmio_read() / vga_mmio_write() - BAR2: 400h the ports from 3C0h on, 500h
 * VBE's registers, 600h the order of a pixel's bytes. @width: 1, 2 or 4. */
uint32_t vga_mmio_read(struct vga *v, uint32_t offset, unsigned int width);
void vga_mmio_write(struct vga *v, uint32_t offset, unsigned int width,
		    uint32_t value);

/* ---- between the files of the chip -------------------------------------- */

/* vga_window_check() - a register that matters for the window is another. */
void vga_window_check(struct vga *v);

/* vga_show() - @size bytes at @field of regs->display are new. */
void vga_show(struct vga *v, const void *field, uint32_t size);

/* vga_written() - bytes of memory are new. */
void vga_written(struct vga *v, uint64_t first, uint64_t size);

/* vga_vbe_get() / vga_vbe_set() - a register of VBE's, by its index. */
uint16_t vga_vbe_get(const struct vga *v, unsigned int index);
void vga_vbe_set(struct vga *v, unsigned int index, uint16_t value);

#endif
