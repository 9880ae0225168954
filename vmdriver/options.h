/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the options of `hostel run` that the VMM world acts on.
 *
 * The command line is read into one of these (vm_config.options); it is copied
 * whole to the cross page, where the VMM has it. Each value has one name all
 * the way. Each world reads its own copy: VMApp never the cross page's.
 */
#ifndef VMDRIVER_OPTIONS_H
#define VMDRIVER_OPTIONS_H

#include <stdint.h>

/* Bounds of code_cache, but for 0. */
#define CODE_CACHE_MIN (256u << 10)
#define CODE_CACHE_MAX (128u << 20)

#define DEBUG_EXIT_NONE UINT32_MAX

struct vmm_options {
	uint64_t moved_rows;	/* --move, bits: rows of pc.def that the other
				 * world answers */
	uint32_t debug_exit_port; /* DEBUG_EXIT_NONE: there is none */
	uint32_t io_path;	/* bits: enum io_path; 0: hosted */
	uint32_t combine_limit;	/* --combine: frames of a card that may wait for
				 * the next world switch */
	uint32_t engine;	/* --cpu: enum engine */
	uint32_t code_cache;	/* bytes of translated code; 0: by guest RAM */
	uint32_t dump_stages;	/* --dump, bits: enum dump_stage */
	uint32_t no_doze;	/* not 0: each tick wakes an idle guest */
	uint32_t stamps;	/* not 0: the times of frames are noted */
	uint32_t count_insns;	/* --count, not 0: translated instructions are
				 * counted, too */
};

#endif
