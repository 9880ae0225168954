/* SPDX-License-Identifier: BSD-2-Clause */
/* memmap_test.c - the address map: each kind, ends, overlaps, change at run
 * time, what a hostile state says; and this machine's map, by PAM registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "machine/memmap.h"
#include "machine/pcmap.h"
#include "tests/lib_seed.h"

#define PAGE	4096ull
#define FILE	(64 * PAGE)
#define BOTH	(MEM_READ | MEM_WRITE)

static struct memmap map;
static struct memmap_state state;

static int fresh(void **unused)
{
	(void)unused;
	memset(&map, 0, sizeof(map));
	memset(&state, 0, sizeof(state));
	return 0;
}

/* put() - pages @first, @count of them, in a slot; they show page @at. */
static void put(unsigned int slot, enum mem_kind kind, unsigned int access,
		uint64_t first, uint64_t count, uint64_t at)
{
	const struct memmap_region r = {
		.first = first * PAGE, .size = count * PAGE, .at = at * PAGE,
		.kind = (uint8_t)kind, .owner = (uint8_t)(slot + 1),
		.access = (uint8_t)access,
	};

	memmap_set(&state, slot, &r);
}

static void follow(void)
{
	assert_true(memmap_follow(&map, &state, FILE));
}

/* number() - of the page that an offset says; what is none stays. */
static uint64_t number(uint64_t at)
{
	return at >= MEM_DROP ? at : at / PAGE;
}

/* is() - page @page reads and writes these pages of the file. */
static void is(uint64_t page, uint64_t read, uint64_t write)
{
	struct mem_page p = memmap_page(&map, page * PAGE);

	if (number(p.read) != read || number(p.write) != write)
		fail_msg("page %#llx reads %#llx, writes %#llx; not %#llx, "
			 "%#llx",
			 (unsigned long long)page,
			 (unsigned long long)number(p.read),
			 (unsigned long long)number(p.write),
			 (unsigned long long)read, (unsigned long long)write);
}

static void each_kind_has_its_ends(void **unused)
{
	(void)unused;
	put(0, MEM_RAM, BOTH, 16, 2, 3);
	put(1, MEM_ROM, BOTH, 18, 1, 5);
	put(2, MEM_VIDEO, BOTH, 32, 2, 60);
	put(3, MEM_MMIO, BOTH, 40, 2, 0);
	put(4, MEM_ALIAS, BOTH, 50, 3, 16);
	follow();
	is(15, MEM_NONE, MEM_NONE);
	is(16, 3, 3);
	is(17, 4, 4);
	is(18, 5, MEM_DROP);
	is(19, MEM_NONE, MEM_NONE);
	is(31, MEM_NONE, MEM_NONE);
	is(32, 60, 60);
	is(33, 61, 61);
	is(34, MEM_NONE, MEM_NONE);
	is(40, MEM_NONE, MEM_NONE);
	is(50, 3, 3);
	is(51, 4, 4);
	is(52, 5, MEM_DROP);
	is(53, MEM_NONE, MEM_NONE);
	assert_int_equal(memmap_owner(&map, 40 * PAGE - 1), 0);
	assert_int_equal(memmap_owner(&map, 40 * PAGE), 4);
	assert_int_equal(memmap_owner(&map, 42 * PAGE - 1), 4);
	assert_int_equal(memmap_owner(&map, 42 * PAGE), 0);
	assert_int_equal(memmap_owner(&map, 16 * PAGE), 0);
	is(MEMMAP_TOP / PAGE, MEM_NONE, MEM_NONE);
	is(UINT64_MAX / PAGE, MEM_NONE, MEM_NONE);
}

static void the_later_one_is_seen(void **unused)
{
	(void)unused;
	put(1, MEM_RAM, BOTH, 0, 10, 0);
	put(2, MEM_ROM, BOTH, 4, 2, 20);
	put(3, MEM_MMIO, BOTH, 5, 1, 0);
	put(0, MEM_VIDEO, BOTH, 8, 4, 30);
	follow();
	is(3, 3, 3);
	is(4, 20, MEM_DROP);
	is(5, MEM_NONE, MEM_NONE);
	is(6, 6, 6);
	is(9, 9, 9);
	is(10, 32, 32);
	assert_int_equal(memmap_owner(&map, 5 * PAGE), 4);
}

static void reads_and_writes_are_apart(void **unused)
{
	(void)unused;
	put(0, MEM_ROM, BOTH, 0, 4, 10);
	put(1, MEM_RAM, MEM_WRITE, 1, 1, 1);
	put(2, MEM_RAM, MEM_READ, 2, 1, 2);
	put(3, MEM_MMIO, BOTH, 5, 2, 0);
	put(4, MEM_RAM, MEM_READ, 5, 1, 5);
	put(5, MEM_RAM, MEM_WRITE, 6, 1, 6);
	put(6, MEM_RAM, 0, 7, 1, 7);
	follow();
	is(0, 10, MEM_DROP);
	is(1, 11, 1);
	is(2, 2, MEM_DROP);
	is(5, 5, MEM_DROP);	/* nothing takes what is written to memory */
	is(6, MEM_NONE, 6);
	is(7, MEM_NONE, MEM_NONE);
	assert_int_equal(memmap_owner(&map, 6 * PAGE), 4);
}

static void an_alias_shows_no_alias(void **unused)
{
	(void)unused;
	put(0, MEM_RAM, BOTH, 0, 4, 0);
	put(1, MEM_ALIAS, BOTH, 10, 4, 2);	/* two of it are nothing */
	put(2, MEM_ALIAS, BOTH, 20, 4, 10);
	put(3, MEM_ALIAS, BOTH, 1, 1, 3);	/* over what it shows */
	put(4, MEM_ALIAS, BOTH, 30, 2, 30);	/* itself */
	follow();
	is(10, 2, 2);
	is(11, 3, 3);
	is(12, MEM_NONE, MEM_NONE);
	is(20, MEM_NONE, MEM_NONE);
	is(1, 3, 3);
	is(30, MEM_NONE, MEM_NONE);
}

/* As many ends as there can be, each in each alias once more. */
static void too_many_aliases_are_not_there(void **unused)
{
	unsigned int i, j;

	(void)unused;
	for (i = 0; i < MEMMAP_REGIONS; i++)
		if (i <= MEMMAP_ALIASES)
			put(i, MEM_ALIAS, BOTH, 1000 * (i + 1) + 1, 200, 0);
		else
			put(i, i & 1 ? MEM_ROM : MEM_RAM, BOTH, 4 * i, 2, i);
	follow();
	for (i = 0; i <= MEMMAP_ALIASES; i++)
		for (j = 4 * (MEMMAP_ALIASES + 1); j < 4 * MEMMAP_REGIONS; j++)
			if (i < MEMMAP_ALIASES && j % 4 < 2)
				is(1000 * (i + 1) + 1 + j, j / 4 + j % 4,
				   j / 4 & 1 ? MEM_DROP : j / 4 + j % 4);
			else
				is(1000 * (i + 1) + 1 + j, MEM_NONE, MEM_NONE);
}

static void it_changes_at_run_time(void **unused)
{
	(void)unused;
	put(0, MEM_RAM, BOTH, 0, 4, 0);
	follow();
	is(1, 1, 1);
	assert_false(memmap_follow(&map, &state, FILE));
	put(1, MEM_ROM, BOTH, 1, 1, 9);
	is(1, 1, 1);		/* until it is followed */
	follow();
	is(1, 9, MEM_DROP);
	put(1, MEM_EMPTY, BOTH, 1, 1, 9);
	follow();
	is(1, 1, 1);
	assert_int_equal(map.count, 1);
}

static void what_can_not_be_is_not_there(void **unused)
{
	static const struct memmap_region bad[] = {
		{ 0, 1, 0, MEM_RAM, 0, BOTH },
		{ 1, PAGE, 0, MEM_RAM, 0, BOTH },
		{ 0, PAGE, 1, MEM_RAM, 0, BOTH },
		{ 0, PAGE, FILE, MEM_RAM, 0, BOTH },
		{ 0, 2 * PAGE, FILE - PAGE, MEM_ROM, 0, BOTH },
		{ 0, PAGE, -PAGE, MEM_VIDEO, 0, BOTH },
		{ 0, 2 * PAGE, -PAGE, MEM_VIDEO, 0, BOTH },
		{ 0, -PAGE, PAGE, MEM_RAM, 0, BOTH },
		{ PAGE, -PAGE, 0, MEM_RAM, 0, BOTH },
		{ MEMMAP_TOP, PAGE, 0, MEM_RAM, 0, BOTH },
		{ MEMMAP_TOP - PAGE, 2 * PAGE, 0, MEM_MMIO, 0, BOTH },
		{ 0, MEMMAP_TOP + PAGE, 0, MEM_MMIO, 0, BOTH },
		{ 0, PAGE, MEMMAP_TOP, MEM_ALIAS, 0, BOTH },
		{ 0, PAGE, 0, MEM_EMPTY, 0, BOTH },
		{ 0, PAGE, 0, 255, 0, BOTH },
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memmap_set(&state, 3, &bad[i]);
		follow();
		if (map.count)
			fail_msg("bad region %zu is there", i);
	}
}

/* ---- any state ---------------------------------------------------------- */

#define PAGES 48u	/* of the addresses that are looked at */

static uint64_t seed;

static uint32_t any(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

/* region_at() - what the head of memmap.h says of one page, word for word. */
static const struct memmap_region *region_at(uint64_t page, uint8_t access,
					     bool aliases)
{
	unsigned int i;

	for (i = MEMMAP_REGIONS; i-- > 0;) {
		const struct memmap_region *r = &state.region[i];

		if (r->kind != MEM_EMPTY && (r->access & access) &&
		    (r->kind != MEM_ALIAS || aliases) &&
		    page * PAGE >= r->first && page * PAGE < r->first + r->size)
			return r;
	}
	return NULL;
}

static const struct memmap_region *shown_at(uint64_t *page, uint8_t access)
{
	const struct memmap_region *r = region_at(*page, access, true);

	if (!r || r->kind != MEM_ALIAS)
		return r;
	*page = (r->at + *page * PAGE - r->first) / PAGE;
	return region_at(*page, access, false);
}

static void check_page(uint64_t page)
{
	uint64_t from = page, to = page, read = MEM_NONE, write = MEM_NONE;
	const struct memmap_region *r = shown_at(&from, MEM_READ);
	const struct memmap_region *w = shown_at(&to, MEM_WRITE);

	if (r && r->kind != MEM_MMIO)
		read = (r->at + from * PAGE - r->first) / PAGE;
	if (w && w->kind == MEM_ROM)
		write = MEM_DROP;
	else if (w && w->kind != MEM_MMIO)
		write = (w->at + to * PAGE - w->first) / PAGE;
	else if (read != MEM_NONE)
		write = MEM_DROP;
	is(page, read, write);
	assert_int_equal(memmap_owner(&map, page * PAGE),
			 r && r->kind == MEM_MMIO ? r->owner : 0);
}

static void any_map_is_what_its_regions_say(void **unused)
{
	static const uint8_t kinds[] = { MEM_EMPTY, MEM_RAM, MEM_RAM, MEM_ROM,
					 MEM_VIDEO, MEM_MMIO, MEM_ALIAS };
	unsigned int i, n, round, aliases;

	(void)unused;
	seed = test_seed(1);
	for (round = 0; round < 2000; round++) {
		memset(state.region, 0, sizeof(state.region));
		n = any(MEMMAP_REGIONS + 1);
		for (i = aliases = 0; i < n; i++) {
			uint8_t kind = kinds[any(sizeof(kinds))];

			if (kind == MEM_ALIAS && ++aliases > MEMMAP_ALIASES)
				kind = MEM_RAM;
			put(any(MEMMAP_REGIONS), kind, any(4), any(PAGES),
			    1 + any(12), any(52));
		}
		for (i = aliases = 0; i < MEMMAP_REGIONS; i++)
			aliases += state.region[i].kind == MEM_ALIAS;
		assert_true(aliases <= MEMMAP_ALIASES);
		state.generation = map.generation + 1;
		follow();
		for (i = 0; i < PAGES + 16; i++)
			check_page(i);
	}
}

/* ---- this machine ------------------------------------------------------- */

#define MIB	(1024 * 1024ull)
#define RAM	(16 * MIB)
#define ROM	0x40000ull
#define VIDEO	(2 * MIB)

static const struct memfile memory = { .ram = RAM, .rom = ROM,
				       .video = VIDEO };
static struct pci_config bridge;

/* pam() - a register of the host bridge becomes @value. */
static void pam(unsigned int reg, uint8_t value)
{
	pci_config_write(&bridge, reg, 1, value);
	pcmap_pam(&state, &bridge);
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
}

static void power_on(void)
{
	i440fx_init(&bridge);
	pcmap_power_on(&state, &memory);
	pcmap_pam(&state, &bridge);
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
}

/* shows() - the page at @addr reads and writes these offsets. */
static void shows(uint64_t addr, uint64_t read, uint64_t write)
{
	is(addr / PAGE, number(read), number(write));
}

static void a_pc_begins_in_its_rom(void **unused)
{
	(void)unused;
	power_on();
	shows(0x9f000, 0x9f000, 0x9f000);
	shows(0xa0000, MEM_NONE, MEM_NONE);
	assert_int_equal(memmap_owner(&map, 0xbffff), OWNER_VGA);
	shows(0xc0000, MEM_NONE, MEM_NONE);
	shows(0xe0000, RAM + 0x20000, MEM_DROP);
	shows(0xff000, RAM + 0x3f000, MEM_DROP);
	shows(0x100000, 0x100000, 0x100000);
	shows(RAM - PAGE, RAM - PAGE, RAM - PAGE);
	shows(RAM, MEM_NONE, MEM_NONE);
	shows(0xfffc0000 - PAGE, MEM_NONE, MEM_NONE);
	shows(0xfffc0000, RAM, MEM_DROP);
	shows(0xfffff000, RAM + 0x3f000, MEM_DROP);
	shows(0x100000000, MEM_NONE, MEM_NONE);
}

static void each_pam_nibble_has_its_part(void **unused)
{
	static const struct { uint8_t reg, shift; uint32_t first, size; }
	part[] = {
		{ 0x59, 4, 0xf0000, 0x10000 },
		{ 0x5a, 0, 0xc0000, 0x4000 }, { 0x5a, 4, 0xc4000, 0x4000 },
		{ 0x5b, 0, 0xc8000, 0x4000 }, { 0x5b, 4, 0xcc000, 0x4000 },
		{ 0x5c, 0, 0xd0000, 0x4000 }, { 0x5c, 4, 0xd4000, 0x4000 },
		{ 0x5d, 0, 0xd8000, 0x4000 }, { 0x5d, 4, 0xdc000, 0x4000 },
		{ 0x5e, 0, 0xe0000, 0x4000 }, { 0x5e, 4, 0xe4000, 0x4000 },
		{ 0x5f, 0, 0xe8000, 0x4000 }, { 0x5f, 4, 0xec000, 0x4000 },
	};
	unsigned int i, bits;
	uint32_t a;

	(void)unused;
	power_on();
	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		for (bits = 1; bits < 4; bits++) {
			pam(part[i].reg, (uint8_t)(bits << part[i].shift));
			for (a = 0xc0000; a < 0x100000; a += PAGE) {
				bool in = a - part[i].first < part[i].size;
				uint64_t rom =
					a < 0xe0000 ?
						MEM_NONE :
						RAM + 0x20000 + (a - 0xe0000);
				uint64_t r = in && (bits & 1) ? a : rom;

				shows(a, r,
				      in && (bits & 2) ? a :
				      r == MEM_NONE    ? MEM_NONE :
							 MEM_DROP);
			}
			pam(part[i].reg, 0);
		}
}

static void all_ram_is_found_by_two_ranges(void **unused)
{
	(void)unused;
	power_on();
	assert_int_equal(map.high.first, 0x100000);
	i440fx_all_ram(&bridge);
	assert_true(pcmap_pam(&state, &bridge));
	assert_false(pcmap_pam(&state, &bridge));
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
	assert_int_equal(map.low.first, 0);
	assert_int_equal(map.low.size, 0xa0000);
	assert_int_equal(map.high.first, 0xc0000);
	assert_int_equal(map.high.size, RAM - 0xc0000);
	assert_true(memmap_plain(&map, 0xc0000, RAM - 0xc0000));
	assert_false(memmap_plain(&map, 0xc0000, RAM - 0xc0000 + 1));
	assert_false(memmap_plain(&map, 0x9ffff, 2));
	assert_false(memmap_plain(&map, 0xbffff, 1));
	shows(0xff000, 0xff000, 0xff000);
	pam(0x59, 0x10);
	assert_int_equal(map.high.first, 0x100000);
	shows(0xff000, 0xff000, MEM_DROP);
}

static void video_memory_shows_where_its_bar_is(void **unused)
{
	(void)unused;
	power_on();
	pcmap_video(&state, &memory, 0xfd000000);
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
	shows(0xfd000000 - PAGE, MEM_NONE, MEM_NONE);
	shows(0xfd000000, RAM + ROM, RAM + ROM);
	shows(0xfd1ff000, RAM + ROM + VIDEO - PAGE, RAM + ROM + VIDEO - PAGE);
	shows(0xfd200000, MEM_NONE, MEM_NONE);
	/* Over RAM, that is seen. */
	pcmap_video(&state, &memory, RAM - MIB);
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
	shows(0xfd000000, MEM_NONE, MEM_NONE);
	shows(RAM - PAGE, RAM - PAGE, RAM - PAGE);
	shows(RAM, RAM + ROM + MIB, RAM + ROM + MIB);
	pcmap_video(&state, &memory, 0);
	memmap_follow(&map, &state, RAM + ROM + VIDEO);
	shows(RAM, MEM_NONE, MEM_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_kind_has_its_ends, fresh),
		cmocka_unit_test_setup(the_later_one_is_seen, fresh),
		cmocka_unit_test_setup(reads_and_writes_are_apart, fresh),
		cmocka_unit_test_setup(an_alias_shows_no_alias, fresh),
		cmocka_unit_test_setup(too_many_aliases_are_not_there, fresh),
		cmocka_unit_test_setup(it_changes_at_run_time, fresh),
		cmocka_unit_test_setup(what_can_not_be_is_not_there, fresh),
		cmocka_unit_test_setup(any_map_is_what_its_regions_say, fresh),
		cmocka_unit_test_setup(a_pc_begins_in_its_rom, fresh),
		cmocka_unit_test_setup(each_pam_nibble_has_its_part, fresh),
		cmocka_unit_test_setup(all_ram_is_found_by_two_ranges, fresh),
		cmocka_unit_test_setup(video_memory_shows_where_its_bar_is,
				       fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
