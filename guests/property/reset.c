/* SPDX-License-Identifier: BSD-2-Clause */
/* reset.c - the keyboard controller pulls the reset line. */
#include "guests/property/guest.h"

void trap(struct frame *f)
{
	(void)f;
}

int main(void)
{
	say("reset");
	outb(0x64, 0xfe);
	return 1;
}
