/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_native.h - the host CPU as an engine: batches of cases for a runner.
 *
 * 1. The slots of the share belong to the runner between native_begin() and
 *    native_finish(), and to the test at any other time; slot.in may be read
 *    by both at any time.
 */
#ifndef TESTS_INSN_LIB_NATIVE_H
#define TESTS_INSN_LIB_NATIVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/insn/lib_case.h"

struct native {
	struct case_share *share;
	pid_t pid;
	int go, done;
};

/**
 * native_start() - start a runner
 * @n: filled in; release with native_stop()
 * @program: native32 or native64
 * @through: an emulator that runs it, found in PATH, or NULL
 *
 * Return: false if this host does not run it.
 *
 * #syscalls memfd_create ftruncate mmap pipe2 fork
 */
bool native_start(struct native *n, const char *program, const char *through);

/* native_begin() - let it run slots [0, @count); at most CASE_BATCH. */
bool native_begin(struct native *n, unsigned int count);

/* native_finish() - wait until they are done. Return: false if it died. */
bool native_finish(struct native *n);

void native_stop(struct native *n);

#endif
