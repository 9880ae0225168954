/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bootlinux_test.c - the Linux loader: what lies where afterwards, and images
 * that are cut off, too large, or lie.
 *
 * Each image is in memory of just its size, so that a sanitizer sees a read
 * past its end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/unit/lib_said.h"
#include "vmapp/boot/boot.h"
#include "vmapp/boot/e820.h"

#define MB		(1u << 20)
#define RAM		(16u * MB)
#define LOAD		0x100000u
#define SETUP		1024u	/* the boot sector and one more */
#define CODE		5000u
#define INIT_SIZE	(2u * MB)

/* A kernel, an initrd and a machine for them. */
struct box {
	struct guestmem ram;
	struct boot_file kernel, initrd;
	struct boot_entry entry;
	uint8_t *image;		/* the kernel's bytes, to spoil */
};

static void set_size(struct box *b, size_t size)
{
	uint8_t *p = malloc(size ? size : 1);

	assert_non_null(p);
	memcpy(p, b->image, MIN(size, b->kernel.size));
	free(b->image);
	b->image = p;
	b->kernel.data = p;
	b->kernel.size = size;
}

static int set_up(void **state)
{
	struct box *b = calloc(1, sizeof(*b));
	unsigned int i;
	uint8_t *d;

	assert_int_equal(guestmem_create(&b->ram, RAM), 0);
	b->kernel.path = "KERNEL";
	b->initrd.path = "INITRD";
	b->image = d = calloc(1, SETUP + CODE);
	b->kernel.data = d;
	b->kernel.size = SETUP + CODE;
	d[0x1f1] = 1;				/* one setup sector */
	put_le32(d + 0x1f4, (CODE + 15) / 16);	/* size in paragraphs */
	put_le16(d + 0x1fe, 0xaa55);
	d[0x201] = 0x6a;			/* the header's end */
	memcpy(d + 0x202, "HdrS", 4);
	put_le16(d + 0x206, 0x020f);
	d[0x211] = 1;				/* loaded high */
	put_le32(d + 0x214, LOAD);
	put_le32(d + 0x22c, 0x7fffffff);	/* initrd below this */
	put_le32(d + 0x238, 2047);		/* command line */
	put_le64(d + 0x258, LOAD);
	put_le32(d + 0x260, INIT_SIZE);
	for (i = 0; i < CODE; i++)
		d[SETUP + i] = (uint8_t)(i * 7 + 1);
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct box *b = *state;

	guestmem_close(&b->ram);
	free(b->image);
	free((void *)(uintptr_t)b->initrd.data);
	free(b);
	return 0;
}

static void give_initrd(struct box *b, size_t size)
{
	uint8_t *p = malloc(size);

	assert_non_null(p);
	memset(p, 0x5a, size);
	b->initrd.data = p;
	b->initrd.size = size;
}

static uint8_t *at(struct box *b, uint32_t addr)
{
	return guestmem_ptr(&b->ram, addr, 1);
}

static void loads(struct box *b, const char *cmdline)
{
	said_begin();
	if (!bootlinux_load(&b->ram, &b->kernel, &b->initrd, cmdline,
			    &b->entry)) {
		fail_msg("refused: %s", said_end());
	}
	assert_string_equal(said_end(), "");
}

/* ram_is_zero() - nothing was written before all was checked. */
static void ram_is_zero(struct box *b)
{
	static const uint8_t zero[65536];
	uint32_t a;

	for (a = 0; a < b->ram.size; a += sizeof(zero))
		if (a != GUESTMEM_HOLE && a != GUESTMEM_HOLE + 0x10000)
			assert_memory_equal(at(b, a), zero, sizeof(zero));
}

static void refused(struct box *b, const char *cmdline, const char *part)
{
	said_begin();
	if (bootlinux_load(&b->ram, &b->kernel, &b->initrd, cmdline,
			   &b->entry)) {
		said_end();
		fail_msg("accepted, not refused with '%s'", part);
	}
	said_one(part);
	ram_is_zero(b);
}

static void a_kernel_is_loaded(void **state)
{
	struct box *b = *state;
	uint8_t *zp = at(b, BOOT_PARAMS);
	unsigned int i;

	loads(b, "console=ttyS0");
	assert_int_equal(b->entry.eip, LOAD);
	assert_int_equal(b->entry.esi, BOOT_PARAMS);
	assert_memory_equal(at(b, LOAD), b->image + SETUP, CODE);
	assert_int_equal(*at(b, LOAD + CODE), 0);
	assert_string_equal(at(b, BOOT_CMDLINE), "console=ttyS0");
	/* The zero page: the header, and what a boot loader fills in. */
	for (i = 0x12; i < 0x1f1; i++)
		if (i != 0x1e8 && (i < 0x70 || i >= 0x78))
			assert_int_equal(zp[i], 0);
	assert_memory_equal(zp, "\0\0\0\0\0\0\3\x50\0\0\3\0\0\0\x19\1\x10\0",
			    0x12);	/* the screen: struct screen_info */
	assert_memory_equal(zp + 0x202, "HdrS", 4);
	assert_int_equal(zp[0x210], 0xff);
	assert_int_equal(get_le32(zp + 0x228), BOOT_CMDLINE);
	assert_int_equal(get_le32(zp + 0x218), 0);
	assert_int_equal(get_le32(zp + 0x21c), 0);
	assert_int_equal(get_le32(zp + 0x260), INIT_SIZE);
	assert_int_equal(get_le64(zp + 0x70), ACPI_BASE);
}

static void the_memory_map_is_told(void **state)
{
	struct box *b = *state;
	uint8_t *zp = at(b, BOOT_PARAMS), *e;
	uint64_t ram = 0, end = 0;
	unsigned int i;

	loads(b, "");
	assert_int_equal(zp[0x1e8], 4);
	for (i = 0; i < zp[0x1e8]; i++) {
		e = zp + 0x2d0 + i * 20;
		assert_true(get_le64(e) >= end);	/* sorted, no overlap */
		end = get_le64(e) + get_le64(e + 8);
		if (get_le32(e + 16) == E820_RAM) {
			ram += get_le64(e + 8);
			assert_non_null(guestmem_ptr(&b->ram, get_le64(e),
						     get_le64(e + 8)));
		}
	}
	assert_int_equal(end, RAM);
	assert_int_equal(ram, RAM - HIGH_BASE + LOW_END);
}

static void old_protocols_have_less(void **state)
{
	struct box *b = *state;
	char line[257];

	/* 2.05: 255 characters; no RSDP field, no size for the start. */
	put_le16(b->image + 0x206, 0x0205);
	put_le64(b->image + 0x258, ~0ull);
	put_le32(b->image + 0x260, ~0u);
	put_le32(b->image + 0x238, 2047);
	b->image[0x236] = 1;
	memset(line, 'x', 256);
	line[256] = '\0';
	refused(b, line, "--append is too long: this kernel takes 255");
	line[255] = '\0';
	loads(b, line);
	assert_int_equal(get_le64(at(b, BOOT_PARAMS + 0x70)), 0);
}

static void the_command_line_has_a_limit(void **state)
{
	struct box *b = *state;
	char *line = malloc(70000);

	memset(line, 'x', 70000);
	line[2048] = '\0';
	refused(b, line, "takes 2047 characters");
	put_le32(b->image + 0x238, 0xffffffff);
	line[2048] = 'x';
	line[BOOT_CMDLINE_MAX] = '\0';
	refused(b, line, "takes 65535 characters");
	line[BOOT_CMDLINE_MAX - 1] = '\0';
	loads(b, line);
	assert_string_equal(at(b, BOOT_CMDLINE), line);
	assert_int_equal(*at(b, BOOT_CMDLINE + BOOT_CMDLINE_MAX), 0);
	free(line);
}

static void an_initrd_is_high(void **state)
{
	struct box *b = *state;
	uint8_t *zp = at(b, BOOT_PARAMS);
	uint32_t where;

	give_initrd(b, 10000);
	loads(b, "");
	where = get_le32(zp + 0x218);
	assert_int_equal(where, (RAM - 10000) & ~0xfffu);
	assert_int_equal(get_le32(zp + 0x21c), 10000);
	assert_memory_equal(at(b, where), b->initrd.data, 10000);
	assert_int_equal(*at(b, where + 10000), 0);
	assert_int_equal(*at(b, where - 1), 0);
}

static void an_initrd_is_where_the_kernel_takes_it(void **state)
{
	struct box *b = *state;

	give_initrd(b, 10000);
	put_le32(b->image + 0x22c, 8 * MB - 1);
	loads(b, "");
	assert_int_equal(get_le32(at(b, BOOT_PARAMS + 0x218)),
			 (8 * MB - 10000) & ~0xfffu);
}

static void an_initrd_fills_what_there_is(void **state)
{
	struct box *b = *state;
	uint32_t room = RAM - LOAD - INIT_SIZE;

	give_initrd(b, room + 1);
	refused(b, "", "the initrd INITRD does not fit");
	b->initrd.size = room;
	loads(b, "");
	assert_int_equal(get_le32(at(b, BOOT_PARAMS + 0x218)),
			 LOAD + INIT_SIZE);
}

static void initrds_that_do_not_fit(void **state)
{
	static const size_t sizes[] = {
		RAM, RAM + 1, 0xffffffffu, 0x100000000ull, SIZE_MAX - 4096,
		SIZE_MAX,
	};
	static const uint32_t limits[] = { 0, 0x9ffff, 0xa0fff, LOAD, 2 * MB };
	struct box *b = *state;
	size_t i;

	give_initrd(b, 100);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		b->initrd.size = sizes[i];
		refused(b, "", "INITRD does not fit");
	}
	b->initrd.size = 100;
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		put_le32(b->image + 0x22c, limits[i]);
		refused(b, "", "INITRD is too large for this kernel");
	}
	put_le32(b->image + 0x22c, 0xffffffff);	/* + 1 must not wrap */
	loads(b, "");
}

static void what_is_no_kernel(void **state)
{
	struct box *b = *state;

	b->image[0x1fe] = 0;
	refused(b, "", "KERNEL is not a Linux kernel");
	b->image[0x1fe] = 0x55;
	b->image[0x205] = 's';
	refused(b, "", "KERNEL is not a Linux kernel");
	b->image[0x205] = 'S';
	put_le16(b->image + 0x206, 0x0204);
	refused(b, "", "too old");
	put_le16(b->image + 0x206, 0x020f);
	b->image[0x211] = 0x80;			/* a zImage */
	refused(b, "", "too old");
	b->image[0x211] = 1;
	b->image[0x236] = 1;
	refused(b, "", "64-bit");
}

static void kernels_cut_off(void **state)
{
	static const size_t sizes[] = {
		0, 1, 0x1f1, 0x202, 0x267, 0x268, 0x26c, 1023, 1024, 1025,
		SETUP + CODE - 17,
	};
	struct box *b = *state;
	size_t i = ARRAY_SIZE(sizes);

	while (i--) {
		set_size(b, sizes[i]);
		refused(b, "",
			sizes[i] < 0x268 ? "is not a Linux kernel" :
					   "truncated kernel");
	}
}

static void sizes_that_lie(void **state)
{
	struct box *b = *state;

	b->image[0x1f1] = 255;			/* setup beyond the file */
	refused(b, "", "truncated kernel");
	b->image[0x1f1] = 0;			/* means four */
	refused(b, "", "truncated kernel");
	b->image[0x1f1] = 1;
	put_le32(b->image + 0x1f4, 0xffffffff);	/* times 16 wraps 32 bits */
	refused(b, "", "truncated kernel");
	put_le32(b->image + 0x1f4, 0x10000001);	/* 16 in 32 bits */
	refused(b, "", "truncated kernel");
}

/* The header may claim to end beyond the file, or in the middle of itself. */
static void a_header_of_any_length(void **state)
{
	struct box *b = *state;
	unsigned int len;

	for (len = 0; len < 256; len++) {
		b->image[0x201] = (uint8_t)len;
		loads(b, "");
		assert_int_equal(get_le32(at(b, BOOT_PARAMS + 0x228)),
				 BOOT_CMDLINE);
		assert_int_equal(*at(b, BOOT_PARAMS + 0x1e8), 4);
	}
	b->image[0x201] = 0xff;
	set_size(b, 0x2cf);
	said_begin();
	assert_false(
		bootlinux_load(&b->ram, &b->kernel, &b->initrd, "", &b->entry));
	said_one("truncated kernel");
}

static void addresses_that_lie(void **state)
{
	static const uint32_t low[] = { 1, 0x10000, 0x9f000, 0xa0000, 0xe0000,
					LOAD - 1 };
	static const uint32_t high[] = { RAM - CODE + 1, RAM, 0x80000000,
					 0xfffff000, 0xffffffff };
	struct box *b = *state;
	size_t i;

	give_initrd(b, 4096);
	put_le32(b->image + 0x260, 0);
	for (i = 0; i < ARRAY_SIZE(low); i++) {
		put_le32(b->image + 0x214, low[i]);
		refused(b, "", "KERNEL is damaged");
	}
	put_le32(b->image + 0x214, 0);
	refused(b, "", "KERNEL begins in real mode");
	for (i = 0; i < ARRAY_SIZE(high); i++) {
		put_le32(b->image + 0x214, high[i]);
		refused(b, "", "KERNEL needs more memory");
	}
	free((void *)(uintptr_t)b->initrd.data);
	b->initrd.data = NULL, b->initrd.size = 0;
	put_le32(b->image + 0x214, RAM - CODE);
	loads(b, "");
	assert_memory_equal(at(b, RAM - CODE), b->image + SETUP, CODE);
}

static void memory_that_the_kernel_wants(void **state)
{
	static const struct { uint64_t pref; uint32_t size; const char *said; }
	cases[] = {
		{ LOAD, RAM - LOAD + 1, "--memory 21M" },
		{ LOAD, 0xfff00000, "than a guest can have" },
		{ LOAD, 0xffffffff, "than a guest can have" },
		{ 16 * MB, INIT_SIZE, "--memory 22M" },
		{ 3000ull * MB, INIT_SIZE, "--memory 3006M" },
		{ 3072ull * MB, INIT_SIZE, "than a guest can have" },
		{ 1ull << 32, INIT_SIZE, "than a guest can have" },
		{ ~0ull, INIT_SIZE, "than a guest can have" },
		{ ~0ull - INIT_SIZE + 1, INIT_SIZE, "than a guest can have" },
		{ ~0ull, 0xffffffff, "than a guest can have" },
	};
	struct box *b = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		put_le64(b->image + 0x258, cases[i].pref);
		put_le32(b->image + 0x260, cases[i].size);
		refused(b, "", cases[i].said);
	}
	put_le64(b->image + 0x258, 0);
	put_le32(b->image + 0x260, RAM - LOAD);	/* all there is */
	loads(b, "");
}

/* Whatever the header says, the loader ends, and stays in RAM. */
static void random_headers(void **state)
{
	struct box *b = *state;
	unsigned int i, n, loaded = 0, seed = 1;
	uint8_t good[0x270];

	give_initrd(b, 5000);
	memcpy(good, b->image, sizeof(good));
	for (i = 0; i < 20000; i++) {
		memcpy(b->image, good, sizeof(good));
		for (n = rand_r(&seed) % 4 + 1; n; n--)
			b->image[0x1f1 + (unsigned int)rand_r(&seed) % 0x73] =
				(uint8_t)rand_r(&seed);
		said_begin();
		loaded += bootlinux_load(&b->ram, &b->kernel, &b->initrd,
					 "quiet", &b->entry);
		said_end();
	}
	assert_in_range(loaded, 1000, 19000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_kernel_is_loaded), T(the_memory_map_is_told),
		T(old_protocols_have_less), T(the_command_line_has_a_limit),
		T(an_initrd_is_high),
		T(an_initrd_is_where_the_kernel_takes_it),
		T(an_initrd_fills_what_there_is), T(initrds_that_do_not_fit),
		T(what_is_no_kernel), T(kernels_cut_off), T(sizes_that_lie),
		T(a_header_of_any_length), T(addresses_that_lie),
		T(memory_that_the_kernel_wants), T(random_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
