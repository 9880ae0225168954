/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng_test.c - the pcapng writer, block by block against the format's rules
 * (lib_pcapng.h), and what becomes of it when nobody can write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/net/lib_pcapng.h"
#include "vmnet/tap/pcapng.h"

static const uint8_t mac[6] = { 0x00, 0x50, 0x56, 1, 2, 3 };

struct file {
	struct pcapng pcapng;
	int fd;
	uint8_t *bytes;
	size_t len;
};

static int open_file(void **state)
{
	struct file *f = calloc(1, sizeof(*f));

	f->fd = memfd_create("pcapng", 0);
	pcapng_open(&f->pcapng, f->fd, "an OS", "a program");
	*state = f;
	return f->fd < 0;
}

static int close_file(void **state)
{
	struct file *f = *state;

	if (f->bytes)
		munmap(f->bytes, f->len);
	close(f->fd);
	free(f);
	return 0;
}

/* written() - all of it, to be read. */
static struct reader written(struct file *f)
{
	struct stat st;

	assert_int_equal(pcapng_flush(&f->pcapng), 0);
	assert_int_equal(fstat(f->fd, &st), 0);
	assert_int_equal(st.st_size, f->pcapng.written);
	f->len = (size_t)st.st_size;
	f->bytes = mmap(NULL, f->len, PROT_READ, MAP_PRIVATE, f->fd, 0);
	assert_ptr_not_equal(f->bytes, MAP_FAILED);
	return (struct reader){ .at = f->bytes, .left = f->len };
}

static void describe(struct pcapng *p, const char *name, const char *filter)
{
	const struct pcapng_interface i = { name, "a port", mac, 1518, filter };

	pcapng_interface(p, &i);
}

static void section_and_interfaces(void **state)
{
	struct file *f = *state;
	struct read_block b;
	struct reader r;

	describe(&f->pcapng, "port 1", "");
	describe(&f->pcapng, "port 20", "icmp or arp");
	r = written(f);
	assert_true(read_block(&r, &b));
	assert_int_equal(b.type, READ_SECTION);
	assert_true(read_is(&b, 3, "an OS"));
	assert_true(read_is(&b, 4, "a program"));
	assert_true(read_block(&r, &b));
	assert_int_equal(b.type, READ_INTERFACE);
	assert_int_equal(b.snap, 1518);
	assert_true(read_is(&b, 2, "port 1"));
	assert_true(read_is(&b, 3, "a port"));
	assert_int_equal(read_option(&b, 6)->len, 6);
	assert_memory_equal(read_option(&b, 6)->value, mac, 6);
	assert_int_equal(read_option(&b, 9)->len, 1);
	assert_int_equal(*read_option(&b, 9)->value, 9);	/* 10^-9 s */
	assert_null(read_option(&b, 11));
	assert_true(read_block(&r, &b));
	assert_true(read_is(&b, 2, "port 20"));
	assert_int_equal(read_option(&b, 11)->len, 12);
	assert_memory_equal(read_option(&b, 11)->value, "\0icmp or arp", 12);
	assert_false(read_block(&r, &b));
}

/* Every length: what is padded, and what is not. */
static void frames_of_all_lengths(void **state)
{
	struct file *f = *state;
	uint8_t data[PCAPNG_FRAME_MAX], dirty[PCAPNG_FRAME_MAX];
	struct pcapng_frame frame = { .data = data };
	struct read_block b;
	struct reader r;
	uint32_t flags, i;

	memset(dirty, 0xee, sizeof(dirty));
	describe(&f->pcapng, "port 1", "");
	describe(&f->pcapng, "port 2", "");
	for (i = 0; i <= 1518; i++) {
		memset(data, (int)i * 2, sizeof(data));
		frame.interface = i & 1;
		frame.ns = 0x123456789abcdef0u + i;
		frame.kept = i;
		frame.len = i + i % 3;
		frame.direction = i & 2 ? PCAPNG_INBOUND : PCAPNG_OUTBOUND;
		pcapng_frame(&f->pcapng, &frame);
	}
	r = written(f);
	for (i = 0; i < 3; i++)
		assert_true(read_block(&r, &b));
	for (i = 0; i <= 1518; i++) {
		memset(data, (int)i * 2, sizeof(data));
		assert_true(read_block(&r, &b));
		assert_int_equal(b.type, READ_FRAME);
		assert_int_equal(b.interface, i & 1);
		assert_true(b.ns == 0x123456789abcdef0u + i);
		assert_int_equal(b.kept, i);
		assert_int_equal(b.len, i + i % 3);
		assert_memory_equal(b.data, data, i);
		assert_int_equal(read_option(&b, 2)->len, 4);
		memcpy(&flags, read_option(&b, 2)->value, 4);
		assert_int_equal(flags & 3, i & 2 ? 1 : 2);
		assert_null(read_option(&b, 1));
		assert_null(read_option(&b, 4));
	}
	assert_false(read_block(&r, &b));
}

/* To whom: one station, a group, all. */
static void flags_say_to_whom(void **state)
{
	static const uint8_t to[3][6] = {
		{ 2, 0, 0, 0, 0, 1 }, { 1, 0, 0x5e, 0, 0, 1 },
		{ 255, 255, 255, 255, 255, 255 },
	};
	struct file *f = *state;
	struct read_block b;
	struct reader r;
	uint32_t flags, i;

	describe(&f->pcapng, "port 1", "");
	for (i = 0; i < 3; i++)
		pcapng_frame(&f->pcapng, &(struct pcapng_frame){
						 .data = to[i], .kept = 6,
						 .len = 60, .direction = 1 });
	r = written(f);
	read_block(&r, &b);
	read_block(&r, &b);
	for (i = 0; i < 3; i++) {
		assert_true(read_block(&r, &b));
		memcpy(&flags, read_option(&b, 2)->value, 4);
		assert_int_equal(flags, 1 | (i + 1) << 2);
	}
}

static void comments_and_counts(void **state)
{
	struct file *f = *state;
	char longest[PCAPNG_TEXT_MAX + 10];
	struct read_block b;
	struct reader r;

	memset(longest, 'x', sizeof(longest));
	describe(&f->pcapng, "port 1", "");
	pcapng_frame(&f->pcapng, &(struct pcapng_frame){
					 .data = mac, .kept = 6, .len = 60,
					 .direction = 2, .lost = 7,
					 .comment = "dropped: link_down" });
	pcapng_frame(&f->pcapng, &(struct pcapng_frame){
					 .data = mac, .direction = 2,
					 .comment = longest });
	pcapng_counts(&f->pcapng, &(struct pcapng_counts){
					  0, 5, 1ull << 40, 4, 100, 10, 50, 30,
					  40 });
	r = written(f);
	read_block(&r, &b);
	read_block(&r, &b);
	assert_true(read_block(&r, &b));
	assert_true(read_is(&b, 1, "dropped: link_down"));
	assert_int_equal(read_count(&b, 4), 7);
	assert_true(read_block(&r, &b));
	assert_int_equal(read_option(&b, 1)->len, PCAPNG_TEXT_MAX);
	assert_int_equal(b.len, 0);
	assert_true(read_block(&r, &b));
	assert_int_equal(b.type, READ_COUNTS);
	assert_int_equal(b.ns, 5);
	/* A time is two words, the upper one first: no number of 64 bits. */
	assert_true(read_count(&b, 2) == 1ull << 8);
	assert_true(read_count(&b, 3) == 4ull << 32);
	assert_int_equal(read_count(&b, 4), 100);
	assert_int_equal(read_count(&b, 5), 10);
	assert_int_equal(read_count(&b, 6), 50);
	assert_int_equal(read_count(&b, 7), 30);
	assert_int_equal(read_count(&b, 8), 40);
	assert_false(read_block(&r, &b));
}

/* Who can not write says so, for ever, and goes on without. */
static void nowhere_to_write(void **state)
{
	struct file *f = *state;
	uint8_t data[1518] = { 0 };
	unsigned int i;

	f->pcapng.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(f->pcapng.fd >= 0);
	describe(&f->pcapng, "port 1", "");
	for (i = 0; i < 1000; i++)
		pcapng_frame(&f->pcapng,
			     &(struct pcapng_frame){ .data = data,
						     .kept = sizeof(data),
						     .len = sizeof(data),
						     .direction = 1 });
	assert_int_equal(pcapng_flush(&f->pcapng), -ENOSPC);
	assert_int_equal(pcapng_flush(&f->pcapng), -ENOSPC);
	assert_int_equal(f->pcapng.written, 0);
	close(f->pcapng.fd);
}

#define test(f) cmocka_unit_test_setup_teardown(f, open_file, close_file)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(section_and_interfaces), test(frames_of_all_lengths),
		test(flags_say_to_whom), test(comments_and_counts),
		test(nowhere_to_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
