/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fw_cfg_test.c - what firmware asks for: items by the ports and by commands,
 * ends of items, and items that say anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "devices/fw_cfg.h"
#include "tests/lib_seed.h"

#define RAM	0x20000u
#define COMMAND	0x100u		/* where commands lie */
#define TO	0x2000u		/* where they read to */

enum { READ = 2, SKIP = 4, SELECT = 8, WRITE = 16 };

struct bench {
	struct fw_cfg_regs regs;
	struct fw_cfg chip;
	uint8_t ram[RAM];
	uint8_t *items;
	size_t size;
};

static int ram_read(void *board, uint64_t addr, void *buf, size_t len)
{
	if (addr > RAM || len > RAM - addr)
		return -1;
	memcpy(buf, (uint8_t *)board + addr, len);
	return 0;
}

static int ram_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	if (addr > RAM || len > RAM - addr)
		return -1;
	memcpy((uint8_t *)board + addr, buf, len);
	return 0;
}

/* bench_new() - items 5, "abc", and 20h, 10000 bytes that count. */
static struct bench *bench_new(void)
{
	struct fw_cfg_items head = { .count = 2 };
	struct bench *b = calloc(1, sizeof(*b));
	size_t i;

	assert_non_null(b);
	head.item[0].key = 5;
	head.item[0].at = sizeof(head);
	head.item[0].size = 3;
	head.item[1].key = 0x20;
	head.item[1].at = sizeof(head) + 3;
	head.item[1].size = 10000;
	b->size = sizeof(head) + 3 + 10000;
	b->items = malloc(b->size);
	assert_non_null(b->items);
	memcpy(b->items, &head, sizeof(head));
	memcpy(b->items + sizeof(head), "abc", 3);
	for (i = 0; i < 10000; i++)
		b->items[sizeof(head) + 3 + i] = (uint8_t)(i * 7);
	b->chip = (struct fw_cfg){ &b->regs, b->items, b->size,
				   { ram_read, ram_write, b->ram } };
	memset(&b->regs, 0xff, sizeof(b->regs));
	fw_cfg_reset(&b->chip);
	return b;
}

static void bench_free(struct bench *b)
{
	free(b->items);
	free(b);
}

static uint8_t next(struct bench *b)
{
	return (uint8_t)fw_cfg_port_read(&b->chip, 1, 1);
}

/* command() - Return: the control word that it leaves. */
static uint32_t command(struct bench *b, uint32_t control, uint32_t length,
			uint64_t to)
{
	put_be32(b->ram + COMMAND, control);
	put_be32(b->ram + COMMAND + 4, length);
	put_be32(b->ram + COMMAND + 8, (uint32_t)(to >> 32));
	put_be32(b->ram + COMMAND + 12, (uint32_t)to);
	fw_cfg_port_write(&b->chip, 4, 4, 0);
	fw_cfg_port_write(&b->chip, 8, 4, __builtin_bswap32(COMMAND));
	return get_be32(b->ram + COMMAND);
}

static void by_ports(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	fw_cfg_port_write(&b->chip, 0, 2, 5);
	assert_int_equal(next(b), 'a');
	assert_int_equal(next(b), 'b');
	assert_int_equal(next(b), 'c');
	assert_int_equal(next(b), 0);
	assert_int_equal(next(b), 0);
	fw_cfg_port_write(&b->chip, 0, 2, 5);
	assert_int_equal(next(b), 'a');
	fw_cfg_port_write(&b->chip, 0, 2, 6);	/* there is none */
	assert_int_equal(next(b), 0);
	/* Other widths are not decoded. */
	fw_cfg_port_write(&b->chip, 0, 2, 5);
	fw_cfg_port_write(&b->chip, 0, 1, 0x20);
	assert_int_equal(fw_cfg_port_read(&b->chip, 0, 2), 0xffffffff);
	assert_int_equal(next(b), 'a');
	bench_free(b);
}

static void its_name(void **state)
{
	struct bench *b = bench_new();
	uint32_t v[2];

	(void)state;
	v[0] = fw_cfg_port_read(&b->chip, 4, 4);
	v[1] = fw_cfg_port_read(&b->chip, 8, 4);
	assert_memory_equal(v, "QEMU CFG", 8);
	bench_free(b);
}

static void by_commands(void **state)
{
	struct bench *b = bench_new();
	size_t i;

	(void)state;
	assert_int_equal(command(b, SELECT | READ | 0x20u << 16, 10000, TO), 0);
	for (i = 0; i < 10000; i++)
		assert_int_equal(b->ram[TO + i], (uint8_t)(i * 7));
	assert_int_equal(command(b, SELECT | SKIP | 0x20u << 16, 9998, 0), 0);
	memset(b->ram + TO, 0xee, 8);
	assert_int_equal(command(b, READ, 4, TO), 0);
	assert_int_equal(b->ram[TO], (uint8_t)(9998 * 7));
	assert_int_equal(b->ram[TO + 1], (uint8_t)(9999 * 7));
	assert_int_equal(b->ram[TO + 2], 0);	/* behind its end */
	assert_int_equal(b->ram[TO + 3], 0);
	assert_int_equal(b->ram[TO + 4], 0xee);
	assert_int_equal(command(b, SKIP, 0xffffffff, 0), 0);
	assert_int_equal(next(b), 0);
	bench_free(b);
}

static void commands_that_fail(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	assert_int_equal(command(b, SELECT | READ | 5u << 16, 4, RAM - 2), 1);
	assert_int_equal(command(b, SELECT | READ | 5u << 16, 4, 1ull << 40),
			 1);
	assert_int_equal(
		command(b, SELECT | READ | 5u << 16, FW_CFG_MOST + 1, TO), 1);
	memset(b->ram + TO, 'x', 4);
	assert_int_equal(command(b, SELECT | WRITE | 5u << 16, 3, TO), 1);
	fw_cfg_port_write(&b->chip, 0, 2, 5);
	assert_int_equal(next(b), 'a');
	/* The command itself lies nowhere. */
	fw_cfg_port_write(&b->chip, 4, 4, 0xffffffff);
	fw_cfg_port_write(&b->chip, 8, 4, 0);
	assert_int_equal(b->regs.dma_high, 0);
	bench_free(b);
}

static void no_items_at_all(void **state)
{
	struct bench *b = bench_new();

	(void)state;
	b->chip.items = NULL;
	assert_int_equal(next(b), 0);
	b->chip.items = b->items;
	b->chip.size = sizeof(struct fw_cfg_items) - 1;
	assert_int_equal(next(b), 0);
	bench_free(b);
}

/* hostile() - heads and registers full of anything: a sanitizer sees what is
 * read outside, as the items' memory ends where they do. */
static void hostile(void **state)
{
	uint64_t seed = test_seed(1);
	struct bench *b = bench_new();
	struct fw_cfg_items *head = (struct fw_cfg_items *)b->items;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 20000; i++) {
		for (k = 0; k < 8; k++) {
			seed = seed * 6364136223846793005ull + 1;
			head->item[k].key = k & 1 ? 5 : (uint32_t)(seed >> 62);
			head->item[k].at = (uint32_t)(seed >> 33) >>
					   (seed >> 20 & 31);
			head->item[k].size = (uint32_t)(seed >> 30) >>
					     (seed >> 12 & 31);
		}
		head->count = (uint32_t)(seed >> 32) >> (seed >> 5 & 31);
		b->regs.offset = (uint32_t)(seed >> 31) >> (seed >> 8 & 31);
		b->regs.key = seed >> 50 & 7;
		next(b);
		command(b, READ, (uint32_t)(seed >> 40 & 0xfff), TO);
		assert_true(b->regs.offset <= b->size);
	}
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_ports),
		cmocka_unit_test(its_name),
		cmocka_unit_test(by_commands),
		cmocka_unit_test(commands_that_fail),
		cmocka_unit_test(no_items_at_all),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
