/* SPDX-License-Identifier: BSD-2-Clause */
/* proto_test.c - what a card may ask of VMNet while it is plugged in: messages,
 * their answers, and tables of forwarded ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "vmnet/proto/proto.h"

static void asks_are_checked(void **state)
{
	const struct vmnet_ask move = { .magic = VMNET_MAGIC,
					.version = VMNET_VERSION,
					.what = VMNET_ASK_MOVE,
					.number = 9,
					.hello = { .magic = VMNET_MAGIC,
						   .version = VMNET_VERSION,
						   .mac = { 2 },
						   .network = "vmnet7" } };
	const struct vmnet_ask port = {
		.magic = VMNET_MAGIC,
		.version = VMNET_VERSION,
		.what = VMNET_ASK_FORWARD,
		.number = 9,
		.forward = { .proto = FORWARD_TCP, .port = 1, .guest_port = 2 }
	};
	struct vmnet_ask a = move, out = { 0 };
	unsigned int nr = 0;

	(void)state;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_OK);
	assert_int_equal(nr, 7);
	assert_int_equal(decode_ask(&a, sizeof(a) - 1, &out, &nr),
			 VMNET_BAD_SIZE);
	a.hello.flags = VMNET_HELLO_RINGS; /* it brings none */
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = move, a.hello.flags = VMNET_HELLO_STATS;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = move, a.hello.forward[0] = port.forward;
	/* What vmnet7 is, the switch knows. */
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_OK);
	assert_true(hello_wishes(&out.hello));
	a = move, a.forward = port.forward;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = move, a.zero[sizeof(a.zero) - 1] = 1;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = move, a.number = 0;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	assert_int_equal(out.number, 0);
	a = port;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_OK);
	a.hello.mac[0] = 2;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = port, a.forward.port = 0;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = port, a.forward.proto = FORWARD_NONE;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
	a = port, a.what = VMNET_ASK_UNFORWARD + 1;
	assert_int_equal(decode_ask(&a, sizeof(a), &out, &nr), VMNET_BAD_ASK);
}

static void a_table_of_forwards(void **state)
{
	struct vmnet_forward t[VMNET_FORWARDS] = { 0 },
			     f = { .proto = FORWARD_TCP,
				   .address = { 127, 0, 0, 1 },
				   .guest_port = 22 };
	unsigned int i;

	(void)state;
	for (i = 0; i < VMNET_FORWARDS; i++) {
		f.port = (uint16_t)(100 + i);
		assert_int_equal(forwards_change(t, &f, VMNET_ASK_FORWARD),
				 VMNET_OK);
		assert_int_equal(forwards_count(t), i + 1);
	}
	f.port = 99;
	assert_int_equal(forwards_change(t, &f, VMNET_ASK_FORWARD),
			 VMNET_PORTS_FULL);
	assert_int_equal(forwards_change(t, &f, VMNET_ASK_UNFORWARD),
			 VMNET_NO_PORT);
	f.port = 103;
	assert_int_equal(forwards_change(t, &f, VMNET_ASK_UNFORWARD), VMNET_OK);
	assert_int_equal(forwards_count(t), VMNET_FORWARDS - 1);
	assert_int_equal(t[3].port, 104);
	f.port = 104, memset(f.address, 0, 4); /* all addresses */
	assert_int_equal(forwards_change(t, &f, VMNET_ASK_FORWARD),
			 VMNET_PORT_TWICE);
	f.proto = FORWARD_UDP;
	assert_int_equal(forwards_change(t, &f, VMNET_ASK_FORWARD), VMNET_OK);
}

static void answers_are_checked(void **state)
{
	struct vmnet_event e = { .count = 3 }, eo;

	(void)state;
	e.type = VMNET_EVENT_ANSWER, e.count = 3;
	e.value = VMNET_STATUS_COUNT - 1;
	assert_int_equal(decode_event(&e, sizeof(e), &eo), 0);
	e.value = VMNET_STATUS_COUNT;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
	e.value = 0, e.count = 0;
	assert_true(decode_event(&e, sizeof(e), &eo) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_are_checked),
		cmocka_unit_test(a_table_of_forwards),
		cmocka_unit_test(answers_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
