/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_ps2.h - a keyboard controller on a bench, with keyboard and mouse. */
#ifndef TESTS_CHIP_LIB_PS2_H
#define TESTS_CHIP_LIB_PS2_H

#include "devices/i8042.h"
#include "devices/input/ps2_keyboard.h"
#include "devices/input/ps2_mouse.h"
#include "tests/chip/lib_board.h"

/* Its wires. */
enum { WIRE_IRQ1, WIRE_IRQ12, WIRE_RESET, WIRE_A20 };

struct ps2_bench {
	struct bench b;
	struct i8042_regs regs;
	struct ps2_keyboard_regs kbd_regs;
	struct ps2_mouse_regs mouse_regs;
	struct i8042 k;
	struct ps2_keyboard kbd;
	struct ps2_mouse mouse;
};

/* ps2_bench_reset() - all of it as at power-on. */
void ps2_bench_reset(struct ps2_bench *p);

/* status() - port 64h; command() - a byte to it; data() - a byte to 60h. */
uint8_t ps2_status(struct ps2_bench *p);
void ps2_command(struct ps2_bench *p, uint8_t c);
void ps2_data(struct ps2_bench *p, uint8_t v);

/* ps2_read() - port 60h: fails if nothing is there. ps2_reads(): these bytes,
 * and then no more. */
uint8_t ps2_read(struct ps2_bench *p);
void ps2_reads(struct ps2_bench *p, const uint8_t *bytes, size_t n);
#define PS2_READS(p, ...) \
	ps2_reads(p, (const uint8_t[]){ __VA_ARGS__ }, \
		  sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* ps2_key() - a key, and a look at it by the controller. */
bool ps2_key(struct ps2_bench *p, unsigned int number, bool down);

/* ps2_to_mouse() - by D4h. */
void ps2_to_mouse(struct ps2_bench *p, uint8_t v);

#endif
