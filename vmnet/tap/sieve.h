/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sieve.h - which frames of a capture are wanted, in the words of
 * pcap-filter(7): libpcap compiles them, and runs what it made of them.
 *
 * It is run on bytes that a guest chose; the program only reads them, within
 * their bounds, and always ends.
 */
#ifndef VMNET_SIEVE_H
#define VMNET_SIEVE_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIEVE_TEXT_MAX	4096u	/* longest filter, with its NUL */

struct sieve {
	struct bpf_program program;	/* .bf_insns NULL: all are wanted */
};

/**
 * sieve_open() - compile a filter
 * @text: as tcpdump takes it; "": all frames. Names of hosts in it are looked
 *	  up
 * @snap: bytes kept of each frame
 * @why, @size: room for what is wrong with it
 *
 * Return: is it a filter?
 */
bool sieve_open(struct sieve *s, const char *text, unsigned int snap, char *why,
		size_t size);
void sieve_close(struct sieve *s);

/* sieve_takes() - is that frame wanted? @len: true length; @kept: of @data */
bool sieve_takes(const struct sieve *s, const uint8_t *data, uint32_t len,
		 size_t kept);

#endif
