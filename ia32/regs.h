/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the names of IA-32 registers, flags, vectors and descriptors.
 *
 * Source: Intel SDM volume 1 chapter 3 (registers, EFLAGS), volume 3
 * chapters 2 (control registers), 3 (descriptors) and 6 (vectors).
 */
#ifndef IA32_REGS_H
#define IA32_REGS_H

/* General registers, in the order of their numbers in ModRM. */
enum reg { REG_EAX, REG_ECX, REG_EDX, REG_EBX,
	   REG_ESP, REG_EBP, REG_ESI, REG_EDI, REG_COUNT };

/* Segment registers, in the order of their numbers in ModRM. */
enum seg { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_COUNT };

#define FL_CF	0x00000001u
#define FL_ONE	0x00000002u	/* always 1 */
#define FL_PF	0x00000004u
#define FL_AF	0x00000010u
#define FL_ZF	0x00000040u
#define FL_SF	0x00000080u
#define FL_TF	0x00000100u
#define FL_IF	0x00000200u
#define FL_DF	0x00000400u
#define FL_OF	0x00000800u
#define FL_IOPL	0x00003000u
#define FL_NT	0x00004000u
#define FL_RF	0x00010000u
#define FL_VM	0x00020000u
#define FL_AC	0x00040000u
#define FL_VIF	0x00080000u
#define FL_VIP	0x00100000u
#define FL_ID	0x00200000u
#define FL_ARITH (FL_CF | FL_PF | FL_AF | FL_ZF | FL_SF | FL_OF)

#define CR0_PE	0x00000001u
#define CR0_MP	0x00000002u
#define CR0_EM	0x00000004u
#define CR0_TS	0x00000008u
#define CR0_ET	0x00000010u
#define CR0_NE	0x00000020u
#define CR0_WP	0x00010000u
#define CR0_AM	0x00040000u
#define CR0_NW	0x20000000u
#define CR0_CD	0x40000000u
#define CR0_PG	0x80000000u

#define CR4_VME		0x001u
#define CR4_PVI		0x002u
#define CR4_TSD		0x004u
#define CR4_DE		0x008u
#define CR4_PSE		0x010u
#define CR4_PAE		0x020u
#define CR4_MCE		0x040u
#define CR4_PGE		0x080u
#define CR4_PCE		0x100u
#define CR4_OSFXSR	0x200u
#define CR4_OSXMMEXCPT	0x400u

enum vector {
	VEC_DE = 0, VEC_DB = 1, VEC_NMI = 2, VEC_BP = 3, VEC_OF = 4,
	VEC_BR = 5, VEC_UD = 6, VEC_NM = 7, VEC_DF = 8, VEC_TS = 10,
	VEC_NP = 11, VEC_SS = 12, VEC_GP = 13, VEC_PF = 14, VEC_MF = 16,
	VEC_AC = 17, VEC_MC = 18, VEC_XM = 19,
};

/* Page fault error code. */
#define PFERR_P	1u	/* the page was present: a protection fault */
#define PFERR_W	2u
#define PFERR_U	4u

/*
 * Descriptor attributes as kept in struct segment.attr: the descriptor's
 * second dword with its base and limit bits cleared.
 */
#define DESC_A		0x00000100u	/* data, code: accessed */
#define DESC_W		0x00000200u	/* data: writable */
#define DESC_R		0x00000200u	/* code: readable */
#define DESC_E		0x00000400u	/* data: expands down */
#define DESC_C		0x00000400u	/* code: conforming */
#define DESC_CODE	0x00000800u	/* code, if DESC_S */
#define DESC_TYPE	0x00000f00u
#define DESC_S		0x00001000u	/* 1: code or data, 0: system */
#define DESC_DPL_SHIFT	13
#define DESC_DPL	0x00006000u
#define DESC_P		0x00008000u
#define DESC_AVL	0x00100000u
#define DESC_B		0x00400000u	/* B or D: 32-bit */
#define DESC_G		0x00800000u

#endif
