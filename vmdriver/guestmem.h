/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guestmem.h - guest RAM: one sealed memfd, mapped by both worlds.
 *
 * 1. guestmem_ptr() is the only place where a guest-physical address becomes
 *    a host pointer.
 * 2. RAM is [0, 640 KiB) and [768 KiB, size); the gap is for video memory.
 *    [768 KiB, 1 MiB) is RAM that the board fills with tables and ROMs.
 * 3. The bytes may change under a reader: the guest owns them.
 */
#ifndef VMDRIVER_GUESTMEM_H
#define VMDRIVER_GUESTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ia32/types.h"

#define GUESTMEM_MIN	(4ull << 20)	/* bytes */
#define GUESTMEM_MAX	(3072ull << 20)	/* bytes: PCI space starts there */
#define GUESTMEM_HOLE	0xa0000u	/* first byte that is not RAM */
#define GUESTMEM_HOLE_END 0xc0000u	/* first byte that is RAM again */

struct guestmem {
	uint8_t *base;	/* host address of guest-physical 0 */
	uint64_t size;	/* bytes; a multiple of PAGE_SIZE */
	int fd;		/* the memfd, owned; -1 if none */
};

/**
 * guestmem_create() - make guest RAM, all zero
 * @gm: filled in; release with guestmem_close()
 * @size: bytes, GUESTMEM_MIN to GUESTMEM_MAX, a multiple of PAGE_SIZE
 *
 * Return: 0, or a negative errno.
 *
 * #syscalls memfd_create ftruncate fcntl mmap
 */
int guestmem_create(struct guestmem *gm, uint64_t size);

/**
 * guestmem_attach() - map guest RAM that another process made
 * @gm: filled in
 * @fd: the memfd; owned by @gm from here on
 *
 * Return: 0, or a negative errno; -EPROTO if size or seals are not ours.
 *
 * #syscalls fstat fcntl mmap
 */
int guestmem_attach(struct guestmem *gm, int fd);

/* guestmem_close() - unmap and close; harmless on a zeroed struct. */
void guestmem_close(struct guestmem *gm);

/**
 * guestmem_ptr() - the host address of guest-physical memory
 * @gm: guest RAM
 * @addr: guest-physical address
 * @len: bytes wanted, all of which must be RAM with no gap
 *
 * Return: a pointer good for @len bytes, or NULL if any of them is not RAM.
 */
static inline void *guestmem_ptr(const struct guestmem *gm, paddr addr,
				 size_t len)
{
	if (addr >= gm->size || len > gm->size - addr)
		return NULL;
	if (addr < GUESTMEM_HOLE_END && addr + len > GUESTMEM_HOLE)
		return NULL;
	return gm->base + addr;
}

#endif
