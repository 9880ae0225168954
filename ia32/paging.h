/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paging.h - the bits of page tables. Source: Intel SDM volume 3, chapter 4.
 */
#ifndef IA32_PAGING_H
#define IA32_PAGING_H

#define PTE_P	0x001u	/* present */
#define PTE_W	0x002u
#define PTE_U	0x004u	/* user */
#define PTE_A	0x020u	/* accessed */
#define PTE_D	0x040u	/* dirty */
#define PTE_PS	0x080u	/* in a directory: a large page */
#define PTE_G	0x100u	/* global */

/* The width of a physical address that CPUID 80000008h would give. */
#define PADDR_BITS 36
#define PAE_ADDR_MASK	0x0000000ffffff000ull
/* Without NX, bits 63:36 of a PAE entry are reserved. */
#define PAE_RSVD	(~0ull << PADDR_BITS)
#define PAE_LARGE_RSVD	0x00000000001fe000ull
/* A PDPTE: bits 2:1 and 8:5 are reserved too. */
#define PDPTE_RSVD	(PAE_RSVD | 0x1e6ull)
/* Without PSE-36, bits 21:13 of a 4 MiB entry are reserved. */
#define PSE_LARGE_RSVD	0x003fe000u

#define PFERR_RSVD	8u	/* #PF error code: a reserved bit was set */

#endif
