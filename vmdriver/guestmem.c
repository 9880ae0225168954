/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guestmem.c - guest memory: one sealed memfd, mapped by both worlds.
 *
 * The seals are what makes sharing safe: neither world can shrink the file
 * under the other's mapping (which would be SIGBUS) nor take the seals off.
 */
#include "vmdriver/guestmem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"

BUILD_ASSERT(MEMMAP_PAGE == PAGE_SIZE);

/* parts_ok() - each in its bounds, and whole pages. */
static bool parts_ok(const struct memfile *p)
{
	return p->ram >= GUESTMEM_MIN && p->ram <= GUESTMEM_MAX &&
	       p->rom <= GUESTMEM_ROM_MAX && p->video <= GUESTMEM_VIDEO_MAX &&
	       p->config <= GUESTMEM_CONFIG_MAX &&
	       (p->ram | p->rom | p->video | p->config) % PAGE_SIZE == 0;
}

static uint64_t parts_size(const struct memfile *p)
{
	return p->ram + p->rom + p->video + p->config;
}

/* map_first() - the map of a PC that has RAM and nothing else. */
static void map_first(struct guestmem *gm)
{
	struct memmap_state s = { .generation = 0 };
	struct memfile ram = { .ram = gm->size };
	struct pci_config bridge;

	i440fx_init(&bridge);
	i440fx_all_ram(&bridge);
	pcmap_power_on(&s, &ram);
	pcmap_pam(&s, &bridge);
	guestmem_follow(gm, &s);
	gm->map.generation = 0;		/* any state is another one */
}

/* guestmem_map() - map @fd and fill in @gm. Return: 0 or -errno. */
static int guestmem_map(struct guestmem *gm, int fd,
			const struct memfile *parts)
{
	void *p = mmap(NULL, parts_size(parts), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_NORESERVE, fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	gm->base = p;
	gm->size = parts->ram;
	gm->file_size = parts_size(parts);
	gm->parts = *parts;
	gm->fd = fd;
	map_first(gm);
	return 0;
}

int guestmem_create_parts(struct guestmem *gm, const struct memfile *parts)
{
	int fd, rc;

	*gm = (struct guestmem){ .fd = -1 };
	if (!parts_ok(parts))
		return -EINVAL;
	fd = memfd_sealed("guest-ram", parts_size(parts));
	if (fd < 0)
		return fd;
	rc = guestmem_map(gm, fd, parts);
	if (rc < 0)
		close(fd);
	return rc;
}

int guestmem_create(struct guestmem *gm, uint64_t size)
{
	const struct memfile parts = { .ram = size };

	return guestmem_create_parts(gm, &parts);
}

/* file_renew() - Return: 0 or -errno. */
static int file_renew(int fd, const struct memfile *parts)
{
	struct stat st;
	uint64_t size;
	int err;

	if (!parts_ok(parts))
		return -EINVAL;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!st.st_size)
		return memfd_seal(fd, parts_size(parts));
	err = memfd_check(fd, &size);
	if (err || size != parts_size(parts))
		return err ? err : -EPROTO;
	return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			 (off_t)size) < 0 ?
		       -errno :
		       0;
}

int guestmem_renew(struct guestmem *gm, int fd, const struct memfile *parts)
{
	int err = file_renew(fd, parts);

	*gm = (struct guestmem){ .fd = -1 };
	if (!err)
		err = guestmem_map(gm, fd, parts);
	if (err)
		close(fd);
	return err;
}

int guestmem_attach(struct guestmem *gm, int fd, const struct memfile *parts)
{
	uint64_t size = 0;
	int rc;

	*gm = (struct guestmem){ .fd = -1 };
	rc = memfd_check(fd, &size);
	if (rc == 0 && (!parts_ok(parts) || parts_size(parts) != size))
		rc = -EPROTO;
	if (rc == 0)
		rc = guestmem_map(gm, fd, parts);
	if (rc < 0 && fd >= 0)
		close(fd);
	return rc;
}

void guestmem_close(struct guestmem *gm)
{
	if (gm->base)
		munmap(gm->base, gm->file_size);
	if (gm->base && gm->fd >= 0)
		close(gm->fd);
	*gm = (struct guestmem){ .fd = -1 };
}

/* ---- addresses ---------------------------------------------------------- */

void *guestmem_find(const struct guestmem *gm, paddr addr, size_t len,
		    bool read_only)
{
	const struct mem_span *s = memmap_span(&gm->map, addr);

	if (!s || s->first > addr || len > s->size - (addr - s->first) ||
	    s->read == MEM_NONE || (!read_only && s->write != s->read))
		return NULL;
	return guestmem_at(gm, s->read + (addr - s->first), len);
}

/* Bytes of an access that meet one span. */
struct piece {
	uint64_t key;		/* or MEM_DROP, MEM_NONE */
	size_t len;
};

static struct piece piece_at(const struct guestmem *gm, paddr addr, size_t len,
			     bool write)
{
	const struct mem_span *s;
	uint64_t at, skip;

	if (memmap_plain(&gm->map, addr, len))
		return (struct piece){ addr, len };
	s = memmap_span(&gm->map, addr);
	if (!s || s->first > addr)
		return (struct piece){ MEM_NONE, len };
	at = write ? s->write : s->read;
	skip = addr - s->first;
	return (struct piece){ at >= MEM_DROP ? at : at + skip,
			       (size_t)MIN((uint64_t)len, s->size - skip) };
}

/* is_memory() - all of it? */
static bool is_memory(const struct guestmem *gm, paddr addr, size_t len,
		      bool write)
{
	struct piece p;

	for (; len > 0; len -= p.len, addr += p.len) {
		p = piece_at(gm, addr, len, write);
		if (p.key == MEM_NONE)
			return false;
	}
	return true;
}

int guestmem_read(const struct guestmem *gm, paddr addr, void *buf, size_t len)
{
	uint8_t *to = buf;
	struct piece p;

	if (memmap_plain(&gm->map, addr, len)) {
		memcpy(buf, gm->base + addr, len);
		return 0;
	}
	if (!is_memory(gm, addr, len, false))
		return -EFAULT;
	for (; len > 0; len -= p.len, addr += p.len, to += p.len) {
		p = piece_at(gm, addr, len, false);
		memcpy(to, guestmem_at(gm, p.key, p.len), p.len);
	}
	return 0;
}

int guestmem_write(struct guestmem *gm, paddr addr, const void *buf, size_t len,
		   guestmem_written *told, void *arg)
{
	const uint8_t *from = buf;
	struct piece p;

	if (memmap_plain(&gm->map, addr, len)) {
		memcpy(gm->base + addr, buf, len);
		told(arg, addr, len);
		return 0;
	}
	if (!is_memory(gm, addr, len, true))
		return -EFAULT;
	for (; len > 0; len -= p.len, addr += p.len, from += p.len) {
		p = piece_at(gm, addr, len, true);
		if (p.key == MEM_DROP) {
			gm->dropped++;
			continue;
		}
		memcpy(guestmem_at(gm, p.key, p.len), from, p.len);
		told(arg, p.key, p.len);
	}
	return 0;
}
