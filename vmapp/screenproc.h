/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screenproc.h - in the keeper: starts hostel-screen, and ends it.
 *
 * It is the keeper's child, not hostel-app's, so that those who watch stay
 * through a reset of the guest. It gets the memory file, read only, and two
 * sockets; see screen/client/message.h.
 *
 * 1. There is one at most. If it ends by itself that is said once, and the
 *    machine goes on; another one is started when a picture is asked for, and
 *    that has no display.
 * 2. With --display text it has the terminal, and all that this program and
 *    its children have to say meanwhile is shown there by it, and again when
 *    the terminal has been given back. That is done here if it can not.
 */
#ifndef VMAPP_SCREENPROC_H
#define VMAPP_SCREENPROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "screen/client/display.h"
#include "vmapp/config/options.h"

struct screenproc {
	pid_t pid;		/* 0: none runs */
	bool lost;		/* one ended by itself: there is no display */
	int link;		/* to it; -1 */
	int app;		/* hostel-app's end of its socket; -1 */
	bool text;		/* it has the terminal: */
	struct termios saved;
	int said[2];		/* a pipe: what others say; -1 */
	int own_stderr;		/* -1: it is where it was */
};

#define SCREENPROC_NONE \
	((struct screenproc){ .link = -1, .app = -1, .said = { -1, -1 }, \
			      .own_stderr = -1 })

/**
 * screenproc_start() - start it, if none runs
 * @memory: the memory file; stays the caller's
 * @at, @size: of it, for the screen; as hostel-app says
 *
 * Waits until it shows. Return: 0, or a negative errno; why is said.
 * #syscalls fork execve wait4 poll socketpair pipe2
 */
int screenproc_start(struct screenproc *s, const struct vm_config *config,
		     int memory, uint64_t at, uint64_t size);

/* screenproc_hear() - its link can be read. Return: the user wants to quit. */
bool screenproc_hear(struct screenproc *s);

/**
 * screenproc_open() - before hostel-app is made: what says where its words go
 *
 * Return: 0; or a negative errno: there is no terminal. s->said[1] is then what
 * hostel-app's standard error becomes once the screen is shown, or -1.
 * #syscalls pipe2
 */
int screenproc_open(struct screenproc *s, const struct vm_config *config);

/* screenproc_lost_words() - what to poll for screenproc_pass(): words that
 * nobody shows any more; -1: none. */
int screenproc_lost_words(const struct screenproc *s);
void screenproc_pass(struct screenproc *s);

/* screenproc_end() - end it, and give the terminal back. #syscalls kill
 * wait4 poll unlink */
void screenproc_end(struct screenproc *s, const struct vm_config *config);

#endif
