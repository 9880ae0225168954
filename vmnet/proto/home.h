/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * home.h - where VMNet's socket lives, and who may be there.
 *
 * The folder is that of base/runfolder.h: ours, and closed to all others.
 */
#ifndef VMNET_HOME_H
#define VMNET_HOME_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

#define HOME_SOCKET "vmnet.sock"
#define HOME_LOCK   "vmnet.lock"
#define HOME_CONTROL "vmnet.ctl"	/* see ctl.h */
#define HOME_FOLDERS "vmnet.dir"	/* socket: see keeper/folders.h */

/* Room for the folder's path: as long as the socket's fits an address. */
#define HOME_DIR_SIZE \
	(sizeof(((struct sockaddr_un *)0)->sun_path) - sizeof(HOME_SOCKET))

/**
 * home_find() - name the folder, and make and check it
 * @dir, @size: room for its path
 * @why, @why_size: room for a sentence if it can not be used
 *
 * Return: 0 or -errno.
 */
int home_find(char *dir, size_t size, char *why, size_t why_size);

/**
 * home_address() - the address of a socket in @dir
 * @name: HOME_SOCKET, or one that is no longer
 *
 * Return: 0, or -ENAMETOOLONG.
 */
int home_address(const char *dir, const char *name, struct sockaddr_un *addr);

/**
 * home_program() - find one of Hostel's programs
 * @env: environment variable that overrides
 * @name: file name, for beside()
 *
 * Return: 0 or -errno.
 */
int home_program(const char *env, const char *name, char *path, size_t size);

/**
 * home_config() - the name of the file of networks (networking.h)
 * home_state() - of the file that remembers addresses
 * @path: HOME_PATH_SIZE bytes; "": there is none
 *
 * $HOSTEL_VMNET_CONFIG and $HOSTEL_VMNET_STATE; else networking in
 * $XDG_CONFIG_HOME/hostel, vmnet-leases in $XDG_STATE_HOME/hostel; else the
 * same in ~/.config and ~/.local/state, but not if $HOSTEL_VMNET_DIR says that
 * this is another VMNet than the user's own.
 */
#define HOME_PATH_SIZE 512u
void home_config(char *path);
void home_state(char *path);

/* home_folders() - make the folders that the file @path lies in, where there
 * are none, with @mode. Who opens the file then sees what went wrong.
 * #syscalls mkdir */
void home_folders(const char *path, mode_t mode);

#endif
