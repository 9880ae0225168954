/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pc_state_test.c - the other world may have left anything in the chips'
 * registers: no access to any row of pc.def goes out of bounds, hangs, or
 * answers with more than its width, and what VMApp takes from it is in range.
 *
 * All lie in one struct, so a sanitizer does not see what leaves a chip's own
 * registers. So the same access is made on two states that differ everywhere
 * else: it must read the same, leave the same in its own, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "machine/pc.h"
#include "tests/lib_seed.h"

#define STATES		300u
#define ACCESSES	300u
#define DEBUG_EXIT	0xf4u

struct part {
	size_t at, size;
};

#define PART(field) { offsetof(struct pc_state, field), \
		      sizeof(((struct pc_state *)0)->field) }
#define ALARM(n) { offsetof(struct pc_state, alarm_ns) + 8 * (n), 8 }
#define CARD(field, n) { offsetof(struct pc_state, field) + \
			 (n) * sizeof(((struct pc_state *)0)->field[0]), \
			 sizeof(((struct pc_state *)0)->field[0]) }

/* What a window's chip may, by the function. */
static const struct part func_parts[PC_FUNCS][3] = {
	{ CARD(lance, 0), CARD(eeprom, 0) },
	{ CARD(lance, 1), CARD(eeprom, 1) },
	{ CARD(lance, 2), CARD(eeprom, 2) },
	{ CARD(lance, 3), CARD(eeprom, 3) },
	[FUNC_IDE] = { PART(ide) },
	[FUNC_VGA] = { PART(vga), PART(memmap) },
};
static const struct part region_parts[] = { PART(vga), PART(memmap),
					     { 0, 0 } };
static const struct part debug_exit_part[] = { PART(debug_exit), { 0, 0 } };

/* What a row's chip may look at and change, by the row's first port. */
static const struct { uint16_t first; struct part part[12]; } owned[] = {
	{ 0x1ce, { PART(vga), PART(memmap) } },
	{ 0x3b0, { PART(vga), PART(memmap) } },
	{ 0x1f0, { CARD(ide, 0), PART(piix3_ide) } },
	{ 0x3f6, { CARD(ide, 0), PART(piix3_ide) } },
	{ 0x170, { CARD(ide, 1), PART(piix3_ide) } },
	{ 0x376, { CARD(ide, 1), PART(piix3_ide) } },
	{ 0x020, { PART(pic) } }, { 0x0a0, { PART(pic) } },
	{ 0x4d0, { PART(pic) } },
	{ 0x040, { PART(pit), ALARM(PC_ALARM_PIT) } },
	{ 0x061, { PART(port61), PART(pit) } },
	{ 0x060, { PART(kbc), PART(keyboard), PART(mouse),
		   ALARM(PC_ALARM_KEYBOARD), ALARM(PC_ALARM_KBC),
		   PART(a20_shut) } },
	{ 0x064, { PART(kbc), PART(keyboard), PART(mouse),
		   ALARM(PC_ALARM_KEYBOARD), ALARM(PC_ALARM_KBC),
		   PART(a20_shut) } },
	{ 0x5658, { PART(vmmouse) } },
	{ 0x070, { PART(rtc), ALARM(PC_ALARM_RTC) } },
	{ 0x000, { PART(dma) } }, { 0x0c0, { PART(dma) } },
	{ 0x080, { PART(dma) } }, { 0x081, { PART(dma) } },
	{ 0x3f0, { PART(floppy), ALARM(PC_ALARM_FLOPPY) } },
	{ 0x3f7, { PART(floppy), ALARM(PC_ALARM_FLOPPY) } },
	{ 0x092, { PART(port92), PART(a20_shut) } },
	{ 0x0b2, { PART(pm) } },
	{ 0x600, { PART(pm), ALARM(PC_ALARM_PM) } },
	{ 0x510, { PART(fw_cfg) } }, { 0x514, { PART(fw_cfg) } },
	{ 0x608, { { 0, 0 } } },
	{ 0x60c, { PART(pm), ALARM(PC_ALARM_PM) } },
	{ 0xcf8, { PART(pci), PART(i440fx), PART(piix3),
		   PART(piix3_ide), PART(piix4), PART(pin_line),
		   PART(place), PART(nic_pci), PART(lance),
		   PART(memmap), PART(vga_pci) } },
#define LINE(id, name, kind, first, count, world, irq) \
	{ first, { PART(name), PART(line[LINE_##id]), \
		   ALARM(PC_ALARM_LINE0 + LINE_##id) } },
#include "machine/pc.def"
};

/* A world with its state. */
struct half {
	uint64_t now;
	struct pc_state *state, *before;
	struct pc pc;
	struct lance_stats stats[NIC_MAX];
};

static uint64_t seed;

static uint32_t any(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) ^ (uint32_t)(seed >> 9);
}

static uint64_t now_ns(void *self)
{
	return *(uint64_t *)self;
}

static void pull(void *self, unsigned int pin, bool level)
{
	(void)self, (void)level;
	assert_in_range(pin, 0, PIN_DEBUG_EXIT);
}

static void scribble(struct pc_state *s)
{
	uint8_t *p = (uint8_t *)s;
	size_t i;

	for (i = 0; i < sizeof(*s); i++)
		p[i] = (uint8_t)any();
}

static const struct part *parts_of(const struct pc_row *r)
{
	size_t i;

	if (pc_is_window((unsigned int)(r - pc_rows)))
		return func_parts[r->func];
	if (r - pc_rows >= PC_ROW_REGIONS && r - pc_rows < PC_ROW_JUMPERS)
		return region_parts;
	if (r - pc_rows >= PC_ROW_JUMPERS)
		return debug_exit_part;
	for (i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		if (owned[i].first == r->first)
			return owned[i].part;
	fail_msg("row %#x: say what its chip owns", r->first);
	return NULL;
}

/* copy_parts() - @from to @to, what the chip owns */
static void copy_parts(struct pc_state *to, const struct pc_state *from,
		       const struct part *part)
{
	for (; part->size; part++)
		memcpy((char *)to + part->at, (const char *)from + part->at,
		       part->size);
}

/* find() - the row is where the state says; nothing else is found at all. */
static void find(const struct pc *pc, unsigned int row, uint32_t offset)
{
	const struct pc_row *r = &pc_rows[row];
	const struct pc_place *p = pc->state->place;
	uint64_t at = r->first + offset;
	uint32_t got = 0;
	int found;

	if (pc_is_window(row))
		at = (uint64_t)p[row - PC_ROW_WINDOWS].base + offset;
	else if (row >= PC_ROW_JUMPERS)
		at = DEBUG_EXIT;
	else if (row < PC_ROW_REGIONS)
		assert_int_equal(pc_row((uint16_t)at), row);
	found = pc_find(pc, (enum pc_space)r->space, at, &got);
	assert_true(found >= -1 && found < PC_ROWS);
	if (found >= 0)
		assert_true(got < pc_rows[found].count);
	/* Windows that lie over it hide it; a region is where the map has it,
	 * and here is none. */
	if (found != (int)row &&
	    row - PC_ROW_WINDOWS >= PC_ROW_JUMPERS - PC_ROW_WINDOWS)
		assert_true(found >= 0 && pc_is_window((unsigned int)found));
	if (found == (int)row)
		assert_int_equal(got, offset);
}

/* look() - @h's chip has had an access: all else is as it was before. */
static void look(struct half *h, const struct part *part, unsigned int port)
{
	copy_parts(h->before, h->state, part);
	if (memcmp(h->before, h->state, sizeof(*h->state)))
		fail_msg("port %#x changes what is not its chip's", port);
}

static void one_access(struct half *a, struct half *b)
{
	const unsigned int row = any() % PC_ROWS;
	const struct pc_row *r = &pc_rows[row];
	const struct part *own = parts_of(r), *p;
	struct pc_access get = { .write = any() & 1, .value = any(),
				 .width = 1 }, same;
	uint32_t at = any() % r->count;
	unsigned int port = r->first + at;

	while (get.width < r->width && any() & 1)
		get.width *= 2;
	same = get;
	find(&a->pc, row, at);
	copy_parts(b->state, a->state, own);
	a->now = b->now += any() % 100000000;
	memcpy(a->before, a->state, sizeof(*a->state));
	memcpy(b->before, b->state, sizeof(*b->state));
	if (pc_blocked(&a->pc, row, at, &get))
		return;
	pc_access(&a->pc, row, at, &get);
	pc_access(&b->pc, row, at, &same);
	if (get.value != same.value)
		fail_msg("row %u, port %#x reads what is not its chip's", row,
			 port);
	for (p = own; p->size; p++)
		if (memcmp((char *)a->state + p->at, (char *)b->state + p->at,
			   p->size))
			fail_msg("row %u, port %#x goes by what is not its "
				 "chip's",
				 row, port);
	look(a, own, port);
	look(b, own, port);
}

/* tick() - what the VMM world does with the alarms; no hang, no crash */
static void tick(struct pc *pc)
{
	unsigned int i;

	for (i = 0; i < NIC_MAX; i++)
		assert_true(piix3_route(&pc->state->piix3, i) < 16);
	mc146818_tick(&pc->rtc);
	piix4_pm_tick(&pc->pm);
	pc_keyboard_tick(pc);
	pc_keyboard_idle(pc);
	pc_key(pc, any() % 256, any() & 1);
	pc_mouse(pc, (int)any(), (int)any(), (int)any(), any());
	pc_pointer(pc, any(), any(), (int)any(), any());
	i8254_tick(&pc->pit);
	for (i = 0; i < PC_LINES; i++) {
		pc_line_tick(pc, i);
		pc_line_look(pc, i);
	}
	pc_halted(pc);
	pc_settle(pc);
}

static struct half *half_new(void)
{
	static const uint8_t macs[NIC_MAX][6];
	struct half *h = calloc(1, sizeof(*h));
	const struct memfile memory = { .ram = 64u << 20 };
	struct pc_world world = { .now_ns = now_ns, .pin = pull, .timer = pull,
				  .intr = pull, .a20 = pull,
				  .lance_stats = h->stats,
				  .debug_exit_port = DEBUG_EXIT };

	assert_non_null(h);
	h->state = aligned_alloc(_Alignof(struct pc_state), sizeof(*h->state));
	h->before =
		aligned_alloc(_Alignof(struct pc_state), sizeof(*h->before));
	assert_non_null(h->state);
	assert_non_null(h->before);
	memset(h->state, 0, sizeof(*h->state));
	world.self = &h->now;
	pc_wire(&h->pc, h->state, &world, NIC_MAX);
	pc_power_on(&h->pc, 1700000000, &memory, macs);
	return h;
}

static void half_free(struct half *h)
{
	free(h->state);
	free(h->before);
	free(h);
}

static void any_state_is_safe(void **state)
{
	struct half *a = half_new(), *b = half_new();
	unsigned int i, k;

	(void)state;
	for (i = 0; i < STATES; i++) {
		scribble(a->state);
		scribble(b->state);
		for (k = 0; k < ACCESSES; k++)
			one_access(a, b);
		tick(&a->pc);
	}
	half_free(a);
	half_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_state_is_safe),
	};

	seed = test_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
