// SPDX-License-Identifier: BSD-2-Clause
/* reset.c - the keyboard controller pulls the reset line. */
#include "guests/property/rt.h"

void guest_main(void)
{
	outb(0x64, 0xfe);
	for (;;)
		__asm__ volatile("hlt");
}
