/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay.h - the process between a serial port and who connects to its socket
 * ("hostel-serial"): one for each port that has one.
 *
 * hostel-app has one end of a pair of sockets, as it would have a
 * pseudo-terminal, in all its lives; this process has the other end and the
 * listening socket. So hostel-app needs not accept(), a reset of the guest is
 * not noticed by who is connected, and what an unknown program sends is looked
 * at by a process that has nothing.
 *
 * 1. One client at a time: another one is told so, and its connection closed.
 * 2. Without a client what the guest sends is lost: the guest does not wait.
 *    A client that does not read keeps the guest waiting for a moment; then
 *    what the guest sends is lost until it reads (cable.h: lossy).
 * 3. What a client sends waits until the guest takes it: nothing is lost.
 * 4. It ends when all who hold the pair's other end have closed it, after what
 *    the guest sent is with the client, or RELAY_LAST_MS have passed.
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
 * relay_start() - make that process
 * @set: its descriptors stay the caller's, too
 *
 * Return: its pid, or -errno.
 * #syscalls fork
 */
pid_t relay_start(const struct relay_setting *set);

/* relay_serve() - what it does, until the pair's other end is closed.
 * #syscalls[serial] accept4 poll read write sendto close */
void relay_serve(const struct relay_setting *set);

/* relay_wait() - until it has ended, which it does by itself; a moment later
 * it is ended. #syscalls wait4 poll kill */
void relay_wait(pid_t relay);

#endif
