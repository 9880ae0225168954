/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conditions_fuzz.c - what a link does to frames: conditions from any message
 * that is taken, changed while frames wait, any frames, any time that passes.
 * Books balance after each step, nothing comes before its time or out of turn,
 * and what is promised is given back. And words: what can be written out is
 * read back the same.
 *
 * tests/fuzz: runs 4000
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/clock.h"
#include "tests/fuzz/target.h"
#include "vmnet/conditions/line.h"
#include "vmnet/proto/proto.h"

#define STEPS	200u

static struct {
	struct fuzz_input in;
	struct frame_pool pool;
	struct line line;
	uint64_t now, last_due;
} b;

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };

/* ---- words ------------------------------------------------------------- */

/* again() - conditions of words that Hostel itself has written. */
static struct vmnet_conditions again(const char *text)
{
	struct vmnet_conditions c = { .given = 0 };
	char copy[CONDITIONS_TEXT], error[256], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", text);
	while (*text && (word = strsep(&rest, " ")))
		ASSERT(conditions_parse(&c, word, error, sizeof(error)));
	return c;
}

static void written_out(const struct vmnet_conditions *c)
{
	char first[CONDITIONS_TEXT], second[CONDITIONS_TEXT];
	struct vmnet_conditions back;

	conditions_print(c, first);
	if (c->seed > 9999999999999999999ull)
		return;		/* a message may say more than a word */
	back = again(first);
	ASSERT(conditions_ok(&back));
	ASSERT(!strcmp(first, conditions_print(&back, second)));
}

static void words(void)
{
	struct vmnet_conditions c = { .given = 0 };
	char word[64], error[256];
	size_t n;

	while (b.in.left) {
		n = fuzz_bytes(&b.in, word, fuzz_byte(&b.in) % sizeof(word));
		word[n] = '\0';
		conditions_parse(&c, word, error, sizeof(error));
		ASSERT(conditions_ok(&c));
	}
	written_out(&c);
}

/* ---- a line ------------------------------------------------------------ */

static void look(void)
{
	const struct frame_waiting *f;

	while ((f = line_due(&b.line, b.now))) {
		ASSERT(f->due_ns <= b.now && f->due_ns >= b.last_due);
		ASSERT(f->len >= VMNET_FRAME_MIN && f->len <= VMNET_FRAME_MAX);
		b.last_due = f->due_ns;
		line_done(&b.line);
	}
	ASSERT(line_next_ns(&b.line) > b.now);
}

static void change(void)
{
	struct vmnet_conditions c = { .given = 0 }, to = b.line.set;

	fuzz_bytes(&b.in, &c, sizeof(c));
	if (!conditions_ok(&c))
		return;
	conditions_change(&to, &c);
	ASSERT(conditions_ok(&to));
	written_out(&to);
	if (line_set(&b.line, &to, b.now) == 0)
		line_seed(&b.line, mac, CONDITIONS_IN);
	b.last_due = 0;		/* what waits may come earlier than it was to */
}

static void come(void)
{
	uint8_t frame[VMNET_FRAME_MAX] = { 0 };
	unsigned int n = fuzz_byte(&b.in);
	size_t len = VMNET_FRAME_MIN +
		     fuzz_word(&b.in) % (VMNET_FRAME_MAX - VMNET_FRAME_MIN + 1);

	for (; n; n--)
		line_put(&b.line, frame, len, b.now);
}

static void line_step(void)
{
	switch (fuzz_byte(&b.in) & 7) {
	case 0:
		change();
		break;
	case 1:
		b.now += fuzz_word(&b.in) * 1000000ull;
		break;
	case 2:
		line_leave(&b.line);
		b.last_due = 0;
		break;
	case 3: case 4:
		b.now += fuzz_word(&b.in);
		look();
		break;
	default:
		come();
		break;
	}
	ASSERT(line_check(&b.line));
	ASSERT(b.line.waiting.bytes + b.line.held.bytes <= LINE_MOST);
}

/* ---- the target -------------------------------------------------------- */

const char *fuzz_open(void)
{
	return NULL;
}

size_t fuzz_seed(unsigned int n, uint8_t *buf, size_t size)
{
	static const char text[] = "\0\x0brate=1.5M  \x0a"
				   "delay=50ms"
				   "\x0d"
				   "gilbert=1%,2%\x0c"
				   "reorder=1%:3";
	struct vmnet_conditions c = { .rate = n & 1 ? 1000000 : 0,
		.delay = 5000u * n, .jitter = 3000, .loss = 100000000,
		.gilbert_p = 10000000, .gilbert_r = 200000000,
		.gilbert_k = CONDITIONS_ALWAYS, .duplicate = 50000000,
		.reorder = 50000000, .gap = 1 + n, .corrupt = 50000000,
		.given = COND_ALL };
	size_t i;

	if (n == 0) {
		memcpy(buf, text, MIN(size, sizeof(text)));
		return MIN(size, sizeof(text));
	}
	if (n > 8 || size < 400)
		return 0;
	buf[0] = 1;
	buf[1] = 0;
	memcpy(buf + 2, &c, sizeof(c));
	for (i = 2 + sizeof(c); i < 400; i++)
		buf[i] = (uint8_t)((i * i + 7 * i) * (n + 2) >> (n & 3));
	return i;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int i;

	memset(&b, 0, sizeof(b));
	b.in = (struct fuzz_input){ data, size };
	if (!(fuzz_byte(&b.in) & 1)) {
		words();
		return 0;
	}
	b.now = NSEC_PER_SEC;
	line_open(&b.line, &b.pool);
	for (i = 0; i < STEPS && b.in.left; i++)
		line_step();
	line_close(&b.line);
	ASSERT(line_check(&b.line) && !line_waiting(&b.line));
	ASSERT(b.pool.promised == 0);
	frame_pool_close(&b.pool);
	return 0;
}
