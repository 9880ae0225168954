/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib_machine.h - a bare processor with 16 MiB of RAM for unit tests.
 *
 * Flat 32-bit segments, paging off, level 0; an IDT whose gate n leads to
 * HANDLERS + n * 16, where a HLT is; so a test sees which vector came. With
 * HOSTEL_TEST_CPU=bt in the environment the translator runs it.
 */
#ifndef TESTS_UNIT_LIB_MACHINE_H
#define TESTS_UNIT_LIB_MACHINE_H

#include <stdatomic.h>

#include "vmdriver/guestmem.h"
#include "vmm/cpu/cpu.h"

#define GDT	0x1000u
#define IDT	0x2000u
#define HANDLERS 0x3000u
#define TSS	0x4000u
#define CODE	0x10000u
#define DATA	0x20000u
#define STACK	0x30000u	/* grows down from here */
#define USTACK	0x38000u	/* level 3's */
#define PGDIR	0x40000u
#define PGTAB	0x41000u	/* maps the first 4 MiB, one to one */

#define SEL_CODE	0x08u
#define SEL_DATA	0x10u
#define SEL_UCODE	0x1bu
#define SEL_UDATA	0x23u
#define SEL_TSS		0x28u

#define MMIO_BASE	0xf0000000u

struct machine {
	struct guestmem ram;
	struct cpu *cpu;
	_Atomic uint32_t attention;
	uint8_t vector;		/* what the interrupt controller answers */
	uint32_t mmio[16];	/* registers at MMIO_BASE */
	unsigned int mmio_reads, mmio_writes;
	unsigned int port_accesses;	/* to no port is anything connected */
	bool bt;		/* a translator runs the code */
};

/* machine_open() - make it; fails the test if it cannot. */
void machine_open(struct machine *m);
/* machine_open_parts() - with bytes of ROM and video memory in the file, which
 * show nowhere yet. */
void machine_open_parts(struct machine *m, uint64_t rom, uint64_t video);
void machine_close(struct machine *m);

/* machine_fresh() - reset the processor, clear RAM, set everything up. */
void machine_fresh(struct machine *m);

/* machine_user() - go to level 3 with flat segments. */
void machine_user(struct machine *m);
/* machine_system() - back to CPL 0. */
void machine_system(struct machine *m);

/* machine_paging() - identity-map 4 MiB, all user and writable; CR0.PG on. */
void machine_paging(struct machine *m);

uint8_t *machine_at(struct machine *m, uint32_t addr);
void machine_put32(struct machine *m, uint32_t addr, uint32_t v);
uint32_t machine_get32(struct machine *m, uint32_t addr);

/* machine_code() - put code at @addr. */
void machine_code(struct machine *m, uint32_t addr, const void *bytes,
		  size_t len);

/**
 * machine_run() - run from @eip until HLT, at most 1,000,000 instructions
 *
 * Return: the vector whose handler it halted in, or -1 if it halted
 * elsewhere. Anything but a halt fails the test.
 */
int machine_run(struct machine *m, uint32_t eip);

/* The error code and EIP that the exception pushed (level 0 to 0). */
uint32_t machine_fault_code(struct machine *m);
uint32_t machine_fault_eip(struct machine *m, bool has_code);

/* machine_pushed() - a word of the frame of an exception that has an error
 * code and came from a program: that, EIP, CS, EFLAGS, ESP. */
uint32_t machine_pushed(struct machine *m, unsigned int i);
#define HLT_IN_PROGRAM	13	/* #GP: what machine_run() returns then */

/* machine_in_each_mode() - call @test at level 0 without paging, and as a
 * program with paging. @ends: what machine_run() returns at a HLT there */
void machine_in_each_mode(struct machine *m,
			  void (*test)(struct machine *m, int ends));

#define RUN(m, ...) machine_run_bytes(m,				\
			(const uint8_t []){ __VA_ARGS__ },		\
			sizeof((const uint8_t []){ __VA_ARGS__ }))
#define PUT(m, at, ...) machine_code(m, at,				\
				     (const uint8_t []){ __VA_ARGS__ },	\
				     sizeof((const uint8_t []){ __VA_ARGS__ }))
#define LE32(v) (uint8_t)(v), (uint8_t)((v) >> 8), (uint8_t)((v) >> 16), \
		(uint8_t)((uint32_t)(v) >> 24)

/* machine_run_bytes() - put code at CODE and run it there. */
int machine_run_bytes(struct machine *m, const uint8_t *code, size_t len);

/* machine_alarm() - the attention word is raised in @us microseconds, and the
 * translated code told of it by a signal, as the VMM's timer does; @again: and
 * each @us after. 0: no more. */
void machine_alarm(struct machine *m, long us, bool again);

/* Set-up of a group, its end, and set-up of each test. */
int machine_set_up(void **state);
int machine_set_up_bt(void **state);	/* the translator runs it */
int machine_tear_down(void **state);
int machine_anew(void **state);

#endif
