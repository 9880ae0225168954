/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fw_cfg.h - where firmware asks what machine it is on: items by number, each
 * a row of bytes.
 *
 * Source: QEMU's fw_cfg specification (docs/specs/fw_cfg). Offsets: 0 the
 * selector (16 bits), 1 data (a byte at each read); 4-11 the address of a
 * command for the DMA interface, big endian, of which a write to the last four
 * bytes begins it; read, they are "QEMU CFG".
 *
 * 1. The items lie in memory that whoever owns the CPU can write: it is taken
 *    as hostile. Nothing outside is read.
 * 2. A read beyond an item's end, or of one that is not there, gives 0.
 * 3. Nothing can be written: such a command fails, as one of more than
 *    FW_CFG_MOST bytes does.
 */
#ifndef DEVICES_FW_CFG_H
#define DEVICES_FW_CFG_H

#include "devices/wires.h"

#define FW_CFG_ITEMS	64u
#define FW_CFG_MOST	(16u << 20)	/* bytes of one command */

/* Keys; files are from FW_CFG_FILE_FIRST on. */
#define FW_CFG_SIGNATURE	0x00u
#define FW_CFG_ID		0x01u
#define FW_CFG_BOOT_MENU	0x0eu
#define FW_CFG_FILE_DIR		0x19u
#define FW_CFG_FILE_FIRST	0x20u

/* In front of the items' bytes. */
struct fw_cfg_items {
	uint32_t count;
	struct {
		uint32_t key;
		uint32_t at, size;	/* bytes from the struct's start on */
	} item[FW_CFG_ITEMS];
};

struct fw_cfg_regs {
	uint16_t key;
	uint32_t offset;	/* of the next byte in the item */
	uint32_t dma_high;	/* of the address, as long as it is not whole */
};

struct fw_cfg {
	struct fw_cfg_regs *regs;
	const uint8_t *items;	/* a struct fw_cfg_items; NULL: none */
	size_t size;		/* bytes of all that */
	struct dma_wire dma;
};

/* fw_cfg_reset() - item 0, its first byte. */
void fw_cfg_reset(struct fw_cfg *f);

/* fw_cfg_port_read() / fw_cfg_port_write() - an access of @width 1, 2 or 4
 * bytes. @offset: from port 510h, 0 to 11; what is not driven reads as
 * ones. */
uint32_t fw_cfg_port_read(struct fw_cfg *f, unsigned int offset,
			  unsigned int width);
void fw_cfg_port_write(struct fw_cfg *f, unsigned int offset,
		       unsigned int width, uint32_t value);

#endif
