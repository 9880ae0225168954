/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ide_test.c - an IDE channel's task file, resets, and its two halves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "tests/chip/lib_ide.h"

#define SECTORS	100000u

static struct ide_bench b;
static uint8_t got[256 * 512], want[256 * 512];

static int fresh(void **state)
{
	(void)state;
	ide_bench_new(&b);
	ide_bench_plug(&b, 0, IDE_DISK, SECTORS);
	return 0;
}

static int two(void **state)
{
	fresh(state);
	ide_bench_plug(&b, 1, IDE_DISK, 5000);
	return 0;
}

/* ---- task file ----------------------------------------------------------- */

static void power_on(void **state)
{
	(void)state;
	disk_signature(&b, GOOD);
	assert_false(b.level);
	assert_int_equal(b.regs.phase, IDE_IDLE);
	assert_int_equal(b.regs.control, 0);
	b.level = true;
	ide_power_on(&b.c);
	assert_false(b.level);
}

static void registers_read_back(void **state)
{
	unsigned int i;

	(void)state;
	for (i = R_COUNT; i <= R_HIGH; i++)
		out(&b, i, (uint8_t)(0x51 + i));
	for (i = R_COUNT; i <= R_HIGH; i++)
		assert_int_equal(in(&b, i), 0x51 + i);
	out(&b, R_DEVICE, 0x4c);
	assert_int_equal(in(&b, R_DEVICE), 0xec);
	out(&b, R_FEATURE, 0x77);
	assert_int_equal(in(&b, R_ERROR), 1);	/* another register */
}

static void old_bytes_by_hob(void **state)
{
	unsigned int i;

	(void)state;
	for (i = R_COUNT; i <= R_HIGH; i++) {
		out(&b, i, (uint8_t)(0x10 + i));
		out(&b, i, (uint8_t)(0x20 + i));
	}
	ide_control(&b.c, 0x80);
	for (i = R_COUNT; i <= R_HIGH; i++)
		assert_int_equal(in(&b, i), 0x10 + i);
	out(&b, R_COUNT, 0x33);		/* a write turns it off */
	assert_int_equal(in(&b, R_COUNT), 0x33);
	assert_int_equal(in(&b, R_LOW), 0x20 + R_LOW);
	ide_control(&b.c, 0x80);
	assert_int_equal(in(&b, R_COUNT), 0x20 + R_COUNT);
	out(&b, R_FEATURE, 1);
	out(&b, R_FEATURE, 2);
	assert_int_equal(b.regs.drive[0].feature[0], 2);
	assert_int_equal(b.regs.drive[0].feature[1], 1);
}

static void wide_accesses_are_split(void **state)
{
	uint32_t v;

	(void)state;
	ide_port_write(&b.c, R_COUNT, 4, 0x44332211);
	assert_int_equal(in(&b, R_COUNT), 0x11);
	assert_int_equal(in(&b, R_HIGH), 0x44);
	ide_port_read(&b.c, R_COUNT, 4, &v);
	assert_int_equal(v, 0x44332211);
	ide_port_read(&b.c, R_STATUS, 2, &v);	/* beyond is nobody */
	assert_int_equal(v, 0xff00 | GOOD);
	ide_port_write(&b.c, R_DEVICE, 4, 0xec40);	/* IDENTIFY */
	assert_int_equal(ide_alternate(&b.c), GOOD | DRQ);
}

static void an_empty_channel_floats(void **state)
{
	uint32_t v = 0;
	unsigned int i;

	(void)state;
	ide_bench_new(&b);
	for (i = 1; i < 8; i++) {
		out(&b, i, 0x5a);
		assert_int_equal(in(&b, i), 0xff);
	}
	ide_port_read(&b.c, R_DATA, 2, &v);
	assert_int_equal(v, 0xffff);
	assert_int_equal(ide_alternate(&b.c), 0xff);
	assert_int_equal(b.regs.device, 0);
	out(&b, R_COMMAND, 0x90);
	assert_false(b.level);
}

static void a_missing_slave(void **state)
{
	(void)state;
	out(&b, R_DEVICE, 0x10);
	assert_int_equal(in(&b, R_STATUS), 0);
	assert_int_equal(ide_alternate(&b.c), 0);
	out(&b, R_LOW, 0xaa);		/* the other one answers */
	assert_int_equal(in(&b, R_LOW), 0xaa);
	out(&b, R_COMMAND, 0xec);
	assert_int_equal(in(&b, R_STATUS), 0);
	assert_false(b.level);
	out(&b, R_DEVICE, 0);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	/* And a missing master. */
	ide_bench_new(&b);
	ide_bench_plug(&b, 1, IDE_DISK, SECTORS);
	assert_int_equal(in(&b, R_STATUS), 0);
	out(&b, R_DEVICE, 0x10);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	out(&b, R_COMMAND, 0xec);
	assert_int_equal(in(&b, R_STATUS), GOOD | DRQ);
}

static void both_drives_latch_but_answer_alone(void **state)
{
	(void)state;
	out(&b, R_MID, 0x12);
	out(&b, R_DEVICE, 0x10);
	assert_int_equal(in(&b, R_MID), 0x12);
	out(&b, R_COMMAND, 0xff);
	assert_true(b.level);
	ide_control(&b.c, 0);
	assert_int_equal(ide_alternate(&b.c), GOOD | ERR);
	/* The line is the selected drive's. */
	out(&b, R_DEVICE, 0);
	assert_false(b.level);
	assert_int_equal(ide_alternate(&b.c), GOOD);
	out(&b, R_DEVICE, 0x10);
	assert_true(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	assert_false(b.level);
}

static void nien_gates_the_line(void **state)
{
	(void)state;
	ide_control(&b.c, 0x02);
	out(&b, R_COMMAND, 0xff);
	assert_false(b.level);
	assert_int_equal(bm_status(&b) & 4, 0);
	ide_control(&b.c, 0);
	assert_true(b.level);
	assert_int_equal(bm_status(&b) & 4, 4);
	assert_int_equal(ide_alternate(&b.c), GOOD | ERR);
	assert_true(b.level);			/* alternate: not seen */
	in(&b, R_STATUS);
	assert_false(b.level);
	out(&b, R_COMMAND, 0xff);
	assert_true(b.level);
	b.rises = 0;
	ide_bm_write(&b.c, 2, 1, 4);
	out(&b, R_COMMAND, 0xff);	/* a command lets it go first */
	assert_int_equal(b.rises, 1);
	assert_int_equal(bm_status(&b) & 4, 4);
	ide_bm_write(&b.c, 2, 1, 4);
	ide_control(&b.c, 0);
	assert_int_equal(bm_status(&b) & 4, 0);	/* an edge sets it */
	command(&b, 0x20, 0, 1);
	assert_false(b.level);
	ide_settle(&b);
	assert_int_equal(in(&b, R_ERROR), 0);	/* and forgets */
	assert_true(b.level);
}

/* ---- resets -------------------------------------------------------------- */

static void soft_reset(void **state)
{
	(void)state;
	out(&b, R_DEVICE, 0x10);
	out(&b, R_MID, 0x42);
	out(&b, R_COMMAND, 0xff);
	assert_true(b.level);
	ide_control(&b.c, 0x04);
	assert_false(b.level);
	assert_int_equal(ide_alternate(&b.c), BSY);
	out(&b, R_COUNT, 0x55);		/* nobody listens */
	out(&b, R_COMMAND, 0xec);
	assert_int_equal(ide_alternate(&b.c), BSY);
	ide_control(&b.c, 0);
	disk_signature(&b, GOOD);
	assert_false(b.level);
	out(&b, R_DEVICE, 0x10);
	assert_false(b.level);
	assert_int_equal(in(&b, R_STATUS), GOOD);
	assert_int_equal(in(&b, R_ERROR), 1);
	ide_control(&b.c, 0);		/* no edge, no reset */
	assert_int_equal(in(&b, R_DEVICE), 0xb0);
}

static void busy_registers_are_shut(void **state)
{
	(void)state;
	command(&b, 0x20, 7, 1);
	out(&b, R_DEVICE, 0x10);
	out(&b, R_COUNT, 9);
	out(&b, R_COMMAND, 0xff);
	out(&b, R_COMMAND, 0x08);	/* a disk does not know it */
	assert_int_equal(in(&b, R_DEVICE), 0xe0);
	assert_int_equal(in(&b, R_COUNT), 1);
	ide_settle(&b);
	out(&b, R_COMMAND, 0xff);	/* with DRQ, too */
	read_block(&b, got, 512);
	same_sectors(&b, got, 7, 1);
	task_ended(&b);
}

/* A reset in mid-request: its result counts for nothing, and the next request
 * of this drive waits for it. */
static void reset_in_mid_request(void **state)
{
	uint32_t old;

	(void)state;
	command(&b, 0x20, 7, 1);
	old = b.medium[0].request.tag;
	ide_control(&b.c, 0x04);
	ide_control(&b.c, 0);
	command(&b, 0x20, 99, 1);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_int_equal(b.medium[0].started, 1);
	assert_int_equal(b.medium[0].request.tag, old);
	ide_settle_one(&b);
	assert_int_equal(in(&b, R_STATUS), BSY);
	assert_false(b.level);
	assert_int_equal(b.medium[0].started, 2);
	assert_int_equal(b.medium[0].request.first, 99);
	/* The old one's tag means nothing any more. */
	ide_medium_done(&b.c, 0, old, MEDIUM_FAILED);
	assert_int_equal(in(&b, R_STATUS), BSY);
	ide_settle(&b);
	read_block(&b, got, 512);
	same_sectors(&b, got, 99, 1);
	task_ended(&b);
}

static void reset_and_the_other_drive(void **state)
{
	(void)state;
	command(&b, 0x20, 7, 1);
	ide_control(&b.c, 0x04);
	ide_control(&b.c, 0);
	out(&b, R_DEVICE, 0x10);
	command(&b, 0x20, 3, 1);	/* does not wait */
	assert_true(b.medium[1].busy);
	b.medium[0].busy = false;
	ide_medium_done(&b.c, 0, b.medium[0].request.tag, MEDIUM_FAILED);
	assert_int_equal(in(&b, R_STATUS), BSY);
	ide_settle(&b);
	read_block(&b, got, 512);
	task_ended(&b);
}

static void reset_while_data_goes(void **state)
{
	(void)state;
	command(&b, 0x30, 7, 1);
	write_block(&b, want, 500);
	ide_control(&b.c, 0x04);
	ide_control(&b.c, 0);
	write_block(&b, want, 12);
	assert_false(b.medium[0].busy);
	assert_int_equal(b.medium[0].started, 0);
	disk_signature(&b, GOOD);
	command(&b, 0x20, 7, 2);
	ide_settle(&b);
	read_block(&b, got, 20);
	ide_control(&b.c, 0x04);
	assert_int_equal(in_data(&b, 2), 0);
	ide_control(&b.c, 0);
	command(&b, 0x20, 8, 1);
	ide_settle(&b);
	read_block(&b, got, 512);
	same_sectors(&b, got, 8, 1);
	task_ended(&b);
}

/* ---- two worlds ---------------------------------------------------------- */

/* The register half alone: it says when the host is wanted, and never goes to
 * the medium itself. */
static void host_is_asked(void **state)
{
	unsigned int i;

	(void)state;
	b.no_host = true;
	identify(&b, got);
	for (i = 1; i < 8; i++)
		in(&b, i);
	assert_false(b.host_asked);
	command(&b, 0x20, 0, 1);
	assert_true(b.host_asked);
	assert_false(b.medium[0].busy);
	ide_work(&b.c);
	ide_work(&b.c);			/* once is enough */
	assert_int_equal(b.medium[0].started, 1);
	ide_settle(&b);
	b.host_asked = false;
	read_block(&b, got, 512);
	assert_false(b.host_asked);
	command(&b, 0x30, 0, 1);
	write_block(&b, want, 510);
	assert_false(b.host_asked);
	write_block(&b, want, 2);
	assert_true(b.host_asked);
	ide_work(&b.c);
	ide_settle(&b);
	task_ended(&b);
	ide_work(&b.c);			/* nothing to do */
	assert_int_equal(b.medium[0].started, 2);
}

static void no_medium_wire(void **state)
{
	(void)state;
	memset(b.c.medium, 0, sizeof(b.c.medium));
	command(&b, 0x20, 0, 1);
	task_failed(&b, 0x40);
	command(&b, 0x30, 0, 1);
	write_block(&b, want, 512);
	assert_int_equal(in(&b, R_STATUS), GOOD | DF | ERR);
	b.c.buffer = NULL;
	out(&b, R_COMMAND, 0xec);
	read_block(&b, got, 512);
	assert_int_equal(got[0] | got[511], 0);
	task_ended(&b);
}

static void data_goes_away(void **state)
{
	(void)state;
	command(&b, 0x20, 0, 1);
	b.c.medium[0].data = NULL;
	ide_settle(&b);
	task_failed(&b, 0x40);
	assert_false(ide_locked(&b.c, 0));
}

static void tags_are_never_0(void **state)
{
	(void)state;
	b.c.last_tag = UINT32_MAX;
	command(&b, 0x20, 0, 1);
	assert_int_equal(b.medium[0].request.tag, 1);
	ide_settle(&b);
	read_block(&b, got, 512);
	task_ended(&b);
	command(&b, 0x20, 0, 1);
	assert_int_equal(b.medium[0].request.tag, 2);
}

/* What a broken VMM wrote while a request is under way: what ends it is what
 * was asked, or nothing. */
static void hostile_while_under_way(void **state)
{
	uint32_t tag;

	(void)state;
	command(&b, 0x20, 0, 1);
	tag = b.medium[0].request.tag;
	b.regs.job = IDE_JOB_WRITE;
	b.regs.left = b.regs.filled = 0xffffffff;
	b.medium[0].busy = false;
	b.no_host = true;
	ide_medium_done(&b.c, 0, tag, MEDIUM_OK);
	/* A write was never asked for: it is one now, from the buffer. */
	assert_int_equal(b.medium[0].request.op, MEDIUM_WRITE);
	assert_true(b.medium[0].request.count <= 128);
	b.regs.job = 99;
	b.medium[0].sectors = UINT64_MAX;
	ide_settle_one(&b);
	assert_int_equal(in(&b, R_STATUS), GOOD | ERR);
	assert_int_equal(in(&b, R_ERROR), 4);
	/* A job by itself, without a request. */
	b.regs.phase = IDE_BUSY;
	b.regs.job = IDE_JOB_READ;
	b.regs.left = 0;
	ide_work(&b.c);
	assert_int_equal(b.medium[0].request.count, 1);
	b.regs.phase = IDE_OUT;
	ide_settle(&b);
	assert_int_equal(b.regs.phase, IDE_OUT);
}

#define T(f) cmocka_unit_test_setup(f, fresh)
#define T2(f) cmocka_unit_test_setup(f, two)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(power_on), T(registers_read_back), T(old_bytes_by_hob),
		T(wide_accesses_are_split), T(an_empty_channel_floats),
		T(a_missing_slave), T2(both_drives_latch_but_answer_alone),
		T(nien_gates_the_line),
		T2(soft_reset), T2(busy_registers_are_shut),
		T(reset_in_mid_request), T2(reset_and_the_other_drive),
		T(reset_while_data_goes),
		T(host_is_asked), T(no_medium_wire), T(data_goes_away),
		T(tags_are_never_0), T(hostile_while_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
