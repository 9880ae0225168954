/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.h - the process that the user started, and what it does for VMApp.
 *
 * VMApp's own process ("hostel-app") faces the VMM world, so once it is set up
 * it may neither open, connect nor start anything (sandbox.c). The keeper
 * faces nothing: no guest, no network, no file of a guest. It
 *
 *	makes one hostel-app for each life of the machine: a reset of the
 *		guest throws the whole process away;
 *	holds what outlasts a life: the terminal's mode, COM1's cable, the
 *		report's descriptor and the dump's, the processes that have the
 *		drives' images (back/diskproc.h);
 *	has the memory file, and starts hostel-screen (screenproc.h), which
 *		outlives a life as well, so that those who watch stay;
 *	connects to VMNet when asked, and starts it if need be;
 *	has the control socket (control/place.h), and hands who connects to
 *		hostel-app, by a socket of their own;
 *	passes signals on, and gives the terminal back even if hostel-app was
 *		killed.
 *
 * 1. A request is one byte, and its answer a number and perhaps a descriptor:
 *    a hostel-app that was taken over can say nothing else.
 * 2. hostel-app dies with its keeper, and hostel-vmm with hostel-app.
 */
#ifndef VMAPP_KEEPER_H
#define VMAPP_KEEPER_H

#include "vmapp/config/options.h"

/* What hostel-app asks for. */
enum keeper_request {
	KEEPER_READY = 'r',	/* take the terminal, empty the report */
	KEEPER_DIAL = 'd',	/* a connection to VMNet: vmnet_dial() */
	KEEPER_SCREEN = 's',	/* hostel-screen's socket; it is started if
				 * none runs, with what vm_kept says */
	KEEPER_AGAIN = 'a',	/* once more, when this one has ended */
	KEEPER_FAULTED = 'f',	/* once more, as 'a'; and the user was told of
				 * a triple fault, which is told once only */
};

/**
 * keeper_run() - boot a machine, keep it to its end
 * @config: what to build
 *
 * Return: the exit status of the command line: see
 * vmapp/config/runmanual.c.
 * #syscalls fork wait4 kill poll
 */
int keeper_run(const struct vm_config *config);

/**
 * keeper_ask() - in hostel-app: have the keeper do something
 * @link: its end of the socket
 * @fd: receives a descriptor if one comes, or -1; may be NULL if none can
 *
 * Return: 0, or a negative errno.
 * #syscalls[app] sendto
 */
int keeper_ask(int link, enum keeper_request what, int *fd);

#endif
