/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - JSON text that grows in a buffer of the caller's. */
#ifndef VMNET_TEXT_H
#define VMNET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"

struct text {
	char *buf;
	size_t len, size;
	bool full;	/* something did not fit: half of it is of no use */
};

/* text_add() - like printf(); all of it, or none and @t->full. */
void PRINTF_LIKE(2, 3) text_add(struct text *t, const char *fmt, ...);

/* text_count() - a member "@name": @n, and a comma. */
void text_count(struct text *t, const char *name, uint64_t n);

/**
 * text_drops() - a member "drops": an object of the reasons that there were
 * @names, @drops: @n names, and how often each was
 */
void text_drops(struct text *t, const char *const *names, const uint64_t *drops,
		unsigned int n);

/* text_cpu_seconds() - what a process has used of a CPU; 0: this one. Return: 0
 * if it can not be told. #syscalls[switch] clock_getres clock_gettime */
double text_cpu_seconds(pid_t pid);

#endif
