/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child_test.c - vmnetd's keeper, and a switch that was taken over: it can
 * have helpers started and ended, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/fdpass.h"
#include "vmnet/keeper/child.h"
#include "vmnet/proto/proto.h"

/* As child.c has them; this side may write anything. */
enum { ASK_START = 1, ASK_END, ASK_REMEMBER };

struct request {
	uint8_t what, kind;
	char word[VMNET_IFACE_MAX];
	uint8_t mac[6], host, zero;
	int32_t pid;
	uint64_t folder;
};

/* A keeper in a process of its own. Its "NAT" ends at once; its "bridge"
 * sleeps for as many seconds as the interface's name says. */
struct box {
	int link;
	pid_t keeper;
};

static int set_up(void **state)
{
	static const char *const program[CHILD_KINDS] = {
		[CHILD_NAT] = "/bin/true", [CHILD_BRIDGE] = "/bin/sleep",
		[CHILD_DHCP] = "/bin/true",
		[CHILD_ADAPTER] = "/bin/true",
	};
	struct box *b = calloc(1, sizeof(*b));
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	b->keeper = fork();
	if (b->keeper == 0) {
		close(pair[0]);
		child_keep(pair[1], program, NULL, NULL, NULL);
		_exit(0);
	}
	close(pair[1]);
	b->link = pair[0];
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct box *b = *state;
	int status;

	if (b->link >= 0)
		close(b->link);
	assert_int_equal(waitpid(b->keeper, &status, 0), b->keeper);
	assert_int_equal(status, 0);
	free(b);
	return 0;
}

/* ended() - does the descriptor say that the helper has ended? */
static bool ended(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && (p.revents & POLLHUP);
}

/* ask() - send anything; Return: the answer. No descriptor may come. */
static int32_t ask(struct box *b, const void *msg, size_t len)
{
	int32_t answer = 0;
	size_t fds = 1;
	int fd = -1;

	assert_int_equal(send(b->link, msg, len, 0), len);
	assert_int_equal(fdpass_recv(b->link, &answer, sizeof(answer), &fd,
				     &fds),
			 sizeof(answer));
	assert_int_equal(fds, 0);
	return answer;
}

static void helpers_start_and_end(void **state)
{
	struct box *b = *state;
	int nat, sleeper;
	pid_t pid;

	pid = child_start(b->link, CHILD_NAT, NULL, &nat);
	assert_true(pid > 1);
	assert_true(ended(nat, 5000));
	child_end(b->link, pid);
	pid = child_start(b->link, CHILD_BRIDGE, "60", &sleeper);
	assert_true(pid > 1);
	assert_false(ended(sleeper, 200));
	child_end(b->link, pid);
	assert_true(ended(sleeper, 0));
	assert_int_equal(kill(pid, 0), -1);	/* reaped, not a zombie */
	child_end(b->link, pid);		/* and once more: nothing */
	child_end(b->link, 0);
	child_end(b->link, -1);
	close(nat);
	close(sleeper);
}

static void all_end_with_the_switch(void **state)
{
	struct box *b = *state;
	int fd[3], i;

	for (i = 0; i < 3; i++)
		assert_true(child_start(b->link, CHILD_BRIDGE, "60", &fd[i]) >
			    1);
	close(b->link);
	b->link = -1;
	for (i = 0; i < 3; i++) {
		assert_true(ended(fd[i], 5000));
		close(fd[i]);
	}
}

static void nonsense_is_refused(void **state)
{
	struct request good = { .what = ASK_START, .kind = CHILD_BRIDGE,
				.word = "1" }, r;
	struct box *b = *state;
	uint8_t big[200] = { 1 };
	size_t n;

	for (n = 1; n < sizeof(big); n++)
		if (n != sizeof(r))
			assert_int_equal(ask(b, big, n), -EINVAL);
	r = good, r.what = ASK_REMEMBER + 1;
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, r.kind = CHILD_KINDS;
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, memset(r.word, 'x', sizeof(r.word));
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, strcpy(r.word, "../x");
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, r.word[0] = '\0';
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, r.kind = CHILD_NAT;		/* it takes no word */
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, r.folder = 1;			/* only a NAT has one */
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r = good, r.what = ASK_REMEMBER;	/* no address */
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r.host = 15, r.mac[0] = 1;		/* no card's */
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	assert_int_equal(child_start_nat(b->link, 1, &(int){ 0 }), -ENOENT);
	assert_int_equal(child_start(b->link, CHILD_BRIDGE,
				     "an.interface.of.that.length",
				     &(int){ 0 }), -ENAMETOOLONG);
}

/* Who is no helper can not be ended: not us, not all, not another. */
static void only_helpers_are_ended(void **state)
{
	struct request r = { .what = ASK_END };
	struct box *b = *state;
	const int32_t others[] = { getpid(), b->keeper, 1, getppid() };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		r.pid = others[i];
		assert_int_equal(ask(b, &r, sizeof(r)), -ESRCH);
	}
	r.pid = 0;
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
	r.pid = -1;
	assert_int_equal(ask(b, &r, sizeof(r)), -EINVAL);
}

static void there_is_an_end_to_helpers(void **state)
{
	struct box *b = *state;
	int fds[200], n = 0;
	pid_t pid = 0;

	while (n < 200) {
		pid = child_start(b->link, CHILD_BRIDGE, "60", &fds[n]);
		if (pid < 0)
			break;
		n++;
	}
	assert_int_equal(pid, -EAGAIN);
	assert_in_range(n, 64, 128);	/* a NAT for each of many guests */
	while (n--)
		close(fds[n]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(helpers_start_and_end), T(all_end_with_the_switch),
		T(nonsense_is_refused), T(only_helpers_are_ended),
		T(there_is_an_end_to_helpers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
