/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_fuzz_test.c - random registers, memory, accesses and frames for the
 * Lance: nothing crashes (run it with M=asan and M=ubsan), nothing hangs.
 * The seed is printed; HOSTEL_SEED repeats it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "devices/eeprom_93c46.h"
#include "devices/lance_regs.h"
#include "devices/lance_ring.h"

#define SECONDS 4
#define MEM_SIZE 65536u

struct bench {
	uint8_t mem[MEM_SIZE];
	struct lance_regs regs;
	struct lance_stats stats;
	struct eeprom_93c46 eeprom;
	struct lance chip;
	uint64_t now;
	unsigned int seed;
};

static int mem_read(void *board, uint64_t addr, void *buf, size_t len)
{
	struct bench *b = board;

	addr &= 0x1ffff;	/* half of it is no RAM */
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	memcpy(buf, b->mem + addr, len);
	return 0;
}

static int mem_write(void *board, uint64_t addr, const void *buf, size_t len)
{
	struct bench *b = board;

	addr &= 0x1ffff;
	if (addr >= MEM_SIZE || len > MEM_SIZE - addr)
		return -1;
	memcpy(b->mem + addr, buf, len);
	return 0;
}

static bool cable(void *board, unsigned int pin, const uint8_t *frame,
		  size_t len)
{
	struct bench *b = board;

	(void)pin, (void)frame;
	assert_in_range(len, 1, LANCE_TX_MAX);
	return rand_r(&b->seed) & 7;
}

static uint64_t now_ns(void *board)
{
	return ((struct bench *)board)->now;
}

static void noise(struct bench *b, void *p, size_t len)
{
	uint8_t *bytes = p;

	while (len--)
		*bytes++ = (uint8_t)rand_r(&b->seed);
}

/* one_step() - something that a guest, the wire or the other world may do. */
static void one_step(struct bench *b)
{
	static const uint8_t widths[] = { 1, 2, 4, 3, 0 };
	uint8_t frame[9000];
	unsigned int width = widths[rand_r(&b->seed) % 5];
	uint32_t v = (uint32_t)rand_r(&b->seed) * 3;

	switch (rand_r(&b->seed) % 12) {
	case 0:
		noise(b, &b->regs, sizeof(b->regs));
		noise(b, &b->eeprom, sizeof(b->eeprom));
		break;
	case 1:
		noise(b, b->mem, sizeof(b->mem));
		break;
	case 2:
		v = (unsigned int)rand_r(&b->seed) % sizeof(frame);
		noise(b, frame, 64);
		lance_receive(&b->chip, frame, v);
		break;
	case 3:
		lance_tick(&b->chip);
		break;
	case 4:
		lance_link(&b->chip, v & 1);
		break;
	case 5:		/* the commands, more often than by chance */
		lance_port_write(&b->chip, 0x12, 2, 0);
		lance_port_write(&b->chip, 0x10, 2, v & 0x4f);
		break;
	case 6:
		lance_port_read(&b->chip, v % 36, width, &v);
		break;
	case 7:
		lance_hard_reset(&b->chip);
		break;
	default:
		if (lance_port_write(&b->chip, v % 36, width,
				     (uint32_t)rand_r(&b->seed)) ==
		    CHIP_NEEDS_HOST)
			lance_work(&b->chip);
	}
	b->now += (unsigned int)rand_r(&b->seed) % 5000000;
}

static void nothing_breaks(void **state)
{
	const char *seed = getenv("HOSTEL_SEED");
	struct bench *b = calloc(1, sizeof(*b));
	uint64_t end = clock_now_ns() + SECONDS * NSEC_PER_SEC, slow = 0;
	uint64_t start, steps = 0;

	(void)state;
	b->seed = seed ? (unsigned int)strtoul(seed, NULL, 0)
		       : (unsigned int)clock_now_ns();
	print_message("# seed %u\n", b->seed);
	lance_init(&b->chip, &b->regs, &b->stats);
	b->chip.dma = (struct dma_wire){ mem_read, mem_write, b };
	b->chip.clock = (struct clock_wire){ now_ns, NULL, b, 0 };
	b->chip.cable = (struct cable_wire){ cable, b, 0 };
	b->chip.eeprom = &b->eeprom;
	lance_hard_reset(&b->chip);
	while (clock_now_ns() < end) {
		start = clock_now_ns();
		one_step(b);
		slow = slow > clock_now_ns() - start ? slow
						     : clock_now_ns() - start;
		steps++;
	}
	print_message("# %llu steps, the longest %llu us\n",
		      (unsigned long long)steps,
		      (unsigned long long)slow / 1000);
	/* Bounded work: a ring of 65,535 entries is the most there is. */
	assert_true(slow < 2 * NSEC_PER_SEC);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
