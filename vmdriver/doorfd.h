/* SPDX-License-Identifier: BSD-2-Clause */
/* doorfd.h - the descriptors with which hostel-vmm is started. */
#ifndef VMDRIVER_DOORFD_H
#define VMDRIVER_DOORFD_H

#include "vmdriver/crosspage.h"

enum door_fd {
	DOOR_FD_RAM = 3,	/* guest RAM */
	DOOR_FD_CROSS,		/* the cross page */
	DOOR_FD_DUMP,		/* of --dump, to write to; or none */
	DOOR_FD_NIC0,		/* for each card with --io-path direct: its
				 * ring pair, and the switch's bell */
	DOOR_FD_DISK0 = DOOR_FD_NIC0 + 2 * NIC_MAX, /* for each IDE drive with
				 * --io-path direct: its channel, and the
				 * socket that takes its disk process's bells */
	DOOR_FD_END = DOOR_FD_DISK0 + 2 * (DRIVE_IDE3 + 1),
};

/* door_fd_rings() - the ring pair of card @nic. */
static inline int door_fd_rings(unsigned int nic)
{
	return DOOR_FD_NIC0 + 2 * (int)nic;
}

/* door_fd_bell() - the switch's bell for card @nic. */
static inline int door_fd_bell(unsigned int nic)
{
	return DOOR_FD_NIC0 + 2 * (int)nic + 1;
}

/* door_fd_channel() - the channel of IDE drive @drive. */
static inline int door_fd_channel(unsigned int drive)
{
	return DOOR_FD_DISK0 + 2 * (int)drive;
}

/* door_fd_drive_bell() - its disk process's bell. */
static inline int door_fd_drive_bell(unsigned int drive)
{
	return DOOR_FD_DISK0 + 2 * (int)drive + 1;
}

#endif
