/* SPDX-License-Identifier: BSD-2-Clause */
/* nettest_wire.c - nettest's payload, checksum and messages: see nettest.h. */
#include "guests/nettest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

/* --- payload and checksum ----------------------------------------------- */

static void sum_word(struct sum *s, uint32_t w)
{
	s->a = (s->a ^ w) * 0x9e3779b1u;
	s->b = (s->b << 5 | s->b >> 27) + (s->a ^ s->a >> 15);
}

/* sum_add() - take @len more bytes into the checksum. */
void sum_add(struct sum *s, const uint8_t *p, size_t len)
{
	while (len && s->have) {
		s->word |= (uint32_t)*p++ << (8 * s->have++);
		len--;
		if (s->have == 4) {
			sum_word(s, s->word);
			s->word = s->have = 0;
		}
	}
	for (; len >= 4; p += 4, len -= 4)
		sum_word(s, get_le32(p));
	while (len--)
		s->word |= (uint32_t)*p++ << (8 * s->have++);
}

/* sum_value() - the checksum of all bytes so far. */
uint64_t sum_value(const struct sum *s)
{
	struct sum t = *s;

	sum_word(&t, t.word);
	sum_word(&t, t.have + 1);
	return (uint64_t)t.a << 32 | t.b;
}

static uint32_t stream_word(struct stream *s)
{
	uint32_t x = s->state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return s->state = x;
}

/* stream_fill() - the next @len bytes of the pseudo-random stream. */
void stream_fill(struct stream *s, uint8_t *p, size_t len)
{
	while (len) {
		if (!s->left && len >= 4) {
			put_le32(p, stream_word(s));
			p += 4;
			len -= 4;
			continue;
		}
		if (!s->left) {
			s->word = stream_word(s);
			s->left = 4;
		}
		*p++ = (uint8_t)s->word;
		s->word >>= 8;
		s->left--;
		len--;
	}
}

/* --- whole reads and writes --------------------------------------------- */

/**
 * write_all() - write @len bytes, whatever it takes
 *
 * Return: 0, or a negative errno; -ETIMEDOUT if nothing moved for too long.
 *
 * #syscalls write
 */
int write_all(int fd, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR && !stop_asked)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/**
 * read_some() - read up to @len bytes
 *
 * Return: how many, at least 1, or a negative errno; -EPIPE at the end.
 *
 * #syscalls read
 */
ssize_t read_some(int fd, void *buf, size_t len)
{
	for (;;) {
		ssize_t n = read(fd, buf, len);

		if (n > 0)
			return n;
		if (n == 0)
			return -EPIPE;
		if (errno != EINTR || stop_asked)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
	}
}

int read_all(int fd, void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len) {
		ssize_t n = read_some(fd, p, len);

		if (n < 0)
			return (int)n;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* --- requests and answers ----------------------------------------------- */

void encode_request(uint8_t *p, const struct request *r)
{
	put_le32(p, MAGIC);
	put_le16(p + 4, VERSION);
	put_le16(p + 6, (uint16_t)r->op);
	put_le32(p + 8, r->flags);
	put_le32(p + 12, r->size);
	put_le64(p + 16, r->bytes);
	put_le32(p + 24, r->seed);
	put_le32(p + 28, 0);
}

/* decode_request() - check a client's request; Return: 0 or -EPROTO. */
int decode_request(const uint8_t *p, struct request *r)
{
	r->op = get_le16(p + 6);
	r->flags = get_le32(p + 8);
	r->size = get_le32(p + 12);
	r->bytes = get_le64(p + 16);
	r->seed = get_le32(p + 24);
	if (get_le32(p) != MAGIC || get_le16(p + 4) != VERSION)
		return -EPROTO;
	if (r->op < OP_SEND || r->op > OP_PINGPONG)
		return -EPROTO;
	if (r->flags & ~(FLAG_CHECK | FLAG_FILE) || !r->seed)
		return -EPROTO;
	if (!r->size || r->size > SIZE_MAX_ || r->bytes > BYTES_MAX)
		return -EPROTO;
	return 0;
}

int send_answer(int fd, const struct answer *a)
{
	uint8_t p[ANSWER_LEN];

	put_le32(p, MAGIC);
	put_le32(p + 4, a->status);
	put_le64(p + 8, a->bytes);
	put_le64(p + 16, a->sum);
	return write_all(fd, p, sizeof(p));
}

/* decode_answer() - read and check a server's answer; Return: 0 or -errno. */
int decode_answer(int fd, struct answer *a)
{
	uint8_t p[ANSWER_LEN];
	int rc = read_all(fd, p, sizeof(p));

	if (rc)
		return rc;
	a->status = get_le32(p + 4);
	a->bytes = get_le64(p + 8);
	a->sum = get_le64(p + 16);
	if (get_le32(p) != MAGIC || a->bytes > BYTES_MAX)
		return -EPROTO;
	return 0;
}
