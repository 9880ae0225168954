/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - assertions and the handful of macros that every part uses.
 *
 * ASSERT is for the programmer only: it states what can not be false unless
 * Hostel itself is wrong. What a guest, a user or the other side of a door
 * may cause is never asserted. An ASSERT has no side effect.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <stddef.h>

/* assert_failed() - say what was false and where, then abort. */
_Noreturn void assert_failed(const char *expr, const char *file, int line);

#define ASSERT(e)	((e) ? (void)0 : assert_failed(#e, __FILE__, __LINE__))
#define BUILD_ASSERT(e)	_Static_assert((e), #e)

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define LIKELY(e)	__builtin_expect(!!(e), 1)
#define UNLIKELY(e)	__builtin_expect(!!(e), 0)
#define NOINLINE	__attribute__((noinline))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define CONTAINER_OF(p, type, member) \
	((type *)(void *)((char *)(p) - offsetof(type, member)))

#endif
