/* SPDX-License-Identifier: BSD-2-Clause */
/* triplefault.c - no IDT and an exception: the machine must stop with 70. */
#include "guests/property/guest.h"

void trap(struct frame *f)
{
	(void)f;
}

int main(void)
{
	static const uint8_t none[6];

	say("about to fall");
	__asm__ volatile("lidt %0; int3" : : "m"(none));
	return 1;
}
