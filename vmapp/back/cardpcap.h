/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardpcap.h - the keeper's part of --net ...,pcap=F: a vmnet-capture for each
 * such card, as long as the machine is there.
 *
 * 1. The file is the keeper's from before the machine begins: one that can not
 *    be written is told then. Nobody else writes it at the time.
 * 2. A capture hears a card's address, and is there before the keeper hands out
 *    a connection that the card could come by: so the first frame is in it.
 * 3. When VMNet ends so does the capture; the next one goes on in the file,
 *    with a section of its own (pcapng has several).
 * 4. It ends with the keeper, whatever ends that, and the file is whole then.
 * 5. One that can not go on, as the disk is full, has said so, and is not
 *    started again: the machine goes on.
 */
#ifndef VMAPP_BACK_CARDPCAP_H
#define VMAPP_BACK_CARDPCAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cardpcap {
	int file;		/* -1: none is wanted, or any more */
	const char *path;	/* of it, for sentences; the config's */
	uint8_t mac[6];		/* of the card */
	pid_t pid;		/* 0: none runs */
	bool heard;		/* one did */
	bool failed;		/* the first one could not, which was told */
	int alive;		/* a pipe: at its end when that has ended; -1 */
};

#define CARDPCAP_NONE ((struct cardpcap){ .file = -1, .alive = -1 })

/**
 * cardpcap_open() - open the file, for a machine that is about to begin
 * @p: CARDPCAP_NONE
 * @path: of the file, which becomes empty
 *
 * Return: false if it can not be written; that is explained.
 * #syscalls flock ftruncate
 */
bool cardpcap_open(struct cardpcap *p, const char *path, const uint8_t mac[6]);

/**
 * cardpcap_attend() - have the capture hear the card, if it does not yet;
 * VMNet runs
 *
 * Return: false if the first one can not; that is explained.
 * #syscalls pipe2 fork poll read wait4
 */
bool cardpcap_attend(struct cardpcap *p);

/* cardpcap_ended() - @p->alive is readable: go on, if VMNet runs again; else
 * cardpcap_attend() will. #syscalls wait4 */
void cardpcap_ended(struct cardpcap *p);

/* cardpcap_close() - in who is not to have it; cardpcap_end() - the machine has
 * ended: what it has heard is written. #syscalls close kill poll wait4 */
void cardpcap_close(struct cardpcap *p);
void cardpcap_end(struct cardpcap *p);

#endif
