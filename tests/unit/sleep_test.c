/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sleep_test.c - the sleep of a halted guest: what ends it, and that a signal
 * ends it wherever it comes, before each single instruction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/clock.h"
#include "vmm/halt.h"
#include "vmm/sleep.h"

#define TRAP_FLAG 0x100

static _Atomic uint32_t *attention, *word;	/* shared with children */
static int step, raise_at;			/* instructions of sleep_on() */

/* in_sleep_on() - before its system call is over? */
static bool in_sleep_on(greg_t rip)
{
	return rip >= (greg_t)(uintptr_t)sleep_on &&
	       rip < (greg_t)(uintptr_t)sleep_end;
}

static void on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info;
	halt_interrupt(context);
}

/* on_step() - before an instruction; SIGALRM is held back until we return. */
static void on_step(int sig, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)sig, (void)info;
	if (!in_sleep_on(r[REG_RIP]) || step++ != raise_at)
		return;
	r[REG_EFL] &= ~TRAP_FLAG;
	*attention = 1;
	raise(SIGALRM);
}

static void handle(int sig, void (*f)(int, siginfo_t *, void *))
{
	struct sigaction sa = { .sa_sigaction = f,
				.sa_flags = SA_SIGINFO | SA_RESTART };

	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGALRM);
	assert_int_equal(sigaction(sig, &sa, NULL), 0);
}

static struct timespec in_ms(uint64_t ms)
{
	uint64_t at = clock_now_ns() + ms * 1000000;

	return (struct timespec){ .tv_sec = (time_t)(at / NSEC_PER_SEC),
				  .tv_nsec = (long)(at % NSEC_PER_SEC) };
}

/* sleep_stepped() - sleep, traced by on_step(). */
static long sleep_stepped(const struct timespec *end)
{
	long rc;

	*attention = *word = 0;
	step = 0;
	__asm__ volatile("pushf; orq $0x100, (%%rsp); popf" ::: "cc", "memory");
	rc = sleep_on(attention, word, end);
	__asm__ volatile("pushf; andq $~0x100, (%%rsp); popf"
			 ::: "cc", "memory");
	return rc;
}

static void no_signal_comes_too_early(void **state)
{
	struct timespec end = in_ms(20);
	int steps, i;
	long rc;

	(void)state;
	raise_at = -1;
	assert_int_equal(sleep_stepped(&end), -ETIMEDOUT);
	steps = step;
	assert_in_range(steps, 8, 30);
	for (i = 0; i < steps; i++) {
		end = in_ms(5000);
		raise_at = i;
		rc = sleep_stepped(&end);
		if (rc != -EINTR || step != i + 1)
			fail_msg("before instruction %d of %d: %ld, step %d", i,
				 steps, rc, step);
	}
}

/* wake_from_child() - after a moment, by @how. Return: what sleep_on() says. */
static long wake_from_child(void (*how)(pid_t sleeper),
			    const struct timespec *end)
{
	pid_t self = getpid(), child;
	long rc;

	*attention = *word = 0;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		usleep(20000);
		how(self);
		_exit(0);
	}
	rc = sleep_on(attention, word, end);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return rc;
}

static void by_signal(pid_t sleeper)
{
	*attention = 1;
	kill(sleeper, SIGALRM);
}

static void by_word(pid_t sleeper)
{
	(void)sleeper;
	*word = 1;
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void what_ends_it(void **state)
{
	struct timespec end = in_ms(5000), past = in_ms(0);

	(void)state;
	assert_int_equal(wake_from_child(by_signal, NULL), -EINTR);
	assert_int_equal(wake_from_child(by_signal, &end), -EINTR);
	assert_int_equal(wake_from_child(by_word, NULL), 0);
	assert_int_equal(wake_from_child(by_word, &end), 0);
	*attention = *word = 0;
	assert_int_equal(sleep_on(attention, word, &past), -ETIMEDOUT);
	*word = 2;
	assert_int_equal(sleep_on(attention, word, NULL), -EAGAIN);
	*word = 0;
	*attention = 4;
	assert_int_equal(sleep_on(attention, word, NULL), -EINTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_ends_it),
		cmocka_unit_test(no_signal_comes_too_early),
	};

	attention = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (attention == MAP_FAILED)
		return 1;
	word = attention + 1;
	handle(SIGALRM, on_alarm);
	handle(SIGTRAP, on_step);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
