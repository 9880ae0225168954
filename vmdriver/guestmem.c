/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guestmem.c - guest RAM: one sealed memfd, mapped by both worlds.
 *
 * The seals are what makes sharing safe: neither world can shrink the file
 * under the other's mapping (which would be SIGBUS) nor take the seals off.
 */
#include "vmdriver/guestmem.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memfd.h"

static bool size_ok(uint64_t size)
{
	return size >= GUESTMEM_MIN && size <= GUESTMEM_MAX &&
	       size % PAGE_SIZE == 0;
}

/* guestmem_map() - map @fd and fill in @gm. Return: 0 or -errno. */
static int guestmem_map(struct guestmem *gm, int fd, uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_NORESERVE, fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	gm->base = p;
	gm->size = size;
	gm->fd = fd;
	return 0;
}

int guestmem_create(struct guestmem *gm, uint64_t size)
{
	int fd, rc;

	*gm = (struct guestmem){ .fd = -1 };
	if (!size_ok(size))
		return -EINVAL;
	fd = memfd_sealed("guest-ram", size);
	if (fd < 0)
		return fd;
	rc = guestmem_map(gm, fd, size);
	if (rc < 0)
		close(fd);
	return rc;
}

int guestmem_attach(struct guestmem *gm, int fd)
{
	uint64_t size = 0;
	int rc;

	*gm = (struct guestmem){ .fd = -1 };
	rc = memfd_check(fd, &size);
	if (rc == 0 && !size_ok(size))
		rc = -EPROTO;
	if (rc == 0)
		rc = guestmem_map(gm, fd, size);
	if (rc < 0 && fd >= 0)
		close(fd);
	return rc;
}

void guestmem_close(struct guestmem *gm)
{
	if (gm->base)
		munmap(gm->base, gm->size);
	if (gm->base && gm->fd >= 0)
		close(gm->fd);
	*gm = (struct guestmem){ .fd = -1 };
}
