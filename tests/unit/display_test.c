/* SPDX-License-Identifier: BSD-2-Clause */
/* display_test.c - who has the terminal: the screen, COM1, or nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/check.h"
#include "vmapp/config/options.h"

/* settled() - of a command line, words with blanks between; NULL-terminated.
 * Return: is it possible? */
static bool settled(struct vm_config *c, bool terminal, const char *const *line)
{
	char error[CONFIG_ERROR_SIZE] = "";
	char *words[8];
	int n;
	bool good;

	for (n = 0; line[n]; n++)
		words[n] = (char *)(uintptr_t)line[n];
	config_defaults(c);
	assert_true(options_parse(c, n, words, error));
	good = options_settle(c, terminal, error);
	assert_int_equal(good, !*error);
	return good;
}

#define LINE(...) ((const char *const []){ __VA_ARGS__ NULL })

static void by_itself(void **state)
{
	struct vm_config c;

	(void)state;
	/* A machine with firmware, on a terminal: its screen. */
	assert_true(settled(&c, true, LINE()));
	assert_int_equal(c.display.kind, DISPLAY_TEXT);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	/* Its COM1, where nobody could see a screen; and with a kernel. */
	assert_true(settled(&c, false, LINE()));
	assert_int_equal(c.display.kind, DISPLAY_NONE);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_true(settled(&c, true, LINE("--kernel", "k", )));
	assert_int_equal(c.display.kind, DISPLAY_NONE);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
}

static void as_it_was_said(void **state)
{
	struct vm_config c;

	(void)state;
	assert_true(settled(&c, true, LINE("--serial", "stdio", )));
	assert_int_equal(c.display.kind, DISPLAY_NONE);
	assert_true(settled(&c, true, LINE("--serial", "none", )));
	assert_int_equal(c.display.kind, DISPLAY_TEXT);
	assert_true(settled(&c, true, LINE("--display", "vnc", )));
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_STDIO);
	assert_true(settled(&c, true,
			    LINE("--kernel", "k", "--display", "text", )));
	assert_int_equal(c.display.kind, DISPLAY_TEXT);
	assert_int_equal(c.plug[LINE_COM1].kind, PLUG_NONE);
	/* Not both, and not without one. */
	assert_false(settled(&c, true,
			     LINE("--serial", "stdio", "--display", "text", )));
	assert_false(settled(&c, true,
			     LINE("--serial", "none", "--serial", "stdio",
				  "--display", "text", )));
	assert_false(settled(&c, false, LINE("--display", "text", )));
}

static void of_a_vmx_file(void **state)
{
	char error[CONFIG_ERROR_SIZE] = "";
	struct vm_config c;

	(void)state;
	config_defaults(&c);
	c.vmx = "m.vmx";
	c.vmx_display = "vnc:127.0.0.1:5947";
	assert_true(options_settle(&c, true, error));
	assert_int_equal(c.display.kind, DISPLAY_VNC);
	assert_int_equal(c.display.port, 5947);
	assert_string_equal(c.display_text, c.vmx_display);
	config_defaults(&c);
	c.vmx = "m.vmx";
	c.vmx_display = "vnc:somewhere:1";
	assert_false(options_settle(&c, true, error));
	assert_non_null(strstr(error, "m.vmx"));
	/* The command line counts more. */
	c.display.kind = DISPLAY_NONE;
	assert_true(options_settle(&c, true, error));
}

/* Another job has the terminal: what needs it is told, by its name. */
static void in_the_background(void **state)
{
	static const struct {
		bool terminal;
		const char *says;	/* NULL: it may start */
		const char *line[5];
	} rows[] = {
		{ true, "--display vnc", { NULL } },
		{ true, "COM1 is this terminal", { "--kernel", "k" } },
		{ true, "COM1 is this terminal", { "--display", "vnc" } },
		{ false,
		  "COM2 is this terminal",
		  { "--serial", "none", "--serial", "stdio" } },
		{ true, NULL, { "--display", "vnc", "--serial", "none" } },
		{ true, NULL, { "--kernel", "k", "--serial", "pty" } },
	};
	char error[CONFIG_ERROR_SIZE];
	struct vm_config c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(settled(&c, rows[i].terminal, rows[i].line));
		assert_int_equal(options_background(&c, error), !rows[i].says);
		if (rows[i].says)
			assert_non_null(strstr(error, rows[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_itself),
		cmocka_unit_test(as_it_was_said),
		cmocka_unit_test(of_a_vmx_file),
		cmocka_unit_test(in_the_background),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
