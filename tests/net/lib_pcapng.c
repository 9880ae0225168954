/* SPDX-License-Identifier: BSD-2-Clause */
/* lib_pcapng.c - read a pcapng file: see lib_pcapng.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/net/lib_pcapng.h"

static uint32_t word(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static uint16_t half(const uint8_t *p)
{
	uint16_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

/* read_options() - to the end of them, which is the body's end. */
static void read_options(struct read_block *b, const uint8_t *p, size_t left)
{
	struct read_option *o;
	size_t room;

	b->options = 0;
	while (left) {
		assert_true(left >= 4);
		assert_true(b->options < READ_OPTIONS);
		o = &b->option[b->options++];
		*o = (struct read_option){ half(p), half(p + 2), p + 4 };
		room = 4 + (size_t)(o->len + 3) / 4 * 4;
		assert_true(room <= left);
		if (!o->code)
			break;
		p += room;
		left -= room;
	}
	/* The end, and nothing behind it. */
	assert_true(b->options && !b->option[b->options - 1].code);
	assert_int_equal(b->option[b->options - 1].len, 0);
	assert_int_equal(left, 4);
}

/* read_fixed() - what is before the options. Return: how long that is. */
static size_t read_fixed(struct reader *r, struct read_block *b,
			 const uint8_t *p, size_t left)
{
	switch (b->type) {
	case READ_SECTION:
		assert_true(left >= 16);
		assert_int_equal(word(p), 0x1a2b3c4d);
		assert_int_equal(half(p + 4), 1);
		assert_int_equal(half(p + 6), 0);
		assert_int_equal(word(p + 8), UINT32_MAX);
		assert_int_equal(word(p + 12), UINT32_MAX);
		assert_int_equal(r->blocks, 0);
		return 16;
	case READ_INTERFACE:
		assert_true(left >= 8);
		assert_int_equal(half(p), 1);	/* Ethernet */
		assert_int_equal(half(p + 2), 0);
		b->snap = word(p + 4);
		b->interface = r->interfaces++;
		return 8;
	case READ_COUNTS:
		assert_true(left >= 12);
		b->interface = word(p);
		b->ns = (uint64_t)word(p + 4) << 32 | word(p + 8);
		assert_true(b->interface < r->interfaces);
		return 12;
	case READ_FRAME:
		assert_true(left >= 20);
		b->interface = word(p);
		b->ns = (uint64_t)word(p + 4) << 32 | word(p + 8);
		b->kept = word(p + 12);
		b->len = word(p + 16);
		b->data = p + 20;
		assert_true(b->interface < r->interfaces);
		assert_true(b->kept <= b->len);
		assert_true(20 + (size_t)(b->kept + 3) / 4 * 4 <= left);
		return 20 + (size_t)(b->kept + 3) / 4 * 4;
	default:
		fail_msg("a block of type %u", b->type);
	}
	return 0;
}

bool read_block(struct reader *r, struct read_block *b)
{
	uint32_t len;
	size_t fixed;

	if (!r->left)
		return false;
	memset(b, 0, sizeof(*b));
	assert_true(r->left >= 12);
	b->type = word(r->at);
	len = word(r->at + 4);
	assert_int_equal(len % 4, 0);
	assert_true(len >= 12 && len <= r->left);
	assert_int_equal(word(r->at + len - 4), len);
	assert_true(r->blocks || b->type == READ_SECTION);
	fixed = read_fixed(r, b, r->at + 8, len - 12);
	read_options(b, r->at + 8 + fixed, len - 12 - fixed);
	r->blocks++;
	r->at += len;
	r->left -= len;
	return true;
}

const struct read_option *read_option(const struct read_block *b, uint16_t code)
{
	unsigned int i;

	for (i = 0; i < b->options; i++)
		if (b->option[i].code == code)
			return &b->option[i];
	return NULL;
}

uint64_t read_count(const struct read_block *b, uint16_t code)
{
	const struct read_option *o = read_option(b, code);
	uint64_t n = 0;

	assert_non_null(o);
	assert_int_equal(o->len, sizeof(n));
	memcpy(&n, o->value, sizeof(n));
	return n;
}

bool read_is(const struct read_block *b, uint16_t code, const char *text)
{
	const struct read_option *o = read_option(b, code);

	return o && o->len == strlen(text) && !memcmp(o->value, text, o->len);
}
