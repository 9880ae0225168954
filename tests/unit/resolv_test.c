/* SPDX-License-Identifier: BSD-2-Clause */
/* resolv_test.c - name servers out of a resolv.conf, and their page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmnet/keeper/resolv.h"

static void is(const struct resolv_server *s, int family, const char *addr)
{
	char text[INET6_ADDRSTRLEN];

	assert_int_equal(s->family, family);
	inet_ntop(family, s->addr, text, sizeof(text));
	assert_string_equal(text, addr);
}

static void what_a_file_says(void **state)
{
	struct resolv r;

	(void)state;
	resolv_parse("", &r);
	assert_int_equal(r.count, 0);
	resolv_parse("# nameserver 1.2.3.4\n; nameserver 1.2.3.5\n"
		     "search x\noptions edns0\nnameserver\nnameserver \n"
		     "nameserver moon\nnameservers 1.2.3.4\n",
		     &r);
	assert_int_equal(r.count, 0);
	resolv_parse("nameserver 10.1.2.3", &r);
	assert_int_equal(r.count, 1);
	is(&r.server[0], AF_INET, "10.1.2.3");
	resolv_parse("\n\n  nameserver\t127.0.0.53 # local\r\n"
		     "nameserver 2001:db8::1\nnameserver fe80::1%lo\n"
		     "nameserver 9.9.9.9\n",
		     &r);
	assert_int_equal(r.count, 3);
	is(&r.server[0], AF_INET, "127.0.0.53");
	is(&r.server[1], AF_INET6, "2001:db8::1");
	assert_int_equal(r.server[1].scope, 0);
	is(&r.server[2], AF_INET6, "fe80::1");
	assert_true(r.server[2].scope > 0);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* A page follows its file, also if that is replaced, or goes. */
static void the_page_follows(void **state)
{
	char dir[] = "/tmp/hostel-test-XXXXXX", path[64], other[64];
	const struct resolv_page *page;
	struct resolv_keeper k;
	struct resolv r;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/names", dir);
	snprintf(other, sizeof(other), "%s/new", dir);
	write_file(path, "nameserver 10.0.0.1\n");
	assert_int_equal(resolv_open(&k, dir, path), 0);
	/* A reader can not write, whatever it does with its descriptor. */
	assert_int_equal(write(k.fd, "x", 1), -1);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			      k.fd, 0),
			 MAP_FAILED);
	page = resolv_map(dup(k.fd));
	assert_non_null(page);
	resolv_get(page, &r);
	assert_int_equal(r.count, 1);
	write_file(other, "nameserver 10.0.0.2\nnameserver ::1\n");
	assert_int_equal(rename(other, path), 0);
	resolv_refresh(&k);
	resolv_get(page, &r);
	assert_int_equal(r.count, 2);
	is(&r.server[0], AF_INET, "10.0.0.2");
	unlink(path);
	resolv_refresh(&k);
	resolv_get(page, &r);
	assert_int_equal(r.count, 0);
	resolv_get(NULL, &r);
	assert_int_equal(r.count, 0);
	assert_int_equal(rmdir(dir), 0);	/* nothing is left there */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_says),
		cmocka_unit_test(the_page_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
