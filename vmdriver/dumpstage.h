/* SPDX-License-Identifier: BSD-2-Clause */
/* dumpstage.h - the stages of the translator that --dump can tell of. */
#ifndef VMDRIVER_DUMPSTAGE_H
#define VMDRIVER_DUMPSTAGE_H

#define DUMP_STAGES(X) \
	X(block) X(translate) X(emit) X(cache) X(chain) X(fault)

#define DUMP_STAGE(name) DUMP_##name,
enum dump_stage { DUMP_STAGES(DUMP_STAGE) DUMP_STAGE_COUNT };
#undef DUMP_STAGE

#endif
