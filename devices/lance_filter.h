/* SPDX-License-Identifier: BSD-2-Clause */
/* lance_filter.h - Am79C970A: which frames are for this station (9.10). */
#ifndef DEVICES_LANCE_FILTER_H
#define DEVICES_LANCE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lance_regs;

/**
 * lance_filter_match() - is a frame for us?
 * @r: the chip: CSR8-11 (LADRF), CSR12-14 (PADR), CSR15 (mode)
 * @dst: six bytes of destination address
 * @how: gets RMD_PAM, RMD_LAFM, RMD_BAM, or 0 (accepted by PROM only)
 */
bool lance_filter_match(const struct lance_regs *r, const uint8_t *dst,
			uint32_t *how);

/**
 * lance_filter_magic() - is this a magic packet for us (CSR5 MPMODE)?
 * @frame: at least six bytes, without FCS
 *
 * It is addressed to PADR (with MPPLBA: to anything that the filters let
 * through), and somewhere in its data PADR follows itself 16 times.
 */
bool lance_filter_magic(const struct lance_regs *r, const uint8_t *frame,
			size_t len);

#endif
