/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diskhalt.c - a guest that halts until its disk has answered, thousands of
 * times (tests/world/diskhalt.sh): the first channel's first drive, by PIO,
 * with its interrupt, and with no timer. If it is not told of an answer, it
 * waits for ever.
 *
 * It is built with the run-time of guests/property.
 */
#include "guests/property/rt.h"

#define BASE	0x1f0u
#define DRQ	0x08
#define READS	10000u
#define VECTOR	0x2e	/* of IRQ 14 */

static volatile uint32_t answers;

static void on_answer(struct trap *t)
{
	(void)t;
	CHECK(inb(BASE + 7) & DRQ);
	answers++;
	outb(0xa0, 0x20);
	outb(0x20, 0x20);
}

/* pic() - vectors from @vector on; IRQs but those of @mask are on. */
static void pic(uint16_t port, uint8_t vector, uint8_t cascade, uint8_t mask)
{
	outb(port, 0x11);
	outb(port + 1, vector);
	outb(port + 1, cascade);
	outb(port + 1, 0x01);
	outb(port + 1, mask);
}

static void read_sector(uint32_t sector)
{
	uint32_t before = answers, i;

	outb(BASE + 6, 0xe0);
	outb(BASE + 2, 1);
	outb(BASE + 3, (uint8_t)sector);
	outb(BASE + 4, (uint8_t)(sector >> 8));
	outb(BASE + 5, 0);
	outb(BASE + 7, 0x20);
	while (answers == before)
		__asm__ volatile("sti; hlt; cli");
	for (i = 0; i < 256; i++)
		inw(BASE);
}

void guest_main(void)
{
	uint32_t i;

	pic(0x20, 0x20, 0x04, 0xfb);
	pic(0xa0, 0x28, 0x02, 0xbf);
	trap_hook[VECTOR] = on_answer;
	outb(0x3f6, 0);
	for (i = 0; i < READS; i++)
		read_sector(i);
	CHECK_EQ(answers, READS);
}
