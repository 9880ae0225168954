/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the keys of a keyboard (keys.def), found by number, name or keysym.
 */
#ifndef DEVICES_INPUT_KEYS_H
#define DEVICES_INPUT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those that code asks for. */
enum {
	KEY_NO_ESC = 1, KEY_NO_CTRL = 29, KEY_NO_SHIFT = 42,
	KEY_NO_SHIFT_R = 54, KEY_NO_ALT = 56, KEY_NO_CAPS = 58,
	KEY_NO_CTRL_R = 97, KEY_NO_KP_DIVIDE = 98, KEY_NO_PRINT = 99,
	KEY_NO_ALT_R = 100, KEY_NO_HOME = 102, KEY_NO_DELETE = 111,
	KEY_NO_PAUSE = 119,
};

#define KEY_NUMBERS 256u	/* all numbers are below */

struct key_row {
	const char *name;
	uint8_t number;
	uint16_t set1, set2;
	uint8_t set3;
	uint32_t sym, shifted;
};

enum {
	KEYS = 0
#define KEY(name, number, set1, set2, set3, sym, shifted) + 1
#include "devices/input/keys.def"
};

extern const struct key_row key_rows[KEYS];

/* key_of() - Return: the row of key @number, or NULL. */
const struct key_row *key_of(unsigned int number);

/* key_of_set3() - Return: the key with that code of set 3, or NULL. */
const struct key_row *key_of_set3(uint8_t code);

/* key_named() - by name, or by the character that it types without Shift.
 * @len: how many bytes of @name are it. Return: NULL: no key has it. */
const struct key_row *key_named(const char *name, size_t len);

/* key_of_sym() - by X keysym; a printable ASCII character is its own keysym.
 * @shifted: receives whether it takes Shift. Return: NULL: no key has it. */
const struct key_row *key_of_sym(uint32_t sym, bool *shifted);

#endif
