/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_vbe.c - the Bochs VBE interface, by ports and by BAR2.
 *
 * While it is on, its registers are always good: a write that would show what
 * is not there changes what was written to what comes nearest (checked by
 * vbe_fit()). Who draws can not rely on that, as registers may hold anything.
 */
#include "devices/video/vga.h"

#include <string.h>

#define ID_FIRST	0xb0c0
#define ID_LAST		0xb0c5

/* BAR2's parts. */
#define MMIO_PORTS	0x400u	/* 3C0h-3DFh */
#define MMIO_PORTS_SIZE	0x20u
#define PORT_3C0	0x10u	/* as the chip counts its ports */
#define MMIO_VBE	0x500u
#define MMIO_ORDER	0x600u	/* its size; then the order */
#define ORDER_LITTLE	0x1e1e1e1eu
#define ORDER_BIG	0xbebebebeu

/* pixel_bits() - how many bits a pixel takes in memory. */
static uint32_t pixel_bits(uint16_t bpp)
{
	return bpp == 15 ? 16 : bpp;
}

/* pitch_of() - bytes (offsets of the planes, with 4 bits) from line to line. */
static uint32_t pitch_of(const uint16_t *r)
{
	return r[VBE_BPP] == 4 ? r[VBE_VIRT_WIDTH] / 8u :
				 r[VBE_VIRT_WIDTH] * pixel_bits(r[VBE_BPP]) / 8;
}

/* lines_of() - how many lines there is memory for. */
static uint32_t lines_of(const struct vga *v)
{
	const uint16_t *r = v->regs->display.vbe;
	uint32_t pitch = pitch_of(r), size = v->size;

	if (r[VBE_BPP] == 4)
		size /= 4;
	return pitch ? MIN(size / pitch, 0xffffu) : 0;
}

static bool bpp_ok(uint16_t bpp)
{
	return bpp == 4 || bpp == 8 || bpp == 15 || bpp == 16 || bpp == 24 ||
	       bpp == 32;
}

/* vbe_fit() - all that is shown is there. A start so far to the right that a
 * line ends in the next one's memory is one, too: then the last line has a
 * next. */
static void vbe_fit(struct vga *v)
{
	uint16_t *r = v->regs->display.vbe;
	uint32_t lines, right;

	if (!bpp_ok(r[VBE_BPP]))
		r[VBE_BPP] = 8;
	r[VBE_X] &= 0xfff8;
	r[VBE_X] = (uint16_t)MIN(MAX(r[VBE_X], 8u), VBE_MAX_X);
	r[VBE_VIRT_WIDTH] =
		(uint16_t)(MAX(r[VBE_VIRT_WIDTH], r[VBE_X]) & 0xfff8);
	lines = lines_of(v);
	r[VBE_Y] = (uint16_t)MIN(MAX(r[VBE_Y], 1u), MIN(VBE_MAX_Y, lines));
	r[VBE_VIRT_HEIGHT] = (uint16_t)lines;
	r[VBE_Y_OFFSET] =
		(uint16_t)MIN((uint32_t)r[VBE_Y_OFFSET], lines - r[VBE_Y]);
	right = r[VBE_VIRT_WIDTH];
	if ((uint32_t)r[VBE_Y_OFFSET] + r[VBE_Y] >= lines)
		right -= r[VBE_X];
	r[VBE_X_OFFSET] = (uint16_t)MIN(r[VBE_X_OFFSET], right);
}

/* vbe_clear() - the picture is black. */
static void vbe_clear(struct vga *v)
{
	const uint16_t *r = v->regs->display.vbe;
	uint64_t size = (uint64_t)pitch_of(r) * r[VBE_Y];

	if (r[VBE_BPP] == 4)
		size = MAX(size * 4, (uint64_t)VGA_PLANES);
	size = MIN(size, (uint64_t)v->size);
	if (!size)
		return;
	memset(v->memory, 0, (size_t)size);
	vga_written(v, 0, size);
}

static void vbe_enable(struct vga *v, uint16_t value)
{
	uint16_t *r = v->regs->display.vbe;
	bool was = r[VBE_ENABLE] & VBE_ENABLED;

	r[VBE_ENABLE] = value & (VBE_ENABLED | VBE_GET_CAPS | VBE_8BIT_DAC |
				 VBE_LFB | VBE_NO_CLEAR);
	if (!(value & VBE_ENABLED)) {
		r[VBE_BANK] = 0;
		return;
	}
	if (was)
		return;
	r[VBE_BANK] = r[VBE_X_OFFSET] = r[VBE_Y_OFFSET] = 0;
	r[VBE_VIRT_WIDTH] = r[VBE_X];
	vbe_fit(v);
	if (!(value & VBE_NO_CLEAR))
		vbe_clear(v);
}

void vga_vbe_set(struct vga *v, unsigned int index, uint16_t value)
{
	struct vga_display *d = &v->regs->display;

	switch (index) {
	case VBE_ID:
		if (value < ID_FIRST || value > ID_LAST)
			return;
		d->vbe[VBE_ID] = value;
		break;
	case VBE_ENABLE:
		vbe_enable(v, value);
		break;
	case VBE_X:
	case VBE_Y:
	case VBE_BPP:
	case VBE_BANK:
	case VBE_VIRT_WIDTH:
	case VBE_X_OFFSET:
	case VBE_Y_OFFSET:
		d->vbe[index] = value;
		if (vga_vbe_on(d))
			vbe_fit(v);
		break;
	default:	/* the others are not written */
		return;
	}
	vga_show(v, d->vbe, sizeof(d->vbe));
	vga_window_check(v);
}

uint16_t vga_vbe_get(const struct vga *v, unsigned int index)
{
	const uint16_t *r = v->regs->display.vbe;

	if (index == VBE_MEMORY_64K)
		return (uint16_t)(v->size >> 16);
	if (index >= VBE_COUNT)
		return 0;
	if (r[VBE_ENABLE] & VBE_GET_CAPS) {
		if (index == VBE_X)
			return VBE_MAX_X;
		if (index == VBE_Y)
			return VBE_MAX_Y;
		if (index == VBE_BPP)
			return VBE_MAX_BPP;
	}
	return r[index];
}

uint16_t vga_vbe_read(struct vga *v, unsigned int offset)
{
	return offset ? vga_vbe_get(v, v->regs->vbe_index) : v->regs->vbe_index;
}

void vga_vbe_write(struct vga *v, unsigned int offset, uint16_t value)
{
	if (offset)
		vga_vbe_set(v, v->regs->vbe_index, value);
	else
		v->regs->vbe_index = value;
}

/* ---- BAR2 --------------------------------------------------------------- */

/* words_read() - VBE's registers in a row. */
static uint32_t words_read(const struct vga *v, uint32_t at)
{
	uint32_t low = vga_vbe_get(v, at / 2);
	uint32_t high = vga_vbe_get(v, at / 2 + 1);

	return (low | high << 16) >> 8 * (at & 1);
}

static void words_write(struct vga *v, uint32_t at, unsigned int width,
			uint32_t value)
{
	if (at & 1 || width == 1)
		return;		/* there are no halves of a register */
	vga_vbe_set(v, at / 2, (uint16_t)value);
	if (width == 4)
		vga_vbe_set(v, at / 2 + 1, (uint16_t)(value >> 16));
}

static uint32_t order_read(const struct vga *v, uint32_t at)
{
	uint32_t order = v->regs->display.big_endian ? ORDER_BIG : ORDER_LITTLE;

	return at < 4 ? 8u >> 8 * at : order >> 8 * (at & 3);
}

static void order_write(struct vga *v, uint32_t at, unsigned int width,
			uint32_t value)
{
	uint8_t *big = &v->regs->display.big_endian;

	if (at != 4 || width != 4 ||
	    (value != ORDER_LITTLE && value != ORDER_BIG))
		return;
	*big = value == ORDER_BIG;
	vga_show(v, big, 1);
}

static uint32_t ports_read(struct vga *v, unsigned int port, unsigned int width)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < width && i < 4; i++)
		value |= (uint32_t)vga_port_read(v, port + i) << 8 * i;
	return value;
}

uint32_t vga_mmio_read(struct vga *v, uint32_t offset, unsigned int width)
{
	uint32_t value = 0;

	if (offset - MMIO_VBE < VBE_COUNT * 2)
		value = words_read(v, offset - MMIO_VBE);
	else if (offset - MMIO_ORDER < 8)
		value = order_read(v, offset - MMIO_ORDER);
	else if (offset - MMIO_PORTS < MMIO_PORTS_SIZE)
		value = ports_read(v, offset - MMIO_PORTS + PORT_3C0, width);
	return width < 4 ? value & ((1u << 8 * width) - 1) : value;
}

void vga_mmio_write(struct vga *v, uint32_t offset, unsigned int width,
		    uint32_t value)
{
	unsigned int i;

	if (offset - MMIO_VBE < VBE_COUNT * 2) {
		words_write(v, offset - MMIO_VBE, width, value);
		return;
	}
	if (offset - MMIO_ORDER < 8) {
		order_write(v, offset - MMIO_ORDER, width, value);
		return;
	}
	if (offset - MMIO_PORTS >= MMIO_PORTS_SIZE)
		return;
	for (i = 0; i < width && i < 4; i++)
		vga_port_write(v, offset + i - MMIO_PORTS + PORT_3C0,
			       (uint8_t)(value >> 8 * i));
}
