/* SPDX-License-Identifier: BSD-2-Clause */
/* options_boot_test.c - the command line: firmware, and what it boots from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/lib_options.h"
#include "vmapp/boot/bootorder.h"

static void what_is_booted(void **state)
{
	struct vm_config c;

	(void)state;
	config_defaults(&c);
	assert_string_equal(c.boot_order, "acdn");
	assert_false(c.boot_menu);
	accepted(&c, "--boot", "nc");
	assert_string_equal(c.boot_order, "nc");
	accepted(&c, "--boot", "d,menu");
	assert_string_equal(c.boot_order, "d");
	assert_true(c.boot_menu);
	accepted(&c, "--boot=menu", "--bios=F");
	assert_string_equal(c.boot_order, "acdn");
	assert_true(c.boot_menu);
	assert_string_equal(c.bios, "F");
	refused("'x' is no order", "--boot", "x");
	refused("'cc' is no order", "--boot", "cc");
	refused("'' is no order", "--boot", "");
	refused("'acdna' is no order", "--boot", "acdna");
	refused("'c,' is no order", "--boot", "c,");
	refused("'c,menus' is no order", "--boot", "c,menus");
	accepted(&c, "--bios-log", "file:L");
	assert_int_equal(c.plug[LINE_BIOS_LOG].kind, PLUG_FILE);
	refused("--bios-log 'pty'", "--bios-log", "pty");
}

/* checked() - Return: what is wrong with all options together, or NULL. */
static const char *checked(const struct vm_config *c)
{
	return options_check(c, error) ? NULL : error;
}

static void firmware_or_kernel(void **state)
{
	struct vm_config c;

	(void)state;
	config_defaults(&c);
	assert_null(checked(&c));
	accepted(&c, "--initrd", "I");
	assert_non_null(strstr(checked(&c), "--initrd is for a kernel"));
	accepted(&c, "--append", "x");
	assert_non_null(strstr(checked(&c), "--append is for a kernel"));
	accepted(&c, "--kernel", "K", "--bios", "B");
	assert_non_null(strstr(checked(&c), "without firmware"));
}

/* order() - what firmware is told; good until the next call. */
static const char *order(const struct vm_config *c)
{
	static char text[512];

	bootorder_text(c, text, sizeof(text));
	return text;
}

#define IDE	"/pci@i0cf8/ide@1,1/"
#define FLOPPY	"/pci@i0cf8/isa@1/fdc@03f0/"

static void firmware_is_told_the_order(void **state)
{
	struct vm_config c;
	char small[8] = "xxxxxxx";

	(void)state;
	accepted(&c, "--disk", "D", "--cdrom", "C", "--floppy", "F");
	assert_string_equal(order(&c),
			    FLOPPY "floppy@0\n" IDE "drive@0/disk@0\n" IDE
				   "drive@1/disk@0\n"
				   "/pci@i0cf8/ethernet@2");
	accepted(&c, "--cdrom", "C", "--boot", "dc", "--net", "none", "--disk",
		 "D", "--disk", "E");
	assert_string_equal(order(&c),
			    IDE "drive@1/disk@0\n" IDE "drive@0/disk@0\n" IDE
				"drive@0/disk@1");
	accepted(&c, "--boot", "n", "--net", "none", "--net", "hostonly",
		 "--net", "hostonly");
	assert_string_equal(order(&c), "/pci@i0cf8/ethernet@2\n"
				       "/pci@i0cf8/ethernet@3");
	accepted(&c, "--boot", "a", "--disk", "D");
	assert_string_equal(order(&c), "");
	accepted(&c, "--floppy", "F");
	bootorder_text(&c, small, sizeof(small) - 1);
	assert_string_equal(small, "/pci@i");
	assert_int_equal(small[7], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_booted),
		cmocka_unit_test(firmware_or_kernel),
		cmocka_unit_test(firmware_is_told_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
