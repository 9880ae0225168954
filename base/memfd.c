/* SPDX-License-Identifier: BSD-2-Clause */
/* memfd.c - memory in a file: see memfd.h. */
#include "base/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int memfd_open(const char *name)
{
	unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)	/* before Linux 6.3 */
		fd = memfd_create(name, flags);
	return fd < 0 ? -errno : fd;
}

int memfd_seal(int fd, uint64_t size)
{
	return ftruncate(fd, (off_t)size) < 0 ||
			       fcntl(fd, F_ADD_SEALS, SEALS) < 0 ?
		       -errno :
		       0;
}

int memfd_sealed(const char *name, uint64_t size)
{
	int fd = memfd_open(name), err = fd < 0 ? fd : memfd_seal(fd, size);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

int memfd_check(int fd, uint64_t *size)
{
	struct stat st;
	int seals;

	if (fstat(fd, &st) < 0)
		return -errno;
	seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS || !S_ISREG(st.st_mode))
		return -EPROTO;
	if (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
		return -EPROTO;
	*size = (uint64_t)st.st_size;
	return 0;
}

static void *map_whole(int fd, size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *memfd_share(const char *name, size_t size, int *fd)
{
	void *p;
	int err;

	*fd = memfd_sealed(name, size);
	if (*fd < 0) {
		errno = -*fd;
		*fd = -1;
		return NULL;
	}
	p = map_whole(*fd, size);
	if (!p) {
		err = errno;
		close(*fd);
		*fd = -1;
		errno = err;
	}
	return p;
}

void *memfd_attach(int fd, size_t size)
{
	uint64_t there;

	if (memfd_check(fd, &there) < 0 || there != size)
		return NULL;
	return map_whole(fd, size);
}
