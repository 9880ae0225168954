/* SPDX-License-Identifier: BSD-2-Clause */
/* engine.c - which engine runs the guest: see engine.h. Here alone interpreter
 * and translator are joined; vmm/cpu knows no other engine. */
#include "vmm/engine.h"

#include <stdio.h>

#include "base/log.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/doorfd.h"
#include "vmm/bt/bt.h"
#include "vmm/bt/lockstep.h"
#include "vmm/cpu/cpu.h"

static void choose_translator(struct cpu *cpu, struct crosspage *cross)
{
	struct bt_host host = bt_host(cross->host_denied);
	const char *why;

	host.code_cache = cross->options.code_cache;
	if (!bt_create(cpu, &host, &why)) {
		snprintf(cross->engine_why, sizeof(cross->engine_why), "%s",
			 why);
		return;
	}
	if (cross->options.engine == ENGINE_LOCKSTEP && !lockstep_create(cpu))
		die("out of memory for lockstep");
	cross->engine_runs = cross->options.engine;
	cpu->bt->counts = cross->options.count_insns;
	cpu->bt->dump = cross->options.dump_stages;
	cpu->bt->dump_fd = DOOR_FD_DUMP;
}

void engine_choose(struct cpu *cpu, struct crosspage *cross)
{
	cross->engine_runs = ENGINE_INTERP;
	if (cross->options.engine != ENGINE_INTERP)
		choose_translator(cpu, cross);
}
