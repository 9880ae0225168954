/* SPDX-License-Identifier: BSD-2-Clause */
/* ps2_keyboard.c - a PS/2 keyboard: see ps2_keyboard.h. */
#include "devices/input/ps2_keyboard.h"

#include <string.h>

#define LED_NUM		0x02
#define RATE_DEFAULT	0x2b	/* after 500 ms, 10.9 a second */
#define COMMANDS	0xed	/* no data byte is so high */
#define CODE_BREAK	0xf0	/* sets 2 and 3: before a key that is let go */

#define NSEC_PER_MSEC	1000000ull

/* Types of keys, set 3. */
#define TYPE_BREAK	0x01	/* tells when it is let go */
#define TYPE_REPEAT	0x02	/* typematic */

/* The codes of one key, or of several that go together. */
struct codes {
	uint8_t byte[PS2_KEYBOARD_BUFFER];
	uint8_t n;
};

static bool bit_get(const uint8_t *bits, unsigned int n)
{
	return bits[n / 8 % (KEY_NUMBERS / 8)] >> n % 8 & 1;
}

static void bit_set(uint8_t *bits, unsigned int n, bool on)
{
	uint8_t *byte = &bits[n / 8 % (KEY_NUMBERS / 8)], bit;

	bit = (uint8_t)(1u << n % 8);
	*byte = (uint8_t)(on ? *byte | bit : *byte & ~bit);
}

static bool is_down(const struct ps2_keyboard_regs *r, unsigned int key)
{
	return bit_get(r->down, key);
}

/* ---- codes -------------------------------------------------------------- */

static void kbd_add(struct codes *c, unsigned int byte)
{
	if (c->n < sizeof(c->byte))
		c->byte[c->n++] = (uint8_t)byte;
}

/* add_code() - E0 is the high byte of those that have it. */
static void add_code(struct codes *c, uint8_t set, uint16_t code, bool down)
{
	if (code >> 8)
		kbd_add(c, code >> 8);
	if (set != 1 && !down)
		kbd_add(c, CODE_BREAK);
	kbd_add(c, set == 1 && !down ? code | 0x80u : code);
}

/* add_shift() - a false Shift: @right: which one */
static void add_shift(struct codes *c, uint8_t set, bool right, bool down)
{
	static const uint16_t code[2][2] = { { 0xe012, 0xe059 },
					     { 0xe02a, 0xe036 } };

	add_code(c, set, code[set == 1][right], down);
}

/* lift_shifts() - what of Shift is really down is told to be up (@up), or to
 * be down again. */
static void lift_shifts(struct codes *c, const struct ps2_keyboard_regs *r,
			bool up)
{
	if (is_down(r, KEY_NO_SHIFT))
		add_shift(c, r->set, false, !up);
	if (is_down(r, KEY_NO_SHIFT_R))
		add_shift(c, r->set, true, !up);
}

static bool any_shift(const struct ps2_keyboard_regs *r)
{
	return is_down(r, KEY_NO_SHIFT) || is_down(r, KEY_NO_SHIFT_R);
}

static bool any_ctrl(const struct ps2_keyboard_regs *r)
{
	return is_down(r, KEY_NO_CTRL) || is_down(r, KEY_NO_CTRL_R);
}

static bool any_alt(const struct ps2_keyboard_regs *r)
{
	return is_down(r, KEY_NO_ALT) || is_down(r, KEY_NO_ALT_R);
}

/* add_pause() - it has no break code: all comes when it is pressed. */
static void add_pause(struct codes *c, const struct ps2_keyboard_regs *r)
{
	static const uint8_t plain[2][8] = {
		{ 0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77 },
		{ 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5 },
	};
	uint16_t with_ctrl = r->set == 1 ? 0xe046 : 0xe07e;
	unsigned int i;

	if (any_ctrl(r)) {
		add_code(c, r->set, with_ctrl, true);
		add_code(c, r->set, with_ctrl, false);
		return;
	}
	for (i = 0; i < (r->set == 1 ? 6 : 8); i++)
		kbd_add(c, plain[r->set == 1][i]);
}

/* add_print() - Print Screen; with Alt it is SysRq. */
static void add_print(struct codes *c, struct ps2_keyboard_regs *r, bool down)
{
	bool shifted = !any_shift(r) && !any_ctrl(r);
	uint16_t code = r->set == 1 ? 0xe037 : 0xe07c;

	if (down)
		r->sysrq = any_alt(r);
	if (r->sysrq) {
		add_code(c, r->set, r->set == 1 ? 0x54 : 0x84, down);
		return;
	}
	if (down && shifted)
		add_shift(c, r->set, false, true);
	add_code(c, r->set, code, down);
	if (!down && shifted)
		add_shift(c, r->set, false, false);
}

/* add_between() - a key that the first keyboards had on the keypad only, where
 * Shift and NumLock change what it means. The false codes have it mean what is
 * written on it. */
static void add_between(struct codes *c, struct ps2_keyboard_regs *r,
			const struct key_row *row, bool down)
{
	uint16_t code = r->set == 1 ? row->set1 : row->set2;
	bool divide = row->number == KEY_NO_KP_DIVIDE;
	bool num = r->leds & LED_NUM;
	bool lift = any_shift(r) && (divide || !num);

	if (down && lift)
		lift_shifts(c, r, true);
	if (down && num && !divide && !any_shift(r)) {
		add_shift(c, r->set, false, true);
		r->false_shift = 1;
	}
	add_code(c, r->set, code, down);
	if (!down && lift)
		lift_shifts(c, r, false);
	if (!down && r->false_shift) {
		add_shift(c, r->set, false, false);
		r->false_shift = 0;
	}
}

/* add_set3() - one code for each key, and what its type says. */
static void add_set3(struct codes *c, const struct ps2_keyboard_regs *r,
		     const struct key_row *row, bool down)
{
	if (row->set3 && (down || r->type[row - key_rows] & TYPE_BREAK))
		add_code(c, 3, row->set3, down);
}

static void add_key(struct codes *c, struct ps2_keyboard_regs *r,
		    const struct key_row *row, bool down)
{
	if (r->set == 3) {
		add_set3(c, r, row, down);
	} else if (row->number == KEY_NO_PAUSE) {
		if (down)
			add_pause(c, r);
	} else if (row->number == KEY_NO_PRINT) {
		add_print(c, r, down);
	} else if ((row->number >= KEY_NO_HOME &&
		    row->number <= KEY_NO_DELETE) ||
		   row->number == KEY_NO_KP_DIVIDE) {
		add_between(c, r, row, down);
	} else {
		add_code(c, r->set, r->set == 1 ? row->set1 : row->set2, down);
	}
}

/* ---- the buffer --------------------------------------------------------- */

static void buffer_clear(struct ps2_keyboard_regs *r)
{
	r->count = 0;
	r->overrun = 0;
	r->within = 0;
}

static unsigned int buffer_room(const struct ps2_keyboard_regs *r)
{
	uint8_t count = r->count;

	return count < PS2_KEYBOARD_BUFFER ? PS2_KEYBOARD_BUFFER - count : 0;
}

static void buffer_put(struct ps2_keyboard_regs *r, const struct codes *c)
{
	unsigned int i;

	for (i = 0; i < c->n; i++)
		r->buffer[(r->head + r->count + i) % PS2_KEYBOARD_BUFFER] =
			c->byte[i];
	r->count = (uint8_t)(r->count + c->n);
}

/* say_overrun() - that codes were lost, when there is room to say it; once, if
 * others are lost as well before that is fetched. */
static void say_overrun(struct ps2_keyboard_regs *r)
{
	const struct codes c = { { r->set == 1 ? 0xff : 0x00 }, 1 };
	unsigned int newest = (r->head + r->count - 1u) % PS2_KEYBOARD_BUFFER;

	if (r->overrun && r->count && r->buffer[newest] == c.byte[0])
		r->overrun = 0;
	if (!r->overrun || !buffer_room(r))
		return;
	r->overrun = 0;
	buffer_put(r, &c);
}

/* kbd_send() - what @row sends; Return: false: there is no room. */
static bool kbd_send(struct ps2_keyboard_regs *r, const struct key_row *row,
		     bool down)
{
	struct ps2_keyboard_regs before = *r;
	struct codes c = { .n = 0 };

	add_key(&c, r, row, down);
	if (c.n > buffer_room(r)) {
		*r = before;
		return false;
	}
	buffer_put(r, &c);
	bit_set(r->told, row->number, down);
	return true;
}

/* send_owed() - break codes of keys that were let go when there was no room,
 * or while scanning was off. */
static void send_owed(struct ps2_keyboard_regs *r)
{
	unsigned int i;

	if (!r->scanning || !memcmp(r->told, r->down, sizeof(r->told)))
		return;
	for (i = 0; i < KEYS; i++)
		if (bit_get(r->told, key_rows[i].number) &&
		    !bit_get(r->down, key_rows[i].number) &&
		    !kbd_send(r, &key_rows[i], false))
			return;
}

/* ---- typematic ---------------------------------------------------------- */

static void alarm_set(struct ps2_keyboard *k, uint64_t when_ns)
{
	k->regs->repeat_ns = when_ns;
	clock_wire_alarm(&k->clock, when_ns);
}

static void repeat_end(struct ps2_keyboard *k)
{
	if (!k->regs->repeats)
		return;
	k->regs->repeats = 0;
	alarm_set(k, CLOCK_NEVER);
}

/* delay_ns() / period_ns() - as the rate byte has them. */
static uint64_t delay_ns(const struct ps2_keyboard_regs *r)
{
	return ((r->rate >> 5 & 3u) + 1) * 250 * NSEC_PER_MSEC;
}

static uint64_t period_ns(const struct ps2_keyboard_regs *r)
{
	return ((8ull + (r->rate & 7u)) << (r->rate >> 3 & 3u)) * 4170000;
}

static void repeat_begin(struct ps2_keyboard *k, const struct key_row *row)
{
	struct ps2_keyboard_regs *r = k->regs;

	if (row->number == KEY_NO_PAUSE ||
	    (r->set == 3 && !(r->type[row - key_rows] & TYPE_REPEAT))) {
		repeat_end(k);
		return;
	}
	r->repeats = row->number;
	r->unread = 0;
	alarm_set(k, clock_wire_now(&k->clock) + delay_ns(r));
}

void ps2_keyboard_tick(struct ps2_keyboard *k, bool unread)
{
	struct ps2_keyboard_regs *r = k->regs;
	const struct key_row *row = key_of(r->repeats);
	uint64_t now = clock_wire_now(&k->clock);
	bool before = r->unread;

	if (!r->repeats)
		return;
	if (!row || !is_down(r, r->repeats) || !r->scanning) {
		repeat_end(k);
		return;
	}
	if (now < r->repeat_ns) {
		clock_wire_alarm(&k->clock, r->repeat_ns);
		return;
	}
	r->unread = unread || r->count;
	if (!r->unread && !before)
		kbd_send(r, row, true);
	alarm_set(k, now + period_ns(r));
}

/* ---- keys --------------------------------------------------------------- */

bool ps2_keyboard_key(struct ps2_keyboard *k, unsigned int number, bool down)
{
	struct ps2_keyboard_regs *r = k->regs;
	const struct key_row *row = key_of(number);

	if (!row)
		return false;
	if (is_down(r, row->number) == down)
		return true;	/* the user's keyboard repeats it */
	send_owed(r);
	bit_set(r->down, row->number, down);
	if (r->repeats == row->number)
		repeat_end(k);
	if (!r->scanning)
		return false;
	if (!down) {
		send_owed(r);
		return !bit_get(r->told, row->number);
	}
	if (r->overrun || !kbd_send(r, row, true)) {
		r->overrun = 1;
		say_overrun(r);
		return false;
	}
	repeat_begin(k, row);
	return true;
}

bool ps2_keyboard_idle(const struct ps2_keyboard *k)
{
	const struct ps2_keyboard_regs *r = k->regs;

	return r->scanning && !r->count && !r->overrun &&
	       r->answer.at >= r->answer.count;
}

int ps2_keyboard_read(void *keyboard)
{
	struct ps2_keyboard *k = keyboard;
	struct ps2_keyboard_regs *r = k->regs;
	int byte = -1;

	if (!r->within || !r->count)
		byte = ps2_answer_take(&r->answer);
	if (byte < 0) {
		if (!r->count || r->count > PS2_KEYBOARD_BUFFER) {
			buffer_clear(r);
			return -1;
		}
		byte = r->buffer[r->head % PS2_KEYBOARD_BUFFER];
		r->head = (uint8_t)((r->head + 1u) % PS2_KEYBOARD_BUFFER);
		r->count--;
		r->within = byte == 0xe0 || byte == 0xe1 || byte == CODE_BREAK;
		say_overrun(r);
		send_owed(r);
	}
	r->last = (uint8_t)byte;
	return byte;
}

/* ---- commands ----------------------------------------------------------- */

/* type_of() - of a key of set 3, as the keyboard is when it is reset. */
static uint8_t type_of(unsigned int number)
{
	switch (number) {
	case KEY_NO_CTRL:
	case KEY_NO_SHIFT:
	case KEY_NO_SHIFT_R:
	case KEY_NO_ALT:
	case KEY_NO_CAPS:
		return TYPE_BREAK;
	case 103:		/* the four arrows, Delete */
	case 105:
	case 106:
	case 108:
	case KEY_NO_DELETE:
		return TYPE_REPEAT;
	default:		/* the block of letters; the others: once */
		return (number > KEY_NO_ESC && number < 54) || number == 57 ||
				       number == 86 ?
			       TYPE_REPEAT :
			       0;
	}
}

static void all_types(struct ps2_keyboard_regs *r, uint8_t type)
{
	memset(r->type, type, sizeof(r->type));
}

/* kbd_defaults() - what F5h, F6h and FFh have in common. */
static void kbd_defaults(struct ps2_keyboard *k)
{
	struct ps2_keyboard_regs *r = k->regs;
	unsigned int i;

	buffer_clear(r);
	repeat_end(k);
	r->rate = RATE_DEFAULT;
	r->set = 2;
	for (i = 0; i < KEYS; i++)
		r->type[i] = type_of(key_rows[i].number);
}

static void set_of_codes(struct ps2_keyboard_regs *r, uint8_t set)
{
	const uint8_t which[] = { PS2_ACK, r->set };

	if (!set) {
		ps2_answer_set(&r->answer, which, sizeof(which));
		return;
	}
	if (set > 3) {
		ps2_answer_one(&r->answer, PS2_AGAIN);
		return;
	}
	buffer_clear(r);
	r->set = set;
}

/* type_key() - FBh to FDh are followed by a list of keys, which ends with what
 * is none. Return: false: this is no key. */
static bool type_key(struct ps2_keyboard_regs *r, uint8_t command, uint8_t code)
{
	static const uint8_t types[] = { TYPE_REPEAT, TYPE_BREAK, 0 };
	const struct key_row *row = key_of_set3(code);

	if (!row)
		return false;
	r->type[row - key_rows] = types[(command - 0xfb) % 3u];
	r->pending = command;
	return true;
}

/* command_data() - the byte after a command. Return: false: it is none of
 * data, but a command itself. */
static bool command_data(struct ps2_keyboard_regs *r, uint8_t command,
			 uint8_t v)
{
	if (v >= COMMANDS)
		return false;
	ps2_answer_one(&r->answer, PS2_ACK);
	switch (command) {
	case 0xed:
		r->leds = v & 7;
		return true;
	case 0xf0:
		set_of_codes(r, v);
		return true;
	case 0xf3:
		r->rate = v & 0x7f;
		return true;
	default:
		return type_key(r, command, v);
	}
}

/* kbd_again() - FEh: what was said last. */
static void kbd_again(struct ps2_keyboard_regs *r)
{
	ps2_answer_one(&r->answer, r->last);
}

static void kbd_identify(struct ps2_keyboard_regs *r)
{
	static const uint8_t id[] = { PS2_ACK, 0xab, 0x83 };

	ps2_answer_set(&r->answer, id, sizeof(id));
}

/* reset_by_command() - its test takes no time. */
static void reset_by_command(struct ps2_keyboard *k)
{
	static const uint8_t good[] = { PS2_ACK, PS2_BAT_OK };

	kbd_defaults(k);
	k->regs->scanning = 1;
	k->regs->leds = 0;
	ps2_answer_set(&k->regs->answer, good, sizeof(good));
}

/* kbd_scan() - F4h to F6h: the buffer is emptied in any case. */
static void kbd_scan(struct ps2_keyboard *k, uint8_t command)
{
	if (command != 0xf4)
		kbd_defaults(k);
	buffer_clear(k->regs);
	k->regs->scanning = command != 0xf5;
	send_owed(k->regs);
}

static void kbd_command(struct ps2_keyboard *k, uint8_t v)
{
	static const uint8_t types[] = { TYPE_REPEAT, TYPE_BREAK, 0,
					 TYPE_REPEAT | TYPE_BREAK };
	struct ps2_keyboard_regs *r = k->regs;

	ps2_answer_one(&r->answer, PS2_ACK);
	if (v == 0xed || v == 0xf0 || v == 0xf3 || (v >= 0xfb && v <= 0xfd))
		r->pending = v;
	else if (v == 0xee)
		ps2_answer_one(&r->answer, 0xee);	/* echo */
	else if (v == 0xf2)
		kbd_identify(r);
	else if (v >= 0xf4 && v <= 0xf6)
		kbd_scan(k, v);
	else if (v >= 0xf7 && v <= 0xfa)
		all_types(r, types[v - 0xf7]);
	else if (v == 0xfe)
		kbd_again(r);
	else if (v == 0xff)
		reset_by_command(k);
	else
		ps2_answer_one(&r->answer, PS2_AGAIN);
}

void ps2_keyboard_write(void *keyboard, uint8_t byte)
{
	struct ps2_keyboard *k = keyboard;
	struct ps2_keyboard_regs *r = k->regs;
	uint8_t pending = r->pending;

	r->pending = 0;
	if (!pending || !command_data(r, pending, byte))
		kbd_command(k, byte);
}

void ps2_keyboard_reset(struct ps2_keyboard *k)
{
	memset(k->regs, 0, sizeof(*k->regs));
	kbd_defaults(k);
	k->regs->scanning = 1;
	k->regs->repeat_ns = CLOCK_NEVER;
}
