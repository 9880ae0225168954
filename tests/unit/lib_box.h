/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_box.h - a processor in a box of 4 MiB, with tables, stacks and one
 * handler for each vector: what the tests of privileged code start from.
 *
 * A fresh box is in 32-bit protected mode at level 0, paging off. Each
 * handler is a HLT at a place of its own, so where the processor halts says
 * which vector was taken, and its stack says the rest.
 */
#ifndef TESTS_UNIT_LIB_BOX_H
#define TESTS_UNIT_LIB_BOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "vmdriver/guestmem.h"
#include "vmm/cpu/cpu.h"

/* Where things lie in guest RAM. */
enum {
	GDT = 0x1000, IDT = 0x2000, TSS = 0x3000, TSS_B = 0x6000,
	TSS_16 = 0x6800, LDT = 0x7000, HANDLERS = 0x8000, CODE = 0x10000,
	STACK0 = 0x28000, STACK3 = 0x38000, STACK_B = 0x3c000,
	BASE16 = 0x40000, V86 = 0x50000, DATA = 0x60000,
	PAGES = 0x100000,	/* page tables, above the video hole */
};

/* What the GDT holds in a fresh box; RPL included where it is 3. */
enum {
	CS0 = 0x08, DS0 = 0x10, CS3 = 0x1b, DS3 = 0x23, TR = 0x28,
	LDTR = 0x30, CS16 = 0x38, DS16 = 0x40, FREE = 0x48, TR_B = 0x80,
	TR_16 = 0x88,
};

/* Access bytes and flag nibbles of descriptors. */
enum {
	A_CODE0 = 0x9a, A_DATA0 = 0x92, A_CODE3 = 0xfa, A_DATA3 = 0xf2,
	A_CONF0 = 0x9e, A_LDT = 0x82, A_TSS32 = 0x89, A_TSS16 = 0x81,
	A_INT32 = 0x8e, A_TRAP32 = 0x8f, A_INT16 = 0x86, A_CALL32 = 0x8c,
	A_CALL16 = 0x84, A_TASK = 0x85, A_DPL3 = 0x60, A_P = 0x80,
	F_32 = 0x4, F_4K = 0x8,
};

#define BOX_IOS 64

struct box {
	struct guestmem ram;
	_Atomic uint32_t attention;
	struct cpu *cpu;
	uint64_t tsc;
	unsigned int nio;	/* port accesses so far */
	struct {
		uint16_t port;
		uint8_t width;
		bool write;
		uint32_t v;
	} io[BOX_IOS];
	uint8_t vector;		/* what intr_ack() gives */
};

void box_open(struct box *b);
/* box_open_real() - real mode, all segments 0 with 64 KiB, SP = 0x8000. */
void box_open_real(struct box *b);
void box_close(struct box *b);

/* Guest-physical memory. */
uint8_t box_get8(struct box *b, uint32_t a);
uint16_t box_get16(struct box *b, uint32_t a);
uint32_t box_get32(struct box *b, uint32_t a);
void box_put8(struct box *b, uint32_t a, uint8_t v);
void box_put16(struct box *b, uint32_t a, uint16_t v);
void box_put32(struct box *b, uint32_t a, uint32_t v);
void box_bytes(struct box *b, uint32_t a, const uint8_t *bytes, size_t n);

/* BOX_CODE(b, address, byte, ...) - put code, and go on there. */
#define BOX_CODE(b, a, ...) do { \
	const uint8_t code_[] = { __VA_ARGS__ }; \
	box_bytes(b, a, code_, sizeof(code_)); \
	(b)->cpu->eip = (a) - (b)->cpu->seg[SEG_CS].base; \
	(b)->cpu->halted = false; \
} while (0)

/* box_desc() - a descriptor in the GDT; @limit counts what @flags say. */
void box_desc(struct box *b, uint16_t sel, uint32_t base, uint32_t limit,
	      unsigned int access, unsigned int flags);
/* box_gate() - a gate at @at (in IDT, GDT or LDT). */
void box_gate(struct box *b, uint32_t at, uint16_t sel, uint32_t off,
	      unsigned int access, unsigned int params);
/* box_level3() - go on in the flat level 3 segments, ESP = STACK3. */
void box_level3(struct box *b);
/* box_v86() - go on in virtual-8086 mode at V86:0000, stack at V86:1000. */
void box_v86(struct box *b, unsigned int iopl);

/* box_run() - run until HLT; fails the test if that takes too long. */
void box_run_at(struct box *b, const char *file, int line);
#define box_run(b) box_run_at(b, __FILE__, __LINE__)

/* box_step() - run exactly @n instructions. */
void box_step(struct box *b, unsigned int n);

/* box_fault() - run; it has to end in the handler of @vector with @code on its
 * stack. box_int() - run; it has to end there without an error code. */
void box_fault_at(struct box *b, unsigned int vector, uint32_t code,
		  const char *file, int line);
#define box_fault(b, vector, code) \
	box_fault_at(b, vector, code, __FILE__, __LINE__)
void box_int_at(struct box *b, unsigned int vector, const char *file, int line);
#define box_int(b, vector) box_int_at(b, vector, __FILE__, __LINE__)

/* box_fine() - run; it has to end in a HLT that is no handler's. */
void box_fine_at(struct box *b, const char *file, int line);
#define box_fine(b) box_fine_at(b, __FILE__, __LINE__)

/* box_top() - the @n-th 32-bit value from the top of the stack. */
uint32_t box_top(struct box *b, unsigned int n);

#endif
