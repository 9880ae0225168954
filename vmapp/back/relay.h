/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay.h - the process between a serial port and who connects to its socket
 * ("hostel-serial"): one for each port that has one.
 *
 * hostel-app has one end of a socket pair, as it would have a pseudo-terminal;
 * this process has the other end and the listening socket. So hostel-app never
 * calls accept(), a client does not notice when the guest is reset (and
 * hostel-app started anew), and what an unknown program sends is parsed by a
 * process that holds nothing.
 *
 * 1. There is one client at a time. Another one is told so, and its connection
 *    is closed.
 * 2. Without a client, what the guest sends is lost; the guest does not wait.
 *    For a client that does not read, the guest waits a moment; then what it
 *    sends is lost until the client reads (cable.h: lossy).
 * 3. What a client sends waits until the guest takes it: nothing is lost, also
 *    when the client has gone and the next one is there. (The next but one is
 *    refused as in 1 while the first one's bytes wait.)
 * 4. It ends when the pair's other end is closed everywhere, and the client has
 *    what the guest sent, or RELAY_LAST_MS have passed.
 */
#ifndef VMAPP_BACK_RELAY_H
#define VMAPP_BACK_RELAY_H

#include <stdbool.h>
#include <sys/types.h>

#define RELAY_LAST_MS 500

struct relay_setting {
	const char *port;	/* of the machine: "COM1" */
	int listen;		/* the listening socket */
	int pair;		/* its end of the pair, non-blocking */
	bool telnet;
	int bell;		/* telnet: an eventfd, rung for each BREAK; or
				 * -1 */
};

/**
 * relay_start() - start the process
 * @set: what it works with; the caller's copies of the descriptors stay open
 *
 * Return: its pid, or -errno.
 * #syscalls fork
 */
pid_t relay_start(const struct relay_setting *set);

/* relay_serve() - the process's work, until the pair's other end is closed.
 * #syscalls[serial] accept4 poll read write sendto close */
void relay_serve(const struct relay_setting *set);

/* relay_wait() - wait until the process has ended by itself; kill it if that
 * takes more than a moment. #syscalls wait4 poll kill */
void relay_wait(pid_t relay);

#endif
