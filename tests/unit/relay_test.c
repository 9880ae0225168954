/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * relay_test.c - a serial port's sockets and the process that serves them,
 * with no machine: this test has the cable's end, and is the clients.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "vmapp/back/cable.h"
#include "vmapp/back/listener.h"

#define BIG 300000u

static char dir[] = "/tmp/hostel-relay-XXXXXX";
static char path[64];
static struct cable cable;

static int plug_in(enum plug_kind kind)
{
	const struct plug plug = { .kind = kind, .file = path };

	return cable_open(&cable, "COM1", &plug) ? 0 : -1;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/com1", dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cable_close(&cable);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(dir), 0);
	return 0;
}

/* client() - one more; it waits for two seconds at most. */
static int client(void)
{
	const struct timeval most = { .tv_sec = 2 };
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	struct sockaddr_in i = { .sin_family = AF_INET };
	const char *colon = strrchr(cable.name, ':');
	bool local = !strncmp(cable.name, "unix:", 5);
	int fd = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM, 0);

	strcpy(u.sun_path, path);
	i.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	i.sin_port = htons((uint16_t)atoi(colon + 1));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	assert_int_equal(connect(fd,
				 local ? (struct sockaddr *)&u :
					 (struct sockaddr *)&i,
				 local ? sizeof(u) : sizeof(i)),
			 0);
	return fd;
}

static void say(int fd, const char *text, size_t n)
{
	assert_int_equal(send(fd, text, n, MSG_NOSIGNAL), n);
}

/* hears() - just that comes at @fd, within two seconds */
static void hears(int fd, const char *text, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char got[128];
	size_t at = 0;
	ssize_t k;

	while (at < n) {
		assert_true(poll(&p, 1, 2000) > 0);
		k = recv(fd, got + at, n - at, 0);
		assert_true(k > 0);
		at += (size_t)k;
	}
	assert_memory_equal(got, text, n);
}

/* ended() - the connection is, and nothing came */
static void ended(int fd)
{
	char c;

	assert_int_equal(recv(fd, &c, 1, 0), 0);
	close(fd);
}

/* greeted() - a client that the relay has taken: it hears the guest. */
static int greeted(void)
{
	int fd = client(), i;
	char c = 0;

	for (i = 0; i < 200 && c != '!'; i++) {
		say(cable.own, "!", 1);
		usleep(10000);
		while (c != '!' && recv(fd, &c, 1, MSG_DONTWAIT) > 0)
			;
	}
	assert_int_equal(c, '!');
	usleep(50000);
	while (recv(fd, &c, 1, MSG_DONTWAIT) > 0)
		;
	return fd;
}

static void one_client_at_a_time(void **state)
{
	static const char refusal[] =
		"COM1 is in use by another client; try again later\r\n";
	int first, second;

	(void)state;
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	first = greeted();
	say(first, "to the guest\377\0", 14);
	hears(cable.own, "to the guest\377\0", 14);
	say(cable.own, "from it\377\0", 9);
	hears(first, "from it\377\0", 9);
	second = client();
	hears(second, refusal, strlen(refusal));
	ended(second);
	say(cable.own, "still", 5);
	hears(first, "still", 5);
	close(first);
	second = greeted();
	say(second, "next", 4);
	hears(cable.own, "next", 4);
	close(second);
}

/* Its process moves its descriptors, whatever numbers they had. */
static void descriptors_have_any_numbers(void **state)
{
	int first, fd, n, filler[64];

	(void)state;
	for (first = 56; first < 64; first++) {
		for (n = 0; (fd = dup(STDIN_FILENO)) < first; n++)
			filler[n] = fd;
		close(fd);
		assert_int_equal(plug_in(PLUG_UNIX), 0);
		while (n)
			close(filler[--n]);
		fd = greeted();
		say(cable.own, "here", 4);
		hears(fd, "here", 4);
		close(fd);
		cable_close(&cable);
	}
}

#define PIECE "0123456789"

/* say_many() - to a guest that does not read, until no more is taken; slowly,
 * so that the relay takes each piece alone. Return: how many pieces */
static int say_many(int fd)
{
	int n;

	for (n = 0; send(fd, PIECE, 10, MSG_NOSIGNAL | MSG_DONTWAIT) == 10; n++)
		usleep(100);
	assert_int_equal(errno, EAGAIN);
	return n;
}

static void hears_many(int n)
{
	while (n--)
		hears(cable.own, PIECE, 10);
}

/* gone_with_many() - a client has sent what it could, and gone; @next: receives
 * the one after it, who has sent "next". Return: how many pieces wait */
static int gone_with_many(int *next)
{
	int fd, n;

	assert_int_equal(plug_in(PLUG_UNIX), 0);
	fd = greeted();
	n = say_many(fd);
	close(fd);
	*next = greeted();
	say(*next, "next", 4);
	return n;
}

/* What a client has sent before it went is the guest's, also when much of it
 * waits; and who comes next neither waits for that nor comes before it. */
static void a_client_that_is_gone_leaves_its_bytes(void **state)
{
	int next, n;

	(void)state;
	n = gone_with_many(&next);
	hears_many(n);
	hears(cable.own, "next", 4);
	close(next);
}

/* There are two at most: who has gone, and who is here. */
static void the_third_is_refused(void **state)
{
	static const char refusal[] =
		"COM1 is in use by another client; try again later\r\n";
	int next, third, n;

	(void)state;
	n = gone_with_many(&next);
	close(next);
	third = client();
	hears(third, refusal, strlen(refusal));
	ended(third);
	hears_many(n);
	hears(cable.own, "next", 4);
	third = greeted();
	close(third);
}

/* fill() - send until it takes no more, for @ms milliseconds; Return: how many
 * bytes it took, @most at most */
static size_t fill(size_t most, int ms)
{
	struct pollfd p = { .fd = cable.own, .events = POLLOUT };
	char some[1000] = "";
	size_t sum = 0;
	ssize_t n;

	while (sum < most && poll(&p, 1, ms) > 0) {
		n = send(cable.own, some, sizeof(some), MSG_NOSIGNAL);
		if (n > 0)
			sum += (size_t)n;
	}
	return sum;
}

/* It hears no more, and does not go: when the relay has found that out, it is
 * in nobody's way. */
static void a_deaf_one_is_let_go(void **state)
{
	struct pollfd p = { .events = POLLIN };
	int deaf, i;

	(void)state;
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	deaf = greeted();
	say(deaf, "last", 4);
	hears(cable.own, "last", 4);
	shutdown(deaf, SHUT_RD);
	say(cable.own, "!", 1);
	for (i = 0; i < 200; i++) {
		p.fd = client();
		/* Who is refused hears so at once. */
		if (poll(&p, 1, 500) == 0)
			break;
		close(p.fd);
	}
	assert_true(i < 200);
	close(p.fd);
	for (i = 0; i < 3; i++) {
		int fd = greeted();

		say(fd, "next", 4);
		hears(cable.own, "next", 4);
		close(fd);
	}
	close(deaf);
}

static void with_no_client_the_guest_goes_on(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(plug_in(PLUG_TCP), 0);
	assert_true(fill(20 * BIG, 2000) >= 20 * BIG);
	/* Who comes later hears what comes later. */
	fd = greeted();
	say(cable.own, "now", 3);
	hears(fd, "now", 3);
	close(fd);
}

/* There is an end to what waits for it; and it can be told from one that is
 * not there, for who comes next. */
static void a_client_that_does_not_read(void **state)
{
	static char drained[1 << 16];
	int fd, next;

	(void)state;
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	fd = greeted();
	assert_true(fill(200 * BIG, 100) < 200 * BIG);
	assert_true(cable.lossy);
	say(fd, "key", 3);		/* it is heard all the same */
	hears(cable.own, "key", 3);
	while (recv(fd, drained, sizeof(drained), MSG_DONTWAIT) > 0)
		usleep(1000);
	assert_true(fill(1000, 2000) == 1000);
	close(fd);
	next = greeted();
	close(next);
}

static void telnet_is_spoken(void **state)
{
	uint64_t rung = 0;
	int fd;

	(void)state;
	assert_int_equal(plug_in(PLUG_TELNET), 0);
	assert_true(!strncmp(cable.name, "telnet:127.0.0.1:", 17));
	fd = client();
	hears(fd,
	      "\377\373\001\377\373\003\377\375\003\377\373\000\377\375\000",
	      15);
	say(fd, "a\377\377\377\375\001b\377\375\030", 10);
	hears(cable.own, "a\377b", 3);
	hears(fd, "\377\374\030", 3);
	say(cable.own, "x\377y", 3);
	hears(fd, "x\377\377y", 4);
	assert_int_equal(read(cable.bell, &rung, 8), -1);
	say(fd, "\377\363h", 3);
	hears(cable.own, "h", 1);
	assert_int_equal(read(cable.bell, &rung, 8), 8);
	assert_int_equal(rung, 1);
	close(fd);
}

static void the_end_is_after_the_last_byte(void **state)
{
	static char some[BIG];
	size_t sum = 0;
	ssize_t n;
	int fd;

	(void)state;
	assert_int_equal(plug_in(PLUG_TCP), 0);
	fd = greeted();
	fcntl(cable.own, F_SETFL, 0);
	say(cable.own, some, 100000);
	cable_close(&cable);
	while ((n = recv(fd, some, sizeof(some), 0)) > 0)
		sum += (size_t)n;
	assert_int_equal(n, 0);
	assert_int_equal(sum, 100000);
	close(fd);
}

/* ---- the sockets themselves -------------------------------------------- */

static void a_file_is_this_users(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_stale_one_is_replaced(void **state)
{
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct cable other;

	(void)state;
	strcpy(u.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&u, sizeof(u)), 0);
	listen(fd, 1);
	assert_int_equal(plug_in(PLUG_UNIX), -1);	/* it is served */
	cable_close(&cable);
	assert_int_equal(access(path, F_OK), 0);
	close(fd);
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	other = cable;
	assert_int_equal(plug_in(PLUG_UNIX), -1);	/* now by us */
	cable_close(&cable);
	assert_int_equal(access(path, F_OK), 0);
	cable = other;
	fd = greeted();
	close(fd);
}

static void no_other_file_is_touched(void **state)
{
	char link[80], far[200];
	struct listener l;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	(void)state;
	close(fd);
	assert_int_equal(listener_unix(&l, "COM1", path), -1);
	assert_int_equal(access(path, F_OK), 0);
	snprintf(link, sizeof(link), "%s/link", dir);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(listener_unix(&l, "COM1", link), -1);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(unlink(path), 0);
	memset(far, 'x', sizeof(far) - 1);
	far[sizeof(far) - 1] = '\0';
	assert_int_equal(listener_unix(&l, "COM1", far), -1);
	assert_int_equal(listener_unix(&l, "COM1", "/nowhere/at/all"), -1);
	/* One that was put in its place stays. */
	assert_int_equal(plug_in(PLUG_UNIX), 0);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	close(fd);
	cable_close(&cable);
	assert_int_equal(unlink(path), 0);
}

static void a_port_that_is_taken_is_told(void **state)
{
	struct listener l, again;

	(void)state;
	assert_int_equal(listener_tcp(&l, "COM1", 0, "tcp"), 0);
	assert_int_equal(listener_tcp(&again, "COM1",
				      (uint16_t)atoi(strrchr(l.name, ':') + 1),
				      "tcp"),
			 -1);
	assert_int_equal(again.fd, -1);
	listener_close(&l);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_client_at_a_time), T(descriptors_have_any_numbers),
		T(a_client_that_is_gone_leaves_its_bytes),
		T(the_third_is_refused),
		T(a_deaf_one_is_let_go),
		T(with_no_client_the_guest_goes_on),
		T(a_client_that_does_not_read), T(telnet_is_spoken),
		T(the_end_is_after_the_last_byte), T(a_file_is_this_users),
		T(a_stale_one_is_replaced), T(no_other_file_is_touched),
		T(a_port_that_is_taken_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
