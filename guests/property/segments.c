// SPDX-License-Identifier: BSD-2-Clause
/* segments.c - limits, expand-down, types, null and absent segments. */
#include "guests/property/rt.h"

#define SEL SEL_FREE
#define BASE 0x00900000u

static void load_fs(void *sel)
{
	__asm__ volatile("movl %0, %%fs" : : "r"(sel));
}

static void read_fs(void *off)
{
	__asm__ volatile("movl %%fs:(%0), %0" : : "r"(off));
}

static void write_fs(void *off)
{
	__asm__ volatile("movl %0, %%fs:(%0)" : : "r"(off) : "memory");
}

static void try_fs(void (*fn)(void *), uint32_t off, int vector)
{
	CHECK_EQ(rt_try(fn, (void *)off), vector);
	if (vector > 0)
		CHECK_EQ(caught.err, 0);
}

static void use(uint32_t limit, uint32_t attr)
{
	gdt[SEL / 8] = descriptor(BASE, limit, attr);
	load_fs((void *)SEL);
}

static void refused(uint32_t attr, uint32_t sel, int vector)
{
	gdt[SEL / 8] = descriptor(BASE, 0xfffff, attr);
	CHECK_EQ(rt_try(load_fs, (void *)sel), vector);
	if (vector > 0)
		CHECK_EQ(caught.err, sel & ~3u);
}

void guest_main(void)
{
	use(0x1fff, 0x4093);		/* writable, in bytes */
	try_fs(read_fs, 0x1ffc, -1);
	try_fs(read_fs, 0x1ffd, 13);
	try_fs(read_fs, 0xfffffffe, 13);
	*at32(BASE + 0x10) = 0;
	try_fs(write_fs, 0x10, -1);
	CHECK_EQ(*at32(BASE + 0x10), 0x10);
	use(1, 0xc093);			/* in pages: 8 KiB */
	try_fs(write_fs, 0x1ffc, -1);
	try_fs(write_fs, 0x1ffe, 13);
	use(0xfff, 0x4097);		/* expands down */
	try_fs(read_fs, 0xffc, 13);
	try_fs(read_fs, 0xfff, 13);
	try_fs(read_fs, 0x1000, -1);
	try_fs(read_fs, 0x12340, -1);
	use(0xfff, 0x0097);		/* the same, 16 bits: up to 64 KiB */
	try_fs(read_fs, 0xfffc, -1);
	try_fs(read_fs, 0xfffe, 13);
	use(0xfffff, 0xc091);		/* read-only */
	try_fs(read_fs, 0, -1);
	try_fs(write_fs, 0, 13);
	use(0xfffff, 0xc09b);		/* code, readable */
	try_fs(read_fs, 0, -1);
	try_fs(write_fs, 0, 13);
	load_fs(0);
	try_fs(read_fs, 0x100000, 13);
	gdt[SEL / 8] = descriptor(BASE, 0xfffff, 0xc092);
	load_fs((void *)SEL);
	CHECK(gdt[SEL / 8] >> 40 & 1);	/* accessed */
	refused(0xc099, SEL, 13);	/* code that can not be read */
	refused(0xc013, SEL, 11);	/* absent */
	refused(0x0089, SEL, 13);	/* a TSS */
	refused(0xc093, SEL | 3, 13);	/* RPL 3, DPL 0 */
	refused(0xc093, SEL | 4, 13);	/* no LDT */
	refused(0xc093, 0x1000, 13);	/* beyond the table */
	refused(0xc093, 3, -1);		/* null, with an RPL */
}
