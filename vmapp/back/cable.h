/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cable.h - the host's end of a port's cable: a terminal, a file, a
 * pseudo-terminal, a serial port of the host, a socket, or none.
 *
 * It outlasts resets of the guest: a file goes on, whoever has opened the
 * pseudo-terminal stays connected, and what waits in the cable waits for the
 * next life.
 *
 * 1. A terminal is put in raw mode, and always given back as it was, whatever
 *    ends the run but SIGKILL. While another job has it, it is left alone: that
 *    job has its own mode, and who changes it from the background is stopped.
 * 2. A pseudo-terminal's other end is kept open here, raw: so it carries any
 *    byte both ways, and never hangs up when a program leaves it.
 * 3. A serial port of the host is this machine's alone (who opens it without a
 *    right to all, or asks for its lock, is refused), raw, and given back with
 *    the settings it had, whatever ends the run but SIGKILL. Its speed, frame
 *    and hardware flow control stay as they were found: what the guest sets in
 *    its UART goes no further than that. Who ends does not wait for long for
 *    who does not take what was sent.
 * 4. Of a socket the cable is a pair of sockets to the process that serves
 *    clients there (relay.h), which is ended with the cable.
 */
#ifndef VMAPP_CABLE_H
#define VMAPP_CABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "vmapp/back/listener.h"
#include "vmapp/config/options.h"

/* What was read, and the chip has not taken yet. One life of the machine after
 * another has it (serial_in.c); the keeper does not look into it. */
struct cable_waiting {
	uint8_t bytes[4096];
	uint32_t head, count;
};

struct cable {
	const char *port;	/* of the machine: "COM1" */
	int in, out;		/* descriptors; -1: none */
	int own, other;		/* to be closed at the end; -1: none */
	int bell;		/* eventfd: a client pressed BREAK; or -1 */
	struct listener listener;	/* its file; .fd is the relay's */
	pid_t relay;		/* 0: none */
	bool open;		/* cable_close() has something to do */
	bool raw;		/* a terminal, in raw mode: Ctrl-] quits */
	bool lossy;		/* perhaps nobody is there: never wait long */
	bool taken;
	struct cable_waiting *waiting;	/* memory that all lives share */
	bool device;		/* a serial port of the host */
	struct termios found;	/* its settings, to be given back */
	struct cable *next;	/* the next one that was made raw */
	char name[128];		/* of all but files and terminals; else "" */
};

/* cable_open() - @port: kept. Return: false if it can not be; that is
 * explained. */
bool cable_open(struct cable *cable, const char *port,
		const struct plug *config);

/* cable_take() - it is in use from now on: put a terminal in raw mode, and
 * tell the user what to know. Does nothing the second time. */
void cable_take(struct cable *cable);

/* cable_again() - after a SIGCONT: a shell has had the terminal, in a mode of
 * its own; if it is ours again, it is raw again. */
void cable_again(void);

/* cable_close() - give the terminal back as it was found; nothing is left
 * behind. Does nothing for one that was never open. */
void cable_close(struct cable *cable);

#endif
