/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostcall.c - the VMM's side of the door.
 *
 * A call is made in three steps: publish the message, world switch, take in
 * what the host world did meanwhile. Nothing the host answers is trusted
 * further than hostreply_decode() looked at it.
 */
#include "vmm/vmm.h"

#include <string.h>

#include "base/bytes.h"
#include "vmdriver/iopath.h"
#include "vmdriver/worldswitch.h"
#include "vmm/bt/bt.h"
#include "vmm/cpu/cpu.h"
#include "vmm/mmu/window.h"

/* take_dma_log() - drop code decoded from RAM that the host world wrote. */
static void take_dma_log(struct vmm *vmm)
{
	struct dma_log *log = &vmm->cross->dma_log;
	uint32_t i, n = log->count;

	if (n > DMA_LOG_SIZE) {
		vmm->cross->account.host_dma_flushes++;
		mmu_dma_written(vmm->cpu, 0, vmm->ram.file_size);
	} else {
		for (i = 0; i < n; i++)
			mmu_dma_written(vmm->cpu, log->entry[i].key,
					log->entry[i].len);
	}
	log->count = 0;
}

/* account_engine() - the translator's counters, for the report. */
static void account_engine(struct vmm *vmm)
{
	uint64_t *to = vmm->cross->account.engine;
	const struct window_stats *win;
	const struct bt_stats *bt;
	uint64_t plain = bt_plain_count(vmm->cpu);

	account_more(&vmm->cpu->rows, ROW_PORT_RAP, plain);
	vmm->cross->account.ports[CHIP_LANCE_RAP][WORLD_VMM] += plain;
	vmm->cross->account.rows = vmm->cpu->rows;
	if (!vmm->cpu->bt)
		return;
	bt = &vmm->cpu->bt->stats;
	win = windows_stats(vmm->cpu);
#define BT_COUNT(name, text) to[ENGINE_##name] = bt->name;
#define WIN_COUNT(name, text) to[ENGINE_##name] = win->name;
#include "vmdriver/engine.def"
#undef BT_COUNT
#undef WIN_COUNT
}

uint32_t vmm_hostcall(struct vmm *vmm, const struct hostcall *call)
{
	struct crosspage *cross = vmm->cross;
	struct hostreply reply;
	uint64_t now = vmm_now_ns(vmm), away;
	uint8_t row = account_begin(&vmm->cpu->rows, ROW_SWITCH);

	if (cross->options.io_path & IO_PATH_combine)
		sendcombine_switch(&vmm->combine, now, call->kind);
	memcpy(&cross->call, call, sizeof(*call));
	cross->account.switches[call->kind]++;
	cross->account.guest_insns = bt_insns(vmm->cpu);
	cross->account.dropped_writes = vmm->ram.dropped;
	account_engine(vmm);
	cross->call.now_ns = now;
	cross->call.tsc = door_tsc();
	worldswitch(cross, DOOR_VMM);
	cross->vmm_taken_tsc = door_tsc();
	if (!hostreply_decode(cross, &reply)) {
		cross->account.refused_replies++;
		memset(&reply, 0, sizeof(reply));
	}
	away = cross->vmm_taken_tsc - cross->call.tsc;
	if (reply.paused_tsc)
		vmm_clocks_paused(vmm, reply.paused_ns, reply.paused_tsc);
	share_away(&vmm->share, away,
		   cross->vmm_taken_tsc - cross->reply.tsc +
			   (cross->host_taken_tsc - cross->call.tsc));
	gclock_away(&vmm->gclock, call->kind == HOSTCALL_HALT);
	if (call->kind == HOSTCALL_HALT)
		giveback_halted(&vmm->giveback, away - reply.paused_tsc);
	vmm->halt.quiet = call->kind == HOSTCALL_HALT;
	stamps_trip(vmm, call->kind);
	take_dma_log(vmm);
	vmm_follow_map(vmm);
	cpu_a20(vmm->cpu, !cross->pc.a20_shut);
	virq_called(vmm);
	account_to(&vmm->cpu->rows, row);
	return reply.value;
}
