/* SPDX-License-Identifier: BSD-2-Clause */
/* guestmem_test.c - guest RAM: sizes, seals, what attach refuses. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/memfd.h"
#include "vmdriver/guestmem.h"

#define SIZE (8u << 20)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static void sizes_are_checked(void **state)
{
	struct guestmem gm;

	(void)state;
	assert_int_equal(guestmem_create(&gm, 0), -EINVAL);
	assert_int_equal(guestmem_create(&gm, SIZE + 1), -EINVAL);
	assert_int_equal(guestmem_create(&gm, GUESTMEM_MAX + PAGE_SIZE),
			 -EINVAL);
	assert_null(gm.base);
	guestmem_close(&gm);
}

static void both_sides_see_the_same(void **state)
{
	const struct memfile parts = { .ram = SIZE };
	struct guestmem a, b;

	(void)state;
	assert_int_equal(guestmem_create(&a, SIZE), 0);
	assert_int_equal(guestmem_attach(&b, dup(a.fd), &parts), 0);
	assert_int_equal(b.size, SIZE);
	a.base[SIZE - 1] = 0x5a;
	assert_int_equal(b.base[SIZE - 1], 0x5a);
	/* The seals hold: nobody can pull the file from under the other. */
	assert_int_equal(ftruncate(b.fd, PAGE_SIZE), -1);
	assert_int_equal(errno, EPERM);
	guestmem_close(&a);
	guestmem_close(&b);
}

static void pointers_stay_in_ram(void **state)
{
	struct guestmem gm;

	(void)state;
	assert_int_equal(guestmem_create(&gm, SIZE), 0);
	assert_ptr_equal(guestmem_ptr(&gm, 0, 1), gm.base);
	assert_non_null(guestmem_ptr(&gm, GUESTMEM_HOLE - 4, 4));
	assert_null(guestmem_ptr(&gm, GUESTMEM_HOLE - 4, 5));
	assert_null(guestmem_ptr(&gm, GUESTMEM_HOLE, 1));
	assert_null(guestmem_ptr(&gm, GUESTMEM_HOLE_END - 1, 2));
	assert_non_null(guestmem_ptr(&gm, GUESTMEM_HOLE_END, 4));
	assert_non_null(guestmem_ptr(&gm, SIZE - 4, 4));
	assert_null(guestmem_ptr(&gm, SIZE - 4, 5));
	assert_null(guestmem_ptr(&gm, SIZE, 1));
	assert_null(guestmem_ptr(&gm, UINT64_MAX, 1));
	assert_null(guestmem_ptr(&gm, 0x100000, SIZE_MAX));
	guestmem_close(&gm);
}

/* ---- what a card meets -------------------------------------------------- */

#define ROM	(64u << 10)
#define TOP	0xffff0000u	/* where it shows */
#define ALIAS	0x20000000u	/* a page of ROM beside one of RAM */

/* The stretches that guestmem_write() told of. */
struct told {
	unsigned int count;
	uint64_t key[4], len[4];
};

static void tell(void *arg, uint64_t key, uint64_t len)
{
	struct told *t = arg;

	assert_in_range(t->count, 0, 3);
	t->key[t->count] = key;
	t->len[t->count++] = len;
}

/* open_map() - of RAM, ROM, and what is at ALIAS. */
static void open_map(struct guestmem *gm)
{
	const struct memfile parts = { .ram = SIZE, .rom = ROM };
	const struct memmap_region alias[2] = {
		{ ALIAS, PAGE_SIZE, SIZE, MEM_ROM, 0, MEM_READ | MEM_WRITE },
		{ ALIAS + PAGE_SIZE, PAGE_SIZE, PAGE_SIZE, MEM_ALIAS, 0,
		  MEM_READ | MEM_WRITE },
	};
	struct memmap_state state = { .generation = 0 };

	assert_int_equal(guestmem_create_parts(gm, &parts), 0);
	pcmap_power_on(&state, &parts);
	memmap_set(&state, MEMMAP_REGIONS - 2, &alias[0]);
	memmap_set(&state, MEMMAP_REGIONS - 1, &alias[1]);
	assert_true(guestmem_follow(gm, &state));
}

static void rom_is_for_reading(void **state)
{
	struct guestmem gm;

	(void)state;
	open_map(&gm);
	assert_null(guestmem_ptr(&gm, TOP, 4));
	assert_ptr_equal(guestmem_read_ptr(&gm, TOP, ROM), gm.base + SIZE);
	assert_null(guestmem_read_ptr(&gm, TOP, ROM + 1));
	assert_null(guestmem_read_ptr(&gm, TOP - 1, 2));
	assert_ptr_equal(guestmem_ptr(&gm, ALIAS + PAGE_SIZE, PAGE_SIZE),
			 gm.base + PAGE_SIZE);
	assert_null(guestmem_ptr(&gm, ALIAS + PAGE_SIZE - 1, 2));
	assert_non_null(guestmem_at(&gm, SIZE + ROM - 1, 1));
	assert_null(guestmem_at(&gm, SIZE + ROM - 1, 2));
	assert_null(guestmem_at(&gm, MEM_NONE, 0));
	assert_null(guestmem_at(&gm, MEM_DROP, 0));
	guestmem_close(&gm);
}

static void a_card_goes_over_an_end(void **state)
{
	const uint32_t edge = ALIAS + PAGE_SIZE;
	struct told told = { .count = 0 };
	struct guestmem gm;
	uint8_t buf[8];

	(void)state;
	open_map(&gm);
	memset(gm.base + SIZE, 0xaa, PAGE_SIZE);
	memset(gm.base + PAGE_SIZE, 0xbb, PAGE_SIZE);
	assert_int_equal(guestmem_read(&gm, edge - 4, buf, 8), 0);
	assert_memory_equal(buf, "\xaa\xaa\xaa\xaa\xbb\xbb\xbb\xbb", 8);
	assert_int_equal(
		guestmem_write(&gm, edge - 4, "12345678", 8, tell, &told), 0);
	assert_int_equal(gm.base[SIZE + PAGE_SIZE - 4], 0xaa);
	assert_memory_equal(gm.base + PAGE_SIZE, "5678\xbb", 5);
	assert_int_equal(gm.dropped, 1);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.key[0], PAGE_SIZE);
	assert_int_equal(told.len[0], 4);
	guestmem_close(&gm);
}

static void a_card_gets_all_or_nothing(void **state)
{
	struct told told = { .count = 0 };
	struct guestmem gm;
	uint8_t buf[8] = { 0 };

	(void)state;
	open_map(&gm);
	memset(gm.base + GUESTMEM_HOLE - 4, 0xcc, 4);
	assert_int_equal(guestmem_read(&gm, GUESTMEM_HOLE - 4, buf, 8),
			 -EFAULT);
	assert_int_equal(buf[0], 0);
	assert_int_equal(guestmem_write(&gm, GUESTMEM_HOLE - 4, buf, 8, tell,
					&told),
			 -EFAULT);
	assert_int_equal(gm.base[GUESTMEM_HOLE - 4], 0xcc);
	assert_int_equal(guestmem_write(&gm, SIZE - 4, buf, 8, tell, &told),
			 -EFAULT);
	assert_int_equal(guestmem_read(&gm, UINT64_MAX - 3, buf, 8), -EFAULT);
	assert_int_equal(told.count + gm.dropped, 0);
	guestmem_close(&gm);
}

static int sealed(off_t size, int seals)
{
	int fd = memfd_create("test", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

/* attach() - a file that is said to be made of @ram bytes of RAM, and ROM. */
static int attach(int fd, uint64_t ram, uint64_t rom)
{
	const struct memfile parts = { .ram = ram, .rom = rom };
	struct guestmem gm;
	int err = guestmem_attach(&gm, fd, &parts);

	assert_null(gm.base);
	return err;
}

static void foreign_files_are_refused(void **state)
{
	(void)state;
	assert_int_equal(attach(sealed(SIZE, 0), SIZE, 0), -EPROTO);
	assert_int_equal(attach(sealed(SIZE, F_SEAL_SHRINK), SIZE, 0), -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS | F_SEAL_WRITE), SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE + 1, SEALS), SIZE + 1, 0), -EPROTO);
	assert_int_equal(attach(sealed(PAGE_SIZE, SEALS), PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(open("/dev/null", O_RDWR), SIZE, 0), -EPROTO);
	assert_int_equal(attach(-1, SIZE, 0), -EBADF);
	/* The parts are not what the file is. */
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE + PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE - PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE, PAGE_SIZE), -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), 2 * SIZE, -(uint64_t)SIZE),
			 -EPROTO);
	assert_int_equal(
		attach(sealed(SIZE + GUESTMEM_ROM_MAX + PAGE_SIZE, SEALS), SIZE,
		       GUESTMEM_ROM_MAX + PAGE_SIZE),
		-EPROTO);
}

/* A file that outlives its guest: the next one finds nothing of it, and who has
 * mapped it sees the next one's. */
static void a_file_is_renewed(void **state)
{
	const struct memfile parts = { .ram = SIZE, .video = PAGE_SIZE };
	const struct memfile other = { .ram = SIZE + 2 * PAGE_SIZE };
	int file = memfd_open("renewed"), i;
	struct guestmem gm;
	const uint8_t *seen;

	(void)state;
	assert_int_equal(guestmem_renew(&gm, dup(file), &parts), 0);
	seen = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, file, SIZE);
	assert_ptr_not_equal(seen, MAP_FAILED);
	for (i = 0; i < 3; i++) {
		assert_int_equal(gm.base[SIZE], 0);
		gm.base[SIZE] = 7;
		gm.base[5] = 8;
		assert_int_equal(seen[0], 7);
		guestmem_close(&gm);
		assert_int_equal(guestmem_renew(&gm, dup(file), &parts), 0);
		assert_int_equal(gm.base[5], 0);
		assert_int_equal(seen[0], 0);
	}
	guestmem_close(&gm);
	assert_int_equal(guestmem_renew(&gm, dup(file), &other), -EPROTO);
	assert_int_equal(guestmem_renew(&gm, open("/dev/null", O_RDWR), &parts),
			 -EINVAL);
	munmap((void *)(uintptr_t)seen, PAGE_SIZE);
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_checked),
		cmocka_unit_test(both_sides_see_the_same),
		cmocka_unit_test(pointers_stay_in_ram),
		cmocka_unit_test(rom_is_for_reading),
		cmocka_unit_test(a_card_goes_over_an_end),
		cmocka_unit_test(a_card_gets_all_or_nothing),
		cmocka_unit_test(foreign_files_are_refused),
		cmocka_unit_test(a_file_is_renewed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
