/* SPDX-License-Identifier: BSD-2-Clause */
/* keyboard.c - what clients type and point at: see keyboard.h. */
#include "screen/keyboard.h"

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/input/keys.h"

/* Buttons as RFC 6143, 7.5.5 has them. */
#define VNC_LEFT	0x01u
#define VNC_MIDDLE	0x02u
#define VNC_RIGHT	0x04u
#define VNC_AWAY	0x08u
#define VNC_NEAR	0x10u
#define VNC_PRESSED	(VNC_LEFT | VNC_MIDDLE | VNC_RIGHT)

/* X keysyms of the keypad that are there by NumLock, and of what they mean. */
enum kbd_sym {
	SYM_HOME = 0xff50,	/* and on to End, in the keypad's order */
	SYM_INSERT = 0xff63,
	SYM_KP_HOME = 0xff95, SYM_KP_END = 0xff9c,
	SYM_KP_INSERT = 0xff9e, SYM_KP_DELETE,
	SYM_KP_DECIMAL = 0xffae, SYM_KP_0 = 0xffb0, SYM_KP_9 = 0xffb9,
	SYM_DELETE = 0xffff,
};

static bool kbd_bit(const uint8_t *bits, unsigned int n)
{
	return bits[n / 8] >> n % 8 & 1;
}

static void bit_set(uint8_t *bits, unsigned int n, bool on)
{
	bits[n / 8] = (uint8_t)((bits[n / 8] & ~(1u << n % 8)) |
				(unsigned int)on << n % 8);
}

static bool kbd_tell(struct keyboard_out *out, const struct screen_message *m)
{
	if (out->app < 0 || screen_message_send(out->app, m, -1)) {
		out->lost++;
		return false;
	}
	out->sent++;
	return true;
}

static bool tell_key(struct keyboard_out *out, unsigned int code, bool down)
{
	const struct screen_message m = { .kind = SCREEN_KEY, .code = code,
					  .down = down };

	return kbd_tell(out, &m);
}

/* release_buttons() - say that no button is down. */
static void release_buttons(struct keyboard_out *out)
{
	const struct screen_message m = { .kind = SCREEN_POINTER, .x = out->x,
					  .y = out->y };

	out->owes_buttons = !kbd_tell(out, &m);
	out->owing |= out->owes_buttons;
}

void keyboard_pay(struct keyboard_out *out)
{
	unsigned int i;

	if (!out->owing || out->app < 0)
		return;
	for (i = 1; i < SCREEN_KEYS; i++) {
		if (!kbd_bit(out->let_go, i))
			continue;
		if (!tell_key(out, i, false))
			return;
		bit_set(out->let_go, i, false);
	}
	out->owing = false;
	if (out->owes_buttons)
		release_buttons(out);
}

/* kbd_key() - a client presses or releases a key. */
static void kbd_key(struct keyboard *k, struct keyboard_out *out,
		    unsigned int code, bool down)
{
	if (!down && !kbd_bit(k->held, code))
		return;
	bit_set(k->held, code, down);
	keyboard_pay(out);
	if (tell_key(out, code, down) || down)
		return;
	bit_set(out->let_go, code, true);
	out->owing = true;
}

static const unsigned int shift_keys[] = { KEY_NO_SHIFT, KEY_NO_SHIFT_R };

static bool shift_held(const struct keyboard *k)
{
	return kbd_bit(k->held, KEY_NO_SHIFT) ||
	       kbd_bit(k->held, KEY_NO_SHIFT_R);
}

/* lend_shift() - hold Shift for a character that takes it. */
static void lend_shift(struct keyboard *k, struct keyboard_out *out)
{
	if (shift_held(k))
		return;
	k->shift_lent = true;
	kbd_key(k, out, KEY_NO_SHIFT, true);
}

static void take_shift_back(struct keyboard *k, struct keyboard_out *out)
{
	if (!k->shift_lent)
		return;
	k->shift_lent = false;
	kbd_key(k, out, KEY_NO_SHIFT, false);
}

/* lift_shifts() - release what the client holds of Shift, while key @code is
 * down. */
static void lift_shifts(struct keyboard *k, struct keyboard_out *out,
			unsigned int code)
{
	unsigned int i;

	k->lifts = (uint8_t)code;
	for (i = 0; i < ARRAY_SIZE(shift_keys); i++)
		if (kbd_bit(k->held, shift_keys[i])) {
			k->lifted |= (uint8_t)(1u << i);
			kbd_key(k, out, shift_keys[i], false);
		}
}

/* put_shifts_back() - press what was lifted, and is still held, again. */
static void put_shifts_back(struct keyboard *k, struct keyboard_out *out)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shift_keys); i++)
		if (k->lifted >> i & 1)
			kbd_key(k, out, shift_keys[i], true);
	k->lifted = 0;
}

/* shift_up() - the client releases key @code, which may be a lifted Shift. */
static void shift_up(struct keyboard *k, unsigned int code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(shift_keys); i++)
		if (code == shift_keys[i])
			k->lifted &= (uint8_t)~(1u << i);
}

/* shift_for() - have Shift up or down as key @code needs it, if it types a
 * character. (Not for letters: an upper-case one may come from CapsLock, whose
 * key the guest has seen too.) */
static void shift_for(struct keyboard *k, struct keyboard_out *out,
		      uint32_t sym, unsigned int code, bool shifted)
{
	bool types = sym > ' ' && sym <= '~' && !(sym >= 'A' && sym <= 'Z') &&
		     !(sym >= 'a' && sym <= 'z');

	if (!types || !shifted)
		take_shift_back(k, out);
	if (!types || shifted)
		put_shifts_back(k, out);
	if (types && shifted)
		lend_shift(k, out);
	else if (types)
		lift_shifts(k, out, code);
}

/* keypad_meaning() - Return: the keysym beside the keypad that means the same;
 * @sym if there is none, or NumLock has no say in it. */
static uint32_t keypad_meaning(uint32_t sym)
{
	if (sym >= SYM_KP_HOME && sym <= SYM_KP_END)
		return sym - SYM_KP_HOME + SYM_HOME;
	if (sym >= SYM_KP_0 && sym <= SYM_KP_9)
		return sym - SYM_KP_0 + '0';
	switch (sym) {
	case SYM_KP_INSERT:
		return SYM_INSERT;
	case SYM_KP_DELETE:
		return SYM_DELETE;
	case SYM_KP_DECIMAL:
		return '.';
	default:
		return sym;
	}
}

/* key_meant() - find the key for a keysym: for the keypad's one beside it, as
 * NumLock may not be the same here and there. With Alt, digits of the keypad
 * are codes of characters, and no others will do. What is held by a key stays
 * with that key, whatever Alt is now. @sym: receives what the key stands for */
static const struct key_row *key_meant(const struct keyboard *k, uint32_t *sym,
				       bool down, bool *shifted)
{
	bool alt = kbd_bit(k->held, KEY_NO_ALT) ||
		   kbd_bit(k->held, KEY_NO_ALT_R);
	uint32_t means = keypad_meaning(*sym);
	const struct key_row *own = key_of_sym(*sym, shifted), *other;
	bool other_shifted;

	if (means == *sym || !own || kbd_bit(k->held, own->number))
		return own;
	other = key_of_sym(means, &other_shifted);
	if (down && alt && other && !kbd_bit(k->held, other->number))
		return own;
	*sym = means;
	*shifted = other_shifted;
	return other;
}

void keyboard_sym(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		  bool down)
{
	bool shifted = false;
	const struct key_row *row = key_meant(k, &sym, down, &shifted);

	if (!row)
		return;
	if (down)
		shift_for(k, out, sym, row->number, shifted);
	else
		shift_up(k, row->number);
	kbd_key(k, out, row->number, down);
	if (down)
		return;
	take_shift_back(k, out);
	if (row->number == k->lifts)
		put_shifts_back(k, out);
}

void keyboard_type(struct keyboard *k, struct keyboard_out *out, uint32_t sym,
		   bool ctrl)
{
	bool shifted = false;
	const struct key_row *row = key_of_sym(sym, &shifted);

	if (!row)
		return;
	if (ctrl)
		kbd_key(k, out, KEY_NO_CTRL, true);
	if (shifted)
		kbd_key(k, out, KEY_NO_SHIFT, true);
	kbd_key(k, out, row->number, true);
	kbd_key(k, out, row->number, false);
	if (shifted)
		kbd_key(k, out, KEY_NO_SHIFT, false);
	if (ctrl)
		kbd_key(k, out, KEY_NO_CTRL, false);
}

/* kbd_scale() - scale a place of @size pixels to 0..SCREEN_POINTER_MOST. */
static uint32_t kbd_scale(unsigned int at, unsigned int size)
{
	return size > 1 ? MIN(at, size - 1) * SCREEN_POINTER_MOST / (size - 1) :
			  0;
}

void keyboard_point(struct keyboard *k, struct keyboard_out *out,
		    unsigned int x, unsigned int y, unsigned int width,
		    unsigned int height, uint8_t buttons)
{
	uint8_t pressed = buttons & (uint8_t)~k->buttons;
	struct screen_message m = {
		.kind = SCREEN_POINTER,
		.x = kbd_scale(x, width), .y = kbd_scale(y, height),
		.buttons = (buttons & VNC_LEFT ? 1u : 0) |
			   (buttons & VNC_RIGHT ? 2u : 0) |
			   (buttons & VNC_MIDDLE ? 4u : 0),
		.wheel = (pressed & VNC_NEAR ? 1 : 0) -
			 (pressed & VNC_AWAY ? 1 : 0),
	};

	k->buttons = buttons;
	k->x = m.x;
	k->y = m.y;
	/* It says of all buttons whether they are down. */
	if (kbd_tell(out, &m))
		out->owes_buttons = false;
}

void keyboard_gone(struct keyboard *k, struct keyboard_out *out)
{
	unsigned int i;

	for (i = 1; i < SCREEN_KEYS; i++)
		if (kbd_bit(k->held, i))
			kbd_key(k, out, i, false);
	if (k->buttons & VNC_PRESSED) {
		out->x = k->x;
		out->y = k->y;
		release_buttons(out);
	}
	memset(k, 0, sizeof(*k));
}
