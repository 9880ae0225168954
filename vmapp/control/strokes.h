/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strokes.h - turns texts and combinations of keys, as users write them, into
 * strokes of keys. Knows no machine.
 */
#ifndef VMAPP_CONTROL_STROKES_H
#define VMAPP_CONTROL_STROKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STROKES_WHY_SIZE 160

struct stroke {
	uint8_t number;		/* of the key: keys.def */
	bool down;
};

/* Begin with { 0 }; the list is the caller's to free(). */
struct strokes {
	struct stroke *list;
	size_t n;
};

/**
 * strokes_keys() - add a key, or several that are held together
 * @word: "f2", "ctrl-alt-delete", "shift--" (the key that types "-")
 * @why: STROKES_WHY_SIZE bytes: receives a printable sentence if it is none
 *
 * Keys are pressed in the order of the word, and released in the opposite one.
 * Return: true, or false with @why set.
 */
bool strokes_keys(struct strokes *s, const char *word, char *why);

/**
 * strokes_text() - add what types a text on a US keyboard
 * @text: printable ASCII; \n, \t, \b, \e are keys, \\ is a backslash
 *
 * Return: as strokes_keys().
 */
bool strokes_text(struct strokes *s, const char *text, char *why);

#endif
