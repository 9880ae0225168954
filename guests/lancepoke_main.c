/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lancepoke - write to the Lance's registers behind its driver's back.
 *
 * usage: lancepoke BASE COUNT SEED	random writes
 *	lancepoke BASE csr|bcr N VALUE	one write (all numbers: 0x is hex)
 *
 * For the guest (static i386, as root), and for tests: the card at I/O port
 * BASE, in WIO mode as Linux's pcnet32 has it, gets COUNT random values in
 * random registers.
 *
 * Always true: no register is written from which the chip takes an address in
 * memory, a length of a ring or the layout of descriptors (CSR1, 2, 16-47, 58,
 * 60-78, 84-86, BCR20), nor INIT with a block that the driver has freed: a
 * real chip would then write anywhere in RAM, and no driver could mend that.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

#define RDP	0x10
#define RAP	0x12
#define BDP	0x16
#define INIT	0x0001		/* of CSR0 */

static const uint8_t csrs[] = { 0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 80,
				82, 100, 112, 114, 122, 124 };
static const uint8_t bcrs[] = { 0, 1, 2, 4, 5, 6, 7, 9, 16, 17, 18, 19, 21,
				22 };

static void reg_write(uint16_t base, uint16_t data, uint8_t n, uint16_t value)
{
	outw(n, (uint16_t)(base + RAP));
	outw(value, (uint16_t)(base + data));
}

static void poke(uint16_t base)
{
	unsigned int i = (unsigned int)random() % (sizeof(csrs) + sizeof(bcrs));
	uint16_t value = (uint16_t)random();

	if (i >= sizeof(csrs)) {
		reg_write(base, BDP, bcrs[i - sizeof(csrs)], value);
		return;
	}
	if (csrs[i] == 0)
		value &= (uint16_t)~INIT;
	reg_write(base, RDP, csrs[i], value);
}

static unsigned long number(const char *s)
{
	return strtoul(s, NULL, 0);
}

int main(int argc, char **argv)
{
	unsigned long i, count;
	uint16_t base;

	if (argc < 4 || iopl(3) < 0) {
		fputs("usage: lancepoke BASE COUNT SEED, or BASE csr|bcr N "
		      "VALUE; as root\n",
		      stderr);
		return 2;
	}
	base = (uint16_t)number(argv[1]);
	if (argc == 5) {
		reg_write(base, argv[2][0] == 'c' ? RDP : BDP,
			  (uint8_t)number(argv[3]), (uint16_t)number(argv[4]));
		return 0;
	}
	count = number(argv[2]);
	srandom((unsigned int)number(argv[3]));
	for (i = 0; i < count; i++)
		poke(base);
	return 0;
}
