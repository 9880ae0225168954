/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isa_test.c - the smaller chips of the board: UART, port 92h, clock,
 * PCI configuration, power management.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "devices/i16550.h"
#include "devices/mc146818.h"
#include "devices/pci.h"
#include "devices/piix4_pm.h"
#include "devices/port92.h"
#include "tests/chip/lib_board.h"
#include "tests/lib_seed.h"

static struct bench b;

static int fresh(void **state)
{
	(void)state;
	bench_reset(&b);
	return 0;
}

/* ---- UART -------------------------------------------------------------- */

static struct i16550 uart(struct i16550_regs *regs)
{
	struct i16550 u = { .regs = regs, .irq = bench_irq(&b, 0),
			    .tx = bench_bytes(&b) };

	i16550_reset(&u);
	return u;
}

static void uart_sends(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart(&regs);

	(void)state;
	i16550_port_write(&u, 0, 'H');
	assert_int_equal(b.bytes[0], 'H');
	assert_int_equal(i16550_port_read(&u, 5), 0x60);
	/* THRE interrupts once it is enabled, until IIR was read. */
	i16550_port_write(&u, 4, 0x08);
	i16550_port_write(&u, 1, 0x02);
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 2), 0x02);
	assert_false(b.level[0]);
	i16550_port_write(&u, 0, 'i');
	assert_true(b.level[0]);
	/* OUT2 is the board's gate. */
	i16550_port_write(&u, 4, 0x00);
	assert_false(b.level[0]);
}

static void uart_receives(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart(&regs);
	unsigned int i;

	(void)state;
	i16550_port_write(&u, 4, 0x08);
	i16550_port_write(&u, 1, 0x05);
	assert_true(i16550_receive(&u, 'a'));
	assert_false(i16550_receive(&u, 'b'));	/* no FIFO: one byte */
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 2), 0x04);
	assert_int_equal(i16550_port_read(&u, 0), 'a');
	assert_false(b.level[0]);
	i16550_port_write(&u, 2, 0x81);		/* FIFO, trigger at 8 */
	for (i = 0; i < 16; i++) {
		assert_true(i16550_receive(&u, (uint8_t)i));
		assert_int_equal(i16550_port_read(&u, 2), i < 7 ? 0xcc : 0xc4);
	}
	assert_false(i16550_receive(&u, 16));	/* kept outside, not lost */
	for (i = 0; i < 16; i++)
		assert_int_equal(i16550_port_read(&u, 0), i);
	assert_int_equal(i16550_port_read(&u, 5) & 1, 0);
}

static void uart_hears_a_break(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart(&regs);

	(void)state;
	i16550_port_write(&u, 4, 0x08);
	i16550_port_write(&u, 2, 0x01);
	i16550_port_write(&u, 1, 0x05);		/* data, line status */
	assert_true(i16550_receive(&u, 'a'));
	assert_false(i16550_break(&u));		/* not before that */
	assert_int_equal(i16550_port_read(&u, 0), 'a');
	assert_true(i16550_break(&u));
	assert_true(i16550_receive(&u, 'b'));
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 2), 0xc6);
	assert_int_equal(i16550_port_read(&u, 5), 0x71);
	assert_int_equal(i16550_port_read(&u, 0), 0);
	assert_int_equal(i16550_port_read(&u, 5), 0x61);
	assert_int_equal(i16550_port_read(&u, 0), 'b');
	assert_false(b.level[0]);
	i16550_port_write(&u, 4, 0x18);		/* loopback is deaf */
	assert_true(i16550_break(&u));
	assert_int_equal(i16550_port_read(&u, 5), 0x60);
}

static void uart_loops(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart(&regs);

	(void)state;
	i16550_port_write(&u, 4, 0x10 | 0x0a);
	assert_int_equal(i16550_port_read(&u, 6) & 0xf0, 0x90);
	i16550_port_write(&u, 0, 0x5a);
	assert_int_equal(b.byte_count, 0);
	assert_int_equal(i16550_port_read(&u, 0), 0x5a);
	i16550_port_write(&u, 3, 0x80);		/* DLAB */
	i16550_port_write(&u, 0, 0x34);
	i16550_port_write(&u, 1, 0x12);
	assert_int_equal(i16550_port_read(&u, 0), 0x34);
	assert_int_equal(i16550_port_read(&u, 1), 0x12);
	i16550_port_write(&u, 7, 0xa5);
	assert_int_equal(i16550_port_read(&u, 7), 0xa5);
}

/* uart_sending() - FIFOs on, OUT2, the THRE interrupt enabled and seen. */
static struct i16550 uart_sending(struct i16550_regs *regs)
{
	struct i16550 u = uart(regs);

	u.clock = bench_clock(&b);
	b.now_ns = 1000000;
	i16550_port_write(&u, 2, 0x01);
	i16550_port_write(&u, 4, 0x08);
	i16550_port_write(&u, 1, 0x02);
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 2), 0xc2);
	assert_false(b.level[0]);
	return u;
}

/* A line with no room: THR is not empty, and nothing interrupts. */
static void uart_waits_for_room(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart_sending(&regs);

	(void)state;
	i16550_room(&u);		/* it had room: no news */
	assert_int_equal(i16550_port_read(&u, 2), 0xc1);
	b.line_full = true;
	b.now_ns += I16550_THRE_NS;
	i16550_port_write(&u, 0, 'a');
	assert_int_equal(i16550_port_read(&u, 5), 0x00);
	assert_int_equal(i16550_port_read(&u, 2), 0xc1);
	assert_false(b.level[0]);
	/* To enable an interrupt does not make THR empty. */
	i16550_port_write(&u, 1, 0x00);
	i16550_port_write(&u, 1, 0x02);
	assert_int_equal(i16550_port_read(&u, 2), 0xc1);
	/* What is sent all the same is the line's to keep. */
	i16550_port_write(&u, 0, 'b');
	assert_int_equal(b.byte_count, 2);
	b.line_full = false;
	i16550_room(&u);
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 5), 0x60);
	assert_int_equal(i16550_port_read(&u, 2), 0xc2);
}

/* IIR says THRE after each FIFO full; the pin not that often. */
static void uart_interrupts_in_time(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart_sending(&regs);
	unsigned int i, rises = b.rises[0];

	(void)state;
	for (i = 0; i < 100 * I16550_FIFO; i++) {
		i16550_port_write(&u, 0, (uint8_t)i);
		if (i % I16550_FIFO == I16550_FIFO - 1)
			assert_int_equal(i16550_port_read(&u, 2), 0xc2);
		b.now_ns++;
	}
	assert_int_equal(b.byte_count, 100 * I16550_FIFO);
	assert_int_equal(b.rises[0], rises);
	i16550_port_write(&u, 0, 'x');
	assert_false(b.level[0]);
	assert_int_equal(b.alarm_ns, 1000000 + I16550_THRE_NS);
	b.now_ns = b.alarm_ns;
	i16550_tick(&u);
	assert_true(b.level[0]);
	/* Each byte takes its interrupt back: an edge follows, in time. */
	i16550_port_write(&u, 0, 'y');
	assert_false(b.level[0]);
	b.now_ns = b.alarm_ns;
	i16550_tick(&u);
	assert_true(b.level[0]);
	/* After a rest, at once. */
	i16550_port_read(&u, 2);
	b.now_ns += I16550_THRE_NS;
	i16550_port_write(&u, 0, 'z');
	assert_true(b.level[0]);
	/* A byte that comes in is told of at once. */
	i16550_port_write(&u, 0, '!');
	assert_false(b.level[0]);
	i16550_port_write(&u, 1, 0x03);
	i16550_receive(&u, '?');
	assert_true(b.level[0]);
	assert_int_equal(i16550_port_read(&u, 0), '?');
	assert_false(b.level[0]);
}

/* As Linux looks for chips with broken THRE interrupts, and for those that
 * do not interrupt when they are enabled: twice in a row, at once. */
static void uart_passes_linux(void **state)
{
	struct i16550_regs regs;
	struct i16550 u = uart_sending(&regs);
	unsigned int i;

	(void)state;
	i16550_port_write(&u, 0, 'a');
	for (i = 0; i < 3; i++) {
		i16550_port_write(&u, 1, 0x00);
		i16550_port_write(&u, 1, 0x02);
		assert_int_equal(i16550_port_read(&u, 5) & 0x40, 0x40);
		assert_int_equal(i16550_port_read(&u, 2), 0xc2);
	}
}

/* Whatever the other side wrote into the registers, the chip does no harm, and
 * after a reset it works. */
static void uart_bears_anything(void **state)
{
	unsigned int seed = test_seed((unsigned int)time(NULL)), i, j;
	struct i16550_regs regs;
	struct i16550 u = uart(&regs);

	(void)state;
	u.clock = bench_clock(&b);
	for (i = 0; i < 20000; i++) {
		for (j = 0; j < sizeof(regs); j++)
			((uint8_t *)&regs)[j] = (uint8_t)rand_r(&seed);
		b.line_full = rand_r(&seed) & 1;
		b.now_ns += (unsigned int)rand_r(&seed) % 1000000;
		for (j = 0; j < 8; j++) {
			i16550_port_write(&u, (unsigned int)rand_r(&seed),
					  (uint8_t)rand_r(&seed));
			i16550_port_read(&u, (unsigned int)rand_r(&seed));
			i16550_receive(&u, (uint8_t)rand_r(&seed));
			i16550_room(&u);
		}
		i16550_tick(&u);
	}
	i16550_reset(&u);
	b.byte_count = 0;
	i16550_port_write(&u, 0, 'a');
	assert_int_equal(b.bytes[0], 'a');
}

/* ---- port 92h: A20 and fast reset ---------------------------------------- */

static void port92_gates_and_resets(void **state)
{
	struct port92_regs regs;
	struct port92 p = { &regs, bench_irq(&b, 0), bench_irq(&b, 1) };

	(void)state;
	port92_reset(&p);
	assert_int_equal(port92_read(&p), 0x02);
	assert_true(b.level[0]);
	port92_write(&p, 0x00);
	assert_false(b.level[0]);
	assert_int_equal(port92_read(&p), 0x00);
	port92_write(&p, 0xfe);
	assert_true(b.level[0]);
	assert_int_equal(port92_read(&p), 0xfe);
	assert_int_equal(b.rises[1], 0);
	port92_write(&p, 0xff);
	assert_int_equal(b.rises[1], 1);
	assert_false(b.level[1]);
	port92_write(&p, 0x03);		/* it is the rise that counts */
	assert_int_equal(b.rises[1], 1);
	port92_write(&p, 0x02);
	port92_write(&p, 0x03);
	assert_int_equal(b.rises[1], 2);
}

/* ---- clock ------------------------------------------------------------- */

static uint8_t rtc_get(struct mc146818 *c, uint8_t index)
{
	mc146818_port_write(c, 0, index);
	return mc146818_port_read(c, 1);
}

static void rtc_set(struct mc146818 *c, uint8_t index, uint8_t v)
{
	mc146818_port_write(c, 0, index);
	mc146818_port_write(c, 1, v);
}

static unsigned int from_bcd(uint8_t v)
{
	return (v >> 4) * 10u + (v & 15u);
}

static void clock_tells_the_time(void **state)
{
	static const int64_t times[] = { 0, 951782399, 951782400, 1709164800,
		4107542399, 4107542400, 1795230678, 2147483648 };
	struct mc146818_regs regs;
	struct mc146818 c = { &regs, bench_irq(&b, 0), bench_clock(&b) };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		time_t t = (time_t)times[i];
		struct tm tm;

		gmtime_r(&t, &tm);
		mc146818_reset(&c, times[i]);
		assert_int_equal(from_bcd(rtc_get(&c, 0)), tm.tm_sec);
		assert_int_equal(from_bcd(rtc_get(&c, 2)), tm.tm_min);
		assert_int_equal(from_bcd(rtc_get(&c, 4)), tm.tm_hour);
		assert_int_equal(rtc_get(&c, 6), tm.tm_wday + 1);
		assert_int_equal(from_bcd(rtc_get(&c, 7)), tm.tm_mday);
		assert_int_equal(from_bcd(rtc_get(&c, 8)), tm.tm_mon + 1);
		assert_int_equal(from_bcd(rtc_get(&c, 9)), tm.tm_year % 100);
		assert_int_equal(from_bcd(rtc_get(&c, 0x32)),
				 19 + tm.tm_year / 100);
	}
}

static void clock_is_set_and_runs(void **state)
{
	struct mc146818_regs regs;
	struct mc146818 c = { &regs, bench_irq(&b, 0), bench_clock(&b) };

	(void)state;
	mc146818_reset(&c, 1000000000);
	rtc_set(&c, 0x0b, 0x82);
	rtc_set(&c, 0x32, 0x20);
	rtc_set(&c, 0x09, 0x24);
	rtc_set(&c, 0x08, 0x02);
	rtc_set(&c, 0x07, 0x28);
	rtc_set(&c, 0x04, 0x23);
	rtc_set(&c, 0x02, 0x59);
	rtc_set(&c, 0x00, 0x58);
	rtc_set(&c, 0x0b, 0x02);
	b.now_ns += 2000000000ull;
	assert_int_equal(rtc_get(&c, 7), 0x29);	/* a leap year */
	assert_int_equal(rtc_get(&c, 4), 0x00);
	/* 12 hours, binary. */
	rtc_set(&c, 0x0b, 0x04);
	assert_int_equal(rtc_get(&c, 4), 12);
	b.now_ns += 12ull * 3600 * 1000000000;
	assert_int_equal(rtc_get(&c, 4), 12 | 0x80);
}

static void clock_interrupts(void **state)
{
	struct mc146818_regs regs;
	struct mc146818 c = { &regs, bench_irq(&b, 0), bench_clock(&b) };
	unsigned int i;

	(void)state;
	mc146818_reset(&c, 0);
	assert_true(b.alarm_ns == CLOCK_NEVER);
	rtc_set(&c, 0x0b, 0x42);	/* periodic, 1024 Hz */
	for (i = 0; i < 10; i++) {
		assert_in_range(b.alarm_ns - b.now_ns, 1, 976563);
		b.now_ns = b.alarm_ns;
		mc146818_tick(&c);
		assert_true(b.level[0]);
		assert_int_equal(rtc_get(&c, 0x0c) & 0xc0, 0xc0);
		assert_false(b.level[0]);
	}
	rtc_set(&c, 0x01, 0x05);
	rtc_set(&c, 0x03, 0xff);
	rtc_set(&c, 0x05, 0xff);
	rtc_set(&c, 0x0b, 0x22);	/* alarm at second 5 of any minute */
	for (i = 0; i < 5; i++) {
		assert_false(b.level[0]);
		b.now_ns = b.alarm_ns;
		mc146818_tick(&c);
	}
	assert_true(b.level[0]);
	assert_int_equal(rtc_get(&c, 0x0c) & 0xa0, 0xa0);
	/* Update in progress, just before a second ends. */
	b.now_ns = 10 * 1000000000ull - 100000;
	assert_int_equal(rtc_get(&c, 0x0a) & 0x80, 0x80);
	b.now_ns += 200000;
	assert_int_equal(rtc_get(&c, 0x0a) & 0x80, 0);
}

/* ---- PCI --------------------------------------------------------------- */

static void pci_configuration(void **state)
{
	struct pci_config host, isa;
	struct pci_bus_regs regs;
	struct pci_bus bus = { .regs = &regs, .reset = bench_irq(&b, 0) };

	(void)state;
	i440fx_init(&host);
	piix3_init(&isa);
	bus.slot[0][0] = (struct pci_function){ &host, pci_config_read,
					     pci_config_write };
	bus.slot[1][0] = (struct pci_function){ &isa, pci_config_read,
					     pci_config_write };
	pci_bus_reset(&bus);
	assert_int_equal(pci_port_read(&bus, 4, 4), 0xffffffff);
	pci_port_write(&bus, 0, 4, 0x80000000);
	assert_int_equal(pci_port_read(&bus, 4, 4), 0x12378086);
	assert_int_equal(pci_port_read(&bus, 6, 2), 0x1237);
	assert_int_equal(pci_port_read(&bus, 5, 1), 0x80);
	pci_port_write(&bus, 0, 4, 0x80000800);
	assert_int_equal(pci_port_read(&bus, 4, 4), 0x70008086);
	pci_port_write(&bus, 4, 4, 0);		/* read-only */
	assert_int_equal(pci_port_read(&bus, 4, 4), 0x70008086);
	pci_port_write(&bus, 0, 4, 0x80000900);	/* function 1: none */
	assert_int_equal(pci_port_read(&bus, 4, 4), 0xffffffff);
	pci_port_write(&bus, 0, 4, 0x80010000);	/* bus 1: none */
	assert_int_equal(pci_port_read(&bus, 4, 2), 0xffff);
	assert_int_equal(piix3_route(&isa, 0), -1);
	piix3_set_route(&isa, 0, 11);
	assert_int_equal(piix3_route(&isa, 0), 11);
	piix3_set_route(&isa, 0, 8);		/* not a line for PCI */
	assert_int_equal(piix3_route(&isa, 0), -1);
	pci_port_write(&bus, 1, 1, 0x02);
	assert_int_equal(b.rises[0], 0);
	pci_port_write(&bus, 1, 1, 0x06);
	assert_int_equal(b.rises[0], 1);
}

/* ---- power management -------------------------------------------------- */

static void power_off(void **state)
{
	struct piix4_pm_regs regs;
	struct piix4_pm p = { &regs, bench_irq(&b, 0), bench_irq(&b, 1),
			      bench_clock(&b) };

	(void)state;
	piix4_pm_reset(&p);
	piix4_pm_port_write(&p, 4, 2, 0x2001 | 3 << 10);
	assert_false(b.level[1]);
	assert_int_equal(piix4_pm_port_read(&p, 4, 2) & 0x2000, 0);
	/* As SeaBIOS's APM writes it, whatever the tables say. */
	piix4_pm_port_write(&p, 4, 2, 0x2000);
	assert_true(b.level[1]);
}

static void power_button(void **state)
{
	struct piix4_pm_regs regs;
	struct piix4_pm p = { &regs, bench_irq(&b, 0), bench_irq(&b, 1),
			      bench_clock(&b) };

	(void)state;
	piix4_pm_reset(&p);
	piix4_pm_port_write(&p, 2, 2, 0x0100);
	piix4_pm_power_button(&p);
	assert_true(b.level[0]);
	piix4_pm_port_write(&p, 0, 2, 0x0100);	/* write one to clear */
	assert_false(b.level[0]);
	piix4_pm_smi_write(&p, 0, PIIX4_PM_ACPI_DISABLE);
	piix4_pm_power_button(&p);
	assert_false(b.level[0]);
	piix4_pm_smi_write(&p, 0, PIIX4_PM_ACPI_ENABLE);
	assert_true(b.level[0]);
}

static void pm_timer(void **state)
{
	(void)state;
	assert_int_equal(piix4_pm_timer(0), 0);
	assert_int_equal(piix4_pm_timer(1000000000ull), PIIX4_PM_TIMER_HZ);
	/* It wraps at 32 bits after 1199.86 s, and goes on. */
	assert_int_equal(piix4_pm_timer(1200 * 1000000000ull),
			 1200u * PIIX4_PM_TIMER_HZ);
}

/* Its highest bit changes every 599.93 s. */
static void pm_timer_is_heard(void **state)
{
	const uint64_t half =
		((1ull << 31) * 1000000000ull + PIIX4_PM_TIMER_HZ - 1) /
		PIIX4_PM_TIMER_HZ;
	struct piix4_pm_regs regs;
	struct piix4_pm p = { &regs, bench_irq(&b, 0), bench_irq(&b, 1),
			      bench_clock(&b) };

	(void)state;
	piix4_pm_reset(&p);
	assert_int_equal(b.alarm_ns, CLOCK_NEVER);
	piix4_pm_port_write(&p, 2, 2, 1);
	assert_int_equal(b.alarm_ns, half);
	b.now_ns = half - 1;
	piix4_pm_tick(&p);
	assert_int_equal(piix4_pm_port_read(&p, 0, 2), 0);
	assert_false(b.level[0]);
	b.now_ns = half;
	piix4_pm_tick(&p);
	assert_true(b.level[0]);
	assert_int_equal(piix4_pm_port_read(&p, 0, 2), 1);
	piix4_pm_port_write(&p, 0, 2, 1);
	assert_false(b.level[0]);
	assert_in_range(b.alarm_ns, 2 * half - 1, 2 * half);
	/* Nobody waits for it: it is seen all the same. */
	piix4_pm_port_write(&p, 2, 2, 0);
	assert_int_equal(b.alarm_ns, CLOCK_NEVER);
	b.now_ns = 2 * half;
	assert_int_equal(piix4_pm_port_read(&p, 0, 2), 1);
	assert_false(b.level[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(uart_sends, fresh),
		cmocka_unit_test_setup(uart_receives, fresh),
		cmocka_unit_test_setup(uart_hears_a_break, fresh),
		cmocka_unit_test_setup(uart_loops, fresh),
		cmocka_unit_test_setup(uart_waits_for_room, fresh),
		cmocka_unit_test_setup(uart_interrupts_in_time, fresh),
		cmocka_unit_test_setup(uart_passes_linux, fresh),
		cmocka_unit_test_setup(uart_bears_anything, fresh),
		cmocka_unit_test_setup(port92_gates_and_resets, fresh),
		cmocka_unit_test_setup(clock_tells_the_time, fresh),
		cmocka_unit_test_setup(clock_is_set_and_runs, fresh),
		cmocka_unit_test_setup(clock_interrupts, fresh),
		cmocka_unit_test_setup(pci_configuration, fresh),
		cmocka_unit_test_setup(power_off, fresh),
		cmocka_unit_test_setup(power_button, fresh),
		cmocka_unit_test_setup(pm_timer, fresh),
		cmocka_unit_test_setup(pm_timer_is_heard, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
