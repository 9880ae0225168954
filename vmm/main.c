/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - hostel-vmm: the process of the VMM world.
 *
 * Started by hostel only, with the descriptors of vmdriver/doorfd.h, so that
 * it is killed when its parent dies, and deaf to the signals that ask for an
 * end (vmapp/vmmproc.c). It maps guest RAM, the cross page and the cards'
 * rings, closes everything else, walls itself in and then waits for the CPU.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/host.h"
#include "base/limits.h"
#include "base/log.h"
#include "vmdriver/affinity.h"
#include "vmdriver/doorfd.h"
#include "vmdriver/worldswitch.h"
#include "vmm/board.h"
#include "vmm/check.h"
#include "vmm/disk.h"
#include "vmm/engine.h"
#include "vmm/nic.h"
#include "vmm/sandbox.h"
#include "vmm/vmm.h"

/*
 * What a guest can make us take beside what is there when it begins: copies of
 * its page tables (16 spaces of 2048), notes on pages with code (a seventh of
 * its memory); with lockstep, what a string instruction wrote. And 32 windows
 * of 4 GiB, which take page tables of ours.
 */
#define GROWS		(256ull << 20)
#define GROWS_LOCKSTEP	(2ull << 30)
#define GROWS_SPACE	(144ull << 30)

/* vmm_limit() - of memory: who is taken over gets no more. */
static void vmm_limit(const struct vmm *vmm)
{
	uint64_t data = GROWS + vmm->ram.file_size / 4;

	if (vmm->cross->options.engine == ENGINE_LOCKSTEP)
		data += GROWS_LOCKSTEP;
	limits_memory(data, data + GROWS_SPACE);
}

/* vmm_attach() - map what VMApp handed over. */
static void vmm_attach(struct vmm *vmm)
{
	struct memfile parts;
	int err;

	vmm->cross = crosspage_attach(DOOR_FD_CROSS);
	if (!vmm->cross)
		die("descriptor %d is not a cross page of this version; "
		    "hostel-vmm is started by 'hostel run', not by hand",
		    DOOR_FD_CROSS);
	parts = vmm->cross->memory;
	err = guestmem_attach(&vmm->ram, DOOR_FD_RAM, &parts);
	if (err)
		die("descriptor %d is not guest memory: %s", DOOR_FD_RAM,
		    strerror(-err));
}

/* vmm_close_sandbox() - keep what is written to: the dump, bells of VMNet and
 * of disk processes. */
static int vmm_close_sandbox(const struct vmm *vmm)
{
	int out[1 + NIC_MAX + VMM_DISKS];
	unsigned int i, n = 0;

	if (vmm->cross->options.dump_stages)
		out[n++] = DOOR_FD_DUMP;
	for (i = 0; i < vmm->nic_count; i++)
		if (vmm->nic[i].rings)
			out[n++] = vmm->nic[i].bell;
	for (i = 0; i < VMM_DISKS; i++)
		if (vmm->disk[i].ch)
			out[n++] = vmm->disk[i].bell;
	return sandbox_close(DOOR_FD_RAM, out, n);
}

int main(int argc, char **argv)
{
	static struct vmm vmm;	/* zeroed; too large for a stack */
	int err;

	log_init("hostel-vmm", LOG_WARN);
	if (argc > 1 && !strcmp(argv[1], "--check"))
		return vmm_check();
	if (argc > 1)
		usage_exit("hostel-vmm: the VMM world of Hostel. It is started "
			   "by 'hostel run', not by hand.\n",
			   argc - 1, argv + 1);
	limits_first();
	vmm_attach(&vmm);
	if (!__builtin_cpu_supports("sse4.2") ||
	    (vmm.cross->host_denied & HOST_BIT(sse42)))
		die("this processor has no SSE4.2, which the guest is told "
		    "of; one made since 2011 has it");
	vmm_board(&vmm);
	engine_choose(vmm.cpu, vmm.cross);
	err = vmm_signals_open(&vmm);
	if (err)
		die("no timer: %s", strerror(-err));
	if (!nic_open(&vmm))
		die("a card's frame rings are not what they should be");
	if (!vmm_disk_open(&vmm))
		die("a disk's channel is not what it should be");
	/* There is no standard error behind the walls. */
	log_keep(vmm.cross->last_words, sizeof(vmm.cross->last_words));
	affinity_all(&vmm.cpus);
	vmm_limit(&vmm);
	err = vmm_close_sandbox(&vmm);
	if (err)
		die("the sandbox can not be closed: %s", strerror(-err));
	affinity_set(&vmm.cpus, vmm.cross->home_cpu);
	worldswitch_wait(vmm.cross, DOOR_VMM);
	vmm_run(&vmm);
}
