/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_stream.c - frames of a TCP stream: see lib_stream.h. */
#include "tests/net/lib_stream.h"

#include <string.h>

#include "base/bytes.h"
#include "tests/net/lib_packet.h"

void stream_seal(uint8_t *f, size_t len)
{
	const struct packet_parts at = { .proto = PACKET_TCP, .ip = STREAM_IP,
					 .l4 = STREAM_TCP, .end = len };
	uint32_t sum;

	put_be16(f + STREAM_IP + 10, 0);
	put_be16(f + STREAM_IP + 10,
		 (uint16_t)~packet_words(f + STREAM_IP, 20));
	put_be16(f + STREAM_TCP + 16, 0);
	sum = packet_pseudo(f, &at) +
	      packet_words(f + STREAM_TCP, len - STREAM_TCP);
	put_be16(f + STREAM_TCP + 16,
		 (uint16_t)~((sum & 0xffff) + (sum >> 16)));
}

size_t stream_frame(struct stream *s, uint8_t *f, size_t data, uint8_t flags)
{
	uint8_t *ip = f + STREAM_IP, *tcp = f + STREAM_TCP;
	size_t i, head = stream_head(s), len = head + data;

	memset(f, 0, head);
	memcpy(f, s->to, 6);
	memcpy(f + 6, s->from, 6);
	put_be16(f + 12, 0x0800);
	ip[0] = 0x45;
	put_be16(ip + 2, (uint16_t)(len - STREAM_IP));
	put_be16(ip + 4, s->id++);
	ip[6] = 0x40;				/* not to be fragmented */
	ip[8] = 64;
	ip[9] = PACKET_TCP;
	memcpy(ip + 12, "\x0a\x4d\0\3\xc0\xa8\x07\x07", 8);
	put_be16(tcp, s->port);
	put_be16(tcp + 2, 5001);
	put_be32(tcp + 4, s->seq);
	put_be32(tcp + 8, 0x12345678);
	tcp[12] = (uint8_t)((20 + s->options) / 4 << 4);
	tcp[13] = flags;
	put_be16(tcp + 14, 502);
	memset(tcp + 20, 1, s->options);	/* which say nothing */
	for (i = 0; i < data; i++)
		f[head + i] = (uint8_t)((s->seq + i) * 7 + (s->seq + i) / 251);
	s->seq += (uint32_t)data;
	stream_seal(f, len);
	return len;
}
