/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * i82077aa_test.c - the floppy controller's ports and the commands that move
 * no data: phases, reset and its four interrupts, seeks, the change line, what
 * LOCK keeps; and what nobody may do to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/chip/lib_floppy.h"

static void invalid(struct fb *b, uint8_t code)
{
	SEND(b, code);
	RESULT(b, 0x80);
	assert_false(fb_pin(b));
}

/* ---- ports and reset ----------------------------------------------------- */

static void ports(void **state)
{
	struct fb *b = *state;

	assert_int_equal(fb_in(b, FDC_SRA), 0xff);	/* none in a PC/AT */
	assert_int_equal(fb_in(b, FDC_SRB), 0xff);
	assert_int_equal(fb_in(b, FDC_NOT_OURS), 0xff);
	assert_int_equal(fb_in(b, FDC_DOR), FB_ON);
	fb_out(b, FDC_TDR, 0xfe);
	assert_int_equal(fb_in(b, FDC_TDR), 0xfe);
	fb_out(b, FDC_TDR, 1);
	assert_int_equal(fb_in(b, FDC_TDR), 0xfd);
	fb_out(b, FDC_NOT_OURS, 0xff);
	fb_out(b, FDC_CCR, 0xfe);
	assert_int_equal(b->regs.rate, FLOPPY_250K);
	fb_out(b, FDC_DSR, 0x5f);
	assert_int_equal(b->regs.rate, FLOPPY_1M);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
	fb_in(b, FDC_FIFO);	/* nothing to be read */
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
}

static void reset_gives_four_interrupts(void **state)
{
	struct fb *b = *state;
	unsigned int rises, i;

	fb_seek(b, 7);
	fb_out(b, FDC_DOR, FB_ON & ~DOR_RUN);
	assert_int_equal(fb_in(b, FDC_MSR), 0);
	fb_out(b, FDC_FIFO, 0x10);	/* it is not heard */
	fb_settle(b);
	assert_false(fb_pin(b));
	rises = b->bench.rises[0];
	fb_out(b, FDC_DOR, FB_ON);
	assert_false(fb_pin(b));	/* not from inside */
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
	fb_settle(b);
	assert_true(fb_pin(b));
	for (i = 0; i < 4; i++) {
		fb_sense(b, (uint8_t)(0xc0 | i), 0);
		assert_false(fb_pin(b));
	}
	assert_int_equal(b->bench.rises[0], rises + 1);
	invalid(b, 0x08);
}

static void reset_by_dsr_ends_by_itself(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x0f, 0);	/* half a command */
	fb_out(b, FDC_DSR, DSR_RESET | FLOPPY_300K);
	assert_int_equal(b->regs.rate, FLOPPY_300K);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
	fb_settle(b);
	assert_true(fb_pin(b));
	fb_sense(b, 0xc0, 0);
	/* In a reset by DOR it begins nothing. */
	fb_out(b, FDC_DOR, 0);
	fb_out(b, FDC_DSR, DSR_RESET);
	assert_int_equal(b->bench.alarm_ns, CLOCK_NEVER);
}

static void no_polling_no_interrupt(void **state)
{
	struct fb *b = *state;

	fb_out(b, FDC_DOR, 0);
	fb_out(b, FDC_DOR, FB_ON);
	SEND(b, 0x13, 0, CONFIG_NO_POLL, 0);	/* soon enough */
	fb_settle(b);
	assert_false(fb_pin(b));
	invalid(b, 0x08);
}

static void reset_ends_what_runs(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x0f, 0, 9);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | 1);
	fb_out(b, FDC_DSR, DSR_RESET);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
	fb_tick(b);
	fb_sense(b, 0xc0, 0);
	fb_sense(b, 0xc1, 0);
}

static void gate_of_int(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x07, 0);
	fb_out(b, FDC_DOR, FB_ON & ~DOR_GATE);
	fb_settle(b);
	assert_false(fb_pin(b));
	fb_out(b, FDC_DOR, FB_ON);
	assert_true(fb_pin(b));
}

/* ---- commands ------------------------------------------------------------ */

static void invalid_codes(void **state)
{
	struct fb *b = *state;
	unsigned int i;
	/* SCAN, PART ID, OPTION, drive specification, power down mode, ... */
	static const uint8_t codes[] = {
		0x00, 0x01, 0x0b, 0x11, 0x15, 0x17, 0x18, 0x19, 0x1a, 0x1b,
		0x1d, 0x1e, 0x1f, 0x33, 0x8e, 0xcd, 0x25, 0x82, 0x03 | 0x40,
		0x87, 0x90, 0x48, 0x2a,
	};

	for (i = 0; i < sizeof(codes); i++)
		invalid(b, codes[i]);
}

static void version_and_lock(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x10);
	RESULT(b, 0x90);
	SEND(b, 0x94);
	RESULT(b, 0x10);
	SEND(b, 0x14);
	RESULT(b, 0x00);
}

static void dump_registers(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x03, 0xaf, 0x1e);
	SEND(b, 0x13, 0, 0x57, 0x21);
	SEND(b, 0x12, 0x80 | 0x2a);
	SEND(b, 0x94);
	RESULT(b, 0x10);
	SEND(b, 0x0f, 1, 33);
	fb_settle(b);
	fb_sense(b, 0x21, 33);
	fb_seek(b, 3);
	SEND(b, 0x0e);
	RESULT(b, 3, 33, 0, 0, 0xaf, 0x1e, 0, 0x80 | 0x2a, 0x57, 0x21);
	SEND(b, 0x12, 0x15);	/* without OW: GAP and WGATE alone */
	SEND(b, 0x0e);
	RESULT(b, 3, 33, 0, 0, 0xaf, 0x1e, 0, 0x80 | 0x29, 0x57, 0x21);
	/* LOCK keeps the FIFO's, and the drives' bits stay in any case. */
	fb_out(b, FDC_DSR, DSR_RESET);
	SEND(b, 0x0e);
	RESULT(b, 0, 0, 0, 0, 0xaf, 0x1e, 0, 0x80 | 0x28, 0x07, 0x21);
	SEND(b, 0x14);
	RESULT(b, 0);
	fb_out(b, FDC_DSR, DSR_RESET);
	SEND(b, 0x0e);
	RESULT(b, 0, 0, 0, 0, 0xaf, 0x1e, 0, 0x28, CONFIG_NO_FIFO, 0);
}

static void sense_drive(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x04, 0xf8);
	RESULT(b, 0x38);
	fb_seek(b, 1);
	SEND(b, 0x04, 4);
	RESULT(b, 0x2c);
	SEND(b, 0x04, 1);	/* empty */
	RESULT(b, 0x39);
	SEND(b, 0x04, 2);	/* no drive */
	RESULT(b, 0x2a);
	fb_insert(b, 2880, true);
	SEND(b, 0x04, 0);
	RESULT(b, 0x78);
	b->regs.drive[0].medium.present = 0;
	SEND(b, 0x04, 0);
	RESULT(b, 0x38);
}

/* ---- seeks --------------------------------------------------------------- */

static void seek_and_recalibrate(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x0f, 4, 40);	/* HDS is not told again */
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | 1);
	assert_false(fb_pin(b));
	fb_settle(b);
	assert_true(fb_pin(b));
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM);
	fb_sense(b, 0x20, 40);
	assert_false(fb_pin(b));
	assert_int_equal(b->regs.drive[0].at, 40);
	SEND(b, 0x07, 0);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | 1);
	fb_settle(b);
	fb_sense(b, 0x20, 0);
	assert_int_equal(b->regs.drive[0].at, 0);
}

static void seek_relative(void **state)
{
	struct fb *b = *state;

	fb_seek(b, 10);
	SEND(b, 0xcf, 0, 5);
	fb_settle(b);
	fb_sense(b, 0x20, 15);
	SEND(b, 0x8f, 0, 7);
	fb_settle(b);
	fb_sense(b, 0x20, 8);
	assert_int_equal(b->regs.drive[0].at, 8);
	SEND(b, 0x8f, 0, 20);	/* the head stops, the count does not */
	fb_settle(b);
	fb_sense(b, 0x20, 244);
	assert_int_equal(b->regs.drive[0].at, 0);
}

static void recalibrate_from_far(void **state)
{
	struct fb *b = *state;

	fb_seek(b, 255);
	assert_int_equal(b->regs.drive[0].at, 83);	/* it stops there */
	SEND(b, 0x07, 0);	/* 79 steps are not enough */
	fb_settle(b);
	fb_sense(b, 0x70, 0);
	assert_int_equal(b->regs.drive[0].at, 4);
	SEND(b, 0x07, 0);
	fb_settle(b);
	fb_sense(b, 0x20, 0);
	fb_seek(b, 79);
	SEND(b, 0x07, 0);	/* but for these they are */
	fb_settle(b);
	fb_sense(b, 0x20, 0);
	SEND(b, 0x07, 3);	/* no drive, no track 0 */
	fb_settle(b);
	fb_sense(b, 0x73, 0);
}

static void seeks_overlap(void **state)
{
	struct fb *b = *state;
	unsigned int rises = b->bench.rises[0];

	SEND(b, 0x0f, 0, 5);
	b->bench.now_ns += 1000;
	SEND(b, 0x0f, 1, 6);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | 3);
	fb_tick(b);
	assert_int_equal(fb_in(b, FDC_MSR), MSR_RQM | 2);
	fb_tick(b);
	assert_int_equal(b->bench.rises[0], rises + 1);
	/* A driver that senses once for each interrupt has two. */
	fb_sense(b, 0x20, 5);
	assert_int_equal(b->bench.rises[0], rises + 2);
	fb_sense(b, 0x21, 6);
	assert_int_equal(b->bench.rises[0], rises + 2);
	assert_false(fb_pin(b));
}

static void change_line(void **state)
{
	struct fb *b = *state;

	assert_int_equal(fb_in(b, FDC_DIR), 0xff);	/* since power-on */
	fb_seek(b, 0);	/* no step */
	assert_int_equal(fb_in(b, FDC_DIR), 0xff);
	fb_seek(b, 1);
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_insert(b, 1440, false);
	assert_int_equal(fb_in(b, FDC_DIR), 0xff);
	fb_out(b, FDC_DOR, FB_ON & ~DOR_MOTOR0);	/* not selected */
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_out(b, FDC_DOR, FB_ON | 1);	/* the motor of the other one */
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_out(b, FDC_DOR, (FB_ON & ~DOR_MOTOR0) | DOR_MOTOR0 << 1 | 1);
	assert_int_equal(fb_in(b, FDC_DIR), 0xff);	/* empty: */
	SEND(b, 0x0f, 1, 9);
	fb_settle(b);
	fb_sense(b, 0x21, 9);
	assert_int_equal(fb_in(b, FDC_DIR), 0xff);	/* a step is no help */
	fb_out(b, FDC_DOR, DOR_MOTOR0 << 2 | DOR_GATE | DOR_RUN | 2);
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);	/* no drive */
}

/* A step out of track 0 is one, too: so a change is heeded there. */
static void step_at_track_0(void **state)
{
	struct fb *b = *state;

	SEND(b, 0x8f, 0, 1);
	fb_settle(b);
	assert_int_equal(fb_in(b, FDC_DIR), 0x7f);
	fb_sense(b, 0x20, 255);
}

/* ---- what nobody may do -------------------------------------------------- */

/*
 * "VENOM" (CVE-2015-3456): a command that takes bytes without end leads out of
 * its buffer. DRIVE SPECIFICATION did, and READ ID.
 */
static void venom(void **state)
{
	struct fb *b = *state;
	static const uint8_t codes[] = { 0x8e, 0x4a, 0x46, 0x0d, 0x4d, 0x13 };
	struct i82077aa_regs *r = &b->regs;
	unsigned int i, k;

	r->turn = 0xa5;
	for (i = 0; i < sizeof(codes); i++) {
		fb_out(b, FDC_FIFO, codes[i]);
		for (k = 0; k < 100000; k++) {
			/* no host comes */
			i82077aa_port_write(&b->chip, FDC_FIFO, 0x8e);
			assert_in_range(r->at, 0, 9);
			assert_in_range(r->count, 0, 10);
			assert_int_equal(r->turn, 0xa5);	/* behind it */
		}
		fb_out(b, FDC_DSR, DSR_RESET);
	}
}

/* Accesses of noise, with the counters in any state. */
static void counters_of_noise(void **state)
{
	struct fb *b = *state;
	unsigned int i, k;

	for (i = 0; i < 256; i++)
		for (k = 0; k < 6; k++) {
			memset(&b->regs, (int)i, sizeof(b->regs));
			b->regs.dor |= DOR_RUN;
			b->regs.phase = (uint8_t)(k % 3);
			b->regs.step = (uint8_t)(k + 1);
			fb_in(b, FDC_FIFO);
			b->regs.phase = (uint8_t)(k % 3);
			i82077aa_port_write(&b->chip, FDC_FIFO, (uint8_t)i);
			i82077aa_tick(&b->chip);
			b->waiting[0] = b->waiting[1] = false;
			b->chip.flying[0] = b->chip.flying[1] = false;
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, fb_open, fb_close)
		TEST(ports),
		TEST(reset_gives_four_interrupts),
		TEST(reset_by_dsr_ends_by_itself),
		TEST(no_polling_no_interrupt),
		TEST(reset_ends_what_runs),
		TEST(gate_of_int),
		TEST(invalid_codes),
		TEST(version_and_lock),
		TEST(dump_registers),
		TEST(sense_drive),
		TEST(seek_and_recalibrate),
		TEST(seek_relative),
		TEST(recalibrate_from_far),
		TEST(seeks_overlap),
		TEST(change_line),
		TEST(step_at_track_0),
		TEST(venom),
		TEST(counters_of_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
