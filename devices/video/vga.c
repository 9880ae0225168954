/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga.c - a VGA's ports: five groups of registers, each behind an index, and
 * the status registers, which go by the time.
 */
#include "devices/video/vga.h"

#include <string.h>

/* Ports, from 3B0h on. */
enum {
	PORT_MONO_INDEX = 0x04, PORT_MONO_DATA = 0x05, PORT_MONO_STATUS = 0x0a,
	PORT_ATTR = 0x10, PORT_ATTR_READ = 0x11, PORT_MISC = 0x12,
	PORT_ENABLE = 0x13, PORT_SEQ_INDEX = 0x14, PORT_SEQ_DATA = 0x15,
	PORT_PEL_MASK = 0x16, PORT_DAC_READ = 0x17, PORT_DAC_WRITE = 0x18,
	PORT_DAC_DATA = 0x19, PORT_FEATURE = 0x1a, PORT_MISC_READ = 0x1c,
	PORT_GR_INDEX = 0x1e, PORT_GR_DATA = 0x1f,
	PORT_COLOUR_INDEX = 0x24, PORT_COLOUR_DATA = 0x25,
	PORT_COLOUR_STATUS = 0x2a,
	TO_COLOUR = PORT_COLOUR_INDEX - PORT_MONO_INDEX,
};

#define MISC_COLOUR	0x01	/* the CRTC is at 3D4h, not 3B4h */
#define NO_PORT		0xffu

/* The bits that are there. */
static const uint8_t seq_bits[VGA_SEQ_COUNT] = {
	0x03, 0x3d, 0x0f, 0x3f, 0x0e,
};
static const uint8_t gr_bits[VGA_GR_COUNT] = {
	0x0f, 0x0f, 0x0f, 0x1f, 0x03, 0x7b, 0x0f, 0x0f, 0xff,
};
static const uint8_t attr_bits[VGA_ATTR_COUNT] = {
	0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
	0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f,
	0xef, 0xff, 0x3f, 0x0f, 0x0f,
};

void vga_show(struct vga *v, const void *field, uint32_t size)
{
	const uint8_t *from = field, *base = (void *)&v->regs->display;
	struct vga_shown *s = v->shown;
	uint32_t n;

	if (!s)
		return;
	n = __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) | 1;
	__atomic_store_n(&s->sequence, n, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy((uint8_t *)&s->display + (from - base), from, size);
	__atomic_store_n(&s->sequence, n + 1, __ATOMIC_RELEASE);
}

/* vga_store() - a register that is shown. */
static void vga_store(struct vga *v, uint8_t *reg, uint8_t value)
{
	if (*reg == value)
		return;
	*reg = value;
	vga_show(v, reg, 1);
}

void vga_reset(struct vga *v)
{
	memset(v->regs, 0, sizeof(*v->regs));
	v->regs->display.vbe[VBE_ID] = 0xb0c5;
	v->regs->display.pel_mask = 0xff;
	vga_show(v, &v->regs->display, sizeof(v->regs->display));
}

/* ---- time --------------------------------------------------------------- */

/* A picture's times: dots of a line, lines of a picture. */
struct beam {
	uint32_t dots, dots_shown;
	uint32_t lines, lines_shown;
	uint32_t retrace;	/* its first line */
	uint32_t retrace_lines;
	uint64_t dot_hz;
};

/* beam_of() - as the CRTC is programmed. */
static struct beam beam_of(const struct vga_display *d)
{
	const uint8_t *c = d->crtc;
	uint32_t over = c[CRTC_OVERFLOW];
	uint32_t char_dots = d->seq[SEQ_CLOCKING] & SEQ_CLOCKING_8DOT ? 8 : 9;
	struct beam b = {
		.dots = (c[CRTC_H_TOTAL] + 5u) * char_dots,
		.dots_shown = (c[CRTC_H_END] + 1u) * char_dots,
		.lines = (c[CRTC_V_TOTAL] | (over & 1) << 8 |
			  (over & 0x20) << 4) + 2,
		.lines_shown = (c[CRTC_V_END] | (over & 2) << 7 |
				(over & 0x40) << 3) + 1,
		.retrace = c[CRTC_RETRACE_START] | (over & 4) << 6 |
			   (over & 0x80) << 2,
		.dot_hz = d->misc >> 2 & 3 ? 28322000 : 25175000,
	};

	b.retrace_lines = (c[CRTC_RETRACE_END] - b.retrace) & 15;
	if (d->seq[SEQ_CLOCKING] & SEQ_CLOCKING_HALF)
		b.dot_hz /= 2;
	if (c[CRTC_MODE] & CRTC_MODE_HALF) {
		b.lines *= 2;
		b.lines_shown *= 2;
		b.retrace *= 2;
	}
	return b;
}

/* vbe_beam() - 60 pictures a second, whatever the mode. */
static struct beam vbe_beam(const struct vga_display *d)
{
	uint32_t x = d->vbe[VBE_X], y = d->vbe[VBE_Y];
	struct beam b = {
		.dots = x + x / 4 + 8, .dots_shown = x,
		.lines = y + y / 20 + 8, .lines_shown = y,
		.retrace = y + 2, .retrace_lines = 3,
	};

	b.dot_hz = 60ull * b.dots * b.lines;
	return b;
}

/* vga_status() - input status 1: bit 0 nothing is shown now, bit 3 the vertical
 * retrace. Bits 5 and 4 are dots of the picture; they change with each look. */
static uint8_t vga_status(struct vga *v)
{
	const struct vga_display *d = &v->regs->display;
	struct beam b = vga_vbe_on(d) ? vbe_beam(d) : beam_of(d);
	uint64_t now = clock_wire_now(&v->clock);
	uint64_t dot, line;
	uint8_t s = v->regs->retrace_seen ^= 0x30;

	/* A second is whole dots: only what is left of it matters. */
	dot = now % 1000000000 * b.dot_hz / 1000000000 +
	      now / 1000000000 % (1u << 20) * b.dot_hz;
	line = dot / b.dots % b.lines;
	s &= 0x30;
	if (line >= b.lines_shown || dot % b.dots >= b.dots_shown)
		s |= 0x01;
	if (line - b.retrace < b.retrace_lines)
		s |= 0x08;
	return s;
}

/* ---- groups ------------------------------------------------------------- */

static void seq_write(struct vga *v, uint8_t value)
{
	unsigned int i = v->regs->seq_index;

	if (i >= VGA_SEQ_COUNT)
		return;
	vga_store(v, &v->regs->display.seq[i], value & seq_bits[i]);
	vga_window_check(v);
}

static void gr_write(struct vga *v, uint8_t value)
{
	unsigned int i = v->regs->gr_index;

	if (i >= VGA_GR_COUNT)
		return;
	vga_store(v, &v->regs->display.gr[i], value & gr_bits[i]);
	vga_window_check(v);
}

/* crtc_write() - registers 0 to 7 may be protected; but bit 4 of the overflow
 * register, the line compare's, never is. */
static void crtc_write(struct vga *v, uint8_t value)
{
	uint8_t *c = v->regs->display.crtc;
	unsigned int i = v->regs->crtc_index;

	if (i >= VGA_CRTC_COUNT)
		return;
	if (c[CRTC_RETRACE_END] & CRTC_PROTECT && i <= CRTC_OVERFLOW) {
		if (i != CRTC_OVERFLOW)
			return;
		value = (uint8_t)((c[i] & ~0x10) | (value & 0x10));
	}
	vga_store(v, &c[i], value);
}

static uint8_t crtc_read(const struct vga *v)
{
	unsigned int i = v->regs->crtc_index;

	return i < VGA_CRTC_COUNT ? v->regs->display.crtc[i] : 0;
}

/* attr_write() - index and data by turns. */
static void attr_write(struct vga *v, uint8_t value)
{
	struct vga_display *d = &v->regs->display;
	unsigned int i = d->attr_index & 0x1f;

	if (!v->regs->attr_data)
		vga_store(v, &d->attr_index, value & 0x3f);
	else if (i < VGA_ATTR_COUNT)
		vga_store(v, &d->attr[i], value & attr_bits[i]);
	v->regs->attr_data = !v->regs->attr_data;
}

static uint8_t attr_read(const struct vga *v)
{
	unsigned int i = v->regs->display.attr_index & 0x1f;

	return i < VGA_ATTR_COUNT ? v->regs->display.attr[i] : 0;
}

/* ---- the DAC ------------------------------------------------------------ */

static bool dac_is_8bit(const struct vga *v)
{
	return v->regs->display.vbe[VBE_ENABLE] & VBE_8BIT_DAC;
}

/* dac_next() - the place of a colour's part; the next time, the next one's.
 * @index: of the colour */
static uint8_t *dac_next(struct vga *v, uint8_t *index)
{
	struct vga_regs *r = v->regs;
	unsigned int part = r->dac_part % 3;
	uint8_t *at = &r->display.dac[*index * 3u + part];

	r->dac_part = (uint8_t)((part + 1) % 3);
	if (!r->dac_part)
		(*index)++;
	return at;
}

static uint8_t dac_read(struct vga *v)
{
	uint8_t c = *dac_next(v, &v->regs->dac_read);

	return dac_is_8bit(v) ? c : c & 0x3f;
}

static void dac_write(struct vga *v, uint8_t value)
{
	vga_store(v, dac_next(v, &v->regs->dac_write),
		  dac_is_8bit(v) ? value : value & 0x3f);
}

static void dac_start(struct vga *v, uint8_t *index, uint8_t value,
		      uint8_t state)
{
	*index = value;
	v->regs->dac_part = 0;
	v->regs->dac_state = state;
}

/* ---- ports -------------------------------------------------------------- */

/* port_of() - of the two places of the CRTC, the one that is there counts as
 * the colour one. */
static unsigned int port_of(const struct vga *v, unsigned int offset)
{
	bool mono = offset < PORT_ATTR;
	bool two = mono || offset >= PORT_COLOUR_INDEX - 4;

	if (!two)
		return offset;
	if (mono == (v->regs->display.misc & MISC_COLOUR))
		return NO_PORT;
	return mono ? offset + TO_COLOUR : offset;
}

static void misc_write(struct vga *v, uint8_t value)
{
	vga_store(v, &v->regs->display.misc, value & 0xef);
	vga_window_check(v);
}

static uint8_t status_read(struct vga *v)
{
	v->regs->attr_data = 0;
	return vga_status(v);
}

uint8_t vga_port_read(struct vga *v, unsigned int offset) /* table */
{
	struct vga_regs *r = v->regs;
	struct vga_display *d = &r->display;

	switch (port_of(v, offset)) {
	case PORT_ATTR:
		return d->attr_index & 0x3f;
	case PORT_ATTR_READ:
		return attr_read(v);
	case PORT_MISC:
		return 0x10;	/* the switches: a colour screen is there */
	case PORT_ENABLE:
		return r->enable;
	case PORT_SEQ_INDEX:
		return r->seq_index;
	case PORT_SEQ_DATA:
		return r->seq_index < VGA_SEQ_COUNT ? d->seq[r->seq_index] : 0;
	case PORT_PEL_MASK:
		return d->pel_mask;
	case PORT_DAC_READ:
		return r->dac_state;
	case PORT_DAC_WRITE:
		return r->dac_write;
	case PORT_DAC_DATA:
		return dac_read(v);
	case PORT_FEATURE:
		return r->feature;
	case PORT_MISC_READ:
		return d->misc;
	case PORT_GR_INDEX:
		return r->gr_index;
	case PORT_GR_DATA:
		return r->gr_index < VGA_GR_COUNT ? d->gr[r->gr_index] : 0;
	case PORT_COLOUR_INDEX:
		return r->crtc_index;
	case PORT_COLOUR_DATA:
		return crtc_read(v);
	case PORT_COLOUR_STATUS:
		return status_read(v);
	default:
		return 0xff;
	}
}

void vga_port_write(struct vga *v, unsigned int offset, uint8_t value)
/* table */
{
	struct vga_regs *r = v->regs;

	switch (port_of(v, offset)) {
	case PORT_ATTR:
		attr_write(v, value);
		break;
	case PORT_MISC:
		misc_write(v, value);
		break;
	case PORT_ENABLE:
		r->enable = value & 1;
		break;
	case PORT_SEQ_INDEX:
		r->seq_index = value & 7;
		break;
	case PORT_SEQ_DATA:
		seq_write(v, value);
		break;
	case PORT_PEL_MASK:
		vga_store(v, &r->display.pel_mask, value);
		break;
	case PORT_DAC_READ:
		dac_start(v, &r->dac_read, value, 3);
		break;
	case PORT_DAC_WRITE:
		dac_start(v, &r->dac_write, value, 0);
		break;
	case PORT_DAC_DATA:
		dac_write(v, value);
		break;
	case PORT_GR_INDEX:
		r->gr_index = value & 15;
		break;
	case PORT_GR_DATA:
		gr_write(v, value);
		break;
	case PORT_COLOUR_INDEX:
		r->crtc_index = value;
		break;
	case PORT_COLOUR_DATA:
		crtc_write(v, value);
		break;
	case PORT_COLOUR_STATUS:
		r->feature = value & 8;
		break;
	default:
		break;
	}
}
