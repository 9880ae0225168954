/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eeprom_93c46.h - a serial EEPROM of the 93C46 kind: 64 words of 16 bits
 * behind four pins (Microwire).
 *
 * While CS is high, each rising edge of SK takes one bit from DI. The first
 * 1 is the start bit; two bits of opcode and six of address follow, the
 * highest first:
 *
 *   10 a6		READ; DO then shows a 0, and at each further edge a bit
 *			of the word, of the next word and so on
 *   01 a6 d16		WRITE		00 01xxxx d16	write all (WRAL)
 *   11 a6		ERASE		00 10xxxx	erase all (ERAL)
 *   00 11xxxx		allow writes and erasing (EWEN)
 *   00 00xxxx		forbid them (EWDS); so it is at power-on
 *
 * Erased bits are ones. Writes and erasing happen when CS goes low, and take
 * no time: a driver that raises CS again to ask whether the part is ready
 * sees it on DO at once.
 *
 * Plain data: it may lie in memory that the other world can fill with
 * anything; no value in it leads out of bounds.
 */
#ifndef DEVICES_EEPROM_93C46_H
#define DEVICES_EEPROM_93C46_H

#include <stdbool.h>
#include <stdint.h>

#define EEPROM_93C46_WORDS	64

struct eeprom_93c46 {
	uint16_t word[EEPROM_93C46_WORDS];
	uint16_t data;		/* being shifted, in or out */
	uint8_t command;	/* opcode (bits 7-6) and address (5-0) */
	uint8_t state;		/* what the next bit is */
	uint8_t left;		/* bits until something happens */
	uint8_t writes_allowed;
	uint8_t cs, sk, out;	/* levels of the pins; out is DO */
};

/* eeprom_93c46_power_on() - pins low, writes forbidden; the words stay */
void eeprom_93c46_power_on(struct eeprom_93c46 *e);

/* eeprom_93c46_pins() - the levels of CS, SK and DI are now these */
void eeprom_93c46_pins(struct eeprom_93c46 *e, bool cs, bool sk, bool di);

/* eeprom_93c46_do() - DO's level; 1 (a pull-up) if the part drives nothing */
bool eeprom_93c46_do(const struct eeprom_93c46 *e);

#endif
