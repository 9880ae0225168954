/* SPDX-License-Identifier: BSD-2-Clause */
/* limits_test.c - a process that limits its memory, and then wants more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sanitized.h"
#include "tests/lib_skip.h"

#define MIB (1ull << 20)

/* limited() - @f after limits_memory(), in a child; Return: what it does. */
static int limited(int (*f)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		limits_memory(64 * MIB, 256 * MIB);
		_exit(f());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* take() - memory of so many MiB, by mmap() with these flags. */
static bool take(unsigned int mib, int prot, int flags)
{
	return mmap(NULL, mib * MIB, prot,
		    flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

static int small(void)
{
	return !take(32, PROT_READ | PROT_WRITE, MAP_PRIVATE);
}

static int much(void)
{
	return take(80, PROT_READ | PROT_WRITE, MAP_PRIVATE);
}

static int by_and_by(void)
{
	unsigned int i;

	for (i = 0; i < 80 && malloc(MIB); i++)
		;
	return i > 64 || i < 32;
}

/* By a mapping of which nothing may be used, and more rights later. */
static int changed_later(void)
{
	void *p = mmap(NULL, 80 * MIB, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ||
	       mprotect(p, 80 * MIB, PROT_READ | PROT_WRITE) == 0;
}

static int wide(void)
{
	return !take(128, PROT_NONE, MAP_PRIVATE) ||
	       take(512, PROT_NONE, MAP_PRIVATE);
}

static int taken_back(void)
{
	struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY };

	return geteuid() && setrlimit(RLIMIT_DATA, &l) == 0;
}

static int set_again(void)
{
	limits_memory(1024 * MIB, 1024 * MIB);
	return much();
}

static void memory_ends(void **state)
{
	(void)state;
#if SANITIZED
	skip_because("a sanitizer's run time covers terabytes");
#endif
	assert_int_equal(limited(small), 0);
	assert_int_equal(limited(much), 0);
	assert_int_equal(limited(by_and_by), 0);
	assert_int_equal(limited(changed_later), 0);
	assert_int_equal(limited(wide), 0);
	assert_int_equal(limited(taken_back), 0);
	assert_int_equal(limited(set_again), 0);
}

/* score() - as the kernel has it now; -2000: it does not say. */
static int score(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "re");
	int n = -2000;

	if (f && fscanf(f, "%d", &n) != 1)
		n = -2000;
	if (f)
		fclose(f);
	return n;
}

static void first_to_go(void **state)
{
	int before = score(), after;

	(void)state;
	if (before == -2000)
		skip_because("there is no oom_score_adj");
	limits_first();
	after = score();
	assert_true(before == 1000 || after > before);
	assert_true(after <= 1000);
	limits_first();
	limits_first();
	limits_first();
	limits_first();
	assert_true(score() <= 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_ends),
		cmocka_unit_test(first_to_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
