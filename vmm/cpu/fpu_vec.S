/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu_vec.S - one stub for each line of fpu_ops.def.
 *
 * All are C functions: uint32_t stub(void *dst, const void *src), so
 *	rdi = the guest's xmm register, 16 bytes, aligned
 *	rsi = the source operand, always in memory
 *	eax = the result, where it is a general register or EFLAGS
 * They use xmm0 and the guest's mm registers (which live in the host's).
 * The opcode is written as bytes, with ModRM 06: register 0, [rsi].
 */
#define P_NP
#define P_66 .byte 0x66;
#define P_F3 .byte 0xf3;
#define P_F2 .byte 0xf2;

#define STUB(name) .balign 16; .globl name; .type name, @function; name:
#define LOAD	movaps (%rdi), %xmm0;	/* the guest's register comes in */
#define STORE	movaps %xmm0, (%rdi);	/* ... and goes home */

#define XOP(p, op, n, c) STUB(fpu_x_##p##_##op) \
	LOAD P_##p .byte 0x0f, 0x##op, 0x06; STORE ret;

#define XSTUB(p, op) XOP(p, op, 0, 0)

/* The predicate is an immediate: eight stubs, 16 bytes apart. */
#define CMP1(p, imm) .balign 16; \
	LOAD P_##p .byte 0x0f, 0xc2, 0x06, imm; STORE ret;
#define XCMP(p, n, c) STUB(fpu_cmp_##p) \
	CMP1(p, 0) CMP1(p, 1) CMP1(p, 2) CMP1(p, 3) \
	CMP1(p, 4) CMP1(p, 5) CMP1(p, 6) CMP1(p, 7)

#define XGPR(p, op, n) STUB(fpu_g_##p##_##op) \
	P_##p .byte 0x0f, 0x##op, 0x06; ret;

#define XCOM(p, op, n) STUB(fpu_c_##p##_##op) \
	LOAD P_##p .byte 0x0f, 0x##op, 0x06; pushfq; pop %rax; ret;

/* Eight registers, 8 bytes apart. */
#define MM1(p, op, modrm) .balign 8; P_##p .byte 0x0f, 0x##op, modrm; ret;
#define MM8(p, op) \
	MM1(p, op, 0x06) MM1(p, op, 0x0e) MM1(p, op, 0x16) MM1(p, op, 0x1e) \
	MM1(p, op, 0x26) MM1(p, op, 0x2e) MM1(p, op, 0x36) MM1(p, op, 0x3e)
#define MOP(op, n) STUB(fpu_m_##op) MM8(NP, op)
#define MSTUB(op) MOP(op, 0)
#define MCVT(p, op, n) STUB(fpu_mcvt_##p##_##op) MM8(p, op)

#define MM38(op, modrm) .balign 8; .byte 0x0f, 0x38, 0x##op, modrm; ret;
#define OP38(op) STUB(fpu_m38_##op) \
	MM38(op, 0x06) MM38(op, 0x0e) MM38(op, 0x16) MM38(op, 0x1e) \
	MM38(op, 0x26) MM38(op, 0x2e) MM38(op, 0x36) MM38(op, 0x3e) \
	STUB(fpu_x38_##op) \
	LOAD .byte 0x66, 0x0f, 0x38, 0x##op, 0x06; STORE ret;

#define X38(op, n, c) STUB(fpu_x38_##op) \
	LOAD .byte 0x66, 0x0f, 0x38, 0x##op, 0x06; STORE ret;

/* A row of 256 stubs, one for each immediate, IMM_STRIDE bytes apart. */
#define X3A(op, n, c) STUB(fpu_x3a_##op) \
	.set i, 0; .rept 256; .balign 16; LOAD \
	.byte 0x66, 0x0f, 0x3a, 0x##op, 0x06, i; STORE ret; \
	.set i, i + 1; .endr;

/* The same, STR_STRIDE bytes apart; rdi points to a struct sse_strings. */
#define XSTR(op) .balign 32; STUB(fpu_str_##op) \
	.set i, 0; .rept 256; .balign 32; \
	movaps (%rdi), %xmm1; mov 32(%rdi), %eax; mov 36(%rdi), %edx; \
	.byte 0x66, 0x0f, 0x3a, 0x##op, 0x0e, i; \
	pushfq; pop %rax; movaps %xmm0, 16(%rdi); mov %ecx, 40(%rdi); ret; \
	.set i, i + 1; .endr;

	.text
STUB(fpu_ptest)
	LOAD ptest (%rsi), %xmm0; pushfq; pop %rax; ret
	.balign 32
#include "vmm/cpu/fpu_ops.def"

	.section .note.GNU-stack, "", @progbits
