/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tray.c - a guest that uses the tray of its CD-ROM drive (see tray.sh of
 * tests/world): the second channel's first drive, by PIO, polled.
 *
 * It says what is in the first frame of the CD, finds that a locked tray does
 * not open, opens it, and says so; waits until somebody has put another CD
 * in, of which it has to be told once, and says what is in that one.
 *
 * It is built with the run-time of guests/property, whose CHECK() ends it.
 */
#include "guests/property/rt.h"

#define BASE	0x170u
#define BSY	0x80
#define DRQ	0x08
#define ERR	0x01
#define FRAME	2048u

static char text[FRAME + 1];

static uint8_t settled(void)
{
	uint8_t v;

	do
		v = inb(BASE + 7);
	while (v & BSY);
	return v;
}

/* packet() - send one, and take the data into text. Return: how many bytes of
 * it there were. */
static uint32_t packet(const uint8_t p[12])
{
	uint32_t len = 0, n, i;

	outb(BASE + 6, 0xa0);
	outb(BASE + 1, 0);
	outb(BASE + 4, (uint8_t)FRAME);
	outb(BASE + 5, (uint8_t)(FRAME >> 8));
	outb(BASE + 7, 0xa0);
	CHECK(settled() & DRQ);
	for (i = 0; i < 12; i += 2)
		outw(BASE, (uint16_t)(p[i] | p[i + 1] << 8));
	while (settled() & DRQ) {
		n = inb(BASE + 4) | (uint32_t)inb(BASE + 5) << 8;
		for (i = 0; i < n && len + 2 <= FRAME; i += 2, len += 2) {
			uint16_t v = inw(BASE);

			text[len] = (char)v;
			text[len + 1] = (char)(v >> 8);
		}
	}
	return len;
}

#define PACKET(...) packet((const uint8_t[12]){ __VA_ARGS__ })

/* sense() - of a command that failed: key, code and qualifier in one number;
 * 0: it went well. */
static uint32_t sense(void)
{
	if (!(inb(BASE + 7) & ERR))
		return 0;
	CHECK_EQ(PACKET(0x03, 0, 0, 0, 18), 18);
	return (uint32_t)(text[2] & 15) << 16 |
	       (uint32_t)(uint8_t)text[12] << 8 | (uint8_t)text[13];
}

/* say() - the first line of the CD. */
static void say(const char *what)
{
	uint32_t i;

	CHECK_EQ(PACKET(0x28, 0, 0, 0, 0, 0, 0, 0, 1), FRAME);
	CHECK_EQ(sense(), 0);
	for (i = 0; i < FRAME && text[i] != '\n'; i++)
		;
	text[i] = '\0';
	put_text(what);
	put_text(text);
	put_text("\n");
}

static uint32_t ready(void)
{
	PACKET(0x00);
	return sense();
}

void guest_main(void)
{
	uint32_t what;

	outb(0x376, 0x02);	/* polled */
	CHECK_EQ(ready(), 0);
	say("first: ");
	PACKET(0x1e, 0, 0, 0, 1);
	PACKET(0x1b, 0, 0, 0, 2);
	CHECK_EQ(sense(), 0x055302);	/* removal is prevented */
	CHECK_EQ(ready(), 0);
	PACKET(0x1e, 0, 0, 0, 0);
	PACKET(0x1b, 0, 0, 0, 2);
	CHECK_EQ(sense(), 0);
	CHECK_EQ(ready(), 0x023a00);	/* nothing in it */
	put_text("open\n");
	while ((what = ready()) == 0x023a00)
		;
	CHECK_EQ(what, 0x062800);	/* another medium, told once */
	CHECK_EQ(ready(), 0);
	say("second: ");
}
