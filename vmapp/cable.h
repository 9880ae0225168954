/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cable.h - the host's end of COM1's cable: a terminal, a file, a
 * pseudo-terminal, or none.
 *
 * It outlasts resets of the guest: a file goes on, and whoever has opened the
 * pseudo-terminal stays connected.
 *
 * 1. A terminal is put in raw mode, and always given back as it was, whatever
 *    ends the run but SIGKILL.
 * 2. A pseudo-terminal's other end is kept open here, raw: so it carries any
 *    byte both ways, and never hangs up when a program leaves it.
 */
#ifndef VMAPP_CABLE_H
#define VMAPP_CABLE_H

#include <stdbool.h>

#include "vmapp/options.h"

struct cable {
	bool open;
	int in, out;		/* descriptors; -1: none */
	int own, other;		/* to be closed at the end; -1: none */
	bool raw;		/* a terminal in raw mode: Ctrl-] quits */
	bool lossy;		/* perhaps nobody is there: never wait long */
};

#define CABLE_NONE (struct cable){ .in = -1, .out = -1, .own = -1, .other = -1 }

/* cable_open() - Return: false if it can not be; that is explained. */
bool cable_open(struct cable *cable, const struct vm_config *config);
void cable_close(struct cable *cable);

#endif
