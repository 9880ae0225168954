// SPDX-License-Identifier: BSD-2-Clause
/*
 * oracle_test.c - where a host runs 32-bit programs: do those who stand in
 * for them elsewhere (lib_oracle.h) say what it says itself?
 *
 * One case in STRIDE of those that insn_test and fault_test draw is answered
 * by the 64-bit host, by the file of recorded answers, and, if it is
 * installed, by qemu-i386, and held against the 32-bit host's answer. On any
 * other host there is nothing to hold them against: SKIP. HOSTEL_SEED and
 * HOSTEL_INSN as in insn_test.c; recorded is only what seed 1 draws.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/insn/lib_pair.h"
#include "tests/insn/lib_runner.h"
#include "tests/insn/lib_tally.h"
#include "tests/lib_skip.h"

#define STRIDE	4
#define SHOWN	2	/* differences printed per line */

/* What was found of one oracle. */
struct found {
	uint64_t answered, differ;
	const struct spec *last;	/* the line looked at last */
	uint64_t last_answered, last_differ;
	enum oracle_kind kind;
	bool list;		/* print how often each line was wrong */
};

/* end_line() - before another line comes. */
static void end_line(struct found *f)
{
	if (f->list && f->last && f->last_answered)
		printf("# wrong %llu of %llu: %s\n",
		       (unsigned long long)f->last_differ,
		       (unsigned long long)f->last_answered, f->last->name);
	f->last_answered = f->last_differ = 0;
}

static void look(void *user, const struct pair_case *c)
{
	struct found *f = user;
	struct mismatch m = { oracle_names[ORACLE_NATIVE32], c->line, c->in,
			      c->out, c->host, c->answer->by };

	if (c->line != f->last)
		end_line(f);
	f->last = c->line;
	if (c->answer->by != f->kind)
		return;
	f->answered++;
	f->last_answered++;
	if (oracle_agrees(c->answer, c->in, c->out, c->host))
		return;
	f->differ++;
	if (f->last_differ++ >= SHOWN || f->list)
		return;
	if (c->answer->by == ORACLE_RECORDED)
		m.want = c->host;
	printf("# differs: %s (%s)\n", c->line->name, c->line->text);
	case_print(&m);
}

/* run_pair() - everything through @kind and the 32-bit host. QEMU is asked
 * only what the 64-bit host can not answer. @all: as well what qemu.def does
 * not list, to see what it could. */
static void run_pair(enum oracle_kind kind, bool all, struct found *f)
{
	uint32_t kinds = 1u << kind;
	struct pair p;

	memset(f, 0, sizeof(*f));
	f->kind = kind;
	f->list = all;
	if (kind == ORACLE_QEMU)
		kinds |= ORACLE_BIT(NATIVE64);
	if (!pair_open(&p, kinds))
		skip_because("this host runs no 32-bit programs");
	if (!(p.other.kinds & 1u << kind)) {
		pair_close(&p);
		if (kind == ORACLE_QEMU)
			skip_because("qemu-i386 (qemu-user) is not installed");
		fail_msg("%s: not there", oracle_names[kind]);
	}
	p.look = look;
	p.user = f;
	p.stride = all ? 1 : STRIDE;
	p.other.qemu_knows_all = all;
	assert_true(pair_run(&p, draw_values, tally_seed()));
	assert_true(pair_run(&p, draw_ends, tally_seed()));
	assert_true(pair_run(&p, draw_odd, tally_seed()));
	end_line(f);
	pair_close(&p);
	printf("# %s: %llu answers, %llu differ\n", oracle_names[kind],
	       (unsigned long long)f->answered, (unsigned long long)f->differ);
}

static void check(enum oracle_kind kind)
{
	struct found f;

	run_pair(kind, false, &f);
	assert_true(f.answered);
	assert_int_equal(f.differ, 0);
}

static void the_64_bit_host_says_the_same(void **state)
{
	(void)state;
	check(ORACLE_NATIVE64);
}

static void the_recorded_answers_are_the_same(void **state)
{
	(void)state;
	if (tally_seed() != 1)
		skip_because("recorded is what seed 1 draws");
	check(ORACLE_RECORDED);
}

static void qemu_user_says_the_same(void **state)
{
	struct found f;

	(void)state;
	if (getenv("HOSTEL_QEMU_LIST"))
		run_pair(ORACLE_QEMU, true, &f);
	else
		check(ORACLE_QEMU);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_64_bit_host_says_the_same),
		cmocka_unit_test(the_recorded_answers_are_the_same),
		cmocka_unit_test(qemu_user_says_the_same),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
