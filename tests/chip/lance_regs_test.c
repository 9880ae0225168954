/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_regs_test.c - the Am79C970A's registers, all of them (9.2 to 9.6,
 * 9.12, 9.13): which accesses are legal, what each register reads as after a
 * reset, which bits can be written, when, and what each reset clears. The
 * EEPROM behind BCR19 has a test of its own.
 *
 * The tables here are made from the data sheet's text, not from the chip's
 * own tables: that is what makes them a test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_lance.h"

static uint32_t in(struct lance_bench *b, uint32_t offset, unsigned int width)
{
	uint32_t v = 0x5a5a5a5a;

	assert_int_equal(lance_port_read(&b->chip, offset, width, &v),
			 CHIP_DONE);
	return v;
}

static void out(struct lance_bench *b, uint32_t offset, unsigned int width,
		uint32_t v)
{
	if (lance_port_write(&b->chip, offset, width, v) != CHIP_DONE)
		lance_work(&b->chip);
}

/* start() - running; suspend() - running, then SPND */
static void start(struct lance_bench *b)
{
	bench_open(b);
	bench_start(b, STYLE_PCNET, 0);
}

static void suspend(struct lance_bench *b)
{
	start(b);
	csr_write(b, 5, CSR5_SPND);
	assert_int_equal(csr_read(b, 5), CSR5_SPND);
}

/* ---- 9.2: the window ---------------------------------------------------- */

/* table: the register at @offset in each mode, for its one legal width */
static enum lance_port expect_port(uint32_t offset, unsigned int width,
				   bool write, bool dwio)
{
	static const enum lance_port four[] = {
		LANCE_PORT_RDP, LANCE_PORT_RAP,
		LANCE_PORT_RESET, LANCE_PORT_BDP,
	};

	if (offset < 16)
		return offset + width <= 16 ? LANCE_PORT_APROM :
					      LANCE_PORT_NONE;
	if (!dwio && width == 4 && offset == 16 && write)
		return LANCE_PORT_RDP;
	if (dwio && width == 4 && offset % 4 == 0)
		return four[offset / 4 - 4];
	if (!dwio && width == 2 && offset % 2 == 0 && offset < 24)
		return four[offset / 2 - 8];
	return LANCE_PORT_NONE;
}

static void check_window(struct lance_bench *b, bool dwio)
{
	uint32_t offset;
	unsigned int width;

	for (offset = 0; offset < LANCE_PORTS; offset++) {
		for (width = 1; width <= 4; width *= 2) {
			assert_int_equal(
				lance_port_kind(&b->regs, offset, width, true),
				expect_port(offset, width, true, dwio));
			assert_int_equal(
				lance_port_kind(&b->regs, offset, width, false),
				expect_port(offset, width, false, dwio));
		}
		assert_int_equal(lance_port_kind(&b->regs, offset, 3, true),
				 LANCE_PORT_NONE);
	}
	assert_int_equal(lance_port_kind(&b->regs, LANCE_PORTS, 1, true),
			 LANCE_PORT_NONE);
	assert_int_equal(lance_port_kind(&b->regs, UINT32_MAX, 4, true),
			 LANCE_PORT_NONE);
}

static void every_access_in_both_modes(void **state)
{
	struct lance_bench *b = *state;

	check_window(b, false);
	out(b, 0x10, 4, 0);
	check_window(b, true);
}

/* check_illegal() - such accesses read all ones and change nothing */
static void check_illegal(struct lance_bench *b, bool dwio)
{
	struct lance_regs before = b->regs;
	uint32_t offset;
	unsigned int width;

	for (offset = 0; offset < LANCE_PORTS + 4; offset++) {
		for (width = 1; width <= 4; width *= 2) {
			if (offset < LANCE_PORTS &&
			    expect_port(offset, width, true, dwio))
				continue;
			out(b, offset, width, 0x5555aaaa);
			assert_int_equal(in(b, offset, width),
					 0xffffffffu >> (32 - 8 * width));
		}
	}
	assert_memory_equal(&before, &b->regs, sizeof(before));
}

static void illegal_accesses_do_nothing(void **state)
{
	struct lance_bench *b = *state;

	bcr_write(b, BCR_MISC, BCR2_APROMWE);
	check_illegal(b, false);
	out(b, 0x10, 4, 0);
	check_illegal(b, true);
}

static void switch_to_dwio_and_back(void **state)
{
	struct lance_bench *b = *state;

	/* A DWord read does not switch, nor a DWord write elsewhere. */
	in(b, 0x10, 4);
	out(b, 0x14, 4, 0);
	assert_false(bcr_read(b, BCR_BUS) & BCR18_DWIO);
	/* The data of the switching write reaches the selected register. */
	out(b, 0x12, 2, CSR_PADR);
	out(b, 0x10, 4, 0x9999abcd);
	assert_int_equal(in(b, 0x14, 4), CSR_PADR);
	assert_int_equal(in(b, 0x10, 4), 0xabcd);
	out(b, 0x14, 4, BCR_BUS);
	assert_int_equal(in(b, 0x1c, 4), 0x9081);
	/* DWIO is read only in BCR18; STOP keeps it. */
	out(b, 0x1c, 4, 0x9001);
	assert_int_equal(in(b, 0x1c, 4), 0x9081);
	out(b, 0x14, 4, 0);
	out(b, 0x10, 4, CSR0_STRT);
	out(b, 0x10, 4, CSR0_STOP);
	out(b, 0x14, 4, BCR_BUS);
	assert_int_equal(in(b, 0x1c, 4), 0x9081);
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr_read(b, BCR_BUS), 0x9001);
	/* Nor can BCR18 be used to switch. */
	bcr_write(b, BCR_BUS, 0x9081);
	assert_int_equal(bcr_read(b, BCR_BUS), 0x9001);
}

static void rap_is_eight_bits(void **state)
{
	struct lance_bench *b = *state;

	out(b, 0x12, 2, 0xff7e);
	assert_int_equal(in(b, 0x12, 2), 0x7e);
	start(b);
	out(b, 0x12, 2, 0);
	out(b, 0x10, 2, CSR0_STOP);
	assert_int_equal(in(b, 0x12, 2), 0);
	out(b, 0x12, 2, 0x3b);
	csr_write(b, 0, CSR0_STOP);
	out(b, 0x12, 2, 0x3b);
	in(b, 0x14, 2);
	assert_int_equal(in(b, 0x12, 2), 0);
	out(b, 0x10, 4, 0);
	out(b, 0x14, 4, 0xffffff58);
	assert_int_equal(in(b, 0x14, 4), 0x58);
	/* The chip ID is the one register that has 32 bits. */
	assert_int_equal(in(b, 0x10, 4), 0x02621003);
	lance_hard_reset(&b->chip);
	assert_int_equal(in(b, 0x12, 2), 0);
}

static void aprom_by_every_width(void **state)
{
	struct lance_bench *b = *state;
	uint8_t p[16];
	unsigned int i, mode;

	for (i = 0; i < 16; i++)
		p[i] = (uint8_t)in(b, i, 1);
	for (mode = 0; mode < 2; mode++) {
		for (i = 0; i < 16; i += 2)
			assert_int_equal(in(b, i, 2), get_le16(p + i));
		for (i = 0; i < 16; i += 4)
			assert_int_equal(in(b, i, 4), get_le32(p + i));
		out(b, 0x10, 4, 0);
	}
	assert_int_equal(p[6] | p[7] | p[8], 0);
}

static void aprom_write_needs_apromwe(void **state)
{
	struct lance_bench *b = *state;
	uint32_t was = in(b, 0, 4);

	out(b, 0, 4, 0x44332211);
	assert_int_equal(in(b, 0, 4), was);
	bcr_write(b, BCR_MISC, BCR2_APROMWE | BCR2_ASEL);
	out(b, 0, 2, 0x2211);
	out(b, 2, 1, 0x33);
	assert_int_equal(in(b, 0, 4), (was & 0xff000000) | 0x332211);
	/* It is a shadow: S_RESET keeps it, H_RESET loads it again. */
	in(b, 0x14, 2);
	assert_int_equal(in(b, 0, 2), 0x2211);
	lance_hard_reset(&b->chip);
	assert_int_equal(in(b, 0, 4), was);
}

/* ---- CSRs --------------------------------------------------------------- */

enum when { NEVER, HALTED, ALWAYS };

struct row {
	unsigned int n;
	uint16_t reset;		/* as read after H_RESET */
	uint16_t ones;		/* as read after ffffh was written */
	uint16_t zeroes;	/* as read after 0 was written */
	enum when when;
};

/* Undefined after reset: 0 is our choice. CSR0, 4 and 5 are apart. */
static const struct row csr_rows[] = {
	{ 1, 0, 0xfffc, 0, HALTED }, { 2, 0, 0xffff, 0, HALTED },
	{ 3, 0, 0x5f7f, 0, ALWAYS }, { 6, 0, 0, 0, NEVER },
	{ 7, 0, 0, 0, NEVER },
	{ 8, 0, 0xffff, 0, HALTED }, { 9, 0, 0xffff, 0, HALTED },
	{ 10, 0, 0xffff, 0, HALTED }, { 11, 0, 0xffff, 0, HALTED },
	{ 15, 0, 0xffff, 0, HALTED },
	{ 16, 0, 0xfffc, 0, HALTED }, { 17, 0, 0xffff, 0, HALTED },
	{ 24, 0, 0xffff, 0, HALTED }, { 25, 0, 0xffff, 0, HALTED },
	{ 30, 0, 0xffff, 0, HALTED }, { 31, 0, 0xffff, 0, HALTED },
	{ 46, 0, 0xffff, 0, HALTED }, { 47, 0, 0xffff, 0, HALTED },
	{ 48, 0, 0, 0, NEVER }, { 56, 0, 0, 0, NEVER },
	{ 72, 0, 0xffff, 0, HALTED }, { 74, 0, 0xffff, 0, HALTED },
	{ 76, 0, 0xffff, 0xffff, HALTED }, { 78, 0, 0xffff, 0xffff, HALTED },
	{ 80, 0xd410, 0xffff, 0xc000, HALTED }, { 82, 0, 0xffff, 0, HALTED },
	{ 84, 0, 0xffff, 0, HALTED }, { 85, 0, 0xffff, 0, HALTED },
	{ 86, 0, 0xffff, 0, HALTED },
	{ 88, 0x1003, 0x1003, 0x1003, NEVER },
	{ 89, 0x0262, 0x0262, 0x0262, NEVER },
	{ 94, 0, 0, 0, NEVER }, { 100, 0x0600, 0xffff, 0, HALTED },
	{ 112, 0, 0, 0, NEVER }, { 114, 0, 0, 0, NEVER },
	{ 122, 0, 1, 0, ALWAYS }, { 124, 0, 0, 0, NEVER },
	{ 125, 0, 0, 0, NEVER }, { 127, 0, 0, 0, NEVER },
	{ 128, 0, 0, 0, NEVER }, { 255, 0, 0, 0, NEVER },
};

static void csr_reset_values(void **state)
{
	struct lance_bench *b = *state;

	assert_int_equal(csr_read(b, 0), 0x0004);
	assert_int_equal(csr_read(b, 4), 0x0115);
	assert_int_equal(csr_read(b, 5), 0);
	assert_int_equal(csr_read(b, CSR_STYLE), 0x0200);
}

typedef uint16_t read_fn(struct lance_bench *, unsigned int);
typedef void write_fn(struct lance_bench *, unsigned int, uint16_t);

/* check_masks() - write ones and zeroes, which the chip allows, or not */
static void check_masks(struct lance_bench *b, const struct row *row, bool open,
			read_fn *get, write_fn *set)
{
	uint16_t was = get(b, row->n);

	set(b, row->n, 0xffff);
	assert_int_equal(get(b, row->n), open ? row->ones : was);
	set(b, row->n, 0);
	assert_int_equal(get(b, row->n), open ? row->zeroes : was);
}

static void check_rows(struct lance_bench *b, const struct row *row, size_t n,
		       read_fn *get, write_fn *set)
{
	for (; n > 0; n--, row++) {
		bench_open(b);
		assert_int_equal(get(b, row->n), row->reset);
		check_masks(b, row, row->when, get, set);
		start(b);
		check_masks(b, row, row->when == ALWAYS, get, set);
		suspend(b);
		check_masks(b, row, row->when, get, set);
	}
}

static void csr_values_and_masks(void **state)
{
	check_rows(*state, csr_rows, ARRAY_SIZE(csr_rows), csr_read, csr_write);
}

static void csr1_and_2_have_two_names(void **state)
{
	struct lance_bench *b = *state;

	csr_write(b, 1, 0x1234);
	csr_write(b, 17, 0x5678);
	assert_int_equal(csr_read(b, 16), 0x1234);
	assert_int_equal(csr_read(b, 2), 0x5678);
}

static void csr0_bits_one_by_one(void **state)
{
	static const uint16_t w1c[] = {
		CSR0_BABL, CSR0_CERR, CSR0_MISS, CSR0_MERR, CSR0_RINT,
		CSR0_TINT, CSR0_IDON,
	};
	struct lance_bench *b = *state;
	unsigned int i;

	start(b);
	for (i = 0; i < ARRAY_SIZE(w1c); i++) {
		b->regs.csr[0] |= CSR0_W1C;
		csr_write(b, 0, w1c[i]);
		assert_int_equal(b->regs.csr[0] & CSR0_W1C, CSR0_W1C & ~w1c[i]);
		csr_write(b, 0, (uint16_t)(CSR0_W1C & ~w1c[i]));
		/* ERR follows the four errors. */
		b->regs.csr[0] |= w1c[i];
		assert_int_equal(!!(csr_read(b, 0) & CSR0_ERR), i < 4);
		csr_write(b, 0, w1c[i]);
	}
	/* ERR, INTR, RXON and TXON cannot be written. */
	csr_write(b, 0, CSR0_ERR | CSR0_INTR | CSR0_RXON | CSR0_TXON);
	assert_int_equal(csr_read(b, 0),
			 CSR0_RXON | CSR0_TXON | CSR0_STRT | CSR0_INIT);
	csr_write(b, 0, CSR0_STOP);
	csr_write(b, 0, CSR0_RXON | CSR0_TXON | CSR0_TDMD);
	assert_int_equal(csr_read(b, 0), CSR0_STOP);
	/* Stopped already: another STOP does nothing, not even to IENA. */
	csr_write(b, 0, CSR0_IENA);
	csr_write(b, 0, CSR0_STOP);
	assert_int_equal(csr_read(b, 0), CSR0_STOP | CSR0_IENA);
}

static void csr4_and_csr124(void **state)
{
	static const uint16_t w1c[] = {
		CSR4_MFCO, CSR4_UINT, CSR4_RCVCCO, CSR4_TXSTRT, CSR4_JAB,
	};
	struct lance_bench *b = *state;
	unsigned int i;

	/* Without EN124, CSR124 is closed. */
	csr_write(b, CSR_TEST, 0xffff);
	assert_int_equal(csr_read(b, CSR_TEST), 0);
	csr_write(b, 4, 0xffff);
	assert_int_equal(csr_read(b, 4), 0xfd55 | CSR4_UINT);
	csr_write(b, CSR_TEST, 0xffff);
	assert_int_equal(csr_read(b, CSR_TEST), 0x0018);
	/* Cleared, EN124 does not come back before the next reset. */
	csr_write(b, 4, 0x7c00);
	assert_int_equal(csr_read(b, 4), 0x7c00 | CSR4_UINT);
	csr_write(b, 4, 0xfc40);
	assert_int_equal(csr_read(b, 4), 0x7c00);
	in(b, 0x14, 2);
	assert_int_equal(csr_read(b, 4), 0x0115);
	assert_int_equal(csr_read(b, CSR_TEST), 0);
	csr_write(b, 4, CSR4_EN124);
	assert_int_equal(csr_read(b, 4), CSR4_EN124);
	for (i = 0; i < ARRAY_SIZE(w1c); i++) {
		b->regs.csr[4] |= CSR4_W1C;
		csr_write(b, 4, w1c[i]);
		assert_int_equal(csr_read(b, 4), CSR4_W1C & ~w1c[i]);
	}
}

static void csr5_bits(void **state)
{
	static const uint16_t w1c[] = {
		CSR5_SINT, CSR5_SLPINT, CSR5_EXDINT, CSR5_MPINT,
	};
	struct lance_bench *b = *state;
	unsigned int i;

	/* SPND cannot be set while stopped; 13 and 12 do not exist. */
	csr_write(b, 5, 0xffff);
	assert_int_equal(csr_read(b, 5), 0xc56e);
	csr_write(b, 5, 0);
	assert_int_equal(csr_read(b, 5), 0);
	for (i = 0; i < ARRAY_SIZE(w1c); i++) {
		b->regs.csr[5] |= CSR5_W1C;
		csr_write(b, 5, w1c[i]);
		assert_int_equal(csr_read(b, 5), CSR5_W1C & ~w1c[i]);
	}
}

/* ---- 9.5: who drives INTA ------------------------------------------------ */

struct cause {
	unsigned int csr;	/* with the status bit */
	uint16_t bit;
	unsigned int mask_csr;
	uint16_t mask;
	bool enable;		/* the mask bit is an enable */
	bool always;		/* IENA does not matter */
};

static const struct cause causes[] = {
	{ 0, CSR0_BABL, 3, CSR0_BABL, false, false },
	{ 0, CSR0_MISS, 3, CSR0_MISS, false, false },
	{ 0, CSR0_MERR, 3, CSR0_MERR, false, false },
	{ 0, CSR0_RINT, 3, CSR0_RINT, false, false },
	{ 0, CSR0_TINT, 3, CSR0_TINT, false, false },
	{ 0, CSR0_IDON, 3, CSR0_IDON, false, false },
	{ 4, CSR4_MFCO, 4, CSR4_MFCOM, false, false },
	{ 4, CSR4_UINT, 4, 0, false, false },
	{ 4, CSR4_RCVCCO, 4, CSR4_RCVCCOM, false, false },
	{ 4, CSR4_TXSTRT, 4, CSR4_TXSTRTM, false, false },
	{ 4, CSR4_JAB, 4, CSR4_JABM, false, false },
	{ 5, CSR5_SINT, 5, CSR5_SINTE, true, true },
	{ 5, CSR5_SLPINT, 5, CSR5_SLPINTE, true, true },
	{ 5, CSR5_EXDINT, 5, CSR5_EXDINTE, true, false },
	{ 5, CSR5_MPINT, 5, CSR5_MPINTE, true, false },
};

/* pin() - raise one cause with mask and IENA as told; is INTA active? */
static bool pin(struct lance_bench *b, const struct cause *c, bool mask,
		bool iena, bool *intr)
{
	bench_open(b);
	csr_write(b, 4, 0);		/* its masks are set by a reset */
	csr_write(b, 0, iena ? CSR0_IENA : 0);
	if (mask)
		b->regs.csr[c->mask_csr] |= c->mask;
	b->regs.csr[c->csr] |= c->bit;
	lance_irq_update(&b->chip);
	*intr = csr_read(b, 0) & CSR0_INTR;
	return b->irq;
}

static void every_cause_and_its_mask(void **state)
{
	struct lance_bench *b = *state;
	const struct cause *c;
	bool intr;

	for (c = causes; c < causes + ARRAY_SIZE(causes); c++) {
		assert_true(pin(b, c, c->enable, true, &intr));
		assert_true(intr);
		assert_int_equal(pin(b, c, c->enable, false, &intr), c->always);
		assert_true(intr);
		if (!c->mask)
			continue;
		assert_false(pin(b, c, !c->enable, true, &intr));
		assert_false(intr);
	}
	/* CERR is an error, and never interrupts. */
	bench_open(b);
	csr_write(b, 0, CSR0_IENA);
	b->regs.csr[0] |= CSR0_CERR;
	lance_irq_update(&b->chip);
	assert_false(b->irq);
	assert_int_equal(csr_read(b, 0) & (CSR0_ERR | CSR0_INTR), CSR0_ERR);
}

static void ilacc_has_fewer_causes(void **state)
{
	struct lance_bench *b = *state;

	csr_write(b, 4, 0);
	csr_write(b, 0, CSR0_IENA);
	b->regs.csr[4] |= CSR4_MFCO | CSR4_RCVCCO | CSR4_JAB;
	lance_irq_update(&b->chip);
	assert_true(b->irq);
	bcr_write(b, BCR_STYLE, STYLE_ILACC);
	assert_false(b->irq);
	b->regs.csr[4] |= CSR4_TXSTRT;
	lance_irq_update(&b->chip);
	assert_true(b->irq);
}

static void intlevel_turns_the_pin_over(void **state)
{
	struct lance_bench *b = *state;

	/* The wire's 1 is a low INTA#; active high, idle is low. */
	assert_false(b->irq);
	bcr_write(b, BCR_MISC, BCR2_INTLEVEL | BCR2_ASEL);
	assert_int_equal(bcr_read(b, BCR_MISC), 0x0082);
	assert_true(b->irq);
	csr_write(b, 4, CSR4_UINTCMD);
	assert_true(b->irq);		/* needs IENA, as ever */
	csr_write(b, 0, CSR0_IENA);
	assert_false(b->irq);
	csr_write(b, 4, CSR4_UINT);
	assert_true(b->irq);
	/* Neither STOP nor S_RESET changes it, only H_RESET or the host. */
	csr_write(b, 0, CSR0_STRT);
	csr_write(b, 0, CSR0_STOP);
	in(b, 0x14, 2);
	assert_true(b->irq);
	lance_hard_reset(&b->chip);
	assert_false(b->irq);
	bcr_write(b, BCR_MISC, BCR2_INTLEVEL);
	bcr_write(b, BCR_MISC, 0);
	assert_false(b->irq);
	/* The EEPROM can choose it, too; here by BCR2 and the sum. */
	b->eeprom.word[8] |= BCR2_INTLEVEL;
	b->eeprom.word[15] -= (uint16_t)(BCR2_INTLEVEL << 8);
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr_read(b, BCR_MISC), 0x0082);
	assert_true(b->irq);
}

/* A driver that does not know CSR4 and CSR5 acknowledges all of CSR0, and the
 * pin stays: so it does on a real chip (9.5). Its reset ends that (9.3). */
static void causes_outside_csr0_stay_until_a_reset(void **state)
{
	struct lance_bench *b = *state;
	const struct cause *c;
	bool intr;

	for (c = causes; c < causes + ARRAY_SIZE(causes); c++) {
		if (c->csr == 0)
			continue;
		assert_true(pin(b, c, c->enable, true, &intr));
		csr_write(b, 0, CSR0_W1C | CSR0_IENA);
		csr_write(b, 3, 0x5f00);
		assert_true(b->irq);
		in(b, 0x14, 2);
		/* S_RESET keeps SLPINT and its enable, by the data sheet. */
		assert_int_equal(b->irq, c->csr == 5 && c->bit == CSR5_SLPINT);
		csr_write(b, 5, CSR5_KEPT);
		assert_false(b->irq);
	}
}

/* ---- 9.3: what each reset clears ----------------------------------------- */

/* dirty() - something in every register that a reset may touch */
static void dirty(struct lance_bench *b)
{
	bench_open(b);
	bcr_write(b, BCR_MISC, BCR2_TMAULOOP);
	bcr_write(b, BCR_DUPLEX, 7);
	bcr_write(b, BCR_BUS, 0x5360);
	bcr_write(b, BCR_LATENCY, 0x1234);
	csr_write(b, 4, 0xfc40);
	csr_write(b, CSR_TEST, 0x18);
	csr_write(b, CSR_ALIGN, 1);
	csr_write(b, CSR_FIFO, 0x2222);
	csr_write(b, 82, 0x3333);
	csr_write(b, CSR_BUS_TIMEOUT, 0x4444);
	csr_write(b, CSR_LADRF, 0x5555);
	csr_write(b, CSR_PADR, 0x6666);
	csr_write(b, CSR_IADR_HI, 0x0077);
	csr_write(b, CSR_RX_LENGTH, 0xfffe);
	csr_write(b, 3, 0x5f7f);
	csr_write(b, 5, 0xc56e);
	csr_write(b, 0, CSR0_STRT | CSR0_IENA);
	csr_write(b, CSR_MODE, 0);
	b->regs.csr[CSR_MODE] = 0xffff;
	b->regs.csr[0] |= CSR0_W1C;
	b->regs.csr[4] |= CSR4_W1C;
	b->regs.csr[5] |= CSR5_W1C | CSR5_SPND;
	b->regs.csr[CSR_MISSED] = 8;
	b->regs.csr[CSR_COLLISIONS] = 9;
}

/* what no S_RESET and no STOP touches */
static void check_kept(struct lance_bench *b, uint16_t bcr18)
{
	assert_int_equal(bcr_read(b, BCR_MISC), BCR2_TMAULOOP);
	assert_int_equal(bcr_read(b, BCR_DUPLEX), 7);
	assert_int_equal(bcr_read(b, BCR_BUS), bcr18);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0x1234);
	assert_int_equal(csr_read(b, CSR_LADRF), 0x5555);
	assert_int_equal(csr_read(b, CSR_PADR), 0x6666);
	assert_int_equal(csr_read(b, CSR_IADR_HI), 0x0077);
	assert_int_equal(csr_read(b, CSR_RX_LENGTH), 0xfffe);
	assert_int_equal(csr_read(b, CSR_MISSED), 0);
	assert_int_equal(csr_read(b, CSR_COLLISIONS), 0);
	/* SLPINT and its enable stay, and so does what they ask for. */
	assert_int_equal(csr_read(b, 0), CSR0_STOP | CSR0_INTR);
	assert_true(b->irq);
}

static void what_stop_clears(void **state)
{
	struct lance_bench *b = *state;

	dirty(b);
	csr_write(b, 0, CSR0_STOP | CSR0_STRT | CSR0_INIT | CSR0_IENA);
	check_kept(b, 0x5361);
	assert_int_equal(csr_read(b, 3), 0x5f7f);
	assert_int_equal(csr_read(b, 4), 0xfc00);
	assert_int_equal(csr_read(b, 5), 0xcfee);
	assert_int_equal(csr_read(b, CSR_MODE), 0xffff);
	assert_int_equal(csr_read(b, CSR_FIFO), 0xe222);
	assert_int_equal(csr_read(b, 82), 0x3333);
	assert_int_equal(csr_read(b, CSR_BUS_TIMEOUT), 0x4444);
	assert_int_equal(csr_read(b, CSR_ALIGN), 1);
	assert_int_equal(csr_read(b, CSR_TEST), 0x18);
}

static void check_soft_reset(struct lance_bench *b)
{
	check_kept(b, 0x5261);		/* EXTREQ is gone */
	assert_int_equal(csr_read(b, 3), 0);
	assert_int_equal(csr_read(b, 4), 0x0115);
	assert_int_equal(csr_read(b, 5), CSR5_SLPINT | CSR5_SLPINTE |
						 CSR5_EXDINT | CSR5_EXDINTE);
	assert_int_equal(csr_read(b, CSR_MODE) & 0x4384, 0);
	assert_int_equal(csr_read(b, CSR_FIFO), 0xd410);
	assert_int_equal(csr_read(b, 82), 0);
	assert_int_equal(csr_read(b, CSR_BUS_TIMEOUT), 0x0600);
	assert_int_equal(csr_read(b, CSR_ALIGN), 0);
	assert_int_equal(csr_read(b, CSR_TEST), 0);
}

static void what_a_read_of_reset_clears(void **state)
{
	struct lance_bench *b = *state;

	dirty(b);
	out(b, 0x14, 2, 0);		/* a write is no reset */
	assert_int_equal(csr_read(b, 3), 0x5f7f);
	in(b, 0x14, 2);
	check_soft_reset(b);
	out(b, 0x14, 2, 0);		/* as NE2100 drivers do */
	check_soft_reset(b);
	dirty(b);
	out(b, 0x12, 2, 3);
	out(b, 0x10, 4, 0x5f7f);	/* RDP, in DWIO */
	out(b, 0x18, 4, 0);
	assert_int_equal(in(b, 0x10, 4), 0x5f7f);
	in(b, 0x18, 4);
	check_soft_reset(b);
}

/* ---- 9.13: BCRs ---------------------------------------------------------- */

static const struct row bcr_rows[] = {
	{ 0, 0x0005, 5, 5, NEVER }, { 1, 0x0005, 5, 5, NEVER },
	{ 2, 0x0002, 0x41bf, 0, ALWAYS }, { 3, 0, 0, 0, NEVER },
	/* The link is up: LEDOUT is set where link status is enabled. */
	{ 4, 0x80c0, 0xe3ff, 0, ALWAYS }, { 5, 0x0084, 0xe3ff, 0, ALWAYS },
	{ 6, 0x8088, 0xe3ff, 0, ALWAYS }, { 7, 0x0090, 0xe3ff, 0, ALWAYS },
	{ 8, 0, 0, 0, NEVER }, { 9, 0, 7, 0, ALWAYS },
	{ 10, 0, 0, 0, NEVER }, { 15, 0, 0, 0, NEVER },
	{ 18, 0x9001, 0xf361, 1, HALTED }, { 19, 0xa002, 0xa017, 0xa000,
	  HALTED },
	{ 20, 0x0200, 0x06ff, 0x0200, HALTED },
	{ 22, 0xff06, 0xffff, 0, HALTED },
	{ 23, 0, 0, 0, NEVER }, { 31, 0, 0, 0, NEVER },
	{ 32, 0, 0, 0, NEVER }, { 255, 0, 0, 0, NEVER },
};

static void bcr_values_and_masks(void **state)
{
	check_rows(*state, bcr_rows, ARRAY_SIZE(bcr_rows), bcr_read, bcr_write);
}

static void bcr20_styles(void **state)
{
	static const uint16_t read[] = { 0x0200, 0x0101, 0x0302, 0x0303 };
	struct lance_bench *b = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(read); i++) {
		bcr_write(b, BCR_STYLE, (uint16_t)i);
		assert_int_equal(bcr_read(b, BCR_STYLE), read[i]);
		csr_write(b, CSR_STYLE, (uint16_t)(i | BCR20_APERREN));
		assert_int_equal(csr_read(b, CSR_STYLE),
				 read[i] | BCR20_APERREN);
	}
	/* CSR58 obeys the same rule as its other name. */
	start(b);
	csr_write(b, CSR_STYLE, 0);
	assert_int_equal(bcr_read(b, BCR_STYLE), 0x0302);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_access_in_both_modes), T(illegal_accesses_do_nothing),
		T(switch_to_dwio_and_back), T(rap_is_eight_bits),
		T(aprom_by_every_width), T(aprom_write_needs_apromwe),
		T(csr_reset_values), T(csr_values_and_masks),
		T(csr1_and_2_have_two_names), T(csr0_bits_one_by_one),
		T(csr4_and_csr124), T(csr5_bits),
		T(every_cause_and_its_mask), T(ilacc_has_fewer_causes),
		T(intlevel_turns_the_pin_over),
		T(causes_outside_csr0_stay_until_a_reset),
		T(what_stop_clears), T(what_a_read_of_reset_clears),
		T(bcr_values_and_masks), T(bcr20_styles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
