/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memmap_fuzz.c - an address map of which another world says what it is, while
 * it is taken over: whatever lies where, all that is read, written and pointed
 * to is in the memory file. That has pages without access before and behind.
 *
 * tests/fuzz: runs 4000
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/fuzz/spans.h"
#include "tests/fuzz/target.h"
#include "vmdriver/guestmem.h"

#define ROM	(64u << 10)
#define VIDEO	(128u << 10)
#define SMALL	(8u << 20)	/* what addresses and sizes are mostly below */

static struct guestmem gm;
static struct memmap_state state;

/* fuzz_open() - the file, with a wall on each side. */
const char *fuzz_open(void)
{
	const struct memfile parts = { .ram = GUESTMEM_MIN, .rom = ROM,
				       .video = VIDEO };
	uint8_t *room;

	if (guestmem_create_parts(&gm, &parts))
		return "no memory";
	room = mmap(NULL, gm.file_size + 2 * PAGE_SIZE, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED ||
	    mmap(room + PAGE_SIZE, gm.file_size, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, gm.fd, 0) == MAP_FAILED)
		return "no memory";
	munmap(gm.base, gm.file_size);
	gm.base = room + PAGE_SIZE;
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n >= 12)
		return 0;
	i = fuzz_noise(buf, size, 600, n, 5, 3);
	put_le32(buf, n < 6 ? 0 : n * 0x9e3779b9u);	/* half with peace */
	return i;
}

/* number() - a page's address, or nearly one, or anything. */
static uint64_t number(struct fuzz_input *in)
{
	uint8_t how = fuzz_byte(in);
	uint64_t n = fuzz_word(in);

	if (how < 160)
		return n % (SMALL / PAGE_SIZE) * PAGE_SIZE;
	if (how < 200)
		return gm.file_size - n % 64 * PAGE_SIZE;
	if (how < 220)
		return (1ull << 32) - n % 64 * PAGE_SIZE;
	if (how < 230)
		return -(n % 64 * PAGE_SIZE);
	return n << (how & 63);
}

static void set_region(struct fuzz_input *in)
{
	static const uint8_t kinds[] = {
		MEM_EMPTY, MEM_RAM, MEM_ROM, MEM_VIDEO, MEM_MMIO, MEM_ALIAS,
		MEM_ALIAS, MEM_ALIAS, 99
	};
	struct memmap_region *r =
		&state.region[fuzz_byte(in) % MEMMAP_REGIONS];

	r->first = number(in);
	r->size = number(in);
	r->at = number(in);
	r->kind = kinds[fuzz_byte(in) % sizeof(kinds)];
	r->access = fuzz_byte(in);
	r->owner = 1;
}

static void told(void *arg, uint64_t key, uint64_t len)
{
	(void)arg;
	span_in_file(&gm, key, len);
}

/* touch() - a pointer that was given is good. */
static void touch(const uint8_t *p, size_t len)
{
	if (!p || !len)
		return;
	span_in_file(&gm, (uint64_t)(p - gm.base), len);
	(void)*(const volatile uint8_t *)p;
	(void)*(const volatile uint8_t *)(p + len - 1);
}

/* look() - each question that is asked of a map. */
static void look(uint64_t addr, size_t len)
{
	struct mem_page p = guestmem_page(&gm, addr & ~(uint64_t)PAGE_MASK);
	uint8_t buf[4096];

	len %= sizeof(buf);
	if (p.read != MEM_NONE)
		span_in_file(&gm, p.read, PAGE_SIZE);
	if (p.write < MEM_DROP)
		span_in_file(&gm, p.write, PAGE_SIZE);
	touch(guestmem_ptr(&gm, addr, len), len);
	touch(guestmem_read_ptr(&gm, addr, len), len);
	memset(buf, 0x5a, sizeof(buf));
	guestmem_read(&gm, addr, buf, len);
	guestmem_write(&gm, addr, buf, len, told, NULL);
	memmap_owner(&gm.map, addr);
}

/* look_at_ends() - each span's first and last byte. */
static void look_at_ends(void)
{
	uint32_t i;

	for (i = 0; i < gm.map.count; i++) {
		const struct mem_span *s = &gm.map.span[i];

		look(s->first, 4095);
		look(s->first + s->size - 1, 4095);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t seed = fuzz_long(&in);
	unsigned int i, n;

	memset(&state, 0, sizeof(state));
	memset(&gm.map, 0, sizeof(gm.map));
	fuzz_scribble(&state, sizeof(state), seed);
	while (in.left) {
		n = fuzz_byte(&in) % 8;
		for (i = 0; i < n; i++)
			set_region(&in);
		state.generation++;
		guestmem_follow(&gm, &state);
		spans_ok(&gm);
		look_at_ends();
		look(number(&in) + fuzz_byte(&in), fuzz_word(&in));
	}
	fuzz_scribble_end();
	return 0;
}
