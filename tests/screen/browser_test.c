/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * browser_test.c - hostel-screen in a real browser: Debian's chromium, with no
 * window, and noVNC's page. What it shows is left in the build folder.
 *
 * Skipped where there is none: tools/setup screen-test, tools/fetch-novnc.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/lib_skip.h"
#include "tests/screen/lib_screen.h"

#define WIDTH	640
#define HEIGHT	400
#define KEY_Q	16

/* chromium() - its path, or NULL. */
static const char *chromium(void)
{
	return access("/usr/bin/chromium", X_OK) == 0 ? "/usr/bin/chromium" :
							NULL;
}

/* stripes() - bars of colours, and a white frame. */
static void stripes(struct bench *b)
{
	static const uint32_t colour[8] = {
		0xffffff, 0xffff00, 0x00ffff, 0x00ff00,
		0xff00ff, 0xff0000, 0x0000ff, 0x123456,
	};
	unsigned int x, y;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			bench_pixel(b, x, y,
				    x && y && x < WIDTH - 1 && y < HEIGHT - 1 ?
					    colour[x * 8 / WIDTH] :
					    0xffffff);
}

static void a_browser_shows_and_types(void **state)
{
	const char *build = getenv("HOSTEL_BUILD_DIR");
	char line[512], said[256];
	struct screen_message m;
	struct bench b;
	FILE *browser;

	(void)state;
	if (!chromium())
		skip_because("no chromium: tools/setup screen-test");
	unsetenv("HOSTEL_NOVNC");
	if (!bench_start(&b, "web", WIDTH, HEIGHT)) {
		assert_non_null(strstr(b.words, "novnc"));
		skip_because("no noVNC page: tools/fetch-novnc");
	}
	stripes(&b);
	snprintf(line, sizeof(line),
		 "python3 -EB tests/screen/lib_browser.py %s 'http://%s' "
		 "%s/browser.png 600 200 q 2>&1",
		 chromium(), bench_said(&b, "http://"),
		 build ? build : "build");
	browser = popen(line, "re");
	assert_non_null(browser);
	assert_non_null(fgets(said, sizeof(said), browser));
	assert_string_equal(said, "size 640 400\n");
	assert_non_null(fgets(said, sizeof(said), browser));
	assert_string_equal(said, "pixel 18 52 86\n");
	assert_non_null(fgets(said, sizeof(said), browser));
	assert_string_equal(said, "typed\n");
	/* The pointer may have told where it is. */
	do
		assert_true(bench_hear(&b, &m, NULL));
	while (m.kind == SCREEN_POINTER);
	assert_int_equal(m.kind, SCREEN_KEY);
	assert_int_equal(m.code, KEY_Q);
	assert_true(m.down);
	assert_int_equal(pclose(browser), 0);
	assert_true(bench_end(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_browser_shows_and_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
