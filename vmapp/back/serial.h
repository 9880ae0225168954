/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.h - what a serial port is plugged into: the host's end of its line of
 * bytes (machine/byte_line.h), between the line's two rings and a cable.
 *
 * There may be any number of them. One knows no machine and no chip: it has
 * the line, a set of events, and two functions of its owner's.
 *
 * 1. What came in waits in the cable, too, until the chip has taken it, and
 *    the input is not read when that is full: nothing typed or piped in is
 *    lost, but what is in the chip when the guest resets the machine, as
 *    there (serial_in.c).
 * 2. A thread writes what the guest sends; it may wait for ever (serial_out.c).
 * 3. The VMM may write anything into the line at any time. What it did not
 *    get from there is never lost or changed by that.
 */
#ifndef VMAPP_BACK_SERIAL_H
#define VMAPP_BACK_SERIAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/byte_line.h"
#include "vmapp/events.h"

struct cable;
struct cable_waiting;
struct serial_back;

/* Whose it is, and what it asks of it. */
struct serial_owner {
	void *self;
	/* there may be bytes in the line, or room: tell the chip */
	void (*look)(void *self, struct serial_back *back);
	/* bytes that were typed on a terminal. Return: how many of them are
	 * for the guest; the rest is gone */
	size_t (*typed)(void *self, const uint8_t *bytes, size_t n);
};

/* The half that brings bytes to the guest: serial_in.c. */
struct serial_in {
	int fd;			/* the cable's, or -1: no (longer) in use */
	bool terminal;		/* the owner looks at what is typed */
	bool device;		/* a serial port of the host: it may go */
	bool always_ready;	/* the input can not be watched */
	struct source source;
	struct source bell;	/* the cable's, for a break; fd -1: none */
	struct cable_waiting *waiting; /* read, not yet taken by the chip */
};

/* The half that takes them away, and its thread: serial_out.c. */
struct serial_out {
	/* [thread] */
	int fd;			/* the cable's, or -1: no (longer) in use */
	bool lossy;		/* the cable's */
	bool deaf;		/* nobody reads: the last bytes were lost */
	/* [main thread] */
	pthread_t thread;
	bool runs;
	int bell;		/* eventfd: there is room again, or the end */
	struct source source;
	/* [both] */
	_Atomic bool ending;	/* write what is there, then end */
	_Atomic bool ended;
	_Atomic uint32_t written; /* the ring's tail, once all before it is
				 * written or lost */
	_Atomic uint64_t sent, lost; /* bytes, for the report */
	_Atomic uint64_t broken; /* times that the ring was nonsense */
};

struct serial_back {
	const char *name;	/* of the port: "COM1" */
	bool plugged;		/* there is a cable */
	struct byte_line *line;
	struct events *events;
	struct serial_owner owner;
	struct serial_in in;
	struct serial_out out;
};

/**
 * serial_open() - join a line to a cable
 * @back: zeroed; it stays in place until the run ends
 * @name: kept
 * @line: in the cross page; .plugged is set already. Kept
 * @events: kept; used by the main thread
 * @owner: copied
 * @cable: stays the caller's, open until the run ends
 */
void serial_open(struct serial_back *back, const char *name,
		 struct byte_line *line, struct events *events,
		 const struct serial_owner *owner, const struct cable *cable);

/* serial_start() - begin to write what the guest sends. Return: 0, or a
 * negative errno. #syscalls eventfd2 */
int serial_start(struct serial_back *back);

/* serial_turn() - this world has the CPU, and the guest may have taken what
 * came: read on, and tell the chip. #syscalls[app] read */
void serial_turn(struct serial_back *back);

/* serial_key() - what to poll for serial_peek(); -1: it reads nothing. */
int serial_key(const struct serial_back *back);
/* serial_peek() - read what was typed on a terminal, for the owner to look at;
 * touches no chip. #syscalls[app] poll read */
void serial_peek(struct serial_back *back);

/* serial_full() - is there no room for what the guest sends, and will the bell
 * be rung when there is? */
bool serial_full(struct serial_back *back);

/* serial_flush() - have what was sent written before we say something
 * ourselves; waits for a tenth of a second at most. */
void serial_flush(struct serial_back *back);

/* serial_finish() - have the thread write what is there, and then end. The
 * VMM is gone. #syscalls[app] poll write */
void serial_finish(struct serial_back *back);

/**
 * serial_finished() - after serial_finish(): has the thread ended?
 *
 * If so, and it ran, it is joined. While it has not, what it uses must stay
 * there. Its bell (out.bell) is rung when it ends.
 * #syscalls[app] close
 */
bool serial_finished(struct serial_back *back);

#endif
