/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chipset_fuzz.c - a guest that writes anything to the registers that say what
 * memory it sees: the host bridge's PAM registers, the VGA's BAR, and the two
 * gates of address line 20, port 92h and the keyboard controller.
 *
 * The target keeps what was written last, and says from that alone what is
 * right (`want`). While nobody else writes into the registers ("peace"), after
 * each step:
 *
 * 1. The map's spans are in order, do not overlap, and each page is what the
 *    registers say: each part of C0000-FFFFF RAM or ROM by its nibble, all
 *    else as at power-on, but for video memory.
 * 2. The map has changed only if this has: no write to a gate changes it.
 * 3. Line 20 is as the last write to either gate said. The reset pin was
 *    pulled as often as was asked for, by four ways.
 * 4. What reads of the bridge and the gates give is what was written, where it
 *    can be.
 * 5. A write changes the memory that the map says, and none else.
 *
 * Else another world writes into the registers and the map's state; then all
 * spans still lie in the memory file.
 *
 * tests/fuzz: runs 1500
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/video/vga_shown.h"
#include "machine/pc.h"
#include "tests/fuzz/spans.h"
#include "tests/fuzz/target.h"
#include "vmdriver/options.h"

#define PAGE	0x1000u
#define RAM	(20u << 20)	/* ends in the middle of a place for a BAR */
#define ROM	(256u << 10)
#define FOUR_GB	(1ull << 32)
#define PARTS	13u		/* of C0000-FFFFF */

/* Pages whose words are written: the first ones, and the ROM's. */
#define LOW	(0x110000u / PAGE)
#define PROBED	(LOW + ROM / PAGE)

#define BRIDGE	0x80000000u	/* CONFIG_ADDRESS of slot 0 */
#define VGA	0x80003000u	/* of slot 6 */

static struct pc pc;
static struct pc_state *state;
static struct guestmem gm;
static bool peace;		/* nobody else writes */
static bool a20;		/* the line */
static unsigned int resets;	/* how often the pin was pulled */
static uint64_t told_len;	/* bytes that a write was said to change */

/* What the guest has written, and so what is right. */
static struct {
	uint32_t address;	/* CONFIG_ADDRESS */
	uint8_t bridge[256];
	uint8_t vga_command, vga_bar;	/* decodes; BAR0's highest byte */
	uint8_t reset_control;	/* CF9h */
	uint8_t port92;
	uint8_t output;		/* the keyboard controller's output port */
	bool output_next;	/* D1h was written: a byte for it follows */
	bool a20;
	unsigned int resets;
	uint32_t word[PROBED][2];	/* the first and last of each page */
} want;

/* What pages there are, as far as a guest can change it. */
struct view {
	uint8_t access[PARTS];
	uint64_t video;
};

/* ---- what is right: memory ----------------------------------------------- */

/* want_view() - by the tables of the bridge's data sheet: 59h has the BIOS area
 * in its high nibble, 5Ah to 5Fh have 16 KiB in each. */
static struct view want_view(void)
{
	struct view v = { .access = { want.bridge[0x59] >> 4 & 3 } };
	unsigned int i;

	for (i = 0; i < 6; i++) {
		v.access[1 + 2 * i] = want.bridge[0x5a + i] & 3;
		v.access[2 + 2 * i] = want.bridge[0x5a + i] >> 4 & 3;
	}
	if (want.vga_command & 2)
		v.video = (uint64_t)want.vga_bar << 24;
	return v;
}

static bool same_view(const struct view *a, const struct view *b)
{
	return !memcmp(a->access, b->access, PARTS) && a->video == b->video;
}

/* want_part() - a page of C0000-FFFFF, whose part has these two bits. */
static struct mem_page want_part(uint32_t page, uint8_t access)
{
	struct mem_page p = { MEM_NONE, MEM_NONE };

	if (page >= 0xe0000)
		p.read = RAM + ROM - 0x100000 + page;
	if (access & 1)
		p.read = page;
	if (p.read != MEM_NONE)
		p.write = MEM_DROP;
	if (access & 2)
		p.write = page;
	return p;
}

static struct mem_page want_page(const struct view *v, uint64_t page)
{
	const struct mem_page none = { MEM_NONE, MEM_NONE };
	uint64_t key;

	if (page >= 0xf0000 && page < 0x100000)
		return want_part((uint32_t)page, v->access[0]);
	if (page >= 0xc0000 && page < 0xf0000)
		return want_part((uint32_t)page,
				 v->access[1 + (page - 0xc0000) / 0x4000]);
	if (page >= 0xa0000 && page < 0xc0000)
		return none;
	if (page < RAM)
		return (struct mem_page){ page, page };
	if (page >= FOUR_GB - ROM && page < FOUR_GB)
		return (struct mem_page){ RAM + page - (FOUR_GB - ROM),
					  MEM_DROP };
	if (!v->video || page < v->video || page - v->video >= VGA_MEMORY)
		return none;
	key = RAM + ROM + page - v->video;
	return (struct mem_page){ key, key };
}

/* page_ok() - the map says what is right of a page. */
static void page_ok(const struct view *v, uint64_t page)
{
	struct mem_page is = guestmem_page(&gm, page);
	struct mem_page right = want_page(v, page);
	bool window = page >= 0xa0000 && page < 0xc0000;
	bool plain = right.write < MEM_DROP && right.read == right.write;

	ASSERT(is.read == right.read && is.write == right.write);
	ASSERT(memmap_owner(&gm.map, page) == (window ? OWNER_VGA : 0));
	ASSERT(!!guestmem_ptr(&gm, page, PAGE) == plain);
}

/* map_ok() - each page is right: both ends of each span and of each gap, and
 * of all that there can be. In between they count on by themselves. */
static void map_ok(const struct view *v)
{
	static const uint64_t edges[] = { 0x0a0000, 0x0c0000, 0x100000, RAM,
					  FOUR_GB - ROM, FOUR_GB,
					  MEMMAP_TOP - PAGE };
	uint64_t page;
	uint32_t i;

	spans_ok(&gm);
	for (i = 0; i < gm.map.count; i++) {
		const struct mem_span *s = &gm.map.span[i];

		if (s->first)
			page_ok(v, s->first - PAGE);
		page_ok(v, s->first);
		page_ok(v, s->first + s->size - PAGE);
		page_ok(v, s->first + s->size);
	}
	for (i = 0; i < ARRAY_SIZE(edges); i++) {
		page_ok(v, edges[i] - PAGE);
		page_ok(v, edges[i]);
	}
	for (page = 0xc0000; page < 0x100000; page += 0x4000) {
		page_ok(v, page);
		page_ok(v, page + 0x3000);
	}
	page_ok(v, v->video);
	page_ok(v, v->video + VGA_MEMORY - PAGE);
}

/* ---- what is right: registers -------------------------------------------- */

static void want_bridge_new(void)
{
	static const uint8_t head[] = { 0x86, 0x80, 0x37, 0x12, 0x06, 0,
					0x80, 0x02, 0x02, 0,	0,    0x06 };

	memset(want.bridge, 0, sizeof(want.bridge));
	memcpy(want.bridge, head, sizeof(head));
	put_le16(want.bridge + 0x2c, 0x1af4);
	put_le16(want.bridge + 0x2e, 0x1100);
}

/* want_config() - a byte for the function that CONFIG_ADDRESS names. All of the
 * bridge's own registers keep what is written, with no reserved bit. */
static void want_config(uint8_t reg, uint8_t v)
{
	uint32_t at = want.address & 0xffffff00;

	if (at == BRIDGE && reg >= 0x50)
		want.bridge[reg] = v;
	else if (at == BRIDGE && reg == 0x0d)
		want.bridge[reg] = v & 0xf8;
	else if (at == VGA && reg == 0x04)
		want.vga_command = v & 3;
	else if (at == VGA && reg == 0x13)
		want.vga_bar = v;
}

/* want_pci() - an access that is not the whole of CONFIG_ADDRESS or within
 * CONFIG_DATA is none; but CF9h is a register of its own. */
static void want_pci(unsigned int at, unsigned int width, uint32_t v)
{
	unsigned int i;

	if (at == 0 && width == 4)
		want.address = v & 0x80fffffc;
	if (at == 1 && width == 1) {
		want.resets += v >> 2 & ~(want.reset_control >> 2) & 1;
		want.reset_control = v & 6;
	}
	for (i = 0; at >= 4 && at + width <= 8 && i < width; i++)
		want_config((uint8_t)((want.address & 0xfc) + at - 4 + i),
			    (uint8_t)(v >> 8 * i));
}

static void want_output(uint8_t v)
{
	want.output = v;
	want.a20 = v & 2;
	want.resets += !(v & 1);
}

static void want_command(uint8_t c)
{
	want.output_next = c == 0xd1;
	if (c == 0xdd || c == 0xdf)
		want_output((uint8_t)((want.output & ~2) | (c & 2)));
	if (c >= 0xf0)
		want.resets += !(c & 1);
}

static void want_out(unsigned int port, unsigned int width, uint32_t v)
{
	bool next = want.output_next;

	if (port >= 0xcf8)
		want_pci(port - 0xcf8, width, v);
	if (port == 0x92) {
		want.resets += v & ~(uint32_t)want.port92 & 1;
		want.port92 = (uint8_t)v;
		want.a20 = v & 2;
	}
	if (port == 0x64)
		want_command((uint8_t)v);
	if (port == 0x60) {
		want.output_next = false;
		if (next)
			want_output((uint8_t)v);
	}
}

/* want_data() - what a read of CONFIG_DATA gives; false: that is not known
 * here. */
static bool want_data(unsigned int at, unsigned int width, uint32_t *v)
{
	uint32_t a = want.address, slot = a >> 11 & 31;
	unsigned int i;

	*v = width == 4 ? 0xffffffff : (1u << 8 * width) - 1;
	if (at < 4 || at + width > 8 || !(a & BRIDGE) || a & 0xff0000)
		return true;
	if ((a & 0xffffff00) == BRIDGE)
		for (*v = 0, i = 0; i < width; i++)
			*v |= (uint32_t)want.bridge[(a & 0xfc) + at - 4 + i]
			      << 8 * i;
	return slot != 1 && slot != 6;
}

/* read_ok() - a read gave @v. */
static void read_ok(unsigned int port, unsigned int width, uint32_t v)
{
	uint32_t right = v;

	if (port == 0x92)
		right = want.port92;
	else if (port == 0xcf8 && width == 4)
		right = want.address;
	else if (port == 0xcf9 && width == 1)
		right = want.reset_control;
	else if (port >= 0xcf8 && !want_data(port - 0xcf8, width, &right))
		return;
	ASSERT(v == right);
}

/* ---- the board ----------------------------------------------------------- */

static uint64_t now_ns(void *self)
{
	(void)self;
	return 0;
}

static void pull(void *self, unsigned int pin, bool level)
{
	(void)self;
	resets += pin == PIN_RESET && level;
}

static void line_20(void *self, unsigned int pin, bool level)
{
	(void)self;
	(void)pin;
	a20 = level;
}

static void follow(void *self)
{
	(void)self;
	guestmem_follow(&gm, &state->memmap);
}

static void told(void *self, uint64_t key, uint64_t len)
{
	(void)self;
	span_in_file(&gm, key, len);
	told_len += len;
}

const char *fuzz_open(void)
{
	const struct memfile parts = { .ram = RAM, .rom = ROM,
				       .video = VGA_MEMORY + VGA_SHOWN_SIZE };
	const struct pc_world world = { .now_ns = now_ns, .pin = pull,
					.a20 = line_20, .mapped = follow,
					.ram = &gm,
					.debug_exit_port = DEBUG_EXIT_NONE };

	state = aligned_alloc(_Alignof(struct pc_state), sizeof(*state));
	if (!state || guestmem_create_parts(&gm, &parts))
		return "no memory";
	memset(state, 0, sizeof(*state));
	pc_wire(&pc, state, &world, 0);
	return NULL;
}

/* probed() - the first or last word of a page of the file. */
static uint8_t *probed(unsigned int page, unsigned int last)
{
	uint64_t key = page < LOW ? page * PAGE : RAM + (page - LOW) * PAGE;

	return gm.base + key + last * (PAGE - 4);
}

static void words_new(void)
{
	unsigned int i, k;

	for (i = 0; i < PROBED; i++)
		for (k = 0; k < 2; k++) {
			want.word[i][k] = 0x9e3779b9u * (2 * i + k + 1);
			put_le32(probed(i, k), want.word[i][k]);
		}
}

/* memory_ok() - nobody wrote but where it was right. */
static void memory_ok(void)
{
	unsigned int i, k;

	for (i = 0; i < PROBED; i++)
		for (k = 0; k < 2; k++)
			ASSERT(get_le32(probed(i, k)) == want.word[i][k]);
}

/* power_on() - a new machine, as after a reset: of the old one only the memory
 * file is left, with other words in it. */
static void power_on(void)
{
	memset(state, 0, sizeof(*state));
	memset(&gm.map, 0, sizeof(gm.map));
	memset(&want, 0, sizeof(want));
	words_new();
	want_bridge_new();
	want.port92 = 2;
	want.output = 3;
	want.a20 = true;
	a20 = false;
	pc_power_on(&pc, 1700000000, &gm.parts, NULL);
	resets = 0;
	follow(NULL);
}

/* ---- what a guest does --------------------------------------------------- */

/* one_access() - by the chip that is there, if any. Return: what was read. */
static uint32_t one_access(unsigned int port, unsigned int width, bool write,
			   uint32_t v)
{
	struct pc_access a = { .width = (uint8_t)width, .write = write,
			       .value = write ? v : 0xffffffff };
	uint32_t offset;
	int row = pc_find(&pc, PC_SPACE_IO, port, &offset);

	if (row >= 0)
		pc_access(&pc, (unsigned int)row, offset, &a);
	return width == 4 ? a.value : a.value & ((1u << 8 * width) - 1);
}

/* is_pci() - ports that can be accessed by more than a byte. */
static bool is_pci(unsigned int port)
{
	return port >= 0xcf8 && port < 0xd00;
}

static void out(unsigned int port, unsigned int width, uint32_t v)
{
	unsigned int i;

	/* No window of the IDE's: it would hide ports of other chips. */
	if (port == 0xcf8 && width == 4 && (v >> 8 & 0xffff) == 0x0009)
		v ^= 0x100;
	if (is_pci(port) || width == 1) {
		want_out(port, width, v);
		one_access(port, width, true, v);
		return;
	}
	for (i = 0; i < width; i++)
		out(port + i, 1, v >> 8 * i & 0xff);
}

static void in(unsigned int port, unsigned int width)
{
	unsigned int i;
	uint32_t v;

	if (is_pci(port) || width == 1) {
		v = one_access(port, width, false, 0);
		if (peace)
			read_ok(port, width, v);
		return;
	}
	for (i = 0; i < width; i++)
		in(port + i, 1);
}

/* config() - write a register as a guest should, and read it again. */
static void config(uint32_t address, unsigned int width, uint32_t v)
{
	out(0xcf8, 4, address);
	out(0xcfc + (address & 3), width, v);
	in(0xcfc + (address & 3), width);
}

/* kbc_full() - does the keyboard controller have a byte to be read? */
static bool kbc_full(void)
{
	return one_access(0x64, 1, false, 0) & 1;
}

/* output_port() - ask the keyboard controller, once it has no more to say. */
static void output_port(void)
{
	unsigned int n;
	uint32_t v;
	bool full;

	for (n = 0; n < 32 && kbc_full(); n++)
		one_access(0x60, 1, false, 0);
	out(0x64, 1, 0xd0);
	full = kbc_full();
	v = one_access(0x60, 1, false, 0);
	ASSERT(!peace || (n < 32 && full && v == want.output));
}

/* word_of() - the word that lies at a key and is looked after; NULL: none is
 * there. */
static uint32_t *word_of(uint64_t key, unsigned int last)
{
	return key >= MEM_DROP ? NULL :
	       key < RAM       ? &want.word[key / PAGE][last] :
				 &want.word[LOW + (key - RAM) / PAGE][last];
}

/* memory() - write and read the last word of a page and the first one of the
 * next: all or nothing. */
static void memory(uint64_t page, uint32_t v)
{
	const struct view view = want_view();
	const struct mem_page a = want_page(&view, page),
			      b = want_page(&view, page + PAGE);
	bool full = a.write != MEM_NONE && b.write != MEM_NONE, done;
	uint32_t *to[2] = { word_of(a.write, 1), word_of(b.write, 0) };
	uint32_t *from[2] = { word_of(a.read, 1), word_of(b.read, 0) };
	uint8_t buf[8];
	unsigned int i;

	told_len = 0;
	put_le32(buf, v);
	put_le32(buf + 4, ~v);
	done = !guestmem_write(&gm, page + PAGE - 4, buf, 8, told, NULL);
	ASSERT(done == full);
	for (i = 0; full && i < 2; i++)
		if (to[i]) {
			*to[i] = get_le32(buf + 4 * i);
			told_len -= 4;
		}
	ASSERT(!told_len);
	done = !guestmem_read(&gm, page + PAGE - 4, buf, 8);
	ASSERT(done == (from[0] && from[1]));
	for (i = 0; done && i < 2; i++)
		ASSERT(get_le32(buf + 4 * i) == *from[i]);
}

/* ---- steps --------------------------------------------------------------- */

static unsigned int any_port(struct fuzz_input *in_put)
{
	static const uint16_t ports[] = { 0x60, 0x64, 0x92, 0xcf8, 0xcf9,
					  0xcfc, 0xcfd, 0xcfe };
	uint8_t how = fuzz_byte(in_put);

	if (how < 64)		/* any, and some before and behind */
		return how < 32 ? 0x5du + how % 8 : 0xcf5u + how % 16;
	return ports[how % ARRAY_SIZE(ports)];
}

static void step_out(struct fuzz_input *in_put, unsigned int width)
{
	unsigned int port = any_port(in_put);

	out(port, width, fuzz_long(in_put));
}

static void step_in(struct fuzz_input *in_put, unsigned int width)
{
	in(any_port(in_put), width);
}

/* step_pam() - a PAM register, or one beside them. */
static void step_pam(struct fuzz_input *in_put, unsigned int width)
{
	uint32_t reg = 0x57u + fuzz_byte(in_put) % 10u;

	config(BRIDGE | reg, width, fuzz_long(in_put));
}

/* step_config() - any register of the bridge's, the VGA's or somebody's. */
static void step_config(struct fuzz_input *in_put, unsigned int width)
{
	static const uint32_t of[] = { BRIDGE, BRIDGE, VGA, 0x80000800,
				       0x80000b00, 0x00000000 };
	uint8_t how = fuzz_byte(in_put);
	uint32_t at = of[how % ARRAY_SIZE(of)] | fuzz_byte(in_put);

	if (how >= 240)		/* another function, bus or bit */
		at ^= (uint32_t)fuzz_byte(in_put) << (how & 15) << 4;
	config(at, width, fuzz_long(in_put));
}

/* step_video() - show video memory somewhere: where RAM ends, where ROM is, at
 * 0, or anywhere; or nowhere. */
static void step_video(struct fuzz_input *in_put, unsigned int width)
{
	static const uint8_t bar[] = { 0x01, 0xff, 0x00, 0x02, 0xfe, 0x80 };
	uint8_t how = fuzz_byte(in_put), v = fuzz_byte(in_put);

	if (how & 1)
		config(VGA | 0x04, width, v);
	else
		config(VGA | 0x13, 1, how & 2 ? v : bar[v % ARRAY_SIZE(bar)]);
}

/* step_gate() - move line 20 by one of the ways that guests know. */
static void step_gate(struct fuzz_input *in_put, unsigned int width)
{
	uint8_t how = fuzz_byte(in_put), v = fuzz_byte(in_put);

	switch (how % 4) {
	case 0:
		out(0x92, width, v);
		break;
	case 1:
		out(0x64, 1, 0xd1);
		out(0x60, 1, v);
		break;
	case 2:
		out(0x64, 1, v & 1 ? 0xdd : 0xdf);
		break;
	default:
		out(0x64, 1, 0xd1);	/* something may come in between */
		break;
	}
}

static void step_memory(struct fuzz_input *in_put, unsigned int width)
{
	uint16_t n = fuzz_word(in_put);
	uint64_t page = 0xbf000 + n % 66u * PAGE;

	(void)width;
	if (n >= 0xc000)
		page = n % (LOW - 1) * PAGE;
	if (n >= 0xf000)
		page = FOUR_GB - ROM + n % (ROM / PAGE - 1) * PAGE;
	if (peace)
		memory(page, fuzz_long(in_put));
}

static void step_output(struct fuzz_input *in_put, unsigned int width)
{
	(void)in_put;
	(void)width;
	output_port();
}

/* step_machine() - what is done around a guest: firmware's part, and a new
 * machine after a reset. */
static void step_machine(struct fuzz_input *in_put, unsigned int width)
{
	(void)width;
	if (fuzz_byte(in_put) & 1) {
		pc_shadow(&pc);
		want.bridge[0x59] = 0x30;
		memset(want.bridge + 0x5a, 0x33, 6);
	} else if (want.resets) {
		memory_ok();
		power_on();
	}
}

typedef void step_fn(struct fuzz_input *in_put, unsigned int width);

static step_fn *const steps[] = {
	step_out, step_in, step_pam, step_config, step_gate, step_memory,
	step_output, step_machine, step_video,
};

/* one_step() - and all that is true after it. */
static void one_step(struct fuzz_input *in_put)
{
	const struct view before = want_view();
	uint32_t generation = gm.map.generation;
	uint8_t how = fuzz_byte(in_put);
	step_fn *step = steps[how % ARRAY_SIZE(steps)];
	struct view now;

	step(in_put, 1u << how / ARRAY_SIZE(steps) % 3);
	if (!peace) {
		follow(NULL);
		spans_ok(&gm);
		return;
	}
	now = want_view();
	ASSERT(gm.map.generation == state->memmap.generation);
	ASSERT(step == step_machine ||
	       (gm.map.generation == generation) == same_view(&now, &before));
	if (gm.map.generation != generation)
		map_ok(&now);
	ASSERT(a20 == want.a20 && !state->a20_shut == want.a20);
	ASSERT(resets == want.resets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in_put = { data, size };
	uint32_t seed = fuzz_long(&in_put);
	struct view last;

	peace = !seed;
	power_on();
	fuzz_scribble(&state->i440fx, sizeof(state->i440fx), seed);
	fuzz_scribble(&state->vga_pci, sizeof(state->vga_pci), seed);
	fuzz_scribble(&state->kbc, sizeof(state->kbc), seed);
	fuzz_scribble(&state->memmap, sizeof(state->memmap), seed);
	while (in_put.left)
		one_step(&in_put);
	fuzz_scribble_end();
	memory_ok();
	last = want_view();
	if (peace)
		map_ok(&last);
	return 0;
}

/* seed_config() - each register of the bridge's is written once. */
static size_t seed_config(uint8_t *buf, size_t size)
{
	size_t i, at = 4;

	memset(buf, 0, size);
	for (i = 0; i < 256 && at + 7 <= size; i++, at += 7) {
		buf[at] = 3;		/* step_config(), a byte */
		buf[at + 2] = (uint8_t)i;
		buf[at + 3] = (uint8_t)~want.bridge[i];
	}
	return at;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n > 12)
		return 0;
	if (n == 12) {
		want_bridge_new();
		return seed_config(buf, size);
	}
	i = fuzz_noise(buf, size, 600, n, 7, 3);
	put_le32(buf, n < 8 ? 0 : n * 0x9e3779b9u);	/* mostly with peace */
	return i;
}
