/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardpcap.h - the keeper's part of --net ...,pcap=F: a vmnet-capture for each
 * such card, as long as the machine is there.
 *
 * 1. The keeper opens and locks the file before the machine begins; if it can
 *    not be written the user is told then.
 * 2. A capture goes by the card's address, and has begun before the keeper
 *    hands out the connection to VMNet that the card uses. So the card's first
 *    frame is in it.
 * 3. When VMNet ends the capture ends. When VMNet runs again, the next capture
 *    appends a section of its own to the file (pcapng allows several).
 * 4. It ends with the keeper, whatever ends that; the file is whole then.
 * 5. If it can not go on, since the disk is full, it says so, and is not
 *    started again. If a signal ends it, the keeper says so. The machine goes
 *    on.
 */
#ifndef VMAPP_BACK_CARDPCAP_H
#define VMAPP_BACK_CARDPCAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cardpcap {
	int file;		/* -1: no capture is wanted (any more) */
	const char *path;	/* the file's, for messages; the config's */
	uint8_t mac[6];		/* the card's */
	pid_t pid;		/* the vmnet-capture; 0: none runs */
	bool heard;		/* one has heard the card */
	bool failed;		/* the first one could not begin; told */
	int alive;		/* a pipe that ends with the vmnet-capture; -1:
				 * none */
};

#define CARDPCAP_NONE ((struct cardpcap){ .file = -1, .alive = -1 })

/**
 * cardpcap_open() - open the file, for a machine that is about to begin
 * @p: CARDPCAP_NONE
 * @path: the file's, which becomes empty; kept, not owned
 * @mac: the card's
 *
 * Return: false if it can not be written; that is explained.
 * #syscalls flock ftruncate
 */
bool cardpcap_open(struct cardpcap *p, const char *path, const uint8_t mac[6]);

/**
 * cardpcap_attend() - start a capture if none runs, and wait until it hears the
 * card. VMNet runs.
 *
 * Return: false if the first capture can not begin; that is explained.
 * #syscalls pipe2 fork poll read wait4
 */
bool cardpcap_attend(struct cardpcap *p);

/* cardpcap_ended() - @p->alive is readable, so the capture has ended: begin
 * another if VMNet runs again; else the next cardpcap_attend() does.
 * #syscalls wait4 */
void cardpcap_ended(struct cardpcap *p);

/* cardpcap_close() - close the descriptors, in a process that is not to have
 * them. #syscalls close */
void cardpcap_close(struct cardpcap *p);

/* cardpcap_end() - the machine has ended: have the capture write what it has
 * heard, and end. #syscalls close kill poll wait4 */
void cardpcap_end(struct cardpcap *p);

#endif
