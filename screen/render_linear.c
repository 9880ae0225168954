/* SPDX-License-Identifier: BSD-2-Clause */
/* render_linear.c - lines of VBE's modes: pixels of 8 to 32 bits, in order. */
#include "screen/scan.h"

#include <string.h>

#include "base/bytes.h"

/* wider() - @bits of a colour, at @at of @pixel, as eight. */
static uint32_t wider(uint32_t pixel, unsigned int at, unsigned int bits)
{
	uint32_t c = pixel >> at & ((1u << bits) - 1);

	return c << (8 - bits) | c >> (2 * bits - 8);
}

static uint32_t of_15(uint32_t p)
{
	return wider(p, 10, 5) << 16 | wider(p, 5, 5) << 8 | wider(p, 0, 5);
}

static uint32_t of_16(uint32_t p)
{
	return wider(p, 11, 5) << 16 | wider(p, 5, 6) << 8 | wider(p, 0, 5);
}

static void line_8(const struct vga_frame *f, const uint8_t *p, unsigned int n,
		   uint32_t *out)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		out[i] = f->dac[p[i]];
}

static void line_16(const struct vga_frame *f, const uint8_t *p, unsigned int n,
		    uint32_t *out)
{
	bool big = f->display.big_endian, few = f->display.vbe[VBE_BPP] == 15;
	unsigned int i;
	uint16_t v;

	for (i = 0; i < n; i++, p += 2) {
		v = big ? get_be16(p) : get_le16(p);
		out[i] = few ? of_15(v) : of_16(v);
	}
}

static void line_24(const struct vga_frame *f, const uint8_t *p, unsigned int n,
		    uint32_t *out)
{
	unsigned int red = f->display.big_endian ? 0 : 2, i;

	for (i = 0; i < n; i++, p += 3)
		out[i] = (uint32_t)p[red] << 16 | (uint32_t)p[1] << 8 |
			 p[2 - red];
}

static void line_32(const struct vga_frame *f, const uint8_t *p, unsigned int n,
		    uint32_t *out)
{
	unsigned int i;

	if (f->display.big_endian) {
		for (i = 0; i < n; i++)
			out[i] = get_be32(p + 4 * i) & 0xffffff;
		return;
	}
	for (i = 0; i < n; i++)
		out[i] = get_le32(p + 4 * i) & 0xffffff;
}

/* bytes_of() - of a pixel. */
static unsigned int bytes_of(uint16_t bpp)
{
	switch (bpp) {
	case 15:
	case 16:
		return 2;
	case 24:
		return 3;
	case 32:
		return 4;
	default:
		return 1;
	}
}

void render_linear(const struct vga_frame *f, const struct vga_bytes *m,
		   unsigned int line, uint32_t *out)
{
	static void (*const lines[])(const struct vga_frame *, const uint8_t *,
				     unsigned int, uint32_t *) = {
		[1] = line_8, [2] = line_16, [3] = line_24, [4] = line_32,
	};
	const uint16_t *r = f->display.vbe;
	unsigned int bytes = bytes_of(r[VBE_BPP]), n = f->width;
	uint64_t virt = MAX(r[VBE_VIRT_WIDTH], f->width);
	uint64_t at =
		((uint64_t)(line + r[VBE_Y_OFFSET]) * virt + r[VBE_X_OFFSET]) *
		bytes;

	if (at >= m->size)
		n = 0;
	else if (m->size - at < (uint64_t)n * bytes)
		n = (unsigned int)((m->size - at) / bytes);
	if (n)
		lines[bytes](f, m->byte + at, n, out);
	memset(out + n, 0, (f->width - n) * sizeof(*out));
}
