/* SPDX-License-Identifier: BSD-2-Clause */
/* identity_test.c - a machine's number, and the addresses made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vmapp/config/identity.h"

static uint64_t made(const char *name, const char *uuid, const char *vmx)
{
	struct vm_config c;

	config_defaults(&c);
	c.name = name;
	c.uuid = uuid;
	c.vmx = vmx;
	return identity_make(&c);
}

static void what_stays_gives_the_same(void **state)
{
	(void)state;
	assert_true(made("a", NULL, NULL) == made("a", NULL, NULL));
	assert_true(made(NULL, "u", NULL) == made(NULL, "u", NULL));
	assert_true(made(NULL, NULL, "/etc/passwd") ==
		    made(NULL, NULL, "/etc/passwd"));
	/* However one comes to the file. */
	assert_true(made(NULL, NULL, "/etc/passwd") ==
		    made(NULL, NULL, "/usr/../etc/./passwd"));
	/* A name is before a number, and that before a place. */
	assert_true(made("a", "u", "/etc/passwd") == made("a", NULL, NULL));
	assert_true(made(NULL, "u", "/etc/passwd") == made(NULL, "u", NULL));
}

static void what_differs_gives_others(void **state)
{
	(void)state;
	assert_false(made("a", NULL, NULL) == made("b", NULL, NULL));
	assert_false(made("a", NULL, NULL) == made(NULL, "a", NULL));
	assert_false(made(NULL, "a", NULL) == made(NULL, "b", NULL));
	assert_false(made(NULL, NULL, "/etc/passwd") ==
		     made(NULL, NULL, "/etc/group"));
	assert_false(made(NULL, NULL, NULL) == made(NULL, NULL, NULL));
}

static void addresses_are_of_vmwares_range(void **state)
{
	static const uint8_t range[3] = { 0x00, 0x0c, 0x29 };
	uint8_t mac[CONFIG_NICS][6];
	unsigned int i, j;
	uint64_t n;

	(void)state;
	for (n = 0; n < 1000; n++) {
		for (i = 0; i < CONFIG_NICS; i++) {
			identity_mac(n * 0x123456789abcdefull, i, mac[i]);
			assert_memory_equal(mac[i], range, 3);
			for (j = 0; j < i; j++)
				assert_memory_not_equal(mac[i], mac[j], 6);
		}
	}
	/* Every bit of the number counts. */
	identity_mac(0, 0, mac[0]);
	for (i = 0; i < 64; i++) {
		identity_mac(1ull << i, 0, mac[1]);
		assert_memory_not_equal(mac[0], mac[1], 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_gives_the_same),
		cmocka_unit_test(what_differs_gives_others),
		cmocka_unit_test(addresses_are_of_vmwares_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
