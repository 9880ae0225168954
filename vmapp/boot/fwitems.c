/* SPDX-License-Identifier: BSD-2-Clause */
/* fwitems.c - items for firmware, put together: see fwitems.h. */
#include "vmapp/boot/fwitems.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

#define DIR_ENTRY	(8u + FWITEMS_NAME)

void fwitems_begin(struct fwitems *f)
{
	memset(f, 0, sizeof(*f));
}

void fwitems_end(struct fwitems *f)
{
	free(f->bytes);
	f->bytes = NULL;
}

/* items_room() - for @size bytes more. */
static bool items_room(struct fwitems *f, size_t size)
{
	size_t room = MAX(f->room * 2, f->used + size);
	uint8_t *p;

	if (f->used + size <= f->room)
		return true;
	p = realloc(f->bytes, room);
	if (!p)
		return false;
	f->bytes = p;
	f->room = room;
	return true;
}

void fwitems_add(struct fwitems *f, uint16_t key, const void *data, size_t size)
{
	uint32_t n = f->head.count;

	if (n == FW_CFG_ITEMS || !items_room(f, size)) {
		f->failed = true;
		return;
	}
	f->head.item[n].key = key;
	f->head.item[n].at = (uint32_t)(sizeof(f->head) + f->used);
	f->head.item[n].size = (uint32_t)size;
	f->head.count = n + 1;
	if (size)
		memcpy(f->bytes + f->used, data, size);
	f->used += size;
}

void fwitems_file(struct fwitems *f, const char *name, const void *data,
		  size_t size)
{
	uint32_t n = f->files;

	fwitems_add(f, (uint16_t)(FW_CFG_FILE_FIRST + n), data, size);
	if (f->failed)
		return;
	snprintf(f->file[n].name, FWITEMS_NAME, "%s", name);
	f->file[n].size = (uint32_t)size;
	f->files = n + 1;
}

void fwitems_number(struct fwitems *f, const char *name, uint64_t value)
{
	uint8_t bytes[8];

	put_le64(bytes, value);
	fwitems_file(f, name, bytes, sizeof(bytes));
}

bool fwitems_done(struct fwitems *f)
{
	uint8_t dir[4 + FW_CFG_ITEMS * DIR_ENTRY] = { 0 };
	uint32_t i;

	put_be32(dir, f->files);
	for (i = 0; i < f->files; i++) {
		uint8_t *e = dir + 4 + i * DIR_ENTRY;

		put_be32(e, f->file[i].size);
		put_be16(e + 4, (uint16_t)(FW_CFG_FILE_FIRST + i));
		memcpy(e + 8, f->file[i].name, FWITEMS_NAME);
	}
	fwitems_add(f, FW_CFG_FILE_DIR, dir, 4 + f->files * DIR_ENTRY);
	return !f->failed;
}

size_t fwitems_size(const struct fwitems *f)
{
	return sizeof(f->head) + f->used;
}

void fwitems_write(const struct fwitems *f, uint8_t *to)
{
	memcpy(to, &f->head, sizeof(f->head));
	if (f->used)
		memcpy(to + sizeof(f->head), f->bytes, f->used);
}
