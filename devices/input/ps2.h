/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2.h - the cable between a keyboard controller and a keyboard or a mouse.
 *
 * The controller is the only one who calls: a device never pushes. When it has
 * something new to say, the board tells the controller to look (i8042_look()).
 * So a byte stays in the device until there is room for it, as on the real
 * cable, whose clock line the controller holds.
 */
#ifndef DEVICES_INPUT_PS2_H
#define DEVICES_INPUT_PS2_H

#include <stddef.h>
#include <stdint.h>

struct ps2_wire {
	/* a byte for the device; NULL: nothing is plugged in */
	void (*write)(void *device, uint8_t byte);
	/* Return: the next byte that it has to say; -1: it is silent. */
	int (*read)(void *device);
	void *device;
};

/* ---- what keyboards and mice have in common ---------------------------- */

#define PS2_ACK		0xfa
#define PS2_AGAIN	0xfe	/* "resend": not understood */
#define PS2_BAT_OK	0xaa	/* the basic assurance test went well */

#define PS2_ANSWER	4u

/* What a device has to answer to the last byte that it was sent. Any content
 * is safe, also if it changes meanwhile. */
struct ps2_answer {
	uint8_t byte[PS2_ANSWER];
	uint8_t count, at;	/* how many; the next one */
};

/* ps2_answer_set() - @n bytes, in place of what nobody has asked for yet. */
static inline void ps2_answer_set(struct ps2_answer *a, const uint8_t *bytes,
				  size_t n)
{
	size_t i;

	for (i = 0; i < n && i < PS2_ANSWER; i++)
		a->byte[i] = bytes[i];
	a->at = 0;
	a->count = (uint8_t)i;
}

/* ps2_answer_one() - the answer is @byte alone. */
static inline void ps2_answer_one(struct ps2_answer *a, uint8_t byte)
{
	ps2_answer_set(a, &byte, 1);
}

/* ps2_answer_take() - Return: its next byte, or -1. */
static inline int ps2_answer_take(struct ps2_answer *a)
{
	uint8_t at = a->at;

	if (at >= PS2_ANSWER || at >= a->count)
		return -1;
	a->at = (uint8_t)(at + 1);
	return a->byte[at];
}

#endif
