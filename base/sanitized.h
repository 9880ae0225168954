/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sanitized.h - is this a build with a sanitizer's run time (address, thread)?
 *
 * It takes terabytes of addresses and makes system calls of its own. gcc says
 * so by macros, clang by features.
 */
#ifndef BASE_SANITIZED_H
#define BASE_SANITIZED_H

#if defined(__has_feature)
#define SANITIZED_FEATURE(f)	__has_feature(f)
#else
#define SANITIZED_FEATURE(f)	0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
	SANITIZED_FEATURE(address_sanitizer) || \
	SANITIZED_FEATURE(thread_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#endif
