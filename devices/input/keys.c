/* SPDX-License-Identifier: BSD-2-Clause */
/* keys.c - the keys of a keyboard: see keys.h. */
#include "devices/input/keys.h"

#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

const struct key_row key_rows[KEYS] = {
#define KEY(name, number, set1, set2, set3, sym, shifted) \
	{ name, number, set1, set2, set3, sym, shifted },
#include "devices/input/keys.def"
};

static const struct { const char *name; uint8_t number; } aliases[] = {
#define ALIAS(name, number) { name, number },
#include "devices/input/keys.def"
};

static const struct { uint32_t sym; uint8_t number; } more_syms[] = {
#define SYM(sym, number) { sym, number },
#include "devices/input/keys.def"
};

const struct key_row *key_of(unsigned int number)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (key_rows[i].number == number)
			return &key_rows[i];
	return NULL;
}

const struct key_row *key_of_set3(uint8_t code)
{
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (code && key_rows[i].set3 == code)
			return &key_rows[i];
	return NULL;
}

static bool same_name(const char *row, const char *name, size_t len)
{
	return strlen(row) == len && !memcmp(row, name, len);
}

const struct key_row *key_named(const char *name, size_t len)
{
	const struct key_row *row;
	bool shifted;
	size_t i;

	for (i = 0; i < KEYS; i++)
		if (same_name(key_rows[i].name, name, len))
			return &key_rows[i];
	for (i = 0; i < ARRAY_LEN(aliases); i++)
		if (same_name(aliases[i].name, name, len))
			return key_of(aliases[i].number);
	if (len != 1)
		return NULL;
	row = key_of_sym((uint8_t)*name, &shifted);
	return row && !shifted ? row : NULL;
}

const struct key_row *key_of_sym(uint32_t sym, bool *shifted)
{
	size_t i;

	*shifted = false;
	if (!sym)
		return NULL;
	for (i = 0; i < KEYS; i++)
		if (key_rows[i].sym == sym)
			return &key_rows[i];
	for (i = 0; i < ARRAY_LEN(more_syms); i++)
		if (more_syms[i].sym == sym)
			return key_of(more_syms[i].number);
	for (i = 0; i < KEYS; i++)
		if (key_rows[i].shifted == sym) {
			*shifted = true;
			return &key_rows[i];
		}
	return NULL;
}
