/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_stream.h - frames of a TCP stream over IPv4, as a guest's stack that has
 * to cut by itself sends them: one after another, complete and right.
 */
#ifndef TESTS_NET_LIB_STREAM_H
#define TESTS_NET_LIB_STREAM_H

#include <stddef.h>
#include <stdint.h>

enum { STREAM_IP = 14, STREAM_TCP = 34, STREAM_OPTIONS = 54 };

struct stream {
	uint8_t from[6], to[6];
	uint16_t port, id;	/* of the next frame */
	uint32_t seq;
	unsigned int options;	/* bytes, a multiple of 4 */
};

/* stream_head() - the bytes of a frame before its data */
static inline size_t stream_head(const struct stream *s)
{
	return STREAM_OPTIONS + s->options;
}

/**
 * stream_frame() - the next frame
 * @f: room for it
 * @flags: PACKET_ACK and others
 *
 * Return: its length.
 */
size_t stream_frame(struct stream *s, uint8_t *f, size_t data, uint8_t flags);

/* stream_seal() - make its checksums right, after something was changed */
void stream_seal(uint8_t *f, size_t len);

#endif
