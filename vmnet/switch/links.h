/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * links.h - news of the host's network interfaces.
 *
 * One socket tells that something has changed. What has, its readers ask the
 * kernel for: the messages themselves are not read.
 */
#ifndef VMNET_LINKS_H
#define VMNET_LINKS_H

/**
 * links_open() - a descriptor that is readable after changes of interfaces
 *
 * Return: a non-blocking socket, the caller's; or -errno.
 * #syscalls socket bind
 */
int links_open(void);

/* links_drain() - take all that it has to tell, before looking at interfaces.
 * #syscalls[switch] recvfrom */
void links_drain(int links);

#endif
