/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decode.c - a thin face on Zydis, behind a table of the usual instructions
 * (decode_table.c), which is only there because it is faster.
 *
 * Zydis says how long an instruction is, where its parts are, and whether
 * LOCK and the mandatory prefixes are legal. The rest (which segment, which
 * registers, what is sign-extended) is worked out here from the raw parts:
 * that needs no operand decoding, Zydis's slowest step.
 */
#include "ia32/decode.h"

#include <stdio.h>
#include <Zydis/Zydis.h>

#include "base/bytes.h"
#include "ia32/decode_table.h"
#include "ia32/regs.h"

static const ZydisDecoderMode modes_off[] = {
	/* Codes that mean something only to newer processors: to ours they
	 * are NOPs, BSR, BSF and WBINVD, as they were before. */
	ZYDIS_DECODER_MODE_MPX, ZYDIS_DECODER_MODE_CET,
	ZYDIS_DECODER_MODE_LZCNT, ZYDIS_DECODER_MODE_TZCNT,
	ZYDIS_DECODER_MODE_WBNOINVD, ZYDIS_DECODER_MODE_CLDEMOTE,
};

static void decoder_init(ZydisDecoder *dec, bool code32)
{
	size_t i;

	/* The stack width decides nothing that we take from Zydis. */
	ZydisDecoderInit(dec,
			 code32 ? ZYDIS_MACHINE_MODE_LEGACY_32 :
				  ZYDIS_MACHINE_MODE_LEGACY_16,
			 code32 ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
	for (i = 0; i < sizeof(modes_off) / sizeof(modes_off[0]); i++)
		ZydisDecoderEnableMode(dec, modes_off[i], ZYAN_FALSE);
}

/* prefixes() - PFX_* bits; *seg gets the override or NO_SEG. */
static uint8_t prefixes(const ZydisDecodedInstruction *zi, uint8_t *seg)
{
	uint8_t pfx = 0;
	unsigned int i;

	*seg = NO_SEG;
	for (i = 0; i < zi->raw.prefix_count; i++) {
		switch (zi->raw.prefixes[i].value) {
		case 0x66: pfx |= PFX_66; break;
		case 0x67: pfx |= PFX_67; break;
		case 0xf0: pfx |= PFX_LOCK; break;
		/* Of F2 and F3 the last one counts. */
		case 0xf2: pfx = (pfx & ~PFX_F3) | PFX_F2; break;
		case 0xf3: pfx = (pfx & ~PFX_F2) | PFX_F3; break;
		case 0x26: *seg = SEG_ES; break;
		case 0x2e: *seg = SEG_CS; break;
		case 0x36: *seg = SEG_SS; break;
		case 0x3e: *seg = SEG_DS; break;
		case 0x64: *seg = SEG_FS; break;
		case 0x65: *seg = SEG_GS; break;
		}
	}
	return *seg == NO_SEG ? pfx : pfx | PFX_SEG;
}

/* mem32() - registers of a 32-bit memory operand. Return: its segment. */
static uint8_t mem32(struct ia32_decoded *out,
		     const ZydisDecodedInstruction *zi)
{
	uint8_t base = out->rm;

	if (base == 4) {
		base = zi->raw.sib.base;
		if (zi->raw.sib.index != 4)
			out->index = zi->raw.sib.index;
		out->scale = zi->raw.sib.scale;
	}
	if (base == REG_EBP && out->mod == 0)
		return SEG_DS;	/* a displacement alone */
	out->base = base;
	return base == REG_ESP || base == REG_EBP ? SEG_SS : SEG_DS;
}

/* mem16() - base, index and segment of a 16-bit address (SDM volume 2, table
 * 2-1). Return: the segment register. */
static uint8_t mem16(struct ia32_decoded *out)
{
	static const uint8_t base[8] = { REG_EBX, REG_EBX, REG_EBP, REG_EBP,
					 REG_ESI, REG_EDI, REG_EBP, REG_EBX };
	static const uint8_t index[8] = { REG_ESI, REG_EDI, REG_ESI, REG_EDI,
					  NO_REG, NO_REG, NO_REG, NO_REG };

	if (out->mod == 0 && out->rm == 6)
		return SEG_DS;
	out->base = base[out->rm];
	out->index = index[out->rm];
	return out->base == REG_EBP ? SEG_SS : SEG_DS;
}

/*
 * imm_signed() - is a byte-sized immediate sign-extended?
 *
 * Only group 83, PUSH, IMUL, and relative jumps do that.
 */
static bool imm_signed(uint8_t map, uint8_t op)
{
	return map == 0 && (op == 0x83 || op == 0x6a || op == 0x6b ||
			    (op >= 0x70 && op <= 0x7f) ||
			    (op >= 0xe0 && op <= 0xe3) || op == 0xeb);
}

static void immediates(struct ia32_decoded *out,
		       const ZydisDecodedInstruction *zi)
{
	uint32_t v = (uint32_t)zi->raw.imm[0].value.u;
	unsigned int size = zi->raw.imm[0].size;

	if (size == 8)
		v = imm_signed(out->map, out->opcode) ? (uint32_t)(int8_t)v :
							v & 0xff;
	else if (size == 16 && zi->raw.imm[0].is_relative)
		v = (uint32_t)(int16_t)v;
	else if (size == 16)
		v &= 0xffff;
	out->imm = v;
	out->imm2 = (uint16_t)zi->raw.imm[1].value.u;
}

static void fill_in(struct ia32_decoded *out, bool code32,
		    const ZydisDecodedInstruction *zi)
{
	uint8_t seg, over;

	out->prefix = prefixes(zi, &over);
	out->map = (uint8_t)zi->opcode_map;
	out->opcode = zi->opcode;
	out->len = zi->length;
	out->opsize = code32 != !!(out->prefix & PFX_66) ? 4 : 2;
	out->adsize = code32 != !!(out->prefix & PFX_67) ? 4 : 2;
	out->mod = 0xff;
	out->base = out->index = NO_REG;
	out->disp = (uint32_t)zi->raw.disp.value;
	seg = SEG_DS;
	if (zi->attributes & ZYDIS_ATTRIB_HAS_MODRM) {
		out->mod = zi->raw.modrm.mod;
		out->reg = zi->raw.modrm.reg;
		out->rm = zi->raw.modrm.rm;
		out->modrm = (uint8_t)(out->mod << 6 | out->reg << 3 | out->rm);
		if (out->mod < 3)
			seg = out->adsize == 4 ? mem32(out, zi) : mem16(out);
	}
	out->seg = over != NO_SEG ? over : seg;
	immediates(out, zi);
}

static bool is_prefix(uint8_t byte)
{
	return (byte & 0xe7) == 0x26 || (byte & 0xfc) == 0x64 || byte == 0xf0 ||
	       (byte & 0xfe) == 0xf2;
}

/* is_later_escape() - do the @n bytes begin with what newer processors take for
 * the begin of something longer (3DNow!, VEX, EVEX, XOP), and is an invalid
 * instruction here, whatever follows? */
static bool is_later_escape(const uint8_t *bytes, size_t n)
{
	while (n > 2 && is_prefix(*bytes)) {
		bytes++;
		n--;
	}
	if (n < 2)
		return false;
	switch (bytes[0]) {
	case 0x0f:
		return bytes[1] == 0x0f;
	case 0x62:
	case 0xc4:
	case 0xc5:
		return bytes[1] >= 0xc0;
	case 0x8f:
		return bytes[1] & 0x38;
	}
	return false;
}

enum ia32_status ia32_decode_fully(struct ia32_decoded *out,
				   const uint8_t *bytes, size_t avail,
				   bool code32)
{
	ZydisDecodedInstruction zi;
	ZydisDecoder dec;
	ZyanStatus st;

	*out = (struct ia32_decoded){ .len = 1 };
	if (is_later_escape(bytes, MIN(avail, IA32_MAX_LEN)))
		return IA32_INVALID;
	decoder_init(&dec, code32);
	st = ZydisDecoderDecodeInstruction(
		&dec, NULL, bytes, avail < IA32_MAX_LEN ? avail : IA32_MAX_LEN,
		&zi);
	if (st == ZYDIS_STATUS_NO_MORE_DATA)
		return avail < IA32_MAX_LEN ? IA32_MORE : IA32_TOO_LONG;
	if (st == ZYDIS_STATUS_INSTRUCTION_TOO_LONG)
		return IA32_TOO_LONG;
	if (!ZYAN_SUCCESS(st))
		return IA32_INVALID;
	if (zi.encoding != ZYDIS_INSTRUCTION_ENCODING_LEGACY)
		return IA32_INVALID;
	fill_in(out, code32, &zi);
	return IA32_OK;
}

enum ia32_status ia32_decode(struct ia32_decoded *out, const uint8_t *bytes,
			     size_t avail, bool code32)
{
	if (avail >= IA32_MAX_LEN && decode_table(out, bytes, code32))
		return IA32_OK;
	return ia32_decode_fully(out, bytes, avail, code32);
}

size_t ia32_disasm(char *text, size_t size, const uint8_t *bytes, size_t avail,
		   unsigned int bits, uint64_t ip)
{
	ZydisDecodedInstruction zi;
	ZydisDecodedOperand ops[ZYDIS_MAX_OPERAND_COUNT];
	ZydisFormatter fmt;
	ZydisDecoder dec;

	if (bits == 64)
		ZydisDecoderInit(&dec, ZYDIS_MACHINE_MODE_LONG_64,
				 ZYDIS_STACK_WIDTH_64);
	else
		decoder_init(&dec, bits == 32);
	ZydisFormatterInit(&fmt, ZYDIS_FORMATTER_STYLE_INTEL);
	if (!ZYAN_SUCCESS(
		    ZydisDecoderDecodeFull(&dec, bytes, avail, &zi, ops)) ||
	    !ZYAN_SUCCESS(ZydisFormatterFormatInstruction(
		    &fmt, &zi, ops, zi.operand_count_visible, text, size, ip,
		    NULL))) {
		snprintf(text, size, "(bad)");
		return 1;
	}
	return zi.length;
}
