/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_ps2.c - a keyboard controller on a bench: see lib_ps2.h. */
#include "tests/chip/lib_ps2.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

void ps2_bench_reset(struct ps2_bench *p)
{
	memset(p, 0, sizeof(*p));
	bench_reset(&p->b);
	p->kbd = (struct ps2_keyboard){ &p->kbd_regs, bench_clock(&p->b) };
	p->mouse = (struct ps2_mouse){ &p->mouse_regs };
	p->k = (struct i8042){
		.regs = &p->regs, .irq = bench_irq(&p->b, WIRE_IRQ1),
		.aux_irq = bench_irq(&p->b, WIRE_IRQ12),
		.reset = bench_irq(&p->b, WIRE_RESET),
		.a20 = bench_irq(&p->b, WIRE_A20),
		.keyboard = { ps2_keyboard_write, ps2_keyboard_read, &p->kbd },
		.aux = { ps2_mouse_write, ps2_mouse_read, &p->mouse },
	};
	ps2_keyboard_reset(&p->kbd);
	ps2_mouse_reset(&p->mouse);
	i8042_reset(&p->k);
}

uint8_t ps2_status(struct ps2_bench *p)
{
	return i8042_port_read(&p->k, 1);
}

void ps2_command(struct ps2_bench *p, uint8_t c)
{
	i8042_port_write(&p->k, 1, c);
}

void ps2_data(struct ps2_bench *p, uint8_t v)
{
	i8042_port_write(&p->k, 0, v);
}

uint8_t ps2_read(struct ps2_bench *p)
{
	assert_int_equal(ps2_status(p) & 1, 1);
	return i8042_port_read(&p->k, 0);
}

void ps2_reads(struct ps2_bench *p, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(ps2_read(p), bytes[i]);
	assert_int_equal(ps2_status(p) & 1, 0);
}

bool ps2_key(struct ps2_bench *p, unsigned int number, bool down)
{
	bool taken = ps2_keyboard_key(&p->kbd, number, down);

	i8042_look(&p->k);
	return taken;
}

void ps2_to_mouse(struct ps2_bench *p, uint8_t v)
{
	ps2_command(p, 0xd4);
	ps2_data(p, v);
}
