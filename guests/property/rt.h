/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rt.h - what property guests share: output, verdict, traps, rings, paging.
 *
 * A guest is one image with one property: guest_main() runs in ring 0, flat,
 * without paging, interrupts off. It returns for PASS; CHECK() fails it. Text
 * goes to COM1, the verdict to the debug exit port: 0 is PASS.
 *
 * This is the guest's side of the wall: it has the machine for itself, and
 * keeps its state at file scope as firmware does.
 */
#ifndef GUESTS_PROPERTY_RT_H
#define GUESTS_PROPERTY_RT_H

#include <stdint.h>

#define SEL_CODE0	0x08u
#define SEL_DATA0	0x10u
#define SEL_CODE3	0x1bu
#define SEL_DATA3	0x23u
#define SEL_TSS		0x28u
#define SEL_FREE	0x30u	/* entries from here on belong to the guest */

/* The stack as rt_stub_common leaves it. */
struct trap {
	uint32_t gs, fs, es, ds;
	uint32_t edi, esi, ebp, esp_here, ebx, edx, ecx, eax;
	uint32_t vector, err;
	uint32_t eip, cs, eflags;
	uint32_t esp, ss;			/* from an outer ring only */
	uint32_t v_es, v_ds, v_fs, v_gs;	/* from V86 mode only */
};

struct tss {
	uint32_t link, esp0, ss0, esp1, ss1, esp2, ss2, cr3, eip, eflags;
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi;
	uint32_t es, cs, ss, ds, fs, gs, ldt;
	uint16_t trap, iomap;
	uint8_t bits[8192 + 1];
};

extern volatile uint64_t gdt[32];	/* the processor writes there */
extern volatile uint64_t idt[256];
extern struct tss tss;
extern struct trap caught;	/* the trap that rt_try() ended by */
extern uint32_t caught_cr2;
extern void (*trap_hook[256])(struct trap *t);
extern uint8_t user_stack[8192];
extern uint32_t page_dir[1024];

void guest_main(void);

void put_text(const char *s);
void put_hex(uint32_t v);
_Noreturn void verdict(uint8_t v);
_Noreturn void check_failed(const char *what, int line);

#define CHECK(e) ((e) ? (void)0 : check_failed(#e, __LINE__))
/* CHECK_EQ() - also says what it was. */
#define CHECK_EQ(a, b) check_equal((uint32_t)(a), (uint32_t)(b), #a, __LINE__)
void check_equal(uint32_t a, uint32_t b, const char *what, int line);

/* rt_try() - call @fn(@arg) in ring 0. Return: the vector that ended it (see
 * caught), or -1 if it returned. A hooked vector goes to its hook. */
int rt_try(void (*fn)(void *), void *arg);
/* rt_try_user() - the same in ring 3; a return gives 0x80. */
int rt_try_user(void (*fn)(void *), void *arg);
_Noreturn void rt_user(uint32_t eip, uint32_t arg, uint32_t esp);

/* All general registers, for code that is not C. */
struct regs {
	uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi, eip, eflags;
};

/* rt_run(), rt_run_user() - run code that ends by a trap (INT 80h does).
 * Return: the vector; see caught. In ring 0, @r->esp is not used. */
int rt_run(const struct regs *r);
int rt_run_user(const struct regs *r);

uint64_t descriptor(uint32_t base, uint32_t limit, uint32_t attr);
/* gate_set() - @type: 0x8e interrupt, 0x8f trap, 0x85 task; DPL in it. */
void gate_set(unsigned int vector, uint16_t sel, uint32_t off, uint8_t type);
void gdt_load(void);

/* paging_on() - identity for 16 MiB, everything present, writable, user. */
void paging_on(uint32_t cr4);
/* pte() - the entry of a page below 16 MiB. */
volatile uint32_t *pte(uint32_t lin);
void invlpg(uint32_t lin);

#define PTE_P	1u
#define PTE_W	2u
#define PTE_U	4u
#define PTE_A	0x20u
#define PTE_D	0x40u
#define PTE_PS	0x80u
#define PTE_G	0x100u

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

static inline void outw(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint16_t inw(uint16_t port)
{
	uint16_t v;

	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline void outl(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint32_t inl(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

#define CR_ACCESS(n)							\
	static inline uint32_t read_cr##n(void)				\
	{								\
		uint32_t v;						\
		__asm__ volatile("movl %%cr" #n ", %0" : "=r"(v));	\
		return v;						\
	}								\
	static inline void write_cr##n(uint32_t v)			\
	{								\
		__asm__ volatile("movl %0, %%cr" #n : : "r"(v)		\
				 : "memory");				\
	}
CR_ACCESS(0)
CR_ACCESS(2)
CR_ACCESS(3)
CR_ACCESS(4)

static inline volatile uint32_t *at32(uint32_t a)
{
	return (volatile uint32_t *)(uintptr_t)a;
}

static inline volatile uint8_t *at8(uint32_t a)
{
	return (volatile uint8_t *)(uintptr_t)a;
}

/* For rt_try(): the smallest accesses. */
void read32(void *at);
void write32(void *at);

#endif
