/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * initrd_test.c - initrds: whole ones in all their forms, and what is cut off,
 * spoilt or none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <zlib.h>

#include "base/check.h"
#include "vmapp/boot/initrd.h"

/* A file that is put together. */
struct image {
	size_t size;
	uint8_t data[8192];
};

static void add(struct image *m, const void *bytes, size_t n)
{
	assert_true(m->size + n <= sizeof(m->data));
	memcpy(m->data + m->size, bytes, n);
	m->size += n;
}

static void add_zeros(struct image *m, size_t n)
{
	while (n--)
		add(m, "", 1);
}

/* add_member() - one of a cpio archive: its head, name, bytes; in fours. */
static void add_member(struct image *m, const char *name, const char *text)
{
	char head[111];
	size_t start = m->size, size = strlen(text);

	snprintf(head, sizeof(head),
		 "070701%08x%08x%08x%08x%08x%08x%08X%08x"
		 "%08x%08x%08x%08x%08x",
		 1, 0x81a4, 0, 0, 1, 0, (unsigned int)size, 0, 0, 0, 0,
		 (unsigned int)strlen(name) + 1, 0);
	add(m, head, 110);
	add(m, name, strlen(name) + 1);
	add_zeros(m, -(m->size - start) & 3);
	add(m, text, size);
	add_zeros(m, -(m->size - start) & 3);
}

static void add_cpio(struct image *m)
{
	add_member(m, "init", "#!/bin/sh\necho of more than ten bytes\n");
	add_member(m, "etc", "");
	add_member(m, "TRAILER!!!", "");
}

/* add_gzip() - @from, compressed. */
static void add_gzip(struct image *m, const struct image *from)
{
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)from->data };

	z.avail_in = (uInt)from->size;
	z.next_out = m->data + m->size;
	z.avail_out = (uInt)(sizeof(m->data) - m->size);
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	m->size += z.total_out;
	deflateEnd(&z);
}

/* add_block() - of a zstd frame; kind 0 raw, 1 one byte repeated, 2 packed */
static void add_block(struct image *m, unsigned int kind, bool last, size_t n)
{
	uint32_t head = (uint32_t)(n << 3 | kind << 1 | last);
	uint8_t bytes[3] = { (uint8_t)head, (uint8_t)(head >> 8),
			     (uint8_t)(head >> 16) };

	add(m, bytes, 3);
	add_zeros(m, kind == 1 ? 1 : n);
}

/* add_zstd() - a frame with these flags, and all that follows from them. */
static void add_zstd(struct image *m, uint8_t flags)
{
	static const size_t content[4] = { 0, 2, 4, 8 };
	static const size_t dictionary[4] = { 0, 1, 2, 4 };
	bool single = flags & 0x20;

	add(m, "\x28\xb5\x2f\xfd", 4);
	add(m, &flags, 1);
	add_zeros(m, single ? 0 : 1);
	add_zeros(m, dictionary[flags & 3]);
	add_zeros(m, single && flags < 0x40 ? 1 : content[flags >> 6]);
	add_block(m, 0, false, 100);
	add_block(m, 1, false, 100000);
	add_block(m, 2, false, 1000);
	add_block(m, 0, true, 0);
	add_zeros(m, flags & 4 ? 4 : 0);
}

static enum initrd_state state_of(const struct image *m, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);
	enum initrd_state state;

	/* Of that size, so that a sanitizer sees a look beyond it. */
	assert_non_null(exact);
	memcpy(exact, m->data, size);
	state = initrd_check(exact, size);
	free(exact);
	return state;
}

/* good_only_whole() - and cut off anywhere, it is not good; but at @part. */
static void good_only_whole(const struct image *m, size_t part)
{
	size_t n;

	assert_int_equal(state_of(m, m->size), INITRD_GOOD);
	for (n = 1; n < m->size; n++) {
		enum initrd_state state = state_of(m, n);

		if (state == INITRD_GOOD && n != part)
			fail_msg("cut off after %zu of %zu: good", n, m->size);
	}
}

static void a_plain_archive(void **state)
{
	struct image m = { 0 };

	(void)state;
	add_cpio(&m);
	good_only_whole(&m, 0);
	add_zeros(&m, 512);
	assert_int_equal(state_of(&m, m.size), INITRD_GOOD);
}

static void a_compressed_archive(void **state)
{
	struct image cpio = { 0 }, m = { 0 };

	(void)state;
	add_cpio(&cpio);
	add_gzip(&m, &cpio);
	good_only_whole(&m, 0);
	m.data[m.size - 6] ^= 1;	/* its checksum */
	assert_int_equal(state_of(&m, m.size), INITRD_FOREIGN);
}

static void every_zstd_header(void **state)
{
	unsigned int flags;

	(void)state;
	for (flags = 0; flags < 256; flags++) {
		struct image m = { 0 };

		if (flags & 0x18)
			continue;	/* reserved, unused */
		add_zstd(&m, (uint8_t)flags);
		good_only_whole(&m, 0);
	}
}

/* Written by zstd 1.5.4 from "hello, initrd\n" twenty times. */
static void a_real_zstd_frame(void **state)
{
	static const uint8_t frame[] = {
		0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0xad, 0x00, 0x00, 0x70,
		0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c, 0x20, 0x69, 0x6e, 0x69,
		0x74, 0x72, 0x64, 0x0a, 0x01, 0x00, 0x07, 0xa1, 0x4e, 0x25,
		0x72, 0x54, 0x21, 0xbc,
	};
	struct image m = { 0 };

	(void)state;
	add(&m, frame, sizeof(frame));
	good_only_whole(&m, 0);
	m.data[6] |= 6;		/* a kind of block that there is not */
	assert_int_equal(state_of(&m, m.size), INITRD_FOREIGN);
}

/* As with the microcode that Debian puts before the rest. */
static void several_parts(void **state)
{
	struct image cpio = { 0 }, m = { 0 };
	size_t first, second;

	(void)state;
	add_cpio(&cpio);
	add_cpio(&m);
	first = m.size;
	add_gzip(&m, &cpio);
	good_only_whole(&m, first);
	second = m.size;
	add_zstd(&m, 4);
	assert_int_equal(state_of(&m, m.size), INITRD_GOOD);
	assert_int_equal(state_of(&m, m.size - 1), INITRD_TRUNCATED);
	assert_int_equal(state_of(&m, second), INITRD_GOOD);
	add(&m, "whatever", 8);		/* is Linux's affair */
	assert_int_equal(state_of(&m, m.size), INITRD_GOOD);
}

static void what_is_known_by_its_beginning(void **state)
{
	static const struct { const char *bytes; size_t n; } known[] = {
		{ "\xfd" "7zXZ\0\0\4", 8 }, { "\x5d\0\0\x80\0", 5 },
		{ "BZh91AY", 7 }, { "\x89LZO\0\r\n\x1a\n", 9 },
		{ "\x02\x21\x4c\x18", 4 },
	};
	struct image m;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		m.size = 0;
		add(&m, known[i].bytes, known[i].n);
		add_zeros(&m, 100);
		assert_int_equal(state_of(&m, m.size), INITRD_GOOD);
	}
}

/* Each is whole with 8192 bytes, and from its magic on cut off with fewer. */
static void file_systems(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t at, n;	/* of the super-block: to its size and magic */
		size_t known;	/* bytes from which on it is told */
	} fs[] = {
		{ "romfs", "-rom1fs-\0\0\x20\0", 0, 12, 16 },
		{ "squashfs", "hsqs", 0, 4, 48 },
		{ "cramfs", "\x45\x3d\xcd\x28\0\x20\0\0", 0, 8, 8 },
		{ "cramfs behind a boot block", "\x45\x3d\xcd\x28\0\x1e\0\0",
		  512, 8, 520 },
		{ "ext2", "\x53\xef", 1024 + 56, 2, 1024 + 58 },
		{ "minix", "\x7f\x13", 1024 + 16, 2, 1024 + 24 },
		{ "minix, long names", "\x8f\x13", 1024 + 16, 2, 1024 + 24 },
		{ "minix 2", "\x68\x24", 1024 + 16, 2, 1024 + 24 },
		{ "minix 2, long names", "\x78\x24", 1024 + 16, 2, 1024 + 24 },
	};
	struct image m;
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(fs); i++) {
		m = (struct image){ .size = sizeof(m.data) };
		memcpy(m.data + fs[i].at, fs[i].bytes, fs[i].n);
		if (!strcmp(fs[i].name, "squashfs"))
			m.data[41] = 0x20;
		if (!strcmp(fs[i].name, "ext2"))
			m.data[1024 + 4] = 4, m.data[1024 + 24] = 1;
		if (!strncmp(fs[i].name, "minix", 5))
			m.data[1024 + (fs[i].name[5] == ' ' ? 20 : 2)] = 8;
		if (state_of(&m, m.size) != INITRD_GOOD)
			fail_msg("%s: not good", fs[i].name);
		for (n = fs[i].known; n < m.size; n += 97)
			if (state_of(&m, n) != INITRD_TRUNCATED)
				fail_msg("%s: %zu bytes of it are good",
					 fs[i].name, n);
		assert_int_not_equal(state_of(&m, fs[i].known - 1),
				     INITRD_GOOD);
	}
}

static void what_is_none(void **state)
{
	struct image m = { 0 };
	unsigned int seed = 1;
	size_t i, n;

	(void)state;
	assert_int_equal(state_of(&m, 0), INITRD_FOREIGN);
	assert_int_equal(state_of(&m, 512), INITRD_FOREIGN);	/* zeros */
	add(&m, "\177ELF and so on", 14);
	assert_int_equal(state_of(&m, m.size), INITRD_FOREIGN);
	m.size = 0;
	add(&m, "070707 is cpio of another kind", 30);
	assert_int_equal(state_of(&m, m.size), INITRD_FOREIGN);
	/* Heads that are none, or name what no file could hold: whatever
	 * they are taken for, no byte behind the file is (see state_of()). */
	for (i = 0; i < 20000; i++) {
		m.size = 0;
		add_cpio(&m);
		for (n = 0; n < 3; n++)
			m.data[(unsigned int)rand_r(&seed) % 110] =
				"0fF9g\0\xff"[rand_r(&seed) % 7];
		state_of(&m, m.size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_archive),
		cmocka_unit_test(a_compressed_archive),
		cmocka_unit_test(every_zstd_header),
		cmocka_unit_test(a_real_zstd_frame),
		cmocka_unit_test(several_parts),
		cmocka_unit_test(what_is_known_by_its_beginning),
		cmocka_unit_test(file_systems),
		cmocka_unit_test(what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
