/* SPDX-License-Identifier: BSD-2-Clause */
/* channel.c - requests and answers in shared memory: see channel.h. */
#include "disk/channel.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/memfd.h"
#include "disk/kind.h"

#define ERRNO_MOST 4095		/* the kernel's own bound */
#define TRACK_MOST 63		/* sectors that a BIOS can count */

struct disk_channel *disk_channel_attach(int fd)
{
	struct disk_channel *ch;
	uint64_t size;
	int err = memfd_check(fd, &size);

	if (!err && size < sizeof(*ch))
		err = -EPROTO;
	if (err) {
		errno = -err;
		return NULL;
	}
	ch = mmap(NULL, sizeof(*ch), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return ch == MAP_FAILED ? NULL : ch;
}

/* ---- who asks ---------------------------------------------------------- */

bool disk_channel_busy(const struct disk_channel *ch)
{
	return atomic_load(&ch->asked) != atomic_load(&ch->answered);
}

uint32_t disk_channel_put(struct disk_channel *ch, const struct disk_ask *ask,
			  enum disk_wake wake)
{
	uint32_t number = atomic_load(&ch->answered) + 1;

	ch->ask = *ask;
	atomic_store(&ch->wake, (uint32_t)wake);
	atomic_store(&ch->asked, number);
	return number;
}

bool disk_channel_sleeps(const struct disk_channel *ch)
{
	return atomic_load(&ch->sleeps);
}

bool disk_answer_decode(const struct disk_channel *ch, uint32_t number,
			struct disk_answer *out)
{
	if (atomic_load(&ch->answered) != number)
		return false;
	copy_once(out, &ch->answer, sizeof(*out));
	if (out->result >= DISK_RESULTS)
		out->result = DISK_FAILED;
	if (out->err < 0 || out->err > ERRNO_MOST)
		out->err = EIO;
	return true;
}

void disk_info_decode(const struct disk_channel *ch, struct medium_info *out)
{
	struct medium_info info;

	copy_once(&info, &ch->info, sizeof(info));
	*out = (struct medium_info){ 0 };
	if (!info.present || !info.sectors)
		return;
	out->present = 1;
	out->read_only = info.read_only != 0;
	out->sectors = MIN(info.sectors, DISK_SECTORS_MOST);
	if (!info.heads || !info.per_track || info.per_track > TRACK_MOST)
		return;
	out->heads = info.heads;
	out->per_track = info.per_track;
}

/* ---- the disk process -------------------------------------------------- */

bool disk_channel_new(const struct disk_channel *ch, uint32_t *number)
{
	*number = atomic_load(&ch->asked);
	return *number != atomic_load(&ch->answered);
}

int disk_ask_decode(const struct disk_channel *ch,
		    const struct medium_info *info, struct disk_ask *out)
{
	copy_once(out, &ch->ask, sizeof(*out));
	if (out->op >= DISK_OPS)
		return -EINVAL;
	if (out->op == DISK_EJECT || out->op == DISK_INSERT)
		return 0;
	if (!info->present)
		return -ENOMEDIUM;
	if (out->op == DISK_FLUSH)
		return 0;
	if (!out->count || out->count > MEDIUM_MOST / MEDIUM_SECTOR)
		return -EINVAL;
	if (out->first >= info->sectors ||
	    out->count > info->sectors - out->first)
		return -ERANGE;
	return out->op == DISK_WRITE && info->read_only ? -EROFS : 0;
}

void disk_channel_answer(struct disk_channel *ch, uint32_t number, int err,
			 const struct medium_info *info)
{
	bool full = err == -ENOSPC || err == -EDQUOT;

	ch->info = *info;
	ch->answer = (struct disk_answer){
		.result = !err ? DISK_OK : full ? DISK_FULL : DISK_FAILED,
		.err = -err,
	};
	atomic_store(&ch->answered, number);
}
