/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng.c - frames as a pcapng file: see pcapng.h. */
#include "vmnet/tap/pcapng.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"

/* Types of blocks, and codes of their options. */
enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_COUNTS = 5,
	BLOCK_FRAME = 6,
};
enum { OPT_END = 0, OPT_COMMENT = 1 };
enum { SHB_OS = 3, SHB_USERAPPL = 4 };
enum { IF_NAME = 2, IF_DESCRIPTION = 3, IF_MACADDR = 6, IF_TSRESOL = 9,
       IF_FILTER = 11 };
enum { EPB_FLAGS = 2, EPB_DROPCOUNT = 4 };
enum { ISB_STARTTIME = 2, ISB_ENDTIME, ISB_IFRECV, ISB_IFDROP,
       ISB_FILTERACCEPT, ISB_OSDROP, ISB_USRDELIV };

#define BYTE_ORDER_MAGIC	0x1a2b3c4du
#define LINKTYPE_ETHERNET	1u
/* epb_flags, bits 2 to 4: how the frame was addressed. */
enum { TO_ONE = 1u << 2, TO_GROUP = 2u << 2, TO_ALL = 3u << 2 };

/* The longest block that is written: a frame with its options. */
#define BLOCK_MAX	(PCAPNG_FRAME_MAX + 4 * (PCAPNG_TEXT_MAX + 8) + 256)

/* ---- blocks ------------------------------------------------------------ */

static void block_put(struct pcapng *p, const void *data, size_t len)
{
	static const uint8_t zeros[3];
	const size_t pad = -len & 3;

	ASSERT(p->len + len + pad <= PCAPNG_ROOM);
	memcpy(p->room + p->len, data, len);
	memcpy(p->room + p->len + len, zeros, pad);
	p->len += len + pad;
}

static void put_word(struct pcapng *p, uint32_t n)
{
	block_put(p, &n, sizeof(n));
}

static void put_halves(struct pcapng *p, uint16_t first, uint16_t second)
{
	const uint16_t both[2] = { first, second };

	block_put(p, both, sizeof(both));
}

/* put_time() - a stamp is two words, the upper one first. */
static void put_time(struct pcapng *p, uint64_t ns)
{
	put_word(p, (uint32_t)(ns >> 32));
	put_word(p, (uint32_t)ns);
}

static void block_option(struct pcapng *p, uint16_t code, const void *value,
			 size_t len)
{
	put_halves(p, code, (uint16_t)len);
	block_put(p, value, len);
}

static void option_text(struct pcapng *p, uint16_t code, const char *text)
{
	block_option(p, code, text, strnlen(text, PCAPNG_TEXT_MAX));
}

static void option_count(struct pcapng *p, uint16_t code, uint64_t n)
{
	block_option(p, code, &n, sizeof(n));
}

static void option_time(struct pcapng *p, uint16_t code, uint64_t ns)
{
	put_halves(p, code, 8);
	put_time(p, ns);
}

/* block_begin() - begin a block. Return: where it begins, for block_end(). */
static size_t block_begin(struct pcapng *p, uint32_t type)
{
	size_t at;

	/* A failure stays in p->err, and what waits is given up. */
	while (p->len + BLOCK_MAX > PCAPNG_ROOM)
		pcapng_flush(p);
	at = p->len;
	put_word(p, type);
	put_word(p, 0);		/* its length: block_end() */
	return at;
}

/* block_end() - end a block's options, and the block. */
static void block_end(struct pcapng *p, size_t at)
{
	uint32_t len;

	put_halves(p, OPT_END, 0);
	len = (uint32_t)(p->len + 4 - at);
	put_word(p, len);
	memcpy(p->room + at + 4, &len, sizeof(len));
}

/* ---- what is written --------------------------------------------------- */

void pcapng_open(struct pcapng *p, int fd, const char *os, const char *program)
{
	const uint64_t unknown = UINT64_MAX;	/* the section's length */
	size_t at;

	p->fd = fd;
	p->err = 0;
	p->interfaces = 0;
	p->len = 0;
	p->written = 0;
	at = block_begin(p, BLOCK_SECTION);
	put_word(p, BYTE_ORDER_MAGIC);
	put_halves(p, 1, 0);	/* version 1.0 */
	block_put(p, &unknown, sizeof(unknown));
	option_text(p, SHB_OS, os);
	option_text(p, SHB_USERAPPL, program);
	block_end(p, at);
}

unsigned int pcapng_interface(struct pcapng *p,
			      const struct pcapng_interface *i)
{
	const uint8_t nanoseconds = 9;
	/* Its first byte says that it is libpcap's text. */
	char filter[1 + PCAPNG_TEXT_MAX] = { 0 };
	size_t at = block_begin(p, BLOCK_INTERFACE), n;

	put_halves(p, LINKTYPE_ETHERNET, 0);
	put_word(p, i->snap);
	option_text(p, IF_NAME, i->name);
	option_text(p, IF_DESCRIPTION, i->description);
	if (i->mac)
		block_option(p, IF_MACADDR, i->mac, 6);
	block_option(p, IF_TSRESOL, &nanoseconds, 1);
	n = strnlen(i->filter, PCAPNG_TEXT_MAX);
	memcpy(filter + 1, i->filter, n);
	if (n)
		block_option(p, IF_FILTER, filter, 1 + n);
	block_end(p, at);
	return p->interfaces++;
}

/* frame_flags() - Return: epb_flags: direction, and how it was addressed. */
static uint32_t frame_flags(const struct pcapng_frame *f)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	uint32_t flags = f->direction;

	if (f->kept < sizeof(all))
		return flags;
	if (!memcmp(f->data, all, sizeof(all)))
		return flags | TO_ALL;
	return flags | (f->data[0] & 1 ? TO_GROUP : TO_ONE);
}

void pcapng_frame(struct pcapng *p, const struct pcapng_frame *f)
{
	const uint32_t flags = frame_flags(f);
	size_t at = block_begin(p, BLOCK_FRAME);

	ASSERT(f->interface < p->interfaces && f->kept <= PCAPNG_FRAME_MAX);
	put_word(p, f->interface);
	put_time(p, f->ns);
	put_word(p, (uint32_t)f->kept);
	put_word(p, f->len);
	block_put(p, f->data, f->kept);
	block_option(p, EPB_FLAGS, &flags, sizeof(flags));
	if (f->lost)
		option_count(p, EPB_DROPCOUNT, f->lost);
	if (f->comment)
		option_text(p, OPT_COMMENT, f->comment);
	block_end(p, at);
}

void pcapng_counts(struct pcapng *p, const struct pcapng_counts *c)
{
	size_t at = block_begin(p, BLOCK_COUNTS);

	ASSERT(c->interface < p->interfaces);
	put_word(p, c->interface);
	put_time(p, c->ns);
	option_time(p, ISB_STARTTIME, c->start_ns);
	option_time(p, ISB_ENDTIME, c->end_ns);
	option_count(p, ISB_IFRECV, c->seen);
	option_count(p, ISB_IFDROP, c->dropped);
	option_count(p, ISB_FILTERACCEPT, c->accepted);
	option_count(p, ISB_OSDROP, c->lost);
	option_count(p, ISB_USRDELIV, c->delivered);
	block_end(p, at);
}

int pcapng_flush(struct pcapng *p)
{
	size_t at = 0;
	ssize_t n;

	while (!p->err && at < p->len) {
		n = write(p->fd, p->room + at, p->len - at);
		if (n < 0 && errno == EINTR) {
			memmove(p->room, p->room + at, p->len - at);
			p->len -= at;
			p->written += at;
			return -EINTR;
		}
		if (n < 0)
			p->err = -errno;
		else
			at += (size_t)n;
	}
	p->written += at;
	p->len = 0;
	return p->err;
}
