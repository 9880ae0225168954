/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ps2_fuzz.c - keyboard controller, keyboard, mouse and back door, driven by a
 * guest and a user who do anything in any order, while a second world writes
 * into their registers: no access goes out of bounds, none is without end, and
 * with peace nothing is ever stuck: what was typed can be read.
 *
 * tests/fuzz: runs 6000
 */
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "devices/i8042.h"
#include "devices/input/ps2_keyboard.h"
#include "devices/input/ps2_mouse.h"
#include "devices/input/vmmouse.h"
#include "tests/fuzz/target.h"

#define READS_MOST 4000u	/* until all has been said, at the latest */

struct bench {
	uint64_t now_ns, alarm_ns;
	struct i8042_regs regs;
	struct ps2_keyboard_regs kbd_regs;
	struct ps2_mouse_regs mouse_regs;
	struct vmmouse_regs vm_regs;
	struct i8042 k;
	struct ps2_keyboard kbd;
	struct ps2_mouse mouse;
	struct vmmouse vm;
};

static struct bench b;

const char *fuzz_open(void)
{
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	size_t i;

	if (n >= 16)
		return 0;
	for (i = 0; i < 300 && i < size; i++)
		buf[i] = (uint8_t)((i * i * 3 + 11 * i) * (n + 5) >> (n & 3));
	put_le32(buf, n < 8 ? 0 : n * 0x9e3779b9u);	/* half with peace */
	return i;
}

static uint64_t now_ns(void *self)
{
	return ((struct bench *)self)->now_ns;
}

static void alarm_at(void *self, unsigned int pin, uint64_t when_ns)
{
	(void)pin;
	((struct bench *)self)->alarm_ns = when_ns;
}

static void open_bench(void)
{
	memset(&b, 0, sizeof(b));
	b.alarm_ns = CLOCK_NEVER;
	b.kbd = (struct ps2_keyboard){ &b.kbd_regs,
				       { now_ns, alarm_at, &b, 0 } };
	b.mouse = (struct ps2_mouse){ &b.mouse_regs };
	b.vm = (struct vmmouse){ &b.vm_regs };
	b.k = (struct i8042){
		.regs = &b.regs,
		.keyboard = { ps2_keyboard_write, ps2_keyboard_read, &b.kbd },
		.aux = { ps2_mouse_write, ps2_mouse_read, &b.mouse },
	};
	ps2_keyboard_reset(&b.kbd);
	ps2_mouse_reset(&b.mouse);
	vmmouse_reset(&b.vm);
	i8042_reset(&b.k);
}

/* ---- steps --------------------------------------------------------------- */

static void step_command(struct fuzz_input *in)
{
	i8042_port_write(&b.k, 1, fuzz_byte(in));
}

static void step_data(struct fuzz_input *in)
{
	i8042_port_write(&b.k, 0, fuzz_byte(in));
}

static void step_to_mouse(struct fuzz_input *in)
{
	i8042_port_write(&b.k, 1, 0xd4);
	i8042_port_write(&b.k, 0, fuzz_byte(in));
}

static void step_read(struct fuzz_input *in)
{
	unsigned int n = fuzz_byte(in) & 15;

	while (n--)
		i8042_port_read(&b.k, 0);
}

static void step_key(struct fuzz_input *in)
{
	uint8_t number = fuzz_byte(in);

	ps2_keyboard_key(&b.kbd, number & 0x7f, number >> 7);
	i8042_look(&b.k);
}

static void step_move(struct fuzz_input *in)
{
	int dx = (int)fuzz_long(in), dy = (int)fuzz_long(in);
	int dz = (int8_t)fuzz_byte(in);
	uint8_t buttons = fuzz_byte(in);

	ps2_mouse_move(&b.mouse, dx, dy, dz, buttons);
	vmmouse_move(&b.vm, dx, dy, dz, buttons);
	vmmouse_point(&b.vm, (unsigned int)dx, (unsigned int)dy, dz, buttons);
	i8042_look(&b.k);
}

static void step_call(struct fuzz_input *in)
{
	static const uint32_t numbers[] = { 10, 39, 40, 41, 86 };
	static const uint32_t words[] = { 0x45414552, 0xf5, 0x4c455252,
					  0x53424152 };
	uint8_t how = fuzz_byte(in);

	b.vm_regs.cpu[VMMOUSE_EAX] = 0x564d5868;
	b.vm_regs.cpu[VMMOUSE_ECX] = numbers[how % ARRAY_SIZE(numbers)];
	b.vm_regs.cpu[VMMOUSE_EBX] = how & 0x80 ? words[how >> 5 & 3] :
						  how >> 3 & 7u;
	vmmouse_call(&b.vm);
}

static void step_time(struct fuzz_input *in)
{
	b.now_ns += (uint64_t)fuzz_word(in) << 14;
	if (b.now_ns < b.alarm_ns)
		return;
	b.alarm_ns = CLOCK_NEVER;
	ps2_keyboard_tick(&b.kbd, i8042_keyboard_waits(&b.k));
	i8042_look(&b.k);
}

static void (*const steps[])(struct fuzz_input *) = {
	step_command, step_data, step_to_mouse, step_read,
	step_key, step_move, step_call, step_time,
};

/* all_is_said() - nobody writes any more: what waits can be read to its end,
 * and then a key reaches the guest. */
static void all_is_said(void)
{
	unsigned int n = 0, i;

	i8042_port_write(&b.k, 0, 0);		/* ends what waits for data */
	i8042_port_write(&b.k, 1, 0x60);
	i8042_port_write(&b.k, 0, 0x00);	/* both ports on */
	/* Twice: a device may take the first as what it waits for. */
	for (i = 0; i < 2; i++) {
		i8042_port_write(&b.k, 0, 0xff);
		i8042_port_write(&b.k, 1, 0xd4);
		i8042_port_write(&b.k, 0, 0xff);
	}
	/* Keys that were let go when there was no room come before it, as far
	 * as there is room. */
	do {
		ps2_keyboard_key(&b.kbd, 30, false);
		i8042_look(&b.k);
		while (i8042_port_read(&b.k, 1) & 1) {
			i8042_port_read(&b.k, 0);
			ASSERT(n++ < READS_MOST);
		}
		ASSERT(n++ < READS_MOST);
	} while (!ps2_keyboard_key(&b.kbd, 30, true));
	i8042_look(&b.k);
	do {
		ASSERT(i8042_port_read(&b.k, 1) & 1);
		ASSERT(n++ < READS_MOST);
	} while (i8042_port_read(&b.k, 0) != 0x1c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint32_t seed = fuzz_long(&in);

	open_bench();
	fuzz_scribble(&b.regs, sizeof(b.regs), seed);
	fuzz_scribble(&b.kbd_regs, sizeof(b.kbd_regs), seed);
	fuzz_scribble(&b.mouse_regs, sizeof(b.mouse_regs), seed);
	fuzz_scribble(&b.vm_regs, sizeof(b.vm_regs), seed);
	while (in.left)
		steps[fuzz_byte(&in) % ARRAY_SIZE(steps)](&in);
	fuzz_scribble_end();
	if (!seed)
		all_is_said();
	return 0;
}
