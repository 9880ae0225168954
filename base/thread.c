/* SPDX-License-Identifier: BSD-2-Clause */
/* thread.c - a second thread: see thread.h. */
#include "base/thread.h"

#include <semaphore.h>
#include <signal.h>

struct beginning {
	void *(*run)(void *);
	void *arg;
	sem_t begun;
};

static void *thread_begin(void *arg)
{
	struct beginning *b = arg, own = { .run = b->run, .arg = b->arg };

	sem_post(&b->begun);	/* from here on it is gone */
	return own.run(own.arg);
}

/* thread_create() - Return: 0 or an errno, which is positive. */
static int thread_create(pthread_t *thread, struct beginning *b)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int err;

	err = pthread_attr_init(&attr);
	if (err)
		return err;
	err = pthread_attr_setstacksize(&attr, THREAD_STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	if (!err)
		err = pthread_create(thread, &attr, thread_begin, b);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	struct beginning b = { .run = run, .arg = arg };
	int err;

	sem_init(&b.begun, 0, 0);	/* zero is never too large */
	err = thread_create(thread, &b);
	while (!err && sem_wait(&b.begun) < 0)
		;
	sem_destroy(&b.begun);
	return -err;
}
