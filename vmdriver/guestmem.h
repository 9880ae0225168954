/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guestmem.h - the memory file: one sealed memfd, mapped by both worlds; and
 * where its bytes show in guest-physical memory.
 *
 * 1. Here alone a guest-physical address becomes a host pointer, by the
 *    address map (machine/memmap.h).
 * 2. A key is a byte's offset in the file. Whatever is remembered of memory
 *    (decoded code, above all) goes by keys: a byte that shows at two
 *    addresses has one.
 * 3. The bytes may change under a reader: the guest owns them.
 * 4. Until guestmem_follow() the map is that of a PC with no ROM: RAM, but for
 *    a hole below 768 KiB.
 */
#ifndef VMDRIVER_GUESTMEM_H
#define VMDRIVER_GUESTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ia32/types.h"
#include "machine/memmap.h"
#include "machine/pcmap.h"

#define GUESTMEM_MIN	(4ull << 20)	/* bytes of RAM */
#define GUESTMEM_MAX	(3072ull << 20)	/* bytes: PCI space starts there */
#define GUESTMEM_ROM_MAX (16ull << 20)	/* bytes */
#define GUESTMEM_VIDEO_MAX (256ull << 20)	/* bytes */
#define GUESTMEM_CONFIG_MAX (16ull << 20)	/* bytes */
#define GUESTMEM_HOLE	PCMAP_VGA	/* first byte that is not RAM */
#define GUESTMEM_HOLE_END PCMAP_VGA_END	/* first byte that is RAM again */

struct guestmem {
	uint8_t *base;	/* host address of the file; RAM is its first part */
	uint64_t size;	/* bytes of RAM; a multiple of PAGE_SIZE */
	uint64_t file_size;
	int fd;		/* the memfd, owned; -1 if none */
	struct memfile parts;
	uint64_t dropped;	/* writes that went nowhere: to ROM */
	struct memmap map;
};

/**
 * guestmem_create() - make guest RAM, all zero
 * @gm: filled in; release with guestmem_close()
 * @size: bytes, GUESTMEM_MIN to GUESTMEM_MAX, a multiple of PAGE_SIZE
 *
 * Return: 0, or a negative errno.
 *
 * #syscalls mmap close
 */
int guestmem_create(struct guestmem *gm, uint64_t size);

/* guestmem_create_parts() - make guest memory of RAM, ROM and video memory, all
 * zero. @parts: their sizes; copied. Return: 0, or a negative errno. */
int guestmem_create_parts(struct guestmem *gm, const struct memfile *parts);

/**
 * guestmem_renew() - make guest memory in a file that outlives it
 * @fd: a memfd, empty; or the one of an earlier guest of the same parts, who is
 *	gone: all of it is zero again. Owned by @gm from here on
 *
 * So who has mapped a part of the file sees the next guest's.
 *
 * Return: 0, or a negative errno; -EPROTO if it is another kind of file.
 * #syscalls fstat fallocate close
 */
int guestmem_renew(struct guestmem *gm, int fd, const struct memfile *parts);

/**
 * guestmem_attach() - map guest memory that another process made
 * @gm: filled in
 * @fd: the memfd; owned by @gm from here on
 * @parts: of which parts it is said to be made
 *
 * Return: 0, or a negative errno; -EPROTO if sizes or seals are not ours.
 *
 * #syscalls mmap close
 */
int guestmem_attach(struct guestmem *gm, int fd, const struct memfile *parts);

/* guestmem_close() - unmap and close; harmless on a zeroed struct. */
void guestmem_close(struct guestmem *gm);

/* guestmem_follow() - the map becomes that of @state. Return: was it another
 * one? */
static inline bool guestmem_follow(struct guestmem *gm,
				   const struct memmap_state *state)
{
	return memmap_follow(&gm->map, state, gm->file_size);
}

/* guestmem_find() - guestmem_ptr() of any memory; with @read_only, of what can
 * only be read as well. */
void *guestmem_find(const struct guestmem *gm, paddr addr, size_t len,
		    bool read_only);

/**
 * guestmem_ptr() - the host address of guest-physical memory
 * @gm: guest memory
 * @addr: guest-physical address
 * @len: bytes wanted, all of which must be memory that is read and written
 *	 in one place, and lie side by side
 *
 * Return: a pointer good for @len bytes, or NULL if there is none.
 */
static inline void *guestmem_ptr(const struct guestmem *gm, paddr addr,
				 size_t len)
{
	return memmap_plain(&gm->map, addr, len) ?
		       gm->base + addr :
		       guestmem_find(gm, addr, len, false);
}

/* guestmem_read_ptr() - the host address of memory that is only to be read: of
 * RAM, or ROM. Return: as guestmem_ptr(). */
static inline const void *guestmem_read_ptr(const struct guestmem *gm,
					    paddr addr, size_t len)
{
	return memmap_plain(&gm->map, addr, len) ?
		       gm->base + addr :
		       guestmem_find(gm, addr, len, true);
}

/* guestmem_at() - the host address of @len bytes from key @key on; NULL if
 * that is none, as MEM_NONE and MEM_DROP are. */
static inline void *guestmem_at(const struct guestmem *gm, uint64_t key,
				size_t len)
{
	return key < gm->file_size && len <= gm->file_size - key ?
		       gm->base + key :
		       NULL;
}

/* guestmem_rom() - its second part, parts.rom bytes. */
static inline uint8_t *guestmem_rom(const struct guestmem *gm)
{
	return gm->base + gm->parts.ram;
}

/* guestmem_config() - its last part, parts.config bytes. */
static inline uint8_t *guestmem_config(const struct guestmem *gm)
{
	return gm->base + gm->file_size - gm->parts.config;
}

/* guestmem_page() - the keys that reads and writes of a page meet. @page: its
 * guest-physical address. */
static inline struct mem_page guestmem_page(const struct guestmem *gm,
					    paddr page)
{
	return memmap_page(&gm->map, page);
}

/* Told of bytes that were written: their key and how many. */
typedef void guestmem_written(void *arg, uint64_t key, uint64_t len);

/**
 * guestmem_read() - as a card that is bus master does
 * @addr: guest-physical
 * @buf: receives @len bytes
 *
 * Return: 0; -EFAULT if some of it is no memory: then nothing is read.
 */
int guestmem_read(const struct guestmem *gm, paddr addr, void *buf, size_t len);

/* guestmem_write() - copy @len bytes of @buf into guest memory at @addr. @told:
 * called for each stretch that was written, with @arg; what is for ROM goes
 * nowhere, and is counted. Return: 0; -EFAULT if some of it is no memory: then
 * nothing is written. */
int guestmem_write(struct guestmem *gm, paddr addr, const void *buf, size_t len,
		   guestmem_written *told, void *arg);

#endif
