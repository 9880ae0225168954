/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_wire.h - for tests in the laboratory (bench/lab): its two machines.
 *
 * This process is on this side of the cable, on which vmnetd bridges; its
 * sockets can be on the other side.
 */
#ifndef TESTS_NET_LIB_WIRE_H
#define TESTS_NET_LIB_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define WIRE_FRAME_MAX 65536
#define WIRE_TYPE 0x88b5	/* "local experimental": nobody else sends it */

enum side { HERE, PEER };

/* wire_lab() - be in the laboratory: if need be, begin this program anew. */
void wire_lab(char **argv);

/* wire_shell() - run a command of the shell; the test fails if that does. */
void wire_shell(const char *command);

/* wire_socket() - a socket of one machine; the test fails if it can not be
 * made. */
int wire_socket(enum side side, int domain, int type, int protocol);

/* wire_open() - an end of the cable: a promiscuous packet socket. */
int wire_open(enum side side);

/* wire_mac() - the address of wire0 at the socket's side. */
void wire_mac(int sock, uint8_t mac[6]);

void wire_send(int wire, const void *frame, size_t len);

/**
 * wire_receive() - the next frame of WIRE_TYPE, tagged or not
 * @buf: room for WIRE_FRAME_MAX bytes; the tag is in its place
 *
 * Return: its length, or 0 if there was none for two seconds.
 */
size_t wire_receive(int wire, uint8_t *buf);

#endif
