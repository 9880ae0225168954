/* SPDX-License-Identifier: BSD-2-Clause */
/* going.c - set a Lance going: see going.h. */
#include "tests/fuzz/going.h"

#include "base/bytes.h"
#include "base/check.h"
#include "devices/lance_bits.h"

#define PORT_RDP 0x10u
#define PORT_RAP 0x12u
#define PORT_BDP 0x16u

size_t going_seed(unsigned int n, uint8_t *buf, size_t size, unsigned int by,
		  unsigned int plus)
{
	size_t i;

	if (n >= 12)
		return 0;
	i = fuzz_noise(buf, size, 700, n, by, plus);
	put_le32(buf, n < 6 ? 0 : n * 0x9e3779b9u);
	return i;
}

void going_csr(const struct going_out *out, unsigned int n, uint32_t v)
{
	out->write(out->board, PORT_RAP, 2, n);
	out->write(out->board, PORT_RDP, 2, v);
}

void going_bcr(const struct going_out *out, unsigned int n, uint32_t v)
{
	out->write(out->board, PORT_RAP, 2, n);
	out->write(out->board, PORT_BDP, 2, v);
}

/* entry() - a descriptor of style 2: owned, in RAM, of a usual length; what
 * the input has beyond that, it changes. */
static void entry(struct fuzz_input *in, uint8_t *e, unsigned int i)
{
	static const uint16_t lengths[] = { 60, 1514, 64, 256, 14, 1519, 0,
					    4095 };
	uint8_t how = fuzz_byte(in);
	uint32_t len = lengths[(how >> 5) & 7];
	uint32_t flags = (0u - len) & 0xffff;

	flags |= how & 1 ? 0 : DESC_OWN;
	flags |= how & 2 ? 0 : DESC_STP;
	flags |= how & 4 ? 0 : DESC_ENP;
	flags ^= how & 8 ? fuzz_long(in) : 0;
	put_le32(e, 0);
	put_le32(e + 4, flags);
	put_le32(e + 8, GOING_DATA + i * 0x800);
	if (how & 16)
		put_le32(e + 8, fuzz_long(in));
}

void going_rings(struct fuzz_input *in, uint8_t *ram)
{
	unsigned int i;

	for (i = 0; i < GOING_ENTRIES; i++) {
		entry(in, ram + GOING_RX_RING + i * 16, i);
		entry(in, ram + GOING_TX_RING + i * 16, i);
	}
}

void going_start(struct fuzz_input *in, const struct going_out *out)
{
	uint8_t how = fuzz_byte(in);

	going_csr(out, 0, CSR0_STOP);
	going_bcr(out, BCR_STYLE, how & 1 ? STYLE_PCNET2 : how >> 5);
	going_csr(out, CSR_MODE, how & 2 ? MODE_PROM : fuzz_word(in));
	going_csr(out, CSR_RX_BASE, GOING_RX_RING);
	going_csr(out, CSR_TX_BASE, GOING_TX_RING);
	going_csr(out, CSR_RX_LENGTH, (uint16_t)-GOING_ENTRIES);
	going_csr(out, CSR_TX_LENGTH, (uint16_t)-GOING_ENTRIES);
	if (how & 4)
		going_csr(out, fuzz_byte(in) % 128, fuzz_word(in));
	if (how & 8)
		going_bcr(out, fuzz_byte(in) % 64, fuzz_word(in));
	going_csr(out, 0, CSR0_STRT | CSR0_IENA | CSR0_TDMD);
}

void going_map(struct fuzz_input *in, struct memmap_state *s)
{
	struct memmap_region *r = &s->region[fuzz_byte(in) % MEMMAP_REGIONS];

	r->first = fuzz_byte(in) % (GOING_RAM / MEMMAP_PAGE) * MEMMAP_PAGE;
	r->size = fuzz_byte(in) % 64 * MEMMAP_PAGE;
	r->at = (uint64_t)fuzz_word(in) * (MEMMAP_PAGE / 16);
	r->kind = fuzz_byte(in) % 8;
	r->access = fuzz_byte(in);
	s->generation++;
}
