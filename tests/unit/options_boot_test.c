/* SPDX-License-Identifier: BSD-2-Clause */
/* options_boot_test.c - the command line: firmware, and what it boots from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/lib_options.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_booted),
		cmocka_unit_test(firmware_or_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
