/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * going.h - set a Lance going as a guest does, with rings that are almost
 * right: from pure noise no frame ever comes.
 */
#ifndef TESTS_FUZZ_GOING_H
#define TESTS_FUZZ_GOING_H

#include <stdint.h>

#include "machine/memmap.h"
#include "tests/fuzz/target.h"

#define GOING_RX_RING	0x1000u		/* guest addresses */
#define GOING_TX_RING	0x2000u
#define GOING_DATA	0x4000u
#define GOING_ENTRIES	32u
#define GOING_RAM	0x20000u	/* so much of RAM is used */

/* A way to write to the chip's ports. */
struct going_out {
	void (*write)(void *board, unsigned int offset, unsigned int width,
		      uint32_t value);
	void *board;
};

/* going_csr(), going_bcr() - write a register by its number. */
void going_csr(const struct going_out *out, unsigned int n, uint32_t v);
void going_bcr(const struct going_out *out, unsigned int n, uint32_t v);

/* going_seed() - fuzz_seed() of a target whose input begins with the seed of
 * fuzz_scribble(): half of them with peace. @by, @plus: of the target's own
 * bytes. */
size_t going_seed(unsigned int n, uint8_t *buf, size_t size, unsigned int by,
		  unsigned int plus);

/* going_rings() - fill both rings. @ram: GOING_RAM bytes of the guest's */
void going_rings(struct fuzz_input *in, uint8_t *ram);

/* going_map() - one more region in the address map, over what is used. */
void going_map(struct fuzz_input *in, struct memmap_state *s);

/* going_start() - program the chip, and start it. */
void going_start(struct fuzz_input *in, const struct going_out *out);

#endif
