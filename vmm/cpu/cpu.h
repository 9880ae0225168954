/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - one virtual IA-32 processor: its state and what its parts offer
 * each other.
 *
 * The parts, by file family:
 *   interp.c, block.c	fetch, decode (through ia32/decode), run, leave
 *   int_*.c		integer instructions of every privilege level
 *   sys_*.c		segments, gates, exceptions, tasks, control registers
 *   fpu_*.c		x87, MMX, SSE, SSE2, on the host's own units
 *   ../mmu/		paging, the software TLB, code pages
 *
 * Always true:
 * 1. Between instructions, struct cpu is the whole architectural state
 *    (cpu_fpu_sync() first, where x87 or SSE state may sit in host registers).
 * 2. An instruction that can raise an exception changes no architectural
 *    state before its last point of failure: cpu_raise() never comes back,
 *    and the instruction looks as if it had not begun.
 * 3. While an instruction runs, cpu->eip is the address of that instruction
 *    and cpu->next_eip the one behind it; a jump sets next_eip.
 * 4. gpr[REG_ZERO] is 0, always: an absent base or index register.
 * 5. In real and virtual-8086 mode the segment caches hold base = sel * 16;
 *    nothing but a segment load or a mode change touches them.
 */
#ifndef VMM_CPU_CPU_H
#define VMM_CPU_CPU_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ia32/regs.h"
#include "ia32/types.h"
#include "vmdriver/account.h"

struct bt;
struct cpu;
struct guestmem;
struct mmu;
struct block_cache;

#define REG_ZERO REG_COUNT	/* the index of a register that reads 0 */

/* A segment register: the visible selector and the hidden descriptor. */
struct segment {
	uint32_t base;
	uint32_t limit;	/* in bytes, inclusive; granularity applied */
	uint32_t attr;	/* DESC_*; 0 (not present) for a null selector */
	uint16_t sel;
};

struct dtable {
	uint32_t base;
	uint16_t limit;
};

/* What the processor's pins are connected to; filled in by vmm/. */
struct cpu_pins {
	void *board;
	/* @width: 1, 2 or 4 bytes; a read's unused high bits are 0. */
	uint32_t (*port_read)(void *board, uint16_t port, unsigned int width);
	void (*port_write)(void *board, uint16_t port, unsigned int width,
			   uint32_t value);
	/* Memory that is not RAM. Reads of nothing give all ones. */
	uint32_t (*mmio_read)(void *board, paddr addr, unsigned int width);
	void (*mmio_write)(void *board, paddr addr, unsigned int width,
			   uint32_t value);
	/* The time stamp counter as the guest reads it, before TSC_ADJUST. */
	uint64_t (*tsc)(void *board);
	/* If tsc_is_host, tsc() is the host's counter minus tsc_start while
	 * cpu->hot.tsc_asked is 0. */
	bool tsc_is_host;
	uint64_t tsc_start;
	/* INTA cycle. Return: a vector 0-255. Only when cpu->intr is set. */
	uint8_t (*intr_ack)(void *board);
	/* An IRET that lets interrupts in, when cpu->watch_iret was set, which
	 * it takes back. May be NULL if it never is. */
	void (*intr_over)(void *board);
	/* FERR#: an unmasked x87 error with CR0.NE = 0 (IRQ 13). */
	void (*ferr)(void *board, bool level);
};

/* What setjmp() of cpu->fault returns when raise.c has left an instruction. */
enum cpu_landing { LANDED_FAULT = 1, LANDED_STOP };

/* Why cpu_run() came back. */
enum cpu_exit {
	CPU_EXIT_BUDGET,	/* ran as many instructions as asked for */
	CPU_EXIT_ATTENTION,	/* the attention word is not zero */
	CPU_EXIT_HALT,		/* HLT: waits for an interrupt */
	CPU_EXIT_SHUTDOWN,	/* triple fault; cs:eip is where it began */
	CPU_EXIT_UNIMPLEMENTED,	/* cpu->stop_text says what; eip is there */
};

/* Another engine than the interpreter, which has the first turn at plain
 * instructions: vmm/engine.c joins them. */
struct cpu_engine {
	/* Run as far as it goes; cpu->shadow is gone then, if an instruction
	 * has run. Return: how many instructions the interpreter is to run now;
	 * 0: see what there is. */
	uint64_t (*run)(struct cpu *cpu);
	void (*destroy)(struct cpu *cpu);
};

/* A load of DS or ES with flat data, by vmm/bt/translate_seg.c. Negative, so
 * that a sum tells what is the same. */
struct flat_load {
	uint64_t live;		/* -(attr and sel of the register) */
	uint64_t raw;		/* -the descriptor */
	uint32_t sel;		/* 10000h - the selector; 0: nothing noted */
	uint32_t at;		/* linear address of the descriptor */
};

/* What a store that often touches new pages did last (vmm/bt). */
struct touch {
	uint64_t page;		/* 16 times the address of its page */
	uint64_t minus_page;	/* of its last callout, with the sign changed */
	uint32_t left;		/* stores to that page until the next one */
};
#define TOUCHES 32u

/*
 * The page that an instruction of the guest's kernel which keeps finding other
 * ones used last (vmm/bt): like the processor's TLB, good until that is
 * flushed, or INVLPG drops the page.
 */
struct near_page {
	uint64_t page;		/* 16 times the address of the page of its first
				 * byte, and the same of its last byte, added */
	uint64_t minus_page;	/* of the one known, with the sign changed, or
				 * NEAR_NONE */
	uint64_t host;		/* host address = host + linear address */
};
#define NEAR_PAGES 16u		/* for loads; and so many for stores */
/* NEAR_PAGE() - what @page is then, if all bytes are in the page at @la. Only
 * such a page is ever known. */
#define NEAR_PAGE(la) ((uint64_t)(la) * 32)
#define NEAR_NONE 1u		/* no pages make it 0 */

#define NO_PLAIN_PORT 1u	/* no port number makes it 0 */

/*
 * What translated code (vmm/bt) reads and writes besides the registers. It
 * has meaning only while cpu->bt is not NULL.
 */
struct cpu_hot {
	uint64_t win;		/* host address of guest linear 0 */
	uint32_t *jtab;		/* the window's jump table */
	const uint32_t *segp[2]; /* to the bases of FS and GS; NULL: slow */
	uint32_t iflag;		/* FL_IF or 0, while translated code runs */
	uint32_t sti_poll;	/* not 0: STI must look for an interrupt */
	uint64_t tsc_offset;	/* guest TSC - host TSC */
	uint64_t host_rsp;	/* the stack of C code */
	uint64_t returns;	/* translated code's stack */
	uint32_t reason;	/* why translated code was left */
	uint32_t rest;		/* EFLAGS without FL_ARITH, IF and DF */
	uint64_t segment;	/* r8 in translated code (vmm/bt/bt.h) */
	uint64_t insns;		/* in translated code, if bt->counts */
	uint32_t tsc_asked;	/* not 0: RDTSC has to ask pins.tsc() */
	/* [bt_plain_port()] a port that is as good as memory */
	uint32_t plain_port;	/* minus its number, or NO_PLAIN_PORT */
	uint16_t *plain_word;
	uint64_t plain_count;	/* accesses */
	struct flat_load load[2]; /* ES, DS; LGDT forgets them */
	/* [x87.c] what the x87 pointers became since C code ran last */
	uint32_t x87_note;	/* X87_SS, number of a struct x87_note; or 0 */
	uint32_t x87_seg;	/* enum x87_seg: FDS */
	uint32_t x87_data;	/* FDP, if there is an FDS */
};

struct cpu {
	/* [hot] what most instructions touch */
	uint32_t gpr[REG_COUNT + 1];	/* the last one is REG_ZERO */
	uint32_t eip, next_eip;
	uint32_t aflags;	/* the six FL_ARITH bits in their EFLAGS places;
				 * other bits are noise: mask when reading */
	uint32_t eflags;	/* all other EFLAGS bits; FL_ARITH bits are 0 */
	uint8_t cpl;		/* 0-3; virtual-8086 mode: 3, real mode: 0 */
	bool stack32;		/* SS.B */
	bool code32;		/* CS.D */
	bool intr;		/* the INTR pin: the interrupt controller's */
	bool nmi;		/* an NMI is pending */
	bool nmi_masked;	/* from an NMI's delivery to the next IRET:
				 * a further one has to wait */
	bool halted;
	bool user_ran;		/* was at level 3; who looks clears it */
	uint8_t shadow;		/* SHADOW_*: what one instruction holds off */
	struct cpu_hot hot;
	struct segment seg[SEG_COUNT];

	/* [system] */
	struct segment ldtr, tr;
	struct dtable gdtr, idtr;
	uint32_t cr0, cr2, cr3, cr4;
	uint32_t dr[8];
	uint64_t pdpte[4];	/* PAE: loaded by MOV CR3 and friends */
	uint64_t tsc_offset;	/* guest TSC = pins.tsc() + tsc_offset */
	bool a20_shut;		/* bit 20 of each physical address is 0 */
	uint32_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t msr_pat, msr_apic_base, msr_misc_enable;
	uint32_t pending_db;	/* DR6 bits of a #DB that is due next */

	/* [fpu] owned by fpu_*.c; opaque to the rest */
	struct cpu_fpu *fpu;

	/* [run] */
	struct mmu *mmu;
	struct block_cache *blocks;
	struct bt *bt;		/* the translator, or NULL */
	struct guestmem *ram;
	struct cpu_pins pins;
	const _Atomic uint32_t *attention;	/* not zero: leave soon */
	const struct cpu_engine *engine; /* or NULL: interp only */
	uint64_t insns;		/* instructions completed since reset */
	jmp_buf fault;		/* where raise.c lands: enum cpu_landing */
	bool watch_iret;	/* tell the board of an IRET with IF */
	bool delivering;	/* an exception (for double faults) */
	uint8_t fault_vector;	/* arguments of the cpu_raise() under way */
	bool fault_has_code;
	uint32_t fault_code;
	const char *stop_text;	/* CPU_EXIT_UNIMPLEMENTED: what it was */
	struct account_rows rows; /* what it is busy with */
	struct touch touch[TOUCHES];
	struct near_page near[2][NEAR_PAGES];	/* for loads, for stores */
	bool near_used;		/* some of them are known */
};

#define SHADOW_STI	1u	/* INTR is held off for one instruction */
#define SHADOW_SS	2u	/* INTR, NMI and #DB too: after a load of SS */

/* ---- interp.c ---------------------------------------------------------- */

/**
 * cpu_create() - make a processor and its MMU, block cache and FPU
 * @ram: guest RAM; must outlive the processor
 * @attention: polled at every block end; must outlive the processor
 * @pins: copied
 *
 * The processor is in its reset state (real mode at f000:fff0).
 *
 * Return: the processor, owned by the caller; NULL if out of memory.
 */
struct cpu *cpu_create(struct guestmem *ram, const _Atomic uint32_t *attention,
		       const struct cpu_pins *pins);
void cpu_destroy(struct cpu *cpu);

/* cpu_reset() - the state after RESET# (SDM volume 3, table 9-1). */
void cpu_reset(struct cpu *cpu);

/**
 * cpu_run() - run guest instructions
 * @cpu: the processor
 * @budget: come back after about this many instructions (at a block end)
 *
 * Takes pending interrupts itself (cpu->intr, cpu->nmi) wherever the
 * architecture allows one.
 *
 * Return: why it stopped.
 */
enum cpu_exit cpu_run(struct cpu *cpu, uint64_t budget);

/**
 * cpu_raise() - raise a fault at the instruction under way; never returns
 * @cpu: in cpu_run(), or in what else has armed @cpu->fault
 * @vector: enum vector
 * @code: the error code, pushed only for vectors that have one
 */
_Noreturn void cpu_raise(struct cpu *cpu, uint8_t vector, uint32_t code);

/* cpu_stop() - give up: leave cpu_run() with CPU_EXIT_UNIMPLEMENTED. */
_Noreturn void cpu_stop(struct cpu *cpu, const char *text);

/* The mode as seen by instructions. */
static inline bool cpu_protected(const struct cpu *cpu)
{
	return cpu->cr0 & CR0_PE;
}

static inline bool cpu_v86(const struct cpu *cpu)
{
	return cpu->eflags & FL_VM;
}

/* cpu_interrupted() - does an interrupt wait that is not shut out, by EFLAGS.IF
 * or during an NMI? A shadow may hold it off for one instruction. Not while
 * translated code runs, which keeps IF elsewhere. */
static inline bool cpu_interrupted(const struct cpu *cpu)
{
	return (cpu->intr && (cpu->eflags & FL_IF)) ||
	       (cpu->nmi && !cpu->nmi_masked);
}

/* Real or virtual-8086 mode: a selector is a paragraph number. */
static inline bool cpu_real_segments(const struct cpu *cpu)
{
	return !cpu_protected(cpu) || cpu_v86(cpu);
}

static inline unsigned int cpu_iopl(const struct cpu *cpu)
{
	return (cpu->eflags & FL_IOPL) >> 12;
}

/* cpu_eflags() - the whole EFLAGS image. */
static inline uint32_t cpu_eflags(const struct cpu *cpu)
{
	return cpu->eflags | (cpu->aflags & FL_ARITH) | FL_ONE;
}

/* cpu_set_eflags() - set every EFLAGS bit; the caller checked privileges. */
static inline void cpu_set_eflags(struct cpu *cpu, uint32_t v)
{
	cpu->aflags = v & FL_ARITH;
	cpu->eflags = (v & 0x003f7700u & ~FL_ARITH) | FL_ONE;
}

/* ---- memory (mmu/access.c); all raise faults ---------------------------- */

/*
 * seg_check() - segment limit and type check, then the linear address
 * @seg: enum seg
 * @off: offset of the first byte
 * @len: bytes, at least 1
 * @write: a write will follow
 *
 * Raises #SS(0) for SS, #GP(0) for the others.
 */
laddr seg_check(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t len,
		bool write);

/* Through a segment, at the current privilege level. */
uint8_t mem_read8(struct cpu *cpu, unsigned int seg, uint32_t off);
uint16_t mem_read16(struct cpu *cpu, unsigned int seg, uint32_t off);
uint32_t mem_read32(struct cpu *cpu, unsigned int seg, uint32_t off);
uint64_t mem_read64(struct cpu *cpu, unsigned int seg, uint32_t off);
void mem_write8(struct cpu *cpu, unsigned int seg, uint32_t off, uint8_t v);
void mem_write16(struct cpu *cpu, unsigned int seg, uint32_t off, uint16_t v);
void mem_write32(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t v);
void mem_write64(struct cpu *cpu, unsigned int seg, uint32_t off, uint64_t v);

/* Longer operands (FXSAVE, 10-byte x87, 16-byte SSE): all or nothing. */
void mem_read(struct cpu *cpu, unsigned int seg, uint32_t off, void *buf,
	      uint32_t len);
void mem_write(struct cpu *cpu, unsigned int seg, uint32_t off, const void *buf,
	       uint32_t len);
/* mem_probe_write() - raise now whatever a write there would raise. */
void mem_probe_write(struct cpu *cpu, unsigned int seg, uint32_t off,
		     uint32_t len);
/*
 * mem_align() - #AC if alignment checks are on and the operand, which is
 * @len bytes and about to be accessed, does not lie at a multiple of @unit, a
 * power of two. Operands of 2, 4 and 8 bytes need it not: every access to one
 * has it.
 */
void mem_align(struct cpu *cpu, unsigned int seg, uint32_t off, uint32_t len,
	       uint32_t unit, bool write);

/* By linear address. PRIV_SYSTEM is for what the processor does itself
 * (descriptor tables, TSS, gates' stacks): supervisor whatever the CPL. */
enum priv { PRIV_CPL, PRIV_SYSTEM };
uint16_t lin_read16(struct cpu *cpu, laddr a, enum priv p);
uint32_t lin_read32(struct cpu *cpu, laddr a, enum priv p);
void lin_write8(struct cpu *cpu, laddr a, uint8_t v, enum priv p);
void lin_write16(struct cpu *cpu, laddr a, uint16_t v, enum priv p);
void lin_write32(struct cpu *cpu, laddr a, uint32_t v, enum priv p);
/* lin_probe() - raise now what an access of @len bytes would raise, but for
 * #AC; lin_align() - and that, for operands that must be multiples of @unit. */
void lin_probe(struct cpu *cpu, laddr a, uint32_t len, bool write, enum priv p);
void lin_align(struct cpu *cpu, laddr a, uint32_t unit, enum priv p);

/* ---- vmm/mmu/tlb.c: what system instructions tell the MMU --------------- */

/* mmu_flush() - CR3 was loaded; @global: drop global pages as well. */
void mmu_flush(struct cpu *cpu, bool global);
void mmu_invlpg(struct cpu *cpu, laddr a);
/* mmu_mode_changed() - CR0, CR4 or the privilege level changed: whatever
 * the MMU derived from them is worked out anew. Cheap; call it always. */
void mmu_mode_changed(struct cpu *cpu);
/* mmu_load_pdptes() - PAE: read the four entries CR3 points to.
 * Return: false if a reserved bit is set (the caller raises #GP(0)). */
bool mmu_load_pdptes(struct cpu *cpu, uint32_t cr3);
/* mmu_dma_written() - memory was changed from outside (DMA), from key @key on
 * (vmdriver/guestmem.h): drop the code decoded there. */
void mmu_dma_written(struct cpu *cpu, paddr key, uint64_t len);

/* cpu_a20() - the A20M# pin (SDM volume 3, 20.1.1): false makes bit 20 of each
 * physical address 0. To be called between two instructions, or by one after
 * which translated code looks whether it may go on (a port access). */
void cpu_a20(struct cpu *cpu, bool open);

/* mmu_forget_code() - drop everything decoded or translated (codepage.h). */
void mmu_forget_code(struct cpu *cpu);

/* ---- sys_*.c ------------------------------------------------------------ */

/**
 * seg_load() - load a segment register as MOV, POP and LDS do
 * @seg: enum seg but SEG_CS
 * @sel: selector
 *
 * All checks of the mode under way; sets the accessed bit; raises #GP, #SS,
 * #NP or #TS. Does not set SHADOW_SS: the instruction does.
 */
void seg_load(struct cpu *cpu, unsigned int seg, uint16_t sel);

/**
 * seg_descriptor() - what a segment register was loaded from, in the GDT
 * @s: not a null one
 * @at, @raw: receive its linear address, and all of it
 *
 * Return: false if it lies in the LDT, or says something else by now.
 */
bool seg_descriptor(struct cpu *cpu, const struct segment *s, laddr *at,
		    uint64_t *raw);

/* seg_load_real() - the real-mode and virtual-8086 load: cannot fail. */
void seg_load_real(struct cpu *cpu, unsigned int seg, uint16_t sel);

/* cpu_segments_changed() - refresh cpl, code32, stack32 and the MMU's view
 * after cpu->seg[] or cpu->cpl was set directly. */
void cpu_segments_changed(struct cpu *cpu);

enum event_kind {
	EVENT_FAULT,	/* exception; eip is the faulting instruction */
	EVENT_INTR,	/* external interrupt or NMI */
	EVENT_SOFT,	/* INT n, INT3, INTO: return address is next_eip */
	EVENT_ICEBP,	/* INT1: as a soft one, with no DPL check */
	EVENT_TRAP,	/* #DB after an instruction; eip is the next one */
};

/**
 * cpu_deliver() - go through the IDT
 * @vector: 0-255
 * @kind: where it came from
 * @has_code, @code: the error code, if the vector has one
 *
 * Called with cpu->fault armed: a fault on the way is raised by cpu_raise(),
 * and interp.c's handler applies the rules for contributory exceptions,
 * double and triple faults.
 */
void cpu_deliver(struct cpu *cpu, uint8_t vector, enum event_kind kind,
		 bool has_code, uint32_t code);

/* cpu_write_cr0()/3()/4(): with all side effects; raise #GP(0). */
void cpu_write_cr0(struct cpu *cpu, uint32_t v);
void cpu_write_cr3(struct cpu *cpu, uint32_t v);
void cpu_write_cr4(struct cpu *cpu, uint32_t v);

/* cpu_cpuid() - CPUID with what this processor is and has. */
void cpu_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4]);

/* cpu_data_breakpoint() - does a data access match? Sets pending_db.
 * Called only while cpu->dr[7] enables one (mmu keeps the fast path off). */
void cpu_data_breakpoint(struct cpu *cpu, laddr a, uint32_t len, bool write);

/* cpu_insn_breakpoint() - DR6 bits of the instruction breakpoints at @a, 0
 * if none. Asked before an instruction runs, if DR7 enables anything and
 * EFLAGS.RF is 0: not 0 makes it a #DB fault with these bits in DR6. */
uint32_t cpu_insn_breakpoint(const struct cpu *cpu, laddr a);

/* ---- fpu_*.c ------------------------------------------------------------ */

bool cpu_fpu_create(struct cpu *cpu);	/* false: out of memory */
void cpu_fpu_destroy(struct cpu *cpu);
void cpu_fpu_reset(struct cpu *cpu);
/* cpu_fpu_sync() - bring x87/MMX/SSE state home from host registers. */
void cpu_fpu_sync(struct cpu *cpu);
/* For tests and debuggers: a 512-byte FXSAVE image (32-bit format). */
void cpu_fpu_get(struct cpu *cpu, void *fxsave512);
void cpu_fpu_set(struct cpu *cpu, const void *fxsave512);

#endif
