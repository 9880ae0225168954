/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets.h - where enter.S finds things in struct cpu and struct cpu_fpu;
 * run.c holds each line against the struct at compile time.
 */
#ifndef VMM_BT_OFFSETS_H
#define VMM_BT_OFFSETS_H

#define CPU_GPR		0
#define CPU_AFLAGS	44
#define CPU_EFLAGS	48
#define CPU_WIN		64
#define CPU_JTAB	72
#define CPU_IFLAG	96
#define CPU_HOST_RSP	112
#define CPU_RETURNS	120
#define CPU_REST	132
#define CPU_SEGMENT	136
#define CPU_X87_NOTE	224
#define CPU_FPU		520
#define CPU_ATTENTION	648
#define FPU_XMM		512
#define FPU_MXCSR	640
#define MXCSR_DEFAULT	0x1f80

#endif
