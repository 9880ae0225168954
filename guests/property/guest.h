/* SPDX-License-Identifier: BSD-2-Clause */
/* guest.h - what a property guest has: ports, COM1, and its traps. */
#ifndef GUESTS_PROPERTY_GUEST_H
#define GUESTS_PROPERTY_GUEST_H

#include <stdint.h>

/* What start.S leaves on the stack for trap(). */
struct frame {
	uint32_t edi, esi, ebp, esp, ebx, edx, ecx, eax;
	uint32_t vector, code;
	uint32_t eip, cs, eflags;
};

/* trap() - the guest's own: every exception and interrupt comes here. */
void trap(struct frame *f);
int main(void);

static inline void outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

/* say() - a line on COM1. */
static inline void say(const char *s)
{
	while (*s)
		outb(0x3f8, (uint8_t)*s++);
	outb(0x3f8, '\n');
}

/* EXPECT() - say what was not so, and fail. */
#define EXPECT(ok) do { if (!(ok)) { say("FAIL: " #ok); return 1; } } while (0)

/* pic_start() - both controllers at 20h and 28h; @open: lines let through. */
static inline void pic_start(uint16_t open)
{
	outb(0x20, 0x11), outb(0xa0, 0x11);
	outb(0x21, 0x20), outb(0xa1, 0x28);
	outb(0x21, 4), outb(0xa1, 2);
	outb(0x21, 1), outb(0xa1, 1);
	outb(0x21, (uint8_t)~open), outb(0xa1, (uint8_t)(~open >> 8));
}

/* pit_start() - counter 0, mode 2, every @count clocks of 1193182 Hz. */
static inline void pit_start(uint16_t count)
{
	outb(0x43, 0x34);
	outb(0x40, (uint8_t)count);
	outb(0x40, (uint8_t)(count >> 8));
}

#endif
