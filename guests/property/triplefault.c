// SPDX-License-Identifier: BSD-2-Clause
/* triplefault.c - an exception with no way to deliver it: no IDT at all. */
#include "guests/property/rt.h"

void guest_main(void)
{
	static const struct {
		uint16_t limit;
		uint32_t base;
	} __attribute__((packed)) none = { 0, 0 };

	__asm__ volatile("lidt %0; int3" : : "m"(none));
}
