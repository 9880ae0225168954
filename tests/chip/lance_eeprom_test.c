/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lance_eeprom_test.c - the Am79C970A and its serial EEPROM (9.2, 9.13): what
 * is loaded after H_RESET and by PREAD, good bytes and bad ones, no EEPROM at
 * all, and the host moving the pins by BCR19.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_lance.h"

#define GOOD	(BCR19_PVALID | BCR19_EEDET)

static void aprom(struct lance_bench *b, uint8_t p[16])
{
	unsigned int i;
	uint32_t v;

	for (i = 0; i < 16; i++) {
		lance_port_read(&b->chip, i, 1, &v);
		p[i] = (uint8_t)v;
	}
}

static uint8_t sum36(const struct lance_bench *b)
{
	unsigned int i, sum = 0;

	for (i = 0; i < 18; i++)
		sum += (b->eeprom.word[i] & 0xffu) + (b->eeprom.word[i] >> 8);
	return (uint8_t)sum;
}

/* adjust() - make the sum right by byte 1Fh, the high half of word 0Fh */
static void adjust(struct lance_bench *b)
{
	b->eeprom.word[15] =
		(uint16_t)(b->eeprom.word[15] + ((0xffu - sum36(b)) << 8));
	assert_int_equal(sum36(b), 0xff);
}

static uint16_t bcr19(struct lance_bench *b)
{
	return bcr_read(b, BCR_EEPROM);
}

/* ---- the host at the pins -------------------------------------------------*/

static void pins(struct lance_bench *b, uint16_t v)
{
	bcr_write(b, BCR_EEPROM, BCR19_EEN | v);
}

/* host_bit() - one clock; Return: EEDO after it */
static unsigned int host_bit(struct lance_bench *b, unsigned int di)
{
	uint16_t v = (uint16_t)(BCR19_ECS | (di ? BCR19_EDI : 0));

	pins(b, v);
	pins(b, v | BCR19_ESK);
	return bcr19(b) & BCR19_EDI;
}

static void host_bits(struct lance_bench *b, unsigned int v, unsigned int n)
{
	while (n--)
		host_bit(b, v >> n & 1);
}

/* host_command() - a selection with @n bits in it */
static void host_command(struct lance_bench *b, unsigned int v, unsigned int n)
{
	pins(b, 0);
	pins(b, BCR19_ECS);
	host_bits(b, v, n);
	pins(b, 0);
}

static uint16_t host_read(struct lance_bench *b, unsigned int word)
{
	unsigned int v = 0, i;

	pins(b, 0);
	pins(b, BCR19_ECS);
	host_bits(b, 0x180 | word, 9);
	assert_false(bcr19(b) & BCR19_EDI);
	for (i = 0; i < 16; i++)
		v = v << 1 | host_bit(b, 0);
	pins(b, 0);
	bcr_write(b, BCR_EEPROM, 0);
	return (uint16_t)v;
}

static void host_write(struct lance_bench *b, unsigned int word, uint16_t v)
{
	host_command(b, 0x130, 9);		/* EWEN */
	host_command(b, (0x140u | word) << 16 | v, 25);
	host_command(b, 0x100, 9);		/* EWDS */
}

/* ---- tests ----------------------------------------------------------------*/

static void a_new_card(void **state)
{
	struct lance_bench *b = *state;
	uint8_t p[16];
	unsigned int i;

	assert_int_equal(sum36(b), 0xff);
	assert_int_equal(bcr19(b), GOOD | BCR19_ESK);
	aprom(b, p);
	for (i = 0; i < 8; i++)
		assert_int_equal(get_le16(p + 2 * i), b->eeprom.word[i]);
	assert_memory_equal(p, bench_mac, 6);
	for (i = 0; i < 3; i++)		/* not before INIT */
		assert_int_equal(csr_read(b, CSR_PADR + i), 0);
	/* Loaded, and equal to the H_RESET values: nobody sees it. */
	assert_int_equal(bcr_read(b, BCR_MISC), 0x0002);
	assert_int_equal(bcr_read(b, 4), 0x80c0);
	assert_int_equal(bcr_read(b, 5), 0x0084);
	assert_int_equal(bcr_read(b, 6), 0x8088);
	assert_int_equal(bcr_read(b, 7), 0x0090);
	assert_int_equal(bcr_read(b, BCR_DUPLEX), 0);
	assert_int_equal(bcr_read(b, BCR_BUS), 0x9001);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0xff06);
}

/* words 8 to 14 and 16: BCR2, 4-7, 9, 18, 22 */
static void registers_are_loaded(void **state)
{
	static const struct {
		unsigned int word, bcr;
		uint16_t in, out;
	} rows[] = {
		{ 8, 2, 0x4100, 0x4100 },
		{ 9, 4, 0x0001, 0x0001 },
		{ 10, 5, 0xe041, 0xe041 },
		{ 11, 6, 0x0202, 0x0202 },
		{ 12, 7, 0x0010, 0x0010 },
		{ 13, 9, 0xffff, 0x0007 },
		/* DWIO and LINBC are not taken from there. */
		{ 14, 18, 0x53e4, 0x5361 },
		{ 16, 22, 0x1234, 0x1234 },
	};
	struct lance_bench *b = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		b->eeprom.word[rows[i].word] = rows[i].in;
	adjust(b);
	/* S_RESET does not read it; H_RESET does. */
	lance_port_read(&b->chip, 0x14, 2, &(uint32_t){ 0 });
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0xff06);
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr19(b), GOOD | BCR19_ESK);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(bcr_read(b, rows[i].bcr), rows[i].out);
}

static void bad_bytes(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;
	uint8_t p[16];

	/* One bit of any of the 36 bytes; the others do not count. */
	for (i = 0; i < 64 * 16; i++) {
		bench_open(b);
		b->eeprom.word[i / 16] ^= (uint16_t)(1u << i % 16);
		bcr_write(b, BCR_MISC, BCR2_TMAULOOP);
		bcr_write(b, BCR_LATENCY, 0x1111);
		bcr_write(b, BCR_EEPROM, BCR19_PREAD);
		assert_int_equal(bcr19(b), i < 18 * 16 ? BCR19_EEDET : GOOD);
		/* Either way not what the host had written. */
		if (i >= 18 * 16 || (i / 16 != 8 && i / 16 != 16)) {
			assert_int_equal(bcr_read(b, BCR_MISC), 0x0002);
			assert_int_equal(bcr_read(b, BCR_LATENCY), 0xff06);
		}
	}
	b->eeprom.word[8] = 0x4000;	/* BCR2, but the sum is wrong now */
	b->eeprom.word[0] = 0x2211;
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr19(b), BCR19_EEDET | BCR19_ESK);
	assert_int_equal(bcr_read(b, BCR_MISC), 0x0002);
	aprom(b, p);
	assert_int_equal(get_le16(p), 0x2211);
}

static void no_eeprom(void **state)
{
	struct lance_bench *b = *state;
	uint8_t p[16];

	b->chip.eeprom = NULL;
	lance_hard_reset(&b->chip);
	assert_int_equal(bcr19(b), BCR19_ESK);
	aprom(b, p);
	assert_int_equal(get_le64(p) | get_le64(p + 8), 0);
	bcr_write(b, BCR_MISC, BCR2_TMAULOOP);
	bcr_write(b, BCR_DUPLEX, 7);
	bcr_write(b, BCR_BUS, 0x5360);
	bcr_write(b, BCR_LATENCY, 0x1234);
	bcr_write(b, BCR_STYLE, STYLE_PCNET);
	pins(b, BCR19_ECS);
	assert_int_equal(bcr19(b), BCR19_EEN | BCR19_ECS);
	pins(b, BCR19_ECS | BCR19_EDI);	/* nobody answers */
	assert_int_equal(bcr19(b), BCR19_EEN | BCR19_ECS);
	bcr_write(b, BCR_EEPROM, BCR19_PREAD);
	assert_int_equal(bcr19(b), 0);
	assert_int_equal(bcr_read(b, BCR_MISC), 0x0002);
	assert_int_equal(bcr_read(b, BCR_DUPLEX), 0);
	assert_int_equal(bcr_read(b, BCR_BUS), 0x9001);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0xff06);
	/* The style is not in the EEPROM. */
	assert_int_equal(bcr_read(b, BCR_STYLE), 0x0302);
}

static void the_host_reads_it(void **state)
{
	struct lance_bench *b = *state;
	unsigned int i;

	for (i = 18; i < 64; i++)
		b->eeprom.word[i] = (uint16_t)(i * 0x1357);
	for (i = 0; i < 64; i++)
		assert_int_equal(host_read(b, i), b->eeprom.word[i]);
	assert_int_equal(bcr19(b), GOOD);
}

static void the_host_changes_the_address(void **state)
{
	static const uint8_t mac[6] = { 0x02, 0x10, 0x20, 0x30, 0x40, 0x50 };
	struct lance_bench *b = *state;
	uint8_t p[16], now[16];
	unsigned int i, old, new;

	aprom(b, p);
	old = p[0] + p[1] + p[2] + p[3] + p[4] + p[5] + p[12] + p[13];
	memcpy(p, mac, 6);
	put_le16(p + 12, (uint16_t)(0x02 + 0x10 + 0x20 + 0x30 + 0x40 + 0x50 +
				    0x11 + 2 * 0x57));
	new = p[0] + p[1] + p[2] + p[3] + p[4] + p[5] + p[12] + p[13];
	for (i = 0; i < 8; i++)
		host_write(b, i, get_le16(p + 2 * i));
	/* What is changed shows when it is read, and not before. */
	aprom(b, now);
	assert_memory_equal(now, bench_mac, 6);
	bcr_write(b, BCR_EEPROM, BCR19_PREAD);
	assert_int_equal(bcr19(b), BCR19_EEDET);
	host_write(b, 15, (uint16_t)(host_read(b, 15) + ((old - new) << 8)));
	bcr_write(b, BCR_EEPROM, BCR19_PREAD);
	assert_int_equal(bcr19(b), GOOD);
	aprom(b, now);
	assert_memory_equal(now, p, 16);
	/* It lasts. */
	lance_hard_reset(&b->chip);
	aprom(b, now);
	assert_memory_equal(now, p, 16);
}

static void een_opens_the_pins(void **state)
{
	struct lance_bench *b = *state;
	struct eeprom_93c46 was = b->eeprom;
	unsigned int i;

	for (i = 0; i < 16; i++) {
		bcr_write(b, BCR_EEPROM, BCR19_ECS | BCR19_EDI);
		bcr_write(b, BCR_EEPROM, BCR19_ECS | BCR19_EDI | BCR19_ESK);
		assert_int_equal(bcr19(b), GOOD | BCR19_ECS | BCR19_ESK);
	}
	assert_memory_equal(&was, &b->eeprom, sizeof(was));
	/* Closing it lets CS fall: the command is over. */
	pins(b, BCR19_ECS);
	host_bits(b, 0x180, 5);
	bcr_write(b, BCR_EEPROM, BCR19_ECS);
	assert_int_equal(host_read(b, 1), b->eeprom.word[1]);
	/* PVALID and EEDET cannot be written. */
	bcr_write(b, BCR_EEPROM, 0);
	assert_int_equal(bcr19(b), GOOD);
	b->eeprom.word[0] ^= 1;
	bcr_write(b, BCR_EEPROM, BCR19_PREAD);
	bcr_write(b, BCR_EEPROM, GOOD);
	assert_int_equal(bcr19(b), BCR19_EEDET);
}

static void pread_goes_before_een(void **state)
{
	struct lance_bench *b = *state;

	pins(b, 0);
	pins(b, BCR19_ECS);
	host_bits(b, 0x181, 9);
	b->eeprom.word[16] = 0x1106;		/* BCR22 */
	adjust(b);
	pins(b, BCR19_PREAD | BCR19_ECS);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0x1106);
	/* CS fell meanwhile, and is high again: a new command. */
	host_bits(b, 0x182, 9);
	assert_false(bcr19(b) & BCR19_EDI);
	assert_int_equal(host_bit(b, 0), b->eeprom.word[2] >> 15);
}

static void only_while_stopped_or_suspended(void **state)
{
	struct lance_bench *b = *state;

	bench_start(b, STYLE_PCNET, 0);
	b->eeprom.word[16] = 0x1106;
	adjust(b);
	bcr_write(b, BCR_EEPROM, BCR19_PREAD | BCR19_EEN | BCR19_ECS);
	assert_int_equal(bcr19(b), GOOD | BCR19_ESK);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0xff06);
	csr_write(b, 5, CSR5_SPND);
	assert_int_equal(host_read(b, 16), 0x1106);
	bcr_write(b, BCR_EEPROM, BCR19_PREAD);
	assert_int_equal(bcr_read(b, BCR_LATENCY), 0x1106);
}

static void dwio_is_no_business_of_the_eeprom(void **state)
{
	struct lance_bench *b = *state;
	uint32_t v;

	lance_port_write(&b->chip, 0x10, 4, 0);
	lance_port_write(&b->chip, 0x14, 4, BCR_EEPROM);
	lance_port_write(&b->chip, 0x1c, 4, BCR19_PREAD);
	lance_port_read(&b->chip, 0x1c, 4, &v);
	assert_int_equal(v, GOOD);
	lance_port_write(&b->chip, 0x14, 4, BCR_BUS);
	lance_port_read(&b->chip, 0x1c, 4, &v);
	assert_int_equal(v, 0x9081);
}

#define T(f) cmocka_unit_test_setup_teardown(f, bench_set_up, bench_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_new_card), T(registers_are_loaded), T(bad_bytes),
		T(no_eeprom), T(the_host_reads_it),
		T(the_host_changes_the_address), T(een_opens_the_pins),
		T(pread_goes_before_een), T(only_while_stopped_or_suspended),
		T(dwio_is_no_business_of_the_eeprom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
