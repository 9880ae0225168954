/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interp_vga_test.c - a guest that draws on the board's VGA: by the window, in
 * planes and in memory, by banks and by the frame buffer; the picture is that
 * which it drew, and where it may write plain memory it meets no chip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/pc.h"
#include "machine/pcmap.h"
#include "screen/render.h"
#include "tests/unit/lib_machine.h"
#include "vmm/mmu/mmu.h"

#define LFB	0xfd000000u
#define VIDEO	(VGA_MEMORY + VGA_SHOWN_SIZE)

struct board {
	struct machine m;	/* first: the pins' board */
	struct pc_state state;
	struct pc pc;
	struct vga_frame frame;
	uint32_t *pixels;
	uint64_t accesses;	/* of memory, that the chip answered */
};

/* ---- the board ---------------------------------------------------------- */

static uint32_t access_any(struct board *b, enum pc_space space, uint64_t at,
			   struct pc_access a)
{
	uint32_t offset;
	int row = pc_find(&b->pc, space, at, &offset);

	if (row < 0)
		return 0xffffffff;
	assert_true(a.width <= pc_rows[row].width);
	if (!a.write)
		a.value = 0xffffffff;
	pc_access(&b->pc, (unsigned int)row, offset, &a);
	return a.value;
}

static void out(struct board *b, uint16_t port, unsigned int width, uint32_t v)
{
	access_any(b, PC_SPACE_IO, port,
		   (struct pc_access){ .write = true, .value = v,
				       .width = (uint8_t)width });
}

static void port_write(void *board, uint16_t port, unsigned int width,
		       uint32_t v)
{
	unsigned int i;

	if (port >= VGA_VBE_PORT && port <= VGA_VBE_PORT + 2) {
		out(board, port, width, v);
		return;
	}
	for (i = 0; i < width; i++)
		out(board, (uint16_t)(port + i), 1, v >> 8 * i & 0xff);
}

static uint32_t mmio_read(void *board, paddr at, unsigned int width)
{
	struct board *b = board;

	b->accesses++;
	return access_any(b, PC_SPACE_MEM, at,
			  (struct pc_access){ .width = (uint8_t)width });
}

static void mmio_write(void *board, paddr at, unsigned int width, uint32_t v)
{
	struct board *b = board;

	b->accesses++;
	access_any(b, PC_SPACE_MEM, at,
		   (struct pc_access){ .write = true, .value = v,
				       .width = (uint8_t)width });
}

static void mapped(void *board)
{
	struct board *b = board;

	if (guestmem_follow(&b->m.ram, &b->state.memmap))
		mmu_map_changed(b->m.cpu);
}

static void written(void *board, uint64_t key, uint64_t len)
{
	mmu_dma_written(((struct board *)board)->m.cpu, key, len);
}

static uint64_t now_ns(void *board)
{
	(void)board;
	return 0;
}

static void pull(void *board, unsigned int pin, bool level)
{
	(void)board, (void)pin, (void)level;
}

static int set_up(void **state)
{
	static struct board b;
	const struct pc_world world = {
		.self = &b, .now_ns = now_ns, .pin = pull, .timer = pull,
		.intr = pull, .a20 = pull, .mapped = mapped,
		.ram = &b.m.ram, .ram_written = written,
	};

	machine_open_parts(&b.m, 0, VIDEO);
	b.m.cpu->pins.port_write = port_write;
	b.m.cpu->pins.mmio_read = mmio_read;
	b.m.cpu->pins.mmio_write = mmio_write;
	pc_wire(&b.pc, &b.state, &world, 0);
	b.pixels = malloc(4ull * VGA_FRAME_WIDTH * VGA_FRAME_HEIGHT);
	*state = &b;
	return !b.pixels;
}

static int tear_down(void **state)
{
	struct board *b = *state;

	free(b->pixels);
	machine_close(&b->m);
	return 0;
}

static int anew(void **state)
{
	struct board *b = *state;

	pc_power_on(&b->pc, 0, &b->m.ram.parts, NULL);
	pc_shadow(&b->pc);
	pc_func_config(&b->pc, FUNC_VGA, 0x10, 4, LFB);
	pc_func_config(&b->pc, FUNC_VGA, 0x04, 2, 3);
	memset(b->pc.vga.memory, 0, VGA_MEMORY);
	mapped(b);
	machine_fresh(&b->m);
	b->accesses = 0;
	return 0;
}

/* ---- modes -------------------------------------------------------------- */

static void indexed(struct board *b, uint16_t port, const uint8_t *value,
		    unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		port_write(b, port, 2, i | (uint32_t)value[i] << 8);
}

/* set_mode() - 640 dots by 400 lines, all planes, grey colours. @graphics:
 * GR_MODE, GR_MISC; @memory: SEQ_MEMORY */
static void set_mode(struct board *b, uint8_t mode, uint8_t misc,
		     uint8_t memory, uint8_t row)
{
	const uint8_t seq[] = { 3, 1, misc & 1 ? 15 : 3, 0, memory };
	const uint8_t crtc[] = { 0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f,
				 0, (uint8_t)(0x40 | row), 0x20, 0, 0, 0, 0, 0,
				 0x9c, 0x0e, 0x8f, 0x28,
				 mode & GR_MODE_256 &&
					 memory & SEQ_MEMORY_CHAIN4 ? 0x40 : 0,
				 0x96, 0xb9,
				 memory & SEQ_MEMORY_CHAIN4 || !(misc & 1) ?
					 0xa3 : 0xe3, 0xff };
	const uint8_t gr[] = { 0, 0, 0, 0, 0, mode, misc, 15, 0xff };
	unsigned int i;

	out(b, 0x3c2, 1, 0x63);
	indexed(b, 0x3c4, seq, sizeof(seq));
	indexed(b, 0x3d4, crtc, sizeof(crtc));
	indexed(b, 0x3ce, gr, sizeof(gr));
	for (i = 0; i < 21; i++) {
		out(b, 0x3c0, 1, i);
		out(b, 0x3c0, 1, i < 16 ? i : i == 16 ? misc & 1 : 15);
	}
	out(b, 0x3c0, 1, 0x20);
	for (i = 0; i < 768; i++)
		out(b, 0x3c9, 1, i / 3 & 63);
	b->state.vga.display.attr[ATTR_PANNING] = 0;
	vga_show(&b->pc.vga, &b->state.vga.display,
		 sizeof(b->state.vga.display));
}

static void vbe(struct board *b, uint16_t index, uint16_t value)
{
	out(b, 0x1ce, 2, index);
	out(b, 0x1cf, 2, value);
}

static void vbe_mode(struct board *b, uint16_t bpp)
{
	out(b, 0x3c2, 1, 0x63);
	out(b, 0x3c0, 1, 0x20);
	vbe(b, VBE_X, 640);
	vbe(b, VBE_Y, 480);
	vbe(b, VBE_BPP, bpp);
	vbe(b, VBE_ENABLE, VBE_ENABLED | VBE_LFB);
}

static void render(struct board *b)
{
	assert_true(vga_frame_take(b->pc.vga.shown, &b->frame));
	vga_render(&b->frame, b->pc.vga.memory, VGA_MEMORY, 0, b->pixels);
}

static uint32_t pixel(const struct board *b, unsigned int x, unsigned int y)
{
	return b->pixels[y * b->frame.width + x];
}

static uint32_t grey(unsigned int n)
{
	n &= 63;
	return (n << 2 | n >> 4) * 0x010101u;
}

/* ---- what guests do ----------------------------------------------------- */

static void text(void **state)
{
	struct board *b = *state;
	char utf8[4096];
	unsigned int i;

	set_mode(b, GR_MODE_ODD_EVEN, 0x0e, 2, 15);
	/* mov edi,B8000h; mov ecx,2000; mov ax,720h
	 * 1: mov al,cl; and al,1Fh; or al,40h; mov [edi],ax; add edi,2
	 *    dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(&b->m, 0xbf, LE32(0xb8000), 0xb9, LE32(2000), 0x66,
			     0xb8, 0x20, 0x07, 0x88, 0xc8, 0x24, 0x1f, 0x0c,
			     0x40, 0x66, 0x89, 0x07, 0x83, 0xc7, 0x02, 0x49,
			     0x75, 0xf1, 0xf4),
			 -1);
	assert_in_range(b->accesses, 1, VGA_STEADY);
	render(b);
	assert_int_equal(vga_text(&b->frame, b->pc.vga.memory, VGA_MEMORY, utf8,
				  sizeof(utf8)),
			 25 * 81);
	for (i = 0; i < 2000; i++)
		assert_int_equal(utf8[i + i / 80], 0x40 | ((2000 - i) & 0x1f));
}

static void mode_13h(void **state)
{
	struct board *b = *state;
	unsigned int x, y;

	set_mode(b, GR_MODE_256, 0x05, 0x0e, 1);
	/* mov edi,A0000h; mov ecx,64000
	 * 1: mov [edi],cl; inc edi; dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(&b->m, 0xbf, LE32(0xa0000), 0xb9, LE32(64000),
			     0x88, 0x0f, 0x47, 0x49, 0x75, 0xfa, 0xf4),
			 -1);
	assert_in_range(b->accesses, 1, VGA_STEADY);
	render(b);
	for (y = 0; y < 400; y += 3)
		for (x = 0; x < 640; x++)
			assert_int_equal(pixel(b, x, y),
					 grey(64000 - y / 2 * 320 - x / 2));
}

/* mode_x() - a plane after the other, behind the map mask. */
static void mode_x(void **state)
{
	struct board *b = *state;
	unsigned int x, y;

	set_mode(b, GR_MODE_256, 0x05, 6, 1);
	/* mov ebx,102h; mov edx,3C4h
	 * 2: mov eax,ebx; out dx,ax; mov edi,A0000h; mov ecx,16000
	 * 1: mov eax,ecx; add al,bh; mov [edi],al; inc edi; dec ecx; jnz 1b
	 *    add bh,bh; cmp bh,16; jne 2b; hlt */
	assert_int_equal(RUN(&b->m, 0xbb, LE32(0x102), 0xba, LE32(0x3c4), 0x89,
			     0xd8, 0x66, 0xef, 0xbf, LE32(0xa0000), 0xb9,
			     LE32(16000), 0x89, 0xc8, 0x00, 0xf8, 0x88, 0x07,
			     0x47, 0x49, 0x75, 0xf6, 0x00, 0xff, 0x80, 0xff,
			     0x10, 0x75, 0xe1, 0xf4),
			 -1);
	assert_int_equal(b->accesses, 64000);
	render(b);
	for (y = 0; y < 400; y += 3)
		for (x = 0; x < 640; x++)
			assert_int_equal(pixel(b, x, y),
					 grey(16000 - y / 2 * 80 - x / 8 +
					      (1u << x / 2 % 4)));
}

/* latches() - four planes of a line are copied by REP MOVSB in write mode 1,
 * after a colour was written in mode 2. */
static void latches(void **state)
{
	struct board *b = *state;
	unsigned int x;

	set_mode(b, 2, 0x05, 6, 0);
	/* mov edi,A0000h; mov ecx,80
	 * 1: mov [edi],cl; inc edi; dec ecx; jnz 1b
	 * mov edx,3CEh; mov eax,105h; out dx,ax
	 * mov esi,A0000h; mov edi,A0000h+80; mov ecx,80; rep movsb; hlt */
	assert_int_equal(RUN(&b->m, 0xbf, LE32(0xa0000), 0xb9, LE32(80), 0x88,
			     0x0f, 0x47, 0x49, 0x75, 0xfa, 0xba, LE32(0x3ce),
			     0xb8, LE32(0x105), 0x66, 0xef, 0xbe, LE32(0xa0000),
			     0xbf, LE32(0xa0050), 0xb9, LE32(80), 0xf3, 0xa4,
			     0xf4),
			 -1);
	render(b);
	for (x = 0; x < 640; x++) {
		assert_int_equal(pixel(b, x, 0), grey((80 - x / 8) & 15));
		assert_int_equal(pixel(b, x, 1), grey((80 - x / 8) & 15));
		assert_int_equal(pixel(b, x, 2), 0);
	}
}

static void frame_buffer(void **state)
{
	struct board *b = *state;
	unsigned int i;

	vbe_mode(b, 32);
	/* mov edi,LFB; mov ecx,640*300
	 * 1: mov [edi],ecx; add edi,4; dec ecx; jnz 1b; hlt */
	assert_int_equal(RUN(&b->m, 0xbf, LE32(LFB), 0xb9, LE32(640 * 300),
			     0x89, 0x0f, 0x83, 0xc7, 0x04, 0x49, 0x75, 0xf8,
			     0xf4),
			 -1);
	assert_int_equal(b->accesses, 0);
	render(b);
	for (i = 0; i < 640 * 300; i++)
		assert_int_equal(b->pixels[i], 640 * 300 - i);
}

/* banks() - 32 KiB in each of four banks; what was memory of one is no more. */
static void banks(void **state)
{
	struct board *b = *state;
	unsigned int i;

	vbe_mode(b, 8);
	/* xor ebx,ebx
	 * 2: mov edx,1CEh; mov eax,5; out dx,ax; inc edx; mov eax,ebx
	 *    out dx,ax; mov edi,A0000h; mov ecx,8000h
	 * 1: lea eax,[ebx+ecx]; mov [edi],al; inc edi; dec ecx; jnz 1b
	 *    inc ebx; cmp ebx,4; jne 2b; hlt */
	assert_int_equal(RUN(&b->m, 0x31, 0xdb, 0xba, LE32(0x1ce), 0xb8,
			     LE32(5), 0x66, 0xef, 0x42, 0x89, 0xd8, 0x66, 0xef,
			     0xbf, LE32(0xa0000), 0xb9, LE32(0x8000), 0x8d,
			     0x04, 0x0b, 0x88, 0x07, 0x47, 0x49, 0x75, 0xf7,
			     0x43, 0x83, 0xfb, 0x04, 0x75, 0xd6, 0xf4),
			 -1);
	assert_int_equal(b->accesses, 4 * VGA_STEADY);
	for (i = 0; i < 4 * 0x8000; i++)
		assert_int_equal(
			b->pc.vga.memory[i / 0x8000 * 0x10000 + i % 0x8000],
			(uint8_t)(i / 0x8000 - i));
}

/* code_is_overwritten() - code in the frame buffer, which is run, then written
 * by the window that the chip answers, then run again. */
static void code_is_overwritten(void **state)
{
	struct board *b = *state;

	vbe_mode(b, 8);
	/* mov dword [LFB],1B8h; mov word [LFB+4],C300h; mov edi,LFB; call edi
	 * mov ebx,eax; mov byte [A0001h],2; call edi; hlt */
	assert_int_equal(RUN(&b->m, 0xc7, 0x05, LE32(LFB), LE32(0x1b8), 0x66,
			     0xc7, 0x05, LE32(LFB + 4), 0x00, 0xc3, 0xbf,
			     LE32(LFB), 0xff, 0xd7, 0x89, 0xc3, 0xc6, 0x05,
			     LE32(0xa0001), 0x02, 0xff, 0xd7, 0xf4),
			 -1);
	assert_int_equal(b->m.cpu->gpr[REG_EBX], 1);
	assert_int_equal(b->m.cpu->gpr[REG_EAX], 2);
}

/* what_is_told_is_hidden() - behind video memory the guest sees nothing. */
static void what_is_told_is_hidden(void **state)
{
	struct board *b = *state;
	uint64_t shown = b->m.ram.parts.ram + VGA_MEMORY;
	uint32_t i;

	for (i = 0; i < b->m.ram.map.count; i++) {
		const struct mem_span *s = &b->m.ram.map.span[i];

		if (s->read < MEM_DROP)
			assert_true(s->read + s->size <= shown ||
				    s->read >= shown + VGA_SHOWN_SIZE);
	}
}

#define T(f) cmocka_unit_test_setup(f, anew)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(text), T(mode_13h), T(mode_x), T(latches), T(frame_buffer),
		T(banks), T(code_is_overwritten), T(what_is_told_is_hidden),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
