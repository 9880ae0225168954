/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fw_cfg_fuzz.c - a guest's accesses to the firmware configuration device,
 * while another world writes into its registers and its items: nothing is read
 * outside the items, and a command writes only where it says. With nobody
 * else writing, each byte is the item's, or 0 behind its end.
 *
 * tests/fuzz: runs 4000
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/fw_cfg.h"
#include "tests/fuzz/target.h"

#define RAM	 (32u << 10)
#define COMMAND	 16u		/* bytes */
#define PORTS	 12u
#define BODY	 16384u		/* the most bytes behind the items' head */

enum { FAILED = 1, READ = 2, SKIP = 4, SELECT = 8, WRITE = 16 };

/* What both worlds map; fuzz_scribble() takes no less than 16 bytes. */
static union {
	struct fw_cfg_regs regs;
	uint8_t room[16];
} shared;

static struct fw_cfg chip;
static uint8_t *ram;
static bool peace;		/* nobody else writes */

/* What the guest has asked for, and so what the chip may do. */
static struct {
	uint16_t key;
	uint32_t at;		/* of the next byte in the item */
	uint32_t high;		/* half of a command's address */
	bool begun;		/* the wires are in use by a command */
	uint64_t command;	/* its address */
	uint64_t to;		/* the next byte that it writes */
	uint32_t left;		/* bytes */
	uint32_t result;
} want;

/* ---- what is right ------------------------------------------------------- */

/* item_size() - of the chosen item; *@bytes: its first byte. */
static uint32_t item_size(const uint8_t **bytes)
{
	struct fw_cfg_items head;
	uint32_t i;

	if (!chip.items || chip.size < sizeof(head))
		return 0;
	memcpy(&head, chip.items, sizeof(head));
	for (i = 0; i < head.count && i < FW_CFG_ITEMS; i++)
		if (head.item[i].key == want.key)
			break;
	if (i >= head.count || i == FW_CFG_ITEMS ||
	    (uint64_t)head.item[i].at + head.item[i].size > chip.size)
		return 0;
	*bytes = chip.items + head.item[i].at;
	return head.item[i].size;
}

/* check_bytes() - the next @len bytes of the item are these. */
static void check_bytes(const uint8_t *p, size_t len)
{
	const uint8_t *item = NULL;
	uint32_t size = item_size(&item);
	size_t i;

	for (i = 0; peace && i < len; i++)
		if (want.at < size)
			ASSERT(p[i] == item[want.at++]);
		else
			ASSERT(p[i] == 0);
}

/* ---- the board ----------------------------------------------------------- */

/* ram_read() - it is the command that is read. */
static int ram_read(void *board, uint64_t addr, void *buf, size_t len)
{
	const uint8_t *item;
	uint32_t control, size;

	(void)board;
	ASSERT(want.begun && len == COMMAND);
	ASSERT(!peace || addr == want.command);
	if (addr > RAM || len > RAM - addr)
		return -1;
	memcpy(buf, ram + addr, len);
	control = get_be32(ram + addr);
	size = get_be32(ram + addr + 4);
	want.command = addr;
	want.to = (uint64_t)get_be32(ram + addr + 8) << 32 |
		  get_be32(ram + addr + 12);
	want.left = 0;
	want.result = 0;
	if (control & SELECT) {
		want.key = (uint16_t)(control >> 16);
		want.at = 0;
	}
	if (control & READ && size <= FW_CFG_MOST)
		want.left = size;
	else if (control & (READ | WRITE))
		want.result = FAILED;
	else if (control & SKIP && peace)
		want.at += MIN(size, item_size(&item) - want.at);
	return 0;
}

static int ram_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	bool there = addr <= RAM && len <= RAM - addr;

	(void)board;
	ASSERT(want.begun && len);
	if (want.left) {
		ASSERT(addr == want.to && len <= want.left);
		check_bytes(buf, len);
		want.to += len;
		want.left = there ? want.left - (uint32_t)len : 0;
		want.result = there ? 0 : FAILED;
	} else {
		ASSERT(addr == want.command && len == 4);
		ASSERT(get_be32(buf) == want.result);
		want.begun = false;
	}
	if (there)
		memcpy(ram + addr, buf, len);
	return there ? 0 : -1;
}

const char *fuzz_open(void)
{
	ram = malloc(RAM);
	chip.regs = &shared.regs;
	chip.dma = (struct dma_wire){ ram_read, ram_write, NULL };
	return ram ? NULL : "no memory";
}

/* ---- what a guest does --------------------------------------------------- */

static void out(unsigned int port, unsigned int width, uint32_t v)
{
	if (port == 0 && width == 2) {
		want.key = (uint16_t)v;
		want.at = 0;
	} else if (port == 4 && width == 4) {
		want.high = __builtin_bswap32(v);
	} else if (port == 8 && width == 4) {
		want.command = (uint64_t)want.high << 32 | __builtin_bswap32(v);
		want.high = 0;
		want.begun = true;
	}
	fw_cfg_port_write(&chip, port, width, v);
	ASSERT(!want.left);
	want.begun = false;
}

static void in(unsigned int port, unsigned int width)
{
	uint32_t v = fw_cfg_port_read(&chip, port, width);
	uint8_t byte = (uint8_t)v;

	if (port == 1 && width == 1)
		check_bytes(&byte, 1);
}

/* number() - a small one, one near the end of memory, or anything. */
static uint64_t number(struct fuzz_input *in_put)
{
	uint8_t how = fuzz_byte(in_put);
	uint16_t n = fuzz_word(in_put);

	switch (how & 7) {
	case 0:
		return RAM - n % 64u;
	case 1:
		return -(uint64_t)(n % 64);
	case 2:
		return (1ull << 32) - n % 64;
	case 3:
		return (uint64_t)n << (how >> 2);
	case 4:
		return n % 16u;
	default:
		return n % RAM;
	}
}

/* command() - put one into memory, and begin it. */
static void command(struct fuzz_input *in_put)
{
	uint64_t at = number(in_put), to;
	uint32_t key = fuzz_byte(in_put) % 8u, what = fuzz_byte(in_put);
	uint8_t c[COMMAND];

	put_be32(c, key << 16 | what);
	put_be32(c + 4, (uint32_t)number(in_put));
	to = number(in_put);
	put_be32(c + 8, (uint32_t)(to >> 32));
	put_be32(c + 12, (uint32_t)to);
	if (at <= RAM - COMMAND)
		memcpy(ram + at, c, COMMAND);
	out(4, 4, __builtin_bswap32((uint32_t)(at >> 32)));
	out(8, 4, __builtin_bswap32((uint32_t)at));
}

static void one_step(struct fuzz_input *in_put)
{
	uint8_t how = fuzz_byte(in_put), port = fuzz_byte(in_put) % PORTS;
	unsigned int width = 1u << (how >> 4) % 3;

	switch (how % 6) {
	case 0:
		out(port, width, fuzz_long(in_put));
		break;
	case 1:
		in(port, width);
		break;
	case 2:
		out(0, 2, port);
		break;
	case 3:
		in(1, 1);
		break;
	default:
		command(in_put);
		break;
	}
}

/* items_make() - in memory that ends where they do. Return: it, or NULL. */
static uint8_t *items_make(struct fuzz_input *in_put)
{
	struct fw_cfg_items head = { .count = fuzz_byte(in_put) % 70 };
	uint32_t body = fuzz_word(in_put) % BODY, i;
	size_t size = sizeof(head) + body;
	uint8_t how = fuzz_byte(in_put), *p;

	for (i = 0; i < 4; i++) {
		head.item[i].key = fuzz_byte(in_put) % 8;
		head.item[i].at = (uint32_t)sizeof(head) +
				  (uint32_t)number(in_put) % (body + 1);
		head.item[i].size =
			(uint32_t)(sizeof(head) + body) - head.item[i].at;
		if (how >> i & 1)	/* just beyond the end, or anything */
			head.item[i].size =
				i & 1 ? (uint32_t)number(in_put) :
					head.item[i].size +
						fuzz_byte(in_put) % 4;
		if (how >> (i + 4) & 1)
			head.item[i].at = (uint32_t)number(in_put);
	}
	if (how == 0x0f)
		size = body % sizeof(head);
	p = malloc(size);
	ASSERT(p || !size);
	for (i = 0; i < size; i++)
		p[i] = (uint8_t)(i * 7 + 1);
	if (p)
		memcpy(p, &head, MIN(sizeof(head), size));
	chip.items = p;
	chip.size = size;
	return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in_put = { data, size };
	uint32_t seed = fuzz_long(&in_put);
	uint8_t *items = items_make(&in_put);

	peace = !seed;
	memset(&want, 0, sizeof(want));
	memset(ram, 0, RAM);
	fw_cfg_reset(&chip);
	fuzz_scribble(&shared, sizeof(shared), seed);
	if (items && chip.size >= sizeof(struct fw_cfg_items))
		fuzz_scribble(items, chip.size, seed);
	while (in_put.left)
		one_step(&in_put);
	fuzz_scribble_end();
	free(items);
	chip.items = NULL;
	return 0;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static const uint8_t heads[2][24] = {
		/* 4 items with keys 1 to 4, of 8, 4, 1 and 3 bytes */
		{ 4, 8, 0, 0, 1, 7, 0, 0, 2, 7, 4, 0, 3, 7, 7, 0, 4, 7, 5, 0 },
		/* the first one ends one byte behind the memory */
		{ 4, 8, 0, 1, 1, 7, 0, 0, 1, 2, 7, 4, 0, 3, 7, 7, 0, 4, 7, 5,
		  0 },
	};
	static const uint8_t steps[] = {
		/* a command that chooses and reads, one that skips, a byte */
		4, 0, 7, 0x10, 0, 1, 10, 7, 0, 0x12, 7, 0, 4,
		4, 0, 7, 0x10, 0, 1, 4, 4, 3, 0, 7, 0, 4, 3, 0,
	};
	size_t i, at = n & 1 ? 25 : 24;

	if (n >= 12 || size < 400)
		return 0;
	put_le32(buf, n < 6 ? 0 : n * 0x9e3779b9u);	/* half with peace */
	memcpy(buf + 4, heads[n & 1], at - 4);
	for (i = at; i < 400; i++)
		buf[i] = steps[(i - at) % sizeof(steps)];
	for (i = at + 5; i < 400; i += sizeof(steps))
		buf[i] = (uint8_t)(1 + n / 2);		/* the key */
	return 400;
}
