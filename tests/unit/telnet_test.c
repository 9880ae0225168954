/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * telnet_test.c - the telnet protocol of a serial port's socket, with no
 * socket: what is for the guest, what is answered, and that it ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_seed.h"
#include "vmapp/back/telnet.h"

static struct telnet t;
static uint8_t hello[TELNET_HELLO], bytes[4096], reply[3 * 4096];
static struct telnet_in in = { .bytes = bytes, .reply = reply };

static int fresh(void **state)
{
	(void)state;
	telnet_hello(&t, hello);
	return 0;
}

static void take(const char *text, size_t n)
{
	telnet_take(&t, (const uint8_t *)text, n, &in);
}

/* TAKE() - a string's bytes come; GIVES() - these are for the guest; SAYS() -
 * and these are answered */
#define TAKE(text) take(text, sizeof(text) - 1)
#define GIVES(text) do {						\
	assert_int_equal(in.count, sizeof(text) - 1);			\
	assert_memory_equal(bytes, text, sizeof(text) - 1);		\
} while (0)
#define SAYS(text) do {							\
	assert_int_equal(in.reply_len, sizeof(text) - 1);		\
	assert_memory_equal(reply, text, sizeof(text) - 1);		\
} while (0)

static void it_offers_what_a_console_needs(void **state)
{
	(void)state;
	assert_memory_equal(hello,
			    "\377\373\001\377\373\003\377\375\003"
			    "\377\373\000\377\375\000",
			    15);
	/* The answers to that are not answered. */
	TAKE("\377\375\001\377\375\003\377\373\003\377\375\000\377\373\000");
	GIVES("");
	SAYS("");
	/* Nor is a client that wants less. */
	TAKE("\377\376\001\377\374\000x");
	GIVES("x");
	SAYS("");
}

static void other_options_are_refused_once(void **state)
{
	(void)state;
	TAKE("a\377\373\037b\377\375\030");
	GIVES("ab");
	SAYS("\377\376\037\377\374\030");
	TAKE("\377\373\037\377\375\030\377\373\001");
	SAYS("\377\376\001");
}

static void bytes_are_bytes(void **state)
{
	uint8_t out[16];

	(void)state;
	TAKE("a\377\377b\r\000c\r\nd\000");
	GIVES("a\377b\rc\r\nd\000");
	TAKE("\377\373\000\r\000");		/* binary: NUL is a byte */
	GIVES("\r\000");
	assert_int_equal(telnet_give((const uint8_t *)"a\377\r\000b", 5, out),
			 6);
	assert_memory_equal(out, "a\377\377\r\000b", 6);
}

static void a_break_is_none_of_them(void **state)
{
	(void)state;
	TAKE("a\377\363b");
	GIVES("ab");
	assert_int_equal(in.breaks, 1);
	TAKE("\377\361\377\366\377\371\377\360");	/* NOP, AYT, GA, SE */
	GIVES("");
	assert_int_equal(in.breaks, 0);
}

static void parts_are_put_together(void **state)
{
	static const char all[] = "\377\372\037\000\120\377\377\360\377\360"
				  "x\377\375\030\377\377\r\000y";
	char got[32];
	size_t i, n = 0, said = 0;

	(void)state;
	for (i = 0; i < sizeof(all) - 1; i++) {
		take(all + i, 1);
		memcpy(got + n, bytes, in.count);
		n += in.count;
		said += in.reply_len;
	}
	assert_int_equal(n, 4);
	assert_memory_equal(got, "x\377\ry", 4);
	assert_int_equal(said, 3);
}

static void any_bytes_are_safe(void **state)
{
	unsigned int seed = test_seed(1), i;
	char some[4096];
	size_t k, said = 0;

	(void)state;
	for (i = 0; i < 500; i++) {
		for (k = 0; k < sizeof(some); k++)
			some[k] = (char)(rand_r(&seed) % 3 ?
						 240 + rand_r(&seed) % 16 :
						 rand_r(&seed));
		take(some, sizeof(some));
		assert_true(in.count <= sizeof(some));
		said += in.reply_len;
	}
	assert_true(said <= 256u * TELNET_REPLY);
}

#define T(f) cmocka_unit_test_setup(f, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_offers_what_a_console_needs),
		T(other_options_are_refused_once), T(bytes_are_bytes),
		T(a_break_is_none_of_them), T(parts_are_put_together),
		T(any_bytes_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
