/* SPDX-License-Identifier: BSD-2-Clause */
/* initrd.c - check an initial RAM disk: see initrd.h. */
#include "vmapp/boot/initrd.h"

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "base/bytes.h"
#include "base/check.h"

#define CPIO_HEAD	110u	/* magic and thirteen numbers in hexadecimal */
#define CPIO_FILESIZE	54u	/* offsets of two of them */
#define CPIO_NAMESIZE	94u

#define ZSTD_MAGIC	"\x28\xb5\x2f\xfd"
#define ZSTD_SINGLE	0x20	/* of a frame's flags: no window size follows */
#define ZSTD_CHECKSUM	0x04

enum zstd_block { ZSTD_RAW, ZSTD_RLE, ZSTD_COMPRESSED, ZSTD_RESERVED };

/* How what Linux can unpack, and we can not, begins. */
static const struct magic {
	const char *bytes;
	size_t len;
} other[] = {
	{ "\xfd"
	  "7zXZ",
	  5 }, /* xz */
	{ "\x5d\0\0", 3 },		/* lzma */
	{ "BZh", 3 },			/* bzip2 */
	{ "\x89LZO\0", 5 },		/* lzo */
	{ "\x02\x21\x4c\x18", 4 },	/* lz4, legacy frame */
};

/* initrd_begins() - do @size bytes at @p begin with, or break off within,
 * @magic? */
static bool initrd_begins(const uint8_t *p, size_t size, const char *magic,
			  size_t len)
{
	return size && !memcmp(p, magic, MIN(size, len));
}

/* initrd_hex8() - eight hexadecimal digits; Return: false if they are not. */
static bool initrd_hex8(const uint8_t *p, uint32_t *value)
{
	unsigned int i, digit;

	*value = 0;
	for (i = 0; i < 8; i++) {
		if (p[i] >= '0' && p[i] <= '9')
			digit = p[i] - '0';
		else if ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'f')
			digit = (p[i] | 0x20u) - 'a' + 10;
		else
			return false;
		*value = *value << 4 | digit;
	}
	return true;
}

/**
 * cpio_end() - follow one plain archive to its end
 * @state: INITRD_GOOD if it has one
 *
 * Return: the bytes up to there.
 */
static size_t cpio_end(const uint8_t *p, size_t size, enum initrd_state *state)
{
	uint32_t file, name;
	uint64_t at = 0, names, data;

	for (;;) {
		*state = INITRD_TRUNCATED;
		if (at + CPIO_HEAD > size)
			return size;
		if (memcmp(p + at, "07070", 5) ||
		    !initrd_hex8(p + at + CPIO_FILESIZE, &file) ||
		    !initrd_hex8(p + at + CPIO_NAMESIZE, &name)) {
			*state = INITRD_FOREIGN;
			return size;
		}
		names = at + CPIO_HEAD;
		data = (names + name + 3) & ~3ull;
		at = (data + file + 3) & ~3ull;
		if (names + name > size || data + file > size)
			return size;
		if (name == 11 && !memcmp(p + names, "TRAILER!!!", 11)) {
			*state = INITRD_GOOD;
			return (size_t)MIN(at, size);
		}
	}
}

/* gzip_end() - Return: where the gzip member ends that @p begins with; it is
 * unpacked and thrown away. */
static size_t gzip_end(const uint8_t *p, size_t size, enum initrd_state *state)
{
	uint8_t out[32768];
	z_stream z = { .next_in = (uint8_t *)(uintptr_t)p };
	size_t used;
	int rc;

	*state = INITRD_FOREIGN;
	z.avail_in = (uInt)MIN(size, 0x7fffffffu);
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return size;
	do {
		z.next_out = out;
		z.avail_out = sizeof(out);
		rc = inflate(&z, Z_NO_FLUSH);
	} while (rc == Z_OK);
	if (rc == Z_STREAM_END)
		*state = INITRD_GOOD;
	else if (rc == Z_BUF_ERROR)	/* it wants more than there is */
		*state = INITRD_TRUNCATED;
	used = (size_t)(z.next_in - p);
	inflateEnd(&z);
	return used;
}

/* zstd_head() - how long is a frame's header with these flags? (RFC 8878) */
static unsigned int zstd_head(uint8_t flags)
{
	static const uint8_t dictionary[4] = { 0, 1, 2, 4 };
	static const uint8_t content[4] = { 0, 2, 4, 8 };
	bool single = flags & ZSTD_SINGLE;

	return 5u + !single + dictionary[flags & 3] + content[flags >> 6] +
	       (single && flags >> 6 == 0);
}

/* zstd_end() - Return: where the zstd frame ends that @p begins with; its
 * blocks tell their lengths. */
static size_t zstd_end(const uint8_t *p, size_t size, enum initrd_state *state)
{
	uint32_t block = 0, kind;
	uint64_t at;

	*state = INITRD_TRUNCATED;
	if (size < 5)
		return size;
	for (at = zstd_head(p[4]); !(block & 1);) {
		if (at + 3 > size)
			return size;
		block = get_le16(p + at) | (uint32_t)p[at + 2] << 16;
		kind = block >> 1 & 3;
		if (kind == ZSTD_RESERVED) {
			*state = INITRD_FOREIGN;
			return size;
		}
		at += 3 + (kind == ZSTD_RLE ? 1 : block >> 3);
	}
	at += p[4] & ZSTD_CHECKSUM ? 4 : 0;
	if (at > size)
		return size;
	*state = INITRD_GOOD;
	return (size_t)at;
}

/* ---- file systems ------------------------------------------------------ */

#define SUPER	1024u	/* where ext2 and minix have their super-block */

/* initrd_has() - these bytes, at @at? */
static bool initrd_has(const uint8_t *p, size_t size, size_t at,
		       const char *magic, size_t len)
{
	return at + len <= size && !memcmp(p + at, magic, len);
}

/* ext2_size() - ext2, 3 and 4; s_blocks_count and s_log_block_size
 * (Linux, Documentation/filesystems/ext4/super.rst). */
static uint64_t ext2_size(const uint8_t *p, size_t size)
{
	if (!initrd_has(p, size, SUPER + 56, "\x53\xef", 2))
		return 0;
	return (uint64_t)get_le32(p + SUPER + 4)
	       << (10 + (get_le32(p + SUPER + 24) & 15));
}

/* minix_size() - s_nzones of version 1, s_zones of version 2, with names of 14
 * and of 30 characters (include/uapi/linux/minix_fs.h). */
static uint64_t minix_size(const uint8_t *p, size_t size)
{
	static const char v1[] = "\x7f\x13\x8f\x13", v2[] = "\x68\x24\x78\x24";
	const uint8_t *s = p + SUPER;
	unsigned int i;

	for (i = 0; i < 4 && SUPER + 24 <= size; i += 2) {
		if (!memcmp(s + 16, v1 + i, 2))
			return (uint64_t)get_le16(s + 2) << 10;
		if (!memcmp(s + 16, v2 + i, 2))
			return (uint64_t)get_le32(s + 20) << 10;
	}
	return 0;
}

/* fs_size() - of a file system that Linux loads as a RAM disk (its
 * init/do_mounts_rd.c knows these): bytes that it takes; 0: it is none. */
static uint64_t fs_size(const uint8_t *p, size_t size)
{
	uint64_t n;

	if (initrd_has(p, size, 0, "-rom1fs-", 8) && size >= 16)
		return get_be32(p + 8);
	if (initrd_has(p, size, 0, "hsqs", 4) && size >= 48)
		return get_le64(p + 40);
	if (initrd_has(p, size, 0, "\x45\x3d\xcd\x28", 4) && size >= 8)
		return get_le32(p + 4);
	if (initrd_has(p, size, 512, "\x45\x3d\xcd\x28", 4) && size >= 520)
		return 512 + (uint64_t)get_le32(p + 516);
	n = ext2_size(p, size);
	return n ? n : minix_size(p, size);
}

enum initrd_state initrd_check(const uint8_t *data, size_t size)
{
	enum initrd_state state = INITRD_FOREIGN;
	uint64_t fs = fs_size(data, size);
	size_t at = 0, i;

	if (fs)
		return fs <= size ? INITRD_GOOD : INITRD_TRUNCATED;

	for (;;) {
		const uint8_t *p = data + at;
		size_t left = size - at;

		if (initrd_begins(p, left, "070701", 6) ||
		    initrd_begins(p, left, "070702", 6)) {
			at += cpio_end(p, left, &state);
		} else if (initrd_begins(p, left, "\x1f\x8b", 2)) {
			at += gzip_end(p, left, &state);
		} else if (initrd_begins(p, left, ZSTD_MAGIC, 4)) {
			at += zstd_end(p, left, &state);
		} else {
			for (i = 0; i < ARRAY_SIZE(other); i++)
				if (initrd_begins(p, left, other[i].bytes,
						  other[i].len))
					return INITRD_GOOD;
			/* What follows a whole archive is Linux's affair. */
			return state;
		}
		if (state != INITRD_GOOD)
			return state;
		while (at < size && !data[at])
			at++;
	}
}
