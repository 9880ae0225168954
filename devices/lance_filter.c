/* SPDX-License-Identifier: BSD-2-Clause */
/* lance_filter.c - Am79C970A: address filter and magic packets (9.10). */
#include "devices/lance_filter.h"

#include <string.h>

#include "base/bytes.h"
#include "devices/lance_csr.h"

#define HEADER_LEN	14
#define MAGIC_COPIES	16

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* address_hash() - the bit of LADRF that an address selects, 0-63 */
static unsigned int address_hash(const uint8_t *dst)
{
	return ether_crc_bits(dst, 6) >> 26;
}

static bool hash_match(const struct lance_regs *r, const uint8_t *dst)
{
	unsigned int bit = address_hash(dst);

	return r->csr[CSR_LADRF + bit / 16] & (1u << bit % 16);
}

static void padr_bytes(const struct lance_regs *r, uint8_t padr[6])
{
	put_le16(padr, r->csr[CSR_PADR]);
	put_le16(padr + 2, r->csr[CSR_PADR + 1]);
	put_le16(padr + 4, r->csr[CSR_PADR + 2]);
}

/* address_match() - how the address filters see it; 0: not at all */
static uint32_t address_match(const struct lance_regs *r, const uint8_t *dst)
{
	uint16_t mode = r->csr[CSR_MODE];
	uint8_t padr[6];

	if (!(dst[0] & 1)) {
		padr_bytes(r, padr);
		return !(mode & MODE_DRCVPA) && !memcmp(dst, padr, 6) ?
			       RMD_PAM :
			       0;
	}
	if (!(mode & MODE_DRCVBC) && !memcmp(dst, broadcast, 6))
		return RMD_BAM;
	return hash_match(r, dst) ? RMD_LAFM : 0;
}

bool lance_filter_match(const struct lance_regs *r, const uint8_t *dst,
			uint32_t *how)
{
	*how = address_match(r, dst);
	return *how || (r->csr[CSR_MODE] & MODE_PROM);
}

/*
 * The copies may begin anywhere in the data field, behind the length field.
 * The six FFh that senders put before them are no business of this chip.
 */
bool lance_filter_magic(const struct lance_regs *r, const uint8_t *frame,
			size_t len)
{
	uint32_t how = address_match(r, frame);
	uint8_t copies[MAGIC_COPIES * 6];
	unsigned int i;

	if (how != RMD_PAM && !(how && (r->csr[5] & CSR5_MPPLBA)))
		return false;
	if (len < HEADER_LEN)
		return false;
	for (i = 0; i < MAGIC_COPIES; i++)
		padr_bytes(r, copies + (size_t)i * 6);
	return memmem(frame + HEADER_LEN, len - HEADER_LEN, copies,
		      sizeof(copies)) != NULL;
}
