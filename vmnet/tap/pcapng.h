/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng.h - frames as a pcapng file, for Wireshark, tshark and tcpdump.
 *
 * The format is draft-ietf-opsawg-pcapng ("PCAP Next Generation"): blocks of a
 * type, a length, a body in units of four bytes, and the length again; in this
 * host's byte order, which the first block tells.
 *
 * 1. One section. An interface is described before its first frame, and its
 *    number is how many were described before it.
 * 2. Blocks go out whole and in order; what is written is a proper file after
 *    each pcapng_flush().
 * 3. Stamps are nanoseconds since 1970 (if_tsresol 9).
 */
#ifndef VMNET_PCAPNG_H
#define VMNET_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#define PCAPNG_ROOM	(1u << 17)	/* bytes that wait to be written */
#define PCAPNG_TEXT_MAX	256u		/* longest text of an option */
#define PCAPNG_FRAME_MAX 2048u		/* longest frame, as it is kept */

struct pcapng {
	int fd;			/* where to; the caller's */
	int err;		/* -errno of the first write that failed */
	unsigned int interfaces;
	size_t len;		/* of @room */
	uint64_t written;	/* bytes, ever */
	uint8_t room[PCAPNG_ROOM];
};

struct pcapng_interface {
	const char *name, *description;
	const uint8_t *mac;	/* NULL: none */
	uint32_t snap;		/* bytes kept of a frame at most */
	const char *filter;	/* in libpcap's words; "": none */
};

/* The direction, as epb_flags has it. */
enum pcapng_direction { PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2 };

struct pcapng_frame {
	unsigned int interface;
	uint64_t ns;
	const uint8_t *data;
	size_t kept;		/* of @data; at most PCAPNG_FRAME_MAX */
	uint32_t len;		/* true length */
	enum pcapng_direction direction;
	uint64_t lost;		/* not captured since the one before it */
	const char *comment;	/* NULL: none */
};

struct pcapng_counts {
	unsigned int interface;
	uint64_t ns, start_ns, end_ns;
	uint64_t seen, dropped;	/* by the interface, and of these by it */
	uint64_t accepted;	/* by the filter */
	uint64_t lost;		/* by the capture itself */
	uint64_t delivered;	/* to the file */
};

/* pcapng_open() - begin a section on @fd. @os, @program: texts of its head, for
 * the reader */
void pcapng_open(struct pcapng *p, int fd, const char *os, const char *program);

/* pcapng_interface() - describe an interface. Return: its number. */
unsigned int pcapng_interface(struct pcapng *p,
			      const struct pcapng_interface *i);

/* pcapng_frame() - add a frame; copied. */
void pcapng_frame(struct pcapng *p, const struct pcapng_frame *f);

/* pcapng_counts() - add an interface's counts. */
void pcapng_counts(struct pcapng *p, const struct pcapng_counts *c);

/**
 * pcapng_flush() - write what waits
 *
 * Return: 0; or -errno, as does each one after it: -EINTR if a signal came
 * before all was written, and then it can be tried again.
 * #syscalls[capture] write
 */
int pcapng_flush(struct pcapng *p);

#endif
