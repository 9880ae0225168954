/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.c - a process gives up system calls: see sandbox.h. */
#include "base/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "base/check.h"
#include "base/sanitized.h"

#if SANITIZED
#define SANDBOX_SANITIZER_CALLS(CALL, CALL_IF)		\
	CALL_IF(mmap, 2, PROT_EXEC, 0)			\
	CALL(munmap) CALL(mremap) CALL(madvise)		\
	CALL_IF(mprotect, 2, PROT_EXEC, 0)		\
	CALL(sigaltstack) CALL(sched_yield) CALL(futex)	\
	CALL(rt_sigaction) CALL(rt_sigprocmask)		\
	CALL(getpid) CALL(gettid) CALL(write) CALL(exit_group) \
	CALL(nanosleep) CALL(gettimeofday)
#else
#define SANDBOX_SANITIZER_CALLS(CALL, CALL_IF)
#endif

/* Ends with a row that is no call, so that it is never an empty array. */
static const struct sandbox_rule sandbox_sanitizer[] = {
	SANDBOX_SANITIZER_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
	{ -1, 0, 0, 0, 0, 0, 0 },
};

/**
 * sandbox_allow() - add one rule to a filter
 *
 * Return: 0 or -errno.
 */
static int sandbox_allow(scmp_filter_ctx ctx, const struct sandbox_rule *r)
{
	const struct scmp_arg_cmp cmp[] = {
		{ .arg = (unsigned)r->arg, .op = SCMP_CMP_MASKED_EQ,
		  .datum_a = r->mask, .datum_b = r->value },
		{ .arg = (unsigned)r->arg2, .op = SCMP_CMP_MASKED_EQ,
		  .datum_a = r->mask2, .datum_b = r->value2 },
	};

	if (r->arg < 0)
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, (int)r->nr, 0);
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, (int)r->nr,
				      r->arg2 ? 2 : 1, cmp);
}

int sandbox_enter(const struct sandbox_rule *rules, size_t n)
{
	scmp_filter_ctx ctx;
	size_t i;
	int err = 0;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (!ctx)
		return -ENOMEM;
	err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (err == 0)	/* it is one thread only if nothing else is said */
		err = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
				       SCMP_ACT_KILL_PROCESS);
	for (i = 0; err == 0 && i < n; i++)
		err = sandbox_allow(ctx, &rules[i]);
	for (i = 0; err == 0 && sandbox_sanitizer[i].nr >= 0; i++)
		err = sandbox_allow(ctx, &sandbox_sanitizer[i]);
	if (err == 0)
		err = seccomp_load(ctx);
	seccomp_release(ctx);
	return err;
}
