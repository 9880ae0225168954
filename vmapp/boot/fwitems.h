/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fwitems.h - the items that firmware may ask for (devices/fw_cfg.h), put
 * together in host memory.
 *
 * 1. Out of memory, or too many: that is remembered, and fwitems_done() tells.
 */
#ifndef VMAPP_FWITEMS_H
#define VMAPP_FWITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/fw_cfg.h"

#define FWITEMS_NAME 56u	/* bytes of a file's name, with its end */

struct fwitems {
	struct fw_cfg_items head;
	uint8_t *bytes;		/* of all items, one behind the other */
	size_t used, room;
	uint32_t files;
	struct {
		char name[FWITEMS_NAME];
		uint32_t size;
	} file[FW_CFG_ITEMS];
	bool failed;
};

/* fwitems_begin() - none yet; release with fwitems_end(). */
void fwitems_begin(struct fwitems *f);
void fwitems_end(struct fwitems *f);

/* fwitems_add() - an item with a number of its own. @data: copied */
void fwitems_add(struct fwitems *f, uint16_t key, const void *data,
		 size_t size);

/* fwitems_file() - an item with a name. @data: copied */
void fwitems_file(struct fwitems *f, const char *name, const void *data,
		  size_t size);

/* fwitems_number() - a file that is a number, of eight bytes. */
void fwitems_number(struct fwitems *f, const char *name, uint64_t value);

/* fwitems_done() - all are there: add what tells which. Return: false if it
 * did not work. */
bool fwitems_done(struct fwitems *f);

/* fwitems_size() - bytes of what fwitems_write() writes. */
size_t fwitems_size(const struct fwitems *f);
void fwitems_write(const struct fwitems *f, uint8_t *to);

#endif
