/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int_string.c - MOVS CMPS STOS LODS SCAS, with REP.
 *
 * Theory of operation
 *
 * One iteration is one element: its memory access first, then the registers.
 * So a fault in mid-count leaves the registers as of the last whole
 * iteration, and the instruction goes on from there when it is restarted.
 * Between iterations anything asynchronous may be taken: the instruction
 * then ends with next_eip at itself.
 *
 * MOVS and STOS forward move as much as lies in one page at a time, when the
 * fast path allows it.
 */
#include "vmm/cpu/int.h"

#include <string.h>

/* index_get()/index_add() - ESI or EDI, or their low halves. */
static ALWAYS_INLINE uint32_t index_get(const struct cpu *cpu,
					const struct insn *in, unsigned int n)
{
	return in->adsize == 4 ? cpu->gpr[n] : reg16(cpu, n);
}

static ALWAYS_INLINE void index_add(struct cpu *cpu, const struct insn *in,
				    unsigned int n, uint32_t d)
{
	set_reg_os(cpu, n, in->adsize, cpu->gpr[n] + d);
}

static ALWAYS_INLINE uint32_t step_of(const struct cpu *cpu, unsigned int size)
{
	return cpu->eflags & FL_DF ? -(uint32_t)size : size;
}

/* The comparisons of SCAS and CMPS. */
HOST_ALU(compare8, "cmpb", uint8_t)
HOST_ALU(compare16, "cmpw", uint16_t)
HOST_ALU(compare32, "cmpl", uint32_t)

/* One element of each instruction. */
#define ELEMENTS(W, T)							\
static void movs##W##_one(struct cpu *cpu, const struct insn *in)	\
{									\
	uint32_t d = step_of(cpu, sizeof(T));				\
	T v = mem_ld##W(cpu, in->seg, index_get(cpu, in, REG_ESI));	\
									\
	mem_st##W(cpu, SEG_ES, index_get(cpu, in, REG_EDI), v);		\
	index_add(cpu, in, REG_ESI, d);					\
	index_add(cpu, in, REG_EDI, d);					\
}									\
									\
static void stos##W##_one(struct cpu *cpu, const struct insn *in)	\
{									\
	mem_st##W(cpu, SEG_ES, index_get(cpu, in, REG_EDI),		\
		  reg##W(cpu, REG_EAX));				\
	index_add(cpu, in, REG_EDI, step_of(cpu, sizeof(T)));		\
}									\
									\
static void lods##W##_one(struct cpu *cpu, const struct insn *in)	\
{									\
	set_reg##W(cpu, REG_EAX,					\
		   mem_ld##W(cpu, in->seg,				\
			     index_get(cpu, in, REG_ESI)));		\
	index_add(cpu, in, REG_ESI, step_of(cpu, sizeof(T)));		\
}									\
									\
static void scas##W##_one(struct cpu *cpu, const struct insn *in)	\
{									\
	T v = mem_ld##W(cpu, SEG_ES, index_get(cpu, in, REG_EDI));	\
									\
	compare##W(cpu, reg##W(cpu, REG_EAX), v);			\
	index_add(cpu, in, REG_EDI, step_of(cpu, sizeof(T)));		\
}									\
									\
static void cmps##W##_one(struct cpu *cpu, const struct insn *in)	\
{									\
	/* Of two faults the host takes this one. */			\
	T b = mem_ld##W(cpu, SEG_ES, index_get(cpu, in, REG_EDI));	\
	T a = mem_ld##W(cpu, in->seg, index_get(cpu, in, REG_ESI));	\
	uint32_t d = step_of(cpu, sizeof(T));				\
									\
	compare##W(cpu, a, b);						\
	index_add(cpu, in, REG_ESI, d);					\
	index_add(cpu, in, REG_EDI, d);					\
}

ELEMENTS(8, uint8_t)
ELEMENTS(16, uint16_t)
ELEMENTS(32, uint32_t)

/* ---- repetition ------------------------------------------------------- */

static uint32_t count_get(const struct cpu *cpu, const struct insn *in)
{
	return index_get(cpu, in, REG_ECX);
}

/* must_pause() - is there something to take between two iterations? */
static bool must_pause(const struct cpu *cpu)
{
	return (cpu->eflags & FL_TF) || cpu->nmi || cpu->pending_db ||
	       (cpu->intr && (cpu->eflags & FL_IF)) || cpu->mmu->code->cut ||
	       atomic_load_explicit(cpu->attention, memory_order_relaxed);
}

/*
 * bulk_count() - elements that can be moved at once
 * @len: bytes left in the page(s); 0 if not even one element fits
 */
static uint32_t bulk_count(const struct cpu *cpu, const struct insn *in,
			   unsigned int size, uint32_t len)
{
	return MIN(count_get(cpu, in), len / size);
}

static bool bulk_allowed(const struct cpu *cpu, const struct insn *in)
{
	return in->adsize == 4 && !(cpu->eflags & (FL_DF | FL_TF));
}

/* page_left() - bytes from an offset in a segment to the end of its page. */
static uint32_t page_left(const struct cpu *cpu, unsigned int seg, uint32_t off)
{
	return PAGE_SIZE - ((cpu->seg[seg].base + off) & PAGE_MASK);
}

/*
 * copy_up() - copy as single elements in rising order would: what a
 * destination a little above its source makes of it is a pattern.
 */
static void copy_up(uint8_t *to, const uint8_t *from, uint32_t len,
		    unsigned int size)
{
	uint32_t i;

	if (to <= from || to >= from + len) {
		memmove(to, from, len);
		return;
	}
	for (i = 0; i < len; i += size)
		memmove(to + i, from + i, size);
}

/* movs_bulk() - Return: elements moved, 0 if the slow way must be taken. */
static uint32_t movs_bulk(struct cpu *cpu, const struct insn *in,
			  unsigned int size)
{
	uint32_t si = cpu->gpr[REG_ESI], di = cpu->gpr[REG_EDI], n, len;
	const void *from;
	void *to;

	if (!bulk_allowed(cpu, in))
		return 0;
	n = bulk_count(cpu, in, size,
		       MIN(page_left(cpu, in->seg, si),
			   page_left(cpu, SEG_ES, di)));
	len = n * size;
	if (n == 0 || !(from = mem_host(cpu, in->seg, si, len, false)) ||
	    !(to = mem_host(cpu, SEG_ES, di, len, true)))
		return 0;
	copy_up(to, from, len, size);
	cpu->gpr[REG_ESI] += len;
	cpu->gpr[REG_EDI] += len;
	return n;
}

static uint32_t stos_bulk(struct cpu *cpu, const struct insn *in,
			  unsigned int size)
{
	uint32_t di = cpu->gpr[REG_EDI], a = cpu->gpr[REG_EAX], n, i;
	uint8_t *to;

	if (!bulk_allowed(cpu, in))
		return 0;
	n = bulk_count(cpu, in, size, page_left(cpu, SEG_ES, di));
	if (n == 0 || !(to = mem_host(cpu, SEG_ES, di, n * size, true)))
		return 0;
	if (size == 1 || a == (a & 0xff) * 0x01010101u) {
		memset(to, (int)(a & 0xff), n * size);
	} else {
		for (i = 0; i < n; i++)
			memcpy(to + i * size, &a, size);
	}
	cpu->gpr[REG_EDI] += n * size;
	return n;
}

/* What repeats, and when it stops. */
enum rep_kind { REP_PLAIN, REP_COMPARE };
typedef uint32_t bulk_fn(struct cpu *cpu, const struct insn *in,
			 unsigned int size);

/* compare_goes_on() - REPE goes on while equal, REPNE while not. */
static bool compare_goes_on(const struct cpu *cpu, const struct insn *in)
{
	return !!(cpu->aflags & FL_ZF) == !!(in->prefix & PFX_F3);
}

/*
 * repeat() - run a string instruction with or without REP
 * @one: does one element
 * @bulk: does many at once, or NULL
 * @size: bytes of an element
 */
static ALWAYS_INLINE void repeat(struct cpu *cpu, const struct insn *in,
				 insn_fn *one, bulk_fn *bulk, unsigned int size,
				 enum rep_kind kind)
{
	uint32_t n;

	if (!(in->prefix & (PFX_F2 | PFX_F3))) {
		one(cpu, in);
		return;
	}
	while (count_get(cpu, in) != 0) {
		n = bulk ? bulk(cpu, in, size) : 0;
		if (n == 0) {
			one(cpu, in);
			n = 1;
		}
		index_add(cpu, in, REG_ECX, -n);
		if (kind == REP_COMPARE && !compare_goes_on(cpu, in))
			return;
		if (UNLIKELY(must_pause(cpu)) && count_get(cpu, in) != 0) {
			cpu->next_eip = cpu->eip;
			return;
		}
	}
}

#define INSNS(W)							\
static void movs##W(struct cpu *cpu, const struct insn *in)		\
{									\
	repeat(cpu, in, movs##W##_one, movs_bulk, W / 8, REP_PLAIN);	\
}									\
									\
static void stos##W(struct cpu *cpu, const struct insn *in)		\
{									\
	repeat(cpu, in, stos##W##_one, stos_bulk, W / 8, REP_PLAIN);	\
}									\
									\
static void lods##W(struct cpu *cpu, const struct insn *in)		\
{									\
	repeat(cpu, in, lods##W##_one, NULL, W / 8, REP_PLAIN);		\
}									\
									\
static void scas##W(struct cpu *cpu, const struct insn *in)		\
{									\
	repeat(cpu, in, scas##W##_one, NULL, W / 8, REP_COMPARE);	\
}									\
									\
static void cmps##W(struct cpu *cpu, const struct insn *in)		\
{									\
	repeat(cpu, in, cmps##W##_one, NULL, W / 8, REP_COMPARE);	\
}

INSNS(8)
INSNS(16)
INSNS(32)

#define ROW(op) { op##8, op##16, op##32 }
static insn_fn *const movs[3] = ROW(movs);
static insn_fn *const stos[3] = ROW(stos);
static insn_fn *const lods[3] = ROW(lods);
static insn_fn *const scas[3] = ROW(scas);
static insn_fn *const cmps[3] = ROW(cmps);

insn_fn *int_string_select(const struct insn *in)
{
	unsigned int width = !(in->opcode & 1) ? 0 : in->opsize == 2 ? 1 : 2;

	if (in->map != MAP_1BYTE)
		return NULL;
	switch (in->opcode) {
	case 0xa4: case 0xa5: return movs[width];
	case 0xa6: case 0xa7: return cmps[width];
	case 0xaa: case 0xab: return stos[width];
	case 0xac: case 0xad: return lods[width];
	case 0xae: case 0xaf: return scas[width];
	default: return NULL;
	}
}
