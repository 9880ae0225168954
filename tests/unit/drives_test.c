/* SPDX-License-Identifier: BSD-2-Clause */
/* drives_test.c - drives on the command line: where they are, what is in them,
 * what they are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/lib_said.h"
#include "vmapp/config/options.h"

static char error[CONFIG_ERROR_SIZE];
static struct vm_config c;

static int begin(void **state)
{
	(void)state;
	config_defaults(&c);
	return 0;
}

static void add(enum drive_kind kind, const char *text)
{
	if (!drives_add(&c, kind, text, error))
		fail_msg("refused: %s", error);
}

static void refused(enum drive_kind kind, const char *text, const char *part)
{
	assert_false(drives_add(&c, kind, text, error));
	said_sentence(error, part);
}

static void is_drive(enum drive_place place, enum drive_kind kind,
		     const char *file)
{
	assert_int_equal(c.drive[place].kind, kind);
	if (kind != DRIVE_NONE)
		assert_string_equal(c.drive[place].file, file);
}

static void a_cd_is_at_the_second_channel(void **state)
{
	(void)state;
	add(DRIVE_DISK, "a");
	add(DRIVE_CDROM, "b");
	add(DRIVE_DISK, "c");
	add(DRIVE_DISK, "d");
	is_drive(DRIVE_IDE0_0, DRIVE_DISK, "a");
	is_drive(DRIVE_IDE0_1, DRIVE_DISK, "c");
	is_drive(DRIVE_IDE1_0, DRIVE_CDROM, "b");
	is_drive(DRIVE_IDE1_1, DRIVE_DISK, "d");
	is_drive(DRIVE_FLOPPY_A, DRIVE_NONE, NULL);
	refused(DRIVE_CDROM, "e", "room for four");
	refused(DRIVE_DISK, "e", "room for four");
}

static void a_disk_is_the_first(void **state)
{
	(void)state;
	add(DRIVE_CDROM, "a");
	add(DRIVE_CDROM, "b");
	add(DRIVE_CDROM, "none");
	add(DRIVE_DISK, "d");
	is_drive(DRIVE_IDE0_0, DRIVE_DISK, "d");
	is_drive(DRIVE_IDE0_1, DRIVE_CDROM, "");
	is_drive(DRIVE_IDE1_0, DRIVE_CDROM, "a");
	is_drive(DRIVE_IDE1_1, DRIVE_CDROM, "b");
}

static void there_are_two_floppies(void **state)
{
	(void)state;
	add(DRIVE_FLOPPY, "a");
	add(DRIVE_FLOPPY, "none");
	is_drive(DRIVE_FLOPPY_A, DRIVE_FLOPPY, "a");
	is_drive(DRIVE_FLOPPY_B, DRIVE_FLOPPY, "");
	refused(DRIVE_FLOPPY, "c", "at most twice");
}

/* Kind by kind. */
static void the_command_line_comes_before_the_file(void **state)
{
	(void)state;
	c.drive[DRIVE_IDE1_1].kind = DRIVE_DISK;
	c.drive[DRIVE_IDE1_0].kind = DRIVE_CDROM;
	add(DRIVE_DISK, "a");
	add(DRIVE_DISK, "b");
	is_drive(DRIVE_IDE0_0, DRIVE_DISK, "a");
	is_drive(DRIVE_IDE0_1, DRIVE_DISK, "b");
	is_drive(DRIVE_IDE1_0, DRIVE_CDROM, "");
	is_drive(DRIVE_IDE1_1, DRIVE_NONE, NULL);
}

static void is_so(enum drive_place place, const char *file,
		  enum disk_format format, bool read_only)
{
	assert_string_equal(c.drive[place].file, file);
	assert_int_equal(c.drive[place].format, format);
	assert_int_equal(c.drive[place].read_only, read_only);
}

static void words_behind_a_comma(void **state)
{
	(void)state;
	add(DRIVE_DISK, "a,b.img,format=qcow2,ro");
	add(DRIVE_DISK, "c,rw");
	add(DRIVE_DISK, "d,ro,format=raw");
	add(DRIVE_CDROM, "e");
	add(DRIVE_FLOPPY, "f");
	add(DRIVE_FLOPPY, "g,ro");
	is_so(DRIVE_IDE0_0, "a,b.img", DISK_QCOW2, true);
	is_so(DRIVE_IDE0_1, "c,rw", DRIVE_GUESS, false);
	is_so(DRIVE_IDE1_0, "d", DISK_RAW, true);
	is_so(DRIVE_IDE1_1, "e", DISK_RAW, true);
	is_so(DRIVE_FLOPPY_A, "f", DISK_RAW, false);
	is_so(DRIVE_FLOPPY_B, "g", DISK_RAW, true);
}

static void words_are_refused(void **state)
{
	(void)state;
	refused(DRIVE_DISK, "a,format=QCOW2", "format 'QCOW2' is not known");
	begin(state);
	refused(DRIVE_DISK, "a,format=", "format '' is not known");
	begin(state);
	refused(DRIVE_DISK, "", "--disk '' names no file");
	begin(state);
	refused(DRIVE_CDROM, ",format=raw", "--cdrom ',format=raw' names no");
	refused(DRIVE_DISK, "none", "can not be taken out");
}

static void drives_have_names(void **state)
{
	(void)state;
	add(DRIVE_DISK, "a");
	add(DRIVE_CDROM, "b");
	add(DRIVE_FLOPPY, "c");
	assert_int_equal(drive_find(&c, "ide0:0"), DRIVE_IDE0_0);
	assert_int_equal(drive_find(&c, "IDE1:0"), DRIVE_IDE1_0);
	assert_int_equal(drive_find(&c, "cdrom"), DRIVE_IDE1_0);
	assert_int_equal(drive_find(&c, "floppy"), DRIVE_FLOPPY_A);
	assert_int_equal(drive_find(&c, "floppy0"), DRIVE_FLOPPY_A);
	assert_int_equal(drive_find(&c, "a"), DRIVE_FLOPPY_A);
	assert_int_equal(drive_find(&c, "A"), DRIVE_FLOPPY_A);
	assert_int_equal(drive_find(&c, "b"), -1);
	assert_int_equal(drive_find(&c, "ide0:1"), -1);
	assert_int_equal(drive_find(&c, "disk"), -1);
	assert_int_equal(drive_find(&c, ""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_cd_is_at_the_second_channel, begin),
		cmocka_unit_test_setup(a_disk_is_the_first, begin),
		cmocka_unit_test_setup(there_are_two_floppies, begin),
		cmocka_unit_test_setup(the_command_line_comes_before_the_file,
				       begin),
		cmocka_unit_test_setup(words_behind_a_comma, begin),
		cmocka_unit_test_setup(words_are_refused, begin),
		cmocka_unit_test_setup(drives_have_names, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
