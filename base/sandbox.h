/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - a process gives up every system call but a short list.
 *
 * A thin face on libseccomp. The list is a table that each sandboxed program
 * writes as an X-macro, so that one screen shows all it may ever ask of the
 * kernel:
 *
 *	#define FOO_CALLS(CALL, CALL_IF)		\
 *		CALL(read)				\
 *		CALL_IF(openat, 2, O_ACCMODE, O_RDONLY)
 *	static const struct sandbox_rule foo_rules[] = {
 *		FOO_CALLS(SANDBOX_CALL, SANDBOX_CALL_IF)
 *	};
 *
 * 1. What no rule allows kills the whole process (SIGSYS), not one thread.
 * 2. Two rules for one call mean "either".
 * 3. There is no way back, and what the process starts inherits it.
 * 4. Calls of another ABI (i386, x32) are killed.
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

/* @arg is the argument's index, or -1 if the call is allowed as it is. */
struct sandbox_rule {
	long nr;
	int arg;
	uint64_t mask;
	uint64_t value;		/* allowed if (argument & mask) == value */
	int arg2;		/* 0: that is all; else of this one as well: */
	uint64_t mask2;
	uint64_t value2;
};

#define SANDBOX_CALL(name)	{ SYS_##name, -1, 0, 0, 0, 0, 0 },
#define SANDBOX_CALL_IF(name, arg, mask, value) \
	{ SYS_##name, (arg), (mask), (value), 0, 0, 0 },
/* Both arguments, all 32 bits of them: an option by its level and name. */
#define SANDBOX_CALL_IF2(name, arg, value, arg2, value2) \
	{ SYS_##name, (arg), 0xffffffffu, (value), \
	  (arg2), 0xffffffffu, (value2) },

/**
 * sandbox_enter() - allow only @rules from here on, in all threads
 * @rules, @n: the list; not kept
 *
 * Sets no_new_privs and turns core dumps and being traced off. A build with
 * a sanitizer also allows the calls that its run time makes.
 *
 * Return: 0 or -errno.
 * #syscalls prctl
 */
int sandbox_enter(const struct sandbox_rule *rules, size_t n);

#endif
