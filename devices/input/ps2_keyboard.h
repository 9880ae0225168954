/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2_keyboard.h - a PS/2 keyboard with the keys of keys.def.
 *
 * Source: IBM PS/2 Hardware Interface Technical Reference, keyboard (101/102
 * key).
 *
 * 1. It has 16 bytes for codes. The codes of a key go in together or not at
 *    all; then an overrun code takes the last place (00, in set 1 FF), as soon
 *    as there is one.
 * 2. Answers to commands need none of that room and go before it, but never
 *    between the bytes of one code. A byte from the controller takes the place
 *    of answers that were not fetched.
 * 3. A key that was let go is never lost: if there is no room, or scanning is
 *    off, its break code is sent later. So no key stays down in a guest.
 * 4. A key repeats by the clock wire, in guest time: the one that was pressed
 *    last, while it is down, and only once all codes have been read for a whole
 *    period. So a guest that did not look for a while first hears if the key
 *    was let go meanwhile. What the user's own keyboard repeats is not heard:
 *    the key is down already.
 * 5. Scan code sets 1, 2 (the default) and 3, the last one with its types of
 *    keys. In sets 1 and 2 keys between the blocks bring their false Shift
 *    codes with them if Shift is down, or NumLock's light is on.
 */
#ifndef DEVICES_INPUT_PS2_KEYBOARD_H
#define DEVICES_INPUT_PS2_KEYBOARD_H

#include "devices/input/keys.h"
#include "devices/input/ps2.h"
#include "devices/wires.h"

#define PS2_KEYBOARD_BUFFER	16u

struct ps2_keyboard_regs {
	uint64_t repeat_ns;	/* the next repeat, if there is one */
	struct ps2_answer answer;
	uint8_t buffer[PS2_KEYBOARD_BUFFER]; /* codes, from @head on */
	uint8_t head, count;
	uint8_t overrun;	/* a key found no room */
	uint8_t within;		/* said last: a prefix; its code comes next */
	uint8_t last;		/* said last: for "resend" */
	uint8_t pending;	/* command that waits for data; or 0 */
	uint8_t scanning;	/* keys are reported */
	uint8_t set;		/* scan code set: 1, 2 or 3 */
	uint8_t leds;		/* bit 0 scroll, 1 num, 2 caps */
	uint8_t rate;		/* typematic: as F3h has it */
	uint8_t repeats;	/* key that will repeat; or 0 */
	uint8_t unread;		/* it could not: codes were not read yet */
	uint8_t false_shift;	/* a false Shift is down (NumLock) */
	uint8_t sysrq;		/* Print Screen went down with Alt */
	uint8_t down[KEY_NUMBERS / 8];	/* keys: the user holds them */
	uint8_t told[KEY_NUMBERS / 8];	/* keys: the guest thinks so */
	uint8_t type[KEYS];	/* set 3: of each row of keys.def */
};

struct ps2_keyboard {
	struct ps2_keyboard_regs *regs;
	struct clock_wire clock;	/* for typematic */
};

/* ps2_keyboard_reset() - power-on: scans, set 2, its test is over. */
void ps2_keyboard_reset(struct ps2_keyboard *k);

/* ps2_keyboard_write() / ps2_keyboard_read() - the cable: a ps2_wire's.
 * @keyboard: a struct ps2_keyboard */
void ps2_keyboard_write(void *keyboard, uint8_t byte);
int ps2_keyboard_read(void *keyboard);

/* ps2_keyboard_key() - the user presses key @number, or lets it go. Return:
 * false if the guest will not know: scanning is off, there is no room for
 * its codes, or there is no such key. */
bool ps2_keyboard_key(struct ps2_keyboard *k, unsigned int number, bool down);

/* ps2_keyboard_idle() - are keys reported, and has the guest fetched all? */
bool ps2_keyboard_idle(const struct ps2_keyboard *k);

/* ps2_keyboard_tick() - the alarm of its clock wire rang. @unread: the
 * controller has a code that the guest has not read. */
void ps2_keyboard_tick(struct ps2_keyboard *k, bool unread);

#endif
