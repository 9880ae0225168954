/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * door_test.c - the door between the worlds, with a hostile other side.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "tests/lib_seed.h"
#include "vmdriver/attention.h"
#include "vmdriver/crosspage.h"
#include "vmdriver/worldswitch.h"

static struct crosspage *open_door(int *fd)
{
	struct crosspage *cross = crosspage_create(fd);

	assert_non_null(cross);
	atomic_store(&cross->owner, DOOR_HOST);
	cross->nic_count = 1;
	return cross;
}

static void close_door(struct crosspage *cross, int fd)
{
	crosspage_close(cross);
	close(fd);
}

static void calls_are_checked(void **state)
{
	static const struct { struct hostcall call; bool good; } cases[] = {
		{ { .kind = HOSTCALL_HALT }, true },
		{ { .kind = HOSTCALL_COUNT }, false },
		{ { .kind = 0xffffffff }, false },
		{ { .kind = HOSTCALL_PORT_READ, .width = 1 }, true },
		{ { .kind = HOSTCALL_PORT_READ, .width = 0 }, false },
		{ { .kind = HOSTCALL_PORT_READ, .width = 3 }, false },
		{ { .kind = HOSTCALL_PORT_WRITE, .width = 8 }, false },
		{ { .kind = HOSTCALL_PORT_WRITE, .width = 4,
		    .at = 0xfffc }, true },
		{ { .kind = HOSTCALL_PORT_WRITE, .width = 4,
		    .at = 0xfffd }, false },
		{ { .kind = HOSTCALL_PORT_READ, .width = 1,
		    .at = 0x10000 }, false },
		{ { .kind = HOSTCALL_MMIO_READ, .width = 0 }, false },
		{ { .kind = HOSTCALL_MMIO_WRITE, .width = 4,
		    .at = 0xfffffffc }, true },
		{ { .kind = HOSTCALL_MMIO_WRITE, .width = 4,
		    .at = 0xfffffffd }, false },
		{ { .kind = HOSTCALL_CHIP_WORK, .worker = 0 }, true },
		{ { .kind = HOSTCALL_CHIP_WORK, .worker = 1 }, false },
		{ { .kind = HOSTCALL_CHIP_WORK, .worker = 255 }, false },
	};
	struct crosspage *cross;
	struct hostcall out;
	size_t i;
	int fd;

	(void)state;
	cross = open_door(&fd);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		cross->call = cases[i].call;
		assert_int_equal(hostcall_decode(cross, 1, &out),
				 cases[i].good);
	}
	/* However many cards the other side says there are; what has work
	 * beside cards is always there. */
	for (cross->nic_count = 0; cross->nic_count <= NIC_MAX;
	     cross->nic_count++)
		for (i = 0; i <= PC_WORKERS; i++) {
			cross->call = (struct hostcall){
				.kind = HOSTCALL_CHIP_WORK,
				.worker = (uint8_t)i };
			assert_int_equal(hostcall_decode(cross, 2, &out),
					 i < 2 || (i >= NIC_MAX &&
						   i < PC_WORKERS));
		}
	close_door(cross, fd);
}

static void random_calls_change_nothing(void **state)
{
	struct crosspage *cross;
	struct hostcall before, out;
	unsigned int seed = test_seed((unsigned int)clock_now_ns()), i, j;
	int fd;

	(void)state;
	cross = open_door(&fd);
	for (i = 0; i < 100000; i++) {
		for (j = 0; j < sizeof(before); j++)
			((uint8_t *)&before)[j] = (uint8_t)rand_r(&seed);
		before.kind %= HOSTCALL_COUNT + 1;
		cross->call = before;
		if (hostcall_decode(cross, 1, &out))
			assert_true(out.kind < HOSTCALL_COUNT);
		assert_memory_equal(&before, &cross->call, sizeof(before));
	}
	close_door(cross, fd);
}

static void replies_are_checked(void **state)
{
	struct crosspage *cross;
	struct hostreply out;
	int fd;

	(void)state;
	cross = open_door(&fd);
	assert_true(hostreply_decode(cross, &out));
	cross->reply.flags = 2;
	assert_false(hostreply_decode(cross, &out));
	close_door(cross, fd);
}

static void stop_text_is_printable(void **state)
{
	struct crosspage *cross;
	struct stop_info out;
	size_t i;
	int fd;

	(void)state;
	cross = open_door(&fd);
	memset(&cross->stop, 0xff, sizeof(cross->stop));
	cross->stop.text[3] = '\033';
	stop_decode(cross, &out);
	assert_in_range(out.byte_count, 0, sizeof(out.bytes));
	assert_int_equal(strlen(out.text), STOP_TEXT_SIZE - 1);
	for (i = 0; out.text[i]; i++)
		assert_in_range(out.text[i], ' ', '~');
	close_door(cross, fd);
}

static void last_words_are_printable(void **state)
{
	char out[LAST_WORDS_SIZE];
	struct crosspage *cross;
	size_t i;
	int fd;

	(void)state;
	cross = open_door(&fd);
	last_words_decode(cross, out);
	assert_string_equal(out, "");
	log_keep(cross->last_words, sizeof(cross->last_words));
	log_error("out of %s", "luck");
	log_warn("and of this nobody hears");
	log_keep(NULL, 0);
	last_words_decode(cross, out);
	assert_string_equal(out, "out of luck");
	memset(cross->last_words, 0xff, sizeof(cross->last_words));
	cross->last_words[3] = '\033';
	last_words_decode(cross, out);
	assert_int_equal(strlen(out), LAST_WORDS_SIZE - 1);
	for (i = 0; out[i]; i++)
		assert_in_range(out[i], ' ', '~');
	close_door(cross, fd);
}

static void foreign_pages_are_refused(void **state)
{
	struct crosspage *cross;
	int fd, other;

	(void)state;
	cross = open_door(&fd);
	assert_null(crosspage_attach(STDIN_FILENO));
	other = memfd_create("small", MFD_ALLOW_SEALING);
	assert_null(crosspage_attach(other));
	/* The right size, but its maker could still shrink it. */
	assert_int_equal(ftruncate(other, lseek(fd, 0, SEEK_END)), 0);
	assert_null(crosspage_attach(other));
	close(other);
	cross->version++;
	assert_null(crosspage_attach(fd));
	cross->version--;
	cross->magic++;
	assert_null(crosspage_attach(fd));
	cross->magic--;
	cross->nic_count = NIC_MAX + 1;
	assert_null(crosspage_attach(fd));
	close_door(cross, fd);
}

static void dma_log_overflows_safely(void **state)
{
	struct crosspage *cross;
	unsigned int i;
	int fd;

	(void)state;
	cross = open_door(&fd);
	dma_log_add(cross, 0x1000, 0x100);
	dma_log_add(cross, 0x1100, 0x100);
	assert_int_equal(cross->dma_log.count, 1);	/* neighbours join */
	assert_int_equal(cross->dma_log.entry[0].len, 0x200);
	for (i = 0; i < 2 * DMA_LOG_SIZE; i++)
		dma_log_add(cross, i * 0x2000, 4);
	assert_int_equal(cross->dma_log.count, DMA_LOG_SIZE + 1);
	/* A count that the other side made up leads nowhere. */
	cross->dma_log.count = 0xffffffff;
	dma_log_add(cross, 0x1000, 4);
	assert_int_equal(cross->dma_log.count, DMA_LOG_SIZE + 1);
	close_door(cross, fd);
}

/* echo() - the other world, in a child: add one to each value. */
static void echo(struct crosspage *cross)
{
	worldswitch_wait(cross, DOOR_VMM);
	for (;;) {
		cross->call.value = cross->reply.value + 1;
		worldswitch(cross, DOOR_VMM);
	}
}

static void the_cpu_goes_there_and_back(void **state)
{
	struct crosspage *cross;
	uint32_t i;
	pid_t child;
	int fd;

	(void)state;
	cross = open_door(&fd);
	child = fork();
	if (child == 0)
		echo(cross);
	for (i = 0; i < 10000; i++) {
		cross->reply.value = i;
		assert_true(worldswitch(cross, DOOR_HOST));
		assert_int_equal(cross->call.value, i + 1);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close_door(cross, fd);
}

static void a_dead_world_hangs_nobody(void **state)
{
	struct crosspage *cross;
	pid_t child;
	int fd;

	(void)state;
	cross = open_door(&fd);
	child = fork();
	if (child == 0) {
		/* The watcher's part: it finds the VMM dead. */
		usleep(50000);
		worldswitch_abandon(cross);
		_exit(0);
	}
	assert_false(worldswitch(cross, DOOR_HOST));
	/* And it stays so. */
	assert_false(worldswitch(cross, DOOR_HOST));
	waitpid(child, NULL, 0);
	close_door(cross, fd);
}

static void nonsense_in_the_word_is_not_ours(void **state)
{
	struct crosspage *cross;
	pid_t child;
	int fd;

	(void)state;
	cross = open_door(&fd);
	child = fork();
	if (child == 0) {
		usleep(20000);
		atomic_store(&cross->owner, 0xdeadbeef);
		usleep(20000);
		worldswitch_abandon(cross);
		_exit(0);
	}
	assert_false(worldswitch(cross, DOOR_HOST));
	waitpid(child, NULL, 0);
	close_door(cross, fd);
}

static void attention_is_taken_once(void **state)
{
	_Atomic uint32_t word = 0;

	(void)state;
	attention_raise(&word, ATTENTION_HOST_IRQ);
	attention_raise(&word, ATTENTION_NET);
	assert_int_equal(attention_take(&word),
			 ATTENTION_HOST_IRQ | ATTENTION_NET);
	assert_int_equal(attention_take(&word), 0);
}

static void pins_are_bits(void **state)
{
	struct crosspage *cross;
	int fd;

	(void)state;
	cross = open_door(&fd);
	irq_pin_set(cross, PIN_NIC0, true);
	irq_pin_set(cross, PIN_RTC, true);
	irq_pin_set(cross, PIN_NIC0, false);
	assert_int_equal(atomic_load(&cross->irq_pins), 1u << PIN_RTC);
	close_door(cross, fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_checked),
		cmocka_unit_test(random_calls_change_nothing),
		cmocka_unit_test(replies_are_checked),
		cmocka_unit_test(stop_text_is_printable),
		cmocka_unit_test(last_words_are_printable),
		cmocka_unit_test(foreign_pages_are_refused),
		cmocka_unit_test(dma_log_overflows_safely),
		cmocka_unit_test(the_cpu_goes_there_and_back),
		cmocka_unit_test(a_dead_world_hangs_nobody),
		cmocka_unit_test(nonsense_in_the_word_is_not_ours),
		cmocka_unit_test(attention_is_taken_once),
		cmocka_unit_test(pins_are_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
