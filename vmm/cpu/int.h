/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * int.h - what the int_*.c files share: flags as the host computes them,
 * memory operands that are read and written back. Private to that family.
 *
 * Undefined flags are not free: programs see them. So each operation that
 * changes flags is done by the host's own instruction at the same width, and
 * its flags are taken from there; where the host leaves some unchanged, the
 * guest's are loaded first.
 */
#ifndef VMM_CPU_INT_H
#define VMM_CPU_INT_H

#include "vmm/cpu/insn.h"
#include "vmm/mmu/access.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/*
 * Flags cross into an asm statement in AX: AH as LAHF and SAHF have them,
 * AL bit 0 is OF. HOST_FLAGS_IN turns AX into flags, HOST_FLAGS_OUT back.
 * (Adding 7Fh to AL overflows just when it was 1; SAHF leaves OF alone.)
 */
#define HOST_FLAGS_IN	"addb $0x7f, %%al\n\tsahf\n\t"
#define HOST_FLAGS_OUT	"\n\tlahf\n\tseto %%al"

static ALWAYS_INLINE uint32_t flags_to_ax(uint32_t aflags)
{
	return (aflags & 0xd5) << 8 | (aflags >> 11 & 1);
}

static ALWAYS_INLINE uint32_t flags_from_ax(uint32_t ax)
{
	return (ax >> 8 & 0xd5) | (ax & 1) << 11;
}

/* HOST_ALU() - make a function of the host's instruction "op b, a", which
 * sets all flags; HOST_ALU_IN() - of one that leaves some as they were. */
#define HOST_ALU(name, op, T)						\
static ALWAYS_INLINE T name(struct cpu *cpu, T a, T b)			\
{									\
	uint32_t ax;							\
									\
	__asm__(op " %[b], %[a]" HOST_FLAGS_OUT				\
		: [a] "+r" (a), "=&a" (ax) : [b] "r" (b) : "cc");	\
	cpu->aflags = flags_from_ax(ax);				\
	return a;							\
}

#define HOST_ALU_IN(name, op, T)					\
static ALWAYS_INLINE T name(struct cpu *cpu, T a, T b)			\
{									\
	uint32_t ax = flags_to_ax(cpu->aflags);				\
									\
	__asm__(HOST_FLAGS_IN op " %[b], %[a]" HOST_FLAGS_OUT		\
		: [a] "+r" (a), "+&a" (ax) : [b] "r" (b) : "cc");	\
	cpu->aflags = flags_from_ax(ax);				\
	return a;							\
}

static ALWAYS_INLINE uint32_t reg32(const struct cpu *cpu, unsigned int n)
{
	return cpu->gpr[n];
}

static ALWAYS_INLINE void set_reg32(struct cpu *cpu, unsigned int n, uint32_t v)
{
	cpu->gpr[n] = v;
}

/*
 * The rmw_ld and rmw_st functions, of 8, 16 and 32 bits, are the two halves of
 * a memory operand that is read and written back. The load makes sure that the
 * store cannot fail; *@host carries the fast path's pointer from one to the
 * other.
 */
#define RMW(W, T, GET, PUT)						\
static ALWAYS_INLINE T rmw_ld##W(struct cpu *cpu, const struct insn *in,\
				 uint32_t ea, void **host)		\
{									\
	*host = mem_host(cpu, in->seg, ea, sizeof(T), true);		\
	if (LIKELY(*host))						\
		return GET(*host);					\
	mem_probe_write(cpu, in->seg, ea, sizeof(T));			\
	return mem_read##W(cpu, in->seg, ea);				\
}									\
									\
static ALWAYS_INLINE void rmw_st##W(struct cpu *cpu,			\
				    const struct insn *in, uint32_t ea,	\
				    void *host, T v)			\
{									\
	if (LIKELY(host))						\
		PUT(host, v);						\
	else								\
		mem_write##W(cpu, in->seg, ea, v);			\
}

static ALWAYS_INLINE uint8_t get_u8(const void *p)
{
	return *(const uint8_t *)p;
}

static ALWAYS_INLINE void put_u8(void *p, uint8_t v)
{
	*(uint8_t *)p = v;
}

RMW(8, uint8_t, get_u8, put_u8)
RMW(16, uint16_t, get_le16, put_le16)
RMW(32, uint32_t, get_le32, put_le32)

/* Operand "E" of the manual's opcode map, by width: register or memory. */
static ALWAYS_INLINE uint8_t e_ld8(struct cpu *cpu, const struct insn *in)
{
	return insn_is_mem(in) ? mem_ld8(cpu, in->seg, insn_ea(cpu, in)) :
				 reg8(cpu, in->rm);
}

static ALWAYS_INLINE uint16_t e_ld16(struct cpu *cpu, const struct insn *in)
{
	return insn_is_mem(in) ? mem_ld16(cpu, in->seg, insn_ea(cpu, in)) :
				 reg16(cpu, in->rm);
}

static ALWAYS_INLINE uint32_t e_ld32(struct cpu *cpu, const struct insn *in)
{
	return insn_is_mem(in) ? mem_ld32(cpu, in->seg, insn_ea(cpu, in)) :
				 reg32(cpu, in->rm);
}

/* cond() - condition code @cc (0-15) of Jcc, SETcc and CMOVcc. */
static ALWAYS_INLINE bool cond(const struct cpu *cpu, unsigned int cc)
{
	uint32_t f = cpu->aflags;
	bool yes;

	switch (cc >> 1) {
	case 0: yes = f & FL_OF; break;
	case 1: yes = f & FL_CF; break;
	case 2: yes = f & FL_ZF; break;
	case 3: yes = f & (FL_CF | FL_ZF); break;
	case 4: yes = f & FL_SF; break;
	case 5: yes = f & FL_PF; break;
	case 6: yes = (f >> 7 ^ f >> 11) & 1; break;
	default: yes = ((f >> 7 ^ f >> 11) & 1) || (f & FL_ZF); break;
	}
	return yes != (cc & 1);
}

/* The handler of one that is the file's own, or NULL. */
insn_fn *int_alu_select(const struct insn *in);
insn_fn *int_shift_select(const struct insn *in);
insn_fn *int_muldiv_select(const struct insn *in);
insn_fn *int_bits_select(const struct insn *in);
insn_fn *int_mov_select(const struct insn *in);
insn_fn *int_xchg_select(const struct insn *in);
insn_fn *int_stack_select(const struct insn *in);
insn_fn *int_flow_select(const struct insn *in);
insn_fn *int_string_select(const struct insn *in);
insn_fn *int_misc_select(const struct insn *in);

#endif
