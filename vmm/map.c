/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - the machine's address map, as the VMM world follows it. */
#include "vmm/vmm.h"

#include "vmm/cpu/cpu.h"
#include "vmm/mmu/mmu.h"

void vmm_follow_map(struct vmm *vmm)
{
	if (guestmem_follow(&vmm->ram, &vmm->cross->pc.memmap))
		mmu_map_changed(vmm->cpu);
}
