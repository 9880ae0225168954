/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.h - vmnetd's helpers, and the keeper that starts them.
 *
 * The switch reads what guests and the wire send, so its process may start
 * nothing (sandbox.h). The one above it, its keeper, sees no frame; it starts
 * the helpers, hands their sockets over, and ends them.
 *
 * A helper finds one end of a socket pair as descriptor CHILD_FD and has
 * nothing else of ours, but for the page of name servers (resolv.h), which the
 * NAT can read as CHILD_NAMES_FD, and the folder of that NAT's machine, if it
 * has left one (folders.h), as CHILD_FOLDER_FD: no other descriptor, no
 * environment. It dies
 * with its keeper, unless it has rights of its own (file capabilities): then
 * it has to end by itself.
 */
#ifndef VMNET_CHILD_H
#define VMNET_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#define CHILD_FD 3
#define CHILD_NAMES_FD 4
#define CHILD_FOLDER_FD 5

struct folders;
struct leases;
struct resolv_keeper;

enum child_kind {
	CHILD_NAT,		/* vmnet-nat */
	CHILD_BRIDGE,		/* vmnet-bridge INTERFACE */
	CHILD_DHCP,		/* vmnet-dhcp */
	CHILD_ADAPTER,		/* vmnet-adapter vmnetN */
	CHILD_KINDS
};

/* ---- in the switch ----------------------------------------------------- */

/**
 * child_start() - have a helper started
 * @keeper: the switch's end of the socket
 * @word: what it is told, an interface's name; or NULL
 * @fd: receives our end of a non-blocking SOCK_SEQPACKET pair; the caller
 *      owns it. It is at its end of file when the program has ended, or could
 *      not be run.
 *
 * Return: its pid, or -errno.
 * #syscalls[switch] sendto
 */
pid_t child_start(int keeper, enum child_kind kind, const char *word, int *fd);

/* child_start_nat() - child_start() for a NAT. @folder: the number of the
 * folder that it reads by TFTP (folders.h); 0: none. Return: also -ENOENT if
 * there is no folder of that number. */
pid_t child_start_nat(int keeper, uint64_t folder, int *fd);

/* child_remember() - have it written down that a card has that address, by its
 * last byte, on a network. #syscalls[switch] sendto */
void child_remember(int keeper, unsigned int network, const uint8_t mac[6],
		    uint8_t host);

/* child_end() - have it killed, if it has not ended, and reaped; 0: there is
 * none */
void child_end(int keeper, pid_t pid);

/* ---- in the keeper ----------------------------------------------------- */

/**
 * child_keep() - do that until the switch has ended, then end all helpers
 * @link: the keeper's end of the socket
 * @program: the file of each kind; its last part is argv[0]
 * @names: kept up to date while there is a helper; or NULL
 * @folders: tended meanwhile; or NULL
 * @leases: where addresses are written down (leases.h); or NULL
 *
 * #syscalls recvfrom poll socketpair fork execve kill wait4
 */
void child_keep(int link, const char *const program[CHILD_KINDS],
		struct resolv_keeper *names, struct folders *folders,
		struct leases *leases);

#endif
