/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_cpuid.c - what the processor says it is.
 *
 * The model and its reasons: docs/decisions/0001-cpuid-model.md. Nothing is
 * listed that the engine does not do.
 */
#include <string.h>

#include "base/bytes.h"
#include "vmm/cpu/sys.h"

/* Family 6, model 1Ch, stepping 10: in order, so nothing to mitigate. */
#define SIGNATURE	0x000106cau

#define FEAT_FPU	(1u << 0)
#define FEAT_DE		(1u << 2)
#define FEAT_PSE	(1u << 3)
#define FEAT_TSC	(1u << 4)
#define FEAT_MSR	(1u << 5)
#define FEAT_PAE	(1u << 6)
#define FEAT_CX8	(1u << 8)
#define FEAT_SEP	(1u << 11)
#define FEAT_PGE	(1u << 13)
#define FEAT_CMOV	(1u << 15)
#define FEAT_PAT	(1u << 16)
#define FEAT_CLFLUSH	(1u << 19)
#define FEAT_MMX	(1u << 23)
#define FEAT_FXSR	(1u << 24)
#define FEAT_SSE	(1u << 25)
#define FEAT_SSE2	(1u << 26)
#define FEAT_EDX (FEAT_FPU | FEAT_DE | FEAT_PSE | FEAT_TSC | FEAT_MSR | \
		  FEAT_PAE | FEAT_CX8 | FEAT_SEP | FEAT_PGE | FEAT_CMOV | \
		  FEAT_PAT | FEAT_CLFLUSH | FEAT_MMX | FEAT_FXSR | FEAT_SSE | \
		  FEAT_SSE2)
#define FEAT_SSE3	(1u << 0)
#define FEAT_SSSE3	(1u << 9)
#define FEAT_SSE41	(1u << 19)
#define FEAT_SSE42	(1u << 20)
#define FEAT_MOVBE	(1u << 22)
#define FEAT_POPCNT	(1u << 23)
#define FEAT_HYPERVISOR	(1u << 31)
#define FEAT_ECX (FEAT_SSE3 | FEAT_SSSE3 | FEAT_SSE41 | FEAT_SSE42 | \
		  FEAT_MOVBE | FEAT_POPCNT | FEAT_HYPERVISOR)
#define FLUSH_LINE	(64u / 8 << 8)	/* EBX: what CLFLUSH flushes */

#define LEAF_BASIC_MAX	4u
#define LEAF_HV		0x40000000u
#define LEAF_HV_END	0x4fffffffu
#define LEAF_EXT	0x80000000u
#define LEAF_EXT_MAX	0x80000008u

static const char vendor[] = "GenuineIntel";
static const char hypervisor[] = "HostelHostel";
static const char brand[48] = "Hostel virtual CPU";

/* The basic leaves 0 to 3. Leaf 2 is a list of cache and TLB descriptors:
 * those of the caches in leaf 4. */
static const uint32_t basic[][4] = {
	{ LEAF_BASIC_MAX, 0, 0, 0 },
	{ SIGNATURE, FLUSH_LINE, FEAT_ECX, FEAT_EDX },
	{ 0x4fba5901, 0, 0, 0x0e3080b1 },
	{ 0, 0, 0, 0 },
};

/* Leaf 4: L1 data 24 KiB (6 ways), L1 code 32 KiB, L2 512 KiB (8 ways). */
static const uint32_t caches[][4] = {
	{ 0x00000121, 0x0140003f, 63, 1 },
	{ 0x00000122, 0x01c0003f, 63, 1 },
	{ 0x00000143, 0x01c0003f, 1023, 1 },
};

static void leaf_basic(uint32_t leaf, uint32_t subleaf, uint32_t out[4])
{
	if (leaf < sizeof(basic) / sizeof(basic[0]))
		memcpy(out, basic[leaf], sizeof(basic[0]));
	else if (subleaf < sizeof(caches) / sizeof(caches[0]))
		memcpy(out, caches[subleaf], sizeof(caches[0]));
	if (leaf == 0) {
		out[1] = get_le32(vendor);
		out[3] = get_le32(vendor + 4);
		out[2] = get_le32(vendor + 8);
	}
}

static void leaf_extended(uint32_t leaf, uint32_t out[4])
{
	unsigned int i;

	switch (leaf) {
	case LEAF_EXT:
		out[0] = LEAF_EXT_MAX;
		break;
	case LEAF_EXT + 2:
	case LEAF_EXT + 3:
	case LEAF_EXT + 4:
		for (i = 0; i < 4; i++)
			out[i] = get_le32(brand + 4 * i +
					  16 * (leaf - LEAF_EXT - 2));
		break;
	case LEAF_EXT + 6:
		out[2] = 512u << 16 | 6u << 12 | 64;	/* L2, as in leaf 4 */
		break;
	case LEAF_EXT + 7:
		out[3] = 1u << 8;	/* the TSC never changes its rate */
		break;
	case LEAF_EXT + 8:
		out[0] = 32u << 8 | 36;	/* linear, physical address bits */
		break;
	}
}

void cpu_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t out[4])
{
	memset(out, 0, 4 * sizeof(out[0]));
	if (leaf >= LEAF_EXT && leaf <= LEAF_EXT_MAX) {
		leaf_extended(leaf, out);
	} else if (leaf == LEAF_HV) {
		out[0] = LEAF_HV;
		out[1] = get_le32(hypervisor);
		out[2] = get_le32(hypervisor + 4);
		out[3] = get_le32(hypervisor + 8);
	} else if (leaf > LEAF_HV && leaf <= LEAF_HV_END) {
		return;
	} else {
		/* Beyond the last leaf, Intel's processors give the highest
		 * basic one. */
		leaf_basic(MIN(leaf, LEAF_BASIC_MAX), subleaf, out);
	}
}
