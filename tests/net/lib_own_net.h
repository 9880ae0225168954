/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_own_net.h - a test process with a network of its own: a loopback and
 * nothing else, on which it may bind any port and have any address.
 */
#ifndef TESTS_NET_LIB_OWN_NET_H
#define TESTS_NET_LIB_OWN_NET_H

#include <stdbool.h>
#include <stdint.h>

/* own_net() - enter it, before there are threads. Return: false: this host
 * has no user namespaces. */
bool own_net(void);

/* own_net_names() - VMNet's name server is 127.0.0.1, for all that we start.
 * @file: a name for mkstemp(); the caller removes it. Return: false: it can not
 * be written. */
bool own_net_names(char *file);

/* own_net_address() - the @n-th more address of the loopback, for example
 * "10.0.2.77". */
void own_net_address(unsigned int n, const char *address);

/* own_net_bind() - a socket that is bound, and listens if it is a stream.
 * It waits for three seconds at most. @address: IPv4 or IPv6 */
int own_net_bind(int type, const char *address, uint16_t port);

#endif
