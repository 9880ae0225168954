/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_daemon.h - for tests with VMNet's real processes.
 *
 * Each test has a VMNet folder of its own, so a daemon of its own; when the
 * test is over the daemon must leave by itself, and leave nothing.
 */
#ifndef TESTS_NET_LIB_DAEMON_H
#define TESTS_NET_LIB_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "vmnet/client/client.h"

/* daemon_path() - a file in VMNet's folder; good until the next call. */
char *daemon_path(const char *name);

/* daemon_set_up(), daemon_tear_down() - around each test (cmocka). */
int daemon_set_up(void **state);
int daemon_tear_down(void **state);

/* daemon_plug() - join a network; the test fails if its link is not up. */
void daemon_plug(struct vmnet_client *c, const char *net, const uint8_t mac[6]);

/* daemon_plug_nat() - join the network with NAT, where 10.0.2.2 is this host's
 * 127.0.0.1: tests have their servers there. The test fails if the link is not
 * up. */
void daemon_plug_nat(struct vmnet_client *c, const uint8_t mac[6]);

/* daemon_wait_link() - until it is as wanted; false after ten seconds. */
bool daemon_wait_link(struct vmnet_client *c, bool up);

/**
 * daemon_receive() - wait for a frame
 * @buf: room for VMNET_FRAME_MAX bytes
 *
 * Return: its length, or 0 if there was none for two seconds.
 */
ssize_t daemon_receive(struct vmnet_client *c, uint8_t *buf);

/* daemon_stats() - what it tells of itself; good until the next call. */
const char *daemon_stats(void);

/* daemon_pid() - of its process "switch", "nat" or "dhcp", the first if there
 * are several. Return: 0: it tells of none. */
pid_t daemon_pid(const char *kind);

/* daemon_kill() - that one, by SIGKILL; there has to be one. */
void daemon_kill(const char *kind);

#endif
