/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga_memory.c - the window at A0000: four planes behind latches, or plain
 * memory.
 *
 * An access goes through: which bytes of the window are there (the memory
 * map), which offset and which planes they mean (chain 4, odd/even), and what
 * the write mode makes of the data. A plane's byte is one of four in a word
 * here, plane 0's lowest.
 */
#include "devices/video/vga.h"

#include <string.h>

#define BANK_SIZE 0x10000u

/* Where a byte of the window is. */
struct spot {
	uint64_t offset;	/* of the planes */
	uint8_t planes;		/* which may be written: bits */
	uint8_t read;		/* which one is read */
};

/* Parts of the window, by the memory map (GR_MISC, bits 3-2). */
static const struct {
	uint32_t first, size;
} maps[4] = {
	{ 0, 0x20000 },
	{ 0, 0x10000 },
	{ 0x10000, 0x8000 },
	{ 0x18000, 0x8000 },
};

/* plane_spread() - Return: the lowest byte of @byte, four times: one per
 * plane. */
static uint32_t plane_spread(uint32_t byte)
{
	return (byte & 0xff) * 0x01010101u;
}

/* by_plane() - all ones in the bytes of planes whose bit is set. */
static uint32_t by_plane(uint32_t bits)
{
	return ((bits & 0xf) * 0x00204081u & 0x01010101u) * 0xff;
}

/* ---- where -------------------------------------------------------------- */

static unsigned int map_of(const struct vga_display *d)
{
	return d->gr[GR_MISC] >> 2 & 3;
}

/* plane_decode() - is the window's byte @at there? Then @at is from where the
 * map begins. */
static bool plane_decode(const struct vga_display *d, uint32_t *at)
{
	unsigned int map = map_of(d);

	if (!(d->misc & 0x02))
		return false;
	if (vga_vbe_linear(d))
		return *at < BANK_SIZE;
	if (*at - maps[map].first >= maps[map].size)
		return false;
	*at -= maps[map].first;
	return true;
}

static uint64_t bank_of(const struct vga_display *d)
{
	return vga_vbe_on(d) ? (uint64_t)d->vbe[VBE_BANK] * BANK_SIZE : 0;
}

/* spot_of() - @a: a byte of the map. */
static struct spot spot_of(const struct vga_display *d, uint32_t a)
{
	uint64_t bank = bank_of(d);
	struct spot s = { .planes = 0xf };

	if (d->seq[SEQ_MEMORY] & SEQ_MEMORY_CHAIN4) {
		s.planes = (uint8_t)(1u << (a & 3));
		s.read = a & 3;
		s.offset = bank + ((a & 0xfffc) | (a >> 16 & 3));
		return s;
	}
	s.read = d->gr[GR_READ_MAP] & 3;
	s.offset = bank + (a & 0xffff);
	if (!(d->seq[SEQ_MEMORY] & SEQ_MEMORY_NO_ODD_EVEN))
		s.planes = a & 1 ? 0xa : 0x5;
	if (d->gr[GR_MODE] & GR_MODE_ODD_EVEN)
		s.read = (uint8_t)((s.read & 2) | (a & 1));
	if (d->gr[GR_MISC] & GR_MISC_CHAIN)
		s.offset = bank + ((a & 0xfffe) | (a >> 16 & 1));
	return s;
}

/* ---- planes ------------------------------------------------------------- */

/* planes_put() - the bytes of @value that @mask has. */
static void planes_put(struct vga *v, uint64_t offset, uint32_t value,
		       uint32_t mask)
{
	unsigned int layout = v->regs->display.layout;
	uint64_t at = vga_place(layout, offset);
	uint32_t last = vga_plane(layout, offset, 3), now;
	uint8_t *p;

	if (at >= v->size || last >= v->size - at || !mask)
		return;
	p = v->memory + at;
	now = (vga_planes(v->memory, v->size, layout, offset) & ~mask) |
	      (value & mask);
	if (last == 3) {
		put_le32(p, now);
		vga_written(v, at, 4);
		return;
	}
	put_le16(p, (uint16_t)now);
	put_le16(p + (1u << 17), (uint16_t)(now >> 16));
	vga_written(v, at, 2);
	vga_written(v, at + (1u << 17), 2);
}

/* plane_merged() - what the function select (GR_ROTATE, bits 4-3) makes of data
 * and latches, in the bits of @bits; the others are the latches'. */
static uint32_t plane_merged(const struct vga_regs *r, uint32_t data,
			     uint8_t bits)
{
	uint32_t mask = plane_spread(bits), latch = r->latch;

	switch (r->display.gr[GR_ROTATE] >> 3 & 3) {
	case 1:
		data &= latch;
		break;
	case 2:
		data |= latch;
		break;
	case 3:
		data ^= latch;
		break;
	default:
		break;
	}
	return (data & mask) | (latch & ~mask);
}

static uint8_t plane_rotated(const struct vga_display *d, uint8_t data)
{
	unsigned int by = d->gr[GR_ROTATE] & 7;

	return (uint8_t)(data >> by | data << (8 - by));
}

/* plane_made() - what a write of @data is to the four planes. */
static uint32_t plane_made(const struct vga_regs *r, uint8_t data)
{
	const uint8_t *gr = r->display.gr;
	uint32_t set = by_plane(gr[GR_SET_RESET]);
	uint32_t by_set = by_plane(gr[GR_ENABLE_SET_RESET]);

	switch (gr[GR_MODE] & 3) {
	case 0:
		return plane_merged(
			r,
			(plane_spread(plane_rotated(&r->display, data)) &
			 ~by_set) |
				(set & by_set),
			gr[GR_BIT_MASK]);
	case 1:
		return r->latch;
	case 2:
		return plane_merged(r, by_plane(data), gr[GR_BIT_MASK]);
	default:
		return plane_merged(r, set,
				    gr[GR_BIT_MASK] &
					    plane_rotated(&r->display, data));
	}
}

/* plane_compared() - read mode 1: ones where the planes that count are that
 * colour. */
static uint8_t plane_compared(const struct vga_regs *r)
{
	const uint8_t *gr = r->display.gr;
	uint32_t x = (r->latch ^ by_plane(gr[GR_COMPARE])) &
		     by_plane(gr[GR_DONT_CARE]);

	x |= x >> 16;
	return (uint8_t)~(x | x >> 8);
}

/* ---- plain memory ------------------------------------------------------- */

/* writes_plain() - does a write store its data in the planes of @planes, and
 * nothing else? */
static bool writes_plain(const struct vga_display *d, uint8_t planes)
{
	return (d->seq[SEQ_MAP_MASK] & 0xf) == planes &&
	       !(d->gr[GR_ENABLE_SET_RESET] & planes) &&
	       !(d->gr[GR_ROTATE] & 0x1f) && d->gr[GR_BIT_MASK] == 0xff &&
	       !(d->gr[GR_MODE] & (3 | GR_MODE_READ1));
}

/* plain_layout() - is the window of the map plain memory, if it has the right
 * layout? Return: that, or -1. */
static int plain_layout(const struct vga_display *d)
{
	if (d->seq[SEQ_MEMORY] & SEQ_MEMORY_CHAIN4)
		return writes_plain(d, 0xf) ? VGA_QUADS : -1;
	if (!(d->seq[SEQ_MEMORY] & SEQ_MEMORY_NO_ODD_EVEN) &&
	    (d->gr[GR_MODE] & GR_MODE_ODD_EVEN) &&
	    (d->gr[GR_MISC] & GR_MISC_CHAIN) && !(d->gr[GR_READ_MAP] & 2) &&
	    writes_plain(d, 0x3))
		return VGA_PAIRS;
	return -1;
}

/* plain_now() - what of the window could be memory? @layout: receives which
 * one it needs, or -1 if any will do. */
static struct vga_open plain_now(const struct vga *v, int *layout)
{
	const struct vga_display *d = &v->regs->display;
	unsigned int map = map_of(d);
	struct vga_open o = { 0, 0, 0 };
	uint64_t bank = bank_of(d);

	*layout = -1;
	if (!(d->misc & 0x02))
		return o;
	if (vga_vbe_linear(d)) {
		o.size = BANK_SIZE;
	} else if (!vga_vbe_on(d)) {
		*layout = plain_layout(d);
		o.first = maps[map].first;
		o.size = *layout < 0 ? 0 : maps[map].size;
	}
	if (bank >= v->size || o.size > v->size - bank)
		return (struct vga_open){ 0, 0, 0 };
	o.at = (uint32_t)bank;
	return o;
}

/* change_layout() - swap bits 17 and 1 of each byte's place. */
static void change_layout(struct vga *v)
{
	struct vga_display *d = &v->regs->display;
	uint8_t *low = v->memory, *high = low + VGA_PLANES / 2;
	uint32_t i, a, b;

	for (i = 0; i < VGA_PLANES / 2; i += 4) {
		a = get_le32(low + i);
		b = get_le32(high + i);
		put_le32(low + i, (a & 0xffff) | b << 16);
		put_le32(high + i, a >> 16 | (b & 0xffff0000));
	}
	d->layout = d->layout == VGA_PAIRS ? VGA_QUADS : VGA_PAIRS;
	vga_show(v, &d->layout, sizeof(d->layout));
	vga_written(v, 0, VGA_PLANES);
}

static void tell_window(struct vga *v, const struct vga_open *o)
{
	v->regs->open = *o;
	if (v->wire.window)
		v->wire.window(v->wire.board, o);
}

/* plane_steady() - the window was used; it may be worth to be memory. */
static void plane_steady(struct vga *v)
{
	struct vga_regs *r = v->regs;
	struct vga_open o;
	int layout;

	if (r->open.size || ++r->steady < VGA_STEADY)
		return;
	r->steady = 0;
	o = plain_now(v, &layout);
	if (!o.size || v->size < VGA_PLANES)
		return;
	if (layout >= 0 && layout != (r->display.layout == VGA_PAIRS))
		change_layout(v);
	tell_window(v, &o);
}

void vga_window_check(struct vga *v)
{
	struct vga_regs *r = v->regs;
	struct vga_open o;
	int layout;

	r->steady = 0;
	if (!r->open.size)
		return;
	o = plain_now(v, &layout);
	if (o.first == r->open.first && o.size == r->open.size &&
	    o.at == r->open.at &&
	    (layout < 0 || layout == (r->display.layout == VGA_PAIRS)))
		return;
	tell_window(v, &(struct vga_open){ 0, 0, 0 });
}

/* ---- accesses ----------------------------------------------------------- */

static uint8_t byte_read(struct vga *v, uint32_t at)
{
	struct vga_regs *r = v->regs;
	struct spot s;
	uint64_t place;

	if (!plane_decode(&r->display, &at))
		return 0xff;
	if (vga_vbe_linear(&r->display)) {
		place = bank_of(&r->display) + at;
		return place < v->size ? v->memory[place] : 0xff;
	}
	s = spot_of(&r->display, at);
	r->latch = vga_planes(v->memory, v->size, r->display.layout, s.offset);
	if (r->display.gr[GR_MODE] & GR_MODE_READ1)
		return plane_compared(r);
	return (uint8_t)(r->latch >> 8 * s.read);
}

static void byte_write(struct vga *v, uint32_t at, uint8_t value)
{
	struct vga_regs *r = v->regs;
	struct spot s;
	uint64_t place;

	if (!plane_decode(&r->display, &at))
		return;
	if (vga_vbe_linear(&r->display)) {
		place = bank_of(&r->display) + at;
		if (place < v->size) {
			v->memory[place] = value;
			vga_written(v, place, 1);
		}
		return;
	}
	s = spot_of(&r->display, at);
	planes_put(v, s.offset, plane_made(r, value),
		   by_plane(s.planes & r->display.seq[SEQ_MAP_MASK]));
}

uint32_t vga_window_read(struct vga *v, uint32_t at, unsigned int width)
{
	uint32_t value = 0;
	unsigned int i;

	for (i = 0; i < width && i < 4; i++)
		value |= (uint32_t)byte_read(v, at + i) << 8 * i;
	plane_steady(v);
	return value;
}

void vga_window_write(struct vga *v, uint32_t at, unsigned int width,
		      uint32_t value)
{
	unsigned int i;

	for (i = 0; i < width && i < 4; i++)
		byte_write(v, at + i, (uint8_t)(value >> 8 * i));
	plane_steady(v);
}

void vga_written(struct vga *v, uint64_t first, uint64_t size)
{
	if (v->wire.written)
		v->wire.written(v->wire.board, (uint32_t)first, (uint32_t)size);
}
