/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tapring.h - copies of frames from the switch to who captures, by memory that
 * both map: one ring in a sealed memfd that the capturing process made.
 *
 * 1. Neither side trusts the memory. The switch only writes there, but for the
 *    client's position, of which nothing but "is there room?" comes. The client
 *    copies a slot before it looks at it, and checks all of it.
 * 2. When the ring is full the switch loses the copy, never the frame, and
 *    counts it in that port's @lost.
 * 3. The switch describes a port (@port) before it publishes the first record
 *    of it; a description never changes, and its place is not used again. When
 *    there is no place left, ports that come are not heard, but counted
 *    (@unheard).
 */
#ifndef VMNET_TAPRING_H
#define VMNET_TAPRING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmnet/proto/proto.h"

#define TAP_SLOTS	16384u	/* a power of two */
#define TAP_PORTS	128u	/* the switch's */
#define TAP_TOLD	1024u	/* descriptions in one capture: a port has one
				 * more each time that it comes to a network */
#define TAP_NAME_MAX	128u	/* with its NUL */

/* Which way a frame went, as its machine sees it. */
enum tap_way {
	TAP_FROM_PEER,	/* the port's peer sent it */
	TAP_TO_PEER,	/* it is for the port's peer */
	TAP_WAYS
};

/* What is known of a frame. */
struct tap_mark {
	uint64_t ns;		/* CLOCK_MONOTONIC */
	uint32_t serial;	/* order among all that the switch noted */
	uint32_t len;		/* its true length */
	uint32_t unseen;	/* 0; or so many frames that nobody could copy,
				 * and @len is 0 */
	uint32_t lost;		/* copies of this port's frames that were lost
				 * since its record before */
	uint16_t kept;		/* bytes of it here, from its first */
	uint16_t port;		/* index of its port's description */
	uint8_t way;		/* enum tap_way */
	uint8_t drop;		/* 0: it went on; else 1 + enum drop */
	uint8_t zero[2];
};
BUILD_ASSERT(sizeof(struct tap_mark) == 32);

struct tap_slot {
	struct tap_mark mark;
	uint8_t data[(VMNET_FRAME_MAX + 7) / 8 * 8];
};

/* A port, and what the capture has counted of it. */
struct tap_port_told {
	uint32_t number;	/* as in the statistics */
	uint8_t mac[6];		/* of its card; all 0: it has none */
	uint8_t zero[2];
	char name[TAP_NAME_MAX];	/* for people */
	_Atomic uint64_t seen;	/* frames that passed or were dropped */
	_Atomic uint64_t dropped;	/* of these: by the switch */
	_Atomic uint64_t lost;	/* of these: copies that found no room */
};

struct tap_ring {
	/* [switch] */
	_Alignas(64) _Atomic uint32_t head;	/* records put, ever */
	_Atomic uint32_t ended;		/* not 0: there will be no more */
	_Atomic uint32_t ports;		/* descriptions in @port */
	_Atomic uint32_t unheard;	/* ports that came when those were all
					 * in use */
	struct tap_port_told port[TAP_TOLD];
	/* [client] */
	_Alignas(64) _Atomic uint32_t tail;	/* records taken, ever */
	_Atomic uint32_t asked;		/* "ring when there is a record" */
	_Alignas(64) struct tap_slot slot[TAP_SLOTS];
};

/**
 * tapring_create() - an empty ring
 * @fd: receives its sealed memfd, the caller's
 *
 * Return: the mapping, or NULL with errno set.
 */
struct tap_ring *tapring_create(int *fd);

/* tapring_attach() - map a ring that another process made. Return: NULL if @fd
 * is no such file. */
struct tap_ring *tapring_attach(int fd);

/* tapring_detach() - unmap it; NULL: nothing. #syscalls[switch] munmap */
void tapring_detach(struct tap_ring *ring);

/**
 * tapring_take() - for the client: take out one record
 * @slot: a copy of it, checked: all of @slot->mark is in bounds
 * @bad: counted up for what made no sense and was left out
 *
 * Return: false if there is none.
 */
bool tapring_take(struct tap_ring *ring, struct tap_slot *slot, uint64_t *bad);

/* tapring_ask() - for the client: it will sleep. Return: false if it should
 * not: there are records, or there will be no more. */
bool tapring_ask(struct tap_ring *ring);

/**
 * tapring_port() - for the client: a copy of a description
 * @i: as in a mark that tapring_take() gave
 *
 * Its name is printable ASCII and ends.
 */
void tapring_port(const struct tap_ring *ring, unsigned int i,
		  struct tap_port_told *told);

/* tapring_ports() - how many there are; at most TAP_TOLD. */
unsigned int tapring_ports(const struct tap_ring *ring);

/* tapring_unheard() - how often a port came that has no description, and is
 * not heard. */
unsigned int tapring_unheard(const struct tap_ring *ring);

#endif
