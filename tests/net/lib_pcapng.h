/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_pcapng.h - reads a pcapng file block by block, by the format's own rules
 * (draft-ietf-opsawg-pcapng) and with none of the writer's code. What is
 * against them fails the test.
 */
#ifndef TESTS_NET_LIB_PCAPNG_H
#define TESTS_NET_LIB_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { READ_SECTION = 0x0a0d0d0a, READ_INTERFACE = 1, READ_COUNTS = 5,
       READ_FRAME = 6 };

#define READ_OPTIONS 16u

struct read_option {
	uint16_t code, len;
	const uint8_t *value;
};

struct read_block {
	uint32_t type, interface;
	uint64_t ns;		/* of a frame, and of counts */
	uint32_t snap;		/* of an interface */
	uint32_t kept, len;	/* of a frame, and ... */
	const uint8_t *data;	/* ... its bytes */
	unsigned int options;
	struct read_option option[READ_OPTIONS];
};

/* What is read, and how far. */
struct reader {
	const uint8_t *at;
	size_t left;
	unsigned int blocks, interfaces;
};

/* read_block() - the next one. Return: false: there are no more. */
bool read_block(struct reader *r, struct read_block *b);

/* read_option() - its first option of that code; NULL: it has none. */
const struct read_option *read_option(const struct read_block *b,
				      uint16_t code);

/* read_count() - the value of an option of eight bytes, which is there. */
uint64_t read_count(const struct read_block *b, uint16_t code);

/* read_is() - is that option there, with this text? */
bool read_is(const struct read_block *b, uint16_t code, const char *text);

#endif
