/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_floppy.h - a floppy controller on a bench: two drives, a DMA channel and
 * a disk's image in memory, and the words of a driver's.
 *
 * fb_settle() lets time and the media do what they have to; until then a
 * command is under way.
 */
#ifndef TESTS_CHIP_LIB_FLOPPY_H
#define TESTS_CHIP_LIB_FLOPPY_H

#include "devices/disk/i82077aa.h"
#include "devices/disk/i82077aa_bits.h"
#include "tests/chip/lib_board.h"

#define FB_SECTORS	5760u	/* the largest image */
#define FB_MEMORY	65536u

#define FB_ON (DOR_MOTOR0 | DOR_GATE | DOR_RUN)

/* Commands. */
#define FB_READ		0xe6	/* with MT, MFM and SK, as drivers */
#define FB_WRITE	0xc5

struct fb {
	struct bench bench;
	struct i82077aa_regs regs;
	struct i82077aa chip;
	uint8_t image[FB_SECTORS * MEDIUM_SECTOR];
	uint8_t data[I82077AA_DRIVES][MEDIUM_MOST];
	struct medium_request asked[I82077AA_DRIVES];
	bool waiting[I82077AA_DRIVES];	/* it is to be served */
	enum medium_result result;	/* of all requests */
	unsigned int requests;		/* made so far */
	/* the DMA channel: what is left of it, at memory[dma_at] */
	uint8_t memory[FB_MEMORY];
	size_t dma_at, dma_left;
	bool dma_masked;
	enum drq_way dma_way;		/* as it was asked for last */
};

/* fb_new() - after power-on and the reset's four interrupts: drive 0 is 1.44M
 * with such a disk in it, its motor on, DMA mode; drive 1 is 1.44M and empty.
 */
struct fb *fb_new(void);
void fb_free(struct fb *b);

/* fb_insert() - a disk of so many sectors into drive 0, of its own type; the
 * head is at 0, the rate is set. */
void fb_insert(struct fb *b, uint64_t sectors, bool read_only);

/* fb_dma() - set the channel up for @len bytes at memory[0]. */
void fb_dma(struct fb *b, size_t len);

uint8_t fb_in(struct fb *b, unsigned int port);
void fb_out(struct fb *b, unsigned int port, uint8_t value);

/* fb_serve() - do the request of drive @n; it must be there. */
void fb_serve(struct fb *b, unsigned int n);
void fb_tick(struct fb *b);	/* time passes to the next alarm */
void fb_settle(struct fb *b);

/* fb_send() - a command, as a driver does, which looks before each byte. */
void fb_send(struct fb *b, const uint8_t *bytes, size_t n);
/* fb_result() - read a result of exactly @n bytes, and expect these. */
void fb_result(struct fb *b, const uint8_t *want, size_t n);
/* fb_sense() - SENSE INTERRUPT STATUS gives this. */
void fb_sense(struct fb *b, uint8_t st0, uint8_t pcn);
/* fb_seek() - drive 0's head to a cylinder, and sense the end. */
void fb_seek(struct fb *b, uint8_t cylinder);

/* fb_open() / fb_close() - fb_new() before a test, and fb_free() behind it. */
int fb_open(void **state);
int fb_close(void **state);

/* fb_pin() - is the interrupt's pin high? */
bool fb_pin(const struct fb *b);
/* fb_run() - a data command in cylinder @c of drive 0, to its result phase. */
void fb_run(struct fb *b, uint8_t op, uint8_t hds, uint8_t c, uint8_t h,
	    uint8_t r, uint8_t eot);
/* fb_holds() - memory has so many of the image's sectors, from @first on. */
void fb_holds(const struct fb *b, unsigned int first, unsigned int n);

#define SEND(b, ...) \
	fb_send(b, (const uint8_t[]){ __VA_ARGS__ }, \
		sizeof((const uint8_t[]){ __VA_ARGS__ }))
#define RESULT(b, ...) \
	fb_result(b, (const uint8_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint8_t[]){ __VA_ARGS__ }))

#endif
