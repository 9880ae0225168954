/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * initrd.h - is this file an initial RAM disk, and is it whole?
 *
 * A kernel that gets half an initrd says so late, if at all, with a panic
 * about init. So we look before it boots.
 */
#ifndef VMAPP_INITRD_H
#define VMAPP_INITRD_H

#include <stddef.h>
#include <stdint.h>

enum initrd_state {
	INITRD_GOOD,
	INITRD_FOREIGN,		/* nothing that Linux unpacks or mounts */
	INITRD_TRUNCATED,
};

/**
 * initrd_check() - look through an initrd
 * @data, @size: the file
 *
 * An initrd is one or more cpio archives ("newc"), each plain or compressed
 * (Linux, Documentation/driver-api/early-userspace/buffer-format.rst). Plain,
 * gzip and zstd parts are followed to their ends; of xz, lzma, bzip2, lzo and
 * lz4, only the beginning is known here, so they pass. Or it is an image of a
 * file system, ext2 to 4, minix, cramfs, romfs or squashfs, as kernels with
 * root=/dev/ram0 want it (Documentation/admin-guide/initrd.rst).
 */
enum initrd_state initrd_check(const uint8_t *data, size_t size);

#endif
