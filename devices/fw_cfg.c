/* SPDX-License-Identifier: BSD-2-Clause */
/* fw_cfg.c - what firmware asks about the machine: see fw_cfg.h. */
#include "devices/fw_cfg.h"

#include <string.h>

#include "base/bytes.h"

#define DMA_ERROR	0x01u
#define DMA_READ	0x02u
#define DMA_SKIP	0x04u
#define DMA_SELECT	0x08u
#define DMA_WRITE	0x10u

#define DMA_COMMAND	16u	/* bytes: control, length, address */
#define DMA_CHUNK	4096u

#define SIGNATURE_HIGH	0x51454d55u	/* "QEMU" */
#define SIGNATURE_LOW	0x20434647u	/* " CFG" */

/* The bytes of the item that is chosen. */
struct bytes {
	const uint8_t *p;
	uint32_t size;
};

/* item_find() - each field is read once, as it may change. */
static struct bytes item_find(const struct fw_cfg *f)
{
	struct fw_cfg_items head;
	uint32_t i;

	if (!f->items || f->size < sizeof(head))
		return (struct bytes){ NULL, 0 };
	memcpy(&head, f->items, sizeof(head));
	for (i = 0; i < MIN(head.count, FW_CFG_ITEMS); i++) {
		if (head.item[i].key != f->regs->key)
			continue;
		if (head.item[i].at > f->size ||
		    head.item[i].size > f->size - head.item[i].at)
			break;
		return (struct bytes){ f->items + head.item[i].at,
				       head.item[i].size };
	}
	return (struct bytes){ NULL, 0 };
}

static void item_select(struct fw_cfg *f, uint16_t key)
{
	f->regs->key = key;
	f->regs->offset = 0;
}

/* item_place() - where in @b the guest is. Read once: the other world may write
 * there. */
static uint32_t item_place(const struct fw_cfg *f, const struct bytes *b)
{
	uint32_t at = *(const volatile uint32_t *)&f->regs->offset;

	return MIN(at, b->size);
}

/* item_read() - the next @n bytes to @out, and zeros behind the last one. */
static void item_read(struct fw_cfg *f, const struct bytes *b, uint8_t *out,
		      uint32_t n)
{
	uint32_t at = item_place(f, b);
	uint32_t there = MIN(n, b->size - at);

	if (there)
		memcpy(out, b->p + at, there);
	memset(out + there, 0, n - there);
	f->regs->offset = at + there;
}

/* dma_fill() - Return: false if there is no memory. */
static bool dma_fill(struct fw_cfg *f, uint64_t to, uint32_t length)
{
	struct bytes b = item_find(f);
	uint8_t chunk[DMA_CHUNK];
	uint32_t n;

	if (length > FW_CFG_MOST)
		return false;
	for (; length; length -= n, to += n) {
		n = MIN(length, DMA_CHUNK);
		item_read(f, &b, chunk, n);
		if (dma_wire_write(&f->dma, to, chunk, n))
			return false;
	}
	return true;
}

static void dma_skip(struct fw_cfg *f, uint32_t length)
{
	struct bytes b = item_find(f);
	uint32_t at = item_place(f, &b);

	f->regs->offset = at + MIN(length, b.size - at);
}

/* dma_run() - the command at @addr; its control word becomes the result. */
static void dma_run(struct fw_cfg *f, uint64_t addr)
{
	uint8_t c[DMA_COMMAND], result[4] = { 0 };
	uint32_t control;
	bool ok = true;

	if (dma_wire_read(&f->dma, addr, c, sizeof(c)))
		return;
	control = get_be32(c);
	if (control & DMA_SELECT)
		item_select(f, (uint16_t)(control >> 16));
	if (control & DMA_READ)
		ok = dma_fill(
			f, (uint64_t)get_be32(c + 8) << 32 | get_be32(c + 12),
			get_be32(c + 4));
	else if (control & DMA_WRITE)
		ok = false;
	else if (control & DMA_SKIP)
		dma_skip(f, get_be32(c + 4));
	result[3] = ok ? 0 : DMA_ERROR;
	dma_wire_write(&f->dma, addr, result, sizeof(result));
}

static uint32_t swap(uint32_t v)
{
	return __builtin_bswap32(v);
}

uint32_t fw_cfg_port_read(struct fw_cfg *f, unsigned int offset,
			  unsigned int width)
{
	struct bytes b;
	uint8_t v;

	if (offset == 1 && width == 1) {
		b = item_find(f);
		item_read(f, &b, &v, 1);
		return v;
	}
	if (offset >= 4 && width == 4)
		return swap(offset == 4 ? SIGNATURE_HIGH : SIGNATURE_LOW);
	return 0xffffffffu;
}

void fw_cfg_port_write(struct fw_cfg *f, unsigned int offset,
		       unsigned int width, uint32_t value)
{
	uint32_t high = f->regs->dma_high;

	if (offset == 0 && width == 2) {
		item_select(f, (uint16_t)value);
	} else if (offset == 4 && width == 4) {
		f->regs->dma_high = swap(value);
	} else if (offset == 8 && width == 4) {
		f->regs->dma_high = 0;
		dma_run(f, (uint64_t)high << 32 | swap(value));
	}
}

void fw_cfg_reset(struct fw_cfg *f)
{
	memset(f->regs, 0, sizeof(*f->regs));
}
