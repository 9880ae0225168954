/* SPDX-License-Identifier: BSD-2-Clause */
/* characters.c - a text screen as characters, and as UTF-8. */
#include "screen/render.h"

#include <string.h>

#include "screen/scan.h"

/* Code page 437 with the pictures of 00-1F; 00 is a blank. */
static const uint16_t code_page[256] = {	/* table */
	0x0020, 0x263a, 0x263b, 0x2665, 0x2666, 0x2663, 0x2660, 0x2022,
	0x25d8, 0x25cb, 0x25d9, 0x2642, 0x2640, 0x266a, 0x266b, 0x263c,
	0x25ba, 0x25c4, 0x2195, 0x203c, 0x00b6, 0x00a7, 0x25ac, 0x21a8,
	0x2191, 0x2193, 0x2192, 0x2190, 0x221f, 0x2194, 0x25b2, 0x25bc,
	0x0020, 0x0021, 0x0022, 0x0023, 0x0024, 0x0025, 0x0026, 0x0027,
	0x0028, 0x0029, 0x002a, 0x002b, 0x002c, 0x002d, 0x002e, 0x002f,
	0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0x0035, 0x0036, 0x0037,
	0x0038, 0x0039, 0x003a, 0x003b, 0x003c, 0x003d, 0x003e, 0x003f,
	0x0040, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0046, 0x0047,
	0x0048, 0x0049, 0x004a, 0x004b, 0x004c, 0x004d, 0x004e, 0x004f,
	0x0050, 0x0051, 0x0052, 0x0053, 0x0054, 0x0055, 0x0056, 0x0057,
	0x0058, 0x0059, 0x005a, 0x005b, 0x005c, 0x005d, 0x005e, 0x005f,
	0x0060, 0x0061, 0x0062, 0x0063, 0x0064, 0x0065, 0x0066, 0x0067,
	0x0068, 0x0069, 0x006a, 0x006b, 0x006c, 0x006d, 0x006e, 0x006f,
	0x0070, 0x0071, 0x0072, 0x0073, 0x0074, 0x0075, 0x0076, 0x0077,
	0x0078, 0x0079, 0x007a, 0x007b, 0x007c, 0x007d, 0x007e, 0x2302,
	0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7,
	0x00ea, 0x00eb, 0x00e8, 0x00ef, 0x00ee, 0x00ec, 0x00c4, 0x00c5,
	0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9,
	0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192,
	0x00e1, 0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa, 0x00ba,
	0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb,
	0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556,
	0x2555, 0x2563, 0x2551, 0x2557, 0x255d, 0x255c, 0x255b, 0x2510,
	0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f,
	0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567,
	0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b,
	0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580,
	0x03b1, 0x00df, 0x0393, 0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4,
	0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6, 0x03b5, 0x2229,
	0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248,
	0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0,
};

uint32_t vga_unicode(uint8_t code)
{
	return code_page[code];
}

/* put_row() - the characters of the row that begins at @s. */
static void put_row(const struct vga_frame *f, const struct vga_bytes *m,
		    const struct scan *s, struct vga_cells *cells)
{
	const uint8_t *c = f->display.crtc;
	uint16_t cursor =
		(uint16_t)(c[CRTC_CURSOR_HIGH] << 8 | c[CRTC_CURSOR_LOW]);
	unsigned int i;
	uint16_t address;
	uint32_t planes;

	for (i = 0; i < cells->cols; i++) {
		address = (uint16_t)(s->address + i);
		planes = scan_planes(f, m, scan_offset(f, address, s->row));
		cells->cell[cells->rows][i] = (struct vga_cell){
			(uint8_t)planes, (uint8_t)(planes >> 8) };
		if (address != cursor || cells->cursor ||
		    c[CRTC_CURSOR_START] & CRTC_CURSOR_OFF)
			continue;
		cells->cursor = true;
		cells->cursor_col = i;
		cells->cursor_row = cells->rows;
	}
}

bool vga_cells(const struct vga_frame *f, const uint8_t *memory, size_t size,
	       struct vga_cells *cells)
{
	const struct vga_bytes m = { memory, size };
	struct scan s = { .line = 0 };
	bool begins = true, split = false;

	cells->cursor = false;
	cells->rows = 0;
	cells->cols = frame_chars(f);
	if (f->kind != VGA_TEXT || f->blank)
		return false;
	for (scan_start(f, &s); s.line < f->height; scan_next(f, &s)) {
		/* The first row may begin in its middle; so does that below
		 * the line compare. */
		begins |= (s.row == 0 && !s.twice) || s.split != split;
		split = s.split;
		if (begins && cells->rows < VGA_ROWS)
			put_row(f, &m, &s, cells), cells->rows++;
		begins = false;
	}
	return true;
}

/* ---- UTF-8 -------------------------------------------------------------- */

/* put_utf8() - a character of code_page[], which is no longer than three
 * bytes. Return: how many. */
static size_t put_utf8(uint32_t c, char *to)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));
	return 3;
}

/* row_end() - how many characters a row has before the blanks at its end. */
static unsigned int row_end(const struct vga_cells *cells, unsigned int row)
{
	unsigned int n = cells->cols;

	while (n > 0 && vga_unicode(cells->cell[row][n - 1].code) == ' ')
		n--;
	return n;
}

size_t vga_text(const struct vga_frame *f, const uint8_t *memory, size_t size,
		char *utf8, size_t room)
{
	struct vga_cells cells;
	unsigned int row, i, n;
	size_t at = 0;

	if (!room)
		return 0;
	utf8[0] = 0;
	if (!vga_cells(f, memory, size, &cells))
		return 0;
	for (row = 0; row < cells.rows; row++) {
		n = row_end(&cells, row);
		/* A character, a line feed and the NUL. */
		for (i = 0; i < n && room - at >= 5; i++)
			at += put_utf8(vga_unicode(cells.cell[row][i].code),
				       utf8 + at);
		if (room - at < 2)
			break;
		utf8[at++] = '\n';
	}
	utf8[at] = 0;
	return at;
}
