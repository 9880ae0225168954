/* SPDX-License-Identifier: BSD-2-Clause */
/* thread.h - a second thread of a process that then closes its walls. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/**
 * thread_start() - start a thread, and wait until it runs
 * @thread: filled in; pthread_join() it
 * @run, @arg: what it does
 *
 * Signals are the caller's: the thread has all of them blocked. When this
 * returns it has asked the kernel for all that a thread asks for as it begins,
 * which the walls (base/sandbox.h) may refuse. Its stack has THREAD_STACK
 * bytes, whatever 'ulimit -s' says: the process's limit of memory
 * (base/limits.h) has room for that.
 *
 * Return: 0, or a negative errno.
 * #syscalls mmap mprotect clone3 rt_sigprocmask
 */
int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#define THREAD_STACK (1u << 20)

#endif
