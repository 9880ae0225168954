/* SPDX-License-Identifier: BSD-2-Clause */
/* guestmem_test.c - guest RAM: sizes, seals, what attach refuses. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

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
	assert_int_equal(attach(sealed(SIZE, F_SEAL_SHRINK), SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS | F_SEAL_WRITE), SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE + 1, SEALS), SIZE + 1, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(PAGE_SIZE, SEALS), PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(open("/dev/null", O_RDWR), SIZE, 0), -EPROTO);
	assert_int_equal(attach(-1, SIZE, 0), -EBADF);
	/* The parts are not what the file is. */
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE + PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE - PAGE_SIZE, 0),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), SIZE, PAGE_SIZE),
			 -EPROTO);
	assert_int_equal(attach(sealed(SIZE, SEALS), 2 * SIZE,
				-(uint64_t)SIZE), -EPROTO);
	assert_int_equal(attach(sealed(SIZE + GUESTMEM_ROM_MAX + PAGE_SIZE,
				       SEALS), SIZE,
				GUESTMEM_ROM_MAX + PAGE_SIZE), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_checked),
		cmocka_unit_test(both_sides_see_the_same),
		cmocka_unit_test(pointers_stay_in_ram),
		cmocka_unit_test(foreign_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
