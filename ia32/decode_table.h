/* SPDX-License-Identifier: BSD-2-Clause */
/* decode_table.h - the usual instructions, from a table. Private to ia32. */
#ifndef IA32_DECODE_TABLE_H
#define IA32_DECODE_TABLE_H

#include "ia32/decode.h"

/* What decode.c and decode_table.c have in common. */
#define NO_REG	REG_COUNT
#define NO_SEG	0xff

/**
 * decode_table() - decode one instruction if the table has it
 * @out: filled in as by ia32_decode() when it returns IA32_OK
 * @bytes: IA32_MAX_LEN of them
 *
 * Return: false if it is for Zydis to say what these bytes are.
 */
bool decode_table(struct ia32_decoded *out, const uint8_t *bytes, bool code32);

#endif
