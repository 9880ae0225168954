// SPDX-License-Identifier: BSD-2-Clause
/* host_test.c - HOSTEL_HOST: its words, and what they take away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host.h"
#include "base/log.h"

static void words_are_read(void **state)
{
	struct host_words w;
	char bad[32];

	(void)state;
	assert_true(host_words_parse(NULL, &w, bad, sizeof(bad)));
	assert_int_equal(w.denied, 0);
	assert_true(
		host_words_parse("no-ia32,,no-bmi2,", &w, bad, sizeof(bad)));
	assert_int_equal(w.denied, HOST_BIT(ia32) | HOST_BIT(bmi2));
	assert_int_equal(w.first_call, 0);
}

static void a_kernel_lacks_what_is_younger(void **state)
{
	struct host_words w;
	char bad[32];

	(void)state;
	assert_true(host_words_parse("linux-5.4", &w, bad, sizeof(bad)));
	assert_int_equal(w.first_call, SYS_close_range);
	assert_false(w.denied & HOST_BIT(tripwire));
	assert_true(w.denied & HOST_BIT(close_range));
	assert_true(w.denied & HOST_BIT(futex_waitv));
	assert_true(w.denied & HOST_BIT(noexec_seal));
}

static void a_word_that_is_none_is_named(void **state)
{
	struct host_words w;
	char bad[8];

	(void)state;
	assert_false(host_words_parse("no-ia32,no-such-thing,x", &w, bad,
				      sizeof(bad)));
	assert_string_equal(bad, "no-such");
	assert_int_equal(w.denied, HOST_BIT(ia32));
	assert_false(host_words_parse("no-", &w, bad, sizeof(bad)));
	assert_false(host_words_parse("ia32", &w, bad, sizeof(bad)));
}

/* denied_errno() - of futex_waitv() in a process that pretends to @text. */
static int denied_errno(const char *text)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setenv("HOSTEL_HOST", text, 1);
		host_pretend_or_die();
		syscall(SYS_futex_waitv, NULL, 0, 0, NULL, 0);
		_exit(errno);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void calls_are_taken_away(void **state)
{
	(void)state;
	assert_int_equal(denied_errno("no-futex-waitv"), ENOSYS);
	assert_int_equal(denied_errno("linux-5.10"), ENOSYS);
	assert_int_equal(denied_errno("no-such-thing"), EXIT_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read),
		cmocka_unit_test(a_kernel_lacks_what_is_younger),
		cmocka_unit_test(a_word_that_is_none_is_named),
		cmocka_unit_test(calls_are_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
